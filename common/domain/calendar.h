/* SPDX-License-Identifier: Apache-2.0
 *
 * calendar: working time, computed from arguments alone: the procedure's shifts by weekday, and the
 * days of an adopted calendar that are not what their weekday says: public holidays with their
 * make-up workdays (调休; the State Council's yearly arrangement) and the company's own days. What a
 * year will bring that is not published yet is not guessed: it is said (CALENDAR_UNKNOWN).
 */
#ifndef COUNTERSIGN_DOMAIN_CALENDAR_H
#define COUNTERSIGN_DOMAIN_CALENDAR_H

#include "common/domain/context.h"

/* A shift's bounds in minutes of its local day: "08:00" is 480, "24:00" is 1440. false: no such
   time of day. */
bool clock_minutes(text_t text, int64_t *minutes);

typedef enum day_kind {
    DAY_OFF,
    DAY_WORKING,
    DAY_UNKNOWN  /* its year's arrangement has not been published, or not imported */
} day_kind_t;

typedef struct working_time {
    const struct procedure *procedure; /* shifts, offset from UTC */
    calendar_t calendar;
} working_time_t;

/* An arrangement names days of its own year and, around New Year, of the months beside it. Year 0,
   the company's own days, names any. */
bool calendar_reaches(int64_t year, day_t day);
/* Has the calendar the arrangement of this year? */
bool calendar_covers(const calendar_t *self, int year);
/* The year whose arrangement is not there though it may name that day; 0: all is there. The days
   from 22 December on are settled by the next year's, too: it has made some of them make-up
   workdays (2018-12-29) or holidays (2007-12-30), and is published before them. */
int calendar_missing(const calendar_t *self, day_t day);
/* What holds on that day: the company's own row before an arrangement's, the later arrangement
   before the earlier. NULL: it is what its weekday says. */
const struct calendar_row *calendar_day(const calendar_t *self, day_t day);
/* A day that has a row is known, whatever its year. */
day_kind_t day_kind(const working_time_t *self, day_t day);
/* Minutes of working time in a day that has DAY_WORKING. A make-up workday is worked as that weekday
   is, or, where it is none of the company's workdays, as the first of them in the week. Shifts that
   overlap count once. */
int64_t working_minutes(const working_time_t *self, day_t day);

typedef enum calendar_result {
    CALENDAR_OK,
    CALENDAR_UNKNOWN, /* it runs into a year that is not published: *unknown */
    CALENDAR_NEVER    /* no shift at all, or too few within ten years */
} calendar_result_t;

/* The moment at which `minutes` of working time have passed since `from`: the end of a shift rather
   than the beginning of the next. 0 minutes or less: the first moment of working time at or after
   it. `unknown` may be NULL: the year that is missing. */
calendar_result_t working_add(const working_time_t *self, moment_t from, int64_t minutes,
                              moment_t *out, int *unknown);

#endif
