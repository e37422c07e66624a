/* SPDX-License-Identifier: Apache-2.0
 *
 * ledger_meta: a ledger's small values. A number may change with every event of a transaction: it goes
 * to the file once, with the commit, and is forgotten with what is rolled back.
 */
#include <stdio.h>
#include <string.h>

#include "common/base/diag.h"
#include "common/base/memory.h"
#include "common/ledger/ledger_internal.h"

void ledger_put_meta(ledger_t *self, const char *key, bytes_t value) {
    sqlite3_stmt *stmt = self->stmt[PUT_META];
    sqlite3_bind_text(stmt, 1, key, -1, SQLITE_STATIC);
    sqlite3_bind_blob(stmt, 2, value.p, (int) value.n, SQLITE_STATIC);
    ledger_run(self, stmt);
}

ledger_result_t ledger_get_meta(ledger_t *self, const char *key, buffer_t *value) {
    sqlite3_stmt *stmt = self->stmt[GET_META];
    buffer_clear(value);
    sqlite3_bind_text(stmt, 1, key, -1, SQLITE_STATIC);
    int rc = sqlite3_step(stmt);
    if (rc == SQLITE_ROW)
        buffer_put(value, sqlite3_column_blob(stmt, 0), (size_t) sqlite3_column_bytes(stmt, 0));
    else if (rc != SQLITE_DONE)
        ledger_fail(self, "read");
    sqlite3_reset(stmt);
    return rc == SQLITE_ROW ? LEDGER_OK : LEDGER_NONE;
}

static number_t *number_of(ledger_t *self, const char *key) {
    for (size_t i = 0; i < self->numbers_n; i++)
        if (strcmp(self->numbers[i].key, key) == 0)
            return &self->numbers[i];
    return NULL;
}

static number_t *remember(ledger_t *self, const char *key) {
    insist(strlen(key) < sizeof self->numbers->key);
    self->numbers = memory_grow(self->numbers, self->numbers_n + 1, sizeof *self->numbers);
    number_t *number = &self->numbers[self->numbers_n++];
    *number = (number_t){.value = 0};
    snprintf(number->key, sizeof number->key, "%s", key);
    return number;
}

void ledger_put_number(ledger_t *self, const char *key, int64_t value) {
    insist(self->open);
    number_t *number = number_of(self, key);
    if (!number)
        number = remember(self, key);
    number->value = value;
    number->there = number->changed = true;
}

static void read_number(ledger_t *self, number_t *number) {
    buffer_t bytes = {0};
    uint64_t value = 0;
    number->there = ledger_get_meta(self, number->key, &bytes) == LEDGER_OK && bytes.n == 8;
    for (size_t i = 0; number->there && i < 8; i++)
        value = value << 8 | bytes.p[i];
    number->value = (int64_t) value;
    buffer_free(&bytes);
}

int64_t ledger_get_number(ledger_t *self, const char *key, int64_t fallback) {
    number_t *number = number_of(self, key);
    if (!number) {
        number = remember(self, key);
        read_number(self, number);
    }
    return number->there ? number->value : fallback;
}

void ledger_write_numbers(ledger_t *self) {
    for (size_t n = 0; n < self->numbers_n; n++) {
        number_t *number = &self->numbers[n];
        uint8_t bytes[8];
        if (!number->changed)
            continue;
        for (int i = 0; i < 8; i++)
            bytes[i] = (uint8_t) ((uint64_t) number->value >> (56 - 8 * i));
        ledger_put_meta(self, number->key, (bytes_t){bytes, sizeof bytes});
        number->changed = false;
    }
}

void ledger_forget_numbers(ledger_t *self) { self->numbers_n = 0; }

/* ---- the tree's frontier ---- */

void ledger_store_frontier(ledger_t *self) {
    size_t n = (size_t) __builtin_popcountll(self->frontier.size);
    digest_t root = frontier_root(&self->frontier);
    ledger_put_number(self, "frontier.size", (int64_t) self->frontier.size);
    ledger_put_meta(self, "frontier.roots",
                    (bytes_t){self->frontier.at[0].b, n * sizeof(digest_t)});
    ledger_put_meta(self, "frontier.root", (bytes_t){root.b, sizeof root.b});
    ledger_know_root(self, self->frontier.size, root);
}

void ledger_know_root(ledger_t *self, position_t position, digest_t root) {
    self->roots[position % ROOTS_KEPT] = (known_root_t){position, root};
}

void ledger_forget_roots(ledger_t *self) {
    for (size_t i = 0; i < ROOTS_KEPT; i++)
        if (self->roots[i].position > self->frontier.size)
            self->roots[i].position = 0;
}

bool ledger_load_frontier(ledger_t *self, frontier_t *out, digest_t *root) {
    buffer_t bytes = {0};
    memset(out, 0, sizeof *out);
    out->size = (uint64_t) ledger_get_number(self, "frontier.size", 0);
    size_t n = (size_t) __builtin_popcountll(out->size);
    bool ok = ledger_get_meta(self, "frontier.roots", &bytes) == LEDGER_OK &&
              bytes.n == n * sizeof(digest_t);
    if (ok && n > 0)
        memcpy(out->at, bytes.p, bytes.n);
    ok = ok && ledger_get_meta(self, "frontier.root", &bytes) == LEDGER_OK &&
         bytes.n == sizeof root->b;
    if (ok)
        memcpy(root->b, bytes.p, sizeof root->b);
    buffer_free(&bytes);
    return ok || out->size == 0;
}
