/* SPDX-License-Identifier: Apache-2.0
 *
 * Working time: shifts by weekday, public holidays with their make-up workdays, the company's own
 * days, and years that nobody has published.
 */
#include "common/base/moment.h"
#include "common/domain/calendar.h"
#include "tests/unit/harness.h"

#define COUNT(array) (sizeof(array) / sizeof *(array))
#define CHINA 480

static day_t on(const char *day) {
    day_t out;
    assert_true(day_parse(text_of(day), &out));
    return out;
}

static moment_t at(const char *moment) {
    moment_t out;
    assert_true(moment_parse_local(text_of(moment), CHINA, &out));
    return out;
}

/* ---- a company ---- */

static int64_t week[] = {1, 2, 3, 4, 5}, saturdays[] = {6}, all_days[] = {1, 2, 3, 4, 5, 6, 7};
#define WEEKDAYS {week, 5}
static struct shift usual[] = {{WEEKDAYS, {"08:00", 5}, {"12:00", 5}},
                               {WEEKDAYS, {"13:30", 5}, {"17:30", 5}}};

/* Of the State Council's arrangement of 2026: New Year and Spring Festival. */
static struct calendar_row rows_2026[40];
static size_t rows_2026_n;

static void row(const char *from, const char *to, bool off, const char *name, int64_t year) {
    for (day_t day = on(from); day <= on(to); day++)
        rows_2026[rows_2026_n++] = (struct calendar_row){day, off, text_of(name), year};
}

static working_time_t company(struct procedure *procedure, struct shift *shifts, size_t n) {
    if (rows_2026_n == 0) {
        row("2026-01-01", "2026-01-03", true, "元旦", 2026);
        row("2026-01-04", "2026-01-04", false, "元旦", 2026);
        row("2026-02-14", "2026-02-14", false, "春节", 2026);
        row("2026-02-15", "2026-02-23", true, "春节", 2026);
        row("2026-02-28", "2026-02-28", false, "春节", 2026);
    }
    *procedure = (struct procedure){.offset_minutes = CHINA, .working = {shifts, n}};
    return (working_time_t){procedure, {.position = 7, .days = rows_2026, .n = rows_2026_n}};
}

static void ends(const working_time_t *time, const char *from, int64_t minutes, const char *to) {
    moment_t out = 0;
    int unknown = 0;
    char found[32], wanted[32];
    assert_int_equal(working_add(time, at(from), minutes, &out, &unknown), CALENDAR_OK);
    assert_string_equal(moment_print(out, found), moment_print(at(to), wanted));
}

/* ---- times of day ---- */

TEST(a_time_of_day_has_two_digits_a_colon_and_two_digits) {
    static const char *const wrong[] = {"",      "8:00",  "08:60",  "24:01", "25:00", "08.00",
                                        "08:0x", "-8:00", "08:000", " 8:00", "０８:00"};
    int64_t minutes = -1;
    assert_true(clock_minutes(TEXT("00:00"), &minutes));
    assert_int_equal(minutes, 0);
    assert_true(clock_minutes(TEXT("13:30"), &minutes));
    assert_int_equal(minutes, 810);
    assert_true(clock_minutes(TEXT("24:00"), &minutes));
    assert_int_equal(minutes, 1440);
    for (size_t i = 0; i < COUNT(wrong); i++)
        assert_false(clock_minutes(text_of(wrong[i]), &minutes));
}

/* ---- days ---- */

TEST(weekdays_are_worked_as_the_shifts_say) {
    struct procedure procedure;
    working_time_t time = company(&procedure, usual, 2);
    assert_int_equal(day_kind(&time, on("2026-03-06")), DAY_WORKING); /* a Friday */
    assert_int_equal(day_kind(&time, on("2026-03-07")), DAY_OFF);
    assert_int_equal(day_kind(&time, on("2026-03-08")), DAY_OFF);
    assert_int_equal(day_kind(&time, on("2026-03-09")), DAY_WORKING);
    assert_int_equal(working_minutes(&time, on("2026-03-06")), 480);
}

