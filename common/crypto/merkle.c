/* SPDX-License-Identifier: Apache-2.0
 *
 * merkle: RFC 9162 2.1. The frontier holds one digest per set bit of the size, the largest subtree
 * first; appending merges as many of the last ones as the size has trailing ones.
 */
#include "common/crypto/merkle.h"

#include <string.h>

static size_t in_use(const frontier_t *self) { return (size_t) __builtin_popcountll(self->size); }

void frontier_append(frontier_t *self, digest_t leaf) {
    size_t n = in_use(self);
    for (uint64_t size = self->size; size & 1; size >>= 1)
        leaf = hash_node(self->at[--n], leaf);
    self->at[n] = leaf;
    self->size++;
}

digest_t frontier_complete(const frontier_t *self, digest_t leaf, unsigned level) {
    size_t n = in_use(self);
    for (unsigned i = 0; i < level; i++)
        leaf = hash_node(self->at[--n], leaf);
    return leaf;
}

digest_t frontier_root(const frontier_t *self) {
    size_t n = in_use(self);
    if (n == 0)
        return hash_bytes((bytes_t){(const uint8_t *) "", 0});
    digest_t root = self->at[--n];
    while (n > 0)
        root = hash_node(self->at[--n], root);
    return root;
}

/* Largest power of two below size (size >= 2). */
static uint64_t split(uint64_t size) { return UINT64_C(1) << (63 - __builtin_clzll(size - 1)); }

void frontier_copy(frontier_t *self, const frontier_t *other) {
    self->size = other->size;
    memcpy(self->at, other->at, in_use(other) * sizeof *self->at);
}

/* The root over `size` leaves from `from`, which begins where a perfect subtree at least as large
   does. */
static int subtree(merkle_node_fn node, void *arg, uint64_t from, uint64_t size, digest_t *out) {
    digest_t left, right;
    if ((size & (size - 1)) == 0) {
        unsigned level = (unsigned) __builtin_ctzll(size);
        return node(arg, level, from >> level, out);
    }
    uint64_t half = split(size);
    int rc = subtree(node, arg, from, half, &left);
    if (rc == 0)
        rc = subtree(node, arg, from + half, size - half, &right);
    if (rc == 0)
        *out = hash_node(left, right);
    return rc;
}

int merkle_frontier(merkle_node_fn node, void *arg, uint64_t size, frontier_t *out) {
    size_t n = 0;
    uint64_t from = 0;
    *out = (frontier_t){.size = size};
    for (uint64_t left = size; left > 0; n++) {
        uint64_t part = UINT64_C(1) << (63 - __builtin_clzll(left));
        int rc = subtree(node, arg, from, part, &out->at[n]);
        if (rc != 0)
            return rc;
        from += part;
        left -= part;
    }
    return 0;
}

int merkle_inclusion(merkle_node_fn node, void *arg, uint64_t index, uint64_t size,
                     digest_t proof[64], size_t *n) {
    digest_t path[64]; /* from the root down; the proof goes from the leaf up */
    size_t depth = 0;
    uint64_t from = 0;
    if (index >= size)
        return -1;
    while (size > 1) {
        uint64_t left = split(size);
        int rc = index < left ? subtree(node, arg, from + left, size - left, &path[depth])
                              : subtree(node, arg, from, left, &path[depth]);
        if (rc != 0)
            return rc;
        depth++;
        if (index < left)
            size = left;
        else {
            index -= left;
            from += left;
            size -= left;
        }
    }
    for (size_t i = 0; i < depth; i++)
        proof[i] = path[depth - 1 - i];
    *n = depth;
    return 0;
}

/* RFC 9162 2.1.3.2 */
bool merkle_inclusion_root(digest_t leaf, uint64_t index, uint64_t size, const digest_t *proof,
                           size_t n, digest_t *root) {
    if (index >= size)
        return false;
    uint64_t fn = index, sn = size - 1;
    *root = leaf;
    for (size_t i = 0; i < n; i++) {
        if (sn == 0)
            return false;
        if ((fn & 1) || fn == sn) {
            *root = hash_node(proof[i], *root);
            while (!(fn & 1)) { /* has a bit, as sn has */
                fn >>= 1;
                sn >>= 1;
            }
        } else
            *root = hash_node(*root, proof[i]);
        fn >>= 1;
        sn >>= 1;
    }
    return sn == 0;
}

bool merkle_inclusion_valid(digest_t leaf, uint64_t index, uint64_t size, const digest_t *proof,
                            size_t n, digest_t root) {
    digest_t found;
    return merkle_inclusion_root(leaf, index, size, proof, n, &found) && digest_equal(found, root);
}

/* SUBPROOF (m, D[n], b) of RFC 9162 2.1.4.1 */
static int subproof(merkle_node_fn node, void *arg, uint64_t from, uint64_t m, uint64_t size,
                    bool whole, digest_t proof[64], size_t *n) {
    if (m == size)
        return whole ? 0 : subtree(node, arg, from, size, &proof[(*n)++]);
    uint64_t left = split(size);
    int rc;
    if (m <= left) {
        rc = subproof(node, arg, from, m, left, whole, proof, n);
        return rc ? rc : subtree(node, arg, from + left, size - left, &proof[(*n)++]);
    }
    rc = subproof(node, arg, from + left, m - left, size - left, false, proof, n);
    return rc ? rc : subtree(node, arg, from, left, &proof[(*n)++]);
}

int merkle_consistency(merkle_node_fn node, void *arg, uint64_t first, uint64_t second,
                       digest_t proof[64], size_t *n) {
    *n = 0;
    if (first == 0 || first > second)
        return -1;
    return subproof(node, arg, 0, first, second, true, proof, n);
}

/* RFC 9162 2.1.4.2 */
bool merkle_consistency_valid(uint64_t first, digest_t first_root, uint64_t second,
                              digest_t second_root, const digest_t *proof, size_t n) {
    if (first == 0 || first > second)
        return false;
    if (first == second)
        return n == 0 && digest_equal(first_root, second_root);
    bool power = (first & (first - 1)) == 0;
    size_t i = 0;
    if (!power && n == 0)
        return false;
    digest_t fr = power ? first_root : proof[i++], sr = fr;
    uint64_t fn = first - 1, sn = second - 1;
    while (fn & 1) {
        fn >>= 1;
        sn >>= 1;
    }
    for (; i < n; i++) {
        if (sn == 0)
            return false;
        if ((fn & 1) || fn == sn) {
            fr = hash_node(proof[i], fr);
            sr = hash_node(proof[i], sr);
            while (!(fn & 1)) { /* has a bit, as sn has */
                fn >>= 1;
                sn >>= 1;
            }
        } else
            sr = hash_node(sr, proof[i]);
        fn >>= 1;
        sn >>= 1;
    }
    return sn == 0 && digest_equal(fr, first_root) && digest_equal(sr, second_root);
}
