/* SPDX-License-Identifier: Apache-2.0
 *
 * complaints: see the header. Only what is demanded is looked at, not what is allowed: the product
 * may refuse more.
 */
#include "tests/simulation/complaints.h"

#include <sodium.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "tests/simulation/complaints_case.h"

enum { WITHDRAWN = 4 };

struct complaints {
    feedback_t *at;
    size_t n, room;
    int64_t year[2], running[2]; /* complaints, other feedback: the last number */
    char why[300];
};

static void *must(void *p) {
    if (!p)
        abort();
    return p;
}

complaints_t *complaints_new(void) { return must(calloc(1, sizeof(complaints_t))); }

void complaints_destroy(complaints_t **self_p) {
    if (!*self_p)
        return;
    for (size_t i = 0; i < (*self_p)->n; i++)
        free((*self_p)->at[i].content);
    free((*self_p)->at);
    free(*self_p);
    *self_p = NULL;
}

static feedback_t *find(complaints_t *self, span_t object) {
    for (size_t i = 0; i < self->n; i++)
        if (staff_same(self->at[i].id, object, 16))
            return &self->at[i];
    return NULL;
}

static void look_anew(feedback_t *f) {
    f->open = f->tallied = f->concluded = f->disposed = f->answered = false;
    f->asked = f->heard = 0;
    f->signatures = 0;
    memset(f->verdicts, 0, sizeof f->verdicts);
}

static void revise(feedback_t *f, span_t content) {
    static const char domain[] = "countersign/requirements/1";
    crypto_hash_sha256_state c;
    uint8_t *copy = must(malloc(content.n + 1));
    memcpy(copy, content.p, content.n);
    free(f->content);
    f->content = copy;
    f->content_n = content.n;
    crypto_hash_sha256_init(&c);
    crypto_hash_sha256_update(&c, (const uint8_t *) domain, sizeof domain);
    crypto_hash_sha256_update(&c, f->content, f->content_n);
    crypto_hash_sha256_final(&c, f->digest);
    f->kind = reading_int(reading_get((span_t){f->content, f->content_n}, 1));
    f->revision++;
    look_anew(f);
}

static void open_case(complaints_t *self, const taken_t *t) {
    if (self->n == self->room) {
        self->room = self->room * 2 + 16;
        self->at = must(realloc(self->at, self->room * sizeof *self->at));
    }
    feedback_t *f = &self->at[self->n++];
    memset(f, 0, sizeof *f);
    memcpy(f->id, t->object.p, 16);
    staff_note(f->registrant, f->registrant_for, t);
    revise(f, t->body);
}

/* The same words under another heading, and still their author's: the kind is the first entry of the map, a small number. */
static const char *reclassify(feedback_t *f, const taken_t *t, const measures_t *measures) {
    if (f->concluded)
        return "reclassified after the conclusion";
    if (f->safety && !staff_is(t->by, "quality.manager"))
        return "what touches safety is reclassified by somebody else than quality's manager";
    if (class_of(f)->before & ASSESSED & ~f->stages && staff_is(t->by, "sales.service"))
        return "what nobody assessed is reclassified by customer service";
    f->promised = f->promised || (class_of(f)->actions_first && measures_open(measures, f->id));
    uint8_t *same = must(malloc(f->content_n));
    memcpy(same, f->content, f->content_n);
    same[2] = (uint8_t) number_in(t, 1);
    revise(f, (span_t){same, f->content_n});
    free(same);
    return NULL;
}

static const char *amend(feedback_t *f, const taken_t *t) {
    span_t content = reading_item(reading_get(t->body, 1), 0);
    if (f->concluded || f->answered)
        return "amended after the conclusion or the answer";
    if (reading_int(reading_get(content, 1)) != f->kind)
        return "an amendment makes another kind of it";
    revise(f, content);
    staff_note(f->author, f->author_for, t);
    return NULL;
}

/* Once per register, without a gap. */
static const char *number(complaints_t *self, feedback_t *f, const taken_t *t) {
    int r = f->kind == COMPLAINT ? 0 : 1;
    int64_t year = number_in(t, 4), running = number_in(t, 3);
    if (number_in(t, 1) != 3 + r)
        return "numbered in another register than its own";
    if (f->numbered[r])
        return "numbered twice in one register";
    if (year != self->year[r] && running != 1)
        return "the first number of its year is another than 1";
    if (year == self->year[r] && running != self->running[r] + 1)
        return "a register has a gap";
    f->numbered[r] = true;
    self->year[r] = year;
    self->running[r] = running;
    return NULL;
}

/* ---- stages ---- */

static const char *assess(complaints_t *self, feedback_t *f, const taken_t *t) {
    int64_t severity = number_in(t, 1);
    bool safety = number_in(t, 2), lowered = severity < f->severity || (f->safety && !safety);
    bool reasoned = reading_bytes(reading_get(t->body, 7)).n > 0;
    const class_t *class = class_of(f);
    unsigned asked = to_ask(f);
    span_t duplicate = reading_bytes(reading_get(t->body, 5));
    uint8_t other[16] = {0};
    if (f->concluded || f->answered)
        return "assessed after the conclusion or the answer";
    if (lowered && f->safety && !(reasoned && staff_is(t->by, "quality.manager")))
        return "safety is lowered by somebody else than quality's manager, or without a reason";
    if (lowered && !reasoned)
        return "severity is lowered without a reason";
    if (duplicate.n == 16) {
        const feedback_t *original = find(self, duplicate);
        if (!original || original == f || !zero(original->duplicate))
            return "set aside for what is none, or is set aside itself";
        memcpy(other, duplicate.p, 16);
    }
    bool same = memcmp(other, f->duplicate, 16) == 0;
    f->severity = severity;
    f->safety = safety;
    f->named = departments_in(reading_get(t->body, 6));
    f->stages |= ASSESSED;
    memcpy(f->duplicate, other, 16);
    if (f->open && (class != class_of(f) || asked != to_ask(f) || !same))
        look_anew(f);
    return NULL;
}

