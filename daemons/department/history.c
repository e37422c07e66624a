/* SPDX-License-Identifier: Apache-2.0
 *
 * history: which cases came before one: the customer's orders, the product's feedback. An index in
 * desk.db beside the events; what it names is looked at again before it counts.
 */
#include <stdlib.h>

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
    return sql_prepare(ledger_db(ledger), sql, "desk.db");
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

static void put(history_t *self, sqlite3_stmt *stmt, bytes_t key, position_t opened, ident_t id) {
    sqlite3_bind_blob(stmt, 1, key.p, (int) key.n, SQLITE_STATIC);
    sqlite3_bind_int64(stmt, 2, (int64_t) opened);
    sqlite3_bind_blob(stmt, 3, id.b, sizeof id.b, SQLITE_STATIC);
    ledger_run(self->ledger, stmt);
}

static bytes_t product_key(text_t product) {
    return (bytes_t){(const uint8_t *) product.p, product.n};
}

/* By its registration, whichever revision first named the product: one row a case, so that nobody's
   amendments push another's case out. */
static void note_feedback(history_t *self, const case_t *of,
                          const struct feedback_content *content) {
    if (content->product.n)
        put(self, self->put_feedback, product_key(content->product),
            feedback_of_const(of)->revisions[0].position, of->id);
}

void history_note(history_t *self, const decoded_t *event, const case_t *of) {
    const struct order_content *order = event->body;
    const struct feedback_amend *amend = event->body;
    if (event->info->kind == KIND_ORDER_REGISTER)
        put(self, self->put_order, (bytes_t){order->customer.b, sizeof order->customer.b},
            (position_t) event->event.position, of->id);
    else if (event->info->kind == KIND_FEEDBACK_REGISTER)
        note_feedback(self, of, event->body);
    else if (event->info->kind == KIND_FEEDBACK_AMEND && amend->content.n)
        note_feedback(self, of, &amend->content.at[0]);
}

/* Ids before `before`, latest first, `room` at most; returns how many. */
static size_t find(sqlite3_stmt *stmt, bytes_t key, position_t before, ident_t *ids, size_t room) {
    size_t n = 0;
    sqlite3_bind_blob(stmt, 1, key.p, (int) key.n, SQLITE_STATIC);
    sqlite3_bind_int64(stmt, 2, (int64_t) before);
    sqlite3_bind_int64(stmt, 3, (int64_t) room);
    while (n < room && sql_next(stmt, "desk.db"))
        memcpy(ids[n++].b, sqlite3_column_blob(stmt, 0), sizeof ids[0].b);
    sqlite3_reset(stmt);
    return n;
}

size_t history_orders(history_t *self, chronicle_t *chronicle, ident_t customer,
                      position_t before, const order_t *out[HISTORY_MAX]) {
    ident_t ids[HISTORY_MAX];
    size_t found = 0,
           n = find(self->find_order, (bytes_t){customer.b, sizeof customer.b}, before, ids,
                    HISTORY_MAX);
    while (n > 0) {
        const order_t *one = chronicle_order(chronicle, ids[--n]);
        if (one)
            out[found++] = one;
    }
    return found;
}

/* Still of that product; what was cut off or amended to another leaves its row behind. */
static const feedback_t *feedback_on(chronicle_t *chronicle, text_t product, ident_t id) {
    const feedback_t *one = feedback_of(chronicle_case(chronicle, id));
    return one && text_equal(feedback_revision(one)->content->product, product) ? one : NULL;
}

static void turn(const feedback_t **list, size_t n) {
    for (size_t i = 0; i < n / 2; i++) {
        const feedback_t *one = list[i];
        list[i] = list[n - 1 - i];
        list[n - 1 - i] = one;
    }
}

size_t history_feedback(history_t *self, chronicle_t *chronicle, text_t product, ident_t but,
                        const feedback_t *out[HISTORY_MAX], bool *more) {
    ident_t ids[HISTORY_LOOKED_AT_MAX];
    size_t found = 0, n = find(self->find_feedback, product_key(product), INT64_MAX, ids,
                               HISTORY_LOOKED_AT_MAX);
    *more = n == HISTORY_LOOKED_AT_MAX;
    for (size_t i = 0; i < n && found <= HISTORY_MAX; i++) {
        const feedback_t *one =
            ident_equal(ids[i], but) ? NULL : feedback_on(chronicle, product, ids[i]);
        if (one && found < HISTORY_MAX)
            out[found] = one;
        found += one != NULL;
    }
    if (found > HISTORY_MAX) {
        *more = true;
        found = HISTORY_MAX;
    }
    turn(out, found);
    return found;
}
