/* SPDX-License-Identifier: Apache-2.0
 *
 * forger: see the header.
 */
#include "tests/simulation/forger.h"

#include <stdio.h>
#include <stdlib.h>
#include <sysexits.h>

#include "common/base/diag.h"
#include "common/base/memory.h"
#include "daemons/archiver/archiver.h"
#include "tests/simulation/forging.h"
#include "tests/simulation/scene.h"

#define FRESH_MS 2000 /* what was overheard is said again so long */
#define FINDS_MS 20000 /* within this an altered store is found */

const char *const lie_names[LIES] = {
    "a stranger's checkpoint",   "another ledger's",       "a garbled one",
    "a step back",               "a fork",                 "a fork further on",
    "no proof",                  "a false cosignature",    "an older archive",
    "an event altered",          "a tree altered",         "a follower altered"};
uint64_t forger_told[LIES], forger_found[LIES];

enum { SERVICE, STREAM }; /* the forger's ports */

typedef struct overheard {
    buffer_t frame;
    int64_t at;
} overheard_t;

struct forger {
    scene_t *scene;
    luck_t luck;
    int node;             /* answers in the archiver's stead, speaks in the coordinator's */
    int stolen;           /* with the archiver's key */
    int inside, archive;  /* its lines to the coordinator, to the archiver */
    overheard_t announce, archived;
    buffer_t note;        /* the archiver's last, as the witness got it */
    buffer_t genesis;     /* the frame that names the archiver's key, passed on as it is */
    buffer_t backup, backup_wal; /* of the archive, as it was once */
    int64_t hears, speaks, backs_up, restores; /* boot ms; 0: never */
    bool settled, forked;
    lie_t next;           /* LIES: whatever comes to mind */
    signer_t *stranger;
    char wrong[300];
};

static forger_t *current; /* a daemon's `open` is given no argument of ours */

/* ---- what they show ---- */

static void make_note(forger_t *self, const signer_t *signer, position_t position, bool elsewhere,
                      buffer_t *out) {
    tree_head_t head = {.ledger = self->scene->works->company->site->ledger,
                        .position = position,
                        .time = bus_now(self->scene->bus)};
    if (elsewhere)
        head.ledger.b[3] ^= 1;
    for (size_t i = 0; i < sizeof head.root.b; i++)
        head.root.b[i] = (uint8_t) luck_next(&self->luck);
    buffer_clear(out);
    checkpoint_write(signer, &head, out);
}

/* A digit of the root, the size or a signature becomes another one. */
static void garble(forger_t *self, buffer_t *out) {
    buffer_clear(out);
    buffer_put(out, self->note.p, self->note.n);
    size_t at = out->n ? 80 + luck_below(&self->luck, out->n > 100 ? out->n - 100 : 1) : 0;
    if (at < out->n)
        out->p[at] = out->p[at] == 'A' ? 'B' : 'A';
}

/* A checkpoint that is none of this history; `at`: where whoever sees it stands. */
static void lie_note(forger_t *self, lie_t lie, position_t at, buffer_t *out) {
    const signer_t *archiver = self->scene->works->archiver.signer;
    position_t on = at + luck_below(&self->luck, 20);
    switch (lie) {
    case LIE_STRANGER: make_note(self, self->stranger, on + 1, false, out); break;
    case LIE_ELSEWHERE: make_note(self, archiver, on + 1, true, out); break;
    case LIE_GARBLED: garble(self, out); break;
    case LIE_BACK:
        make_note(self, archiver, 1 + luck_below(&self->luck, at > 2 ? at - 2 : 1), false, out);
        break;
    case LIE_FORK: make_note(self, archiver, at ? at : 1, false, out); break;
    case LIE_ONWARDS: make_note(self, archiver, on + 1, false, out); break;
    case LIE_UNPROVED:
        buffer_clear(out);
        buffer_put(out, self->note.p, self->note.n);
        break;
    case LIE_COSIGNED:
    case LIE_OLDER:
    case LIE_REHASHED:
    case LIE_REWRITTEN:
    case LIE_FOLLOWER:
    case LIES: panic("this is no checkpoint");
    }
}

