/* SPDX-License-Identifier: Apache-2.0
 *
 * program: runs a program of the administrator's for one notification: no shell, JSON on its
 * standard input, nothing of ours inherited. Its exit code says what came of it (sysexits): 0
 * accepted, 75 (EX_TEMPFAIL) later, another refused.
 */
#ifndef COUNTERSIGN_NOTIFIER_PROGRAM_H
#define COUNTERSIGN_NOTIFIER_PROGRAM_H

#include <stdatomic.h>

#include "daemons/notifier/attempt.h"

/* `path` is absolute. It and all that it starts in its process group are ended (SIGTERM, two
   seconds later SIGKILL) after `limit_ms` or once *stop is set: deferred, and unsure. The last line
   that it printed is what it said. */
void program_run(const char *path, bytes_t input, int64_t limit_ms, const atomic_bool *stop,
                 attempt_t *out);

#endif
