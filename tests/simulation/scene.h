/* SPDX-License-Identifier: Apache-2.0
 *
 * scene: one case: the real daemons of the whole company in one process, on simulated time, wires
 * and disks, with its people and the faults that the seed drew. The same seed and the same list of
 * faults make the same case, byte for byte.
 */
#ifndef COUNTERSIGN_TESTS_SIMULATION_SCENE_H
#define COUNTERSIGN_TESTS_SIMULATION_SCENE_H

#include "tests/simulation/disk.h"
#include "tests/simulation/faults.h"
#include "tests/simulation/forger.h"
#include "tests/simulation/intruder.h"
#include "tests/simulation/nights.h"
#include "tests/simulation/office.h"
#include "tests/simulation/people.h"
#include "tests/simulation/telling.h"
#include "tests/simulation/witnessing.h"

#define SCENE_NODES (4 + 2 * WORKS_DEPARTMENTS_MAX)
enum { COORDINATOR, ARCHIVER, FIRST_DEPARTMENT };

/* For crash points; what is NULL is not called. */
typedef struct scene_watch {
    void *arg;
    /* after each call into a node's code, before anybody hears of it; true: it died in there */
    bool (*stepped)(void *arg, int node);
    /* one that was down is about to start */
    void (*starting)(void *arg, int node);
} scene_watch_t;

typedef struct scene {
    const works_t *works;
    bus_t *bus;
    model_t *model;
    people_t *people;
    office_t *office;
    intruder_t *intruder; /* NULL: a quiet day */
    nights_t *nights;
    telling_t *telling;
    witnessing_t *witnessing;
    forger_t *forger;
    int64_t slept; /* ms of nights so far */
    uint64_t seed;
    int nodes, departments, notifier, witness, desks[WORKS_DEPARTMENTS_MAX], agents[WORKS_DEPARTMENTS_MAX];
    /* bus time at which a node that is down is started again; 0 = it runs */
    int64_t down_until[SCENE_NODES];
    int refused_starts[SCENE_NODES]; /* one after the other */
    faults_t *faults;
    int64_t begun; /* bus time */
    bool closing; /* daemons end for good */
    bool healed, watched; /* watched: what it goes through is counted (reach) */
    int64_t end_by; /* bus time at which people stop; 0 = when it is time */
    luck_t wire;
    char wrong[500];
    uint64_t starts, deaths, steps;
    void (*say)(void *arg, const char *line);
    void *say_arg;
    scene_watch_t watch;
} scene_t;

scene_t *scene_new(const works_t *works, uint64_t seed, int orders, faults_t *faults);
/* So many complaints and other words of customers come in, beside the orders. */
void scene_hear(scene_t *self, int feedback);
/* So many nights fall within it. */
void scene_sleep(scene_t *self, int nights);
void scene_destroy(scene_t **self_p);
/* Office and intruder do so many times more. */
void scene_hurry(scene_t *self, int times);
void scene_tell(scene_t *self, void (*say)(void *arg, const char *line), void *arg);
/* The whole story, to the check of both stores. NULL: all is well; else what went wrong. */
const char *scene_play(scene_t *self);

/* For faults.c. */
const char *scene_name(const scene_t *self, int node);
void scene_say(scene_t *self, const char *format, ...) __attribute__((format(printf, 2, 3)));
/* Takes a node down: with the power cut (`cut`), by kill -9 (cut = CUTS), and up again after
   `ms`. */
void scene_down(scene_t *self, int node, cut_t cut, int64_t ms);

/* Memory runs out at the n-th allocation of the node that is at work; 0 = never. */
void scene_starve(uint64_t allocations);

#endif
