/* SPDX-License-Identifier: Apache-2.0
 *
 * Registration: what an order must hold, its number, the class that the rules propose.
 */
#include "tests/unit/domain/order_desk.h"

static bool has_reason(const order_t *order, const char *reason) {
    const struct class_proposed *proposed = order_revision(order)->proposed;
    for (size_t i = 0; i < proposed->reasons.n; i++)
        if (text_is(proposed->reasons.at[i], reason))
            return true;
    return false;
}

static reason_t try_content(desk_t *desk, const struct order_content *content) {
    return desk_register_as(desk, desk_order(desk), desk->lin, content);
}

TEST_CLAUSE(an_order_is_registered_with_its_requirements_and_numbered, "QP21-4.1", RULE) {
    desk_t *desk = desk_new();
    struct order_content content = desk_content(desk);
    order_t *first = desk_registered(desk, &content);
    order_t *second = desk_registered(desk, &content);
    assert_int_equal(first->state, ORDER_REGISTERED);
    assert_true(text_is(first->head.number, "DD2026-0001"));
    assert_true(text_is(second->head.number, "DD2026-0002"));
    assert_true(ident_equal(first->head.registrant, desk->lin));
    const struct order_content *kept = order_revision(first)->content;
    assert_int_equal(kept->requirements.at[0].kind, REQUIREMENT_STATED);
    assert_true(digest_equal(order_revision(first)->digest, order_digest(&content)));
    desk_destroy(&desk);
}

TEST(the_number_carries_the_companys_year) {
    desk_t *desk = desk_new();
    desk->time = day_from_civil(2026, 12, 31) * DAY_MS + 17 * HOUR_MS; /* already 2027 in China */
    struct order_content content = desk_content(desk);
    content.lines.at[0].wanted = day_from_civil(2027, 2, 1);
    assert_true(text_is(desk_registered(desk, &content)->head.number, "DD2027-0001"));
    desk_destroy(&desk);
}

TEST_CLAUSE(requirements_are_numbered_and_speak_of_lines_that_exist, "QP21-4.1", REFUSAL) {
    desk_t *desk = desk_new();
    struct order_content content = desk_content(desk);
    content.requirements.at[0].line = 2;
    REFUSED(try_content(desk, &content), UNKNOWN_REFERENCE);
    assert_string_equal(desk->problem.field, "requirements[0].line");
    content.requirements.at[0].line = 1;
    content.requirements.at[1] = content.requirements.at[0];
    content.requirements.n = 2;
    REFUSED(try_content(desk, &content), FIELD_RANGE);
    assert_string_equal(desk->problem.field, "requirements[1].no");
    desk_destroy(&desk);
}

TEST(lines_are_numbered_once_and_dates_are_of_this_century) {
    desk_t *desk = desk_new();
    struct order_content content = desk_content(desk);
    content.lines.at[1] = content.lines.at[0];
    content.lines.n = 2;
    REFUSED(try_content(desk, &content), FIELD_RANGE);
    assert_string_equal(desk->problem.field, "lines[1].no");
    content.lines.n = 1;
    content.lines.at[0].wanted = day_from_civil(1999, 12, 31);
    REFUSED(try_content(desk, &content), FIELD_RANGE);
    assert_string_equal(desk->problem.field, "lines[0].wanted");
    content.lines.at[0].wanted = TODAY + 21;
    content.lines.at[0].currency = TEXT("cny");
    REFUSED(try_content(desk, &content), FIELD_RANGE);
    assert_string_equal(desk->problem.field, "lines[0].currency");
    content.lines.at[0].currency = TEXT("CNY");
    content.ordered = 1;
    REFUSED(try_content(desk, &content), FIELD_RANGE);
    assert_string_equal(desk->problem.field, "ordered");
    desk_destroy(&desk);
}

TEST(only_a_known_customer_orders) {
    desk_t *desk = desk_new();
    struct order_content content = desk_content(desk);
    content.customer = desk->lin;
    REFUSED(try_content(desk, &content), UNKNOWN_REFERENCE);
    assert_string_equal(desk->problem.field, "customer");
    desk_destroy(&desk);
}

TEST_CLAUSE(sales_registers, "QP21-3.1", RULE) {
    desk_t *desk = desk_new();
    struct order_content content = desk_content(desk);
    OK(desk_register_as(desk, desk_order(desk), desk->song, &content));
    OK(desk_register_as(desk, desk_order(desk), desk->bai, &content));
    desk_destroy(&desk);
}

TEST_CLAUSE(nobody_but_sales_registers, "QP21-3.1", REFUSAL) {
    desk_t *desk = desk_new();
    struct order_content content = desk_content(desk);
    REFUSED(desk_register_as(desk, desk_order(desk), desk->luo, &content), WRONG_ROLE);
    REFUSED(desk_register_as(desk, desk_order(desk), desk->zhao, &content), WRONG_ROLE);
    REFUSED(desk_register_as(desk, desk_order(desk), desk->planning, &content), NOT_A_PERSON);
    REFUSED(desk_register_as(desk, desk_order(desk), desk_ident(desk), &content), UNKNOWN_PERSON);
    desk_destroy(&desk);
}

TEST_CLAUSE(a_standard_product_in_time_is_proposed_as_regular, "QP21-4.2.3", RULE) {
    desk_t *desk = desk_new();
    struct order_content content = desk_content(desk);
    order_t *order = desk_registered(desk, &content);
    assert_true(text_is(order_revision(order)->proposed->order_class, "regular"));
    assert_int_equal(order_revision(order)->proposed->reasons.n, 0);
    desk_destroy(&desk);
}

