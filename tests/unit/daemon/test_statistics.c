/* SPDX-License-Identifier: Apache-2.0
 *
 * Counts, trend, times and open actions, against what the test itself has counted; and lists
 * against folding every case.
 */
#include <time.h>

#include "tests/unit/daemon/register_desk.h"

#define CASES 60
#define MONTHS 7

static const char *const products[] = {"P07", "P99", ""};
static const char *const departments[] = {"production", "purchasing"};

/* What the test knows of one case. */
typedef struct known {
    feedback_t *of;
    size_t product, department, month;
    enum severity severity; /* unset: not assessed */
    enum cause cause;       /* unset: not concluded */
    bool safety, open, complaint, second;
} known_t;

typedef struct told {
    books_t *b;
    known_t at[CASES];
    ident_t second; /* another customer */
} told_t;

static bool equal(const char *a, const char *b) { return strcmp(a, b) == 0; }

static void one_case(told_t *t, size_t i, moment_t start) {
    books_t *b = t->b;
    known_t *k = &t->at[i];
    *k = (known_t){.product = i * 7 % 3,
                   .department = i * 5 % 2,
                   .month = i * MONTHS / CASES,
                   .complaint = i % 5 != 0,
                   .second = i % 4 == 1,
                   .open = true};
    b->desk->time = start + (moment_t) i * 3 * DAY_MS;
    struct feedback_content content = books_content(b, "齿面划伤");
    content.kind = k->complaint ? FEEDBACK_COMPLAINT : FEEDBACK_PRAISE;
    content.product = text_of(products[k->product]);
    if (k->second)
        content.customer = t->second;
    k->of = books_register(b, &content);
    if (!k->complaint || i % 3 == 0)
        return;
    k->severity = (enum severity) (1 + i / 3 % 3);
    k->safety = i % 4 == 0;
    books_say(b, k->of, b->desk->yan, KIND_FEEDBACK_ASSESS,
              &(struct triage){.severity = k->severity, .safety = k->safety});
    if (i % 3 == 1)
        return;
    k->cause = (enum cause) (1 + i % 4);
    books_verdicts(b, k->of, "磕碰");
    books_conclude(b, k->of, k->cause, departments[k->department]);
    books_answer(b, k->of, "补发");
    if (i % 2) {
        books_end(b, k->of);
        k->open = false;
    }
}

/* Over seven months of the company's time: April 2026 begins on 31 March at 16:00 UTC. */
static told_t *told_new(void) {
    told_t *t = calloc(1, sizeof *t);
    insist(t);
    t->b = books_new();
    struct customer customer = {.name = TEXT("Taohuayuan"), .short_name = TEXT("C02")};
    t->second = desk_do(t->b->desk, KIND_CUSTOMER_REGISTER, t->b->desk->lin, (ident_t){{0}},
                        &customer);
    for (size_t i = 0; i < CASES; i++)
        one_case(t, i, TODAY * DAY_MS);
    books_feed(t->b);
    return t;
}

static void told_destroy(told_t **t_p) {
    books_destroy(&(*t_p)->b);
    free(*t_p);
    *t_p = NULL;
}

/* The local month of a case's arrival, "2026-05", by the calendar of the C library. */
static void month_of(const known_t *k, char text[16]) {
    moment_t received = feedback_revision(k->of)->content->received;
    time_t local = (time_t) (received / 1000 + 8 * 3600);
    struct tm tm;
    gmtime_r(&local, &tm);
    strftime(text, 16, "%Y-%m", &tm);
}

static const json_t *row_of(const books_t *b, const char *key) {
    size_t i;
    json_t *row;
    json_array_foreach(books_list(b, "rows"), i, row) {
        const char *has = json_string_value(json_object_get(row, "key"));
        if (key ? has && equal(has, key) : !has)
            return row;
    }
    return NULL;
}

static int64_t number_of(const json_t *row, const char *key) {
    return row ? json_integer_value(json_object_get(row, key)) : 0;
}

/* ---- counts ---- */

typedef const char *key_fn(const told_t *t, const known_t *k);

static const char *by_product(const told_t *t, const known_t *k) {
    (void) t;
    return products[k->product][0] ? products[k->product] : NULL;
}
static const char *by_severity(const told_t *t, const known_t *k) {
    (void) t;
    return enum_name(&severity_table, (int) k->severity);
}
static const char *by_cause(const told_t *t, const known_t *k) {
    (void) t;
    return enum_name(&cause_table, (int) k->cause);
}
static const char *by_department(const told_t *t, const known_t *k) {
    (void) t;
    return k->cause ? departments[k->department] : NULL;
}
static const char *by_customer(const told_t *t, const known_t *k) {
    static char number[40];
    text_t text =
        context_customer(t->b->desk->context, feedback_revision(k->of)->content->customer)->number;
    snprintf(number, sizeof number, "%.*s", (int) text.n, text.p);
    return number;
}
static const char *by_kind(const told_t *t, const known_t *k) {
    (void) t;
    return k->complaint ? "complaint" : "praise";
}

