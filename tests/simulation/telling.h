/* SPDX-License-Identifier: Apache-2.0
 *
 * telling: the notifier, and a relay that misbehaves: it defers, refuses, takes a mail and has its
 * answer lost; the notifier itself is killed and loses its store. What is checked: who is to be told
 * of a complaint is told at least once, twice only where nobody could know, each outcome is on the
 * record, and nothing goes out that was not archived.
 */
#ifndef COUNTERSIGN_TESTS_SIMULATION_TELLING_H
#define COUNTERSIGN_TESTS_SIMULATION_TELLING_H

#include "daemons/notifier/notifier.h"
#include "tests/simulation/luck.h"
#include "tests/unit/together/bus.h"

typedef struct telling telling_t;
struct scene;

/* Writes the notifier's configuration into the works' folder: a few of the shipped rules. */
void telling_configure(const char *site_folder);
/* The relay is a node of its own, behind the scene's. */
telling_t *telling_new(struct scene *scene, uint64_t seed);
void telling_destroy(telling_t **self_p);
/* Called at each instant. NULL, or what is wrong. */
const char *telling_tend(telling_t *self);
int64_t telling_next(const telling_t *self); /* boot ms; INT64_MAX: nothing */
void telling_heal(telling_t *self);          /* the relay takes all from now on, nobody is killed */
/* NULL: nobody waits for a mail any more; else who does. */
const char *telling_waits(const telling_t *self);
/* At the end, while the daemons still run. NULL, or what is wrong. */
const char *telling_check(telling_t *self);
size_t telling_told(const telling_t *self); /* mails that the relay took */

#endif
