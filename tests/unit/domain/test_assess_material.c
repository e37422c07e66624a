/* SPDX-License-Identifier: Apache-2.0
 *
 * Purchasing's rule: stock, lead time in working days, a week of production.
 */
#include "tests/unit/domain/assess_shop.h"

TEST_CLAUSE(stock_that_suffices_is_accepted, "QP21-3.4", RULE) {
    shop_t *shop = shop_new();
    struct assessment said =
        shop_assess(shop, shop_order(shop, "P10", 3809, FRIDAY(2)), "purchasing");
    assert_int_equal(said.verdict, VERDICT_ACCEPT);
    assert_true(said.certain);
    assert_says(said.reason, "余800kg，需799.89kg，库存足够");
    assert_silent(said.reason, "节假日");
    shop_destroy(&shop);
}

TEST(a_shortage_that_arrives_a_week_before_is_accepted) {
    shop_t *shop = shop_new();
    struct assessment said =
        shop_assess(shop, shop_order(shop, "P03", 4000, FRIDAY(3)), "purchasing");
    assert_int_equal(said.verdict, VERDICT_ACCEPT);
    assert_true(said.certain);
    assert_says(said.reason,
                "缺620kg，采购周期10个工作日，2026-12-04（周五）到料，可按2026-12-11（周五）交付");
    assert_says(said.reason, "未扣除法定节假日");
    shop_destroy(&shop);
}

TEST_CLAUSE(a_shortage_that_arrives_late_is_a_condition_with_a_date, "QP21-3.4", REFUSAL) {
    shop_t *shop = shop_new();
    struct assessment said =
        shop_assess(shop, shop_order(shop, "P03", 4000, FRIDAY(2)), "purchasing");
    assert_int_equal(said.verdict, VERDICT_CONDITIONS);
    assert_true(said.certain);
    assert_says(said.conditions.at[0].text,
                "2026-12-04（周五）前可供3398件，其余602件最早于2026-12-11（周五）交付");
    shop_destroy(&shop);
}

TEST(more_than_four_weeks_late_is_rejected) {
    shop_t *shop = shop_new();
    order_t *order = shop_order_mod(shop, "P04", 400, FRIDAY(6), "改17-4PH");
    struct assessment said = shop_assess(shop, order, "purchasing");
    assert_int_equal(said.verdict, VERDICT_CONDITIONS); /* W10 for W6 */
    assert_says(said.conditions.at[0].text, "P04：400件最早于2027-01-29（周五）交付（M07缺480kg）");
    order = shop_order_mod(shop, "P04", 400, FRIDAY(5), "改17-4PH");
    said = shop_assess(shop, order, "purchasing");
    assert_int_equal(said.verdict, VERDICT_REJECT);
    assert_says(said.reason, "最早2027-01-29（周五）");
    shop_destroy(&shop);
}

TEST(the_lead_time_starts_on_a_working_day) {
    shop_t *shop = shop_new();
    shop->today = WEEKS(1) + 2; /* Wednesday: ten working days end on Tuesday */
    struct assessment said =
        shop_assess(shop, shop_order(shop, "P03", 4000, FRIDAY(4)), "purchasing");
    assert_says(said.reason, "2026-12-08（周二）到料");
    assert_int_equal(said.verdict, VERDICT_ACCEPT);
    shop->today = WEEKS(1) + 6; /* Sunday */
    said = shop_assess(shop, shop_order(shop, "P03", 4000, FRIDAY(4)), "purchasing");
    assert_says(said.reason, "2026-12-11（周五）到料");
    shop_destroy(&shop);
}

TEST(a_day_changes_nothing_where_nothing_is_short) {
    shop_t *shop = shop_new();
    order_t *order = shop_order(shop, "P10", 100, FRIDAY(2));
    struct assessment before = shop_assess(shop, order, "purchasing");
    shop->today++;
    struct assessment after = shop_assess(shop, order, "purchasing");
    assert_true(record_equal(&assessment_record, &before, &after));
    shop_destroy(&shop);
}

