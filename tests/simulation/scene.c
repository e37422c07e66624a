/* SPDX-License-Identifier: Apache-2.0
 *
 * scene: see the header.
 */
#include "tests/simulation/scene.h"

#include <errno.h>
#include <setjmp.h>
#include <stdarg.h>
#include <sysexits.h>

#include "daemons/agent/agent.h"
#include "daemons/archiver/archiver.h"
#include "daemons/coordinator/coordinator.h"
#include "daemons/department/department.h"
#include "tests/simulation/inspecting.h"
#include "tests/simulation/reach.h"
#include "tests/simulation/registers.h"

#define SPAN_MS 60000      /* while faults happen and people begin things */
#define CALM_MS 90000      /* afterwards people bring to an end what is under way */
#define CONVERGE_MS 900000 /* within this all must be the same everywhere */

/* ---- a node's code, kept from ending the process ---- */

static jmp_buf way_out;
static bool inside;
static uint64_t allocations_left;
static int last_exit;

void __wrap__exit(int code) __attribute__((noreturn));
void __real__exit(int code) __attribute__((noreturn));
void __wrap__exit(int code) {
    if (!inside)
        __real__exit(code);
    last_exit = code;
    longjmp(way_out, 1);
}

int __wrap_rename(const char *from, const char *to);
int __real_rename(const char *from, const char *to);
int __wrap_rename(const char *from, const char *to) {
    if (!strstr(from, ".db"))
        return __real_rename(from, to);
    return disk_rename(from, to);
}

void scene_starve(uint64_t allocations) { allocations_left = allocations; }

static bool starved(void) { return inside && allocations_left && --allocations_left == 0; }

void *__wrap_malloc(size_t n);
void *__real_malloc(size_t n);
void *__wrap_malloc(size_t n) { return starved() ? NULL : __real_malloc(n); }
void *__wrap_calloc(size_t n, size_t size);
void *__real_calloc(size_t n, size_t size);
void *__wrap_calloc(size_t n, size_t size) { return starved() ? NULL : __real_calloc(n, size); }
void *__wrap_realloc(void *p, size_t n);
void *__real_realloc(void *p, size_t n);
void *__wrap_realloc(void *p, size_t n) { return starved() ? NULL : __real_realloc(p, n); }

static bool step_done(scene_t *self, int node, bool lives) {
    inside = false;
    bool died = self->watch.stepped && self->watch.stepped(self->watch.arg, node);
    return lives && !died;
}

static bool keep(void *arg, int node, void (*fn)(void *), void *fn_arg) {
    scene_t *self = arg;
    disk_machine(node);
    self->steps++;
    inside = true;
    if (setjmp(way_out) == 0) {
        fn(fn_arg);
        return step_done(self, node, true);
    }
    return step_done(self, node, false);
}

/* ---- saying ---- */

const char *scene_name(const scene_t *self, int node) {
    static char names[4][64];
    static int turn;
    char *name = names[turn++ % 4];
    if (node == COORDINATOR)
        return "coordinator";
    if (node == ARCHIVER)
        return "archiver";
    if (node == self->notifier)
        return "notifier";
    if (node == self->witness)
        return "witness";
    int i = node - FIRST_DEPARTMENT;
    snprintf(name, 64, "%s %s", i < self->departments ? "department" : "agent",
             self->works->departments[i % self->departments]);
    return name;
}

void scene_tell(scene_t *self, void (*say)(void *, const char *), void *arg) {
    self->say = say;
    self->say_arg = arg;
}

void scene_say(scene_t *self, const char *format, ...) {
    char text[500], line[560];
    va_list list;
    if (!self->say)
        return;
    va_start(list, format);
    vsnprintf(text, sizeof text, format, list);
    va_end(list);
    snprintf(line, sizeof line, "%9.3f  %s", (double) (bus_boot(self->bus) - self->begun) / 1000,
             text);
    self->say(self->say_arg, line);
}

static void say_of_people(void *arg, const char *line) { scene_say(arg, "%s", line); }

static const char *wrong(scene_t *self, const char *format, ...)
    __attribute__((format(printf, 2, 3)));
static const char *wrong(scene_t *self, const char *format, ...) {
    va_list list;
    if (self->wrong[0])
        return self->wrong;
    va_start(list, format);
    vsnprintf(self->wrong, sizeof self->wrong, format, list);
    va_end(list);
    return self->wrong;
}

