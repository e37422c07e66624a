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
    /* NULL: derived, or nobody who was enrolled; of somebody who acts for another the role in which
       they do, until the next event is taken */
    const actor_t *by;
    span_t behalf;                       /* for whom; n = 0: for nobody */
    const char *wrong;                   /* NULL, or what the mandate that it cites does not cover */
} taken_t;

typedef struct staff staff_t;

staff_t *staff_new(void);
void staff_destroy(staff_t **self_p);
/* The next event: notes whom it enrols, who lets whom act, what is forwarded. */
taken_t staff_take(staff_t *self, span_t event);

/* Said of a case beside what is decided, and not counted among its events. */
bool staff_aside(int64_t kind);
bool staff_is(const actor_t *actor, const char *role); /* a person who holds it */
bool staff_same(const uint8_t *id, span_t s, size_t n);
bool staff_adds(const actor_t *actor); /* may ask one more department: concludes, convenes, or by act */
/* Four eyes: whoever acts or for whom is who did something before, or for whom it was done. */
bool staff_either(const uint8_t id[16], const uint8_t behalf[16], const taken_t *t);
void staff_note(uint8_t id[16], uint8_t behalf[16], const taken_t *t);

#endif
