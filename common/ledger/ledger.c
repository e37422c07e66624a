/* SPDX-License-Identifier: Apache-2.0
 *
 * ledger: transactions and appends. Frontier and last position run ahead of the disk within a
 * transaction and fall back with it.
 */
#include "common/ledger/ledger.h"

#include <errno.h>
#include <stdlib.h>
#include <sysexits.h>

#include "common/base/diag.h"
#include "common/crypto/signed.h"
#include "common/ledger/ledger_internal.h"
#include "common/ledger/sql.h"

void ledger_fail(ledger_t *self, const char *what) {
    errno = 0;
    if (self->sealed) /* as an auditor ends who could not tell */
        diag_fatal(2, DIAG_IO_ERROR, "%s: %s: %s; countersign-audit verify says more",
                   sqlite3_db_filename(self->db, "main"), what, sqlite3_errmsg(self->db));
    diag_fatal(EX_IOERR, DIAG_IO_ERROR, "%s: %s: %s; it is checked at the next start",
               sqlite3_db_filename(self->db, "main"), what, sqlite3_errmsg(self->db));
}

void ledger_run(ledger_t *self, sqlite3_stmt *stmt) {
    insist(self->open);
    int rc = self->spoilt ? SQLITE_FULL : sql_write(stmt);
    sqlite3_reset(stmt);
    if (rc == SQLITE_FULL)
        self->spoilt = true;
    else if (rc != SQLITE_DONE)
        ledger_fail(self, "write");
}

static int step_once(sqlite3_stmt *stmt) {
    sqlite3_step(stmt);
    return sqlite3_reset(stmt); /* and what went wrong at the step */
}

void ledger_begin(ledger_t *self) {
    insist(!self->open);
    int rc = self->sealed ? sqlite3_exec(self->db, "BEGIN", NULL, NULL, NULL)
                          : step_once(self->stmt[BEGIN]);
    if (rc != SQLITE_OK)
        ledger_fail(self, "begin");
    self->open = true;
    self->spoilt = false;
}

bool ledger_in_transaction(const ledger_t *self) { return self->open; }
void ledger_spoil(ledger_t *self) { self->spoilt = true; }

digest_t ledger_digest_of(const struct event *event, buffer_t *scratch) {
    const struct signed_command s = signed_of_event(event);
    buffer_clear(scratch);
    if (record_encode(&signed_command_record, &s, scratch, NULL) != 0)
        panic("event %lld has no proper command", (long long) event->position);
    return hash_bytes(buffer_bytes(scratch));
}

digest_t ledger_command_digest(ledger_t *self, const struct event *event) {
    return ledger_digest_of(event, &self->scratch);
}

static void put_event(ledger_t *self, const decoded_t *event, bytes_t bytes, const digest_t *leaf) {
    sqlite3_stmt *stmt = self->stmt[PUT_EVENT];
    sqlite3_bind_int64(stmt, 1, event->event.position);
    sqlite3_bind_int(stmt, 2, (int) event->info->scope);
    sqlite3_bind_int(stmt, 3, (event->info->flags & OPENS) != 0);
    sqlite3_bind_blob(stmt, 4, event->event.object.b, sizeof event->event.object.b, SQLITE_STATIC);
    sqlite3_bind_blob(stmt, 5, leaf->b, sizeof leaf->b, SQLITE_STATIC);
    sqlite3_bind_blob(stmt, 6, bytes.p, (int) bytes.n, SQLITE_STATIC);
    ledger_run(self, stmt);
}

static void put_command(ledger_t *self, const decoded_t *event) {
    sqlite3_stmt *stmt = self->stmt[PUT_COMMAND];
    digest_t digest = ledger_command_digest(self, &event->event);
    sqlite3_bind_blob(stmt, 1, event->command.id.b, sizeof event->command.id.b, SQLITE_STATIC);
    sqlite3_bind_int64(stmt, 2, event->event.position);
    sqlite3_bind_blob(stmt, 3, digest.b, sizeof digest.b, SQLITE_STATIC);
    ledger_run(self, stmt);
}

void ledger_append(ledger_t *self, const decoded_t *event, bytes_t bytes) {
    insist(self->open);
    if (event->event.position != (int64_t) self->frontier.size + 1)
        panic("event %lld after %llu", (long long) event->event.position,
              (unsigned long long) self->frontier.size);
    digest_t leaf = hash_leaf(bytes);
    put_event(self, event, bytes, &leaf);
    if (!event->derived)
        put_command(self, event);
    ledger_put_nodes(self, leaf);
    frontier_append(&self->frontier, leaf);
    self->time = event->event.time;
    if (self->frontier.size == 1)
        self->id = leaf;
}

static void fall_back(ledger_t *self) {
    if (!sqlite3_get_autocommit(self->db) &&
        sqlite3_exec(self->db, "ROLLBACK", NULL, NULL, NULL) != SQLITE_OK)
        ledger_fail(self, "rollback");
    self->open = self->spoilt = false;
    self->frontier = self->committed_frontier;
    self->time = self->committed_time;
    ledger_forget_numbers(self);
    ledger_forget_roots(self);
    if (self->frontier.size == 0)
        self->id = (digest_t){{0}};
}

ledger_result_t ledger_commit(ledger_t *self) {
    insist(self->open);
    if (self->frontier.size != self->committed_frontier.size)
        ledger_store_frontier(self);
    ledger_write_numbers(self);
    int rc = self->spoilt || sqlite3_get_autocommit(self->db) ? SQLITE_FULL
                                                              : step_once(self->stmt[COMMIT]);
    if (rc == SQLITE_FULL) {
        fall_back(self);
        return LEDGER_FULL;
    }
    if (rc != SQLITE_OK)
        ledger_fail(self, "commit");
    self->open = false;
    self->committed_frontier = self->frontier;
    self->committed_time = self->time;
    return LEDGER_OK;
}

void ledger_rollback(ledger_t *self) {
    insist(self->open);
    fall_back(self);
}

/* ---- what is where ---- */

position_t ledger_last(const ledger_t *self) { return self->frontier.size; }
position_t ledger_committed(const ledger_t *self) { return self->committed_frontier.size; }
const frontier_t *ledger_frontier(const ledger_t *self) { return &self->frontier; }
digest_t ledger_root(const ledger_t *self) { return frontier_root(&self->frontier); }
digest_t ledger_id(const ledger_t *self) { return self->id; }
moment_t ledger_time(const ledger_t *self) { return self->time; }
sqlite3 *ledger_db(ledger_t *self) { return self->db; }

sqlite3_stmt *ledger_statement(ledger_t *self, const char *sql) {
    self->others.db = self->db;
    self->others.store = "ledger";
    return statements_get(&self->others, sql);
}