TEST(earlier_orders_took_their_part) {
    shop_t *shop = shop_new();
    order_t *first = shop_order(shop, "P10", 3000, FRIDAY(3)),
            *second = shop_order(shop, "P10", 1000, FRIDAY(3));
    assert_int_equal(shop_assess(shop, second, "purchasing").verdict, VERDICT_ACCEPT);
    shop_verdict(shop, first, "purchasing", VERDICT_ACCEPT);
    shop_verdict(shop, second, "purchasing", VERDICT_ACCEPT);
    struct assessment said = shop_assess(shop, second, "purchasing");
    assert_int_equal(said.verdict, VERDICT_CONDITIONS);
    assert_says(said.reason, "余170kg（630kg已被 DD2026-0001 占用），缺40kg");
    assert_int_equal(shop_assess(shop, first, "purchasing").verdict, VERDICT_ACCEPT);
    shop_destroy(&shop);
}

TEST(lines_of_one_order_share_the_stock) {
    shop_t *shop = shop_new();
    struct order_line lines[] = {shop_line(shop, "P10", 3000, FRIDAY(3)),
                                 shop_line(shop, "P10", 1000, FRIDAY(3))};
    struct assessment said =
        shop_assess(shop, shop_order_of(shop, lines, 2, NULL, 0), "purchasing");
    assert_int_equal(said.verdict, VERDICT_CONDITIONS);
    assert_int_equal(said.conditions.n, 1);
    assert_int_equal(said.conditions.at[0].line, 2);
    shop_destroy(&shop);
}

TEST(a_modification_without_a_material_is_uncertain) {
    shop_t *shop = shop_new();
    struct assessment said =
        shop_assess(shop, shop_order_mod(shop, "P04", 10, FRIDAY(3), "加键槽"), "purchasing");
    assert_int_equal(said.verdict, VERDICT_ACCEPT);
    assert_false(said.certain);
    assert_says(said.reason, "加键槽");
    shop_destroy(&shop);
}

TEST(a_modification_may_name_its_material) {
    static const struct {
        const char *text, *material;
        bool certain;
    } cases[] = {
        {"改17-4PH", "M07（17-4PH φ30）余0kg", true},
        {"由40Cr改17-4PH", "M07（17-4PH φ30）余0kg", true},
        {"改42CrMo，调质", "M08（42CrMo φ40）余500kg", false}, /* how much of it is a guess */
        {"改40CrNiMo", "M03（40Cr φ30）余5000kg", false},      /* not 40Cr, and not known */
        {"改φ30", "未写明材料，按标准材料核算", false},        /* a dimension */
        {"17-4PH或42CrMo", "提到多种材料", false}};
    for (size_t i = 0; i < COUNT(cases); i++) {
        shop_t *shop = shop_new();
        order_t *order = shop_order_mod(shop, "P04", 10, FRIDAY(6), cases[i].text);
        struct assessment said = shop_assess(shop, order, "purchasing");
        assert_says(said.reason, cases[i].material);
        assert_int_equal(said.certain, cases[i].certain);
        shop_destroy(&shop);
    }
}

TEST(a_claim_takes_the_material_its_modification_names) {
    shop_t *shop = shop_new();
    shop_verdict(shop, shop_order_mod(shop, "P04", 400, FRIDAY(6), "改42CrMo"), "purchasing",
                 VERDICT_ACCEPT);
    assert_says(
        shop_assess(shop, shop_order_mod(shop, "P04", 1, FRIDAY(6), "改42CrMo"), "purchasing")
            .reason,
        "余20kg");
    assert_says(shop_assess(shop, shop_order(shop, "P04", 1, FRIDAY(6)), "purchasing").reason,
                "余5000kg");
    shop_destroy(&shop);
}

TEST(what_is_missing_is_said) {
    shop_t *shop = shop_new();
    struct product_row rows[] = {PRODUCT("P04", "轴", "M99", 1200, 3100),
                                 PRODUCT("P05", "轴", "", 0, 3100)};
    struct reference_chunk chunk = {.products = {rows, 2}};
    shop_adopt(shop, DATASET_PRODUCT, &chunk);
    static const struct {
        const char *product, *says;
    } cases[] = {
        {"P04", "缺少材料 M99"}, {"P05", "缺少材料或单耗"}, {"P01", "产品目录中没有该产品"}};
    for (size_t i = 0; i < COUNT(cases); i++) {
        struct assessment said =
            shop_assess(shop, shop_order(shop, cases[i].product, 1, FRIDAY(2)), "purchasing");
        assert_int_equal(said.verdict, VERDICT_ACCEPT);
        assert_false(said.certain);
        assert_says(said.reason, cases[i].says);
    }
    shop_destroy(&shop);
}
