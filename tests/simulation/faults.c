/* SPDX-License-Identifier: Apache-2.0
 *
 * faults: see the header.
 */
#include "tests/simulation/faults.h"

#include <stdio.h>

#include "common/daemon/aside.h"
#include "tests/simulation/scene.h"

const char *const fault_names[FAULTS] = {"kill",       "power cut",    "power cut of both",
                                         "noise",      "partition",    "one-way partition",
                                         "slow",       "I/O error",    "disk full",
                                         "lying sync", "bit rot",      "lost store",
                                         "clock jump", "out of memory", "clock drift",
                                         "restore",    "blackout"};
uint64_t faults_counts[FAULTS];

/* ---- drawing ---- */

/* Stores of a single machine may be spoiled in one case: two at once may lose what nobody else
   has. */
static bool spoils(fault_type_t type) {
    return type == FAULT_LIE || type == FAULT_ROT || type == FAULT_LOSE || type == FAULT_RESTORE;
}

static void draw_one(fault_t *f, luck_t *luck, fault_type_t type, int64_t span, int departments,
                     int victim) {
    int servers = 2 + departments, nodes = 2 + 2 * departments;
    *f =
        (fault_t){.type = type,
                  .at = 1000 + (int64_t) luck_below(luck, (uint64_t) span),
                  .length = 200 + (int64_t) luck_below(luck, luck_percent(luck, 20) ? 40000 : 8000),
                  .amount = luck_next(luck)};
    f->node = luck_percent(luck, 40)   ? COORDINATOR
              : luck_percent(luck, 30) ? ARCHIVER
                                       : (int) luck_below(luck, (uint64_t) nodes);
    if (spoils(type))
        f->node = victim;
    if (type == FAULT_PARTITION || type == FAULT_ONE_WAY) {
        f->node = (int) luck_below(luck, (uint64_t) nodes);
        f->other = f->node >= servers       ? f->node - departments
                   : luck_percent(luck, 70) ? COORDINATOR
                                            : ARCHIVER;
        if (luck_percent(luck, 50)) {
            int swap = f->node;
            f->node = f->other;
            f->other = swap;
        }
    }
}

bool faults_spoil(const faults_t *self, int node) {
    for (size_t i = 0; i < self->n; i++)
        if (spoils(self->at[i].type) && self->at[i].node == node && !self->at[i].off)
            return true;
    return false;
}

/* The house works on, in part or badly. */
static bool bearable(const fault_t *f) {
    switch (f->type) {
    case FAULT_KILL:
    case FAULT_POWER:
    case FAULT_FULL:
    case FAULT_ROT:
    case FAULT_LOSE:
    case FAULT_EIO:
    case FAULT_SLOW: return f->node != COORDINATOR && f->node != ARCHIVER;
    case FAULT_PARTITION:
    case FAULT_ONE_WAY: return f->node + f->other > COORDINATOR + ARCHIVER;
    case FAULT_JUMP:
    case FAULT_DRIFT:
    case FAULT_STARVE: return true;
    case FAULT_BOTH:
    case FAULT_NOISE:
    case FAULT_LIE:
    case FAULT_RESTORE:
    case FAULT_BLACKOUT:
    case FAULTS: break;
    }
    return false;
}

void faults_draw(faults_t *self, uint64_t seed, int64_t span, int departments, int lasting) {
    luck_t luck = luck_of(seed, 2);
    bool chosen[FAULTS];
    int kinds = 0;
    self->n = 0;
    for (int i = 0; i < FAULTS; i++)
        kinds += chosen[i] = luck_percent(&luck, 35);
    if (kinds == 0 || luck_percent(&luck, 5))
        return; /* a quiet day */
    int victim = luck_percent(&luck, 50) ? COORDINATOR
                 : luck_percent(&luck, 50)
                     ? ARCHIVER
                     : FIRST_DEPARTMENT + (int) luck_below(&luck, (uint64_t) departments);
    if (victim != COORDINATOR && kinds == 1 && chosen[FAULT_RESTORE])
        return;
    size_t wanted = 1 + luck_below(&luck, 16);
    while (self->n < wanted) {
        fault_type_t type = (fault_type_t) luck_below(&luck, FAULTS);
        if (chosen[type] && (type != FAULT_RESTORE || victim == COORDINATOR))
            draw_one(&self->at[self->n++], &luck, type, span, departments, victim);
    }
    for (size_t i = 0; i < self->n; i++)
        if (bearable(&self->at[i]))
            self->at[i].length *= lasting;
}

