/* SPDX-License-Identifier: Apache-2.0
 *
 * Signatures: by RFC 8032's keys, over domain, scheme and bytes, and nothing else.
 */
#include <sodium.h>

#include "common/base/text.h"
#include "common/crypto/keys.h"
#include "tests/unit/harness.h"

static bytes_t of(const char *s) { return (bytes_t){(const uint8_t *) s, strlen(s)}; }

static signer_t *rfc_8032_test_1(void) {
    uint8_t seed[32];
    crypto_start();
    assert_true(hex_parse(TEXT("9d61b19deffd5a60ba844af492ec2cc44449c5697b326919703bac031cae7f60"),
                          seed, 32));
    return signer_from_seed(seed);
}

TEST(a_seed_gives_the_key_that_the_rfc_says) {
    uint8_t expected[32];
    signer_t *signer = rfc_8032_test_1();
    assert_true(hex_parse(TEXT("d75a980182b10ab7d54bfed3c964073a0ee172f3daa62325af021a68f707511a"),
                          expected, 32));
    assert_memory_equal(signer_key(signer).b, expected, 32);
    signer_destroy(&signer);
    assert_null(signer);
    signer_destroy(&signer);
}

/* RFC 8032 7.1: TEST 2, TEST 3, TEST 1024 and TEST SHA(abc). */
TEST(the_other_seeds_of_the_rfc_give_their_keys) {
    static const char *const pairs[][2] = {
        {"4ccd089b28ff96da9db6c346ec114e0f5b8a319f35aba624da8cf6ed4fb8a6fb",
         "3d4017c3e843895a92b70aa74d1b7ebc9c982ccf2ec4968cc0cd55f12af4660c"},
        {"c5aa8df43f9f837bedb7442f31dcb7b166d38535076f094b85ce3a2e0b4458f7",
         "fc51cd8e6218a1a38da47ed00230f0580816ed13ba3303ac5deb911548908025"},
        {"f5e5767cf153319517630f226876b86c8160cc583bc013744c6bf255f5cc0ee5",
         "278117fc144c72340f67d0f2316e8386ceffbf2b2428c9c51fef7c597f1d426e"},
        {"833fe62409237b9d62ec77587520911e9a759cec1d19755b7da901b96dca3d42",
         "ec172b93ad5e563bf4932c70e1245034c35467ef2efd4d64ebf819683467e2bf"}};
    crypto_start();
    for (size_t i = 0; i < sizeof pairs / sizeof *pairs; i++) {
        uint8_t seed[32], expected[32];
        assert_true(hex_parse(text_of(pairs[i][0]), seed, 32));
        assert_true(hex_parse(text_of(pairs[i][1]), expected, 32));
        signer_t *signer = signer_from_seed(seed);
        assert_memory_equal(signer_key(signer).b, expected, 32);
        signer_destroy(&signer);
    }
}

/* A daemon's command is a function of its cause, signature and all: sent twice it is the same. */
TEST(what_is_signed_twice_has_the_same_signature) {
    signer_t *signer = rfc_8032_test_1();
    signature_t a = signer_sign(signer, DOMAIN_COMMAND, of("body")),
                b = signer_sign(signer, DOMAIN_COMMAND, of("body"));
    assert_memory_equal(a.b, b.b, sizeof a.b);
    signature_t empty = signer_sign(signer, DOMAIN_COMMAND, (bytes_t){NULL, 0});
    assert_true(signature_valid(signer_key(signer), DOMAIN_COMMAND, (bytes_t){NULL, 0}, &empty));
    signer_destroy(&signer);
}

TEST(what_is_signed_is_domain_zero_scheme_and_bytes) {
    signer_t *signer = rfc_8032_test_1();
    signature_t signature = signer_sign(signer, DOMAIN_COMMAND, of("body"));
    static const char signed_bytes[] = "countersign/command/1\0\1body";
    assert_int_equal(crypto_sign_verify_detached(signature.b, (const uint8_t *) signed_bytes,
                                                 sizeof signed_bytes - 1, signer_key(signer).b),
                     0);
    signer_destroy(&signer);
}

TEST(a_signature_holds_for_its_bytes_domain_and_key_alone) {
    signer_t *signer = rfc_8032_test_1(), *other = signer_new();
    pubkey_t key = signer_key(signer);
    signature_t good = signer_sign(signer, DOMAIN_COMMAND, of("body"));
    assert_true(signature_valid(key, DOMAIN_COMMAND, of("body"), &good));
    assert_false(signature_valid(key, DOMAIN_COMMAND, of("bodz"), &good));
    assert_false(signature_valid(key, DOMAIN_COMMAND, of("body "), &good));
    assert_false(signature_valid(key, DOMAIN_QUERY, of("body"), &good));
    assert_false(signature_valid(signer_key(other), DOMAIN_COMMAND, of("body"), &good));
    for (size_t i = 0; i < sizeof good.b; i++) {
        signature_t bad = good;
        bad.b[i] ^= 0x10;
        assert_false(signature_valid(key, DOMAIN_COMMAND, of("body"), &bad));
    }
    signer_destroy(&signer);
    signer_destroy(&other);
}

/* RFC 8032 5.1.7: S + L would hold, too, were S not bounded; then one command had two forms. */
TEST(a_signature_has_one_form_alone) {
    static const char order[] = "edd3f55c1a631258d69cf7a2def9de1400000000000000000000000000000010";
    uint8_t l[32];
    signer_t *signer = rfc_8032_test_1();
    signature_t signature = signer_sign(signer, DOMAIN_COMMAND, of("body"));
    assert_true(hex_parse(text_of(order), l, 32));
    for (unsigned i = 0, carry = 0; i < 32; i++) {
        carry += (unsigned) signature.b[32 + i] + l[i];
        signature.b[32 + i] = (uint8_t) carry;
        carry >>= 8;
    }
    assert_false(signature_valid(signer_key(signer), DOMAIN_COMMAND, of("body"), &signature));
    signer_destroy(&signer);
}

/* The neutral point as a key signs anything: R = it, S = 0. Nobody may enrol such a key. */
TEST(a_key_that_fits_every_message_fits_none) {
    pubkey_t key = {{1}};
    signature_t signature = {{1}};
    crypto_start();
    assert_false(signature_valid(key, DOMAIN_COMMAND, of("body"), &signature));
}

TEST(a_curve_pair_belongs_together_and_is_new_each_time) {
    curve_pair_t a, b;
    uint8_t derived[32];
    crypto_start();
    curve_pair_make(&a);
    curve_pair_make(&b);
    assert_int_equal(crypto_scalarmult_base(derived, a.secret), 0);
    assert_memory_equal(derived, a.public_key.b, 32);
    assert_memory_not_equal(a.secret, b.secret, 32);
}

TEST(identifiers_are_uuids_of_version_7_with_their_time) {
    moment_t now = 1790000000123;
    ident_t a = ident_random(now), b = ident_random(now);
    int64_t ms = 0;
    crypto_start();
    for (int i = 0; i < 6; i++)
        ms = ms << 8 | a.b[i];
    assert_int_equal(ms, now);
    assert_int_equal(a.b[6] >> 4, 7);
    assert_int_equal(a.b[8] >> 6, 2);
    assert_false(ident_equal(a, b));
}

TEST(a_fingerprint_is_read_out_in_groups_of_four) {
    digest_t digest = {{0xab, 0xcd, 0x01}};
    char text[96];
    fingerprint_print(digest, text);
    assert_int_equal(strncmp(text, "abcd 0100 0000 ", 15), 0);
    assert_int_equal(strlen(text), 79);
}
