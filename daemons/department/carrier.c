/* SPDX-License-Identifier: Apache-2.0
 *
 * carrier: attachments' pieces on their way through. Up: from workstations to the coordinator, a
 * few at a time for all of them together, so that a coordinator that stands still is not handed a
 * department's whole morning. Down: a piece that a reader asked for, fetched from the coordinator,
 * else from the archiver, and kept in memory for the moment until the question comes again; never
 * on this daemon's disk. Memory is for a few pieces: one that a reader still waits for keeps its
 * place, and who finds none is noted and served in turn.
 */
#include <stdlib.h>

#include "common/base/memory.h"
#include "common/crypto/keys.h"
#include "common/ledger/blobs.h"
#include "daemons/department/department.h"

#define UP_AT_ONCE 6
#define UP_LOST_MS 5000
#define DOWN_AT_ONCE 6
#define DOWN_AGAIN_MS 2000
#define DOWN_KEPT_MS 10000
#define READERS 64
#define READER_GONE_MS 3000 /* it has not come again: it was killed, or its agent */

typedef struct upward {
    digest_t address;
    int64_t until; /* boot ms: nothing is heard of it any more; 0 = free */
} upward_t;

typedef struct downward {
    digest_t address;
    buffer_t salted;           /* empty: not here yet */
    reason_t reason;           /* both said so: there is none */
    bool archiver;             /* whom it was asked of last */
    int64_t asked_at, used_at; /* boot ms; used_at 0 = free */
} downward_t;

/* Who was told to come again. */
typedef struct reader {
    ident_t question;
    digest_t address;
    int64_t seen_at; /* boot ms; 0 = free */
    uint64_t turn;   /* the lower one is served first */
} reader_t;

struct carrier {
    upward_t up[UP_AT_ONCE];
    downward_t down[DOWN_AT_ONCE];
    reader_t readers[READERS];
    uint64_t turns;
};

carrier_t *carrier_new(void) {
    carrier_t *self = memory_new(1, sizeof *self);
    return self;
}

static void forget(downward_t *d) {
    if (d->salted.n)
        secret_wipe(d->salted.p, d->salted.n);
    buffer_free(&d->salted);
    *d = (downward_t){0};
}

void carrier_destroy(carrier_t **self_p) {
    for (size_t i = 0; *self_p && i < DOWN_AT_ONCE; i++)
        forget(&(*self_p)->down[i]);
    free(*self_p);
    *self_p = NULL;
}

/* ---- up ---- */

static bool may_go_up(carrier_t *self, digest_t address, int64_t boot) {
    upward_t *place = NULL;
    for (size_t i = 0; i < UP_AT_ONCE; i++) {
        upward_t *u = &self->up[i];
        if (u->until && digest_equal(u->address, address)) {
            place = u;
            break;
        }
        if (u->until <= boot && !place)
            place = u;
    }
    if (place)
        *place = (upward_t){address, boot + UP_LOST_MS};
    return place != NULL;
}

void carrier_put(department_t *self, const input_t *in, const struct blob_put *body, int64_t boot,
                 output_t *out) {
    if (!may_go_up(self->carrier, body->address, boot)) {
        struct blob_state busy = {.address = body->address, .reason = REASON_BUSY};
        output_send(out, DEPARTMENT_SERVICE, &in->route, MESSAGE_BLOB_STATE, &busy);
        return;
    }
    relay_blob(self->relay, body->address, &in->route);
    output_send(out, DEPARTMENT_COORDINATOR, NULL, MESSAGE_BLOB_PUT, body);
}

void carrier_ask(department_t *self, const input_t *in, const struct blob_get *body,
                 output_t *out) {
    relay_blob(self->relay, body->address, &in->route);
    output_send(out, DEPARTMENT_COORDINATOR, NULL, MESSAGE_BLOB_ASK, body);
}

/* ---- down ---- */

static downward_t *find(carrier_t *self, digest_t address) {
    for (size_t i = 0; i < DOWN_AT_ONCE; i++)
        if (self->down[i].used_at && digest_equal(self->down[i].address, address))
            return &self->down[i];
    return NULL;
}

static void ask(downward_t *d, bool archiver, int64_t boot, output_t *out) {
    struct blob_get get = {.address = d->address};
    output_send(out, archiver ? DEPARTMENT_ARCHIVER : DEPARTMENT_COORDINATOR, NULL,
                MESSAGE_BLOB_GET, &get);
    d->archiver = archiver;
    d->asked_at = boot;
}

static bool waits(const reader_t *r, int64_t boot) {
    return r->seen_at && boot - r->seen_at < READER_GONE_MS;
}

static reader_t *reader_of(carrier_t *self, digest_t address, int64_t boot) {
    for (size_t i = 0; i < READERS; i++)
        if (waits(&self->readers[i], boot) && digest_equal(self->readers[i].address, address))
            return &self->readers[i];
    return NULL;
}

