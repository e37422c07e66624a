/* SPDX-License-Identifier: Apache-2.0
 *
 * stream: a coordinator's side for tests of followers: a ledger with a proper genesis and as many
 * events as wanted, and the messages that it would send of them.
 */
#ifndef COUNTERSIGN_TESTS_SYNC_STREAM_H
#define COUNTERSIGN_TESTS_SYNC_STREAM_H

#include <stdio.h>
#include <stdlib.h>

#include "common/crypto/keys.h"
#include "common/ledger/ledger.h"
#include "common/sync/follower.h"
#include "common/sync/piece.h"
#include "tests/unit/harness.h"

#define T0 INT64_C(1790000000000)

typedef struct stream {
    ledger_t *ledger;
    signer_t *administrator, *coordinator;
    digest_t id;
    int64_t epoch;
    position_t archived;
    piece_t *piece;
    struct announce announce; /* behind the last message made */
    buffer_t room;
    int salt; /* makes this stream's events differ from another's */
} stream_t;

static inline ident_t stream_ident(int salt, position_t n) {
    ident_t id = {{0}};
    memcpy(id.b, &n, sizeof n);
    id.b[6] = 0x70;
    id.b[8] = 0x80;
    id.b[15] = (uint8_t) salt;
    id.b[14] = 1;
    return id;
}

/* Signs a command and appends its event. */
static inline void stream_command(stream_t *self, kind_t kind, const void *body,
                                  const signer_t *signer) {
    buffer_t b = {0}, c = {0}, e = {0};
    position_t at = ledger_last(self->ledger) + 1;
    bool genesis = kind == KIND_LEDGER_GENESIS, opens = kind_info(kind)->flags & OPENS;
    ident_t id = stream_ident(genesis ? 0 : self->salt, at);
    assert_int_equal(record_encode(kind_info(kind)->body, body, &b, NULL), 0);
    struct command command = {.ledger = self->id,
                              .id = id,
                              .kind = kind,
                              .actor = stream_ident(0, 1),
                              .claimed = T0,
                              .expiry = T0 + 1000,
                              .body = buffer_bytes(&b)};
    if (!opens)
        command.object = stream_ident(0, 1);
    if (genesis)
        command.ledger = (digest_t){{0}};
    assert_int_equal(record_encode(&command_record, &command, &c, NULL), 0);
    struct event event = {.position = (int64_t) at,
                          .time = T0 + (int64_t) at,
                          .kind = kind,
                          .object = opens ? id : command.object,
                          .rules = 1,
                          .scheme = SCHEME_ED25519,
                          .key = signer_key(signer),
                          .signature = signer_sign(signer, DOMAIN_COMMAND, buffer_bytes(&c)),
                          .command = buffer_bytes(&c)};
    assert_int_equal(record_encode(&event_record, &event, &e, NULL), 0);
    arena_t *arena = arena_new(0);
    decoded_t decoded;
    problem_t problem = {0};
    if (event_decode(buffer_bytes(&e), arena, &decoded, &problem) != 0)
        fail_msg("%s %s", problem.field, problem.detail);
    ledger_begin(self->ledger);
    ledger_append(self->ledger, &decoded, buffer_bytes(&e));
    assert_int_equal(ledger_commit(self->ledger), LEDGER_OK);
    arena_destroy(&arena);
    buffer_free(&b);
    buffer_free(&c);
    buffer_free(&e);
}

static inline void stream_genesis(stream_t *self) {
    pubkey_t coordinator = signer_key(self->coordinator),
             administrator = signer_key(self->administrator);
    struct genesis genesis = {.company = TEXT("Ningbo"),
                              .administrator = TEXT("Lin"),
                              .handle = TEXT("lin"),
                              .administrator_key = administrator,
                              .coordinator_key = coordinator,
                              .coordinator_curve = coordinator,
                              .archiver_key = administrator,
                              .archiver_curve = administrator,
                              .recovery_key = administrator,
                              .rules = 1};
    stream_command(self, KIND_LEDGER_GENESIS, &genesis, self->administrator);
    self->id = ledger_id(self->ledger);
}

static inline void stream_add(stream_t *self, int n) {
    for (int i = 0; i < n; i++) {
        struct customer customer = {.name = TEXT("Customer"), .short_name = TEXT("C")};
        stream_command(self, KIND_CUSTOMER_REGISTER, &customer, self->administrator);
    }
}

/* Keys come from fixed seeds: streams of the same company share their genesis. */
static inline stream_t *stream_new(const char *name, int salt) {
    char path[512];
    problem_t problem = {0};
    stream_t *self = calloc(1, sizeof *self);
    const uint8_t a[32] = {1}, c[32] = {2};
    crypto_start();
    snprintf(path, sizeof path, "%s/%s.db", harness_folder(), name);
    self->ledger = ledger_open(path, NULL, &problem);
    assert_non_null(self->ledger);
    self->administrator = signer_from_seed(a);
    self->coordinator = signer_from_seed(c);
    self->epoch = 1;
    self->piece = piece_new();
    self->salt = salt;
    stream_genesis(self);
    return self;
}

static inline void stream_destroy(stream_t **self_p) {
    stream_t *self = *self_p;
    ledger_close(&self->ledger);
    signer_destroy(&self->administrator);
    signer_destroy(&self->coordinator);
    piece_destroy(&self->piece);
    buffer_free(&self->room);
    free(self);
    *self_p = NULL;
}

/* The head at `position`, signed by `signer`. */
static inline const struct announce *stream_announce_by(stream_t *self, position_t position,
                                                        const signer_t *signer) {
    struct head head = {.ledger = self->id,
                        .epoch = self->epoch,
                        .position = (int64_t) position,
                        .time = T0 + (int64_t) position};
    struct signed_head s;
    assert_int_equal(ledger_root_at(self->ledger, position, &head.root), LEDGER_OK);
    head_sign(signer, &head, &self->room, &s);
    self->announce = (struct announce){.head = s.head,
                                       .key = s.key,
                                       .signature = s.signature,
                                       .archived = (int64_t) self->archived};
    return &self->announce;
}

static inline const struct announce *stream_announce(stream_t *self) {
    return stream_announce_by(self, ledger_last(self->ledger), self->coordinator);
}

/* One commit of the events first..last, with the head after them. */
static inline struct commit stream_commit(stream_t *self, position_t first, position_t last) {
    stream_announce_by(self, last, self->coordinator);
    return (struct commit){.first = (int64_t) first,
                           .events =
                               piece_read(self->piece, self->ledger, first, last, STREAM_BYTES_MAX),
                           .head = {&self->announce, 1}};
}

/* The answer to a FETCH. */
static inline struct events stream_events(stream_t *self, const struct fetch *fetch) {
    position_t last = ledger_last(self->ledger), to = (position_t) fetch->to;
    stream_announce(self);
    return (struct events){.first = fetch->from,
                           .events = piece_read(self->piece, self->ledger, (position_t) fetch->from,
                                                to < last ? to : last, STREAM_BYTES_MAX),
                           .head = {&self->announce, 1}};
}

#endif
