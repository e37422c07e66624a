/* SPDX-License-Identifier: Apache-2.0
 *
 * local: the command line's side: sign and queue a command, ask, unlock, look into the outbox.
 * Whoever can open the socket (mode 0700, the workstation's user) can use the keys that are
 * unlocked.
 */
#include <jansson.h>
#include <stdlib.h>

#include "common/base/moment.h"
#include "common/base/text.h"
#include "common/crypto/signed.h"
#include "daemons/agent/agent.h"

#define COMMAND_LIFE_MS (30 * DAY_MS)

static void tell(const input_t *in, ident_t id, enum receipt_state state, reason_t reason,
                 const char *detail, const char *field, output_t *out) {
    struct receipt receipt = {.id = id,
                              .state = state,
                              .reason = (int64_t) reason,
                              .detail = text_of(detail),
                              .field = text_of(field),
                              .clause = text_of(reason_clause(reason))};
    output_send(out, AGENT_LOCAL, &in->route, MESSAGE_RECEIPT, &receipt);
}

/* "queued here", or "held" behind a refused one, goes out after the commit, never before. */
static void queue_reply(agent_t *self, const input_t *in, ident_t id) {
    outbox_row_t row;
    bool held = outbox_find(self->outbox, id, &row) && row.state == OUTBOX_HELD;
    agent_reply(self, &in->route)->receipt = (struct receipt){
        .id = id, .state = RECEIPT_BUSY, .reason = held ? REASON_HELD : REASON_OFFLINE};
}

static int make_command(agent_t *self, const struct local_command *local, const signer_t *signer,
                        ident_t person, ident_t id, moment_t now, buffer_t *signed_bytes,
                        problem_t *problem) {
    buffer_t bytes = {0};
    struct command command = {.ledger = self->site->ledger,
                              .id = id,
                              .kind = local->kind,
                              .object = local->object,
                              .revision = local->revision,
                              .digest = local->digest,
                              .version = local->version,
                              .actor = person,
                              .station = self->station.id,
                              .claimed = now,
                              .expiry = now + COMMAND_LIFE_MS,
                              .mandate = local->mandate,
                              .body = local->body};
    int rc = record_encode(&command_record, &command, &bytes, problem);
    if (rc == 0) {
        struct signed_command s;
        signed_alone(signer, buffer_bytes(&bytes), &s);
        rc = record_encode(&signed_command_record, &s, signed_bytes, problem);
    }
    buffer_free(&bytes);
    if (rc ==
        /* what the coordinator would refuse by form alone is refused here, before it is queued */
        0) {
        struct signed_command s;
        struct command c;
        const void *body;
        rc = command_decode(buffer_bytes(signed_bytes), self->arena, &s, &c, &body, problem);
    }
    return rc;
}

static void take_command(agent_t *self, const input_t *in, const struct local_command *local,
                         const surroundings_t *now, output_t *out) {
    ident_t person, id = ident_none(local->id) ? ident_random(now->wall) : local->id;
    problem_t problem = {0};
    buffer_t signed_bytes = {0};
    const signer_t *signer = keyring_find(self->keyring, local->person, &person);
    outbox_row_t row;
    if (!signer)
        problem_set(&problem, REASON_LOCKED, "person", "countersign unlock");
    else if (ident_none(person))
        problem_set(&problem, REASON_UNKNOWN_PERSON, "person",
                    "this key's enrolment is not known here yet; connect once");
    else if (kind_signs(local->kind) && !keyring_may_sign(self->keyring, local->person, now->boot))
        problem_set(&problem, REASON_LOCKED, "passphrase", "give your passphrase to sign");
    else
        make_command(self, local, signer, person, id, now->wall, &signed_bytes, &problem);
    if (problem.reason) {
        tell(in, id, RECEIPT_REFUSED, problem.reason, problem.detail, problem.field, out);
        buffer_free(&signed_bytes);
        return;
    }
    if (outbox_find(self->outbox, id, &row)) {
        relay_command(self->relay, id, &in->route); /* the same call again: it is on its way */
        queue_reply(self, in, id);
        buffer_free(&signed_bytes);
        return;
    }
    if (kind_signs(local->kind))
        keyring_signed(self->keyring, local->person, now->boot);
    agent_begin(self);
    ident_t object = ident_none(local->object) ? id : local->object;
    if (!outbox_put(self->outbox, id, object, person, (kind_t) local->kind,
                    buffer_bytes(&signed_bytes), now->wall))
        self->full = true;
    store_named(self, buffer_bytes(&signed_bytes));
    relay_command(self->relay, id, &in->route);
    queue_reply(self, in, id);
    buffer_free(&signed_bytes);
}

