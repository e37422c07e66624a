/* SPDX-License-Identifier: Apache-2.0
 *
 * register: see register.h. How far the tables speak is kept beside them, in the transaction of the
 * events: what a commit without them, a cut or another version left is seen by it, and only that is
 * written again.
 */
#include "common/daemon/register_internal.h"

#include <stdlib.h>
#include <sysexits.h>

#include "common/base/diag.h"
#include "common/base/memory.h"
#include "common/domain/feedback_rules.h"
#include "common/ledger/sql.h"

#define VERSION 4 /* goes up when rows would be other ones: they are made anew */
#define WITHOUT_MARKS 3 /* whose rows are the same ones */
#define AT_ONCE 1024

#define TIME_COLUMN(NAME, name) ", " #name " INTEGER NOT NULL"
const char register_schema[] =
    "CREATE TABLE IF NOT EXISTS case_row (opened INTEGER PRIMARY KEY, object BLOB NOT NULL,"
    " customer BLOB NOT NULL, scope INTEGER NOT NULL, last INTEGER NOT NULL, kind INTEGER NOT NULL,"
    " standing INTEGER NOT NULL, severity INTEGER NOT NULL, safety INTEGER NOT NULL,"
    " cause INTEGER NOT NULL, outcome INTEGER NOT NULL, remedy INTEGER NOT NULL,"
    " edition INTEGER NOT NULL, reopened INTEGER NOT NULL, number TEXT NOT NULL,"
    " class TEXT NOT NULL, product TEXT NOT NULL, department TEXT NOT NULL,"
    " state TEXT NOT NULL" REGISTER_TIMES(
        TIME_COLUMN) ");"
                     "CREATE INDEX IF NOT EXISTS case_row_open ON case_row (scope, state, opened)"
                     " WHERE standing = 0;"
                     "CREATE INDEX IF NOT EXISTS case_row_customer ON case_row (customer, opened);"
                     "CREATE TABLE IF NOT EXISTS case_words (opened INTEGER PRIMARY KEY, scope "
                     "INTEGER NOT NULL,"
                     " customer BLOB NOT NULL, products TEXT NOT NULL, words TEXT NOT NULL);"
                     "CREATE TABLE IF NOT EXISTS case_marks (stretch INTEGER PRIMARY KEY, marks "
                     "BLOB NOT NULL);"
                     "CREATE TABLE IF NOT EXISTS case_action (opened INTEGER NOT NULL, no INTEGER "
                     "NOT NULL,"
                     " owner BLOB NOT NULL, due INTEGER NOT NULL, state INTEGER NOT NULL, type "
                     "INTEGER NOT NULL,"
                     " since INTEGER NOT NULL, closed INTEGER NOT NULL, setbacks INTEGER NOT NULL,"
                     " text TEXT NOT NULL, PRIMARY KEY (opened, no)) WITHOUT ROWID;"
                     "CREATE INDEX IF NOT EXISTS case_action_open ON case_action (due) WHERE state "
                     "< 2;"
                     "CREATE TABLE IF NOT EXISTS key_use (key BLOB PRIMARY KEY, position INTEGER "
                     "NOT NULL,"
                     " time INTEGER NOT NULL) WITHOUT ROWID;";

sqlite3_stmt *register_prepared(case_register_t *self, const char *sql) {
    return sql_prepare(ledger_db(self->ledger), sql, "desk.db");
}

void register_run(case_register_t *self, sqlite3_stmt *stmt) {
    ledger_run(self->ledger, stmt);
}

/* ---- what is to be written ---- */

static void note(case_register_t *self, ident_t id) {
    for (size_t i = self->noted_n; i-- > 0 && self->noted_n - i < 16;)
        if (ident_equal(self->noted[i], id)) /* events of one case come in runs */
            return;
    if (self->noted_n == self->noted_room) {
        self->noted_room = self->noted_room * 2 + 64;
        self->noted = memory_grow(self->noted, self->noted_room, sizeof *self->noted);
    }
    self->noted[self->noted_n++] = id;
}

