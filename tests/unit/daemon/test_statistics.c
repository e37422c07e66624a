/* SPDX-License-Identifier: Apache-2.0
 *
 * Counts, trend and times, against what the test itself has counted.
 */
#include <time.h>

#include "tests/unit/daemon/told.h"

/* The local month of a case's arrival, "2026-05", by the calendar of the C library. */
static void month_of(const known_t *k, char text[16]) {
    moment_t received = feedback_revision(k->of)->content->received;
    time_t local = (time_t) (received / 1000 + 8 * 3600);
    struct tm tm;
    gmtime_r(&local, &tm);
    strftime(text, 16, "%Y-%m", &tm);
}

/* ---- counts ---- */

typedef const char *key_fn(const told_t *t, const known_t *k);

static const char *by_product(const told_t *t, const known_t *k) {
    (void) t;
    return told_products[k->product][0] ? told_products[k->product] : NULL;
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
    return k->cause ? told_departments[k->department] : NULL;
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

typedef struct calls {
    int value;
    int64_t month, n, count;
} calls_t;

static void in_order(void *arg, const register_count_t *count) {
    calls_t *last = arg;
    if (last->n++)
        assert_true(count->value > last->value ||
                    (count->value == last->value && count->month > last->month));
    last->value = count->value;
    last->month = count->month;
    last->count += count->count;
}

TEST(counts_come_by_key_then_month_and_each_but_once) {
    told_t *t = told_new();
    register_range_t all = {.from = 0, .to = INT64_MAX};
    calls_t calls = {.n = 0};
    register_counts(t->b->cases, REGISTER_SEVERITY, &all, 480, in_order, &calls);
    assert_int_equal(calls.count, CASES);
    assert_in_range(calls.n, 2 * MONTHS, 4 * MONTHS); /* of several keys, most in each month */
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
    assert_true(
        ASK(t->b, t->b->desk->yan, "stats", "from", "2026-01-15", "to", "2026-12-31", NULL));
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
    assert_true(
        ASK(t->b, t->b->desk->yan, "stats", "by", "cause", "to", "2026-12-31", "limit", "2", NULL));
    const json_t *more = books_list(t->b, "more");
    assert_int_equal(json_array_size(books_list(t->b, "rows")), 2);
    assert_int_equal(number_of(more, "rows"), 3);
    assert_int_equal(number_of(json_array_get(books_list(t->b, "rows"), 0), "count") +
                         number_of(json_array_get(books_list(t->b, "rows"), 1), "count") +
                         number_of(more, "count"),
                     CASES * 4 / 5);
    told_destroy(&t);
}

TEST_CLAUSE(what_cannot_be_counted_is_refused_by_its_name, "QP21-4.6a", REFUSAL) {
    static const char *const wrong[][2] = {
        {"by", "weather"},      {"what", "orders"},     {"from", "yesterday"}, {"to", "2026-13-01"},
        {"from", "2099-01-01"}, {"from", "1999-01-01"}, {"limit", "0"}};
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
    static const int64_t hours[4][7] = {{1, 2, 10, 3, 4, 5, 6},
                                        {3, 2, 10, 5, 4, 5, 6},
                                        {5, 2, 40, 7, 4, 5, 100},
                                        {9, 2, 10, 8, 4, 5, 7}};
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
