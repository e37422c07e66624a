/* SPDX-License-Identifier: Apache-2.0
 *
 * outbox: rows in the owner's SQLite file. What was tried when, and how often, is kept in memory
 * only: after a start everything is due at once, and the same bytes get the same receipt.
 */
#include "common/sync/outbox.h"

#include <stdio.h>
#include <stdlib.h>

#include "common/base/memory.h"
#include "common/ledger/statements.h"

#define FIRST_RETRY_MS 1000
#define LAST_RETRY_MS 60000
#define ASK_ARCHIVED_MS 10000
#define WINDOW 256 /* rows looked at in one go, with and without a receipt: the oldest first */

const char outbox_schema[] =
    "CREATE TABLE IF NOT EXISTS outbox (no INTEGER PRIMARY KEY AUTOINCREMENT, id BLOB NOT NULL "
    "UNIQUE,"
    " object BLOB NOT NULL, actor BLOB NOT NULL, kind INTEGER NOT NULL, state INTEGER NOT NULL, "
    "queued_at INTEGER NOT NULL,"
    " position INTEGER NOT NULL, reason INTEGER NOT NULL, clause TEXT NOT NULL, field TEXT NOT "
    "NULL, detail TEXT NOT NULL,"
    " signed_command BLOB NOT NULL);"
    "CREATE INDEX IF NOT EXISTS outbox_by_case ON outbox (object, actor, state);";

#define COLUMNS \
    "no, id, object, actor, kind, state, queued_at, position, reason, clause, field, detail, " \
    "signed_command"

typedef struct attempt {
    int64_t no;
    int64_t next; /* boot ms */
    int64_t delay;
} attempt_t;

struct outbox {
    statements_t statements;
    attempt_t *attempts; /* of rows that were sent, by no */
    size_t attempts_n, attempts_room;
};

static sqlite3_stmt *prepared(outbox_t *self, const char *sql) {
    return statements_get(&self->statements, sql);
}

/* false: the disk is full. */
static bool run(outbox_t *self, sqlite3_stmt *stmt) {
    return statements_run(&self->statements, stmt);
}

outbox_t *outbox_new(sqlite3 *db) {
    outbox_t *self = memory_new(1, sizeof *self);
    self->statements = (statements_t){.db = db, .store = "outbox"};
    return self;
}

void outbox_destroy(outbox_t **self_p) {
    outbox_t *self = *self_p;
    if (!self)
        return;
    statements_end(&self->statements);
    free(self->attempts);
    free(self);
    *self_p = NULL;
}

/* ---- rows ---- */

static void bind_id(sqlite3_stmt *stmt, int index, ident_t id) {
    sqlite3_bind_blob(stmt, index, id.b, sizeof id.b, SQLITE_TRANSIENT);
}

static ident_t column_id(sqlite3_stmt *stmt, int index) {
    ident_t id = {{0}};
    if (sqlite3_column_bytes(stmt, index) == (int) sizeof id.b)
        memcpy(id.b, sqlite3_column_blob(stmt, index), sizeof id.b);
    return id;
}

static void column_text(sqlite3_stmt *stmt, int index, char *out, size_t size) {
    const unsigned char *text = sqlite3_column_text(stmt, index);
    snprintf(out, size, "%s", text ? (const char *) text : "");
}

static void read_row(sqlite3_stmt *stmt, outbox_row_t *row) {
    *row = (outbox_row_t){
        .no = sqlite3_column_int64(stmt, 0),
        .id = column_id(stmt, 1),
        .object = column_id(stmt, 2),
        .actor = column_id(stmt, 3),
        .kind = (kind_t) sqlite3_column_int(stmt, 4),
        .state = (outbox_state_t) sqlite3_column_int(stmt, 5),
        .queued_at = sqlite3_column_int64(stmt, 6),
        .position = (position_t) sqlite3_column_int64(stmt, 7),
        .problem = {.reason = (reason_t) sqlite3_column_int(stmt, 8)},
        .signed_command = {sqlite3_column_blob(stmt, 12), (size_t) sqlite3_column_bytes(stmt, 12)}};
    column_text(stmt, 9, row->problem.clause, sizeof row->problem.clause);
    column_text(stmt, 10, row->problem.field, sizeof row->problem.field);
    column_text(stmt, 11, row->problem.detail, sizeof row->problem.detail);
}

