/* SPDX-License-Identifier: Apache-2.0
 *
 * standing_in: people who let others act for them, act for others, forward a verdict, and ask one
 * more department; now and then where they should not.
 */
#ifndef COUNTERSIGN_TESTS_SIMULATION_STANDING_IN_H
#define COUNTERSIGN_TESTS_SIMULATION_STANDING_IN_H

#include "tests/simulation/doing.h"

/* Lets somebody act, or ends what they let. False: nothing of the kind now. */
bool standing_in_let(drawer_t *drawer, const works_person_t *who, luck_t *luck, doing_t *out);
/* Cites what the screen says that the step needs; now and then nothing, or another's. */
void standing_in_cite(drawer_t *drawer, const json_t *step, doing_t *out);
/* The command but for what binds it to its case. `department` empty: one's own. */
void standing_in_forward(drawer_t *drawer, const works_person_t *who, luck_t *luck,
                         const char *department, doing_t *out);
void standing_in_add(drawer_t *drawer, const works_person_t *who, luck_t *luck, doing_t *out);

#endif
