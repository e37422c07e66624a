/* SPDX-License-Identifier: Apache-2.0
 *
 * sim: plays cases, one a seed, and says what it saw. A case that fails is tried again with ever
 * fewer faults, and its shortest story is told.
 *
 *   sim [--seed N] [--cases N] [--steps N] [--seconds N] [--orders N] [--feedback N] [--haste N]
 *       [--nights N] [--lasting N] [--jobs N] [--gate] [--cells] [--brief] [-v]
 *       --brief: ends at the first failure and tells no story
 *       --haste: office and intruder do N times more
 *       --jobs: so many processes share the cases
 *       --lasting: faults that the house can work on under last N times longer
 *       --gate: fails unless each kind of event, refusal and step in a state was met, and each lie of a
 *       forger told and found
 *       --cells: goes on until each was met before, during and after each class of fault, no longer
 *       than it is told; fails and names what was not
 *   sim --crash-points [--every N] [--first N] [--count N] [--jobs N] [--all] [--whole]
 *       a power cut at each write and sync of a quiet day (crash.h)
 *   sim --seeds FILE [--brief] [--jobs N]
 *       every seed of a list: what was found once and mended
 */
#include <malloc.h>
#include <signal.h>
#include <sodium.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/mman.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

#include "common/base/diag.h"
#include "tests/simulation/crash.h"
#include "tests/simulation/inspecting.h"
#include "tests/simulation/reach.h"
#include "tests/simulation/scene.h"

typedef struct sim {
    works_t *works;
    uint64_t seed, cases, seconds, most_steps;
    const char *seeds;
    bool crash_points;
    crash_plan_t plan;
    int orders, feedback, haste, nights, lasting;
    bool brief; /* ends at the first failure, without its story */
    bool verbose, gate, cells; /* what was never met, or not at each time, is a failure */
    model_counts_t sum;
    uint64_t starts, deaths, steps, promised;
    uint64_t jobs, me; /* of which this process is one */
} sim_t;

/* What a process leaves to the one that prints the end. */
typedef struct share {
    model_counts_t sum;
    uint64_t starts, deaths, steps, promised, played, failed, ended;
    uint64_t faults[FAULTS], told[LIES], found[LIES], altered[FORGERIES], sound, cosigned;
} share_t;

/* ---- luck for the libraries: ids and salts are made of it ---- */

static luck_t library_luck;
static const char *luck_name(void) { return "simulated"; }
static uint32_t luck_word(void) { return (uint32_t) luck_next(&library_luck); }
static void luck_fill(void *const out, const size_t n) {
    for (size_t i = 0; i < n; i++)
        ((uint8_t *) out)[i] = (uint8_t) luck_next(&library_luck);
}
static struct randombytes_implementation library = {
    .implementation_name = luck_name, .random = luck_word, .buf = luck_fill};

/* ---- a panic: a bug of the daemons' or of ours ---- */

static uint64_t current_seed;
static char diagnostics[128];

static void on_abort(int number) {
    printf("seed %llu ABORTED; what the daemons said: %s\n", (unsigned long long) current_seed,
           diagnostics);
    fflush(stdout);
    signal(number, SIG_DFL);
    raise(number);
}

/* ---- one case ---- */

static void print_line(void *arg, const char *line) {
    (void) arg;
    puts(line);
}

static void add_sum(model_counts_t *to, const model_counts_t *from) {
    to->events += from->events;
    to->orders += from->orders;
    to->effective += from->effective;
    to->declined += from->declined;
    to->amended += from->amended;
    to->automatic += from->automatic;
    to->complaints += from->complaints;
    to->closed += from->closed;
    to->reopened += from->reopened;
    to->verified += from->verified;
    to->missed += from->missed;
}

