/* SPDX-License-Identifier: Apache-2.0
 *
 * countersign-audit: the table of commands, and what they share.
 */
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <sysexits.h>

#include "common/base/diag.h"
#include "common/screen/arguments.h"
#include "daemons/auditor/auditor.h"

static const auditor_command_t commands[] = {
    {"verify", "FILE|FOLDER|PROOF|--bus NAME [--site DIR] [--keep FILE] [--patience SECONDS] [--checkpoint FILE]... [--witness KEY]... [--ledger ID] [--no-signatures] [--no-decisions]",
     N_("check everything: bytes, order, signatures, roles, decisions, numbers, documents, checkpoints"),
     "countersign-audit verify backup/archive.db --checkpoint mailbox/checkpoint.txt", run_verify},
    {"show", "FILE CASE [--as-of TIME|POSITION]", N_("a case as it stood"),
     "countersign-audit show archive.db DD2026-0002 --as-of 2026-11-24T12:00:00Z", run_show},
    {"diff", "FILE CASE FROM TO", N_("what changed in a case between two points"),
     "countersign-audit diff archive.db DD2026-0002 120 180", run_diff},
    {"knew", "FILE DEPARTMENT CASE", N_("what a department had before it when it gave its verdict"),
     "countersign-audit knew archive.db planning DD2026-0002", run_knew},
    {"replay", "FILE [--case CASE] [--from POSITION|TIME] [--until POSITION|TIME] [--speed N] "
     "[--onto FOLDER [--as PERSON] [--listen ENDPOINT]]",
     N_("the events again, one after the other; --speed 60: an hour in a minute; --onto: for agents, as it stood then"),
     "countersign-audit replay archive.db --until 2026-11-24T12:00:00Z --onto /tmp/then", run_replay},
    {"prove", "FILE POSITION|NUMBER [--out FILE]",
     N_("a small file that proves one event to somebody who has nothing else"),
     "countersign-audit prove archive.db DD2026-0002 --out order.tlog-proof", run_prove},
    {"export", "FILE FOLDER [--case CASE]... [--from TIME] [--to TIME] [--clause QP21-...]",
     N_("a folder for an auditor: events, proofs, documents, one report to be opened in a browser"),
     "countersign-audit export archive.db /media/usb/audit --case DD2026-0002", run_export},
    {"compare", "A B", N_("two archives, or an archive and a ledger: the first difference"),
     "countersign-audit compare archive.db ledger.db", run_compare},
    {"checkpoint", "FILE [--qr]", N_("the newest checkpoint; as a QR code, to be printed"),
     "countersign-audit checkpoint archive.db --qr", run_checkpoint},
};
#define COMMANDS (sizeof commands / sizeof *commands)

int auditor_fail(int code, const char *format, ...) {
    va_list list;
    va_start(list, format);
    fputs("countersign-audit: ", stderr);
    vfprintf(stderr, format, list);
    fputc('\n', stderr);
    va_end(list);
    return code;
}

int auditor_problem(const problem_t *problem) {
    char line[1100];
    problem_print(problem, line, sizeof line);
    return auditor_fail(AUDIT_UNABLE, "%s", line);
}

int auditor_usage(const auditor_t *self) {
    fprintf(stderr, _("usage: countersign-audit [--json] %s %s\n"), self->row->name,
            self->row->arguments);
    fprintf(stderr, _("for example: %s\n"), self->row->example);
    return EX_USAGE;
}

void auditor_print(json_t *json) {
    json_dumpf(json, stdout, JSON_INDENT(2) | JSON_PRESERVE_ORDER);
    putchar('\n');
    json_decref(json);
}

static void help(FILE *out) {
    fprintf(out, "%s",
            _("usage: countersign-audit [--json] COMMAND ...\n\n"
              "Reads an archive, a backup or an export by itself: no daemon, no network, nothing is changed\n"
              "(verify --bus fetches it from a running archiver).\n"
              "Exit code: 0 sound, 1 something was found, 2 it could not tell.\n\n"));
    for (size_t i = 0; i < COMMANDS; i++)
        fprintf(out, "  %-12s %s\n", commands[i].name, _(commands[i].summary));
}

static const auditor_command_t *find(const char *name) {
    for (size_t i = 0; i < COMMANDS; i++)
        if (strcmp(commands[i].name, name) == 0)
            return &commands[i];
    return NULL;
}

int main(int argc, char **argv) {
    language_start();
    diag_open("countersign-audit", true);
    crypto_start();
    argc--, argv++;
    if (option_flag(&argc, argv, "--version")) {
        puts("countersign-audit " COUNTERSIGN_VERSION);
        return EX_OK;
    }
    auditor_t self = {.arena = arena_new(0)};
    self.json = option_flag(&argc, argv, "--json");
    bool asked = option_flag(&argc, argv, "--help");
    self.row = argc ? find(argv[0]) : NULL;
    int code;
    if (argc == 0 || (asked && !self.row)) {
        help(asked ? stdout : stderr);
        code = asked ? EX_OK : EX_USAGE;
    } else if (!self.row) {
        code = auditor_fail(EX_USAGE, _("no command \"%s\"; countersign-audit --help lists them"),
                            argv[0]);
    } else if (asked) {
        printf("countersign-audit %s %s\n\n  %s\n\n  %s\n", self.row->name, self.row->arguments,
               _(self.row->summary), self.row->example);
        code = EX_OK;
    } else {
        code = self.row->run(&self, argc - 1, argv + 1);
    }
    archive_close(&self);
    arena_destroy(&self.arena);
    if (fflush(stdout) != 0 || ferror(stdout))
        return auditor_fail(AUDIT_UNABLE, _("what was printed could not be written"));
    return code;
}
