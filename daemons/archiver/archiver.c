/* SPDX-License-Identifier: Apache-2.0
 *
 * archiver: opening, following, checking, telling. What arrives is stored first; a decision that
 * comes out another way here stops *verified* and the checkpoints and raises an alarm, but never
 * the archiving.
 */
#include "daemons/archiver/archiver.h"

#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>

#include "common/base/diag.h"
#include "common/base/memory.h"
#include "common/daemon/erasure.h"

#define CASES_IN_MEMORY 4096
#define ARENA_LIMIT (32u << 20)
#define TELL_EVERY_MS 1000
#define WAKE_MS 500
#define FULL_RETRY_MS 2000

static const port_t ports[] = {
    [ARCHIVER_COORDINATOR] = {"coordinator", PORT_DEALER, false},
    [ARCHIVER_STREAM] = {"stream", PORT_SUB, false},
    [ARCHIVER_SERVICE] = {"service", PORT_ROUTER, false},
    [ARCHIVER_LOCAL] = {"local", PORT_LOCAL, true},
};

void archiver_doubt(archiver_t *self, const char *format, ...) {
    va_list list;
    if (self->differs)
        return; /* the first is what counts */
    va_start(list, format);
    vsnprintf(self->why, sizeof self->why, format, list);
    va_end(list);
    self->differs = true;
    diag_alarm(DIAG_ALARM_DECISION, "%s; verification stops here, archiving goes on", self->why);
}

/* ---- following ---- */

/* Restored from a backup that was behind a checkpoint: what came back must be what was signed for, or
   the ledger's signed word that it is gone. */
static void check_expected(archiver_t *self, const decoded_t *event) {
    ledger_t *ledger = chronicle_ledger(self->chronicle);
    position_t expected = (position_t) ledger_get_number(ledger, "expected", 0);
    buffer_t root = {0};
    if (!expected)
        return;
    if (event->info->kind == KIND_LEDGER_RESTORED)
        ledger_put_number(ledger, "expected", 0);
    else if ((position_t) event->event.position == expected) {
        digest_t ours = ledger_root(ledger);
        if (ledger_get_meta(ledger, "expected.root", &root) != LEDGER_OK || root.n != sizeof ours.b ||
            memcmp(root.p, ours.b, root.n) != 0)
            archiver_doubt(self, "the events up to %llu are not those that were signed for before the "
                                 "restore",
                           (unsigned long long) expected);
        ledger_put_number(ledger, "expected", 0);
    }
    buffer_free(&root);
}

static void applied(void *arg, const decoded_t *event, bytes_t bytes) {
    archiver_t *self = arg;
    problem_t problem = {0};
    if (!self->differs && chronicle_verify(self->chronicle, event, bytes, &problem) != 0)
        archiver_doubt(self, "event %lld: %s %s", (long long) event->event.position,
                       reason_name(problem.reason), problem.detail);
    chronicle_fold(self->chronicle, event, bytes);
    check_expected(self, event);
    wanted_note(chronicle_ledger(self->chronicle), event);
    self->erase_due |= event->info->kind == KIND_BLOB_ERASE;
    if (!self->differs)
        self->verified = (position_t) event->event.position;
    ledger_put_number(chronicle_ledger(self->chronicle), "verified", (int64_t) self->verified);
}

static void load_verified(archiver_t *self) {
    ledger_t *ledger = chronicle_ledger(self->chronicle);
    self->verified = (position_t) ledger_get_number(ledger, "verified", 0);
    self->differs = self->verified < ledger_last(ledger);
    if (self->differs)
        snprintf(self->why, sizeof self->why, "event %llu differed when it was archived",
                 (unsigned long long) self->verified + 1);
}

static void reload(void *arg) {
    archiver_t *self = arg;
    chronicle_reload(self->chronicle);
    load_verified(self);
    trail_reload(self);
}

/* ---- opening ---- */

static void archiver_close(void **self_p) {
    archiver_t *self = *self_p;
    if (!self)
        return;
    following_destroy(&self->following);
    if (self->site && self->chronicle)
        backup_end(self);
    chronicle_close(&self->chronicle);
    signer_destroy(&self->signer);
    buffer_free(&self->trail.note);
    arena_destroy(&self->arena);
    site_close(&self->site);
    secret_wipe(&self->curve, sizeof self->curve);
    free(self);
    *self_p = NULL;
}

