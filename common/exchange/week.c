/* SPDX-License-Identifier: Apache-2.0
 *
 * week: see week.h.
 */
#include "common/exchange/week.h"

#include "common/base/moment.h"
#include "common/base/text.h"

const char week_forms[] =
    "a day 2026-11-23, a week 2026-W48, or W1, W2, ... counted from a start that is given";

static bool iso_week(text_t text, day_t *monday) {
    int64_t year, week;
    if (text.n != 8 || text.p[4] != '-' || text.p[5] != 'W' ||
        !int_parse((text_t){text.p, 4}, 1970, 9999, &year) ||
        !int_parse((text_t){text.p + 6, 2}, 1, 53, &week))
        return false;
    /* ISO 8601: week 1 is the one with 4 January in it */
    *monday = day_week(day_from_civil((int) year, 1, 4)) + (week - 1) * 7;
    int its_year;
    unsigned month, day;
    day_to_civil(*monday + 3, &its_year, &month, &day); /* the year of its Thursday */
    return its_year == year;
}

static bool counted_week(text_t text, day_t start, day_t *monday) {
    int64_t week;
    if (start == NO_START || text.n < 2 || text.n > 4 || (text.p[0] != 'W' && text.p[0] != 'w') ||
        !int_parse((text_t){text.p + 1, text.n - 1}, 1, 520, &week))
        return false;
    *monday = start + (week - 1) * 7;
    return true;
}

bool week_parse(text_t text, day_t start, day_t *monday) {
    if (counted_week(text, start, monday) || iso_week(text, monday))
        return true;
    return day_parse(text, monday) && day_weekday(*monday) == 1;
}

bool due_parse(text_t text, day_t start, day_t *day) {
    if (day_parse(text, day))
        return true;
    if (!counted_week(text, start, day) && !iso_week(text, day))
        return false;
    *day += 4;
    return true;
}
