/* SPDX-License-Identifier: Apache-2.0
 *
 * agent: opening, the two ports, and each batch: commit what was queued, then say so, then send
 * what is due.
 */
#include "daemons/agent/agent.h"

#include <stdio.h>
#include <stdlib.h>
#include <sysexits.h>

#include "common/base/diag.h"
#include "common/base/memory.h"
#include "common/ledger/blobs.h"

#define ARENA_LIMIT (16u << 20)
#define WAKE_MS 1000

static const port_t ports[] = {
    [AGENT_DEPARTMENT] = {"department", PORT_DEALER, false},
    [AGENT_LOCAL] = {"local", PORT_LOCAL, false},
};

static void agent_close(void **self_p) {
    agent_t *self = *self_p;
    if (!self)
        return;
    outbox_destroy(&self->outbox);
    keyring_destroy(&self->keyring);
    asking_destroy(&self->asking);
    parcels_destroy(&self->parcels);
    relay_destroy(&self->relay);
    arena_destroy(&self->arena);
    sqlite3_close(self->db);
    site_station_free(&self->station);
    site_department_free(&self->department);
    site_close(&self->site);
    secret_wipe(&self->curve, sizeof self->curve);
    free(self->replies);
    free(self);
    *self_p = NULL;
}

static int open_store(agent_t *self, const char *name, problem_t *problem) {
    char path[512];
    static const char pragmas[] = "PRAGMA locking_mode = EXCLUSIVE; PRAGMA journal_mode = WAL; "
                                  "PRAGMA synchronous = FULL; PRAGMA secure_delete = ON; "
                                  "PRAGMA temp_store = MEMORY;";
    if (!site_state_path(self->site, path, sizeof path, name, "outbox.db", true, problem))
        return -1;
    buffer_t schema = {0};
    buffer_text(&schema, pragmas);
    buffer_text(&schema, outbox_schema);
    buffer_text(&schema, keyring_schema);
    buffer_text(&schema, blobs_schema);
    bool ok = sqlite3_open(path, &self->db) == SQLITE_OK &&
              sqlite3_exec(self->db, buffer_cstr(&schema), NULL, NULL, NULL) == SQLITE_OK;
    buffer_free(&schema);
    if (!ok)
        return problem_set(problem, REASON_INPUT_FILE, "", "%s: %s", path,
                           sqlite3_errmsg(self->db));
    self->outbox = outbox_new(self->db);
    self->keyring = keyring_new(self->db, self->site->signing_minutes);
    self->asking = asking_new();
    self->parcels = parcels_new();
    self->scrub_due = true; /* the last one may have been cut off */
    self->relay = relay_new();
    return 0;
}

static void *agent_open(const char *folder, const char *station, bool check_only,
                        problem_t *problem) {
    agent_t *self = memory_new(1, sizeof *self);
    void *handle = self;
    char key[80], name[80];
    snprintf(key, sizeof key, "station-%.60s", station);
    snprintf(name, sizeof name, "agent-%.60s", station);
    self->arena = arena_new(ARENA_LIMIT);
    self->site = site_open(folder, problem);
    if (!self->site || site_station_read(self->site, station, &self->station, problem) != 0 ||
        site_department_read(self->site, self->station.department, &self->department, problem) !=
            0 ||
        site_curve(self->site, key, &self->curve, problem) != 0 ||
        (!check_only && open_store(self, name, problem) != 0))
        agent_close(&handle);
    return handle;
}

static void agent_address(void *arg, int port, port_address_t *out) {
    const agent_t *self = arg;
    if (port == AGENT_LOCAL)
        site_agent_endpoint(self->site, out->endpoint, sizeof out->endpoint, self->station.name);
    else
        snprintf(out->endpoint, sizeof out->endpoint, "%s", self->department.service);
    out->server = self->department.curve;
}

static const curve_pair_t *agent_curve(void *arg) {
    const agent_t *self = arg;
    return &self->curve;
}

void agent_begin(agent_t *self) {
    if (!self->open && sqlite3_exec(self->db, "BEGIN IMMEDIATE", NULL, NULL, NULL) != SQLITE_OK)
        diag_fatal(EX_IOERR, DIAG_IO_ERROR, "outbox.db: %s", sqlite3_errmsg(self->db));
    if (!self->open)
        self->full = false;
    self->open = true;
}

static void roll_back(agent_t *self) {
    diag_alarm(DIAG_DISK_FULL, "the disk is full: nothing is queued until there is room");
    if (!sqlite3_get_autocommit(self->db))
        sqlite3_exec(self->db, "ROLLBACK", NULL, NULL, NULL);
    for (size_t i = 0; i < self->replies_n; i++) {
        self->replies[i].receipt.state = RECEIPT_REFUSED;
        self->replies[i].receipt.reason = REASON_DISK_FULL;
        self->replies[i].state.stored = false;
        self->replies[i].state.reason = REASON_DISK_FULL;
    }
}

