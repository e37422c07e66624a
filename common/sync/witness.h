/* SPDX-License-Identifier: Apache-2.0
 *
 * witness: keeps the last checkpoint that was seen, and takes another one only when both speak of one
 * history. Whoever has all events itself asks its own tree (witness_take); whoever has none asks for
 * a proof (witness_follow). Either way the check comes before the keeping, and what is kept is a
 * checkpoint that held. Source: C2SP tlog-checkpoint, tlog-witness; RFC 9162 2.1.4.
 */
#ifndef COUNTERSIGN_SYNC_WITNESS_H
#define COUNTERSIGN_SYNC_WITNESS_H

#include "common/ledger/checkpoint.h"
#include "common/ledger/ledger.h"

typedef enum witnessed {
    WITNESS_KEPT,    /* it is newer than, or as new as, what was kept, which it replaces */
    WITNESS_OLD,     /* true, and older than what is kept: that stays */
    WITNESS_LATER,   /* of events that are not here yet: nothing is said of it */
    WITNESS_STRANGE, /* not of this ledger, or not signed by its archiver: *problem says which */
    WITNESS_FORK     /* another history: *problem names the positions */
} witnessed_t;

/* By the ledger's own events; kept in it (ledger_get_meta "checkpoint"), in its open transaction.
   `archiver`: the key in force. */
witnessed_t witness_take(ledger_t *ledger, pubkey_t archiver, bytes_t note, problem_t *problem);
/* By a proof from `kept` (position 0: there is none, and any is the first). *head is what the note
   says. */
witnessed_t witness_follow(const tree_head_t *kept, digest_t ledger, pubkey_t archiver, bytes_t note,
                           const digest_t *proof, size_t proof_n, tree_head_t *head,
                           problem_t *problem);

#endif