/* NULL: it went well. */
static const char *play(sim_t *self, uint64_t seed, faults_t *faults, bool aloud, bool count) {
    static char why[500];
    for (size_t i = 0; i < faults->n; i++)
        faults->at[i].begun = faults->at[i].ended = faults->at[i].happened = false;
    library_luck = luck_of(seed, 4);
    current_seed = seed;
    scene_t *scene = scene_new(self->works, seed, self->orders, faults);
    scene_hear(scene, self->feedback);
    scene_sleep(scene, self->nights);
    scene_hurry(scene, self->haste);
    if (count)
        reach_case(faults);
    scene->watched = count;
    if (aloud)
        scene_tell(scene, print_line, NULL);
    const char *wrong = scene_play(scene);
    snprintf(why, sizeof why, "%s", wrong ? wrong : "");
    if (count) {
        add_sum(&self->sum, model_counts(scene->model));
        self->starts += scene->starts;
        self->deaths += scene->deaths;
        self->steps += scene->steps;
        self->promised += model_promised(scene->model);
    }
    scene_destroy(&scene);
    return wrong ? why : NULL;
}

/* Leaves out one fault after the other, as long as the case still fails. */
static void shorten(sim_t *self, uint64_t seed, faults_t *faults) {
    for (size_t i = 0; i < faults->n; i++) {
        faults->at[i].off = true;
        if (!play(self, seed, faults, false, false))
            faults->at[i].off = false;
    }
}

static int explain(sim_t *self, uint64_t seed, faults_t *faults, const char *why) {
    printf("seed %llu FAILED: %s\n", (unsigned long long) seed, why);
    if (self->brief)
        return 1;
    shorten(self, seed, faults);
    printf("the shortest story found:\n");
    why = play(self, seed, faults, true, false);
    printf("%s\nagain: make sim SEED=%llu CASES=1 ORDERS=%d FEEDBACK=%d HASTE=%d NIGHTS=%d "
           "LASTING=%d\n",
           why ? why : "(not again)", (unsigned long long) seed, self->orders, self->feedback,
           self->haste, self->nights, self->lasting);
    return 1;
}

/* Returns how many lies and forgeries were never tried, or never found where they had to be. */
static size_t print_evidence(void) {
    size_t missed = inspecting_sound == 0;
    printf("%llu checkpoints cosigned; %llu archives audited and sound; forgers:",
           (unsigned long long) witnessing_cosigned, (unsigned long long) inspecting_sound);
    for (int i = 0; i < LIES; i++) {
        bool stops = i >= LIE_FORK && i != LIE_COSIGNED && i != LIE_OLDER && i != LIE_UNPROVED;
        missed += !forger_told[i] || (stops && !forger_found[i]);
        printf(" %s %llu,", lie_names[i], (unsigned long long) forger_told[i]);
    }
    printf(" altered:");
    for (int i = 0; i < FORGERIES; i++) {
        missed += !inspecting_found[i];
        printf(" %s %llu%s", forgery_names[i], (unsigned long long) inspecting_found[i],
               i + 1 < FORGERIES ? "," : "\n");
    }
    return missed;
}

static size_t summary(const sim_t *self, uint64_t played, double seconds) {
    printf("%llu cases in %.0f s: %zu events, %zu orders (%zu effective, %zu ended, %zu amended), "
           "%zu of feedback (%zu closed, %zu reopened), %zu actions verified, %zu deadlines missed, "
           "%zu automatic verdicts, "
           "%llu acknowledged commands, %llu restarts, %llu deaths, %llu steps\n",
           (unsigned long long) played, seconds, self->sum.events, self->sum.orders,
           self->sum.effective, self->sum.declined, self->sum.amended, self->sum.complaints,
           self->sum.closed, self->sum.reopened, self->sum.verified, self->sum.missed,
           self->sum.automatic,
           (unsigned long long) self->promised, (unsigned long long) self->starts,
           (unsigned long long) self->deaths, (unsigned long long) self->steps);
    printf("faults:");
    for (int i = 0; i < FAULTS; i++)
        printf(" %s %llu%s", fault_names[i], (unsigned long long) faults_counts[i],
               i + 1 < FAULTS ? "," : "\n");
    size_t missed = print_evidence() + reach_print(), all, found = reach_cells(&all);
    printf("before, during and after each kind of fault: %zu of %zu met\n", found, all);
    found = reach_classes(&all);
    printf("before, during and after each class of fault: %zu of %zu met\n", found, all);
    if (self->cells)
        reach_print_cells();
    return (self->gate || self->cells) && (missed || (self->cells && found < all)) ? 1 : 0;
}

