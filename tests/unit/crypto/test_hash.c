/* SPDX-License-Identifier: Apache-2.0
 *
 * SHA-256 by published vectors, and that one use's hashes are never another's.
 */
#include "common/base/text.h"
#include "common/crypto/hash.h"
#include "common/crypto/keys.h"
#include "tests/unit/harness.h"

static bytes_t of(const char *s) { return (bytes_t){(const uint8_t *) s, strlen(s)}; }

static void assert_hex(const uint8_t *bytes, size_t n, const char *hex) {
    uint8_t expected[64];
    assert_true(hex_parse(text_of(hex), expected, n));
    assert_memory_equal(bytes, expected, n);
}

TEST(sha_256_is_that_of_fips_180) {
    assert_hex(hash_bytes(of("abc")).b, 32,
               "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad");
    assert_hex(hash_bytes(of("")).b, 32,
               "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855");
    assert_hex(hash_bytes(of("abcdbcdecdefdefgefghfghighijhijkijkljklmklmnlmnomnopnopq")).b, 32,
               "248d6a61d20638b8e5c026930c3e6039a33ce45964ff2167f6ecedd419db06c1");
}

/* FIPS 180's long message: a million times "a". */
TEST(a_long_message_is_hashed_whole) {
    static uint8_t as[1000000];
    memset(as, 'a', sizeof as);
    assert_hex(hash_bytes((bytes_t){as, sizeof as}).b, 32,
               "cdc76e5c9914fb9281a1c7e284d73e67f1809a48a497200e046d39ccc7112cd0");
}

TEST(a_domain_stands_before_the_bytes_with_a_zero) {
    digest_t in = hash_domain("countersign/blob/1", of("x"));
    digest_t plain = hash_bytes((bytes_t){(const uint8_t *) "countersign/blob/1\0x", 20});
    assert_true(digest_equal(in, plain));
    assert_false(digest_equal(in, hash_domain("countersign/blob/1x", of(""))));
}

TEST(a_leaf_is_never_a_node) {
    uint8_t both[64] = {0};
    digest_t left = {{0}}, right = {{0}};
    digest_t node = hash_node(left, right);
    assert_false(digest_equal(node, hash_leaf((bytes_t){both, sizeof both})));
    assert_false(digest_equal(node, hash_bytes((bytes_t){both, sizeof both})));
}

TEST(a_daemons_command_id_is_a_uuid_of_version_8) {
    ident_t a = hash_ident(DOMAIN_DAEMON_COMMAND, of("one")),
            b = hash_ident(DOMAIN_DAEMON_COMMAND, of("one")),
            c = hash_ident(DOMAIN_DAEMON_COMMAND, of("two"));
    assert_true(ident_equal(a, b));
    assert_false(ident_equal(a, c));
    assert_int_equal(a.b[6] >> 4, 8);
    assert_int_equal(a.b[8] >> 6, 2);
}

/* They are in ledgers: computed elsewhere (Python's hashlib and uuid), never to change. */
TEST(a_daemons_command_id_is_what_it_always_was) {
    ident_t id = hash_ident(DOMAIN_DAEMON_COMMAND, of("one"));
    assert_hex(id.b, 16, "87beef67c4b287e7bcabd8040f55f1ae");
    assert_false(ident_equal(id, hash_ident(DOMAIN_COMMAND, of("one"))));
}
