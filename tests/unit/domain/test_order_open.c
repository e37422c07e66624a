/* SPDX-License-Identifier: Apache-2.0
 *
 * From registration to the review: the class, the customer's confirmation of an unwritten order,
 * the convening.
 */
#include "tests/unit/domain/order_desk.h"

static order_t *registered_by_phone(desk_t *desk, bool special) {
    struct order_content content = special ? desk_special_content(desk) : desk_content(desk);
    content.channel = CHANNEL_PHONE;
    return desk_registered(desk, &content);
}

TEST_CLAUSE(a_person_confirms_the_class_and_the_reason_is_kept, "QP21-4.2.3", RULE) {
    desk_t *desk = desk_new();
    struct order_content content = desk_content(desk);
    order_t *order = desk_registered(desk, &content);
    OK(desk_try(desk, order, desk->shi, KIND_ORDER_CLASSIFY,
                &(struct classify){TEXT("special"), TEXT("first delivery to this plant")}));
    assert_true(text_is(order_revision(order)->order_class, "special"));
    assert_true(text_is(order_revision(order)->class_reason, "first delivery to this plant"));
    assert_true(ident_equal(order_revision(order)->classifier, desk->shi));
    assert_true(text_is(order_revision(order)->proposed->order_class, "regular"));
    desk_destroy(&desk);
}

TEST_CLAUSE(the_class_is_confirmed_by_those_who_may, "QP21-4.2.3", REFUSAL) {
    desk_t *desk = desk_new();
    struct order_content content = desk_content(desk);
    order_t *order = desk_registered(desk, &content);
    REFUSED(desk_classify(desk, order, desk->luo, "regular"), WRONG_ROLE);
    REFUSED(desk_classify(desk, order, desk->lin, "urgent"), UNKNOWN_REFERENCE);
    REFUSED(desk_try(desk, order, desk->lin, KIND_ORDER_CLASSIFY,
                     &(struct classify){TEXT("regular"), TEXT(" ")}),
            FIELD_MISSING);
    REFUSED(desk_convene(desk, order, desk->shi), NOT_CLASSIFIED);
    REFUSED(desk_verdict(desk, order, desk->luo, "planning", VERDICT_ACCEPT), NOT_CLASSIFIED);
    OK(desk_classify(desk, order, desk->lin, "special"));
    REFUSED(desk_classify(desk, order, desk->lin, "special"), ALREADY);
    OK(desk_classify(desk, order, desk->lin, "regular"));
    REFUSED(desk_classify(desk, order, desk->lin, "special"), WRONG_STATE);
    desk_destroy(&desk);
}

TEST_CLAUSE(a_regular_order_is_under_review_by_its_departments_at_once, "QP21-4.3.1.1", RULE) {
    desk_t *desk = desk_new();
    order_t *order = desk_regular_in_review(desk);
    const round_t *round = order_round(order);
    assert_int_equal(order->state, ORDER_IN_REVIEW);
    assert_int_equal(round->departments.n, 3);
    assert_true(round_asks(round, TEXT("planning")));
    assert_false(round_asks(round, TEXT("quality")));
    assert_true(digest_equal(round->digest, order_revision(order)->digest));
    assert_int_equal(round->procedure, context_procedure_position(desk->context));
    desk_destroy(&desk);
}

TEST_CLAUSE(a_special_order_waits_until_the_deputy_convenes, "QP21-4.3.2", RULE) {
    desk_t *desk = desk_new();
    struct order_content content = desk_special_content(desk);
    order_t *order = desk_registered(desk, &content);
    OK(desk_classify(desk, order, desk->lin, "special"));
    assert_null(order_round(order));
    assert_int_equal(order->state, ORDER_REGISTERED);
    OK(desk_convene(desk, order, desk->shi));
    assert_int_equal(order->state, ORDER_IN_REVIEW);
    assert_int_equal(order_round(order)->departments.n, 5);
    assert_true(ident_equal(order->convener, desk->shi));
    desk_destroy(&desk);
}