static void take_unlock(agent_t *self, const input_t *in, const struct local_unlock *body,
                        const surroundings_t *now, output_t *out) {
    problem_t problem = {0};
    struct local_state state = {0};
    bool waits = false;
    text_t handle = arena_text(self->arena, body->person),
           passphrase = arena_text(self->arena, body->passphrase);
    if (passphrase.n == 0)
        keyring_lock(self->keyring, handle);
    else if (keyring_unlock(self->keyring, self->site, handle.p, passphrase.p, body->signs,
                            now->boot, &problem) == 0)
        waits = asking_whoami(self, &in->route, handle, now, out);
    if (passphrase.n)
        secret_wipe((void *) (uintptr_t) passphrase.p, passphrase.n);
    if (waits)
        return;
    char detail[256];
    state.reason = (int64_t) problem.reason;
    if (problem.reason)
        state.detail = text_of((snprintf(detail, sizeof detail, "%.120s%s%.120s", problem.file,
                                         problem.file[0] ? ": " : "", problem.detail),
                                detail));
    output_send(out, AGENT_LOCAL, &in->route, MESSAGE_LOCAL_STATE, &state);
}

/* ---- the outbox, as JSON ---- */

static const char *state_name(outbox_state_t state) {
    switch (state) {
    case OUTBOX_QUEUED: return "queued";
    case OUTBOX_ACCEPTED: return "accepted";
    case OUTBOX_REFUSED: return "refused";
    case OUTBOX_HELD: return "held";
    }
    return "";
}

typedef struct listing {
    const agent_t *agent;
    json_t *rows;
} listing_t;

static void add_row(void *arg, const outbox_row_t *row) {
    listing_t *listing = arg;
    size_t pieces, stored;
    char id[37], object[37], time[32];
    const kind_info_t *info = kind_info(row->kind);
    json_t *json =
        json_pack("{s:s, s:s, s:s, s:s, s:s, s:I}", "id", ident_print(row->id, id), "case",
                  ident_print(row->object, object), "kind", info ? info->name : "?", "state",
                  state_name(row->state), "queued", moment_print(row->queued_at, time), "position",
                  (json_int_t) row->position);
    if (row->problem.reason) {
        json_object_set_new(json, "reason", json_string(reason_name(row->problem.reason)));
        json_object_set_new(json, "clause", json_string(row->problem.clause));
        json_object_set_new(json, "field", json_string(row->problem.field));
        json_object_set_new(json, "detail", json_string(row->problem.detail));
    }
    parcels_count(listing->agent->parcels, row->id, &pieces, &stored);
    if (pieces) {
        json_object_set_new(json, "pieces", json_integer((json_int_t) pieces));
        json_object_set_new(json, "stored", json_integer((json_int_t) stored));
    }
    json_array_append_new(listing->rows, json);
}

static void send_json(const input_t *in, json_t *json, reason_t reason, const char *detail,
                      output_t *out) {
    char *text = json ? json_dumps(json, JSON_COMPACT) : NULL;
    struct local_state state = {.reason = (int64_t) reason,
                                .detail = text_of(detail),
                                .json = {(const uint8_t *) text, text ? strlen(text) : 0}};
    output_send(out, AGENT_LOCAL, &in->route, MESSAGE_LOCAL_STATE, &state);
    free(text);
    json_decref(json);
}

static json_t *doctor(agent_t *self, const surroundings_t *now) {
    bool connected = self->heard_at && now->boot - self->heard_at < 15000;
    return json_pack("{s:s, s:s, s:b, s:i, s:I, s:s}", "station", self->station.name, "department",
                     self->station.department, "connected", connected, "outbox",
                     (int) outbox_count(self->outbox), "archived", (json_int_t) self->archived,
                     "company", self->site->company);
}

static void take_ask(agent_t *self, const input_t *in, const struct local_ask *ask,
                     const surroundings_t *now, output_t *out) {
    if (text_is(ask->what, "outbox")) {
        listing_t listing = {self, json_array()};
        outbox_each(self->outbox, add_row, &listing);
        send_json(in, json_pack("{s:o}", "outbox", listing.rows), REASON_NONE, "", out);
    } else if (text_is(ask->what, "doctor"))
        send_json(in, doctor(self, now), REASON_NONE, "", out);
    else if (text_is(ask->what, "drop")) {
        agent_begin(self);
        buffer_t command = {0};
        outbox_command(self->outbox, ask->id, &command);
        bool done = outbox_drop(self->outbox, ask->id);
        if (done)
            store_dropped(self, buffer_bytes(&command));
        buffer_free(&command);
        send_json(in, NULL, done ? REASON_NONE : REASON_UNKNOWN_CASE,
                  done ? "" : "no such row, or it is on its way", out);
    } else if (text_is(ask->what, "retry")) {
        outbox_resend(self->outbox);
        send_json(in, NULL, REASON_NONE, "", out);
    } else
        send_json(in, NULL, REASON_USAGE, "outbox, doctor, drop or retry", out);
}

void local_message(agent_t *self, const input_t *in, message_type_t type, const void *body,
                   const surroundings_t *now, output_t *out) {
    if (type == MESSAGE_LOCAL_COMMAND)
        take_command(self, in, body, now, out);
    else if (type == MESSAGE_LOCAL_QUERY)
        asking_put(self, &in->route, body, now, out);
    else if (type == MESSAGE_LOCAL_UNLOCK)
        take_unlock(self, in, body, now, out);
    else if (type == MESSAGE_LOCAL_ASK)
        take_ask(self, in, body, now, out);
    else if (type == MESSAGE_BLOB_PUT)
        store_blob(self, in, body, now);
}
