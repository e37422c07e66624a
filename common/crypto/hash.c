/* SPDX-License-Identifier: Apache-2.0
 *
 * hash: SHA-256 by nettle, which is the fastest here for the short messages that a tree is made of
 * (tests/bench/RESULTS.md): it uses the processor's own instructions and keeps no context in the heap.
 */
#include "common/crypto/hash.h"

void hashing_begin(hashing_t *self) { sha256_init(&self->sha256); }

void hashing_put(hashing_t *self, const void *p, size_t n) {
    if (n)
        sha256_update(&self->sha256, n, p);
}

digest_t hashing_end(hashing_t *self) {
    digest_t out;
    sha256_digest(&self->sha256, sizeof out.b, out.b);
    return out;
}

digest_t hash_bytes(bytes_t bytes) {
    hashing_t hashing;
    hashing_begin(&hashing);
    hashing_put(&hashing, bytes.p, bytes.n);
    return hashing_end(&hashing);
}

static digest_t hash_prefixed(const void *prefix, size_t prefix_n, const void *a, size_t a_n,
                              const void *b, size_t b_n) {
    hashing_t hashing;
    hashing_begin(&hashing);
    hashing_put(&hashing, prefix, prefix_n);
    hashing_put(&hashing, a, a_n);
    hashing_put(&hashing, b, b_n);
    return hashing_end(&hashing);
}

digest_t hash_domain(const char *domain, bytes_t bytes) {
    return hash_prefixed(domain, strlen(domain) + 1, bytes.p, bytes.n, NULL, 0);
}

digest_t hash_leaf(bytes_t bytes) { return hash_prefixed("\0", 1, bytes.p, bytes.n, NULL, 0); }

digest_t hash_node(digest_t left, digest_t right) {
    return hash_prefixed("\1", 1, left.b, sizeof left.b, right.b, sizeof right.b);
}

ident_t hash_ident(const char *domain, bytes_t bytes) {
    digest_t digest = hash_domain(domain, bytes);
    ident_t id;
    memcpy(id.b, digest.b, sizeof id.b);
    id.b[6] = (uint8_t) ((id.b[6] & 0x0f) | 0x80);
    id.b[8] = (uint8_t) ((id.b[8] & 0x3f) | 0x80);
    return id;
}
