/* SPDX-License-Identifier: Apache-2.0
 *
 * stage: the record is replayed into a store of its own, as a department's daemon keeps one, at once or
 * as time passes; what is asked meanwhile is answered from there.
 */
#include "daemons/auditor/stage.h"

#include <stdio.h>
#include <sysexits.h>

#include "common/base/diag.h"
#include "common/screen/show.h"

#define CASES_IN_MEMORY 2048
#define ARENA_LIMIT (16u << 20)
#define COMMIT_EVERY 1000
#define EVENTS_AT_ONCE 256
#define WAIT_MAX_MS 10000 /* a night is not waited for */

static const port_t ports[] = {[STAGE_SERVICE] = {"service", PORT_ROUTER, false}};

/* ---- replaying ---- */

static int unreadable(position_t position, problem_t *problem) {
    return problem_set(problem, REASON_INPUT_FILE, "", "event %llu cannot be read; verify says more",
                       (unsigned long long) position);
}

/* Within a transaction of the store. */
static int replay_one(stage_t *self, arena_t *arena, buffer_t *bytes, decoded_t *event,
                      problem_t *problem) {
    position_t position = ledger_last(chronicle_ledger(self->chronicle)) + 1;
    arena_reset(arena);
    if (ledger_read(chronicle_ledger(self->audit->chronicle), position, bytes) != LEDGER_OK ||
        event_decode(buffer_bytes(bytes), arena, event, NULL) != 0 ||
        event->event.position != (int64_t) position)
        return unreadable(position, problem);
    chronicle_append(self->chronicle, event, buffer_bytes(bytes));
    register_note(self->cases, event);
    return 0;
}

static int commit(stage_t *self, problem_t *problem) {
    register_flush(self->cases);
    return ledger_commit(chronicle_ledger(self->chronicle)) == LEDGER_OK
               ? 0
               : problem_set(problem, REASON_DISK_FULL, "", "%s", self->folder);
}

/* What was before the part that is to be seen. */
static int replay_to(stage_t *self, position_t position, problem_t *problem) {
    ledger_t *ledger = chronicle_ledger(self->chronicle);
    arena_t *arena = arena_new(0);
    buffer_t bytes = {0};
    decoded_t event;
    int rc = 0;
    while (rc == 0 && ledger_last(ledger) < position) {
        ledger_begin(ledger);
        for (int i = 0; rc == 0 && i < COMMIT_EVERY && ledger_last(ledger) < position; i++)
            rc = replay_one(self, arena, &bytes, &event, problem);
        if (rc == 0)
            rc = commit(self, problem);
    }
    arena_destroy(&arena);
    buffer_free(&bytes);
    return rc;
}

static void show(stage_t *self, const decoded_t *event) {
    view_t view = {.context = chronicle_context(self->chronicle),
                   .prices = true,
                   .contacts = true,
                   .now = event->event.time};
    json_t *json = event_json(event, &view);
    if (self->audit->json)
        show_line(json);
    else
        show_event(json);
    json_decref(json);
    fflush(stdout);
}

/* Of the next event, by how long after the last one it came. */
static void set_next(stage_t *self, int64_t from) {
    position_t last = ledger_last(chronicle_ledger(self->chronicle));
    ledger_t *record = chronicle_ledger(self->audit->chronicle);
    int64_t ms = (ledger_time_at(record, last + 1) - ledger_time_at(record, last)) / self->speed;
    self->next_at = from + (ms < 0 ? 0 : ms > WAIT_MAX_MS ? WAIT_MAX_MS : ms);
}

/* What is due by now; all of it is there before anybody is answered. */
static void go_on(stage_t *self, int64_t boot, output_t *out) {
    ledger_t *ledger = chronicle_ledger(self->chronicle);
    arena_t *arena = arena_new(0);
    buffer_t bytes = {0};
    decoded_t event;
    problem_t problem = {0};
    int rc = 0;
    for (int i = 0; rc == 0 && i < EVENTS_AT_ONCE && ledger_last(ledger) < self->until &&
                    self->next_at <= boot;
         i++) {
        ledger_begin(ledger);
        rc = replay_one(self, arena, &bytes, &event, &problem);
        if (rc == 0)
            rc = commit(self, &problem);
        if (rc == 0) {
            show(self, &event);
            set_next(self, self->next_at);
        }
    }
    if (rc != 0) {
        auditor_problem(&problem);
        out->stop = true;
        out->exit_code = AUDIT_UNABLE;
    } else if (ledger_last(ledger) < self->until) {
        output_wake(out, self->next_at);
    }
    arena_destroy(&arena);
    buffer_free(&bytes);
}

/* ---- the daemon ---- */

static stage_t *on_stage; /* the skeleton opens it by its folder's name alone */

static void *stage_open(const char *folder, const char *argument, bool check_only,
                        problem_t *problem) {
    stage_t *self = on_stage;
    char path[600];
    (void) folder, (void) argument, (void) check_only;
    if (!site_state_path(self->site, path, sizeof path, "replay", "desk.db", true, problem))
        return NULL;
    self->arena = arena_new(ARENA_LIMIT);
    self->chronicle = chronicle_open(path, register_schema, CASES_IN_MEMORY, problem);
    if (!self->chronicle)
        return NULL;
    self->cases = register_new(self->chronicle);
    return replay_to(self, self->speed ? self->from : self->until, problem) == 0 ? self : NULL;
}

static void stage_close(void **self_p) { *self_p = NULL; /* stage_run does it */ }

static void stage_address(void *arg, int port, port_address_t *out) {
    const stage_t *self = arg;
    (void) port;
    snprintf(out->endpoint, sizeof out->endpoint, "%s", self->site->coordinator_service);
}

static const curve_pair_t *stage_curve(void *arg) {
    const stage_t *self = arg;
    return &self->curve;
}

static bool stage_admits(void *arg, int port, pubkey_t key) {
    const stage_t *self = arg;
    (void) port;
    return pubkey_equal(key, self->station);
}

static void stage_step(void *arg, const input_t *in, const surroundings_t *now, output_t *out) {
    stage_t *self = arg;
    if (in->type == INPUT_MESSAGE && stage_admits(self, in->port, in->peer))
        stage_message(self, in, now, out);
    if (in->type == INPUT_START) {
        stage_say(self);
        if (self->speed && self->from < self->until)
            set_next(self, now->boot);
    }
    if (self->speed && (in->type == INPUT_START || in->type == INPUT_TICK || in->type == INPUT_FLUSH))
        go_on(self, now->boot, out);
    out->ready = true;
}

static const daemon_spec_t stage_spec = {
    .name = "countersign-replay",
    .arguments = "",
    .doc = "",
    .store = "desk.db",
    .ports = ports,
    .ports_n = sizeof ports / sizeof *ports,
    .open = stage_open,
    .close = stage_close,
    .address = stage_address,
    .curve = stage_curve,
    .admits = stage_admits,
    .step = stage_step,
};

int stage_run(stage_t *self) {
    problem_t problem = {0};
    char program[] = "countersign-replay", site[] = "--site", foreground[] = "-d";
    if (stage_make(self, &problem) != 0) {
        site_close(&self->site);
        return auditor_problem(&problem);
    }
    char *argv[] = {program, site, self->site->folder, foreground, NULL};
    on_stage = self;
    int code = daemon_run(&stage_spec, 4, argv);
    register_destroy(&self->cases);
    chronicle_close(&self->chronicle);
    arena_destroy(&self->arena);
    site_close(&self->site);
    secret_wipe(&self->curve, sizeof self->curve);
    return code == EX_OK ? AUDIT_SOUND : AUDIT_UNABLE;
}
