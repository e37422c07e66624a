/* SPDX-License-Identifier: Apache-2.0
 *
 * Heads and checkpoints: what one key signed about one ledger, and nothing that looks like it.
 */
#include "common/ledger/checkpoint.h"
#include "tests/unit/harness.h"

typedef struct sealers {
    signer_t *coordinator, *other;
    buffer_t room;
} sealers_t;

static sealers_t sealers(void) {
    crypto_start();
    const uint8_t one[32] = {1}, two[32] = {2};
    return (sealers_t){signer_from_seed(one), signer_from_seed(two), {0}};
}

static void sealers_free(sealers_t *self) {
    signer_destroy(&self->coordinator);
    signer_destroy(&self->other);
    buffer_free(&self->room);
}

static struct head head_at(int64_t position) {
    return (struct head){
        .ledger = {{7}}, .epoch = 2, .position = position, .root = {{9}}, .time = 1000};
}

static struct checkpoint checkpoint_at(int64_t position) {
    return (struct checkpoint){.ledger = {{7}}, .position = position, .root = {{9}}, .time = 1000};
}

/* As archivers signed before checkpoints were notes. */
static void checkpoint_sign(const signer_t *signer, const struct checkpoint *checkpoint,
                            buffer_t *room, struct signed_checkpoint *out) {
    buffer_clear(room);
    assert_int_equal(record_encode(&checkpoint_record, checkpoint, room, NULL), 0);
    out->checkpoint = buffer_bytes(room);
    out->key = signer_key(signer);
    out->signature = signer_sign(signer, DOMAIN_CHECKPOINT, out->checkpoint);
}

TEST(a_head_comes_back_as_it_was_signed) {
    sealers_t by = sealers();
    struct head head = head_at(41), found = {0};
    struct signed_head sent;
    problem_t problem = {0};
    head_sign(by.coordinator, &head, &by.room, &sent);
    assert_true(pubkey_equal(sent.key, signer_key(by.coordinator)));
    assert_int_equal(head_verify(&sent, signer_key(by.coordinator), &found, &problem), 0);
    assert_true(record_equal(&head_record, &head, &found));
    head = head_at(42); /* the same room again: nothing is left of the one before */
    head_sign(by.coordinator, &head, &by.room, &sent);
    assert_int_equal(head_verify(&sent, signer_key(by.coordinator), &found, &problem), 0);
    assert_int_equal(found.position, 42);
    sealers_free(&by);
}

/* What a stranger's client reads and an auditor finds in old exports: these bytes for good. */
TEST(a_checkpoint_has_the_bytes_that_were_published) {
    static const uint8_t before_ledger[] = {0x84, 0x01, 0xc4, 0x20, 0x07},
                         before_root[] = {0x03, 0x29, 0x04, 0xc4, 0x20, 0x09},
                         time[] = {0x05, 0xcd, 0x03, 0xe8};
    uint8_t expected[5 + 31 + 6 + 31 + 4] = {0};
    memcpy(expected, before_ledger, 5);
    memcpy(expected + 5 + 31, before_root, 6);
    memcpy(expected + 5 + 31 + 6 + 31, time, 4);
    sealers_t by = sealers();
    struct checkpoint checkpoint = checkpoint_at(41), found = {0};
    struct signed_checkpoint sent;
    problem_t problem = {0};
    checkpoint_sign(by.coordinator, &checkpoint, &by.room, &sent);
    assert_int_equal(sent.checkpoint.n, sizeof expected);
    assert_memory_equal(sent.checkpoint.p, expected, sizeof expected);
    assert_true(signature_valid(sent.key, "countersign/checkpoint/1",
                                (bytes_t){expected, sizeof expected}, &sent.signature));
    assert_int_equal(checkpoint_record_verify(&sent, signer_key(by.coordinator), &found, &problem), 0);
    assert_true(record_equal(&checkpoint_record, &checkpoint, &found));
    sealers_free(&by);
}

TEST(a_head_of_another_key_is_refused_whichever_key_it_names) {
    sealers_t by = sealers();
    struct head head = head_at(41), found;
    struct signed_head sent;
    problem_t problem = {0};
    pubkey_t expected = signer_key(by.coordinator);
    head_sign(by.other, &head, &by.room, &sent);
    assert_int_equal(head_verify(&sent, expected, &found, &problem), -1);
    assert_int_equal(problem.reason, REASON_BAD_SIGNATURE);
    sent.key = expected;
    problem = (problem_t){0};
    assert_int_equal(head_verify(&sent, expected, &found, &problem), -1);
    assert_int_equal(problem.reason, REASON_BAD_SIGNATURE);
    head_sign(by.coordinator, &head, &by.room, &sent);
    sent.key = signer_key(by.other);
    assert_int_equal(head_verify(&sent, expected, &found, &problem), -1);
    sealers_free(&by);
}