/* ---- making ---- */

static void on_wire(void *arg, passage_t *passage) {
    scene_t *self = arg;
    if (self->watched) {
        bool runs = bus_runs(self->bus, COORDINATOR, NULL);
        const coordinator_t *coordinator = bus_daemon(self->bus, COORDINATOR);
        reach_passage(passage, runs ? coordinator->published : 0, COORDINATOR, ARCHIVER);
    }
    forger_wire(self->forger, passage);
    if (passage->from == self->witness || passage->to == self->witness)
        witnessing_wire(self->witnessing, passage);
    else if (!self->healed && passage->from < self->nodes && passage->to < self->nodes)
        faults_wire(self->faults, self, passage);
}

static void add_nodes(scene_t *self) {
    const char *folder = self->works->company->folder;
    int n = self->departments;
    insist(bus_add(self->bus, &coordinator_spec, folder, "") == COORDINATOR);
    insist(bus_add(self->bus, &archiver_spec, folder, "") == ARCHIVER);
    for (int i = 0; i < n; i++)
        self->desks[i] = bus_add(self->bus, &department_spec, folder, self->works->departments[i]);
    for (int i = 0; i < n; i++)
        self->agents[i] = bus_add(self->bus, &agent_spec, folder, self->works->departments[i]);
    self->notifier = bus_add(self->bus, &notifier_spec, folder, "");
    self->witness = bus_add(self->bus, &witness_spec, folder, WORKS_WITNESS);
    self->nodes = self->witness + 1;
}

static void connect_nodes(scene_t *self) {
    bus_connect(self->bus, ARCHIVER, "coordinator", COORDINATOR, "service");
    bus_connect(self->bus, ARCHIVER, "stream", COORDINATOR, "stream");
    for (int i = 0; i < self->departments; i++) {
        bus_connect(self->bus, self->desks[i], "coordinator", COORDINATOR, "service");
        bus_connect(self->bus, self->desks[i], "stream", COORDINATOR, "stream");
        bus_connect(self->bus, self->desks[i], "archiver", ARCHIVER, "service");
        bus_connect(self->bus, self->agents[i], "department", self->desks[i], "service");
    }
}

scene_t *scene_new(const works_t *works, uint64_t seed, int orders, faults_t *faults) {
    scene_t *self = calloc(1, sizeof *self);
    insist(self);
    self->works = works;
    self->seed = seed;
    self->faults = faults;
    self->departments = works->departments_n;
    self->wire = luck_of(seed, 3);
    scene_starve(0);
    works_open(works, seed, COORDINATOR);
    self->bus = bus_new(seed, COMPANY_START + 1000);
    bus_keep(self->bus, &(bus_keeper_t){self, keep});
    bus_hook(self->bus, on_wire, self);
    add_nodes(self);
    connect_nodes(self);
    self->model = model_new();
    self->people =
        people_new(works, self->bus, self->model, self->agents, self->desks, seed, orders);
    people_tell(self->people, say_of_people, self);
    self->office = office_new(works, self->bus, self->model,
                              self->desks[works_department(works, "quality")], seed);
    office_tell(self->office, say_of_people, self);
    int quality = works_department(works, "quality");
    self->intruder = intruder_new(works, self->bus, people_drawer(self->people),
                                  &(intruder_ways_t){COORDINATOR, self->desks[quality],
                                                     self->agents[quality],
                                                     faults_spoil(faults, COORDINATOR)},
                                  seed);
    intruder_tell(self->intruder, say_of_people, self);
    self->telling = telling_new(self, seed);
    self->witnessing = witnessing_new(self, seed);
    self->forger = forger_new(self, seed);
    self->begun = bus_boot(self->bus);
    scene_sleep(self, 0);
    return self;
}

void scene_hear(scene_t *self, int feedback) { people_hear(self->people, feedback); }

void scene_sleep(scene_t *self, int nights) {
    nights_destroy(&self->nights);
    self->nights = nights_new(self->works, self->bus, self->model, people_drawer(self->people),
                              self->desks[works_department(self->works, "quality")], self->seed,
                              nights, SPAN_MS);
    nights_tell(self->nights, say_of_people, self);
}

