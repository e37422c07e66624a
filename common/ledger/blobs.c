/* SPDX-License-Identifier: Apache-2.0
 *
 * blobs: a table of salted contents by address, in the owner's SQLite file and transaction.
 */
#include "common/ledger/blobs.h"

#include <sysexits.h>

#include "common/base/diag.h"
#include "common/crypto/hash.h"
#include "common/ledger/sql.h"

const char blobs_schema[] = "CREATE TABLE IF NOT EXISTS blob (address BLOB PRIMARY KEY, salted "
                            "BLOB NOT NULL) WITHOUT ROWID;";

digest_t blob_address(bytes_t salted) { return hash_domain("countersign/blob/1", salted); }

static sqlite3_stmt *prepared(sqlite3 *db, const char *sql, digest_t address) {
    sqlite3_stmt *stmt = NULL;
    if (sqlite3_prepare_v2(db, sql, -1, &stmt, NULL) != SQLITE_OK)
        diag_fatal(EX_IOERR, DIAG_IO_ERROR, "blobs: %s", sqlite3_errmsg(db));
    sqlite3_bind_blob(stmt, 1, address.b, sizeof address.b, SQLITE_TRANSIENT);
    return stmt;
}

int blobs_put(sqlite3 *db, digest_t address, bytes_t salted, problem_t *problem) {
    if (salted.n <= BLOB_SALT || salted.n > BLOB_SALT + BLOB_BYTES_MAX)
        return problem_set(problem, REASON_TOO_LARGE, "salted", "1 byte to 1 MiB");
    if (!digest_equal(address, blob_address(salted)))
        return problem_set(problem, REASON_MALFORMED, "address", "the content has another address");
    sqlite3_stmt *stmt = prepared(db, "INSERT OR IGNORE INTO blob VALUES (?1, ?2)", address);
    sqlite3_bind_blob(stmt, 2, salted.p, (int) salted.n, SQLITE_STATIC);
    int rc = sqlite3_step(stmt);
    sqlite3_finalize(stmt);
    if (rc == SQLITE_FULL)
        return problem_set(problem, REASON_DISK_FULL, "", "%s", "");
    if (rc != SQLITE_DONE)
        diag_fatal(EX_IOERR, DIAG_IO_ERROR, "blobs: %s", sqlite3_errmsg(db));
    return 0;
}

bool blobs_have(sqlite3 *db, digest_t address) {
    sqlite3_stmt *stmt = prepared(db, "SELECT 1 FROM blob WHERE address = ?1", address);
    bool have = sql_next(stmt, "blobs");
    sqlite3_finalize(stmt);
    return have;
}

bool blobs_get(sqlite3 *db, digest_t address, buffer_t *salted) {
    sqlite3_stmt *stmt = prepared(db, "SELECT salted FROM blob WHERE address = ?1", address);
    bool have = sql_next(stmt, "blobs");
    buffer_clear(salted);
    if (have)
        buffer_put(salted, sqlite3_column_blob(stmt, 0), (size_t) sqlite3_column_bytes(stmt, 0));
    sqlite3_finalize(stmt);
    return have;
}

bool blobs_erase(sqlite3 *db, digest_t address) {
    sqlite3_stmt *stmt = prepared(db, "DELETE FROM blob WHERE address = ?1", address);
    int rc = sqlite3_step(stmt);
    sqlite3_finalize(stmt);
    if (rc != SQLITE_DONE)
        diag_fatal(EX_IOERR, DIAG_IO_ERROR, "blobs: %s", sqlite3_errmsg(db));
    return sqlite3_changes(db) > 0;
}