TEST_CLAUSE(nobody_but_the_deputy_convenes, "QP21-3.1", REFUSAL) {
    desk_t *desk = desk_new();
    struct order_content content = desk_special_content(desk);
    order_t *order = desk_registered(desk, &content);
    OK(desk_classify(desk, order, desk->lin, "special"));
    REFUSED(desk_convene(desk, order, desk->song), WRONG_ROLE);
    assert_string_equal(desk->problem.clause, "QP21-3.1");
    REFUSED(desk_convene(desk, order, desk->jiang), WRONG_ROLE);
    REFUSED(desk_verdict(desk, order, desk->luo, "planning", VERDICT_ACCEPT), NOT_REVIEWED);
    OK(desk_convene(desk, order, desk->shi));
    REFUSED(desk_convene(desk, order, desk->shi), WRONG_STATE);
    desk_destroy(&desk);
}

TEST(the_general_manager_convenes_where_there_is_no_deputy) {
    desk_t *desk = desk_new();
    struct order_content content = desk_special_content(desk);
    order_t *order = desk_registered(desk, &content);
    OK(desk_classify(desk, order, desk->lin, "special"));
    desk_leave(desk, desk->shi);
    OK(desk_convene(desk, order, desk->jiang));
    desk_destroy(&desk);
}

TEST(a_regular_order_has_nothing_to_convene) {
    desk_t *desk = desk_new();
    order_t *order = desk_regular_in_review(desk);
    REFUSED(desk_convene(desk, order, desk->shi), WRONG_STATE);
    desk_destroy(&desk);
}

TEST_CLAUSE(a_telephone_order_is_confirmed_before_its_review, "QP21-4.3.1.2", RULE) {
    desk_t *desk = desk_new();
    order_t *order = registered_by_phone(desk, false);
    OK(desk_classify(desk, order, desk->lin, "regular"));
    assert_int_equal(order->state, ORDER_AWAITING_CUSTOMER);
    assert_null(order_round(order));
    OK(desk_confirm(desk, order, desk->bai));
    assert_int_equal(order->state, ORDER_IN_REVIEW);
    assert_true(text_is(order_revision(order)->confirmed->how, "fax"));
    desk_destroy(&desk);
}

TEST(the_customer_may_confirm_before_the_class_is) {
    desk_t *desk = desk_new();
    order_t *order = registered_by_phone(desk, true);
    OK(desk_confirm(desk, order, desk->lin));
    assert_int_equal(order->state, ORDER_REGISTERED);
    OK(desk_classify(desk, order, desk->lin, "special"));
    assert_int_equal(order->state, ORDER_REGISTERED);
    OK(desk_convene(desk, order, desk->shi));
    assert_int_equal(order->state, ORDER_IN_REVIEW);
    desk_destroy(&desk);
}

TEST_CLAUSE(nothing_leads_around_the_customers_confirmation, "QP21-4.3.1.2", REFUSAL) {
    desk_t *desk = desk_new();
    order_t *order = registered_by_phone(desk, true);
    for (int classified = 0; classified < 2; classified++) {
        REFUSED(desk_convene(desk, order, desk->shi), NOT_CONFIRMED);
        assert_string_equal(reason_clause(desk->problem.reason), "QP21-4.3.1.2");
        REFUSED(desk_verdict(desk, order, desk->luo, "planning", VERDICT_ACCEPT), NOT_CONFIRMED);
        REFUSED(desk_conclude(desk, order, desk->song, OUTCOME_ABLE), NOT_CONFIRMED);
        REFUSED(desk_sign(desk, order, desk->shi, MEANING_CONTRACT), NOT_REVIEWED);
        if (!classified)
            OK(desk_classify(desk, order, desk->lin, "special"));
    }
    assert_int_equal(order->state, ORDER_AWAITING_CUSTOMER);
    desk_destroy(&desk);
}

