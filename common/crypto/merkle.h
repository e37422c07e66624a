/* SPDX-License-Identifier: Apache-2.0
 *
 * merkle: the Merkle tree of RFC 9162 2.1 over event bytes, kept as a frontier (the roots of the
 * perfect subtrees, largest first), so that appending costs O(log n) hashes and no history.
 */
#ifndef COUNTERSIGN_CRYPTO_MERKLE_H
#define COUNTERSIGN_CRYPTO_MERKLE_H

#include "common/crypto/hash.h"

/* popcount (size) digests are in use */
typedef struct frontier { uint64_t size; digest_t at[64]; } frontier_t;

void frontier_append(frontier_t *self, digest_t leaf);
/* What is in use of it. */
void frontier_copy(frontier_t *self, const frontier_t *other);
/* The root of the perfect subtree of 2^level leaves that this leaf, appended, completes. Presumes
   that it does: size + 1 is a multiple of 2^level. */
digest_t frontier_complete(const frontier_t *self, digest_t leaf, unsigned level);
digest_t frontier_root(const frontier_t *self); /* size 0: SHA-256 of nothing */
/* Inclusion and consistency proofs (RFC 9162 2.1.3, 2.1.4), made of the roots of perfect subtrees
   that a callback gives: the one of level l and number n holds leaves n * 2^l to (n + 1) * 2^l - 1;
   of level 0 it is the leaf. 0 = ok; what else it returns ends the making and is returned.
   Proof digests go to proof[0..*n); room for 64. valid functions are pure. */
typedef int (*merkle_node_fn)(void *arg, unsigned level, uint64_t number, digest_t *out);
int merkle_inclusion(merkle_node_fn node, void *arg, uint64_t index, uint64_t size,
                     digest_t proof[64], size_t *n);
bool merkle_inclusion_valid(digest_t leaf, uint64_t index, uint64_t size, const digest_t *proof,
                            size_t n, digest_t root);
/* The one root that such a proof leads to; false: it leads nowhere. */
bool merkle_inclusion_root(digest_t leaf, uint64_t index, uint64_t size, const digest_t *proof,
                           size_t n, digest_t *root);
int merkle_consistency(merkle_node_fn node, void *arg, uint64_t first, uint64_t second,
                       digest_t proof[64], size_t *n);
bool merkle_consistency_valid(uint64_t first, digest_t first_root, uint64_t second,
                              digest_t second_root, const digest_t *proof, size_t n);
/* The frontier of the first `size` leaves: its root is the tree's. */
int merkle_frontier(merkle_node_fn node, void *arg, uint64_t size, frontier_t *out);

#endif