static position_t noted(const forger_t *self) {
    signed_note_t note;
    tree_head_t head = {.position = 0};
    return checkpoint_read(buffer_bytes(&self->note), &note, &head, NULL) == 0 ? head.position : 0;
}

/* Whoever has seen nothing yet takes what the archiver's key signed: such lies come later. */
static lie_t draw(forger_t *self, position_t from) {
    if (self->next != LIES)
        return self->next;
    lie_t lie = (lie_t) luck_below(&self->luck, LIE_COSIGNED);
    if (lie == LIE_GARBLED && !self->note.n)
        return LIE_STRANGER;
    if (lie == LIE_BACK && from < 3)
        return LIE_ELSEWHERE;
    if (lie == LIE_UNPROVED && noted(self) <= from)
        lie = LIE_FORK;
    return from == 0 && lie >= LIE_BACK ? LIE_STRANGER : lie;
}

static void answer_witness(forger_t *self, const input_t *in, position_t from, output_t *out) {
    lie_t lie = draw(self, from);
    struct tree_hash hashes[3] = {{{{1}}}, {{{2}}}, {{{3}}}};
    buffer_t note = {0};
    if (self->next == LIES && luck_percent(&self->luck, 50))
        return;
    lie_note(self, lie, from, &note);
    struct checkpoint_put body = {.note = buffer_bytes(&note),
                                  .from = (int64_t) from,
                                  .proof = {hashes, lie == LIE_FORK ? 0 : 3}};
    output_send(out, SERVICE, &in->route, MESSAGE_CHECKPOINT_PUT, &body);
    /* one that is true as far as its text goes has no proof either */
    self->forked |= lie >= LIE_FORK || lie == LIE_GARBLED;
    forger_told[lie]++;
    scene_say(self->scene, "the forger shows the witness, at %llu: %s", (unsigned long long) from,
              lie_names[lie]);
    buffer_free(&note);
}

static void pass_genesis(forger_t *self, const input_t *in, output_t *out) {
    message_type_t type;
    const void *body;
    arena_t *arena = arena_new(0);
    if (self->genesis.n &&
        message_decode(buffer_bytes(&self->genesis), arena, &type, &body, NULL) == 0)
        output_send(out, SERVICE, &in->route, type, body);
    arena_destroy(&arena);
}

/* The coordinator's last head, with another checkpoint beside it. */
static void announce(forger_t *self, lie_t lie, output_t *out) {
    message_type_t type;
    const void *body;
    buffer_t note = {0};
    arena_t *arena = arena_new(0);
    if (self->announce.frame.n &&
        message_decode(buffer_bytes(&self->announce.frame), arena, &type, &body, NULL) == 0) {
        struct announce altered = *(const struct announce *) body;
        lie_note(self, lie, lie == LIE_FORK ? (position_t) altered.archived : 1, &note);
        altered.checkpoint = buffer_bytes(&note);
        output_send(out, STREAM, NULL, MESSAGE_ANNOUNCE, &altered);
        forger_told[lie]++;
        scene_say(self->scene, "the forger shows the departments: %s", lie_names[lie]);
    }
    arena_destroy(&arena);
    buffer_free(&note);
}

/* In the archiver's name, to the coordinator. */
static void tell_coordinator(forger_t *self, lie_t lie) {
    message_type_t type;
    const void *body;
    buffer_t note = {0};
    arena_t *arena = arena_new(0);
    if (self->archived.frame.n &&
        message_decode(buffer_bytes(&self->archived.frame), arena, &type, &body, NULL) == 0) {
        struct archived altered = *(const struct archived *) body;
        lie_note(self, lie, (position_t) altered.position, &note);
        altered.checkpoint = buffer_bytes(&note);
        bus_say(self->scene->bus, self->inside, MESSAGE_ARCHIVED, &altered);
        forger_told[lie]++;
        scene_say(self->scene, "the forger shows the coordinator: %s", lie_names[lie]);
    }
    arena_destroy(&arena);
    buffer_free(&note);
}

