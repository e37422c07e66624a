/* SPDX-License-Identifier: Apache-2.0
 *
 * statements: those of one store, each prepared at its first use and kept. A text is known by its
 * address: it is a literal of its caller.
 */
#ifndef COUNTERSIGN_LEDGER_STATEMENTS_H
#define COUNTERSIGN_LEDGER_STATEMENTS_H

#include "common/ledger/sql.h"

#define STATEMENTS_MAX 24

/* Zeroed but for db and store. */
typedef struct statements {
    sqlite3 *db;
    const char *store; /* its name, for the log */
    struct { const char *sql; sqlite3_stmt *stmt; } at[STATEMENTS_MAX];
} statements_t;

/* To be given back by statement_done or statements_run before it is asked for again. */
sqlite3_stmt *statements_get(statements_t *self, const char *sql);
void statement_done(sqlite3_stmt *stmt);
/* Changes something and gives the statement back. false: the disk is full. */
bool statements_run(statements_t *self, sqlite3_stmt *stmt);
void statements_end(statements_t *self);

#endif
