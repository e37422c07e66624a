/* SPDX-License-Identifier: Apache-2.0
 *
 * notifier: opening, following, and the order of things at the end of each batch: apply what came,
 * look at what was archived, settle what the hooks did, mark what is due; all of it is one
 * transaction; then send.
 */
#include "daemons/notifier/notifier.h"

#include <stdio.h>
#include <stdlib.h>

#include "common/base/diag.h"
#include "common/base/memory.h"
#include "common/daemon/aside.h"
#include "daemons/notifier/contacts.h"
#include "daemons/notifier/hooks.h"

#define CASES_IN_MEMORY 512
#define ARENA_LIMIT (32u << 20)
#define WAKE_MS 1000

static const port_t ports[] = {
    [NOTIFIER_COORDINATOR] = {"coordinator", PORT_DEALER, false},
    [NOTIFIER_STREAM] = {"stream", PORT_SUB, false},
    [NOTIFIER_ARCHIVER] = {"archiver", PORT_DEALER, false},
    [NOTIFIER_LOCAL] = {"local", PORT_LOCAL, false},
    [NOTIFIER_HOOKS] = {"hooks", PORT_WORKER, false},
};

int notifier_offset(const notifier_t *self) {
    const struct procedure *p = context_procedure(chronicle_context(self->chronicle));
    return p ? (int) p->offset_minutes : 0;
}

void notifier_begin(notifier_t *self) {
    ledger_t *ledger = chronicle_ledger(self->chronicle);
    if (!ledger_in_transaction(ledger))
        ledger_begin(ledger);
}

/* ---- following ---- */

static void applied(void *arg, const decoded_t *event, bytes_t bytes) {
    notifier_t *self = arg;
    chronicle_fold(self->chronicle, event, bytes);
}

static void load(notifier_t *self) {
    ledger_t *ledger = chronicle_ledger(self->chronicle);
    int64_t acted = ledger_get_number(ledger, "acted", -1);
    self->anew = acted < 0;
    self->acted = self->anew ? 0 : (position_t) acted;
    self->again_to = (position_t) ledger_get_number(ledger, "again_to", 0);
    checkpoints_load(self);
}

static void reload(void *arg) {
    notifier_t *self = arg;
    chronicle_reload(self->chronicle);
    load(self);
    self->reloaded = true;
}

static pubkey_t archiver_key(void *arg) {
    const notifier_t *self = arg;
    return context_archiver_key(chronicle_context(self->chronicle));
}

/* ---- opening ---- */

static void notifier_close(void **self_p) {
    notifier_t *self = *self_p;
    if (!self)
        return;
    dispatch_destroy(&self->dispatch);
    contacts_destroy(&self->contacts);
    trials_destroy(&self->trials);
    queue_destroy(&self->queue);
    outbox_destroy(&self->outbox);
    following_destroy(&self->following);
    chronicle_close(&self->chronicle);
    templates_destroy(&self->templates);
    rules_destroy(&self->rules);
    signer_destroy(&self->signer);
    arena_destroy(&self->arena);
    site_close(&self->site);
    secret_wipe(&self->curve, sizeof self->curve);
    free(self);
    *self_p = NULL;
}

static int open_store(notifier_t *self, problem_t *problem) {
    char path[512];
    buffer_t schema = {0};
    if (!site_state_path(self->site, path, sizeof path, "notifier", "notifier.db", true, problem))
        return -1;
    buffer_text(&schema, queue_schema);
    buffer_text(&schema, outbox_schema);
    self->chronicle = aside_open(path, buffer_cstr(&schema), CASES_IN_MEMORY, problem);
    buffer_free(&schema);
    if (!self->chronicle)
        return -1;
    ledger_t *ledger = chronicle_ledger(self->chronicle);
    self->queue = queue_new(ledger);
    self->outbox = outbox_new(ledger_db(ledger));
    self->contacts = contacts_new();
    self->dispatch = dispatch_new();
    self->trials = trials_new();
    follower_hooks_t hooks = {self, applied, reload, archiver_key};
    self->following =
        following_new(ledger, self->site->ledger, "notifier", NOTIFIER_COORDINATOR, &hooks);
    load(self);
    return 0;
}

static int read_rules(notifier_t *self, problem_t *problem) {
    char path[512];
    site_path(self->site, path, sizeof path, "", "notify", ".cfg");
    self->rules = rules_read(path, problem);
    if (self->rules)
        self->templates = templates_read(self->site->folder, self->rules, problem);
    return self->templates ? 0 : -1;
}

static void *notifier_open(const char *folder, const char *argument, bool check_only,
                           problem_t *problem) {
    notifier_t *self = memory_new(1, sizeof *self);
    void *handle = self;
    (void) argument;
    self->arena = arena_new(ARENA_LIMIT);
    self->site = site_open(folder, problem);
    if (!self->site || read_rules(self, problem) != 0 ||
        site_curve(self->site, "notifier", &self->curve, problem) != 0 ||
        site_signer(self->site, "notifier", &self->signer, problem) != 0 ||
        (!check_only && open_store(self, problem) != 0))
        notifier_close(&handle);
    return handle;
}

