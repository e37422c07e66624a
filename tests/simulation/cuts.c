/* SPDX-License-Identifier: Apache-2.0
 *
 * cuts: see the header.
 */
#include "tests/simulation/cuts.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/wait.h>
#include <unistd.h>

#include "common/base/diag.h"
#include "tests/simulation/image.h"

typedef struct one_cut {
    disk_left_t *left;
    uint8_t digest[32]; /* of the disk */
    bool compares;
    char what[120];
} one_cut_t;

struct cuts {
    int machine, parent;
    bool compares;
    one_cut_t cuts[CUTS_CALLS_MAX * CUTS];
    size_t n;
    uint8_t found[CUTS_CALLS_MAX * CUTS][32]; /* what machines came back with */
    size_t found_n;
    cuts_counts_t counts;
    const one_cut_t *mine; /* in the copy for one cut */
};

cuts_t *cuts_new(int machine, bool compares, int parent) {
    cuts_t *self = calloc(1, sizeof *self);
    insist(self);
    self->machine = machine;
    self->compares = compares;
    self->parent = parent;
    return self;
}

static bool leaves_another(const cuts_t *self, const one_cut_t *cut) {
    for (size_t i = 0; i < self->n; i++)
        if (memcmp(self->cuts[i].digest, cut->digest, sizeof cut->digest) == 0)
            return true;
    return false;
}

void cuts_note(cuts_t *self, uint64_t number, const char *call, const char *name) {
    for (int how = 0; how < CUTS; how++) {
        insist(self->n < CUTS_CALLS_MAX * CUTS);
        one_cut_t *cut = &self->cuts[self->n];
        cut->left = disk_left(self->machine, (cut_t) how);
        disk_left_digest(cut->left, cut->digest);
        if (leaves_another(self, cut)) {
            disk_left_destroy(&cut->left);
            self->counts.same++;
            continue;
        }
        cut->compares = self->compares && !disk_traced(self->machine);
        snprintf(cut->what, sizeof cut->what, "call %llu, a %s of %s, unsynced writes %s",
                 (unsigned long long) number, call, name, cut_names[how]);
        self->n++;
    }
}

/* ---- each of them ---- */

static bool found_before(cuts_t *self, const uint8_t found[32]) {
    for (size_t i = 0; i < self->found_n; i++)
        if (memcmp(self->found[i], found, 32) == 0)
            return true;
    memcpy(self->found[self->found_n++], found, 32);
    return false;
}

/* The machine starts with this disk, and comes back with what it came back with after another. When
   it ends as it should, SQLite puts all that is in a WAL into its database. */
static bool comes_back_the_same(cuts_t *self, const one_cut_t *cut, const cuts_start_t *start) {
    uint8_t found[32];
    if (!cut->compares)
        return false;
    disk_become(cut->left);
    if (!start->start(start->arg))
        return false;
    start->stop(start->arg);
    disk_digest(self->machine, found);
    return found_before(self, found);
}

/* In a copy of the process; true: this is it. */
static bool play(cuts_t *self, const one_cut_t *cut) {
    int status = 0;
    fflush(stdout);
    pid_t pid = fork();
    insist(pid >= 0);
    if (pid == 0) {
        image_forked();
        self->mine = cut;
        disk_become(cut->left);
        return true;
    }
    insist(waitpid(pid, &status, 0) == pid);
    if (!WIFEXITED(status) || WEXITSTATUS(status) != 0)
        self->counts.failed++;
    if (WIFSIGNALED(status))
        printf("crash point %s: signal %d\n", cut->what, WTERMSIG(status));
    return false;
}

static void report(const cuts_t *self) __attribute__((noreturn));
static void report(const cuts_t *self) {
    fflush(stdout);
    insist(write(self->parent, &self->counts, sizeof self->counts) == sizeof self->counts);
    _Exit(0);
}

void cuts_try(cuts_t *self, const cuts_start_t *start) {
    disk_trace_end();
    for (size_t i = 0; i < self->n; i++) {
        self->counts.tried++;
        if (start && comes_back_the_same(self, &self->cuts[i], start))
            self->counts.found++;
        else if (play(self, &self->cuts[i]))
            return;
    }
    report(self);
}

void cuts_fail(cuts_t *self, const char *why) {
    for (size_t i = 0; i < self->n; i++)
        printf("crash point %s: %s\n", self->cuts[i].what, why);
    self->counts.tried = self->counts.failed = self->n;
    report(self);
}

void cuts_end(const cuts_t *self, const char *wrong) {
    if (wrong)
        printf("crash point %s: %s\n", self->mine->what, wrong);
    fflush(stdout);
    _Exit(wrong ? 1 : 0);
}
