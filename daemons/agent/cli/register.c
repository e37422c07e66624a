/* SPDX-License-Identifier: Apache-2.0
 *
 * register: what is looked up across the cases: by words, and actions by who has to do something.
 */
#include <stdio.h>
#include <sysexits.h>

#include "common/base/text.h"
#include "common/screen/arguments.h"
#include "common/screen/show.h"
#include "common/screen/table.h"
#include "common/screen/words.h"
#include "daemons/agent/cli/answer.h"

/* ---- search ---- */

static void show_hit(const json_t *hit) {
    printf("%-14s ", show_string(hit, "number"));
    words_pad(show_string(json_object_get(hit, "customer"), "short_name"), 12);
    printf(" %s · %s · ",
           show_string(hit, "kind")[0] ? show_word(hit, "feedback_kind", "kind") : _("order"),
           show_word(hit, "state", "state"));
    show_time(show_string(hit, "registered"));
    printf("\n    %s\n", show_string(hit, "snippet"));
}

static void show_hits(const json_t *answer) {
    size_t i;
    json_t *hit;
    json_array_foreach(json_object_get(answer, "hits"), i, hit) show_hit(hit);
    if (!json_array_size(json_object_get(answer, "hits")))
        printf("%s\n", _("nothing was found"));
    if (json_object_get(answer, "before"))
        printf(_("more: --before %lld\n"), (long long) show_number(answer, "before"));
}

static int run_search(cli_t *cli, int argc, char **argv) {
    static const char *const names[] = {"limit", "before", NULL};
    json_t *parameters = option_object(&argc, argv, names);
    buffer_t words = {0};
    for (int i = 0; i < argc; i++) {
        buffer_text(&words, argv[i]);
        buffer_text(&words, " ");
    }
    if (argc == 0) {
        json_decref(parameters);
        return cli_usage(cli);
    }
    json_object_set_new(parameters, "words", json_string(buffer_cstr(&words)));
    buffer_free(&words);
    return answer_query(cli, "search", parameters, show_hits);
}

/* ---- actions ---- */

static const struct {
    const char *key, *label;
} action_columns[] = {
    {"case", N_("case")},   {"no", N_("no.")},          {"action", N_("action")},
    {"type", N_("type")},   {"owner", N_("owner")},     {"due", N_("due")},
    {"state", N_("state")}, {"overdue", N_("overdue")}, {"customer", N_("customer")},
};

/* For a spreadsheet the record's words; for a reader, their language's. */
static void put_action(table_t *table, const json_t *action, bool csv) {
    const json_t *of = json_object_get(action, "of"), *owner = json_object_get(action, "owner");
    bool overdue = json_is_true(json_object_get(action, "overdue"));
    table_cell(table, show_string(of, "number"));
    table_number(table, show_number(action, "no"));
    table_cell(table, show_string(action, "text"));
    table_cell(table, csv || !show_string(action, "type")[0]
                          ? show_string(action, "type")
                          : show_word(action, "action_type", "type"));
    table_cell(table, csv ? show_string(owner, "handle") : show_string(owner, "name"));
    table_cell(table, show_string(action, "due"));
    table_cell(table,
               csv ? show_string(action, "state") : show_word(action, "action state", "state"));
    table_cell(table, !overdue ? "" : csv ? "yes" : _("overdue"));
    table_cell(table, show_string(json_object_get(of, "customer"), "short_name"));
}

static void put_actions(const json_t *answer, bool csv) {
    size_t i;
    json_t *action;
    table_t *table = table_new();
    for (i = 0; i < sizeof action_columns / sizeof *action_columns; i++)
        table_column(table, action_columns[i].key, _(action_columns[i].label), i == 1);
    json_array_foreach(json_object_get(answer, "actions"), i, action)
        put_action(table, action, csv);
    if (csv)
        table_csv(table);
    else
        table_print(table);
    if (!csv && i == 0)
        printf("%s\n", _("there is no such action"));
    if (json_is_true(json_object_get(answer, "more")))
        fprintf(stderr, "%s\n", _("there are more: --limit"));
    table_destroy(&table);
}

static void show_actions(const json_t *answer) { put_actions(answer, false); }
static void csv_actions(const json_t *answer) { put_actions(answer, true); }

static int run_actions(cli_t *cli, int argc, char **argv) {
    static const char *const names[] = {"owner", "state", "case", "limit", NULL};
    json_t *parameters = option_object(&argc, argv, names);
    bool mine = option_flag(&argc, argv, "--mine"), csv = option_flag(&argc, argv, "--csv");
    if (argc || (mine && json_object_get(parameters, "owner"))) {
        json_decref(parameters);
        return cli_usage(cli);
    }
    if (mine)
        json_object_set_new(parameters, "owner", json_string(cli_person(cli)));
    return answer_query(cli, "action.list", parameters, csv ? csv_actions : show_actions);
}

const command_row_t register_commands[] = {
    {"search", "WORDS... [--limit N] [--before N]",
     "orders, complaints and other feedback in which all the words stand",
     "countersign --as yanmingde search 划伤 链轮", run_search},
    {"action list",
     "[--mine|--owner PERSON] [--state open|overdue|all] [--case NUMBER] [--limit N] [--csv]",
     "actions by the day on which they are due", "countersign --as qintieshan action list --mine",
     run_actions},
    {NULL, NULL, NULL, NULL, NULL},
};
