/* SPDX-License-Identifier: Apache-2.0
 *
 * following: see the header. Security: what a stream says counts only as far as the follower
 * believes it.
 */
#include "common/daemon/following.h"

#include <stdio.h>
#include <stdlib.h>
#include <sysexits.h>

#include "common/base/diag.h"
#include "common/base/memory.h"

#define HELLO_EVERY_MS 1000
#define FULL_RETRY_MS 1000
#define GIVEN_BYTES (256 * 1024) /* of events at once: a few milliseconds of the taker's time */
#define PAUSE_MAX_MS 50 /* on a busy machine, too, it comes nearer to the head */
#define ARCHIVER_AGAIN_MS 10000 /* after it left a FETCH without an answer */

struct following {
    ledger_t *ledger;
    follower_t *follower;
    piece_t *piece;
    char name[64];
    int coordinator;
    bool from_archiver, answered; /* whom the last FETCH went to, and whether events came since */
    bool others_work;             /* a commit came since: reviews are under way */
    bool taken;                   /* events came in this batch */
    int64_t asked_at, pause_until; /* boot ms */
    int64_t archiver_again;       /* boot ms: until then the coordinator is asked for everything */
    int64_t hello_at;    /* boot ms */
    bool full;           /* the last commit found no room */
    int64_t rests_until; /* boot ms */
};

following_t *following_new(ledger_t *ledger, digest_t ledger_id, const char *name, int coordinator,
                           const follower_hooks_t *hooks) {
    following_t *self = memory_new(1, sizeof *self);
    self->ledger = ledger;
    self->follower = follower_new(ledger, ledger_id, hooks);
    self->piece = piece_new();
    self->coordinator = coordinator;
    snprintf(self->name, sizeof self->name, "%s", name);
    return self;
}

void following_destroy(following_t **self_p) {
    following_t *self = *self_p;
    if (!self)
        return;
    follower_destroy(&self->follower);
    piece_destroy(&self->piece);
    free(self);
    *self_p = NULL;
}

follower_t *following_follower(following_t *self) { return self->follower; }

bool following_take(following_t *self, message_type_t type, const void *body, int64_t boot) {
    if (boot < self->rests_until && (type == MESSAGE_COMMIT || type == MESSAGE_EVENTS))
        return true; /* fetched when there may be room */
    const struct events *events = body;
    switch ((int) type) {
    case MESSAGE_COMMIT:
        self->others_work = true;
        follower_commit(self->follower, body, boot);
        return true;
    case MESSAGE_EVENTS:
        follower_events(self->follower, events, boot);
        self->answered |= events->events.n > 0;
        self->taken = true;
        return true;
    case MESSAGE_ANNOUNCE: follower_announce(self->follower, body, boot); return true;
    default: return false;
    }
}

void following_give(following_t *self, int port, const route_t *route, const struct fetch *body,
                    output_t *out) {
    position_t from = (position_t) body->from, to = (position_t) body->to;
    position_t last = ledger_committed(self->ledger);
    struct events events = {.first = body->from,
                            .events = piece_read(self->piece, self->ledger, from,
                                                 to < last ? to : last, GIVEN_BYTES)};
    output_send(out, port, route, MESSAGE_EVENTS, &events);
}

bool following_rests(const following_t *self, const surroundings_t *now) {
    return now->boot < self->rests_until;
}

void following_flush(following_t *self, const surroundings_t *now) {
    bool any = ledger_in_transaction(self->ledger);
    bool fits = follower_flush(self->follower) == LEDGER_OK;
    if (!fits && !self->full)
        diag_alarm(DIAG_DISK_FULL, "the disk is full: %s does not go on until there is room",
                   self->name);
    if (any && fits && self->full)
        diag_info(DIAG_DISK_FULL, "there is room again");
    if (any)
        self->full = !fits;
    if (!fits)
        self->rests_until = now->boot + FULL_RETRY_MS;
}

void following_greet(following_t *self, const surroundings_t *now, output_t *out) {
    if (self->hello_at && now->boot - self->hello_at < HELLO_EVERY_MS)
        return;
    struct hello body;
    follower_hello(self->follower, self->name, &body);
    output_send(out, self->coordinator, NULL, MESSAGE_HELLO, &body);
    self->hello_at = now->boot;
}

/* What is archived comes from the archiver, so that reviews do not wait for it at the coordinator, which
   is asked while the archiver does not answer. */
static bool ask_archiver(following_t *self, int archiver, position_t from, int64_t boot) {
    if (self->from_archiver && !self->answered)
        self->archiver_again = boot + ARCHIVER_AGAIN_MS;
    return archiver >= 0 && from <= follower_archived(self->follower) && boot >= self->archiver_again;
}

/* Who catches up rests twice as long as a piece took, while reviews are under way: they share the
   processors. */
static bool pauses(following_t *self, int64_t boot) {
    int64_t pause = 2 * (boot - self->asked_at);
    if (self->taken && self->others_work)
        self->pause_until = boot + (pause < PAUSE_MAX_MS ? pause : PAUSE_MAX_MS);
    self->taken = false;
    return boot < self->pause_until;
}

void following_ask(following_t *self, int archiver, const surroundings_t *now, output_t *out) {
    struct fetch fetch;
    int64_t wake = 0;
    if (following_rests(self, now))
        wake = self->rests_until;
    else if (pauses(self, now->boot))
        wake = self->pause_until;
    else if (follower_fetch(self->follower, now->boot, &fetch, &wake)) {
        self->from_archiver = ask_archiver(self, archiver, (position_t) fetch.from, now->boot);
        self->answered = self->others_work = false;
        self->asked_at = now->boot;
        output_send(out, self->from_archiver ? archiver : self->coordinator, NULL, MESSAGE_FETCH,
                    &fetch);
    }
    if (wake)
        output_wake(out, wake);
}

bool following_stops(const following_t *self, output_t *out) {
    if (follower_state(self->follower) != FOLLOWER_FORK)
        return false;
    diag_alarm(DIAG_ALARM_FORK, "%s; stopped. countersign-coordinator --help says how to restore",
               follower_trouble(self->follower));
    out->stop = true;
    out->exit_code = EX_DATAERR;
    return true;
}
