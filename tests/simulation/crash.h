/* SPDX-License-Identifier: Apache-2.0
 *
 * crash: one quiet day of the company, and a power cut at each of its writes and syncs, with each
 * thing that a disk may do with what was not synced. Every crash point is tried in a copy of the
 * process (fork), which goes on to the check of the stores.
 */
#ifndef COUNTERSIGN_TESTS_SIMULATION_CRASH_H
#define COUNTERSIGN_TESTS_SIMULATION_CRASH_H

#include "tests/simulation/works.h"

/* same: cuts that leave the same disk as one that was tried, with nothing else moved meanwhile:
   the same case, not played again */
typedef struct crash_counts { uint64_t calls, tried, same, failed, commands; } crash_counts_t;

typedef struct crash_plan {
    uint64_t seed;
    int orders, feedback;
    uint64_t every, first; /* every `every`-th call is a crash point, from the `first`-th */
    /* of all machines; else of one of each kind: coordinator, archiver, a department, a
       workstation */
    bool all;
    int jobs;              /* copies at a time */
} crash_plan_t;

/* Failures are printed. */
crash_counts_t crash_points(const works_t *works, const crash_plan_t *plan);

#endif
