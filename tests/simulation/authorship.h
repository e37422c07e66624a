/* SPDX-License-Identifier: Apache-2.0
 *
 * authorship: whose word an event is. A command in the record says what its author gave to the
 * workstation, and is signed with a key that the record itself gave to this author before.
 */
#ifndef COUNTERSIGN_TESTS_SIMULATION_AUTHORSHIP_H
#define COUNTERSIGN_TESTS_SIMULATION_AUTHORSHIP_H

#include "tests/simulation/reading.h"

typedef struct authorship authorship_t;

/* What somebody gives under an id. */
typedef struct given {
    uint8_t id[16], object[16]; /* object: all zero where it opens a case */
    uint8_t mandate[16];            /* on whose behalf; all zero: nobody's */
    int64_t kind, revision;
    span_t body;
} given_t;

authorship_t *authorship_new(void);
void authorship_destroy(authorship_t **self_p);
void authorship_note(authorship_t *self, const given_t *given);
/* Before a record is gone through from its first event. */
void authorship_begin(authorship_t *self);
/* The next event, one with a command. NULL, or what is wrong with it. */
const char *authorship_take(authorship_t *self, span_t event);

#endif
