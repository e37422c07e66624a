/* SPDX-License-Identifier: Apache-2.0
 *
 * directory_check: what enrolments, changes, revocations and mandates must fulfil. A pending act is
 * checked again when it is confirmed, for by then another may have taken the name.
 */
#include "common/base/text.h"
#include "common/domain/context_internal.h"

static bool handle_fits(text_t handle) {
    for (size_t i = 0; i < handle.n; i++) {
        char c = handle.p[i];
        bool letter = c >= 'a' && c <= 'z';
        if (!letter && (i == 0 || !((c >= '0' && c <= '9') || c == '.' || c == '-')))
            return false;
    }
    return handle.n > 0;
}

static bool key_used(const context_t *self, pubkey_t key) {
    const directory_t *d = &self->directory;
    for (size_t i = 0; i < d->keys_n; i++)
        if (pubkey_equal(d->keys[i].key, key))
            return true;
    for (size_t i = 0; i < d->daemons_n; i++)
        if (pubkey_equal(d->daemons[i].key, key))
            return true;
    return self->genesis && pubkey_equal(self->genesis->recovery_key, key);
}

static int check_new_key(const context_t *self, pubkey_t key, problem_t *problem) {
    return key_used(self, key)
               ? problem_set(problem, REASON_ALREADY, "key", "make a new key; none is used twice")
               : 0;
}

static int check_new_curve(const context_t *self, pubkey_t curve, problem_t *problem) {
    if (context_station_by_curve(self, curve) || context_daemon_by_curve(self, curve))
        return problem_set(problem, REASON_ALREADY, "curve", "make a new key; none is used twice");
    return 0;
}

static int check_department(const context_t *self, text_t key, problem_t *problem) {
    const struct procedure *procedure = context_procedure(self);
    if (procedure && !procedure_department(procedure, key))
        return problem_set(problem, REASON_UNKNOWN_REFERENCE, "department",
                           "%.*s is not in the procedure", (int) key.n, key.p);
    return 0;
}

static int check_roles(const context_t *self, const struct text_list *roles, problem_t *problem) {
    const struct procedure *procedure = context_procedure(self);
    for (size_t i = 0; procedure && i < roles->n; i++)
        if (!procedure_role(procedure, roles->at[i]))
            return problem_set(problem, REASON_UNKNOWN_REFERENCE, "roles",
                               "%.*s is not in the procedure", (int) roles->at[i].n,
                               roles->at[i].p);
    return 0;
}

static int check_name(const context_t *self, text_t name, ident_t own, problem_t *problem) {
    const directory_t *d = &self->directory;
    for (size_t i = 0; i < d->persons_n; i++)
        if (!d->persons[i].revoked && text_equal(d->persons[i].name, name) &&
            !ident_equal(d->persons[i].id, own))
            return problem_set(problem, REASON_ALREADY, "name",
                               "another person has this name; add what tells them apart");
    return 0;
}

static int check_person_enrol(const context_t *self, const struct person_enrol *b,
                              problem_t *problem) {
    const directory_t *d = &self->directory;
    if (!handle_fits(b->handle))
        return problem_set(problem, REASON_FIELD_TEXT, "handle",
                           "lower-case letters, then digits, dots and hyphens, too");
    for (size_t i = 0; i < d->persons_n; i++)
        if (text_equal(d->persons[i].handle, b->handle))
            return problem_set(problem, REASON_ALREADY, "handle", "this handle was given before");
    if (check_name(self, b->name, (ident_t){{0}}, problem) ||
        check_new_key(self, b->key, problem) || check_department(self, b->department, problem))
        return -1;
    return check_roles(self, &b->roles, problem);
}

/* Of somebody whom find_person found. */
static int check_last_administrator(const context_t *self, const person_t *person,
                                    problem_t *problem) {
    if (person->administrator && directory_administrators(self) == 1)
        return problem_set(problem, REASON_LAST_ADMINISTRATOR, "", "%s", "");
    return 0;
}

static int find_person(const context_t *self, ident_t id, const person_t **person,
                       problem_t *problem) {
    *person = context_person(self, id);
    if (!*person)
        return problem_set(problem, REASON_UNKNOWN_CASE, "object", "no such person");
    if ((*person)->revoked)
        return problem_set(problem, REASON_ENDED, "object", "this person's enrolment was revoked");
    return 0;
}

