/* SPDX-License-Identifier: Apache-2.0
 *
 * The keyring: who has given their passphrase to sign, for how long that holds, and whoever guesses
 * at one waits. 21 CFR 11.200 (a)(1), 11.300 (d).
 */
#include <stdio.h>
#include <sys/stat.h>

#include "common/base/moment.h"
#include "daemons/agent/agent.h"
#include "tests/unit/harness.h"

#define MINUTES 15
#define RIGHT "梧桐 2026"

#define LIN TEXT("linxiaohe")
#define SONG TEXT("songzhixing")

typedef struct bench {
    sqlite3 *db;
    site_t site;
    keyring_t *keyring;
    int64_t now; /* boot ms */
    problem_t problem;
} bench_t;

static void put_key(bench_t *b, const char *handle, const char *passphrase) {
    char path[512];
    problem_t problem = {0};
    signer_t *signer = signer_new();
    if (keyfile_write_signer(site_path(&b->site, path, sizeof path, "people", handle, ".key"), handle,
                             signer, passphrase, SEAL_MINIMAL, &problem) != 0)
        assert_int_equal(problem.reason, REASON_INPUT_FILE); /* it is there from the test before */
    signer_destroy(&signer);
}

static bench_t bench_new(void) {
    static char folder[400], people[480];
    crypto_start();
    snprintf(folder, sizeof folder, "%s", harness_folder());
    snprintf(people, sizeof people, "%s/people", folder);
    mkdir(people, 0700);
    bench_t b = {.site = {.folder = folder}, .now = 1000};
    assert_int_equal(sqlite3_open(":memory:", &b.db), SQLITE_OK);
    assert_int_equal(sqlite3_exec(b.db, keyring_schema, NULL, NULL, NULL), SQLITE_OK);
    b.keyring = keyring_new(b.db, MINUTES);
    put_key(&b, LIN.p, RIGHT);
    put_key(&b, SONG.p, "another");
    return b;
}

static void bench_end(bench_t *b) {
    keyring_destroy(&b->keyring);
    sqlite3_close(b->db);
}

static bool gives(bench_t *b, text_t who, const char *passphrase, bool signs) {
    b->problem = (problem_t){.reason = REASON_NONE};
    return keyring_unlock(b->keyring, &b->site, who.p, passphrase, signs, b->now, &b->problem) == 0;
}

static bool may_sign(const bench_t *b, text_t who) {
    return keyring_may_sign(b->keyring, who, b->now);
}

static bool is_unlocked(const bench_t *b, text_t who) {
    ident_t id;
    return keyring_find(b->keyring, who, &id) != NULL;
}

/* ---- signing ---- */

TEST_CLAUSE(an_unlocked_key_signs_nothing_until_its_passphrase_is_given_to_sign, "21-CFR-11.200", REFUSAL) {
    bench_t b = bench_new();
    assert_true(gives(&b, LIN, RIGHT, false));
    assert_true(is_unlocked(&b, LIN));
    assert_false(may_sign(&b, LIN));
    assert_true(gives(&b, LIN, RIGHT, true));
    assert_true(may_sign(&b, LIN));
    bench_end(&b);
}

TEST_CLAUSE(further_signatures_need_no_passphrase_while_they_follow_each_other, "21-CFR-11.200", RULE) {
    bench_t b = bench_new();
    gives(&b, LIN, RIGHT, true);
    for (int i = 0; i < 5; i++) {
        assert_true(may_sign(&b, LIN));
        keyring_signed(b.keyring, LIN, b.now);
        b.now += MINUTES * MINUTE_MS - 1;
    }
    assert_true(may_sign(&b, LIN));
    b.now++;
    assert_false(may_sign(&b, LIN));
    assert_true(is_unlocked(&b, LIN)); /* for everyday work */
    bench_end(&b);
}

TEST_CLAUSE(a_passphrase_given_to_sign_is_followed_by_a_signature, "21-CFR-11.200", REFUSAL) {
    bench_t b = bench_new();
    gives(&b, LIN, RIGHT, true);
    b.now += 2 * MINUTE_MS - 1;
    assert_true(may_sign(&b, LIN));
    b.now++;
    assert_false(may_sign(&b, LIN));
    bench_end(&b);
}

