/* SPDX-License-Identifier: Apache-2.0
 *
 * The tree of RFC 9162: the published heads of Certificate Transparency's test data, and proofs
 * that hold for what they prove alone.
 */
#include "common/base/text.h"
#include "common/crypto/hash.h"
#include "common/crypto/merkle.h"
#include "tests/unit/harness.h"

static const char *const inputs[8] = {"",
                                      "00",
                                      "10",
                                      "2021",
                                      "3031",
                                      "40414243",
                                      "5051525354555657",
                                      "606162636465666768696a6b6c6d6e6f"};
static const char *const roots[8] = {
    "6e340b9cffb37a989ca544e6bb780a2c78901d3fb33738768511a30617afa01d",
    "fac54203e7cc696cf0dfcb42c92a1d9dbaf70ad9e621f4bd8d98662f00e3c125",
    "aeb6bcfe274b70a14fb067a5e5578264db0fa9b51af5e0ba159158f329e06e77",
    "d37ee418976dd95753c1c73862b9398fa2a2cf9b4ff0fdfe8b30cd95209614b7",
    "4e3bbb1f7b478dcfe71fb631631519a3bca12c9aefca1612bfce4c13a86264d4",
    "76e67dadbcdf1e10e1b74ddc608abd2f98dfb16fbce75277b5232a127f2087ef",
    "ddb89be403809e325750d3d263cd78929c2942b7942a34b77e122c9594a74c8c",
    "5dc9da79a70659a9ad559cb701ded9a2ab9d823aad2f4960cfe370eff4604328"};

static digest_t hex_digest(const char *hex) {
    digest_t digest = {{0}};
    assert_true(hex_parse(text_of(hex), digest.b, sizeof digest.b));
    return digest;
}

static digest_t published_leaf(size_t i) {
    uint8_t bytes[16];
    size_t n = strlen(inputs[i]) / 2;
    assert_true(n == 0 || hex_parse(text_of(inputs[i]), bytes, n));
    return hash_leaf((bytes_t){bytes, n});
}

/* Leaves of our own for larger trees. */
static digest_t leaf(uint64_t i) { return hash_leaf((bytes_t){(const uint8_t *) &i, sizeof i}); }

static digest_t by_definition(uint64_t from, uint64_t n);

static int read_node(void *arg, unsigned level, uint64_t number, digest_t *out) {
    (void) arg;
    *out = by_definition(number << level, UINT64_C(1) << level);
    return 0;
}

static digest_t root_of(uint64_t size) {
    frontier_t frontier = {0};
    for (uint64_t i = 0; i < size; i++)
        frontier_append(&frontier, leaf(i));
    return frontier_root(&frontier);
}

TEST(the_published_heads_come_out) {
    frontier_t frontier = {0};
    assert_true(digest_equal(frontier_root(&frontier), hash_bytes((bytes_t){NULL, 0})));
    for (size_t i = 0; i < 8; i++) {
        frontier_append(&frontier, published_leaf(i));
        assert_true(digest_equal(frontier_root(&frontier), hex_digest(roots[i])));
    }
}

/* The definition of RFC 9162 2.1.1, word for word. */
static digest_t by_definition(uint64_t from, uint64_t n) {
    uint64_t k = 1;
    if (n == 1)
        return leaf(from);
    while (k * 2 < n)
        k *= 2;
    return hash_node(by_definition(from, k), by_definition(from + k, n - k));
}

TEST(a_frontier_is_the_definition_at_every_size) {
    frontier_t frontier = {0};
    for (uint64_t n = 1; n <= 130; n++) {
        frontier_append(&frontier, leaf(n - 1));
        assert_int_equal(frontier.size, n);
        assert_true(digest_equal(frontier_root(&frontier), by_definition(0, n)));
    }
}

/* As a ledger stores and loads it: size and the digests in use, nothing else. */
TEST(a_restored_frontier_goes_on_as_if_it_had_never_stopped) {
    for (uint64_t stop = 0; stop <= 70; stop++) {
        frontier_t whole = {0}, restored;
        for (uint64_t i = 0; i < stop; i++)
            frontier_append(&whole, leaf(i));
        memset(&restored, 0xa5, sizeof restored);
        restored.size = whole.size;
        memcpy(restored.at, whole.at, (size_t) __builtin_popcountll(stop) * sizeof *restored.at);
        assert_true(digest_equal(frontier_root(&restored), frontier_root(&whole)));
        for (uint64_t i = stop; i <= 140; i++) {
            frontier_append(&restored, leaf(i));
            frontier_append(&whole, leaf(i));
            assert_true(digest_equal(frontier_root(&restored), frontier_root(&whole)));
        }
    }
}

