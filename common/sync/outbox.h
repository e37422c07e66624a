/* SPDX-License-Identifier: Apache-2.0
 *
 * outbox: signed commands on their way, on disk until they are archived. Sent in order; after a
 * refusal the same person's later commands of that case are held until the person has looked. Lives
 * in the owner's SQLite file, so that a daemon's row and its position change in one transaction.
 */
#ifndef COUNTERSIGN_SYNC_OUTBOX_H
#define COUNTERSIGN_SYNC_OUTBOX_H

#include <sqlite3.h>

#include "common/bus/messages.h"

extern const char outbox_schema[];
typedef struct outbox outbox_t;

typedef enum outbox_state {
    OUTBOX_QUEUED,
    OUTBOX_ACCEPTED,
    OUTBOX_REFUSED,
    OUTBOX_HELD
} outbox_state_t;
typedef struct outbox_row {
    int64_t no;
    ident_t id, object, actor;
    kind_t kind;
    outbox_state_t state;
    moment_t queued_at;
    position_t position;      /* accepted */
    problem_t problem;        /* refused, or why busy */
    bytes_t signed_command;
} outbox_row_t;

outbox_t *outbox_new(sqlite3 *db);               /* owner made the table from outbox_schema */
void outbox_destroy(outbox_t **self_p);
/* Idempotent by id. The owner commits. Returns false (LEDGER_FULL-like) when the disk is full. */
bool outbox_put(outbox_t *self, ident_t id, ident_t object, ident_t actor, kind_t kind,
                bytes_t signed_command, moment_t now);
/* Next rows that are due to be (re)sent: not held, in order; within a case an actor's next one only
   after the receipt of the one before, so that a refusal holds what follows. Calls `send` for each;
   sets *wake. Resends what got no receipt within retry (1 s doubling to 60 s) and what is accepted
   but not known to be archived (every 10 s). `boot`, *wake: ms of a clock that never jumps. */
void outbox_due(outbox_t *self, int64_t boot, void (*send)(void *arg, const outbox_row_t *row),
                void *arg, int64_t *wake);
/* A receipt came. Returns true when it was for one of our rows; *row is that row as it is now
   (bytes NULL). */
bool outbox_receipt(outbox_t *self, const struct receipt *receipt, int64_t boot, outbox_row_t *row);
/* A row goes by its RECEIPT archived alone, never by its position: after a raised epoch another
   event may stand there. */
void outbox_each(outbox_t *self, void (*fn)(void *arg, const outbox_row_t *row), void *arg);
bool outbox_find(outbox_t *self, ident_t id, outbox_row_t *row);
/* The person looked: a refused row goes (its held ones are freed), or a held row goes. false: no
   such row, or one in flight. */
bool outbox_drop(outbox_t *self, ident_t id);
/* The connection came back or the coordinator's epoch changed: everything not archived is due at
   once. */
void outbox_resend(outbox_t *self);
/* What the row waited for is there: it is due at once. */
void outbox_soon(outbox_t *self, ident_t id);
/* The row's signed bytes, replacing out; false: no such row. */
bool outbox_command(outbox_t *self, ident_t id, buffer_t *out);
size_t outbox_count(outbox_t *self);
/* Ids of an actor's rows of one case, oldest first; at most `room`. */
size_t outbox_of_case(outbox_t *self, ident_t object, ident_t actor, ident_t *ids, size_t room);

#endif