static int compare_ids(const void *a, const void *b) { return memcmp(a, b, sizeof(ident_t)); }

/* By identifier, which is by time, near enough: of each case its events are read but once. */
static void write_noted(case_register_t *self) {
    if (self->noted_n)
        qsort(self->noted, self->noted_n, sizeof *self->noted, compare_ids);
    for (size_t i = 0; i < self->noted_n; i++) {
        if (i && ident_equal(self->noted[i], self->noted[i - 1]))
            continue;
        const case_t *of = chronicle_case(self->chronicle, self->noted[i]);
        if (of)
            register_row_put(self, of);
    }
    self->noted_n = 0;
}

void register_note(case_register_t *self, const decoded_t *event) {
    if (event->info->kind == KIND_PROCEDURE_ADOPT)
        self->adopted = true;
    register_keys_note(self, event);
    if (!scope_of_cases(event->info->scope))
        return;
    note(self, event->event.object);
    if (self->noted_n >= AT_ONCE)
        write_noted(self);
}

/* ---- classes that follow from the edition in force ---- */

typedef struct reclass {
    position_t opened;
    text_t class;
} reclass_t;

static void put_class(case_register_t *self, const reclass_t *row) {
    sqlite3_stmt *stmt =
        register_prepared(self, "UPDATE case_row SET class = ?2 WHERE opened = ?1");
    sqlite3_bind_int64(stmt, 1, (int64_t) row->opened);
    register_bind_text(stmt, 2, row->class);
    register_run(self, stmt);
    sqlite3_finalize(stmt);
}

static text_t class_of(case_register_t *self, sqlite3_stmt *stmt) {
    const struct triage triage = {.severity = (enum severity) sqlite3_column_int(stmt, 2),
                                  .safety = sqlite3_column_int(stmt, 3) != 0};
    const struct review_class *class = class_fitting(
        context_procedure(chronicle_context(self->chronicle)),
        (enum feedback_kind) sqlite3_column_int(stmt, 1), triage.severity ? &triage : NULL);
    return class ? class->key : (text_t){NULL, 0};
}

/* Feedback that no review holds to an edition is of the class that the one in force gives it. */
static void write_classes(case_register_t *self) {
    reclass_t *list = NULL;
    size_t n = 0, room = 0;
    sqlite3_stmt *stmt = register_prepared(
        self, "SELECT opened, kind, severity, safety, class FROM case_row WHERE scope = ?1"
              " AND edition = 0");
    sqlite3_bind_int(stmt, 1, SCOPE_FEEDBACK);
    while (sql_next(stmt, "desk.db")) {
        text_t class = class_of(self, stmt);
        if (text_equal(class, register_column_text(stmt, 4)))
            continue;
        if (n == room)
            list = memory_grow(list, room = room * 2 + 64, sizeof *list);
        list[n++] = (reclass_t){(position_t) sqlite3_column_int64(stmt, 0), class};
    }
    sqlite3_finalize(stmt);
    for (size_t i = 0; i < n; i++)
        put_class(self, &list[i]);
    free(list);
    self->adopted = false;
}

void register_flush(case_register_t *self) {
    if (!ledger_in_transaction(self->ledger))
        return;
    write_noted(self);
    register_marks_flush(self);
    if (self->adopted)
        write_classes(self);
    ledger_put_number(self->ledger, "register.position", (int64_t) ledger_last(self->ledger));
}

/* ---- after a crash, a cut, another version ---- */

static int note_event(void *arg, position_t position, bytes_t bytes) {
    case_register_t *self = arg;
    decoded_t event;
    arena_t *arena = arena_new(0);
    if (event_decode(bytes, arena, &event, NULL) != 0)
        diag_fatal(EX_DATAERR, DIAG_IO_ERROR, "desk.db: event %llu cannot be read",
                   (unsigned long long) position);
    register_note(self, &event);
    arena_destroy(&arena);
    return 0;
}

