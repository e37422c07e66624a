/* SPDX-License-Identifier: Apache-2.0
 *
 * options: getopt_long over one table.
 */
#include "common/daemon/options.h"

#include <getopt.h>
#include <stdio.h>
#include <sysexits.h>

#include "common/base/language.h"
#include "common/daemon/site.h"

#define KEY_MAX 32

typedef struct option_row {
    char letter;
    const char *name, *value, *doc;
} option_row_t;

static const option_row_t rows[] = {
    {'s', "site", "DIR", N_("folder of the site's files (COUNTERSIGN_SITE, /etc/countersign)")},
    {'n', "check", NULL, N_("check the configuration and exit")},
    {'d', "foreground", NULL, N_("write the log to standard error, not to the journal")},
    {'r', "restore", "REASON",
     N_("set a store aside that contradicts the others, to be rebuilt; say why")},
    {'v', "verbose", NULL, N_("say more")},
    {'V', "version", NULL, N_("print the version and exit")},
    {'h', "help", NULL, N_("print this and exit")},
};
#define ROWS (sizeof rows / sizeof *rows)

static void help(const daemon_spec_t *spec, FILE *out) {
    fprintf(out, _("usage: %s [options]%s%s\n%s\n\n"), spec->name,
            spec->arguments[0] ? " " : "", spec->arguments, language_text(spec->doc));
    for (size_t i = 0; i < ROWS; i++)
        fprintf(out, "  -%c, --%s%s%-*s %s\n", rows[i].letter, rows[i].name,
                rows[i].value ? " " : "",
                (int) (14 - strlen(rows[i].name) - (rows[i].value ? 1 : 0)),
                rows[i].value ? rows[i].value : "", _(rows[i].doc));
    if (spec->commands)
        fprintf(out, "\n%s", language_text(spec->commands));
    fprintf(out,
            _("\nIt stays in the foreground and is ended by SIGTERM. Exit codes are those of "
              "sysexits(3): %d when the\n"
              "configuration is wrong, %d when the record contradicts itself, %d after an I/O "
              "error.\n"),
            EX_CONFIG, EX_DATAERR, EX_IOERR);
}

static bool usage(const daemon_spec_t *spec, int *exit_code, const char *what) {
    language_start();
    fprintf(stderr, "%s: %s\n", spec->name, language_text(what));
    help(spec, stderr);
    *exit_code = EX_USAGE;
    return false;
}

/* The argument becomes part of file names. */
static bool plain(const char *s) {
    size_t n = strspn(s, "abcdefghijklmnopqrstuvwxyz0123456789-_");
    return n > 0 && n <= KEY_MAX && s[n] == '\0';
}

static bool take_argument(const daemon_spec_t *spec, int argc, char **argv, options_t *out,
                          int *exit_code) {
    int wanted = spec->arguments[0] ? 1 : 0;
    if (argc - optind != wanted)
        return usage(spec, exit_code,
                     wanted ? N_("one argument is expected") : N_("no arguments are expected"));
    out->argument = wanted ? argv[optind] : NULL;
    if (wanted && !plain(out->argument))
        return usage(spec, exit_code, N_("the argument is a short name of a-z, 0-9, - and _"));
    return true;
}

bool options_read(const daemon_spec_t *spec, int argc, char **argv, options_t *out,
                  int *exit_code) {
    struct option table[ROWS + 1] = {{0}};
    char letters[2 * ROWS + 1] = "";
    for (size_t i = 0, n = 0; i < ROWS; i++) {
        table[i] = (struct option){rows[i].name, rows[i].value ? required_argument : no_argument,
                                   NULL, rows[i].letter};
        letters[n++] = rows[i].letter;
        if (rows[i].value)
            letters[n++] = ':';
    }
    *out = (options_t){.site = site_folder(NULL)};
    optind = 1;
    for (int c; (c = getopt_long(argc, argv, letters, table, NULL)) != -1;) {
        switch (c) {
        case 's': out->site = optarg; break;
        case 'n': out->check_only = true; break;
        case 'd': out->foreground = true; break;
        case 'r': out->restore = optarg; break;
        case 'v': out->verbose = true; break;
        case 'V':
            printf("%s %s\n", spec->name, COUNTERSIGN_VERSION);
            *exit_code = EX_OK;
            return false;
        case 'h':
            language_start();
            help(spec, stdout);
            *exit_code = EX_OK;
            return false;
        default: return usage(spec, exit_code, N_("see the options below"));
        }
    }
    return take_argument(spec, argc, argv, out, exit_code);
}
