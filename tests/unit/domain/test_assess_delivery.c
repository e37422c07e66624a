/* SPDX-License-Identifier: Apache-2.0
 *
 * Planning's and production's rules: lines laid into the weeks, as late as possible. Shafts (轴)
 * have 500, 1000, 3000, 4000, 5000 and 6000 pieces free in W1 to W6.
 */
#include "tests/unit/domain/assess_shop.h"

TEST_CLAUSE(what_fits_until_the_due_week_is_accepted, "QP21-4.3.1.1", RULE) {
    shop_t *shop = shop_new();
    struct assessment said =
        shop_assess(shop, shop_order(shop, "P04", 1500, FRIDAY(2)), "planning");
    assert_int_equal(said.verdict, VERDICT_ACCEPT);
    assert_true(said.certain);
    assert_says(said.reason, "1500件可于2026-12-04（周五）前交付");
    assert_int_equal(assess_confirmed(&said), FRIDAY(2));
    shop_destroy(&shop);
}

TEST_CLAUSE(a_piece_more_is_a_condition_with_a_date, "QP21-4.3.1.1", REFUSAL) {
    shop_t *shop = shop_new();
    struct assessment said =
        shop_assess(shop, shop_order(shop, "P04", 1501, FRIDAY(2)), "planning");
    assert_int_equal(said.verdict, VERDICT_CONDITIONS);
    assert_true(said.certain);
    assert_says(said.conditions.at[0].text, "前可供1500件，其余1件最早于2026-12-11（周五）交付");
    assert_int_equal(assess_confirmed(&said), 0);
    shop_destroy(&shop);
}

TEST(what_no_known_week_has_room_for_is_rejected) {
    shop_t *shop = shop_new();
    struct assessment said =
        shop_assess(shop, shop_order(shop, "P04", 19501, FRIDAY(2)), "planning");
    assert_int_equal(said.verdict, VERDICT_REJECT);
    assert_true(said.certain);
    assert_int_equal(said.conditions.n, 0);
    assert_says(said.reason, "产能计划（至2027-01-01）内无法全部交付");
    shop_destroy(&shop);
}

TEST(a_day_before_friday_is_due_the_week_before) {
    shop_t *shop = shop_new();
    struct assessment said =
        shop_assess(shop, shop_order(shop, "P04", 600, FRIDAY(2) - 1), "planning");
    assert_int_equal(said.verdict, VERDICT_CONDITIONS);
    assert_says(said.conditions.at[0].text, "2026-11-27（周五）前可供500件");
    shop_destroy(&shop);
}

TEST(weeks_that_are_over_give_nothing) {
    shop_t *shop = shop_new();
    shop->today = WEEKS(2) + 2;
    struct assessment said =
        shop_assess(shop, shop_order(shop, "P04", 1500, FRIDAY(2)), "planning");
    assert_int_equal(said.verdict, VERDICT_CONDITIONS);
    assert_says(said.conditions.at[0].text, "前可供1000件，其余500件最早于2026-12-11（周五）");
    said = shop_assess(shop, shop_order(shop, "P04", 100, FRIDAY(1)), "planning");
    assert_int_equal(said.verdict, VERDICT_CONDITIONS);
    assert_says(said.conditions.at[0].text, "P04：100件最早于2026-12-04（周五）交付");
    shop->today = WEEKS(3);
    said = shop_assess(shop, shop_order(shop, "P04", 100, FRIDAY(1)), "planning");
    assert_says(said.conditions.at[0].text, "P04：100件最早于2026-12-11（周五）交付");
    shop_destroy(&shop);
}

