/* SPDX-License-Identifier: Apache-2.0
 *
 * ledger_internal: the ledger as ledger.c (writing), ledger_open.c and ledger_read.c know it.
 */
#ifndef COUNTERSIGN_LEDGER_LEDGER_INTERNAL_H
#define COUNTERSIGN_LEDGER_LEDGER_INTERNAL_H

#include "common/ledger/ledger.h"

#define ROOTS_KEPT 4096

typedef enum statement {
    PUT_EVENT, PUT_COMMAND, PUT_META, GET_META, FIND_COMMAND, READ_EVENT, COUNT_CASE, STATEMENTS
} statement_t;

typedef struct known_root { position_t position; digest_t root; } known_root_t;

struct ledger {
    sqlite3 *db;
    sqlite3_stmt *stmt[STATEMENTS];
    frontier_t frontier, committed_frontier;
    moment_t time, committed_time;
    digest_t id;
    bool open;                      /* a transaction is */
    bool spoilt;                    /* it met a full disk */
    buffer_t scratch;
    known_root_t roots[ROOTS_KEPT]; /* by position modulo */
};

_Noreturn void ledger_fail(ledger_t *self, const char *what);
/* Frontier, time and id as the file has them. */
void ledger_load(ledger_t *self);
void ledger_store_frontier(ledger_t *self);
bool ledger_load_frontier(ledger_t *self, frontier_t *out, digest_t *root);

#endif
