/* SPDX-License-Identifier: Apache-2.0
 *
 * What the departments' rules find of the demo's orders, on whichever day of its first week the
 * demo starts.
 */
#include "common/base/moment.h"
#include "common/domain/assess/assess.h"
#include "common/exchange/json.h"
#include "common/exchange/order_file.h"
#include "common/exchange/people_file.h"
#include "common/exchange/reference.h"
#include "tests/unit/exchange/company.h"

#define DEMO "config/demo/"
#define MONDAY 20780 /* 2026-11-23 */

typedef struct demo {
    company_t *company;
    claims_t *claims;
    order_t *orders[16];
    size_t orders_n;
    arena_t *arena;
    ident_t import;
} demo_t;

static int give(const struct reference_chunk *chunk, void *arg, problem_t *problem) {
    demo_t *self = arg;
    (void) problem;
    tell(self->company, KIND_REFERENCE_CHUNK, self->import, self->company->head, chunk);
    return 0;
}

static void import(demo_t *self, const char *name, uint8_t n) {
    char path[100];
    reference_t reference;
    snprintf(path, sizeof path, DEMO "%s", name);
    assert_int_equal(reference_check(path, MONDAY, &reference, NULL), 0);
    self->import = id((uint8_t) (30 + n));
    struct reference_begin begin = {reference.dataset, reference.rows, reference.source,
                                    text_of(name)};
    tell(self->company, KIND_REFERENCE_BEGIN, self->import, self->company->head, &begin);
    assert_int_equal(reference_read(path, MONDAY, &reference, give, self, NULL), 0);
    struct reference_adopt adopted = {reference.rows, reference.source};
    tell(self->company, KIND_REFERENCE_ADOPT, self->import, self->company->head, &adopted);
}

static void register_customers(demo_t *self) {
    customer_file_t customers;
    assert_int_equal(customer_file_read(DEMO "customers.json", self->arena, &customers, NULL), 0);
    for (size_t i = 0; i < customers.n; i++)
        tell(self->company, KIND_CUSTOMER_REGISTER, id((uint8_t) (50 + i)), self->company->clerk,
             &customers.at[i]);
}

static demo_t *demo_new(int weekday) {
    static const char *const files[] = {"products.csv", "capacity.csv", "stock.csv",
                                        "capabilities.csv"};
    demo_t *self = calloc(1, sizeof *self);
    assert_non_null(self);
    self->company = company_new();
    self->company->time = (MONDAY + weekday) * DAY_MS + HOUR_MS;
    self->arena = arena_new(0);
    self->claims = claims_new();
    for (uint8_t i = 0; i < 4; i++)
        import(self, files[i], i);
    register_customers(self);
    return self;
}

static void demo_destroy(demo_t *self) {
    for (size_t i = 0; i < self->orders_n; i++)
        order_destroy(&self->orders[i]);
    claims_destroy(&self->claims);
    arena_destroy(&self->arena);
    company_destroy(self->company);
    free(self);
}

static void order_event(demo_t *self, order_t *order, kind_t kind, const void *body) {
    decoded_t event = event_of(self->company, kind, order->head.id, self->company->clerk, body);
    case_apply(&order->head, self->company->context, &event);
    context_apply(self->company->context, &event);
    claims_update(self->claims, order);
}

static void consequences(demo_t *self, order_t *order) {
    derived_t next;
    while (case_consequence(&order->head, self->company->context, self->arena, &next))
        order_event(self, order, next.kind, &next.body);
}

static struct order_content content_of_file(demo_t *self, const json_t *file) {
    char path[100];
    order_file_t read;
    problem_t problem = {0};
    snprintf(path, sizeof path, DEMO "%s", json_string_value(file));
    if (order_file_read(path, MONDAY, self->arena, &read, &problem) != 0)
        fail_msg("%s: %s: %s", path, problem.field, problem.detail);
    const customer_entry_t *customer = order_file_customer(&read, self->company->context);
    if (!customer)
        fail_msg("%s: who is %.*s?", path, (int) read.customer.n, read.customer.p);
    read.content.customer = customer->id;
    return read.content;
}

/* Up to the round's opening; false where the customer still has to confirm. */
static order_t *enter(demo_t *self, const json_t *expected) {
    order_t *order = order_new(id((uint8_t) (70 + self->orders_n)));
    self->orders[self->orders_n++] = order;
    struct order_content content = content_of_file(self, json_object_get(expected, "file"));
    order_event(self, order, KIND_ORDER_REGISTER, &content);
    consequences(self, order);
    text_t proposed = order_revision(order)->proposed->order_class;
    if (!text_equal(proposed, json_text(json_object_get(expected, "class"))))
        fail_msg("%s is proposed as %.*s", json_string_value(json_object_get(expected, "order")),
                 (int) proposed.n, proposed.p);
    if (json_object_get(expected, "confirm")) {
        struct confirmation confirmed = {TEXT("buyer"), TEXT("fax"), self->company->time};
        order_event(self, order, KIND_ORDER_CUSTOMER_CONFIRM, &confirmed);
    }
    struct classify classify = {proposed, TEXT("as proposed")};
    order_event(self, order, KIND_ORDER_CLASSIFY, &classify);
    struct convene convene = {TEXT("")};
    if (text_is(proposed, "special"))
        order_event(self, order, KIND_ORDER_CONVENE, &convene);
    consequences(self, order);
    return order;
}

