/* SPDX-License-Identifier: Apache-2.0
 *
 * calendar: see the header.
 */
#include "common/domain/calendar.h"

#include "common/base/moment.h"

#define DAY_MINUTES 1440
#define LOOK_DAYS 3660
#define SHIFTS_MAX 64  /* the catalogue's bound */
#define SHARED_FROM 22 /* of December: named by the next year's arrangement, if at all */

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

/* ---- days ---- */

bool calendar_reaches(int64_t year, day_t day) {
    return year == 0 || (year > 0 && year < 9999 && day >= day_from_civil((int) year - 1, 12, 1) &&
                         day <= day_from_civil((int) year + 1, 1, 31));
}

/* The first row of that day or a later one. */
static size_t first_from(const calendar_t *self, day_t day) {
    size_t low = 0, high = self->n;
    while (low < high) {
        size_t middle = low + (high - low) / 2;
        if (self->days[middle].day < day)
            low = middle + 1;
        else
            high = middle;
    }
    return low;
}

bool calendar_covers(const calendar_t *self, int year) {
    for (size_t i = first_from(self, day_from_civil(year - 1, 12, 1));
         i < self->n && calendar_reaches(year, self->days[i].day); i++)
        if (self->days[i].year == year)
            return true;
    return false;
}

int calendar_missing(const calendar_t *self, day_t day) {
    int year;
    unsigned month, of_month;
    day_to_civil(day, &year, &month, &of_month);
    if (!calendar_covers(self, year))
        return year;
    bool shared = month == 12 && of_month >= SHARED_FROM;
    return shared && !calendar_covers(self, year + 1) ? year + 1 : 0;
}

const struct calendar_row *calendar_day(const calendar_t *self, day_t day) {
    const struct calendar_row *found = NULL;
    for (size_t i = first_from(self, day); i < self->n && self->days[i].day == day; i++) {
        const struct calendar_row *row = &self->days[i];
        if (row->year == 0)
            return row;
        if (!found || row->year > found->year)
            found = row;
    }
    return found;
}

/* ---- hours ---- */

/* The procedure's shifts, read once: a bit a weekday, minutes of the day. */
typedef struct hours {
    struct span {
        unsigned days;
        int64_t begin, end;
    } at[SHIFTS_MAX];
    size_t n;
    unsigned days; /* on which anybody works */
} hours_t;

static void hours_read(hours_t *self, const struct procedure *procedure) {
    self->n = 0;
    self->days = 0;
    for (size_t i = 0; i < procedure->working.n && self->n < SHIFTS_MAX; i++) {
        const struct shift *shift = &procedure->working.at[i];
        struct span *span = &self->at[self->n];
        if (!clock_minutes(shift->from, &span->begin) || !clock_minutes(shift->to, &span->end) ||
            span->begin >= span->end)
            continue;
        span->days = 0;
        for (size_t k = 0; k < shift->days.n; k++)
            if (shift->days.at[k] >= WEEKDAY_MONDAY && shift->days.at[k] <= WEEKDAY_SUNDAY)
                span->days |= 1u << shift->days.at[k];
        self->days |= span->days;
        self->n++;
    }
}

/* The weekday whose shifts are worked on that day, as a bit. */
static unsigned pattern(const hours_t *self, day_t day) {
    unsigned own = self->days & 1u << day_weekday(day);
    return own ? own : self->days & -self->days;
}

/* What is worked of those shifts from minute `from` of the day on, up to the first end; false:
   nothing more. */
static bool next_span(const hours_t *self, unsigned weekday, int64_t from, int64_t *begin,
                      int64_t *end) {
    int64_t first = INT64_MAX;
    for (size_t i = 0; i < self->n; i++) {
        const struct span *span = &self->at[i];
        int64_t a = span->begin < from ? from : span->begin;
        if (!(span->days & weekday) || a >= span->end || a >= first)
            continue;
        first = *begin = a;
        *end = span->end;
    }
    return first != INT64_MAX;
}

static day_kind_t kind_of(const calendar_t *calendar, const hours_t *hours, day_t day) {
    const struct calendar_row *row = calendar_day(calendar, day);
    if (row)
        return row->off ? DAY_OFF : DAY_WORKING;
    if (calendar_missing(calendar, day))
        return DAY_UNKNOWN;
    return hours->days & 1u << day_weekday(day) ? DAY_WORKING : DAY_OFF;
}

day_kind_t day_kind(const working_time_t *self, day_t day) {
    hours_t hours;
    hours_read(&hours, self->procedure);
    return kind_of(&self->calendar, &hours, day);
}

int64_t working_minutes(const working_time_t *self, day_t day) {
    hours_t hours;
    hours_read(&hours, self->procedure);
    int64_t sum = 0, begin = 0, end = 0;
    while (next_span(&hours, pattern(&hours, day), end, &begin, &end))
        sum += end - begin;
    return sum;
}

/* Takes what is worked from `from` on, of the day that began at `midnight`, off *left; true: that
   was enough, at *out. */
static bool spend(const hours_t *hours, unsigned weekday, moment_t midnight, moment_t from,
                  int64_t *left, moment_t *out) {
    int64_t begin = 0, end = 0;
    while (next_span(hours, weekday, end, &begin, &end)) {
        moment_t a = midnight + begin * MINUTE_MS, b = midnight + end * MINUTE_MS;
        a = a < from ? from : a;
        if (a >= b)
            continue;
        if (*left <= b - a) {
            *out = a + *left;
            return true;
        }
        *left -= b - a;
    }
    return false;
}

calendar_result_t working_add(const working_time_t *self, moment_t from, int64_t minutes,
                              moment_t *out, int *unknown) {
    hours_t hours;
    hours_read(&hours, self->procedure);
    if (!hours.days)
        return CALENDAR_NEVER;
    int offset = (int) self->procedure->offset_minutes;
    int64_t left = minutes > 0 ? minutes * MINUTE_MS : 0;
    day_t first = moment_day(from, offset);
    for (day_t day = first; day < first + LOOK_DAYS; day++) {
        day_kind_t kind = kind_of(&self->calendar, &hours, day);
        if (kind == DAY_UNKNOWN && unknown)
            *unknown = calendar_missing(&self->calendar, day);
        if (kind == DAY_UNKNOWN)
            return CALENDAR_UNKNOWN;
        if (kind == DAY_WORKING && spend(&hours, pattern(&hours, day),
                                         day * DAY_MS - offset * MINUTE_MS, from, &left, out))
            return CALENDAR_OK;
    }
    return CALENDAR_NEVER;
}
