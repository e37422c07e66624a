/* SPDX-License-Identifier: Apache-2.0
 *
 * An order seen from a desk: what it waits for, who can do it, what refuses whom; and what a new
 * edition would strand.
 */
#include "tests/unit/domain/order_desk.h"

static waiting_t only(const desk_t *desk, const order_t *order, size_t expected) {
    waiting_t rows[WAITING_MAX];
    assert_int_equal(waits(&order->head, desk->context, rows), expected);
    return rows[0];
}

static reason_t refuses(desk_t *desk, const order_t *order, const waiting_t *what, ident_t person) {
    desk->problem = (problem_t){.reason = REASON_NONE};
    case_waiting_check(&order->head, desk->context, what, context_person(desk->context, person),
                  &desk->problem);
    return desk->problem.reason;
}

TEST(an_order_says_what_it_waits_for_on_its_whole_way) {
    desk_t *desk = desk_new();
    struct order_content content = desk_special_content(desk);
    content.channel = CHANNEL_PHONE;
    order_t *order = desk_registered(desk, &content);
    waiting_t rows[WAITING_MAX];
    assert_int_equal(waits(&order->head, desk->context, rows), 2);
    assert_int_equal(rows[0].kind, KIND_ORDER_CUSTOMER_CONFIRM);
    assert_int_equal(rows[1].kind, KIND_ORDER_CLASSIFY);
    assert_int_equal(rows[1].act, ACT_CLASSIFY);
    OK(desk_classify(desk, order, desk->lin, "special"));
    assert_int_equal(only(desk, order, 1).kind, KIND_ORDER_CUSTOMER_CONFIRM);
    OK(desk_confirm(desk, order, desk->lin));
    waiting_t what = only(desk, order, 1);
    assert_int_equal(what.kind, KIND_ORDER_CONVENE);
    assert_true(text_is(what.role, "management.deputy") &&
                text_is(what.stand_in, "management.general"));
    OK(desk_convene(desk, order, desk->shi));
    what = only(desk, order, 5);
    assert_int_equal(what.kind, KIND_ROUND_VERDICT);
    assert_true(text_is(what.department, "planning") && text_is(what.role, "planning.manager"));
    desk_all_say(desk, order, VERDICT_ACCEPT);
    what = only(desk, order, 1);
    assert_int_equal(what.kind, KIND_ROUND_CONCLUDE);
    assert_true(text_is(what.role, "sales.head"));
    OK(desk_conclude(desk, order, desk->song, OUTCOME_ABLE));
    OK(desk_sign(desk, order, desk->shi, MEANING_COMPLETE));
    what = only(desk, order, 1);
    assert_int_equal(what.kind, KIND_ROUND_SIGN);
    assert_int_equal(what.meaning, MEANING_APPROVE);
    OK(desk_sign(desk, order, desk->jiang, MEANING_APPROVE));
    OK(desk_sign(desk, order, desk->shi, MEANING_CONTRACT));
    what = only(desk, order, 1);
    assert_int_equal(what.kind, KIND_ORDER_CUSTOMER_CONFIRM);
    OK(desk_confirm(desk, order, desk->lin));
    assert_int_equal(waits(&order->head, desk->context, rows), 0);
    desk_destroy(&desk);
}

TEST(to_negotiate_waits_for_a_change_or_an_end) {
    desk_t *desk = desk_new();
    order_t *order = desk_regular_in_review(desk);
    desk_all_say(desk, order, VERDICT_REJECT);
    OK(desk_conclude(desk, order, desk->song, OUTCOME_NOT_ABLE));
    waiting_t what = only(desk, order, 3);
    assert_int_equal(what.kind, KIND_ORDER_AMEND);
    assert_int_equal(refuses(desk, order, &what, desk->lin), REASON_NONE);
    assert_int_equal(refuses(desk, order, &what, desk->luo), REASON_WRONG_ROLE);
    desk_destroy(&desk);
}