void fault_print(const fault_t *f, const char *node, const char *other, char *out, size_t size) {
    const char *what = fault_names[f->type];
    double at = (double) f->at / 1000, length = (double) f->length / 1000;
    switch (f->type) {
    case FAULT_POWER:
        snprintf(out, size, "at %.3f s: %s of %s for %.1f s, unsynced writes %s", at, what, node,
                 length, cut_names[f->amount % CUTS]);
        return;
    case FAULT_NOISE:
    case FAULT_BOTH:
    case FAULT_BLACKOUT:
    case FAULT_JUMP: snprintf(out, size, "at %.3f s: %s for %.1f s", at, what, length); return;
    case FAULT_PARTITION:
    case FAULT_ONE_WAY:
        snprintf(out, size, "at %.3f s: %s from %s to %s for %.1f s", at, what, node, other,
                 length);
        return;
    case FAULT_KILL:
    case FAULT_SLOW:
    case FAULT_EIO:
    case FAULT_FULL:
    case FAULT_LIE:
    case FAULT_ROT:
    case FAULT_LOSE:
    case FAULT_STARVE:
    case FAULT_DRIFT:
    case FAULT_RESTORE:
    case FAULTS: break;
    }
    snprintf(out, size, "at %.3f s: %s at %s for %.1f s", at, what, node, length);
}

/* ---- happening ---- */

/* Stopped, and set aside under a reason, as an administrator does who takes it for spoiled. */
static void set_aside(fault_t *f, scene_t *scene) {
    problem_t problem = {0};
    scene_down(scene, f->node, CUTS, f->length);
    disk_machine(f->node);
    if (aside_put(scene->works->company->folder, "coordinator", "ledger.db", "归档才是对的",
                  &problem) != 0)
        scene_say(scene, "not set aside: %s", problem.detail);
}

static void begin(fault_t *f, scene_t *scene) {
    char line[200];
    faults_counts[f->type]++;
    fault_print(f, scene_name(scene, f->node), scene_name(scene, f->other), line, sizeof line);
    scene_say(scene, "** %s", line);
    if (spoils(f->type) && f->node == COORDINATOR)
        model_epoch(scene->model);
    switch (f->type) {
    case FAULT_KILL: scene_down(scene, f->node, CUTS, f->length); break;
    case FAULT_POWER: scene_down(scene, f->node, (cut_t) (f->amount % CUTS), f->length); break;
    case FAULT_BOTH:
        scene_down(scene, COORDINATOR, (cut_t) (f->amount % CUTS), f->length);
        scene_down(scene, ARCHIVER, (cut_t) (f->amount / CUTS % CUTS),
                   1 + (int64_t) (f->amount % 8000));
        break;
    case FAULT_EIO:
        if (f->amount & 1)
            disk_fail_after(f->node, 1 + (int) (f->amount % 12), false);
        else {
            if (f->amount & 2) /* its start reads most */
                scene_down(scene, f->node, CUTS, 200);
            disk_fail_read_after(f->node, 1 + (int) (f->amount % 400));
        }
        break;
    case FAULT_FULL: disk_room(f->node, false); break;
    case FAULT_LIE: disk_lies(f->node, true); break;
    case FAULT_ROT:
        scene_down(scene, f->node, CUT_KEPT, f->length);
        disk_rot(f->node, f->amount);
        break;
    case FAULT_LOSE:
        scene_down(scene, f->node, CUT_LOST, f->length);
        disk_lose(f->node, ".db");
        break;
    case FAULT_JUMP: bus_jump(scene->bus, (f->amount & 1) ? 3600000 : -3600000); break;
    case FAULT_STARVE: scene_starve(1 + f->amount % 3000); break;
    case FAULT_DRIFT:
        bus_drift(scene->bus, f->node, 1 + (int) (f->amount % 400000) - 200000);
        break;
    case FAULT_RESTORE: set_aside(f, scene); break;
    case FAULT_BLACKOUT:
        for (int i = 0; i < scene->nodes; i++)
            scene_down(scene, i, (cut_t) ((f->amount >> i) % CUTS),
                       1 + (int64_t) ((f->amount >> (i + 8)) % 8000));
        break;
    case FAULT_NOISE:
    case FAULT_PARTITION:
    case FAULT_ONE_WAY:
    case FAULT_SLOW:
    case FAULTS: break; /* see faults_wire */
    }
    f->begun = f->happened = true;
}