void scene_destroy(scene_t **self_p) {
    scene_t *self = *self_p;
    if (!self)
        return;
    people_destroy(&self->people);
    office_destroy(&self->office);
    intruder_destroy(&self->intruder);
    nights_destroy(&self->nights);
    telling_destroy(&self->telling);
    witnessing_destroy(&self->witnessing);
    bus_destroy(&self->bus);
    forger_destroy(&self->forger); /* on the bus to the end */
    model_destroy(&self->model);
    free(self);
    *self_p = NULL;
}

void scene_hurry(scene_t *self, int times) {
    office_hurry(self->office, times);
    intruder_hurry(self->intruder, times);
}

/* ---- down and up ---- */

void scene_down(scene_t *self, int node, cut_t cut, int64_t ms) {
    if (cut == CUTS)
        disk_drop(node); /* what was written is in the system's hands; the process closes nothing */
    else
        disk_cut(node, cut);
    if (bus_runs(self->bus, node, NULL))
        bus_kill(self->bus, node);
    int64_t until = bus_boot(self->bus) + ms;
    if (until > self->down_until[node])
        self->down_until[node] = until;
}

/* A store that its daemon will not open, again and again: README tells the administrator to move it
   away. */
static void move_away(scene_t *self, int node) {
    scene_say(self, "the store of %s is moved away", scene_name(self, node));
    disk_lose(node, ".db");
    self->refused_starts[node] = 0;
    if (node == COORDINATOR)
        model_epoch(self->model);
}

static void start(scene_t *self, int node) {
    problem_t problem = {0};
    if (self->watch.starting)
        self->watch.starting(self->watch.arg, node);
    self->starts++;
    self->down_until[node] = 0;
    if (bus_try_start(self->bus, node, &problem)) {
        self->refused_starts[node] = 0;
        scene_say(self, "%s starts", scene_name(self, node));
        return;
    }
    disk_drop(node);
    scene_say(self, "%s does not start: %s", scene_name(self, node), problem.detail);
    bool broken = ledger_damaged(&problem) || strstr(problem.detail, "not a ledger") ||
                  strstr(problem.detail, "newer version");
    bool rebuilds = node < FIRST_DEPARTMENT + self->departments || node == self->notifier;
    if (broken && ++self->refused_starts[node] == 3 && rebuilds)
        move_away(self, node);
    self->down_until[node] = bus_boot(self->bus) + 1000;
}

/* Who died by its own hand is started again, as systemd does. */
static void look_after(scene_t *self) {
    for (int node = 0; node < self->nodes; node++) {
        int code = 0;
        if (bus_runs(self->bus, node, &code))
            continue;
        if (!self->down_until[node]) {
            self->deaths++;
            scene_say(self, "%s ended with %d (%d)", scene_name(self, node), code, last_exit);
            disk_drop(node);
            if (code == EX_DATAERR && !(node == self->witness && forger_did(self->forger)))
                wrong(self, "%s stopped: it found another history than its own",
                      scene_name(self, node));
            self->down_until[node] = bus_boot(self->bus) + 1000;
        }
        if (bus_boot(self->bus) >= self->down_until[node])
            start(self, node);
    }
}

/* ---- playing ---- */

/* The hours are nobody's: what was to happen later in the case happens so much later. */
static const char *sleep_if_late(scene_t *self) {
    const char *seen = NULL;
    int64_t ms = nights_tend(self->nights, bus_boot(self->bus) - self->begun, &seen);
    if (ms) {
        bus_sleep(self->bus, ms);
        self->begun += ms;
        self->slept += ms;
    }
    return seen;
}

/* At each instant. */
static bool tend(void *arg) {
    scene_t *self = arg;
    if (!self->healed)
        faults_tend(self->faults, self);
    look_after(self);
    const coordinator_t *coordinator = bus_daemon(self->bus, COORDINATOR);
    bool asks = bus_runs(self->bus, COORDINATOR, NULL) && coordinator->clock_jumped;
    const char *seen = office_tend(self->office, asks);
    intruder_tend(self->intruder);
    witnessing_tend(self->witnessing);
    forger_tend(self->forger);
    if (!seen)
        seen = people_tend(self->people);
    if (!seen)
        seen = sleep_if_late(self);
    if (!seen)
        seen = telling_tend(self->telling);
    if (seen)
        wrong(self, "%s", seen);
    return self->wrong[0] != 0;
}

