/* SPDX-License-Identifier: Apache-2.0
 *
 * crash: one quiet day of the company, and a power cut at each of its writes and syncs, with each
 * thing that a disk may do with what was not synced.
 *
 * Two cuts within one step of a machine are the same case as soon as its disk does not tell them
 * apart: what the step was about to send is lost, everybody else is as they were, and while the
 * machine is off nobody sees its disk. So a copy of the process (fork) plays the step, notes the
 * disks that cuts would leave, each once, and goes on until the machine is due to start. With each
 * of these disks its daemon then starts, and only what comes back with other stores than after
 * another cut of the step is played on to the check of the stores, in a copy of its own. Stores are
 * what SQLite recovers in each database: a daemon that has started sees nothing else of the disk.
 *
 * What is erased must stand nowhere, though, unused pages and the tail of a WAL among it, of which
 * the stores say nothing: where a step touched contents that can be erased, each other disk is
 * played on.
 */
#ifndef COUNTERSIGN_TESTS_SIMULATION_CRASH_H
#define COUNTERSIGN_TESTS_SIMULATION_CRASH_H

#include "tests/simulation/model.h"
#include "tests/simulation/works.h"

/* calls: writes and syncs of the day; tried: cuts; found: those that came back with the stores of
   another; same: cuts not tried, as they leave the disk of another */
typedef struct crash_counts {
    uint64_t calls, tried, found, same, failed, commands;
    model_counts_t day;
} crash_counts_t;

typedef struct crash_plan {
    uint64_t seed;
    int orders, feedback;
    /* every `every`-th call is a crash point, from the `first`-th, within `count` calls (0: all) */
    uint64_t every, first, count;
    /* of all machines; else of one of each kind: coordinator, archiver, a department, a
       workstation */
    bool all;
    bool whole; /* each cut is played to its end, unless it leaves the disk of another */
    int jobs;   /* copies at a time */
} crash_plan_t;

/* Failures are printed. */
crash_counts_t crash_points(const works_t *works, const crash_plan_t *plan);

#endif
