/* SPDX-License-Identifier: Apache-2.0
 *
 * Claims: what a standing accept takes, from when, and until when.
 */
#include "tests/unit/domain/assess_shop.h"

static size_t claims_for(const shop_t *shop, const char *department, const claim_t **list) {
    return claims_of(shop->claims, text_of(department), list);
}

TEST(an_accept_claims_and_carries_its_own_copy) {
    shop_t *shop = shop_new();
    const claim_t *list;
    order_t *order = shop_order_mod(shop, "P04", 400, FRIDAY(4), "改17-4PH");
    assert_int_equal(claims_for(shop, "planning", &list), 0);
    shop_verdict(shop, order, "planning", VERDICT_ACCEPT);
    assert_int_equal(claims_for(shop, "planning", &list), 1);
    assert_int_equal(claims_for(shop, "production", &list), 0);
    claims_for(shop, "planning", &list);
    order_revision(order)->content->lines.at[0].product = TEXT("P99");
    assert_true(ident_equal(list[0].order, order->head.id));
    assert_true(text_is(list[0].number, "DD2026-0001"));
    assert_true(text_is(list[0].department, "planning"));
    assert_int_equal(list[0].position, shop->position);
    assert_int_equal(list[0].lines_n, 1);
    assert_true(text_is(list[0].lines[0].product, "P04"));
    assert_true(text_is(list[0].lines[0].modification, "改17-4PH"));
    assert_int_equal(list[0].lines[0].quantity, 400 * DECIMAL_ONE);
    assert_int_equal(list[0].lines[0].wanted, FRIDAY(4));
    shop_destroy(&shop);
}

TEST(only_a_standing_accept_claims) {
    shop_t *shop = shop_new();
    const claim_t *list;
    order_t *order = shop_order(shop, "P04", 1, FRIDAY(4));
    shop_verdict(shop, order, "planning", VERDICT_CONDITIONS);
    assert_int_equal(claims_for(shop, "planning", &list), 0);
    shop_verdict(shop, order, "planning", VERDICT_ACCEPT);
    assert_int_equal(claims_for(shop, "planning", &list), 1);
    shop_verdict(shop, order, "planning", VERDICT_REJECT);
    assert_int_equal(claims_for(shop, "planning", &list), 0);
    shop_verdict(shop, order, "planning", VERDICT_ACCEPT);
    round_t *round = &order->head.rounds[0];
    round->verdicts[round->verdicts_n - 1].standing = false;
    round->verdicts[round->verdicts_n - 1].retracted = true;
    assert_true(claims_update(shop->claims, order));
    assert_int_equal(claims_for(shop, "planning", &list), 0);
    shop_destroy(&shop);
}

TEST_CLAUSE(an_amended_order_claims_nothing, "QP21-4.4.3", RULE) {
    shop_t *shop = shop_new();
    const claim_t *list;
    order_t *order = shop_order(shop, "P04", 1, FRIDAY(4));
    shop_verdict(shop, order, "planning", VERDICT_ACCEPT);
    struct order_line line = shop_line(shop, "P04", 2, FRIDAY(4));
    shop_revise(shop, order, &line, 1, NULL, 0);
    assert_int_equal(claims_for(shop, "planning", &list), 0);
    shop_verdict(shop, order, "planning", VERDICT_ACCEPT);
    assert_int_equal(claims_for(shop, "planning", &list), 1);
    assert_int_equal(list[0].lines[0].quantity, 2 * DECIMAL_ONE);
    shop_destroy(&shop);
}

TEST(an_ended_order_claims_nothing_and_an_effective_one_goes_on) {
    static const struct {
        order_state_t state;
        size_t n;
    } cases[] = {{ORDER_IN_REVIEW, 1},    {ORDER_TO_NEGOTIATE, 1}, {ORDER_AWAITING_SIGNATURE, 1},
                 {ORDER_IS_EFFECTIVE, 1}, {ORDER_WITHDRAWN, 0},    {ORDER_DECLINED, 0}};
    for (size_t i = 0; i < COUNT(cases); i++) {
        shop_t *shop = shop_new();
        const claim_t *list;
        order_t *order = shop_order(shop, "P04", 1, FRIDAY(4));
        shop_verdict(shop, order, "planning", VERDICT_ACCEPT);
        order->state = cases[i].state;
        assert_int_equal(claims_update(shop->claims, order), cases[i].n == 0);
        assert_int_equal(claims_for(shop, "planning", &list), cases[i].n);
        shop_destroy(&shop);
    }
}

TEST(an_update_says_whether_anything_changed) {
    shop_t *shop = shop_new();
    order_t *order = shop_order(shop, "P04", 1, FRIDAY(4));
    assert_false(claims_update(shop->claims, order));
    shop_verdict(shop, order, "planning", VERDICT_ACCEPT);
    assert_false(claims_update(shop->claims, order));
    round_t *round = &order->head.rounds[0];
    round->verdicts[0].position = ++shop->position; /* given again */
    assert_true(claims_update(shop->claims, order));
    assert_false(claims_update(shop->claims, order));
    order->head.number = TEXT("DD2026-0099");
    assert_true(claims_update(shop->claims, order));
    order_t *empty = order_new(order->head.id);
    assert_true(claims_update(shop->claims, empty));
    assert_false(claims_update(shop->claims, empty));
    order_destroy(&empty);
    shop_destroy(&shop);
}

