/* SPDX-License-Identifier: Apache-2.0
 *
 * Lists against folding every case; actions by owner, state and case.
 */
#include "tests/unit/daemon/told.h"

static const char *const states[] = {"", "received", "in review", "answered", "closed", "nonsense"};
static const char *const kinds[] = {"", "complaint", "praise"};
static const char *const classes[] = {"", "complaint", "grave", "praise"};
static const char *const customers[] = {"", "C01", "C02"};

static bool listed(const told_t *t, const known_t *k, const char *state, const char *kind,
                   const char *class, const char *customer) {
    const struct review_class *own =
        feedback_class(k->of, case_procedure(&k->of->head, t->b->desk->context));
    return (!state[0] || equal(state, case_state_name(&k->of->head))) &&
           (!kind[0] || equal(kind, (k->complaint ? "complaint" : "praise"))) &&
           (!class[0] || (own && text_is(own->key, class))) &&
           (!customer[0] || equal(customer, k->second ? "C02" : "C01"));
}

static void check_list(told_t *t, const char *state, const char *kind, const char *class,
                       const char *customer) {
    size_t n = 0;
    assert_true(ASK(t->b, t->b->desk->yan, "feedback.list", "state", state, "kind", kind, "class",
                    class, "customer", customer, NULL));
    const json_t *list = books_list(t->b, "feedback");
    for (size_t i = 0; i < CASES; i++) {
        if (!listed(t, &t->at[i], state, kind, class, customer))
            continue;
        text_t number = t->at[i].of->head.number;
        const json_t *line = json_array_get(list, n++);
        assert_true(text_equal(number, json_text(json_object_get(line, "number"))));
    }
    assert_int_equal(json_array_size(list), n);
}

TEST(a_list_is_what_folding_every_case_would_give) {
    told_t *t = told_new();
    for (size_t s = 0; s < COUNT(states); s++)
        for (size_t k = 0; k < COUNT(kinds); k++)
            for (size_t c = 0; c < COUNT(classes); c++)
                for (size_t u = 0; u < COUNT(customers); u++)
                    check_list(t, states[s], kinds[k], classes[c], customers[u]);
    told_destroy(&t);
}

TEST(a_list_goes_on_from_where_it_ended) {
    told_t *t = told_new();
    char after[24] = "0";
    size_t n = 0, pages = 0;
    do {
        assert_true(ASK(t->b, t->b->desk->yan, "feedback.list", "kind", "praise", "limit", "5",
                        "after", after, NULL));
        n += json_array_size(books_list(t->b, "feedback"));
        pages++;
        snprintf(after, sizeof after, "%lld",
                 (long long) json_integer_value(books_list(t->b, "after")));
    } while (books_list(t->b, "after"));
    assert_int_equal(n, CASES / 5);
    assert_int_equal(pages, 3);
    assert_false(ASK(t->b, t->b->desk->yan, "feedback.list", "customer", "nobody", NULL));
    assert_int_equal(t->b->problem.reason, REASON_UNKNOWN_REFERENCE);
    assert_false(ASK(t->b, t->b->desk->yan, "feedback.list", "kind", "gossip", NULL));
    assert_string_equal(t->b->problem.field, "kind");
    told_destroy(&t);
}

TEST(orders_are_listed_by_state_class_and_customer) {
    books_t *b = books_new();
    struct order_content content = desk_content(b->desk);
    desk_registered(b->desk, &content);
    desk_regular_in_review(b->desk);
    desk_regular_effective(b->desk);
    OK(desk_withdraw(b->desk, desk_regular_in_review(b->desk), b->desk->lin));
    books_feed(b);
    static const struct {
        const char *state, *class;
        size_t n;
    } cases[] = {{"", "", 4},          {"registered", "", 1}, {"in review", "regular", 1},
                 {"effective", "", 1}, {"withdrawn", "", 1},  {"", "regular", 3},
                 {"", "special", 0}};
    for (size_t i = 0; i < COUNT(cases); i++) {
        assert_true(ASK(b, b->desk->luo, "order.list", "state", cases[i].state, "class",
                        cases[i].class, "customer", "C01", NULL));
        assert_int_equal(json_array_size(books_list(b, "orders")), cases[i].n);
    }
    books_destroy(&b);
}

/* ---- actions ---- */

static size_t actions(books_t *b, const char *state, const char *owner) {
    assert_true(ASK(b, b->desk->yan, "action.list", "state", state, "owner", owner, NULL));
    return json_array_size(books_list(b, "actions"));
}

static feedback_t *with_action(books_t *b) {
    feedback_t *f = books_complaint(b, "划伤");
    books_assess(b, f, SEVERITY_MAJOR);
    books_verdicts(b, f, "磕碰");
    books_conclude(b, f, CAUSE_PEOPLE, "production");
    return f;
}

