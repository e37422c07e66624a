/* SPDX-License-Identifier: Apache-2.0
 *
 * coordinator: opening, the ports, and which message goes where. Security: every message is taken
 * only from a CURVE key that the directory knows at that moment (a revoked one is dropped on a live
 * connection, too); what a command may do depends on its own signature alone, never on who relayed
 * it.
 */
#include "daemons/coordinator/coordinator.h"

#include <stdio.h>
#include <stdlib.h>
#include <sysexits.h>

#include "common/base/diag.h"
#include "common/base/memory.h"
#include "common/daemon/aside.h"
#include "common/sync/witness.h"

#define CASES_IN_MEMORY 4096
#define ARENA_LIMIT (32u << 20)
#define ANNOUNCE_EVERY_MS 1000
#define CLOCK_TOLERANCE_MS 5000

static const port_t ports[] = {
    [COORDINATOR_SERVICE] = {"service", PORT_ROUTER, false},
    [COORDINATOR_STREAM] = {"stream", PORT_PUB, false},
};

static void coordinator_close(void **self_p) {
    coordinator_t *self = *self_p;
    if (!self)
        return;
    chronicle_close(&self->chronicle);
    refusals_close(&self->refusals);
    signer_destroy(&self->signer);
    buffer_free(&self->checkpoint);
    arena_destroy(&self->arena);
    piece_destroy(&self->piece);
    site_close(&self->site);
    secret_wipe(&self->curve, sizeof self->curve);
    free(self->peers);
    free(self->receipts);
    free(self->blobs);
    free(self);
    *self_p = NULL;
}

static int open_store(coordinator_t *self, problem_t *problem) {
    char path[512];
    if (!site_state_path(self->site, path, sizeof path, "coordinator", "ledger.db", true, problem))
        return -1;
    buffer_t schema = {0};
    buffer_text(&schema, blobs_schema);
    buffer_text(&schema, wanted_schema);
    self->chronicle = aside_open(path, buffer_cstr(&schema), CASES_IN_MEMORY, problem);
    buffer_free(&schema);
    if (!self->chronicle)
        return -1;
    chronicle_watch(self->chronicle);
    ledger_t *ledger = chronicle_ledger(self->chronicle);
    self->lacks_blobs = wanted_first(ledger) != 0;
    const digest_t *erased;
    if (context_erasures(chronicle_context(self->chronicle), &erased))
        self->erase_after = ledger_last(ledger);
    if (ledger_last(ledger) && !digest_equal(ledger_id(ledger), self->site->ledger))
        return problem_set(problem, REASON_WRONG_LEDGER, "ledger", "%s is another site's ledger",
                           path);
    self->published = ledger_last(ledger);
    if (!site_state_path(self->site, path, sizeof path, "coordinator", "refusals.db", true,
                         problem))
        return -1;
    self->refusals = refusals_open(path, problem);
    if (site_state_path(self->site, self->restore_file, sizeof self->restore_file, "coordinator",
                        "restore.reason", true, problem))
        self->restoring =
            aside_reason(self->restore_file, self->restore_reason, sizeof self->restore_reason);
    return self->refusals ? 0 : -1;
}

static void *coordinator_open(const char *folder, const char *argument, bool check_only,
                              problem_t *problem) {
    (void) argument;
    coordinator_t *self = memory_new(1, sizeof *self);
    void *handle = self;
    self->arena = arena_new(ARENA_LIMIT);
    self->piece = piece_new();
    self->site = site_open(folder, problem);
    if (!self->site || site_curve(self->site, "coordinator", &self->curve, problem) != 0 ||
        site_signer(self->site, "coordinator", &self->signer, problem) != 0 ||
        (!check_only && open_store(self, problem) != 0))
        coordinator_close(&handle);
    return handle;
}

static void coordinator_address(void *arg, int port, port_address_t *out) {
    const coordinator_t *self = arg;
    const char *endpoint = port == COORDINATOR_SERVICE ? self->site->coordinator_service
                                                       : self->site->coordinator_stream;
    size_t n = strlen(endpoint);
    if (n >= sizeof out->endpoint)
        diag_fatal(EX_CONFIG, DIAG_CONFIGURATION, "site.cfg: an endpoint is too long");
    memcpy(out->endpoint, endpoint, n + 1);
}

static const curve_pair_t *coordinator_curve(void *arg) {
    const coordinator_t *self = arg;
    return &self->curve;
}

