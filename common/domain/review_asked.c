/* SPDX-License-Identifier: Apache-2.0
 *
 * review_asked: who is asked beside those whom the class names: a verdict forwarded to somebody by
 * name (转交), a department added (加签). Both until the conclusion, of this review alone: one that
 * starts anew asks again whom its class asks.
 */
#include "common/base/language.h"
#include "common/base/text.h"
#include "common/domain/review.h"

/* ---- speaking for a department ---- */

bool review_speaks(const review_t *self, text_t department, const person_t *person) {
    const struct department *entry =
        self->edition ? procedure_department(self->edition, department) : NULL;
    for (size_t i = 0; entry && i < entry->reviewers.n; i++)
        if (person_has_role(person, entry->reviewers.at[i]))
            return true;
    return false;
}

/* Theirs by name; while whoever forwarded it still speaks for the department: nobody answers for it
   otherwise. */
static const char *why_not_forwarded(const review_t *self, const attempt_t *attempt,
                                     const person_t *person) {
    const round_forward_t *forward = round_forward_of(self->round, attempt->mandate);
    if (!forward || !ident_equal(forward->body->to, person->id) ||
        !text_equal(forward->body->department, attempt->department))
        return N_("it was not forwarded to you in this review");
    const person_t *forwarder = context_person(self->context, forward->actor);
    if (!forwarder || forwarder->revoked ||
        !review_speaks(self, attempt->department, forwarder))
        return N_("whoever forwarded it no longer speaks for the department");
    return NULL;
}

int review_may_speak(const review_t *self, const attempt_t *attempt, const person_t *person,
                     problem_t *problem) {
    bool cites = !ident_none(attempt->mandate) && ident_none(person->behalf);
    if (cites && self->round) {
        const char *refusal = why_not_forwarded(self, attempt, person);
        return refusal ? problem_set(problem, REASON_MANDATE_ENDED, "mandate", "%s", refusal) : 0;
    }
    if (review_speaks(self, attempt->department, person))
        return 0;
    return problem_set(problem, REASON_WRONG_ROLE, "department", "you do not speak for %.*s",
                       (int) attempt->department.n,
                       attempt->department.n ? attempt->department.p : "");
}

/* ---- forwarding ---- */

/* Of the department, or whom policy lets act for one who speaks for it. */
static bool may_be_asked(const review_t *self, const struct department *department,
                         const person_t *to) {
    const struct procedure *now = context_procedure(self->context);
    for (size_t i = 0; i < department->reviewers.n; i++)
        if (role_delegable(now, department->reviewers.at[i], to))
            return true;
    return text_equal(to->department, department->key);
}

static int check_forward(const review_t *self, const check_t *ask, problem_t *problem) {
    const struct forward *body = ask->body;
    const person_t *to = context_person(self->context, body->to);
    const struct department *department = procedure_department(self->edition, body->department);
    if (!to || to->revoked)
        return problem_set(problem, REASON_UNKNOWN_REFERENCE, "to", "nobody who works here");
    if (ident_equal(to->id, ask->authority->person->id))
        return problem_set(problem, REASON_FIELD_RANGE, "to", "somebody else than yourself");
    if (!department || !may_be_asked(self, department, to))
        return problem_set(problem, REASON_WRONG_ROLE, "to",
                           "the procedure does not let them speak for %.*s",
                           (int) body->department.n, body->department.p);
    if (!context_reads(self->context, to, self->of->ops->right, ask->time))
        return problem_set(problem, REASON_WRONG_ROLE, "to", "none of their roles reads %s",
                           self->of->ops->right);
    for (size_t i = 0; i < self->round->forwards_n; i++) {
        const round_forward_t *before = &self->round->forwards[i];
        if (ident_equal(before->body->to, body->to) &&
            ident_equal(before->actor, ask->authority->person->id) &&
            text_equal(before->body->department, body->department))
            return problem_set(problem, REASON_ALREADY, "to", "it was forwarded to them");
    }
    return text_trim(body->reason).n ? 0
                                     : problem_set(problem, REASON_FIELD_MISSING, "reason", "%s", "");
}

/* ---- adding a department ---- */

/* Whoever sums up or convenes, or may by an act of their own. */
int review_may_add(const review_t *self, const person_t *person, problem_t *problem) {
    const struct procedure *now = context_procedure(self->context);
    if (self->class && (person_has_role(person, self->class->concluder) ||
                        person_has_role(person, self->class->convener)))
        return 0;
    if (now && person_may(now, person, ACT_ADD_REVIEWER))
        return 0;
    return problem_set(problem, REASON_WRONG_ROLE, "",
                       "whoever concludes or convenes the review, or may \"%s\"",
                       enum_name(&act_table, ACT_ADD_REVIEWER));
}

/* One that nobody could speak for would keep the review open for ever. */
static int check_add(const review_t *self, const check_t *ask, problem_t *problem) {
    const struct add_reviewer *body = ask->body;
    if (!review_can_speak(self->edition, context_procedure(self->context), body->department))
        return problem_set(problem, REASON_UNKNOWN_REFERENCE, "department",
                           "no department of this review's edition for which somebody speaks");
    if (self->round->departments.n >= ROUND_ASKED_MAX)
        return problem_set(problem, REASON_TOO_LARGE, "department", "%d are asked already",
                           ROUND_ASKED_MAX);
    return text_trim(body->reason).n ? 0
                                     : problem_set(problem, REASON_FIELD_MISSING, "reason", "%s", "");
}

int review_check_asked(const review_t *self, const check_t *ask, problem_t *problem) {
    return ask->command->kind == KIND_ROUND_FORWARD ? check_forward(self, ask, problem)
                                                    : check_add(self, ask, problem);
}