static void end(fault_t *f, scene_t *scene) {
    f->ended = true;
    if (f->type == FAULT_FULL)
        disk_room(f->node, true);
    if (f->type == FAULT_STARVE)
        scene_starve(0);
    if (f->type == FAULT_DRIFT)
        bus_drift(scene->bus, f->node, 0);
    if (f->type == FAULT_LIE) {
        disk_lies(f->node, false);
        scene_down(scene, f->node, (cut_t) (f->amount % CUTS), 500);
    }
}

static int64_t since(const scene_t *scene) { return bus_boot(scene->bus) - scene->begun; }

void faults_tend(faults_t *self, struct scene *scene) {
    for (size_t i = 0; i < self->n; i++) {
        fault_t *f = &self->at[i];
        if (!f->off && !f->begun && since(scene) >= f->at)
            begin(f, scene);
        if (f->begun && !f->ended && since(scene) >= f->at + f->length)
            end(f, scene);
    }
}

int64_t faults_next(const faults_t *self, const struct scene *scene) {
    int64_t next = INT64_MAX;
    for (size_t i = 0; i < self->n; i++) {
        const fault_t *f = &self->at[i];
        int64_t at =
            f->off || f->ended ? INT64_MAX : scene->begun + f->at + (f->begun ? f->length : 0);
        if (at < next)
            next = at;
    }
    return next;
}

void faults_heal(faults_t *self, struct scene *scene) {
    for (size_t i = 0; i < self->n; i++) {
        if (self->at[i].begun && !self->at[i].ended)
            end(&self->at[i], scene);
        self->at[i].begun = self->at[i].ended = true;
    }
    for (int i = 0; i < scene->nodes; i++) {
        disk_fail_after(i, 0, false);
        disk_fail_read_after(i, 0);
    }
}

static void make_noise(const fault_t *f, scene_t *scene, passage_t *p) {
    luck_t *luck = &scene->wire;
    unsigned loss = (unsigned) (f->amount % 30), twice = (unsigned) (f->amount / 30 % 20);
    if (luck_percent(luck, loss))
        p->copies = 0;
    else if (luck_percent(luck, twice))
        p->copies = 2;
    if (luck_percent(luck, 30))
        p->delay += (int64_t) luck_below(luck, f->amount / 600 % 1500 + 1);
}

void faults_wire(const faults_t *self, struct scene *scene, passage_t *p) {
    for (size_t i = 0; i < self->n; i++) {
        const fault_t *f = &self->at[i];
        if (!f->begun || f->ended)
            continue;
        bool there = f->node == p->from && f->other == p->to,
             back = f->node == p->to && f->other == p->from;
        if (f->type == FAULT_NOISE)
            make_noise(f, scene, p);
        else if ((f->type == FAULT_PARTITION && (there || back)) ||
                 (f->type == FAULT_ONE_WAY && there))
            p->copies = 0;
        else if (f->type == FAULT_SLOW && f->node == p->to)
            p->delay += (int64_t) (f->amount % 4000);
    }
}
