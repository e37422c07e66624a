/* SPDX-License-Identifier: Apache-2.0
 *
 * Key files: sealed by a passphrase, never overwritten, and refused with their line when anything
 * in them was changed.
 */
#include <dirent.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/stat.h>
#include <unistd.h>

#include "common/crypto/keys.h"
#include "tests/unit/harness.h"

static char *path_of(const char *name) {
    static char path[512];
    crypto_start();
    snprintf(path, sizeof path, "%s/%s", harness_folder(), name);
    unlink(path);
    return path;
}

static size_t slurp(const char *path, char *out, size_t size) {
    FILE *f = fopen(path, "re");
    assert_non_null(f);
    size_t n = fread(out, 1, size - 1, f);
    fclose(f);
    out[n] = '\0';
    return n;
}

static void spit(const char *path, const char *text, size_t n) {
    FILE *f = fopen(path, "we");
    assert_non_null(f);
    assert_int_equal(fwrite(text, 1, n, f), n);
    fclose(f);
    assert_int_equal(chmod(path, 0600), 0);
}

static pubkey_t sealed(const char *path, const char *passphrase) {
    problem_t problem = {0};
    signer_t *signer = signer_new();
    pubkey_t key = signer_key(signer);
    assert_int_equal(
        keyfile_write_signer(path, "linxiaohe", signer, passphrase, SEAL_MINIMAL, &problem), 0);
    signer_destroy(&signer);
    return key;
}

TEST(what_was_sealed_opens_with_its_passphrase_alone) {
    char *path = path_of("sealed.key"), text[4096];
    pubkey_t key = sealed(path, "梧桐 2026");
    problem_t problem = {0};
    signer_t *signer = NULL;
    struct stat st;
    assert_int_equal(stat(path, &st), 0);
    assert_int_equal(st.st_mode & 0777, 0600);
    slurp(path, text, sizeof text);
    assert_null(strstr(text, "\nsecret:"));
    assert_non_null(strstr(text, "\nkdf: argon2id13\n"));
    assert_non_null(strstr(text, "\noperations: "));
    assert_non_null(strstr(text, "\nmemory: "));
    assert_int_equal(keyfile_read_signer(path, "梧桐 2025", &signer, &problem), -1);
    assert_int_equal(problem.reason, REASON_LOCKED);
    assert_int_equal(keyfile_read_signer(path, NULL, &signer, &problem), -1);
    assert_int_equal(problem.reason, REASON_LOCKED);
    assert_null(signer);
    assert_int_equal(keyfile_read_signer(path, "梧桐 2026", &signer, &problem), 0);
    assert_true(pubkey_equal(signer_key(signer), key));
    signer_destroy(&signer);
}

TEST(a_key_that_exists_is_never_overwritten) {
    char *path = path_of("kept.key"), before[4096], after[4096];
    sealed(path, "a");
    slurp(path, before, sizeof before);
    problem_t problem = {0};
    signer_t *other = signer_new();
    assert_int_equal(keyfile_write_signer(path, "linxiaohe", other, "b", SEAL_MINIMAL, &problem),
                     -1);
    assert_int_equal(problem.reason, REASON_INPUT_FILE);
    slurp(path, after, sizeof after);
    assert_string_equal(before, after);
    signer_destroy(&other);
}

/* To read, write or run it: each is one too many. The public half may be read all the same. */
TEST(a_key_on_which_others_have_any_right_is_refused) {
    static const mode_t wrong[] = {0644, 0640, 0620, 0610, 0604, 0602, 0601};
    char *path = path_of("open.key"), label[64];
    pubkey_t key;
    signer_t *signer = NULL;
    sealed(path, NULL);
    for (size_t i = 0; i < sizeof wrong / sizeof *wrong; i++) {
        problem_t problem = {0};
        assert_int_equal(chmod(path, wrong[i]), 0);
        assert_int_equal(keyfile_read_signer(path, NULL, &signer, &problem), -1);
        assert_int_equal(problem.reason, REASON_INPUT_FILE);
        assert_int_equal(keyfile_read_public(path, label, &key, &problem), 0);
    }
    assert_int_equal(chmod(path, 0400), 0);
    assert_int_equal(keyfile_read_signer(path, NULL, &signer, NULL), 0);
    signer_destroy(&signer);
}

