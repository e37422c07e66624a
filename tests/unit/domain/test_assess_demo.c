/* SPDX-License-Identifier: Apache-2.0
 *
 * The demo company's orders O01 to O12, each after the ones before it, as far as the rules speak.
 */
#include "tests/unit/domain/assess_shop.h"

typedef struct word {
    const char *department;
    enum verdict verdict;
    bool certain;
    const char *says;
} word_t;

static struct requirement measured(int no, const char *characteristic, const char *standard,
                                   int hundredths) {
    return (struct requirement){.no = no,
                                .kind = REQUIREMENT_STATED,
                                .subject = SUBJECT_QUALITY,
                                .text = text_of(characteristic),
                                .characteristic = text_of(characteristic),
                                .standard = text_of(standard),
                                .value = hundredths * DECIMAL_ONE / 100};
}

/* What the rules say, and then the departments' verdicts by what they said. */
static void expect(shop_t *shop, order_t *order, const word_t *words, size_t n) {
    for (size_t i = 0; i < n; i++) {
        struct assessment said = shop_assess(shop, order, words[i].department);
        if (said.verdict != words[i].verdict || said.certain != words[i].certain)
            fail_msg("%.*s %s: verdict %d certain %d: %.*s", (int) order->head.number.n, order->head.number.p,
                     words[i].department, (int) said.verdict, said.certain, (int) said.reason.n,
                     said.reason.p);
        assert_says(said.reason, words[i].says);
    }
    for (size_t i = 0; i < n; i++)
        shop_verdict(shop, order, words[i].department, words[i].verdict);
}
#define EXPECT(shop, order, ...) \
    do { \
        const word_t words[] = {__VA_ARGS__}; \
        expect((shop), (order), words, COUNT(words)); \
    } while (0)

#define REGULAR(material) \
    {"sales", VERDICT_ACCEPT, true, "齐全"}, {"planning", VERDICT_ACCEPT, true, "前交付"}, { \
        "purchasing", VERDICT_ACCEPT, true, (material) \
    }

/* O01 to O07 */
static void first_orders(shop_t *shop) {
    struct order_line o01[] = {shop_line(shop, "P07", 2000, FRIDAY(3)),
                               shop_line(shop, "P08", 2000, FRIDAY(3))};
    EXPECT(shop, shop_order_of(shop, o01, 2, NULL, 0), REGULAR("M04"));
    struct order_line o02[] = {shop_line(shop, "P01", 4000, FRIDAY(4)),
                               shop_line(shop, "P02", 2000, FRIDAY(4))};
    EXPECT(shop, shop_order_of(shop, o02, 2, NULL, 0), REGULAR("M02"));
    EXPECT(shop, shop_order(shop, "P04", 800, FRIDAY(3)), REGULAR("M03"));
    struct order_line o04[] = {shop_line(shop, "P05", 1200, FRIDAY(4)),
                               shop_line(shop, "P04", 600, FRIDAY(4))};
    EXPECT(shop, shop_order_of(shop, o04, 2, NULL, 0), REGULAR("M03"));
    shop_order(shop, "P10", 3000, FRIDAY(2)); /* O05 waits for its customer */
    EXPECT(shop, shop_order(shop, "P03", 3000, FRIDAY(5)), REGULAR("缺1490kg"));
    struct order_line o07 = shop_line(shop, "P02", 500, FRIDAY(5));
    o07.modification = TEXT("精度由 7 级改为 6 级，渗碳后磨齿");
    o07.price = 38 * DECIMAL_ONE;
    struct requirement grade[] = {measured(1, "齿轮精度", "GB/T 10095.1", 600),
                                  measured(2, "渗碳层深", "GB/T 9450", 80)};
    EXPECT(shop, shop_order_of(shop, &o07, 1, grade, 2), {"sales", VERDICT_ACCEPT, false, "38"},
           {"planning", VERDICT_ACCEPT, true, "前交付"},
           {"production", VERDICT_ACCEPT, false, "磨齿"},
           {"purchasing", VERDICT_ACCEPT, false, "M02"},
           {"quality", VERDICT_ACCEPT, true, "GB/T 10095.1"});
}

TEST(orders_one_to_seven_can_be_met) {
    shop_t *shop = shop_new();
    first_orders(shop);
    shop_destroy(&shop);
}

