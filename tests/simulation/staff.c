/* SPDX-License-Identifier: Apache-2.0
 *
 * staff: see the header. Roles that change later are not looked at: in simulation only those of
 * newcomers do.
 */
#include "tests/simulation/staff.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum { PERSON_ENROL = 10, DAEMON_ENROL = 16, GRANT = 27, END = 28 };
enum { VERDICT = 64, RETRACT = 65, FORWARD = 72, FIRST_OF_A_ROLE = 40, LAST_OF_A_ROLE = 113 };
enum { ACTORS_MAX = 128, LET_MAX = 512 };

typedef struct let { /* 代理 */
    uint8_t id[16], grantor[16], delegate[16];
    char role[48];
    int64_t from, until;
    bool ended;
} let_t;
typedef struct passed { /* 转交 */
    uint8_t id[16], object[16], by[16], to[16];
    char department[40];
} passed_t;

struct staff {
    actor_t actors[ACTORS_MAX], acting; /* acting: whoever acts for somebody in the event at hand */
    size_t n;
    let_t let[LET_MAX];
    passed_t passed[LET_MAX];
    size_t let_n, passed_n;
};

/* The shipped procedure: whose holders may act for whom, */
static const struct {
    const char *role, *delegates[3];
} DELEGATES[] = {{"sales.head", {"management.deputy"}},
                 {"sales.clerk", {"sales.head", "sales.follow-up"}},
                 {"sales.follow-up", {"sales.clerk", "sales.head"}},
                 {"sales.service", {"sales.clerk", "sales.head"}},
                 {"planning.manager", {"production.manager", "management.deputy"}},
                 {"planning.follow-up", {"planning.manager"}},
                 {"production.manager", {"planning.manager", "management.deputy"}},
                 {"production.supervisor", {"production.manager"}},
                 {"purchasing.manager",
                  {"planning.manager", "production.manager", "management.deputy"}},
                 {"quality.manager", {"quality.system", "management.representative"}},
                 {"quality.inspector", {"quality.manager", "quality.system"}},
                 {"quality.system", {"quality.manager"}},
                 {"warehouse.keeper", {"planning.follow-up"}},
                 {"finance.checker", {"management.deputy"}},
                 {"management.general", {"management.deputy"}},
                 {"management.deputy", {"management.general"}},
                 {"management.representative", {"management.deputy"}}};
/* and who speaks for a department. */
static const struct {
    const char *department, *role;
} SPEAKERS[] = {{"sales", "sales.head"},           {"planning", "planning.manager"},
                {"production", "production.manager"}, {"purchasing", "purchasing.manager"},
                {"quality", "quality.manager"},    {"warehouse", "warehouse.keeper"},
                {"finance", "finance.checker"},    {"management", "management.deputy"},
                {"management", "management.general"}};
enum { SPEAKERS_N = sizeof SPEAKERS / sizeof *SPEAKERS };

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

static void copy_id(uint8_t out[16], span_t id) {
    if (id.n == 16)
        memcpy(out, id.p, 16);
}

bool staff_same(const uint8_t *id, span_t s, size_t n) {
    return s.n == n && memcmp(id, s.p, n) == 0;
}

bool staff_is(const actor_t *actor, const char *role) {
    return actor && !actor->daemon && role && strcmp(actor->role, role) == 0;
}

bool staff_adds(const actor_t *actor) {
    return staff_is(actor, "sales.head") || staff_is(actor, "quality.manager") ||
           staff_is(actor, "management.general") || staff_is(actor, "management.deputy") ||
           staff_is(actor, "management.representative");
}

bool staff_either(const uint8_t id[16], const uint8_t behalf[16], const taken_t *t) {
    return staff_same(id, t->actor, 16) || staff_same(id, t->behalf, 16) ||
           staff_same(behalf, t->actor, 16) || staff_same(behalf, t->behalf, 16);
}

