/* SPDX-License-Identifier: Apache-2.0
 *
 * registers: the tables as they were left, beside those made anew from the same events.
 */
#include "tests/simulation/registers.h"

#include <stdio.h>

#include "common/base/diag.h"
#include "tests/unit/daemon/register_dump.h"

static void make_anew(chronicle_t *chronicle, buffer_t *out) {
    ledger_t *ledger = chronicle_ledger(chronicle);
    ledger_begin(ledger);
    ledger_put_number(ledger, "register.version", 0);
    if (ledger_commit(ledger) != LEDGER_OK)
        panic("no room to make a register anew");
    case_register_t *cases = register_new(chronicle);
    register_dump(chronicle, out);
    register_destroy(&cases);
}

/* The first line that differs. */
static const char *difference(buffer_t *kept, buffer_t *anew) {
    static char text[400];
    const char *a = buffer_cstr(kept), *b = buffer_cstr(anew);
    size_t line = 0;
    for (size_t i = 0; a[i] && a[i] == b[i]; i++)
        if (a[i] == '\n')
            line = i + 1;
    snprintf(text, sizeof text, "a register says %.150s instead of %.150s", a + line, b + line);
    return text;
}

const char *registers_check(const char *path) {
    problem_t problem = {0};
    buffer_t kept = {0}, anew = {0};
    chronicle_t *chronicle = chronicle_open(path, register_schema, 4096, &problem);
    if (!chronicle)
        panic("%s: %s", path, problem.detail);
    register_dump(chronicle, &kept);
    make_anew(chronicle, &anew);
    bool same = kept.n == anew.n && strcmp(buffer_cstr(&kept), buffer_cstr(&anew)) == 0;
    const char *broken = same ? NULL : difference(&kept, &anew);
    chronicle_close(&chronicle);
    buffer_free(&kept);
    buffer_free(&anew);
    return broken;
}