TEST(order_one_leaves_forty_kilograms) {
    shop_t *shop = shop_new();
    first_orders(shop);
    struct assessment said =
        shop_assess(shop, shop_order(shop, "P07", 100, FRIDAY(6)), "purchasing");
    assert_says(said.reason, "余40kg");
    assert_says(said.reason, "DD2026-0001");
    shop_destroy(&shop);
}

TEST(order_six_gets_its_material_in_week_two) {
    shop_t *shop = shop_new();
    first_orders(shop);
    struct assessment said = shop_assess(shop, shop->orders[5], "purchasing");
    assert_says(said.reason, "2026-12-04（周五）到料");
    shop_destroy(&shop);
}

/* Conditions of planning, production and purchasing; then the revision that the customer agreed to.
 */
static order_t *order_eight(shop_t *shop) {
    order_t *order = shop_order(shop, "P04", 3000, FRIDAY(2));
    EXPECT(shop, order, {"planning", VERDICT_CONDITIONS, true, "可供1500件，要求3000件"},
           {"production", VERDICT_CONDITIONS, true, "1500件"},
           {"purchasing", VERDICT_CONDITIONS, true, "缺1384kg"},
           {"sales", VERDICT_ACCEPT, true, "齐全"}, {"quality", VERDICT_ACCEPT, true, ""});
    struct assessment said = shop_assess(shop, order, "planning");
    assert_int_equal(said.conditions.n, 1);
    assert_int_equal(said.conditions.at[0].line, 1);
    assert_says(said.conditions.at[0].text,
                "P04：2026-12-04（周五）前可供1500件，其余1500件最早于2026-12-11（周五）交付");
    struct order_line agreed[] = {shop_line(shop, "P04", 1000, FRIDAY(2)),
                                  shop_line(shop, "P04", 2000, FRIDAY(4))};
    shop_revise(shop, order, agreed, 2, NULL, 0);
    EXPECT(shop, order, REGULAR("缺1384kg"), {"production", VERDICT_ACCEPT, true, "2000件"},
           {"quality", VERDICT_ACCEPT, true, ""});
    return order;
}

TEST(order_eight_is_negotiated_into_two_deliveries) {
    shop_t *shop = shop_new();
    first_orders(shop);
    order_eight(shop);
    shop_destroy(&shop);
}

TEST_CLAUSE(order_ten_is_beyond_material_and_inspection, "QP21-4.3.2", RULE) {
    shop_t *shop = shop_new();
    first_orders(shop);
    order_eight(shop);
    EXPECT(shop, shop_order(shop, "P06", 300, FRIDAY(5)), REGULAR("缺207kg"));
    struct order_line line = shop_line(shop, "P04", 400, FRIDAY(4));
    line.modification = TEXT("材料改为 17-4PH (M07)，H900 时效");
    struct requirement salt = measured(1, "中性盐雾", "GB/T 10125", 120000);
    order_t *order = shop_order_of(shop, &line, 1, &salt, 1);
    EXPECT(shop, order, {"purchasing", VERDICT_REJECT, true, "采购周期45个工作日"},
           {"quality", VERDICT_REJECT, true, "1200h，超出检测能力0至720h"},
           {"planning", VERDICT_ACCEPT, true, "400件"},
           {"production", VERDICT_ACCEPT, false, "17-4PH"});
    assert_says(shop_assess(shop, order, "purchasing").reason, "M07（17-4PH φ30）余0kg");
    assert_says(shop_assess(shop, order, "purchasing").reason, "2027-01-22（周五）到料");
    shop_destroy(&shop);
}

TEST(orders_eleven_and_twelve_can_be_met) {
    shop_t *shop = shop_new();
    first_orders(shop);
    struct requirement tight = measured(1, "气密", "Q/WY 05", 30);
    struct order_line o11 = shop_line(shop, "P09", 500, FRIDAY(6));
    o11.modification = TEXT("加 2×M8 安装孔，刻顾客标识");
    EXPECT(
        shop, shop_order_of(shop, &o11, 1, &tight, 1), {"planning", VERDICT_ACCEPT, true, "500件"},
        {"production", VERDICT_ACCEPT, false, "安装孔"},
        {"purchasing", VERDICT_ACCEPT, false, "M05"}, {"quality", VERDICT_ACCEPT, true, "Q/WY 05"});
    struct order_line o12[] = {shop_line(shop, "P01", 1000, FRIDAY(6)),
                               shop_line(shop, "P10", 500, FRIDAY(6))};
    EXPECT(shop, shop_order_of(shop, o12, 2, NULL, 0), REGULAR("M06"));
    shop_destroy(&shop);
}
