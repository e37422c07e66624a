/* SPDX-License-Identifier: Apache-2.0
 *
 * crash: see the header.
 */
#include "tests/simulation/crash.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/wait.h>
#include <unistd.h>

#include "tests/simulation/image.h"
#include "tests/simulation/scene.h"

#define AFTERWARDS_MS 4000 /* people go on for so long after the cut */
#define DOWN_MS 300

typedef struct crashing {
    scene_t *scene;
    const crash_plan_t *plan;
    crash_counts_t counts;
    int running;
    bool child;
    char what[120];
    /* disks that were left behind by cuts since the last step of any node */
    uint64_t step;
    uint8_t (*left)[32];
    size_t left_n, left_room;
} crashing_t;

static void reap(crashing_t *self) {
    int status = 0;
    if (wait(&status) < 0)
        return;
    self->running--;
    if (!WIFEXITED(status) || WEXITSTATUS(status) != 0)
        self->counts.failed++;
}

static bool left_before(crashing_t *self, const uint8_t disk[32]) {
    if (self->step != self->scene->steps)
        self->left_n = 0;
    self->step = self->scene->steps;
    for (size_t i = 0; i < self->left_n; i++)
        if (memcmp(self->left[i], disk, 32) == 0)
            return true;
    if (self->left_n == self->left_room) {
        self->left_room = self->left_room * 2 + 64;
        self->left = realloc(self->left, self->left_room * sizeof *self->left);
        insist(self->left);
    }
    memcpy(self->left[self->left_n++], disk, 32);
    return false;
}

/* In the child: the power is cut; the parent says whether this disk was there before. */
static void cut_power(crashing_t *self, int machine, cut_t cut, int parent) {
    uint8_t disk[32], go = 0;
    self->child = true;
    image_forked();
    self->scene->end_by = bus_boot(self->scene->bus) + AFTERWARDS_MS;
    self->scene->down_until[machine] = bus_boot(self->scene->bus) + DOWN_MS;
    disk_cut(machine, cut);
    disk_digest(machine, disk);
    if (write(parent, disk, 32) != 32 || read(parent, &go, 1) != 1 || !go)
        _Exit(0);
    close(parent);
}

static void try_cut(crashing_t *self, int machine, cut_t cut) {
    int ends[2];
    uint8_t disk[32], go;
    while (self->running >= self->plan->jobs)
        reap(self);
    fflush(stdout);
    insist(socketpair(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0, ends) == 0);
    pid_t pid = fork();
    insist(pid >= 0);
    if (pid == 0) {
        close(ends[0]);
        cut_power(self, machine, cut, ends[1]);
        return;
    }
    close(ends[1]);
    self->running++;
    insist(read(ends[0], disk, sizeof disk) == sizeof disk);
    disk[0] ^= (uint8_t) machine;
    go = !left_before(self, disk);
    insist(write(ends[0], &go, 1) == 1);
    close(ends[0]);
    self->counts.tried += go;
    self->counts.same += !go;
}

static bool chosen(const scene_t *scene, int machine) {
    return machine <= FIRST_DEPARTMENT || machine == FIRST_DEPARTMENT + scene->departments;
}

static void on_call(void *arg, int machine, uint64_t call, const char *what) {
    crashing_t *self = arg;
    const crash_plan_t *plan = self->plan;
    (void) call;
    if (self->child || !(plan->all || chosen(self->scene, machine)))
        return;
    uint64_t number = self->counts.calls++;
    if (number < plan->first || (number - plan->first) % plan->every != 0)
        return;
    for (int cut = 0; cut < CUTS; cut++) {
        snprintf(self->what, sizeof self->what, "call %llu, a %s of %s, unsynced writes %s",
                 (unsigned long long) number, what, scene_name(self->scene, machine),
                 cut_names[cut]);
        try_cut(self, machine, (cut_t) cut);
        if (self->child)
            return;
    }
}

crash_counts_t crash_points(const works_t *works, const crash_plan_t *plan) {
    faults_t quiet = {.n = 0};
    crashing_t self = {.plan = plan};
    self.scene = scene_new(works, plan->seed, plan->orders, &quiet);
    scene_hear(self.scene, plan->feedback);
    people_all_eager(self.scene->people);
    disk_hook(on_call, &self);
    const char *wrong = scene_play(self.scene);
    if (self.child) {
        if (wrong)
            printf("crash point %s: %s\n", self.what, wrong);
        fflush(stdout);
        _Exit(wrong ? 1 : 0);
    }
    while (self.running)
        reap(&self);
    if (wrong) {
        printf("without any crash: %s\n", wrong);
        self.counts.failed++;
    }
    self.counts.commands = model_promised(self.scene->model);
    free(self.left);
    disk_hook(NULL, NULL);
    scene_destroy(&self.scene);
    return self.counts;
}
