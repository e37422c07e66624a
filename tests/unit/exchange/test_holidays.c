/* SPDX-License-Identifier: Apache-2.0
 *
 * Public holidays from the yearly files of holiday-cn, and the company's own days from a table:
 * read whole, each mistake at its place; a year that is not published is told.
 */
#include <stdlib.h>

#include "common/base/moment.h"
#include "common/crypto/hash.h"
#include "common/domain/calendar.h"
#include "common/exchange/holidays.h"
#include "tests/unit/exchange/files.h"

#define SHIPPED "config/calendar/"

static arena_t *arena;
static holidays_t holidays;
static problem_t problem;

static int read_files(const char *const *files, size_t n) {
    arena_destroy(&arena);
    arena = arena_new(16u << 20);
    problem = (problem_t){0};
    return holidays_read(files, n, arena, &holidays, &problem);
}

static int read_file(const char *file) { return read_files(&file, 1); }

static void refused(const char *text, unsigned line, const char *field, const char *detail) {
    assert_int_equal(read_file(file_of("h.json", text)), -1);
    assert_int_equal(problem.reason, REASON_INPUT_FILE);
    assert_string_equal(problem.field, field);
    assert_contains(problem.detail, detail);
    assert_int_equal(problem.line, line);
    assert_contains(problem.file, "h.json");
}

static const struct calendar_row *row_of(day_t day) {
    for (size_t i = 0; i < holidays.n; i++)
        if (holidays.days[i].day == day)
            return &holidays.days[i];
    return NULL;
}

#define YEAR(days) "{\"year\": 2026, \"papers\": [], \"days\": [" days "]}"
#define DAY(date, off) "{\"name\": \"元旦\", \"date\": \"" date "\", \"isOffDay\": " off "}"

/* ---- what is read ---- */

TEST(the_shipped_years_are_read_and_2027_is_not_published) {
    static const char *const files[] = {SHIPPED "2024.json", SHIPPED "2025.json",
                                        SHIPPED "2026.json", SHIPPED "2027.json"};
    if (read_files(files, 4) != 0)
        fail_msg("%s: %s: %s", problem.file, problem.field, problem.detail);
    assert_int_equal(holidays.years_n, 4);
    for (size_t i = 0; i < 3; i++) {
        assert_int_equal(holidays.years[i].year, 2024 + (int) i);
        assert_true(holidays.years[i].published);
    }
    assert_true(holidays.n > 90);
    assert_false(holidays.own);
    const struct calendar_row *festival = row_of(day_from_civil(2026, 2, 17));
    assert_true(festival->off);
    assert_text(festival->name, "春节");
    assert_int_equal(festival->year, 2026);
    assert_false(row_of(day_from_civil(2026, 2, 14))->off);
    assert_null(row_of(day_from_civil(2026, 2, 13)));
}

TEST(a_year_without_days_is_told_and_replaces_nothing) {
    assert_int_equal(read_file(file_of("h.json", YEAR(""))), 0);
    assert_int_equal(holidays.n, 0);
    assert_int_equal(holidays.years_n, 1);
    assert_int_equal(holidays.years[0].year, 2026);
    assert_false(holidays.years[0].published);
    assert_false(holidays_replace(&holidays, 2026));
    assert_int_equal(read_file(file_of("h.json", YEAR(DAY("2026-01-01", "true")))), 0);
    assert_true(holidays_replace(&holidays, 2026));
    assert_false(holidays_replace(&holidays, 2025));
    assert_false(holidays_replace(&holidays, 0));
}

TEST(a_notice_reaches_into_the_december_before_its_year) {
    static const char text[] = "\xef\xbb\xbf {\"$id\": \"x\", \"year\": 2026, \"days\": ["
                               DAY("2025-12-31", "true") "]}";
    assert_int_equal(read_file(file_of("h.json", text)), 0);
    assert_int_equal(holidays.days[0].year, 2026);
    assert_int_equal(holidays.days[0].day, day_from_civil(2025, 12, 31));
}

