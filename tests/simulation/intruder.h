/* SPDX-License-Identifier: Apache-2.0
 *
 * intruder: somebody at a workstation's wire who has laid hands on keys that are enrolled, daemons'
 * among them, and says with them what must be refused, each thing for its own reason; and now and
 * then what hardly anybody says. What they write is refused for good or kept: they never try again.
 */
#ifndef COUNTERSIGN_TESTS_SIMULATION_INTRUDER_H
#define COUNTERSIGN_TESTS_SIMULATION_INTRUDER_H

#include "tests/simulation/doing.h"

typedef struct intruder intruder_t;

/* Nodes that they can reach: of the quality department its daemon and its workstation's. */
typedef struct intruder_ways {
    int coordinator, desk, agent;
    bool store_spoilt; /* the ledger is lost in this case: going on without the archive forks */
} intruder_ways_t;

/* `drawer`: the orders that there are. */
intruder_t *intruder_new(const works_t *works, bus_t *bus, drawer_t *drawer,
                         const intruder_ways_t *ways, uint64_t seed);
void intruder_destroy(intruder_t **self_p);
void intruder_tend(intruder_t *self);
void intruder_settle(intruder_t *self);
void intruder_hurry(intruder_t *self, int times); /* so many times faster */
int64_t intruder_next(const intruder_t *self);
void intruder_tell(intruder_t *self, void (*say)(void *arg, const char *line), void *arg);

#endif
