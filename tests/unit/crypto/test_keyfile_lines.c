/* SPDX-License-Identifier: Apache-2.0
 *
 * Key files line by line: what each line is for shows in what happens when it says something else,
 * is missing, or stands there twice.
 */
#include <stdio.h>
#include <sys/stat.h>
#include <unistd.h>

#include "common/base/buffer.h"
#include "common/crypto/keys.h"
#include "tests/unit/harness.h"

#define COUNT(array) (sizeof(array) / sizeof *(array))
#define LINES_MAX 16

typedef struct lines {
    char path[512];
    char text[4096];
    char *at[LINES_MAX]; /* without their ends, as slices of text */
    size_t n;
} lines_t;

static void split(lines_t *self) {
    FILE *file = fopen(self->path, "re");
    assert_non_null(file);
    size_t n = fread(self->text, 1, sizeof self->text - 1, file);
    fclose(file);
    self->text[n] = '\0';
    self->n = 0;
    char *rest = self->text;
    for (char *line; (line = strsep(&rest, "\n")) && *line;) {
        assert_in_range(self->n, 0, LINES_MAX - 1);
        self->at[self->n++] = line;
    }
}

static void named(lines_t *self, const char *name) {
    crypto_start();
    self->n = 0;
    snprintf(self->path, sizeof self->path, "%s/%s", harness_folder(), name);
    unlink(self->path);
}

static const uint8_t seed[32] = {1, 2, 3};

static void write_key(lines_t *self, const char *name, const char *passphrase,
                      seal_strength_t strength) {
    problem_t problem = {0};
    named(self, name);
    signer_t *signer = signer_from_seed(seed);
    assert_int_equal(
        keyfile_write_signer(self->path, "linxiaohe", signer, passphrase, strength, &problem), 0);
    signer_destroy(&signer);
    split(self);
}

static void written(lines_t *self, const char *name, const char *passphrase) {
    write_key(self, name, passphrase, SEAL_MINIMAL);
}

static size_t line_of(const lines_t *self, const char *field) {
    for (size_t i = 0; i < self->n; i++)
        if (strncmp(self->at[i], field, strlen(field)) == 0 && self->at[i][strlen(field)] == ':')
            return i;
    fail_msg("no line %s", field);
    return 0;
}

static void put(const char *path, const void *bytes, size_t n) {
    FILE *file = fopen(path, "we");
    assert_non_null(file);
    assert_int_equal(fwrite(bytes, 1, n, file), n);
    fclose(file);
    assert_int_equal(chmod(path, 0600), 0);
}

static void join(const lines_t *self) {
    buffer_t text = {0};
    for (size_t i = 0; i < self->n; i++)
        buffer_format(&text, "%s%s", self->at[i], self->at[i][0] ? "\n" : "");
    put(self->path, text.p, text.n);
    buffer_free(&text);
}

static problem_t refusal(const lines_t *self, const char *passphrase) {
    problem_t problem = {0};
    signer_t *signer = NULL;
    assert_int_equal(keyfile_read_signer(self->path, passphrase, &signer, &problem), -1);
    assert_null(signer);
    assert_string_equal(problem.file, self->path);
    return problem;
}

static bool opens(const lines_t *self, const char *passphrase) {
    problem_t problem = {0};
    signer_t *signer = NULL;
    int rc = keyfile_read_signer(self->path, passphrase, &signer, &problem);
    signer_destroy(&signer);
    return rc == 0;
}

/* The line of the field says `line` instead; what the reader says to that. */
static problem_t with_line(lines_t *self, const char *field, char *line) {
    size_t i = line_of(self, field);
    char *before = self->at[i];
    self->at[i] = line;
    join(self);
    problem_t problem = refusal(self, "x");
    self->at[i] = before;
    return problem;
}

/* ---- what is in it ---- */

TEST(algorithms_and_limits_are_in_the_file) {
    static const char *const expected[] = {
        "countersign-key: 1",        "type: ed25519", "label: linxiaohe", NULL,
        "kdf: argon2id13",           "operations: 1", "memory: 8192",     NULL,
        "cipher: xchacha20-poly1305"};
    lines_t file;
    written(&file, "sealed.key", "x");
    assert_int_equal(file.n, 11);
    for (size_t i = 0; i < COUNT(expected); i++)
        if (expected[i])
            assert_string_equal(file.at[i], expected[i]);
}

TEST(stronger_limits_are_stored_and_used_to_open) {
    lines_t file;
    write_key(&file, "strong.key", "x", SEAL_INTERACTIVE);
    assert_string_equal(file.at[line_of(&file, "operations")], "operations: 2");
    assert_string_equal(file.at[line_of(&file, "memory")], "memory: 67108864");
    assert_true(opens(&file, "x"));
}

/* Salt and nonce are new each time: the same key under the same passphrase shows nothing in
   common. */
TEST(sealed_twice_is_not_sealed_alike) {
    static const char *const fields[] = {"salt", "nonce", "sealed"};
    lines_t a, b;
    written(&a, "one.key", "x");
    written(&b, "two.key", "x");
    for (size_t i = 0; i < COUNT(fields); i++)
        assert_string_not_equal(a.at[line_of(&a, fields[i])], b.at[line_of(&b, fields[i])]);
    assert_string_equal(a.at[line_of(&a, "public")], b.at[line_of(&b, "public")]);
}

TEST(an_empty_passphrase_is_one_too) {
    lines_t file;
    written(&file, "empty.key", "");
    assert_int_equal(refusal(&file, NULL).reason, REASON_LOCKED);
    assert_int_equal(refusal(&file, "x").reason, REASON_LOCKED);
    assert_true(opens(&file, ""));
}

