/* SPDX-License-Identifier: Apache-2.0
 *
 * countersign: the command line. The tables of commands give usage and help; this file reads what
 * they share.
 */
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <sysexits.h>

#include "common/base/diag.h"
#include "common/base/text.h"
#include "common/screen/arguments.h"
#include "daemons/agent/cli/cli.h"

static const command_row_t *const groups[] = {
    init_commands,      people_commands,   delegation_commands, procedure_commands,
    reference_commands, calendar_commands, order_commands,      feedback_commands,
    action_commands,    register_commands, stats_commands,      read_commands,
    nudge_commands,     notify_commands,   attachment_commands, agent_commands};
#define GROUPS (sizeof groups / sizeof *groups)

int cli_fail(int code, const char *format, ...) {
    va_list list;
    va_start(list, format);
    fputs("countersign: ", stderr);
    vfprintf(stderr, format, list);
    fputc('\n', stderr);
    va_end(list);
    return code;
}

static int exit_code(reason_t reason) {
    static const struct {
        reason_t reason;
        int code;
    } codes[] = {{REASON_USAGE, EX_USAGE},
                 {REASON_CONFIGURATION, EX_CONFIG},
                 {REASON_INPUT_FILE, EX_NOINPUT},
                 {REASON_OFFLINE, EX_TEMPFAIL},
                 {REASON_BUSY, EX_TEMPFAIL},
                 {REASON_BEHIND, EX_TEMPFAIL},
                 {REASON_DISK_FULL, EX_TEMPFAIL},
                 {REASON_LOCKED, EX_NOPERM},
                 {REASON_WRONG_ROLE, EX_NOPERM},
                 {REASON_FOUR_EYES, EX_NOPERM},
                 {REASON_NOT_ALLOWED_TO_READ, EX_NOPERM},
                 {REASON_NOT_ADMINISTRATOR, EX_NOPERM},
                 {REASON_KEY_REVOKED, EX_NOPERM},
                 {REASON_UNKNOWN_PERSON, EX_NOPERM}};
    for (size_t i = 0; i < sizeof codes / sizeof *codes; i++)
        if (codes[i].reason == reason)
            return codes[i].code;
    return EX_DATAERR;
}

int cli_problem(const problem_t *problem) {
    char line[1100];
    problem_print(problem, line, sizeof line);
    return cli_fail(exit_code(problem->reason), "%s", line);
}

/* The command's name as it was typed: of two first words the one. */
#define COMMAND_NAME 64
static const char *typed_name(const cli_t *cli, char out[COMMAND_NAME]) {
    const char *name = cli->row->name;
    snprintf(out, COMMAND_NAME, "%s%s", cli->noun, name + strcspn(name, " "));
    return out;
}

int cli_usage(const cli_t *cli) {
    const command_row_t *row = cli->row;
    char name[COMMAND_NAME];
    fprintf(stderr, _("usage: countersign [options] %s %s\n"), typed_name(cli, name),
            row->arguments);
    if (row->example && row->example[0])
        fprintf(stderr, _("for example: %s\n"), row->example);
    return EX_USAGE;
}

bool cli_lacks(const char *option, bool given) {
    if (!given)
        cli_fail(EX_USAGE, _("%s is missing"), option);
    return !given;
}

static void help(FILE *out) {
    fprintf(out, "%s",
            _("usage: countersign [options] COMMAND ...\n\n"
              "  --site DIR       the site's folder (COUNTERSIGN_SITE, /etc/countersign)\n"
              "  --as PERSON      who speaks: handle (COUNTERSIGN_AS)\n"
              "  --for PERSON     on whose behalf, by delegation or forward: HANDLE or HANDLE:ROLE\n"
              "  --station NAME   which workstation's agent (COUNTERSIGN_STATION)\n"
              "  --timeout SEC    how long to wait for an answer (10)\n"
              "  --json           answers as JSON\n"
              "  --help           this text, or that of a command\n"
              "  --version\n\n"));
    for (size_t g = 0; g < GROUPS; g++)
        for (const command_row_t *row = groups[g]; row->name; row++)
            fprintf(out, "  %-30s %s\n", row->name, _(row->summary));
}

