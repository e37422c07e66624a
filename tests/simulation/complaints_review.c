/* SPDX-License-Identifier: Apache-2.0
 *
 * complaints_review: the review of a complaint or other feedback, as the model sees it: who is
 * asked, who speaks in which words, the tally, the conclusion, the signatures.
 */
#include <string.h>

#include "tests/simulation/complaints_case.h"

enum { OURS = 4, PARTLY = 5, NOT_OURS = 6, ADOPTED = 7, NOT_ADOPTED = 8, REJECT = 3 };
enum { APPROVE = 2, DISPOSITION = 6, CRITICAL = 3 };

static const char *const departments[DEPARTMENTS] = {
    "quality",  "production", "purchasing", "sales",
    "planning", "warehouse",  "finance",    "management"};
static const char *const speakers[DEPARTMENTS] = {
    "quality.manager",  "production.manager", "purchasing.manager", "sales.head",
    "planning.manager", "warehouse.keeper",   "finance.checker",    "management.deputy"};

enum { ALL_BUT_FINANCE = 0x3f, BLAMED = 0x49, ASSISTED = 0x0f }; /* bits of the above */
enum { ALL_STAGES = ACKNOWLEDGED | ASSESSED | CONTAINED };

#define QUALITY "quality.manager", "management.representative"
static const class_t grave = {
    .before = ALL_STAGES,
    .asks = ALL_BUT_FINANCE,
    .advised = ASSISTED,
    .concluder = {0, QUALITY},
    .steps = {{DISPOSITION, QUALITY}, {APPROVE, "management.general", "management.deputy"}},
    .steps_n = 2,
    .actions_first = true,
    .blames = true};
static const class_t complaint = {.before = ALL_STAGES,
                                  .asks = ALL_BUT_FINANCE,
                                  .advised = ASSISTED,
                                  .concluder = {0, QUALITY},
                                  .steps = {{DISPOSITION, QUALITY}},
                                  .steps_n = 1,
                                  .actions_first = true,
                                  .blames = true};
static const class_t claim = {
    .before = ACKNOWLEDGED | ASSESSED,
    .asks = BLAMED,
    .concluder = {0, QUALITY},
    .steps = {{DISPOSITION, QUALITY}, {APPROVE, "management.deputy", "management.general"}},
    .steps_n = 2,
    .actions_first = true,
    .blames = true};
static const class_t opinion = {.before = ASSESSED,
                                .asks = ALL_BUT_FINANCE,
                                .concluder = {0, "sales.head", "management.deputy"}};
static const class_t enquiry = {.asks = 0}; /* and praise: nobody has to be asked */

int64_t number_in(const taken_t *t, unsigned key) { return reading_int(reading_get(t->body, key)); }

bool zero(const uint8_t id[16]) {
    static const uint8_t none[16];
    return memcmp(id, none, 16) == 0;
}

const class_t *class_of(const feedback_t *f) {
    if (f->kind == COMPLAINT)
        return f->severity >= CRITICAL || f->safety ? &grave : &complaint;
    return f->kind == CLAIM                          ? &claim
           : f->kind == ENQUIRY || f->kind == PRAISE ? &enquiry
                                                     : &opinion;
}

/* The assessment may name some of its class; those whom its class does not ask count for nothing. */
unsigned to_ask(const feedback_t *f) {
    unsigned asks = class_of(f)->asks;
    if (!zero(f->duplicate))
        return 0;
    return asks & f->named ? asks & f->named : asks;
}

static int department_of(span_t name) {
    for (int i = 0; i < DEPARTMENTS; i++)
        if (reading_is(name, departments[i]))
            return i;
    return -1;
}

unsigned departments_in(span_t list) {
    unsigned bits = 0;
    for (size_t i = 0; i < reading_count(list); i++) {
        int d = department_of(reading_bytes(reading_item(list, i)));
        bits |= d < 0 ? 1u << 31 : 1u << d;
    }
    return bits;
}

static bool sits(const seat_t *seat, const taken_t *t) {
    return staff_is(t->by, seat->role) || staff_is(t->by, seat->stand_in);
}

bool wrote(const feedback_t *f, const taken_t *t) {
    return staff_either(f->registrant, f->registrant_for, t) ||
           staff_either(f->author, f->author_for, t);
}

bool ready(const feedback_t *f) { return (f->stages & class_of(f)->before) == class_of(f)->before; }

/* ---- the review ---- */

static const char *opened(feedback_t *f, const taken_t *t) {
    if (f->open || !ready(f))
        return "the departments are asked before it is acknowledged, assessed and contained, or "
               "twice";
    if (!to_ask(f) || departments_in(reading_get(t->body, 4)) != to_ask(f))
        return "other departments are asked than its class and assessment say";
    if (number_in(t, 2) != f->revision ||
        !staff_same(f->digest, reading_bytes(reading_get(t->body, 3)), 32))
        return "the departments are asked about other words than those that stand";
    f->open = true;
    f->asked = to_ask(f);
    return NULL;
}