static bool same_key(const char *a, const char *b) { return a && b ? equal(a, b) : a == b; }

/* Of those counted with `k`, how many came in the month of that name; NULL: in all. */
static int64_t count(const told_t *t, key_fn *key, const char *wanted, bool all, const char *month,
                     bool open) {
    int64_t n = 0;
    for (size_t i = 0; i < CASES; i++) {
        char own[40] = "", came[16];
        const char *has = key(t, &t->at[i]);
        if (has)
            snprintf(own, sizeof own, "%s", has);
        month_of(&t->at[i], came);
        n += (all || t->at[i].complaint) && same_key(has ? own : NULL, wanted) &&
             (!month || equal(month, came)) && (!open || t->at[i].open);
    }
    return n;
}

static void check_row(const told_t *t, const json_t *row, key_fn *key, bool all) {
    const char *wanted = json_string_value(json_object_get(row, "key"));
    const json_t *months = json_object_get(row, "months"), *names = books_list(t->b, "months");
    size_t i;
    json_t *name;
    assert_in_range(number_of(row, "count"), 1, CASES);
    assert_int_equal(number_of(row, "count"), count(t, key, wanted, all, NULL, false));
    assert_int_equal(number_of(row, "open"), count(t, key, wanted, all, NULL, true));
    assert_int_equal(json_array_size(months), json_array_size(names));
    json_array_foreach(names, i, name)
        assert_int_equal(json_integer_value(json_array_get(months, i)),
                         count(t, key, wanted, all, json_string_value(name), false));
}

static void check_counts(const told_t *t, const char *by, key_fn *key, bool all, size_t rows) {
    size_t i;
    json_t *row;
    int64_t sum = 0, last = CASES;
    assert_true(ASK(t->b, t->b->desk->yan, "stats", "what", all ? "feedback" : "complaints", "by",
                    by, "from", "2026-05-01", "to", "2026-12-31", NULL));
    assert_int_equal(json_array_size(books_list(t->b, "rows")), rows);
    json_array_foreach(books_list(t->b, "rows"), i, row) {
        check_row(t, row, key, all);
        assert_true(number_of(row, "count") <= last); /* the most frequent first */
        last = number_of(row, "count");
        sum += last;
    }
    assert_int_equal(sum, all ? CASES : CASES * 4 / 5);
    assert_int_equal(json_integer_value(books_list(t->b, "count")), sum);
}

TEST_CLAUSE(complaints_are_counted_by_what_they_are, "QP21-4.6a", RULE) {
    told_t *t = told_new();
    check_counts(t, "product", by_product, false, 3);
    assert_string_equal(json_string_value(json_object_get(row_of(t->b, "P07"), "name")),
                        "sprocket");
    check_counts(t, "severity", by_severity, false, 4);
    check_counts(t, "cause", by_cause, false, 5);
    check_counts(t, "department", by_department, false, 3);
    check_counts(t, "customer", by_customer, false, 2);
    assert_string_equal(json_string_value(json_object_get(row_of(t->b, "KH2026-0001"), "name")),
                        "C01");
    told_destroy(&t);
}

TEST_CLAUSE(other_feedback_is_counted_by_its_kind, "QP21-4.7c", RULE) {
    told_t *t = told_new();
    check_counts(t, "kind", by_kind, true, 2);
    assert_true(ASK(t->b, t->b->desk->yan, "stats", "what", "feedback", "kind", "praise", "by",
                    "product", "to", "2026-12-31", NULL));
    assert_int_equal(json_integer_value(books_list(t->b, "count")), CASES / 5);
    told_destroy(&t);
}

TEST(safety_is_counted_beside) {
    told_t *t = told_new();
    int64_t safety = 0;
    for (size_t i = 0; i < CASES; i++)
        safety += t->at[i].safety;
    assert_true(ASK(t->b, t->b->desk->yan, "stats", "to", "2026-12-31", NULL));
    assert_in_range(safety, 1, CASES);
    assert_int_equal(json_integer_value(books_list(t->b, "safety")), safety);
    told_destroy(&t);
}

