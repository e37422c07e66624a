/* SPDX-License-Identifier: Apache-2.0
 *
 * cli: the command line `countersign`: a table of commands, the options that all share, and the
 * talk with the workstation's agent. What a command has written is said as far as it is known:
 * queued here, accepted, archived; never "saved" by hope.
 */
#ifndef COUNTERSIGN_CLI_CLI_H
#define COUNTERSIGN_CLI_CLI_H

#include <jansson.h>

#include "common/base/language.h"
#include "common/bus/messages.h"
#include "common/daemon/site.h"

typedef struct cli {
    const char *site_folder, *station_name, *as; /* --site, --station, --as; NULL: found out */
    const struct command_row *row;               /* the command that runs */
    const char *behalf;                          /* --for: whom they act for; NULL: nobody */
    ident_t mandate;                             /* what is cited for that; behalf.h */
    const char *noun;                            /* its first word as typed: "complaint" */
    bool json, help;
    bool answered;          /* the department's daemon is there: it answered within this call */
    bool signs;             /* what it says has the meaning of a signature: a passphrase is given to sign */
    bool quiet;             /* a refusal is not said: the caller can do without the answer */
    problem_t refusal;      /* the last one that came over the wire */
    int64_t timeout_ms;     /* how long to wait for accepted; --timeout */
    bool timeout_given;     /* watch ends by it; it waits for ever otherwise */
    site_t *site;           /* opened when first needed */
    void *socket;           /* to the agent; zsock_t */
    arena_t *arena;         /* of this call */
    position_t at_least;    /* what was just written is read */
} cli_t;

typedef struct command_row {
    const char *name;       /* "order new"; "complaint|feedback show": either first word */
    const char *arguments;  /* "FILE..." */
    const char *summary;    /* msgid */
    const char *example;    /* a whole line, "" = none */
    /* argv[0] is the first argument; returns an exit code of <sysexits.h>, what is wrong said. */
    int (*run)(cli_t *cli, int argc, char **argv);
} command_row_t;

/* ---- errors; each prints to stderr and returns the exit code ---- */
int cli_problem(const problem_t *problem);          /* exit code by its reason */
int cli_usage(const cli_t *cli);                    /* of the command that runs */
/* Not given: the option is named, in front of the usage; true. */
bool cli_lacks(const char *option, bool given);
/* As a refusal that came over the wire: with --json as a document, too. */
int cli_refuse(const cli_t *cli, const problem_t *problem);
int cli_fail(int code, const char *format, ...) __attribute__((format(printf, 2, 3)));

/* There is a command of these words. */
bool cli_knows(const char *noun, const char *verb);

/* ---- client.c; each returns EX_OK, or the exit code with the error said ---- */
int cli_open_site(cli_t *cli);
int cli_connect(cli_t *cli);
void cli_close(cli_t *cli);
/* Unlocks `handle` with the passphrase that passphrase_read gives. */
int cli_unlock(cli_t *cli, const char *handle);
int cli_lock(cli_t *cli, const char *handle);
/* Asks the department's daemon. Takes `parameters` over (NULL: none); *answer is the caller's,
   set with EX_OK only. */
int cli_query(cli_t *cli, const char *name, json_t *parameters, json_t **answer);
/* Asks the agent itself: outbox, doctor, drop, retry. *answer is the caller's; may be NULL. */
int cli_agent(cli_t *cli, const char *what, ident_t id, json_t **answer);
/* Asks the notifier of this machine. Takes `parameters` over; *answer is the caller's, set with
   EX_OK only. */
int cli_notifier(cli_t *cli, const char *name, json_t *parameters, json_t **answer);
/* How far a command has come. */
typedef struct progress {
    enum receipt_state state; /* unset: not even the agent answered */
    bool held;                /* behind a refused one that nobody has looked at */
    bool done;                /* nothing more is to come */
    position_t position;
    ident_t id;
    const char *number;       /* of its case, where several are said at once; NULL: it is the only one */
} progress_t;
/* Hands a command over and waits until it is archived, refused, or --timeout is over. */
int cli_command(cli_t *cli, kind_t kind, ident_t object, int64_t revision, digest_t digest,
                int64_t version, const void *body, progress_t *progress);
/* The same for commands of one person that are signed in one act (`id` and person are filled in here);
   what is refused is said, and the first such exit code returned. n: 1 to LOCAL_COMMANDS_MAX. */
int cli_commands(cli_t *cli, struct local_command *list, size_t n, progress_t *progress);
int cli_say(cli_t *cli, const progress_t *progress);  /* "accepted at 17, archived" or as JSON */
/* Stores a blob of at most BLOB_BYTES_MAX at the agent; *address is what an event then names. */
int cli_blob(cli_t *cli, bytes_t content, digest_t *address);
/* The person that --as names; "" without it. */
const char *cli_person(cli_t *cli);

/* commands, one file each group */
extern const command_row_t init_commands[], people_commands[], delegation_commands[], order_commands[], read_commands[],
    feedback_commands[], action_commands[], reference_commands[], procedure_commands[],
    attachment_commands[], agent_commands[], register_commands[], stats_commands[],
    calendar_commands[], nudge_commands[], notify_commands[];

#endif
