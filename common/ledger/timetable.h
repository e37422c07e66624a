/* SPDX-License-Identifier: Apache-2.0
 *
 * timetable: which case has something to be said of it next, and when. In memory alone: whoever
 * opens a ledger makes it anew from the open cases.
 */
#ifndef COUNTERSIGN_LEDGER_TIMETABLE_H
#define COUNTERSIGN_LEDGER_TIMETABLE_H

#include "common/base/types.h"

typedef struct timetable timetable_t;

timetable_t *timetable_new(void);
void timetable_destroy(timetable_t **self_p);
void timetable_clear(timetable_t *self);
/* Replaces what was there of this case; 0: nothing is to be said of it. */
void timetable_put(timetable_t *self, ident_t object, moment_t at);
/* The earliest, of several at one moment the lowest id. 0: there is none. */
moment_t timetable_first(const timetable_t *self, ident_t *object);

#endif