bool outbox_find(outbox_t *self, ident_t id, outbox_row_t *row) {
    sqlite3_stmt *stmt = prepared(self, "SELECT " COLUMNS " FROM outbox WHERE id = ?1");
    bind_id(stmt, 1, id);
    bool found = sql_next(stmt, "outbox");
    if (found) {
        read_row(stmt, row);
        row->signed_command = (bytes_t){NULL, 0};
    }
    statement_done(stmt);
    return found;
}

bool outbox_command(outbox_t *self, ident_t id, buffer_t *out) {
    sqlite3_stmt *stmt = prepared(self, "SELECT signed_command FROM outbox WHERE id = ?1");
    bind_id(stmt, 1, id);
    bool found = sql_next(stmt, "outbox");
    buffer_clear(out);
    if (found)
        buffer_put(out, sqlite3_column_blob(stmt, 0), (size_t) sqlite3_column_bytes(stmt, 0));
    statement_done(stmt);
    return found;
}

void outbox_each(outbox_t *self, void (*fn)(void *, const outbox_row_t *), void *arg) {
    sqlite3_stmt *stmt = prepared(self, "SELECT " COLUMNS " FROM outbox ORDER BY no");
    outbox_row_t row;
    while (sql_next(stmt, "outbox")) {
        read_row(stmt, &row);
        fn(arg, &row);
    }
    statement_done(stmt);
}

size_t outbox_count(outbox_t *self) {
    sqlite3_stmt *stmt = prepared(self, "SELECT count (*) FROM outbox");
    size_t n = sql_next(stmt, "outbox") ? (size_t) sqlite3_column_int64(stmt, 0) : 0;
    statement_done(stmt);
    return n;
}

static bool case_is_held(outbox_t *self, ident_t object, ident_t actor) {
    sqlite3_stmt *stmt =
        prepared(self, "SELECT 1 FROM outbox WHERE object = ?1 AND actor = ?2 AND state IN (2, 3)");
    bind_id(stmt, 1, object);
    bind_id(stmt, 2, actor);
    bool held = sql_next(stmt, "outbox");
    statement_done(stmt);
    return held;
}

bool outbox_put(outbox_t *self, ident_t id, ident_t object, ident_t actor, kind_t kind,
                bytes_t signed_command, moment_t now) {
    outbox_state_t state = case_is_held(self, object, actor) ? OUTBOX_HELD : OUTBOX_QUEUED;
    sqlite3_stmt *stmt = prepared(
        self, "INSERT OR IGNORE INTO outbox (id, object, actor, kind, state, queued_at, position,"
              " reason, clause, field, detail, signed_command)"
              " VALUES (?1, ?2, ?3, ?4, ?5, ?6, 0, 0, '', '', '', ?7)");
    bind_id(stmt, 1, id);
    bind_id(stmt, 2, object);
    bind_id(stmt, 3, actor);
    sqlite3_bind_int(stmt, 4, (int) kind);
    sqlite3_bind_int(stmt, 5, (int) state);
    sqlite3_bind_int64(stmt, 6, now);
    sqlite3_bind_blob(stmt, 7, signed_command.p, (int) signed_command.n, SQLITE_STATIC);
    return run(self, stmt);
}

/* ---- attempts ---- */

static attempt_t *attempt_of(outbox_t *self, int64_t no) {
    for (size_t i = 0; i < self->attempts_n; i++)
        if (self->attempts[i].no == no)
            return &self->attempts[i];
    return NULL;
}