TEST(at_spring_festival_a_week_is_off_and_two_saturdays_are_worked_for_it) {
    struct procedure procedure;
    working_time_t time = company(&procedure, usual, 2);
    assert_int_equal(day_kind(&time, on("2026-02-13")), DAY_WORKING);
    assert_int_equal(day_kind(&time, on("2026-02-14")), DAY_WORKING); /* Saturday, 调休 */
    for (day_t day = on("2026-02-15"); day <= on("2026-02-23"); day++)
        assert_int_equal(day_kind(&time, day), DAY_OFF);
    assert_int_equal(day_kind(&time, on("2026-02-24")), DAY_WORKING);
    assert_int_equal(day_kind(&time, on("2026-02-28")), DAY_WORKING); /* Saturday, 调休 */
    assert_int_equal(day_kind(&time, on("2026-03-01")), DAY_OFF);
    assert_int_equal(working_minutes(&time, on("2026-02-14")), 480);
    ends(&time, "2026-02-13 17:00", 60, "2026-02-14 08:30");
    ends(&time, "2026-02-14 17:00", 31, "2026-02-24 08:01");
    ends(&time, "2026-02-27 17:00", 31, "2026-02-28 08:01");
    ends(&time, "2026-02-28 17:30", 1, "2026-03-02 08:01");
    ends(&time, "2026-01-03 12:00", 0, "2026-01-04 08:00"); /* Sunday, 调休 */
}

TEST(a_make_up_day_is_worked_as_its_weekday_or_as_the_first_workday) {
    struct shift half[] = {usual[0], usual[1], {{saturdays, 1}, TEXT("09:00"), TEXT("12:00")}};
    int64_t late[] = {2, 3, 4, 5};
    struct shift tuesdays[] = {{{late, 4}, TEXT("06:00"), TEXT("07:00")}};
    struct procedure procedure;
    working_time_t time = company(&procedure, half, 3);
    assert_int_equal(working_minutes(&time, on("2026-02-14")), 180);
    assert_int_equal(working_minutes(&time, on("2026-01-04")), 480); /* a Sunday, as Mondays */
    time = company(&procedure, tuesdays, 1);
    assert_int_equal(working_minutes(&time, on("2026-02-14")), 60); /* nobody works on Mondays */
}

TEST(the_companys_own_day_holds_before_an_arrangement_and_the_later_one_before_the_earlier) {
    struct procedure procedure;
    working_time_t time = company(&procedure, usual, 2);
    struct calendar_row rows[] = {{on("2026-01-02"), true, TEXT("元旦"), 2026},
                                  {on("2026-05-20"), true, TEXT("厂庆"), 0},
                                  {on("2026-10-10"), true, TEXT("停产"), 0},
                                  {on("2026-10-10"), false, TEXT("国庆节"), 2026},
                                  {on("2026-12-31"), false, TEXT("?"), 2026},
                                  {on("2026-12-31"), true, TEXT("元旦"), 2027}};
    time.calendar = (calendar_t){1, rows, COUNT(rows)};
    assert_int_equal(day_kind(&time, on("2026-05-20")), DAY_OFF);
    assert_int_equal(day_kind(&time, on("2026-10-10")), DAY_OFF);
    assert_int_equal(day_kind(&time, on("2026-12-31")), DAY_OFF);
    assert_int_equal(calendar_day(&time.calendar, on("2026-12-31"))->year, 2027);
    assert_null(calendar_day(&time.calendar, on("2026-01-01")));
    assert_null(calendar_day(&time.calendar, on("2027-01-01")));
}

/* ---- what is not published ---- */

static void is_unknown(const working_time_t *time, const char *from, int64_t minutes, int year) {
    moment_t out = 17;
    int unknown = 0;
    assert_int_equal(working_add(time, at(from), minutes, &out, &unknown), CALENDAR_UNKNOWN);
    assert_int_equal(unknown, year);
    assert_int_equal(out, 17);
    assert_int_equal(working_add(time, at(from), minutes, &out, NULL), CALENDAR_UNKNOWN);
}

