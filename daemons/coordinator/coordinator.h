/* SPDX-License-Identifier: Apache-2.0
 *
 * coordinator: verifies, authorises and orders commands; decides; appends; publishes. Holds no
 * state that is not in the ledger, but for receipts that wait for the commit, who is connected, and
 * refusals (kept beside the ledger until they expire).
 */
#ifndef COUNTERSIGN_COORDINATOR_COORDINATOR_H
#define COUNTERSIGN_COORDINATOR_COORDINATOR_H

#include "common/daemon/site.h"
#include "common/daemon/step.h"
#include "common/daemon/wanted.h"
#include "common/ledger/blobs.h"
#include "common/ledger/chronicle.h"
#include "common/sync/piece.h"

enum { COORDINATOR_SERVICE, COORDINATOR_STREAM };

typedef enum mode {
    MODE_COMPARING, /* starting: nothing is accepted before it is known that nothing was lost */
    MODE_RUNNING,
    MODE_STOPPED /* two roots at one position, or a follower beyond us: only a person leads out */
} coordinator_mode_t;

typedef struct refusals refusals_t;
typedef struct peer {   /* a daemon that said HELLO since we started */
    pubkey_t curve;
    route_t route;
    char name[64];
    bool archiver, exhausted;   /* exhausted: could not give what we miss */
    position_t position, tail, expected;
    int64_t epoch;
    digest_t root;
} peer_t;

typedef struct pending_receipt {
    route_t route;
    ident_t id;
    enum receipt_state state;
    position_t position;
    moment_t time;
    problem_t problem;
    int64_t retry_ms;
    /* a refusal that holds once the batch it was decided in is on the disk */
    bool remember;
    digest_t digest;            /* of the command, with `remember` */
    moment_t expiry;
} pending_receipt_t;

typedef struct pending_blob { route_t route; digest_t address; reason_t reason; } pending_blob_t;

typedef struct coordinator {
    site_t *site;
    curve_pair_t curve;
    signer_t *signer;
    chronicle_t *chronicle;
    refusals_t *refusals;
    arena_t *arena;                 /* of the message being read */
    piece_t *piece;
    coordinator_mode_t mode;
    int64_t compare_until, compare_again; /* boot ms; again: not before, the disk was full */
    /* the ledger was set aside: the archive alone is believed, and the epoch is raised */
    bool restoring;
    char restore_file[512], restore_reason[512];
    bool refilled;                  /* events came back from others since we started */
    bool behind_said;               /* that a restored archive lacks events */
    bool resumed;                   /* an administrator signed ledger.resume */
    peer_t *peers; size_t peers_n;
    size_t refill_from;             /* peer asked + 1; 0 = none */
    int64_t refill_asked;           /* boot ms */
    position_t published;           /* last position sent on the stream */
    position_t archived, verified;
    int64_t leave_at; int exit_code; /* MODE_STOPPED: the end, in boot ms; 0 = not set yet */
    buffer_t checkpoint;            /* the archiver's last, empty: none */
    bool checkpoint_due;            /* it was not sent yet */
    bool announce_due;
    int64_t announced_at;           /* boot ms */
    pending_receipt_t *receipts; size_t receipts_n, receipts_room;
    bool lacks_blobs;               /* events came back without them: the archiver has them */
    wanted_turn_t turn;             /* of asking for them */
    /* the last blob.erase that is not carried out yet; 0 = none; boot ms: not before */
    position_t erase_after; int64_t erase_at;
    int64_t sweep_at;               /* boot ms: blobs that nothing names are looked for */
    pending_blob_t *blobs; size_t blobs_n, blobs_room;
    int64_t time_again;             /* boot ms: deadlines not before, the disk was full */
    moment_t last_wall; int64_t last_boot; /* of the last step: do both clocks agree? */
    bool clock_jumped;
} coordinator_t;

extern const daemon_spec_t coordinator_spec;

/* refusals.c: remembered until the command's expiry, so that the same bytes get the same receipt */
refusals_t *refusals_open(const char *path, problem_t *problem);
void refusals_close(refusals_t **self_p);
bool refusals_find(refusals_t *self, ident_t id, digest_t digest, problem_t *problem,
                   bool *other_bytes);
void refusals_put(refusals_t *self, ident_t id, digest_t digest, moment_t expiry,
                  const problem_t *problem);
/* durable when it returns; drops the expired */
void refusals_flush(refusals_t *self, moment_t now);

/* submit.c */
void submit_take(coordinator_t *self, const input_t *in, const struct submit *submit,
                 const surroundings_t *now);
bool submit_time_due(coordinator_t *self, const surroundings_t *now);
void submit_flush(coordinator_t *self, const surroundings_t *now, output_t *out);
moment_t event_time(const coordinator_t *self, const surroundings_t *now);

/* documents.c: blobs */
void documents_put(coordinator_t *self, const input_t *in, const struct blob_put *body,
                   const surroundings_t *now);
void documents_ask(coordinator_t *self, const input_t *in, const struct blob_get *body);
void documents_give(coordinator_t *self, const input_t *in, const struct blob_get *body,
                    output_t *out);
/* What an event names must be durable here before the event; afterwards it is not loose any more. */
bool documents_here(coordinator_t *self, kind_t kind, const void *body);
void documents_named(coordinator_t *self, kind_t kind, const void *body, position_t position);
/* Of a command that came again: what had been lost here came back with it. */
void documents_again(coordinator_t *self, kind_t kind, const void *body);
void documents_tick(coordinator_t *self, const surroundings_t *now);

/* compare.c */
void compare_start(coordinator_t *self, const surroundings_t *now);
void compare_hello(coordinator_t *self, const input_t *in, const struct hello *body,
                   const surroundings_t *now, output_t *out);
void compare_events(coordinator_t *self, const input_t *in, const struct events *body,
                    const surroundings_t *now, output_t *out);
/* Of the archiver: blobs that its events came back without. */
void compare_blobs(coordinator_t *self, const surroundings_t *now, output_t *out);
void compare_tick(coordinator_t *self, const surroundings_t *now, output_t *out);
/* each step while stopped: ends the daemon once the others had time to hear it */
void compare_leave(coordinator_t *self, const surroundings_t *now, output_t *out);
void coordinator_stop(coordinator_t *self, const char *why);

/* stream.c */
void stream_announce(coordinator_t *self, const surroundings_t *now, struct announce *out,
                     buffer_t *room);
void stream_add_checkpoint(coordinator_t *self, struct announce *out);
void stream_publish(coordinator_t *self, const surroundings_t *now, output_t *out);
void stream_fetch(coordinator_t *self, const input_t *in, const struct fetch *body,
                  const surroundings_t *now, output_t *out);

#endif
