/* SPDX-License-Identifier: Apache-2.0
 *
 * A ledger's proofs: what it keeps of its tree shortens them, and changes nothing of what they say; and a
 * sealed ledger has the same.
 */
#include "tests/unit/sync/stream.h"

enum { EVENTS = 700 }; /* past two kept nodes of 256 */

static int hash_of(void *arg, position_t position, bytes_t bytes) {
    digest_t *leaves = arg;
    leaves[position - 1] = hash_leaf(bytes);
    return 0;
}

static digest_t leaves[EVENTS];

static digest_t root_of(position_t size) {
    frontier_t frontier = {0};
    for (position_t i = 0; i < size; i++)
        frontier_append(&frontier, leaves[i]);
    return frontier_root(&frontier);
}

static void assert_proofs(ledger_t *ledger) {
    static const position_t sizes[] = {1, 2, 255, 256, 257, 511, 512, 513, 600, EVENTS};
    digest_t proof[64], root;
    size_t n;
    for (size_t s = 0; s < sizeof sizes / sizeof *sizes; s++) {
        assert_int_equal(ledger_root_at(ledger, sizes[s], &root), LEDGER_OK);
        assert_true(digest_equal(root, root_of(sizes[s])));
        for (position_t at = 1; at <= sizes[s]; at += 37) {
            assert_int_equal(ledger_inclusion(ledger, at, sizes[s], proof, &n), 0);
            assert_true(merkle_inclusion_valid(leaves[at - 1], at - 1, sizes[s], proof, n, root));
        }
        for (size_t f = 0; f <= s; f++) {
            assert_int_equal(ledger_consistency(ledger, sizes[f], sizes[s], proof, &n), 0);
            assert_true(merkle_consistency_valid(sizes[f], root_of(sizes[f]), sizes[s], root, proof, n));
        }
    }
    assert_int_equal(ledger_inclusion(ledger, 0, 5, proof, &n), -1);
    assert_int_equal(ledger_inclusion(ledger, 6, 5, proof, &n), -1);
    assert_int_equal(ledger_inclusion(ledger, 5, EVENTS + 1, proof, &n), -1);
    assert_int_equal(ledger_consistency(ledger, 5, EVENTS + 1, proof, &n), -1);
}

static int64_t count(ledger_t *ledger, const char *sql) {
    sqlite3_stmt *stmt = NULL;
    assert_int_equal(sqlite3_prepare_v2(ledger_db(ledger), sql, -1, &stmt, NULL), SQLITE_OK);
    assert_int_equal(sqlite3_step(stmt), SQLITE_ROW);
    int64_t n = sqlite3_column_int64(stmt, 0);
    sqlite3_finalize(stmt);
    return n;
}

TEST(proofs_hold_with_and_without_what_is_kept_of_the_tree) {
    stream_t *stream = stream_new("tree", 1);
    char path[512];
    problem_t problem = {0};
    stream_add(stream, EVENTS - 1);
    ledger_walk(stream->ledger, 1, EVENTS, hash_of, leaves);
    assert_int_equal(count(stream->ledger, "SELECT count (*) FROM node"), 2);
    assert_proofs(stream->ledger);
    assert_int_equal(sqlite3_exec(ledger_db(stream->ledger), "DELETE FROM node", NULL, NULL, NULL), SQLITE_OK);
    assert_proofs(stream->ledger);
    ledger_close(&stream->ledger); /* as an older program left it */
    snprintf(path, sizeof path, "%s/tree.db", harness_folder());
    stream->ledger = ledger_open(path, NULL, &problem);
    assert_non_null(stream->ledger);
    assert_proofs(stream->ledger);
    stream_destroy(&stream);
}