static void commit(agent_t *self) {
    if (!self->open)
        return;
    self->open = false;
    bool lost = self->full || sqlite3_get_autocommit(self->db); /* SQLite rolled back by itself */
    int rc = lost ? SQLITE_FULL : sqlite3_exec(self->db, "COMMIT", NULL, NULL, NULL);
    if (rc == SQLITE_FULL)
        roll_back(self);
    else if (rc != SQLITE_OK)
        diag_fatal(EX_IOERR, DIAG_IO_ERROR, "outbox.db: %s", sqlite3_errmsg(self->db));
}

void agent_forward(void *arg, const outbox_row_t *row) {
    sending_t *sending = arg;
    struct submit submit = {.signed_command = row->signed_command};
    if (row->state != OUTBOX_QUEUED || parcels_ready(sending->agent->parcels, row))
        output_send(sending->out, AGENT_DEPARTMENT, NULL, MESSAGE_SUBMIT, &submit);
}

static void note_blobs(agent_t *self, const struct receipt *receipt) {
    if (receipt->state == RECEIPT_BUSY && receipt->reason == REASON_BLOB_MISSING)
        parcels_ask_again(self->parcels, receipt->id);
    else if (receipt->state != RECEIPT_BUSY)
        parcels_forget(self->parcels, receipt->id);
    if (receipt->state == RECEIPT_ARCHIVED)
        store_archived(self, receipt->id);
}

static void take_receipt(agent_t *self, const struct receipt *receipt, const surroundings_t *now,
                         output_t *out) {
    outbox_row_t row;
    agent_begin(self);
    note_blobs(self, receipt);
    outbox_receipt(self->outbox, receipt, now->boot, &row);
    if ((position_t) receipt->position > self->written)
        self->written = (position_t) receipt->position;
    const route_t *route = relay_receipt(self->relay, receipt);
    if (route && receipt->state != RECEIPT_BUSY)
        output_send(out, AGENT_LOCAL, route, MESSAGE_RECEIPT, receipt);
}

static void take_message(agent_t *self, const input_t *in, const surroundings_t *now,
                         output_t *out) {
    message_type_t type;
    const void *body;
    problem_t problem = {0};
    arena_reset(self->arena);
    if (message_decode(in->frame, self->arena, &type, &body, &problem) != 0) {
        diag_warn(DIAG_GENERAL, "a message that cannot be read: %s %s", problem.field,
                  problem.detail);
        return;
    }
    if (in->port == AGENT_LOCAL) {
        local_message(self, in, type, body, now, out);
        return;
    }
    self->heard_at = now->boot;
    if (type == MESSAGE_RECEIPT)
        take_receipt(self, body, now, out);
    else if (type == MESSAGE_BLOB_STATE)
        parcels_take(self, body, now);
    else if (type == MESSAGE_ANSWER) {
        const struct reply *reply = body;
        if ((position_t) reply->archived > self->archived)
            self->archived = (position_t) reply->archived;
        asking_reply(self, reply, now, out);
    }
}

pending_reply_t *agent_reply(agent_t *self, const route_t *route) {
    if (self->replies_n == self->replies_room) {
        self->replies_room = self->replies_room ? self->replies_room * 2 : 16;
        self->replies = memory_grow(self->replies, self->replies_room, sizeof *self->replies);
    }
    pending_reply_t *reply = &self->replies[self->replies_n++];
    *reply = (pending_reply_t){.route = *route};
    return reply;
}

static void send_replies(agent_t *self, output_t *out) {
    for (size_t i = 0; i < self->replies_n; i++) {
        const pending_reply_t *r = &self->replies[i];
        if (r->blob)
            output_send(out, AGENT_LOCAL, &r->route, MESSAGE_BLOB_STATE, &r->state);
        else
            output_send(out, AGENT_LOCAL, &r->route, MESSAGE_RECEIPT, &r->receipt);
    }
    self->replies_n = 0;
}

static void flush(agent_t *self, const surroundings_t *now, output_t *out) {
    int64_t wake = 0;
    sending_t sending = {self, out};
    store_sweep(self, now, out);
    commit(self);
    store_scrub(self);
    send_replies(self, out);
    outbox_due(self->outbox, now->boot, agent_forward, &sending, &wake);
    parcels_due(self, now, out);
    asking_due(self, now, out);
    if (wake)
        output_wake(out, wake);
    output_wake(out, now->boot + WAKE_MS);
}

static void agent_step(void *arg, const input_t *in, const surroundings_t *now, output_t *out) {
    agent_t *self = arg;
    if (in->type == INPUT_MESSAGE)
        take_message(self, in, now, out);
    else
        flush(self, now, out);
    out->ready = true;
}

const daemon_spec_t agent_spec = {
    .name = "countersign-agent",
    .arguments = "STATION",
    .doc = "holds a workstation's outbox and, while unlocked, the keys of its people",
    .store = "outbox.db",
    .ports = ports,
    .ports_n = sizeof ports / sizeof *ports,
    .open = agent_open,
    .close = agent_close,
    .address = agent_address,
    .curve = agent_curve,
    .step = agent_step,
};
