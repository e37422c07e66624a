/* SPDX-License-Identifier: Apache-2.0
 *
 * local: the command line's side: sign and queue a command, ask, unlock, look into the outbox.
 * Whoever can open the socket (mode 0700, the workstation's user) can use the keys that are
 * unlocked.
 */
#include <jansson.h>
#include <stdlib.h>

#include "common/base/diag.h"
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

/* A command of an act on its way from the person's wish to the outbox. */
typedef struct wish {
    const struct local_command *local;
    ident_t id;
    buffer_t said; /* canonical: the command, then signed */
} wish_t;
typedef struct signing {
    const signer_t *signer;
    ident_t person;
    bool signs; /* one of them has the meaning of a signature */
    wish_t wishes[LOCAL_COMMANDS_MAX];
    size_t n;
} signing_t;

static int write_command(const agent_t *self, const signing_t *act, wish_t *wish, moment_t now,
                         problem_t *problem) {
    const struct local_command *local = wish->local;
    struct command command = {.ledger = self->site->ledger,
                              .id = wish->id,
                              .kind = local->kind,
                              .object = local->object,
                              .revision = local->revision,
                              .digest = local->digest,
                              .version = local->version,
                              .actor = act->person,
                              .station = self->station.id,
                              .claimed = now,
                              .expiry = now + COMMAND_LIFE_MS,
                              .mandate = local->mandate,
                              .body = local->body};
    return record_encode(&command_record, &command, &wish->said, problem);
}

/* What the coordinator would refuse by form alone is refused here, before anything is queued. */
static int sign_wishes(agent_t *self, signing_t *act, problem_t *problem) {
    buffer_t *said[LOCAL_COMMANDS_MAX];
    for (size_t i = 0; i < act->n; i++)
        said[i] = &act->wishes[i].said;
    int rc = signed_commands(act->signer, said, act->n, problem);
    for (size_t i = 0; i < act->n && rc == 0; i++) {
        struct signed_command s;
        struct command c;
        const void *body;
        rc = command_decode(buffer_bytes(said[i]), self->arena, &s, &c, &body, problem);
    }
    return rc;
}

static int check_signer(agent_t *self, signing_t *act, const surroundings_t *now,
                        problem_t *problem) {
    text_t person = act->wishes[0].local->person;
    for (size_t i = 1; i < act->n; i++)
        if (!text_equal(act->wishes[i].local->person, person))
            return problem_set(problem, REASON_MALFORMED, "person", "one act is one person's");
    act->signer = keyring_find(self->keyring, person, &act->person);
    if (!act->signer)
        return problem_set(problem, REASON_LOCKED, "person", "countersign unlock");
    if (ident_none(act->person))
        return problem_set(problem, REASON_UNKNOWN_PERSON, "person",
                           "this key's enrolment is not known here yet; connect once");
    if (act->signs && !keyring_may_sign(self->keyring, person, now->boot))
        return problem_set(problem, REASON_LOCKED, "passphrase", "give your passphrase to sign");
    return 0;
}

/* Signs them all, or says why none of them is. */
static int carry_out(agent_t *self, signing_t *act, const surroundings_t *now, problem_t *problem) {
    if (check_signer(self, act, now, problem) != 0)
        return -1;
    for (size_t i = 0; i < act->n; i++)
        if (write_command(self, act, &act->wishes[i], now->wall, problem) != 0)
            return -1;
    return sign_wishes(self, act, problem);
}

/* false: it was there, by the same call before. */
static bool queue_wish(agent_t *self, const input_t *in, const signing_t *act, const wish_t *wish,
                       moment_t now) {
    outbox_row_t row;
    bool new = !outbox_find(self->outbox, wish->id, &row);
    ident_t object = ident_none(wish->local->object) ? wish->id : wish->local->object;
    bytes_t sent = buffer_bytes(&wish->said);
    if (new) {
        agent_begin(self);
        if (!outbox_put(self->outbox, wish->id, object, act->person, (kind_t) wish->local->kind,
                        sent, now))
            self->full = true;
        store_named(self, sent);
    }
    relay_command(self->relay, wish->id, &in->route);
    queue_reply(self, in, wish->id);
    return new;
}

static void take_commands(agent_t *self, const input_t *in, const struct local_commands *body,
                          const surroundings_t *now, output_t *out) {
    const struct local_command *list = body->commands.at;
    size_t n = body->commands.n;
    signing_t act = {.n = n};
    problem_t problem = {0};
    insist(n >= 1 && n <= LOCAL_COMMANDS_MAX);
    for (size_t i = 0; i < n; i++) {
        ident_t id = ident_none(list[i].id) ? ident_random(now->wall) : list[i].id;
        act.wishes[i] = (wish_t){.local = &list[i], .id = id};
        act.signs |= kind_signs(list[i].kind);
    }
    bool good = carry_out(self, &act, now, &problem) == 0;
    bool any = false;
    for (size_t i = 0; i < n; i++) {
        wish_t *wish = &act.wishes[i];
        if (good)
            any |= queue_wish(self, in, &act, wish, now->wall);
        else
            tell(in, wish->id, RECEIPT_REFUSED, problem.reason, problem.detail, problem.field, out);
        buffer_free(&wish->said);
    }
    if (any && act.signs)
        keyring_signed(self->keyring, list[0].person, now->boot);
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
    if (type == MESSAGE_LOCAL_COMMANDS)
        take_commands(self, in, body, now, out);
    else if (type == MESSAGE_LOCAL_QUERY)
        asking_put(self, &in->route, body, now, out);
    else if (type == MESSAGE_LOCAL_UNLOCK)
        take_unlock(self, in, body, now, out);
    else if (type == MESSAGE_LOCAL_ASK)
        take_ask(self, in, body, now, out);
    else if (type == MESSAGE_BLOB_PUT)
        store_blob(self, in, body, now);
}
