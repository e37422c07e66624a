/* SPDX-License-Identifier: Apache-2.0
 *
 * reach: what the cases have been through: each kind of event, each refusal, and each step of an
 * order in each of its states, and whether that was before, while or after each class of fault was
 * about. A hunt that never meets a rule says nothing of it.
 */
#ifndef COUNTERSIGN_TESTS_SIMULATION_REACH_H
#define COUNTERSIGN_TESTS_SIMULATION_REACH_H

#include "tests/simulation/faults.h"
#include "tests/unit/together/bus.h"

/* Once, before the first case: processes that are begun afterwards add to the same. */
void reach_share(void);
/* A case begins: its faults, as drawn. */
void reach_case(const faults_t *faults);
/* A frame that is sent: receipts and answers (refusals), commits (kinds), commands (steps).
   `position`: where the coordinator stands. */
void reach_passage(const passage_t *passage, position_t position, int coordinator, int archiver);
/* The case is over: the archive's file tells in which states the orders were when their commands
   came. */
void reach_archive(const char *path);

/* What is there to reach, in words on stdout. Returns what was never met: kinds, refusals, steps
   in states. */
size_t reach_print(void);
/* Of each goal before, during and after each kind of fault, or each class of them (a killed
   process, power, wires, the disk, a spoilt store, clocks, memory): cells met, and all. */
size_t reach_cells(size_t *all);
size_t reach_classes(size_t *all);
void reach_print_cells(void); /* of the classes, those that are missing */

#endif
