/* SPDX-License-Identifier: Apache-2.0
 *
 * Quality's rule: characteristic, standard and range against the inspection capabilities.
 */
#include "tests/unit/domain/assess_shop.h"

static struct assessment inspect(shop_t *shop, const char *characteristic, const char *standard,
                                 int hundredths) {
    struct order_line line = shop_line(shop, "P04", 10, FRIDAY(3));
    struct requirement requirements[] = {
        {.no = 3, .kind = REQUIREMENT_STATED, .subject = SUBJECT_USABILITY, .text = TEXT("刻字")},
        {.no = 4,
         .kind = REQUIREMENT_STATED,
         .subject = SUBJECT_QUALITY,
         .text = TEXT("检测"),
         .characteristic = text_of(characteristic),
         .standard = text_of(standard),
         .value = hundredths * DECIMAL_ONE / 100}};
    return shop_assess(shop, shop_order_of(shop, &line, 1, requirements, 2), "quality");
}

typedef struct row {
    const char *characteristic, *standard;
    int hundredths;
    enum verdict verdict;
    bool certain;
    const char *says;
} row_t;

static void check(const row_t *rows, size_t n) {
    shop_t *shop = shop_new();
    for (size_t i = 0; i < n; i++) {
        struct assessment said =
            inspect(shop, rows[i].characteristic, rows[i].standard, rows[i].hundredths);
        if (said.verdict != rows[i].verdict || said.certain != rows[i].certain)
            fail_msg("%s %s: %.*s", rows[i].characteristic, rows[i].standard, (int) said.reason.n,
                     said.reason.p);
        assert_says(said.reason, rows[i].says);
    }
    shop_destroy(&shop);
}

TEST_CLAUSE(what_can_be_inspected_is_accepted, "QP21-3.2", RULE) {
    const row_t rows[] = {
        {"齿轮精度", "GB/T 10095.1", 600, VERDICT_ACCEPT, true, "可按GB/T 10095.1检测"},
        {"齿轮精度", "", 500, VERDICT_ACCEPT, true, "可按GB/T 10095.1检测"},
        {"中性盐雾", "GB/T10125", 72000, VERDICT_ACCEPT, true, "可按GB/T 10125检测"},
        {"钢成分", "GB/T 4336", 0, VERDICT_ACCEPT, true, "可按GB/T 4336检测"}};
    check(rows, COUNT(rows));
}

TEST_CLAUSE(what_is_out_of_range_is_rejected_with_the_limit, "QP21-3.2", REFUSAL) {
    const row_t rows[] = {
        {"中性盐雾", "GB/T 10125", 120000, VERDICT_REJECT, true,
         "1200h，超出检测能力0至720h（中性盐雾 GB/T 10125）"},
        {"盐雾", "", 120000, VERDICT_REJECT, false, "0至720h"},
        {"齿轮精度", "GB/T 10095.1", 400, VERDICT_REJECT, true, "4级，超出检测能力5至12级"}};
    check(rows, COUNT(rows));
}

TEST(what_is_not_known_is_rejected_but_left_to_a_person) {
    const row_t rows[] = {
        {"疲劳寿命", "", 100, VERDICT_REJECT, false, "不在检测能力表中"},
        {"中性盐雾", "GB/T 9999-2021", 48000, VERDICT_REJECT, false, "不在检测能力表中"},
        {"齿轮精度", "ISO 1328-1", 600, VERDICT_REJECT, false, "不在检测能力表中：ISO 1328-1"}};
    check(rows, COUNT(rows));
}

TEST(what_is_nearly_the_same_is_left_to_a_person) {
    const row_t rows[] = {{"盐雾", "GB/T 10125", 48000, VERDICT_ACCEPT, false,
                           "与检测能力“中性盐雾”（GB/T 10125）相近"},
                          {"中性盐雾", "GB/T 10125-2021", 48000, VERDICT_ACCEPT, false, "相近"},
                          {"中性盐雾", "GB/T 10125—2021", 48000, VERDICT_ACCEPT, false, "相近"},
                          {"渗碳层深", "GB/T 9450", 0, VERDICT_ACCEPT, false, "未写明要求值"},
                          {"钢成分", "GB/T 4336", 40, VERDICT_ACCEPT, false, "未写明范围"}};
    check(rows, COUNT(rows));
}

TEST(it_speaks_of_the_requirements_that_name_a_characteristic) {
    shop_t *shop = shop_new();
    struct assessment said = inspect(shop, "齿轮精度", "GB/T 10095.1", 600);
    assert_int_equal(said.requirements.n, 1);
    assert_int_equal(said.requirements.at[0], 4);
    said = shop_assess(shop, shop_order(shop, "P04", 10, FRIDAY(3)), "quality");
    assert_int_equal(said.verdict, VERDICT_ACCEPT);
    assert_true(said.certain);
    shop_destroy(&shop);
}
