/* SPDX-License-Identifier: Apache-2.0
 *
 * people: the company's staff in a simulation, each at a workstation, with a temper of their own:
 * eager ones answer within seconds, absent ones within minutes, hasty ones act on old screens and
 * press twice, malicious ones try what is not theirs. They see what a screen would show them, act
 * on it through their agent, and remember what they were promised.
 */
#ifndef COUNTERSIGN_TESTS_SIMULATION_PEOPLE_H
#define COUNTERSIGN_TESTS_SIMULATION_PEOPLE_H

#include "tests/simulation/doing.h"
#include "tests/simulation/luck.h"
#include "tests/simulation/model.h"
#include "tests/simulation/works.h"

typedef struct people people_t;

typedef enum temper { EAGER, ABSENT, HASTY, MALICIOUS, TEMPERS } temper_t;
extern const char *const temper_names[TEMPERS];

/* `agents[department]` and `desks[department]` are nodes of the bus. */
people_t *people_new(const works_t *works, bus_t *bus, model_t *model, const int *agents,
                     const int *desks, uint64_t seed, int orders);
void people_destroy(people_t **self_p);
/* So many complaints and other words of customers come in. */
void people_hear(people_t *self, int feedback);
/* Everybody looks at what came, and acts if it is time; called at each instant. NULL, or what
   somebody saw that must not be. */
const char *people_tend(people_t *self);
/* On a quiet day everybody is at work and means well. */
void people_all_eager(people_t *self);
/* From now on nobody begins anything new; what is under way is brought to its end. */
void people_settle(people_t *self);
/* From now on they only read what comes. */
void people_rest(people_t *self);
int64_t people_next(const people_t *self); /* when somebody looks again */
drawer_t *people_drawer(people_t *self); /* the orders that they registered */
bool people_registered_all(const people_t *self);
/* A line of the story of this case, in words; `say` NULL: nothing is told. */
void people_tell(people_t *self, void (*say)(void *arg, const char *line), void *arg);

#endif
