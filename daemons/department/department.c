/* SPDX-License-Identifier: Apache-2.0
 *
 * department: opening, following, and the order of things at the end of each batch: apply what
 * came, and only at the head act on what is open; position and outbox change in one transaction;
 * then send.
 */
#include "daemons/department/department.h"

#include <stdio.h>
#include <stdlib.h>
#include <sysexits.h>

#include "common/base/diag.h"
#include "common/base/memory.h"
#include "common/daemon/aside.h"

#define CASES_IN_MEMORY 4096
/* what a rule looks at: the case, its order, its history */
_Static_assert(HISTORY_LOOKED_AT_MAX + 2 < CASES_IN_MEMORY,
               "all that is assessed together stays in memory");
#define ARENA_LIMIT (32u << 20)
#define WAKE_MS 1000

static const port_t ports[] = {
    [DEPARTMENT_COORDINATOR] = {"coordinator", PORT_DEALER, false},
    [DEPARTMENT_STREAM] = {"stream", PORT_SUB, false},
    [DEPARTMENT_ARCHIVER] = {"archiver", PORT_DEALER, false},
    [DEPARTMENT_SERVICE] = {"service", PORT_ROUTER, false},
};

/* ---- following ---- */

static bool may_change_assessments(const decoded_t *event) {
    switch (event->info->scope) {
    case SCOPE_REFERENCE: return event->info->kind == KIND_REFERENCE_ADOPT;
    case SCOPE_PROCEDURE: return true;
    case SCOPE_DIRECTORY:
        return event->info->kind == KIND_MANDATE_GRANT || event->info->kind == KIND_MANDATE_END;
    case SCOPE_LEDGER:
    case SCOPE_CUSTOMER:
    case SCOPE_ORDER:
    case SCOPE_FEEDBACK:
    case SCOPE_CASE: return false;
    }
    return false;
}

static void note_change(department_t *self, const char *name, position_t *at,
                        const decoded_t *event) {
    *at = (position_t) event->event.position;
    ledger_put_number(chronicle_ledger(self->chronicle), name, event->event.position);
}

/* Did what this order takes of our capacity or stock change? */
static bool apply_order(department_t *self, const decoded_t *event, const order_t *order) {
    const claims_t *claims = claimed_claims(self->claimed);
    text_t key = text_of(self->self.key);
    position_t before = claims_position(claims, order->head.id, key);
    claimed_note(self->claimed, event, order);
    return claims_position(claims, order->head.id, key) != before;
}

/* What others learn from a complaint: that it is there, what was found, which actions it has. */
static bool teaches(kind_t kind) {
    return kind == KIND_FEEDBACK_REGISTER || kind == KIND_FEEDBACK_AMEND ||
           kind == KIND_FEEDBACK_RECLASSIFY || kind == KIND_FEEDBACK_DISPOSED ||
           kind == KIND_FEEDBACK_REOPEN || kind == KIND_ROUND_CONCLUDE || action_kind(kind);
}

static void apply_case(department_t *self, const decoded_t *event) {
    case_t *of = chronicle_case(self->chronicle, event->event.object);
    insist(of);
    history_note(self->history, event, of);
    agenda_add(self->agenda, of->id);
    const order_t *order = order_of(of);
    if (order && apply_order(self, event, order)) {
        note_change(self, "inputs_changed", &self->inputs_changed, event);
        agenda_all(self->agenda);
    } else if (!order && teaches(event->info->kind)) {
        note_change(self, "feedback_changed", &self->feedback_changed, event);
        agenda_all(self->agenda);
    }
}

static void applied(void *arg, const decoded_t *event, bytes_t bytes) {
    department_t *self = arg;
    chronicle_fold(self->chronicle, event, bytes);
    if (scope_of_cases(event->info->scope)) {
        apply_case(self, event);
    } else if (may_change_assessments(event)) {
        note_change(self, "data_changed", &self->data_changed, event);
        note_change(self, "inputs_changed", &self->inputs_changed, event);
        agenda_all(self->agenda);
    }
    register_note(self->cases, event);
}

static void load(department_t *self) {
    claimed_load(self->claimed, self->chronicle);
    ledger_t *ledger = chronicle_ledger(self->chronicle);
    self->inputs_changed = (position_t) ledger_get_number(ledger, "inputs_changed", 0);
    self->data_changed = (position_t) ledger_get_number(ledger, "data_changed", 0);
    self->feedback_changed = (position_t) ledger_get_number(ledger, "feedback_changed", 0);
    agenda_all(self->agenda);
}

static void reload(void *arg) {
    department_t *self = arg;
    chronicle_reload(self->chronicle);
    relay_forget_accepted(
        self->relay); /* their positions may be another's now; who waits asks again */
    register_reload(self->cases);
    load(self);
}

static pubkey_t archiver_key(void *arg) {
    const department_t *self = arg;
    return context_archiver_key(chronicle_context(self->chronicle));
}

/* ---- opening ---- */

