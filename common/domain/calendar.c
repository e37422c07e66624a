/* SPDX-License-Identifier: Apache-2.0
 *
 * calendar: see the header.
 */
#include "common/domain/calendar.h"

#include <stdlib.h>

#include "common/base/moment.h"

#define DAY_MINUTES 1440
#define LOOK_DAYS 3660

bool clock_minutes(text_t text, int64_t *minutes) {
    if (text.n != 5 || text.p[2] != ':')
        return false;
    for (size_t i = 0; i < 5; i++)
        if (i != 2 && (text.p[i] < '0' || text.p[i] > '9'))
            return false;
    int64_t hour = (text.p[0] - '0') * 10 + (text.p[1] - '0');
    int64_t minute = (text.p[3] - '0') * 10 + (text.p[4] - '0');
    *minutes = hour * 60 + minute;
    return minute < 60 && *minutes <= DAY_MINUTES;
}

bool calendar_covers(const calendar_t *self, int year) {
    for (size_t i = 0; i < self->n; i++)
        if (self->days[i].year == year)
            return true;
    return false;
}

static int compare_days(const void *key, const void *row) {
    day_t a = *(const day_t *) key, b = ((const struct calendar_row *) row)->day;
    return (a > b) - (a < b);
}

const struct calendar_row *calendar_day(const calendar_t *self, day_t day) {
    return self->n ? bsearch(&day, self->days, self->n, sizeof *self->days, compare_days) : NULL;
}

static bool on(const struct shift *shift, unsigned weekday) {
    for (size_t i = 0; i < shift->days.n; i++)
        if (shift->days.at[i] == (int64_t) weekday)
            return true;
    return false;
}

static bool works_on(const struct procedure *procedure, unsigned weekday) {
    for (size_t i = 0; i < procedure->working.n; i++)
        if (on(&procedure->working.at[i], weekday))
            return true;
    return false;
}

day_kind_t calendar_day_kind(const working_time_t *self, day_t day) {
    int year;
    unsigned month, of_month;
    const struct calendar_row *row = calendar_day(&self->calendar, day);
    if (row)
        return row->off ? DAY_OFF : DAY_WORKING;
    day_to_civil(day, &year, &month, &of_month);
    if (!calendar_covers(&self->calendar, year))
        return DAY_UNKNOWN;
    return works_on(self->procedure, day_weekday(day)) ? DAY_WORKING : DAY_OFF;
}

/* The weekday whose shifts are worked on that day. */
static unsigned pattern(const working_time_t *self, day_t day) {
    unsigned weekday = day_weekday(day);
    return works_on(self->procedure, weekday) ? weekday : WEEKDAY_MONDAY;
}

/* The shift of that pattern that begins first at or after `from` minutes, or in which `from` lies;
   false: there is none. */
static bool next_span(const working_time_t *self, unsigned weekday, int64_t from, int64_t *begin,
                      int64_t *end) {
    bool found = false;
    for (size_t i = 0; i < self->procedure->working.n; i++) {
        const struct shift *shift = &self->procedure->working.at[i];
        int64_t a, b;
        if (!on(shift, weekday) || !clock_minutes(shift->from, &a) || !clock_minutes(shift->to, &b))
            continue;
        a = a < from ? from : a;
        if (a >= b || (found && a >= *begin))
            continue;
        *begin = a;
        *end = b;
        found = true;
    }
    return found;
}

int64_t working_minutes(const working_time_t *self, day_t day) {
    int64_t sum = 0, begin, end = 0;
    while (next_span(self, pattern(self, day), end, &begin, &end))
        sum += end - begin;
    return sum;
}

calendar_result_t working_add(const working_time_t *self, moment_t from, int64_t minutes,
                              moment_t *out, int *unknown) {
    int offset = (int) self->procedure->offset_minutes;
    int64_t left = minutes * MINUTE_MS;
    day_t first = moment_day(from, offset);
    for (day_t day = first; day < first + LOOK_DAYS; day++) {
        unsigned month, of_month;
        int year;
        day_kind_t kind = calendar_day_kind(self, day);
        day_to_civil(day, &year, &month, &of_month);
        if (kind == DAY_UNKNOWN) {
            if (unknown)
                *unknown = year;
            return CALENDAR_UNKNOWN;
        }
        moment_t midnight = day * DAY_MS - offset * MINUTE_MS;
        int64_t begin, end = 0;
        while (kind == DAY_WORKING && next_span(self, pattern(self, day), end, &begin, &end)) {
            moment_t a = midnight + begin * MINUTE_MS, b = midnight + end * MINUTE_MS;
            a = a < from ? from : a;
            if (a >= b)
                continue;
            if (left <= b - a) {
                *out = a + left;
                return CALENDAR_OK;
            }
            left -= b - a;
        }
    }
    return CALENDAR_NEVER;
}
