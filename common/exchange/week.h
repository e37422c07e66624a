/* SPDX-License-Identifier: Apache-2.0
 *
 * week: days and weeks as planners write them: "2026-11-23", "2026-W48" (ISO 8601), or "W3", the
 * third week from a given Monday, so that a plan can be written before its start is known.
 */
#ifndef COUNTERSIGN_EXCHANGE_WEEK_H
#define COUNTERSIGN_EXCHANGE_WEEK_H

#include "common/base/types.h"

#define NO_START 0 /* no start given: "W3" is refused */

/* The Monday of a week. `start` is the Monday of W1 or NO_START. A date must itself be a Monday. */
bool week_parse(text_t text, day_t start, day_t *monday);
/* A day on which something is due: a date, or the Friday of the week. */
bool due_parse(text_t text, day_t start, day_t *day);
extern const char week_forms[]; /* for messages */

#endif
