/* SPDX-License-Identifier: Apache-2.0
 *
 * delegation: a person lets another act in one of their roles for a period (代理). Whoever acts so
 * holds that role alone, so that all that asks for roles and acts asks it of them unchanged; and they
 * are still themselves, and the grantor is with them, so that four eyes see both.
 *
 * It counts while its period lasts, nobody has ended it, both work here, the grantor holds the role,
 * and the procedure in force lets the delegate act in it. It is a role that is held, not one that is
 * delegated, which can be delegated: not onward.
 */
#include "common/base/language.h"
#include "common/base/moment.h"
#include "common/base/text.h"
#include "common/domain/context_internal.h"
#include "common/domain/keep.h"

#define PERIOD_MAX_MS (366 * DAY_MS)

/* ---- looking up ---- */

static delegation_entry_t *entry_of(const directory_t *d, ident_t id) {
    for (size_t i = 0; i < d->delegations_n; i++)
        if (ident_equal(d->delegations[i].id, id))
            return &d->delegations[i];
    return NULL;
}

const delegation_entry_t *context_delegation(const context_t *self, ident_t id) {
    return ident_none(id) ? NULL : entry_of(&self->directory, id);
}

size_t context_delegations(const context_t *self, const delegation_entry_t **list) {
    *list = self->directory.delegations;
    return self->directory.delegations_n;
}

ident_t context_behalf(const context_t *self, ident_t mandate) {
    const delegation_entry_t *entry = context_delegation(self, mandate);
    return entry ? entry->grantor : (ident_t){{0}};
}

bool role_delegable(const struct procedure *procedure, text_t role, const person_t *to) {
    const struct role *entry = procedure ? procedure_role(procedure, role) : NULL;
    if (!entry)
        return false;
    for (size_t i = 0; i < entry->delegates.n; i++)
        if (person_has_role(to, entry->delegates.at[i]))
            return true;
    return person_has_role(to, role);
}

static const char *why_not(const context_t *self, const delegation_entry_t *entry, moment_t time) {
    const person_t *grantor = context_person(self, entry->grantor),
                   *delegate = context_person(self, entry->body.delegate);
    if (entry->ended)
        return N_("it was ended");
    if (time < entry->body.from)
        return N_("its period has not begun");
    if (time > entry->body.until)
        return N_("its period is over");
    if (!grantor || grantor->revoked || !person_has_role(grantor, entry->body.role))
        return N_("whoever granted it no longer holds the role");
    if (!delegate || delegate->revoked ||
        !role_delegable(context_procedure(self), entry->body.role, delegate))
        return N_("the procedure no longer lets the delegate act in this role");
    return NULL;
}

bool delegation_holds(const context_t *self, const delegation_entry_t *entry, moment_t time) {
    return why_not(self, entry, time) == NULL;
}

const delegation_entry_t *context_delegation_to(const context_t *self, ident_t delegate,
                                                moment_t time, size_t index) {
    const directory_t *d = &self->directory;
    for (size_t i = 0; i < d->delegations_n; i++)
        if (ident_equal(d->delegations[i].body.delegate, delegate) &&
            delegation_holds(self, &d->delegations[i], time) && index-- == 0)
            return &d->delegations[i];
    return NULL;
}

person_t delegation_acting(const context_t *self, const delegation_entry_t *entry) {
    const person_t *delegate = context_person(self, entry->body.delegate);
    person_t acting = delegate ? *delegate : (person_t){.id = entry->body.delegate};
    acting.roles = entry->roles;
    acting.administrator = false;
    acting.behalf = entry->grantor;
    return acting;
}

bool context_reads(const context_t *self, const person_t *person, const char *what,
                   moment_t time) {
    const struct procedure *procedure = context_procedure(self);
    const delegation_entry_t *entry;
    if (!procedure || person_reads(procedure, person, what))
        return procedure != NULL;
    for (size_t i = 0; (entry = context_delegation_to(self, person->id, time, i)) != NULL; i++) {
        person_t acting = delegation_acting(self, entry);
        if (person_reads(procedure, &acting, what))
            return true;
    }
    return false;
}

/* ---- acting ---- */

/* What a role does: on cases, customers, reference data. Not what makes people, mandates and rules;
   nor what is passed on to somebody else, which would be onward. */
static bool delegable(const kind_info_t *info) {
    if (info->kind == KIND_ROUND_FORWARD)
        return false;
    return scope_of_cases(info->scope) || info->scope == SCOPE_CUSTOMER ||
           info->scope == SCOPE_REFERENCE;
}

bool kind_forwarded(kind_t kind) {
    return kind == KIND_ROUND_VERDICT || kind == KIND_ROUND_RETRACT;
}

int authority_behalf(const context_t *self, const struct command *command, moment_t time,
                     authority_t *authority, problem_t *problem) {
    if (ident_none(command->mandate) || !authority->person)
        return 0; /* a daemon's is a standing mandate: the review looks at it */
    const kind_info_t *info = kind_info(command->kind);
    const delegation_entry_t *entry = context_delegation(self, command->mandate);
    if (!entry && kind_forwarded(info->kind))
        return 0; /* what was forwarded, the review knows */
    if (!entry || !ident_equal(entry->body.delegate, authority->person->id))
        return problem_set(problem, REASON_MANDATE_ENDED, "mandate",
                           "there is no such delegation to you");
    if (!delegable(info))
        return problem_set(problem, REASON_MANDATE_ENDED, "mandate",
                           "%s is not done for somebody else", info->name);
    const char *refusal = why_not(self, entry, time);
    if (refusal)
        return problem_set(problem, REASON_MANDATE_ENDED, "mandate", "%s", refusal);
    authority->acting = delegation_acting(self, entry);
    authority->person = &authority->acting;
    return 0;
}

