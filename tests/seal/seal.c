/* SPDX-License-Identifier: Apache-2.0
 *
 * seal: whether an archive that was touched is called sound. Every bit of a sealed one is turned, one at
 * a time; and it is tampered with as somebody would who knows how it is made: rows swapped, deleted,
 * inserted, cut off, written anew and signed with other keys, its log cut. Whatever changes an event, a
 * signature, a document or a checkpoint must be found; whatever is called sound must say, row for row,
 * what the sealed one says.
 *
 *     seal ARCHIVE [--every N] [--control N] [--tampers N] [--logs N] [--seed S] [--seconds T] [--jobs N]
 *
 * Ends with "N passed, M failed". A turned bit is judged by its page alone (turned.c); each --control'th by
 * reading and auditing the whole file as well, and both must say the same.
 */
#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <stdatomic.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

#include "common/base/diag.h"
#include "common/base/memory.h"
#include "common/crypto/keys.h"
#include "common/daemon/audit.h"
#include "tests/seal/seal.h"

enum { BITS, TAMPERS, LOGS, PARTS, PIECE = 1024 /* bytes that a process takes at a time */ };

sealed_t sealed;
static uint64_t state;

void draw_from(uint64_t seed) { state = seed; }

uint64_t draw(void) {
    uint64_t z = (state += UINT64_C(0x9e3779b97f4a7c15));
    z = (z ^ (z >> 30)) * UINT64_C(0xbf58476d1ce4e5b9);
    z = (z ^ (z >> 27)) * UINT64_C(0x94d049bb133111eb);
    return z ^ (z >> 31);
}

uint64_t below(uint64_t n) { return n ? draw() % n : 0; }

/* ---- files ---- */

buffer_t file_read(const char *path) {
    struct stat status;
    int fd = open(path, O_RDONLY | O_CLOEXEC);
    if (fd < 0 || fstat(fd, &status) != 0) {
        fprintf(stderr, "%s: %s\n", path, strerror(errno));
        exit(2);
    }
    size_t n = (size_t) status.st_size;
    buffer_t bytes = {.p = memory_new(n + 1, 1), .n = n, .room = n};
    insist(read(fd, bytes.p, n) == (ssize_t) n);
    close(fd);
    return bytes;
}

void file_write(const char *path, const uint8_t *p, size_t n) {
    int fd = open(path, O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, 0600);
    insist(fd >= 0 && write(fd, p, n) == (ssize_t) n);
    close(fd);
}

/* ---- what is sealed ---- */

static void load_note(void) {
    sqlite3 *db = image_open(sealed.file.p, sealed.file.n);
    sqlite3_stmt *stmt = NULL;
    insist(db);
    if (sqlite3_prepare_v2(db, "SELECT note FROM note ORDER BY position DESC LIMIT 1", -1, &stmt, NULL) == SQLITE_OK &&
        sqlite3_step(stmt) == SQLITE_ROW)
        buffer_put(&sealed.note, sqlite3_column_blob(stmt, 0), (size_t) sqlite3_column_bytes(stmt, 0));
    sqlite3_finalize(stmt);
    sqlite3_close(db);
}

/* It must be sound: nothing is found in it. */
static void load(const char *path) {
    sealed.file = file_read(path);
    sealed.file.p[18] = sealed.file.p[19] = 1; /* no log belongs to a sealed one (file format 1.3.3) */
    load_note();
    char copy[] = "/dev/shm/sealed-XXXXXX";
    int fd = mkstemp(copy);
    insist(fd >= 0 && close(fd) == 0);
    file_write(copy, sealed.file.p, sealed.file.n);
    const audit_options_t options = {.signatures = true, .decisions = true, .documents = true};
    audit_t audit;
    int found = audit_run(copy, &options, &audit);
    unlink(copy);
    if (found != 0) {
        fprintf(stderr, "%s is not sound to begin with\n", path);
        exit(2);
    }
    sealed.ledger = audit.ledger;
    sealed.archiver = context_archiver_key(chronicle_context(audit.chronicle));
    audit_free(&audit);
    says_learn();
    pages_learn();
}

/* ---- the work ---- */

typedef struct plan {
    size_t every, control;
    uint64_t tampers, logs, seed, jobs;
    time_t until;
    atomic_size_t *next; /* of each part: what is to be taken next, by whichever process */
} plan_t;

static bool time_is_left(const plan_t *plan) { return !plan->until || time(NULL) <= plan->until; }

static void work(const plan_t *plan, counts_t counts[PARTS]) {
    char folder[] = "/dev/shm/seal-XXXXXX", path[64];
    insist(mkdtemp(folder));
    snprintf(path, sizeof path, "%s/archive.db", folder);
    setenv("TMPDIR", folder, 1);
    size_t at;
    while (plan->every && time_is_left(plan) &&
           (at = atomic_fetch_add(&plan->next[BITS], PIECE)) < sealed.file.n)
        turned(at, at + PIECE < sealed.file.n ? at + PIECE : sealed.file.n, plan->every, plan->control,
               &counts[BITS], path);
    while (time_is_left(plan) && (at = atomic_fetch_add(&plan->next[TAMPERS], 1)) < plan->tampers)
        tampered(at, plan->seed, &counts[TAMPERS], path);
    while (time_is_left(plan) && (at = atomic_fetch_add(&plan->next[LOGS], 1)) < plan->logs)
        log_tampered(at, plan->seed, &counts[LOGS], folder);
    char command[80];
    snprintf(command, sizeof command, "rm -rf %s", folder);
    insist(system(command) == 0);
    fflush(stdout);
}

