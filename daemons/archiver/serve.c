/* SPDX-License-Identifier: Apache-2.0
 *
 * serve: what witnesses ask over the network, and what whoever administers this machine asks over the
 * local socket (mode 0700): a checkpoint now, a backup while the archiver runs.
 */
#include <jansson.h>
#include <stdlib.h>

#include "common/base/text.h"
#include "daemons/archiver/archiver.h"

/* ---- witnesses ---- */

void serve_checkpoint(archiver_t *self, const input_t *in, const struct checkpoint_get *body,
                      output_t *out) {
    ledger_t *ledger = chronicle_ledger(self->chronicle);
    digest_t proof[64];
    struct tree_hash hashes[64];
    size_t n = 0;
    position_t from = (position_t) body->from, to = self->trail.signed_to;
    struct checkpoint_put put = {.note = buffer_bytes(&self->trail.note), .from = body->from};
    if (from && from < to && ledger_consistency(ledger, from, to, proof, &n) != 0)
        n = 0;
    for (size_t i = 0; i < n; i++)
        hashes[i] = (struct tree_hash){proof[i]};
    put.proof = (struct tree_hash_list){hashes, n};
    output_send(out, in->port, &in->route, MESSAGE_CHECKPOINT_PUT, &put);
}

/* By the key with which whoever sends it is enrolled, and under its name. */
void serve_cosignature(archiver_t *self, const input_t *in, const struct cosignature *body) {
    const daemon_entry_t *daemon =
        context_daemon_by_curve(chronicle_context(self->chronicle), in->peer);
    signed_note_t note;
    if (!daemon || body->position != (int64_t) self->trail.signed_to)
        return; /* a newer one was signed meanwhile: it is asked for again */
    const verifier_key_t key = {daemon->name, SIGNED_COSIGNATURE, daemon->key};
    buffer_t with = {0};
    buffer_put(&with, self->trail.note.p, self->trail.note.n);
    if (signed_note_read((text_t){(const char *) with.p, with.n}, &note, NULL) == 0 &&
        signed_note_by(&note, &key, NULL) == SIGNED_ABSENT) {
        buffer_put(&with, body->line.p, body->line.n);
        if (signed_note_read((text_t){(const char *) with.p, with.n}, &note, NULL) == 0 &&
            signed_note_by(&note, &key, NULL) == SIGNED_VALID)
            trail_cosigned(self, &with);
    }
    buffer_free(&with);
}

/* ---- this machine ---- */

static void answer(archiver_t *self, const route_t *route, json_t *json, const problem_t *problem,
                   output_t *out) {
    char *text = json ? json_dumps(json, JSON_COMPACT) : NULL;
    struct reply reply = {.position = (int64_t) ledger_last(chronicle_ledger(self->chronicle)),
                          .json = {(const uint8_t *) text, text ? strlen(text) : 0}};
    memset(reply.id.b, 0xff, sizeof reply.id.b);
    if (!text) {
        reply.reason = (int64_t) problem->reason;
        reply.detail = text_of(problem->detail);
    }
    output_send(out, ARCHIVER_LOCAL, route, MESSAGE_ANSWER, &reply);
    free(text);
    json_decref(json);
}

static json_t *state(const archiver_t *self) {
    json_t *json = json_object();
    const buffer_t *note = &self->trail.note;
    json_object_set_new(json, "position", json_integer((json_int_t) self->trail.signed_to));
    json_object_set_new(json, "note", json_stringn((const char *) note->p, note->n));
    return json;
}

void serve_local(archiver_t *self, const input_t *in, const struct local_query *query,
                 output_t *out) {
    problem_t problem = {0};
    if (text_is(query->name, "checkpoint")) {
        if (trail_pending(self)) { /* asked again until it is there */
            trail_ask(self);
            problem_set(&problem, REASON_BUSY, "", "it is being made");
            answer(self, &in->route, NULL, &problem, out);
        } else if (self->differs) {
            problem_set(&problem, REASON_CONTRADICTS_TALLY, "", "%s", self->why);
            answer(self, &in->route, NULL, &problem, out);
        } else {
            answer(self, &in->route, state(self), NULL, out);
        }
    } else if (text_is(query->name, "backup")) {
        json_t *json = backup_begin(self, &problem);
        answer(self, &in->route, json, &problem, out);
    } else if (text_is(query->name, "backup-done")) {
        backup_end(self);
        answer(self, &in->route, json_object(), NULL, out);
    } else {
        problem_set(&problem, REASON_USAGE, "", "%s", "");
        answer(self, &in->route, NULL, &problem, out);
    }
}