TEST(no_flipped_bit_of_a_head_or_its_signature_passes) {
    sealers_t by = sealers();
    struct head head = head_at(41), found;
    struct signed_head sent;
    pubkey_t key = signer_key(by.coordinator);
    head_sign(by.coordinator, &head, &by.room, &sent);
    for (size_t bit = 0; bit < by.room.n * 8; bit++) {
        problem_t problem = {0};
        by.room.p[bit / 8] ^= (uint8_t) (1 << bit % 8);
        assert_int_equal(head_verify(&sent, key, &found, &problem), -1);
        assert_int_equal(problem.reason, REASON_BAD_SIGNATURE);
        by.room.p[bit / 8] ^= (uint8_t) (1 << bit % 8);
    }
    for (size_t i = 0; i < sizeof sent.signature.b; i++) {
        struct signed_head forged = sent;
        problem_t problem = {0};
        forged.signature.b[i] ^= 0x01;
        assert_int_equal(head_verify(&forged, key, &found, &problem), -1);
        assert_int_equal(problem.reason, REASON_BAD_SIGNATURE);
    }
    assert_int_equal(head_verify(&sent, key, &found, NULL), 0);
    sealers_free(&by);
}

/* Even of one key: what it said as a coordinator is not what it says as an archiver. */
TEST(a_signature_of_a_head_is_none_of_a_checkpoint) {
    sealers_t by = sealers();
    struct checkpoint checkpoint = checkpoint_at(41), found;
    struct signed_checkpoint sent;
    problem_t problem = {0};
    checkpoint_sign(by.coordinator, &checkpoint, &by.room, &sent);
    sent.signature = signer_sign(by.coordinator, DOMAIN_HEAD, sent.checkpoint);
    assert_int_equal(checkpoint_record_verify(&sent, sent.key, &found, &problem), -1);
    assert_int_equal(problem.reason, REASON_BAD_SIGNATURE);
    struct head head = head_at(41), found_head;
    struct signed_head sent_head;
    head_sign(by.coordinator, &head, &by.room, &sent_head);
    sent_head.signature = signer_sign(by.coordinator, DOMAIN_CHECKPOINT, sent_head.head);
    problem = (problem_t){0};
    assert_int_equal(head_verify(&sent_head, sent_head.key, &found_head, &problem), -1);
    assert_int_equal(problem.reason, REASON_BAD_SIGNATURE);
    sealers_free(&by);
}

static reason_t reason_of(const sealers_t *by, bytes_t bytes) {
    struct signed_head sent = {bytes, signer_key(by->coordinator),
                               signer_sign(by->coordinator, DOMAIN_HEAD, bytes)};
    struct head found;
    problem_t problem = {0};
    assert_int_equal(head_verify(&sent, sent.key, &found, &problem), -1);
    return problem.reason;
}

/* A right signature makes no head of bytes that are none. */
TEST(what_is_signed_but_no_head_is_refused) {
    sealers_t by = sealers();
    struct head head = head_at(41);
    struct signed_head sent;
    head_sign(by.coordinator, &head, &by.room, &sent);
    buffer_t bytes = {0};
    buffer_put(&bytes, sent.head.p, sent.head.n);
    buffer_put(&bytes, "\xc0", 1);
    assert_int_equal(reason_of(&by, buffer_bytes(&bytes)), REASON_MALFORMED);
    for (size_t n = 0; n < sent.head.n; n++)
        assert_int_equal(reason_of(&by, (bytes_t){bytes.p, n}), REASON_MALFORMED);
    struct checkpoint checkpoint = checkpoint_at(41);
    buffer_clear(&bytes);
    assert_int_equal(record_encode(&checkpoint_record, &checkpoint, &bytes, NULL), 0);
    assert_int_not_equal(reason_of(&by, buffer_bytes(&bytes)), REASON_BAD_SIGNATURE);
    buffer_free(&bytes);
    sealers_free(&by);
}

/* ---- as notes ---- */

static tree_head_t tree_head(void) {
    return (tree_head_t){
        .ledger = {{7}}, .position = 20852163, .root = {{9, 1}}, .time = 1679315147000};
}