static double clock_now(void) {
    struct timespec t;
    clock_gettime(CLOCK_MONOTONIC, &t);
    return (double) t.tv_sec + (double) t.tv_nsec / 1e9;
}

static int crash(sim_t *self) {
    double begun = clock_now();
    self->plan.seed = self->seed;
    self->plan.orders = self->orders;
    self->plan.feedback = self->feedback;
    crash_counts_t c = crash_points(self->works, &self->plan);
    uint64_t first = self->plan.first, end = c.calls;
    if (self->plan.count && first + self->plan.count < end)
        end = first + self->plan.count;
    printf("a day of %llu acknowledged commands, %zu orders (%zu effective, %zu ended), %zu of "
           "feedback (%zu closed, %zu reopened): %llu writes and syncs\n",
           (unsigned long long) c.commands, c.day.orders, c.day.effective, c.day.declined,
           c.day.complaints, c.day.closed, c.day.reopened, (unsigned long long) c.calls);
    printf("of calls %llu to %llu every %llu: %llu power cuts in %.0f s (%llu came back with the "
           "stores of another), %llu more left the same disk\n",
           (unsigned long long) first, (unsigned long long) end - (end > 0),
           (unsigned long long) self->plan.every, (unsigned long long) c.tried,
           clock_now() - begun, (unsigned long long) c.found, (unsigned long long) c.same);
    printf("%llu passed, %llu failed\n",
           (unsigned long long) (c.tried > c.failed ? c.tried - c.failed : 0),
           (unsigned long long) c.failed);
    return c.failed || !c.tried ? 1 : 0;
}

static int play_seed(sim_t *self, uint64_t seed) {
    faults_t faults = {.n = 0};
    faults_draw(&faults, seed, 50000, self->works->departments_n, self->lasting);
    const char *why = play(self, seed, &faults, self->verbose, true);
    return why ? explain(self, seed, &faults, why) : 0;
}

static bool enough(const sim_t *self, uint64_t played, double seconds) {
    size_t all;
    if (self->cells && reach_classes(&all) == all)
        return true;
    return (self->cases && played >= self->cases) ||
           (self->seconds && seconds >= (double) self->seconds) ||
           (self->most_steps && self->steps >= self->most_steps);
}

static int play_range(sim_t *self, double begun, uint64_t *played) {
    for (uint64_t n = self->me; !enough(self, n, clock_now() - begun); n += self->jobs) {
        ++*played;
        if (play_seed(self, self->seed + n) != 0)
            return 1;
    }
    return 0;
}

static void leave(const sim_t *self, uint64_t played, int failed, share_t *out) {
    *out = (share_t){.sum = self->sum,
                     .starts = self->starts,
                     .deaths = self->deaths,
                     .steps = self->steps,
                     .promised = self->promised,
                     .played = played,
                     .failed = (uint64_t) failed,
                     .sound = inspecting_sound,
                     .cosigned = witnessing_cosigned,
                     .ended = 1};
    memcpy(out->faults, faults_counts, sizeof out->faults);
    memcpy(out->told, forger_told, sizeof out->told);
    memcpy(out->found, forger_found, sizeof out->found);
    memcpy(out->altered, inspecting_found, sizeof out->altered);
}

static void add_counts(uint64_t *to, const uint64_t *from, size_t n) {
    for (size_t i = 0; i < n; i++)
        to[i] += from[i];
}