static void department_close(void **self_p) {
    department_t *self = *self_p;
    if (!self)
        return;
    history_destroy(&self->history);
    claimed_destroy(&self->claimed);
    register_destroy(&self->cases);
    outbox_destroy(&self->outbox);
    following_destroy(&self->following);
    chronicle_close(&self->chronicle);
    agenda_destroy(&self->agenda);
    relay_destroy(&self->relay);
    carrier_destroy(&self->carrier);
    signer_destroy(&self->signer);
    arena_destroy(&self->arena);
    site_department_free(&self->self);
    site_close(&self->site);
    secret_wipe(&self->curve, sizeof self->curve);
    free(self);
    *self_p = NULL;
}

static int open_store(department_t *self, const char *file_name, problem_t *problem) {
    char path[512];
    if (!site_state_path(self->site, path, sizeof path, file_name, "desk.db", true, problem))
        return -1;
    buffer_t schema = {0};
    buffer_text(&schema, history_schema);
    buffer_text(&schema, claimed_schema);
    buffer_text(&schema, register_schema);
    buffer_text(&schema, outbox_schema);
    self->chronicle = aside_open(path, buffer_cstr(&schema), CASES_IN_MEMORY, problem);
    buffer_free(&schema);
    if (!self->chronicle)
        return -1;
    sqlite3 *db = ledger_db(chronicle_ledger(self->chronicle));
    self->history = history_new(chronicle_ledger(self->chronicle));
    self->claimed = claimed_new(chronicle_ledger(self->chronicle));
    self->cases = register_new(self->chronicle);
    self->outbox = outbox_new(db);
    self->agenda = agenda_new();
    self->relay = relay_new();
    self->carrier = carrier_new();
    follower_hooks_t hooks = {self, applied, reload, archiver_key};
    self->following = following_new(chronicle_ledger(self->chronicle), self->site->ledger,
                                    self->name, DEPARTMENT_COORDINATOR, &hooks);
    load(self);
    return 0;
}

static void *department_open(const char *folder, const char *key, bool check_only,
                             problem_t *problem) {
    department_t *self = memory_new(1, sizeof *self);
    void *handle = self;
    char file_name[64];
    snprintf(self->name, sizeof self->name, "department:%.32s", key);
    snprintf(file_name, sizeof file_name, "department-%.32s", key);
    self->arena = arena_new(ARENA_LIMIT);
    self->site = site_open(folder, problem);
    if (!self->site || site_department_read(self->site, key, &self->self, problem) != 0 ||
        site_curve(self->site, file_name, &self->curve, problem) != 0 ||
        site_signer(self->site, file_name, &self->signer, problem) != 0 ||
        (!check_only && open_store(self, file_name, problem) != 0))
        department_close(&handle);
    return handle;
}

static void department_address(void *arg, int port, port_address_t *out) {
    const department_t *self = arg;
    const site_t *site = self->site;
    const char *endpoint = port == DEPARTMENT_COORDINATOR ? site->coordinator_service
                           : port == DEPARTMENT_STREAM    ? site->coordinator_stream
                           : port == DEPARTMENT_ARCHIVER  ? site->archiver_service
                                                          : self->self.service;
    snprintf(out->endpoint, sizeof out->endpoint, "%s", endpoint);
    out->server = port == DEPARTMENT_ARCHIVER ? site->archiver_curve : site->coordinator_curve;
}

static const curve_pair_t *department_curve(void *arg) {
    const department_t *self = arg;
    return &self->curve;
}

static bool department_admits(void *arg, int port, pubkey_t key) {
    const department_t *self = arg;
    (void) port;
    const station_t *station = context_station_by_curve(chronicle_context(self->chronicle), key);
    return station && !station->revoked && text_is(station->department, self->self.key);
}

/* ---- each batch ---- */

static void take_message(department_t *self, const input_t *in, const surroundings_t *now,
                         output_t *out) {
    message_type_t type;
    const void *body;
    arena_reset(self->arena);
    if (in->port == DEPARTMENT_SERVICE && !department_admits(self, in->port, in->peer))
        return; /* revoked on a live connection */
    if (message_decode(in->frame, self->arena, &type, &body, NULL) != 0)
        return;
    if (in->port == DEPARTMENT_SERVICE) {
        serve_message(self, in, type, body, now, out);
        return;
    }
    if (following_take(self->following, type, body, now->boot))
        return;
    if (type == MESSAGE_BLOB_PUT)
        carrier_came(self, in, body, now->boot, out);
    else if (type == MESSAGE_BLOB_STATE)
        carrier_state(self, in, body, now->boot, out);
    if (in->port != DEPARTMENT_COORDINATOR)
        return;
    if (type == MESSAGE_RECEIPT)
        serve_receipt(self, body, now, out);
    else if (type == MESSAGE_FETCH)
        following_give(self->following, DEPARTMENT_COORDINATOR, NULL, body, out);
}