TEST_CLAUSE(a_locked_key_and_one_unlocked_anew_begin_again, "21-CFR-11.200", REFUSAL) {
    bench_t b = bench_new();
    gives(&b, LIN, RIGHT, true);
    keyring_signed(b.keyring, LIN, b.now);
    keyring_lock(b.keyring, LIN);
    assert_false(may_sign(&b, LIN));
    gives(&b, LIN, RIGHT, false);
    assert_false(may_sign(&b, LIN));
    gives(&b, LIN, RIGHT, true);
    keyring_destroy(&b.keyring); /* the agent starts anew */
    b.keyring = keyring_new(b.db, MINUTES);
    assert_false(may_sign(&b, LIN));
    bench_end(&b);
}

TEST_CLAUSE(two_people_at_a_workstation_give_their_own, "21-CFR-11.200", REFUSAL) {
    bench_t b = bench_new();
    gives(&b, LIN, RIGHT, true);
    gives(&b, SONG, "another", false);
    assert_true(may_sign(&b, LIN));
    assert_false(may_sign(&b, SONG));
    assert_false(gives(&b, SONG, RIGHT, true)); /* hers */
    assert_false(may_sign(&b, SONG));
    keyring_lock(b.keyring, LIN);
    gives(&b, SONG, "another", true);
    assert_false(may_sign(&b, LIN));
    assert_true(may_sign(&b, SONG));
    keyring_signed(b.keyring, LIN, b.now); /* locked: nothing is signed with it */
    assert_false(may_sign(&b, LIN));
    bench_end(&b);
}

/* ---- guessing ---- */

static void guess(bench_t *b, text_t who, int times) {
    for (int i = 0; i < times; i++) {
        assert_false(gives(b, who, "wrong", true));
        assert_int_equal(b->problem.reason, REASON_LOCKED);
    }
}

TEST_CLAUSE(after_five_wrong_passphrases_nobody_tries_for_a_minute, "21-CFR-11.300", REFUSAL) {
    bench_t b = bench_new();
    guess(&b, LIN, 5);
    assert_false(gives(&b, LIN, RIGHT, true)); /* not even looked at */
    assert_int_equal(b.problem.reason, REASON_LOCKED);
    assert_string_equal(b.problem.detail, "5 wrong passphrases in a row; try again in 60 seconds");
    assert_false(may_sign(&b, LIN));
    assert_true(gives(&b, SONG, "another", true)); /* others go on */
    b.now += MINUTE_MS - 1;
    assert_false(gives(&b, LIN, RIGHT, false));
    b.now++;
    assert_true(gives(&b, LIN, RIGHT, false));
    guess(&b, LIN, 4); /* counted from the start again */
    assert_true(gives(&b, LIN, RIGHT, false));
    bench_end(&b);
}

TEST_CLAUSE(whoever_goes_on_guessing_has_one_attempt_a_minute, "21-CFR-11.300", REFUSAL) {
    bench_t b = bench_new();
    guess(&b, LIN, 5);
    for (int i = 0; i < 3; i++) {
        b.now += MINUTE_MS;
        guess(&b, LIN, 1);
        assert_false(gives(&b, LIN, RIGHT, true));
    }
    bench_end(&b);
}

TEST_CLAUSE(a_wrong_passphrase_leaves_an_open_session_as_it_is, "21-CFR-11.300", RULE) {
    bench_t b = bench_new();
    gives(&b, LIN, RIGHT, true);
    keyring_signed(b.keyring, LIN, b.now);
    guess(&b, LIN, 5);
    assert_true(may_sign(&b, LIN));
    b.now += MINUTES * MINUTE_MS;
    assert_false(may_sign(&b, LIN));
    bench_end(&b);
}

TEST(of_a_key_that_is_not_there_nothing_is_counted) {
    bench_t b = bench_new();
    for (int i = 0; i < 7; i++) {
        assert_false(gives(&b, TEXT("nobody"), "wrong", false));
        assert_int_equal(b.problem.reason, REASON_INPUT_FILE);
        assert_false(gives(&b, TEXT("../x"), "wrong", false));
        assert_int_equal(b.problem.reason, REASON_FIELD_TEXT);
    }
    bench_end(&b);
}
