/* SPDX-License-Identifier: Apache-2.0
 *
 * hash: SHA-256 by libsodium.
 */
#include "common/crypto/hash.h"

#include <sodium.h>

digest_t hash_bytes(bytes_t bytes) {
    digest_t out;
    crypto_hash_sha256(out.b, bytes.p, bytes.n);
    return out;
}

static digest_t hash_prefixed(const void *prefix, size_t prefix_n, const void *a, size_t a_n,
                              const void *b, size_t b_n) {
    crypto_hash_sha256_state state;
    digest_t out;
    crypto_hash_sha256_init(&state);
    crypto_hash_sha256_update(&state, prefix, prefix_n);
    crypto_hash_sha256_update(&state, a, a_n);
    if (b_n)
        crypto_hash_sha256_update(&state, b, b_n);
    crypto_hash_sha256_final(&state, out.b);
    return out;
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
