/* SPDX-License-Identifier: Apache-2.0
 *
 * skeleton: what every daemon's main () calls. Starts in a fixed order (options, limits,
 * configuration and store, ports), then turns: collect a batch of what is there, let the daemon
 * step through it, flush, send. One thread beside a worker's; no fork; signals come as a file
 * descriptor.
 * Diagnostics: EX_CONFIG for what the operator has to correct, the daemon's own code when it stops
 * itself.
 */
#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/resource.h>
#include <sys/signalfd.h>
#include <sys/stat.h>
#include <sysexits.h>
#include <systemd/sd-daemon.h>
#include <unistd.h>

#include "common/base/diag.h"
#include "common/crypto/keys.h"
#include "common/bus/sockets.h"
#include "common/daemon/aside.h"
#include "common/daemon/clock.h"
#include "common/daemon/options.h"
#include "common/daemon/ports.h"
#include "common/daemon/site.h"

#define BATCH_MESSAGES 256
#define BATCH_BYTES \
    (4u << 20) /* of frames in, and of frames out: what a batch may hold in memory */
#define FILES_WANTED 4096
#define FILES_NEEDED 256
#define ITEMS_MAX 64

typedef struct skeleton {
    const daemon_spec_t *spec;
    options_t options;
    char label[128]; /* "countersign-department-sales" */
    void *daemon;
    ports_t *ports;
    output_t out;
    int signals;
    bool ready, stopping;
    int exit_code;
    int64_t due;                           /* boot ms of the next TICK; 0 = none */
    int64_t tend;                          /* boot ms at which the ports want to be looked after */
    int64_t watchdog_every, watchdog_next; /* boot ms; 0 = systemd does not watch */
} skeleton_t;

/* ---- starting ---- */

static void raise_file_limit(void) {
    struct rlimit limit;
    if (getrlimit(RLIMIT_NOFILE, &limit) != 0)
        return;
    if (limit.rlim_cur < FILES_WANTED) {
        limit.rlim_cur = limit.rlim_max < FILES_WANTED ? limit.rlim_max : FILES_WANTED;
        setrlimit(RLIMIT_NOFILE, &limit);
    }
    errno = 0;
    if (limit.rlim_cur < FILES_NEEDED)
        diag_fatal(EX_OSERR, DIAG_CONFIGURATION,
                   "only %llu open files are allowed, %d are needed (LimitNOFILE)",
                   (unsigned long long) limit.rlim_cur, FILES_NEEDED);
}

/* Before the first thread, so that no other one is woken by them. */
static int catch_signals(void) {
    sigset_t set;
    sigemptyset(&set);
    sigaddset(&set, SIGTERM);
    sigaddset(&set, SIGINT);
    sigaddset(&set, SIGHUP);
    signal(SIGPIPE, SIG_IGN);
    int fd = -1;
    if (sigprocmask(SIG_BLOCK, &set, NULL) == 0)
        fd = signalfd(-1, &set, SFD_NONBLOCK | SFD_CLOEXEC);
    if (fd < 0)
        diag_fatal(EX_OSERR, DIAG_GENERAL, "signals");
    return fd;
}

static int say_problem(const problem_t *problem) {
    char text[768];
    problem_print(problem, text, sizeof text);
    errno = 0;
    diag_alarm(DIAG_CONFIGURATION, "%s", text);
    return EX_CONFIG;
}

/* Where a port of the kernel's choice is: SITE/run/DAEMON.PORT.endpoint, whole or not at all. */
static void write_endpoint(void *arg, const char *port, const char *endpoint) {
    const skeleton_t *self = arg;
    char path[1024], temporary[1040];
    problem_t problem = {0};
    site_t *site = site_open(self->options.site, &problem);
    if (site)
        snprintf(path, sizeof path, "%s/%s.%s.endpoint", site->run, self->label, port);
    else
        snprintf(path, sizeof path, "%s/run/%s.%s.endpoint", self->options.site, self->label, port);
    site_close(&site);
    snprintf(temporary, sizeof temporary, "%s.new", path);
    FILE *file = fopen(temporary, "we");
    bool ok = file && fchmod(fileno(file), 0644) == 0 && fprintf(file, "%s\n", endpoint) > 0;
    if (file)
        ok = fclose(file) == 0 && ok;
    if (!ok || rename(temporary, path) != 0)
        diag_fatal(EX_CANTCREAT, DIAG_GENERAL, "cannot write %s", path);
}

/* NAME of state/NAME: the label without "countersign-". */
static int set_aside(skeleton_t *self) {
    problem_t problem = {0};
    insist(self->spec->store);
    const char *name = self->label + strlen("countersign-");
    if (aside_put(self->options.site, name, self->spec->store, self->options.restore, &problem) !=
        0)
        return say_problem(&problem);
    printf("%s: the store is set aside; start again to rebuild it from the others\n", self->label);
    return EX_OK;
}