TEST(a_checkpoint_is_a_tlog_checkpoint) {
    sealers_t by = sealers();
    tree_head_t head = tree_head(), found;
    problem_t problem = {0};
    checkpoint_write(by.coordinator, &head, &by.room);
    const char *expected =
        "countersign/0700000000000000000000000000000000000000000000000000000000000000\n20852163\n"
        "CQEAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA=\n\n"
        "\xe2\x80\x94 countersign/0700000000000000000000000000000000000000000000000000000000000000 ";
    assert_true(by.room.n > strlen(expected));
    assert_memory_equal(by.room.p, expected, strlen(expected));
    assert_int_equal(checkpoint_verify(buffer_bytes(&by.room), head.ledger, signer_key(by.coordinator),
                                       &found, &problem),
                     0);
    assert_true(found.position == head.position && digest_equal(found.root, head.root) &&
                found.time == head.time);
    sealers_free(&by);
}

TEST(a_checkpoint_of_another_ledger_or_archiver_is_none) {
    sealers_t by = sealers();
    tree_head_t head = tree_head(), found;
    problem_t problem = {0};
    checkpoint_write(by.other, &head, &by.room);
    assert_int_equal(checkpoint_verify(buffer_bytes(&by.room), head.ledger, signer_key(by.coordinator),
                                       &found, &problem),
                     -1);
    assert_int_equal(problem.reason, REASON_BAD_SIGNATURE);
    assert_int_equal(checkpoint_verify(buffer_bytes(&by.room), (digest_t){{8}}, signer_key(by.other),
                                       &found, &problem),
                     -1);
    assert_int_equal(problem.reason, REASON_WRONG_LEDGER);
    sealers_free(&by);
}

TEST(no_flipped_bit_of_a_checkpoint_says_anything_else) {
    sealers_t by = sealers();
    tree_head_t head = tree_head(), found;
    checkpoint_write(by.coordinator, &head, &by.room);
    for (size_t bit = 0; bit < by.room.n * 8; bit++) {
        by.room.p[bit / 8] ^= (uint8_t) (1 << bit % 8);
        if (checkpoint_verify(buffer_bytes(&by.room), head.ledger, signer_key(by.coordinator), &found,
                              NULL) == 0) /* the time's line was made a stranger's */
            assert_true(found.position == head.position && digest_equal(found.root, head.root) &&
                        (found.time == head.time || found.time == 0));
        by.room.p[bit / 8] ^= (uint8_t) (1 << bit % 8);
    }
    sealers_free(&by);
}

/* C2SP tlog-checkpoint: lines behind the root are extensions, and opaque. */
TEST(what_a_checkpoint_says_beside_is_left_alone) {
    static const char text[] =
        "countersign/0700000000000000000000000000000000000000000000000000000000000000\n1\n"
        "CQEAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA=\nmore\nand more\n";
    sealers_t by = sealers();
    signed_note_t note;
    tree_head_t found;
    problem_t problem = {0};
    buffer_clear(&by.room);
    buffer_text(&by.room, text);
    buffer_text(&by.room, "\n");
    signed_note_sign(&by.room, text_of(text), TEXT("x"), SIGNED_ED25519, by.coordinator, 0);
    assert_int_equal(checkpoint_read(buffer_bytes(&by.room), &note, &found, &problem), 0);
    assert_int_equal(found.position, 1);
    sealers_free(&by);
}

TEST(a_text_that_is_no_tree_head_is_refused) {
    static const char *const texts[] = {
        "else\n1\nCQEAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA=\n",
        "countersign/0700000000000000000000000000000000000000000000000000000000000000\n1\n?\n",
        "countersign/07\n1\nCQEAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA=\n",
        "else/0700000000000000000000000000000000000000000000000000000000000000\n1\nCQEAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA=\n",
        "countersign/07000000000000000000000000000000000000000000000000000000000000AB\n1\nCQEAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA=\n",
        "countersign/0700000000000000000000000000000000000000000000000000000000000000\n01\nCQEAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA=\n",
        "countersign/0700000000000000000000000000000000000000000000000000000000000000\n0\nCQEAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA=\n",
        "countersign/0700000000000000000000000000000000000000000000000000000000000000\n1\nCQEA\n",
        "countersign/0700000000000000000000000000000000000000000000000000000000000000\n1\nCQEAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA=\n\nmore\n"};
    sealers_t by = sealers();
    for (size_t i = 0; i < sizeof texts / sizeof *texts; i++) {
        signed_note_t note;
        tree_head_t found;
        problem_t problem = {0};
        buffer_clear(&by.room);
        buffer_text(&by.room, texts[i]);
        buffer_text(&by.room, "\n");
        signed_note_sign(&by.room, text_of(texts[i]), TEXT("x"), SIGNED_ED25519, by.coordinator, 0);
        assert_int_equal(checkpoint_read(buffer_bytes(&by.room), &note, &found, &problem), -1);
        assert_int_equal(problem.reason, REASON_MALFORMED);
    }
    sealers_free(&by);
}
