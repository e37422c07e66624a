/* SPDX-License-Identifier: Apache-2.0
 *
 * loose: see loose.h; a table of addresses beside the blobs.
 */
#include "common/ledger/loose.h"

#include <sysexits.h>

#include "common/base/diag.h"
#include "common/ledger/blobs.h"
#include "common/ledger/sql.h"

#define AT_ONCE_MAX 64

static sqlite3_stmt *prepared(sqlite3 *db, const char *sql) {
    sqlite3_stmt *stmt = NULL;
    if (sqlite3_prepare_v2(db, sql, -1, &stmt, NULL) != SQLITE_OK)
        diag_fatal(EX_IOERR, DIAG_IO_ERROR, "loose blobs: %s", sqlite3_errmsg(db));
    return stmt;
}

static void finish(sqlite3 *db, sqlite3_stmt *stmt) {
    int rc = sql_write(stmt);
    sqlite3_finalize(stmt);
    if (rc != SQLITE_DONE && rc != SQLITE_FULL) /* full: the commit says so */
        diag_fatal(EX_IOERR, DIAG_IO_ERROR, "loose blobs: %s", sqlite3_errmsg(db));
}

void loose_note(sqlite3 *db, digest_t address, size_t bytes, moment_t came) {
    sqlite3_stmt *stmt = prepared(db, "INSERT OR REPLACE INTO blob_loose VALUES (?1, ?2, ?3)");
    sqlite3_bind_blob(stmt, 1, address.b, sizeof address.b, SQLITE_STATIC);
    sqlite3_bind_int64(stmt, 2, came);
    sqlite3_bind_int64(stmt, 3, (int64_t) bytes);
    finish(db, stmt);
}

void loose_named(sqlite3 *db, digest_t address) {
    sqlite3_stmt *stmt = prepared(db, "DELETE FROM blob_loose WHERE address = ?1");
    sqlite3_bind_blob(stmt, 1, address.b, sizeof address.b, SQLITE_STATIC);
    finish(db, stmt);
}

int64_t loose_bytes(sqlite3 *db) {
    sqlite3_stmt *stmt = prepared(db, "SELECT coalesce (sum (bytes), 0) FROM blob_loose");
    insist(sql_next(stmt, "loose blobs")); /* an aggregate has one row */
    int64_t bytes = sqlite3_column_int64(stmt, 0);
    sqlite3_finalize(stmt);
    return bytes;
}

size_t loose_drop(sqlite3 *db, moment_t before, size_t most) {
    digest_t found[AT_ONCE_MAX];
    size_t n = 0;
    sqlite3_stmt *stmt = prepared(db, "SELECT address FROM blob_loose WHERE came < ?1 AND"
                                      " length (address) = 32 ORDER BY came LIMIT ?2");
    insist(most <= AT_ONCE_MAX);
    sqlite3_bind_int64(stmt, 1, before);
    sqlite3_bind_int64(stmt, 2, (int64_t) most);
    while (n < most && sql_next(stmt, "loose blobs"))
        memcpy(found[n++].b, sqlite3_column_blob(stmt, 0), sizeof found->b);
    sqlite3_finalize(stmt);
    for (size_t i = 0; i < n; i++)
        blobs_erase(db, found[i]);
    return n;
}
