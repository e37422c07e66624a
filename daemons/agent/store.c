/* SPDX-License-Identifier: Apache-2.0
 *
 * store: blobs in outbox.db. They come from the command line before the command that names them,
 * stay while a row of the outbox does, and go when it is archived (both disks have them) or
 * dropped; what no command names within a day goes, too. What went leaves nothing in the file:
 * somebody may have it erased at the hub later, and nobody tells the workstations.
 */
#include "common/base/moment.h"
#include "common/ledger/blobs.h"
#include "common/ledger/loose.h"
#include "daemons/agent/agent.h"

#define LOOSE_FOR_MS DAY_MS
#define SWEEP_AT_ONCE 16
#define SWEEP_ON_MS 50
#define SWEEP_EVERY_MS 60000

void store_blob(agent_t *self, const input_t *in, const struct blob_put *body,
                const surroundings_t *now) {
    problem_t problem = {0};
    agent_begin(self);
    if (!blobs_have(self->db, body->address) &&
        blobs_put(self->db, body->address, body->salted, &problem) == 0)
        loose_note(self->db, body->address, body->salted.n, now->wall);
    if (problem.reason == REASON_DISK_FULL)
        self->full = true;
    pending_reply_t *reply = agent_reply(self, &in->route);
    reply->blob = true;
    reply->state = (struct blob_state){
        .address = body->address, .stored = !problem.reason, .reason = (int64_t) problem.reason};
}

static bool name(void *arg, digest_t blob) {
    agent_t *self = arg;
    loose_named(self->db, blob);
    return true;
}

void store_named(agent_t *self, bytes_t signed_bytes) { parcels_each(signed_bytes, name, self); }

static bool let_go(void *arg, digest_t blob) {
    agent_t *self = arg;
    if (blobs_have(self->db, blob))
        loose_note(self->db, blob, 0, 0);
    self->sweep_at = 0;
    return true;
}

void store_archived(agent_t *self, ident_t id) {
    buffer_t command = {0};
    if (outbox_command(self->outbox, id, &command))
        parcels_each(buffer_bytes(&command), let_go, self);
    buffer_free(&command);
}

static void name_row(void *arg, const outbox_row_t *row) { store_named(arg, row->signed_command); }

void store_dropped(agent_t *self, bytes_t signed_bytes) {
    parcels_each(signed_bytes, let_go, self);
    outbox_each(self->outbox, name_row, self);
}

void store_sweep(agent_t *self, const surroundings_t *now, output_t *out) {
    if (now->boot < self->sweep_at)
        return;
    agent_begin(self);
    size_t n = loose_drop(self->db, now->wall - LOOSE_FOR_MS, SWEEP_AT_ONCE);
    self->scrub_due |= n > 0;
    self->sweep_at = now->boot + (n == SWEEP_AT_ONCE ? SWEEP_ON_MS : SWEEP_EVERY_MS);
    output_wake(out, self->sweep_at);
}

void store_scrub(agent_t *self) {
    if (self->scrub_due)
        self->scrub_due = !blobs_scrub(self->db);
}