TEST(a_year_that_is_not_published_is_said) {
    struct procedure procedure;
    working_time_t time = company(&procedure, usual, 2);
    assert_true(calendar_covers(&time.calendar, 2026));
    assert_false(calendar_covers(&time.calendar, 2025));
    assert_false(calendar_covers(&time.calendar, 2027));
    assert_int_equal(day_kind(&time, on("2025-11-03")), DAY_UNKNOWN);
    assert_int_equal(day_kind(&time, on("2027-03-01")), DAY_UNKNOWN);
    is_unknown(&time, "2025-12-31 23:59", 0, 2025);
    is_unknown(&time, "2027-03-01 08:00", 60, 2027);
    is_unknown(&time, "2026-12-18 16:00", 8784 * 60, 2027);
    time.calendar = (calendar_t){.position = 0};
    is_unknown(&time, "2026-03-02 08:00", 60, 2026);
}

TEST(the_end_of_december_is_settled_by_the_next_years_arrangement) {
    struct procedure procedure;
    working_time_t time = company(&procedure, usual, 2);
    assert_int_equal(calendar_missing(&time.calendar, on("2026-12-21")), 0);
    assert_int_equal(calendar_missing(&time.calendar, on("2026-12-22")), 2027);
    assert_int_equal(calendar_missing(&time.calendar, on("2026-01-01")), 0);
    assert_int_equal(calendar_missing(&time.calendar, on("2025-12-31")), 2025);
    ends(&time, "2026-12-21 16:30", 60, "2026-12-21 17:30"); /* not a minute into what is not known */
    is_unknown(&time, "2026-12-21 16:30", 61, 2027);
    struct calendar_row rows[] = {{on("2018-01-01"), true, TEXT("元旦"), 2018},
                                  {on("2018-12-29"), false, TEXT("元旦"), 2019},
                                  {on("2018-12-30"), true, TEXT("元旦"), 2019},
                                  {on("2018-12-31"), true, TEXT("元旦"), 2019},
                                  {on("2019-01-01"), true, TEXT("元旦"), 2019}};
    time.calendar = (calendar_t){1, rows, COUNT(rows)};
    ends(&time, "2018-12-28 17:00", 60, "2018-12-29 08:30");
    ends(&time, "2018-12-29 17:00", 60, "2019-01-02 08:30");
}

TEST(a_day_that_the_company_named_is_known_in_any_year) {
    struct procedure procedure;
    working_time_t time = company(&procedure, usual, 2);
    struct calendar_row own[] = {{on("2027-03-01"), true, TEXT("厂庆"), 0}};
    time.calendar = (calendar_t){1, own, 1};
    assert_int_equal(day_kind(&time, on("2027-03-01")), DAY_OFF);
    assert_int_equal(day_kind(&time, on("2027-03-02")), DAY_UNKNOWN);
}

TEST(an_arrangement_reaches_into_the_months_beside_its_year) {
    assert_true(calendar_reaches(2019, on("2018-12-01")));
    assert_false(calendar_reaches(2019, on("2018-11-30")));
    assert_true(calendar_reaches(2019, on("2020-01-31")));
    assert_false(calendar_reaches(2019, on("2020-02-01")));
    assert_true(calendar_reaches(0, on("2019-06-01")));
    assert_false(calendar_reaches(9999, on("9999-01-01")));
    assert_false(calendar_reaches(INT64_MAX, on("2019-01-01")));
    assert_false(calendar_reaches(-1, on("2019-01-01")));
}

/* ---- adding ---- */

TEST(time_passes_in_shifts_alone) {
    struct procedure procedure;
    working_time_t time = company(&procedure, usual, 2);
    ends(&time, "2026-03-02 08:00", 240, "2026-03-02 12:00"); /* not 13:30 */
    ends(&time, "2026-03-02 08:00", 241, "2026-03-02 13:31"); /* over the lunch break */
    ends(&time, "2026-03-02 10:15", 480, "2026-03-03 10:15");
    ends(&time, "2026-03-02 12:30", 60, "2026-03-02 14:30"); /* begun in the break */
    ends(&time, "2026-03-02 03:00", 60, "2026-03-02 09:00"); /* before work */
    ends(&time, "2026-03-06 19:00", 60, "2026-03-09 09:00"); /* on Friday evening */
    ends(&time, "2026-03-02 08:00", 480 * 5, "2026-03-06 17:30");
    ends(&time, "2026-03-02 08:00", 480 * 5 + 1, "2026-03-09 08:01");
}