TEST(the_source_is_the_digest_of_the_files_in_their_order) {
    char first[512];
    static const char a[] = YEAR(DAY("2026-01-01", "true")), b[] = "date,off\n2026-05-20,off\n";
    snprintf(first, sizeof first, "%s", file_of("a.json", a));
    const char *const files[] = {first, file_of("b.csv", b)};
    assert_int_equal(read_files(files, 2), 0);
    buffer_t both = {0};
    buffer_text(&both, a);
    buffer_text(&both, b);
    assert_true(digest_equal(holidays.source, hash_bytes(buffer_bytes(&both))));
    buffer_free(&both);
}

TEST(the_companys_own_days_are_a_table_in_either_language) {
    static const char *const texts[] = {
        "date,off,name\n2026-05-20,off,厂庆\n2026-05-23,work,\n",
        "日期,休/班,名称\n2026-05-20,休,厂庆\n2026-05-23,班,\n",
        "名称,休/班,日期\r\n厂庆,放假,2026-05-20\r\n\r\n,上班,2026-05-23\r\n",
        /* GB18030, as a Chinese spreadsheet writes it */
        ("\xc8\xd5\xc6\xda,\xd0\xdd/\xb0\xe0,\xc3\xfb\xb3\xc6\n"
         "2026-05-20,\xd0\xdd,\xb3\xa7\xc7\xec\n2026-05-23,\xb0\xe0,\n")};
    for (size_t i = 0; i < sizeof texts / sizeof *texts; i++) {
        if (read_file(file_of("own.csv", texts[i])) != 0)
            fail_msg("%zu: %s: %s", i, problem.field, problem.detail);
        assert_true(holidays.own && holidays_replace(&holidays, 0));
        assert_int_equal(holidays.n, 2);
        assert_int_equal(holidays.days[0].day, day_from_civil(2026, 5, 20));
        assert_int_equal(holidays.days[0].year, 0);
        assert_true(holidays.days[0].off && !holidays.days[1].off);
        assert_text(holidays.days[0].name, "厂庆");
    }
}

/* ---- what is not ---- */

TEST(mistakes_in_an_arrangement_are_told_at_their_place) {
    refused(YEAR(DAY("2026-02-30", "true")), 0, "days[0].date", "a day is expected");
    refused(YEAR(DAY("2026-1-1", "true")), 0, "days[0].date", "a day is expected");
    refused(YEAR(DAY("2026-01-01", "true") "," DAY("2024-01-01", "true")), 0, "days[1].date",
            "not of that year");
    refused(YEAR(DAY("2025-11-30", "true")), 0, "days[0].date", "not of that year");
    refused(YEAR(DAY("2027-02-01", "true")), 0, "days[0].date", "not of that year");
    refused(YEAR(DAY("2026-01-01", "true") "," DAY("2026-01-02", "true") ","
                 DAY("2026-01-01", "false")), 0, "days[2]", "twice");
    refused(YEAR(DAY("2026-01-01", "1")), 0, "days[0].isOffDay", "true or false");
    refused(YEAR("{\"date\": \"2026-01-01\"}"), 0, "days[0]", "isOffDay");
    refused(YEAR("{\"isOffDay\": true}"), 0, "days[0]", "date");
    refused(YEAR("{\"date\": \"2026-01-01\", \"isOffDay\": true, \"name\": 1}"), 0, "days[0].name",
            "text");
    refused(YEAR("{\"date\": \"2026-01-01\", \"isOffDay\": true, \"nom\": \"\"}"), 0, "days[0].nom",
            "not known");
    refused(YEAR("17"), 0, "days[0]", "object");
    refused("{\"year\": 2026, \"days\": {}}", 0, "days", "list");
    refused("{\"year\": 2026}", 0, "days", "list");
    refused("{\"year\": \"2026\", \"days\": []}", 0, "year", "2026");
    refused("{\"year\": 10000, \"days\": []}", 0, "year", "2026");
    refused("{\"days\": []}", 0, "year", "2026");
    refused("{\"year\": 2026, \"days\": [], \"weeks\": []}", 0, "weeks", "not known");
    refused("[]", 0, "", "object");
}

