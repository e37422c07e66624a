/* SPDX-License-Identifier: Apache-2.0
 *
 * statements: see the header. Another error than a full disk ends the process.
 */
#include "common/ledger/statements.h"

sqlite3_stmt *statements_get(statements_t *self, const char *sql) {
    size_t i = 0;
    while (i < STATEMENTS_MAX && self->at[i].sql && self->at[i].sql != sql)
        i++;
    if (i == STATEMENTS_MAX)
        panic("more than %d statements", STATEMENTS_MAX);
    if (!self->at[i].sql)
        self->at[i].stmt = sql_prepare(self->db, sql, self->store);
    self->at[i].sql = sql;
    return self->at[i].stmt;
}

void statement_done(sqlite3_stmt *stmt) {
    sqlite3_reset(stmt);
    sqlite3_clear_bindings(stmt);
}

bool statements_run(statements_t *self, sqlite3_stmt *stmt) {
    int rc = sql_write(stmt);
    if (rc != SQLITE_DONE && rc != SQLITE_FULL)
        sql_fail(self->db, self->store);
    statement_done(stmt);
    return rc == SQLITE_DONE;
}

void statements_end(statements_t *self) {
    for (size_t i = 0; i < STATEMENTS_MAX; i++)
        sqlite3_finalize(self->at[i].stmt);
}
