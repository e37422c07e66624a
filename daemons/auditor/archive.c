/* SPDX-License-Identifier: Apache-2.0
 *
 * archive: the file that is read, and the point to which it is folded.
 */
#include <errno.h>
#include <stdio.h>
#include <string.h>
#include <sys/stat.h>

#include "common/base/moment.h"
#include "common/base/text.h"
#include "common/exchange/directory_json.h"
#include "common/screen/words.h"
#include "daemons/auditor/auditor.h"

#define CASES_IN_MEMORY 2048

bool archive_read_file(const char *path, size_t most, buffer_t *out) {
    FILE *file = fopen(path, "rbe");
    uint8_t piece[16384];
    size_t n;
    buffer_clear(out);
    if (!file) {
        auditor_fail(AUDIT_UNABLE, "%s: %s", path, strerror(errno));
        return false;
    }
    while ((n = fread(piece, 1, sizeof piece, file)) > 0 && out->n <= most)
        buffer_put(out, piece, n);
    bool ok = !ferror(file) && out->n <= most;
    fclose(file);
    if (!ok)
        auditor_fail(AUDIT_UNABLE, _("%s cannot be read, or is too large for what it is to be"), path);
    return ok;
}

int archive_find(auditor_t *self, const char *path) {
    static const char *const names[] = {"", "/events.db", "/archive.db"};
    struct stat status;
    problem_t problem = {0};
    for (size_t i = 0; i < sizeof names / sizeof *names; i++) {
        snprintf(self->file, sizeof self->file, "%.900s%s", path, names[i]);
        if (stat(self->file, &status) == 0 && !S_ISDIR(status.st_mode))
            break;
    }
    if (sealed_prepare(self->file, self->copy, &problem) != 0) {
        auditor_problem(&problem);
        return -1;
    }
    if (self->copy[0]) {
        fprintf(stderr,
                _("%s was not closed by its daemon: a copy with its write-ahead log is read\n"),
                self->file);
        snprintf(self->file, sizeof self->file, "%s", self->copy);
    }
    return 0;
}

void archive_close(auditor_t *self) {
    chronicle_close(&self->chronicle);
    sealed_forget(self->copy);
    self->copy[0] = '\0';
}

position_t archive_last(auditor_t *self) {
    sqlite3_stmt *stmt = NULL;
    position_t last = 0;
    if (sqlite3_prepare_v2(ledger_db(chronicle_ledger(self->chronicle)),
                           "SELECT max (position) FROM main.event", -1, &stmt, NULL) == SQLITE_OK &&
        sqlite3_step(stmt) == SQLITE_ROW)
        last = (position_t) sqlite3_column_int64(stmt, 0);
    sqlite3_finalize(stmt);
    return last;
}

bool archive_position(auditor_t *self, const char *as_of, position_t *out) {
    position_t last = archive_last(self);
    int64_t number;
    moment_t time;
    day_t day;
    *out = last;
    if (!as_of)
        return true;
    if (int_parse(text_of(as_of), 1, INT64_MAX, &number)) {
        if ((position_t) number > last)
            auditor_fail(AUDIT_UNABLE, _("the record ends at event %llu"), (unsigned long long) last);
        *out = (position_t) number;
        return (position_t) number <= last;
    }
    if (day_parse(text_of(as_of), &day))
        time = (day + 1) * DAY_MS - 1; /* its whole day, UTC */
    else if (!moment_parse(text_of(as_of), &time)) {
        auditor_fail(AUDIT_UNABLE,
                     _("%s: a position, a day (2026-11-24) or a time (2026-11-24T12:00:00Z)"), as_of);
        return false;
    }
    *out = ledger_last_by(chronicle_ledger(self->chronicle), time, last);
    if (*out == 0)
        auditor_fail(AUDIT_UNABLE, _("nothing had been recorded by %s"), as_of);
    return *out > 0;
}

bool archive_go(auditor_t *self, position_t position) {
    if (chronicle_jump(self->chronicle, position))
        return true;
    auditor_fail(AUDIT_UNABLE, _("the events up to %llu are not all there; verify says more"),
                 (unsigned long long) position);
    return false;
}

int archive_open(auditor_t *self, const char *path, const char *as_of) {
    problem_t problem = {0};
    position_t position;
    if (archive_find(self, path) != 0)
        return -1;
    self->chronicle = chronicle_open_sealed(self->file, CASES_IN_MEMORY, &problem);
    if (!self->chronicle) {
        auditor_problem(&problem);
        return -1;
    }
    return archive_position(self, as_of, &position) && archive_go(self, position) ? 0 : -1;
}

view_t archive_view(auditor_t *self) {
    return (view_t){.context = chronicle_context(self->chronicle),
                    .prices = true,
                    .contacts = true,
                    .now = ledger_time(chronicle_ledger(self->chronicle))};
}

const case_t *archive_case(auditor_t *self, const char *name) {
    ident_t id;
    const case_t *of = ident_parse(text_of(name), &id)
                           ? chronicle_case(self->chronicle, id)
                           : chronicle_case_by_number(self->chronicle, text_of(name));
    if (!of)
        auditor_fail(AUDIT_UNABLE, _("no case %s up to event %llu"), name,
                     (unsigned long long) ledger_last(chronicle_ledger(self->chronicle)));
    return of;
}

void archive_words(auditor_t *self) {
    const struct procedure *procedure = context_procedure(chronicle_context(self->chronicle));
    words_use(procedure ? procedure_json(procedure, 0) : NULL);
}
