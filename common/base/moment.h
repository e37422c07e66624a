/* SPDX-License-Identifier: Apache-2.0
 *
 * moment: instants and days, computed from arguments alone (proleptic Gregorian, RFC 3339). Asking
 * the clock is common/daemon's business.
 */
#ifndef COUNTERSIGN_BASE_MOMENT_H
#define COUNTERSIGN_BASE_MOMENT_H

#include "common/base/types.h"

#define MINUTE_MS INT64_C(60000)
#define HOUR_MS (60 * MINUTE_MS)
#define DAY_MS (24 * HOUR_MS)

bool day_parse(text_t text, day_t *out);                 /* "2026-11-23" */
char *day_print(day_t day, char out[16]);
day_t day_from_civil(int year, unsigned month, unsigned day);
void day_to_civil(day_t day, int *year, unsigned *month, unsigned *day_of_month);
unsigned day_weekday(day_t day);                         /* ISO: Monday 1 .. Sunday 7 */
day_t day_week(day_t day);                               /* the Monday of its ISO week */
/* "2026-11-23T08:00:00.000Z" or with +08:00; ms optional, else three digits */
bool moment_parse(text_t text, moment_t *out);
/* "2026-11-23 08:00" or "2026-11-23", its midnight, of a clock `offset_minutes` east of UTC */
bool moment_parse_local(text_t text, int offset_minutes, moment_t *out);
char *moment_print(moment_t moment, char out[32]);       /* UTC with ms and Z */
/* Local day of an instant at a fixed offset from UTC (minutes east; China: 480). */
day_t moment_day(moment_t moment, int offset_minutes);

#endif