static int prepare(skeleton_t *self) {
    problem_t problem = {0};
    self->daemon = self->spec->open(self->options.site, self->options.argument,
                                    self->options.check_only, &problem);
    if (!self->daemon)
        return say_problem(&problem);
    if (self->options.check_only) {
        printf("%s: the configuration is right\n", self->spec->name);
        return EX_OK;
    }
    sockets_start();
    self->ports = ports_new(self->spec, self->daemon);
    if (ports_open(self->ports, &problem) != 0)
        return say_problem(&problem);
    ports_each_given(self->ports, write_endpoint, self);
    uint64_t watchdog_us = 0;
    if (sd_watchdog_enabled(0, &watchdog_us) > 0)
        self->watchdog_every = (int64_t) (watchdog_us / 2000);
    return EX_OK;
}

/* ---- turning ---- */

static void step(skeleton_t *self, const input_t *in) {
    surroundings_t now = clock_now();
    self->spec->step(self->daemon, in, &now, &self->out);
    if (self->out.stop && !self->stopping) {
        self->stopping = true;
        self->exit_code = self->out.exit_code;
    }
}

static void tell_systemd(skeleton_t *self, int64_t boot) {
    if (self->out.ready && !self->ready) {
        self->ready = true;
        sd_notifyf(0, "READY=1\nSTATUS=running, site %s", self->options.site);
        diag_info(DIAG_STARTED, "ready, site %s", self->options.site);
    }
    if (self->watchdog_every && boot >= self->watchdog_next) {
        sd_notify(0, "WATCHDOG=1");
        self->watchdog_next = boot + self->watchdog_every;
    }
}

/* Ends a batch: what the disk must have first is there after the flush, only then it is sent. */
static void finish(skeleton_t *self, input_type_t type) {
    step(self, &(input_t){.type = type});
    surroundings_t now = clock_now();
    ports_send(self->ports, &self->out, now.boot);
    output_clear(&self->out);
    self->due =
        self->out.wake ? (self->out.wake > now.boot ? self->out.wake : now.boot) : 0;
    tell_systemd(self, now.boot);
}

static bool batch(skeleton_t *self) {
    input_t in;
    size_t taken = 0, bytes = 0;
    int64_t boot = clock_boot();
    bool tick = self->due && boot >= self->due;
    self->out.wake = 0;
    if (tick)
        step(self, &(input_t){.type = INPUT_TICK});
    while (!self->stopping && taken < BATCH_MESSAGES && bytes < BATCH_BYTES &&
           self->out.bytes.n < BATCH_BYTES && ports_receive(self->ports, &in, boot)) {
        step(self, &in);
        bytes += in.frame.n;
        taken++;
    }
    if (!tick && taken == 0)
        return false;
    finish(self, INPUT_FLUSH);
    return true;
}

static void take_signals(skeleton_t *self) {
    struct signalfd_siginfo info;
    while (read(self->signals, &info, sizeof info) == (ssize_t) sizeof info)
        if (info.ssi_signo !=
            SIGHUP) /* nothing to reload: the configuration is read whole at start */
            self->stopping = true;
}

static void wait_for_something(skeleton_t *self) {
    zmq_pollitem_t items[ITEMS_MAX] = {{NULL, self->signals, ZMQ_POLLIN, 0}};
    size_t n = 1 + ports_poll(self->ports, items + 1, ITEMS_MAX - 1);
    int64_t until = self->tend, now = clock_boot();
    if (self->due && self->due < until)
        until = self->due;
    if (self->watchdog_every && self->watchdog_next < until)
        until = self->watchdog_next;
    if (zmq_poll(items, (int) n, until > now ? (long) (until - now) : 0) < 0 && errno != EINTR)
        diag_fatal(EX_OSERR, DIAG_GENERAL, "poll");
}

/* What workers began has its answer before the last flush: it is not done again after a restart. */
static void stop(skeleton_t *self) {
    input_t in;
    ports_quit(self->ports);
    while (ports_receive(self->ports, &in, clock_boot()))
        step(self, &in);
    finish(self, INPUT_STOP);
}

static void run(skeleton_t *self) {
    self->out.wake = 0;
    finish(self, INPUT_START);
    while (!self->stopping) {
        take_signals(self);
        self->tend = ports_tend(self->ports, clock_boot());
        bool busy = !self->stopping && batch(self);
        tell_systemd(self, clock_boot());
        if (!busy && !self->stopping)
            wait_for_something(self);
    }
    sd_notify(0, "STOPPING=1");
    if (self->exit_code == EX_OK)
        stop(self);
}

int daemon_run(const daemon_spec_t *spec, int argc, char **argv) {
    skeleton_t self = {.spec = spec};
    int exit_code;
    if (!options_read(spec, argc, argv, &self.options, &exit_code))
        return exit_code;
    snprintf(self.label, sizeof self.label, "%s%s%s", spec->name, self.options.argument ? "-" : "",
             self.options.argument ? self.options.argument : "");
    diag_open(self.label, self.options.foreground);
    diag_verbose = self.options.verbose;
    umask(077);
    raise_file_limit();
    self.signals = catch_signals();
    crypto_start();
    self.exit_code = self.options.restore ? set_aside(&self) : prepare(&self);
    if (self.ports && self.exit_code == EX_OK) {
        run(&self);
        diag_info(DIAG_STOPPED, "stopped");
    }
    ports_destroy(&self.ports);
    if (self.daemon)
        spec->close(&self.daemon);
    output_free(&self.out);
    close(self.signals);
    return self.exit_code;
}
