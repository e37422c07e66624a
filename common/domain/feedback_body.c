/* SPDX-License-Identifier: Apache-2.0
 *
 * feedback_body: what the body of a command on feedback must hold beyond the codec. A field that is
 * wrong is named.
 */
#include <stdio.h>

#include "common/base/text.h"
#include "common/domain/feedback_rules.h"

static bool blank(text_t text) { return text_trim(text).n == 0; }

static int check_content(const check_t *ask, const struct feedback_content *content,
                         const char *path, problem_t *problem) {
    char field[64];
    snprintf(field, sizeof field, "%scustomer", path);
    if (!context_customer(ask->context, content->customer))
        return problem_set(problem, REASON_UNKNOWN_REFERENCE, field, "register the customer first");
    snprintf(field, sizeof field, "%stext", path);
    if (blank(content->text))
        return problem_set(problem, REASON_FIELD_MISSING, field, "say what the customer said");
    snprintf(field, sizeof field, "%skind", path);
    if (!class_fitting(context_procedure(ask->context), content->kind, NULL))
        return problem_set(problem, REASON_UNKNOWN_REFERENCE, field,
                           "the procedure has no class for this kind of feedback");
    snprintf(field, sizeof field, "%saffected", path);
    if (content->delivered && content->affected > content->delivered)
        return problem_set(problem, REASON_FIELD_RANGE, field, "more than was delivered");
    snprintf(field, sizeof field, "%sreceived", path);
    return check_past(ask, content->received, field, problem);
}

static int check_register(const feedback_t *self, const check_t *ask, problem_t *problem) {
    (void) self;
    return check_content(ask, ask->body, "", problem);
}

static int check_amend(const feedback_t *self, const check_t *ask, problem_t *problem) {
    const struct feedback_amend *body = ask->body;
    const struct feedback_content *now = feedback_revision(self)->content;
    if (body->content.n != 1)
        return problem_set(problem, REASON_FIELD_MISSING, "content", "the whole as it is now");
    const struct feedback_content *content = &body->content.at[0];
    if (check_content(ask, content, "content[0].", problem))
        return -1;
    if (content->kind != now->kind)
        return problem_set(problem, REASON_FIELD_RANGE, "content[0].kind",
                           "another kind is said by reclassifying it");
    if (record_equal(&feedback_content_record, content, now))
        return problem_set(problem, REASON_ALREADY, "content", "nothing differs from revision %lld",
                           (long long) self->head.revision);
    return 0;
}

/* The customer is told that it is here once it is here. */
static int check_acknowledge(const feedback_t *self, const check_t *ask, problem_t *problem) {
    moment_t when = ((const struct acknowledge *) ask->body)->when;
    if (when < feedback_revision(self)->content->received)
        return problem_set(problem, REASON_FIELD_RANGE, "when", "before it was received");
    return check_past(ask, when, "when", problem);
}

static bool may(const check_t *ask, enum act act) {
    return person_may(context_procedure(ask->context), ask->authority->person, act);
}

/* ISO 10002 7.5: what is held to touch safety is not talked down by whoever would like it so, nor set
 * aside as said already, for then nobody looks into it. */
static int check_lowering(const feedback_t *self, const check_t *ask, const struct triage *body,
                          problem_t *problem) {
    const struct triage *before = feedback_triage(self);
    bool safety = body->safety || (before && before->safety);
    bool aside = safety && !ident_none(body->duplicate) &&
                 !(before && ident_equal(before->duplicate, body->duplicate));
    bool lowered =
        before && (body->severity < before->severity || (before->safety && !body->safety));
    if (!lowered && !aside)
        return 0;
    if (safety && (blank(body->reason) || !may(ask, ACT_LOWER)))
        return problem_set(problem, REASON_SAFETY_LOWERED, blank(body->reason) ? "reason" : "",
                           "it was assessed as touching safety");
    return blank(body->reason) ? problem_set(problem, REASON_FIELD_MISSING, "reason",
                                             "say why it is less grave than was thought")
                               : 0;
}

