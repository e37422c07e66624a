/* SPDX-License-Identifier: Apache-2.0
 *
 * measures: see the header.
 */
#include "tests/simulation/measures.h"

#include <stdlib.h>
#include <string.h>

enum { CONCLUDE = 67, ADD = 110, CHANGE = 111, REPORT = 112, VERIFY = 113 };
enum { OPEN, REPORTED, VERIFIED };

typedef struct measure {
    uint8_t object[16], owner[16];
    uint8_t reporters[8][16]; /* whoever said that it is done; the owner may change */
    size_t reporters_n;
    int state;
} measure_t;

struct measures {
    measure_t *at;
    size_t n, room;
};

static void *must(void *p) {
    if (!p)
        abort();
    return p;
}

measures_t *measures_new(void) { return must(calloc(1, sizeof(measures_t))); }

void measures_destroy(measures_t **self_p) {
    if (!*self_p)
        return;
    free((*self_p)->at);
    free(*self_p);
    *self_p = NULL;
}

static void add(measures_t *self, const taken_t *t, span_t list) {
    for (size_t i = 0; i < reading_count(list); i++) {
        if (self->n == self->room) {
            self->room = self->room * 2 + 32;
            self->at = must(realloc(self->at, self->room * sizeof *self->at));
        }
        measure_t *m = &self->at[self->n++];
        *m = (measure_t){.state = OPEN};
        memcpy(m->object, t->object.p, 16);
        span_t owner = reading_bytes(reading_get(reading_item(list, i), 2));
        if (owner.n == 16)
            memcpy(m->owner, owner.p, 16);
    }
}

/* They are numbered in their case, from 1, in the order in which they came. */
static measure_t *find(measures_t *self, const taken_t *t) {
    int64_t no = reading_int(reading_get(t->body, 1));
    for (size_t i = 0; i < self->n; i++)
        if (staff_same(self->at[i].object, t->object, 16) && --no == 0)
            return &self->at[i];
    return NULL;
}

static const char *report(measure_t *m, const taken_t *t) {
    if (m->state != OPEN)
        return "an action is reported that is not open";
    if (!staff_same(m->owner, t->actor, 16) || t->behalf.n)
        return "an action is reported by somebody who does not own it";
    m->state = REPORTED;
    if (m->reporters_n < sizeof m->reporters / sizeof *m->reporters)
        memcpy(m->reporters[m->reporters_n++], t->actor.p, 16);
    return NULL;
}

static const char *verify(measure_t *m, const taken_t *t) {
    if (m->state != REPORTED)
        return "an action is verified before its owner reported it";
    if (staff_same(m->owner, t->actor, 16) || staff_same(m->owner, t->behalf, 16))
        return "an action is verified by its own owner, or for them";
    for (size_t i = 0; i < m->reporters_n; i++)
        if (staff_same(m->reporters[i], t->actor, 16) ||
            staff_same(m->reporters[i], t->behalf, 16))
            return "an action is verified by somebody who reported it, or for them";
    m->state = reading_int(reading_get(t->body, 2)) ? VERIFIED : OPEN;
    return NULL;
}

/* A new owner says for themselves that it is done. */
static const char *change(measure_t *m, const taken_t *t) {
    span_t owner = reading_bytes(reading_get(t->body, 2));
    if (m->state == VERIFIED)
        return "an action is changed that is closed";
    if (owner.n == 16) {
        memcpy(m->owner, owner.p, 16);
        m->state = OPEN;
    }
    return NULL;
}

const char *measures_take(measures_t *self, const taken_t *t) {
    if (t->kind == CONCLUDE)
        add(self, t, reading_get(t->body, 4));
    else if (t->kind == ADD)
        add(self, t, reading_get(t->body, 1));
    if (t->kind < ADD || t->kind > VERIFY)
        return NULL;
    if (!t->by || t->by->daemon)
        return "an action is a person's";
    measure_t *m = t->kind == ADD ? NULL : find(self, t);
    if (t->kind == ADD)
        return NULL;
    if (!m)
        return "an action that there is not";
    return t->kind == CHANGE ? change(m, t) : t->kind == REPORT ? report(m, t) : verify(m, t);
}

size_t measures_open(const measures_t *self, const uint8_t object[16]) {
    size_t n = 0;
    for (size_t i = 0; i < self->n; i++)
        n += memcmp(self->at[i].object, object, 16) == 0 && self->at[i].state != VERIFIED;
    return n;
}

size_t measures_verified(const measures_t *self) {
    size_t n = 0;
    for (size_t i = 0; i < self->n; i++)
        n += self->at[i].state == VERIFIED;
    return n;
}
