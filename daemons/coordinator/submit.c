/* SPDX-License-Identifier: Apache-2.0
 *
 * submit: a signed command comes in and gets a receipt: refused or busy, or accepted once its event
 * is on the disk. The same id and command again get the same receipt again; the same id with another
 * command is refused and an alarm.
 */

#include "common/base/diag.h"
#include "common/base/memory.h"
#include "common/base/text.h"
#include "common/crypto/signed.h"
#include "daemons/coordinator/coordinator.h"

#define CLOCK_CONFIRM_MS 120000

moment_t event_time(const coordinator_t *self, const surroundings_t *now) {
    moment_t last = ledger_time(chronicle_ledger(self->chronicle));
    return now->wall > last ? now->wall : last;
}

static pending_receipt_t *answer(coordinator_t *self, const input_t *in, ident_t id,
                                 enum receipt_state state) {
    if (self->receipts_n == self->receipts_room) {
        self->receipts_room = self->receipts_room ? self->receipts_room * 2 : 64;
        self->receipts = memory_grow(self->receipts, self->receipts_room, sizeof *self->receipts);
    }
    pending_receipt_t *r = &self->receipts[self->receipts_n++];
    *r = (pending_receipt_t){.route = in->route, .id = id, .state = state};
    return r;
}

static void busy(coordinator_t *self, const input_t *in, ident_t id, const problem_t *problem,
                 int64_t retry_ms) {
    pending_receipt_t *r = answer(self, in, id, RECEIPT_BUSY);
    r->problem = *problem;
    r->retry_ms = retry_ms;
}

static void busy_for(coordinator_t *self, const input_t *in, ident_t id, reason_t reason) {
    problem_t problem = {.reason = reason};
    busy(self, in, id, &problem, 1000);
}

static void refuse(coordinator_t *self, const input_t *in, ident_t id, const problem_t *problem) {
    answer(self, in, id, RECEIPT_REFUSED)->problem = *problem;
}

/* Refused a moment ago, in the batch that is open. */
static const pending_receipt_t *just_refused(const coordinator_t *self, ident_t id,
                                             digest_t digest) {
    for (size_t i = 0; i < self->receipts_n; i++) {
        const pending_receipt_t *r = &self->receipts[i];
        if (r->remember && ident_equal(r->id, id) && digest_equal(r->digest, digest))
            return r;
    }
    return NULL;
}

/* The same command under another signature of the same key, such as a daemon gives that has lost its
   outbox and signs in other batches since. */
static bool signed_again(coordinator_t *self, const struct signed_command *s, position_t position) {
    buffer_t bytes = {0};
    decoded_t event;
    bool same = ledger_read(chronicle_ledger(self->chronicle), position, &bytes) == LEDGER_OK &&
                event_decode(buffer_bytes(&bytes), self->arena, &event, NULL) == 0 &&
                pubkey_equal(event.event.key, s->key) &&
                event.event.command.n == s->command.n &&
                memcmp(event.event.command.p, s->command.p, s->command.n) == 0 && signed_valid(s);
    buffer_free(&bytes);
    return same;
}

/* Seen before? Then the receipt is the one it got. */
static bool repeated(coordinator_t *self, const input_t *in, ident_t id, bytes_t sent,
                     const struct signed_command *s) {
    digest_t digest = hash_bytes(s->command);
    position_t position;
    digest_t before;
    problem_t problem = {0};
    bool other_bytes = false;
    const pending_receipt_t *just = just_refused(self, id, digest);
    if (just) {
        problem = just->problem;
        refuse(self, in, id, &problem);
        return true;
    }
    if (ledger_find_command(chronicle_ledger(self->chronicle), id, &position, &before) ==
        LEDGER_OK) {
        if (digest_equal(before, hash_bytes(sent)) || signed_again(self, s, position)) {
            answer(self, in, id, RECEIPT_ACCEPTED)->position = position;
            return true;
        }
        other_bytes = true;
    } else if (refusals_find(self->refusals, id, digest, &problem, &other_bytes)) {
        if (!other_bytes) {
            refuse(self, in, id, &problem);
            return true;
        }
    } else
        return false;
    char text[37];
    diag_alarm(DIAG_ALARM_ID_REUSED, "command %s came again with other content",
               ident_print(id, text));
    problem_set(&problem, REASON_ID_REUSED, "id", "make a new command");
    refuse(self, in, id, &problem);
    return true;
}