static int check_assess(const feedback_t *self, const check_t *ask, problem_t *problem) {
    const struct triage *body = ask->body;
    const struct review_class *class =
        class_fitting(context_procedure(ask->context), feedback_kind_of(self), body);
    for (size_t i = 0; i < body->departments.n; i++) {
        text_t department = body->departments.at[i];
        char field[48];
        snprintf(field, sizeof field, "departments[%zu]", i);
        if (!class || !class_reviewer(class, department))
            return problem_set(problem, REASON_UNKNOWN_REFERENCE, field,
                               "cases of this class do not ask %.*s", (int) department.n,
                               department.p);
    }
    if (ident_equal(body->duplicate, self->head.id))
        return problem_set(problem, REASON_FIELD_RANGE, "duplicate", "it is this case itself");
    return check_lowering(self, ask, body, problem);
}

static int check_contain(const feedback_t *self, const check_t *ask, problem_t *problem) {
    const struct containment *body = ask->body;
    (void) self;
    bool any = !blank(body->customer) || !blank(body->transit) || !blank(body->stock);
    if (any != blank(body->unneeded))
        return problem_set(problem, REASON_FIELD_MISSING, any ? "unneeded" : "customer",
                           "either what was done at the customer's, on its way or in stock, or why "
                           "nothing has to be contained");
    return 0;
}

/* QP21-4.6, ISO 9001 8.7, 10.2.1: what is ours has a cause and a place where it arose. */
static int check_disposition(const review_t *review, const struct conclude *body,
                             problem_t *problem) {
    bool wanted = review->scale == &scale_responsibility;
    if (body->disposition.n != (size_t) wanted)
        return problem_set(problem, REASON_FIELD_MISSING, "disposition",
                           wanted ? "remedy and cause" : "only a complaint or a claim has one");
    if (body->answers.n)
        return problem_set(problem, REASON_FIELD_RANGE, "answers",
                           "the five questions are of orders");
    if (!wanted || body->outcome == OUTCOME_NOT_OURS)
        return 0;
    const struct disposition *disposition = &body->disposition.at[0];
    if (blank(disposition->occurrence))
        return problem_set(problem, REASON_FIELD_MISSING, "disposition[0].occurrence",
                           "what is ours has its cause");
    if (!procedure_department(review->edition, disposition->department))
        return problem_set(problem, REASON_UNKNOWN_REFERENCE, "disposition[0].department",
                           "the department that it arose in");
    return 0;
}

static int check_conclude(const feedback_t *self, const check_t *ask, problem_t *problem) {
    review_t review;
    feedback_review(&self->head, ask->context, &review);
    return check_disposition(&review, ask->body, problem);
}

static int check_answer(const feedback_t *self, const check_t *ask, problem_t *problem) {
    const struct reply_given *body = ask->body;
    (void) self;
    if (blank(body->text))
        return problem_set(problem, REASON_FIELD_MISSING, "text", "say what the customer was told");
    return check_past(ask, body->when, "when", problem);
}

static bool assessed_first(const struct review_class *class) {
    for (size_t i = 0; class && i < class->before.n; i++)
        if (class->before.at[i] == STAGE_ASSESSED)
            return true;
    return false;
}

/* A customer may take back what was said, but for what touches safety; whether it does, the
 * assessment says. */
static int check_withdrawn(const feedback_t *self, const struct review_class *class,
                           problem_t *problem) {
    const struct triage *triage = feedback_triage(self);
    if (!triage && assessed_first(class))
        return problem_set(problem, REASON_NOT_ASSESSED, "ending", "still to do: %s",
                           enum_name(&stage_table, STAGE_ASSESSED));
    if (triage && triage->safety && self->state != FEEDBACK_ANSWERED)
        return problem_set(
            problem, REASON_NOT_ANSWERED, "ending",
            "what touches safety is looked into also when the customer withdraws it");
    return 0;
}

