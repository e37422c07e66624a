/* SPDX-License-Identifier: Apache-2.0
 *
 * order_desk: orders at the desk: one call a step, so that a test reads like the clause it proves.
 */
#ifndef COUNTERSIGN_TESTS_ORDER_DESK_H
#define COUNTERSIGN_TESTS_ORDER_DESK_H

#include "tests/unit/domain/desk_company.h"

/* One line of a standard product with time enough: regular, unless a test changes it. */
static inline struct order_content desk_content(desk_t *desk) {
    struct order_line line = {.no = 1,
                              .product = TEXT("P07"),
                              .quantity = 2000 * DECIMAL_ONE,
                              .unit = TEXT("PCE"),
                              .price = 8600000,
                              .currency = TEXT("CNY"),
                              .wanted = TODAY + 21};
    struct requirement requirement = {.no = 1,
                                      .kind = REQUIREMENT_STATED,
                                      .subject = SUBJECT_QUALITY,
                                      .text = TEXT("hardness 45 HRC")};
    struct order_content content = {.customer = desk->customer, .channel = CHANNEL_WRITTEN};
    content.lines.at = arena_alloc(desk->arena, 4 * sizeof line);
    content.lines.at[content.lines.n++] = line;
    content.requirements.at = arena_alloc(desk->arena, 4 * sizeof requirement);
    content.requirements.at[content.requirements.n++] = requirement;
    return content;
}

static inline struct order_content desk_special_content(desk_t *desk) {
    struct order_content content = desk_content(desk);
    content.lines.at[0].modification = TEXT("two more holes");
    return content;
}

static inline order_t *desk_order(desk_t *desk) {
    insist(desk->orders_n < COUNT(desk->orders));
    order_t *order = order_new((ident_t){{0}});
    desk->orders[desk->orders_n++] = order;
    return order;
}

static inline reason_t desk_register_as(desk_t *desk, order_t *order, ident_t actor,
                                        const struct order_content *content) {
    struct command command = desk_command(desk, NULL, KIND_ORDER_REGISTER, actor, content);
    order->head.id = command.id;
    return desk_send(desk, order, &command);
}

static inline order_t *desk_registered(desk_t *desk, const struct order_content *content) {
    order_t *order = desk_order(desk);
    assert_int_equal(desk_register_as(desk, order, desk->lin, content), REASON_NONE);
    return order;
}

static inline reason_t desk_classify(desk_t *desk, order_t *order, ident_t actor,
                                     const char *class) {
    return desk_try(desk, order, actor, KIND_ORDER_CLASSIFY,
                    &(struct classify){text_of(class), TEXT("as proposed")});
}

static inline struct confirmation desk_word(const desk_t *desk) {
    return (struct confirmation){TEXT("buyer"), TEXT("fax"), desk->time - HOUR_MS};
}

static inline reason_t desk_confirm(desk_t *desk, order_t *order, ident_t actor) {
    struct confirmation word = desk_word(desk);
    return desk_try(desk, order, actor, KIND_ORDER_CUSTOMER_CONFIRM, &word);
}

static inline reason_t desk_convene(desk_t *desk, order_t *order, ident_t actor) {
    return desk_try(desk, order, actor, KIND_ORDER_CONVENE,
                    &(struct convene){.note = TEXT("look at the holes")});
}

static inline reason_t desk_verdict(desk_t *desk, order_t *order, ident_t actor,
                                    const char *department, enum verdict verdict) {
    struct condition later[] = {{TEXT("1000 in week 2, 1000 in week 4"), 1}};
    struct verdict_given body = {.department = text_of(department), .verdict = verdict};
    if (verdict == VERDICT_CONDITIONS)
        body.conditions = (struct condition_list){later, 1};
    if (verdict == VERDICT_REJECT)
        body.reason = TEXT("no material");
    return desk_try(desk, order, actor, KIND_ROUND_VERDICT, &body);
}

