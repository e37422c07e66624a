/* SPDX-License-Identifier: Apache-2.0
 *
 * review_actor: who may take a step of a review. The seats (reviewers, concluder, signers) come from
 * the edition that the review keeps. Four eyes are by person, not by role: whoever registered the
 * case or wrote its current revision neither concludes nor signs, whatever roles they hold.
 */
#include <stdio.h>

#include "common/domain/review.h"

static bool wrote_for(const review_t *self, ident_t mandate, ident_t person) {
    return ident_equal(person, context_behalf(self->context, mandate));
}

static bool wrote(const review_t *self, ident_t person) {
    return ident_equal(person, self->of->registrant) || ident_equal(person, self->of->author) ||
           wrote_for(self, self->of->registrant_mandate, person) ||
           wrote_for(self, self->of->author_mandate, person);
}

/* Neither whoever signs nor whoever they sign for. */
static bool barred(const review_t *self, const person_t *person) {
    return self->edition->four_eyes &&
           (wrote(self, person->id) ||
            (!ident_none(person->behalf) && wrote(self, person->behalf)));
}

/* Nobody who holds the role may act here: every active holder is barred, or there is none.
   Delegates make no difference: one who acts for a barred holder is barred with them, and where a
   holder is not barred the role is not vacant, whoever acts for them. */
static bool vacant(const review_t *self, text_t role) {
    const person_t *persons;
    size_t n = context_persons(self->context, &persons);
    for (size_t i = 0; i < n; i++)
        if (!persons[i].revoked && person_has_role(&persons[i], role) && !barred(self, &persons[i]))
            return false;
    return true;
}

int review_may_sit(const review_t *self, const seat_t *seat, const person_t *person,
                   problem_t *problem) {
    bool holds = seat->role.n && person_has_role(person, seat->role);
    bool stands = !holds && seat->stand_in.n && person_has_role(person, seat->stand_in);
    if (!holds && !stands)
        return refuse(problem, REASON_WRONG_ROLE, seat->clause, "", "this is for the role %.*s",
                      (int) seat->role.n, seat->role.n ? seat->role.p : "");
    if (stands && !vacant(self, seat->role))
        return refuse(problem, REASON_WRONG_ROLE, seat->clause, "",
                      "%.*s steps in only where four eyes bar every %.*s", (int) seat->stand_in.n,
                      seat->stand_in.p, (int) seat->role.n, seat->role.n ? seat->role.p : "");
    if (barred(self, person))
        return problem_set(problem, REASON_FOUR_EYES, "",
                           "you registered this case or wrote its current revision");
    return 0;
}

/* A daemon speaks for its own department; under which mandate is for the body to show. */
static int daemon_may(const review_t *self, const attempt_t *attempt, const daemon_entry_t *daemon,
                      problem_t *problem) {
    if (attempt->kind != KIND_ROUND_VERDICT && attempt->kind != KIND_ROUND_ADVISE)
        return problem_set(problem, REASON_NOT_A_PERSON, "", "a daemon neither decides nor signs");
    if (daemon->revoked || daemon->part != PART_DEPARTMENT ||
        !text_equal(daemon->department, attempt->department))
        return problem_set(problem, REASON_WRONG_ROLE, "department",
                           "the daemon of that department alone");
    const struct reviewer *reviewer =
        self->class ? class_reviewer(self->class, attempt->department) : NULL;
    if (!reviewer)
        return problem_set(problem, REASON_NOT_ASKED, "department", "not a reviewer of this class");
    if (attempt->kind == KIND_ROUND_VERDICT && reviewer->mode != MODE_AUTO)
        return problem_set(problem, REASON_MANDATE_MISSING, "department",
                           "on cases of this class people give this department's verdict");
    if (reviewer->mode == MODE_MANUAL)
        return problem_set(problem, REASON_WRONG_STATE, "department",
                           "this department wants no advice on this class");
    return 0;
}

