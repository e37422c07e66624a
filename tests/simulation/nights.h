/* SPDX-License-Identifier: Apache-2.0
 *
 * nights: hours in which nobody does anything and every machine sleeps, so that deadlines come near
 * and are missed; and colleagues who remind those for whom a case waits (催办).
 */
#ifndef COUNTERSIGN_TESTS_SIMULATION_NIGHTS_H
#define COUNTERSIGN_TESTS_SIMULATION_NIGHTS_H

#include "tests/simulation/doing.h"
#include "tests/simulation/model.h"

typedef struct nights nights_t;

/* `n` nights within `span` ms from now. `desk`: the node of the quality department's daemon. */
nights_t *nights_new(const works_t *works, bus_t *bus, model_t *model, drawer_t *drawer, int desk,
                     uint64_t seed, int n, int64_t span);
void nights_destroy(nights_t **self_p);
/* Called at each instant; `elapsed`: ms since the case began, nights left out. Returns for how many ms
   all sleep now; 0: nobody does. *wrong is set where something is. */
int64_t nights_tend(nights_t *self, int64_t elapsed, const char **wrong);
void nights_settle(nights_t *self); /* nobody begins anything any more */
int64_t nights_next(const nights_t *self, int64_t elapsed); /* boot ms */
void nights_tell(nights_t *self, void (*say)(void *arg, const char *line), void *arg);

#endif