TEST(what_refuses_me_is_what_would_be_decided) {
    desk_t *desk = desk_new();
    ident_t people[] = {desk->song, desk->lin,   desk->luo, desk->deng,
                        desk->shi,  desk->jiang, desk->zhao};
    struct order_content content = desk_content(desk);
    order_t *order = desk_order(desk);
    OK(desk_register_as(desk, order, desk->song, &content));
    OK(desk_classify(desk, order, desk->lin, "regular"));
    desk_all_say(desk, order, VERDICT_ACCEPT);
    waiting_t what = only(desk, order, 1);
    assert_int_equal(refuses(desk, order, &what, desk->song), REASON_FOUR_EYES);
    assert_int_equal(refuses(desk, order, &what, desk->shi), REASON_NONE);
    for (size_t i = 0; i < COUNT(people); i++) {
        reason_t told = refuses(desk, order, &what, people[i]);
        char clause[24];
        memcpy(clause, desk->problem.clause, sizeof clause);
        if (told == REASON_NONE)
            continue;
        assert_int_equal(desk_conclude(desk, order, people[i], OUTCOME_ABLE), told);
        assert_string_equal(desk->problem.clause, clause);
    }
    OK(desk_conclude(desk, order, desk->shi, OUTCOME_ABLE));
    desk_destroy(&desk);
}

TEST(who_concludes_is_told_who_has_still_to_speak) {
    desk_t *desk = desk_new();
    order_t *order = desk_regular_in_review(desk);
    waiting_t what = {.kind = KIND_ROUND_CONCLUDE, .role = TEXT("sales.head")};
    assert_int_equal(refuses(desk, order, &what, desk->song), REASON_TALLY_OPEN);
    assert_memory_equal(desk->problem.detail, "still to speak: ", 16);
    assert_true(desk->problem.detail[16] != 0);
    desk_all_say(desk, order, VERDICT_ACCEPT);
    assert_int_equal(refuses(desk, order, &what, desk->song), REASON_NONE);
    desk_destroy(&desk);
}

TEST(one_who_left_can_do_nothing) {
    desk_t *desk = desk_new();
    order_t *order = desk_regular_in_review(desk);
    waiting_t what = only(desk, order, 3);
    assert_int_equal(refuses(desk, order, &what, desk->song), REASON_NONE);
    desk_leave(desk, desk->song);
    assert_int_equal(refuses(desk, order, &what, desk->song), REASON_KEY_REVOKED);
    assert_int_equal(refuses(desk, order, &what, desk_ident(desk)), REASON_UNKNOWN_PERSON);
    desk_destroy(&desk);
}

/* ---- adoption ---- */

TEST(an_edition_without_a_department_or_signer_still_needed_strands_the_review) {
    desk_t *desk = desk_new();
    order_t *order = desk_regular_in_review(desk);
    struct procedure next = desk->procedure;
    assert_false(case_stranded(&order->head, desk->context, &next));
    next.departments.at =
        desk_keep(desk, next.departments.at, next.departments.n * sizeof(struct department));
    next.departments.at[1].key = TEXT("schedule");
    assert_true(case_stranded(&order->head, desk->context, &next));
    OK(desk_verdict(desk, order, desk->luo, "planning", VERDICT_ACCEPT));
    assert_false(case_stranded(&order->head, desk->context, &next)); /* planning has spoken */
    next.roles.at = desk_keep(desk, next.roles.at, next.roles.n * sizeof(struct role));
    next.roles.at[3].key = TEXT("schedule.manager"); /* was planning.manager, who still signs */
    assert_true(case_stranded(&order->head, desk->context, &next));
    OK(desk_verdict(desk, order, desk->song, "sales", VERDICT_ACCEPT));
    OK(desk_verdict(desk, order, desk->deng, "purchasing", VERDICT_ACCEPT));
    OK(desk_conclude(desk, order, desk->song, OUTCOME_ABLE));
    assert_true(case_stranded(&order->head, desk->context, &next));
    OK(desk_sign(desk, order, desk->luo, MEANING_COMPLETE));
    assert_false(case_stranded(&order->head, desk->context, &next)); /* planning has signed */
    next.roles.at[0].key = TEXT("sales.director");
    assert_true(case_stranded(&order->head, desk->context, &next));
    desk_destroy(&desk);
}

TEST(an_order_without_an_open_review_is_never_stranded) {
    desk_t *desk = desk_new();
    struct procedure next = {.edition = TEXT("B/0")};
    struct order_content content = desk_special_content(desk);
    assert_false(case_stranded(&desk_registered(desk, &content)->head, desk->context, &next));
    assert_false(case_stranded(&desk_regular_effective(desk)->head, desk->context, &next));
    order_t *order = desk_regular_to_sign(desk);
    assert_true(case_stranded(&order->head, desk->context, &next));
    OK(desk_withdraw(desk, order, desk->lin));
    assert_false(case_stranded(&order->head, desk->context, &next));
    desk_destroy(&desk);
}
