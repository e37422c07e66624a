/* SPDX-License-Identifier: Apache-2.0
 *
 * proof: one event, and that it is in the record: a C2SP tlog-proof, which any verifier of
 * transparency logs reads, whose extra data is what a person needs beside it: the event itself, the
 * genesis that names the archiver and whose hash is the ledger's id, and the events by which whoever
 * signed got their key, each with its own inclusion proof (RFC 9162 2.1.3).
 */
#ifndef COUNTERSIGN_EXCHANGE_PROOF_H
#define COUNTERSIGN_EXCHANGE_PROOF_H

#include "common/bus/messages.h"
#include "common/domain/context.h"
#include "common/ledger/checkpoint.h"
#include "common/crypto/merkle.h"

#define PROOF_PARTS_MAX 16

#define RECORD_proof_part(F, S) \
    F(S, 1, INT, _, position, 1, INT64_MAX, "of the event") \
    F(S, 2, BYTES, _, bytes, 1, EVENT_BYTES_MAX, "canonical event") \
    F(S, 3, LIST, tree_hash, proof, 0, 64, "inclusion proof, from the leaf up")
DECLARE_RECORD(proof_part)
#define RECORD_evidence(F, S) /* the first part is the event that is proved */ \
    F(S, 1, LIST, proof_part, parts, 1, PROOF_PARTS_MAX, "")
DECLARE_RECORD(evidence)

typedef struct proof {
    tree_head_t head;        /* under which it is proved */
    struct evidence evidence;
    decoded_t events[PROOF_PARTS_MAX]; /* of the parts */
    uint64_t cosignatures;   /* of the witnesses that were asked for */
} proof_t;

bool proof_is(bytes_t file); /* does it begin as one? */
/* Appends the file. 0, or -1 with *problem. */
int proof_write(const struct evidence *evidence, bytes_t note, buffer_t *out, problem_t *problem);
/* `ledger`: which it must be; NULL: whichever. The checkpoint must be signed by the archiver that genesis
   names, or whose key an administrator replaced, which the parts show. *out points into `file` and
   `arena`. 0, or -1 with *problem. */
int proof_check(bytes_t file, const digest_t *ledger, const verifier_key_t *witnesses, size_t n,
                arena_t *arena, proof_t *out, problem_t *problem);
/* Of a proof that holds: who is who in its events. */
void proof_fold(const proof_t *self, context_t *context);

#endif
