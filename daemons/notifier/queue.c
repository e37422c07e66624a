/* SPDX-License-Identifier: Apache-2.0
 *
 * queue: see queue.h. A full disk spoils the ledger's transaction, and all of the batch is tried
 * again; any other error ends the process.
 */
#include "daemons/notifier/queue.h"

#include <stdio.h>
#include <stdlib.h>

#include "common/base/memory.h"
#include "common/ledger/statements.h"

#define SWEEP_ROWS 200
#define PATIENT_ATTEMPTS 2
#define AGAIN_LATER_MS 60000
#define STORE "notifier.db"

/* The partial indices hold what is under way only: of finished rows there may be many. */
const char queue_schema[] =
    "CREATE TABLE IF NOT EXISTS note (no INTEGER PRIMARY KEY, id BLOB NOT NULL UNIQUE,"
    " event INTEGER NOT NULL, object BLOB NOT NULL, rule TEXT NOT NULL, addressed INTEGER NOT NULL,"
    " person BLOB NOT NULL, state INTEGER NOT NULL, urgent INTEGER NOT NULL,"
    " digest INTEGER NOT NULL, again INTEGER NOT NULL, expected INTEGER NOT NULL,"
    " attempts INTEGER NOT NULL, unsure INTEGER NOT NULL, round INTEGER NOT NULL,"
    " code INTEGER NOT NULL, queued_at INTEGER NOT NULL, due INTEGER NOT NULL,"
    " changed_at INTEGER NOT NULL, text TEXT NOT NULL, tell INTEGER NOT NULL DEFAULT 0);"
    "CREATE INDEX IF NOT EXISTS note_due ON note (urgent, due, no) WHERE state < 2;"
    "CREATE INDEX IF NOT EXISTS note_digest ON note (person, due) WHERE state < 2 AND digest = 1;"
    "CREATE INDEX IF NOT EXISTS note_flying ON note (no) WHERE state = 2;"
    "CREATE INDEX IF NOT EXISTS note_tell ON note (no) WHERE tell = 1;"
    "CREATE INDEX IF NOT EXISTS note_event ON note (event, person);";
#define COLUMNS \
    "no, id, event, object, rule, addressed, person, state, urgent, digest, again, expected," \
    " attempts, unsure, round, code, queued_at, due, changed_at, text"

struct queue {
    ledger_t *ledger;
    statements_t statements;
};

const char *note_state_name(note_state_t state) {
    switch (state) {
    case NOTE_WAITING: return "waiting";
    case NOTE_DEFERRED: return "deferred";
    case NOTE_ATTEMPTING: return "attempting";
    case NOTE_ACCEPTED: return "accepted";
    case NOTE_FAILED: return "failed";
    case NOTE_EXPIRED: return "expired";
    case NOTE_DROPPED: return "dropped";
    }
    return "";
}

static sqlite3_stmt *prepared(queue_t *self, const char *sql) {
    return statements_get(&self->statements, sql);
}

/* Changes something; returns how many rows. */
static int run(queue_t *self, sqlite3_stmt *stmt) {
    bool good = statements_run(&self->statements, stmt);
    if (!good)
        ledger_spoil(self->ledger);
    return good ? sqlite3_changes(self->statements.db) : 0;
}

queue_t *queue_new(ledger_t *ledger) {
    queue_t *self = memory_new(1, sizeof *self);
    self->ledger = ledger;
    self->statements = (statements_t){.db = ledger_db(ledger), .store = STORE};
    return self;
}

void queue_destroy(queue_t **self_p) {
    if (*self_p)
        statements_end(&(*self_p)->statements);
    free(*self_p);
    *self_p = NULL;
}

/* ---- rows ---- */

static ident_t column_ident(sqlite3_stmt *stmt, int index) {
    ident_t id = {{0}};
    if (sqlite3_column_bytes(stmt, index) == (int) sizeof id.b)
        memcpy(id.b, sqlite3_column_blob(stmt, index), sizeof id.b);
    return id;
}

static void column_text(sqlite3_stmt *stmt, int index, char *out, size_t size) {
    const unsigned char *text = sqlite3_column_text(stmt, index);
    snprintf(out, size, "%s", text ? (const char *) text : "");
}