TEST(each_month_has_its_count_also_where_nothing_came) {
    told_t *t = told_new();
    size_t i;
    json_t *row;
    assert_true(ASK(t->b, t->b->desk->yan, "stats", "from", "2026-01-15", "to", "2026-12-31", NULL));
    assert_int_equal(json_array_size(books_list(t->b, "rows")), 12);
    json_array_foreach(books_list(t->b, "rows"), i, row) {
        char month[24];
        snprintf(month, sizeof month, "2026-%02d", (int) i + 1);
        assert_string_equal(json_string_value(json_object_get(row, "key")), month);
        int64_t n = 0;
        for (size_t k = 0; k < CASES; k++) {
            char came[16];
            month_of(&t->at[k], came);
            n += t->at[k].complaint && equal(came, month);
        }
        assert_int_equal(number_of(row, "count"), n);
    }
    assert_true(ASK(t->b, t->b->desk->yan, "stats", NULL));
    assert_int_equal(json_array_size(books_list(t->b, "rows")), 60); /* five years */
    told_destroy(&t);
}

/* A day is the company's: 23:59 at eight hours east is 15:59 UTC. */
TEST(a_range_ends_with_its_last_day_in_the_company_s_time) {
    static const struct {
        moment_t received;
        const char *month;
    } cases[] = {{INT64_C(1782835199999), "2026-06"}, /* 30 June 23:59:59.999 */
                 {INT64_C(1782835200000), "2026-07"}};
    for (size_t i = 0; i < COUNT(cases); i++) {
        books_t *b = books_new();
        struct feedback_content content = books_content(b, "短装");
        content.received = cases[i].received;
        books_register(b, &content);
        books_feed(b);
        b->desk->time = INT64_C(1790000000000);
        assert_true(ASK(b, b->desk->yan, "stats", "from", "2026-06-30", "to", "2026-06-30", NULL));
        assert_int_equal(json_integer_value(books_list(b, "count")), i == 0);
        assert_true(ASK(b, b->desk->yan, "stats", "from", "2026-07-01", "to", "2026-07-01", NULL));
        assert_int_equal(json_integer_value(books_list(b, "count")), i == 1);
        assert_true(ASK(b, b->desk->yan, "stats", NULL));
        assert_int_equal(number_of(row_of(b, cases[i].month), "count"), 1);
        books_destroy(&b);
    }
}

TEST(the_rest_is_summed_up_where_rows_are_limited) {
    told_t *t = told_new();
    assert_true(ASK(t->b, t->b->desk->yan, "stats", "by", "cause", "to", "2026-12-31", "limit", "2",
                    NULL));
    const json_t *more = books_list(t->b, "more");
    assert_int_equal(json_array_size(books_list(t->b, "rows")), 2);
    assert_int_equal(number_of(more, "rows"), 3);
    assert_int_equal(number_of(json_array_get(books_list(t->b, "rows"), 0), "count") +
                         number_of(json_array_get(books_list(t->b, "rows"), 1), "count") +
                         number_of(more, "count"),
                     CASES * 4 / 5);
    told_destroy(&t);
}

TEST(what_cannot_be_counted_is_refused_by_its_name) {
    static const char *const wrong[][2] = {{"by", "weather"},       {"what", "orders"},
                                           {"from", "yesterday"},   {"to", "2026-13-01"},
                                           {"from", "2099-01-01"},  {"from", "1999-01-01"},
                                           {"limit", "0"}};
    books_t *b = books_new();
    books_feed(b);
    for (size_t i = 0; i < COUNT(wrong); i++) {
        assert_false(ASK(b, b->desk->yan, "stats", wrong[i][0], wrong[i][1], "by",
                         equal(wrong[i][0], "limit") ? "cause" : "month", NULL));
        assert_int_equal(b->problem.reason, REASON_FIELD_RANGE);
        assert_string_equal(b->problem.field, wrong[i][0]);
    }
    assert_false(ASK(b, b->desk->luo, "stats", NULL));
    assert_int_equal(b->problem.reason, REASON_NOT_ALLOWED_TO_READ);
    books_destroy(&b);
}

/* ---- time in each stage ---- */