TEST(no_minutes_end_at_the_first_moment_of_working_time) {
    struct procedure procedure;
    working_time_t time = company(&procedure, usual, 2);
    ends(&time, "2026-03-02 09:41", 0, "2026-03-02 09:41");
    ends(&time, "2026-03-02 12:00", 0, "2026-03-02 13:30");
    ends(&time, "2026-03-06 17:30", 0, "2026-03-09 08:00");
    ends(&time, "2026-03-06 17:30", -60, "2026-03-09 08:00");
}

TEST(milliseconds_are_not_lost) {
    struct procedure procedure;
    working_time_t time = company(&procedure, usual, 2);
    moment_t out;
    assert_int_equal(working_add(&time, at("2026-03-02 11:59") + 59999, 1, &out, NULL), CALENDAR_OK);
    assert_int_equal(out, at("2026-03-02 13:30") + 59999);
}

TEST(a_night_goes_on_over_midnight) {
    struct shift nights[] = {{{all_days, 7}, TEXT("22:00"), TEXT("24:00")},
                             {{all_days, 7}, TEXT("00:00"), TEXT("06:00")}};
    struct procedure procedure;
    working_time_t time = company(&procedure, nights, 2);
    ends(&time, "2026-03-02 23:00", 120, "2026-03-03 01:00");
    ends(&time, "2026-03-02 23:00", 60, "2026-03-03 00:00");
    ends(&time, "2026-03-02 23:00", 421, "2026-03-03 22:01");
    ends(&time, "2026-02-14 23:30", 31, "2026-02-24 00:01"); /* the holiday begins at midnight */
}

TEST(shifts_that_overlap_count_once) {
    struct shift overlap[] = {{WEEKDAYS, TEXT("10:00"), TEXT("14:00")},
                              {WEEKDAYS, TEXT("08:00"), TEXT("12:00")},
                              {WEEKDAYS, TEXT("08:00"), TEXT("09:00")},
                              {WEEKDAYS, TEXT("14:00"), TEXT("15:00")}};
    struct procedure procedure;
    working_time_t time = company(&procedure, overlap, 4);
    assert_int_equal(working_minutes(&time, on("2026-03-02")), 7 * 60);
    ends(&time, "2026-03-02 08:00", 7 * 60, "2026-03-02 15:00");
}

TEST(days_begin_by_the_companys_clock) {
    struct shift early[] = {{{week, 1}, TEXT("00:00"), TEXT("01:00")}}; /* Mondays */
    struct procedure procedure;
    working_time_t time = company(&procedure, early, 1);
    moment_t out;
    procedure.offset_minutes = CHINA; /* Monday begins on Sunday at 16:00 UTC */
    assert_int_equal(working_add(&time, at("2026-03-08 00:00"), 30, &out, NULL), CALENDAR_OK);
    assert_int_equal(out, at("2026-03-09 00:30"));
    procedure.offset_minutes = -300; /* Monday begins at 05:00 UTC, 13:00 in China */
    assert_int_equal(working_add(&time, at("2026-03-08 00:00"), 30, &out, NULL), CALENDAR_OK);
    assert_int_equal(out, at("2026-03-09 13:30"));
}

TEST(without_shifts_no_time_ever_passes) {
    struct shift wrong[] = {{WEEKDAYS, TEXT("12:00"), TEXT("12:00")},
                            {WEEKDAYS, TEXT("22:00"), TEXT("06:00")},
                            {WEEKDAYS, TEXT("8 Uhr"), TEXT("9 Uhr")},
                            {{(int64_t[]){0, 8, 64}, 3}, TEXT("08:00"), TEXT("12:00")}};
    struct procedure procedure;
    working_time_t time = company(&procedure, NULL, 0);
    moment_t out = 17;
    assert_int_equal(working_add(&time, at("2026-03-02 08:00"), 1, &out, NULL), CALENDAR_NEVER);
    assert_int_equal(working_add(&time, at("2031-03-02 08:00"), 1, &out, NULL), CALENDAR_NEVER);
    assert_int_equal(working_minutes(&time, on("2026-03-02")), 0);
    time = company(&procedure, wrong, COUNT(wrong)); /* procedure_check refuses these */
    assert_int_equal(working_add(&time, at("2026-03-02 08:00"), 1, &out, NULL), CALENDAR_NEVER);
    assert_int_equal(out, 17);
}