static void read_row(sqlite3_stmt *stmt, note_t *note) {
    *note = (note_t){.no = sqlite3_column_int64(stmt, 0),
                     .id = column_ident(stmt, 1),
                     .event = (position_t) sqlite3_column_int64(stmt, 2),
                     .object = column_ident(stmt, 3),
                     .addressed = (addressed_t) sqlite3_column_int(stmt, 5),
                     .person = column_ident(stmt, 6),
                     .state = (note_state_t) sqlite3_column_int(stmt, 7),
                     .urgent = sqlite3_column_int(stmt, 8) != 0,
                     .digest = sqlite3_column_int(stmt, 9) != 0,
                     .again = sqlite3_column_int(stmt, 10) != 0,
                     .expected = sqlite3_column_int(stmt, 11) != 0,
                     .attempts = sqlite3_column_int64(stmt, 12),
                     .unsure = sqlite3_column_int64(stmt, 13),
                     .round = sqlite3_column_int64(stmt, 14),
                     .code = sqlite3_column_int64(stmt, 15),
                     .queued_at = sqlite3_column_int64(stmt, 16),
                     .due = sqlite3_column_int64(stmt, 17),
                     .changed_at = sqlite3_column_int64(stmt, 18)};
    column_text(stmt, 4, note->rule, sizeof note->rule);
    column_text(stmt, 19, note->text, sizeof note->text);
}

static size_t read_rows(sqlite3_stmt *stmt, note_t *out, size_t room) {
    size_t n = 0;
    while (n < room && sql_next(stmt, STORE))
        read_row(stmt, &out[n++]);
    statement_done(stmt);
    return n;
}

static void bind_ident(sqlite3_stmt *stmt, int index, const ident_t *id) {
    sqlite3_bind_blob(stmt, index, id->b, sizeof id->b, SQLITE_STATIC);
}

bool queue_put(queue_t *self, const note_t *note) {
    sqlite3_stmt *stmt = prepared(
        self, "INSERT OR IGNORE INTO note (id, event, object, rule, addressed, person, state,"
              " urgent, digest, again, expected, attempts, unsure, round, code, queued_at, due,"
              " changed_at, text) VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9, ?10, ?11, 0, 0, 0, 0,"
              " ?12, ?13, ?12, '')");
    bind_ident(stmt, 1, &note->id);
    sqlite3_bind_int64(stmt, 2, (int64_t) note->event);
    bind_ident(stmt, 3, &note->object);
    sqlite3_bind_text(stmt, 4, note->rule, -1, SQLITE_STATIC);
    sqlite3_bind_int(stmt, 5, (int) note->addressed);
    bind_ident(stmt, 6, &note->person);
    sqlite3_bind_int(stmt, 7, (int) note->state);
    sqlite3_bind_int(stmt, 8, note->urgent);
    sqlite3_bind_int(stmt, 9, note->digest);
    sqlite3_bind_int(stmt, 10, note->again);
    sqlite3_bind_int(stmt, 11, note->expected);
    sqlite3_bind_int64(stmt, 12, note->queued_at);
    sqlite3_bind_int64(stmt, 13, note->due);
    return run(self, stmt) > 0;
}

bool queue_find(queue_t *self, ident_t id, note_t *out) {
    sqlite3_stmt *stmt = prepared(self, "SELECT " COLUMNS " FROM note WHERE id = ?1");
    bind_ident(stmt, 1, &id);
    return read_rows(stmt, out, 1) == 1;
}

bool queue_tells(queue_t *self, position_t event, ident_t person) {
    sqlite3_stmt *stmt = prepared(self, "SELECT 1 FROM note WHERE event = ?1 AND person = ?2");
    sqlite3_bind_int64(stmt, 1, (int64_t) event);
    bind_ident(stmt, 2, &person);
    bool found = sql_next(stmt, STORE);
    statement_done(stmt);
    return found;
}

void queue_update(queue_t *self, const note_t *note, bool tell) {
    sqlite3_stmt *stmt = prepared(
        self, "UPDATE note SET state = ?2, attempts = ?3, unsure = ?4, round = ?5, code = ?6,"
              " due = ?7, changed_at = ?8, text = ?9, tell = ?10, queued_at = ?11 WHERE no = ?1");
    sqlite3_bind_int64(stmt, 1, note->no);
    sqlite3_bind_int(stmt, 2, (int) note->state);
    sqlite3_bind_int64(stmt, 3, note->attempts);
    sqlite3_bind_int64(stmt, 4, note->unsure);
    sqlite3_bind_int64(stmt, 5, note->round);
    sqlite3_bind_int64(stmt, 6, note->code);
    sqlite3_bind_int64(stmt, 7, note->due);
    sqlite3_bind_int64(stmt, 8, note->changed_at);
    sqlite3_bind_text(stmt, 9, note->text, -1, SQLITE_STATIC);
    sqlite3_bind_int(stmt, 10, tell);
    sqlite3_bind_int64(stmt, 11, note->queued_at);
    run(self, stmt);
}

/* ---- what is due ---- */

size_t queue_due(queue_t *self, moment_t now, bool urgent, note_t *out, size_t room) {
    sqlite3_stmt *stmt =
        prepared(self, "SELECT " COLUMNS " FROM note WHERE state < 2 AND urgent = ?2 AND due <= ?1"
                       " ORDER BY due, no LIMIT ?3");
    sqlite3_bind_int64(stmt, 1, now);
    sqlite3_bind_int(stmt, 2, urgent);
    sqlite3_bind_int64(stmt, 3, (int64_t) room);
    return read_rows(stmt, out, room);
}

