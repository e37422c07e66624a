/* SPDX-License-Identifier: Apache-2.0
 *
 * queue: notifications on their way, in the notifier's own store, so that a row and the position up
 * to which events were looked at change in one transaction. A row is *attempting* on the disk
 * before anybody is handed it: what was in flight when the power went is tried again, and counted
 * as a possible duplicate. No address is in it.
 *
 *     waiting ──▶ attempting ──▶ accepted
 *        ▲            │  ├─────▶ failed (no use in trying again)
 *        │            ▼  │
 *        └──────── deferred ───▶ expired (too old)          dropped: by a person's command
 */
#ifndef COUNTERSIGN_NOTIFIER_QUEUE_H
#define COUNTERSIGN_NOTIFIER_QUEUE_H

#include "common/bus/messages.h"
#include "common/ledger/ledger.h"

typedef struct queue queue_t;

typedef enum note_state {
    NOTE_WAITING,
    NOTE_DEFERRED,
    NOTE_ATTEMPTING,
    NOTE_ACCEPTED,
    NOTE_FAILED,
    NOTE_EXPIRED,
    NOTE_DROPPED
} note_state_t;
const char *note_state_name(note_state_t state);

typedef enum addressed {
    ADDRESSED_PERSON,
    ADDRESSED_CUSTOMER,
    ADDRESSED_PROGRAM,
    ADDRESSED_AUDITOR /* `rule` is whom notify.cfg calls so, `event` the checkpoint's position */
} addressed_t;

typedef struct note {
    int64_t no;              /* its row */
    ident_t id;              /* UUIDv8 of ledger, event, rule, recipient */
    position_t event;
    ident_t object;          /* the case; none: of a checkpoint */
    char rule[41];
    addressed_t addressed;
    ident_t person;          /* of ADDRESSED_PERSON */
    note_state_t state;
    bool urgent, digest;
    bool again;              /* queued by a notifier that had lost its store */
    bool expected;           /* only while the case waits for the person */
    int64_t attempts, unsure; /* unsure: attempts after which it may have arrived unseen */
    int64_t round;           /* raised by notify.retry: each has an outcome of its own */
    int64_t code;
    moment_t queued_at, due, changed_at;
    char text[301];
} note_t;

extern const char queue_schema[];
/* Within the ledger's transaction; `ledger` stays the owner's. */
queue_t *queue_new(ledger_t *ledger);
void queue_destroy(queue_t **self_p);

/* Idempotent by id: false, it is there already. `no` is not looked at. */
bool queue_put(queue_t *self, const note_t *note);
bool queue_find(queue_t *self, ident_t id, note_t *out);
/* By whichever rule. */
bool queue_tells(queue_t *self, position_t event, ident_t person);
/* Those that are due, the urgent ones or the others, oldest first, `room` at most. */
size_t queue_due(queue_t *self, moment_t now, bool urgent, note_t *out, size_t room);
/* Others of the same person that are collected and due, for the mail of `lead`. */
size_t queue_collect(queue_t *self, const note_t *lead, moment_t now, note_t *out, size_t room);
/* Writes what can change: state, attempts, unsure, round, code, the times and the text. `tell`: its
   outcome is to be said in the record. */
void queue_update(queue_t *self, const note_t *note, bool tell);
/* Those whose outcome the record does not have yet, oldest first. */
size_t queue_untold(queue_t *self, note_t *out, size_t room);
void queue_told(queue_t *self, int64_t no);
/* What was in flight when the last life ended; returns how many. Due at once, after several
   attempts later. None waits longer than `limit` ms: a clock may have been set back. */
size_t queue_recover(queue_t *self, moment_t now, int64_t limit);
/* Events above `last` are no more. */
void queue_forget_above(queue_t *self, position_t last);
/* Finished ones whose outcome is told, from before that; a bounded number. */
void queue_sweep(queue_t *self, moment_t before);

/* Rows with no > after, ascending, `room` at most; `all`: finished ones, too. */
size_t queue_list(queue_t *self, int64_t after, bool all, note_t *out, size_t room);
typedef struct queue_counts {
    int64_t of[NOTE_DROPPED + 1];
    int64_t again, attempts, unsure;
    int64_t untold; /* their outcome is not in the outbox yet */
} queue_counts_t;
void queue_count(queue_t *self, queue_counts_t *out);

#endif