static void send_row(void *arg, const outbox_row_t *row) {
    struct submit submit = {.signed_command = row->signed_command};
    output_send(arg, DEPARTMENT_COORDINATOR, NULL, MESSAGE_SUBMIT, &submit);
}

/* Assesses what is open; a bounded number at once, so that workstations are answered in between. */
static void act(department_t *self, const surroundings_t *now, output_t *out) {
    ident_t id;
    ledger_t *ledger = chronicle_ledger(self->chronicle);
    if (follower_state(following_follower(self->following)) != FOLLOWER_AT_HEAD)
        return;
    posts_t posts = {.n = 0};
    for (int taken = 0; taken < CONSIDER_AT_ONCE &&
                        agenda_take(self->agenda, self->chronicle, now->boot, &id);
         taken++) {
        if (!ledger_in_transaction(ledger))
            ledger_begin(ledger);
        post_consider(self, id, &posts);
    }
    if (posts.n)
        post_sign(self, &posts, now->wall);
    int64_t wake = agenda_wake(self->agenda, now->boot);
    if (wake)
        output_wake(out, wake);
}

typedef struct drained {
    department_t *self;
    position_t archived;
    ident_t ids[64];
    position_t at[64];
    size_t n;
} drained_t;

static void note_archived(void *arg, const outbox_row_t *row) {
    drained_t *d = arg;
    position_t position;
    digest_t digest;
    if (row->state == OUTBOX_ACCEPTED && d->n < sizeof d->ids / sizeof *d->ids &&
        ledger_find_command(chronicle_ledger(d->self->chronicle), row->id, &position, &digest) ==
            LEDGER_OK &&
        position <= d->archived) {
        d->ids[d->n] = row->id;
        d->at[d->n++] = position;
    }
}

/* Our own commands that are in this ledger below *archived* are done. */
static void drain(department_t *self, position_t archived, const surroundings_t *now) {
    drained_t d = {.self = self, .archived = archived};
    ledger_t *ledger = chronicle_ledger(self->chronicle);
    outbox_row_t row;
    do {
        d.n = 0;
        outbox_each(self->outbox, note_archived, &d);
        if (d.n && !ledger_in_transaction(ledger))
            ledger_begin(ledger);
        for (size_t i = 0; i < d.n; i++) {
            struct receipt receipt = {
                .id = d.ids[i], .state = RECEIPT_ARCHIVED, .position = (int64_t) d.at[i]};
            outbox_receipt(self->outbox, &receipt, now->boot, &row);
        }
    } while (d.n == sizeof d.ids / sizeof *d.ids);
}

static bool in_record(void *arg, ident_t id, position_t expected) {
    department_t *self = arg;
    position_t position;
    digest_t digest;
    return ledger_find_command(chronicle_ledger(self->chronicle), id, &position, &digest) ==
               LEDGER_OK &&
           position == expected;
}

/* Up to here our own record says what is archived; a position alone does not, an epoch may have
   given it anew. */
static position_t archived_here(const department_t *self) {
    position_t archived = follower_archived(following_follower(self->following));
    position_t last = ledger_last(chronicle_ledger(self->chronicle));
    return archived < last ? archived : last;
}

static void flush(department_t *self, const surroundings_t *now, output_t *out) {
    position_t archived = archived_here(self);
    if (!following_rests(self->following, now))
        act(self, now, out);
    if (archived > self->archived_told)
        drain(self, archived, now);
    register_flush(self->cases);
    following_flush(self->following, now);
}

static void keep_up(department_t *self, const surroundings_t *now, output_t *out) {
    int64_t wake = 0;
    position_t archived = archived_here(self);
    following_ask(self->following, DEPARTMENT_ARCHIVER, now, out);
    following_greet(self->following, now, out);
    carrier_tick(self, now->boot);
    outbox_due(self->outbox, now->boot, send_row, out, &wake);
    if (wake)
        output_wake(out, wake);
    if (archived > self->archived_told) {
        relay_archived(self->relay, archived, in_record, self, DEPARTMENT_SERVICE, out);
        self->archived_told = archived;
    }
    output_wake(out, now->boot + WAKE_MS);
}

static void department_step(void *arg, const input_t *in, const surroundings_t *now,
                            output_t *out) {
    department_t *self = arg;
    if (in->type == INPUT_MESSAGE)
        take_message(self, in, now, out);
    else
        flush(self, now, out);
    if (!following_stops(self->following, out) && in->type != INPUT_MESSAGE)
        keep_up(self, now, out);
    out->ready = true;
}

const daemon_spec_t department_spec = {
    .name = "countersign-department",
    .arguments = "KEY",
    .doc = "follows the events for one department, answers its workstations, assesses by its rule",
    .store = "desk.db",
    .ports = ports,
    .ports_n = sizeof ports / sizeof *ports,
    .open = department_open,
    .close = department_close,
    .address = department_address,
    .curve = department_curve,
    .admits = department_admits,
    .step = department_step,
};
