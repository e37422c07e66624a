/* SPDX-License-Identifier: Apache-2.0
 *
 * Days and weeks as planners write them.
 */
#include "common/base/moment.h"
#include "common/exchange/week.h"
#include "tests/unit/exchange/files.h"

#define MONDAY 20780 /* 2026-11-23 */

static day_t week(const char *text) {
    day_t day = -1;
    return week_parse(text_of(text), MONDAY, &day) ? day : -1;
}

static day_t due(const char *text) {
    day_t day = -1;
    return due_parse(text_of(text), MONDAY, &day) ? day : -1;
}

TEST(a_week_is_its_monday) {
    assert_int_equal(day_weekday(MONDAY), 1);
    assert_int_equal(week("W1"), MONDAY);
    assert_int_equal(week("W6"), MONDAY + 35);
    assert_int_equal(week("2026-W48"), MONDAY);
    assert_int_equal(week("2026-11-23"), MONDAY);
    assert_int_equal(week("2027-W01"), day_from_civil(2027, 1, 4));
    assert_int_equal(week("2026-W53"), day_from_civil(2026, 12, 28));
}

TEST(something_is_due_on_the_friday) {
    assert_int_equal(due("W2"), MONDAY + 11);
    assert_int_equal(due("2026-W49"), MONDAY + 11);
    assert_int_equal(due("2026-12-02"), MONDAY + 9);
}

TEST(other_words_are_no_weeks) {
    static const char *const words[] = {"",         "W",       "W0",        "W521",
                                        "WW",       "3",       "2026-W54",  "2025-W53",
                                        "2026-W00", "2026W48", "2026-11-24"};
    for (size_t i = 0; i < sizeof words / sizeof *words; i++)
        assert_int_equal(week(words[i]), -1);
    day_t day;
    assert_false(week_parse(TEXT("W1"), NO_START, &day));
    assert_false(due_parse(TEXT("W1"), NO_START, &day));
    assert_true(due_parse(TEXT("2026-W48"), NO_START, &day));
}