static const char *of_department(feedback_t *f, const taken_t *t) {
    int d = department_of(reading_bytes(reading_get(t->body, 1)));
    if (!f->open || f->concluded)
        return "a department speaks before it was asked or after the conclusion";
    if (d < 0 || !(f->asked & 1u << d))
        return "a department speaks that was not asked";
    if (t->kind == ADVISE)
        f->heard |= 1u << d;
    if (t->kind == ADVISE)
        return t->by && t->by->daemon && strcmp(t->by->department, departments[d]) == 0 &&
                       class_of(f)->advised & 1u << d
                   ? NULL
                   : "advice of another than the department's daemon, or unwanted";
    bool general = d == DEPARTMENTS - 1 && staff_is(t->by, "management.general");
    if (!staff_is(t->by, speakers[d]) && !general)
        return "somebody speaks for another department";
    if (t->kind == RETRACT && !f->verdicts[d])
        return "a verdict is taken back that there is not";
    int64_t word = t->kind == RETRACT ? 0 : number_in(t, 2);
    if (word && class_of(f)->blames != (word >= OURS && word <= NOT_OURS))
        return "a verdict in words of another kind of case";
    f->verdicts[d] = word;
    f->tallied = false;
    return NULL;
}

/* To whom, is staff.c's. */
static const char *forward(const feedback_t *f, const taken_t *t) {
    int d = department_of(reading_bytes(reading_get(t->body, 1)));
    return f->open && !f->concluded && d >= 0 && f->asked & 1u << d
               ? NULL
               : "a verdict is forwarded that nobody waits for";
}

static const char *add_reviewer(feedback_t *f, const taken_t *t) {
    int d = department_of(reading_bytes(reading_get(t->body, 1)));
    if (!f->open || f->concluded || d < 0 || f->asked & 1u << d)
        return "a department is added before the review, after its conclusion, or again";
    if (!staff_adds(t->by))
        return "a department is added by somebody else";
    f->asked |= 1u << d;
    f->tallied = false;
    return NULL;
}

int64_t tally_of(const feedback_t *f) {
    bool ours = true, others = true, rejected = false;
    for (int d = 0; d < DEPARTMENTS; d++) {
        int64_t word = f->verdicts[d];
        if (!(f->asked & 1u << d))
            continue;
        if (!word)
            return 0;
        ours = ours && word == OURS;
        others = others && word == NOT_OURS;
        rejected = rejected || word == REJECT;
    }
    if (!class_of(f)->blames)
        return rejected ? NOT_ADOPTED : ADOPTED;
    return ours ? OURS : others ? NOT_OURS : PARTLY;
}

unsigned unheard(const feedback_t *f) {
    unsigned spoken = 0;
    for (int d = 0; d < DEPARTMENTS; d++)
        spoken |= f->verdicts[d] ? 1u << d : 0;
    return f->open && !f->concluded ? f->asked & class_of(f)->advised & ~f->heard & ~spoken : 0;
}

static const char *tallied(feedback_t *f, const taken_t *t) {
    if (!f->open || f->concluded || !tally_of(f) || number_in(t, 2) != tally_of(f))
        return "a tally that is not what the departments said";
    f->tallied = true;
    f->tally = number_in(t, 2);
    return NULL;
}

static bool lets(const feedback_t *f, int64_t outcome) {
    if (!class_of(f)->blames)
        return outcome == NOT_ADOPTED || (outcome == ADOPTED && f->tally == ADOPTED);
    return outcome >= OURS && outcome <= NOT_OURS && !(f->tally == OURS && outcome == NOT_OURS) &&
           !(f->tally == NOT_OURS && outcome == OURS);
}

static const char *conclude(feedback_t *f, const taken_t *t) {
    const class_t *class = class_of(f);
    if (!f->open || f->concluded || !f->tallied || !tally_of(f))
        return "concluded before every department spoke, or twice";
    if (!sits(&class->concluder, t))
        return "concluded by somebody else";
    if (wrote(f, t))
        return "concluded by who registered or wrote it";
    if (!lets(f, number_in(t, 1)))
        return "the conclusion contradicts the tally";
    if (reading_count(reading_get(t->body, 5)) != (class->blames ? 1 : 0))
        return "a complaint or claim without its disposition, or something else with one";
    f->concluded = true;
    return NULL;
}

static const char *sign(feedback_t *f, const taken_t *t) {
    const class_t *class = class_of(f);
    if (!f->concluded || f->signatures >= class->steps_n)
        return "signed before the conclusion, or once more";
    const seat_t *seat = &class->steps[f->signatures];
    if (number_in(t, 1) != seat->meaning)
        return "signatures are out of order";
    if (!sits(seat, t))
        return "signed by somebody else";
    if (wrote(f, t))
        return "signed by who registered or wrote it";
    f->signatures++;
    return NULL;
}

static const char *disposed(feedback_t *f, const taken_t *t) {
    if (!f->concluded || f->signatures != class_of(f)->steps_n)
        return "a disposition without its review and all its signatures";
    if (f->disposed || number_in(t, 1) != f->revision)
        return "disposed of twice, or in another revision";
    f->disposed = true;
    return NULL;
}

const char *complaints_review(feedback_t *f, const taken_t *t) {
    switch (t->kind) {
    case OPENED: return opened(f, t);
    case VERDICT:
    case RETRACT:
    case ADVISE: return of_department(f, t);
    case FORWARD: return forward(f, t);
    case ADD_REVIEWER: return add_reviewer(f, t);
    case TALLIED: return tallied(f, t);
    case CONCLUDE: return conclude(f, t);
    case SIGN: return sign(f, t);
    case DISPOSED: return disposed(f, t);
    }
    return NULL;
}
