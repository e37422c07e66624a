/* SPDX-License-Identifier: Apache-2.0
 *
 * cuts: the power cuts of one step of a machine, in a copy of the process that was made for them.
 * While the step goes on, the disks are noted that a cut at each call would leave. Once the machine
 * is to start again it does so with each of them; those with which it does not come back as with
 * another are played on, in one more copy each.
 */
#ifndef COUNTERSIGN_TESTS_SIMULATION_CUTS_H
#define COUNTERSIGN_TESTS_SIMULATION_CUTS_H

#include "tests/simulation/disk.h"

#define CUTS_CALLS_MAX 64 /* noted in one copy */

/* tried: started with; found: those of them that came back with what another came back with; same:
   not tried, as they leave the disk of another */
typedef struct cuts_counts { uint64_t tried, found, same, failed; } cuts_counts_t;

typedef struct cuts_start {
    bool (*start)(void *arg); /* the machine's daemon, with the disk that is there; false: it fails */
    void (*stop)(void *arg);
    void *arg;
} cuts_start_t;

typedef struct cuts cuts_t;

/* compares: those that come back the same are the same case. Results go to `parent`. */
cuts_t *cuts_new(int machine, bool compares, int parent);
/* The power could be cut at the call that is about to be made. */
void cuts_note(cuts_t *self, uint64_t number, const char *call, const char *name);
/* Returns in copies, each with the disk of one cut, to be played on; never in the process itself.
   NULL: the machine is not started any more. */
void cuts_try(cuts_t *self, const cuts_start_t *start);
/* It could not come to that: all of them failed. */
void cuts_fail(cuts_t *self, const char *why) __attribute__((noreturn));
/* Of the copy for one cut. NULL: all is well. */
void cuts_end(const cuts_t *self, const char *wrong) __attribute__((noreturn));

#endif
