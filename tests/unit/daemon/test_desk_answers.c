/* SPDX-License-Identifier: Apache-2.0
 *
 * What does not fit into one answer is said to be left out, and can be asked for.
 */
#include "tests/unit/daemon/register_desk.h"

#define LISTED 200 /* cases of an inbox */

/* ---- the record ---- */

/* Its administrator reads the record. */
static books_t *with_record(void) {
    books_t *b = books_new();
    for (size_t i = 0; i < b->desk->procedure.roles.n; i++)
        if (text_is(b->desk->procedure.roles.at[i].department, "quality"))
            b->desk->procedure.roles.at[i].reads = desk_texts(b->desk, "feedback events");
    desk_adopt(b->desk);
    return b;
}

/* Two cases whose events lie between each other's: of the first, as many as `n`. */
static void interleaved(books_t *b, size_t n) {
    feedback_t *one = books_complaint(b, "划伤"), *other = books_complaint(b, "锈蚀");
    for (size_t i = 2; i < n; i++) { /* it was registered and numbered */
        struct acknowledge body = {MEDIUM_FAX, b->desk->time, TEXT("请稍候")};
        books_say(b, one, b->desk->lin, KIND_FEEDBACK_ACKNOWLEDGE, &body);
        books_say(b, other, b->desk->lin, KIND_FEEDBACK_ACKNOWLEDGE, &body);
    }
    books_feed(b);
}

static int64_t position_at(const books_t *b, size_t i) {
    return json_integer_value(
        json_object_get(json_array_get(books_list(b, "events"), i), "position"));
}

TEST(a_long_case_is_read_page_by_page) {
    books_t *b = with_record();
    int64_t all[12], at = 0;
    char from[24] = "1";
    size_t n = 0;
    interleaved(b, COUNT(all));
    assert_true(ASK(b, b->desk->yan, "events", "case", "TS2026-0001", NULL));
    assert_int_equal(json_array_size(books_list(b, "events")), COUNT(all));
    assert_null(books_list(b, "from"));
    for (size_t i = 0; i < COUNT(all); i++)
        all[i] = position_at(b, i);
    do {
        assert_true(ASK(b, b->desk->yan, "events", "case", "TS2026-0001", "from", from, "limit",
                        "5", NULL));
        assert_in_range(json_array_size(books_list(b, "events")), 1, 5);
        for (size_t i = 0; i < json_array_size(books_list(b, "events")); i++)
            assert_int_equal(position_at(b, i), all[n++]);
        at = json_integer_value(books_list(b, "from"));
        snprintf(from, sizeof from, "%lld", (long long) at);
    } while (at);
    assert_int_equal(n, COUNT(all));
    books_destroy(&b);
}

TEST(of_a_case_only_what_lies_between_is_read) {
    books_t *b = with_record();
    char from[24], to[24];
    interleaved(b, 8);
    assert_true(ASK(b, b->desk->yan, "events", "case", "TS2026-0001", NULL));
    int64_t third = position_at(b, 2), fifth = position_at(b, 4);
    snprintf(from, sizeof from, "%lld", (long long) third);
    snprintf(to, sizeof to, "%lld", (long long) fifth + 1); /* the other's */
    assert_true(
        ASK(b, b->desk->yan, "events", "case", "TS2026-0001", "from", from, "to", to, NULL));
    assert_int_equal(json_array_size(books_list(b, "events")), 3);
    assert_int_equal(position_at(b, 0), third);
    assert_int_equal(position_at(b, 2), fifth);
    assert_null(books_list(b, "from")); /* what comes after `to` was not asked for */
    assert_true(ASK(b, b->desk->yan, "events", "from", from, "to", to, "limit", "2", NULL));
    assert_int_equal(json_array_size(books_list(b, "events")), 2);
    assert_int_equal(json_integer_value(books_list(b, "from")), third + 2);
    books_destroy(&b);
}

/* ---- the inbox ---- */

static void in_review(books_t *b, size_t n) {
    for (size_t i = 0; i < n; i++)
        books_assess(b, books_complaint(b, "划伤"), SEVERITY_MAJOR);
    books_feed(b);
}

TEST(an_inbox_with_more_than_is_listed_says_so) {
    books_t *b = books_new();
    in_review(b, LISTED);
    assert_true(ASK(b, b->desk->yan, "inbox", NULL));
    assert_int_equal(json_array_size(books_list(b, "cases")), LISTED);
    assert_null(books_list(b, "more"));
    in_review(b, 1);
    assert_true(ASK(b, b->desk->yan, "inbox", NULL));
    assert_int_equal(json_array_size(books_list(b, "cases")), LISTED);
    assert_true(json_is_true(books_list(b, "more")));
    books_destroy(&b);
}