/* ---- the fold ---- */

void delegation_apply(context_t *self, const decoded_t *event) {
    directory_t *d = &self->directory;
    delegation_entry_t *entry = entry_of(d, event->event.object);
    if (event->info->kind == KIND_DELEGATION_END && entry && !entry->ended)
        entry->ended = (position_t) event->event.position;
    if (event->info->kind != KIND_DELEGATION_GRANT || entry)
        return;
    const struct delegation *body = keep(self->arena, &delegation_record, event->body);
    struct text_list roles = {keep_grow(self->arena, NULL, 0, sizeof(text_t)), 1};
    roles.at[0] = body->role;
    d->delegations = grow(d->delegations, d->delegations_n, sizeof *d->delegations);
    d->delegations[d->delegations_n++] =
        (delegation_entry_t){.id = event->event.object,
                             .grantor = event->command.actor,
                             .body = *body,
                             .roles = roles,
                             .since = (position_t) event->event.position};
}

/* ---- granting and ending ---- */

static int check_delegate(const context_t *self, const person_t *grantor,
                          const struct delegation *b, problem_t *problem) {
    const person_t *delegate = context_person(self, b->delegate);
    if (!delegate || delegate->revoked)
        return problem_set(problem, REASON_UNKNOWN_REFERENCE, "delegate", "nobody who works here");
    if (ident_equal(delegate->id, grantor->id))
        return problem_set(problem, REASON_FIELD_RANGE, "delegate", "somebody else than yourself");
    if (!role_delegable(context_procedure(self), b->role, delegate))
        return problem_set(problem, REASON_WRONG_ROLE, "delegate",
                           "the procedure does not let them act for %.*s", (int) b->role.n,
                           b->role.p);
    return 0;
}

static int check_period(const struct delegation *b, moment_t time, problem_t *problem) {
    if (b->until <= time)
        return problem_set(problem, REASON_FIELD_RANGE, "until", "later than now");
    if (b->from >= b->until)
        return problem_set(problem, REASON_FIELD_RANGE, "from", "before its end");
    if (b->until - b->from > PERIOD_MAX_MS)
        return problem_set(problem, REASON_FIELD_RANGE, "until", "at most 366 days");
    return 0;
}

/* One that says no more than another would only have to be ended twice. */
static int check_new(const context_t *self, ident_t grantor, const struct delegation *b,
                     problem_t *problem) {
    const directory_t *d = &self->directory;
    for (size_t i = 0; i < d->delegations_n; i++) {
        const delegation_entry_t *e = &d->delegations[i];
        if (!e->ended && ident_equal(e->grantor, grantor) &&
            ident_equal(e->body.delegate, b->delegate) && text_equal(e->body.role, b->role) &&
            e->body.from <= b->from && e->body.until >= b->until)
            return problem_set(problem, REASON_ALREADY, "delegate",
                               "you let them act in this role for that time");
    }
    return 0;
}

static int check_grant(const context_t *self, const authority_t *authority,
                       const struct delegation *b, moment_t time, problem_t *problem) {
    const struct procedure *procedure = context_procedure(self);
    const person_t *grantor = authority->person;
    if (!procedure)
        return problem_set(problem, REASON_WRONG_STATE, "", "no procedure has been adopted");
    if (!procedure_role(procedure, b->role))
        return problem_set(problem, REASON_UNKNOWN_REFERENCE, "role",
                           "%.*s is not in the procedure", (int) b->role.n, b->role.p);
    if (!person_has_role(grantor, b->role))
        return problem_set(problem, REASON_WRONG_ROLE, "role", "you do not hold it yourself");
    if (check_delegate(self, grantor, b, problem) || check_period(b, time, problem))
        return -1;
    if (text_trim(b->reason).n == 0)
        return problem_set(problem, REASON_FIELD_MISSING, "reason", "%s", "");
    return check_new(self, grantor->id, b, problem);
}

static int check_end(const context_t *self, const authority_t *authority, ident_t object,
                     problem_t *problem) {
    const delegation_entry_t *entry = context_delegation(self, object);
    const person_t *person = authority->person;
    if (!entry)
        return problem_set(problem, REASON_UNKNOWN_CASE, "object", "no such delegation");
    if (entry->ended)
        return problem_set(problem, REASON_ALREADY, "object", "it has ended");
    if (!person->administrator && !ident_equal(person->id, entry->grantor) &&
        !ident_equal(person->id, entry->body.delegate))
        return problem_set(problem, REASON_WRONG_ROLE, "actor",
                           "whoever granted it, the delegate, or an administrator");
    return 0;
}

int delegation_check(const context_t *self, const authority_t *authority,
                     const struct command *command, const void *body, moment_t time,
                     problem_t *problem) {
    if (!authority->person)
        return problem_set(problem, REASON_NOT_A_PERSON, "actor", "%s", "");
    return command->kind == KIND_DELEGATION_GRANT
               ? check_grant(self, authority, body, time, problem)
               : check_end(self, authority, command->object, problem);
}