static int check_close(const feedback_t *self, const check_t *ask, problem_t *problem) {
    const struct closing *body = ask->body;
    const struct review_class *class =
        feedback_class(self, case_procedure(&self->head, ask->context));
    if (body->ending == ENDING_WITHDRAWN ? check_withdrawn(self, class, problem)
        : self->state != FEEDBACK_ANSWERED
            ? problem_set(problem, REASON_NOT_ANSWERED, "", "the case is %s",
                          feedback_state_name(self->state))
            : 0)
        return -1;
    if (body->ending != ENDING_AGREED && blank(body->text))
        return problem_set(problem, REASON_FIELD_MISSING, "text",
                           "say what was done to come to terms with the customer");
    for (size_t i = 0; feedback_held_open(self, class) && i < self->head.actions.n; i++)
        if (self->head.actions.at[i].state != ACTION_VERIFIED)
            return problem_set(problem, REASON_ACTION_OPEN, "", "action %lld is %s",
                               (long long) self->head.actions.at[i].no,
                               action_state_name(self->head.actions.at[i].state));
    return 0;
}

static int check_reopen(const feedback_t *self, const check_t *ask, problem_t *problem) {
    (void) self;
    return blank(((const struct revoke *) ask->body)->reason)
               ? problem_set(problem, REASON_FIELD_MISSING, "reason", "say what has come to light")
               : 0;
}

/* Where an assessment is to come first, whoever may assess says that it is something else; of what
 * touches safety, or is in a class of its own for being grave, whoever may lower it, and why. */
static int check_leaving(const feedback_t *self, const check_t *ask, text_t reason,
                         problem_t *problem) {
    const struct triage *triage = feedback_triage(self);
    const struct review_class *class =
        feedback_class(self, case_procedure(&self->head, ask->context));
    bool grave = (triage && triage->safety) || (class && (class->severity || class->safety));
    if (!triage && assessed_first(class) && !may(ask, ACT_ASSESS))
        return problem_set(problem, REASON_NOT_ASSESSED, "kind", "still to do: %s",
                           enum_name(&stage_table, STAGE_ASSESSED));
    if (grave && (blank(reason) || !may(ask, ACT_LOWER)))
        return problem_set(problem, REASON_SAFETY_LOWERED, blank(reason) ? "reason" : "kind",
                           "it was assessed as touching safety");
    return 0;
}

static int check_reclassify(const feedback_t *self, const check_t *ask, problem_t *problem) {
    const struct reclassify *body = ask->body;
    if (body->kind == feedback_kind_of(self))
        return problem_set(problem, REASON_ALREADY, "kind", "it is one");
    if (!class_fitting(context_procedure(ask->context), body->kind, NULL))
        return problem_set(problem, REASON_UNKNOWN_REFERENCE, "kind",
                           "the procedure has no class for this kind of feedback");
    return check_leaving(self, ask, body->reason, problem);
}

static const struct {
    kind_t kind;
    int (*check)(const feedback_t *self, const check_t *ask, problem_t *problem);
} BODIES[] = {
    {KIND_FEEDBACK_REGISTER, check_register},       {KIND_FEEDBACK_AMEND, check_amend},
    {KIND_FEEDBACK_ACKNOWLEDGE, check_acknowledge}, {KIND_FEEDBACK_ASSESS, check_assess},
    {KIND_FEEDBACK_CONTAIN, check_contain},         {KIND_ROUND_CONCLUDE, check_conclude},
    {KIND_FEEDBACK_ANSWER, check_answer},           {KIND_FEEDBACK_CLOSE, check_close},
    {KIND_FEEDBACK_REOPEN, check_reopen},           {KIND_FEEDBACK_RECLASSIFY, check_reclassify}};

int feedback_body(const case_t *head, const check_t *ask, problem_t *problem) {
    const feedback_t *self = feedback_of_const(head);
    review_t review;
    if (self) {
        feedback_review(head, ask->context, &review);
        if (review_body(&review, ask, problem))
            return -1;
    }
    for (size_t i = 0; i < sizeof BODIES / sizeof *BODIES; i++)
        if (BODIES[i].kind == (kind_t) ask->command->kind)
            return BODIES[i].check(self, ask, problem);
    return 0;
}
