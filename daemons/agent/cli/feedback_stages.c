/* SPDX-License-Identifier: Apache-2.0
 *
 * feedback_stages: what is done about a complaint or other feedback, stage by stage (ISO 10002),
 * and what makes it another one. Verdicts, conclusion and signatures are in round.c.
 */
#include <stdio.h>
#include <sysexits.h>

#include "common/screen/words.h"
#include "daemons/agent/cli/answer.h"
#include "daemons/agent/cli/case.h"
#include "daemons/agent/cli/feedback.h"
#include "daemons/agent/cli/lookup.h"
#include "daemons/agent/cli/typed.h"

/* By what the customer was told, and when: --medium, --when. */
static int read_contact(cli_t *cli, int *argc, char **argv, enum medium *medium,
                        moment_t *when) {
    int value, rc = typed_option(argc, argv, "--medium", &medium_table, true, &value);
    *medium = (enum medium) value;
    return rc == EX_OK ? typed_moment(cli, argc, argv, "--when", when) : rc;
}

int feedback_run_acknowledge(cli_t *cli, int argc, char **argv) {
    struct acknowledge body = {.text = option_text(&argc, argv, "--text")};
    int rc = read_contact(cli, &argc, argv, &body.medium, &body.when);
    if (rc != EX_OK)
        return rc;
    if (argc != 1)
        return cli_usage(cli);
    return case_judge(cli, argv[0], KIND_FEEDBACK_ACKNOWLEDGE, &body);
}

int feedback_run_assess(cli_t *cli, int argc, char **argv) {
    text_t duplicate = option_text(&argc, argv, "--duplicate");
    struct triage body = {
        .safety = option_flag(&argc, argv, "--safety"),
        .urgent = option_flag(&argc, argv, "--urgent"),
        .complex = option_flag(&argc, argv, "--complex"),
        .departments = option_list(cli->arena, option_value(&argc, argv, "--departments")),
        .reason = option_text(&argc, argv, "--reason")};
    int severity, rc = typed_option(&argc, argv, "--severity", &severity_table, true, &severity);
    if (rc != EX_OK)
        return rc;
    if (argc != 1)
        return cli_usage(cli);
    body.severity = (enum severity) severity;
    for (size_t i = 0; i < body.departments.n; i++)
        body.departments.at[i] = answer_key(cli, "departments", body.departments.at[i]);
    if (duplicate.n)
        rc = lookup_case(cli, duplicate, "feedback", &body.duplicate);
    return rc == EX_OK ? case_judge(cli, argv[0], KIND_FEEDBACK_ASSESS, &body) : rc;
}

int feedback_run_contain(cli_t *cli, int argc, char **argv) {
    struct containment body = {.customer = option_text(&argc, argv, "--customer"),
                               .transit = option_text(&argc, argv, "--transit"),
                               .stock = option_text(&argc, argv, "--stock"),
                               .unneeded = option_text(&argc, argv, "--unneeded")};
    bool any = body.customer.n || body.transit.n || body.stock.n || body.unneeded.n;
    if (argc != 1 || cli_lacks("--customer, --transit, --stock | --unneeded", any))
        return cli_usage(cli);
    if (body.unneeded.n && (body.customer.n || body.transit.n || body.stock.n))
        return cli_fail(EX_USAGE, "%s",
                        _("--unneeded says why nothing is contained: it does not go with "
                          "--customer, --transit or --stock"));
    return case_judge(cli, argv[0], KIND_FEEDBACK_CONTAIN, &body);
}

int feedback_run_answer(cli_t *cli, int argc, char **argv) {
    struct reply_given body = {.text = option_text(&argc, argv, "--text")};
    struct text_list files = option_texts(cli->arena, &argc, argv, "--attach");
    int rc = read_contact(cli, &argc, argv, &body.medium, &body.when);
    if (rc != EX_OK)
        return rc;
    if (argc != 1 || cli_lacks("--text", body.text.n))
        return cli_usage(cli);
    return case_judge_with(cli, argv[0], &files, &body.attachments, KIND_FEEDBACK_ANSWER, &body);
}

int feedback_run_close(cli_t *cli, int argc, char **argv) {
    struct closing body = {.text = option_text(&argc, argv, "--text")};
    size_t given = 0;
    for (size_t i = 0; i < ending_table.n; i++) {
        char option[TYPED_WORD + 2], word[TYPED_WORD];
        snprintf(option, sizeof option, "--%s",
                 typed_hyphens(ending_table.values[i].name, word));
        if (!option_flag(&argc, argv, option))
            continue;
        body.ending = (enum ending) ending_table.values[i].value;
        given++;
    }
    if (argc != 1 || cli_lacks("--agreed | --not-agreed | --no-reply | --withdrawn", given) ||
        given > 1)
        return cli_usage(cli);
    return case_judge(cli, argv[0], KIND_FEEDBACK_CLOSE, &body);
}

int feedback_run_reopen(cli_t *cli, int argc, char **argv) {
    struct revoke body = {.reason = option_text(&argc, argv, "--reason")};
    if (argc != 1 || cli_lacks("--reason", body.reason.n))
        return cli_usage(cli);
    return case_judge(cli, argv[0], KIND_FEEDBACK_REOPEN, &body);
}

int feedback_run_reclassify(cli_t *cli, int argc, char **argv) {
    struct reclassify body = {.reason = option_text(&argc, argv, "--reason")};
    int kind;
    if (argc != 2 || !typed_word(&feedback_kind_table, text_of(argv[1]), &kind) ||
        cli_lacks("--reason", body.reason.n))
        return cli_usage(cli);
    body.kind = (enum feedback_kind) kind;
    return case_judge(cli, argv[0], KIND_FEEDBACK_RECLASSIFY, &body);
}