static attempt_t *attempt_new(outbox_t *self, int64_t no) {
    if (self->attempts_n == self->attempts_room) {
        self->attempts_room = self->attempts_room ? self->attempts_room * 2 : 64;
        self->attempts = memory_grow(self->attempts, self->attempts_room, sizeof *self->attempts);
    }
    attempt_t *a = &self->attempts[self->attempts_n++];
    *a = (attempt_t){.no = no};
    return a;
}

static void attempt_forget(outbox_t *self, int64_t no) {
    attempt_t *a = attempt_of(self, no);
    if (a)
        *a = self->attempts[--self->attempts_n];
}

static void sooner(int64_t *wake, int64_t at) {
    if (!*wake || at < *wake)
        *wake = at;
}

/* Of each case and person the first that has no receipt (the next may only follow when it is
   known not to be refused), and what waits for the archive: two windows, so that many of these
   do not keep those back. */
static const char due_sql[] =
    "SELECT " COLUMNS " FROM outbox WHERE no IN (SELECT no FROM outbox o WHERE state = 0 AND NOT "
    "EXISTS (SELECT 1 FROM outbox e"
    " WHERE e.object = o.object AND e.actor = o.actor AND e.state = 0 AND e.no < o.no) ORDER BY no "
    "LIMIT ?1)"
    " OR no IN (SELECT no FROM outbox WHERE state = 1 ORDER BY no LIMIT ?1) ORDER BY no";

void outbox_due(outbox_t *self, int64_t boot, void (*send)(void *, const outbox_row_t *), void *arg,
                int64_t *wake) {
    sqlite3_stmt *stmt = prepared(self, due_sql);
    outbox_row_t row;
    *wake = 0;
    sqlite3_bind_int(stmt, 1, WINDOW);
    while (sql_next(stmt, "outbox")) {
        read_row(stmt, &row);
        attempt_t *a = attempt_of(self, row.no);
        if (!a || a->next <= boot) {
            if (!a)
                a = attempt_new(self, row.no);
            send(arg, &row);
            a->delay = row.state == OUTBOX_ACCEPTED ? ASK_ARCHIVED_MS
                       : a->delay                   ? a->delay * 2
                                                    : FIRST_RETRY_MS;
            if (a->delay > LAST_RETRY_MS)
                a->delay = LAST_RETRY_MS;
            a->next = boot + a->delay;
        }
        sooner(wake, a->next);
    }
    statement_done(stmt);
}

void outbox_resend(outbox_t *self) { self->attempts_n = 0; }

void outbox_soon(outbox_t *self, ident_t id) {
    outbox_row_t row;
    if (outbox_find(self, id, &row))
        attempt_forget(self, row.no);
}

/* ---- receipts ---- */

static void delete_row(outbox_t *self, int64_t no) {
    sqlite3_stmt *stmt = prepared(self, "DELETE FROM outbox WHERE no = ?1");
    sqlite3_bind_int64(stmt, 1, no);
    run(self, stmt);
    attempt_forget(self, no);
}

static void set_state(outbox_t *self, outbox_row_t *row, outbox_state_t state) {
    sqlite3_stmt *stmt = prepared(
        self, "UPDATE outbox SET state = ?2, position = ?3, reason = ?4, clause = ?5, field = ?6,"
              " detail = ?7 WHERE no = ?1");
    row->state = state;
    sqlite3_bind_int64(stmt, 1, row->no);
    sqlite3_bind_int(stmt, 2, (int) state);
    sqlite3_bind_int64(stmt, 3, (int64_t) row->position);
    sqlite3_bind_int(stmt, 4, (int) row->problem.reason);
    sqlite3_bind_text(stmt, 5, row->problem.clause, -1, SQLITE_STATIC);
    sqlite3_bind_text(stmt, 6, row->problem.field, -1, SQLITE_STATIC);
    sqlite3_bind_text(stmt, 7, row->problem.detail, -1, SQLITE_STATIC);
    run(self, stmt);
}

