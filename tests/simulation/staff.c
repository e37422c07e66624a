/* SPDX-License-Identifier: Apache-2.0
 *
 * staff: see the header. Roles that change later are not looked at: in simulation only those of
 * newcomers do.
 */
#include "tests/simulation/staff.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum { PERSON_ENROL = 10, DAEMON_ENROL = 16, ACTORS_MAX = 128 };

struct staff {
    actor_t actors[ACTORS_MAX];
    size_t n;
};

staff_t *staff_new(void) {
    staff_t *self = calloc(1, sizeof *self);
    if (!self)
        abort();
    return self;
}

void staff_destroy(staff_t **self_p) {
    free(*self_p);
    *self_p = NULL;
}

static void copy(char *out, size_t size, span_t text) {
    snprintf(out, size, "%.*s", (int) text.n, text.n ? (const char *) text.p : "");
}

bool staff_same(const uint8_t *id, span_t s, size_t n) {
    return s.n == n && memcmp(id, s.p, n) == 0;
}

bool staff_is(const actor_t *actor, const char *role) {
    return actor && !actor->daemon && role && strcmp(actor->role, role) == 0;
}

static void enrol(staff_t *self, const taken_t *t) {
    if (self->n == ACTORS_MAX)
        abort();
    actor_t *a = &self->actors[self->n++];
    a->daemon = t->kind == DAEMON_ENROL;
    memcpy(a->id, t->object.p, 16);
    copy(a->department, sizeof a->department,
         reading_bytes(reading_get(t->body, a->daemon ? 3 : 6)));
    if (!a->daemon)
        copy(a->role, sizeof a->role, reading_bytes(reading_item(reading_get(t->body, 3), 0)));
}

bool staff_aside(int64_t kind) {
    enum { NUDGE = 74, NEAR = 88, MISSED = 89, TOLD = 130, DROP = 132 };
    return kind == NUDGE || kind == NEAR || kind == MISSED || (kind >= TOLD && kind <= DROP);
}

taken_t staff_take(staff_t *self, span_t event) {
    taken_t t = {.position = reading_int(reading_get(event, 1)),
                 .kind = reading_int(reading_get(event, 3)),
                 .time = reading_int(reading_get(event, 2)),
                 .object = reading_bytes(reading_get(event, 4)),
                 .command = reading_bytes(reading_get(event, 11)),
                 .body = reading_bytes(reading_get(event, 12))};
    if (t.command.n) {
        t.body = reading_bytes(reading_get(t.command, 13));
        t.actor = reading_bytes(reading_get(t.command, 8));
        for (size_t i = 0; i < self->n; i++)
            if (staff_same(self->actors[i].id, t.actor, 16))
                t.by = &self->actors[i];
    }
    if (t.kind == PERSON_ENROL || t.kind == DAEMON_ENROL)
        enrol(self, &t);
    return t;
}
