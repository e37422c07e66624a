/* SPDX-License-Identifier: Apache-2.0
 *
 * calendar: public holidays with their make-up workdays and the company's own days, from files into
 * the record, and what is in force. A year that no file has is said, never guessed.
 */
#include <czmq.h>
#include <stdio.h>
#include <sysexits.h>

#include "common/base/moment.h"
#include "common/base/text.h"
#include "common/exchange/holidays.h"
#include "common/exchange/input.h"
#include "common/exchange/json.h"
#include "common/screen/show.h"
#include "common/screen/table.h"
#include "common/screen/words.h"
#include "daemons/agent/cli/answer.h"
#include "daemons/agent/cli/import.h"

#define NAME_MAX_BYTES 200 /* of reference.begin */

static int in_force(cli_t *cli, json_t **answer) {
    return cli_query(cli, "reference", json_pack("{s:s}", "dataset", "calendar"), answer);
}

static bool has_year(const json_t *years, int64_t year) {
    size_t i;
    json_t *one;
    json_array_foreach((json_t *) (uintptr_t) years, i, one) {
        if (json_integer_value(one) == year)
            return true;
    }
    return false;
}

static void add_year(json_t *years, int64_t year) {
    if (!has_year(years, year))
        json_array_append_new(years, json_integer(year));
}

/* ---- import ---- */

/* Rows of arrangements that no file replaces stay in force beside the new ones; *kept says of which
   years, 0 being the company's own days. */
static int keep(cli_t *cli, holidays_t *holidays, json_t *kept) {
    json_t *answer, *one;
    size_t i;
    int rc = in_force(cli, &answer);
    if (rc != EX_OK)
        return rc;
    json_array_foreach(json_object_get(answer, "rows"), i, one) {
        struct calendar_row row;
        problem_t problem = {0};
        if (rc == EX_OK &&
            json_to_record(one, &calendar_row_record, cli->arena, &row, &problem) != 0)
            rc = cli_problem(&problem);
        if (rc != EX_OK || holidays_replace(holidays, row.year))
            continue;
        if (!holidays_keep(holidays, &row))
            rc = cli_fail(EX_DATAERR, _("more than %d days"), HOLIDAYS_DAYS_MAX);
        add_year(kept, row.year);
    }
    json_decref(answer);
    return rc;
}

/* The files' names as the record has them, as many as fit. */
static text_t names_of(cli_t *cli, int argc, char **argv) {
    buffer_t names = {0};
    for (int i = 0; i < argc; i++) {
        const char *slash = strrchr(argv[i], '/');
        buffer_format(&names, "%s%s", i ? ", " : "", slash ? slash + 1 : argv[i]);
    }
    text_t text = arena_text(cli->arena, text_of(buffer_cstr(&names)));
    buffer_free(&names);
    return input_cut(text, NAME_MAX_BYTES);
}

static void say_files(const cli_t *cli, const holidays_t *holidays, const json_t *kept) {
    json_t *published = json_array(), *unpublished = json_array(), *year;
    size_t i;
    for (i = 0; i < holidays->years_n; i++)
        add_year(holidays->years[i].published ? published : unpublished, holidays->years[i].year);
    if (cli->json) {
        json_t *said = json_pack("{s:O, s:O, s:b, s:O, s:I}", "years", published, "unpublished",
                                 unpublished, "own", holidays->own, "kept", kept, "days",
                                 (json_int_t) holidays->n);
        show_line(said);
        json_decref(said);
    } else {
        json_array_foreach(unpublished, i, year)
            printf(_("%lld: not published yet; deadlines that run into it are not set until it is "
                     "imported\n"),
                   (long long) json_integer_value(year));
        json_array_foreach((json_t *) (uintptr_t) kept, i, year) {
            if (json_integer_value(year))
                printf(_("%lld: stays as it is in force\n"), (long long) json_integer_value(year));
            else
                printf("%s\n", _("the company's own days: stay as they are in force"));
        }
    }
    json_decref(published);
    json_decref(unpublished);
}

static bool says_anything(const holidays_t *holidays) {
    bool any = holidays->own;
    for (size_t i = 0; i < holidays->years_n; i++)
        any = any || holidays->years[i].published;
    return any;
}

static int put(cli_t *cli, const holidays_t *holidays, text_t names) {
    import_t import;
    problem_t problem = {0};
    progress_t progress;
    struct reference_begin begin = {.dataset = DATASET_CALENDAR,
                                    .rows = (int64_t) holidays->n,
                                    .source = holidays->source,
                                    .name = names};
    int rc = import_begin(&import, cli, &begin);
    if (rc != EX_OK)
        return rc;
    int given = holidays_give(holidays, import_chunk, &import, &problem);
    rc = import_adopt(&import, given, &problem, &progress);
    if (rc != EX_OK)
        return rc;
    if (!cli->json)
        printf(_("%zu days in the calendar; "), holidays->n);
    return cli_say(cli, &progress);
}

