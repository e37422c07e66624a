/* SPDX-License-Identifier: Apache-2.0
 *
 * staff: the model's view of who is who in a record, and an event taken apart, with who gave it.
 */
#ifndef COUNTERSIGN_TESTS_SIMULATION_STAFF_H
#define COUNTERSIGN_TESTS_SIMULATION_STAFF_H

#include "tests/simulation/reading.h"

typedef struct actor {
    uint8_t id[16];
    bool daemon;
    char department[40], role[48]; /* the first role that they were given */
} actor_t;

typedef struct taken {
    int64_t position, kind, time;
    span_t object, command, body, actor; /* command, actor: n = 0 of a derived event */
    const actor_t *by;                   /* NULL: derived, or nobody who was enrolled */
} taken_t;

typedef struct staff staff_t;

staff_t *staff_new(void);
void staff_destroy(staff_t **self_p);
/* The next event: notes whom it enrols. */
taken_t staff_take(staff_t *self, span_t event);

/* Said of a case beside what is decided, and not counted among its events. */
bool staff_aside(int64_t kind);
bool staff_is(const actor_t *actor, const char *role); /* a person who holds it */
bool staff_same(const uint8_t *id, span_t s, size_t n);

#endif
