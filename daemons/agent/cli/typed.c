/* SPDX-License-Identifier: Apache-2.0
 *
 * typed: see typed.h.
 */
#include "daemons/agent/cli/answer.h"
#include "daemons/agent/cli/typed.h"

#include <czmq.h>
#include <stdio.h>
#include <sysexits.h>

#include "common/base/moment.h"
#include "common/base/text.h"
#include "common/event/catalogue.h"
#include "common/screen/words.h"

/* What is said shorter, or in Chinese whatever the environment says. */
static const struct {
    const enum_table_t *table;
    const char *typed;
    int value;
} aliases[] = {{&verdict_table, "conditions", VERDICT_CONDITIONS},
               {&verdict_table, "partly", VERDICT_PARTLY},
               {&verdict_table, "同意", VERDICT_ACCEPT},
               {&verdict_table, "有条件同意", VERDICT_CONDITIONS},
               {&verdict_table, "不同意", VERDICT_REJECT},
               {&verdict_table, "属我方", VERDICT_OURS},
               {&verdict_table, "部分属我方", VERDICT_PARTLY},
               {&verdict_table, "非我方", VERDICT_NOT_OURS},
               {&outcome_table, "negotiate", OUTCOME_NEGOTIATE},
               {&outcome_table, "partly", OUTCOME_PARTLY},
               {&outcome_table, "能履行", OUTCOME_ABLE},
               {&outcome_table, "待协商", OUTCOME_NEGOTIATE},
               {&outcome_table, "不能履行", OUTCOME_NOT_ABLE},
               {&outcome_table, "属我方", OUTCOME_OURS},
               {&outcome_table, "部分属我方", OUTCOME_PARTLY},
               {&outcome_table, "非我方", OUTCOME_NOT_OURS},
               {&outcome_table, "采纳", OUTCOME_ADOPTED},
               {&outcome_table, "不采纳", OUTCOME_NOT_ADOPTED}};

const char *typed_hyphens(const char *word, char out[TYPED_WORD]) {
    snprintf(out, TYPED_WORD, "%s", word);
    for (char *p = out; *p; p++)
        *p = *p == ' ' ? '-' : *p;
    return out;
}

bool typed_word(const enum_table_t *table, text_t typed, int *value) {
    char hyphens[TYPED_WORD];
    for (size_t i = 0; typed.n && i < table->n; i++) {
        const char *name = table->values[i].name;
        if (!text_is(typed, name) && !text_is(typed, typed_hyphens(name, hyphens)) &&
            !text_is(typed, language_word(table->name, name)))
            continue;
        *value = table->values[i].value;
        return true;
    }
    for (size_t i = 0; i < sizeof aliases / sizeof *aliases; i++)
        if (aliases[i].table == table && text_is(typed, aliases[i].typed)) {
            *value = aliases[i].value;
            return true;
        }
    return false;
}

void typed_put_known(buffer_t *known, const char *context, const char *word) {
    buffer_text(known, known->n ? _(", ") : "");
    buffer_text(known, language_word(context, word));
}

int typed_refuse(const char *option, const enum_table_t *table) {
    buffer_t known = {0};
    for (size_t i = 0; i < table->n; i++)
        typed_put_known(&known, table->name, table->values[i].name);
    int rc = cli_fail(EX_USAGE, _("%s: one of: %s"), option, buffer_cstr(&known));
    buffer_free(&known);
    return rc;
}

int typed_option(int *argc, char **argv, const char *option, const enum_table_t *table, bool needed,
                 int *value) {
    text_t typed = option_text(argc, argv, option);
    *value = 0;
    if ((!typed.n && !needed) || typed_word(table, typed, value))
        return EX_OK;
    return typed_refuse(option, table);
}

int typed_time(cli_t *cli, const char *option, text_t typed, moment_t *out) {
    int minutes;
    *out = zclock_time();
    if (!typed.n || moment_parse(typed, out))
        return EX_OK;
    if (!moment_parse_local(typed, 0, out)) /* before anybody is asked */
        return cli_fail(EX_USAGE,
                        _("%s: a time such as \"2026-11-23 08:00\", 2026-11-23 or "
                          "2026-11-23T08:00:00+08:00"),
                        option);
    int rc = answer_offset(cli, &minutes);
    if (rc == EX_OK)
        moment_parse_local(typed, minutes, out);
    return rc;
}

int typed_moment(cli_t *cli, int *argc, char **argv, const char *option, moment_t *out) {
    return typed_time(cli, option, option_text(argc, argv, option), out);
}

int typed_day(int *argc, char **argv, const char *option, day_t *out) {
    text_t typed = option_text(argc, argv, option);
    *out = 0;
    if (typed.n && !day_parse(typed, out))
        return cli_fail(EX_USAGE, _("%s: a day such as 2026-12-31"), option);
    return EX_OK;
}