/* Whatever character is changed: refused or locked, or the very same key (an upper-case digit);
   never another key, never a crash. */
TEST(no_changed_character_gives_another_key) {
    char *path = path_of("changed.key"), text[4096];
    pubkey_t key = sealed(path, "x");
    size_t n = slurp(path, text, sizeof text), refused = 0;
    for (size_t i = 0; i < n; i++) {
        char changed[4096];
        memcpy(changed, text, n + 1);
        changed[i] = changed[i] == '1' ? '2' : '1';
        spit(path, changed, n);
        problem_t problem = {0};
        signer_t *signer = NULL;
        if (keyfile_read_signer(path, "x", &signer, &problem) == 0) {
            assert_true(pubkey_equal(signer_key(signer), key));
            signer_destroy(&signer);
        } else {
            assert_true(problem.reason == REASON_INPUT_FILE || problem.reason == REASON_LOCKED);
            refused++;
        }
    }
    assert_true(refused > n * 9 / 10);
}

TEST(a_key_cut_short_is_refused_with_its_line) {
    char *path = path_of("short.key"), text[4096];
    sealed(path, "x");
    size_t n = slurp(path, text, sizeof text);
    for (size_t cut = 0; cut + 1 < n; cut += 3) {
        problem_t problem = {0};
        signer_t *signer = NULL;
        spit(path, text, cut);
        assert_int_equal(keyfile_read_signer(path, "x", &signer, &problem), -1);
        assert_true(problem.reason == REASON_INPUT_FILE || problem.reason == REASON_LOCKED);
        assert_non_null(strstr(problem.file, "short.key"));
    }
}

/* A file that asks for all the memory there is must not get it. */
TEST(limits_that_nobody_would_set_are_refused) {
    static const char *const lines[][2] = {{"\nmemory: ", "\nmemory: 99999999999999\nx: "},
                                           {"\noperations: ", "\noperations: 4000000000\nx: "}};
    for (size_t i = 0; i < 2; i++) {
        char *path = path_of("limits.key"), text[4096], changed[8192];
        sealed(path, "x");
        slurp(path, text, sizeof text);
        char *at = strstr(text, lines[i][0]);
        assert_non_null(at);
        char *rest = strchr(at + 1, '\n');
        snprintf(changed, sizeof changed, "%.*s%.*s%s", (int) (at - text), text,
                 (int) (strrchr(lines[i][1], '\n') - lines[i][1]), lines[i][1], rest);
        spit(path, changed, strlen(changed));
        problem_t problem = {0};
        signer_t *signer = NULL;
        assert_int_equal(keyfile_read_signer(path, "x", &signer, &problem), -1);
        assert_int_equal(problem.reason, REASON_INPUT_FILE);
        assert_true(problem.line > 0);
    }
}

TEST(the_public_half_is_read_without_a_passphrase) {
    char *path = path_of("public.key"), label[64];
    pubkey_t key = sealed(path, "x"), found;
    problem_t problem = {0};
    assert_int_equal(keyfile_read_public(path, label, &found, &problem), 0);
    assert_true(pubkey_equal(key, found));
    assert_string_equal(label, "linxiaohe");
}

TEST(a_curve_pair_comes_back_and_is_no_signing_key) {
    char *path = path_of("pair.curve");
    curve_pair_t pair, back;
    problem_t problem = {0};
    signer_t *signer = NULL;
    curve_pair_make(&pair);
    assert_int_equal(keyfile_write_curve(path, "station-sales", &pair, &problem), 0);
    assert_int_equal(keyfile_read_curve(path, &back, &problem), 0);
    assert_memory_equal(pair.secret, back.secret, 32);
    assert_true(pubkey_equal(pair.public_key, back.public_key));
    assert_int_equal(keyfile_read_signer(path, NULL, &signer, &problem), -1);
    assert_int_equal(problem.reason, REASON_INPUT_FILE);
}

