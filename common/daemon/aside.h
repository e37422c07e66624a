/* SPDX-License-Identifier: Apache-2.0
 *
 * aside: a store that contradicts the others is set aside under a person's reason, never deleted:
 * it is evidence.
 */
#ifndef COUNTERSIGN_DAEMON_ASIDE_H
#define COUNTERSIGN_DAEMON_ASIDE_H

#include "common/base/problem.h"
#include "common/ledger/chronicle.h"

/* Renames state/NAME/FILE (with -wal and -shm) to FILE.set-aside-STAMP and writes `reason` into
   state/NAME/restore.reason. Nothing may have the store open. 0, or -1 with *problem. */
int aside_put(const char *site_folder, const char *name, const char *file, const char *reason,
              problem_t *problem);
/* chronicle_open, for a store that others can fill again: a damaged one is set aside with an alarm,
   and an empty one opened. */
chronicle_t *aside_open(const char *path, const char *extra_schema, size_t cache,
                        problem_t *problem);
/* Renames a closed store and what SQLite keeps beside it. 0, or -1 with *problem. */
int aside_move(const char *path, problem_t *problem);
/* The reason, or false: no restore is under way. */
bool aside_reason(const char *state_folder_file, char *out, size_t size);

#endif