static int check_person_change(const context_t *self, ident_t id, const struct person_change *b,
                               problem_t *problem) {
    const person_t *person;
    if (find_person(self, id, &person, problem) ||
        (!b->administrator && check_last_administrator(self, person, problem)))
        return -1;
    if (check_name(self, b->name, id, problem) || check_department(self, b->department, problem))
        return -1;
    return check_roles(self, &b->roles, problem);
}

static int check_station_enrol(const context_t *self, const struct station_enrol *b,
                               problem_t *problem) {
    const directory_t *d = &self->directory;
    for (size_t i = 0; i < d->stations_n; i++)
        if (!d->stations[i].revoked && text_equal(d->stations[i].name, b->name))
            return problem_set(problem, REASON_ALREADY, "name",
                               "another workstation has this name");
    return check_new_curve(self, b->curve, problem) ||
                   check_department(self, b->department, problem)
               ? -1
               : 0;
}

static int check_daemon_enrol(const context_t *self, const struct daemon_enrol *b,
                              problem_t *problem) {
    const person_t *answers;
    if (b->part == PART_COORDINATOR || b->part == PART_ARCHIVER)
        return problem_set(problem, REASON_FIELD_RANGE, "part",
                           "genesis names coordinator and archiver");
    if (context_daemon_by_name(self, b->name))
        return problem_set(problem, REASON_ALREADY, "name", "revoke the one of this name first");
    if (b->part == PART_DEPARTMENT && b->department.n == 0)
        return problem_set(problem, REASON_FIELD_MISSING, "department", "%s", "");
    if (find_person(self, b->answers, &answers, problem))
        return problem_set(problem, REASON_UNKNOWN_REFERENCE, "answers",
                           "an active person answers for a daemon");
    if (check_new_key(self, b->key, problem) || check_new_curve(self, b->curve, problem))
        return -1;
    return b->department.n ? check_department(self, b->department, problem) : 0;
}

static int check_gone(bool there, bool revoked, problem_t *problem) {
    if (!there)
        return problem_set(problem, REASON_UNKNOWN_CASE, "object", "%s", "");
    return revoked ? problem_set(problem, REASON_ALREADY, "object", "it is revoked") : 0;
}

/* Who signs heads is pinned by genesis: every follower knows that key alone. The archiver's may change,
   and the record says from where on. */
static int check_daemon_key(const context_t *self, const daemon_entry_t *daemon,
                            const struct key_replace *b, problem_t *problem) {
    if (daemon->part == PART_COORDINATOR)
        return problem_set(problem, REASON_FIELD_RANGE, "object", "genesis names the coordinator's key");
    if (daemon->revoked)
        return problem_set(problem, REASON_ENDED, "object", "this daemon's enrolment was revoked");
    return check_new_key(self, b->key, problem);
}

/* The act itself, whoever asks for it: checked when it is given and again when it is confirmed. */
static int check_act(const context_t *self, kind_t kind, ident_t object, const void *body,
                     problem_t *problem) {
    const person_t *person;
    const station_t *station = context_station(self, object);
    const daemon_entry_t *daemon = context_daemon(self, object);
    switch ((int) kind) {
    case KIND_PERSON_ENROL: return check_person_enrol(self, body, problem);
    case KIND_PERSON_CHANGE: return check_person_change(self, object, body, problem);
    case KIND_PERSON_REVOKE:
        return find_person(self, object, &person, problem) ||
                       check_last_administrator(self, person, problem)
                   ? -1
                   : 0;
    case KIND_KEY_REPLACE:
        if (daemon)
            return check_daemon_key(self, daemon, body, problem);
        return find_person(self, object, &person, problem) ||
                       check_new_key(self, ((const struct key_replace *) body)->key, problem)
                   ? -1
                   : 0;
    case KIND_STATION_ENROL: return check_station_enrol(self, body, problem);
    case KIND_STATION_REVOKE:
        return check_gone(station != NULL, station && station->revoked, problem);
    case KIND_DAEMON_ENROL: return check_daemon_enrol(self, body, problem);
    case KIND_DAEMON_REVOKE:
        if (daemon && (daemon->part == PART_COORDINATOR || daemon->part == PART_ARCHIVER))
            return problem_set(problem, REASON_FIELD_RANGE, "object",
                               "genesis names coordinator and archiver");
        return check_gone(daemon != NULL, daemon && daemon->revoked, problem);
    default: return 0;
    }
}

