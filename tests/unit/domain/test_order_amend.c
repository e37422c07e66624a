/* SPDX-License-Identifier: Apache-2.0
 *
 * A change, an end: amendments and what they differ in, declining, withdrawing.
 */
#include "tests/unit/domain/order_desk.h"

TEST_CLAUSE(a_change_goes_through_the_flow_again_as_a_new_revision, "QP21-4.4.3", RULE) {
    desk_t *desk = desk_new();
    order_t *order = desk_regular_effective(desk);
    struct order_content content = desk_content(desk);
    content.lines.at[0].quantity = 2500 * DECIMAL_ONE;
    OK(desk_amend(desk, order, desk->lin, &content));
    assert_int_equal(order->revisions_n, 2);
    assert_int_equal(
        order->state,
        ORDER_IN_REVIEW); /* proposed as before: the class stands, the review reopens */
    assert_int_equal(order->effective, 0);
    assert_false(order->review_completed);
    assert_true(text_is(order_revision(order)->order_class, "regular"));
    const round_t *round = order_round(order);
    assert_int_equal(round->no, 2);
    assert_int_equal(round->revision, 2);
    assert_int_equal(round->verdicts_n, 0);
    assert_int_equal(round->signatures_n, 0);
    assert_true(order->head.rounds[0].superseded);
    assert_int_equal(order->head.rounds[0].signatures_n, 2); /* kept in the record */
    assert_true(order->revisions[0].effective != 0);
    assert_true(text_is(order_revision(order)->agreement->how, "fax"));
    desk_destroy(&desk);
}

TEST_CLAUSE(nothing_decided_on_the_old_revision_counts, "QP21-4.4.3", REFUSAL) {
    desk_t *desk = desk_new();
    order_t *order = desk_regular_in_review(desk);
    OK(desk_verdict(desk, order, desk->song, "sales", VERDICT_ACCEPT));
    struct verdict_given verdict = {.department = TEXT("planning"), .verdict = VERDICT_ACCEPT};
    struct command late = desk_command(desk, order, KIND_ROUND_VERDICT, desk->luo, &verdict);
    struct order_content content = desk_content(desk);
    content.lines.at[0].quantity = 2500 * DECIMAL_ONE;
    OK(desk_amend(desk, order, desk->lin, &content));
    REFUSED(desk_send(desk, order, &late), STALE_REVISION);
    assert_string_equal(reason_clause(desk->problem.reason), "QP21-4.4.3");
    late.revision = 2;
    REFUSED(desk_send(desk, order, &late), STALE_DIGEST);
    assert_null(round_standing(order_round(order), TEXT("sales")));
    desk_destroy(&desk);
}

TEST_CLAUSE(a_change_is_agreed_with_the_customer, "QP21-4.4.3", REFUSAL) {
    desk_t *desk = desk_new();
    order_t *order = desk_regular_in_review(desk);
    struct order_content content = desk_content(desk);
    REFUSED(desk_amend(desk, order, desk->lin, &content), ALREADY);
    content.lines.at[0].quantity = 2500 * DECIMAL_ONE;
    struct confirmation word = desk_word(desk);
    word.who = TEXT(" ");
    struct amend body = {{&content, 1}, TEXT("more"), {&word, 1}};
    REFUSED(desk_try(desk, order, desk->lin, KIND_ORDER_AMEND, &body), UNWRITTEN);
    assert_string_equal(desk->problem.field, "agreement[0].who");
    REFUSED(desk_amend(desk, order, desk->luo, &content), WRONG_ROLE);
    REFUSED(desk_amend(desk, order, desk->planning, &content), NOT_A_PERSON);
    content.requirements.at[0].line = 9;
    REFUSED(desk_amend(desk, order, desk->lin, &content), UNKNOWN_REFERENCE);
    assert_string_equal(desk->problem.field, "content[0].requirements[0].line");
    assert_int_equal(order->revisions_n, 1);
    desk_destroy(&desk);
}

TEST(an_amendment_is_bound_to_the_version_and_the_customer) {
    desk_t *desk = desk_new();
    order_t *order = desk_regular_in_review(desk);
    struct order_content content = desk_content(desk);
    content.note = TEXT("by lorry");
    struct confirmation word = desk_word(desk);
    struct amend body = {{&content, 1}, TEXT("note"), {&word, 1}};
    struct command command = desk_command(desk, order, KIND_ORDER_AMEND, desk->lin, &body);
    OK(desk_verdict(desk, order, desk->luo, "planning", VERDICT_ACCEPT));
    REFUSED(desk_send(desk, order, &command), STALE_VERSION);
    struct customer other = {.name = TEXT("Taohuayuan"), .short_name = TEXT("C02")};
    content.customer = desk_do(desk, KIND_CUSTOMER_REGISTER, desk->lin, (ident_t){{0}}, &other);
    REFUSED(desk_amend(desk, order, desk->lin, &content), FIELD_RANGE);
    assert_string_equal(desk->problem.field, "content[0].customer");
    desk_destroy(&desk);
}

