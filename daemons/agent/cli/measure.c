/* SPDX-License-Identifier: Apache-2.0
 *
 * measure: what is to be done, by whom and until when, as it is typed: "TEXT;OWNER;DUE[;TYPE]". The
 * text may hold semicolons: it is read from its end.
 */
#include <stdio.h>
#include <sysexits.h>

#include "common/base/moment.h"
#include "common/base/text.h"
#include "daemons/agent/cli/case.h"
#include "daemons/agent/cli/lookup.h"
#include "daemons/agent/cli/typed.h"

/* Takes what stands behind the last semicolon off *rest; false where there is none. */
static bool take_last(text_t *rest, text_t *last) {
    for (size_t i = rest->n; i-- > 0;)
        if (rest->p[i] == ';') {
            *last = text_trim((text_t){rest->p + i + 1, rest->n - i - 1});
            rest->n = i;
            return true;
        }
    return false;
}

int measure_read(cli_t *cli, const char *typed, struct measure *out) {
    text_t rest = text_of(typed), last = {NULL, 0}, owner = {NULL, 0};
    int type = 0;
    *out = (struct measure){.type = action_type_unset};
    bool whole = take_last(&rest, &last);
    if (whole && typed_word(&action_type_table, last, &type))
        whole = take_last(&rest, &last);
    if (!whole || !day_parse(last, &out->due) || !take_last(&rest, &owner) || !rest.n)
        return cli_fail(EX_USAGE, "%s",
                        _("a measure is \"TEXT;OWNER;2026-12-31\", with its type behind it where it "
                          "is known: containment, correction, corrective, read-across, "
                          "improvement"));
    out->type = (enum action_type) type;
    out->text = rest;
    return lookup_entry(cli, "people", owner, &out->owner, NULL);
}
