/* SPDX-License-Identifier: Apache-2.0
 *
 * doing_feedback: what somebody does with a complaint, another word of a customer's or an action
 * that waits for them; what they do of their own accord; and what nobody should do.
 */
#ifndef COUNTERSIGN_TESTS_SIMULATION_DOING_FEEDBACK_H
#define COUNTERSIGN_TESTS_SIMULATION_DOING_FEEDBACK_H

#include "tests/simulation/doing.h"

/* Somebody takes down what a customer says. False: nobody would, or there is no more room. */
bool feedback_takes_down(const works_person_t *who);
bool feedback_register(drawer_t *drawer, const works_person_t *who, luck_t *luck, moment_t now,
                       doing_t *out);
/* A step that the screen offers: of feedback, or on any case's action. `item`: the case. */
bool feedback_choose(drawer_t *drawer, const works_person_t *who, luck_t *luck, const json_t *item,
                     const json_t *step, doing_t *out);
/* What no screen asks for, and their role lets them do, or does not. */
bool feedback_unasked(drawer_t *drawer, const works_person_t *who, luck_t *luck, doing_t *out);
/* All steps at once, in whatever state it is, over `wire` to the department's daemon. What was
   tried; NULL: there is nothing to try it on. */
const char *feedback_mischief(drawer_t *drawer, bus_t *bus, const works_person_t *who,
                              luck_t *luck, int wire);

#endif
