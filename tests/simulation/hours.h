/* SPDX-License-Identifier: Apache-2.0
 *
 * hours: the model's view of deadlines, counted minute by minute: each is near at most once and then
 * missed at most once, not before its time, at an end that the procedure's hours and the calendar
 * give; and what was missed before something else was said is on the record before it.
 */
#ifndef COUNTERSIGN_TESTS_SIMULATION_HOURS_H
#define COUNTERSIGN_TESTS_SIMULATION_HOURS_H

#include "tests/simulation/staff.h"

typedef struct hours hours_t;

hours_t *hours_new(void);
void hours_destroy(hours_t **self_p);
/* The next event; NULL, or what it breaks. */
const char *hours_take(hours_t *self, const taken_t *event);
size_t hours_missed(const hours_t *self); /* deadlines said to be missed */

#endif