static int64_t next_of(const scene_t *self) {
    int64_t next = people_next(self->people);
    if (office_next(self->office) < next)
        next = office_next(self->office);
    if (intruder_next(self->intruder) < next)
        next = intruder_next(self->intruder);
    int64_t night = nights_next(self->nights, bus_boot(self->bus) - self->begun);
    if (night < next)
        next = night;
    if (witnessing_next(self->witnessing) < next)
        next = witnessing_next(self->witnessing);
    if (forger_next(self->forger) < next)
        next = forger_next(self->forger);
    if (telling_next(self->telling) < next)
        next = telling_next(self->telling);
    if (!self->healed && faults_next(self->faults, self) < next)
        next = faults_next(self->faults, self);
    for (int i = 0; i < self->nodes; i++)
        if (self->down_until[i] && self->down_until[i] < next)
            next = self->down_until[i];
    return next;
}

/* Time goes on for `ms`, or until `done`; in steps, since people and faults come from outside the
   bus. */
static bool go_on(scene_t *self, int64_t ms, bool (*done)(scene_t *self)) {
    int64_t end = bus_boot(self->bus) + ms, slept = self->slept;
    if (!done && self->end_by && self->end_by < end)
        end = self->end_by;
    while (bus_boot(self->bus) < end && !self->wrong[0]) {
        int64_t wait = next_of(self) - bus_boot(self->bus);
        wait = wait < 1 ? 1 : wait > end - bus_boot(self->bus) ? end - bus_boot(self->bus) : wait;
        if (wait > 100)
            wait = 100;
        bus_until(self->bus, tend, self, wait);
        end += self->slept - slept;
        slept = self->slept;
        if (!done && self->end_by && self->end_by < end)
            end = self->end_by;
        if (done && done(self))
            return true;
    }
    return false;
}

static ledger_t *ledger_of(scene_t *self, int node) {
    void *daemon = bus_daemon(self->bus, node);
    chronicle_t *c = node == COORDINATOR ? ((coordinator_t *) daemon)->chronicle
                     : node == ARCHIVER  ? ((archiver_t *) daemon)->chronicle
                                         : ((department_t *) daemon)->chronicle;
    return chronicle_ledger(c);
}

typedef struct waiting_rows {
    size_t n;
    char first[120];
} waiting_rows_t;

static void count_waiting(void *arg, const outbox_row_t *row) {
    waiting_rows_t *w = arg;
    if (row->state != OUTBOX_QUEUED && row->state != OUTBOX_ACCEPTED)
        return;
    if (w->n++ == 0)
        snprintf(w->first, sizeof w->first, "%s %02x%02x %s %s", kind_info(row->kind)->name,
                 row->id.b[14], row->id.b[15], row->state == OUTBOX_QUEUED ? "queued" : "accepted",
                 reason_name(row->problem.reason));
}

static waiting_rows_t outbox_waiting(scene_t *self, int node) {
    waiting_rows_t w = {.n = 0};
    void *daemon = bus_daemon(self->bus, node);
    bool agent = node >= FIRST_DEPARTMENT + self->departments;
    outbox_each(agent ? ((agent_t *) daemon)->outbox : ((department_t *) daemon)->outbox,
                count_waiting, &w);
    return w;
}

/* NULL: everything is archived, verified, the same everywhere, and no outbox holds anything; else
   who is behind. */
static const char *apart(scene_t *self) {
    static char text[600];
    for (int i = 0; i < self->nodes; i++)
        if (!bus_runs(self->bus, i, NULL)) {
            snprintf(text, sizeof text, "%s does not run", scene_name(self, i));
            return text;
        }
    ledger_t *ledger = ledger_of(self, COORDINATOR);
    const archiver_t *archiver = bus_daemon(self->bus, ARCHIVER);
    const coordinator_t *coordinator = bus_daemon(self->bus, COORDINATOR);
    position_t last = ledger_last(ledger);
    digest_t root = ledger_root(ledger);
    if (coordinator->archived != last || archiver->verified != last) {
        snprintf(text, sizeof text, "of %llu events %llu are archived and %llu verified%s%s",
                 (unsigned long long) last, (unsigned long long) coordinator->archived,
                 (unsigned long long) archiver->verified, archiver->differs ? ": " : "",
                 archiver->why);
        return text;
    }
    if (coordinator->erase_after || archiver->erase_due)
        return "what was erased is still to go";
    for (int i = ARCHIVER; i < FIRST_DEPARTMENT + self->departments; i++)
        if (ledger_last(ledger_of(self, i)) != last ||
            !digest_equal(ledger_root(ledger_of(self, i)), root)) {
            snprintf(text, sizeof text, "%s is at %llu of %llu", scene_name(self, i),
                     (unsigned long long) ledger_last(ledger_of(self, i)),
                     (unsigned long long) last);
            return text;
        }
    for (int i = FIRST_DEPARTMENT; i < self->notifier; i++) {
        waiting_rows_t w = outbox_waiting(self, i);
        if (w.n) {
            snprintf(text, sizeof text, "%s has %zu commands in its outbox: %s",
                     scene_name(self, i), w.n, w.first);
            return text;
        }
    }
    return telling_waits(self->telling);
}