/* Once a minute, on a terminal or in a log: it takes its time. */
static void tell(const plan_t *plan) {
    size_t at = atomic_load(&plan->next[BITS]);
    fprintf(stderr, "%zu of %zu bytes, %zu tamperings, %zu logs\n", at < sealed.file.n ? at : sealed.file.n,
            sealed.file.n, atomic_load(&plan->next[TAMPERS]), atomic_load(&plan->next[LOGS]));
}

/* The next one's counts; false: none is left. */
static bool hear(const plan_t *plan, int pipe, counts_t counts[PARTS]) {
    enum { MINUTE = 60000 };
    struct pollfd wait = {.fd = pipe, .events = POLLIN};
    while (poll(&wait, 1, MINUTE) == 0)
        tell(plan);
    return read(pipe, counts, PARTS * sizeof *counts) == PARTS * sizeof *counts;
}

/* How many processes came to their end; their counts are added up. */
static uint64_t work_together(const plan_t *plan, counts_t all[PARTS]) {
    int pipes[2];
    insist(pipe(pipes) == 0);
    fflush(stdout);
    for (uint64_t i = 0; i < plan->jobs; i++)
        if (fork() == 0) {
            counts_t counts[PARTS] = {{0}};
            work(plan, counts);
            insist(write(pipes[1], counts, sizeof counts) == sizeof counts);
            _exit(0);
        }
    close(pipes[1]);
    uint64_t heard = 0;
    counts_t counts[PARTS];
    for (; hear(plan, pipes[0], counts); heard++)
        for (int i = 0; i < PARTS; i++) {
            all[i].tried += counts[i].tried;
            all[i].found += counts[i].found;
            all[i].nothing += counts[i].nothing;
            all[i].failed += counts[i].failed;
            all[i].asked += counts[i].asked;
            all[i].compared += counts[i].compared;
        }
    while (wait(NULL) > 0)
        ;
    return heard;
}

/* Zeroed, and the children's as well. */
static void *shared(size_t n) {
    /* cppcheck-suppress invalidFunctionArg ; of memory that is no file's, -1 (mmap(2)) */
    void *p = mmap(NULL, n, PROT_READ | PROT_WRITE, MAP_SHARED | MAP_ANONYMOUS, -1, 0);
    insist(p != MAP_FAILED);
    return p;
}

static uint64_t option(int argc, char **argv, const char *name, uint64_t fallback) {
    for (int i = 2; i + 1 < argc; i++)
        if (strcmp(argv[i], name) == 0)
            return strtoull(argv[i + 1], NULL, 10);
    return fallback;
}

static int report(const plan_t *plan, const counts_t all[PARTS], uint64_t heard) {
    static const char *const names[] = {"bits turned", "tampered with", "logs cut or turned"};
    unsigned long long failed = plan->jobs - heard, passed = 0;
    for (int i = 0; i < PARTS; i++) {
        printf("%s: %llu, found %llu, carried nothing %llu, called sound %llu\n", names[i],
               (unsigned long long) all[i].tried, (unsigned long long) all[i].found,
               (unsigned long long) all[i].nothing, (unsigned long long) all[i].failed);
        passed += all[i].found + all[i].nothing;
        failed += all[i].failed;
    }
    printf("of the bits %llu needed the whole file, %llu were judged by it as well\n",
           (unsigned long long) all[BITS].asked, (unsigned long long) all[BITS].compared);
    if (heard < plan->jobs)
        printf("%llu of %llu processes ended before their time\n", (unsigned long long) (plan->jobs - heard),
               (unsigned long long) plan->jobs);
    printf("archive of %zu bytes, seed %llu\n%llu passed, %llu failed\n", sealed.file.n,
           (unsigned long long) plan->seed, passed, failed);
    return failed ? 1 : 0;
}

int main(int argc, char **argv) {
    counts_t all[PARTS] = {{0}};
    if (argc < 2) {
        fprintf(stderr, "usage: seal ARCHIVE [--every N] [--control N] [--tampers N] [--logs N] [--seed S] [--seconds T] [--jobs N]\n");
        return 64;
    }
    diag_open("seal", true);
    crypto_start();
    load(argv[1]);
    uint64_t seconds = option(argc, argv, "--seconds", 0);
    plan_t plan = {.every = option(argc, argv, "--every", 1),
                   .control = option(argc, argv, "--control", 4001),
                   .tampers = option(argc, argv, "--tampers", 100000),
                   .logs = option(argc, argv, "--logs", 1000),
                   .seed = option(argc, argv, "--seed", 1),
                   .jobs = option(argc, argv, "--jobs", 2),
                   .until = seconds ? time(NULL) + (time_t) seconds : 0,
                   .next = shared(PARTS * sizeof(atomic_size_t))};
    uint64_t heard = work_together(&plan, all);
    return report(&plan, all, heard);
}