static int person_may_take(const review_t *self, const attempt_t *attempt, const person_t *person,
                           problem_t *problem) {
    const kind_t kind = attempt->kind;
    const struct review_class *class = self->class;
    if (kind == KIND_ROUND_VERDICT || kind == KIND_ROUND_RETRACT || kind == KIND_ROUND_FORWARD)
        return review_may_speak(self, attempt, person, problem);
    if (kind == KIND_ROUND_ADD_REVIEWER)
        return review_may_add(self, person, problem);
    if (kind == KIND_ROUND_CONCLUDE && class)
        return review_may_sit(
            self, &(seat_t){class->concluder, class->concluder_stand_in, self->scale->clause},
            person, problem);
    const struct step *next = review_next_step(self);
    if (kind == KIND_ROUND_SIGN && next)
        return review_may_sit(self, &(seat_t){next->role, next->stand_in, self->scale->signing}, person,
                              problem);
    return problem_set(problem, REASON_WRONG_ROLE, "", "only a department's daemon advises");
}

int review_actor(const review_t *self, const attempt_t *attempt, const authority_t *authority,
                 problem_t *problem) {
    if (authority->person)
        return person_may_take(self, attempt, authority->person, problem);
    if (authority->daemon)
        return daemon_may(self, attempt, authority->daemon, problem);
    return problem_set(problem, REASON_UNKNOWN_PERSON, "", "nobody signed this");
}

/* ---- bodies: automatic verdicts, measures ---- */

/* Whoever granted it is still there and still manages the department: nobody answers for it else.
 */
static bool answered_for(const review_t *self, const mandate_entry_t *mandate) {
    const struct department *department =
        procedure_department(context_procedure(self->context), mandate->mandate.department);
    const person_t *grantor = context_person(self->context, mandate->grantor);
    return department && grantor && !grantor->revoked &&
           person_has_role(grantor, department->manager);
}

/* What an automatic verdict must show: a sure rule that says the same, and a manager's mandate in
 * force for it and for the class that made the daemon ask (daemon_may). */
static int check_mandate(const review_t *self, const check_t *ask, const struct verdict_given *body,
                         problem_t *problem) {
    const mandate_entry_t *mandate = context_mandate(self->context, ask->command->mandate);
    if (!mandate)
        return problem_set(problem, REASON_MANDATE_MISSING, "mandate",
                           "the verdict names no mandate that is known");
    if (body->assessment.n != 1 || !body->assessment.at[0].certain ||
        body->assessment.at[0].verdict != body->verdict)
        return problem_set(problem, REASON_MANDATE_MISSING, "assessment",
                           "an automatic verdict is what a rule says for certain");
    text_t rule = body->assessment.at[0].rule;
    bool covers = !mandate->ended && mandate->mandate.until >= ask->time &&
                  answered_for(self, mandate) &&
                  text_equal(mandate->mandate.department, body->department) &&
                  text_equal(mandate->mandate.rule, rule);
    bool class_listed = false;
    for (size_t i = 0; i < mandate->mandate.classes.n; i++)
        class_listed =
            class_listed || text_equal(mandate->mandate.classes.at[i], self->class->key);
    if (!covers || !class_listed)
        return problem_set(problem, REASON_MANDATE_MISSING, "mandate",
                           "it has ended or does not cover this department, rule and class");
    return 0;
}

static int check_verdict(const review_t *self, const check_t *ask, problem_t *problem) {
    const struct verdict_given *body = ask->body;
    if (round_check_verdict(self->round, body, problem))
        return -1;
    if (!ask->authority->daemon)
        return 0;
    const round_verdict_t *standing = round_standing(self->round, body->department);
    if (standing && context_person(self->context, standing->actor))
        return problem_set(problem, REASON_ALREADY, "department",
                           "a person has given this department's verdict");
    return check_mandate(self, ask, body, problem);
}

static int check_conclude(const review_t *self, const check_t *ask, problem_t *problem) {
    const struct conclude *body = ask->body;
    if (round_check_conclusion(self->round, body, problem))
        return -1;
    for (size_t i = 0; i < body->measures.n; i++) {
        char path[32];
        snprintf(path, sizeof path, "measures[%zu]", i);
        if (measure_check(self->context, &body->measures.at[i], path, ask->time, problem))
            return -1;
    }
    return 0;
}

int review_body(const review_t *self, const check_t *ask, problem_t *problem) {
    if (ask->command->kind == KIND_ROUND_VERDICT)
        return check_verdict(self, ask, problem);
    if (ask->command->kind == KIND_ROUND_FORWARD || ask->command->kind == KIND_ROUND_ADD_REVIEWER)
        return review_check_asked(self, ask, problem);
    return ask->command->kind == KIND_ROUND_CONCLUDE ? check_conclude(self, ask, problem) : 0;
}
