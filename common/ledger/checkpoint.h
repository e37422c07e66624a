/* SPDX-License-Identifier: Apache-2.0
 *
 * checkpoint: what the coordinator (HEAD) and the archiver (checkpoint) sign about the ledger. A
 * checkpoint is a C2SP tlog-checkpoint, a note that any verifier of transparency logs reads:
 *
 *     countersign/LEDGER-ID
 *     20852
 *     CsUYapGGPo4dkMgIAUqom/Xajj7h2fB2MPA3j2jxq2I=
 *
 *     — countersign/LEDGER-ID Az3grlgt...       the archiver, Ed25519
 *     — countersign/LEDGER-ID jWbPPwAA...       the same key once more, with the time (tlog-cosignature)
 *     — witness.example jWbPPwAA...             whoever else has seen it
 */
#ifndef COUNTERSIGN_LEDGER_CHECKPOINT_H
#define COUNTERSIGN_LEDGER_CHECKPOINT_H

#include "common/crypto/keys.h"
#include "common/event/record.h"
#include "common/ledger/signed_note.h"

#define RECORD_head(F, S) /* the coordinator's: the ledger ends here */ \
    F(S, 1, DIGEST, _, ledger, 1, 1, "ledger id") \
    F(S, 2, INT, _, epoch, 1, INT64_MAX, "raised when announced events were lost for good") \
    F(S, 3, INT, _, position, 1, INT64_MAX, "last position") \
    F(S, 4, DIGEST, _, root, 1, 1, "Merkle root over the events up to it (RFC 9162)") \
    F(S, 5, MOMENT, _, time, 1, INT64_MAX, "when it was signed")
DECLARE_RECORD(head)

#define RECORD_checkpoint(F, S) /* as it was signed before there were notes; read, not written any more */ \
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

/* ---- checkpoints ---- */

#define CHECKPOINT_NOTE_MAX SIGNED_NOTE_BYTES_MAX
#define CHECKPOINT_ORIGIN_MAX 80

/* Up to here every signature held and every decision came out the same, says the archiver. */
typedef struct tree_head {
    digest_t ledger;     /* ledger id: the origin */
    position_t position; /* tree size */
    digest_t root;       /* Merkle root over the events up to it (RFC 9162) */
    moment_t time;       /* when it was signed, to the second; 0: nobody says */
} tree_head_t;

/* "countersign/" and the ledger id in hex. */
text_t checkpoint_origin(digest_t ledger, char out[CHECKPOINT_ORIGIN_MAX]);
/* Appends the whole note, signed by the archiver. */
void checkpoint_write(const signer_t *archiver, const tree_head_t *head, buffer_t *out);
/* What it says, whoever signed it; *note points into `bytes`. 0, or -1 with *problem. */
int checkpoint_read(bytes_t bytes, signed_note_t *note, tree_head_t *out, problem_t *problem);
/* checkpoint_read, and: it is of this ledger and signed by this archiver. 0, or -1 with *problem. */
int checkpoint_verify(bytes_t bytes, digest_t ledger, pubkey_t archiver, tree_head_t *out,
                      problem_t *problem);
/* A witness's cosignature line for a checkpoint's text. */
void checkpoint_cosign(const signer_t *witness, text_t name, text_t text, moment_t time,
                       buffer_t *out);

/* As it was signed before there were notes. */
int checkpoint_record_verify(const struct signed_checkpoint *signed_checkpoint, pubkey_t expected,
                             struct checkpoint *out, problem_t *problem);

#endif