static int open_store(archiver_t *self, problem_t *problem) {
    char path[512];
    if (!site_state_path(self->site, path, sizeof path, "archiver", "archive.db", true, problem))
        return -1;
    buffer_t schema = {0};
    buffer_text(&schema, blobs_schema);
    buffer_text(&schema, wanted_schema);
    buffer_text(&schema, trail_schema);
    self->chronicle = chronicle_open(path, buffer_cstr(&schema), CASES_IN_MEMORY, problem);
    buffer_free(&schema);
    if (!self->chronicle)
        return -1;
    chronicle_watch(self->chronicle);
    load_verified(self);
    trail_load(self);
    const digest_t *erased;
    self->erase_due = context_erasures(chronicle_context(self->chronicle), &erased) > 0;
    follower_hooks_t hooks = {self, applied, reload, NULL};
    self->following = following_new(chronicle_ledger(self->chronicle), self->site->ledger,
                                    "archiver", ARCHIVER_COORDINATOR, &hooks);
    return 0;
}

static void *archiver_open(const char *folder, const char *argument, bool check_only,
                           problem_t *problem) {
    (void) argument;
    archiver_t *self = memory_new(1, sizeof *self);
    void *handle = self;
    self->arena = arena_new(ARENA_LIMIT);
    self->site = site_open(folder, problem);
    if (!self->site || site_curve(self->site, "archiver", &self->curve, problem) != 0 ||
        site_signer(self->site, "archiver", &self->signer, problem) != 0 ||
        (!check_only && open_store(self, problem) != 0))
        archiver_close(&handle);
    return handle;
}

static void archiver_address(void *arg, int port, port_address_t *out) {
    const archiver_t *self = arg;
    const site_t *site = self->site;
    if (port == ARCHIVER_LOCAL) {
        site_daemon_endpoint(site, out->endpoint, sizeof out->endpoint, "archiver");
        return;
    }
    const char *endpoint = port == ARCHIVER_COORDINATOR ? site->coordinator_service
                           : port == ARCHIVER_STREAM    ? site->coordinator_stream
                                                        : site->archiver_service;
    snprintf(out->endpoint, sizeof out->endpoint, "%s", endpoint);
    out->server = site->coordinator_curve;
}

static const curve_pair_t *archiver_curve(void *arg) {
    const archiver_t *self = arg;
    return &self->curve;
}

static bool archiver_admits(void *arg, int port, pubkey_t key) {
    const archiver_t *self = arg;
    (void) port;
    const daemon_entry_t *daemon = context_daemon_by_curve(chronicle_context(self->chronicle), key);
    return daemon && !daemon->revoked;
}

/* ---- telling ---- */

static position_t archived_up_to(archiver_t *self) {
    ledger_t *ledger = chronicle_ledger(self->chronicle);
    position_t waits = wanted_first(ledger);
    return waits ? waits - 1 : ledger_last(ledger);
}

static void tell(archiver_t *self, const surroundings_t *now, output_t *out) {
    ledger_t *ledger = chronicle_ledger(self->chronicle);
    position_t at = archived_up_to(self);
    struct archived body = {.position = (int64_t) at,
                            .verified = (int64_t) (self->verified < at ? self->verified : at),
                            .checkpoint = buffer_bytes(&self->trail.note)};
    if (at && ledger_root_at(ledger, at, &body.root) != LEDGER_OK)
        return;
    struct alarm alarm = {.what = TEXT("decision-differs"),
                          .at = (int64_t) self->verified + 1,
                          .text = text_of(self->why)};
    if (self->differs)
        body.alarm = (struct alarm_list){&alarm, 1};
    output_send(out, ARCHIVER_COORDINATOR, NULL, MESSAGE_ARCHIVED, &body);
    self->told = at;
    self->told_at = now->boot;
}

static void take_blob(archiver_t *self, const struct blob_put *body, int64_t boot) {
    ledger_t *ledger = chronicle_ledger(self->chronicle);
    problem_t problem = {0};
    wanted_came(&self->turn, boot);
    if (!ledger_in_transaction(ledger))
        ledger_begin(ledger);
    bool erased = context_erased(chronicle_context(self->chronicle), body->address);
    if (erased || blobs_put(ledger_db(ledger), body->address, body->salted, &problem) == 0)
        wanted_done(ledger, body->address);
    else if (problem.reason == REASON_DISK_FULL)
        ledger_spoil(ledger);
}