TEST_CLAUSE(a_confirmation_says_who_how_and_when, "QP21-4.3.1.2", REFUSAL) {
    desk_t *desk = desk_new();
    order_t *order = registered_by_phone(desk, false);
    struct confirmation word = desk_word(desk);
    word.who = TEXT(" ");
    REFUSED(desk_try(desk, order, desk->lin, KIND_ORDER_CUSTOMER_CONFIRM, &word), UNWRITTEN);
    assert_string_equal(desk->problem.field, "who");
    word = desk_word(desk);
    word.how = TEXT(" ");
    REFUSED(desk_try(desk, order, desk->lin, KIND_ORDER_CUSTOMER_CONFIRM, &word), UNWRITTEN);
    word = desk_word(desk);
    word.when = desk->time + 2 * DAY_MS;
    REFUSED(desk_try(desk, order, desk->lin, KIND_ORDER_CUSTOMER_CONFIRM, &word), FIELD_RANGE);
    REFUSED(desk_confirm(desk, order, desk->luo), WRONG_ROLE);
    OK(desk_confirm(desk, order, desk->lin));
    REFUSED(desk_confirm(desk, order, desk->lin), ALREADY);
    desk_destroy(&desk);
}

TEST(a_written_order_needs_no_confirmation) {
    desk_t *desk = desk_new();
    struct order_content content = desk_content(desk);
    order_t *order = desk_registered(desk, &content);
    REFUSED(desk_confirm(desk, order, desk->lin), WRONG_STATE);
    OK(desk_classify(desk, order, desk->lin, "regular"));
    REFUSED(desk_confirm(desk, order, desk->lin), WRONG_STATE);
    desk_destroy(&desk);
}

TEST(a_round_keeps_its_edition_and_a_later_one_starts_nothing) {
    desk_t *desk = desk_new();
    struct order_content content = desk_special_content(desk);
    order_t *open = desk_regular_in_review(desk);
    order_t *waiting = desk_registered(desk, &content);
    OK(desk_classify(desk, waiting, desk->lin, "special"));
    assert_true(text_is(case_procedure(&open->head, desk->context)->edition, "A/0"));
    desk->procedure.edition = TEXT("A/1");
    desk->procedure.classes.at[0].reviewers = desk_reviewers(desk, "quality", MODE_MANUAL);
    desk->procedure.classes.at[1].convener = (text_t){NULL, 0};
    desk->procedure.classes.at[1].convener_stand_in = (text_t){NULL, 0};
    desk_adopt(desk);
    assert_true(text_is(case_procedure(&open->head, desk->context)->edition, "A/0"));
    REFUSED(desk_verdict(desk, open, desk->yan, "quality", VERDICT_ACCEPT), NOT_ASKED);
    OK(desk_verdict(desk, open, desk->luo, "planning", VERDICT_ACCEPT));
    arena_t *arena = arena_new(0);
    derived_t derived;
    assert_false(case_consequence(&waiting->head, desk->context, arena, &derived));
    arena_destroy(&arena);
    REFUSED(desk_convene(desk, waiting, desk->shi), WRONG_STATE);
    OK(desk_classify(desk, waiting, desk->lin,
                     "special")); /* confirmed again under the new edition */
    assert_int_equal(waiting->state, ORDER_IN_REVIEW);
    assert_true(text_is(case_procedure(&waiting->head, desk->context)->edition, "A/1"));
    desk_destroy(&desk);
}

TEST(judgements_are_bound_to_revision_and_digest) {
    desk_t *desk = desk_new();
    order_t *order = desk_regular_in_review(desk);
    struct verdict_given body = {.department = TEXT("planning"), .verdict = VERDICT_ACCEPT};
    struct command command = desk_command(desk, order, KIND_ROUND_VERDICT, desk->luo, &body);
    command.revision = 2;
    REFUSED(desk_send(desk, order, &command), BEHIND);
    command.revision = 0;
    REFUSED(desk_send(desk, order, &command), STALE_REVISION);
    command.revision = 1;
    command.digest.b[0] ^= 1;
    REFUSED(desk_send(desk, order, &command), STALE_DIGEST);
    command.digest.b[0] ^= 1;
    OK(desk_send(desk, order, &command));
    desk_destroy(&desk);
}
