/* SPDX-License-Identifier: Apache-2.0
 *
 * The customer file: numbered from the first contact on, one file a customer, every change kept
 * beside what was there before.
 */
#include "tests/unit/domain/context_desk.h"

static struct customer customer_called(const char *name, const char *short_name) {
    return (struct customer){.name = text_of(name), .short_name = text_of(short_name)};
}

static reason_t register_customer(desk_t *desk, ident_t actor, const struct customer *body) {
    return desk_ask(desk, actor, KIND_CUSTOMER_REGISTER, NOTHING, body);
}

static reason_t change(desk_t *desk, ident_t customer, const struct customer *body) {
    return desk_ask(desk, desk->lin, KIND_CUSTOMER_CHANGE, customer, body);
}

/* The customer as the record had it at that position. */
static void customer_then(desk_t *desk, ident_t id, position_t then, text_t *terms,
                          uint64_t *version) {
    context_t *context = context_new();
    for (size_t i = 0; i < desk->log_n && context_position(context) < then; i++) {
        decoded_t event;
        insist(event_decode(desk->log[i].bytes, desk->arena, &event, NULL) == 0);
        context_apply(context, &event);
    }
    const customer_entry_t *customer = context_customer(context, id);
    assert_non_null(customer);
    *terms = arena_text(desk->arena, customer->body.terms);
    *version = customer->version;
    context_destroy(&context);
}

TEST_CLAUSE(each_customer_gets_the_next_number_of_the_year, "QP21-4.2.4", RULE) {
    static const char *const numbers[] = {"KH2026-0002", "KH2026-0003", "KH2027-0001"};
    static const char *const names[] = {"Taohuayuan", "Penglai", "Kunlun"};
    desk_t *desk = desk_new();
    for (size_t i = 0; i < COUNT(numbers); i++) {
        if (i == 2) /* the year begins at midnight in China: 20819 is 2027-01-01 */
            desk->time = 20819 * DAY_MS - 8 * HOUR_MS;
        struct customer body = customer_called(names[i], names[i]);
        OK(register_customer(desk, desk->lin, &body));
        const customer_entry_t *customer = context_customer(desk->context, desk_opened(desk));
        assert_true(text_is(customer->number, numbers[i]));
        assert_int_equal(customer->since, desk->position - 1); /* then it was numbered */
        assert_int_equal(customer->version, 2);
        assert_ptr_equal(context_customer_by_name(desk->context, text_of(numbers[i])), customer);
    }
    desk_destroy(&desk);
}

TEST(a_customer_is_found_by_number_code_short_name_or_name) {
    static const char *const words[] = {"KH2026-0002", "T-17", "THY", "Taohuayuan"};
    desk_t *desk = desk_new();
    struct customer body = customer_called("Taohuayuan", "THY");
    body.code = TEXT("T-17");
    OK(register_customer(desk, desk->lin, &body));
    for (size_t i = 0; i < COUNT(words); i++) {
        const customer_entry_t *found = context_customer_by_name(desk->context, text_of(words[i]));
        assert_non_null(found);
        assert_true(ident_equal(found->id, desk_opened(desk)));
    }
    assert_null(context_customer_by_name(desk->context, TEXT("Penglai")));
    assert_null(context_customer_by_name(desk->context, (text_t){NULL, 0})); /* C01 has no code */
    desk_destroy(&desk);
}

TEST_CLAUSE(a_change_is_kept_beside_what_was_there_before, "QP21-4.2.4", RULE) {
    desk_t *desk = desk_new();
    struct customer body = customer_called("Yunmengze", "C01");
    position_t before = desk->position;
    body.terms = TEXT("30 days net");
    OK(change(desk, desk->customer, &body));
    position_t between = desk->position;
    assert_int_equal(between, before + 1); /* it keeps its number */
    body.terms = TEXT("60 days net");
    OK(change(desk, desk->customer, &body));
    const customer_entry_t *now = context_customer(desk->context, desk->customer);
    assert_true(text_is(now->body.terms, "60 days net"));
    assert_true(text_is(now->number, "KH2026-0001"));
    assert_int_equal(now->version, 4);
    text_t terms;
    uint64_t version;
    customer_then(desk, desk->customer, between, &terms, &version);
    assert_true(text_is(terms, "30 days net"));
    assert_int_equal(version, 3);
    customer_then(desk, desk->customer, before, &terms, &version);
    assert_int_equal(terms.n, 0);
    assert_int_equal(version, 2);
    desk_destroy(&desk);
}

