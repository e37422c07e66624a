/* SPDX-License-Identifier: Apache-2.0
 *
 * crash: see the header.
 */
#include "tests/simulation/crash.h"

#include <stdio.h>
#include <sys/wait.h>
#include <unistd.h>

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
} crashing_t;

static void reap(crashing_t *self) {
    int status = 0;
    if (wait(&status) < 0)
        return;
    self->running--;
    if (!WIFEXITED(status) || WEXITSTATUS(status) != 0)
        self->counts.failed++;
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
        while (self->running >= plan->jobs)
            reap(self);
        fflush(stdout);
        pid_t pid = fork();
        if (pid == 0) {
            self->child = true;
            snprintf(self->what, sizeof self->what, "call %llu, a %s of %s, unsynced writes %s",
                     (unsigned long long) number, what, scene_name(self->scene, machine),
                     cut_names[cut]);
            self->scene->end_by = bus_boot(self->scene->bus) + AFTERWARDS_MS;
            self->scene->down_until[machine] = bus_boot(self->scene->bus) + DOWN_MS;
            disk_cut(machine, (cut_t) cut);
            return;
        }
        insist(pid > 0);
        self->running++;
        self->counts.tried++;
    }
}

crash_counts_t crash_points(const works_t *works, const crash_plan_t *plan) {
    faults_t quiet = {.n = 0};
    crashing_t self = {.plan = plan};
    self.scene = scene_new(works, plan->seed, plan->orders, &quiet);
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
    disk_hook(NULL, NULL);
    scene_destroy(&self.scene);
    return self.counts;
}