static bool together(scene_t *self) { return apart(self) == NULL; }

static void note_left(void *arg, const outbox_row_t *row) {
    scene_t *self = arg;
    if (row->state == OUTBOX_REFUSED || row->state == OUTBOX_HELD)
        model_came_back(self->model, row->id.b);
}

static void heal(scene_t *self) {
    scene_say(self, "** everything is mended");
    faults_heal(self->faults, self);
    telling_heal(self->telling);
    witnessing_heal(self->witnessing);
    forger_settle(self->forger);
    self->healed = true;
    scene_starve(0);
    for (int i = 0; i < self->nodes; i++) {
        disk_room(i, true);
        if (self->down_until[i])
            self->down_until[i] = bus_boot(self->bus);
    }
}

static const char *check_registers(const scene_t *self) {
    char path[512], name[64];
    problem_t problem = {0};
    const char *broken = NULL;
    for (int i = 0; i < self->departments && !broken; i++) {
        snprintf(name, sizeof name, "department-%s", self->works->departments[i]);
        site_state_path(self->works->company->site, path, sizeof path, name, "desk.db", false,
                        &problem);
        broken = registers_check(path);
    }
    return broken;
}

/* No file of any machine, WALs among them. What was set aside is cleaned by its real path, which
   is not simulated. */
static const char *check_erased(scene_t *self) {
    const docket_t *docket = &people_drawer(self->people)->docket;
    for (size_t i = 0; i < docket->contents_n; i++) {
        const content_note_t *note = &docket->contents[i];
        const char *path = model_erased(self->model, note->address.b)
                               ? disk_find(note->sample, sizeof note->sample)
                               : NULL;
        if (path && !strstr(path, ".set-aside-"))
            return wrong(self, "%s still holds what was erased", path);
    }
    return NULL;
}

static const char *check_stores(scene_t *self) {
    char archive[512];
    problem_t problem = {0};
    for (int i = 0; i < self->departments; i++)
        outbox_each(((agent_t *) bus_daemon(self->bus, self->agents[i]))->outbox, note_left, self);
    self->closing = true;
    bus_destroy(&self->bus); /* STOP, and everything is closed */
    disk_machine(SCENE_NODES);
    site_state_path(self->works->company->site, archive, sizeof archive, "archiver", "archive.db",
                    false, &problem);
    const char *broken = model_check(self->model, self->works->ledger_path, archive);
    if (self->watched && !broken)
        reach_archive(archive);
    if (!broken)
        broken = witnessing_check(self->witnessing);
    if (!broken && !self->watch.stepped)
        broken = inspecting_check(self, archive);
    if (!broken)
        broken = check_registers(self);
    return broken ? broken : check_erased(self);
}

const char *scene_play(scene_t *self) {
    go_on(self, SPAN_MS, NULL);
    heal(self);
    people_settle(self->people);
    office_settle(self->office);
    intruder_settle(self->intruder);
    nights_settle(self->nights);
    go_on(self, CALM_MS, NULL);
    people_rest(self->people);
    if (!self->wrong[0] && !go_on(self, CONVERGE_MS, together))
        wrong(self, "not the same everywhere within %d s: %s", CONVERGE_MS / 1000, apart(self));
    if (self->wrong[0])
        return self->wrong;
    const char *broken = telling_check(self->telling);
    if (!broken && !self->watch.stepped)
        broken = forger_end(self->forger);
    if (!broken)
        broken = check_stores(self);
    return broken ? wrong(self, "%s", broken) : NULL;
}
