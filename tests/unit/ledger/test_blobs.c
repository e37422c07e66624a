/* SPDX-License-Identifier: Apache-2.0
 *
 * Blobs: found by what they are, not to be guessed, gone when erased.
 */
#include "common/base/buffer.h"
#include "common/crypto/keys.h"
#include "common/ledger/blobs.h"
#include "tests/unit/harness.h"

static sqlite3 *store(void) {
    sqlite3 *db = NULL;
    crypto_start();
    assert_int_equal(sqlite3_open(":memory:", &db), SQLITE_OK);
    assert_int_equal(sqlite3_exec(db, "PRAGMA secure_delete = ON", NULL, NULL, NULL), SQLITE_OK);
    assert_int_equal(sqlite3_exec(db, blobs_schema, NULL, NULL, NULL), SQLITE_OK);
    return db;
}

static void salted(buffer_t *out, uint8_t salt, size_t n) {
    uint8_t head[BLOB_SALT];
    memset(head, salt, sizeof head);
    buffer_clear(out);
    buffer_put(out, head, sizeof head);
    for (size_t i = 0; i < n; i++)
        buffer_put(out, "x", 1);
}

TEST(what_was_put_is_got_by_its_address_once_or_twice) {
    sqlite3 *db = store();
    buffer_t blob = {0}, back = {0};
    problem_t problem = {0};
    salted(&blob, 1, 9);
    digest_t address = blob_address(buffer_bytes(&blob));
    assert_false(blobs_have(db, address));
    assert_false(blobs_get(db, address, &back));
    assert_int_equal(blobs_put(db, address, buffer_bytes(&blob), &problem), 0);
    assert_int_equal(blobs_put(db, address, buffer_bytes(&blob), &problem), 0);
    assert_true(blobs_have(db, address));
    assert_true(blobs_get(db, address, &back));
    assert_int_equal(back.n, blob.n);
    assert_memory_equal(back.p, blob.p, blob.n);
    buffer_free(&blob);
    buffer_free(&back);
    sqlite3_close(db);
}

TEST(the_same_content_with_another_salt_has_another_address) {
    buffer_t a = {0}, b = {0};
    salted(&a, 1, 9);
    salted(&b, 2, 9);
    assert_false(digest_equal(blob_address(buffer_bytes(&a)), blob_address(buffer_bytes(&b))));
    buffer_free(&a);
    buffer_free(&b);
}

TEST(bytes_that_are_not_what_their_address_says_are_refused) {
    sqlite3 *db = store();
    buffer_t blob = {0};
    problem_t problem = {0};
    salted(&blob, 1, 9);
    digest_t address = blob_address(buffer_bytes(&blob));
    blob.p[20] ^= 1;
    assert_int_equal(blobs_put(db, address, buffer_bytes(&blob), &problem), -1);
    assert_int_equal(problem.reason, REASON_MALFORMED);
    assert_false(blobs_have(db, address));
    buffer_free(&blob);
    sqlite3_close(db);
}

TEST(a_megabyte_is_the_most) {
    sqlite3 *db = store();
    buffer_t blob = {0};
    problem_t problem = {0};
    salted(&blob, 1, BLOB_BYTES_MAX);
    assert_int_equal(
        blobs_put(db, blob_address(buffer_bytes(&blob)), buffer_bytes(&blob), &problem), 0);
    buffer_put(&blob, "x", 1);
    assert_int_equal(
        blobs_put(db, blob_address(buffer_bytes(&blob)), buffer_bytes(&blob), &problem), -1);
    assert_int_equal(problem.reason, REASON_TOO_LARGE);
    buffer_free(&blob);
    sqlite3_close(db);
}

TEST(what_is_erased_is_gone) {
    sqlite3 *db = store();
    buffer_t blob = {0};
    problem_t problem = {0};
    salted(&blob, 1, 9);
    digest_t address = blob_address(buffer_bytes(&blob));
    assert_int_equal(blobs_put(db, address, buffer_bytes(&blob), &problem), 0);
    assert_true(blobs_erase(db, address));
    assert_false(blobs_have(db, address));
    assert_false(blobs_erase(db, address));
    buffer_free(&blob);
    sqlite3_close(db);
}
