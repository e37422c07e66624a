/* SPDX-License-Identifier: Apache-2.0
 *
 * What holds for every rule: it is found by name, it is a function of its facts, and it says so
 * when there are more than an event can carry.
 */
#include "tests/unit/domain/assess_shop.h"

TEST(rules_are_found_by_the_name_in_the_procedure) {
    size_t n;
    const assessor_t *const *list = assessor_list(&n);
    assert_int_equal(n, 8);
    for (size_t i = 0; i < n; i++) {
        assert_ptr_equal(assessor_find(text_of(list[i]->name)), list[i]);
        assert_true(strlen(list[i]->doc) > 0);
    }
    assert_null(assessor_find(TEXT("weather")));
    assert_null(assessor_find(TEXT("")));
}

static order_t *large_order(shop_t *shop, size_t n) {
    struct order_line *lines = shop_room(shop, n, sizeof *lines);
    for (size_t i = 0; i < n; i++)
        lines[i] = shop_line(shop, i % 2 ? "P04" : "P01", 5, FRIDAY(3));
    return shop_order_of(shop, lines, n, NULL, 0);
}

TEST(an_order_with_500_lines_is_assessed) {
    shop_t *shop = shop_new();
    order_t *order = large_order(shop, 500);
    assert_int_equal(shop_assess(shop, order, "planning").verdict, VERDICT_ACCEPT);
    assert_true(shop_assess(shop, order, "planning").certain);
    assert_true(shop_assess(shop, order, "sales").certain);
    assert_true(shop_assess(shop, order, "purchasing").certain);
    shop_destroy(&shop);
}

TEST(more_facts_than_an_event_carries_are_left_to_a_person) {
    shop_t *shop = shop_new();
    large_order(shop, 500);
    order_t *order = large_order(shop, 500); /* each line with the terms of the one before */
    struct assessment said = shop_assess(shop, order, "sales");
    assert_int_equal(said.verdict, VERDICT_ACCEPT);
    assert_false(said.certain);
    assert_says(said.reason, "超出规则可处理的范围");
    assert_true(said.inputs.n <= 4000);
    shop_destroy(&shop);
}

TEST(a_reject_among_many_lines_keeps_its_reason_and_fifty_conditions_are_enough) {
    shop_t *shop = shop_new();
    struct order_line lines[200];
    for (size_t i = 0; i < COUNT(lines); i++)
        lines[i] = shop_line(shop, "P04", 10, FRIDAY(1));
    for (size_t i = 0; i < 100; i++) /* 500 of these fit into W1 */
        lines[i].quantity = 5 * DECIMAL_ONE;
    struct assessment said =
        shop_assess(shop, shop_order_of(shop, lines, 200, NULL, 0), "planning");
    assert_int_equal(said.verdict, VERDICT_CONDITIONS);
    assert_int_equal(said.conditions.n, 50);
    assert_false(said.certain);
    assert_says(said.reason, "第101行");
    assert_says(said.reason, "其余从略");
    shop_destroy(&shop);
}

/* One fact that matters, for each rule. */
TEST(tampered_facts_change_the_verdict) {
    static const struct {
        const char *department, *fact;
    } cases[] = {{"sales", "price"},
                 {"planning", "capacity"},
                 {"production", "capacity"},
                 {"purchasing", "stock"}};
    for (size_t i = 0; i < COUNT(cases); i++) {
        shop_t *shop = shop_new();
        struct assessment said =
            shop_assess(shop, shop_order(shop, "P04", 1000, FRIDAY(1) + 7), cases[i].department);
        assert_true(assess_again(&said));
        shop_tamper(&said, cases[i].fact, DECIMAL_ONE);
        assert_false(assess_again(&said));
        shop_destroy(&shop);
    }
}

TEST(a_tampered_limit_changes_the_verdict) {
    shop_t *shop = shop_new();
    struct order_line line = shop_line(shop, "P04", 10, FRIDAY(3));
    struct requirement salt = {.no = 1,
                               .kind = REQUIREMENT_STATED,
                               .subject = SUBJECT_QUALITY,
                               .text = TEXT("x"),
                               .characteristic = TEXT("中性盐雾"),
                               .value = 1200 * DECIMAL_ONE};
    struct assessment said = shop_assess(shop, shop_order_of(shop, &line, 1, &salt, 1), "quality");
    shop_tamper(&said, "to", 2000 * DECIMAL_ONE);
    assert_false(assess_again(&said));
    shop_destroy(&shop);
}

TEST(a_tampered_result_is_found) {
    shop_t *shop = shop_new();
    struct assessment said =
                          shop_assess(shop, shop_order(shop, "P04", 2000, FRIDAY(2)), "planning"),
                      changed = said;
    changed.verdict = VERDICT_REJECT;
    assert_false(assess_again(&changed));
    changed = said;
    changed.certain = false;
    assert_false(assess_again(&changed));
    changed = said;
    changed.conditions.n = 0;
    assert_false(assess_again(&changed));
    changed = said;
    changed.reason = TEXT("因为");
    assert_false(assess_again(&changed));
    changed = said;
    changed.rule = TEXT("capacity");
    assert_false(assess_again(&changed));
    changed = said;
    changed.edition++;
    assert_false(assess_again(&changed));
    shop_destroy(&shop);
}

/* Facts in any order, number and size must neither crash a rule nor let it run away. */
TEST(judges_survive_any_facts) {
    static const char *const names[] = {
        "week",       "today",         "line",          "quantity",     "wanted",
        "product",    "capacity",      "committed",     "claimed",      "stock",
        "stock unit", "lead time",     "per piece",     "modification", "requirement",
        "asked",      "capability",    "from",          "to",           "price",
        "list price", "earlier price", "earlier terms", "channel",      "customer order",
        "incomplete"};
    static const decimal_t values[] = {
        0, 1, -1, INT64_MAX, INT64_MIN, DECIMAL_ONE, 10000 * DECIMAL_ONE};
    static const day_t days[] = {0, 1, MONDAY, 2932896, INT64_MAX, INT64_MIN};
    static const char *const texts[] = {"",    "等",          "、",    "A、B等",
                                        "P04", "GB/T 1-2020", "-2020", "written"};
    uint32_t seed = 12345;
    size_t rules_n, n;
    const assessor_t *const *rules = assessor_list(&rules_n);
    struct fact facts[60];
    for (int round = 0; round < 2000; round++) {
        for (n = 0; n < COUNT(facts); n++) {
            seed = seed * 1664525u + 1013904223u;
            uint32_t r = seed >> 8;
            facts[n] = (struct fact){.name = text_of(names[r % (COUNT(names) - (round % 8 > 0))]),
                                     .of = text_of(texts[r / 26 % 8]),
                                     .value = values[r / 208 % 7],
                                     .day = days[r / 1456 % 6],
                                     .text = text_of(texts[r / 8736 % 8])};
        }
        for (size_t i = 0; i < rules_n; i++) {
            arena_t *arena = arena_new(0);
            struct assessment said = {.rule = text_of(rules[i]->name),
                                      .edition = rules[i]->edition,
                                      .cause = 1,
                                      .inputs = {facts, n}};
            rules[i]->judge(&said.inputs, arena, &said);
            said.inputs.n = 0;
            assert_int_equal(record_validate(&assessment_record, &said, NULL), 0);
            assert_int_equal(said.verdict == VERDICT_CONDITIONS, said.conditions.n > 0);
            arena_destroy(&arena);
        }
    }
}
