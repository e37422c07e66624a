/* SPDX-License-Identifier: Apache-2.0
 *
 * parcels: the blobs of queued commands on their way to the hub. Of each piece the coordinator is
 * asked first whether it has it, and only what it lacks is sent, a few at a time: a large
 * attachment goes on where it stopped, whoever was restarted, and a queue full of them takes no
 * more memory than a window. Nothing of this is on disk here: what the coordinator has, it says.
 */
#include <stdlib.h>

#include "common/base/diag.h"
#include "common/base/memory.h"
#include "common/event/named.h"
#include "common/ledger/blobs.h"
#include "daemons/agent/agent.h"

#define WINDOW 4      /* pieces under way, 1 MiB each */
#define QUIET_MS 2000 /* nothing came back: asked again (not sent: it may have arrived) */
#define BUSY_MS 500
#define FULL_MS 2000

typedef enum piece_state {
    PIECE_UNKNOWN,
    PIECE_ASKED, /* does the hub have it? */
    PIECE_MISSING,
    PIECE_SENT,
    PIECE_STORED
} piece_state_t;

typedef struct shipment { /* of one outbox row */
    ident_t id;
    digest_t *pieces;
    uint8_t *states;
    size_t n, room, stored;
    size_t first; /* those before it are stored */
} shipment_t;

struct parcels {
    shipment_t *shipments;
    size_t n;
    size_t turn;                  /* whose piece goes next: a large one holds nobody up */
    size_t under_way;             /* pieces asked for or sent */
    int64_t heard_at, rest_until; /* boot ms */
};

parcels_t *parcels_new(void) {
    parcels_t *self = memory_new(1, sizeof *self);
    return self;
}

static void empty(shipment_t *s) {
    free(s->pieces);
    free(s->states);
}

void parcels_destroy(parcels_t **self_p) {
    parcels_t *self = *self_p;
    if (!self)
        return;
    for (size_t i = 0; i < self->n; i++)
        empty(&self->shipments[i]);
    free(self->shipments);
    free(self);
    *self_p = NULL;
}

static shipment_t *find(const parcels_t *self, ident_t id) {
    for (size_t i = 0; i < self->n; i++)
        if (ident_equal(self->shipments[i].id, id))
            return &self->shipments[i];
    return NULL;
}

static bool on_its_way(uint8_t state) { return state == PIECE_ASKED || state == PIECE_SENT; }

static void set(parcels_t *self, shipment_t *s, size_t i, piece_state_t state) {
    self->under_way -= on_its_way(s->states[i]);
    self->under_way += on_its_way((uint8_t) state);
    s->stored -= s->states[i] == PIECE_STORED;
    s->stored += state == PIECE_STORED;
    s->states[i] = (uint8_t) state;
}

static bool add(void *arg, digest_t blob) {
    shipment_t *s = arg;
    if (s->n == s->room) {
        s->room = s->room ? s->room * 2 : 64;
        s->pieces = memory_grow(s->pieces, s->room, sizeof *s->pieces);
    }
    s->pieces[s->n++] = blob;
    return true;
}

void parcels_each(bytes_t signed_bytes, named_fn *fn, void *arg) {
    struct signed_command signed_command;
    struct command command;
    const void *body;
    arena_t *arena = arena_new(0);
    if (command_decode(signed_bytes, arena, &signed_command, &command, &body, NULL) == 0)
        named_blobs((kind_t) command.kind, body, fn, arg);
    arena_destroy(&arena);
}

bool parcels_ready(parcels_t *self, const outbox_row_t *row) {
    shipment_t *s = find(self, row->id), made = {.id = row->id};
    if (s)
        return s->stored == s->n;
    parcels_each(row->signed_command, add, &made);
    if (made.n == 0)
        return true;
    made.states = memory_new(made.n, sizeof *made.states);
    self->shipments = memory_grow(self->shipments, self->n + 1, sizeof *self->shipments);
    self->shipments[self->n++] = made;
    return false;
}

void parcels_forget(parcels_t *self, ident_t id) {
    shipment_t *s = find(self, id);
    if (!s)
        return;
    for (size_t i = 0; i < s->n; i++)
        set(self, s, i, PIECE_STORED);
    empty(s);
    *s = self->shipments[--self->n];
}

void parcels_ask_again(parcels_t *self, ident_t id) {
    shipment_t *s = find(self, id);
    for (size_t i = 0; s && i < s->n; i++)
        set(self, s, i, PIECE_UNKNOWN);
    if (s)
        s->first = 0;
}

