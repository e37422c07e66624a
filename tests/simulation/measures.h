/* SPDX-License-Identifier: Apache-2.0
 *
 * measures: the model's view of actions, of orders and feedback alike: reported by who owns them,
 * found to have had their effect by somebody else, and only then closed (ISO 9001 10.2.1, QP21-1).
 */
#ifndef COUNTERSIGN_TESTS_SIMULATION_MEASURES_H
#define COUNTERSIGN_TESTS_SIMULATION_MEASURES_H

#include "tests/simulation/staff.h"

typedef struct measures measures_t;

measures_t *measures_new(void);
void measures_destroy(measures_t **self_p);
/* The next event; NULL, or what it breaks. */
const char *measures_take(measures_t *self, const taken_t *event);
size_t measures_open(const measures_t *self, const uint8_t object[16]);
size_t measures_verified(const measures_t *self); /* of all cases */

#endif
