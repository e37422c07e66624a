/* SPDX-License-Identifier: Apache-2.0
 *
 * Sales' rule: complete, standard, at list price, as agreed before.
 */
#include "tests/unit/domain/assess_shop.h"

/* Changes the one line of an order in review. */
static struct order_line *line_of(order_t *order) {
    return &order_revision(order)->content->lines.at[0];
}

static struct assessment sales(shop_t *shop, order_t *order) {
    return shop_assess(shop, order, "sales");
}

TEST_CLAUSE(a_complete_order_is_accepted, "QP21-4.2.2", RULE) {
    shop_t *shop = shop_new();
    struct assessment said = sales(shop, shop_order(shop, "P04", 10, FRIDAY(3)));
    assert_int_equal(said.verdict, VERDICT_ACCEPT);
    assert_true(said.certain);
    shop_destroy(&shop);
}

static void without_number(order_t *order, struct order_content *content) {
    (void)order;
    content->customer_order = TEXT("");
}
static void without_price(order_t *order, struct order_content *content) {
    (void)content;
    line_of(order)->price = 0;
}
static void other_price(order_t *order, struct order_content *content) {
    (void)content;
    line_of(order)->price += 1;
}
static void other_currency(order_t *order, struct order_content *content) {
    (void)content;
    line_of(order)->currency = TEXT("USD");
}
static void other_drawing(order_t *order, struct order_content *content) {
    (void)content;
    line_of(order)->drawing = TEXT("P04 B");
}
static void other_unit(order_t *order, struct order_content *content) {
    (void)content;
    line_of(order)->unit = TEXT("kg");
}
static void unknown_product(order_t *order, struct order_content *content) {
    (void)content;
    line_of(order)->product = TEXT("P77");
}
static void modified(order_t *order, struct order_content *content) {
    (void)content;
    line_of(order)->modification = TEXT("加键槽");
}
static void half_a_piece(order_t *order, struct order_content *content) {
    (void)content;
    line_of(order)->quantity = DECIMAL_ONE / 2;
}
static void wanted_before_it_was_ordered(order_t *order, struct order_content *content) {
    content->ordered = line_of(order)->wanted + 1;
}

TEST_CLAUSE(what_does_not_fit_is_named_and_left_to_a_person, "QP21-4.2.2", REFUSAL) {
    static const struct {
        void (*change)(order_t *, struct order_content *);
        const char *says;
    } cases[] = {{without_number, "未写明顾客订单号"},
                 {without_price, "未写明单价"},
                 {other_price, "单价31.000001 CNY与目录价31 CNY不同"},
                 {other_currency, "31 USD与目录价31 CNY"},
                 {other_drawing, "图号版本“P04 B”与定型版本“P04 A”不同"},
                 {other_unit, "单位“kg”"},
                 {unknown_product, "产品目录中没有该产品"},
                 {modified, "不是定型产品"},
                 {half_a_piece, "不是整数"},
                 {wanted_before_it_was_ordered, "早于订单日期"}};
    for (size_t i = 0; i < COUNT(cases); i++) {
        shop_t *shop = shop_new();
        order_t *order = shop_order(shop, "P04", 10, FRIDAY(3));
        struct order_content content = *order_revision(order)->content;
        cases[i].change(order, &content);
        order->revisions[0].content = &content;
        struct assessment said = sales(shop, order);
        assert_int_equal(said.verdict, VERDICT_ACCEPT);
        assert_false(said.certain);
        assert_says(said.reason, cases[i].says);
        shop_destroy(&shop);
    }
}

TEST(an_unwritten_order_has_no_number_of_the_customer_s) {
    shop_t *shop = shop_new();
    order_t *order = shop_order(shop, "P04", 10, FRIDAY(3));
    struct order_content content = *order_revision(order)->content;
    content.customer_order = TEXT("");
    content.channel = CHANNEL_PHONE;
    order->revisions[0].content = &content;
    assert_true(sales(shop, order).certain);
    shop_destroy(&shop);
}

TEST(a_product_under_development_is_not_standard) {
    shop_t *shop = shop_new();
    struct product_row row = PRODUCT("P04", "轴", "M03", 1200, 3100);
    row.standard = false;
    struct reference_chunk chunk = {.products = {&row, 1}};
    shop_adopt(shop, DATASET_PRODUCT, &chunk);
    struct assessment said = sales(shop, shop_order(shop, "P04", 10, FRIDAY(3)));
    assert_false(said.certain);
    assert_says(said.reason, "不是定型产品");
    shop_destroy(&shop);
}

TEST_CLAUSE(differences_from_an_earlier_order_are_named, "QP21-4.2.2", RULE) {
    shop_t *shop = shop_new();
    order_t *earlier = shop_order(shop, "P04", 10, FRIDAY(3));
    line_of(earlier)->price = 30 * DECIMAL_ONE;
    line_of(earlier)->drawing = TEXT("P04 @");
    line_of(earlier)->unit = TEXT("套");
    order_t *order = shop_order(shop, "P04", 10, FRIDAY(3));
    line_of(order)->drawing = TEXT("P04 A");
    struct assessment said = sales(shop, order);
    assert_false(said.certain);
    assert_says(said.reason, "单价31 CNY与以前订单 DD2026-0001 的30 CNY不同");
    assert_says(said.reason, "图号版本“P04 A”与以前订单 DD2026-0001 的“P04 @”不同");
    assert_says(said.reason, "单位“件”与以前订单 DD2026-0001 的“套”不同");
    shop_destroy(&shop);
}

TEST(the_latest_earlier_order_that_stands_is_compared) {
    shop_t *shop = shop_new();
    order_t *old = shop_order(shop, "P04", 10, FRIDAY(3)), *ended = NULL;
    line_of(old)->price = 30 * DECIMAL_ONE;
    shop_order(shop, "P04", 10, FRIDAY(3));
    ended = shop_order(shop, "P04", 10, FRIDAY(3));
    line_of(ended)->price = 29 * DECIMAL_ONE;
    ended->state = ORDER_DECLINED;
    order_t *order = shop_order(shop, "P04", 10, FRIDAY(3));
    order_t *later = shop_order(shop, "P04", 10, FRIDAY(3));
    line_of(later)->price = 28 * DECIMAL_ONE;
    assert_true(sales(shop, order).certain);
    shop_destroy(&shop);
}

TEST(a_modified_line_is_no_precedent_for_a_standard_one) {
    shop_t *shop = shop_new();
    line_of(shop_order_mod(shop, "P04", 10, FRIDAY(3), "加键槽"))->price = 40 * DECIMAL_ONE;
    assert_true(sales(shop, shop_order(shop, "P04", 10, FRIDAY(3))).certain);
    shop_destroy(&shop);
}

TEST(only_nonsense_is_rejected) {
    shop_t *shop = shop_new();
    struct assessment said = sales(shop, shop_order(shop, "P04", 10, FRIDAY(3)));
    shop_tamper(&said, "quantity", 0);
    assert_false(assess_again(&said));
    assessor_find(TEXT("completeness"))->judge(&said.inputs, shop->arena, &said);
    assert_int_equal(said.verdict, VERDICT_REJECT);
    shop_destroy(&shop);
}