TEST(lines_of_one_order_share_the_capacity) {
    shop_t *shop = shop_new();
    struct order_line lines[] = {shop_line(shop, "P04", 1000, FRIDAY(2)),
                                 shop_line(shop, "P05", 1000, FRIDAY(2)),
                                 shop_line(shop, "P07", 1000, FRIDAY(2))};
    struct assessment said = shop_assess(shop, shop_order_of(shop, lines, 3, NULL, 0), "planning");
    assert_int_equal(said.verdict, VERDICT_CONDITIONS);
    assert_int_equal(said.conditions.n, 1);
    assert_int_equal(said.conditions.at[0].line, 2);
    assert_says(said.conditions.at[0].text, "P05：2026-12-04（周五）前可供500件，其余500件");
    shop_destroy(&shop);
}

TEST(claims_are_laid_as_late_as_possible) {
    shop_t *shop = shop_new();
    order_t *first = shop_order(shop, "P04", 3500, FRIDAY(3)); /* fills W3 and half of W2 */
    shop_verdict(shop, first, "planning", VERDICT_ACCEPT);
    assert_int_equal(
        shop_assess(shop, shop_order(shop, "P04", 1000, FRIDAY(2)), "planning").verdict,
        VERDICT_ACCEPT);
    struct assessment said =
        shop_assess(shop, shop_order(shop, "P04", 1001, FRIDAY(2)), "planning");
    assert_int_equal(said.verdict, VERDICT_CONDITIONS);
    assert_says(said.reason, "已被 DD2026-0001 占用");
    shop_destroy(&shop);
}

TEST(a_claim_made_in_a_week_that_is_over_stays_there) {
    shop_t *shop = shop_new();
    order_t *first = shop_order(shop, "P04", 1500, FRIDAY(2)); /* 500 of it in W1 */
    shop_verdict(shop, first, "planning", VERDICT_ACCEPT);
    shop->today = WEEKS(2);
    struct assessment said =
        shop_assess(shop, shop_order(shop, "P04", 3000, FRIDAY(3)), "planning");
    assert_int_equal(said.verdict, VERDICT_ACCEPT);
    shop_destroy(&shop);
}

TEST_CLAUSE(of_two_orders_after_the_last_slot_the_earlier_verdict_keeps_it, "QP21-4.3.2", RULE) {
    shop_t *shop = shop_new();
    order_t *first = shop_order(shop, "P04", 1500, FRIDAY(2)),
            *second = shop_order(shop, "P05", 1500, FRIDAY(2));
    assert_int_equal(shop_assess(shop, first, "planning").verdict, VERDICT_ACCEPT);
    assert_int_equal(shop_assess(shop, second, "planning").verdict, VERDICT_ACCEPT);
    shop_verdict(shop, second, "planning", VERDICT_ACCEPT);
    shop_verdict(shop, first, "planning", VERDICT_ACCEPT);

    struct assessment said = shop_assess(shop, first, "planning");
    assert_int_equal(said.verdict, VERDICT_CONDITIONS);
    assert_true(said.certain);
    assert_says(said.reason, "已被 DD2026-0002 占用");
    said = shop_assess(shop, second, "planning");
    assert_int_equal(said.verdict, VERDICT_ACCEPT);
    assert_silent(said.reason, "占用");

    second->state = ORDER_WITHDRAWN;
    assert_true(claims_update(shop->claims, second));
    assert_int_equal(shop_assess(shop, first, "planning").verdict, VERDICT_ACCEPT);
    shop_destroy(&shop);
}

TEST(another_department_s_claims_do_not_count) {
    shop_t *shop = shop_new();
    shop_verdict(shop, shop_order(shop, "P04", 1500, FRIDAY(2)), "planning", VERDICT_ACCEPT);
    assert_int_equal(
        shop_assess(shop, shop_order(shop, "P04", 1500, FRIDAY(2)), "production").verdict,
        VERDICT_ACCEPT);
    shop_destroy(&shop);
}

TEST(a_claim_beyond_the_capacity_leaves_later_weeks_alone) {
    shop_t *shop = shop_new();
    shop_verdict(shop, shop_order(shop, "P04", 9000, FRIDAY(2)), "planning",
                 VERDICT_ACCEPT); /* overtime */
    assert_int_equal(
        shop_assess(shop, shop_order(shop, "P04", 3000, FRIDAY(3)), "planning").verdict,
        VERDICT_ACCEPT);
    shop_destroy(&shop);
}

