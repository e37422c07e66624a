/* SPDX-License-Identifier: Apache-2.0
 *
 * unsynced: what was written to a file since it was synced, in its order, and what becomes of it at
 * a power cut. Its memory is SQLite's (disk).
 */
#ifndef COUNTERSIGN_TESTS_SIMULATION_UNSYNCED_H
#define COUNTERSIGN_TESTS_SIMULATION_UNSYNCED_H

#include "tests/simulation/disk.h"
#include "tests/simulation/image.h"
#include "tests/simulation/luck.h"

/* {0}: nothing. */
typedef struct unsynced {
    struct pending *at;
    size_t n, room;
} unsynced_t;

void unsynced_write(unsynced_t *self, size_t offset, const uint8_t *bytes, size_t n);
void unsynced_resize(unsynced_t *self, size_t n); /* of the file */
void unsynced_forget(unsynced_t *self);
void unsynced_free(unsynced_t *self);
/* Makes of the durable bytes those that are there after a cut. */
void unsynced_cut(const unsynced_t *self, cut_t cut, luck_t *luck, image_t *durable);

#endif
