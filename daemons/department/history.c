/* SPDX-License-Identifier: Apache-2.0
 *
 * history: which cases came before one: the customer's orders, the product's feedback. An index in
 * desk.db beside the events; what it names is looked at again before it counts.
 */
#include <stdlib.h>
#include <sysexits.h>

#include "common/base/diag.h"
#include "common/base/memory.h"
#include "common/ledger/sql.h"
#include "daemons/department/department.h"

const char history_schema[] =
    "CREATE TABLE IF NOT EXISTS customer_order (customer BLOB NOT NULL, opened INTEGER NOT NULL,"
    " object BLOB NOT NULL, PRIMARY KEY (customer, opened)) WITHOUT ROWID;"
    "CREATE TABLE IF NOT EXISTS product_feedback (product BLOB NOT NULL, opened INTEGER NOT NULL,"
    " object BLOB NOT NULL, PRIMARY KEY (product, opened)) WITHOUT ROWID;";

struct history {
    ledger_t *ledger;
    sqlite3_stmt *put_order, *put_feedback, *find_order, *find_feedback;
};

static sqlite3_stmt *prepared(ledger_t *ledger, const char *sql) {
    sqlite3_stmt *stmt = NULL;
    if (sqlite3_prepare_v3(ledger_db(ledger), sql, -1, SQLITE_PREPARE_PERSISTENT, &stmt, NULL) !=
        SQLITE_OK)
        diag_fatal(EX_IOERR, DIAG_IO_ERROR, "desk.db: %s", sqlite3_errmsg(ledger_db(ledger)));
    return stmt;
}

history_t *history_new(ledger_t *ledger) {
    history_t *self = memory_new(1, sizeof *self);
    self->ledger = ledger;
    self->put_order = prepared(ledger, "INSERT OR REPLACE INTO customer_order VALUES (?1, ?2, ?3)");
    self->put_feedback =
        prepared(ledger, "INSERT OR REPLACE INTO product_feedback VALUES (?1, ?2, ?3)");
    self->find_order = prepared(ledger, "SELECT object FROM customer_order WHERE customer = ?1 AND"
                                        " opened < ?2 ORDER BY opened DESC LIMIT ?3");
    self->find_feedback = prepared(ledger, "SELECT object FROM product_feedback WHERE product = ?1"
                                           " AND opened < ?2 ORDER BY opened DESC LIMIT ?3");
    return self;
}

void history_destroy(history_t **self_p) {
    history_t *self = *self_p;
    if (!self)
        return;
    sqlite3_finalize(self->put_order);
    sqlite3_finalize(self->put_feedback);
    sqlite3_finalize(self->find_order);
    sqlite3_finalize(self->find_feedback);
    free(self);
    *self_p = NULL;
}

static void put(history_t *self, sqlite3_stmt *stmt, bytes_t key, const decoded_t *event) {
    sqlite3_bind_blob(stmt, 1, key.p, (int) key.n, SQLITE_STATIC);
    sqlite3_bind_int64(stmt, 2, event->event.position);
    sqlite3_bind_blob(stmt, 3, event->event.object.b, sizeof event->event.object.b, SQLITE_STATIC);
    int rc = sqlite3_step(stmt);
    sqlite3_reset(stmt);
    if (rc == SQLITE_FULL)
        ledger_spoil(self->ledger);
    else if (rc != SQLITE_DONE)
        diag_fatal(EX_IOERR, DIAG_IO_ERROR, "desk.db: %s", sqlite3_errmsg(ledger_db(self->ledger)));
}

static bytes_t product_key(text_t product) {
    return (bytes_t){(const uint8_t *) product.p, product.n};
}

static void note_feedback(history_t *self, const decoded_t *event,
                          const struct feedback_content *content) {
    if (content->product.n)
        put(self, self->put_feedback, product_key(content->product), event);
}

void history_note(history_t *self, const decoded_t *event) {
    const struct order_content *order = event->body;
    const struct feedback_amend *amend = event->body;
    if (event->info->kind == KIND_ORDER_REGISTER)
        put(self, self->put_order, (bytes_t){order->customer.b, sizeof order->customer.b}, event);
    else if (event->info->kind == KIND_FEEDBACK_REGISTER)
        note_feedback(self, event, event->body);
    else if (event->info->kind == KIND_FEEDBACK_AMEND && amend->content.n)
        note_feedback(self, event, &amend->content.at[0]);
}

/* Ids before `before`, latest first; returns how many. */
static size_t find(sqlite3_stmt *stmt, bytes_t key, position_t before, ident_t ids[HISTORY_MAX]) {
    size_t n = 0;
    sqlite3_bind_blob(stmt, 1, key.p, (int) key.n, SQLITE_STATIC);
    sqlite3_bind_int64(stmt, 2, (int64_t) before);
    sqlite3_bind_int(stmt, 3, HISTORY_MAX);
    while (n < HISTORY_MAX && sql_next(stmt, "desk.db"))
        memcpy(ids[n++].b, sqlite3_column_blob(stmt, 0), sizeof ids[0].b);
    sqlite3_reset(stmt);
    return n;
}

size_t history_orders(history_t *self, chronicle_t *chronicle, ident_t customer,
                      position_t before, const order_t *out[HISTORY_MAX]) {
    ident_t ids[HISTORY_MAX];
    size_t found = 0,
           n = find(self->find_order, (bytes_t){customer.b, sizeof customer.b}, before, ids);
    while (n > 0) {
        const order_t *one = chronicle_order(chronicle, ids[--n]);
        if (one)
            out[found++] = one;
    }
    return found;
}

static bool among(const feedback_t *const *list, size_t n, const feedback_t *one) {
    for (size_t i = 0; i < n; i++)
        if (list[i] == one)
            return true;
    return false;
}

size_t history_feedback(history_t *self, chronicle_t *chronicle, text_t product, ident_t but,
                        const feedback_t *out[HISTORY_MAX]) {
    ident_t ids[HISTORY_MAX];
    size_t found = 0, n = find(self->find_feedback, product_key(product), INT64_MAX, ids);
    while (n > 0) {
        ident_t id = ids[--n];
        const feedback_t *one =
            ident_equal(id, but) ? NULL : feedback_of(chronicle_case(chronicle, id));
        if (one && text_equal(feedback_revision(one)->content->product, product) &&
            !among(out, found, one))
            out[found++] = one;
    }
    return found;
}
