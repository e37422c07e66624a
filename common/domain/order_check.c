/* SPDX-License-Identifier: Apache-2.0
 *
 * order_check: may a command become an event of this order? In this order: is the order closed, is
 * it somebody who could at all, does the command speak of the order as it is, is the step possible
 * now, may this person take it, does the body hold what it must.
 */
#include <stdio.h>

#include "common/base/moment.h"
#include "common/base/text.h"
#include "common/domain/order_rules.h"

typedef struct ask {
    const order_t *order;
    const context_t *context;
    const authority_t *authority;
    const struct command *command;
    moment_t time;
} ask_t;

static day_t local_day(const ask_t *ask, moment_t moment) {
    const struct procedure *procedure = context_procedure(ask->context);
    return moment_day(moment, procedure ? (int) procedure->offset_minutes : 0);
}

/* The customer's word as our side recorded it: who, how, and not of tomorrow. */
static int check_word(const ask_t *ask, const struct confirmation *word, const char *path,
                      problem_t *problem) {
    char field[64];
    snprintf(field, sizeof field, "%s%s", path, text_trim(word->who).n ? "how" : "who");
    if (text_trim(word->who).n == 0 || text_trim(word->how).n == 0)
        return problem_set(problem, REASON_UNWRITTEN, field,
                           "say who at the customer's spoke, how and when");
    snprintf(field, sizeof field, "%swhen", path);
    if (local_day(ask, word->when) > local_day(ask, ask->time))
        return problem_set(problem, REASON_FIELD_RANGE, field, "it lies in the future");
    return 0;
}

static int check_register(const ask_t *ask, const void *body, problem_t *problem) {
    return rule_content(ask->context, body, "", problem);
}

static int check_classify(const ask_t *ask, const void *body, problem_t *problem) {
    const struct classify *classify = body;
    const order_revision_t *revision = order_revision(ask->order);
    if (!procedure_class(context_procedure(ask->context), classify->order_class))
        return problem_set(problem, REASON_UNKNOWN_REFERENCE, "order_class",
                           "no such class in the procedure");
    if (text_trim(classify->reason).n == 0)
        return problem_set(problem, REASON_FIELD_MISSING, "reason", "say why it is of this class");
    if (text_equal(classify->order_class, revision->order_class) &&
        revision->classified_under == context_procedure_position(ask->context))
        return problem_set(problem, REASON_ALREADY, "order_class",
                           "its class is confirmed as \"%.*s\"", (int) revision->order_class.n,
                           revision->order_class.p);
    return 0;
}

static int check_customer_confirm(const ask_t *ask, const void *body, problem_t *problem) {
    return check_word(ask, body, "", problem);
}

/* Whoever granted it is still there and still manages the department: nobody answers for it else.
 */
static bool answered_for(const ask_t *ask, const mandate_entry_t *mandate) {
    const struct department *department =
        procedure_department(context_procedure(ask->context), mandate->mandate.department);
    const person_t *grantor = context_person(ask->context, mandate->grantor);
    return department && grantor && !grantor->revoked &&
           person_has_role(grantor, department->manager);
}

/* What an automatic verdict must show: a sure rule that says the same, and a manager's mandate in
 * force for it. */
static int check_mandate(const ask_t *ask, const struct verdict_given *body, problem_t *problem) {
    const mandate_entry_t *mandate = context_mandate(ask->context, ask->command->mandate);
    if (!mandate)
        return problem_set(problem, REASON_MANDATE_MISSING, "mandate",
                           "the verdict names no mandate that is known");
    if (body->assessment.n != 1 || !body->assessment.at[0].certain ||
        body->assessment.at[0].verdict != body->verdict)
        return problem_set(problem, REASON_MANDATE_MISSING, "assessment",
                           "an automatic verdict is what a rule says for certain");
    text_t class = order_revision(ask->order)->order_class;
    text_t rule = body->assessment.at[0].rule;
    bool covers = !mandate->ended && mandate->mandate.until >= ask->time &&
                  answered_for(ask, mandate) &&
                  text_equal(mandate->mandate.department, body->department) &&
                  text_equal(mandate->mandate.rule, rule);
    bool class_listed = false;
    for (size_t i = 0; i < mandate->mandate.classes.n; i++)
        class_listed = class_listed || text_equal(mandate->mandate.classes.at[i], class);
    if (!covers || !class_listed)
        return problem_set(problem, REASON_MANDATE_MISSING, "mandate",
                           "it has ended or does not cover this department, rule and class");
    return 0;
}

static int check_daemon_verdict(const ask_t *ask, const struct verdict_given *body,
                                problem_t *problem) {
    const round_verdict_t *standing = round_standing(order_round(ask->order), body->department);
    if (standing && context_person(ask->context, standing->actor))
        return problem_set(problem, REASON_ALREADY, "department",
                           "a person has given this department's verdict");
    return check_mandate(ask, body, problem);
}

static int check_verdict(const ask_t *ask, const void *body, problem_t *problem) {
    const struct verdict_given *verdict = body;
    const struct order_content *content = order_revision(ask->order)->content;
    char field[48];
    if (round_check_verdict(verdict, problem))
        return -1;
    for (size_t i = 0; i < verdict->requirements.n; i++) {
        bool known = false;
        for (size_t j = 0; j < content->requirements.n; j++)
            known = known || content->requirements.at[j].no == verdict->requirements.at[i];
        snprintf(field, sizeof field, "requirements[%zu]", i);
        if (!known)
            return problem_set(problem, REASON_UNKNOWN_REFERENCE, field,
                               "there is no requirement %lld",
                               (long long) verdict->requirements.at[i]);
    }
    for (size_t i = 0; i < verdict->conditions.n; i++) {
        int64_t line = verdict->conditions.at[i].line;
        snprintf(field, sizeof field, "conditions[%zu].line", i);
        if (line && !content_has_line(content, line))
            return problem_set(problem, REASON_UNKNOWN_REFERENCE, field, "there is no line %lld",
                               (long long) line);
    }
    return ask->authority->daemon ? check_daemon_verdict(ask, verdict, problem) : 0;
}

