/* SPDX-License-Identifier: Apache-2.0
 *
 * orders: see the header. Only what is demanded is looked at, not what is allowed: the product may
 * refuse more.
 */
#include "tests/simulation/orders.h"

#include <sodium.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum { /* kinds, as PROTOCOL.md numbers them */
       REGISTER = 60,
       CLASSIFY = 61,
       CONFIRM = 62,
       CONVENE = 63,
       VERDICT = 64,
       RETRACT = 65,
       ADVISE = 66,
       CONCLUDE = 67,
       SIGN = 68,
       AMEND = 69,
       DECLINE = 70,
       WITHDRAW = 71,
       FORWARD = 72,
       ADD_REVIEWER = 73,
       NUMBERED = 80,
       TALLIED = 83,
       COMPLETED = 84,
       EFFECTIVE = 85,
       CUSTOMER_NUMBERED = 86
};
enum { COMPLETE = 1, APPROVE = 2, CONTRACT = 3, CUSTOMER = 4, BECOMES_EFFECTIVE = 5 };
enum { WRITTEN = 1, ABLE = 1 };

#define DEPARTMENTS 8
static const char *const departments[DEPARTMENTS] = {"sales",     "planning", "purchasing",
                                                     "production", "quality", "warehouse",
                                                     "finance",    "management"};
static const int asked[2] = {3, 5}; /* regular: the first three; special: all */

typedef struct step {
    int meaning;
    const char *role, *stand_in;
} step_t;
static const step_t steps[2][5] = {{{COMPLETE, "planning.manager", "production.manager"},
                                    {BECOMES_EFFECTIVE, "sales.head", "management.deputy"}},
                                   {{COMPLETE, "management.deputy", "management.general"},
                                    {APPROVE, "management.general", "management.representative"},
                                    {CONTRACT, "management.deputy", "management.general"},
                                    {CUSTOMER, NULL, NULL}}};

typedef struct order {
    uint8_t id[16], registrant[16], registrant_for[16], author[16], author_for[16], digest[32];
    int64_t revision, channel;
    int order_class; /* 0 regular, 1 special, -1 not confirmed */
    bool confirmed, convened, concluded, effective, ended, amended;
    unsigned added; /* departments, bit by bit */
    int64_t verdicts[DEPARTMENTS], outcome;
    int signatures;
} order_t;
typedef struct said {
    uint8_t object[16];
    int64_t kind, revision, cause;
    char department[40];
} said_t;

struct orders {
    order_t *at;
    size_t n, room;
    char (*numbers)[44];
    size_t numbers_n, numbers_room;
    said_t *said;
    size_t said_n, said_room;
    size_t automatic;
    order_t *order; /* that the event at hand is about; NULL: none */
    char why[300];
};

static void *must(void *p) {
    if (!p)
        abort();
    return p;
}

orders_t *orders_new(void) { return must(calloc(1, sizeof(orders_t))); }

void orders_destroy(orders_t **self_p) {
    if (!*self_p)
        return;
    free((*self_p)->at);
    free((*self_p)->numbers);
    free((*self_p)->said);
    free(*self_p);
    *self_p = NULL;
}

static const char *wrong(orders_t *self, const taken_t *t, const char *what) {
    snprintf(self->why, sizeof self->why, "event %lld (kind %lld): %s", (long long) t->position,
             (long long) t->kind, what);
    return self->why;
}

static void copy(char *out, size_t size, span_t text) {
    snprintf(out, size, "%.*s", (int) text.n, text.n ? (const char *) text.p : "");
}

static void digest_of(span_t content, uint8_t out[32]) {
    static const char domain[] = "countersign/requirements/1";
    crypto_hash_sha256_state c;
    crypto_hash_sha256_init(&c);
    crypto_hash_sha256_update(&c, (const uint8_t *) domain, sizeof domain);
    crypto_hash_sha256_update(&c, content.p, content.n);
    crypto_hash_sha256_final(&c, out);
}

static int department_of(span_t name) {
    for (int i = 0; i < DEPARTMENTS; i++)
        if (reading_is(name, departments[i]))
            return i;
    return -1;
}

static const char *number(orders_t *self, const taken_t *t) {
    char text[44];
    copy(text, sizeof text, reading_bytes(reading_get(t->body, 2)));
    for (size_t i = 0; i < self->numbers_n; i++)
        if (strcmp(self->numbers[i], text) == 0)
            return wrong(self, t, "two documents share a number");
    if (self->numbers_n == self->numbers_room) {
        self->numbers_room = self->numbers_room ? self->numbers_room * 2 : 32;
        self->numbers = must(realloc(self->numbers, self->numbers_room * sizeof *self->numbers));
    }
    memcpy(self->numbers[self->numbers_n++], text, sizeof text);
    return NULL;
}

