/* SPDX-License-Identifier: Apache-2.0
 *
 * notifier: follows the record and tells people by mail or program what it asks of them, by the
 * rules of config/notify.cfg (QP21-4.4.3, 4.5b). It acts on what is archived, at the head of a live
 * coordinator's stream, never while it catches up or replays. What became of each notification is
 * its own signed event, which matches no rule.
 *
 *     events ──▶ plan: who is told ──▶ queue ──▶ dispatch ──▶ compose ──▶ hooks (a thread)
 *                                        ▲                                  │
 *     record ◀── outbox ◀── outcome ◀────┴────────── settled ◀──────────────┘
 */
#ifndef COUNTERSIGN_NOTIFIER_NOTIFIER_H
#define COUNTERSIGN_NOTIFIER_NOTIFIER_H

#include "common/daemon/following.h"
#include "common/daemon/site.h"
#include "common/daemon/step.h"
#include "common/ledger/checkpoint.h"
#include "common/ledger/chronicle.h"
#include "common/sync/outbox.h"
#include "daemons/notifier/queue.h"
#include "daemons/notifier/rules.h"
#include "daemons/notifier/templates.h"

enum {
    NOTIFIER_COORDINATOR,
    NOTIFIER_STREAM,
    NOTIFIER_ARCHIVER,
    NOTIFIER_LOCAL,
    NOTIFIER_HOOKS
};

typedef struct contacts contacts_t;
typedef struct dispatch dispatch_t;
typedef struct trials trials_t;

typedef struct notifier {
    site_t *site;
    curve_pair_t curve;
    signer_t *signer;
    rules_t *rules;
    templates_t *templates;
    chronicle_t *chronicle;     /* notifier.db */
    following_t *following;
    queue_t *queue;             /* in the same file */
    outbox_t *outbox;           /* of our own commands, in the same file */
    contacts_t *contacts;
    dispatch_t *dispatch;
    trials_t *trials;           /* test mails that somebody waits for */
    arena_t *arena;             /* of the message being read */
    bool anew;                  /* without a past: the store is new */
    position_t acted;           /* events up to here were looked at */
    /* up to here they are looked at by a notifier that may have told of them in an earlier life */
    position_t again_to;
    position_t drained;         /* archived when the outbox was last looked through */
    bool reloaded;              /* the batch was rolled back, or the ledger was cut */
    bool begun;                 /* what was in flight when the last life ended is queued again */
    moment_t swept_at;
    position_t mailed; moment_t mailed_at; /* the checkpoint that went to the auditors last; 0: none */
} notifier_t;

extern const daemon_spec_t notifier_spec;

#define DOMAIN_NOTIFICATION "countersign/notification/1" /* of a notification's id */

/* Opens the transaction that the batch's changes go into. */
void notifier_begin(notifier_t *self);
/* The company's time, minutes east of UTC. */
int notifier_offset(const notifier_t *self);

/* plan.c: events that were archived become rows of the queue; a bounded number at once. True: there
   are more. */
bool plan_more(notifier_t *self, const surroundings_t *now);

/* checkpoints.c: the archiver's newest one becomes a row for each auditor, when one is due and there
   is news in it. */
void checkpoints_plan(notifier_t *self, const surroundings_t *now);
void checkpoints_load(notifier_t *self);
/* Within the transaction: what went last is on the record. */
void checkpoints_begin_anew(notifier_t *self);
/* Events above `last` are no more. */
void checkpoints_cut(notifier_t *self, position_t last);
/* What was queued: false, another one took its place. */
bool checkpoints_read(notifier_t *self, position_t position, buffer_t *note, tree_head_t *head);

/* dispatch.c: what is due goes to the hooks, what they did into the queue */
dispatch_t *dispatch_new(void);
void dispatch_destroy(dispatch_t **self_p);
/* Within the transaction: what the hooks answered is settled, what is due is marked. */
void dispatch_flush(notifier_t *self, const surroundings_t *now, output_t *out);
/* After it: `committed`, and what was marked goes out; else it is as if nothing had been. */
void dispatch_send(notifier_t *self, bool committed, const surroundings_t *now, output_t *out);
/* False: of none of ours. */
bool dispatch_take(notifier_t *self, const struct delivered *body);
/* By a person's command. */
/* `checkpoint`: the one that is meant carries one, and is not about a case; else nothing happens. */
void dispatch_retry(notifier_t *self, ident_t id, bool checkpoint, const surroundings_t *now);
void dispatch_drop(notifier_t *self, ident_t id, const surroundings_t *now);

/* report.c: what became of notifications, into the record */
void report_post(notifier_t *self, const surroundings_t *now);
void report_receipt(notifier_t *self, const struct receipt *receipt, const surroundings_t *now);
void report_drain(notifier_t *self, position_t archived, const surroundings_t *now);

/* serve.c: what the command line on this machine asks */
trials_t *trials_new(void);
void trials_destroy(trials_t **self_p);
void serve_query(notifier_t *self, const input_t *in, const struct local_query *query,
                 const surroundings_t *now, output_t *out);
bool serve_delivered(notifier_t *self, const struct delivered *body, output_t *out);

#endif
