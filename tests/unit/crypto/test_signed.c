/* SPDX-License-Identifier: Apache-2.0
 *
 * Commands under their signatures: alone, or in a batch signed in one act. Each proves itself and no
 * other, whatever is moved between them.
 */
#include <stdio.h>
#include <stdlib.h>

#include "common/base/text.h"
#include "common/crypto/merkle.h"
#include "common/crypto/signed.h"
#include "tests/unit/harness.h"

enum { ROOM = BATCH_MAX };

typedef struct signing {
    signer_t *signer;
    char words[ROOM][16];
    bytes_t commands[ROOM];
    struct signed_command sent[ROOM];
    buffer_t paths;
} signing_t;

static signing_t *signing_new(size_t n) {
    signing_t *signing = calloc(1, sizeof *signing);
    uint8_t seed[32] = {7};
    crypto_start();
    signing->signer = signer_from_seed(seed);
    for (size_t i = 0; i < n; i++) {
        int length = snprintf(signing->words[i], sizeof signing->words[i], "command %zu", i);
        signing->commands[i] = (bytes_t){(const uint8_t *) signing->words[i], (size_t) length};
    }
    signed_batch(signing->signer, signing->commands, n, signing->sent, &signing->paths);
    return signing;
}

static void signing_free(signing_t *signing) {
    signer_destroy(&signing->signer);
    buffer_free(&signing->paths);
    free(signing);
}

TEST(one_command_alone_is_signed_by_scheme_1) {
    signing_t *signing = signing_new(1);
    assert_int_equal(signing->sent[0].scheme, SCHEME_ED25519);
    assert_int_equal(signing->sent[0].path.n + (size_t) signing->sent[0].size, 0);
    assert_true(signed_valid(&signing->sent[0]));
    assert_true(signature_valid(signer_key(signing->signer), DOMAIN_COMMAND, signing->commands[0],
                                &signing->sent[0].signature));
    signing_free(signing);
}

TEST_CLAUSE(each_command_of_a_batch_of_any_size_proves_itself, "21-CFR-11.70", RULE) {
    static const size_t sizes[] = {2, 3, 4, 5, 7, 8, 9, 31, 33, 255, BATCH_MAX};
    for (size_t k = 0; k < sizeof sizes / sizeof *sizes; k++) {
        signing_t *signing = signing_new(sizes[k]);
        for (size_t i = 0; i < sizes[k]; i++) {
            assert_int_equal(signing->sent[i].scheme, SCHEME_BATCH);
            assert_int_equal(signing->sent[i].index, i);
            assert_int_equal(signing->sent[i].size, sizes[k]);
            assert_memory_equal(signing->sent[i].signature.b, signing->sent[0].signature.b, 64);
            assert_true(signed_valid(&signing->sent[i]));
        }
        signing_free(signing);
    }
}

/* By hand, from RFC 9162 2.1.1: H (01 H (00 c0) H (00 c1)) and what is signed of it. */
TEST(a_batch_is_signed_over_its_size_and_root) {
    signing_t *signing = signing_new(2);
    uint8_t covered[40] = {0, 0, 0, 0, 0, 0, 0, 2};
    digest_t root = hash_node(hash_leaf(signing->commands[0]), hash_leaf(signing->commands[1]));
    memcpy(covered + 8, root.b, 32);
    assert_true(signature_valid_scheme(signer_key(signing->signer), "countersign/command/1", 2,
                                       (bytes_t){covered, 40}, &signing->sent[1].signature));
    digest_t beside = hash_leaf(signing->commands[1]);
    assert_int_equal(signing->sent[0].path.n, 32);
    assert_memory_equal(signing->sent[0].path.p, beside.b, 32);
    signing_free(signing);
}

TEST_CLAUSE(a_signature_of_a_batch_holds_for_no_other_command, "21-CFR-11.70", REFUSAL) {
    signing_t *signing = signing_new(5);
    for (size_t i = 0; i < 5; i++)
        for (size_t j = 0; j < 5; j++) {
            struct signed_command moved = signing->sent[i];
            moved.command = signing->commands[j];
            assert_int_equal(signed_valid(&moved), i == j);
            moved.command = (bytes_t){(const uint8_t *) "another", 7};
            assert_false(signed_valid(&moved));
        }
    signing_free(signing);
}

