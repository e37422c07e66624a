/* SPDX-License-Identifier: Apache-2.0
 *
 * register_internal: what the files of the register share.
 */
#ifndef COUNTERSIGN_DAEMON_REGISTER_INTERNAL_H
#define COUNTERSIGN_DAEMON_REGISTER_INTERNAL_H

#include "common/daemon/register.h"

/* Of cases whose first events lie side by side: the marks of all that was ever among their words. */
typedef struct stretch {
    int64_t no;
    bool known, changed; /* read, or new; not written yet */
    uint8_t marks[SEARCH_MARKS];
} stretch_t;

struct case_register {
    chronicle_t *chronicle;
    ledger_t *ledger;
    sqlite3_stmt *put_row, *put_words, *put_action, *put_key;
    ident_t *noted;            /* cases whose rows are to be written, some of them twice */
    size_t noted_n, noted_room;
    bool adopted;              /* an edition of the procedure came: classes may be others */
    buffer_t text, folded, products;
    stretch_t stretch;         /* the one that was written to last */
};

sqlite3_stmt *register_prepared(case_register_t *self, const char *sql);
/* What the statements that read call. */
void register_read_open(case_register_t *self);
/* A full disk is left to the commit; other errors end the process. */
void register_run(case_register_t *self, sqlite3_stmt *stmt);
/* The statements that write, and what they write of one case. */
void register_row_open(case_register_t *self);
void register_row_close(case_register_t *self);
void register_row_put(case_register_t *self, const case_t *of);

/* register_keys.c: of each event; and of all of them again */
void register_keys_note(case_register_t *self, const decoded_t *event);
void register_keys_anew(case_register_t *self);

/* register_marks.c: what a search need not look through. Of each row of words; before a commit, in its
   transaction; after one that came to nothing. */
void register_marks_note(case_register_t *self, position_t opened, text_t folded);
void register_marks_flush(case_register_t *self);
void register_marks_forget(case_register_t *self);
/* Of the words that are there: an earlier version made no marks. */
void register_marks_anew(case_register_t *self);
/* Positions [first, end) of the next older stretch in which something may match; before: its end lies no
   further. false: there is none. */
bool register_marks_next(case_register_t *self, const search_t *search, position_t before,
                         position_t *first, position_t *end);

static inline void register_bind_text(sqlite3_stmt *stmt, int at, text_t text) {
    sqlite3_bind_text(stmt, at, text.n ? text.p : "", (int) text.n, SQLITE_STATIC);
}

static inline void register_bind_id(sqlite3_stmt *stmt, int at, const ident_t *id) {
    sqlite3_bind_blob(stmt, at, id->b, sizeof id->b, SQLITE_STATIC);
}

static inline text_t register_column_text(sqlite3_stmt *stmt, int at) {
    const void *p = sqlite3_column_blob(stmt, at); /* no copy with a NUL behind it */
    return (text_t){p, (size_t) sqlite3_column_bytes(stmt, at)};
}

static inline ident_t register_column_id(sqlite3_stmt *stmt, int at) {
    ident_t id = {{0}};
    if (sqlite3_column_bytes(stmt, at) == (int) sizeof id.b)
        memcpy(id.b, sqlite3_column_blob(stmt, at), sizeof id.b);
    return id;
}

#endif