/* A new content: no verdict, conclusion or signature on the one before counts (QP21-4.4.3); its
   class and that it was convened stand. */
static void revise(order_t *order, span_t content, bool confirmed) {
    order->revision++;
    digest_of(content, order->digest);
    order->channel = reading_int(reading_get(content, 2));
    order->confirmed = confirmed;
    order->concluded = order->effective = false;
    order->signatures = 0;
    order->added = 0;
    memset(order->verdicts, 0, sizeof order->verdicts);
}

static void open_order(orders_t *self, const taken_t *t) {
    if (self->n == self->room) {
        self->room = self->room ? self->room * 2 : 32;
        self->at = must(realloc(self->at, self->room * sizeof *self->at));
    }
    order_t *order = &self->at[self->n++];
    memset(order, 0, sizeof *order);
    memcpy(order->id, t->object.p, 16);
    staff_note(order->registrant, order->registrant_for, t);
    order->order_class = -1;
    revise(order, t->body, false);
}

/* ---- the acts ---- */

static bool is(const taken_t *t, const char *role) { return staff_is(t->by, role); }

static bool asks(const order_t *order, int department) {
    return order->order_class >= 0 && department >= 0 &&
           (department < asked[order->order_class] || order->added & 1u << department);
}

/* Who registered it or wrote its current revision, or for whom that was done. */
static bool wrote(const order_t *order, const taken_t *t) {
    return staff_either(order->registrant, order->registrant_for, t) ||
           staff_either(order->author, order->author_for, t);
}

static const char *verdict(orders_t *self, const taken_t *t) {
    order_t *order = self->order;
    int d = department_of(reading_bytes(reading_get(t->body, 1)));
    if (order->concluded)
        return wrong(self, t, "a verdict after the conclusion");
    if (!asks(order, d))
        return wrong(self, t, "a department speaks that was not asked");
    if (!t->by || strcmp(t->by->department, departments[d]) != 0)
        if (!is(t, "management.deputy") && !is(t, "management.general"))
            return wrong(self, t, "somebody speaks for another department");
    if (order->channel != WRITTEN && !order->confirmed)
        return wrong(self, t, "reviewed before the customer confirmed an unwritten order");
    if (order->order_class == 1 && !order->convened)
        return wrong(self, t, "a special order is reviewed before it was convened");
    if (t->by->daemon && reading_bytes(reading_get(t->command, 12)).n != 16)
        return wrong(self, t, "an automatic verdict without a mandate");
    self->automatic += t->by->daemon;
    order->verdicts[d] = reading_int(reading_get(t->body, 2));
    return NULL;
}

/* A daemon says one thing once: of one case, revision, department and cause. */
static const char *said_once(orders_t *self, const taken_t *t) {
    said_t s = {.kind = t->kind, .revision = reading_int(reading_get(t->command, 5))};
    unsigned key = t->kind == VERDICT ? 7 : 2;
    s.cause = reading_int(reading_get(reading_item(reading_get(t->body, key), 0), 3));
    memcpy(s.object, t->object.p, 16);
    copy(s.department, sizeof s.department, reading_bytes(reading_get(t->body, 1)));
    for (size_t i = 0; i < self->said_n; i++)
        if (memcmp(self->said[i].object, s.object, 16) == 0 && self->said[i].kind == s.kind &&
            self->said[i].revision == s.revision && self->said[i].cause == s.cause &&
            strcmp(self->said[i].department, s.department) == 0)
            return wrong(self, t, "a daemon says the same thing twice");
    if (self->said_n == self->said_room) {
        self->said_room = self->said_room ? self->said_room * 2 : 64;
        self->said = must(realloc(self->said, self->said_room * sizeof *self->said));
    }
    self->said[self->said_n++] = s;
    return NULL;
}

static const char *conclude(orders_t *self, const taken_t *t) {
    order_t *order = self->order;
    if (order->order_class < 0)
        return wrong(self, t, "concluded before it has a class");
    for (int d = 0; d < DEPARTMENTS; d++)
        if (asks(order, d) && !order->verdicts[d])
            return wrong(self, t, "concluded before every department spoke");
    if (!is(t, "sales.head") && !is(t, "management.deputy"))
        return wrong(self, t, "concluded by somebody else");
    if (wrote(order, t))
        return wrong(self, t, "concluded by who registered it, or for them");
    order->concluded = true;
    order->outcome = reading_int(reading_get(t->body, 1));
    return NULL;
}