/* A process that ended before its time has failed. */
static void take_over(sim_t *self, const share_t *from, uint64_t *played, int *failed) {
    add_sum(&self->sum, &from->sum);
    self->starts += from->starts;
    self->deaths += from->deaths;
    self->steps += from->steps;
    self->promised += from->promised;
    inspecting_sound += from->sound;
    witnessing_cosigned += from->cosigned;
    add_counts(faults_counts, from->faults, FAULTS);
    add_counts(forger_told, from->told, LIES);
    add_counts(forger_found, from->found, LIES);
    add_counts(inspecting_found, from->altered, FORGERIES);
    *played += from->played + !from->ended;
    *failed += (int) from->failed + !from->ended;
}

/* " +4" somewhere in it: so many complaints and the like; a seed without them is older than they. */
static int feedback_in(const char *line) {
    const char *plus = strstr(line, " +");
    return plus ? atoi(plus + 2) : 0;
}

/* " ~2": so many nights; a seed without them is older than they. */
static int nights_in(const char *line) {
    const char *tilde = strstr(line, " ~");
    return tilde ? atoi(tilde + 2) : 0;
}

/* " *6": so many times longer the faults lasted. */
static int lasting_in(const char *line) {
    const char *star = strstr(line, " *");
    int times = star ? atoi(star + 2) : 1;
    return times < 1 ? 1 : times;
}

/* Lines "SEED ORDERS [xHASTE] [+FEEDBACK] [~NIGHTS] [*LASTING] what it found"; others are comments. */
static int play_list(sim_t *self, uint64_t *played) {
    char line[400];
    int failed = 0;
    uint64_t n = 0;
    FILE *file = fopen(self->seeds, "re");
    if (!file) {
        printf("%s cannot be read\n", self->seeds);
        *played = 1;
        return 1;
    }
    while (fgets(line, sizeof line, file)) {
        unsigned long long seed;
        self->haste = 1;
        if (sscanf(line, "%llu %d x%d", &seed, &self->orders, &self->haste) < 2 ||
            n++ % self->jobs != self->me)
            continue;
        self->feedback = feedback_in(line);
        self->nights = nights_in(line);
        self->lasting = lasting_in(line);
        ++*played;
        failed += play_seed(self, seed);
        if (failed && self->brief)
            break;
    }
    fclose(file);
    return failed;
}

static int run(sim_t *self, share_t *shares) {
    double begun = clock_now();
    uint64_t played = 0;
    int failed = self->seeds ? play_list(self, &played) : play_range(self, begun, &played);
    if (self->me) {
        leave(self, played, failed, &shares[self->me]);
        return failed;
    }
    while (wait(NULL) > 0)
        continue;
    for (uint64_t i = 1; i < self->jobs; i++)
        take_over(self, &shares[i], &played, &failed);
    size_t gate = summary(self, played, clock_now() - begun);
    if (gate)
        printf("a rule was never met: play more cases, or teach the people what is missing\n");
    printf("%llu passed, %d failed\n", (unsigned long long) played - (unsigned) failed,
           failed + (int) gate);
    failed += (int) gate;
    return failed ? 1 : 0;
}

