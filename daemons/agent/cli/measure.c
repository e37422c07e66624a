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

/* Bytes of the semicolon that begins at p, of `n` bytes that are there; 0: none does. */
static size_t semicolon(const char *p, size_t n) {
    static const char wide[] = "；";
    size_t length = sizeof wide - 1;
    return p[0] == ';' ? 1 : n >= length && memcmp(p, wide, length) == 0 ? length : 0;
}

/* Takes what stands behind the last semicolon off *rest; false where there is none. */
static bool take_last(text_t *rest, text_t *last) {
    for (size_t i = rest->n; i-- > 0;) {
        size_t length = semicolon(rest->p + i, rest->n - i);
        if (!length)
            continue;
        *last = text_trim((text_t){rest->p + i + length, rest->n - i - length});
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
