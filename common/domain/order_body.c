/* SPDX-License-Identifier: Apache-2.0
 *
 * order_body: what the body of a command on an order must hold beyond the codec: content, class, the
 * customer's word, verdicts that name what is there, the five answers.
 */
#include <stdio.h>

#include "common/base/moment.h"
#include "common/base/text.h"
#include "common/domain/order_rules.h"

static int check_register(const order_t *order, const check_t *ask, problem_t *problem) {
    (void) order;
    return rule_content(ask->context, ask->body, "", problem);
}

static int check_classify(const order_t *order, const check_t *ask, problem_t *problem) {
    const struct classify *classify = ask->body;
    const order_revision_t *revision = order_revision(order);
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

static int check_customer_confirm(const order_t *order, const check_t *ask, problem_t *problem) {
    (void) order;
    return check_word(ask, ask->body, "", problem);
}

static int check_verdict(const order_t *order, const check_t *ask, problem_t *problem) {
    const struct verdict_given *verdict = ask->body;
    const struct order_content *content = order_revision(order)->content;
    char field[48];
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
    return 0;
}

/* QP21-4.2.2: a1 a2 b c d, in this order, with a reason where not "yes". */
static int check_answers(const struct conclude *body, problem_t *problem) {
    for (size_t i = 0; i < question_table.n; i++) {
        char field[48];
        const char *question = question_table.values[i].name;
        snprintf(field, sizeof field, "answers[%zu]", i);
        if (i >= body->answers.n ||
            (int) body->answers.at[i].question != question_table.values[i].value)
            return problem_set(problem, REASON_ANSWER_MISSING, field,
                               "question %s is answered here", question);
        const struct answer *answer = &body->answers.at[i];
        if (answer->answer != ANSWER_YES && text_trim(answer->reason).n == 0)
            return problem_set(problem, REASON_ANSWER_MISSING, field,
                               "question %s needs its reason", question);
        if (answer->answer == ANSWER_NO && body->outcome == OUTCOME_ABLE)
            return refuse(problem, REASON_CONTRADICTS_TALLY, "QP21-4.2.2", field,
                          "not able while question %s is answered no", question);
    }
    return 0;
}

/* QP21-4.2.2 a2 cannot be left out where the order was not written. */
static int check_conclude(const order_t *order, const check_t *ask, problem_t *problem) {
    const struct conclude *conclude = ask->body;
    if (check_answers(conclude, problem))
        return -1;
    if (conclude->answers.at[1].answer == ANSWER_NOT_APPLICABLE &&
        order_revision(order)->content->channel != CHANNEL_WRITTEN)
        return problem_set(problem, REASON_ANSWER_MISSING, "answers[1]",
                           "the order was not written: a2 is answered yes or no");
    if (conclude->disposition.n)
        return problem_set(problem, REASON_FIELD_RANGE, "disposition",
                           "only a complaint or a claim has a disposition");
    return 0;
}

static int check_amend(const order_t *order, const check_t *ask, problem_t *problem) {
    const struct amend *amend = ask->body;
    const struct order_content *now = order_revision(order)->content;
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
                           (long long) order_revision(order)->no);
    return 0;
}

static int check_withdraw(const order_t *order, const check_t *ask, problem_t *problem) {
    const struct withdraw *withdraw = ask->body;
    (void) order;
    if (withdraw->word.n != 1)
        return problem_set(problem, REASON_FIELD_MISSING, "word", "the customer's word is needed");
    return check_word(ask, &withdraw->word.at[0], "word[0].", problem);
}

static const struct {
    kind_t kind;
    int (*check)(const order_t *order, const check_t *ask, problem_t *problem);
} BODIES[] = {{KIND_ORDER_REGISTER, check_register},
              {KIND_ORDER_CLASSIFY, check_classify},
              {KIND_ORDER_CUSTOMER_CONFIRM, check_customer_confirm},
              {KIND_ROUND_VERDICT, check_verdict},
              {KIND_ROUND_CONCLUDE, check_conclude},
              {KIND_ORDER_AMEND, check_amend},
              {KIND_ORDER_WITHDRAW, check_withdraw}};

int order_body(const case_t *head, const check_t *ask, problem_t *problem) {
    const order_t *self = order_of_const(head);
    const kind_t kind = (kind_t) ask->command->kind;
    review_t review;
    if (self) {
        order_review(head, ask->context, &review);
        if (review_body(&review, ask, problem))
            return -1;
    }
    for (size_t i = 0; i < sizeof BODIES / sizeof *BODIES; i++)
        if (BODIES[i].kind == kind)
            return BODIES[i].check(self, ask, problem);
    return 0;
}
