/* SPDX-License-Identifier: Apache-2.0
 *
 * chronicle_internal: what chronicle.c (folding) and chronicle_decide.c (deciding) share.
 */
#ifndef COUNTERSIGN_LEDGER_CHRONICLE_INTERNAL_H
#define COUNTERSIGN_LEDGER_CHRONICLE_INTERNAL_H

#include "common/ledger/cache.h"
#include "common/ledger/chronicle.h"
#include "common/ledger/timetable.h"

struct chronicle {
    ledger_t *ledger;
    context_t *context;
    cache_t *cache;
    arena_t *arena;                 /* of the event being appended or loaded */
    arena_t *reading;               /* of a case being rebuilt */
    timetable_t *timetable;         /* NULL: deadlines are not watched */
    bool timetable_stale;           /* to be made anew from the open cases */
    sqlite3_stmt *put_state, *put_actions, *put_number, *find_number;
    ident_t last_object;            /* case of the last event, and the command it goes back to: */
    int64_t last_cause;             /* what a derived event that comes next follows from */
    signature_fn *holds; void *holds_arg;
    position_t position;            /* of the last event folded, and its time */
    moment_t time;
};

/* The case of which something is to be said first, and when; 0: none. */
moment_t chronicle_first_deadline(chronicle_t *self, ident_t *object);

#endif