static void notifier_address(void *arg, int port, port_address_t *out) {
    const notifier_t *self = arg;
    const site_t *site = self->site;
    if (port == NOTIFIER_LOCAL) {
        site_daemon_endpoint(site, out->endpoint, sizeof out->endpoint, "notifier");
        return;
    }
    const char *endpoint = port == NOTIFIER_COORDINATOR ? site->coordinator_service
                           : port == NOTIFIER_STREAM    ? site->coordinator_stream
                           : port == NOTIFIER_ARCHIVER  ? site->archiver_service
                                                        : "";
    snprintf(out->endpoint, sizeof out->endpoint, "%s", endpoint);
    out->server = port == NOTIFIER_ARCHIVER ? site->archiver_curve : site->coordinator_curve;
}

static const curve_pair_t *notifier_curve(void *arg) {
    const notifier_t *self = arg;
    return &self->curve;
}

static bool notifier_admits(void *arg, int port, pubkey_t key) {
    (void) arg, (void) port, (void) key;
    return false; /* nothing binds here but the local socket */
}

/* ---- each batch ---- */

static void take_hooks(notifier_t *self, message_type_t type, const void *body, output_t *out) {
    if (type == MESSAGE_DELIVERED && !dispatch_take(self, body))
        serve_delivered(self, body, out);
}

static void take_message(notifier_t *self, const input_t *in, const surroundings_t *now,
                         output_t *out) {
    message_type_t type;
    const void *body;
    arena_reset(self->arena);
    if (message_decode(in->frame, self->arena, &type, &body, NULL) != 0)
        return;
    if (in->port == NOTIFIER_HOOKS) {
        take_hooks(self, type, body, out);
        return;
    }
    if (in->port == NOTIFIER_LOCAL) {
        if (type == MESSAGE_LOCAL_QUERY)
            serve_query(self, in, body, now, out);
        return;
    }
    if (following_take(self->following, type, body, now->boot))
        return;
    if (type == MESSAGE_BLOB_PUT)
        contacts_came(self, body, now->boot);
    else if (type == MESSAGE_BLOB_STATE)
        contacts_state(self, in, body, now->boot, out);
    if (in->port != NOTIFIER_COORDINATOR)
        return;
    if (type == MESSAGE_RECEIPT)
        report_receipt(self, body, now);
    else if (type == MESSAGE_FETCH)
        following_give(self->following, NOTIFIER_COORDINATOR, NULL, body, out);
}

static position_t archived_here(const notifier_t *self) {
    position_t archived = follower_archived(following_follower(self->following));
    position_t last = ledger_last(chronicle_ledger(self->chronicle));
    return archived < last ? archived : last;
}

/* A coordinator lives: it has signed a head in this life of ours. A copy of a store that somebody
   replays has none, and sends nothing. */
static bool alive(const notifier_t *self) {
    return follower_head(following_follower(self->following)) != 0;
}

static void flush(notifier_t *self, const surroundings_t *now, output_t *out) {
    position_t archived = archived_here(self);
    bool acts = alive(self) && !following_rests(self->following, now), more = false;
    if (acts) {
        more = plan_more(self, now);
        checkpoints_plan(self, now);
        dispatch_flush(self, now, out);
        report_post(self, now);
    }
    if (archived > self->drained)
        report_drain(self, archived, now);
    self->reloaded = false;
    following_flush(self->following, now);
    bool committed = !self->reloaded;
    if (committed)
        self->drained = archived;
    dispatch_send(self, committed, now, out);
    if (more)
        output_wake(out, now->boot);
}

static void send_row(void *arg, const outbox_row_t *row) {
    struct submit submit = {.signed_command = row->signed_command};
    output_send(arg, NOTIFIER_COORDINATOR, NULL, MESSAGE_SUBMIT, &submit);
}

static void keep_up(notifier_t *self, const surroundings_t *now, output_t *out) {
    int64_t wake = 0;
    following_ask(self->following, NOTIFIER_ARCHIVER, now, out);
    following_greet(self->following, now, out);
    contacts_tick(self, now->boot);
    outbox_due(self->outbox, now->boot, send_row, out, &wake);
    if (wake)
        output_wake(out, wake);
    output_wake(out, now->boot + WAKE_MS);
}

static void notifier_step(void *arg, const input_t *in, const surroundings_t *now, output_t *out) {
    notifier_t *self = arg;
    if (in->type == INPUT_MESSAGE)
        take_message(self, in, now, out);
    else
        flush(self, now, out);
    if (!following_stops(self->following, out) && in->type != INPUT_MESSAGE)
        keep_up(self, now, out);
    out->ready = true;
}

static void *worker_open(void *arg, const atomic_bool *stop, problem_t *problem) {
    const notifier_t *self = arg;
    return hooks_open(self->rules->hooks, stop, problem);
}

static const worker_spec_t worker = {.open = worker_open, .work = hooks_work, .close = hooks_close};

const daemon_spec_t notifier_spec = {
    .name = "countersign-notifier",
    .arguments = "",
    .doc = "follows the events and tells people by mail what they are asked for (notify.cfg)",
    .store = "notifier.db",
    .ports = ports,
    .ports_n = sizeof ports / sizeof *ports,
    .open = notifier_open,
    .close = notifier_close,
    .address = notifier_address,
    .curve = notifier_curve,
    .admits = notifier_admits,
    .step = notifier_step,
    .worker = &worker,
};