TEST_CLAUSE(each_test_of_the_procedure_proposes_special_with_its_line, "QP21-4.2.3", RULE) {
    desk_t *desk = desk_new();
    for (int test = 0; test < 6; test++) {
        static const char *const reasons[] = {
            "product-unknown:2",          "product-not-standard:2",  "line-modified:2",
            "drawing-revision-differs:2", "sooner-than-lead-time:2", "special-requirement:2"};
        struct order_content content = desk_content(desk);
        content.lines.at[1] = content.lines.at[0];
        content.lines.n = 2;
        struct order_line *line = &content.lines.at[1];
        line->no = 2;
        if (test == 0)
            line->product = TEXT("P00");
        if (test == 1)
            line->product = TEXT("P99");
        if (test == 2)
            line->modification = TEXT("hardened");
        if (test == 3)
            line->drawing = TEXT("P07-C");
        if (test == 4)
            line->wanted = TODAY + 9;
        if (test == 5) {
            content.requirements.at[0].special = true;
            content.requirements.at[0].line = 2;
        }
        order_t *order = desk_registered(desk, &content);
        assert_true(text_is(order_revision(order)->proposed->order_class, "special"));
        assert_int_equal(order_revision(order)->proposed->reasons.n, 1);
        assert_true(has_reason(order, reasons[test]));
    }
    desk_destroy(&desk);
}

TEST(what_is_just_in_time_or_drawn_as_frozen_is_regular) {
    desk_t *desk = desk_new();
    struct order_content content = desk_content(desk);
    content.lines.at[0].wanted = TODAY + 10;
    content.lines.at[0].drawing = TEXT("P07-B");
    order_t *order = desk_registered(desk, &content);
    assert_true(text_is(order_revision(order)->proposed->order_class, "regular"));
    desk_destroy(&desk);
}

TEST(all_tests_that_hold_are_reasons_and_the_first_decides) {
    desk_t *desk = desk_new();
    desk->procedure.special.at = arena_alloc(desk->arena, 2 * sizeof(struct special_rule));
    desk->procedure.special.n = 2;
    desk->procedure.special.at[0] =
        (struct special_rule){SPECIAL_COMPANY_REQUIREMENT, TEXT("regular")};
    desk->procedure.special.at[1] = (struct special_rule){SPECIAL_LINE_MODIFIED, TEXT("special")};
    desk_adopt(desk);
    struct order_content content = desk_special_content(desk);
    content.requirements.at[0].kind = REQUIREMENT_COMPANY;
    order_t *order = desk_registered(desk, &content);
    assert_true(text_is(order_revision(order)->proposed->order_class, "regular"));
    assert_int_equal(order_revision(order)->proposed->reasons.n, 2);
    assert_true(has_reason(order, "company-requirement"));
    assert_true(has_reason(order, "line-modified:1"));
    desk_destroy(&desk);
}

TEST(five_hundred_special_lines_are_still_one_event) {
    desk_t *desk = desk_new();
    struct order_content content = desk_content(desk);
    struct order_line *lines = arena_alloc(desk->arena, 500 * sizeof *lines);
    for (size_t i = 0; i < 500; i++) {
        lines[i] = content.lines.at[0];
        lines[i].no = (int64_t) i + 1;
        lines[i].product = TEXT("P00");
        lines[i].modification = TEXT("longer");
    }
    content.lines = (struct order_line_list){lines, 500};
    order_t *order = desk_registered(desk, &content);
    assert_true(has_reason(order, "product-unknown:1"));
    assert_true(has_reason(order, "line-modified:1"));
    assert_in_range(order_revision(order)->proposed->reasons.n, 2, 32);
    desk_destroy(&desk);
}

/* One reason for the whole order, however many requirements give it. */
TEST(requirements_of_the_whole_order_are_one_reason) {
    desk_t *desk = desk_new();
    struct order_content content = desk_content(desk);
    struct requirement two[] = {{.no = 1,
                                 .kind = REQUIREMENT_COMPANY,
                                 .subject = SUBJECT_QUALITY,
                                 .text = TEXT("cleaned twice"),
                                 .special = true},
                                {.no = 2,
                                 .kind = REQUIREMENT_STATED,
                                 .subject = SUBJECT_QUALITY,
                                 .text = TEXT("oiled"),
                                 .special = true}};
    content.requirements = (struct requirement_list) DESK_LIST(desk, two);
    struct special_rule rules[] = {{SPECIAL_COMPANY_REQUIREMENT, TEXT("special")},
                                   {SPECIAL_REQUIREMENT, TEXT("special")}};
    desk->procedure.special = (struct special_rule_list) DESK_LIST(desk, rules);
    desk_adopt(desk);
    const struct class_proposed *proposed =
        order_revision(desk_registered(desk, &content))->proposed;
    assert_int_equal(proposed->reasons.n, 2);
    assert_true(text_is(proposed->reasons.at[0], "company-requirement"));
    assert_true(text_is(proposed->reasons.at[1], "special-requirement"));
    desk_destroy(&desk);
}

TEST(a_procedure_without_tests_proposes_its_first_class) {
    desk_t *desk = desk_new();
    struct order_content content = desk_special_content(desk);
    desk->procedure.special.n = 0;
    desk_adopt(desk);
    const struct class_proposed *proposed =
        order_revision(desk_registered(desk, &content))->proposed;
    assert_int_equal(proposed->reasons.n, 0);
    assert_true(text_is(proposed->order_class, "regular"));
    desk_destroy(&desk);
}
