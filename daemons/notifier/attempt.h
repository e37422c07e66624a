/* SPDX-License-Identifier: Apache-2.0
 *
 * attempt: how one attempt at a delivery ended, and what was said about it, in a form that the
 * record can hold: one line, UTF-8, without control characters and without the address of whom it
 * was for (a relay likes to repeat it; personal data has no place in a ledger).
 */
#ifndef COUNTERSIGN_NOTIFIER_ATTEMPT_H
#define COUNTERSIGN_NOTIFIER_ATTEMPT_H

#include "common/bus/messages.h"

#define ATTEMPT_TEXT_MAX 300 /* as in the record `delivered` */

typedef struct attempt {
    enum delivery_state state;
    int code;    /* RFC 5321 4.2 or an exit code; 0 = none */
    bool unsure; /* it may have arrived all the same */
    char text[ATTEMPT_TEXT_MAX + 1];
} attempt_t;

/* Fills all but `unsure`, which becomes false. Whatever `said` holds, it comes out as one line; the
   address of `to` and its local part give "(recipient)". */
void attempt_ended(attempt_t *self, enum delivery_state state, int code, text_t said, text_t to);

#endif
