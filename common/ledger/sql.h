/* SPDX-License-Identifier: Apache-2.0
 *
 * sql: rows of a store of ours. An error is not the end of the rows: what was read so far would be
 * taken for all there is, and a root or an answer made from it. Nor is a transaction's end its
 * commit: SQLite rolls it back by itself when the disk is full.
 */
#ifndef COUNTERSIGN_LEDGER_SQL_H
#define COUNTERSIGN_LEDGER_SQL_H

#include <errno.h>
#include <sqlite3.h>
#include <stdbool.h>
#include <sysexits.h>

#include "common/base/diag.h"

/* The store cannot be read or written: ends the process (EX_IOERR); it is checked at the next start.
   `store`: its name, for the log. */
static inline _Noreturn void sql_fail(sqlite3 *db, const char *store) {
    errno = 0; /* SQLite says why */
    diag_fatal(EX_IOERR, DIAG_IO_ERROR, "%s: %s", store, sqlite3_errmsg(db));
}

/* A statement that is used again and again. */
static inline sqlite3_stmt *sql_prepare(sqlite3 *db, const char *sql, const char *store) {
    sqlite3_stmt *stmt = NULL;
    if (sqlite3_prepare_v3(db, sql, -1, SQLITE_PREPARE_PERSISTENT, &stmt, NULL) != SQLITE_OK)
        sql_fail(db, store);
    return stmt;
}

/* Another row? */
static inline bool sql_next(sqlite3_stmt *stmt, const char *store) {
    int rc = sqlite3_step(stmt);
    if (rc != SQLITE_ROW && rc != SQLITE_DONE)
        sql_fail(sqlite3_db_handle(stmt), store);
    return rc == SQLITE_ROW;
}

/* Steps a statement that writes, within the owner's transaction. SQLITE_FULL, too, when a full disk
   has ended that: what is written beside it is there when the rest of it is not. */
static inline int sql_write(sqlite3_stmt *stmt) {
    return sqlite3_get_autocommit(sqlite3_db_handle(stmt)) ? SQLITE_FULL : sqlite3_step(stmt);
}

#endif
