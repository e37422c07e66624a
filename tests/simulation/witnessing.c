/* SPDX-License-Identifier: Apache-2.0
 *
 * witnessing: see the header.
 */
#include "tests/simulation/witnessing.h"

#include <stdio.h>
#include <stdlib.h>

#include "common/base/diag.h"
#include "common/base/memory.h"
#include "tests/simulation/scene.h"

uint64_t witnessing_cosigned;

struct witnessing {
    scene_t *scene;
    luck_t luck, wire;
    int way;          /* its line to the archiver */
    int asker, local; /* whoever administers the archiver */
    bool healed;
    int64_t asks, kills; /* boot ms: when next */
    vouching_t *book;
};

witnessing_t *witnessing_new(scene_t *scene, uint64_t seed) {
    witnessing_t *self = memory_new(1, sizeof *self);
    curve_pair_t nobody = {.secret = {0}};
    self->scene = scene;
    self->luck = luck_apart(seed, 13);
    self->wire = luck_apart(seed, 14);
    self->book = vouching_new();
    self->way = bus_connect(scene->bus, scene->witness, "archiver", ARCHIVER, "service");
    self->asker = bus_client(scene->bus, &nobody);
    self->local = bus_connect(scene->bus, self->asker, "mine", ARCHIVER, "local");
    self->asks = bus_boot(scene->bus) + 3000;
    self->kills = bus_boot(scene->bus) + 6000;
    return self;
}

void witnessing_destroy(witnessing_t **self_p) {
    if (!*self_p)
        return;
    vouching_destroy(&(*self_p)->book);
    free(*self_p);
    *self_p = NULL;
}

void witnessing_heal(witnessing_t *self) { self->healed = true; }
void witnessing_cut_off(witnessing_t *self) { bus_cut(self->scene->bus, self->way, true); }

int64_t witnessing_next(const witnessing_t *self) {
    return self->healed || self->asks < self->kills ? self->asks : self->kills;
}

const witness_t *witnessing_daemon(const witnessing_t *self) {
    const scene_t *scene = self->scene;
    return bus_runs(scene->bus, scene->witness, NULL) ? bus_daemon(scene->bus, scene->witness)
                                                      : NULL;
}

void witnessing_ask(witnessing_t *self) {
    struct local_query query = {.person = TEXT("yiming"), .name = TEXT("checkpoint")};
    bus_say(self->scene->bus, self->local, MESSAGE_LOCAL_QUERY, &query);
}

static void kill_it(witnessing_t *self) {
    cut_t cut = (cut_t) luck_below(&self->luck, CUTS + 1);
    scene_down(self->scene, self->scene->witness, cut,
               100 + (int64_t) luck_below(&self->luck, 3000));
    scene_say(self->scene, "the witness is killed");
}

void witnessing_tend(witnessing_t *self) {
    bus_t *bus = self->scene->bus;
    message_type_t type;
    const void *body;
    int64_t now = bus_boot(bus);
    if (now < witnessing_next(self))
        return;
    arena_t *arena = arena_new(0);
    while (bus_hear(bus, self->asker, arena, &type, &body))
        arena_reset(arena);
    arena_destroy(&arena);
    if (now >= self->asks) {
        witnessing_ask(self);
        self->asks = now + 4000 + (int64_t) luck_below(&self->luck, self->healed ? 60000 : 16000);
    }
    if (!self->healed && now >= self->kills) {
        kill_it(self);
        self->kills = now + 3000 + (int64_t) luck_below(&self->luck, 12000);
    }
}

static void note_cosignature(witnessing_t *self, bytes_t frame) {
    message_type_t type;
    const void *body;
    arena_t *arena = arena_new(0);
    if (message_decode(frame, arena, &type, &body, NULL) == 0) {
        const struct cosignature *c = body;
        vouching_cosigned(self->book, c->position, c->line.p, c->line.n);
        witnessing_cosigned++;
    }
    arena_destroy(&arena);
}

void witnessing_wire(witnessing_t *self, passage_t *p) {
    if (p->type == MESSAGE_COSIGN && p->from == self->scene->witness && p->to == ARCHIVER)
        note_cosignature(self, p->frame);
    if (self->healed)
        return;
    if (luck_percent(&self->wire, 8))
        p->copies = 0;
    else if (luck_percent(&self->wire, 8))
        p->copies = 2;
    if (luck_percent(&self->wire, 40))
        p->delay += (int64_t) luck_below(&self->wire, 800);
}

/* ---- at the end ---- */

static char *store_of(const witnessing_t *self, const char *name, const char *file, char path[512]) {
    problem_t problem = {0};
    return site_state_path(self->scene->works->company->site, path, 512, name, file, false,
                           &problem);
}

const char *witnessing_check(witnessing_t *self) {
    const works_t *works = self->scene->works;
    const model_t *model = self->scene->model;
    voucher_t archiver = {.name = "archiver"}, witness = {.name = "witness-" WORKS_WITNESS};
    char path[512], name[64];
    pubkey_t key = signer_key(works->archiver.signer);
    memcpy(archiver.key, key.b, sizeof archiver.key);
    key = signer_key(works->witness.signer);
    memcpy(witness.key, key.b, sizeof witness.key);
    const char *why = vouching_check(self->book, model, &archiver, &witness);
    if (!why)
        why = vouching_archive(self->book, model, store_of(self, "archiver", "archive.db", path),
                               !faults_spoil(self->scene->faults, ARCHIVER), &archiver, &witness);
    if (!why)
        why = vouching_kept(self->book, model, works->ledger_path, false, &archiver);
    if (!why)
        why = vouching_kept(self->book, model,
                            store_of(self, witness.name, "witness.db", path), true, &archiver);
    for (int i = 0; i < works->departments_n && !why; i++) {
        snprintf(name, sizeof name, "department-%s", works->departments[i]);
        why = vouching_kept(self->book, model, store_of(self, name, "desk.db", path), false,
                            &archiver);
    }
    return why;
}

bool witnessing_kept(const witnessing_t *self, buffer_t *note, position_t *position) {
    char path[512];
    sqlite3 *db = NULL;
    sqlite3_stmt *stmt = NULL;
    bool found = false;
    if (sqlite3_open_v2(store_of(self, "witness-" WORKS_WITNESS, "witness.db", path), &db,
                        SQLITE_OPEN_READWRITE, NULL) == SQLITE_OK &&
        sqlite3_exec(db, "PRAGMA locking_mode = EXCLUSIVE", NULL, NULL, NULL) == SQLITE_OK &&
        sqlite3_prepare_v2(db, "SELECT position, note FROM seen", -1, &stmt, NULL) == SQLITE_OK &&
        sqlite3_step(stmt) == SQLITE_ROW) {
        found = true;
        *position = (position_t) sqlite3_column_int64(stmt, 0);
        buffer_clear(note);
        buffer_put(note, sqlite3_column_blob(stmt, 1), (size_t) sqlite3_column_bytes(stmt, 1));
    }
    sqlite3_finalize(stmt);
    sqlite3_close(db);
    return found;
}
