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

const struct order_class *procedure_class(const struct procedure *p, text_t key) {
    for (size_t i = 0; i < p->classes.n; i++)
        if (text_equal(p->classes.at[i].key, key))
            return &p->classes.at[i];
    return NULL;
}

const struct reviewer *class_reviewer(const struct order_class *c, text_t department) {
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

static int check_department(const struct procedure *p, size_t i, place_t *at) {
    const struct department *d = &p->departments.at[i];
    snprintf(at->path, sizeof at->path, "departments[%zu]", i);
    if (procedure_department(p, d->key) != d)
        return wrong(at, "key", "is there twice", d->key);
    for (size_t k = 0; k < d->reviewers.n; k++)
        if (need_role(p, at, "reviewers", d->reviewers.at[k]))
            return -1;
    if (d->assessor.n && !assessor_find(d->assessor))
        return wrong(at, "assessor", "is no rule of this program", d->assessor);
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
    return 0;
}

static int check_reviewers(const struct procedure *p, const struct order_class *c,
                           const place_t *at) {
    for (size_t k = 0; k < c->reviewers.n; k++) {
        const struct reviewer *r = &c->reviewers.at[k];
        const struct department *d = procedure_department(p, r->department);
        if (!d)
            return wrong(at, "reviewers", "is no department of this procedure", r->department);
        if (class_reviewer(c, r->department) != r)
            return wrong(at, "reviewers", "is asked twice", r->department);
        if (r->mode != MODE_MANUAL && d->assessor.n == 0)
            return wrong(at, "reviewers", "has no assessor: its mode must be manual",
                         r->department);
        if (d->reviewers.n == 0)
            return wrong(at, "reviewers", "has no role that gives its verdict", r->department);
    }
    return 0;
}

static int check_steps(const struct procedure *p, const struct order_class *c, const place_t *at) {
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

static int check_class(const struct procedure *p, size_t i, place_t *at) {
    const struct order_class *c = &p->classes.at[i];
    snprintf(at->path, sizeof at->path, "classes[%zu]", i);
    if (procedure_class(p, c->key) != c)
        return wrong(at, "key", "is there twice", c->key);
    if (check_reviewers(p, c, at) || need_role(p, at, "convener", c->convener) ||
        need_role(p, at, "convener_stand_in", c->convener_stand_in) ||
        need_role(p, at, "concluder", c->concluder) ||
        need_role(p, at, "concluder_stand_in", c->concluder_stand_in))
        return -1;
    return check_steps(p, c, at);
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
    return 0;
}
