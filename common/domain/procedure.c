/* SPDX-License-Identifier: Apache-2.0
 *
 * procedure: the adopted editions, and whether an edition is consistent in itself. Old editions
 * stay, for a review keeps the one under which it opened.
 */
#include <stdio.h>

#include "common/base/diag.h"
#include "common/base/language.h"
#include "common/domain/assess/assess.h"
#include "common/domain/context_internal.h"
#include "common/domain/deadline.h"
#include "common/domain/procedure_time.h"

void procedure_apply(context_t *self, const decoded_t *event) {
    const struct adopt *body = event->body;
    struct procedure procedure;
    arena_t *arena = arena_new(0);
    bytes_t bytes = arena_bytes(arena, body->procedure);
    if (record_decode(&procedure_record, bytes, arena, &procedure, NULL) != 0) {
        arena_destroy(&arena);
        return;
    }
    self->editions = grow(self->editions, self->editions_n, sizeof *self->editions);
    self->editions[self->editions_n++] = (edition_t){
        .position = (position_t) event->event.position, .arena = arena, .procedure = procedure};
}

const struct procedure *context_procedure(const context_t *self) {
    return self->editions_n ? &self->editions[self->editions_n - 1].procedure : NULL;
}

position_t context_procedure_position(const context_t *self) {
    return self->editions_n ? self->editions[self->editions_n - 1].position : 0;
}

const struct procedure *context_procedure_at(const context_t *self, position_t adopted) {
    for (size_t i = self->editions_n; i-- > 0;)
        if (self->editions[i].position == adopted)
            return &self->editions[i].procedure;
    return NULL;
}

const struct department *procedure_department(const struct procedure *p, text_t key) {
    for (size_t i = 0; i < p->departments.n; i++)
        if (text_equal(p->departments.at[i].key, key))
            return &p->departments.at[i];
    return NULL;
}

const struct role *procedure_role(const struct procedure *p, text_t key) {
    for (size_t i = 0; i < p->roles.n; i++)
        if (text_equal(p->roles.at[i].key, key))
            return &p->roles.at[i];
    return NULL;
}

const struct review_class *procedure_class(const struct procedure *p, text_t key) {
    for (size_t i = 0; i < p->classes.n; i++)
        if (text_equal(p->classes.at[i].key, key))
            return &p->classes.at[i];
    return NULL;
}

const struct review_class *procedure_any_class(const struct procedure *p, text_t key) {
    for (size_t i = 0; i < p->feedback.n; i++)
        if (text_equal(p->feedback.at[i].key, key))
            return &p->feedback.at[i];
    return procedure_class(p, key);
}

const struct reviewer *class_reviewer(const struct review_class *c, text_t department) {
    for (size_t i = 0; i < c->reviewers.n; i++)
        if (text_equal(c->reviewers.at[i].department, department))
            return &c->reviewers.at[i];
    return NULL;
}

/* ---- consistency ---- */

typedef struct place {
    problem_t *problem;
    char path[80];
} place_t;

static int wrong(const place_t *at, const char *field, const char *what, text_t value) {
    char path[160];
    snprintf(path, sizeof path, "%s%s%s", at->path, at->path[0] && field[0] ? "." : "", field);
    return problem_set(at->problem, REASON_PROCEDURE_INVALID, path, "%.*s %s", (int) value.n,
                       value.n ? value.p : "", _(what));
}

static int need_role(const struct procedure *p, const place_t *at, const char *field, text_t role) {
    return role.n && !procedure_role(p, role)
               ? wrong(at, field, "is no role of this procedure", role)
               : 0;
}

static int need_rule(const place_t *at, const char *field, text_t rule, scope_t scope) {
    const assessor_t *assessor = rule.n ? assessor_find(rule) : NULL;
    if (rule.n && !assessor)
        return wrong(at, field, "is no rule of this program", rule);
    if (assessor && assessor->scope != scope)
        return wrong(at, field, "is a rule for other cases", rule);
    return 0;
}

static int check_department(const struct procedure *p, size_t i, place_t *at) {
    const struct department *d = &p->departments.at[i];
    snprintf(at->path, sizeof at->path, "departments[%zu]", i);
    if (procedure_department(p, d->key) != d)
        return wrong(at, "key", "is there twice", d->key);
    for (size_t k = 0; k < d->reviewers.n; k++)
        if (need_role(p, at, "reviewers", d->reviewers.at[k]))
            return -1;
    if (need_rule(at, "assessor", d->assessor, SCOPE_ORDER) ||
        need_rule(at, "complaint_assessor", d->complaint_assessor, SCOPE_FEEDBACK))
        return -1;
    return need_role(p, at, "manager", d->manager);
}