/* A station's CURVE key is under the same rules, and its halves must fit, too. */
TEST(a_curve_file_is_guarded_like_a_signing_key) {
    char *path = path_of("guarded.curve");
    curve_pair_t pair, other, found;
    problem_t problem = {0};
    curve_pair_make(&pair);
    curve_pair_make(&other);
    assert_int_equal(keyfile_write_curve(path, "station-sales", &pair, &problem), 0);
    assert_int_equal(chmod(path, 0640), 0);
    assert_int_equal(keyfile_read_curve(path, &found, &problem), -1);
    assert_int_equal(problem.reason, REASON_INPUT_FILE);
    memcpy(pair.secret, other.secret, sizeof pair.secret);
    unlink(path);
    assert_int_equal(keyfile_write_curve(path, "station-sales", &pair, &problem), 0);
    problem = (problem_t){0};
    assert_int_equal(keyfile_read_curve(path, &found, &problem), -1);
    assert_int_equal(problem.reason, REASON_INPUT_FILE);
    sealed(path_of("signing.key"), NULL);
    assert_int_equal(keyfile_read_curve(path, &found, &problem), -1);
}

/* ---- what is no key file, and what must not become one ---- */

static void assert_no_key_file(const char *path) {
    problem_t problem = {0};
    signer_t *signer = NULL;
    assert_int_equal(keyfile_read_signer(path, "x", &signer, &problem), -1);
    assert_int_equal(problem.reason, REASON_INPUT_FILE);
    assert_string_equal(problem.file, path);
    assert_null(signer);
}

TEST(what_is_no_key_file_is_refused) {
    char *path = path_of("none.key"), big[5000];
    assert_no_key_file(path); /* there is none */
    spit(path, "", 0);
    assert_no_key_file(path);
    memset(big, 'a', sizeof big);
    spit(path, big, sizeof big);
    assert_no_key_file(path);
    memset(big, 0, sizeof big);
    spit(path, big, 100);
    assert_no_key_file(path);
    path = path_of("folder.key");
    assert_int_equal(mkdir(path, 0700), 0);
    assert_no_key_file(path);
}

static size_t entries(const char *folder) {
    DIR *dir = opendir(folder);
    size_t n = 0;
    assert_non_null(dir);
    while (readdir(dir))
        n++;
    closedir(dir);
    return n;
}

/* Whether it was written or refused: no half-written secret stays beside it, and the mask of the
   shell does not count. */
TEST(a_secret_is_never_left_in_another_file) {
    char *folder = path_of("kept"), path[600];
    problem_t problem = {0};
    curve_pair_t pair;
    struct stat st;
    curve_pair_make(&pair);
    assert_int_equal(mkdir(folder, 0700), 0);
    snprintf(path, sizeof path, "%s/a.curve", folder);
    mode_t mask = umask(0);
    int rc = keyfile_write_curve(path, "station-sales", &pair, &problem);
    umask(mask);
    assert_int_equal(rc, 0);
    assert_int_equal(stat(path, &st), 0);
    assert_int_equal(st.st_mode & 07777, 0600);
    assert_int_equal(entries(folder), 3);
    assert_int_equal(keyfile_write_curve(path, "station-sales", &pair, &problem), -1);
    assert_int_equal(problem.reason, REASON_INPUT_FILE);
    assert_int_equal(entries(folder), 3);
    snprintf(path, sizeof path, "%s/nowhere/a.curve", folder);
    assert_int_equal(keyfile_write_curve(path, "station-sales", &pair, &problem), -1);
    assert_int_equal(problem.reason, REASON_INPUT_FILE);
}

TEST(a_label_is_one_line_of_63_bytes_at_most) {
    char longest[65], label[64], *path = path_of("label.key");
    memset(longest, 'l', 64);
    longest[64] = '\0';
    const char *const wrong[] = {"", longest, "lin\nsecret: 00", "lin\x01", "\xff\xfe"};
    signer_t *signer = signer_new();
    pubkey_t key;
    for (size_t i = 0; i < sizeof wrong / sizeof *wrong; i++) {
        problem_t problem = {0};
        assert_int_equal(keyfile_write_signer(path, wrong[i], signer, NULL, SEAL_MINIMAL, &problem),
                         -1);
        assert_int_equal(problem.reason, REASON_FIELD_TEXT);
        assert_int_equal(access(path, F_OK), -1);
    }
    longest[63] = '\0';
    assert_int_equal(keyfile_write_signer(path, longest, signer, NULL, SEAL_MINIMAL, NULL), 0);
    assert_int_equal(keyfile_read_public(path, label, &key, NULL), 0);
    assert_string_equal(label, longest);
    signer_destroy(&signer);
}
