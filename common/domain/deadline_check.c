/* SPDX-License-Identifier: Apache-2.0
 *
 * deadline_check: whether the deadlines of an edition can be kept and told of at all.
 */
#include <stdio.h>

#include "common/base/language.h"
#include "common/domain/deadline.h"

static int wrong(problem_t *problem, size_t i, const char *field, text_t value, const char *what) {
    char path[96];
    snprintf(path, sizeof path, "deadlines[%zu].%s", i, field);
    return problem_set(problem, REASON_PROCEDURE_INVALID, path, "%.*s %s", (int) value.n,
                       value.n ? value.p : "", _(what));
}

/* Before its class is known an order is of none: what it waits for then has one deadline for all. */
static bool before_class(enum stage stage) { return stage == STAGE_CONFIRM; }

static int check_row(const struct procedure *p, size_t i, problem_t *problem) {
    const struct deadline *d = &p->deadlines.at[i];
    text_t none = {NULL, 0};
    for (size_t k = 0; k < d->classes.n; k++)
        if (!procedure_any_class(p, d->classes.at[k]))
            return wrong(problem, i, "classes", d->classes.at[k], "is no class of this procedure");
    if (d->classes.n && before_class(d->stage))
        return wrong(problem, i, "classes", d->classes.at[0],
                     "cannot be told apart before the class is known: leave classes out");
    if (d->escalate.n && !procedure_role(p, d->escalate))
        return wrong(problem, i, "escalate", d->escalate, "is no role of this procedure");
    if (d->stage != STAGE_ACTION && d->hours == 0)
        return wrong(problem, i, "hours", none, "at least one hour");
    if (d->stage != STAGE_ACTION && d->near >= d->hours)
        return wrong(problem, i, "near", none, "must be fewer hours than the deadline has");
    if (d->stage != STAGE_ACTION && !d->clock && p->working.n == 0)
        return wrong(problem, i, "hours", none, "working hours need the list \"working\"");
    return 0;
}

int deadline_check(const struct procedure *p, problem_t *problem) {
    for (size_t i = 0; i < p->deadlines.n; i++)
        if (check_row(p, i, problem))
            return -1;
    return 0;
}