/* A line under the witness's name, to the archiver: by a key that is not the witness's. */
static void cosign(forger_t *self) {
    signed_note_t note;
    buffer_t line = {0};
    if (signed_note_read((text_t){(const char *) self->note.p, self->note.n}, &note, NULL) != 0)
        return;
    checkpoint_cosign(self->stranger, TEXT("witness-" WORKS_WITNESS), note.text,
                      bus_now(self->scene->bus), &line);
    struct cosignature body = {.position = (int64_t) noted(self), .line = buffer_bytes(&line)};
    bus_say(self->scene->bus, self->archive, MESSAGE_COSIGN, &body);
    forger_told[LIE_COSIGNED]++;
    buffer_free(&line);
}

/* ---- on the wires ---- */

static void *forger_open(const char *site, const char *argument, bool check_only,
                         problem_t *problem) {
    (void) site, (void) argument, (void) check_only, (void) problem;
    return current;
}
static void forger_close(void **self_p) { *self_p = NULL; }
static bool forger_admits(void *arg, int port, pubkey_t key) {
    (void) arg, (void) port, (void) key;
    return true;
}

static bool fresh(const forger_t *self, const overheard_t *heard) {
    return heard->frame.n && bus_boot(self->scene->bus) - heard->at < FRESH_MS;
}

static void speak(forger_t *self, output_t *out) {
    lie_t lie = (lie_t) luck_below(&self->luck, LIE_BACK);
    if (lie == LIE_GARBLED && !self->note.n)
        lie = LIE_STRANGER;
    if (luck_percent(&self->luck, 50) && fresh(self, &self->announce))
        announce(self, lie, out);
    else if (fresh(self, &self->archived))
        tell_coordinator(self, lie);
    if (self->note.n && luck_percent(&self->luck, 50))
        cosign(self);
    self->speaks = bus_boot(self->scene->bus) + 4000 + (int64_t) luck_below(&self->luck, 14000);
}

static void forger_step(void *arg, const input_t *in, const surroundings_t *now, output_t *out) {
    forger_t *self = arg;
    message_type_t type;
    const void *body;
    arena_t *arena = arena_new(0);
    if (in->type == INPUT_MESSAGE && (!self->settled || self->next != LIES) &&
        message_decode(in->frame, arena, &type, &body, NULL) == 0) {
        if (type == MESSAGE_CHECKPOINT_GET)
            answer_witness(self, in, (position_t) ((const struct checkpoint_get *) body)->from, out);
        else if (type == MESSAGE_FETCH)
            pass_genesis(self, in, out);
    }
    if (in->type == INPUT_START && self->next != LIES)
        announce(self, self->next, out);
    if (!self->settled && in->type != INPUT_MESSAGE) {
        if (now->boot >= self->speaks)
            speak(self, out);
        output_wake(out, self->speaks);
    }
    arena_destroy(&arena);
}

static const port_t ports[] = {[SERVICE] = {"service", PORT_LOCAL, false},
                               [STREAM] = {"stream", PORT_PUB, false}};
static const daemon_spec_t forger_spec = {.name = "forger",
                                          .arguments = "",
                                          .ports = ports,
                                          .ports_n = sizeof ports / sizeof *ports,
                                          .open = forger_open,
                                          .close = forger_close,
                                          .admits = forger_admits,
                                          .step = forger_step};

