/* SPDX-License-Identifier: Apache-2.0
 *
 * stats: complaints and other feedback counted, as a table, as CSV, as JSON. A screen has room for
 * the sums of years, or of the months of one year; a spreadsheet gets every month.
 */
#include <stdio.h>
#include <string.h>
#include <sysexits.h>

#include "common/screen/arguments.h"
#include "common/screen/show.h"
#include "common/screen/table.h"
#include "common/screen/words.h"
#include "daemons/agent/cli/answer.h"
#include "daemons/agent/cli/typed.h"

#define MONTHS_ON_SCREEN 12

static void put_table(table_t *table, bool csv) {
    if (csv)
        table_csv(table);
    else
        table_print(table);
    table_destroy(&table);
}

/* ---- counts ---- */

static const struct {
    const char *by, *label, *context;
} keys[] = {
    {"product", N_("product"), NULL},         {"cause", N_("cause"), "cause"},
    {"customer", N_("customer"), NULL},       {"department", N_("department"), NULL},
    {"severity", N_("severity"), "severity"}, {"kind", N_("kind"), "feedback_kind"},
    {"outcome", N_("conclusion"), "outcome"}, {"remedy", N_("remedy"), "remedy"},
};

static size_t key_of(const char *by) {
    size_t i = 0;
    while (i + 1 < sizeof keys / sizeof *keys && strcmp(keys[i].by, by) != 0)
        i++;
    return i;
}

static const char *key_word(const json_t *row, size_t key) {
    const char *word = show_string(row, "key");
    if (!word[0])
        return _("(not said)");
    if (strcmp(keys[key].by, "department") == 0)
        return words_name("departments", word);
    return keys[key].context ? language_word(keys[key].context, word) : word;
}

/* The columns of the trend: months, or years. */
static size_t period(const char *month, bool years) { return years ? 4 : strlen(month); }

static bool new_period(const json_t *months, size_t i, bool years) {
    const char *month = json_string_value(json_array_get(months, i));
    const char *before = i ? json_string_value(json_array_get(months, i - 1)) : "";
    return strncmp(month, before, period(month, years)) != 0;
}

static void add_periods(table_t *table, const json_t *months, bool years) {
    for (size_t i = 0; i < json_array_size(months); i++) {
        char label[16];
        const char *month = json_string_value(json_array_get(months, i));
        snprintf(label, sizeof label, "%.*s", (int) period(month, years), month);
        if (new_period(months, i, years))
            table_column(table, label, label, true);
    }
}

static void put_periods(table_t *table, const json_t *months, const json_t *counts, bool years) {
    int64_t sum = 0;
    size_t n = json_array_size(months);
    for (size_t i = 0; i < n; i++) {
        sum += json_integer_value(json_array_get(counts, i));
        if (i + 1 == n || new_period(months, i + 1, years)) {
            table_number(table, sum);
            sum = 0;
        }
    }
}

/* A screen begins with the first month in which something came. */
static void put_months(const json_t *answer, bool csv) {
    size_t i;
    json_t *row;
    bool began = csv;
    table_t *table = table_new();
    table_column(table, "month", _("month"), false);
    table_column(table, "count", _("count"), true);
    json_array_foreach(json_object_get(answer, "rows"), i, row) {
        began = began || show_number(row, "count");
        if (!began)
            continue;
        table_cell(table, show_string(row, "key"));
        table_number(table, show_number(row, "count"));
    }
    put_table(table, csv);
}

static void put_row(table_t *table, const json_t *row, size_t key, bool named, bool csv) {
    table_cell(table, csv ? show_string(row, "key") : key_word(row, key));
    if (named)
        table_cell(table, show_string(row, "name"));
    table_number(table, show_number(row, "count"));
    table_number(table, show_number(row, "open"));
    table_number(table, show_number(row, "safety"));
}

static void put_counts(const json_t *answer, bool csv) {
    size_t i, key = key_of(show_string(answer, "by"));
    json_t *row;
    const json_t *months = json_object_get(answer, "months"),
                 *more = json_object_get(answer, "more");
    bool years = !csv && json_array_size(months) > MONTHS_ON_SCREEN;
    bool named = strcmp(keys[key].by, "product") == 0 || strcmp(keys[key].by, "customer") == 0;
    table_t *table = table_new();
    table_column(table, keys[key].by, _(keys[key].label), false);
    if (named)
        table_column(table, "name", _("name"), false);
    table_column(table, "count", _("count"), true);
    table_column(table, "open", _("not closed"), true);
    table_column(table, "safety", _("safety"), true);
    add_periods(table, months, years);
    json_array_foreach(json_object_get(answer, "rows"), i, row) {
        put_row(table, row, key, named, csv);
        put_periods(table, months, json_object_get(row, "months"), years);
    }
    put_table(table, csv);
    if (more)
        fprintf(stderr, _("%lld more rows with %lld together: --limit\n"),
                (long long) show_number(more, "rows"), (long long) show_number(more, "count"));
}

