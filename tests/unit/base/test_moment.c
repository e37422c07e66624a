/* SPDX-License-Identifier: Apache-2.0
 *
 * moment: the calendar, RFC 3339 in and out, and the ends of the range.
 */
#include "common/base/moment.h"

#include "tests/unit/harness.h"

static day_t day_of(const char *text) {
    day_t day = 0;
    if (!day_parse(text_of(text), &day))
        fail_msg("'%s' was not taken as a day", text);
    return day;
}

static moment_t moment_of(const char *text) {
    moment_t moment = 0;
    if (!moment_parse(text_of(text), &moment))
        fail_msg("'%s' was not taken as a moment", text);
    return moment;
}

TEST(days_are_counted_from_1970) {
    assert_int_equal(day_of("1970-01-01"), 0);
    assert_int_equal(day_of("1969-12-31"), -1);
    assert_int_equal(day_of("2000-03-01"), 11017);
    assert_int_equal(day_of("2026-11-23"), 20780);
}

TEST(every_day_of_eight_centuries_goes_there_and_back) {
    char out[16];
    day_t last = day_of("1600-01-01") - 1;
    for (day_t day = last + 1; day < day_of("2400-01-01"); day++) {
        assert_int_equal(day_of(day_print(day, out)), day);
        assert_int_equal(day_weekday(day), day_weekday(day - 7));
    }
}

TEST(a_day_that_does_not_exist_is_refused) {
    static const char *const bad[] = {"2026-02-29", "1900-02-29", "2026-13-01", "2026-00-10",
                                      "2026-04-31", "2026-1-1",   "26-01-01",   "2026/01/01",
                                      "2026-01-01 ", "2026-01-0x", ""};
    day_t day;
    for (size_t i = 0; i < sizeof bad / sizeof *bad; i++)
        if (day_parse(text_of(bad[i]), &day))
            fail_msg("'%s' was taken as a day", bad[i]);
    assert_true(day_parse(TEXT("2000-02-29"), &day));
}

TEST(a_week_begins_on_its_monday) {
    assert_int_equal(day_weekday(day_of("2026-11-23")), 1);
    assert_int_equal(day_weekday(day_of("2026-11-29")), 7);
    assert_int_equal(day_week(day_of("2026-11-29")), day_of("2026-11-23"));
    assert_int_equal(day_week(day_of("2026-11-23")), day_of("2026-11-23"));
    assert_int_equal(day_week(day_of("1969-12-31")), day_of("1969-12-29"));
}

TEST(an_offset_is_taken_out) {
    moment_t utc = moment_of("2026-11-23T00:30:00.000Z");
    assert_int_equal(moment_of("2026-11-23T08:30:00+08:00"), utc);
    assert_int_equal(moment_of("2026-11-22T19:30:00.000-05:00"), utc);
}

TEST(milliseconds_are_kept) {
    char out[32];
    assert_string_equal(moment_print(moment_of("2026-11-23T08:00:00.007Z"), out),
                        "2026-11-23T08:00:00.007Z");
    assert_string_equal(moment_print(-1, out), "1969-12-31T23:59:59.999Z");
}

TEST(a_moment_without_zone_or_with_wrong_fields_is_refused) {
    static const char *const bad[] = {"2026-11-23T08:00:00",       "2026-11-23 08:00:00Z",
                                      "2026-11-23T24:00:00Z",      "2026-11-23T08:60:00Z",
                                      "2026-11-23T08:00:60Z",      "2026-11-23T08:00:00.1Z",
                                      "2026-11-23T08:00:00+0800",  "2026-11-23T08:00:00+08:60",
                                      "2026-11-23T08:00:00ZZ",     "2026-02-30T08:00:00Z",
                                      "2026-11-23T08:00:00.000",   "2026-11-23"};
    moment_t moment;
    for (size_t i = 0; i < sizeof bad / sizeof *bad; i++)
        if (moment_parse(text_of(bad[i]), &moment))
            fail_msg("'%s' was taken as a moment", bad[i]);
}

TEST(a_time_of_the_companys_clock_is_read_with_its_offset) {
    moment_t moment = 0;
    assert_true(moment_parse_local(text_of("2026-11-23 08:30"), 480, &moment));
    assert_int_equal(moment, moment_of("2026-11-23T08:30:00+08:00"));
    assert_true(moment_parse_local(text_of("2026-11-23"), 480, &moment));
    assert_int_equal(moment, moment_of("2026-11-23T00:00:00+08:00"));
    assert_true(moment_parse_local(text_of("2026-11-23 19:30"), -300, &moment));
    assert_int_equal(moment, moment_of("2026-11-23T19:30:00-05:00"));
    static const char *const bad[] = {"2026-11-23 8:30",  "2026-11-23T08:30", "2026-11-23 24:00",
                                      "2026-11-23 08:60", "2026-02-30",       "2026-11-23 08.30",
                                      "2026-11-23 08:30 ", ""};
    for (size_t i = 0; i < sizeof bad / sizeof *bad; i++)
        if (moment_parse_local(text_of(bad[i]), 0, &moment))
            fail_msg("'%s' was taken as a time", bad[i]);
}

TEST(the_local_day_changes_at_local_midnight) {
    assert_int_equal(moment_day(moment_of("2026-11-23T15:59:59.999Z"), 480), day_of("2026-11-23"));
    assert_int_equal(moment_day(moment_of("2026-11-23T16:00:00.000Z"), 480), day_of("2026-11-24"));
    assert_int_equal(moment_day(-1, 0), -1);
}

TEST(the_ends_of_the_range_do_not_overflow) {
    char out[32];
    assert_true(strlen(moment_print(INT64_MAX, out)) < sizeof out);
    assert_true(strlen(moment_print(INT64_MIN, out)) < sizeof out);
    assert_true(moment_day(INT64_MAX, 480) > 0);
    assert_true(moment_day(INT64_MIN, -480) < 0);
    assert_true(strlen(day_print(INT64_MAX, out)) < 16);
    assert_true(strlen(day_print(INT64_MIN, out)) < 16);
}
