/* SPDX-License-Identifier: Apache-2.0
 *
 * order_actor: who may take a step. Acts come from the procedure in force; the seats of a review
 * (convener, reviewers, concluder, signers) from the edition that the review keeps. Four eyes are
 * by person, not by role: whoever registered the order or wrote its current revision neither
 * concludes nor signs, whatever roles they hold.
 */
#include "common/domain/order_rules.h"

static int may_act(const context_t *context, const person_t *person, enum act act,
                   problem_t *problem) {
    const struct procedure *procedure = context_procedure(context);
    if (!procedure)
        return problem_set(problem, REASON_WRONG_STATE, "", "no procedure has been adopted");
    if (person_may(procedure, person, act))
        return 0;
    return problem_set(problem, REASON_WRONG_ROLE, "", "none of your roles may %s",
                       enum_name(&act_table, (int) act));
}

static bool barred(const order_t *self, const struct procedure *edition, const person_t *person) {
    return edition->four_eyes && (ident_equal(person->id, self->registrant) ||
                                  ident_equal(person->id, order_revision(self)->author));
}

/* Nobody who holds the role may act here: every active holder is barred, or there is none. */
static bool vacant(const order_t *self, const context_t *context, const struct procedure *edition,
                   text_t role) {
    const person_t *persons;
    size_t n = context_persons(context, &persons);
    for (size_t i = 0; i < n; i++)
        if (!persons[i].revoked && person_has_role(&persons[i], role) &&
            !barred(self, edition, &persons[i]))
            return false;
    return true;
}

typedef struct seat {
    text_t role, stand_in;
    const char *clause;
} seat_t;

static int may_sit(const order_t *self, const context_t *context, const seat_t *seat,
                   const person_t *person, problem_t *problem) {
    const struct procedure *edition = order_procedure(self, context);
    bool holds = seat->role.n && person_has_role(person, seat->role);
    bool stands = !holds && seat->stand_in.n && person_has_role(person, seat->stand_in);
    if (!holds && !stands)
        return refuse(problem, REASON_WRONG_ROLE, seat->clause, "", "this is for the role %.*s",
                      (int) seat->role.n, seat->role.n ? seat->role.p : "");
    if (stands && !vacant(self, context, edition, seat->role))
        return refuse(problem, REASON_WRONG_ROLE, seat->clause, "",
                      "%.*s steps in only where four eyes bar every %.*s", (int) seat->stand_in.n,
                      seat->stand_in.p, (int) seat->role.n, seat->role.n ? seat->role.p : "");
    if (barred(self, edition, person))
        return problem_set(problem, REASON_FOUR_EYES, "",
                           "you registered this order or wrote its current revision");
    return 0;
}

static int may_speak(const order_t *self, const context_t *context, text_t department,
                     const person_t *person, problem_t *problem) {
    const struct procedure *edition = order_procedure(self, context);
    const struct department *entry = edition ? procedure_department(edition, department) : NULL;
    for (size_t i = 0; entry && i < entry->reviewers.n; i++)
        if (person_has_role(person, entry->reviewers.at[i]))
            return 0;
    return problem_set(problem, REASON_WRONG_ROLE, "department", "you do not speak for %.*s",
                       (int) department.n, department.n ? department.p : "");
}

/* A daemon speaks for its own department; under which mandate is for the body to show. */
static int daemon_may(const order_t *self, const context_t *context, const order_step_t *step,
                      const daemon_entry_t *daemon, problem_t *problem) {
    if (step->kind != KIND_ORDER_VERDICT && step->kind != KIND_ORDER_ADVISE)
        return problem_set(problem, REASON_NOT_A_PERSON, "", "a daemon neither decides nor signs");
    if (daemon->revoked || daemon->part != PART_DEPARTMENT ||
        !text_equal(daemon->department, step->department))
        return problem_set(problem, REASON_WRONG_ROLE, "department",
                           "the daemon of that department alone");
    const struct order_class *class = order_class_of(self, context);
    const struct reviewer *reviewer = class ? class_reviewer(class, step->department) : NULL;
    if (!reviewer)
        return problem_set(problem, REASON_NOT_ASKED, "department", "not a reviewer of this class");
    if (step->kind == KIND_ORDER_VERDICT && reviewer->mode != MODE_AUTO)
        return problem_set(problem, REASON_MANDATE_MISSING, "department",
                           "on orders of this class people give this department's verdict");
    if (reviewer->mode == MODE_MANUAL)
        return problem_set(problem, REASON_WRONG_STATE, "department",
                           "this department wants no advice on this class");
    return 0;
}

static int person_may_take(const order_t *self, const context_t *context, const order_step_t *step,
                           const person_t *person, problem_t *problem) {
    static const struct {
        kind_t kind;
        enum act act;
    } ACTS[] = {
        {KIND_ORDER_REGISTER, ACT_REGISTER}, {KIND_ORDER_CLASSIFY, ACT_CLASSIFY},
        {KIND_ORDER_AMEND, ACT_AMEND},       {KIND_ORDER_CUSTOMER_CONFIRM, ACT_CUSTOMER_CONFIRM},
        {KIND_ORDER_DECLINE, ACT_DECLINE},   {KIND_ORDER_WITHDRAW, ACT_WITHDRAW}};
    const kind_t kind = step->kind;
    for (size_t i = 0; i < sizeof ACTS / sizeof *ACTS; i++)
        if (ACTS[i].kind == kind)
            return may_act(context, person, ACTS[i].act, problem);
    if (kind == KIND_ORDER_VERDICT || kind == KIND_ORDER_RETRACT)
        return may_speak(self, context, step->department, person, problem);
    const struct order_class *class = order_class_of(self, context);
    if (kind == KIND_ORDER_CONVENE && class)
        return may_sit(self, context,
                       &(seat_t){class->convener, class->convener_stand_in, "QP21-3.1"}, person,
                       problem);
    if (kind == KIND_ORDER_CONCLUDE && class)
        return may_sit(self, context,
                       &(seat_t){class->concluder, class->concluder_stand_in, "QP21-4.3.2"}, person,
                       problem);
    const struct step *next = order_next_step(self, context);
    if (kind == KIND_ORDER_SIGN && next)
        return may_sit(self, context, &(seat_t){next->role, next->stand_in, "QP21-3.5"}, person,
                       problem);
    return problem_set(problem, REASON_WRONG_ROLE, "", "only a department's daemon advises");
}

int rule_actor(const order_t *self, const context_t *context, const order_step_t *step,
               const authority_t *authority, problem_t *problem) {
    if (authority->person)
        return person_may_take(self, context, step, authority->person, problem);
    if (authority->daemon)
        return daemon_may(self, context, step, authority->daemon, problem);
    return problem_set(problem, REASON_UNKNOWN_PERSON, "", "nobody signed this");
}
