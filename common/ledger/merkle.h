/* SPDX-License-Identifier: Apache-2.0
 *
 * merkle: the Merkle tree of RFC 9162 2.1 over event bytes, kept as a frontier (the roots of the
 * perfect subtrees, largest first), so that appending costs O(log n) hashes and no history.
 */
#ifndef COUNTERSIGN_LEDGER_MERKLE_H
#define COUNTERSIGN_LEDGER_MERKLE_H

#include "common/crypto/hash.h"

/* popcount (size) digests are in use */
typedef struct frontier { uint64_t size; digest_t at[64]; } frontier_t;

void frontier_append(frontier_t *self, digest_t leaf);
digest_t frontier_root(const frontier_t *self); /* size 0: SHA-256 of nothing */
/* Inclusion and consistency proofs over leaves read through a callback (RFC 9162 2.1.3, 2.1.4).
   Proof digests go to proof[0..*n); room for 64. verify functions are pure. */
typedef int (*merkle_leaf_fn)(void *arg, uint64_t index, digest_t *leaf); /* index from 0; 0 = ok */
int merkle_inclusion(merkle_leaf_fn leaf, void *arg, uint64_t index, uint64_t size,
                     digest_t proof[64], size_t *n);
bool merkle_inclusion_valid(digest_t leaf, uint64_t index, uint64_t size, const digest_t *proof,
                            size_t n, digest_t root);
int merkle_consistency(merkle_leaf_fn leaf, void *arg, uint64_t first, uint64_t second,
                       digest_t proof[64], size_t *n);
bool merkle_consistency_valid(uint64_t first, digest_t first_root, uint64_t second,
                              digest_t second_root, const digest_t *proof, size_t n);

#endif
