/* SPDX-License-Identifier: Apache-2.0
 *
 * The documents of an order and of the directory: who reads what, and what stands in them.
 */
#include <stdlib.h>

#include "common/crypto/keys.h"
#include "common/exchange/directory_json.h"
#include "common/exchange/event_json.h"
#include "common/exchange/case_json.h"
#include "common/exchange/order_json.h"
#include "tests/unit/exchange/company.h"

static struct order_content content_of(company_t *self, decimal_t quantity, decimal_t price) {
    struct order_line *line = arena_alloc(self->arena, sizeof *line);
    struct requirement *requirements = arena_alloc(self->arena, 2 * sizeof *requirements);
    *line = (struct order_line){.no = 1,
                                .product = TEXT("P01"),
                                .quantity = quantity,
                                .unit = TEXT("件"),
                                .price = price,
                                .currency = TEXT("CNY"),
                                .wanted = 20800};
    requirements[0] = (struct requirement){
        .no = 1, .kind = REQUIREMENT_STATED, .subject = SUBJECT_QUALITY, .text = TEXT("7级")};
    requirements[1] = (struct requirement){
        .no = 2, .kind = REQUIREMENT_STATED, .subject = SUBJECT_PRICE, .text = TEXT("9.80 含税")};
    struct order_content content = {.customer = self->customer,
                                    .channel = CHANNEL_WRITTEN,
                                    .lines = {line, 1},
                                    .requirements = {requirements, 2}};
    content.contact.b[0] = 7;
    return content;
}

/* Registered, proposed, numbered, in review, two verdicts of planning, amended: revision 2. */
static void review(company_t *self) {
    struct order_content content = content_of(self, 5 * DECIMAL_ONE, 9800000);
    happen(self, KIND_ORDER_REGISTER, self->clerk, &content);
    struct numbered numbered = {SERIES_ORDER, TEXT("DD2026-0001"), 1, 2026};
    happen(self, KIND_NUMBERED, id(0), &numbered);
    struct class_proposed proposed = {.revision = 1, .order_class = TEXT("regular")};
    happen(self, KIND_CLASS_PROPOSED, id(0), &proposed);
    struct classify classify = {TEXT("regular"), TEXT("standard product")};
    happen(self, KIND_ORDER_CLASSIFY, self->clerk, &classify);
    text_t asked[] = {TEXT("sales"), TEXT("planning")};
    struct round_opened opened = {.round = 1,
                                  .revision = 1,
                                  .departments = {asked, 2},
                                  .procedure = 2,
                                  .digest = order_revision(self->order)->digest};
    happen(self, KIND_ROUND_OPENED, id(0), &opened);
    struct fact facts[] = {{.name = TEXT("list price"), .of = TEXT("CNY"), .value = 9800000},
                           {.name = TEXT("line"), .value = DECIMAL_ONE}};
    struct assessment assessment = {.rule = TEXT("completeness"),
                                    .edition = 1,
                                    .cause = 1,
                                    .inputs = {facts, 2},
                                    .verdict = VERDICT_ACCEPT,
                                    .reason = TEXT("价格9.80与目录价一致")};
    struct verdict_given verdict = {.department = TEXT("sales"),
                                    .verdict = VERDICT_ACCEPT,
                                    .reason = TEXT("价格9.80与目录价一致"),
                                    .assessment = {&assessment, 1}};
    happen(self, KIND_ROUND_VERDICT, self->head, &verdict);
    struct verdict_given reject = {
        .department = TEXT("planning"), .verdict = VERDICT_REJECT, .reason = TEXT("no room")};
    happen(self, KIND_ROUND_VERDICT, self->head, &reject);
    struct verdict_given accept = {.department = TEXT("planning"), .verdict = VERDICT_ACCEPT};
    happen(self, KIND_ROUND_VERDICT, self->head, &accept);
    struct order_content more = content_of(self, 6 * DECIMAL_ONE, 9900000);
    struct confirmation word = {TEXT("buyer"), TEXT("e-mail"), TIME};
    struct amend amend = {
        .content = {&more, 1}, .reason = TEXT("one more"), .agreement = {&word, 1}};
    happen(self, KIND_ORDER_AMEND, self->clerk, &amend);
}

