/* SPDX-License-Identifier: Apache-2.0
 *
 * following: what every daemon that follows the ledger does alike with its follower: takes the
 * stream, says HELLO, asks for what is missing, gives others what it has, stops at a fork. What the
 * events mean to it is its own business (the hooks).
 */
#ifndef COUNTERSIGN_DAEMON_FOLLOWING_H
#define COUNTERSIGN_DAEMON_FOLLOWING_H

#include "common/daemon/step.h"
#include "common/sync/follower.h"
#include "common/sync/piece.h"

typedef struct following following_t;

/* `ledger` stays the owner's and outlives this; `name` as HELLO says it ("department:sales", < 64
   bytes); `coordinator`: the port to it. */
following_t *following_new(ledger_t *ledger, digest_t ledger_id, const char *name, int coordinator,
                           const follower_hooks_t *hooks);
void following_destroy(following_t **self_p);
follower_t *following_follower(following_t *self);

/* COMMIT, EVENTS and ANNOUNCE, at `boot` ms; false: the message is none of these. */
bool following_take(following_t *self, message_type_t type, const void *body, int64_t boot);
/* Answers a FETCH with what is on the disk. route NULL on a DEALER port. */
void following_give(following_t *self, int port, const route_t *route, const struct fetch *body,
                    output_t *out);
/* Commits what came. On a full disk all of it is rolled back, the owner's reload called, an alarm
   raised (once), and nothing is taken for a second. */
void following_flush(following_t *self, const surroundings_t *now);
/* The disk was full a moment ago: nothing is to be begun now. */
bool following_rests(const following_t *self, const surroundings_t *now);
/* HELLO each second. */
void following_greet(following_t *self, const surroundings_t *now, output_t *out);
/* Asks at `archiver` (a port; -1: it is not asked) for what is archived, at the coordinator for the
   rest, and for everything while the archiver does not answer. */
void following_ask(following_t *self, int archiver, const surroundings_t *now, output_t *out);
/* Another history than ours was found: an alarm, and the daemon stops with EX_DATAERR. */
bool following_stops(const following_t *self, output_t *out);

#endif
