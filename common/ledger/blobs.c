/* SPDX-License-Identifier: Apache-2.0
 *
 * blobs: tables of enciphered contents and of their keys by address, in the owner's SQLite file and
 * transaction. A content's key is a hash of it: nothing random is needed, and the salt keeps it
 * from being guessed. What was written before there were keys lies there as it is.
 */
#include "common/ledger/blobs.h"

#include <sysexits.h>

#include "common/base/diag.h"
#include "common/crypto/cipher.h"
#include "common/crypto/hash.h"
#include "common/ledger/sql.h"

/* blob_loose: see loose.h */
const char blobs_schema[] =
    "CREATE TABLE IF NOT EXISTS blob (address BLOB PRIMARY KEY, salted BLOB NOT NULL) WITHOUT "
    "ROWID;"
    "CREATE TABLE IF NOT EXISTS blob_key (address BLOB PRIMARY KEY, key BLOB NOT NULL) WITHOUT "
    "ROWID;"
    "CREATE TABLE IF NOT EXISTS blob_loose (address BLOB PRIMARY KEY, came INTEGER NOT NULL, bytes "
    "INTEGER NOT NULL) WITHOUT ROWID;";

digest_t blob_address(bytes_t salted) { return hash_domain("countersign/blob/1", salted); }

static digest_t key_of(bytes_t salted) { return hash_domain("countersign/blob-key/1", salted); }

static void fail(sqlite3 *db) {
    diag_fatal(EX_IOERR, DIAG_IO_ERROR, "blobs: %s", sqlite3_errmsg(db));
}

static sqlite3_stmt *prepared(sqlite3 *db, const char *sql, digest_t address) {
    sqlite3_stmt *stmt = NULL;
    if (sqlite3_prepare_v2(db, sql, -1, &stmt, NULL) != SQLITE_OK)
        fail(db);
    sqlite3_bind_blob(stmt, 1, address.b, sizeof address.b, SQLITE_TRANSIENT);
    return stmt;
}

static int put(sqlite3 *db, const char *sql, digest_t address, bytes_t value, problem_t *problem) {
    sqlite3_stmt *stmt = prepared(db, sql, address);
    sqlite3_bind_blob(stmt, 2, value.p, (int) value.n, SQLITE_STATIC);
    int rc = sql_write(stmt);
    sqlite3_finalize(stmt);
    if (rc == SQLITE_FULL)
        return problem_set(problem, REASON_DISK_FULL, "", "%s", "");
    if (rc != SQLITE_DONE)
        fail(db);
    return 0;
}

int blobs_put(sqlite3 *db, digest_t address, bytes_t salted, problem_t *problem) {
    if (salted.n <= BLOB_SALT || salted.n > BLOB_SALT + BLOB_BYTES_MAX)
        return problem_set(problem, REASON_TOO_LARGE, "salted", "1 byte to 1 MiB");
    if (!digest_equal(address, blob_address(salted)))
        return problem_set(problem, REASON_MALFORMED, "address", "the content has another address");
    if (blobs_have(db, address))
        return 0;
    digest_t key = key_of(salted);
    buffer_t turned = {0};
    buffer_put(&turned, salted.p, salted.n);
    cipher_turn(key, turned.p, turned.n);
    int rc = put(db, "INSERT OR REPLACE INTO blob_key VALUES (?1, ?2)", address,
                 (bytes_t){key.b, sizeof key.b}, problem);
    if (rc == 0)
        rc = put(db, "INSERT INTO blob VALUES (?1, ?2)", address, buffer_bytes(&turned), problem);
    buffer_free(&turned);
    return rc;
}

bool blobs_have(sqlite3 *db, digest_t address) {
    sqlite3_stmt *stmt = prepared(db, "SELECT 1 FROM blob WHERE address = ?1", address);
    bool have = sql_next(stmt, "blobs");
    sqlite3_finalize(stmt);
    return have;
}

