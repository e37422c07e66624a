/* SPDX-License-Identifier: Apache-2.0
 *
 * crash: see the header.
 */
#include "tests/simulation/crash.h"

#include <poll.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/wait.h>
#include <unistd.h>

#include "tests/simulation/cuts.h"
#include "tests/simulation/image.h"
#include "tests/simulation/scene.h"

#define AFTERWARDS_MS 4000 /* people go on for so long after the cut */
#define DOWN_MS 300
#define JOBS_MAX 64

/* What this process plays: the day; a step in which there are cuts, and the time that the machine
   is off; what comes after one of them. */
typedef enum playing { THE_DAY, A_STEP, A_CUT } playing_t;

typedef struct crashing {
    scene_t *scene;
    const crash_plan_t *plan;
    playing_t playing;
    crash_counts_t counts;
    struct pollfd lines[JOBS_MAX]; /* to copies */
    pid_t pids[JOBS_MAX];
    int running;
    uint64_t step, end; /* calls of this step are left to a copy, up to this one */
    uint64_t watched_step;
    size_t traced; /* contents that the disks look for */
    cuts_t *cuts;  /* of the step, in a copy */
    int machine;
    bool starts; /* with one disk after the other */
} crashing_t;

/* ---- in copies ---- */

/* Everything that the step did is lost, but what is on the disk. */
static bool on_stepped(void *arg, int node) {
    crashing_t *self = arg;
    scene_t *scene = self->scene;
    if (self->playing != A_STEP || node != self->machine || self->starts)
        return false;
    scene->end_by = bus_boot(scene->bus) + AFTERWARDS_MS;
    scene->down_until[node] = bus_boot(scene->bus) + DOWN_MS;
    disk_drop(node);
    if (scene->closing) { /* nobody starts it again */
        cuts_try(self->cuts, NULL);
        self->playing = A_CUT;
    }
    return true;
}

static bool start(void *arg) {
    crashing_t *self = arg;
    problem_t problem = {0};
    return bus_try_start(self->scene->bus, self->machine, &problem);
}

static void stop(void *arg) {
    crashing_t *self = arg;
    bus_kill(self->scene->bus, self->machine);
}

static void on_starting(void *arg, int node) {
    crashing_t *self = arg;
    if (self->playing != A_STEP || node != self->machine)
        return;
    self->starts = true;
    cuts_try(self->cuts, &(cuts_start_t){start, stop, self});
    self->playing = A_CUT;
}

/* ---- in the parent ---- */

static void reap(crashing_t *self, int i) {
    int status = 0;
    cuts_counts_t c = {.failed = 1};
    bool told = read(self->lines[i].fd, &c, sizeof c) == sizeof c;
    insist(waitpid(self->pids[i], &status, 0) == self->pids[i]);
    if (!told)
        printf("a copy that played a step ended with %d\n", status);
    self->counts.tried += c.tried;
    self->counts.found += c.found;
    self->counts.same += c.same;
    self->counts.failed += c.failed;
    close(self->lines[i].fd);
    self->running--;
    self->lines[i] = self->lines[self->running];
    self->pids[i] = self->pids[self->running];
}

static void attend(crashing_t *self) {
    insist(poll(self->lines, (nfds_t) self->running, -1) > 0);
    for (int i = self->running; i-- > 0;)
        if (self->lines[i].revents)
            reap(self, i);
}

/* A copy that goes on with the step. */
static void begin_step(crashing_t *self, int machine) {
    int ends[2];
    while (self->running >= self->plan->jobs)
        attend(self);
    fflush(stdout);
    insist(socketpair(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0, ends) == 0);
    pid_t pid = fork();
    insist(pid >= 0);
    if (pid == 0) {
        for (int i = 0; i < self->running; i++)
            close(self->lines[i].fd);
        close(ends[0]);
        image_forked();
        self->playing = A_STEP;
        self->machine = machine;
        self->cuts = cuts_new(machine, !self->plan->whole, ends[1]);
        return;
    }
    close(ends[1]);
    self->lines[self->running] = (struct pollfd){.fd = ends[0], .events = POLLIN};
    self->pids[self->running++] = pid;
}

static bool chosen(const crashing_t *self, int machine) {
    const scene_t *scene = self->scene;
    if (machine >= scene->nodes)
        return false; /* the check's own */
    return self->plan->all || machine <= FIRST_DEPARTMENT ||
           machine == FIRST_DEPARTMENT + scene->departments;
}

static bool planned(const crash_plan_t *plan, uint64_t number) {
    return number >= plan->first && (!plan->count || number - plan->first < plan->count) &&
           (number - plan->first) % plan->every == 0;
}

static void trace_contents(crashing_t *self, int machine) {
    const docket_t *docket = &people_drawer(self->scene->people)->docket;
    while (self->traced < docket->contents_n)
        disk_trace(docket->contents[self->traced++].sample);
    if (self->watched_step != self->scene->steps)
        disk_watch(machine);
    self->watched_step = self->scene->steps;
}

static void on_call(void *arg, int machine, uint64_t call, const char *what) {
    crashing_t *self = arg;
    (void) call;
    if (self->playing == A_CUT || !chosen(self, machine))
        return;
    trace_contents(self, machine);
    uint64_t number = self->counts.calls++, step = self->scene->steps;
    if (!planned(self->plan, number))
        return;
    bool left = step == self->step && number < self->end;
    if (self->playing == THE_DAY && !left) {
        self->step = step;
        self->end = number + CUTS_CALLS_MAX;
        begin_step(self, machine);
    }
    if (self->playing == A_STEP && step == self->step && number < self->end)
        cuts_note(self->cuts, number, what, scene_name(self->scene, machine));
}

static void end_copy(crashing_t *self, const char *wrong) {
    if (self->playing == A_STEP)
        cuts_fail(self->cuts, wrong ? wrong : "it was not started again");
    if (self->playing == A_CUT)
        cuts_end(self->cuts, wrong);
}

crash_counts_t crash_points(const works_t *works, const crash_plan_t *plan) {
    faults_t quiet = {.n = 0};
    crashing_t self = {.plan = plan};
    insist(plan->jobs > 0 && plan->jobs <= JOBS_MAX && plan->every > 0);
    self.scene = scene_new(works, plan->seed, plan->orders, &quiet);
    scene_hear(self.scene, plan->feedback);
    self.scene->watch = (scene_watch_t){&self, on_stepped, on_starting};
    people_all_eager(self.scene->people);
    disk_hook(on_call, &self);
    const char *wrong = scene_play(self.scene);
    end_copy(&self, wrong);
    while (self.running)
        attend(&self);
    if (wrong) {
        printf("without any crash: %s\n", wrong);
        self.counts.failed++;
    }
    self.counts.commands = model_promised(self.scene->model);
    self.counts.day = *model_counts(self.scene->model);
    disk_hook(NULL, NULL);
    scene_destroy(&self.scene);
    return self.counts;
}
