/* SPDX-License-Identifier: Apache-2.0
 *
 * Blobs: found by what they are, not to be guessed, gone when erased.
 */
#include <stdio.h>

#include "common/base/buffer.h"
#include "common/base/text.h"
#include "common/crypto/cipher.h"
#include "common/crypto/hash.h"
#include "common/crypto/keys.h"
#include "common/ledger/blobs.h"
#include "common/ledger/ledger.h"
#include "common/ledger/loose.h"
#include "tests/unit/harness.h"

static sqlite3 *store(void) {
    sqlite3 *db = NULL;
    crypto_start();
    assert_int_equal(sqlite3_open(":memory:", &db), SQLITE_OK);
    assert_int_equal(sqlite3_exec(db, "PRAGMA secure_delete = ON", NULL, NULL, NULL), SQLITE_OK);
    assert_int_equal(sqlite3_exec(db, blobs_schema, NULL, NULL, NULL), SQLITE_OK);
    assert_int_equal(sqlite3_exec(db, "BEGIN", NULL, NULL, NULL), SQLITE_OK);
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

/* Events name it for good: computed elsewhere, over the domain, a zero, salt and content. */
TEST(an_address_is_what_it_always_was) {
    uint8_t salted_hello[BLOB_SALT + 5], expected[32];
    for (uint8_t i = 0; i < BLOB_SALT; i++)
        salted_hello[i] = i;
    memcpy(salted_hello + BLOB_SALT, "hello", 5);
    assert_true(hex_parse(TEXT("9793c31a001a27dd560e2ea84be609ed86ccd0911c1e937e6d3c5a2037d50686"),
                          expected, 32));
    digest_t address = blob_address((bytes_t){salted_hello, sizeof salted_hello});
    assert_memory_equal(address.b, expected, 32);
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

/* A salt alone is no content: whoever knows the salt knows all. */
TEST(a_salt_alone_is_refused) {
    sqlite3 *db = store();
    buffer_t blob = {0};
    for (size_t n = 0; n <= BLOB_SALT; n += BLOB_SALT) {
        problem_t problem = {0};
        salted(&blob, 1, 0);
        bytes_t bytes = {blob.p, n};
        assert_int_equal(blobs_put(db, blob_address(bytes), bytes, &problem), -1);
        assert_int_equal(problem.reason, REASON_TOO_LARGE);
        assert_false(blobs_have(db, blob_address(bytes)));
    }
    buffer_free(&blob);
    sqlite3_close(db);
}

/* What is said when there is no room, and that what was there before still is. */
TEST(a_full_disk_is_said_and_nothing_is_lost) {
    sqlite3 *db = store();
    buffer_t small = {0}, large = {0}, back = {0};
    problem_t problem = {0};
    salted(&small, 1, 9);
    salted(&large, 2, 300000);
    digest_t first = blob_address(buffer_bytes(&small)),
             second = blob_address(buffer_bytes(&large));
    assert_int_equal(blobs_put(db, first, buffer_bytes(&small), &problem), 0);
    assert_int_equal(sqlite3_exec(db, "COMMIT; PRAGMA max_page_count = 8; BEGIN", NULL, NULL, NULL),
                     SQLITE_OK);
    assert_int_equal(blobs_put(db, second, buffer_bytes(&large), &problem), -1);
    assert_int_equal(problem.reason, REASON_DISK_FULL);
    assert_false(blobs_have(db, second));
    assert_true(blobs_get(db, first, &back));
    /* nor is anything written where the transaction ended */
    assert_int_equal(blobs_put(db, second, buffer_bytes(&large), &problem), -1);
    assert_int_equal(problem.reason, REASON_DISK_FULL);
    if (!sqlite3_get_autocommit(db))
        assert_int_equal(sqlite3_exec(db, "ROLLBACK", NULL, NULL, NULL), SQLITE_OK);
    assert_int_equal(sqlite3_exec(db, "PRAGMA max_page_count = 8000", NULL, NULL, NULL), SQLITE_OK);
    assert_int_equal(blobs_put(db, second, buffer_bytes(&large), &problem), -1);
    assert_false(blobs_erase(db, first));
    assert_true(blobs_have(db, first));
    assert_int_equal(sqlite3_exec(db, "BEGIN", NULL, NULL, NULL), SQLITE_OK);
    assert_int_equal(blobs_put(db, second, buffer_bytes(&large), &problem), 0);
    buffer_free(&small);
    buffer_free(&large);
    buffer_free(&back);
    sqlite3_close(db);
}

TEST(what_is_erased_is_gone) {
    sqlite3 *db = store();
    buffer_t blob = {0}, back = {0};
    problem_t problem = {0};
    salted(&blob, 1, 9);
    digest_t address = blob_address(buffer_bytes(&blob));
    assert_int_equal(blobs_put(db, address, buffer_bytes(&blob), &problem), 0);
    assert_true(blobs_erase(db, address));
    assert_false(blobs_have(db, address));
    assert_false(blobs_erase(db, address));
    buffer_put(&back, "old", 3);
    assert_false(blobs_get(db, address, &back)); /* as if it had never been there */
    assert_int_equal(back.n, 0);
    assert_int_equal(blobs_put(db, address, buffer_bytes(&blob), &problem), 0);
    assert_true(blobs_have(db, address));
    buffer_free(&blob);
    buffer_free(&back);
    sqlite3_close(db);
}

static bool file_holds(const char *path, const void *bytes, size_t n) {
    uint8_t block[65536];
    buffer_t all = {0};
    FILE *file = fopen(path, "re");
    for (size_t got; file && (got = fread(block, 1, sizeof block, file)) > 0;)
        buffer_put(&all, block, got);
    if (file)
        fclose(file);
    bool found = all.n && memmem(all.p, all.n, bytes, n) != NULL;
    buffer_free(&all);
    return found;
}

static ledger_t *opened(char path[400], const char *name) {
    problem_t problem = {0};
    crypto_start();
    snprintf(path, 400, "%s/%s.db", harness_folder(), name);
    ledger_t *ledger = ledger_open(path, blobs_schema, &problem);
    assert_non_null(ledger);
    return ledger;
}

/* In the file, or in the WAL beside it. */
static bool store_holds(const char *path, const void *bytes, size_t n) {
    char wal[410];
    snprintf(wal, sizeof wal, "%s-wal", path);
    return file_holds(path, bytes, n) || file_holds(wal, bytes, n);
}

/* A contact person is on no disk as it is, but under a key, and after the erasure without it. */
TEST(what_is_erased_is_not_in_the_file_either) {
    static const char contact[] = "Mei Chuanfang, +86 27 5550 0137";
    char path[400];
    buffer_t blob = {0}, turned = {0}, back = {0};
    problem_t problem = {0};
    ledger_t *ledger = opened(path, "contact");
    salted(&blob, 1, 20000);
    buffer_put(&blob, contact, sizeof contact);
    digest_t address = blob_address(buffer_bytes(&blob)),
             key = hash_domain("countersign/blob-key/1", buffer_bytes(&blob));
    ledger_begin(ledger);
    assert_int_equal(blobs_put(ledger_db(ledger), address, buffer_bytes(&blob), &problem), 0);
    assert_int_equal(ledger_commit(ledger), LEDGER_OK);
    buffer_put(&turned, blob.p, blob.n);
    cipher_turn(key, turned.p, turned.n);
    assert_true(store_holds(path, key.b, sizeof key.b));
    assert_true(store_holds(path, turned.p + 200, 64));
    assert_false(store_holds(path, contact, sizeof contact));
    assert_true(blobs_get(ledger_db(ledger), address, &back));
    assert_memory_equal(back.p, blob.p, blob.n);
    ledger_begin(ledger);
    assert_true(blobs_erase(ledger_db(ledger), address));
    assert_int_equal(ledger_commit(ledger), LEDGER_OK);
    assert_true(store_holds(path, key.b, sizeof key.b)); /* the WAL has it until the scrubbing */
    assert_true(blobs_scrub(ledger_db(ledger)));
    assert_false(store_holds(path, key.b, sizeof key.b));
    assert_false(store_holds(path, turned.p + 200, 64));
    ledger_close(&ledger);
    buffer_free(&blob);
    buffer_free(&turned);
    buffer_free(&back);
}

#define MANY 300

/* SQLite moves small contents between its pages, and leaves copies; without their keys. */
TEST(of_many_that_were_moved_about_the_erased_leave_no_key) {
    char path[400];
    buffer_t blob = {0}, back = {0};
    problem_t problem = {0};
    digest_t addresses[MANY], keys[MANY];
    ledger_t *ledger = opened(path, "many");
    for (size_t i = 0; i < MANY; i++) {
        salted(&blob, (uint8_t) i, 40 + i * 7 % 900);
        buffer_put(&blob, &i, sizeof i);
        addresses[i] = blob_address(buffer_bytes(&blob));
        keys[i] = hash_domain("countersign/blob-key/1", buffer_bytes(&blob));
        ledger_begin(ledger);
        assert_int_equal(blobs_put(ledger_db(ledger), addresses[i], buffer_bytes(&blob), &problem),
                         0);
        if (i % 3 == 2)
            assert_true(blobs_erase(ledger_db(ledger), addresses[i / 3]));
        assert_int_equal(ledger_commit(ledger), LEDGER_OK);
    }
    assert_true(blobs_scrub(ledger_db(ledger)));
    for (size_t i = 0; i < MANY; i++) {
        assert_int_equal(store_holds(path, keys[i].b, sizeof keys[i].b), i >= MANY / 3);
        assert_int_equal(blobs_get(ledger_db(ledger), addresses[i], &back), i >= MANY / 3);
        if (i >= MANY / 3)
            assert_true(digest_equal(blob_address(buffer_bytes(&back)), addresses[i]));
    }
    ledger_close(&ledger);
    buffer_free(&blob);
    buffer_free(&back);
}

/* As a version wrote it that knew no keys. */
TEST(what_was_stored_without_a_key_is_read_as_it_is) {
    sqlite3 *db = store();
    buffer_t blob = {0}, back = {0};
    salted(&blob, 1, 9);
    digest_t address = blob_address(buffer_bytes(&blob));
    sqlite3_stmt *stmt = NULL;
    assert_int_equal(sqlite3_prepare_v2(db, "INSERT INTO blob VALUES (?1, ?2)", -1, &stmt, NULL),
                     SQLITE_OK);
    sqlite3_bind_blob(stmt, 1, address.b, sizeof address.b, SQLITE_STATIC);
    sqlite3_bind_blob(stmt, 2, blob.p, (int) blob.n, SQLITE_STATIC);
    assert_int_equal(sqlite3_step(stmt), SQLITE_DONE);
    sqlite3_finalize(stmt);
    assert_true(blobs_get(db, address, &back));
    assert_int_equal(back.n, blob.n);
    assert_memory_equal(back.p, blob.p, blob.n);
    assert_true(blobs_erase(db, address));
    assert_false(blobs_have(db, address));
    buffer_free(&blob);
    buffer_free(&back);
    sqlite3_close(db);
}

/* ---- loose ---- */

TEST(what_nothing_names_goes_after_its_time_and_what_is_named_stays) {
    sqlite3 *db = store();
    buffer_t blob = {0};
    problem_t problem = {0};
    digest_t addresses[5];
    for (uint8_t i = 0; i < 5; i++) {
        salted(&blob, i, 100);
        addresses[i] = blob_address(buffer_bytes(&blob));
        assert_int_equal(blobs_put(db, addresses[i], buffer_bytes(&blob), &problem), 0);
        loose_note(db, addresses[i], blob.n, 1000 + i);
    }
    assert_int_equal(loose_bytes(db), 5 * 116);
    loose_named(db, addresses[1]);
    assert_int_equal(loose_bytes(db), 4 * 116);
    assert_int_equal(loose_drop(db, 1000, 64), 0); /* none came before */
    assert_int_equal(loose_drop(db, 1004, 2), 2);  /* the oldest first */
    assert_false(blobs_have(db, addresses[0]));
    assert_false(blobs_have(db, addresses[2]));
    assert_true(blobs_have(db, addresses[3]));
    assert_int_equal(loose_drop(db, 1004, 2), 1);
    assert_int_equal(loose_drop(db, 1004, 2), 0);
    assert_true(blobs_have(db, addresses[1]));
    assert_true(blobs_have(db, addresses[4]));
    /* what is no address, in a damaged list, is in nobody's way */
    assert_int_equal(sqlite3_exec(db, "INSERT INTO blob_loose VALUES (x'01', 0, 5)", NULL, NULL, NULL),
                     SQLITE_OK);
    loose_note(db, addresses[1], 116, 1);
    assert_int_equal(loose_drop(db, 1000, 1), 1);
    assert_false(blobs_have(db, addresses[1]));
    assert_int_equal(sqlite3_exec(db, "DELETE FROM blob_loose WHERE bytes = 5", NULL, NULL, NULL),
                     SQLITE_OK);
    assert_true(blobs_erase(db, addresses[4])); /* erased is not loose any more */
    assert_int_equal(loose_bytes(db), 0);
    buffer_free(&blob);
    sqlite3_close(db);
}