static const char *stage(feedback_t *f, unsigned bit) {
    if (bit == ACKNOWLEDGED && f->stages & bit)
        return "acknowledged twice";
    f->stages |= bit;
    return NULL;
}

/* ---- afterwards ---- */

static bool settled(const feedback_t *f) {
    return f->disposed || (!to_ask(f) && !f->open && ready(f));
}

static const char *answer(complaints_t *self, feedback_t *f, const taken_t *t) {
    const feedback_t *original =
        zero(f->duplicate) ? NULL : find(self, (span_t){f->duplicate, sizeof f->duplicate});
    if (!settled(f))
        return "answered before the disposition";
    if (original && !settled(original) && !original->answered && !original->closed)
        return "a duplicate is answered before what it repeats is disposed of";
    if (!t->by || strcmp(t->by->department, "sales") != 0)
        return "answered by another than sales";
    f->answered = true;
    return NULL;
}

static const char *close_it(feedback_t *f, const taken_t *t, const measures_t *measures) {
    if (!f->answered && (number_in(t, 1) != WITHDRAWN || f->safety))
        return "closed without an answer";
    if ((f->promised || class_of(f)->actions_first) && measures_open(measures, f->id))
        return "closed with open actions";
    f->closed = true;
    return NULL;
}

static const char *reopen(feedback_t *f) {
    if (!f->answered && !f->closed)
        return "reopened before it was answered or closed";
    look_anew(f);
    f->closed = false;
    f->reopened = true;
    return NULL;
}

/* A judgement is of the words that stand; a change of the case as its writer saw it. */
static const char *bound(const feedback_t *f, const taken_t *t) {
    bool versioned = t->kind == AMEND || t->kind == RECLASSIFY;
    bool judges =
        (t->kind >= VERDICT && t->kind <= SIGN) || t->kind == FORWARD || t->kind == ADD_REVIEWER ||
        (t->kind >= ACKNOWLEDGE && t->kind <= REOPEN);
    if (versioned && reading_int(reading_get(t->command, 7)) != f->version)
        return "it changes another state than the one that stands";
    if (judges && (reading_int(reading_get(t->command, 5)) != f->revision ||
                   !staff_same(f->digest, reading_bytes(reading_get(t->command, 6)), 32)))
        return "it judges other words than those that stand";
    if (t->by && t->by->daemon && t->kind != ADVISE && !staff_aside(t->kind))
        return "a daemon does more than to advise";
    if (f->closed && t->kind != REOPEN && t->kind <= ADD_ACTION && !staff_aside(t->kind))
        return "something happens to a case that is closed";
    if (!f->numbered[f->kind == COMPLAINT ? 0 : 1] && t->kind != NUMBERED)
        return "something happens to it before it has its number";
    return NULL;
}

static const char *act(complaints_t *self, feedback_t *f, const taken_t *t,
                       const measures_t *measures) {
    switch (t->kind) {
    case NUMBERED: return number(self, f, t);
    case AMEND: return amend(f, t);
    case ACKNOWLEDGE: return stage(f, ACKNOWLEDGED);
    case ASSESS: return assess(self, f, t);
    case CONTAIN: return stage(f, CONTAINED);
    case ANSWER: return answer(self, f, t);
    case CLOSE: return close_it(f, t, measures);
    case REOPEN: return reopen(f);
    case RECLASSIFY: return reclassify(f, t, measures);
    }
    return complaints_review(f, t); /* actions: measures.c */
}

const char *complaints_take(complaints_t *self, const taken_t *t, const measures_t *measures) {
    if (t->kind == REGISTER) {
        open_case(self, t);
        self->at[self->n - 1].version = 1;
        return NULL;
    }
    feedback_t *f = find(self, t->object);
    const char *why = f ? bound(f, t) : NULL;
    if (f && !why)
        why = act(self, f, t, measures);
    if (f)
        f->version += !staff_aside(t->kind);
    if (!why)
        return NULL;
    snprintf(self->why, sizeof self->why, "event %lld (kind %lld): %s", (long long) t->position,
             (long long) t->kind, why);
    return self->why;
}

const char *complaints_end(complaints_t *self) {
    for (size_t i = 0; i < self->n; i++) {
        const feedback_t *f = &self->at[i];
        if (f->closed)
            continue;
        if (!f->numbered[f->kind == COMPLAINT ? 0 : 1])
            return "a case has no number in its register";
        if (!f->open && !f->answered && ready(f) && to_ask(f))
            return "a case is ready to be looked into, and nobody was asked";
        if (f->open && !f->concluded && tally_of(f) && !f->tallied)
            return "all departments spoke, and nobody tallied";
        if (unheard(f))
            return "a department's daemon has not advised";
        if (f->concluded && f->signatures == class_of(f)->steps_n && !f->disposed)
            return "all have signed, and it is not disposed of";
    }
    return NULL;
}

void complaints_count(const complaints_t *self, model_counts_t *out) {
    out->complaints = self->n;
    for (size_t i = 0; i < self->n; i++) {
        out->closed += self->at[i].closed;
        out->reopened += self->at[i].reopened;
    }
}
