/* SPDX-License-Identifier: Apache-2.0
 *
 * whom: see whom.h.
 */
#include "daemons/notifier/whom.h"

#include "common/domain/feedback.h"
#include "common/domain/order.h"
#include "common/domain/review.h"

/* ---- conditions ---- */

static bool among(char *const *words, text_t word) {
    if (!*words)
        return true;
    for (; *words; words++)
        if (text_is(word, *words))
            return true;
    return false;
}

static text_t class_of(const case_t *of, const context_t *context) {
    review_t review;
    of->ops->review(of, context, &review);
    return review.class ? review.class->key : (text_t){NULL, 0};
}

/* Of a tally or a conclusion; others have none. */
static enum outcome outcome_of(const decoded_t *event) {
    if (event->info->kind == KIND_ROUND_TALLIED)
        return ((const struct tallied *) event->body)->outcome;
    if (event->info->kind == KIND_ROUND_CONCLUDE)
        return ((const struct conclude *) event->body)->outcome;
    return outcome_unset;
}

/* What the event itself says is so for it, whatever was amended until somebody looked at it. */
static enum feedback_kind kind_said(const decoded_t *event, const feedback_t *feedback) {
    if (event->info->kind == KIND_FEEDBACK_REGISTER)
        return ((const struct feedback_content *) event->body)->kind;
    if (event->info->kind == KIND_FEEDBACK_AMEND)
        return ((const struct feedback_amend *) event->body)->content.at[0].kind;
    return feedback_kind_of(feedback);
}

static const struct triage *triage_said(const decoded_t *event, const feedback_t *feedback) {
    return event->info->kind == KIND_FEEDBACK_ASSESS ? event->body : feedback_triage(feedback);
}

static bool fits_feedback(const rule_t *rule, const decoded_t *event, const case_t *of) {
    const feedback_t *feedback = feedback_of_const(of);
    if (!rule->kinds[0] && !rule->at_least && !rule->safety)
        return true;
    if (!feedback)
        return false;
    const struct triage *triage = triage_said(event, feedback);
    const char *kind = enum_name(&feedback_kind_table, (int) kind_said(event, feedback));
    return among(rule->kinds, text_of(kind ? kind : "")) &&
           (!rule->at_least || (triage && triage->severity >= rule->at_least)) &&
           (!rule->safety || (triage && triage->safety));
}

bool whom_fits(const rule_t *rule, const decoded_t *event, const case_t *of,
               const context_t *context) {
    if (rule->kind != event->info->kind ||
        (rule->scope[0] && strcmp(rule->scope, of->ops->name) != 0) || !fits_feedback(rule, event, of))
        return false;
    if (rule->classes[0] && !among(rule->classes, class_of(of, context)))
        return false;
    const char *outcome = enum_name(&outcome_table, (int) outcome_of(event));
    return !rule->outcomes[0] || among(rule->outcomes, text_of(outcome ? outcome : ""));
}

/* ---- people ---- */

static void add(people_t *out, const person_t *person, bool expected) {
    if (!person || person->revoked)
        return;
    for (size_t i = 0; i < out->n; i++)
        if (out->at[i] == person) {
            out->expected[i] = out->expected[i] && expected;
            return;
        }
    if (out->n == WHOM_PEOPLE_MAX)
        return;
    out->expected[out->n] = expected;
    out->at[out->n++] = person;
}

static void add_role(people_t *out, const context_t *context, text_t role) {
    const person_t *list;
    size_t n = context_persons(context, &list);
    for (size_t i = 0; role.n && i < n; i++)
        if (person_has_role(&list[i], role))
            add(out, &list[i], false);
}

/* Who gives the department's verdict; where no role does, whoever belongs to it. */
static void add_department(people_t *out, const context_t *context, text_t key) {
    const struct procedure *p = context_procedure(context);
    const struct department *department = p ? procedure_department(p, key) : NULL;
    if (department && department->reviewers.n) {
        for (size_t i = 0; i < department->reviewers.n; i++)
            add_role(out, context, department->reviewers.at[i]);
        return;
    }
    const person_t *list;
    size_t n = context_persons(context, &list);
    for (size_t i = 0; i < n; i++)
        if (text_equal(list[i].department, key))
            add(out, &list[i], false);
}

