/* SPDX-License-Identifier: Apache-2.0
 *
 * workweek: see workweek.h.
 */
#include "common/domain/assess/workweek.h"

#include "common/base/moment.h"

#define WORKING_DAYS 5

day_t friday_of(day_t monday) {
    return monday + WORKING_DAYS - 1;
}

day_t due_week(day_t wanted) {
    day_t monday = day_week(wanted);
    return wanted < friday_of(monday) ? monday - WEEK : monday;
}

day_t working_day(day_t today, int64_t n) {
    day_t monday = day_week(today);
    int64_t over = today - monday; /* working days of this week that are over */
    if (over >= WORKING_DAYS) {
        monday += WEEK;
        over = 0;
    }
    int64_t last = over + n - 1;
    return monday + last / WORKING_DAYS * WEEK + last % WORKING_DAYS;
}
