/* SPDX-License-Identifier: Apache-2.0
 *
 * action: what a review or a complaint yielded, from adding it until another person has seen its
 * effect (QP21-1, ISO 9001 10.2.1). On orders and feedback alike.
 */
#include <sysexits.h>

#include "common/base/text.h"
#include "daemons/agent/cli/case.h"
#include "daemons/agent/cli/lookup.h"
#include "daemons/agent/cli/typed.h"

static bool read_no(const char *typed, int64_t *no) {
    return int_parse(text_of(typed), 1, 9999, no);
}

static int run_add(cli_t *cli, int argc, char **argv) {
    struct measure measure;
    struct action_add body = {.measure = {&measure, 1},
                              .reason = option_text(&argc, argv, "--reason")};
    if (argc != 2)
        return cli_usage(cli);
    int rc = measure_read(cli, argv[1], &measure);
    return rc == EX_OK ? case_judge(cli, argv[0], KIND_ACTION_ADD, &body) : rc;
}

static int run_change(cli_t *cli, int argc, char **argv) {
    text_t owner = option_text(&argc, argv, "--owner");
    struct action_change body = {.reason = option_text(&argc, argv, "--reason")};
    int rc = typed_day(&argc, argv, "--due", &body.due);
    if (rc != EX_OK)
        return rc;
    if (argc != 2 || !read_no(argv[1], &body.no) ||
        cli_lacks("--owner | --due", owner.n || body.due) ||
        cli_lacks("--reason", body.reason.n))
        return cli_usage(cli);
    if (owner.n)
        rc = lookup_entry(cli, "people", owner, &body.owner, NULL);
    return rc == EX_OK ? case_judge(cli, argv[0], KIND_ACTION_CHANGE, &body) : rc;
}

static int run_report(cli_t *cli, int argc, char **argv) {
    struct text_list files = option_texts(cli->arena, &argc, argv, "--attach");
    struct action_report body = {.text = option_text(&argc, argv, "--text")};
    if (argc != 2 || !read_no(argv[1], &body.no) ||
        cli_lacks("--text", body.text.n))
        return cli_usage(cli);
    return case_judge_with(cli, argv[0], &files, &body.attachments, KIND_ACTION_REPORT, &body);
}

static int run_verify(cli_t *cli, int argc, char **argv) {
    struct text_list files = option_texts(cli->arena, &argc, argv, "--attach");
    struct action_verify body = {.effective = option_flag(&argc, argv, "--effective"),
                                 .text = option_text(&argc, argv, "--text")};
    bool without = option_flag(&argc, argv, "--no-effect");
    if (argc != 2 || !read_no(argv[1], &body.no) ||
        cli_lacks("--effective | --no-effect", body.effective || without) ||
        cli_lacks("--text", body.text.n) || body.effective == without)
        return cli_usage(cli);
    return case_judge_with(cli, argv[0], &files, &body.attachments, KIND_ACTION_VERIFY, &body);
}

const command_row_t action_commands[] = {
    {"action add", "NUMBER \"TEXT;OWNER;DUE[;TYPE]\" [--reason TEXT]",
     "something to be done on a case, with owner and date",
     "countersign --as yanmingde action add TS2026-0001 \"更换防锈袋;邓采薇;2026-12-31;corrective\"",
     run_add},
    {"action change", "NUMBER ACTION [--owner PERSON] [--due DAY] --reason TEXT",
     "another owner or date of an action",
     "countersign --as yanmingde action change TS2026-0001 1 --due 2027-01-15 --reason 供方延期",
     run_change},
    {"action report", "NUMBER ACTION --text TEXT [--attach FILE]...",
     "report your action as done, with what shows it",
     "countersign --as dengcaiwei action report TS2026-0001 1 --text 新防锈袋已到货并换用",
     run_report},
    {"action verify", "NUMBER ACTION --effective|--no-effect --text TEXT [--attach FILE]...",
     "verify the effect of somebody else's action",
     "countersign --as yanmingde action verify TS2026-0001 1 --effective --text 三批到货无锈蚀",
     run_verify},
    {NULL, NULL, NULL, NULL, NULL},
};
