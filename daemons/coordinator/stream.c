/* SPDX-License-Identifier: Apache-2.0
 *
 * stream: what the coordinator tells its followers: commits and heads on PUB, missing events on
 * request.
 */
#include "common/base/diag.h"
#include "common/ledger/checkpoint.h"
#include "daemons/coordinator/coordinator.h"

#define OLD_PIECE_BYTES \
    (64 * 1024) /* of what the archive has, too: small pieces, so that reviews go first */

void stream_announce(coordinator_t *self, const surroundings_t *now, struct announce *out,
                     buffer_t *room) {
    ledger_t *ledger = chronicle_ledger(self->chronicle);
    struct head head = {.ledger = ledger_id(ledger),
                        .epoch = context_epoch(chronicle_context(self->chronicle)),
                        .position = (int64_t) ledger_last(ledger),
                        .root = ledger_root(ledger),
                        .time = event_time(self, now)};
    struct signed_head signed_head;
    head_sign(self->signer, &head, room, &signed_head);
    *out = (struct announce){.head = signed_head.head,
                             .key = signed_head.key,
                             .signature = signed_head.signature,
                             .archived = (int64_t) self->archived,
                             .verified = (int64_t) self->verified};
}

/* In the next message of all when it is new; afterwards each second, for those who missed it. */
void stream_add_checkpoint(coordinator_t *self, struct announce *out) {
    out->checkpoint = buffer_bytes(&self->checkpoint);
    self->checkpoint_due = false;
}

void stream_publish(coordinator_t *self, const surroundings_t *now, output_t *out) {
    ledger_t *ledger = chronicle_ledger(self->chronicle);
    while (self->published < ledger_last(ledger)) {
        struct raw_list events = piece_read(self->piece, ledger, self->published + 1,
                                            ledger_last(ledger), STREAM_BYTES_MAX);
        insist(events.n > 0);
        struct announce announce;
        buffer_t room = {0};
        stream_announce(self, now, &announce, &room);
        if (self->checkpoint_due)
            stream_add_checkpoint(self, &announce);
        struct commit commit = {
            .first = (int64_t) self->published + 1, .events = events, .head = {&announce, 1}};
        output_send(out, COORDINATOR_STREAM, NULL, MESSAGE_COMMIT, &commit);
        buffer_free(&room);
        self->published += events.n;
        self->announce_due = false;
        self->announced_at = now->boot;
    }
}

void stream_fetch(coordinator_t *self, const input_t *in, const struct fetch *body,
                  const surroundings_t *now, output_t *out) {
    ledger_t *ledger = chronicle_ledger(self->chronicle);
    position_t last = self->published, from = (position_t) body->from, to = (position_t) body->to;
    size_t limit = from <= self->archived ? OLD_PIECE_BYTES : STREAM_BYTES_MAX;
    struct events events = {
        .first = body->from,
        .events = piece_read(self->piece, ledger, from, to < last ? to : last, limit)};
    struct announce announce;
    buffer_t room = {0};
    if (last && !ledger_in_transaction(ledger)) {
        stream_announce(self, now, &announce, &room);
        events.head = (struct announce_list){&announce, 1};
    }
    output_send(out, COORDINATOR_SERVICE, &in->route, MESSAGE_EVENTS, &events);
    buffer_free(&room);
}