TEST_CLAUSE(what_was_negotiated_comes_back_as_a_revision, "QP21-4.4.3", RULE) {
    desk_t *desk = desk_new();
    order_t *order = desk_special_in_review(desk);
    desk_all_say(desk, order, VERDICT_CONDITIONS);
    OK(desk_conclude(desk, order, desk->song, OUTCOME_NEGOTIATE));
    assert_int_equal(order->state, ORDER_TO_NEGOTIATE);
    struct order_content content = desk_special_content(desk);
    content.lines.at[0].wanted = TODAY + 28;
    OK(desk_amend(desk, order, desk->lin, &content));
    assert_int_equal(order->state, ORDER_IN_REVIEW); /* the convening stands */
    desk_all_say(desk, order, VERDICT_ACCEPT);
    OK(desk_conclude(desk, order, desk->song, OUTCOME_ABLE));
    desk_destroy(&desk);
}

TEST_CLAUSE(a_change_that_the_rules_see_otherwise_is_classified_again, "QP21-4.2.3", RULE) {
    desk_t *desk = desk_new();
    order_t *order = desk_regular_in_review(desk);
    struct order_content content = desk_special_content(desk);
    OK(desk_amend(desk, order, desk->lin, &content));
    assert_int_equal(order->state, ORDER_REGISTERED);
    assert_null(order_round(order));
    assert_int_equal(order_revision(order)->order_class.n, 0);
    REFUSED(desk_verdict(desk, order, desk->luo, "planning", VERDICT_ACCEPT), NOT_CLASSIFIED);
    OK(desk_classify(desk, order, desk->lin, "special"));
    REFUSED(desk_verdict(desk, order, desk->luo, "planning", VERDICT_ACCEPT), NOT_REVIEWED);
    OK(desk_convene(desk, order, desk->shi));
    assert_int_equal(order_round(order)->departments.n, 5);
    desk_destroy(&desk);
}

TEST(a_class_chosen_against_the_rules_does_not_outlive_other_reasons) {
    desk_t *desk = desk_new();
    struct order_content content = desk_content(desk);
    content.lines.at[0].wanted = TODAY + 5;
    order_t *order = desk_registered(desk, &content);
    OK(desk_classify(desk, order, desk->lin, "regular")); /* though proposed as special: too soon */
    content.lines.at[0].modification = TEXT("longer");
    OK(desk_amend(desk, order, desk->lin, &content));
    assert_int_equal(order->state, ORDER_REGISTERED);
    desk_destroy(&desk);
}

TEST(convening_does_not_outlive_a_change_of_class) {
    desk_t *desk = desk_new();
    order_t *order = desk_special_in_review(desk);
    struct order_content content = desk_content(desk);
    OK(desk_amend(desk, order, desk->lin, &content));
    OK(desk_classify(desk, order, desk->lin, "regular"));
    content = desk_special_content(desk);
    OK(desk_amend(desk, order, desk->lin, &content));
    OK(desk_classify(desk, order, desk->lin, "special"));
    assert_int_equal(order->state, ORDER_REGISTERED);
    OK(desk_convene(desk, order, desk->shi));
    desk_destroy(&desk);
}

TEST_CLAUSE(the_agreement_to_a_change_confirms_an_unwritten_order, "QP21-4.3.1.2", RULE) {
    desk_t *desk = desk_new();
    struct order_content content = desk_content(desk);
    content.channel = CHANNEL_PHONE;
    order_t *order = desk_registered(desk, &content);
    OK(desk_classify(desk, order, desk->lin, "regular"));
    content.lines.at[0].quantity = 100 * DECIMAL_ONE;
    OK(desk_amend(desk, order, desk->lin, &content));
    assert_int_equal(order->state, ORDER_IN_REVIEW);
    assert_non_null(order_revision(order)->confirmed);
    desk_destroy(&desk);
}

TEST(who_wrote_the_current_revision_does_not_conclude_it) {
    desk_t *desk = desk_new();
    order_t *order = desk_regular_in_review(desk);
    struct order_content content = desk_content(desk);
    content.note = TEXT("by lorry");
    OK(desk_amend(desk, order, desk->song, &content));
    desk_all_say(desk, order, VERDICT_ACCEPT);
    REFUSED(desk_conclude(desk, order, desk->song, OUTCOME_ABLE), FOUR_EYES);
    OK(desk_conclude(desk, order, desk->shi, OUTCOME_ABLE));
    desk_destroy(&desk);
}