/* ---- time in each stage, open actions by owner ---- */

static const struct {
    const char *key, *label;
} stages[] = {
    {"register", N_("received to registered")},   {"acknowledge", N_("registered to acknowledged")},
    {"assess", N_("registered to assessed")},     {"contain", N_("registered to contained")},
    {"verdicts", N_("review opened to tallied")}, {"conclude", N_("tallied to concluded")},
    {"sign", N_("concluded to signed")},          {"answer", N_("signed to answered")},
    {"close", N_("answered to closed")},          {"whole", N_("received to closed")},
};

static const char *stage_label(const char *key) {
    for (size_t i = 0; i < sizeof stages / sizeof *stages; i++)
        if (strcmp(stages[i].key, key) == 0)
            return _(stages[i].label);
    return key;
}

static void put_stages(const json_t *answer, bool csv) {
    size_t i;
    json_t *row;
    table_t *table = table_new();
    table_column(table, "stage", _("stage, in hours"), false);
    table_column(table, "count", _("count"), true);
    table_column(table, "median", _("median"), true);
    table_column(table, "mean", _("mean"), true);
    table_column(table, "max", _("longest"), true);
    json_array_foreach(json_object_get(answer, "rows"), i, row) {
        const char *key = show_string(row, "key");
        table_cell(table, csv ? key : stage_label(key));
        table_number(table, show_number(row, "count"));
        table_cell(table, show_string(row, "median"));
        table_cell(table, show_string(row, "mean"));
        table_cell(table, show_string(row, "max"));
    }
    put_table(table, csv);
}

static void put_owners(const json_t *answer, bool csv) {
    size_t i;
    json_t *row;
    table_t *table = table_new();
    table_column(table, "owner", _("owner"), false);
    table_column(table, "open", _("open"), true);
    table_column(table, "overdue", _("overdue"), true);
    table_column(table, "reported", _("to verify"), true);
    json_array_foreach(json_object_get(answer, "rows"), i, row) {
        table_cell(table, csv ? show_string(row, "key") : show_who(row, "owner"));
        table_number(table, show_number(row, "open"));
        table_number(table, show_number(row, "overdue"));
        table_number(table, show_number(row, "reported"));
    }
    put_table(table, csv);
}

static void put_answer(const json_t *answer, bool csv) {
    const char *by = show_string(answer, "by");
    if (strcmp(by, "stage") == 0)
        put_stages(answer, csv);
    else if (strcmp(by, "owner") == 0)
        put_owners(answer, csv);
    else if (strcmp(by, "month") == 0)
        put_months(answer, csv);
    else
        put_counts(answer, csv);
    bool none = json_array_size(json_object_get(answer, "rows")) == 0 ||
                (strcmp(by, "month") == 0 && show_number(answer, "count") == 0);
    if (!csv && none)
        printf("%s\n", _("there is nothing to count"));
}

static void show_stats(const json_t *answer) { put_answer(answer, false); }
static void csv_stats(const json_t *answer) { put_answer(answer, true); }

/* `kind` unset: all that `what` says. */
static int run(cli_t *cli, int argc, char **argv, const char *what, int kind) {
    static const char *const names[] = {"by", "from", "to", "limit", NULL};
    json_t *parameters = option_object(&argc, argv, names);
    bool csv = option_flag(&argc, argv, "--csv");
    if (argc) {
        json_decref(parameters);
        return cli_usage(cli);
    }
    json_object_set_new(parameters, "what", json_string(what));
    if (kind)
        json_object_set_new(parameters, "kind",
                            json_string(enum_name(&feedback_kind_table, kind)));
    return answer_query(cli, "stats", parameters, csv ? csv_stats : show_stats);
}

static int run_complaints(cli_t *cli, int argc, char **argv) {
    return run(cli, argc, argv, "complaints", feedback_kind_unset);
}

static int run_feedback(cli_t *cli, int argc, char **argv) {
    int kind;
    int rc = typed_option(&argc, argv, "--kind", &feedback_kind_table, false, &kind);
    return rc == EX_OK ? run(cli, argc, argv, "feedback", kind) : rc;
}

const command_row_t stats_commands[] = {
    {"stats complaints",
     "[--by product|cause|customer|department|severity|outcome|remedy|month|stage|owner] "
     "[--from DAY] [--to DAY] [--limit N] [--csv]",
     "complaints counted month by month, the time in each stage, open actions by owner",
     "countersign --as yanmingde stats complaints --by product --from 2026-01-01", run_complaints},
    {"stats feedback",
     "[--by kind|product|customer|month|stage|owner|...] [--kind KIND] [--from DAY] [--to DAY] "
     "[--limit N] [--csv]",
     "all feedback counted, praise, claims and lost business among it",
     "countersign --as songzhixing stats feedback --by kind --csv", run_feedback},
    {NULL, NULL, NULL, NULL, NULL},
};
