/* SPDX-License-Identifier: Apache-2.0
 *
 * program: posix_spawn, for nothing of ours may run in a fork of a process with threads. The input
 * is a file in memory, so that a program that does not read it blocks nobody; its output is read as
 * it comes and forgotten but for the last line. Security: own process group and session of files,
 * signals at their defaults, an environment of three variables.
 */
#include "daemons/notifier/program.h"

#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <signal.h>
#include <spawn.h>
#include <stdio.h>
#include <sys/mman.h>
#include <sys/pidfd.h>
#include <sys/wait.h>
#include <sysexits.h>
#include <unistd.h>

#include "common/base/diag.h"
#include "common/daemon/clock.h"

#define GRACE_MS 2000 /* between SIGTERM and SIGKILL */
#define LOOK_EVERY_MS 100
#define LINE_ROOM 512

typedef struct lines { /* of the output; only the last that holds something is kept */
    char now[LINE_ROOM], last[LINE_ROOM];
    size_t now_n, last_n;
} lines_t;

typedef struct run {
    pid_t pid;
    int ended;  /* pidfd: readable at its end */
    int output; /* -1: closed */
    lines_t lines;
    int64_t due;     /* boot ms of the next signal */
    int signals;     /* sent: none, SIGTERM, SIGKILL */
    bool stopped;    /* because we end, not because its time is over */
} run_t;

/* ---- starting ---- */

/* The bytes as a file that begins at its beginning; -1 with errno. */
static int file_of(bytes_t input) {
    size_t n = 0;
    int fd = memfd_create("notification", MFD_CLOEXEC);
    while (fd >= 0 && n < input.n) {
        ssize_t wrote = write(fd, input.p + n, input.n - n);
        if (wrote < 0 && errno != EINTR) {
            close(fd);
            return -1;
        }
        n += wrote > 0 ? (size_t) wrote : 0;
    }
    if (fd >= 0)
        lseek(fd, 0, SEEK_SET);
    return fd;
}

/* 0 or an errno. dup2 onto 0..2 drops O_CLOEXEC; whatever else is open is closed. */
static int spawn(const char *path, int input, int output, pid_t *pid) {
    char *const environment[] = {(char[]){"PATH=/usr/local/bin:/usr/bin:/bin"},
                                 (char[]){"LANG=C.UTF-8"}, (char[]){"HOME=/"}, NULL};
    char *const arguments[] = {(char *) (uintptr_t) path, NULL};
    posix_spawn_file_actions_t files;
    posix_spawnattr_t attributes;
    sigset_t none, all;
    sigemptyset(&none);
    sigfillset(&all);
    if (posix_spawn_file_actions_init(&files) != 0 || posix_spawnattr_init(&attributes) != 0)
        diag_fatal(EX_OSERR, DIAG_GENERAL, "posix_spawn");
    posix_spawn_file_actions_adddup2(&files, input, STDIN_FILENO);
    posix_spawn_file_actions_adddup2(&files, output, STDOUT_FILENO);
    posix_spawn_file_actions_adddup2(&files, output, STDERR_FILENO);
    posix_spawn_file_actions_addclosefrom_np(&files, STDERR_FILENO + 1);
    posix_spawn_file_actions_addchdir_np(&files, "/");
    posix_spawnattr_setflags(&attributes, POSIX_SPAWN_SETPGROUP | POSIX_SPAWN_SETSIGMASK |
                                              POSIX_SPAWN_SETSIGDEF);
    posix_spawnattr_setpgroup(&attributes, 0);
    posix_spawnattr_setsigmask(&attributes, &none);
    posix_spawnattr_setsigdefault(&attributes, &all);
    int rc = posix_spawn(pid, path, &files, &attributes, arguments, environment);
    posix_spawnattr_destroy(&attributes);
    posix_spawn_file_actions_destroy(&files);
    return rc;
}