static int check_role(const struct procedure *p, size_t i, place_t *at) {
    const struct role *r = &p->roles.at[i];
    snprintf(at->path, sizeof at->path, "roles[%zu]", i);
    if (procedure_role(p, r->key) != r)
        return wrong(at, "key", "is there twice", r->key);
    if (!procedure_department(p, r->department))
        return wrong(at, "department", "is no department of this procedure", r->department);
    for (size_t k = 0; k < r->may.n; k++)
        if (!enum_name(&act_table, (int) r->may.at[k]))
            return wrong(at, "may", "an unknown act", (text_t){NULL, 0});
    for (size_t k = 0; k < r->delegates.n; k++) {
        if (need_role(p, at, "delegates", r->delegates.at[k]))
            return -1;
        if (text_equal(r->delegates.at[k], r->key))
            return wrong(at, "delegates", "whoever holds the same role may act anyway", r->key);
    }
    return 0;
}

static int check_reviewers(const struct procedure *p, const struct review_class *c,
                           const place_t *at, scope_t scope) {
    for (size_t k = 0; k < c->reviewers.n; k++) {
        const struct reviewer *r = &c->reviewers.at[k];
        const struct department *d = procedure_department(p, r->department);
        if (!d)
            return wrong(at, "reviewers", "is no department of this procedure", r->department);
        if (class_reviewer(c, r->department) != r)
            return wrong(at, "reviewers", "is asked twice", r->department);
        text_t rule = scope == SCOPE_ORDER ? d->assessor : d->complaint_assessor;
        if (r->mode != MODE_MANUAL && rule.n == 0)
            return wrong(at, "reviewers", "has no assessor: its mode must be manual",
                         r->department);
        if (d->reviewers.n == 0)
            return wrong(at, "reviewers", "has no role that gives its verdict", r->department);
    }
    return 0;
}

static int check_steps(const struct procedure *p, const struct review_class *c, const place_t *at) {
    bool completed = false;
    for (size_t k = 0; k < c->steps.n; k++) {
        const struct step *s = &c->steps.at[k];
        bool customer = s->meaning == MEANING_CUSTOMER;
        if (customer != (s->role.n == 0))
            return wrong(at, "signatures", "needs a role (the customer's confirmation has none)",
                         text_of(enum_name(&meaning_table, (int) s->meaning)));
        if (need_role(p, at, "signatures", s->role) || need_role(p, at, "signatures", s->stand_in))
            return -1;
        if (s->meaning == MEANING_CONTRACT && !completed) /* QP21-4.2.1 */
            return wrong(at, "signatures",
                         "must come after \"complete\": no contract before its review",
                         TEXT("contract"));
        completed = completed || s->meaning == MEANING_COMPLETE;
    }
    return completed
               ? 0
               : wrong(at, "signatures", "must have a signature \"complete\"", (text_t){NULL, 0});
}

/* What both kinds of class must hold. */
static int check_seats(const struct procedure *p, const struct review_class *c, const place_t *at,
                       scope_t scope) {
    if (procedure_any_class(p, c->key) != c)
        return wrong(at, "key", "is there twice", c->key);
    return check_reviewers(p, c, at, scope) || need_role(p, at, "convener", c->convener) ||
                   need_role(p, at, "convener_stand_in", c->convener_stand_in) ||
                   need_role(p, at, "concluder", c->concluder) ||
                   need_role(p, at, "concluder_stand_in", c->concluder_stand_in)
               ? -1
               : 0;
}

static int check_class(const struct procedure *p, size_t i, place_t *at) {
    const struct review_class *c = &p->classes.at[i];
    snprintf(at->path, sizeof at->path, "classes[%zu]", i);
    if (check_seats(p, c, at, SCOPE_ORDER))
        return -1;
    if (c->reviewers.n == 0)
        return wrong(at, "reviewers", "must name at least one department", (text_t){NULL, 0});
    if (c->concluder.n == 0)
        return wrong(at, "concluder", "must name a role", (text_t){NULL, 0});
    return check_steps(p, c, at);
}

/* ---- classes of feedback ---- */

static int check_known(const struct int_list *list, const enum_table_t *table, const place_t *at,
                       const char *field) {
    for (size_t i = 0; i < list->n; i++)
        if (!enum_name(table, (int) list->at[i]))
            return wrong(at, field, "an unknown word", (text_t){NULL, 0});
    return 0;
}

/* Complaints and claims are disposed of, and that is signed (QP21-4.6). */
static bool disposes(const struct review_class *c) {
    for (size_t i = 0; i < c->kinds.n; i++)
        if (c->kinds.at[i] == FEEDBACK_COMPLAINT || c->kinds.at[i] == FEEDBACK_CLAIM)
            return true;
    return false;
}

