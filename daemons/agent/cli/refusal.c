/* SPDX-License-Identifier: Apache-2.0
 *
 * refusal: see refusal.h.
 */
#include "daemons/agent/cli/answer.h"
#include "daemons/agent/cli/refusal.h"

#include <stdio.h>
#include <sysexits.h>

#include "common/base/text.h"
#include "common/screen/show.h"
#include "common/screen/words.h"

static void copy_text(char *out, size_t size, text_t text) {
    snprintf(out, size, "%.*s", (int) text.n, text.n ? text.p : "");
}

static void show_refusal(const cli_t *cli, const problem_t *problem) {
    if (cli->json) {
        json_t *json = json_pack("{s:s, s:s, s:s, s:s, s:s}", "state", "refused", "reason",
                                 reason_name(problem->reason), "clause",
                                 problem->clause[0] ? problem->clause
                                                    : reason_clause(problem->reason),
                                 "field", problem->field, "detail", problem->detail);
        show_line(json);
        json_decref(json);
    }
}

int cli_refuse(const cli_t *cli, const problem_t *problem) {
    show_refusal(cli, problem);
    problem_t said = *problem;
    answer_detail(&said);
    return cli_problem(&said);
}

static void keep(cli_t *cli, int64_t reason, text_t clause, text_t field, text_t detail) {
    problem_t problem = {.reason = (reason_t) reason};
    copy_text(problem.clause, sizeof problem.clause, clause);
    copy_text(problem.field, sizeof problem.field, field);
    copy_text(problem.detail, sizeof problem.detail, detail);
    if (!cli->quiet && !cli->json)
        answer_words(cli); /* asks, and may be refused itself */
    cli->refusal = problem;
}

int refusal_say(cli_t *cli, int64_t reason, text_t clause, text_t field, text_t detail) {
    keep(cli, reason, clause, field, detail);
    return cli->quiet ? EX_UNAVAILABLE : cli_refuse(cli, &cli->refusal);
}

/* Of a command that does not get through, the reason's own text says that it is kept and sent later.
   A question is not. */
static const char *ask_again(reason_t reason) {
    if (reason == REASON_OFFLINE)
        return _("no connection to the department's daemon; ask again when there is one");
    if (reason == REASON_BUSY)
        return _("too much is asked just now; ask again");
    if (reason == REASON_BEHIND)
        return _("the department's daemon has not caught up yet; ask again");
    return NULL;
}

int refusal_question(const cli_t *cli) {
    const char *text = ask_again(cli->refusal.reason);
    if (!text)
        return cli_refuse(cli, &cli->refusal);
    show_refusal(cli, &cli->refusal);
    return cli_fail(EX_TEMPFAIL, "%s", text);
}

int refusal_of_question(cli_t *cli, const struct reply *reply) {
    keep(cli, reply->reason, reply->clause, reply->field, reply->detail);
    return cli->quiet ? EX_UNAVAILABLE : refusal_question(cli);
}
