/* SPDX-License-Identifier: Apache-2.0
 *
 * list: the registers of orders, of complaints and of all feedback, a line a case.
 */
#include <stdio.h>
#include <sysexits.h>

#include "common/domain/feedback.h"
#include "common/domain/order.h"
#include "common/exchange/json.h"
#include "common/screen/show.h"
#include "common/screen/words.h"
#include "daemons/agent/cli/answer.h"
#include "daemons/agent/cli/case.h"
#include "daemons/agent/cli/typed.h"

/* The states that a case may be in, "new" being none that anybody sees. */
static const char *state_name(bool orders, int i) {
    return orders ? i > ORDER_DECLINED ? NULL : order_state_name((order_state_t) i)
           : i > FEEDBACK_CLOSED ? NULL
                                 : feedback_state_name((feedback_state_t) i);
}

/* The state as the record names it; with hyphens and in the reader's language, too. */
static int name_state(json_t *parameters, bool orders) {
    char hyphens[TYPED_WORD];
    buffer_t known = {0};
    const char *name;
    text_t typed = json_text(json_object_get(parameters, "state"));
    bool found = typed.n == 0;
    for (int i = ORDER_NEW + 1; !found && (name = state_name(orders, i)) != NULL; i++) {
        found = text_is(typed, name) || text_is(typed, typed_hyphens(name, hyphens)) ||
                text_is(typed, language_word("state", name));
        if (found)
            json_put(parameters, "state", json_string(name));
        typed_put_known(&known, "state", name);
    }
    int rc = found ? EX_OK
                   : cli_fail(EX_USAGE, _("%s: one of: %s"), "--state", buffer_cstr(&known));
    buffer_free(&known);
    return rc;
}

static int name_kind(json_t *parameters) {
    int kind;
    text_t typed = json_text(json_object_get(parameters, "kind"));
    if (!typed.n)
        return EX_OK;
    if (!typed_word(&feedback_kind_table, typed, &kind))
        return typed_refuse("--kind", &feedback_kind_table);
    json_put(parameters, "kind", json_of_enum(&feedback_kind_table, kind));
    return EX_OK;
}

static void name_class(cli_t *cli, json_t *parameters) {
    text_t typed = json_text(json_object_get(parameters, "class"));
    if (typed.n)
        json_put(parameters, "class", json_of_text(answer_key(cli, "classes", typed)));
}

int case_run_list(cli_t *cli, int argc, char **argv) {
    static const char *const names[] = {"state", "class",  "customer", "after",
                                        "limit", "kind", NULL};
    bool orders = case_noun(cli, "order"), feedback = case_noun(cli, "feedback");
    json_t *parameters = option_object(&argc, argv, names);
    int rc = argc || (!feedback && json_object_get(parameters, "kind")) ? cli_usage(cli)
                                                                         : name_kind(parameters);
    if (rc == EX_OK)
        rc = name_state(parameters, orders);
    if (rc != EX_OK) {
        json_decref(parameters);
        return rc;
    }
    name_class(cli, parameters);
    if (case_noun(cli, "complaint"))
        json_put(parameters, "kind", json_string("complaint"));
    return answer_query(cli, orders ? "order.list" : "feedback.list", parameters,
                      orders ? show_orders : show_feedback_list);
}