static json_t *seen_by(const company_t *self, ident_t reader) {
    view_t view = view_of(self->context, context_person(self->context, reader), 0);
    return order_json(self->order, &view);
}

static const char *text_at(const json_t *json, const char *path) {
    char part[64];
    while (json && *path) {
        size_t n = strcspn(path, ".");
        snprintf(part, sizeof part, "%.*s", (int) n, path);
        json = json_is_array(json) ? json_array_get(json, (size_t) atoi(part))
                                   : json_object_get(json, part);
        path += n + (path[n] == '.');
    }
    return json_is_string(json) ? json_string_value(json) : "";
}

TEST(an_order_shows_its_revisions_and_rounds) {
    company_t *company = company_new();
    review(company);
    json_t *json = seen_by(company, company->head);
    assert_string_equal(text_at(json, "number"), "DD2026-0001");
    assert_string_equal(text_at(json, "customer.number"), "KH2026-0001");
    assert_string_equal(text_at(json, "customer.short_name"), "云梦泽");
    assert_string_equal(text_at(json, "registrant.handle"), "linxiaohe");
    assert_int_equal(json_integer_value(json_object_get(json, "revision")), 2);
    assert_int_equal(json_integer_value(json_object_get(json, "version")), 9);
    assert_int_equal(json_array_size(json_object_get(json, "revisions")), 2);
    assert_string_equal(text_at(json, "revisions.0.class.reason"), "standard product");
    assert_string_equal(text_at(json, "revisions.0.class.by.name"), "林小禾");
    assert_string_equal(text_at(json, "revisions.0.content.lines.0.price"), "9.8");
    assert_string_equal(text_at(json, "revisions.1.reason"), "one more");
    assert_string_equal(text_at(json, "revisions.1.agreement.how"), "e-mail");
    assert_string_equal(text_at(json, "revisions.1.differences.0.path"), "lines[1].quantity");
    assert_string_equal(text_at(json, "revisions.1.differences.0.before"), "5");
    assert_string_equal(text_at(json, "revisions.1.differences.0.after"), "6");
    json_decref(json);
    company_destroy(company);
}

TEST_CLAUSE(a_replaced_verdict_stays_in_the_record, "QP21-4.3.2", RULE) {
    company_t *company = company_new();
    review(company);
    json_t *json = seen_by(company, company->head);
    const json_t *round = json_array_get(json_object_get(json, "rounds"), 0);
    assert_true(json_is_true(json_object_get(round, "superseded")));
    assert_int_equal(json_array_size(json_object_get(round, "verdicts")), 3);
    assert_string_equal(text_at(round, "verdicts.1.verdict"), "reject");
    const json_t *first = json_array_get(json_object_get(round, "verdicts"), 1);
    assert_true(json_is_true(json_object_get(first, "replaced")));
    assert_true(json_is_false(json_object_get(first, "standing")));
    assert_string_equal(text_at(round, "verdicts.2.verdict"), "accept");
    assert_string_equal(text_at(round, "verdicts.2.by.name"), "宋知行");
    assert_string_equal(text_at(round, "departments.1"), "planning");
    json_decref(json);
    company_destroy(company);
}

TEST_CLAUSE(prices_and_contacts_are_for_those_who_read_them, "QP21-3", REFUSAL) {
    company_t *company = company_new();
    review(company);
    json_t *json = seen_by(company, company->keeper);
    char *text = json_dumps(json, JSON_COMPACT);
    static const char *const hidden[] = {"\"price\":\"9", "\"currency\"", "\"contact\"",
                                         "9.8",           "9.9",          "CNY"};
    for (size_t i = 0; i < sizeof hidden / sizeof *hidden; i++)
        if (strstr(text, hidden[i]))
            fail_msg("%s in %s", hidden[i], text);
    assert_contains(text, "7级");
    assert_contains(text, "\"withheld\":true");
    assert_string_equal(text_at(json, "revisions.0.content.requirements.1.subject"), "price");
    free(text);
    json_decref(json);
    json = seen_by(company, company->head);
    text = json_dumps(json, JSON_COMPACT);
    assert_contains(text, "9.80 含税");
    assert_contains(text, "\"contact\":\"07");
    assert_null(strstr(text, "withheld"));
    free(text);
    json_decref(json);
    company_destroy(company);
}