/* A stored hash that is none makes no proof, wherever it stands; others are proved as before. */
TEST(a_leaf_that_is_no_hash_any_more_makes_no_proof) {
    static const struct { position_t spoilt, asked, size; } cases[] = {{1, 5, 8}, {8, 3, 8}, {3, 7, 8}};
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        digest_t proof[64];
        size_t n;
        char sql[100], name[20];
        snprintf(name, sizeof name, "spoilt-%zu", i);
        stream_t *stream = stream_new(name, 1);
        stream_add(stream, 9);
        snprintf(sql, sizeof sql, "UPDATE event SET leaf = x'00' WHERE position = %d", (int) cases[i].spoilt);
        assert_int_equal(ledger_inclusion(stream->ledger, cases[i].asked, cases[i].size, proof, &n), 0);
        assert_int_equal(sqlite3_exec(ledger_db(stream->ledger), sql, NULL, NULL, NULL), SQLITE_OK);
        assert_int_equal(ledger_inclusion(stream->ledger, cases[i].asked, cases[i].size, proof, &n), -1);
        assert_int_equal(ledger_inclusion(stream->ledger, 9, 10, proof, &n), -1); /* its sibling side is all of them */
        stream_destroy(&stream);
    }
}

TEST(the_time_of_an_event_that_is_not_there_or_not_readable_is_none) {
    stream_t *stream = stream_new("times", 1);
    stream_add(stream, 3);
    assert_true(ledger_time_at(stream->ledger, 2) > 0);
    assert_int_equal(ledger_time_at(stream->ledger, 9), 0);
    assert_int_equal(sqlite3_exec(ledger_db(stream->ledger), "UPDATE event SET bytes = x'c1' WHERE position = 2",
                                  NULL, NULL, NULL),
                     SQLITE_OK);
    assert_int_equal(ledger_time_at(stream->ledger, 2), 0);
    stream_destroy(&stream);
}

TEST(what_is_cut_off_takes_its_nodes_along) {
    stream_t *stream = stream_new("cut", 1);
    stream_add(stream, 519);
    assert_int_equal(count(stream->ledger, "SELECT count (*) FROM node"), 2);
    ledger_truncate(stream->ledger, 400);
    assert_int_equal(count(stream->ledger, "SELECT count (*) FROM node"), 1);
    stream->salt = 3; /* another history from there on */
    stream_add(stream, EVENTS - 400);
    ledger_walk(stream->ledger, 1, EVENTS, hash_of, leaves);
    assert_proofs(stream->ledger);
    stream_destroy(&stream);
}

TEST(a_sealed_ledger_is_read_as_far_as_it_was_taken_and_never_written) {
    stream_t *stream = stream_new("sealed", 1);
    char path[512];
    problem_t problem = {0};
    buffer_t bytes = {0};
    stream_add(stream, EVENTS - 1);
    ledger_walk(stream->ledger, 1, EVENTS, hash_of, leaves);
    ledger_close(&stream->ledger);
    snprintf(path, sizeof path, "%s/sealed.db", harness_folder());
    ledger_t *sealed = ledger_open_sealed(path, NULL, &problem);
    assert_non_null(sealed);
    assert_true(ledger_sealed(sealed));
    assert_int_equal(ledger_last(sealed), 0);
    assert_true(ledger_take_to(sealed, EVENTS));
    assert_int_equal(ledger_last(sealed), EVENTS);
    assert_true(digest_equal(ledger_root(sealed), root_of(EVENTS)));
    assert_true(digest_equal(ledger_id(sealed), leaves[0]));
    assert_proofs(sealed);
    assert_false(ledger_take_to(sealed, EVENTS + 1));
    assert_int_equal(sqlite3_exec(ledger_db(sealed), "DELETE FROM main.event", NULL, NULL, NULL),
                     SQLITE_READONLY);
    ledger_begin(sealed);
    ledger_put_number(sealed, "frontier.size", 3); /* into a table of its own */
    ledger_close(&sealed);
    problem = (problem_t){0};
    stream->ledger = ledger_open(path, NULL, &problem);
    assert_non_null(stream->ledger);
    assert_int_equal(ledger_last(stream->ledger), EVENTS);
    stream_destroy(&stream);
    buffer_free(&bytes);
}

TEST(what_is_no_ledger_is_not_opened) {
    char path[512];
    problem_t problem = {0};
    snprintf(path, sizeof path, "%s/none.db", harness_folder());
    FILE *file = fopen(path, "we");
    assert_non_null(file);
    fputs("nothing that SQLite would know", file);
    fclose(file);
    assert_null(ledger_open_sealed(path, NULL, &problem));
    assert_int_equal(problem.reason, REASON_INPUT_FILE);
    snprintf(path, sizeof path, "%s/not there.db", harness_folder());
    assert_null(ledger_open_sealed(path, NULL, &problem));
}