/* To a coordinator whose ledger was lost (what is not here either, its workstation still has), or
   to a department whose reader cannot have it from the coordinator. */
static void give_blob(archiver_t *self, const input_t *in, const struct blob_get *body,
                      output_t *out) {
    buffer_t salted = {0};
    const route_t *route = in->port == ARCHIVER_SERVICE ? &in->route : NULL;
    bool erased = context_erased(chronicle_context(self->chronicle), body->address);
    if (!erased &&
        blobs_get(ledger_db(chronicle_ledger(self->chronicle)), body->address, &salted)) {
        struct blob_put put = {.address = body->address, .salted = buffer_bytes(&salted)};
        output_send(out, in->port, route, MESSAGE_BLOB_PUT, &put);
    } else {
        struct blob_state state = {.address = body->address,
                                   .reason = erased ? REASON_ERASED : REASON_BLOB_MISSING};
        output_send(out, in->port, route, MESSAGE_BLOB_STATE, &state);
    }
    buffer_free(&salted);
}

static void take_message(archiver_t *self, const input_t *in, const surroundings_t *now,
                         output_t *out) {
    message_type_t type;
    const void *body;
    arena_reset(self->arena);
    if (in->port == ARCHIVER_SERVICE && !archiver_admits(self, in->port, in->peer))
        return;
    if (message_decode(in->frame, self->arena, &type, &body, NULL) != 0)
        return;
    if (in->port == ARCHIVER_LOCAL) {
        if (type == MESSAGE_LOCAL_QUERY)
            serve_local(self, in, body, out);
        return;
    }
    bool ours = in->port != ARCHIVER_SERVICE; /* from the coordinator */
    if (type == MESSAGE_CHECKPOINT_GET && !ours)
        serve_checkpoint(self, in, body, out);
    else if (type == MESSAGE_COSIGN && !ours)
        serve_cosignature(self, in, body);
    else if (type == MESSAGE_FETCH)
        following_give(self->following, in->port, ours ? NULL : &in->route, body, out);
    else if (type == MESSAGE_BLOB_GET)
        give_blob(self, in, body, out);
    else if (ours && type == MESSAGE_BLOB_PUT)
        take_blob(self, body, now->boot);
    else if (ours)
        following_take(self->following, type, body, now->boot);
}

/* What is due by time: who we are, what we have, what we miss. */
static void keep_up(archiver_t *self, const surroundings_t *now, output_t *out) {
    ledger_t *ledger = chronicle_ledger(self->chronicle);
    following_ask(self->following, -1, now, out);
    following_greet(self->following, now, out);
    if (archived_up_to(self) != self->told || now->boot - self->told_at >= TELL_EVERY_MS)
        tell(self, now, out);
    wanted_ask(ledger, &self->turn, ARCHIVER_COORDINATOR, NULL, now->boot, out);
    trail_tick(self, now, out);
    backup_tick(self, now, out);
    output_wake(out, now->boot + WAKE_MS);
}

static void erase(archiver_t *self, const surroundings_t *now) {
    if (!self->erase_due || now->boot < self->erase_at ||
        ledger_in_transaction(chronicle_ledger(self->chronicle)))
        return;
    self->erase_due = !erasure_run(self->chronicle);
    self->erase_at = now->boot + FULL_RETRY_MS;
}

static void archiver_step(void *arg, const input_t *in, const surroundings_t *now, output_t *out) {
    archiver_t *self = arg;
    if (in->type == INPUT_MESSAGE)
        take_message(self, in, now, out);
    else {
        following_flush(self->following, now);
        erase(self, now);
    }
    if (!following_stops(self->following, out) && in->type != INPUT_MESSAGE)
        keep_up(self, now, out);
    if (in->type == INPUT_STOP)
        trail_stop(self, now);
    out->ready = true;
}

const daemon_spec_t archiver_spec = {
    .name = "countersign-archiver",
    .arguments = "",
    .doc = "keeps the audit trail on a second disk, checks every signature and decides everything "
           "again",
    .commands = command_help,
    .store = "archive.db",
    .ports = ports,
    .ports_n = sizeof ports / sizeof *ports,
    .open = archiver_open,
    .close = archiver_close,
    .address = archiver_address,
    .curve = archiver_curve,
    .admits = archiver_admits,
    .step = archiver_step,
};