TEST(whoever_is_not_known_reads_neither) {
    company_t *company = company_new();
    view_t view = view_of(company->context, NULL, 0);
    assert_false(view.prices);
    assert_false(view.contacts);
    json_t *customers = customers_json(&view);
    assert_string_equal(text_at(customers, "0.number"), "KH2026-0001");
    assert_null(json_object_get(json_array_get(customers, 0), "credit"));
    assert_null(json_object_get(json_array_get(customers, 0), "contact"));
    json_decref(customers);
    view = view_of(company->context, context_person(company->context, company->head), 0);
    customers = customers_json(&view);
    assert_string_equal(text_at(customers, "0.credit"), "5");
    json_decref(customers);
    company_destroy(company);
}

TEST(what_an_order_waits_for_and_what_refuses_me) {
    company_t *company = company_new();
    struct order_content content = content_of(company, DECIMAL_ONE, DECIMAL_ONE);
    happen(company, KIND_ORDER_REGISTER, company->clerk, &content);
    view_t view = view_of(company->context, NULL, 0);
    json_t *steps = case_waiting_json(
        &company->order->head, &view, context_person(company->context, company->keeper), true);
    const json_t *classify = NULL;
    for (size_t i = 0; i < json_array_size(steps); i++)
        if (strcmp(text_at(json_array_get(steps, i), "kind"), "order.classify") == 0)
            classify = json_array_get(steps, i);
    assert_non_null(classify);
    assert_string_equal(text_at(classify, "act"), "classify");
    assert_string_equal(text_at(classify, "refusal.reason"), "WRONG_ROLE");
    assert_string_equal(text_at(classify, "refusal.clause"), "QP21-3");
    assert_int_equal(json_array_size(json_object_get(classify, "who")), 2);
    json_decref(steps);
    json_t *summary = order_summary_json(company->order, &view);
    assert_string_equal(text_at(summary, "state"), "registered");
    assert_string_equal(text_at(summary, "products.0"), "P01");
    assert_string_equal(text_at(summary, "wanted"), "2026-12-13");
    json_decref(summary);
    company_destroy(company);
}

TEST(the_directory_and_the_procedure) {
    company_t *company = company_new();
    view_t view = view_of(company->context, NULL, 0);
    json_t *people = people_json(&view);
    assert_string_equal(text_at(people, "people.1.handle"), "linxiaohe");
    assert_string_equal(text_at(people, "people.1.roles.0"), "sales.clerk");
    assert_int_equal(json_array_size(json_object_get(people, "stations")), 0);
    json_decref(people);
    json_t *procedure = procedure_json(context_procedure(company->context),
                                       context_procedure_position(company->context));
    assert_string_equal(text_at(procedure, "roles.0.may.0"), "register");
    assert_string_equal(text_at(procedure, "oral_channels.1"), "oral");
    assert_int_equal(json_integer_value(json_object_get(procedure, "position")), 2);
    json_decref(procedure);
    company_destroy(company);
}

TEST(events_with_their_bodies) {
    company_t *company = company_new();
    struct order_content content = content_of(company, DECIMAL_ONE, 9800000);
    decoded_t event =
        event_of(company, KIND_ORDER_REGISTER, company->order->head.id, company->clerk, &content);
    view_t view = view_of(company->context, NULL, 0);
    json_t *json = event_json(&event, &view);
    assert_string_equal(text_at(json, "kind"), "order.register");
    assert_string_equal(text_at(json, "by.handle"), "linxiaohe");
    assert_string_equal(text_at(json, "body.lines.0.product"), "P01");
    assert_string_equal(text_at(json, "body.lines.0.price"), "");
    json_decref(json);
    struct numbered numbered = {SERIES_ORDER, TEXT("DD2026-0001"), 1, 2026};
    event = event_of(company, KIND_NUMBERED, company->order->head.id, id(0), &numbered);
    json = event_json(&event, &view);
    assert_string_equal(text_at(json, "body.number"), "DD2026-0001");
    assert_null(json_object_get(json, "by"));
    json_decref(json);
    company_destroy(company);
}
