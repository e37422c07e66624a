/* SPDX-License-Identifier: Apache-2.0
 *
 * follower: keeps a ledger_t of its own equal to the coordinator's: last + 1 is applied, more is
 * fetched, less is dropped. Knows neither sockets nor what the events mean; the owner is told of
 * each event before it is committed, and sends what the follower asks for.
 */
#ifndef COUNTERSIGN_SYNC_FOLLOWER_H
#define COUNTERSIGN_SYNC_FOLLOWER_H

#include "common/bus/messages.h"
#include "common/ledger/ledger.h"

typedef struct follower follower_t;

typedef enum follower_state {
    FOLLOWER_BEHIND,  /* events are missing, or no head has been heard yet */
    FOLLOWER_AT_HEAD, /* equal to the last head heard */
    /* another root at the same position, or a signature that does not fit: stop */
    FOLLOWER_FORK,
    FOLLOWER_BEYOND /* we are ahead of a coordinator that says its ledger ends before ours (it must refill first) */
} follower_state_t;

typedef struct follower_hooks {
    void *arg;
    /* An event was appended within the open transaction. */
    void (*applied)(void *arg, const decoded_t *event, bytes_t bytes);
    /* All was rolled back (disk full), or the ledger was truncated to a lower base: drop what
       was folded and reload. */
    void (*reload)(void *arg);
    /* The archiver's key in force, of what was applied; NULL: checkpoints are not looked at. */
    pubkey_t (*archiver)(void *arg);
} follower_hooks_t;

/* `ledger_id` is what the site file pins; the ledger may be empty. `coordinator_key` zero: taken
   from genesis. */
follower_t *follower_new(ledger_t *ledger, digest_t ledger_id, const follower_hooks_t *hooks);
void follower_destroy(follower_t **self_p);

/* Feed COMMIT, EVENTS, ANNOUNCE bodies; `now` is in ms of a clock that never jumps. They open the
   ledger's transaction when needed; follower_flush commits. */
void follower_commit(follower_t *self, const struct commit *body, int64_t now);
void follower_events(follower_t *self, const struct events *body, int64_t now);
void follower_announce(follower_t *self, const struct announce *body, int64_t now);
ledger_result_t follower_flush(follower_t *self);
/* What to ask for next: fills *out and returns true when a FETCH is due (not while one is under
   way, unless it is older than its retry time). `wake` is set to when to ask again. */
bool follower_fetch(follower_t *self, int64_t now, struct fetch *out, int64_t *wake);
void follower_hello(const follower_t *self, const char *name, struct hello *out);

follower_state_t follower_state(const follower_t *self);
position_t follower_archived(const follower_t *self);   /* as last announced */
position_t follower_verified(const follower_t *self);
/* position of the last head heard; 0 = none */
position_t follower_head(const follower_t *self);
int64_t follower_epoch(const follower_t *self);
const char *follower_trouble(const follower_t *self);   /* FORK: in words, with the position */

#endif