/* While the ledger is lost the directory is empty, and the site file's archiver alone can bring it
   back. */
static bool known(const coordinator_t *self, pubkey_t key) {
    const context_t *context = chronicle_context(self->chronicle);
    if (!context_genesis(context))
        return pubkey_equal(key, self->site->archiver_curve);
    const daemon_entry_t *daemon = context_daemon_by_curve(context, key);
    return daemon && !daemon->revoked;
}

static bool coordinator_admits(void *arg, int port, pubkey_t key) {
    (void) port;
    return known(arg, key);
}

static bool from_archiver(const coordinator_t *self, pubkey_t key) {
    const daemon_entry_t *daemon = context_daemon_by_curve(chronicle_context(self->chronicle), key);
    return daemon && daemon->part == PART_ARCHIVER;
}

/* The archiver's checkpoint goes on to every follower; a true one of this ledger alone. */
static void take_checkpoint(coordinator_t *self, bytes_t note) {
    ledger_t *ledger = chronicle_ledger(self->chronicle);
    problem_t problem = {0};
    if (note.n == self->checkpoint.n && memcmp(note.p, self->checkpoint.p, note.n) == 0)
        return;
    witnessed_t found = witness_take(
        ledger, context_archiver_key(chronicle_context(self->chronicle)), note, &problem);
    if (found == WITNESS_FORK)
        coordinator_stop(self, problem.detail);
    if (found == WITNESS_STRANGE)
        diag_warn(DIAG_ALARM_FORK, "the archiver's checkpoint is not taken: %s", problem.detail);
    if (found != WITNESS_KEPT)
        return;
    buffer_clear(&self->checkpoint);
    buffer_put(&self->checkpoint, note.p, note.n);
    self->checkpoint_due = self->announce_due = true;
}

static void take_archived(coordinator_t *self, const struct archived *body) {
    ledger_t *ledger = chronicle_ledger(self->chronicle);
    digest_t root;
    position_t at = (position_t) body->position;
    if (at == 0 || at > ledger_last(ledger) || ledger_in_transaction(ledger))
        return; /* it says so again */
    if (ledger_root_at(ledger, at, &root) != LEDGER_OK || !digest_equal(root, body->root)) {
        char why[160];
        snprintf(why, sizeof why, "ledger and archive have different roots at position %llu",
                 (unsigned long long) at);
        coordinator_stop(self, why);
        return;
    }
    position_t verified = (position_t) body->verified;
    if (at > self->archived || verified > self->verified)
        self->announce_due = true;
    if (at > self->archived)
        self->archived = at;
    if (verified > self->verified && verified <= at)
        self->verified = verified;
    if (body->alarm.n)
        diag_alarm(DIAG_ALARM_DECISION, "the archiver stopped verifying at %lld: %.*s",
                   (long long) body->alarm.at[0].at, (int) body->alarm.at[0].text.n,
                   body->alarm.at[0].text.p);
    if (body->checkpoint.n && self->mode == MODE_RUNNING)
        take_checkpoint(self, body->checkpoint);
}

static void take_message(coordinator_t *self, const input_t *in, const surroundings_t *now,
                         output_t *out) {
    message_type_t type;
    const void *body;
    problem_t problem = {0};
    if (self->mode == MODE_STOPPED || in->port != COORDINATOR_SERVICE || !known(self, in->peer))
        return;
    arena_reset(self->arena);
    if (message_decode(in->frame, self->arena, &type, &body, &problem) != 0) {
        struct receipt receipt = {.state = RECEIPT_REFUSED,
                                  .reason = problem.reason,
                                  .field = text_of(problem.field),
                                  .detail = text_of(problem.detail)};
        memset(receipt.id.b, 0xff, sizeof receipt.id.b);
        output_send(out, COORDINATOR_SERVICE, &in->route, MESSAGE_RECEIPT, &receipt);
        return;
    }
    switch (type) {
    case MESSAGE_HELLO: compare_hello(self, in, body, now, out); break;
    case MESSAGE_EVENTS: compare_events(self, in, body, now, out); break;
    case MESSAGE_FETCH: stream_fetch(self, in, body, now, out); break;
    case MESSAGE_SUBMIT: submit_take(self, in, body, now); break;
    case MESSAGE_ARCHIVED:
        if (from_archiver(self, in->peer))
            take_archived(self, body);
        break;
    case MESSAGE_BLOB_PUT: documents_put(self, in, body, now); break;
    case MESSAGE_BLOB_ASK: documents_ask(self, in, body); break;
    case MESSAGE_BLOB_GET: documents_give(self, in, body, out); break;
    case MESSAGE_NONE:
    case MESSAGE_ANNOUNCE:
    case MESSAGE_COMMIT:
    case MESSAGE_RECEIPT:
    case MESSAGE_ASK:
    case MESSAGE_ANSWER:
    case MESSAGE_BLOB_STATE:
    case MESSAGE_DELIVER:
    case MESSAGE_DELIVERED:
    case MESSAGE_CHECKPOINT_GET:
    case MESSAGE_CHECKPOINT_PUT:
    case MESSAGE_COSIGN:
    case MESSAGE_LOCAL_COMMANDS:
    case MESSAGE_LOCAL_QUERY:
    case MESSAGE_LOCAL_UNLOCK:
    case MESSAGE_LOCAL_ASK:
    case MESSAGE_LOCAL_STATE: break; /* not for us */
    }
}

