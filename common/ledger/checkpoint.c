/* SPDX-License-Identifier: Apache-2.0
 *
 * checkpoint: heads and checkpoints as canonical bytes with a signature over them.
 */
#include "common/ledger/checkpoint.h"

#include "common/base/diag.h"

DEFINE_RECORD(head)
DEFINE_RECORD(checkpoint)

static bytes_t encoded(const record_t *record, const void *body, buffer_t *room) {
    problem_t problem = {0};
    buffer_clear(room);
    if (record_encode(record, body, room, &problem) != 0)
        panic("a %s cannot be written: %s", record->name, problem.field);
    return buffer_bytes(room);
}

static int verified(const record_t *record, bytes_t bytes, pubkey_t key, pubkey_t expected,
                    const char *domain, const signature_t *signature, void *out,
                    problem_t *problem) {
    if (!pubkey_equal(key, expected) || !signature_valid(key, domain, bytes, signature))
        return problem_set(problem, REASON_BAD_SIGNATURE, record->name, "signed by somebody else");
    arena_t *arena = arena_new(4096);
    int rc = record_decode(record, bytes, arena, out,
                           problem); /* holds no texts: nothing stays in the arena */
    arena_destroy(&arena);
    return rc;
}

void head_sign(const signer_t *signer, const struct head *head, buffer_t *room,
               struct signed_head *out) {
    out->head = encoded(&head_record, head, room);
    out->key = signer_key(signer);
    out->signature = signer_sign(signer, DOMAIN_HEAD, out->head);
}

int head_verify(const struct signed_head *s, pubkey_t expected, struct head *out,
                problem_t *problem) {
    return verified(&head_record, s->head, s->key, expected, DOMAIN_HEAD, &s->signature, out,
                    problem);
}

void checkpoint_sign(const signer_t *signer, const struct checkpoint *checkpoint, buffer_t *room,
                     struct signed_checkpoint *out) {
    out->checkpoint = encoded(&checkpoint_record, checkpoint, room);
    out->key = signer_key(signer);
    out->signature = signer_sign(signer, DOMAIN_CHECKPOINT, out->checkpoint);
}

int checkpoint_verify(const struct signed_checkpoint *s, pubkey_t expected, struct checkpoint *out,
                      problem_t *problem) {
    return verified(&checkpoint_record, s->checkpoint, s->key, expected, DOMAIN_CHECKPOINT,
                    &s->signature, out, problem);
}