void staff_note(uint8_t id[16], uint8_t behalf[16], const taken_t *t) {
    static const uint8_t nobody[16];
    memcpy(id, t->actor.p, 16);
    memcpy(behalf, t->behalf.n == 16 ? t->behalf.p : nobody, 16);
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

static const actor_t *actor_of(const staff_t *self, span_t id) {
    for (size_t i = 0; i < self->n; i++)
        if (staff_same(self->actors[i].id, id, 16))
            return &self->actors[i];
    return NULL;
}

/* ---- letting, passing on ---- */

static bool lets(const char *role, const actor_t *to) {
    for (size_t i = 0; i < sizeof DELEGATES / sizeof *DELEGATES; i++)
        for (size_t k = 0; strcmp(DELEGATES[i].role, role) == 0 && k < 3; k++)
            if (staff_is(to, DELEGATES[i].delegates[k]))
                return true;
    return staff_is(to, role);
}

static const char *grant(staff_t *self, const taken_t *t) {
    if (self->let_n == LET_MAX)
        abort();
    let_t *let = &self->let[self->let_n++];
    span_t delegate = reading_bytes(reading_get(t->body, 1));
    *let = (let_t){.from = reading_int(reading_get(t->body, 3)),
                   .until = reading_int(reading_get(t->body, 4))};
    memcpy(let->id, t->object.p, 16);
    memcpy(let->grantor, t->actor.p, 16);
    copy_id(let->delegate, delegate);
    copy(let->role, sizeof let->role, reading_bytes(reading_get(t->body, 2)));
    if (!staff_is(t->by, let->role))
        return "somebody lets another act in a role that is not theirs";
    return lets(let->role, actor_of(self, delegate)) ? NULL
                                                     : "somebody may act whom policy does not let";
}

static const char *end(staff_t *self, const taken_t *t) {
    for (size_t i = 0; i < self->let_n; i++)
        if (staff_same(self->let[i].id, t->object, 16)) {
            if (self->let[i].ended)
                return "a delegation ends twice";
            self->let[i].ended = true;
            return NULL;
        }
    return "a delegation ends that there is not";
}

static const char *forward(staff_t *self, const taken_t *t) {
    if (self->passed_n == LET_MAX)
        abort();
    passed_t *passed = &self->passed[self->passed_n++];
    span_t to = reading_bytes(reading_get(t->body, 2));
    const actor_t *whom = actor_of(self, to);
    bool speaks = false, within = false;
    copy_id(passed->id, reading_bytes(reading_get(t->command, 2)));
    memcpy(passed->object, t->object.p, 16);
    memcpy(passed->by, t->actor.p, 16);
    copy_id(passed->to, to);
    copy(passed->department, sizeof passed->department, reading_bytes(reading_get(t->body, 1)));
    for (size_t i = 0; i < SPEAKERS_N; i++)
        if (strcmp(SPEAKERS[i].department, passed->department) == 0) {
            speaks = speaks || staff_is(t->by, SPEAKERS[i].role);
            within = within || lets(SPEAKERS[i].role, whom);
        }
    if (!speaks)
        return "a verdict is forwarded by somebody who does not speak for the department";
    return within || (whom && strcmp(whom->department, passed->department) == 0)
               ? NULL
               : "a verdict is forwarded to somebody whom policy does not let";
}

/* ---- acting for somebody ---- */

static void act_as(staff_t *self, taken_t *t, const char *role, const uint8_t *behalf) {
    self->acting = *t->by;
    snprintf(self->acting.role, sizeof self->acting.role, "%s", role);
    snprintf(self->acting.department, sizeof self->acting.department, "%.*s",
             (int) strcspn(role, "."), role);
    t->by = &self->acting;
    t->behalf = (span_t){behalf, 16};
}

static const char *under(staff_t *self, taken_t *t, const let_t *let) {
    if (!staff_same(let->delegate, t->actor, 16))
        return "somebody acts under another's delegation";
    if (let->ended || t->time < let->from || t->time > let->until)
        return "somebody acts under a delegation that does not hold";
    if (t->kind < FIRST_OF_A_ROLE || t->kind > LAST_OF_A_ROLE || t->kind == FORWARD)
        return "something is done for somebody that only they do themselves";
    act_as(self, t, let->role, let->grantor);
    return NULL;
}

static const char *forwarded(staff_t *self, taken_t *t, const passed_t *passed) {
    const char *role = "";
    if ((t->kind != VERDICT && t->kind != RETRACT) || !staff_same(passed->object, t->object, 16) ||
        !staff_same(passed->to, t->actor, 16) ||
        !reading_is(reading_bytes(reading_get(t->body, 1)), passed->department))
        return "somebody uses a forward that is not for this";
    for (size_t i = 0; i < SPEAKERS_N && !role[0]; i++)
        if (strcmp(SPEAKERS[i].department, passed->department) == 0)
            role = SPEAKERS[i].role;
    act_as(self, t, role, passed->by);
    return NULL;
}

static const char *cites(staff_t *self, taken_t *t, span_t mandate) {
    for (size_t i = 0; i < self->let_n; i++)
        if (staff_same(self->let[i].id, mandate, 16))
            return under(self, t, &self->let[i]);
    for (size_t i = 0; i < self->passed_n; i++)
        if (staff_same(self->passed[i].id, mandate, 16))
            return forwarded(self, t, &self->passed[i]);
    return "somebody cites a mandate that there is not";
}

static const char *note(staff_t *self, const taken_t *t) {
    switch (t->kind) {
    case PERSON_ENROL:
    case DAEMON_ENROL: enrol(self, t); return NULL;
    case GRANT: return grant(self, t);
    case END: return end(self, t);
    case FORWARD: return forward(self, t);
    }
    return NULL;
}

bool staff_aside(int64_t kind) {
    enum { NUDGE = 74, NEAR = 88, MISSED = 89, TOLD = 130, DROP = 132 };
    return kind == NUDGE || kind == NEAR || kind == MISSED || (kind >= TOLD && kind <= DROP);
}

taken_t staff_take(staff_t *self, span_t event) {
    taken_t t = {.position = reading_int(reading_get(event, 1)),
                 .time = reading_int(reading_get(event, 2)),
                 .kind = reading_int(reading_get(event, 3)),
                 .object = reading_bytes(reading_get(event, 4)),
                 .command = reading_bytes(reading_get(event, 11)),
                 .body = reading_bytes(reading_get(event, 12))};
    if (t.command.n) {
        t.body = reading_bytes(reading_get(t.command, 13));
        t.actor = reading_bytes(reading_get(t.command, 8));
        t.by = actor_of(self, t.actor);
    }
    span_t mandate = reading_bytes(reading_get(t.command, 12));
    if (mandate.n && t.by && !t.by->daemon)
        t.wrong = cites(self, &t, mandate);
    const char *of_it = note(self, &t);
    t.wrong = t.wrong ? t.wrong : of_it;
    return t;
}
