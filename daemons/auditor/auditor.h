/* SPDX-License-Identifier: Apache-2.0
 *
 * auditor: countersign-audit, the tool of whoever trusts nobody's word: an ISO 9001 auditor, the
 * quality manager, a customer with a proof in hand. It reads an archive, a backup, an export or a
 * proof as a file, without any daemon, and never writes into it. Exit codes: 0 sound (or shown), 1
 * something was found, 2 it could not tell; wrong usage is EX_USAGE (64).
 */
#ifndef COUNTERSIGN_AUDITOR_AUDITOR_H
#define COUNTERSIGN_AUDITOR_AUDITOR_H

#include "common/base/language.h"
#include "common/base/moment.h"
#include "common/daemon/audit.h"
#include "common/exchange/view.h"

#define AUDIT_SOUND 0
#define AUDIT_FOUND 1
#define AUDIT_UNABLE 2

typedef struct auditor {
    bool json;
    const struct auditor_command *row;
    char copy[SEALED_PATH];      /* of a file that a log had to be worked into; "" = none */
    char file[SEALED_PATH];      /* what is read */
    chronicle_t *chronicle;      /* of what is read; NULL: not open */
    arena_t *arena;
} auditor_t;

typedef struct auditor_command {
    const char *name, *arguments, *summary, *example;
    int (*run)(auditor_t *self, int argc, char **argv);
} auditor_command_t;

int auditor_usage(const auditor_t *self);
int auditor_problem(const problem_t *problem); /* prints it; AUDIT_UNABLE */
int auditor_fail(int code, const char *format, ...) __attribute__((format(printf, 2, 3)));
/* As JSON, indented, on stdout; takes it over. */
void auditor_print(json_t *json);

/* ---- archive.c ---- */
/* Finds the file that is meant (in a folder: events.db or archive.db), prepares it. 0 or -1 with the
   error said. */
int archive_find(auditor_t *self, const char *path);
/* The same, and opens it folded up to `as_of` (a position, a time, NULL: the end). */
int archive_open(auditor_t *self, const char *path, const char *as_of);
/* Folds anew up to another point. */
bool archive_go(auditor_t *self, position_t position);
void archive_close(auditor_t *self);
/* The last event at or before a point in time, or a position; false with the error said. */
bool archive_position(auditor_t *self, const char *as_of, position_t *out);
position_t archive_last(auditor_t *self);
/* All there is to see, as of where it is folded to. */
view_t archive_view(auditor_t *self);
/* By number or id; NULL with the error said. */
const case_t *archive_case(auditor_t *self, const char *name);
/* A whole file, at most `most` bytes; false with the error said. */
bool archive_read_file(const char *path, size_t most, buffer_t *out);
/* The names of the procedure in force there, for words. */
void archive_words(auditor_t *self);

/* ---- what it can do ---- */
int run_verify(auditor_t *self, int argc, char **argv);
int run_show(auditor_t *self, int argc, char **argv);
int run_diff(auditor_t *self, int argc, char **argv);
int run_knew(auditor_t *self, int argc, char **argv);
int run_replay(auditor_t *self, int argc, char **argv);
int run_prove(auditor_t *self, int argc, char **argv);
int run_export(auditor_t *self, int argc, char **argv);
int run_compare(auditor_t *self, int argc, char **argv);
int run_checkpoint(auditor_t *self, int argc, char **argv);

/* verify.c: what an audit came to, as JSON and for people */
json_t *verdict_json(const audit_t *audit, const view_t *view);
void verdict_print(const audit_t *audit, const view_t *view);
/* proof.c */
int proof_verify(auditor_t *self, bytes_t file, const char *name, const digest_t *ledger,
                 const verifier_key_t *witnesses, size_t witnesses_n);
/* Appends the proof of an event under the newest checkpoint that covers it. 0, or -1 with *problem. */
int proof_make(auditor_t *self, position_t position, buffer_t *out, problem_t *problem);
/* checkpoint.c: the newest note at or after a position (0: the newest of all); false: none */
bool checkpoint_find(auditor_t *self, position_t from, buffer_t *note, tree_head_t *head);
/* report.c: one HTML page that needs nothing beside it */
void report_html(auditor_t *self, const audit_t *audit, position_t from, position_t to,
                 const char *clause, const ident_t *only, buffer_t *out);
/* clauses.c: of QP21, by kind of event; "" = none */
const char *clause_of(kind_t kind);
const char *clause_title(const char *clause);

#endif