void parcels_count(const parcels_t *self, ident_t id, size_t *n, size_t *stored) {
    const shipment_t *s = find(self, id);
    *n = s ? s->n : 0;
    *stored = s ? s->stored : 0;
}

/* ---- what the hub says ---- */

static piece_state_t after(piece_state_t state, const struct blob_state *said) {
    if (said->stored || said->reason == REASON_ERASED) /* then decide refuses what names it */
        return PIECE_STORED;
    if (said->reason != REASON_BLOB_MISSING)
        return state == PIECE_STORED ? state : PIECE_UNKNOWN;
    return state == PIECE_ASKED ? PIECE_MISSING : state; /* else the answer to an older question */
}

void parcels_take(agent_t *agent, const struct blob_state *said, const surroundings_t *now) {
    parcels_t *self = agent->parcels;
    self->heard_at = now->boot;
    if (!said->stored && said->reason != REASON_BLOB_MISSING && said->reason != REASON_ERASED)
        self->rest_until = now->boot + (said->reason == REASON_BUSY ? BUSY_MS : FULL_MS);
    for (size_t k = 0; k < self->n; k++) {
        shipment_t *s = &self->shipments[k];
        bool before = s->stored == s->n;
        for (size_t i = s->first; i < s->n; i++)
            if (digest_equal(s->pieces[i], said->address))
                set(self, s, i, after((piece_state_t) s->states[i], said));
        if (!before && s->stored == s->n)
            outbox_soon(agent->outbox, s->id);
    }
}

/* ---- sending ---- */

static bool open_piece(shipment_t *s, size_t *at) {
    while (s->first < s->n && s->states[s->first] == PIECE_STORED)
        s->first++;
    for (size_t i = s->first; i < s->n; i++)
        if (s->states[i] == PIECE_UNKNOWN || s->states[i] == PIECE_MISSING) {
            *at = i;
            return true;
        }
    return false;
}

/* What is not here either was sent by another command, or by another workstation: the coordinator
   says of the command whether it is there. */
static void send_piece(agent_t *agent, shipment_t *s, size_t i, output_t *out) {
    parcels_t *self = agent->parcels;
    struct blob_get ask = {.address = s->pieces[i]};
    buffer_t salted = {0};
    if (s->states[i] == PIECE_UNKNOWN) {
        output_send(out, AGENT_DEPARTMENT, NULL, MESSAGE_BLOB_ASK, &ask);
        set(self, s, i, PIECE_ASKED);
    } else if (blobs_get(agent->db, s->pieces[i], &salted)) {
        struct blob_put put = {.address = s->pieces[i], .salted = buffer_bytes(&salted)};
        output_send(out, AGENT_DEPARTMENT, NULL, MESSAGE_BLOB_PUT, &put);
        set(self, s, i, PIECE_SENT);
    } else {
        set(self, s, i, PIECE_STORED);
        if (s->stored == s->n)
            outbox_soon(agent->outbox, s->id);
    }
    buffer_free(&salted);
}

static bool send_next(agent_t *agent, output_t *out) {
    parcels_t *self = agent->parcels;
    size_t at;
    for (size_t k = 0; k < self->n; k++) {
        shipment_t *s = &self->shipments[(self->turn + k) % self->n];
        if (!open_piece(s, &at))
            continue;
        self->turn = (self->turn + k + 1) % self->n;
        send_piece(agent, s, at, out);
        return true;
    }
    return false;
}

static void ask_anew(parcels_t *self) {
    for (size_t k = 0; k < self->n; k++)
        for (size_t i = self->shipments[k].first; i < self->shipments[k].n; i++)
            if (on_its_way(self->shipments[k].states[i]))
                set(self, &self->shipments[k], i, PIECE_UNKNOWN);
    insist(self->under_way == 0);
}

void parcels_due(agent_t *agent, const surroundings_t *now, output_t *out) {
    parcels_t *self = agent->parcels;
    if (self->under_way && now->boot >= self->heard_at + QUIET_MS)
        ask_anew(self);
    if (self->under_way == 0)
        self->heard_at = now->boot;
    if (now->boot < self->rest_until) {
        output_wake(out, self->rest_until);
        return;
    }
    while (self->under_way < WINDOW && send_next(agent, out))
        ;
    if (self->under_way)
        output_wake(out, self->heard_at + QUIET_MS);
}
