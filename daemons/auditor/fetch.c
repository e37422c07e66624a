/* SPDX-License-Identifier: Apache-2.0
 *
 * fetch: asks for one thing after the other: the checkpoint, the events up to it and as far beyond as there
 * are any, the documents. An archiver that gives no more events than that is taken at its word; that
 * some are missing is for the audit to find.
 */
#include "daemons/auditor/fetch.h"

#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sysexits.h>
#include <unistd.h>

#include "common/base/memory.h"
#include "common/base/text.h"
#include "common/bus/messages.h"
#include "common/daemon/site.h"
#include "common/daemon/step.h"
#include "common/daemon/wanted.h"
#include "common/ledger/blobs.h"

#define ARENA_LIMIT (32u << 20)
#define AGAIN_MS 1000
#define SPAN 100000

enum { FETCH_ARCHIVER };
static const port_t ports[] = {[FETCH_ARCHIVER] = {"archiver", PORT_DEALER, false}};

static const char note_schema[] =
    "CREATE TABLE IF NOT EXISTS note (position INTEGER PRIMARY KEY, note BLOB NOT NULL);";

typedef struct fetch_state {
    fetching_t *asked;
    site_t *site;
    curve_pair_t curve;
    ledger_t *ledger;
    arena_t *arena;             /* of the message being read */
    bool has_note, has_events;
    position_t target;          /* of the checkpoint */
    wanted_turn_t turn;         /* documents asked for */
    int64_t asked_at, heard_at; /* boot ms; 0: not yet */
    int code;                   /* what is to be said of it, if it ends before its end */
} fetch_state_t;

static fetch_state_t *fetching; /* the skeleton opens it by its folder's name alone */

static void give_up(fetch_state_t *self, int code, output_t *out) {
    self->code = code;
    out->stop = true;
}

static void begin(fetch_state_t *self) {
    if (!ledger_in_transaction(self->ledger))
        ledger_begin(self->ledger);
}

/* ---- what comes ---- */

/* False: nobody's daemon writes such a thing. */
static bool take_event(fetch_state_t *self, bytes_t bytes, position_t position, arena_t *arena) {
    decoded_t event;
    position_t at;
    digest_t digest;
    if (event_decode(bytes, arena, &event, NULL) != 0 || event.event.position != (int64_t) position ||
        (!event.derived &&
         ledger_find_command(self->ledger, event.command.id, &at, &digest) == LEDGER_OK))
        return false;
    ledger_append(self->ledger, &event, bytes);
    if (self->asked->documents)
        wanted_note(self->ledger, &event);
    return true;
}

static void take_events(fetch_state_t *self, const struct events *body, output_t *out) {
    position_t last = ledger_last(self->ledger);
    if (!self->has_note || self->has_events || (position_t) body->first != last + 1)
        return;
    self->has_events = body->events.n == 0;
    self->asked_at = 0;
    arena_t *arena = arena_new(0);
    for (size_t i = 0; i < body->events.n && !out->stop; i++) {
        begin(self);
        arena_reset(arena);
        if (take_event(self, body->events.at[i].bytes, ++last, arena))
            continue;
        auditor_fail(0, _("what the archiver gives for event %llu is no event, or one that it gave before"),
                     (unsigned long long) last);
        give_up(self, AUDIT_FOUND, out);
    }
    arena_destroy(&arena);
    if (self->asked->progress && !out->stop)
        self->asked->progress(NULL, last, last > self->target ? last : self->target);
}

static void take_note(fetch_state_t *self, bytes_t note) {
    signed_note_t read;
    tree_head_t head;
    if (self->has_note)
        return;
    self->has_note = true;
    self->asked_at = 0;
    if (note.n == 0 || checkpoint_read(note, &read, &head, NULL) != 0)
        return;
    self->target = head.position;
    sqlite3_stmt *stmt = NULL;
    begin(self);
    if (sqlite3_prepare_v2(ledger_db(self->ledger), "INSERT OR REPLACE INTO note VALUES (?1, ?2)", -1,
                           &stmt, NULL) != SQLITE_OK) {
        ledger_spoil(self->ledger);
        return;
    }
    sqlite3_bind_int64(stmt, 1, (int64_t) head.position);
    sqlite3_bind_blob(stmt, 2, note.p, (int) note.n, SQLITE_STATIC);
    ledger_run(self->ledger, stmt);
    sqlite3_finalize(stmt);
}

/* One that is not what it was asked for is not there. */
static void take_blob(fetch_state_t *self, const struct blob_put *body, int64_t boot) {
    problem_t problem = {0};
    wanted_came(&self->turn, boot);
    begin(self);
    if (blobs_put(ledger_db(self->ledger), body->address, body->salted, &problem) != 0 &&
        problem.reason == REASON_DISK_FULL)
        ledger_spoil(self->ledger);
    wanted_done(self->ledger, body->address);
}

static void take_message(fetch_state_t *self, const input_t *in, const surroundings_t *now,
                         output_t *out) {
    message_type_t type;
    const void *body;
    arena_reset(self->arena);
    if (message_decode(in->frame, self->arena, &type, &body, NULL) != 0)
        return;
    self->heard_at = now->boot;
    if (type == MESSAGE_CHECKPOINT_PUT)
        take_note(self, ((const struct checkpoint_put *) body)->note);
    else if (type == MESSAGE_EVENTS)
        take_events(self, body, out);
    else if (type == MESSAGE_BLOB_PUT)
        take_blob(self, body, now->boot);
    else if (type == MESSAGE_BLOB_STATE) { /* erased, or not there either */
        wanted_came(&self->turn, now->boot);
        begin(self);
        wanted_done(self->ledger, ((const struct blob_state *) body)->address);
    }
}

