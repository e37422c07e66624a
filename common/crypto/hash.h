/* SPDX-License-Identifier: Apache-2.0
 *
 * hash: SHA-256 (FIPS 180-4) with a domain in front, so that bytes of one use never hash alike with
 * those of another.
 */
#ifndef COUNTERSIGN_CRYPTO_HASH_H
#define COUNTERSIGN_CRYPTO_HASH_H

#include <nettle/sha2.h>

#include "common/base/types.h"

/* Bit by bit: begin, put as often as there is something, end; a copy goes on by itself. */
typedef struct hashing { struct sha256_ctx sha256; } hashing_t;
void hashing_begin(hashing_t *self);
void hashing_put(hashing_t *self, const void *p, size_t n);
digest_t hashing_end(hashing_t *self);

digest_t hash_bytes(bytes_t bytes);                          /* plain SHA-256 */
digest_t hash_domain(const char *domain, bytes_t bytes);     /* SHA-256 (domain 00 bytes) */
/* RFC 9162 2.1.1: SHA-256 (00 bytes) */
digest_t hash_leaf(bytes_t bytes);
/* RFC 9162 2.1.1: SHA-256 (01 left right) */
digest_t hash_node(digest_t left, digest_t right);
/* UUIDv8 (RFC 9562 5.8) from the first 16 bytes of a domain hash: a daemon's command id. */
ident_t hash_ident(const char *domain, bytes_t bytes);

#endif