TEST(no_place_but_its_own_proves_a_command) {
    signing_t *signing = signing_new(6);
    struct signed_command s = signing->sent[2];
    for (int64_t index = 0; index < 8; index++)
        for (int64_t size = 2; size < 10; size++) {
            s.index = index;
            s.size = size;
            assert_int_equal(signed_valid(&s), index == 2 && size == 6);
        }
    s = signing->sent[2];
    s.path.n -= 32;
    assert_false(signed_valid(&s));
    s.path.n += 1;
    assert_false(signed_valid(&s));
    s = signing->sent[2];
    uint8_t longer[65 * 32] = {0};
    memcpy(longer, s.path.p, s.path.n);
    s.path = (bytes_t){longer, s.path.n + 32};
    assert_false(signed_valid(&s));
    s.path.n = sizeof longer;
    assert_false(signed_valid(&s));
    signing_free(signing);
}

TEST(every_bit_of_what_carries_a_batchs_proof_counts) {
    signing_t *signing = signing_new(7);
    uint8_t path[512];
    for (size_t bit = 0; bit < signing->sent[3].path.n * 8; bit++) {
        struct signed_command s = signing->sent[3];
        memcpy(path, s.path.p, s.path.n);
        path[bit / 8] ^= (uint8_t) (1u << bit % 8);
        s.path.p = path;
        assert_false(signed_valid(&s));
    }
    for (size_t bit = 0; bit < 64 * 8; bit++) {
        struct signed_command s = signing->sent[3];
        assert_true(signed_valid(&s)); /* and having been seen it is believed for itself alone */
        s.signature.b[bit / 8] ^= (uint8_t) (1u << bit % 8);
        assert_false(signed_valid(&s));
    }
    for (size_t bit = 0; bit < 32 * 8; bit++) {
        struct signed_command s = signing->sent[3];
        s.key.b[bit / 8] ^= (uint8_t) (1u << bit % 8);
        assert_false(signed_valid(&s));
    }
    signing_free(signing);
}

/* What is sent of each is what signed_batch signs, whole or not at all. */
TEST(commands_become_what_is_sent_of_them) {
    signing_t *signing = signing_new(3);
    buffer_t said[3] = {{0}}, expected = {0};
    buffer_t *const commands[] = {&said[0], &said[1], &said[2]};
    problem_t problem = {0};
    for (int i = 0; i < 3; i++)
        buffer_put(&said[i], signing->commands[i].p, signing->commands[i].n);
    assert_int_equal(signed_commands(signing->signer, commands, 3, &problem), 0);
    for (int i = 0; i < 3; i++) {
        buffer_clear(&expected);
        record_encode(&signed_command_record, &signing->sent[i], &expected, NULL);
        assert_int_equal(said[i].n, expected.n);
        assert_memory_equal(said[i].p, expected.p, expected.n);
    }
    while (said[1].n <= COMMAND_BYTES_MAX)
        buffer_put(&said[1], said[0].p, said[0].n);
    assert_int_equal(signed_commands(signing->signer, commands, 3, &problem), -1);
    assert_string_equal(problem.field, "command");
    for (int i = 0; i < 3; i++)
        buffer_free(&said[i]);
    buffer_free(&expected);
    signing_free(signing);
}

TEST(one_scheme_is_not_taken_for_the_other) {
    signing_t *signing = signing_new(2);
    struct signed_command s = signing->sent[0];
    s.scheme = SCHEME_ED25519;
    assert_false(signed_valid(&s));
    s.scheme = 3;
    assert_false(signed_valid(&s));
    struct signed_command alone;
    signed_alone(signing->signer, signing->commands[0], &alone);
    assert_true(signed_valid(&alone));
    alone.scheme = SCHEME_BATCH;
    alone.size = 1;
    assert_false(signed_valid(&alone));
    signing_free(signing);
}

/* More batches side by side than are kept in mind: all of them hold all the same. */
TEST(many_batches_are_checked_in_any_order) {
    enum { ACTS = 40 };
    signing_t *acts[ACTS];
    for (int i = 0; i < ACTS; i++) {
        uint8_t seed[32] = {(uint8_t) i, 9};
        acts[i] = signing_new(3);
        signer_destroy(&acts[i]->signer);
        acts[i]->signer = signer_from_seed(seed);
        signed_batch(acts[i]->signer, acts[i]->commands, 3, acts[i]->sent, &acts[i]->paths);
    }
    for (int round = 0; round < 3; round++)
        for (int i = 0; i < ACTS; i++)
            assert_true(signed_valid(&acts[i]->sent[round]));
    struct signed_command wrong = acts[0]->sent[0];
    wrong.key = signer_key(acts[1]->signer);
    assert_false(signed_valid(&wrong));
    for (int i = 0; i < ACTS; i++)
        signing_free(acts[i]);
}
