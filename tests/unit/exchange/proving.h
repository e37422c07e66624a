/* SPDX-License-Identifier: Apache-2.0
 *
 * proving: a record made by hand, for proofs of its events: whatever somebody would like to have in it.
 * Keys come from fixed seeds: the same calls make the same bytes.
 */
#ifndef COUNTERSIGN_TESTS_EXCHANGE_PROVING_H
#define COUNTERSIGN_TESTS_EXCHANGE_PROVING_H

#include "common/base/diag.h"
#include "common/exchange/proof.h"

#define PROVING_MAX 64
#define PROVING_TIME INT64_C(1790000000000)

typedef struct proving {
    arena_t *arena;
    bytes_t events[PROVING_MAX];
    digest_t leaves[PROVING_MAX];
    size_t n;
    signer_t *administrator, *archiver;
    ident_t administrator_id;
    digest_t ledger;
} proving_t;

static inline signer_t *proving_signer(uint8_t seed) {
    uint8_t bytes[32] = {seed, 0x77};
    return signer_from_seed(bytes);
}

static inline bytes_t proving_encode(proving_t *self, const record_t *record, const void *body) {
    buffer_t room = {0};
    problem_t problem = {0};
    if (record_encode(record, body, &room, &problem) != 0)
        panic("a %s cannot be written: %s", record->name, problem.field);
    bytes_t bytes = arena_bytes(self->arena, buffer_bytes(&room));
    buffer_free(&room);
    return bytes;
}

/* Appends a command's event, signed by `signer` in the name of `actor`; the case is `object`, or the one
   that it opens (none). Returns the command's id. */
static inline ident_t proving_put(proving_t *self, kind_t kind, ident_t object, ident_t actor,
                                  const signer_t *signer, const void *body) {
    insist(self->n < PROVING_MAX);
    ident_t id = {{0x01, 0xa4, 0, 0, 0, 0, 0x70, 0, 0x80}};
    id.b[15] = (uint8_t) (self->n + 1);
    struct command command = {.ledger = self->ledger,
                              .id = id,
                              .kind = kind,
                              .object = object,
                              .actor = self->n ? actor : id,
                              .claimed = PROVING_TIME,
                              .expiry = PROVING_TIME + 1000,
                              .body = proving_encode(self, kind_info(kind)->body, body)};
    bytes_t bytes = proving_encode(self, &command_record, &command);
    struct event event = {.position = (int64_t) self->n + 1,
                          .time = PROVING_TIME,
                          .kind = kind,
                          .object = ident_none(object) ? id : object,
                          .rules = 1,
                          .scheme = SCHEME_ED25519,
                          .key = signer_key(signer),
                          .signature = signer_sign(signer, DOMAIN_COMMAND, bytes),
                          .command = bytes};
    self->events[self->n] = proving_encode(self, &event_record, &event);
    self->leaves[self->n] = hash_leaf(self->events[self->n]);
    if (self->n++ == 0) {
        self->ledger = self->leaves[0];
        self->administrator_id = id;
    }
    return id;
}

/* The genesis alone. */
static inline void proving_begin(proving_t *self) {
    crypto_start();
    *self = (proving_t){.arena = arena_new(0),
                        .administrator = proving_signer(1),
                        .archiver = proving_signer(3)};
    signer_t *coordinator = proving_signer(2), *recovery = proving_signer(4);
    struct genesis genesis = {.company = TEXT("乌有机械"),
                              .administrator = TEXT("易明"),
                              .handle = TEXT("yiming"),
                              .rules = 1,
                              .administrator_key = signer_key(self->administrator),
                              .coordinator_key = signer_key(coordinator),
                              .archiver_key = signer_key(self->archiver),
                              .recovery_key = signer_key(recovery),
                              .coordinator_curve = {{5}},
                              .archiver_curve = {{6}}};
    proving_put(self, KIND_LEDGER_GENESIS, (ident_t){{0}}, (ident_t){{0}}, self->administrator,
                &genesis);
    signer_destroy(&coordinator);
    signer_destroy(&recovery);
}

static inline void proving_end(proving_t *self) {
    signer_destroy(&self->administrator);
    signer_destroy(&self->archiver);
    arena_destroy(&self->arena);
}

static inline ident_t proving_archiver_id(const proving_t *self) {
    return context_archiver_id(signer_key(self->archiver));
}

static inline int proving_node(void *arg, unsigned level, uint64_t number, digest_t *out) {
    const proving_t *self = arg;
    frontier_t frontier = {0};
    for (uint64_t i = number << level; i < (number + 1) << level; i++)
        frontier_append(&frontier, self->leaves[i]);
    *out = frontier_root(&frontier);
    return 0;
}

/* A proof of the first of `positions`, with the others beside it, under a checkpoint that `signer`
   signs. */
static inline void proving_prove(proving_t *self, const position_t *positions, size_t n,
                                 const signer_t *signer, buffer_t *out) {
    struct proof_part parts[PROOF_PARTS_MAX];
    buffer_t note = {0};
    problem_t problem = {0};
    frontier_t frontier = {0};
    for (size_t i = 0; i < n; i++) {
        digest_t proof[64];
        size_t hashes_n;
        insist(merkle_inclusion(proving_node, self, positions[i] - 1, self->n, proof, &hashes_n) == 0);
        struct tree_hash *hashes = arena_alloc(self->arena, (hashes_n + 1) * sizeof *hashes);
        for (size_t k = 0; k < hashes_n; k++)
            hashes[k] = (struct tree_hash){proof[k]};
        parts[i] = (struct proof_part){.position = (int64_t) positions[i],
                                       .bytes = self->events[positions[i] - 1],
                                       .proof = {hashes, hashes_n}};
    }
    for (size_t i = 0; i < self->n; i++)
        frontier_append(&frontier, self->leaves[i]);
    tree_head_t head = {.ledger = self->ledger,
                        .position = self->n,
                        .root = frontier_root(&frontier),
                        .time = PROVING_TIME};
    checkpoint_write(signer, &head, &note);
    const struct evidence evidence = {.parts = {parts, n}};
    buffer_clear(out);
    insist(proof_write(&evidence, buffer_bytes(&note), out, &problem) == 0);
    buffer_free(&note);
}

#endif
