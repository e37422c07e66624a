/* SPDX-License-Identifier: Apache-2.0
 *
 * Erasing in files that were set aside: what is erased is in none of them. One that can be cleaned
 * keeps the rest; one that cannot, being damaged or no store, goes whole; one that somebody holds
 * stays for the next start.
 */
#include <stdio.h>
#include <unistd.h>

#include "common/crypto/keys.h"
#include "common/daemon/erasure.h"
#include "common/ledger/blobs.h"
#include "tests/unit/harness.h"

enum { BLOBS = 3 }; /* the first two are erased */

static digest_t addresses[BLOBS];

static void put(sqlite3 *db, uint8_t i) {
    uint8_t salted[200];
    problem_t problem = {0};
    memset(salted, 'a' + i, sizeof salted);
    addresses[i] = blob_address((bytes_t){salted, sizeof salted});
    assert_int_equal(blobs_put(db, addresses[i], (bytes_t){salted, sizeof salted}, &problem), 0);
}

static void sql(const char *path, const char *text) {
    sqlite3 *db = NULL;
    assert_int_equal(sqlite3_open(path, &db), SQLITE_OK);
    assert_int_equal(sqlite3_exec(db, text, NULL, NULL, NULL), SQLITE_OK);
    sqlite3_close(db);
}

/* The ledger that it stood for; the file set aside is at `aside`. */
static void set_aside(const char *name, char ledger[400], char aside[420]) {
    sqlite3 *db = NULL;
    crypto_start();
    snprintf(ledger, 400, "%s/%s.db", harness_folder(), name);
    snprintf(aside, 420, "%s.set-aside-1", ledger);
    assert_int_equal(sqlite3_open(aside, &db), SQLITE_OK);
    assert_int_equal(sqlite3_exec(db, blobs_schema, NULL, NULL, NULL), SQLITE_OK);
    assert_int_equal(sqlite3_exec(db, "BEGIN", NULL, NULL, NULL), SQLITE_OK);
    for (int i = 0; i < BLOBS; i++)
        put(db, (uint8_t) i);
    assert_int_equal(sqlite3_exec(db, "COMMIT", NULL, NULL, NULL), SQLITE_OK);
    sqlite3_close(db);
}

static bool there(const char *path) { return access(path, F_OK) == 0; }

static bool holds(const char *path, digest_t address) {
    sqlite3 *db = NULL;
    assert_int_equal(sqlite3_open(path, &db), SQLITE_OK);
    bool have = blobs_have(db, address);
    sqlite3_close(db);
    return have;
}

TEST(what_is_erased_goes_from_a_file_set_aside_and_the_rest_stays) {
    char ledger[400], aside[420], wal[430], other[420];
    set_aside("whole", ledger, aside);
    snprintf(wal, sizeof wal, "%s-wal", aside);
    snprintf(other, sizeof other, "%s.before", ledger); /* not one that was set aside */
    sql(other, blobs_schema);
    erasure_of_aside(ledger, addresses, 2);
    assert_false(holds(aside, addresses[0]));
    assert_false(holds(aside, addresses[1]));
    assert_true(holds(aside, addresses[2]));
    assert_false(there(wal));
    erasure_of_aside(ledger, addresses, 2); /* at every start */
    assert_true(holds(aside, addresses[2]));
    assert_true(there(other));
}

/* The page that a table begins with. */
static void damage(const char *path, const char *table) {
    sqlite3 *db = NULL;
    sqlite3_stmt *stmt = NULL;
    uint8_t noise[512];
    assert_int_equal(sqlite3_open(path, &db), SQLITE_OK);
    assert_int_equal(
        sqlite3_prepare_v2(db,
                           "SELECT (rootpage - 1) * page_size FROM sqlite_master,"
                           " pragma_page_size WHERE name = ?1",
                           -1, &stmt, NULL),
        SQLITE_OK);
    sqlite3_bind_text(stmt, 1, table, -1, SQLITE_STATIC);
    assert_int_equal(sqlite3_step(stmt), SQLITE_ROW);
    long at = (long) sqlite3_column_int64(stmt, 0);
    sqlite3_finalize(stmt);
    sqlite3_close(db);
    FILE *file = fopen(path, "r+e");
    assert_non_null(file);
    memset(noise, 0xee, sizeof noise);
    assert_int_equal(fseek(file, at, SEEK_SET), 0);
    assert_int_equal(fwrite(noise, 1, sizeof noise, file), sizeof noise);
    assert_int_equal(fclose(file), 0);
}

TEST(a_damaged_file_set_aside_may_not_keep_what_was_erased) {
    static const char *const tables[] = {"blob_key", "blob_loose", "blob"};
    char ledger[400], aside[420];
    for (size_t i = 0; i < sizeof tables / sizeof *tables; i++) {
        set_aside(tables[i], ledger, aside);
        damage(aside, tables[i]);
        erasure_of_aside(ledger, addresses, 2);
        assert_false(there(aside));
    }
}

/* Nothing half done is left open, in which somebody would go on. */
TEST(a_scrub_of_a_damaged_store_ends_its_transaction) {
    char ledger[400], aside[420];
    sqlite3 *db = NULL;
    set_aside("scrub", ledger, aside);
    damage(aside, "blob_key");
    assert_int_equal(sqlite3_open(aside, &db), SQLITE_OK);
    assert_int_equal(blobs_try_scrub(db) & 0xff, SQLITE_CORRUPT);
    assert_true(sqlite3_get_autocommit(db));
    assert_true(blobs_have(db, addresses[0]));
    sqlite3_close(db);
}

TEST(a_file_set_aside_that_is_no_store_of_ours_may_not_keep_it_either) {
    static const char *const makes[] = {
        "DROP TABLE blob_key; CREATE TABLE blob_key (what TEXT);",
        "DROP TABLE blob; CREATE VIEW blob AS SELECT 1 AS address, 2 AS salted;",
    };
    char ledger[400], aside[420];
    for (size_t i = 0; i < sizeof makes / sizeof *makes; i++) {
        set_aside(i ? "view" : "shape", ledger, aside);
        sql(aside, makes[i]);
        erasure_of_aside(ledger, addresses, 2);
        assert_false(there(aside));
    }
    set_aside("letter", ledger, aside);
    FILE *file = fopen(aside, "we");
    assert_non_null(file);
    for (int i = 0; i < 100; i++)
        fputs("Sehr geehrte Damen und Herren, ", file);
    fclose(file);
    erasure_of_aside(ledger, addresses, 2);
    assert_false(there(aside));
}

TEST(a_file_set_aside_that_somebody_holds_is_cleaned_at_the_next_start) {
    char ledger[400], aside[420];
    sqlite3 *held = NULL;
    set_aside("held", ledger, aside);
    assert_int_equal(sqlite3_open(aside, &held), SQLITE_OK);
    assert_int_equal(sqlite3_exec(held, "BEGIN EXCLUSIVE", NULL, NULL, NULL), SQLITE_OK);
    erasure_of_aside(ledger, addresses, 2);
    assert_int_equal(sqlite3_exec(held, "ROLLBACK", NULL, NULL, NULL), SQLITE_OK);
    sqlite3_close(held);
    assert_true(holds(aside, addresses[0]));
    erasure_of_aside(ledger, addresses, 2);
    assert_false(holds(aside, addresses[0]));
    assert_true(holds(aside, addresses[2]));
}
