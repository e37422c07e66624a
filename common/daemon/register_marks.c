/* SPDX-License-Identifier: Apache-2.0
 *
 * register_marks: which pairs of characters the words of a stretch of cases hold, so that a search passes over
 * the stretches in which a word cannot be. Marks are only ever added: of what was amended or cut off, some
 * are left, and the stretch is looked through for nothing.
 */
#include "common/daemon/register_internal.h"

#include <string.h>

#include "common/ledger/sql.h"

#define SPAN 4096 /* positions; some hundreds of cases */

static void write(case_register_t *self) {
    sqlite3_stmt *stmt = register_prepared(self, "INSERT OR REPLACE INTO case_marks VALUES (?1, ?2)");
    sqlite3_bind_int64(stmt, 1, self->stretch.no);
    sqlite3_bind_blob(stmt, 2, self->stretch.marks, SEARCH_MARKS, SQLITE_STATIC);
    register_run(self, stmt);
    sqlite3_finalize(stmt);
    self->stretch.changed = false;
}

static void read(case_register_t *self, int64_t no) {
    sqlite3_stmt *stmt = register_prepared(self, "SELECT marks FROM case_marks WHERE stretch = ?1");
    sqlite3_bind_int64(stmt, 1, no);
    self->stretch.no = no;
    self->stretch.known = true;
    memset(self->stretch.marks, 0, SEARCH_MARKS);
    if (sql_next(stmt, "desk.db") && sqlite3_column_bytes(stmt, 0) == SEARCH_MARKS)
        memcpy(self->stretch.marks, sqlite3_column_blob(stmt, 0), SEARCH_MARKS);
    sqlite3_finalize(stmt);
}

void register_marks_note(case_register_t *self, position_t opened, text_t folded) {
    int64_t no = (int64_t) (opened / SPAN);
    uint8_t before[SEARCH_MARKS];
    if (!self->stretch.known || self->stretch.no != no) {
        register_marks_flush(self);
        read(self, no);
    }
    memcpy(before, self->stretch.marks, sizeof before);
    search_mark(folded, self->stretch.marks);
    self->stretch.changed |= memcmp(before, self->stretch.marks, sizeof before) != 0;
}

void register_marks_flush(case_register_t *self) {
    if (self->stretch.changed)
        write(self);
}

void register_marks_forget(case_register_t *self) {
    self->stretch.known = self->stretch.changed = false;
}

void register_marks_anew(case_register_t *self) {
    sqlite3_stmt *stmt = register_prepared(self, "SELECT opened, words FROM case_words ORDER BY opened");
    while (sql_next(stmt, "desk.db"))
        register_marks_note(self, (position_t) sqlite3_column_int64(stmt, 0),
                            register_column_text(stmt, 1));
    sqlite3_finalize(stmt);
    register_marks_flush(self);
}

bool register_marks_next(case_register_t *self, const search_t *search, position_t before,
                         position_t *first, position_t *end) {
    sqlite3_stmt *stmt = register_prepared(
        self, "SELECT stretch, marks FROM case_marks WHERE stretch < ?1 ORDER BY stretch DESC");
    sqlite3_bind_int64(stmt, 1, (int64_t) (before / SPAN + (before % SPAN != 0)));
    bool found = false;
    while (!found && sql_next(stmt, "desk.db")) {
        *first = (position_t) sqlite3_column_int64(stmt, 0) * SPAN;
        *end = *first + SPAN < before ? *first + SPAN : before;
        found = sqlite3_column_bytes(stmt, 1) != SEARCH_MARKS ||
                search_may_match(search, sqlite3_column_blob(stmt, 1));
    }
    sqlite3_finalize(stmt);
    return found;
}
