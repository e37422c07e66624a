/* SPDX-License-Identifier: Apache-2.0
 *
 * carrier: attachments' pieces on their way through. Up: from workstations to the coordinator, a
 * few at a time for all of them together, so that a coordinator that stands still is not handed a
 * department's whole morning. Down: a piece that a reader asked for, fetched from the coordinator,
 * else from the archiver, and kept in memory for the moment until the question comes again; never
 * on this daemon's disk.
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

struct carrier {
    upward_t up[UP_AT_ONCE];
    downward_t down[DOWN_AT_ONCE];
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

static downward_t *place_for(carrier_t *self, digest_t address, int64_t boot) {
    downward_t *oldest = find(self, address);
    for (size_t i = 0; !oldest && i < DOWN_AT_ONCE; i++)
        if (!self->down[i].used_at)
            oldest = &self->down[i];
    if (!oldest) {
        oldest = &self->down[0];
        for (size_t i = 1; i < DOWN_AT_ONCE; i++)
            if (self->down[i].used_at < oldest->used_at)
                oldest = &self->down[i];
        forget(oldest);
    }
    oldest->address = address;
    oldest->used_at = boot;
    return oldest;
}

static void ask(downward_t *d, bool archiver, int64_t boot, output_t *out) {
    struct blob_get get = {.address = d->address};
    output_send(out, archiver ? DEPARTMENT_ARCHIVER : DEPARTMENT_COORDINATOR, NULL,
                MESSAGE_BLOB_GET, &get);
    d->archiver = archiver;
    d->asked_at = boot;
}

int carrier_fetch(department_t *self, digest_t address, bytes_t *salted, int64_t boot,
                  output_t *out, problem_t *problem) {
    downward_t *d = place_for(self->carrier, address, boot);
    *salted = buffer_bytes(&d->salted);
    if (salted->n)
        return 0;
    if (d->reason) {
        reason_t reason = d->reason;
        forget(d);
        return problem_set(problem, reason, "blob", "%s", "");
    }
    if (!d->asked_at)
        ask(d, false, boot, out);
    else if (boot - d->asked_at >= DOWN_AGAIN_MS)
        ask(d, !d->archiver, boot, out); /* who does not answer is not asked twice on end */
    return problem_set(problem, REASON_BUSY, "", "%s", "");
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