/* ---- a line that says something else ---- */

TEST(a_line_that_cannot_be_read_is_named_by_its_number) {
    static const struct {
        const char *field;
        char line[160];
    } rows[] = {
        {"countersign-key", "countersign-key: 2"},
        {"type", "type: "},
        {"type", "type: ed25519-or-longer"},
        {"label", "label: "},
        {"label", "label: lin\x01xiaohe"},
        {"public", "public: 00"},
        {"kdf", "kdf: argon2i13"},
        {"kdf", "kdf: none"},
        {"operations", "operations: 0"},
        {"operations", "operations: 17"},
        {"operations", "operations: -1"},
        {"operations", "operations: 99999999999999999999"},
        {"memory", "memory: 8191"},
        {"memory", "memory: 1073741825"},
        {"memory", "memory: -8192"},
        {"memory", "memory: 8192 8192"},
        {"salt", "salt: 0123456789abcdef0123456789abcde"},
        {"cipher", "cipher: aes256-gcm"},
        {"nonce", "nonce: zz"},
        {"sealed", "sealed: 00"},
        {"sealed", "no colon"},
        {"sealed", "Sealed: 00"},
    };
    lines_t file;
    written(&file, "line.key", "x");
    for (size_t i = 0; i < COUNT(rows); i++) {
        char line[160];
        snprintf(line, sizeof line, "%s", rows[i].line);
        problem_t problem = with_line(&file, rows[i].field, line);
        if (problem.reason != REASON_INPUT_FILE ||
            problem.line != line_of(&file, rows[i].field) + 1)
            fail_msg("\"%s\": %s, line %u", line, reason_name(problem.reason), problem.line);
    }
    join(&file);
    assert_true(opens(&file, "x"));
}

/* Whatever is well said but not what was sealed under: another label, another public key, other
   limits. */
TEST(every_line_is_bound_to_the_secret) {
    static const struct {
        const char *field;
        char line[160];
    } rows[] = {{"label", "label: linxiaoha"},
                {"operations", "operations: 2"},
                {"memory", "memory: 16384"},
                {"salt", "salt: 00112233445566778899aabbccddeeff"}};
    static const char *const hex[] = {"public", "salt", "nonce", "sealed"};
    lines_t file;
    written(&file, "bound.key", "x");
    char line[160];
    for (size_t i = 0; i < COUNT(rows); i++) {
        snprintf(line, sizeof line, "%s", rows[i].line);
        assert_int_equal(with_line(&file, rows[i].field, line).reason, REASON_LOCKED);
    }
    for (size_t i = 0; i < COUNT(hex); i++) {
        const char *right = file.at[line_of(&file, hex[i])];
        for (size_t at = strlen(hex[i]) + 2; at < strlen(right); at += 5) {
            snprintf(line, sizeof line, "%s", right);
            line[at] = line[at] == '0' ? '1' : '0';
            assert_int_equal(with_line(&file, hex[i], line).reason, REASON_LOCKED);
        }
    }
    join(&file);
    assert_true(opens(&file, "x"));
}

TEST(an_unsealed_secret_of_another_key_is_refused) {
    lines_t file;
    written(&file, "halves.key", NULL);
    char line[160];
    assert_int_equal(file.n, 5);
    snprintf(line, sizeof line, "%s", file.at[line_of(&file, "secret")]);
    line[strlen(line) - 1] ^= 1;
    assert_int_equal(with_line(&file, "secret", line).reason, REASON_INPUT_FILE);
    snprintf(line, sizeof line, "%s", file.at[line_of(&file, "public")]);
    line[strlen(line) - 1] ^= 1;
    assert_int_equal(with_line(&file, "public", line).reason, REASON_INPUT_FILE);
    join(&file);
    assert_true(opens(&file, NULL));
}

/* ---- a line too few, a line too many ---- */

static void assert_unreadable(const lines_t *self, const char *passphrase) {
    problem_t problem = refusal(self, passphrase);
    char label[64];
    pubkey_t key;
    assert_int_equal(problem.reason, REASON_INPUT_FILE);
    problem = (problem_t){0};
    assert_int_equal(keyfile_read_public(self->path, label, &key, &problem), -1);
    assert_int_equal(problem.reason, REASON_INPUT_FILE);
}

static void without_and_with_doubles(const char *passphrase) {
    lines_t file;
    written(&file, "doubled.key", passphrase);
    char nothing[] = "";
    for (size_t i = 0; i < file.n; i++) {
        char *line = file.at[i];
        file.at[i] = nothing;
        join(&file);
        assert_unreadable(&file, passphrase);
        for (size_t k = 0; k < file.n;
             k++) { /* as many lines as there should be, one of them twice */
            if (k == i)
                continue;
            file.at[i] = file.at[k];
            join(&file);
            assert_unreadable(&file, passphrase);
        }
        file.at[i] = line;
        file.at[file.n++] = line;
        join(&file);
        assert_unreadable(&file, passphrase);
        file.n--;
    }
    join(&file);
    assert_true(opens(&file, passphrase));
}

TEST(no_line_is_missing_and_none_stands_there_twice) {
    without_and_with_doubles("x");
    without_and_with_doubles(NULL);
}

TEST(a_sealed_file_holds_no_plain_secret_besides) {
    lines_t sealed, plain;
    written(&sealed, "both.key", "x");
    written(&plain, "plain.key", NULL);
    char *secret = plain.at[line_of(&plain, "secret")];
    sealed.at[line_of(&sealed, "sealed")] = secret;
    join(&sealed);
    assert_unreadable(&sealed, "x");
}
