/* SPDX-License-Identifier: Apache-2.0
 *
 * procedure_time: see procedure_time.h. A shift over midnight is written as two, so that each
 * belongs to one day of the calendar.
 */
#include "common/domain/procedure_time.h"

#include <stdio.h>

#include "common/base/language.h"
#include "common/domain/calendar.h"

static int wrong(problem_t *problem, const char *field, text_t value, const char *what) {
    return problem_set(problem, REASON_PROCEDURE_INVALID, field, "%.*s %s", (int) value.n,
                       value.n ? value.p : "", _(what));
}

static int check_clock(problem_t *problem, const char *field, text_t text, int64_t *minutes) {
    return clock_minutes(text, minutes)
               ? 0
               : wrong(problem, field, text, "is no time of day: write \"08:00\"");
}

static int check_shift(const struct procedure *p, size_t i, problem_t *problem) {
    const struct shift *shift = &p->working.at[i];
    char from[40], to[40], days[40];
    int64_t begin, end;
    snprintf(from, sizeof from, "working[%zu].from", i);
    snprintf(to, sizeof to, "working[%zu].to", i);
    snprintf(days, sizeof days, "working[%zu].days", i);
    for (size_t k = 0; k < shift->days.n; k++)
        if (!enum_name(&weekday_table, (int) shift->days.at[k]))
            return wrong(problem, days, (text_t){NULL, 0}, "an unknown day of the week");
    if (check_clock(problem, from, shift->from, &begin) ||
        check_clock(problem, to, shift->to, &end))
        return -1;
    return begin < end ? 0
                       : wrong(problem, from, shift->from,
                               "is not before its end: write a shift over midnight as two");
}

static int check_quiet(const struct procedure *p, problem_t *problem) {
    int64_t from, to;
    if (p->quiet_from.n == 0 && p->quiet_to.n == 0)
        return 0;
    if (p->quiet_from.n == 0 || p->quiet_to.n == 0)
        return wrong(problem, p->quiet_to.n ? "quiet_from" : "quiet_to", (text_t){NULL, 0},
                     "is missing: give both quiet_from and quiet_to, or neither");
    if (check_clock(problem, "quiet_from", p->quiet_from, &from) ||
        check_clock(problem, "quiet_to", p->quiet_to, &to))
        return -1;
    return from != to ? 0
                      : wrong(problem, "quiet_to", p->quiet_to,
                              "is when the quiet hours begin: leave both out to have none");
}

int procedure_check_time(const struct procedure *p, problem_t *problem) {
    for (size_t i = 0; i < p->working.n; i++)
        if (check_shift(p, i, problem))
            return -1;
    for (size_t i = 0; i < p->customer_told.n; i++)
        if (!enum_name(&milestone_table, (int) p->customer_told.at[i]))
            return wrong(problem, "customer_told", (text_t){NULL, 0}, "an unknown word");
    return check_quiet(p, problem);
}