static const char *signature(orders_t *self, const taken_t *t, int meaning) {
    order_t *order = self->order;
    if (!order->concluded || order->outcome != ABLE || order->order_class < 0)
        return wrong(self, t, "signed before the review says that we are able");
    const step_t *step = &steps[order->order_class][order->signatures];
    if (step->meaning != meaning)
        return wrong(self, t, "signatures are out of order");
    if (meaning != CUSTOMER && !is(t, step->role) && !is(t, step->stand_in))
        return wrong(self, t, "signed by somebody else");
    if (meaning != CUSTOMER && wrote(order, t))
        return wrong(self, t, "signed by who registered it, or for them");
    order->signatures++;
    return NULL;
}

static const char *add_reviewer(orders_t *self, const taken_t *t) {
    order_t *order = self->order;
    int d = department_of(reading_bytes(reading_get(t->body, 1)));
    if (order->concluded || d < 0 || asks(order, d))
        return wrong(self, t, "a department is added after the conclusion, or again");
    if (!staff_adds(t->by))
        return wrong(self, t, "a department is added by somebody else");
    order->added |= 1u << d;
    return NULL;
}

static const char *effective(orders_t *self, const taken_t *t) {
    const order_t *order = self->order;
    int wanted = order->order_class == 1 ? 4 : 2;
    if (order->order_class < 0 || !order->concluded || order->outcome != ABLE ||
        order->signatures != wanted)
        return wrong(self, t, "effective without all verdicts and signatures on its last revision");
    if (reading_int(reading_get(t->body, 1)) != order->revision)
        return wrong(self, t, "another revision became effective than was signed");
    self->order->effective = true;
    return NULL;
}

static const char *confirm(orders_t *self, const taken_t *t) {
    if (!self->order->concluded) {
        self->order->confirmed = true;
        return NULL;
    }
    return signature(self, t, CUSTOMER);
}

/* A judgement is of the revision and digest that stand. */
static const char *judged(orders_t *self, const taken_t *t) {
    bool judges = t->kind >= CLASSIFY && t->kind <= ADD_REVIEWER && t->kind != AMEND;
    if (!judges)
        return NULL;
    if (reading_int(reading_get(t->command, 5)) != self->order->revision ||
        !staff_same(self->order->digest, reading_bytes(reading_get(t->command, 6)), 32))
        return wrong(self, t, "it judges another revision than the one that stands");
    return NULL;
}

static const char *act(orders_t *self, const taken_t *t) {
    switch (t->kind) {
    case CLASSIFY:
        self->order->order_class = reading_is(reading_bytes(reading_get(t->body, 1)), "special");
        return NULL;
    case CONFIRM: return confirm(self, t);
    case CONVENE: self->order->convened = true; return NULL;
    case VERDICT: return verdict(self, t);
    case RETRACT: {
        int d = department_of(reading_bytes(reading_get(t->body, 1)));
        if (d >= 0)
            self->order->verdicts[d] = 0;
        return self->order->concluded ? wrong(self, t, "taken back after the conclusion") : NULL;
    }
    case CONCLUDE: return conclude(self, t);
    case SIGN:
        return t->by && !t->by->daemon
                   ? signature(self, t, (int) reading_int(reading_get(t->body, 1)))
                   : wrong(self, t, "signed by a daemon");
    case AMEND:
        self->order->amended = true;
        revise(self->order, reading_item(reading_get(t->body, 1), 0), true);
        staff_note(self->order->author, self->order->author_for, t);
        return NULL;
    case FORWARD: /* to whom: staff.c */
        return self->order->concluded ? wrong(self, t, "forwarded after the conclusion") : NULL;
    case ADD_REVIEWER: return add_reviewer(self, t);
    case DECLINE:
    case WITHDRAW: self->order->ended = true; return NULL;
    case EFFECTIVE: return effective(self, t);
    }
    return NULL;
}

const char *orders_take(orders_t *self, const taken_t *t) {
    const char *why = NULL;
    self->order = NULL;
    if (t->kind == NUMBERED || t->kind == CUSTOMER_NUMBERED)
        why = number(self, t);
    if (t->kind == REGISTER)
        open_order(self, t);
    for (size_t i = 0; i < self->n; i++)
        if (staff_same(self->at[i].id, t->object, 16))
            self->order = &self->at[i];
    if (!why && self->order && self->order->ended && t->kind > REGISTER && t->kind < NUMBERED)
        why = wrong(self, t, "something happens to an order that has ended");
    if (!why && self->order)
        why = judged(self, t);
    if (!why && t->by && t->by->daemon && (t->kind == VERDICT || t->kind == ADVISE))
        why = said_once(self, t);
    return why ? why : self->order ? act(self, t) : NULL;
}

void orders_count(const orders_t *self, model_counts_t *out) {
    out->orders = self->n;
    out->automatic = self->automatic;
    for (size_t i = 0; i < self->n; i++) {
        out->effective += self->at[i].effective;
        out->amended += self->at[i].amended;
        out->declined += self->at[i].ended;
    }
}
