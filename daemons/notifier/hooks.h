/* SPDX-License-Identifier: Apache-2.0
 *
 * hooks: the worker that carries notifications out: DELIVER comes, by e-mail or by a program it is
 * done, DELIVERED goes. It decides nothing: whether to try again, and when, is the queue's matter.
 */
#ifndef COUNTERSIGN_NOTIFIER_HOOKS_H
#define COUNTERSIGN_NOTIFIER_HOOKS_H

#include <stdatomic.h>

#include "common/base/buffer.h"
#include "daemons/notifier/relay.h"

typedef struct hooks_config {
    relay_t relay;
    char **programs;         /* absolute paths that may be run, NULL-ended */
    int64_t program_seconds; /* time limit where a delivery names none */
} hooks_config_t;

struct config_t;
/* hooks_config.c: reads the settings `relay`, `programs` and `program_seconds` of a parsed file
   (settings_parse ()); other top-level names are others'. 0, or -1 with *problem (file, line, key)
   and nothing to free. */
int hooks_config_take(const struct config_t *parsed, const char *file, hooks_config_t *out,
                      problem_t *problem);
void hooks_config_free(hooks_config_t *self);
/* Whether a top-level setting is one of those above. */
bool hooks_config_knows(const char *name);

/* What a worker_spec_t asks for (common/daemon/step.h); a daemon's `open` hands in its
   configuration, which outlives the worker. */
void *hooks_open(const hooks_config_t *config, const atomic_bool *stop, problem_t *problem);
void hooks_work(void *hooks, bytes_t frame, buffer_t *reply);
void hooks_close(void **hooks_p);

#endif
