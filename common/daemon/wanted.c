/* SPDX-License-Identifier: Apache-2.0
 *
 * wanted: see the header. A row goes when the blob is stored, in the same transaction.
 */
#include "common/daemon/wanted.h"

#include "common/base/diag.h"
#include "common/event/named.h"
#include "common/ledger/blobs.h"
#include "common/ledger/loose.h"
#include "common/ledger/statements.h"

#define ASK_AT_ONCE 4 /* 1 MiB each: what lies in queues meanwhile */
#define PATIENCE_MS 1000
#define PATIENCE_MAX_MS 10000

const char wanted_schema[] = "CREATE TABLE IF NOT EXISTS wanted (address BLOB PRIMARY KEY, "
                             "position INTEGER NOT NULL) WITHOUT ROWID;"
                             "CREATE INDEX IF NOT EXISTS wanted_by_position ON wanted (position);";

static void finish(ledger_t *ledger, sqlite3_stmt *stmt) {
    ledger_run(ledger, stmt);
    statement_done(stmt);
}

typedef struct wanting {
    ledger_t *ledger;
    int64_t position;
    bool any;
} wanting_t;

static bool want(void *arg, digest_t address) {
    wanting_t *w = arg;
    sqlite3 *db = ledger_db(w->ledger);
    w->any = true;
    if (blobs_have(db, address)) {
        loose_named(db, address);
        return true;
    }
    sqlite3_stmt *stmt = ledger_statement(w->ledger, "INSERT OR IGNORE INTO wanted VALUES (?1, ?2)");
    sqlite3_bind_blob(stmt, 1, address.b, sizeof address.b, SQLITE_TRANSIENT);
    sqlite3_bind_int64(stmt, 2, w->position);
    finish(w->ledger, stmt);
    return true;
}

bool wanted_note(ledger_t *ledger, const decoded_t *event) {
    wanting_t w = {ledger, event->event.position, false};
    named_blobs(event->info->kind, event->body, want, &w);
    return w.any;
}

bool wanted_done(ledger_t *ledger, digest_t address) {
    sqlite3 *db = ledger_db(ledger);
    sqlite3_stmt *stmt = ledger_statement(ledger, "DELETE FROM wanted WHERE address = ?1");
    sqlite3_bind_blob(stmt, 1, address.b, sizeof address.b, SQLITE_TRANSIENT);
    finish(ledger, stmt);
    return sqlite3_changes(db) > 0;
}

position_t wanted_first(ledger_t *ledger) {
    sqlite3_stmt *stmt = ledger_statement(ledger, "SELECT min (position) FROM wanted");
    insist(sql_next(stmt, "blobs that are wanted")); /* an aggregate has one row */
    position_t first = (position_t) sqlite3_column_int64(stmt, 0);
    statement_done(stmt);
    return first;
}

static int64_t patience(const wanted_turn_t *turn) {
    return turn->patience < PATIENCE_MS       ? PATIENCE_MS
           : turn->patience > PATIENCE_MAX_MS ? PATIENCE_MAX_MS
                                              : turn->patience;
}

void wanted_came(wanted_turn_t *turn, int64_t boot) {
    if (!turn->open)
        return;
    turn->open--;
    turn->patience = 2 * (boot - turn->at);
    turn->at = boot;
}

void wanted_ask(ledger_t *ledger, wanted_turn_t *turn, int port, const route_t *route, int64_t boot,
                output_t *out) {
    int64_t again = turn->at + patience(turn);
    if (turn->open && boot < again) {
        output_wake(out, again);
        return;
    }
    turn->patience = turn->open ? 2 * patience(turn) : 0;
    turn->open = 0;
    sqlite3_stmt *stmt =
        ledger_statement(ledger, "SELECT address FROM wanted ORDER BY position LIMIT ?1");
    sqlite3_bind_int(stmt, 1, ASK_AT_ONCE);
    while (sql_next(stmt, "blobs that are wanted")) {
        struct blob_get get = {0};
        if (sqlite3_column_bytes(stmt, 0) == (int) sizeof get.address.b)
            memcpy(get.address.b, sqlite3_column_blob(stmt, 0), sizeof get.address.b);
        output_send(out, port, route, MESSAGE_BLOB_GET, &get);
        turn->open++;
    }
    statement_done(stmt);
    turn->at = boot;
    if (turn->open)
        output_wake(out, boot + patience(turn));
}