/* ---- what is asked for ---- */

static bool complete(fetch_state_t *self) {
    return self->has_note && self->has_events && wanted_first(self->ledger) == 0;
}

static void ask(fetch_state_t *self, int64_t boot, output_t *out) {
    struct checkpoint_get get = {.from = 0};
    position_t last = ledger_last(self->ledger);
    struct fetch fetch = {.from = (int64_t) last + 1, .to = (int64_t) last + SPAN};
    if (self->has_events) {
        wanted_ask(self->ledger, &self->turn, FETCH_ARCHIVER, NULL, boot, out);
        return;
    }
    if (!self->asked_at || boot - self->asked_at >= AGAIN_MS) {
        if (self->has_note)
            output_send(out, FETCH_ARCHIVER, NULL, MESSAGE_FETCH, &fetch);
        else
            output_send(out, FETCH_ARCHIVER, NULL, MESSAGE_CHECKPOINT_GET, &get);
        self->asked_at = boot;
    }
    output_wake(out, self->asked_at + AGAIN_MS);
}

static void keep_up(fetch_state_t *self, const surroundings_t *now, output_t *out) {
    if (ledger_in_transaction(self->ledger) && ledger_commit(self->ledger) != LEDGER_OK) {
        auditor_fail(0, "%s: %s", self->asked->file, reason_text(REASON_DISK_FULL));
        give_up(self, AUDIT_UNABLE, out);
    } else if (complete(self)) {
        out->stop = true;
    } else if (now->boot - self->heard_at > self->asked->patience_s * 1000) {
        auditor_fail(0, _("the archiver (%s) does not answer: does it run, and is %s enrolled there?"),
                     self->site->archiver_service, self->asked->name);
        give_up(self, AUDIT_UNABLE, out);
    } else {
        ask(self, now->boot, out);
    }
}

static void fetch_step(void *arg, const input_t *in, const surroundings_t *now, output_t *out) {
    fetch_state_t *self = arg;
    if (!self->heard_at)
        self->heard_at = now->boot; /* counted from the start on */
    if (in->type == INPUT_MESSAGE)
        take_message(self, in, now, out);
    else if (in->type != INPUT_STOP && !out->stop)
        keep_up(self, now, out);
}

/* ---- the daemon ---- */

static void *fetch_open(const char *folder, const char *argument, bool check_only,
                        problem_t *problem) {
    fetch_state_t *self = fetching;
    buffer_t schema = {0};
    (void) folder, (void) argument, (void) check_only;
    buffer_text(&schema, blobs_schema);
    buffer_text(&schema, wanted_schema);
    buffer_text(&schema, note_schema);
    self->ledger = ledger_open(self->asked->file, buffer_cstr(&schema), problem);
    buffer_free(&schema);
    return self->ledger ? self : NULL;
}

static void fetch_close(void **self_p) { *self_p = NULL; /* fetch_run does it */ }

static void fetch_address(void *arg, int port, port_address_t *out) {
    const fetch_state_t *self = arg;
    (void) port;
    snprintf(out->endpoint, sizeof out->endpoint, "%s", self->site->archiver_service);
    out->server = self->site->archiver_curve;
}

static const curve_pair_t *fetch_curve(void *arg) {
    const fetch_state_t *self = arg;
    return &self->curve;
}

static const daemon_spec_t fetch_spec = {
    .name = "countersign-audit",
    .arguments = "",
    .doc = "",
    .ports = ports,
    .ports_n = sizeof ports / sizeof *ports,
    .open = fetch_open,
    .close = fetch_close,
    .address = fetch_address,
    .curve = fetch_curve,
    .step = fetch_step,
};

static int prepare(fetch_state_t *self) {
    problem_t problem = {0};
    self->site = site_open(site_folder(self->asked->site), &problem);
    if (!self->site || site_curve(self->site, self->asked->name, &self->curve, &problem) != 0)
        return auditor_problem(&problem);
    if (access(self->asked->file, F_OK) == 0)
        return auditor_fail(AUDIT_UNABLE, _("%s is there already; nothing is written over"),
                            self->asked->file);
    self->asked->ledger = self->site->ledger;
    self->arena = arena_new(ARENA_LIMIT);
    return AUDIT_SOUND;
}

/* The skeleton took them for itself; what comes now may be interrupted. */
static void signals_again(void) {
    sigset_t set;
    sigemptyset(&set);
    sigaddset(&set, SIGTERM);
    sigaddset(&set, SIGINT);
    sigaddset(&set, SIGHUP);
    sigprocmask(SIG_UNBLOCK, &set, NULL);
}

int fetch_run(fetching_t *asked) {
    fetch_state_t self = {.asked = asked};
    char program[] = "countersign-audit", site[] = "--site", foreground[] = "-d";
    int code = prepare(&self);
    if (code == AUDIT_SOUND) {
        char *argv[] = {program, site, self.site->folder, foreground, NULL};
        fetching = &self;
        code = daemon_run(&fetch_spec, 4, argv) == EX_OK ? self.code : AUDIT_UNABLE;
        if (code == AUDIT_SOUND && !complete(&self))
            code = AUDIT_UNABLE; /* it was stopped */
        ledger_close(&self.ledger);
        if (code != AUDIT_SOUND)
            sealed_remove(asked->file);
        signals_again();
    }
    arena_destroy(&self.arena);
    site_close(&self.site);
    secret_wipe(&self.curve, sizeof self.curve);
    return code;
}
