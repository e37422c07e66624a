/* SPDX-License-Identifier: Apache-2.0
 *
 * checkpoint: what the coordinator (HEAD) and the archiver (checkpoint) sign about the ledger.
 */
#ifndef COUNTERSIGN_LEDGER_CHECKPOINT_H
#define COUNTERSIGN_LEDGER_CHECKPOINT_H

#include "common/crypto/keys.h"
#include "common/event/record.h"

#define RECORD_head(F, S) /* the coordinator's: the ledger ends here */ \
    F(S, 1, DIGEST, _, ledger, 1, 1, "ledger id") \
    F(S, 2, INT, _, epoch, 1, INT64_MAX, "raised when announced events were lost for good") \
    F(S, 3, INT, _, position, 1, INT64_MAX, "last position") \
    F(S, 4, DIGEST, _, root, 1, 1, "Merkle root over the events up to it (RFC 9162)") \
    F(S, 5, MOMENT, _, time, 1, INT64_MAX, "when it was signed")
DECLARE_RECORD(head)

#define RECORD_checkpoint(F, S) /* the archiver's: up to here every signature held and every decision came out the same */ \
    F(S, 1, DIGEST, _, ledger, 1, 1, "ledger id") \
    F(S, 3, INT, _, position, 1, INT64_MAX, "verified up to here") \
    F(S, 4, DIGEST, _, root, 1, 1, "Merkle root over the events up to it (RFC 9162)") \
    F(S, 5, MOMENT, _, time, 1, INT64_MAX, "when it was signed")
DECLARE_RECORD(checkpoint)

struct signed_head { bytes_t head; pubkey_t key; signature_t signature; };
struct signed_checkpoint { bytes_t checkpoint; pubkey_t key; signature_t signature; };

/* Encodes into `room` (cleared first; out->head points into it) and signs with DOMAIN_HEAD. */
void head_sign(const signer_t *signer, const struct head *head, buffer_t *room,
               struct signed_head *out);
/* The signature is by `expected`, and the bytes are a canonical head: fills *out. -1 with *problem
   otherwise. */
int head_verify(const struct signed_head *signed_head, pubkey_t expected, struct head *out,
                problem_t *problem);
void checkpoint_sign(const signer_t *signer, const struct checkpoint *checkpoint, buffer_t *room,
                     struct signed_checkpoint *out);
int checkpoint_verify(const struct signed_checkpoint *signed_checkpoint, pubkey_t expected,
                      struct checkpoint *out, problem_t *problem);

#endif