forger_t *forger_new(scene_t *scene, uint64_t seed) {
    forger_t *self = memory_new(1, sizeof *self);
    const works_t *works = scene->works;
    self->scene = scene;
    self->luck = luck_apart(seed, 16);
    self->stranger = company_signer(0xf2);
    self->next = LIES;
    self->speaks = bus_boot(scene->bus) + 4000;
    current = self;
    self->node = bus_add(scene->bus, &forger_spec, works->company->folder, "");
    bus_connect(scene->bus, scene->witness, "archiver", self->node, "service");
    for (int i = 0; i < scene->departments; i++)
        bus_connect(scene->bus, scene->desks[i], "stream", self->node, "stream");
    self->stolen = bus_client(scene->bus, &works->archiver.curve);
    self->inside = bus_connect(scene->bus, self->stolen, "mine", COORDINATOR, "service");
    self->archive = bus_connect(scene->bus, self->stolen, "mine", ARCHIVER, "service");
    if (!faults_spoil(scene->faults, COORDINATOR) && !faults_spoil(scene->faults, ARCHIVER) &&
        luck_percent(&self->luck, 40)) {
        self->backs_up = bus_boot(scene->bus) + 5000 + (int64_t) luck_below(&self->luck, 30000);
        self->restores = self->backs_up + 1000 + (int64_t) luck_below(&self->luck, 20000);
    }
    return self;
}

void forger_destroy(forger_t **self_p) {
    forger_t *self = *self_p;
    if (!self)
        return;
    buffer_free(&self->announce.frame);
    buffer_free(&self->archived.frame);
    buffer_free(&self->note);
    buffer_free(&self->genesis);
    buffer_free(&self->backup);
    buffer_free(&self->backup_wal);
    signer_destroy(&self->stranger);
    free(self);
    *self_p = NULL;
}

void forger_settle(forger_t *self) { self->settled = true; }

bool forger_did(forger_t *self) {
    bool did = self->forked;
    self->forked = false;
    return did;
}

static void overhear(overheard_t *heard, bytes_t frame, int64_t now) {
    buffer_clear(&heard->frame);
    buffer_put(&heard->frame, frame.p, frame.n);
    heard->at = now;
}

static void overhear_note(forger_t *self, bytes_t frame) {
    message_type_t type;
    const void *body;
    arena_t *arena = arena_new(0);
    if (message_decode(frame, arena, &type, &body, NULL) == 0) {
        const struct checkpoint_put *put = body;
        buffer_clear(&self->note);
        buffer_put(&self->note, put->note.p, put->note.n);
    }
    arena_destroy(&arena);
}

void forger_wire(forger_t *self, const passage_t *p) {
    int64_t now = bus_boot(self->scene->bus);
    if (p->type == MESSAGE_ANNOUNCE && p->from == COORDINATOR && p->to == self->scene->desks[0])
        overhear(&self->announce, p->frame, now);
    if (p->type == MESSAGE_ARCHIVED && p->from == ARCHIVER)
        overhear(&self->archived, p->frame, now);
    if (p->type == MESSAGE_CHECKPOINT_PUT && p->from == ARCHIVER && p->to == self->scene->witness)
        overhear_note(self, p->frame);
    if (p->type == MESSAGE_EVENTS && p->from == ARCHIVER && p->to == self->scene->witness) {
        buffer_clear(&self->genesis);
        buffer_put(&self->genesis, p->frame.p, p->frame.n);
    }
}

/* ---- stores ---- */

static char *store_of(const forger_t *self, const char *name, const char *file, char path[512]) {
    problem_t problem = {0};
    return site_state_path(self->scene->works->company->site, path, 512, name, file, false,
                           &problem);
}

/* What a power cut would leave of a file now; empty: it is not there. */
static void copy_file(const char *path, buffer_t *out) {
    size_t n = 0;
    uint8_t *bytes = disk_file(path, &n);
    buffer_clear(out);
    if (bytes)
        buffer_put(out, bytes, n);
    free(bytes);
}

static void copy_store(const char *path, buffer_t *db, buffer_t *wal) {
    char beside[520];
    snprintf(beside, sizeof beside, "%s-wal", path);
    copy_file(path, db);
    copy_file(beside, wal);
}

static void put_store(const char *path, int node, const buffer_t *db, const buffer_t *wal) {
    char beside[520];
    snprintf(beside, sizeof beside, "%s-wal", path);
    disk_lose(node, path);
    disk_put(path, node, db->p, db->n);
    if (wal->n)
        disk_put(beside, node, wal->p, wal->n);
}