static inline struct answer_list desk_answers(desk_t *desk) {
    struct answer answers[] = {{.question = QUESTION_SPECIFIED, .answer = ANSWER_YES},
                               {QUESTION_CONFIRMED, ANSWER_YES, {NULL, 0}},
                               {QUESTION_DIFFERENCES, ANSWER_NOT_APPLICABLE, TEXT("first order")},
                               {.question = QUESTION_ABLE, .answer = ANSWER_YES},
                               {QUESTION_CHANGES, ANSWER_NOT_APPLICABLE, TEXT("no change")}};
    return (struct answer_list) DESK_LIST(desk, answers);
}

static inline reason_t desk_conclude(desk_t *desk, order_t *order, ident_t actor,
                                     enum outcome outcome) {
    struct conclude body = {
        .outcome = outcome, .opinion = TEXT("as tallied"), .answers = desk_answers(desk)};
    return desk_try(desk, order, actor, KIND_ROUND_CONCLUDE, &body);
}

static inline reason_t desk_sign(desk_t *desk, order_t *order, ident_t actor,
                                 enum meaning meaning) {
    return desk_try(desk, order, actor, KIND_ROUND_SIGN, &(struct sign){.meaning = meaning});
}

static inline reason_t desk_amend(desk_t *desk, order_t *order, ident_t actor,
                                  const struct order_content *content) {
    struct order_content whole = *content;
    struct confirmation word = desk_word(desk);
    struct amend body = {{&whole, 1}, TEXT("the customer wants it so"), {&word, 1}};
    return desk_try(desk, order, actor, KIND_ORDER_AMEND, &body);
}

static inline reason_t desk_decline(desk_t *desk, order_t *order, ident_t actor) {
    return desk_try(desk, order, actor, KIND_ORDER_DECLINE,
                    &(struct decline){.reason = TEXT("no capacity")});
}

static inline reason_t desk_withdraw(desk_t *desk, order_t *order, ident_t actor) {
    struct confirmation word = desk_word(desk);
    return desk_try(desk, order, actor, KIND_ORDER_WITHDRAW,
                    &(struct withdraw){TEXT("model stopped"), {&word, 1}});
}

#define OK(step) assert_int_equal((step), REASON_NONE)
#define REFUSED(step, why) assert_int_equal((step), REASON_##why)

static inline order_t *desk_regular_in_review(desk_t *desk) {
    struct order_content content = desk_content(desk);
    order_t *order = desk_registered(desk, &content);
    OK(desk_classify(desk, order, desk->lin, "regular"));
    return order;
}

static inline order_t *desk_special_in_review(desk_t *desk) {
    struct order_content content = desk_special_content(desk);
    order_t *order = desk_registered(desk, &content);
    OK(desk_classify(desk, order, desk->lin, "special"));
    OK(desk_convene(desk, order, desk->shi));
    return order;
}

/* All departments that were asked say the same. */
static inline void desk_all_say(desk_t *desk, order_t *order, enum verdict verdict) {
    const struct {
        const char *department;
        ident_t person;
    } seats[] = {{"sales", desk->song},
                 {"planning", desk->luo},
                 {"purchasing", desk->deng},
                 {"production", desk->qin},
                 {"quality", desk->yan}};
    for (size_t i = 0; i < COUNT(seats); i++)
        if (round_asks(order_round(order), text_of(seats[i].department)))
            OK(desk_verdict(desk, order, seats[i].person, seats[i].department, verdict));
}

static inline order_t *desk_regular_to_sign(desk_t *desk) {
    order_t *order = desk_regular_in_review(desk);
    desk_all_say(desk, order, VERDICT_ACCEPT);
    OK(desk_conclude(desk, order, desk->song, OUTCOME_ABLE));
    return order;
}

static inline order_t *desk_special_to_sign(desk_t *desk) {
    order_t *order = desk_special_in_review(desk);
    desk_all_say(desk, order, VERDICT_ACCEPT);
    OK(desk_conclude(desk, order, desk->song, OUTCOME_ABLE));
    return order;
}

static inline order_t *desk_regular_effective(desk_t *desk) {
    order_t *order = desk_regular_to_sign(desk);
    OK(desk_sign(desk, order, desk->luo, MEANING_COMPLETE));
    OK(desk_sign(desk, order, desk->song, MEANING_EFFECTIVE));
    return order;
}

#endif
