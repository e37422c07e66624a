/* SPDX-License-Identifier: Apache-2.0
 *
 * witness: see witness.h.
 */
#include "common/sync/witness.h"

#define KEPT "checkpoint"

static witnessed_t fork_at(problem_t *problem, position_t kept, position_t other) {
    problem_set(problem, REASON_BAD_SIGNATURE, "checkpoint",
                "two checkpoints of two histories: at position %llu and at position %llu",
                (unsigned long long) kept, (unsigned long long) other);
    return WITNESS_FORK;
}

/* Of what is kept, the position; 0: nothing. */
static position_t kept_position(ledger_t *ledger, bool *same, bytes_t note) {
    buffer_t kept = {0};
    signed_note_t read;
    tree_head_t head = {.position = 0};
    *same = false;
    if (ledger_get_meta(ledger, KEPT, &kept) == LEDGER_OK &&
        checkpoint_read(buffer_bytes(&kept), &read, &head, NULL) == 0)
        *same = kept.n == note.n && memcmp(kept.p, note.p, note.n) == 0;
    buffer_free(&kept);
    return head.position;
}

witnessed_t witness_take(ledger_t *ledger, pubkey_t archiver, bytes_t note, problem_t *problem) {
    tree_head_t head;
    digest_t root;
    bool same;
    position_t kept = kept_position(ledger, &same, note);
    if (same)
        return WITNESS_KEPT;
    if (checkpoint_verify(note, ledger_id(ledger), archiver, &head, problem) != 0)
        return WITNESS_STRANGE;
    if (ledger_root_at(ledger, head.position, &root) != LEDGER_OK)
        return WITNESS_LATER;
    if (!digest_equal(root, head.root)) {
        problem_set(problem, REASON_BAD_SIGNATURE, "checkpoint",
                    "the archiver's checkpoint and this ledger have different roots at position %llu",
                    (unsigned long long) head.position);
        return WITNESS_FORK;
    }
    if (head.position < kept)
        return WITNESS_OLD;
    if (!ledger_in_transaction(ledger))
        ledger_begin(ledger);
    ledger_put_meta(ledger, KEPT, note);
    return WITNESS_KEPT;
}

witnessed_t witness_follow(const tree_head_t *kept, digest_t ledger, pubkey_t archiver, bytes_t note,
                           const digest_t *proof, size_t proof_n, tree_head_t *head,
                           problem_t *problem) {
    if (checkpoint_verify(note, ledger, archiver, head, problem) != 0)
        return WITNESS_STRANGE;
    if (kept->position == 0)
        return WITNESS_KEPT;
    if (head->position < kept->position) {
        /* nothing proves a step back; the same archiver signed both */
        problem_set(problem, REASON_STALE_VERSION, "checkpoint",
                    "a step back from position %llu to %llu", (unsigned long long) kept->position,
                    (unsigned long long) head->position);
        return WITNESS_OLD;
    }
    return merkle_consistency_valid(kept->position, kept->root, head->position, head->root, proof,
                                    proof_n)
               ? WITNESS_KEPT
               : fork_at(problem, kept->position, head->position);
}
