/* SPDX-License-Identifier: Apache-2.0
 *
 * answer: see answer.h.
 */
#include "daemons/agent/cli/answer.h"

#include <stdio.h>
#include <sysexits.h>

#include "common/screen/words.h"

void answer_words(cli_t *cli) {
    static bool asked;
    json_t *procedure;
    if (asked || words_known() || !cli->answered) /* nobody waits for a name, or unlocks a key for it */
        return;
    asked = true;
    bool quiet = cli->quiet;
    cli->quiet = true; /* before the first adoption there is none */
    if (cli_query(cli, "procedure", NULL, &procedure) == EX_OK)
        words_use(procedure);
    cli->quiet = quiet;
}

text_t answer_key(cli_t *cli, const char *list, text_t typed) {
    if (!typed.n || words_is_key(typed))
        return typed;
    cli->answered = true; /* what is typed means something only by the procedure */
    answer_words(cli);
    return words_key(list, typed);
}

int answer_offset(cli_t *cli, int *minutes) {
    json_t *procedure;
    int rc = words_known() ? EX_OK : cli_query(cli, "procedure", NULL, &procedure);
    if (rc == EX_OK && !words_known())
        words_use(procedure);
    *minutes = words_offset();
    return rc;
}

int answer_show(cli_t *cli, json_t *answer, show_fn_t *text) {
    if (cli->json) {
        json_dumpf(answer, stdout, JSON_INDENT(2) | JSON_PRESERVE_ORDER);
        putchar('\n');
    } else {
        answer_words(cli);
        text(answer);
    }
    json_decref(answer);
    return EX_OK;
}

int answer_query(cli_t *cli, const char *name, json_t *parameters, show_fn_t *text) {
    json_t *answer;
    int rc = cli_query(cli, name, parameters, &answer);
    return rc == EX_OK ? answer_show(cli, answer, text) : rc;
}