/* The archive as it was a while ago: what has happened since comes back from the coordinator. */
static void put_back(forger_t *self) {
    char path[512];
    scene_down(self->scene, ARCHIVER, CUT_LOST, 200 + (int64_t) luck_below(&self->luck, 3000));
    put_store(store_of(self, "archiver", "archive.db", path), ARCHIVER, &self->backup,
              &self->backup_wal);
    forger_told[LIE_OLDER]++;
    scene_say(self->scene, "the forger puts an older archive back");
}

void forger_tend(forger_t *self) {
    int64_t now = bus_boot(self->scene->bus);
    message_type_t type;
    const void *body;
    char path[512];
    problem_t problem = {0};
    if (!bus_runs(self->scene->bus, self->node, NULL))
        bus_try_start(self->scene->bus, self->node, &problem);
    if (now >= self->hears) {
        self->hears = now + 5000;
        arena_t *arena = arena_new(0);
        while (bus_hear(self->scene->bus, self->stolen, arena, &type, &body))
            arena_reset(arena);
        arena_destroy(&arena);
    }
    if (self->settled)
        return;
    if (self->backs_up && now >= self->backs_up) {
        copy_store(store_of(self, "archiver", "archive.db", path), &self->backup,
                   &self->backup_wal);
        self->backs_up = 0;
    }
    if (self->restores && now >= self->restores) {
        if (self->backup.n && !self->scene->watch.stepped) /* power is cut elsewhere, on a quiet day */
            put_back(self);
        self->restores = 0;
    }
}

int64_t forger_next(const forger_t *self) {
    int64_t next = self->backs_up ? self->backs_up : self->restores;
    return self->settled || !next ? INT64_MAX : next;
}

/* ---- the end ---- */

static const char *wrong(forger_t *self, const char *what) {
    snprintf(self->wrong, sizeof self->wrong, "a forger goes unnoticed: %s", what);
    return self->wrong;
}

typedef struct awaited {
    const forger_t *self;
    int node, other; /* other: or this one; -1: nobody */
    bool doubts;     /* or the archiver does */
} awaited_t;

static bool noticed(void *arg) {
    const awaited_t *a = arg;
    const bus_t *bus = a->self->scene->bus;
    int code = 0;
    if (!bus_runs(bus, a->node, &code) && code == EX_DATAERR)
        return true;
    if (a->other >= 0 && !bus_runs(bus, a->other, &code) && code == EX_DATAERR)
        return true;
    const archiver_t *archiver =
        a->doubts && bus_runs(bus, ARCHIVER, NULL) ? bus_daemon(a->self->scene->bus, ARCHIVER) : NULL;
    return archiver && archiver->differs;
}

/* Within a while somebody stops, or says what differs. */
static const char *found(forger_t *self, lie_t lie, const awaited_t *awaited) {
    bool seen = bus_until(self->scene->bus, noticed, (void *) (uintptr_t) awaited, FINDS_MS);
    forger_found[lie] += seen;
    self->forked = false;
    return seen ? NULL : wrong(self, lie_names[lie]);
}

static bool start(forger_t *self, int node) {
    problem_t problem = {0};
    disk_machine(node);
    return bus_try_start(self->scene->bus, node, &problem);
}

static void stop(forger_t *self, int node) {
    disk_cut(node, CUT_KEPT);
    if (bus_runs(self->scene->bus, node, NULL))
        bus_kill(self->scene->bus, node);
}

static bool alter(forger_t *self, const char *path, lie_t lie) {
    forging_t forging;
    disk_machine(SCENE_NODES);
    if (!forging_open(&forging, self->scene->works, luck_next(&self->luck), path))
        return false;
    position_t last = forging_last(&forging), at = 0;
    if (last > 3)
        at = forging_time(&forging, 2, last - 1);
    if (at && lie == LIE_REHASHED)
        forging_no_checkpoints(&forging); /* else it is read back when there is news */
    else if (at)
        forging_tree(&forging);
    forging_close(&forging);
    scene_say(self->scene, "the forger alters event %llu of a store, %s", (unsigned long long) at,
              lie_names[lie]);
    return at != 0;
}