int blobs_try_get(sqlite3 *db, digest_t address, buffer_t *salted) {
    sqlite3_stmt *stmt = NULL;
    digest_t key;
    buffer_clear(salted);
    int rc = sqlite3_prepare_v2(
        db, "SELECT salted, key FROM blob LEFT JOIN blob_key USING (address) WHERE address = ?1", -1,
        &stmt, NULL);
    if (rc != SQLITE_OK)
        return rc;
    sqlite3_bind_blob(stmt, 1, address.b, sizeof address.b, SQLITE_STATIC);
    rc = sqlite3_step(stmt);
    if (rc == SQLITE_ROW)
        buffer_put(salted, sqlite3_column_blob(stmt, 0), (size_t) sqlite3_column_bytes(stmt, 0));
    if (rc == SQLITE_ROW && sqlite3_column_bytes(stmt, 1) == (int) sizeof key.b) {
        memcpy(key.b, sqlite3_column_blob(stmt, 1), sizeof key.b);
        cipher_turn(key, salted->p, salted->n);
    }
    sqlite3_finalize(stmt);
    return rc;
}

bool blobs_get(sqlite3 *db, digest_t address, buffer_t *salted) {
    int rc = blobs_try_get(db, address, salted);
    if (rc != SQLITE_ROW && rc != SQLITE_DONE)
        fail(db);
    return rc == SQLITE_ROW;
}

/* ---- erasing ---- */

static int drop(sqlite3 *db, const char *sql, digest_t address, int *rows) {
    sqlite3_stmt *stmt = NULL;
    int rc = sqlite3_prepare_v2(db, sql, -1, &stmt, NULL);
    sqlite3_bind_blob(stmt, 1, address.b, sizeof address.b, SQLITE_STATIC);
    if (rc == SQLITE_OK)
        rc = sql_write(stmt);
    *rows = rc == SQLITE_DONE ? sqlite3_changes(db) : 0;
    sqlite3_finalize(stmt);
    return rc == SQLITE_DONE ? SQLITE_OK : rc;
}

/* The key first: where the content cannot be reached any more, that is enough. */
static int erase(sqlite3 *db, digest_t address, bool *was) {
    int rows;
    int rc = drop(db, "DELETE FROM blob_key WHERE address = ?1", address, &rows);
    if (rc == SQLITE_OK)
        rc = drop(db, "DELETE FROM blob_loose WHERE address = ?1", address, &rows);
    if (rc == SQLITE_OK)
        rc = drop(db, "DELETE FROM blob WHERE address = ?1", address, &rows);
    *was = rc == SQLITE_OK && rows > 0;
    return rc;
}

int blobs_try_erase(sqlite3 *db, const digest_t *list, size_t n) {
    bool was;
    int rc = SQLITE_OK;
    for (size_t i = 0; i < n && rc == SQLITE_OK; i++)
        rc = erase(db, list[i], &was);
    return rc;
}

bool blobs_erase(sqlite3 *db, digest_t address) {
    bool was;
    int rc = erase(db, address, &was);
    if (rc != SQLITE_OK && rc != SQLITE_FULL) /* full: the commit says so */
        fail(db);
    return was;
}

/* All pages of the keys are cleared and those that are left written anew; then the WAL, which has
   older copies of everything, is cut to nothing. */
int blobs_try_scrub(sqlite3 *db) {
    static const char anew[] = "BEGIN IMMEDIATE;"
                               "CREATE TEMP TABLE kept AS SELECT * FROM blob_key;"
                               "DELETE FROM blob_key;"
                               "INSERT INTO blob_key SELECT * FROM kept;"
                               "DROP TABLE kept;"
                               "COMMIT;";
    int rc = sqlite3_exec(db, anew, NULL, NULL, NULL);
    if (rc == SQLITE_OK)
        rc = sqlite3_wal_checkpoint_v2(db, NULL, SQLITE_CHECKPOINT_TRUNCATE, NULL, NULL);
    if (!sqlite3_get_autocommit(db))
        sqlite3_exec(db, "ROLLBACK", NULL, NULL, NULL);
    return rc;
}

bool blobs_scrub(sqlite3 *db) {
    int rc = blobs_try_scrub(db);
    if (rc != SQLITE_OK && rc != SQLITE_FULL)
        fail(db);
    return rc == SQLITE_OK;
}
