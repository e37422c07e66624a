/* SPDX-License-Identifier: Apache-2.0
 *
 * case: what the verbs on an order, a complaint and other feedback share: each looks at the case
 * first, so that what is signed names the revision and the digest that the person has seen.
 */
#ifndef COUNTERSIGN_CLI_CASE_H
#define COUNTERSIGN_CLI_CASE_H

#include "daemons/agent/cli/cli.h"

typedef struct seen {
    ident_t id;
    int64_t revision, version;
    digest_t digest;
    json_t *json; /* the caller's */
} seen_t;

/* The case as it is now. Of another kind than the command that runs speaks of (cli->noun): refused,
   and the right command is named. EX_OK, or the exit code with the error said; seen->json may be
   NULL then. */
int case_look(cli_t *cli, const char *number, seen_t *seen);
/* Says a word that is bound to what was seen, as its kind asks, and how far it came. */
int case_say(cli_t *cli, const seen_t *seen, kind_t kind, const void *body);
/* Both: looks, and says. */
int case_judge(cli_t *cli, const char *number, kind_t kind, const void *body);
/* As case_judge, with files that are stored once the case has been seen; *attachments, of the body,
   names them then. */
int case_judge_with(cli_t *cli, const char *number, const struct text_list *files,
                    struct attachment_list *attachments, kind_t kind, const void *body);
/* Says its number, then how far the command came that opened it or gave it another number. */
int case_say_number(cli_t *cli, ident_t id, const progress_t *progress);
int case_run_show(cli_t *cli, int argc, char **argv);
int case_run_list(cli_t *cli, int argc, char **argv); /* list.c */
/* Is this case (a row or a whole one) of the kind that the command speaks of (cli->noun)? */
bool case_fits(const cli_t *cli, const json_t *found);
/* "feedback" is whatever a customer told us, a complaint, too. */
bool case_noun(const cli_t *cli, const char *noun);

/* round.c: what departments and signers say, of whatever case */
int round_run_verdict(cli_t *cli, int argc, char **argv);
int round_run_retract(cli_t *cli, int argc, char **argv);
int round_run_forward(cli_t *cli, int argc, char **argv);
int round_run_add_reviewer(cli_t *cli, int argc, char **argv);
int round_run_conclude(cli_t *cli, int argc, char **argv);
int round_run_sign(cli_t *cli, int argc, char **argv);

/* measure.c */
/* "TEXT;OWNER;DUE[;TYPE]". EX_OK, or the exit code with the error said. */
int measure_read(cli_t *cli, const char *typed, struct measure *out);

#endif