TEST(an_order_that_cannot_be_met_is_declined_with_its_reason) {
    desk_t *desk = desk_new();
    order_t *order = desk_regular_in_review(desk);
    desk_all_say(desk, order, VERDICT_REJECT);
    OK(desk_conclude(desk, order, desk->song, OUTCOME_NOT_ABLE));
    REFUSED(desk_decline(desk, order, desk->lin), WRONG_ROLE);
    OK(desk_decline(desk, order, desk->song)); /* four eyes do not apply */
    assert_int_equal(order->state, ORDER_DECLINED);
    assert_true(text_is(order->end_reason, "no capacity"));
    desk_destroy(&desk);
}

TEST(what_is_to_be_signed_is_not_declined) {
    desk_t *desk = desk_new();
    order_t *order = desk_regular_to_sign(desk);
    REFUSED(desk_decline(desk, order, desk->song), WRONG_STATE);
    desk_destroy(&desk);
}

TEST(a_withdrawal_needs_the_customers_word) {
    desk_t *desk = desk_new();
    order_t *order = desk_regular_effective(desk);
    struct confirmation word = desk_word(desk);
    word.how = TEXT(" ");
    struct withdraw body = {TEXT("model stopped"), {&word, 1}};
    REFUSED(desk_try(desk, order, desk->lin, KIND_ORDER_WITHDRAW, &body), UNWRITTEN);
    REFUSED(desk_withdraw(desk, order, desk->luo), WRONG_ROLE);
    OK(desk_withdraw(desk, order, desk->lin));
    assert_int_equal(order->state, ORDER_WITHDRAWN);
    desk_destroy(&desk);
}

TEST(after_the_end_everything_is_refused) {
    desk_t *desk = desk_new();
    for (int declined = 0; declined < 2; declined++) {
        order_t *order = desk_regular_in_review(desk);
        struct order_content content = desk_special_content(desk);
        struct command stale =
            desk_command(desk, order, KIND_ORDER_CONVENE, desk->shi, &(struct convene){{NULL, 0}});
        stale.revision = 0; /* closed goes before stale */
        OK(declined ? desk_decline(desk, order, desk->jiang)
                    : desk_withdraw(desk, order, desk->lin));
        REFUSED(desk_classify(desk, order, desk->lin, "special"), ENDED);
        REFUSED(desk_confirm(desk, order, desk->lin), ENDED);
        REFUSED(desk_send(desk, order, &stale), ENDED);
        REFUSED(desk_verdict(desk, order, desk->luo, "planning", VERDICT_ACCEPT), ENDED);
        REFUSED(desk_conclude(desk, order, desk->song, OUTCOME_ABLE), ENDED);
        REFUSED(desk_sign(desk, order, desk->luo, MEANING_COMPLETE), ENDED);
        REFUSED(desk_amend(desk, order, desk->lin, &content), ENDED);
        REFUSED(desk_decline(desk, order, desk->song), ENDED);
        REFUSED(desk_withdraw(desk, order, desk->lin), ENDED);
    }
    desk_destroy(&desk);
}

/* ---- differences ---- */

static const struct difference *differs(const struct difference *list, size_t n, const char *path) {
    for (size_t i = 0; i < n; i++)
        if (text_is(list[i].path, path))
            return &list[i];
    return NULL;
}

TEST_CLAUSE(what_changed_is_shown_field_by_field, "QP21-4.4.3", RULE) {
    desk_t *desk = desk_new();
    struct order_content before = desk_content(desk), after = desk_content(desk);
    struct difference *list;
    assert_int_equal(record_difference(&order_content_record, &before, &after,
                                             desk->arena, &list), 0);
    after.lines.at[0].quantity = 1500 * DECIMAL_ONE;
    after.lines.at[0].wanted = TODAY + 28;
    after.requirements.at[0].kind = REQUIREMENT_STATUTORY;
    after.contract = true;
    size_t n = record_difference(&order_content_record, &before, &after,
                                             desk->arena, &list);
    assert_int_equal(n, 4);
    assert_true(text_is(differs(list, n, "lines[1].quantity")->before, "2000"));
    assert_true(text_is(differs(list, n, "lines[1].quantity")->after, "1500"));
    assert_true(text_is(differs(list, n, "lines[1].wanted")->after, "2026-06-24"));
    assert_true(text_is(differs(list, n, "requirements[1].kind")->after, "statutory"));
    assert_int_equal(differs(list, n, "contract")->before.n, 0);
    assert_true(text_is(differs(list, n, "contract")->after, "yes"));
    desk_destroy(&desk);
}

