/* SPDX-License-Identifier: Apache-2.0
 *
 * office: those who keep the house in order while the others work: the administrators (people, keys,
 * workstations, daemons come and go, each confirmed by a second one; the time after a jump), who
 * adopts editions of the procedure, who brings in tables, and the managers with their mandates. They
 * write to a department's daemon over the workstation's own wire, as a stranger's client would, and
 * try now and then what must be refused.
 */
#ifndef COUNTERSIGN_TESTS_SIMULATION_OFFICE_H
#define COUNTERSIGN_TESTS_SIMULATION_OFFICE_H

#include "tests/simulation/luck.h"
#include "tests/simulation/model.h"
#include "tests/simulation/works.h"

typedef struct office office_t;

/* `desk`: the node of the quality department's daemon. */
office_t *office_new(const works_t *works, bus_t *bus, model_t *model, int desk, uint64_t seed);
void office_destroy(office_t **self_p);
/* Called at each instant; `clock_jumped`: the coordinator asks for the time. NULL, or what is wrong. */
const char *office_tend(office_t *self, bool clock_jumped);
void office_hurry(office_t *self, int times); /* so many times faster */
void office_settle(office_t *self); /* nothing new, but for the time */
int64_t office_next(const office_t *self);
void office_tell(office_t *self, void (*say)(void *arg, const char *line), void *arg);

#endif