/* ---- proofs ---- */

static int read_published(void *arg, unsigned level, uint64_t number, digest_t *out) {
    digest_t left, right;
    if (level == 0)
        *out = published_leaf(number);
    else if (read_published(arg, level - 1, number * 2, &left) == 0 &&
             read_published(arg, level - 1, number * 2 + 1, &right) == 0)
        *out = hash_node(left, right);
    return 0;
}

static void assert_proof(const digest_t *proof, size_t n, const char *const *expected) {
    size_t count = 0;
    while (expected[count])
        count++;
    assert_int_equal(n, count);
    for (size_t i = 0; i < n; i++)
        assert_true(digest_equal(proof[i], hex_digest(expected[i])));
}

#define LEFT_OF_EIGHT "d37ee418976dd95753c1c73862b9398fa2a2cf9b4ff0fdfe8b30cd95209614b7"
#define RIGHT_PAIR "ca854ea128ed050b41b35ffc1b87b8eb2bde461e9e3b5596ece6b9d5975a0ae0"

TEST(the_published_proofs_come_out) {
    static const char *const first_of_eight[] = {
        "96a296d224f285c67bee93c30f8a309157f0daa35dc5b87e410b78630a09cfc7",
        "5f083f0a1a33ca076a95279832580db3e0ef4584bdff1f54c8a360f50de3031e",
        "6b47aaf29ee3c2af9af889bc1fb9254dabd31177f16232dd6aab035ca39bf6e4", NULL};
    static const char *const sixth_of_eight[] = {
        "bc1a0643b12e4d2d7c77918f44e0f4f79a838b6cf9ec5b5c283e1f4d88599e6b", RIGHT_PAIR,
        LEFT_OF_EIGHT, NULL};
    static const char *const six_to_eight[] = {
        "0ebc5d3437fbe2db158b9f126a1d118e308181031d0a949f8dededebc558ef6a", RIGHT_PAIR,
        LEFT_OF_EIGHT, NULL};
    digest_t proof[64];
    size_t n = 0;
    assert_int_equal(merkle_inclusion(read_published, NULL, 0, 8, proof, &n), 0);
    assert_proof(proof, n, first_of_eight);
    assert_int_equal(merkle_inclusion(read_published, NULL, 5, 8, proof, &n), 0);
    assert_proof(proof, n, sixth_of_eight);
    assert_int_equal(merkle_consistency(read_published, NULL, 6, 8, proof, &n), 0);
    assert_proof(proof, n, six_to_eight);
}

/* A digest from halfway up, with the proof's upper half: the sums are right, the depth is not. */
TEST(an_inner_node_is_no_leaf_and_no_root) {
    digest_t left = hash_node(leaf(0), leaf(1)), right = hash_node(leaf(2), leaf(3));
    digest_t root = root_of(4);
    assert_true(digest_equal(hash_node(left, right), root));
    assert_false(merkle_inclusion_valid(left, 0, 4, &right, 1, root));
    assert_false(merkle_inclusion_valid(root, 0, 4, NULL, 0, root));
    assert_true(merkle_consistency_valid(2, left, 4, root, &right, 1));
    assert_false(merkle_consistency_valid(2, left, 8, root, &right, 1));
}

static int unreadable_leaf(void *arg, unsigned level, uint64_t number, digest_t *out) {
    const uint64_t *bad = arg;
    *out = by_definition(number << level, UINT64_C(1) << level);
    return *bad >> level == number ? 7 : 0;
}

/* Whichever leaf it is: no proof is made from what could not be read. */
TEST(a_leaf_that_cannot_be_read_makes_no_proof) {
    digest_t proof[64];
    size_t n = 0;
    for (uint64_t bad = 0; bad < 13; bad++) {
        int rc = merkle_inclusion(unreadable_leaf, &bad, 5, 13, proof, &n);
        assert_int_equal(rc, bad == 5 ? 0 : 7); /* its own leaf is the asker's */
        assert_int_equal(merkle_consistency(unreadable_leaf, &bad, 5, 13, proof, &n), 7);
    }
}

