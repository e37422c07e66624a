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