size_t queue_collect(queue_t *self, const note_t *lead, moment_t now, note_t *out, size_t room) {
    sqlite3_stmt *stmt =
        prepared(self, "SELECT " COLUMNS " FROM note WHERE state < 2 AND due <= ?1 AND digest = 1"
                       " AND person = ?2 AND no <> ?3 ORDER BY due, no LIMIT ?4");
    sqlite3_bind_int64(stmt, 1, now);
    bind_ident(stmt, 2, &lead->person);
    sqlite3_bind_int64(stmt, 3, lead->no);
    sqlite3_bind_int64(stmt, 4, (int64_t) room);
    return read_rows(stmt, out, room);
}

size_t queue_untold(queue_t *self, note_t *out, size_t room) {
    sqlite3_stmt *stmt =
        prepared(self, "SELECT " COLUMNS " FROM note WHERE tell = 1 ORDER BY no LIMIT ?1");
    sqlite3_bind_int64(stmt, 1, (int64_t) room);
    return read_rows(stmt, out, room);
}

void queue_told(queue_t *self, int64_t no) {
    sqlite3_stmt *stmt = prepared(self, "UPDATE note SET tell = 2 WHERE no = ?1");
    sqlite3_bind_int64(stmt, 1, no);
    run(self, stmt);
}

/* A mail that ends the process each time it is tried must not be tried first each time. */
size_t queue_recover(queue_t *self, moment_t now, int64_t limit) {
    sqlite3_stmt *stmt =
        prepared(self, "UPDATE note SET state = 1, unsure = unsure + 1, changed_at = ?1,"
                       " due = CASE WHEN attempts > ?2 THEN ?1 + ?3 ELSE ?1 END WHERE state = 2");
    sqlite3_bind_int64(stmt, 1, now);
    sqlite3_bind_int(stmt, 2, PATIENT_ATTEMPTS);
    sqlite3_bind_int(stmt, 3, AGAIN_LATER_MS);
    int n = run(self, stmt);
    stmt = prepared(self, "UPDATE note SET due = ?1 WHERE state = 1 AND due > ?1");
    sqlite3_bind_int64(stmt, 1, now + limit);
    run(self, stmt);
    run(self, prepared(self, "UPDATE note SET tell = 1 WHERE state = 6 AND tell = 0"));
    return (size_t) n;
}

void queue_forget_above(queue_t *self, position_t last) {
    sqlite3_stmt *stmt = prepared(self, "DELETE FROM note WHERE event > ?1");
    sqlite3_bind_int64(stmt, 1, (int64_t) last);
    run(self, stmt);
}

void queue_sweep(queue_t *self, moment_t before) {
    sqlite3_stmt *stmt =
        prepared(self, "DELETE FROM note WHERE no IN (SELECT no FROM note WHERE no <="
                       " (SELECT min (no) FROM note) + ?2 AND state > 2 AND tell <> 1"
                       " AND changed_at < ?1)");
    sqlite3_bind_int64(stmt, 1, before);
    sqlite3_bind_int(stmt, 2, SWEEP_ROWS);
    run(self, stmt);
}

/* ---- what people ask ---- */

size_t queue_list(queue_t *self, int64_t after, bool all, note_t *out, size_t room) {
    sqlite3_stmt *stmt = prepared(self, "SELECT " COLUMNS " FROM note WHERE no > ?1 AND"
                                        " (?2 OR state <= 2 OR state = 4) ORDER BY no LIMIT ?3");
    sqlite3_bind_int64(stmt, 1, after);
    sqlite3_bind_int(stmt, 2, all);
    sqlite3_bind_int64(stmt, 3, (int64_t) room);
    return read_rows(stmt, out, room);
}

static int64_t count_untold(queue_t *self) {
    sqlite3_stmt *stmt = prepared(self, "SELECT count (*) FROM note WHERE tell = 1");
    int64_t n = sql_next(stmt, STORE) ? sqlite3_column_int64(stmt, 0) : 0;
    statement_done(stmt);
    return n;
}

void queue_count(queue_t *self, queue_counts_t *out) {
    sqlite3_stmt *stmt =
        prepared(self, "SELECT state, count (*), sum (again), sum (attempts), sum (unsure)"
                       " FROM note GROUP BY state");
    *out = (queue_counts_t){.untold = count_untold(self)};
    while (sql_next(stmt, STORE)) {
        int state = sqlite3_column_int(stmt, 0);
        if (state >= 0 && state <= NOTE_DROPPED)
            out->of[state] = sqlite3_column_int64(stmt, 1);
        out->again += sqlite3_column_int64(stmt, 2);
        out->attempts += sqlite3_column_int64(stmt, 3);
        out->unsure += sqlite3_column_int64(stmt, 4);
    }
    statement_done(stmt);
}