/* A reader whose question ran out asks anew, and keeps its piece's turn. */
static void note_reader(carrier_t *self, ident_t question, digest_t address, int64_t boot) {
    reader_t *place = NULL;
    for (size_t i = 0; i < READERS; i++) {
        reader_t *r = &self->readers[i];
        if (waits(r, boot) && ident_equal(r->question, question) &&
            digest_equal(r->address, address)) {
            r->seen_at = boot;
            return;
        }
        if (!waits(r, boot) && !place)
            place = r;
    }
    if (!place)
        return;
    const reader_t *other = reader_of(self, address, boot);
    *place = (reader_t){question, address, boot, other ? other->turn : ++self->turns};
}

static void forget_reader(carrier_t *self, ident_t question) {
    for (size_t i = 0; i < READERS; i++)
        if (self->readers[i].seen_at && ident_equal(self->readers[i].question, question))
            self->readers[i] = (reader_t){0};
}

/* NULL: whoever waits has a place. */
static const reader_t *first_in_turn(carrier_t *self, int64_t boot) {
    const reader_t *first = NULL;
    for (size_t i = 0; i < READERS; i++) {
        const reader_t *r = &self->readers[i];
        if (waits(r, boot) && (!first || r->turn < first->turn) && !find(self, r->address))
            first = r;
    }
    return first;
}

/* Free, else the one whose piece has been of no use for longest; NULL: readers wait for all. */
static downward_t *place_to_give(carrier_t *self, int64_t boot) {
    downward_t *oldest = NULL;
    for (size_t i = 0; i < DOWN_AT_ONCE; i++) {
        downward_t *d = &self->down[i];
        if (!d->used_at)
            return d;
        if ((!oldest || d->used_at < oldest->used_at) && !reader_of(self, d->address, boot))
            oldest = d;
    }
    return oldest;
}

static void give_places(carrier_t *self, int64_t boot, output_t *out) {
    const reader_t *next;
    downward_t *d;
    while ((next = first_in_turn(self, boot)) && (d = place_to_give(self, boot))) {
        forget(d);
        d->address = next->address;
        d->used_at = boot;
        ask(d, false, boot, out);
    }
}

static int tell_missing(carrier_t *self, downward_t *d, int64_t boot, problem_t *problem) {
    problem_set(problem, d->reason, "blob", "%s", "");
    if (!reader_of(self, d->address, boot))
        forget(d);
    return -1;
}

int carrier_fetch(department_t *self, ident_t question, digest_t address, bytes_t *salted,
                  int64_t boot, output_t *out, problem_t *problem) {
    note_reader(self->carrier, question, address, boot);
    give_places(self->carrier, boot, out);
    downward_t *d = find(self->carrier, address);
    if (!d)
        return problem_set(problem, REASON_BUSY, "turn", "%s", "");
    d->used_at = boot;
    if (!d->salted.n && !d->reason) {
        if (boot - d->asked_at >= DOWN_AGAIN_MS)
            ask(d, !d->archiver, boot, out); /* who does not answer is not asked twice on end */
        return problem_set(problem, REASON_BUSY, "", "%s", "");
    }
    forget_reader(self->carrier, question);
    *salted = buffer_bytes(&d->salted);
    return d->reason ? tell_missing(self->carrier, d, boot, problem) : 0;
}

/* The coordinator has lost it, or its bytes have turned: the archiver. That one, too: there is
   none. */
static void not_there(downward_t *d, reason_t reason, int64_t boot, output_t *out) {
    if (reason == REASON_ERASED || d->archiver)
        d->reason = reason;
    else
        ask(d, true, boot, out);
}

void carrier_came(department_t *self, const input_t *in, const struct blob_put *body, int64_t boot,
                  output_t *out) {
    downward_t *d = find(self->carrier, body->address);
    if (!d || d->salted.n)
        return;
    if (digest_equal(blob_address(body->salted), body->address))
        buffer_put(&d->salted, body->salted.p, body->salted.n);
    else if (d->archiver == (in->port == DEPARTMENT_ARCHIVER))
        not_there(d, REASON_BLOB_MISSING, boot, out);
}

void carrier_state(department_t *self, const input_t *in, const struct blob_state *state,
                   int64_t boot, output_t *out) {
    downward_t *d = find(self->carrier, state->address);
    bool of_a_reader = d && d->asked_at && !d->salted.n && !state->stored && state->reason &&
                       d->archiver == (in->port == DEPARTMENT_ARCHIVER);
    for (size_t i = 0; i < UP_AT_ONCE && in->port == DEPARTMENT_COORDINATOR; i++)
        if (digest_equal(self->carrier->up[i].address, state->address))
            self->carrier->up[i].until = 0;
    if (of_a_reader)
        not_there(d, (reason_t) state->reason, boot, out);
    if (in->port != DEPARTMENT_COORDINATOR)
        return;
    const route_t *route = relay_blob_state(self->relay, state->address);
    if (route)
        output_send(out, DEPARTMENT_SERVICE, route, MESSAGE_BLOB_STATE, state);
}

void carrier_tick(department_t *self, int64_t boot) {
    for (size_t i = 0; i < DOWN_AT_ONCE; i++) {
        downward_t *d = &self->carrier->down[i];
        if (d->used_at && boot - d->used_at > DOWN_KEPT_MS)
            forget(d);
    }
}