/* While we compare, an administrator's ledger.resume is heard, not yet written: where events were
   lost, ledger.restored has to come before it. It is sent again, and then it is an event. */
static void hear_resume(coordinator_t *self, const input_t *in, const struct command *command,
                        bytes_t bytes, moment_t time) {
    ledger_t *ledger = chronicle_ledger(self->chronicle);
    position_t position;
    problem_t problem = {0};
    if (!ledger_in_transaction(ledger)) {
        ledger_begin(ledger);
        self->resumed |= chronicle_decide(self->chronicle, bytes, time, &position, &problem) == 0;
        ledger_rollback(ledger);
        chronicle_reload(self->chronicle);
    }
    if (problem.reason)
        refuse(self, in, command->id, &problem);
    else
        busy_for(self, in, command->id, REASON_BUSY);
}

/* Before nothing is known to be lost, nothing gets through; after a jump of the clock, only a
   ledger.clock that names the time. */
static bool let_in(coordinator_t *self, const input_t *in, const struct command *command,
                   const void *body, const surroundings_t *now) {
    if (self->mode == MODE_COMPARING) {
        busy_for(self, in, command->id, REASON_BUSY);
        return false;
    }
    if (!self->clock_jumped)
        return true;
    if (command->kind == KIND_LEDGER_CLOCK) {
        moment_t said = ((const struct clock *) body)->now;
        if (said - now->wall < CLOCK_CONFIRM_MS && now->wall - said < CLOCK_CONFIRM_MS)
            return true;
    }
    busy_for(self, in, command->id, REASON_CLOCK_JUMP);
    return false;
}

/* A refusal is remembered only of a command whose signature is good: nobody can spoil another's
   id. */
static void decide_refused(coordinator_t *self, const input_t *in, const struct command *command,
                           digest_t digest, const problem_t *problem) {
    if (problem->reason == REASON_UNKNOWN_CASE || problem->reason == REASON_BEHIND) {
        busy(self, in, command->id, problem, 500);
        return;
    }
    refuse(self, in, command->id, problem);
    pending_receipt_t *r = &self->receipts[self->receipts_n - 1];
    r->remember = problem->reason != REASON_BAD_SIGNATURE &&
                  problem->reason != REASON_UNKNOWN_PERSON &&
                  problem->reason != REASON_WRONG_LEDGER;
    r->digest = digest;
    r->expiry = command->expiry;
}

void submit_take(coordinator_t *self, const input_t *in, const struct submit *submit,
                 const surroundings_t *now) {
    ledger_t *ledger = chronicle_ledger(self->chronicle);
    struct signed_command signed_command;
    struct command command;
    const void *body;
    problem_t problem = {0};
    if (command_decode(submit->signed_command, self->arena, &signed_command, &command, &body,
                       &problem) != 0) {
        ident_t unread;
        memset(unread.b, 0xff, sizeof unread.b);
        refuse(self, in, unread, &problem);
        return;
    }
    /* asked of what was accepted, too: events come back from followers, blobs from their
       workstation alone */
    bool here = documents_here(self, (kind_t) command.kind, body);
    if (here && repeated(self, in, command.id, submit->signed_command, &signed_command)) {
        documents_again(self, (kind_t) command.kind, body);
        return;
    }
    if (self->mode == MODE_COMPARING && command.kind == KIND_LEDGER_RESUME) {
        hear_resume(self, in, &command, submit->signed_command, event_time(self, now));
        return;
    }
    if (!let_in(self, in, &command, body, now))
        return;
    if (!here) {
        busy_for(self, in, command.id, REASON_BLOB_MISSING);
        return;
    }
    if (!ledger_in_transaction(ledger))
        ledger_begin(ledger);
    position_t position;
    moment_t time = event_time(self, now);
    if (chronicle_decide_command(self->chronicle, &signed_command, &command, body, time, &position,
                                 &problem) != 0) {
        decide_refused(self, in, &command, hash_bytes(signed_command.command), &problem);
        return;
    }
    documents_named(self, (kind_t) command.kind, body, position);
    pending_receipt_t *r = answer(self, in, command.id, RECEIPT_ACCEPTED);
    r->position = position;
    r->time = time;
    if (command.kind == KIND_LEDGER_CLOCK)
        self->clock_jumped = false;
}

