/* SPDX-License-Identifier: Apache-2.0
 *
 * nudge: reminds those for whom a case waits (催办). The procedure says how soon and how often; it is
 * counted on the record.
 */
#include <stdio.h>
#include <sysexits.h>

#include "common/base/text.h"
#include "common/screen/show.h"
#include "daemons/agent/cli/case.h"
#include "daemons/agent/cli/typed.h"

/* What it waits for, where that is one thing; else the person says which. */
static const char *only_stage(const json_t *found) {
    const char *only = "";
    size_t i;
    json_t *step;
    json_array_foreach(json_object_get(found, "waiting"), i, step) {
        const char *stage = show_string(step, "stage");
        if (only[0] && strcmp(only, stage) != 0)
            return "";
        only = stage;
    }
    return only;
}

static int choose(cli_t *cli, const json_t *found, text_t typed, enum stage *out) {
    int value;
    text_t word = typed.n ? typed : text_of(only_stage(found));
    if (enum_value(&stage_table, word, &value)) {
        *out = (enum stage) value;
        return EX_OK;
    }
    problem_t problem;
    char known[400] = "";
    size_t i, n = 0;
    json_t *step;
    json_array_foreach(json_object_get(found, "waiting"), i, step) {
        int more = snprintf(known + n, sizeof known - n, "%s%s", n ? ", " : "",
                            show_string(step, "stage"));
        n = more > 0 && n + (size_t) more < sizeof known ? n + (size_t) more : n;
    }
    problem_set(&problem, REASON_FIELD_MISSING, "stage",
                n ? _("it waits for several things; say which: --stage %s")
                  : _("it waits for nothing"),
                known);
    return cli_refuse(cli, &problem);
}

static int run_nudge(cli_t *cli, int argc, char **argv) {
    text_t typed = option_text(&argc, argv, "--stage");
    struct nudge body = {.note = option_text(&argc, argv, "--note")};
    seen_t seen;
    if (argc != 1)
        return cli_usage(cli);
    cli->noun = "case";
    int rc = case_look(cli, argv[0], &seen);
    if (rc == EX_OK)
        rc = choose(cli, seen.json, typed, &body.stage);
    if (rc == EX_OK)
        rc = case_say(cli, &seen, KIND_CASE_NUDGE, &body);
    json_decref(seen.json);
    return rc;
}

const command_row_t nudge_commands[] = {
    {"nudge", "NUMBER [--stage STAGE] [--note TEXT]", "remind those for whom a case waits",
     "countersign --as linxiaohe nudge DD2026-0001 --note 顾客下午来电询问", run_nudge},
    {NULL, NULL, NULL, NULL, NULL},
};