static int run_import(cli_t *cli, int argc, char **argv) {
    holidays_t holidays;
    problem_t problem = {0};
    if (argc == 0)
        return cli_usage(cli);
    if (holidays_read((const char *const *) argv, (size_t) argc, cli->arena, &holidays, &problem) !=
        0)
        return cli_problem(&problem);
    json_t *kept = json_array();
    int rc = says_anything(&holidays) ? keep(cli, &holidays, kept) : EX_OK;
    if (rc == EX_OK)
        say_files(cli, &holidays, kept);
    json_decref(kept);
    if (rc != EX_OK)
        return rc;
    return says_anything(&holidays)
               ? put(cli, &holidays, names_of(cli, argc, argv))
               : cli_fail(EX_DATAERR, "%s", _("no file has a day: nothing is imported"));
}

/* ---- show ---- */

static void show_days(const json_t *answer) {
    json_t *row, *one;
    size_t i;
    table_t *table = table_new();
    table_column(table, "date", _("day"), false);
    table_column(table, "weekday", _("weekday"), false);
    table_column(table, "off", _("off or worked"), false);
    table_column(table, "name", _("occasion"), false);
    table_column(table, "year", _("arrangement"), false);
    json_array_foreach(json_object_get(answer, "rows"), i, row) {
        day_t day = 0;
        char year[24] = "";
        day_parse(text_of(show_string(row, "day")), &day);
        if (show_number(row, "year"))
            snprintf(year, sizeof year, "%lld", (long long) show_number(row, "year"));
        table_cell(table, show_string(row, "day"));
        table_cell(table, language_word("weekday", enum_name(&weekday_table, (int) day_weekday(day))));
        table_cell(table,
                   json_is_true(json_object_get(row, "off")) ? _("off") : _("make-up workday"));
        table_cell(table, show_string(row, "name"));
        table_cell(table, year[0] ? year : _("the company's own"));
    }
    table_print(table);
    table_destroy(&table);
    if (json_array_size(json_object_get(answer, "years")))
        printf("%s:", _("years in the calendar"));
    json_array_foreach(json_object_get(answer, "years"), i, one)
        printf(" %lld", (long long) json_integer_value(one));
    if (i)
        putchar('\n');
    json_array_foreach(json_object_get(answer, "missing"), i, one)
        printf(_("%lld: not published yet, or not imported; deadlines that run into it are not "
                 "set\n"),
               (long long) json_integer_value(one));
}

/* Only that year's days. */
static void pick(json_t *answer, int year) {
    json_t *row, *picked = json_array();
    size_t i;
    char front[16];
    snprintf(front, sizeof front, "%04d-", year);
    json_array_foreach(json_object_get(answer, "rows"), i, row)
        if (strncmp(show_string(row, "day"), front, strlen(front)) == 0)
            json_array_append(picked, row);
    json_object_set_new(answer, "rows", picked);
}

/* The years that are looked at and are not there: that one, or this and the next; the end of a
   December is settled by the next year's, too. */
static int put_missing(cli_t *cli, json_t *answer, int year) {
    json_t *missing = json_array();
    const json_t *years = json_object_get(answer, "years");
    int minutes, rc = EX_OK;
    unsigned month, day;
    if (!year && (rc = answer_offset(cli, &minutes)) == EX_OK)
        day_to_civil(moment_day(zclock_time(), minutes), &year, &month, &day);
    for (int i = 0; i < 2; i++)
        if (!has_year(years, year + i))
            add_year(missing, year + i);
    json_object_set_new(answer, "missing", missing);
    return rc;
}

static int run_show(cli_t *cli, int argc, char **argv) {
    json_t *answer;
    int64_t year = 0;
    if (argc > 1 || (argc && !int_parse(text_of(argv[0]), 1971, 9998, &year)))
        return cli_usage(cli);
    int rc = in_force(cli, &answer);
    if (rc != EX_OK)
        return rc;
    if (year)
        pick(answer, (int) year);
    rc = put_missing(cli, answer, (int) year);
    if (rc == EX_OK)
        return answer_show(cli, answer, show_days);
    json_decref(answer);
    return rc;
}

const command_row_t calendar_commands[] = {
    {"calendar import", "FILE...",
     "import public holidays with their make-up workdays (JSON), the company's own days (CSV)",
     "countersign --as tianxiaoman calendar import 2027.json", run_import},
    {"calendar show", "[YEAR]", "days off and make-up workdays; which years are not there",
     "countersign --as tianxiaoman calendar show 2026", run_show},
    {NULL, NULL, NULL, NULL, NULL},
};