TEST(a_frontier_comes_out_of_the_perfect_subtrees) {
    for (uint64_t size = 0; size <= 140; size++) {
        frontier_t frontier;
        assert_int_equal(merkle_frontier(read_node, NULL, size, &frontier), 0);
        assert_true(digest_equal(frontier_root(&frontier), root_of(size)));
        frontier_append(&frontier, leaf(size));
        assert_true(digest_equal(frontier_root(&frontier), root_of(size + 1)));
    }
    uint64_t bad = 3;
    frontier_t frontier;
    assert_int_equal(merkle_frontier(unreadable_leaf, &bad, 13, &frontier), 7);
}

TEST(what_is_not_in_the_tree_has_no_proof) {
    digest_t proof[64], root = root_of(4);
    size_t n = 0;
    assert_int_equal(merkle_inclusion(read_node, NULL, 4, 4, proof, &n), -1);
    assert_int_equal(merkle_inclusion(read_node, NULL, 0, 0, proof, &n), -1);
    assert_int_equal(merkle_consistency(read_node, NULL, 0, 4, proof, &n), -1);
    assert_int_equal(merkle_consistency(read_node, NULL, 5, 4, proof, &n), -1);
    assert_false(merkle_consistency_valid(0, root_of(0), 4, root, proof, 0));
    assert_false(merkle_consistency_valid(5, root_of(5), 4, root, proof, 0));
    assert_false(merkle_consistency_valid(3, root_of(3), 4, root, proof, 0));
    assert_true(merkle_consistency_valid(4, root, 4, root, proof, 0));
    assert_false(merkle_consistency_valid(4, root_of(5), 4, root, proof, 0));
    proof[0] = root;
    assert_false(merkle_consistency_valid(4, root, 4, root, proof, 1));
    assert_int_equal(merkle_consistency(read_node, NULL, 3, 4, proof, &n), 0);
    proof[n] = root;
    assert_false(merkle_consistency_valid(3, root_of(3), 4, root, proof, n + 1));
    assert_false(merkle_consistency_valid(3, root_of(3), 4, root, proof, n - 1));
}

TEST(an_inclusion_proof_holds_for_its_leaf_its_place_and_its_root_alone) {
    for (uint64_t size = 1; size <= 40; size++) {
        digest_t root = root_of(size), proof[64];
        for (uint64_t i = 0; i < size; i++) {
            size_t n = 0;
            assert_int_equal(merkle_inclusion(read_node, NULL, i, size, proof, &n), 0);
            assert_true(merkle_inclusion_valid(leaf(i), i, size, proof, n, root));
            assert_false(merkle_inclusion_valid(leaf(i + 1), i, size, proof, n, root));
            assert_false(merkle_inclusion_valid(leaf(i), i, size, proof, n, root_of(size + 1)));
            if (size > 1)
                assert_false(merkle_inclusion_valid(leaf(i), (i + 1) % size, size, proof, n, root));
            if (n)
                assert_false(merkle_inclusion_valid(leaf(i), i, size, proof, n - 1, root));
            for (size_t k = 0; k < n; k++) {
                proof[k].b[7] ^= 1;
                assert_false(merkle_inclusion_valid(leaf(i), i, size, proof, n, root));
                proof[k].b[7] ^= 1;
            }
        }
        assert_false(merkle_inclusion_valid(leaf(0), size, size, proof, 0, root));
    }
}

TEST(a_consistency_proof_holds_for_one_history_alone) {
    for (uint64_t second = 1; second <= 33; second++)
        for (uint64_t first = 1; first <= second; first++) {
            digest_t proof[64], a = root_of(first), b = root_of(second), other = b;
            size_t n = 0;
            assert_int_equal(merkle_consistency(read_node, NULL, first, second, proof, &n), 0);
            assert_true(merkle_consistency_valid(first, a, second, b, proof, n));
            other.b[0] ^= 1;
            assert_false(merkle_consistency_valid(first, a, second, other, proof, n));
            assert_false(merkle_consistency_valid(first, other, second, b, proof, n));
            for (size_t k = 0; k < n; k++) {
                proof[k].b[31] ^= 0x80;
                assert_false(merkle_consistency_valid(first, a, second, b, proof, n));
                proof[k].b[31] ^= 0x80;
            }
        }
}