static void options(sim_t *self, int argc, char **argv) {
    for (int i = 1; i < argc; i++) {
        const char *value = i + 1 < argc ? argv[i + 1] : "0";
        if (strcmp(argv[i], "-v") == 0)
            self->verbose = true;
        else if (strcmp(argv[i], "--seed") == 0)
            self->seed = strtoull(value, NULL, 10), i++;
        else if (strcmp(argv[i], "--cases") == 0)
            self->cases = strtoull(value, NULL, 10), i++;
        else if (strcmp(argv[i], "--seconds") == 0)
            self->seconds = strtoull(value, NULL, 10), i++;
        else if (strcmp(argv[i], "--steps") == 0)
            self->most_steps = strtoull(value, NULL, 10), i++;
        else if (strcmp(argv[i], "--crash-points") == 0)
            self->crash_points = true;
        else if (strcmp(argv[i], "--gate") == 0)
            self->gate = true;
        else if (strcmp(argv[i], "--brief") == 0)
            self->brief = true;
        else if (strcmp(argv[i], "--cells") == 0)
            self->cells = true;
        else if (strcmp(argv[i], "--all") == 0)
            self->plan.all = true;
        else if (strcmp(argv[i], "--every") == 0)
            self->plan.every = strtoull(value, NULL, 10), i++;
        else if (strcmp(argv[i], "--first") == 0)
            self->plan.first = strtoull(value, NULL, 10), i++;
        else if (strcmp(argv[i], "--count") == 0)
            self->plan.count = strtoull(value, NULL, 10), i++;
        else if (strcmp(argv[i], "--whole") == 0)
            self->plan.whole = true;
        else if (strcmp(argv[i], "--jobs") == 0)
            self->jobs = (uint64_t) (self->plan.jobs = atoi(value)), i++;
        else if (strcmp(argv[i], "--seeds") == 0)
            self->seeds = value, i++;
        else if (strcmp(argv[i], "--orders") == 0)
            self->orders = atoi(value), i++;
        else if (strcmp(argv[i], "--feedback") == 0)
            self->feedback = atoi(value), i++;
        else if (strcmp(argv[i], "--nights") == 0)
            self->nights = atoi(value), i++;
        else if (strcmp(argv[i], "--lasting") == 0)
            self->lasting = atoi(value), i++;
        else if (strcmp(argv[i], "--haste") == 0)
            self->haste = atoi(value), i++;
    }
}

/* Each makes its own works, in a folder of its own. */
static share_t *share(sim_t *self) {
    self->jobs = self->crash_points || self->jobs < 1 ? 1 : self->jobs;
    share_t *shares = mmap(NULL, self->jobs * sizeof *shares, PROT_READ | PROT_WRITE,
                           MAP_SHARED | MAP_ANONYMOUS, -1, 0);
    insist(shares != MAP_FAILED);
    reach_share();
    for (uint64_t i = 1; i < self->jobs && !self->me; i++) {
        pid_t child = fork();
        insist(child >= 0);
        if (child == 0)
            self->me = i;
    }
    return shares;
}

int main(int argc, char **argv) {
    char folder[] = "/tmp/countersign-sim-XXXXXX", command[64];
    sim_t self = {
        .seed = 1, .orders = 6, .feedback = 4, .haste = 1, .nights = 2, .lasting = 1,
        .plan = {.every = 1, .jobs = 2}};
    options(&self, argc, argv);
    self.haste = self.haste < 1 ? 1 : self.haste;
    self.lasting = self.lasting < 1 ? 1 : self.lasting;
    if (self.cases == 0 && self.seconds == 0 && self.most_steps == 0)
        self.cases = 20;
    setvbuf(stdout, NULL, _IOLBF, 0);
    share_t *shares = share(&self);
    /* the disks of one case are the next one's: the system need not take them back and zero them */
    mallopt(M_MMAP_THRESHOLD, 1 << 30);
    mallopt(M_TRIM_THRESHOLD, INT32_MAX);
    randombytes_set_implementation(&library);
    library_luck = luck_of(1, 4);
    insist(mkdtemp(folder));
    snprintf(diagnostics, sizeof diagnostics, "%s/diagnostics", folder);
    if (!self.verbose && !freopen(diagnostics, "w", stderr))
        return 1;
    signal(SIGABRT, on_abort);
    disk_install(1);
    self.works = works_new(folder);
    int failed = self.crash_points ? crash(&self) : run(&self, shares);
    works_destroy(&self.works);
    disk_reset(0);
    snprintf(command, sizeof command, "rm -rf %s", folder);
    return system(command) == 0 ? failed : 1;
}
