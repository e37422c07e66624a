/* SPDX-License-Identifier: Apache-2.0
 *
 * agent: a workstation's own daemon. It holds the outbox and, while unlocked, the keys of the
 * people who sit there; signs what they say, sends it in order and keeps it until it is archived.
 * It decides nothing.
 */
#ifndef COUNTERSIGN_AGENT_AGENT_H
#define COUNTERSIGN_AGENT_AGENT_H

#include "common/daemon/relay.h"
#include "common/daemon/site.h"
#include "common/daemon/step.h"
#include "common/event/named.h"
#include "common/sync/outbox.h"

enum { AGENT_DEPARTMENT, AGENT_LOCAL };

typedef struct keyring keyring_t;
typedef struct asking asking_t;
typedef struct parcels parcels_t;

typedef struct pending_reply {
    route_t route;
    bool blob;                  /* what is said: a blob's state, or a command's receipt */
    struct receipt receipt;
    struct blob_state state;
} pending_reply_t;

typedef struct agent {
    site_t *site;
    site_station_t station;
    site_department_t department;
    curve_pair_t curve;
    sqlite3 *db;                /* outbox.db */
    outbox_t *outbox;
    keyring_t *keyring;
    asking_t *asking;
    parcels_t *parcels;
    relay_t *relay;
    arena_t *arena;
    int64_t sweep_at;           /* boot ms: blobs that nothing needs are looked for */
    bool scrub_due;             /* some went: what SQLite keeps of them goes, too */
    bool open, full;            /* a transaction is; it met a full disk */
    pending_reply_t *replies; size_t replies_n, replies_room; /* "queued here", "stored here": after the commit */
    int64_t heard_at;           /* boot ms of the last frame from the department's daemon */
    position_t archived;
    /* the highest position that a receipt named: later questions see it */
    position_t written;
} agent_t;

extern const daemon_spec_t agent_spec;

void agent_begin(agent_t *self);
pending_reply_t *agent_reply(agent_t *self, const route_t *route); /* after the commit */
/* sends a row when its blobs are at the hub; arg is a sending_t */
void agent_forward(void *arg, const outbox_row_t *row);
typedef struct sending { agent_t *agent; output_t *out; } sending_t;

/* parcels.c: blobs on their way to the hub */
parcels_t *parcels_new(void);
void parcels_destroy(parcels_t **self_p);
/* True: nothing that this queued row names has still to reach the hub. False: it is on its way from
   now on, and outbox_soon is called when it has arrived. */
bool parcels_ready(parcels_t *self, const outbox_row_t *row);
void parcels_forget(parcels_t *self, ident_t id);
/* The coordinator lacks what it once had. */
void parcels_ask_again(parcels_t *self, ident_t id);
/* 0 of 0: nothing of this row is on its way. */
void parcels_count(const parcels_t *self, ident_t id, size_t *n, size_t *stored);
void parcels_take(agent_t *agent, const struct blob_state *said, const surroundings_t *now);
void parcels_due(agent_t *agent, const surroundings_t *now, output_t *out);
/* Every blob that a signed command names. */
void parcels_each(bytes_t signed_bytes, named_fn *fn, void *arg);

/* store.c: blobs in outbox.db, from the command line's hands until nothing needs them */
void store_blob(agent_t *self, const input_t *in, const struct blob_put *body,
                const surroundings_t *now);
void store_named(agent_t *self, bytes_t signed_bytes); /* the outbox keeps them now */
/* The row is about to go: it is archived, and both disks have them; or (dropped) it is gone, and
   what other rows name stays. */
void store_archived(agent_t *self, ident_t id);
void store_dropped(agent_t *self, bytes_t signed_bytes);
void store_sweep(agent_t *self, const surroundings_t *now, output_t *out); /* before the commit */
void store_scrub(agent_t *self);                                          /* after it */

/* keyring.c: unlocked keys */
keyring_t *keyring_new(sqlite3 *db, int64_t signing_minutes);
void keyring_destroy(keyring_t **self_p);
extern const char keyring_schema[];
/* `now` is boot ms. LOCKED: the passphrase is wrong; from the fifth wrong one in a row on, nobody
   tries that person's for a minute (21 CFR 11.300 d). A wrong one changes nothing else. Given to
   sign (`signs`), it has to be followed by a signature within two minutes. */
int keyring_unlock(keyring_t *self, const site_t *site, const char *handle, const char *passphrase,
                   bool signs, int64_t now, problem_t *problem);
void keyring_lock(keyring_t *self, text_t handle);
/* NULL: locked. *id is none while the enrolment is not known here. */
const signer_t *keyring_find(const keyring_t *self, text_t handle, ident_t *id);
void keyring_learn(keyring_t *self, pubkey_t key, ident_t id);
/* 21 CFR 11.200 (a)(1): the passphrase was given to sign, and since the last signature no more
   time has passed than the site allows. */
bool keyring_may_sign(const keyring_t *self, text_t handle, int64_t now);
void keyring_signed(keyring_t *self, text_t handle, int64_t now);

/* asking.c: questions under way */
asking_t *asking_new(void);
void asking_destroy(asking_t **self_p);
void asking_put(agent_t *self, const route_t *route, const struct local_query *local,
                const surroundings_t *now, output_t *out);
/* False: nothing to ask, the key's enrolment is known. True: LOCAL_STATE goes to `route` when it
   is. */
bool asking_whoami(agent_t *self, const route_t *route, text_t handle, const surroundings_t *now,
                   output_t *out);
void asking_reply(agent_t *self, const struct reply *reply, const surroundings_t *now,
                  output_t *out);
void asking_due(agent_t *self, const surroundings_t *now, output_t *out);

/* local.c: what the command line asks */
void local_message(agent_t *self, const input_t *in, message_type_t type, const void *body,
                   const surroundings_t *now, output_t *out);

#endif
