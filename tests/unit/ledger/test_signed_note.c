/* SPDX-License-Identifier: Apache-2.0
 *
 * Signed notes: the one that golang.org/x/mod/sumdb/note publishes, what C2SP signed-note says of form,
 * and that a signature holds for its key, its name and its text alone.
 */
#include "common/ledger/signed_note.h"
#include "tests/unit/harness.h"

#define DASH "\xe2\x80\x94 "
#define PUBLISHED_TEXT \
    "If you think cryptography is the answer to your problem,\n" \
    "then you don't know what your problem is.\n"
#define PUBLISHED_KEY "PeterNeumann+c74f20a3+ARpc2QcUPDhMQegwxbzhKqiBfsVkmqq/LDE4izWy10TW"
#define PUBLISHED_LINE \
    DASH "PeterNeumann " \
         "x08go/ZJkuBS9UG/SffcvIAQxVBtiFupLLr8pAcElZInNIuGUgYN1FFYC2pZSNXgKvqfqdngotpRZb6KE6RyyBwJnAM=\n"

static verifier_key_t key_of(const char *text) {
    verifier_key_t key;
    problem_t problem = {0};
    if (verifier_key_read(text_of(text), &key, &problem) != 0)
        fail_msg("%s", problem.detail);
    return key;
}

TEST(the_published_note_holds) {
    signed_note_t note;
    problem_t problem = {0};
    const char *whole = PUBLISHED_TEXT "\n" PUBLISHED_LINE;
    verifier_key_t key = key_of(PUBLISHED_KEY);
    crypto_start();
    assert_int_equal(verifier_key_id(&key), 0xc74f20a3);
    assert_int_equal(signed_note_read(text_of(whole), &note, &problem), 0);
    assert_true(text_is(note.text, PUBLISHED_TEXT));
    assert_int_equal(note.n, 1);
    assert_int_equal(signed_note_by(&note, &key, NULL), SIGNED_VALID);
}

TEST(a_verifier_key_is_written_as_it_was_read) {
    buffer_t out = {0};
    verifier_key_t key = key_of(PUBLISHED_KEY);
    verifier_key_print(&key, &out);
    assert_string_equal(buffer_cstr(&out), PUBLISHED_KEY);
    buffer_free(&out);
    static const char *const wrong[] = {
        "", "PeterNeumann", "PeterNeumann+c74f20a3", "PeterNeumann+c74f20a4+ARpc2QcUPDhMQegwxbzhKqiBfsVkmqq/LDE4izWy10TW",
        "Peter Neumann+c74f20a3+ARpc2QcUPDhMQegwxbzhKqiBfsVkmqq/LDE4izWy10TW",
        "PeterNeumann+c74f20a3+AxpcWQcUPDhMQegwxbzhKqiBfsVkmqq/LDE4izWy10TW",
        "PeterNeumann+c74f20a3+ARpc2QcUPDhMQegwxbzhKqiBfsVkmqq/LDE4izWy10T",
        "PeterNeumann+c74f20a3+ARpc2QcUPDhMQegwxbzhKqiBfsVkmqq/LDE4izWy10TWAA=="};
    for (size_t i = 0; i < sizeof wrong / sizeof *wrong; i++) {
        problem_t problem = {0};
        assert_int_equal(verifier_key_read(text_of(wrong[i]), &key, &problem), -1);
        assert_int_equal(problem.reason, REASON_MALFORMED);
    }
}

TEST(what_is_no_note_is_refused) {
    static const char *const wrong[] = {
        "",
        "text\n",
        "text\n\n",
        "text\n" PUBLISHED_LINE,
        "text\n\n" PUBLISHED_LINE "more\n",
        "text\n\n" DASH "PeterNeumann\n",
        "text\n\n" DASH "Peter Neumann x08go/ZJ\n",
        "text\n\n" DASH "Peter+Neumann x08go/ZJ\n",
        "text\n\n" DASH "PeterNeumann x08\n",
        "text\n\n" DASH "PeterNeumann *08go/ZJ\n",
        "te\txt\n\n" PUBLISHED_LINE,
        "te\xffxt\n\n" PUBLISHED_LINE,
        "text\n\n" DASH "PeterNeumann x08go/ZJ"};
    signed_note_t note;
    for (size_t i = 0; i < sizeof wrong / sizeof *wrong; i++) {
        problem_t problem = {0};
        assert_int_equal(signed_note_read(text_of(wrong[i]), &note, &problem), -1);
        assert_int_equal(problem.reason, REASON_MALFORMED);
    }
    /* empty lines belong to the text up to the last */
    assert_int_equal(signed_note_read(TEXT("a\n\nb\n\n" PUBLISHED_LINE), &note, NULL), 0);
    assert_true(text_is(note.text, "a\n\nb\n"));
}