TEST(documents_customers_and_contacts_that_differ_are_shown_too) {
    desk_t *desk = desk_new();
    struct order_content before = desk_content(desk), after = desk_content(desk);
    struct attachment drawing = {.blob = {{0xab}}, .name = TEXT("drawing.pdf"), .size = 100},
                      other = {.blob = {{0xcd}}, .name = TEXT("drawing.pdf"), .size = 100};
    struct difference *list;
    after.attachments = (struct attachment_list){&drawing, 1};
    size_t n = record_difference(&order_content_record, &before, &after,
                                             desk->arena, &list);
    assert_int_equal(n, 3); /* they have no numbers: the first */
    assert_true(text_is(differs(list, n, "attachments[0].name")->after, "drawing.pdf"));
    assert_int_equal(differs(list, n, "attachments[0].blob")->before.n, 0);
    assert_int_equal(differs(list, n, "attachments[0].blob")->after.n, 64);
    before.attachments = (struct attachment_list){&other, 1};
    n = record_difference(&order_content_record, &before, &after,
                                             desk->arena, &list);
    assert_int_equal(n, 1);
    assert_memory_equal(differs(list, n, "attachments[0].blob")->before.p, "cd00", 4);
    after.attachments.n = 0;
    n = record_difference(&order_content_record, &before, &after,
                                             desk->arena, &list);
    assert_int_equal(n, 3);
    after = before;
    after.customer = (ident_t){{0x11}};
    before.contact = (digest_t){{0x22}};
    after.channel = CHANNEL_PHONE;
    n = record_difference(&order_content_record, &before, &after,
                                             desk->arena, &list);
    assert_int_equal(n, 3);
    assert_memory_equal(differs(list, n, "customer")->after.p, "11000000-", 9);
    assert_int_equal(differs(list, n, "contact")->after.n, 0);
    assert_true(text_is(differs(list, n, "channel")->after, "phone"));
    after = before;
    after.customer = (ident_t){{0}};
    n = record_difference(&order_content_record, &before, &after,
                                             desk->arena, &list);
    assert_int_equal(n, 1);
    assert_int_equal(differs(list, n, "customer")->after.n, 0);
    desk_destroy(&desk);
}

TEST(a_line_put_in_between_or_taken_out_is_named_by_its_number) {
    desk_t *desk = desk_new();
    struct order_content before = desk_content(desk), after = desk_content(desk);
    before.lines.at[1] = before.lines.at[0];
    before.lines.at[1].no = 3;
    before.lines.n = 2;
    after.lines.at[0].no = 2;
    after.lines.at[1] = before.lines.at[1];
    after.lines.n = 2;
    struct difference *list;
    size_t n = record_difference(&order_content_record, &before, &after,
                                             desk->arena, &list);
    assert_true(text_is(differs(list, n, "lines[1].product")->before, "P07"));
    assert_int_equal(differs(list, n, "lines[1].product")->after.n, 0);
    assert_true(text_is(differs(list, n, "lines[2].product")->after, "P07"));
    for (size_t i = 0; i < n; i++)
        assert_int_not_equal(strncmp(list[i].path.p, "lines[3]", 8), 0);
    desk_destroy(&desk);
}

/* Every type that a record can have is shown as people write it, and none is passed over. */
TEST(whatever_type_a_field_has_its_difference_is_shown) {
    arena_t *arena = arena_new(0);
    struct difference *list;
    struct event before = {.position = 1}, after = {.position = 2,
                                                    .time = INT64_C(1790000000000),
                                                    .object = {{1}},
                                                    .key = {{2}},
                                                    .signature = {{3}}};
    size_t n = record_difference(&event_record, &before, &after, arena, &list);
    assert_true(text_is(differs(list, n, "position")->after, "2"));
    assert_true(text_is(differs(list, n, "time")->after, "2026-09-21T14:13:20.000Z"));
    assert_int_equal(differs(list, n, "key")->after.n, 64);
    assert_int_equal(differs(list, n, "signature")->after.n, 128);
    assert_int_equal(differs(list, n, "object")->after.n, 36);
    int64_t acts[] = {ACT_REGISTER, ACT_DECLINE};
    text_t reads[] = {TEXT("orders"), TEXT("prices")};
    struct role clerk = {.key = TEXT("clerk")},
                head = {.key = TEXT("clerk"), .may = {acts, 2}, .reads = {reads, 2}};
    n = record_difference(&role_record, &clerk, &head, arena, &list);
    assert_int_equal(n, 2);
    assert_true(text_is(differs(list, n, "may")->after, "1, 5"));
    assert_true(text_is(differs(list, n, "reads")->after, "orders, prices"));
    arena_destroy(&arena);
}