/* Whoever was asked once has to hear that it is asked anew, or no more. */
static void add_concerned(people_t *out, const case_t *of, const context_t *context) {
    for (size_t i = 0; i < of->rounds_n; i++)
        for (size_t k = 0; k < of->rounds[i].departments.n; k++)
            add_department(out, context, of->rounds[i].departments.at[k]);
}

static void add_owners(people_t *out, const decoded_t *event, const case_t *of,
                       const context_t *context) {
    int64_t no = action_kind(event->info->kind) ? action_no(event->info->kind, event->body) : 0;
    if (event->info->kind == KIND_DEADLINE_NEAR || event->info->kind == KIND_DEADLINE_MISSED)
        no = ((const struct deadline_mark *) event->body)->action;
    for (size_t i = 0; i < of->actions.n; i++) {
        const action_t *action = &of->actions.at[i];
        if (no ? action->no == no : action->position == (position_t) event->event.position)
            add(out, context_person(context, action->owner), false);
    }
}

bool whom_awaited(const case_t *of, const context_t *context, const person_t *person,
                  moment_t now) {
    sheet_t sheet = {.n = 0};
    case_waiting(of, context, &sheet);
    for (size_t i = 0; i < sheet.n; i++) {
        problem_t refused = {0};
        if (case_waiting_as(of, context, &sheet.rows[i], person, now, NULL, &refused) == 0)
            return true;
    }
    return false;
}

static void add_waiting(people_t *out, const case_t *of, const context_t *context, moment_t now) {
    sheet_t sheet = {.n = 0};
    const person_t *list;
    size_t n = context_persons(context, &list);
    case_waiting(of, context, &sheet);
    for (size_t i = 0; i < sheet.n; i++)
        for (size_t k = 0; k < n; k++) {
            problem_t refused = {0};
            if (!list[k].revoked &&
                case_waiting_as(of, context, &sheet.rows[i], &list[k], now, NULL, &refused) == 0)
                add(out, &list[k], true);
        }
}

static void add_escalation(people_t *out, const decoded_t *event, const context_t *context) {
    if (event->info->kind == KIND_DEADLINE_NEAR || event->info->kind == KIND_DEADLINE_MISSED)
        add_role(out, context, ((const struct deadline_mark *) event->body)->escalate);
}

static void add_whom(people_t *out, const whom_t *whom, const decoded_t *event, const case_t *of,
                     const context_t *context, moment_t now) {
    switch (whom->type) {
    case WHOM_WAITING: add_waiting(out, of, context, now); break;
    case WHOM_DEPARTMENT: add_department(out, context, whom->key); break;
    case WHOM_ROLE: add_role(out, context, whom->key); break;
    case WHOM_PERSON: add(out, context_person_by_name(context, whom->key), false); break;
    case WHOM_REGISTRANT: add(out, context_person(context, of->registrant), false); break;
    case WHOM_AUTHOR: add(out, context_person(context, of->author), false); break;
    case WHOM_OWNER: add_owners(out, event, of, context); break;
    case WHOM_CONCERNED: add_concerned(out, of, context); break;
    case WHOM_ESCALATE: add_escalation(out, event, context); break;
    case WHOM_CUSTOMER: break;
    }
}

static void leave_out(people_t *out, ident_t id) {
    size_t n = 0;
    for (size_t i = 0; i < out->n; i++)
        if (!ident_equal(out->at[i]->id, id)) {
            out->expected[n] = out->expected[i];
            out->at[n++] = out->at[i];
        }
    out->n = n;
}

void whom_people(const rule_t *rule, const decoded_t *event, const case_t *of,
                 const context_t *context, moment_t now, people_t *out) {
    out->n = 0;
    for (size_t i = 0; i < rule->whom_n; i++)
        add_whom(out, &rule->whom[i], event, of, context, now);
    if (!event->derived)
        leave_out(out, event->command.actor);
}
