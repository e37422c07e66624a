/* SPDX-License-Identifier: Apache-2.0
 *
 * workweek: what a week makes is there on its Friday; working days are Monday to Friday. Public
 * holidays are not known here yet.
 */
#ifndef COUNTERSIGN_DOMAIN_WORKWEEK_H
#define COUNTERSIGN_DOMAIN_WORKWEEK_H

#include "common/base/types.h"

#define WEEK 7

day_t friday_of(day_t monday);
/* The Monday of the last week whose Friday is not after the day wanted. */
day_t due_week(day_t wanted);
/* The last of `n` working days, the first of them being today, or Monday on a weekend. n > 0 */
day_t working_day(day_t today, int64_t n);

#endif