static void send_receipt(coordinator_t *self, const pending_receipt_t *r, output_t *out) {
    const problem_t *p = &r->problem;
    bool archived = r->state == RECEIPT_ACCEPTED && r->position <= self->archived;
    const char *clause = p->clause[0] ? p->clause : reason_clause(p->reason);
    struct receipt receipt = {.id = r->id,
                              .state = archived ? RECEIPT_ARCHIVED : r->state,
                              .position = (int64_t) r->position,
                              .time = r->time,
                              .reason = (int64_t) p->reason,
                              .clause = text_of(p->reason ? clause : ""),
                              .field = text_of(p->field),
                              .detail = text_of(p->detail),
                              .retry_ms = r->retry_ms};
    output_send(out, COORDINATOR_SERVICE, &r->route, MESSAGE_RECEIPT, &receipt);
}

/* Rolled back: what would have been accepted is asked for again, and what was refused too: it was
   decided on a state that never was. Nothing of it was promised. */
static void void_batch(coordinator_t *self) {
    diag_alarm(DIAG_DISK_FULL,
               "the disk is full: nothing is accepted until there is room; reading goes on");
    chronicle_reload(self->chronicle);
    for (size_t i = 0; i < self->receipts_n; i++) {
        pending_receipt_t *r = &self->receipts[i];
        if (r->remember || (r->state == RECEIPT_ACCEPTED &&
                            r->position > ledger_last(chronicle_ledger(self->chronicle))))
            *r = (pending_receipt_t){.route = r->route,
                                     .id = r->id,
                                     .state = RECEIPT_BUSY,
                                     .retry_ms = 2000,
                                     .problem = {.reason = REASON_DISK_FULL}};
    }
    for (size_t i = 0; i < self->blobs_n; i++)
        self->blobs[i].reason = REASON_DISK_FULL;
}

/* Something is to be said of a deadline; not while nobody knows what time it is. */
bool submit_time_due(coordinator_t *self, const surroundings_t *now) {
    if (self->mode != MODE_RUNNING || self->clock_jumped || now->boot < self->time_again)
        return false;
    moment_t next = chronicle_next_deadline(self->chronicle);
    return next && next <= event_time(self, now);
}

static void pass_time(coordinator_t *self, const surroundings_t *now) {
    ledger_t *ledger = chronicle_ledger(self->chronicle);
    if (!submit_time_due(self, now))
        return;
    if (!ledger_in_transaction(ledger))
        ledger_begin(ledger);
    chronicle_pass_time(self->chronicle, event_time(self, now));
}

void submit_flush(coordinator_t *self, const surroundings_t *now, output_t *out) {
    ledger_t *ledger = chronicle_ledger(self->chronicle);
    pass_time(self, now);
    if (ledger_in_transaction(ledger) && ledger_commit(ledger) != LEDGER_OK) {
        void_batch(self);
        self->time_again = now->boot + 2000;
    }
    for (size_t i = 0; i < self->receipts_n; i++) {
        const pending_receipt_t *r = &self->receipts[i];
        if (r->remember)
            refusals_put(self->refusals, r->id, r->digest, r->expiry, &r->problem);
    }
    refusals_flush(self->refusals, now->wall);
    for (size_t i = 0; i < self->receipts_n; i++)
        send_receipt(self, &self->receipts[i], out);
    self->receipts_n = 0;
    for (size_t i = 0; i < self->blobs_n; i++) {
        const pending_blob_t *b = &self->blobs[i];
        struct blob_state state = {.address = b->address,
                                   .stored = b->reason == REASON_NONE,
                                   .reason = (int64_t) b->reason};
        output_send(out, COORDINATOR_SERVICE, &b->route, MESSAGE_BLOB_STATE, &state);
    }
    self->blobs_n = 0;
    stream_publish(self, now, out);
}