/* Of events that are no more: the row goes, and comes again if its case is still there. */
static void drop_cut(case_register_t *self) {
    static const char *const drops[] = {
        "DELETE FROM case_words WHERE opened IN (SELECT opened FROM case_row WHERE last > ?1)",
        "DELETE FROM case_action WHERE opened IN (SELECT opened FROM case_row WHERE last > ?1)",
        "DELETE FROM case_row WHERE last > ?1"};
    int64_t last = (int64_t) ledger_last(self->ledger);
    sqlite3_stmt *stmt = register_prepared(self, "SELECT object FROM case_row WHERE last > ?1");
    sqlite3_bind_int64(stmt, 1, last);
    while (sql_next(stmt, "desk.db"))
        note(self, register_column_id(stmt, 0));
    sqlite3_finalize(stmt);
    for (size_t i = 0; i < sizeof drops / sizeof *drops; i++) {
        stmt = register_prepared(self, drops[i]);
        sqlite3_bind_int64(stmt, 1, last);
        register_run(self, stmt);
        sqlite3_finalize(stmt);
    }
}

static void drop_all(case_register_t *self) {
    static const char *const drops[] = {"DELETE FROM case_row", "DELETE FROM case_words",
                                        "DELETE FROM case_marks", "DELETE FROM case_action"};
    for (size_t i = 0; i < sizeof drops / sizeof *drops; i++) {
        sqlite3_stmt *stmt = register_prepared(self, drops[i]);
        register_run(self, stmt);
        sqlite3_finalize(stmt);
    }
}

static bool up_to_date(case_register_t *self) {
    return ledger_get_number(self->ledger, "register.version", 0) == VERSION &&
           ledger_get_number(self->ledger, "register.position", 0) ==
               (int64_t) ledger_last(self->ledger);
}

static void catch_up(case_register_t *self) {
    position_t last = ledger_last(self->ledger);
    if (up_to_date(self))
        return;
    ledger_begin(self->ledger);
    position_t done = (position_t) ledger_get_number(self->ledger, "register.position", 0);
    int64_t version = ledger_get_number(self->ledger, "register.version", 0);
    if (version == WITHOUT_MARKS)
        register_marks_anew(self);
    else if (version != VERSION) {
        drop_all(self);
        ledger_walk_cases(self->ledger, SCOPE_ORDER, 0, note_event, self);
        ledger_walk_cases(self->ledger, SCOPE_FEEDBACK, 0, note_event, self);
        register_keys_anew(self);
        done = last;
    }
    if (done < last)
        ledger_walk(self->ledger, done + 1, last, note_event, self);
    else if (done > last) {
        drop_cut(self);
        register_keys_anew(self);
    }
    self->adopted = true;
    ledger_put_number(self->ledger, "register.version", VERSION);
    register_flush(self);
    if (ledger_commit(self->ledger) != LEDGER_OK)
        diag_fatal(EX_IOERR, DIAG_DISK_FULL, "the disk is full; make room and start again");
}

case_register_t *register_new(chronicle_t *chronicle) {
    case_register_t *self = memory_new(1, sizeof *self);
    self->chronicle = chronicle;
    self->ledger = chronicle_ledger(chronicle);
    register_row_open(self);
    register_read_open(self);
    catch_up(self);
    return self;
}

void register_reload(case_register_t *self) {
    self->noted_n = 0;
    self->adopted = false;
    register_marks_forget(self);
    catch_up(self);
}

void register_destroy(case_register_t **self_p) {
    case_register_t *self = *self_p;
    if (!self)
        return;
    register_row_close(self);
    buffer_free(&self->text);
    buffer_free(&self->folded);
    buffer_free(&self->products);
    free(self->noted);
    free(self);
    *self_p = NULL;
}
