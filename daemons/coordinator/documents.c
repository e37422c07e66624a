/* SPDX-License-Identifier: Apache-2.0
 *
 * documents: blobs (pieces of attachments, contact persons) as they come in, are given out, and go.
 * They come before the event that names them: what no event has named for a day is dropped, and
 * beyond 4 GiB of such nothing new is taken, for a workstation could otherwise fill the disk. It
 * keeps what it sent until it is archived, and sends it again when it is missed. What blob.erase
 * names goes from the disk when that event is archived: until then the event could still be lost,
 * and a gap that no event explains would be damage.
 */
#include "common/base/diag.h"
#include "common/base/memory.h"
#include "common/base/moment.h"
#include "common/base/text.h"
#include "common/daemon/erasure.h"
#include "common/event/named.h"
#include "common/ledger/loose.h"
#include "daemons/coordinator/coordinator.h"

#define LOOSE_FOR_MS DAY_MS
#define LOOSE_BYTES_MAX (INT64_C(4) << 30)
#define SWEEP_EVERY_MS 60000
#define SWEEP_AT_ONCE 16
#define FULL_RETRY_MS 2000

static bool erased(const coordinator_t *self, digest_t address) {
    return context_erased(chronicle_context(self->chronicle), address);
}

/* BLOB_STATE, after the commit: "stored" means on the disk. */
static void answer(coordinator_t *self, const input_t *in, digest_t address, reason_t reason) {
    if (self->blobs_n == self->blobs_room) {
        self->blobs_room = self->blobs_room ? self->blobs_room * 2 : 16;
        self->blobs = memory_grow(self->blobs, self->blobs_room, sizeof *self->blobs);
    }
    self->blobs[self->blobs_n++] = (pending_blob_t){in->route, address, reason};
}

static void debug(const char *what, digest_t address) {
    char hex[65];
    if (diag_verbose)
        diag_debug("piece %.16s %s", hex_print(address.b, sizeof address.b, hex), what);
}

static reason_t store(coordinator_t *self, const struct blob_put *body, moment_t now) {
    ledger_t *ledger = chronicle_ledger(self->chronicle);
    sqlite3 *db = ledger_db(ledger);
    problem_t problem = {0};
    if (erased(self, body->address))
        return REASON_ERASED;
    if (!ledger_in_transaction(ledger))
        ledger_begin(ledger);
    bool wanted = self->lacks_blobs && wanted_done(ledger, body->address);
    if (blobs_have(db, body->address)) {
        debug("came again", body->address);
        return REASON_NONE;
    }
    if (!wanted && loose_bytes(db) > LOOSE_BYTES_MAX) {
        diag_warn(DIAG_DISK_FULL, "4 GiB of attachments came that no command has named yet; no "
                                  "more are taken until they are named or a day is over");
        return REASON_BUSY;
    }
    debug("came", body->address);
    if (blobs_put(db, body->address, body->salted, &problem) != 0) {
        if (problem.reason == REASON_DISK_FULL)
            ledger_spoil(ledger);
    } else if (!wanted)
        loose_note(db, body->address, body->salted.n, now);
    return problem.reason;
}

void documents_put(coordinator_t *self, const input_t *in, const struct blob_put *body,
                   const surroundings_t *now) {
    wanted_came(&self->turn, now->boot);
    answer(self, in, body->address, store(self, body, now->wall));
}

void documents_ask(coordinator_t *self, const input_t *in, const struct blob_get *body) {
    answer(self, in, body->address,
           erased(self, body->address) ? REASON_ERASED
           : blobs_have(ledger_db(chronicle_ledger(self->chronicle)), body->address)
               ? REASON_NONE
               : REASON_BLOB_MISSING);
}

void documents_give(coordinator_t *self, const input_t *in, const struct blob_get *body,
                    output_t *out) {
    buffer_t salted = {0};
    bool gone = erased(self, body->address);
    if (!gone && blobs_get(ledger_db(chronicle_ledger(self->chronicle)), body->address, &salted)) {
        struct blob_put put = {.address = body->address, .salted = buffer_bytes(&salted)};
        output_send(out, COORDINATOR_SERVICE, &in->route, MESSAGE_BLOB_PUT, &put);
    } else {
        struct blob_state state = {.address = body->address,
                                   .reason = gone ? REASON_ERASED : REASON_BLOB_MISSING};
        output_send(out, COORDINATOR_SERVICE, &in->route, MESSAGE_BLOB_STATE, &state);
    }
    buffer_free(&salted);
}

/* What was erased is not missing: decide says what is wrong with a command that names it. */
static bool is_here(void *arg, digest_t blob) {
    const coordinator_t *self = arg;
    return erased(self, blob) || blobs_have(ledger_db(chronicle_ledger(self->chronicle)), blob);
}

bool documents_here(coordinator_t *self, kind_t kind, const void *body) {
    return named_blobs(kind, body, is_here, self);
}

static bool note_named(void *arg, digest_t blob) {
    loose_named(arg, blob);
    return true;
}

void documents_named(coordinator_t *self, kind_t kind, const void *body, position_t position) {
    named_blobs(kind, body, note_named, ledger_db(chronicle_ledger(self->chronicle)));
    if (kind == KIND_BLOB_ERASE)
        self->erase_after = position;
}

/* A refused one's goes in a day all the same: its workstation drops it, too. */
void documents_again(coordinator_t *self, kind_t kind, const void *body) {
    ledger_t *ledger = chronicle_ledger(self->chronicle);
    if (!self->receipts_n || self->receipts[self->receipts_n - 1].state != RECEIPT_ACCEPTED)
        return;
    if (!ledger_in_transaction(ledger))
        ledger_begin(ledger);
    named_blobs(kind, body, note_named, ledger_db(ledger));
}

static void sweep(coordinator_t *self, const surroundings_t *now) {
    ledger_t *ledger = chronicle_ledger(self->chronicle);
    if (now->boot < self->sweep_at)
        return;
    ledger_begin(ledger);
    size_t n = loose_drop(ledger_db(ledger), now->wall - LOOSE_FOR_MS, SWEEP_AT_ONCE);
    if (ledger_commit(ledger) == LEDGER_OK && n)
        diag_info(DIAG_GENERAL, "%zu blobs that nothing named for a day are dropped", n);
    self->sweep_at = now->boot + (n == SWEEP_AT_ONCE ? 1000 : SWEEP_EVERY_MS);
}

void documents_tick(coordinator_t *self, const surroundings_t *now) {
    ledger_t *ledger = chronicle_ledger(self->chronicle);
    if (self->mode == MODE_STOPPED || ledger_in_transaction(ledger))
        return;
    if (self->erase_after && self->archived >= self->erase_after && now->boot >= self->erase_at) {
        if (erasure_run(self->chronicle))
            self->erase_after = 0;
        self->erase_at = now->boot + FULL_RETRY_MS;
    }
    sweep(self, now);
}