static void help_row(const cli_t *cli) {
    const command_row_t *row = cli->row;
    char name[COMMAND_NAME];
    printf("countersign %s %s\n\n  %s\n", typed_name(cli, name), row->arguments, _(row->summary));
    if (row->example[0])
        printf("\n  %s\n", row->example);
}

/* Takes the first word off `name`; true where `typed` is it, or one of its alternatives "a|b". */
static bool take_word(text_t *name, const char *typed) {
    size_t n = 0, length = strlen(typed);
    bool same = false;
    while (n < name->n && name->p[n] != ' ') {
        size_t from = n;
        while (n < name->n && name->p[n] != ' ' && name->p[n] != '|')
            n++;
        same = same || (n - from == length && memcmp(name->p + from, typed, length) == 0);
        n += n < name->n && name->p[n] == '|';
    }
    n += n < name->n; /* the blank */
    *name = (text_t){name->p + n, name->n - n};
    return same;
}

/* The row whose words are the first of argv; *words is how many. The longest name wins: "order new"
   before "order". */
static const command_row_t *find(int argc, const char *const *argv, int *words) {
    const command_row_t *best = NULL;
    *words = 0;
    for (size_t g = 0; g < GROUPS; g++)
        for (const command_row_t *row = groups[g]; row->name; row++) {
            text_t rest = text_of(row->name);
            int n = 0;
            bool same = true;
            while (same && rest.n && n < argc)
                same = take_word(&rest, argv[n++]);
            if (same && rest.n == 0 && n > *words) {
                best = row;
                *words = n;
            }
        }
    return best;
}

bool cli_knows(const char *noun, const char *verb) {
    int words;
    const char *const argv[] = {noun, verb};
    find(2, argv, &words);
    return words == 2;
}

static const char *or_environment(const char *value, const char *name) {
    const char *env = getenv(name);
    return value ? value : env && env[0] ? env : NULL;
}

static int run(cli_t *cli, int argc, char **argv) {
    int words;
    const command_row_t *row = find(argc, (const char *const *) argv, &words);
    cli->row = row;
    cli->noun = argc ? argv[0] : "";
    if (cli->help && row) {
        help_row(cli);
        return EX_OK;
    }
    if (cli->help || argc == 0) {
        help(cli->help ? stdout : stderr);
        return cli->help ? EX_OK : EX_USAGE;
    }
    if (!row)
        return cli_fail(EX_USAGE, _("no command \"%s\"; countersign --help lists them"), argv[0]);
    return row->run(cli, argc - words, argv + words);
}

int main(int argc, char **argv) {
    language_start();
    diag_open("countersign", true);
    crypto_start();
    argc--, argv++;
    if (option_flag(&argc, argv, "--version")) {
        puts("countersign " COUNTERSIGN_VERSION);
        return EX_OK;
    }
    cli_t cli = {.arena = arena_new(256u << 20), .timeout_ms = 10000};
    cli.site_folder = site_folder(option_value(&argc, argv, "--site"));
    cli.as = or_environment(option_value(&argc, argv, "--as"), "COUNTERSIGN_AS");
    cli.behalf = option_value(&argc, argv, "--for");
    cli.station_name = or_environment(option_value(&argc, argv, "--station"), "COUNTERSIGN_STATION");
    cli.json = option_flag(&argc, argv, "--json");
    cli.help = option_flag(&argc, argv, "--help");
    const char *timeout = option_value(&argc, argv, "--timeout");
    int64_t seconds = 10;
    if (timeout && !int_parse(text_of(timeout), 0, 86400, &seconds))
        return cli_fail(EX_USAGE, _("--timeout: whole seconds, 0 to 86400"));
    cli.timeout_ms = seconds * 1000;
    cli.timeout_given = timeout != NULL;
    int code = run(&cli, argc, argv);
    cli_close(&cli);
    arena_destroy(&cli.arena);
    if (fflush(stdout) != 0 || ferror(stdout))
        return cli_fail(EX_IOERR, _("what was printed could not be written"));
    return code;
}