/* Received an hour before it is registered; then so many hours to each step. */
static void timed(books_t *b, const int64_t hours[7]) {
    desk_t *desk = b->desk;
    feedback_t *f = books_complaint(b, "划伤");
    desk->time += hours[0] * HOUR_MS;
    books_say(b, f, desk->lin, KIND_FEEDBACK_ACKNOWLEDGE,
              &(struct acknowledge){MEDIUM_EMAIL, desk->time, {NULL, 0}});
    desk->time += hours[1] * HOUR_MS;
    books_assess(b, f, SEVERITY_MAJOR);
    desk->time += hours[2] * HOUR_MS;
    books_verdicts(b, f, "磕碰");
    desk->time += hours[3] * HOUR_MS;
    struct disposition disposition = {.remedy = REMEDY_REPLACE, .cause = CAUSE_PEOPLE};
    books_say(b, f, desk->yan, KIND_ROUND_CONCLUDE,
              &(struct conclude){.outcome = OUTCOME_OURS,
                                 .opinion = TEXT("ours"),
                                 .disposition = {&disposition, 1}});
    desk->time += hours[4] * HOUR_MS;
    books_say(b, f, desk->yan, KIND_ROUND_SIGN, &(struct sign){.meaning = MEANING_DISPOSITION});
    desk->time += hours[5] * HOUR_MS;
    books_answer(b, f, "补发");
    desk->time += hours[6] * HOUR_MS;
    books_end(b, f);
}

static void check_stage(const books_t *b, const char *key, int64_t n, const char *median,
                        const char *mean, const char *most) {
    const json_t *row = row_of(b, key);
    assert_non_null(row);
    assert_int_equal(number_of(row, "count"), n);
    assert_string_equal(json_string_value(json_object_get(row, "median")), median);
    assert_string_equal(json_string_value(json_object_get(row, "mean")), mean);
    assert_string_equal(json_string_value(json_object_get(row, "max")), most);
}

TEST_CLAUSE(how_long_each_stage_took_is_seen, "QP21-4.6a", RULE) {
    static const int64_t hours[4][7] = {
        {1, 2, 10, 3, 4, 5, 6}, {3, 2, 10, 5, 4, 5, 6}, {5, 2, 40, 7, 4, 5, 100}, {9, 2, 10, 8, 4, 5, 7}};
    books_t *b = books_new();
    for (size_t i = 0; i < 4; i++)
        timed(b, hours[i]);
    books_complaint(b, "only registered");
    books_feed(b);
    assert_true(ASK(b, b->desk->yan, "stats", "by", "stage", NULL));
    check_stage(b, "register", 5, "1", "1", "1");
    check_stage(b, "acknowledge", 4, "4", "4.5", "9");
    check_stage(b, "assess", 4, "6", "6.5", "11");
    check_stage(b, "contain", 0, "0", "0", "0");
    check_stage(b, "verdicts", 4, "10", "17.5", "40");
    check_stage(b, "conclude", 4, "6", "5.75", "8");
    check_stage(b, "sign", 4, "4", "4", "4");
    check_stage(b, "answer", 4, "5", "5", "5");
    check_stage(b, "close", 4, "6.5", "29.75", "100");
    check_stage(b, "whole", 4, "41", "69.5", "164");
    books_destroy(&b);
}

TEST(a_reopened_case_is_timed_by_its_last_way) {
    books_t *b = books_new();
    desk_t *desk = b->desk;
    struct feedback_content content = books_content(b, "按期交付，很满意");
    content.kind = FEEDBACK_PRAISE;
    feedback_t *f = books_register(b, &content);
    desk->time += 2 * HOUR_MS;
    books_answer(b, f, "谢谢");
    books_end(b, f);
    desk->time += 10 * HOUR_MS;
    books_say(b, f, desk->yan, KIND_FEEDBACK_REOPEN, &(struct revoke){TEXT("more to say")});
    books_feed(b);
    assert_true(ASK(b, desk->yan, "stats", "what", "feedback", "by", "stage", NULL));
    check_stage(b, "answer", 0, "0", "0", "0");
    check_stage(b, "close", 0, "0", "0", "0");
    books_answer(b, f, "多谢");
    desk->time += 3 * HOUR_MS;
    books_answer(b, f, "再次感谢");
    books_end(b, f);
    books_feed(b);
    assert_true(ASK(b, desk->yan, "stats", "what", "feedback", "by", "stage", NULL));
    check_stage(b, "answer", 1, "12", "12", "12");
    check_stage(b, "close", 1, "3", "3", "3");
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
    assert_string_equal(
        json_string_value(json_object_get(json_object_get(one, "of"), "number")), "TS2026-0002");
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

/* ---- lists ---- */

static const char *const states[] = {"", "received", "in review", "answered", "closed", "nonsense"};
static const char *const kinds[] = {"", "complaint", "praise"};
static const char *const classes[] = {"", "complaint", "grave", "praise"};
static const char *const customers[] = {"", "C01", "C02"};

static bool listed(const told_t *t, const known_t *k, const char *state, const char *kind,
                   const char *class, const char *customer) {
    const struct review_class *own = feedback_class(
        k->of, case_procedure(&k->of->head, t->b->desk->context));
    return (!state[0] || equal(state, case_state_name(&k->of->head))) &&
           (!kind[0] || equal(kind, by_kind(t, k))) &&
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