/* QP21-4.2.2 a2 cannot be left out where the order was not written. */
static int check_conclude(const ask_t *ask, const void *body, problem_t *problem) {
    const struct conclude *conclude = body;
    const order_t *order = ask->order;
    char field[48];
    if (round_check_conclusion(order_round(order), conclude, problem))
        return -1;
    if (conclude->answers.at[1].answer == ANSWER_NOT_APPLICABLE &&
        order_revision(order)->content->channel != CHANNEL_WRITTEN)
        return problem_set(problem, REASON_ANSWER_MISSING, "answers[1]",
                           "the order was not written: a2 is answered yes or no");
    for (size_t i = 0; i < conclude->measures.n; i++) {
        const struct measure *measure = &conclude->measures.at[i];
        const person_t *owner = context_person(ask->context, measure->owner);
        snprintf(field, sizeof field, "measures[%zu].owner", i);
        if (!owner || owner->revoked)
            return problem_set(problem, REASON_UNKNOWN_REFERENCE, field,
                               "its owner is nobody who works here");
        snprintf(field, sizeof field, "measures[%zu].due", i);
        if (measure->due < local_day(ask, ask->time))
            return problem_set(problem, REASON_FIELD_RANGE, field, "it would be due before today");
    }
    return 0;
}

static int check_amend(const ask_t *ask, const void *body, problem_t *problem) {
    const struct amend *amend = body;
    const struct order_content *now = order_revision(ask->order)->content;
    if (amend->content.n != 1 || amend->agreement.n != 1)
        return problem_set(problem, REASON_FIELD_MISSING,
                           amend->content.n ? "agreement" : "content",
                           "the whole order as it is now, and the customer's agreement");
    const struct order_content *content = &amend->content.at[0];
    if (!ident_equal(content->customer, now->customer))
        return problem_set(problem, REASON_FIELD_RANGE, "content[0].customer",
                           "another customer is another order: withdraw this one");
    if (rule_content(ask->context, content, "content[0].", problem) ||
        check_word(ask, &amend->agreement.at[0], "agreement[0].", problem))
        return -1;
    if (record_equal(&order_content_record, content, now))
        return problem_set(problem, REASON_ALREADY, "content", "nothing differs from revision %lld",
                           (long long) order_revision(ask->order)->no);
    return 0;
}

static int check_withdraw(const ask_t *ask, const void *body, problem_t *problem) {
    const struct withdraw *withdraw = body;
    if (withdraw->word.n != 1)
        return problem_set(problem, REASON_FIELD_MISSING, "word", "the customer's word is needed");
    return check_word(ask, &withdraw->word.at[0], "word[0].", problem);
}

static const struct {
    kind_t kind;
    int (*check)(const ask_t *ask, const void *body, problem_t *problem);
} BODIES[] = {{KIND_ORDER_REGISTER, check_register},
              {KIND_ORDER_CLASSIFY, check_classify},
              {KIND_ORDER_CUSTOMER_CONFIRM, check_customer_confirm},
              {KIND_ORDER_VERDICT, check_verdict},
              {KIND_ORDER_CONCLUDE, check_conclude},
              {KIND_ORDER_AMEND, check_amend},
              {KIND_ORDER_WITHDRAW, check_withdraw}};

static order_step_t step_of(kind_t kind, const void *body) {
    order_step_t step = {.kind = kind};
    if (kind == KIND_ORDER_SIGN)
        step.meaning = ((const struct sign *) body)->meaning;
    else if (kind == KIND_ORDER_VERDICT)
        step.department = ((const struct verdict_given *) body)->department;
    else if (kind == KIND_ORDER_RETRACT)
        step.department = ((const struct retract *) body)->department;
    else if (kind == KIND_ORDER_ADVISE)
        step.department = ((const struct advice *) body)->department;
    return step;
}

int order_check(const order_t *self, const context_t *context, const authority_t *authority,
                const struct command *command, const void *body, moment_t time,
                problem_t *problem) {
    const kind_info_t *info = kind_info(command->kind);
    if (!info || info->scope != SCOPE_ORDER || info->flags & DERIVED)
        return problem_set(problem, REASON_UNKNOWN_KIND, "kind", "%lld", (long long) command->kind);
    if (!(info->flags & OPENS) && (!self || self->revisions_n == 0))
        return problem_set(problem, REASON_UNKNOWN_CASE, "object", "no such order");
    if (!context_procedure(context))
        return problem_set(problem, REASON_WRONG_STATE, "", "no procedure has been adopted");
    if (self && order_ended(self))
        return problem_set(problem, REASON_ENDED, "", "the order is %s",
                           order_state_name(self->state));
    if (authority->daemon && !(info->flags & BY_DAEMON))
        return problem_set(problem, REASON_NOT_A_PERSON, "actor",
                           "a daemon neither decides nor signs");
    order_step_t step = step_of(info->kind, body);
    if ((self && self->revisions_n && rule_bound(self, command, problem)) ||
        rule_state(self, context, &step, problem) ||
        rule_actor(self, context, &step, authority, problem))
        return -1;
    ask_t ask = {self, context, authority, command, time};
    for (size_t i = 0; i < sizeof BODIES / sizeof *BODIES; i++)
        if (BODIES[i].kind == info->kind)
            return BODIES[i].check(&ask, body, problem);
    return 0;
}