TEST_CLAUSE(sales_alone_keeps_the_customer_file, "QP21-4.2.4", REFUSAL) {
    desk_t *desk = desk_new();
    struct customer body = customer_called("Taohuayuan", "THY");
    const ident_t others[] = {desk->luo, desk->jiang, desk->bai, desk->administrator};
    for (size_t i = 0; i < COUNT(others); i++)
        DENIED(desk, register_customer(desk, others[i], &body), WRONG_ROLE, "QP21-3", "actor");
    DENIED(desk, register_customer(desk, desk->planning, &body), NOT_A_PERSON, "", "actor");
    body = customer_called("Yunmengze", "C01");
    DENIED(desk, desk_ask(desk, desk->luo, KIND_CUSTOMER_CHANGE, desk->customer, &body), WRONG_ROLE,
           "QP21-3", "actor");
    desk_destroy(&desk);
}

TEST_CLAUSE(an_unknown_customer_is_neither_changed_nor_ordered_for, "QP21-4.2.4", REFUSAL) {
    desk_t *desk = desk_new();
    struct customer body = customer_called("Taohuayuan", "THY");
    DENIED(desk, change(desk, desk->lin, &body), UNKNOWN_CASE, "", "object");
    struct order_content content = desk_content(desk);
    content.customer = desk->lin;
    order_t *order = desk_order(desk);
    DENIED(desk, desk_register_as(desk, order, desk->lin, &content), UNKNOWN_REFERENCE, "",
           "customer");
    desk_destroy(&desk);
}

TEST_CLAUSE(a_customer_has_one_file, "QP21-4.2.4", REFUSAL) {
    desk_t *desk = desk_new();
    struct customer first = customer_called("Taohuayuan", "THY");
    first.code = TEXT("T-17");
    OK(register_customer(desk, desk->lin, &first));
    ident_t own = desk_opened(desk);
    static const char *const fields[] = {"name", "short_name", "code"};
    for (size_t i = 0; i < COUNT(fields); i++) {
        struct customer body =
            customer_called(i == 0 ? "Taohuayuan" : "Penglai", i == 1 ? "THY" : "PL");
        body.code = i == 2 ? TEXT("T-17") : (text_t){NULL, 0};
        DENIED(desk, register_customer(desk, desk->lin, &body), ALREADY, "", fields[i]);
        DENIED(desk, change(desk, desk->customer, &body), ALREADY, "", fields[i]);
        OK(change(desk, own, &first)); /* its own it may keep */
    }
    struct customer body = customer_called("Penglai", "PL");
    OK(register_customer(desk, desk->lin, &body)); /* no code, like C01: not the same one */
    desk_destroy(&desk);
}

TEST(a_change_of_what_another_has_changed_meanwhile_is_refused) {
    desk_t *desk = desk_new();
    struct customer body = customer_called("Yunmengze", "C01");
    body.address = TEXT("Chongqing");
    struct command late = desk_command(desk, NULL, KIND_CUSTOMER_CHANGE, desk->he, &body);
    late.object = desk->customer;
    late.version = (int64_t) context_customer(desk->context, desk->customer)->version;
    body.address = TEXT("Chengdu");
    OK(change(desk, desk->customer, &body));
    DENIED(desk, desk_ask_command(desk, &late), STALE_VERSION, "", "version");
    late.version += 2;
    DENIED(desk, desk_ask_command(desk, &late), STALE_VERSION, "", "version");
    late.version--;
    OK(desk_ask_command(desk, &late));
    assert_true(
        text_is(context_customer(desk->context, desk->customer)->body.address, "Chongqing"));
    desk_destroy(&desk);
}