TEST_CLAUSE(open_actions_are_seen_by_their_owner, "QP21-1", RULE) {
    books_t *b = books_new();
    desk_t *desk = b->desk;
    feedback_t *f = with_action(b), *g = with_action(b);
    with_action(b);
    books_say(b, g, desk->yan, KIND_ACTION_CHANGE,
              &(struct action_change){.no = 1, .owner = desk->deng, .reason = TEXT("purchased")});
    books_action(b, f, KIND_ACTION_REPORT, desk->qin, false);
    books_feed(b);
    assert_int_equal(actions(b, "open", ""), 3);
    assert_int_equal(actions(b, "open", "qin"), 2);
    assert_int_equal(actions(b, "open", "deng"), 1);
    const json_t *one = json_array_get(books_list(b, "actions"), 0);
    assert_string_equal(json_string_value(json_object_get(one, "text")), "周转筐加隔板");
    assert_string_equal(json_string_value(json_object_get(one, "type")), "corrective");
    assert_string_equal(json_string_value(json_object_get(one, "state")), "open");
    assert_string_equal(json_string_value(json_object_get(json_object_get(one, "of"), "number")),
                        "TS2026-0002");
    assert_int_equal(actions(b, "overdue", ""), 0);
    desk->time += 7 * DAY_MS; /* the day on which they are due is not over */
    assert_int_equal(actions(b, "overdue", ""), 0);
    desk->time += DAY_MS;
    assert_int_equal(actions(b, "overdue", ""), 2); /* one is reported */
    assert_int_equal(actions(b, "overdue", "deng"), 1);
    assert_true(ASK(b, desk->yan, "stats", "by", "owner", NULL));
    assert_int_equal(number_of(row_of(b, "qin"), "open"), 1);
    assert_int_equal(number_of(row_of(b, "qin"), "overdue"), 1);
    assert_int_equal(number_of(row_of(b, "qin"), "reported"), 1);
    assert_int_equal(number_of(row_of(b, "deng"), "open"), 1);
    assert_int_equal(number_of(row_of(b, "deng"), "reported"), 0);
    books_destroy(&b);
}

TEST(an_action_whose_effect_was_seen_is_no_longer_open) {
    books_t *b = books_new();
    feedback_t *f = with_action(b), *g = with_action(b);
    books_action(b, f, KIND_ACTION_REPORT, b->desk->qin, false);
    books_action(b, f, KIND_ACTION_VERIFY, b->desk->yan, true);
    books_action(b, g, KIND_ACTION_REPORT, b->desk->qin, false);
    books_action(b, g, KIND_ACTION_VERIFY, b->desk->yan, false);
    books_feed(b);
    assert_int_equal(actions(b, "open", ""), 1);
    assert_int_equal(number_of(json_array_get(books_list(b, "actions"), 0), "setbacks"), 1);
    assert_int_equal(actions(b, "all", ""), 2);
    assert_true(ASK(b, b->desk->yan, "action.list", "case", "TS2026-0001", "state", "all", NULL));
    assert_int_equal(json_array_size(books_list(b, "actions")), 1);
    const json_t *one = json_array_get(books_list(b, "actions"), 0);
    assert_string_equal(json_string_value(json_object_get(one, "state")), "verified");
    assert_non_null(json_object_get(one, "closed"));
    assert_true(ASK(b, b->desk->yan, "action.list", "state", "all", "limit", "1", NULL));
    assert_true(json_is_true(books_list(b, "more")));
    assert_true(ASK(b, b->desk->yan, "action.list", "state", "all", "limit", "2", NULL));
    assert_null(books_list(b, "more"));
    books_destroy(&b);
}

TEST(actions_are_listed_by_what_their_cases_allow) {
    books_t *b = books_new();
    with_action(b);
    books_feed(b);
    assert_true(ASK(b, b->desk->luo, "action.list", NULL)); /* reads orders alone */
    assert_int_equal(json_array_size(books_list(b, "actions")), 0);
    assert_false(ASK(b, b->desk->luo, "action.list", "case", "TS2026-0001", NULL));
    assert_int_equal(b->problem.reason, REASON_NOT_ALLOWED_TO_READ);
    assert_false(ASK(b, b->desk->qin, "action.list", NULL));
    assert_int_equal(b->problem.reason, REASON_NOT_ALLOWED_TO_READ);
    assert_false(ASK(b, b->desk->yan, "action.list", "owner", "nobody", NULL));
    assert_int_equal(b->problem.reason, REASON_UNKNOWN_PERSON);
    assert_false(ASK(b, b->desk->yan, "action.list", "state", "lost", NULL));
    assert_string_equal(b->problem.field, "state");
    books_destroy(&b);
}