static int64_t asks_until_noticed(forger_t *self) {
    awaited_t awaited = {self, ARCHIVER, -1, true};
    for (int i = 0; i < 20 && !noticed(&awaited); i++) {
        witnessing_ask(self->scene->witnessing);
        bus_run(self->scene->bus, 700);
    }
    return noticed(&awaited);
}

/* The store is altered while its daemon is off; then it is as it was. `with`: who may find it
   instead. */
static const char *alter_store(forger_t *self, lie_t lie, int node, const char *name,
                               const char *file) {
    char path[512];
    buffer_t db = {0}, wal = {0};
    const char *why = NULL;
    bool archive = node == ARCHIVER;
    stop(self, node);
    copy_store(store_of(self, name, file, path), &db, &wal);
    if (alter(self, path, lie)) {
        forger_told[lie]++;
        if (!start(self, node))
            forger_found[lie]++; /* it will not even open it */
        else if (lie == LIE_REHASHED)
            asks_until_noticed(self);
        if (bus_runs(self->scene->bus, node, NULL))
            why = found(self, lie, &(awaited_t){self, node, archive ? COORDINATOR : -1, archive});
        else if (lie == LIE_REHASHED)
            forger_found[lie]++;
    }
    stop(self, node);
    put_store(path, node, &db, &wal);
    if (!start(self, node) && !why)
        why = wrong(self, "a store that was put back does not open");
    if (!bus_runs(self->scene->bus, COORDINATOR, NULL) && !start(self, COORDINATOR) && !why)
        why = wrong(self, "the coordinator does not start again");
    bus_run(self->scene->bus, 3000);
    buffer_free(&db);
    buffer_free(&wal);
    return why;
}

static const char *alter_stores(forger_t *self) {
    scene_t *scene = self->scene;
    char name[64];
    lie_t lie = (lie_t) (LIE_REHASHED + luck_below(&self->luck, 3));
    int i = (int) luck_below(&self->luck, (uint64_t) scene->departments);
    if (lie == LIE_FOLLOWER) {
        snprintf(name, sizeof name, "department-%s", scene->works->departments[i]);
        return faults_spoil(scene->faults, scene->desks[i])
                   ? NULL
                   : alter_store(self, lie, scene->desks[i], name, "desk.db");
    }
    return faults_spoil(scene->faults, ARCHIVER) || faults_spoil(scene->faults, COORDINATOR)
               ? NULL
               : alter_store(self, lie, ARCHIVER, "archiver", "archive.db");
}

/* Another history under the archiver's own key. */
static const char *show_witness(forger_t *self) {
    scene_t *scene = self->scene;
    const witness_t *witness = witnessing_daemon(scene->witnessing);
    if (!witness || !witness->kept.position)
        return NULL;
    stop(self, scene->witness);
    witnessing_cut_off(scene->witnessing);
    self->next = luck_percent(&self->luck, 50) ? LIE_FORK : LIE_ONWARDS;
    if (!start(self, scene->witness)) /* and asks at once */
        return wrong(self, "the witness does not start");
    const char *why = found(self, self->next, &(awaited_t){self, scene->witness, -1, false});
    self->next = LIES;
    return why;
}

static const char *show_departments(forger_t *self) {
    const scene_t *scene = self->scene;
    int node = scene->desks[luck_below(&self->luck, (uint64_t) scene->departments)];
    self->next = LIE_FORK;
    stop(self, self->node);
    if (!start(self, self->node))
        return wrong(self, "the forger is gone");
    const char *why = found(self, LIE_FORK, &(awaited_t){self, node, -1, false});
    self->next = LIES;
    return why;
}

const char *forger_end(forger_t *self) {
    const char *why = luck_percent(&self->luck, 40) ? alter_stores(self) : NULL;
    if (!why)
        why = show_witness(self);
    if (!why)
        why = show_departments(self);
    if (why)
        return why;
    tell_coordinator(self, LIE_FORK);
    return found(self, LIE_FORK, &(awaited_t){self, COORDINATOR, -1, false});
}