static int check_confirm(const context_t *self, const authority_t *authority,
                         const struct confirm *b, problem_t *problem) {
    const directory_t *d = &self->directory;
    bool recovery = !authority->person && !authority->daemon;
    if (!recovery && require_administrator(authority, problem))
        return -1;
    for (size_t i = 0; i < d->pending_n; i++) {
        const pending_act_t *act = &d->pending[i];
        if (!ident_equal(act->head.id, b->pending))
            continue;
        if (authority->person && !b->refuse && ident_equal(act->head.by, authority->person->id))
            return problem_set(problem, REASON_SAME_ADMINISTRATOR, "actor", "%s", "");
        return b->refuse ? 0 : check_act(self, act->head.kind, act->object, act->body, problem);
    }
    return problem_set(problem, REASON_UNKNOWN_REFERENCE, "pending",
                       "nothing of this id waits for confirmation");
}

/* A department has one rule for orders and one for complaints; each is for its own classes. */
static int check_mandate_rule(const struct procedure *procedure,
                              const struct department *department, const struct mandate *b,
                              problem_t *problem) {
    bool orders = text_equal(department->assessor, b->rule);
    if (!orders && !text_equal(department->complaint_assessor, b->rule))
        return problem_set(problem, REASON_UNKNOWN_REFERENCE, "rule",
                           "the department's rule is %.*s", (int) department->assessor.n,
                           department->assessor.p);
    for (size_t i = 0; i < b->classes.n; i++) {
        text_t class = b->classes.at[i];
        bool of_orders = procedure_class(procedure, class) != NULL;
        if (!procedure_any_class(procedure, class))
            return problem_set(problem, REASON_UNKNOWN_REFERENCE, "classes",
                               "%.*s is not in the procedure", (int) class.n, class.p);
        if (of_orders != orders)
            return problem_set(problem, REASON_FIELD_RANGE, "classes",
                               "the rule does not speak on cases of class %.*s", (int) class.n,
                               class.p);
    }
    return 0;
}

static int check_mandate(const context_t *self, const authority_t *authority,
                         const struct mandate *b, moment_t time, problem_t *problem) {
    const struct procedure *procedure = context_procedure(self);
    if (require_act(self, authority, ACT_MANDATE, problem))
        return -1;
    const struct department *department = procedure_department(procedure, b->department);
    if (!department)
        return problem_set(problem, REASON_UNKNOWN_REFERENCE, "department", "%s", "");
    if (!person_has_role(authority->person, department->manager))
        return problem_set(problem, REASON_WRONG_ROLE, "actor", "%.*s signs it",
                           (int) department->manager.n, department->manager.p);
    if (check_mandate_rule(procedure, department, b, problem))
        return -1;
    return b->until > time ? 0
                           : problem_set(problem, REASON_FIELD_RANGE, "until", "later than now");
}

static int check_mandate_end(const context_t *self, const authority_t *authority, ident_t object,
                             problem_t *problem) {
    const mandate_entry_t *mandate = context_mandate(self, object);
    if (!mandate)
        return problem_set(problem, REASON_UNKNOWN_CASE, "object", "no such mandate");
    if (mandate->ended)
        return problem_set(problem, REASON_ALREADY, "object", "it has ended");
    if (!authority->person)
        return problem_set(problem, REASON_NOT_A_PERSON, "actor", "%s", "");
    if (!authority->person->administrator && !ident_equal(authority->person->id, mandate->grantor))
        return problem_set(problem, REASON_WRONG_ROLE, "actor",
                           "whoever granted it, or an administrator");
    return 0;
}

int directory_check(const context_t *self, const authority_t *authority,
                    const struct command *command, const void *body, moment_t time,
                    problem_t *problem) {
    switch ((int) command->kind) {
    case KIND_CONFIRM: return check_confirm(self, authority, body, problem);
    case KIND_MANDATE_GRANT: return check_mandate(self, authority, body, time, problem);
    case KIND_MANDATE_END: return check_mandate_end(self, authority, command->object, problem);
    case KIND_DELEGATION_GRANT:
    case KIND_DELEGATION_END:
        return delegation_check(self, authority, command, body, time, problem);
    default: break;
    }
    if (require_administrator(authority, problem))
        return -1;
    bool opens = kind_info(command->kind)->flags & OPENS;
    return check_act(self, (kind_t) command->kind, opens ? command->id : command->object, body,
                     problem);
}