/* Signatures on a disposition: whose it is, and who approves it above a severity. */
static int check_disposition_steps(const struct procedure *p, const struct review_class *c,
                                   const place_t *at) {
    bool disposed = false;
    for (size_t k = 0; k < c->steps.n; k++) {
        const struct step *s = &c->steps.at[k];
        if (s->meaning != MEANING_DISPOSITION && s->meaning != MEANING_APPROVE)
            return wrong(at, "signatures", "is no signature on a disposition",
                         text_of(enum_name(&meaning_table, (int) s->meaning)));
        if (s->role.n == 0)
            return wrong(at, "signatures", "needs a role",
                         text_of(enum_name(&meaning_table, (int) s->meaning)));
        if (need_role(p, at, "signatures", s->role) || need_role(p, at, "signatures", s->stand_in))
            return -1;
        disposed = disposed || s->meaning == MEANING_DISPOSITION;
    }
    return disposed || !disposes(c) ? 0
                                    : wrong(at, "signatures",
                                            "must have a signature \"disposition\"",
                                            (text_t){NULL, 0});
}

static int check_before(const struct review_class *c, const place_t *at) {
    for (size_t i = 0; i < c->before.n; i++)
        if (c->before.at[i] < STAGE_ACKNOWLEDGED || c->before.at[i] > STAGE_CONTAINED)
            return wrong(at, "before", "acknowledge, assess or contain", (text_t){NULL, 0});
    return 0;
}

static int check_feedback(const struct procedure *p, size_t i, place_t *at) {
    const struct review_class *c = &p->feedback.at[i];
    snprintf(at->path, sizeof at->path, "feedback[%zu]", i);
    if (check_seats(p, c, at, SCOPE_FEEDBACK) ||
        check_known(&c->kinds, &feedback_kind_table, at, "kinds") ||
        check_before(c, at))
        return -1;
    if (c->kinds.n == 0)
        return wrong(at, "kinds", "must name at least one kind", (text_t){NULL, 0});
    if (c->convener.n)
        return wrong(at, "convener", "convenes orders alone: a review of feedback opens by itself",
                     c->convener);
    if (disposes(c) && c->reviewers.n == 0)
        return wrong(at, "reviewers", "must name at least one department", (text_t){NULL, 0});
    if (c->reviewers.n && c->concluder.n == 0)
        return wrong(at, "concluder", "must name a role", (text_t){NULL, 0});
    if (c->steps.n && c->reviewers.n == 0)
        return wrong(at, "signatures", "need reviewers: nothing is signed that nobody looked into",
                     (text_t){NULL, 0});
    return check_disposition_steps(p, c, at);
}

static bool covered(const struct procedure *p, int kind) {
    for (size_t i = 0; i < p->feedback.n; i++) {
        const struct review_class *c = &p->feedback.at[i];
        for (size_t k = 0; !c->severity && !c->safety && k < c->kinds.n; k++)
            if (c->kinds.at[k] == kind)
                return true;
    }
    return false;
}

/* QP21-4.6: whatever a customer says finds its class, before it is assessed, too. */
static int check_coverage(const struct procedure *p, const place_t *at) {
    for (size_t i = 0; p->feedback.n && i < feedback_kind_table.n; i++)
        if (!covered(p, feedback_kind_table.values[i].value))
            return wrong(at, "feedback", "has no class that does without severity and safety",
                         text_of(feedback_kind_table.values[i].name));
    return 0;
}

int procedure_check(const struct procedure *p, problem_t *problem) {
    place_t at = {.problem = problem};
    for (size_t i = 0; i < p->departments.n; i++)
        if (check_department(p, i, &at))
            return -1;
    for (size_t i = 0; i < p->roles.n; i++)
        if (check_role(p, i, &at))
            return -1;
    for (size_t i = 0; i < p->classes.n; i++)
        if (check_class(p, i, &at))
            return -1;
    for (size_t i = 0; i < p->feedback.n; i++)
        if (check_feedback(p, i, &at))
            return -1;
    for (size_t i = 0; i < p->special.n; i++) {
        snprintf(at.path, sizeof at.path, "special[%zu]", i);
        if (!procedure_class(p, p->special.at[i].order_class))
            return wrong(&at, "class", "is no class of this procedure",
                         p->special.at[i].order_class);
    }
    at.path[0] = '\0';
    for (size_t i = 0; i < p->oral_channels.n; i++)
        if (!enum_name(&channel_table, (int) p->oral_channels.at[i]))
            return wrong(&at, "confirm_first", "an unknown channel", (text_t){NULL, 0});
    return check_coverage(p, &at) || procedure_check_time(p, problem) || deadline_check(p, problem)
               ? -1
               : 0;
}