TEST(half_a_file_is_refused_with_its_line) {
    char *text = strdup("{\n \"year\": 2026,\n \"days\": [\n  " DAY("2026-01-01", "true") ",\n  {\"na");
    refused(text, 5, "", "");
    refused("{\"year\": 2026, \"year\": 2027, \"days\": []}", 1, "", "duplicate");
    free(text);
    assert_int_equal(read_file("/nowhere/2026.json"), -1);
    assert_contains(problem.detail, "open");
}

TEST(a_name_with_control_characters_is_refused) {
    static const char text[] =
        YEAR("{\"date\": \"2026-01-01\", \"isOffDay\": true, \"name\": \"a\\u0007b\"}");
    assert_int_equal(read_file(file_of("h.json", text)), -1);
    assert_string_equal(problem.field, "days[0].name");
    assert_int_equal(problem.reason, REASON_FIELD_TEXT);
}

TEST(the_same_year_from_two_files_is_refused_and_a_day_of_two_years_is_not) {
    char one[512];
    snprintf(one, sizeof one, "%s", file_of("one.json", YEAR(DAY("2026-12-31", "false"))));
    const char *files[] = {one, file_of("two.json", YEAR(DAY("2026-01-02", "true")))};
    assert_int_equal(read_files(files, 2), -1);
    assert_string_equal(problem.field, "year");
    assert_contains(problem.detail, "one.json");
    assert_contains(problem.file, "two.json");
    files[1] = file_of("two.json", "{\"year\": 2027, \"days\": [" DAY("2026-12-31", "true") "]}");
    assert_int_equal(read_files(files, 2), 0);
    assert_int_equal(holidays.n, 2);
    calendar_t calendar = {1, holidays.days, holidays.n};
    assert_true(calendar_day(&calendar, day_from_civil(2026, 12, 31))->off); /* the later notice */
}

static void own_refused(const char *text, unsigned line, const char *field, const char *detail) {
    assert_int_equal(read_file(file_of("own.csv", text)), -1);
    assert_string_equal(problem.field, field);
    assert_contains(problem.detail, detail);
    assert_int_equal(problem.line, line);
}

TEST(mistakes_in_the_companys_own_days_are_told_with_line_and_column) {
    own_refused("date,off\n2026-05-20,off\n2026-02-30,off\n", 3, "date", "a day is expected");
    own_refused("日期,休/班\n2026-05-20,也许\n", 2, "休/班", "休");
    own_refused("date,off\n2026-05-20,off\n2026-05-20,work\n", 3, "date", "twice");
    own_refused("date,off\n2026-05-20,\n", 2, "off", "");
    own_refused("date,name\n2026-05-20,x\n", 1, "off", "missing");
    own_refused("date,off,year\n2026-05-20,off,2026\n", 1, "", "not known");
    own_refused("", 1, "", "");
}

TEST(no_more_days_are_taken_than_a_calendar_has_room_for) {
    buffer_t text = {0};
    char day[16];
    buffer_text(&text, "date,off\n");
    for (int i = 0; i <= HOLIDAYS_DAYS_MAX; i++)
        buffer_format(&text, "%s,off\n", day_print(20000 + i, day));
    own_refused(buffer_cstr(&text), HOLIDAYS_DAYS_MAX + 2, "date", "too many");
    buffer_free(&text);
}

/* ---- given out ---- */

static int look(const struct reference_chunk *chunk, void *arg, problem_t *why) {
    size_t *seen = arg;
    assert_int_equal(record_validate(&reference_chunk_record, chunk, why), 0);
    assert_int_equal(chunk->first, *seen);
    *seen += chunk->days.n;
    return 0;
}

TEST(what_stays_in_force_is_given_out_beside_what_was_read) {
    buffer_t text = {0};
    char day[16];
    size_t seen = 0;
    buffer_text(&text, "date,off\n");
    for (int i = 0; i < 1200; i++)
        buffer_format(&text, "%s,off\n", day_print(20000 + i, day));
    assert_int_equal(read_file(file_of("own.csv", buffer_cstr(&text))), 0);
    buffer_free(&text);
    struct calendar_row row = {20819, true, TEXT("元旦"), 2027};
    assert_true(holidays_keep(&holidays, &row));
    assert_int_equal(holidays_give(&holidays, look, &seen, NULL), 0);
    assert_int_equal(seen, 1201);
    arena_destroy(&arena);
}