TEST(a_note_has_as_many_signatures_as_the_standard_asks_for_and_no_end_of_them) {
    buffer_t bytes = {0};
    signed_note_t note;
    buffer_text(&bytes, "text\n\n");
    for (int i = 0; i < SIGNED_NOTE_SIGNATURES_MAX; i++)
        buffer_text(&bytes, DASH "somebody x08go/ZJ\n");
    assert_true(SIGNED_NOTE_SIGNATURES_MAX >= 16);
    assert_int_equal(signed_note_read((text_t){(const char *) bytes.p, bytes.n}, &note, NULL), 0);
    buffer_text(&bytes, DASH "somebody x08go/ZJ\n");
    assert_int_equal(signed_note_read((text_t){(const char *) bytes.p, bytes.n}, &note, NULL), -1);
    buffer_free(&bytes);
}

typedef struct cosigned {
    signer_t *signer;
    buffer_t bytes;
    verifier_key_t plain, timed;
} cosigned_t;

static cosigned_t make(void) {
    const uint8_t seed[32] = {5};
    cosigned_t c = {0};
    crypto_start();
    c.signer = signer_from_seed(seed);
    c.plain = (verifier_key_t){TEXT("witness.example/w"), SIGNED_ED25519, signer_key(c.signer)};
    c.timed = (verifier_key_t){TEXT("witness.example/w"), SIGNED_COSIGNATURE, signer_key(c.signer)};
    buffer_text(&c.bytes, "text\n\n");
    signed_note_sign(&c.bytes, TEXT("text\n"), c.plain.name, SIGNED_ED25519, c.signer, 0);
    signed_note_sign(&c.bytes, TEXT("text\n"), c.timed.name, SIGNED_COSIGNATURE, c.signer, 1679315147000);
    return c;
}

static signed_by_t ask(const cosigned_t *c, const verifier_key_t *key, moment_t *time) {
    signed_note_t note;
    assert_int_equal(signed_note_read((text_t){(const char *) c->bytes.p, c->bytes.n}, &note, NULL), 0);
    return signed_note_by(&note, key, time);
}

TEST(a_cosignature_says_when) {
    cosigned_t c = make();
    moment_t time = 0;
    assert_int_equal(ask(&c, &c.plain, NULL), SIGNED_VALID);
    assert_int_equal(ask(&c, &c.timed, &time), SIGNED_VALID);
    assert_int_equal(time, 1679315147000);
    assert_int_not_equal(verifier_key_id(&c.plain), verifier_key_id(&c.timed));
    signer_destroy(&c.signer);
    buffer_free(&c.bytes);
}

TEST(a_signature_is_by_its_key_and_name_alone) {
    cosigned_t c = make();
    verifier_key_t other = c.plain;
    other.name = TEXT("witness.example/v");
    assert_int_equal(ask(&c, &other, NULL), SIGNED_ABSENT);
    other = c.plain;
    other.key.b[3] ^= 1;
    assert_int_equal(ask(&c, &other, NULL), SIGNED_ABSENT);
    c.bytes.p[0] = 'T'; /* another text under the same signatures */
    assert_int_equal(ask(&c, &c.plain, NULL), SIGNED_INVALID);
    assert_int_equal(ask(&c, &c.timed, NULL), SIGNED_INVALID);
    signer_destroy(&c.signer);
    buffer_free(&c.bytes);
}

TEST(one_wrong_line_of_a_known_key_spoils_its_right_ones) {
    cosigned_t c = make();
    buffer_t line = {0};
    signed_note_sign(&line, TEXT("other\n"), c.plain.name, SIGNED_ED25519, c.signer, 0);
    buffer_put(&c.bytes, line.p, line.n);
    assert_int_equal(ask(&c, &c.plain, NULL), SIGNED_INVALID);
    assert_int_equal(ask(&c, &c.timed, NULL), SIGNED_VALID);
    signer_destroy(&c.signer);
    buffer_free(&c.bytes);
    buffer_free(&line);
}

TEST(names_are_one_word) {
    assert_true(verifier_name_fits(TEXT("见证者/甲")));
    static const char *const wrong[] = {"", "a b", "a+b", "a\xc2\xa0""b", "a\xe3\x80\x80""b", "a\xe2\x80\x82""b", "a\n", "\xff"};
    for (size_t i = 0; i < sizeof wrong / sizeof *wrong; i++)
        assert_false(verifier_name_fits(text_of(wrong[i])));
}