/* The two clocks must go side by side: a jump would give events wrong times (ISO 9001 7.5.3). */
static void watch_clock(coordinator_t *self, const surroundings_t *now) {
    moment_t last = ledger_time(chronicle_ledger(self->chronicle));
    bool jumped;
    if (self->last_boot) {
        int64_t drift = (now->wall - self->last_wall) - (now->boot - self->last_boot);
        jumped = drift > CLOCK_TOLERANCE_MS || drift < -CLOCK_TOLERANCE_MS;
    } else
        jumped = now->wall + CLOCK_TOLERANCE_MS < last;
    if (jumped && !self->clock_jumped) {
        self->clock_jumped = true;
        diag_alarm(
            DIAG_CLOCK_JUMP,
            "the clock jumped; nothing is accepted until an administrator signs ledger.clock");
    }
    self->last_wall = now->wall;
    self->last_boot = now->boot;
}

static void announce_if_due(coordinator_t *self, const surroundings_t *now, output_t *out) {
    if (!ledger_last(chronicle_ledger(self->chronicle)))
        return;
    if (self->announce_due || now->boot - self->announced_at >= ANNOUNCE_EVERY_MS) {
        struct announce announce;
        buffer_t room = {0};
        stream_announce(self, now, &announce, &room);
        stream_add_checkpoint(self, &announce);
        output_send(out, COORDINATOR_STREAM, NULL, MESSAGE_ANNOUNCE, &announce);
        buffer_free(&room);
        self->announce_due = false;
        self->announced_at = now->boot;
    }
    output_wake(out, now->boot + ANNOUNCE_EVERY_MS);
}

static void coordinator_step(void *arg, const input_t *in, const surroundings_t *now,
                             output_t *out) {
    coordinator_t *self = arg;
    watch_clock(self, now);
    switch (in->type) {
    case INPUT_START:
        compare_start(self, now);
        compare_tick(self, now, out);
        break;
    case INPUT_MESSAGE: take_message(self, in, now, out); break;
    case INPUT_FLUSH:
    case INPUT_STOP: submit_flush(self, now, out); break;
    case INPUT_TICK:
        compare_tick(self, now, out);
        if (submit_time_due(self, now))
            submit_flush(self, now, out);
        break;
    }
    if (in->type != INPUT_MESSAGE && !ledger_in_transaction(chronicle_ledger(self->chronicle)))
        announce_if_due(self, now, out);
    if (self->mode == MODE_COMPARING)
        output_wake(out, now->boot + 200);
    if (in->type != INPUT_MESSAGE) {
        compare_blobs(self, now, out);
        documents_tick(self, now);
    }
    if (self->mode == MODE_STOPPED && in->type != INPUT_MESSAGE)
        compare_leave(self, now, out);
    out->ready = true;
}

const daemon_spec_t coordinator_spec = {
    .name = "countersign-coordinator",
    .arguments = "",
    .doc = "orders the departments' commands into the ledger and publishes its events",
    .store = "ledger.db",
    .ports = ports,
    .ports_n = sizeof ports / sizeof *ports,
    .open = coordinator_open,
    .close = coordinator_close,
    .address = coordinator_address,
    .curve = coordinator_curve,
    .admits = coordinator_admits,
    .step = coordinator_step,
};
