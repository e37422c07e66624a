/* SPDX-License-Identifier: Apache-2.0
 *
 * claimed: what accepted orders took of capacity and stock, as rows beside the events and in their
 * transactions. A start reads the rows: effective orders claim until deliveries are known, and to fold
 * each of them again would take longer every year.
 */
#include <stdlib.h>
#include <sysexits.h>

#include "common/base/diag.h"
#include "common/base/memory.h"
#include "common/ledger/sql.h"
#include "daemons/department/department.h"

#define VERSION 1
#define AT "claims.position" /* of the last event that changed a row */

const char claimed_schema[] =
    "CREATE TABLE IF NOT EXISTS claim (object BLOB PRIMARY KEY, held BLOB NOT NULL) WITHOUT ROWID;";

struct claimed {
    ledger_t *ledger;
    claims_t *claims;
    sqlite3_stmt *put, *drop;
    buffer_t held;
};

static sqlite3_stmt *prepared(claimed_t *self, const char *sql) {
    return sql_prepare(ledger_db(self->ledger), sql, "desk.db");
}

claimed_t *claimed_new(ledger_t *ledger) {
    claimed_t *self = memory_new(1, sizeof *self);
    self->ledger = ledger;
    self->claims = claims_new();
    self->put = prepared(self, "INSERT OR REPLACE INTO claim VALUES (?1, ?2)");
    self->drop = prepared(self, "DELETE FROM claim WHERE object = ?1");
    return self;
}

void claimed_destroy(claimed_t **self_p) {
    claimed_t *self = *self_p;
    if (!self)
        return;
    claims_destroy(&self->claims);
    sqlite3_finalize(self->put);
    sqlite3_finalize(self->drop);
    buffer_free(&self->held);
    free(self);
    *self_p = NULL;
}

const claims_t *claimed_claims(const claimed_t *self) { return self->claims; }

static void write_row(claimed_t *self, ident_t order) {
    buffer_clear(&self->held);
    sqlite3_stmt *stmt = claims_hold(self->claims, order, &self->held) ? self->put : self->drop;
    sqlite3_bind_blob(stmt, 1, order.b, sizeof order.b, SQLITE_STATIC);
    if (stmt == self->put)
        sqlite3_bind_blob(stmt, 2, self->held.p, (int) self->held.n, SQLITE_STATIC);
    ledger_run(self->ledger, stmt);
}

void claimed_note(claimed_t *self, const decoded_t *event, const order_t *order) {
    if (!claims_update(self->claims, order))
        return;
    write_row(self, order->head.id);
    ledger_put_number(self->ledger, AT, event->event.position);
}

/* ---- loading ---- */

static void read_rows(claimed_t *self) {
    arena_t *arena = arena_new(0);
    sqlite3_stmt *stmt = prepared(self, "SELECT object, held FROM claim");
    while (sql_next(stmt, "desk.db")) {
        ident_t order;
        problem_t problem = {0};
        bytes_t held = {sqlite3_column_blob(stmt, 1), (size_t) sqlite3_column_bytes(stmt, 1)};
        arena_reset(arena);
        if (sqlite3_column_bytes(stmt, 0) != sizeof order.b)
            diag_fatal(EX_DATAERR, DIAG_IO_ERROR, "desk.db: a claim of no order");
        memcpy(order.b, sqlite3_column_blob(stmt, 0), sizeof order.b);
        if (claims_restore(self->claims, order, held, arena, &problem) != 0)
            diag_fatal(EX_DATAERR, DIAG_IO_ERROR, "desk.db: a claim cannot be read: %s", problem.detail);
    }
    sqlite3_finalize(stmt);
    arena_destroy(&arena);
}

typedef struct again { claimed_t *self; chronicle_t *chronicle; } again_t;

static void fold_again(void *arg, ident_t id) {
    const again_t *again = arg;
    const order_t *order = chronicle_order(again->chronicle, id);
    if (order && claims_update(again->self->claims, order))
        write_row(again->self, id);
}

/* A store of an earlier version, or events were cut off: rows of theirs may be there, or gone. */
static void make_again(claimed_t *self, chronicle_t *chronicle) {
    again_t again = {self, chronicle};
    ledger_begin(self->ledger);
    sqlite3_stmt *stmt = prepared(self, "DELETE FROM claim");
    ledger_run(self->ledger, stmt);
    sqlite3_finalize(stmt);
    chronicle_each_case(chronicle, SCOPE_ORDER, STANDING_SETTLED, fold_again, &again);
    ledger_put_number(self->ledger, "claims.version", VERSION);
    ledger_put_number(self->ledger, AT, (int64_t) ledger_last(self->ledger));
    if (ledger_commit(self->ledger) != LEDGER_OK)
        diag_fatal(EX_IOERR, DIAG_DISK_FULL, "the disk is full; make room and start again");
}

void claimed_load(claimed_t *self, chronicle_t *chronicle) {
    claims_destroy(&self->claims);
    self->claims = claims_new();
    if (ledger_get_number(self->ledger, "claims.version", 0) == VERSION &&
        ledger_get_number(self->ledger, AT, 0) <= (int64_t) ledger_last(self->ledger))
        read_rows(self);
    else
        make_again(self, chronicle);
}