static void hold_or_free(outbox_t *self, const outbox_row_t *row, outbox_state_t from,
                         outbox_state_t to) {
    sqlite3_stmt *stmt = prepared(
        self,
        "UPDATE outbox SET state = ?4 WHERE object = ?1 AND actor = ?2 AND state = ?3 AND no > ?5");
    bind_id(stmt, 1, row->object);
    bind_id(stmt, 2, row->actor);
    sqlite3_bind_int(stmt, 3, (int) from);
    sqlite3_bind_int(stmt, 4, (int) to);
    sqlite3_bind_int64(stmt, 5, row->no);
    run(self, stmt);
}

static void take_problem(outbox_row_t *row, const struct receipt *receipt) {
    problem_t *p = &row->problem;
    p->reason = (reason_t) receipt->reason;
    snprintf(p->clause, sizeof p->clause, "%.*s", (int) receipt->clause.n,
             receipt->clause.n ? receipt->clause.p : "");
    snprintf(p->field, sizeof p->field, "%.*s", (int) receipt->field.n,
             receipt->field.n ? receipt->field.p : "");
    snprintf(p->detail, sizeof p->detail, "%.*s", (int) receipt->detail.n,
             receipt->detail.n ? receipt->detail.p : "");
}

static void wait_longer(outbox_t *self, const outbox_row_t *row, int64_t next) {
    attempt_t *a = attempt_of(self, row->no);
    if (!a)
        a = attempt_new(self, row->no);
    a->next = next;
}

bool outbox_receipt(outbox_t *self, const struct receipt *receipt, int64_t boot,
                    outbox_row_t *row) {
    if (!outbox_find(self, receipt->id, row))
        return false;
    bool refused = row->state == OUTBOX_REFUSED;
    switch (receipt->state) {
    case RECEIPT_ACCEPTED:
        row->position = (position_t) receipt->position;
        row->problem = (problem_t){0};
        set_state(self, row, OUTBOX_ACCEPTED);
        wait_longer(self, row, boot + ASK_ARCHIVED_MS);
        break;
    case RECEIPT_ARCHIVED:
        row->position = (position_t) receipt->position;
        row->state = OUTBOX_ACCEPTED;
        delete_row(self, row->no);
        break;
    case RECEIPT_REFUSED:
        take_problem(row, receipt);
        set_state(self, row, OUTBOX_REFUSED);
        hold_or_free(self, row, OUTBOX_QUEUED, OUTBOX_HELD);
        break;
    case RECEIPT_BUSY:
        if (refused)
            break; /* an older answer: refused is final */
        take_problem(row, receipt);
        set_state(self, row, OUTBOX_QUEUED); /* also what was accepted by a ledger that lost it */
        wait_longer(self, row, boot + (receipt->retry_ms ? receipt->retry_ms : FIRST_RETRY_MS));
        break;
    case receipt_state_unset: break;
    }
    if (refused && row->state == OUTBOX_ACCEPTED)
        hold_or_free(self, row, OUTBOX_HELD, OUTBOX_QUEUED);
    return true;
}

bool outbox_drop(outbox_t *self, ident_t id) {
    outbox_row_t row;
    if (!outbox_find(self, id, &row) || (row.state != OUTBOX_REFUSED && row.state != OUTBOX_HELD))
        return false;
    delete_row(self, row.no);
    if (row.state == OUTBOX_REFUSED)
        hold_or_free(self, &row, OUTBOX_HELD, OUTBOX_QUEUED);
    return true;
}

size_t outbox_of_case(outbox_t *self, ident_t object, ident_t actor, ident_t *ids, size_t room) {
    sqlite3_stmt *stmt = prepared(
        self, "SELECT id FROM outbox WHERE object = ?1 AND actor = ?2 ORDER BY no LIMIT ?3");
    size_t n = 0;
    bind_id(stmt, 1, object);
    bind_id(stmt, 2, actor);
    sqlite3_bind_int64(stmt, 3, (int64_t) room);
    while (n < room && sql_next(stmt, "outbox"))
        ids[n++] = column_id(stmt, 0);
    statement_done(stmt);
    return n;
}