TEST(a_week_without_capacity_data_makes_it_uncertain) {
    shop_t *shop = shop_new();
    shop_capacities(shop, 3, 6);
    order_t *order = shop_order(shop, "P04", 3001, FRIDAY(3));
    struct assessment said = shop_assess(shop, order, "planning");
    assert_int_equal(said.verdict, VERDICT_ACCEPT);
    assert_false(said.certain);
    assert_says(said.reason, "缺少轴 2026-11-30当周的产能数据");
    assert_true(shop_assess(shop, shop_order(shop, "P04", 3000, FRIDAY(3)), "planning").certain);
    shop_destroy(&shop);
}

TEST(a_due_week_beyond_the_plan_is_uncertain) {
    shop_t *shop = shop_new();
    struct assessment said = shop_assess(shop, shop_order(shop, "P04", 10, FRIDAY(9)), "planning");
    assert_false(said.certain);
    assert_says(said.reason, "2027-01-18当周");
    said = shop_assess(shop, shop_order(shop, "P04", 10, 2932896), "planning");
    assert_false(said.certain);
    shop_destroy(&shop);
}

TEST(unknown_products_and_other_units_are_uncertain) {
    shop_t *shop = shop_new();
    struct assessment said = shop_assess(shop, shop_order(shop, "P77", 10, FRIDAY(2)), "planning");
    assert_false(said.certain);
    assert_says(said.reason, "产品目录中没有该产品");
    struct order_line line = shop_line(shop, "P04", 10, FRIDAY(2));
    line.unit = TEXT("kg");
    said = shop_assess(shop, shop_order_of(shop, &line, 1, NULL, 0), "production");
    assert_false(said.certain);
    assert_says(said.reason, "单位“kg”");
    line.unit = TEXT("H87");
    assert_true(shop_assess(shop, shop_order_of(shop, &line, 1, NULL, 0), "planning").certain);
    shop_destroy(&shop);
}

TEST(delivery_speaks_of_delivery_requirements) {
    shop_t *shop = shop_new();
    struct order_line line = shop_line(shop, "P04", 10, FRIDAY(2));
    struct requirement requirements[] = {
        {.no = 1, .kind = REQUIREMENT_STATED, .subject = SUBJECT_QUALITY, .text = TEXT("a")},
        {.no = 2, .kind = REQUIREMENT_STATED, .subject = SUBJECT_DELIVERY, .text = TEXT("b")}};
    struct assessment said =
        shop_assess(shop, shop_order_of(shop, &line, 1, requirements, 2), "planning");
    assert_int_equal(said.requirements.n, 1);
    assert_int_equal(said.requirements.at[0], 2);
    shop_destroy(&shop);
}

TEST_CLAUSE(capacity_leaves_a_modified_line_to_a_person, "QP21-3.3", RULE) {
    shop_t *shop = shop_new();
    order_t *order = shop_order_mod(shop, "P04", 100, FRIDAY(2), "加键槽");
    struct assessment said = shop_assess(shop, order, "production");
    assert_int_equal(said.verdict, VERDICT_ACCEPT);
    assert_false(said.certain);
    assert_says(said.reason, "加键槽");
    assert_says(said.reason, "数控车/磨");
    assert_true(shop_assess(shop, order, "planning").certain);
    shop_destroy(&shop);
}

TEST(weeks_that_do_not_matter_are_no_evidence) {
    shop_t *shop = shop_new();
    order_t *order = shop_order(shop, "P04", 100, FRIDAY(2));
    struct assessment before = shop_assess(shop, order, "planning");
    shop_verdict(shop, shop_order(shop, "P04", 2000, FRIDAY(5)), "planning", VERDICT_ACCEPT);
    struct assessment after = shop_assess(shop, order, "planning");
    after.cause = before.cause;
    assert_true(record_equal(&assessment_record, &before, &after));
    shop_destroy(&shop);
}