/* As a department keeps it in a row, and reads it back at its next start. */
TEST(what_an_order_claims_comes_back_from_its_bytes) {
    shop_t *shop = shop_new();
    const claim_t *list, *back;
    order_t *order = shop_order_mod(shop, "P04", 400, FRIDAY(4), "改17-4PH");
    buffer_t held = {0}, again = {0};
    claims_t *other = claims_new();
    problem_t problem = {0};
    assert_false(claims_hold(shop->claims, order->head.id, &held));
    assert_int_equal(held.n, 0);
    shop_verdict(shop, order, "planning", VERDICT_ACCEPT);
    shop_verdict(shop, order, "purchasing", VERDICT_ACCEPT);
    assert_true(claims_hold(shop->claims, order->head.id, &held));
    for (int i = 0; i < 2; i++) { /* twice: the second takes the first's place */
        assert_int_equal(claims_restore(other, order->head.id, buffer_bytes(&held), shop->arena, &problem), 0);
        assert_int_equal(claims_for(shop, "planning", &list), 1);
        assert_int_equal(claims_of(other, TEXT("planning"), &back), 1);
        assert_int_equal(claims_of(other, TEXT("purchasing"), &back), 1);
        claims_of(other, TEXT("planning"), &back);
        assert_true(ident_equal(back->order, list->order) && text_equal(back->number, list->number));
        assert_int_equal(back->position, list->position);
        assert_int_equal(back->lines_n, 1);
        assert_true(text_is(back->lines[0].product, "P04") && text_is(back->lines[0].modification, "改17-4PH"));
        assert_int_equal(back->lines[0].quantity, list->lines[0].quantity);
        assert_int_equal(back->lines[0].wanted, list->lines[0].wanted);
    }
    assert_false(claims_update(other, order)); /* nothing differs from what the order says now */
    assert_true(claims_hold(other, order->head.id, &again));
    assert_int_equal(again.n, held.n);
    assert_memory_equal(again.p, held.p, held.n);
    order->state = ORDER_DECLINED;
    assert_true(claims_update(other, order));
    assert_int_equal(claims_of(other, TEXT("planning"), &back), 0);
    assert_int_equal(claims_restore(other, order->head.id, (bytes_t){held.p, held.n - 1}, shop->arena, &problem), -1);
    assert_int_equal(claims_of(other, TEXT("planning"), &back), 0);
    buffer_free(&held);
    buffer_free(&again);
    claims_destroy(&other);
    shop_destroy(&shop);
}

TEST(claims_come_by_position_in_whatever_order_they_are_told) {
    enum { ORDERS = 300 };
    arena_t *arena = arena_new(0);
    claims_t *claims = claims_new();
    struct order_line line = {
        .no = 1, .product = TEXT("P04"), .quantity = DECIMAL_ONE, .wanted = MONDAY};
    struct order_content content = {.lines = {&line, 1}};
    struct verdict_given body = {.department = TEXT("planning"), .verdict = VERDICT_ACCEPT};
    for (size_t i = 0; i < ORDERS; i++) {
        size_t mixed = i * 7 % ORDERS; /* 7 and 300 have no common factor */
        round_verdict_t verdict = {.position = mixed + 1, .body = &body, .standing = true};
        round_t round = {.no = 1, .revision = 1, .verdicts = &verdict, .verdicts_n = 1};
        order_revision_t revision = {.no = 1, .position = 1, .content = &content};
        order_t order = {.head = {.id = {{(uint8_t) mixed, (uint8_t) (mixed >> 8), 1}},
                                  .number = TEXT("DD"),
                                  .rounds = &round,
                                  .rounds_n = 1},
                         .state = ORDER_IN_REVIEW,
                         .revisions = &revision,
                         .revisions_n = 1};
        assert_true(claims_update(claims, &order));
        if (mixed % 3 == 0) {
            order.state = ORDER_WITHDRAWN;
            assert_true(claims_update(claims, &order));
        }
    }
    const claim_t *list;
    assert_int_equal(claims_of(claims, TEXT("planning"), &list), 200);
    for (size_t i = 1; i < 200; i++)
        assert_true(list[i - 1].position < list[i].position);
    claims_destroy(&claims);
    claims_destroy(&claims);
    arena_destroy(&arena);
}

TEST(a_product_has_one_number_however_many_there_are) {
    enum { PRODUCTS = 500 };
    shop_t *shop = shop_new();
    order_t *orders[2];
    const claim_t *list;
    for (size_t o = 0; o < 2; o++) {
        struct order_line lines[PRODUCTS];
        for (size_t i = 0; i < PRODUCTS; i++)
            lines[i] = (struct order_line){.product = arena_format(shop->arena, "P%zu", i),
                                           .quantity = DECIMAL_ONE,
                                           .wanted = MONDAY};
        orders[o] = shop_order_of(shop, lines, PRODUCTS, NULL, 0);
        shop_verdict(shop, orders[o], "planning", VERDICT_ACCEPT);
    }
    assert_int_equal(claims_products(shop->claims), PRODUCTS);
    assert_int_equal(claims_for(shop, "planning", &list), 2);
    bool seen[PRODUCTS] = {false};
    for (size_t i = 0; i < PRODUCTS; i++) {
        size_t number = list[0].lines[i].product_number;
        assert_true(number < PRODUCTS && !seen[number]);
        seen[number] = true;
        assert_int_equal(list[1].lines[i].product_number, number);
        assert_true(text_equal(list[1].lines[i].product,
                               order_revision(orders[0])->content->lines.at[i].product));
    }
    shop_destroy(&shop);
}