static struct assessment assessed(demo_t *self, const order_t *order, text_t department) {
    const struct procedure *procedure = context_procedure(self->company->context);
    const assessor_t *rule = assessor_find(procedure_department(procedure, department)->assessor);
    struct assessment out;
    assert_non_null(rule);
    assess_input_t in = {.context = self->company->context,
                         .claims = self->claims,
                         .order = order,
                         .earlier = (const order_t *const *) self->orders,
                         .earlier_n = self->orders_n,
                         .department = department,
                         .cause = self->company->position,
                         .today = moment_day(self->company->time, 480)};
    assess(rule, &in, self->arena, &out);
    assert_true(assess_again(&out));
    return out;
}

/* Every department asked accepts. On a regular order its rule must have said so, and be certain. */
static void accept_all(demo_t *self, order_t *order) {
    const round_t *round = order_round(order);
    bool regular = text_is(order_revision(order)->order_class, "regular");
    assert_non_null(round);
    for (size_t i = 0; i < round->departments.n; i++) {
        struct assessment found = assessed(self, order, round->departments.at[i]);
        if (regular && (found.verdict != VERDICT_ACCEPT || !found.certain))
            fail_msg("%.*s of %.*s: %.*s", (int) round->departments.at[i].n,
                     round->departments.at[i].p, (int) order->head.number.n, order->head.number.p,
                     (int) found.reason.n, found.reason.p);
        struct verdict_given verdict = {.department = round->departments.at[i],
                                        .verdict = VERDICT_ACCEPT};
        order_event(self, order, KIND_ROUND_VERDICT, &verdict);
    }
}

static void says(const struct assessment *found, enum verdict verdict, const char *words) {
    char reason[2100];
    snprintf(reason, sizeof reason, "%.*s", (int) found->reason.n, found->reason.p);
    if (found->verdict != verdict)
        fail_msg("%d: %s", (int) found->verdict, reason);
    assert_contains(reason, words);
}

static void look_at_special(demo_t *self, const order_t *order, const char *name) {
    struct assessment found;
    if (strcmp(name, "O07") == 0 || strcmp(name, "O09") == 0 || strcmp(name, "O11") == 0) {
        found = assessed(self, order, TEXT("quality"));
        assert_int_equal(found.verdict, VERDICT_ACCEPT);
        found = assessed(self, order, TEXT("production"));
        assert_int_equal(found.verdict, VERDICT_ACCEPT);
    } else if (strcmp(name, "O08") == 0) {
        found = assessed(self, order, TEXT("production"));
        says(&found, VERDICT_CONDITIONS, "数控车/磨");
        assert_true(found.conditions.n > 0);
    } else if (strcmp(name, "O10") == 0) {
        found = assessed(self, order, TEXT("purchasing"));
        says(&found, VERDICT_REJECT, "M07");
        found = assessed(self, order, TEXT("quality"));
        says(&found, VERDICT_REJECT, "中性盐雾");
    }
}

static void amend(demo_t *self, order_t *order, const json_t *change) {
    struct order_content content = content_of_file(self, json_object_get(change, "file"));
    struct confirmation word = {TEXT("buyer"), TEXT("e-mail"), self->company->time};
    struct amend body = {
        .content = {&content, 1}, .reason = TEXT("agreed"), .agreement = {&word, 1}};
    order_event(self, order, KIND_ORDER_AMEND, &body);
    consequences(self, order);
    if (order_revision(order)->order_class.n == 0) {
        struct classify classify = {TEXT("special"), TEXT("still special")};
        order_event(self, order, KIND_ORDER_CLASSIFY, &classify);
        consequences(self, order);
    }
}

static void go_through(demo_t *self, const json_t *expected) {
    const char *name = json_string_value(json_object_get(expected, "order"));
    const json_t *change = json_object_get(expected, "amend");
    order_t *order = enter(self, expected);
    if (!order_round(order)) {
        assert_string_equal(json_string_value(json_object_get(expected, "state")),
                            "awaiting customer");
        assert_int_equal(order->state, ORDER_AWAITING_CUSTOMER);
        return;
    }
    look_at_special(self, order, name);
    if (strcmp(name, "O06") == 0) {
        struct assessment found = assessed(self, order, TEXT("purchasing"));
        says(&found, VERDICT_ACCEPT, "1490");
    }
    if (!change)
        change = json_object_get(expected, "negotiate");
    if (change)
        amend(self, order, change);
    if (json_object_get(expected, "decline")) {
        struct decline decline = {TEXT("cannot be met"), TEXT("")};
        order_event(self, order, KIND_ORDER_DECLINE, &decline);
        return;
    }
    accept_all(self, order);
    consequences(self, order);
    assert_int_equal(order_round(order)->tally, OUTCOME_ABLE);
}

TEST_CLAUSE(the_rules_find_what_the_demo_expects, "QP21-4.2.3", RULE) {
    json_t *expected = json_read_file(DEMO "expected.json", NULL), *order;
    assert_non_null(expected);
    for (int weekday = 0; weekday < 7; weekday++) {
        demo_t *demo = demo_new(weekday);
        size_t i;
        json_array_foreach (expected, i, order) {
            go_through(demo, order);
        }
        demo_destroy(demo);
    }
    json_decref(expected);
}