/* 0 or an errno; then nothing is left open. */
static int start(run_t *self, const char *path, bytes_t input) {
    int ends[2], rc;
    int file = file_of(input);
    if (file < 0)
        return errno;
    if (pipe2(ends, O_CLOEXEC) != 0) {
        rc = errno;
        close(file);
        return rc;
    }
    rc = spawn(path, file, ends[1], &self->pid);
    close(file);
    close(ends[1]);
    self->output = ends[0];
    if (rc == 0 && (fcntl(self->output, F_SETFL, O_NONBLOCK) != 0 ||
                    (self->ended = pidfd_open(self->pid, 0)) < 0))
        diag_fatal(EX_OSERR, DIAG_GENERAL, "pidfd_open"); /* a child that nobody waits for */
    if (rc != 0)
        close(self->output);
    return rc;
}

/* ---- following ---- */

static void line_end(lines_t *self) {
    if (self->now_n)
        memcpy(self->last, self->now, self->last_n = self->now_n);
    self->now_n = 0;
}

static void read_output(run_t *self) {
    char bytes[4096];
    ssize_t n;
    lines_t *lines = &self->lines;
    while ((n = read(self->output, bytes, sizeof bytes)) > 0)
        for (ssize_t i = 0; i < n; i++)
            if (bytes[i] == '\n')
                line_end(lines);
            else if (lines->now_n < LINE_ROOM && bytes[i] != '\r')
                lines->now[lines->now_n++] = bytes[i];
    if (n == 0 || (n < 0 && errno != EAGAIN && errno != EINTR)) {
        close(self->output);
        self->output = -1;
    }
}

/* Its time is over or ours is: first asked, then made to. */
static void press(run_t *self, const atomic_bool *stop, int64_t boot) {
    if (!self->signals && atomic_load(stop)) {
        self->stopped = true;
        self->due = boot;
    }
    if (boot < self->due || self->signals > 1)
        return;
    kill(-self->pid, self->signals++ ? SIGKILL : SIGTERM);
    self->due = boot + GRACE_MS;
}

/* Until it has ended. Whoever else holds its output open is not waited for. */
static int follow(run_t *self, const atomic_bool *stop) {
    int status = 0;
    for (bool ended = false; !ended;) {
        struct pollfd items[2] = {{self->ended, POLLIN, 0}, {self->output, POLLIN, 0}};
        if (poll(items, 2, LOOK_EVERY_MS) < 0 && errno != EINTR)
            diag_fatal(EX_OSERR, DIAG_GENERAL, "poll");
        ended = (items[0].revents & POLLIN) != 0;
        if (self->output >= 0 && (items[1].revents || ended))
            read_output(self);
        if (!ended)
            press(self, stop, clock_boot());
    }
    while (waitpid(self->pid, &status, 0) < 0 && errno == EINTR)
        continue;
    if (self->signals)
        kill(-self->pid, SIGKILL); /* what it started and left */
    line_end(&self->lines);
    return status;
}

static void conclude(const run_t *self, int status, attempt_t *out) {
    text_t said = {self->lines.last, self->lines.last_n};
    int code = WIFEXITED(status) ? WEXITSTATUS(status) : 0;
    if (self->signals || !WIFEXITED(status)) {
        text_t why = self->stopped      ? TEXT("stopped while it ran")
                     : self->signals    ? TEXT("its time was over; it was ended")
                                        : TEXT("it was killed");
        attempt_ended(out, DELIVERY_DEFERRED, 0, why, (text_t){0});
        out->unsure = true;
    } else {
        attempt_ended(out,
                    code == EX_OK         ? DELIVERY_ACCEPTED
                    : code == EX_TEMPFAIL ? DELIVERY_DEFERRED
                                          : DELIVERY_REFUSED,
                    code, said, (text_t){0});
    }
}

void program_run(const char *path, bytes_t input, int64_t limit_ms, const atomic_bool *stop,
                 attempt_t *out) {
    run_t run = {.output = -1, .ended = -1, .due = clock_boot() + limit_ms};
    insist(path[0] == '/');
    int error = start(&run, path, input);
    if (error) { /* not there, not executable, no room: may be mended */
        attempt_ended(out, DELIVERY_DEFERRED, 0, text_of(strerror(error)), (text_t){0});
        return;
    }
    int status = follow(&run, stop);
    conclude(&run, status, out);
    close(run.ended);
    if (run.output >= 0)
        close(run.output);
}
