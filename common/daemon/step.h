/* SPDX-License-Identifier: Apache-2.0
 *
 * step: how every daemon works. A daemon is a state over its store and one function that is handed
 * an input and what it may know of the world (time, randomness), and fills an output: frames to
 * send and when to be called again. It never touches a socket, a clock or a thread, so that the
 * simulator and the tests run the real one.
 *
 * Inputs come in batches: START once, then any number of MESSAGE, then FLUSH at the end of each
 * batch (group commit happens here; nothing that needs the disk is sent before it), TICK when
 * `wake` is past, STOP at the end.
 */
#ifndef COUNTERSIGN_DAEMON_STEP_H
#define COUNTERSIGN_DAEMON_STEP_H

#include <stdatomic.h>

#include "common/bus/messages.h"
#include "common/crypto/keys.h"
#include "common/base/settings.h"

typedef struct surroundings {
    moment_t wall;                          /* UTC ms */
    int64_t boot;                           /* ms since boot (CLOCK_BOOTTIME): never jumps */
    void (*random)(void *out, size_t n);
} surroundings_t;

typedef struct route { uint8_t b[32]; uint8_t n; } route_t; /* a ROUTER peer; n = 0: none */

typedef enum input_type {
    INPUT_START,
    INPUT_MESSAGE,
    INPUT_FLUSH,
    INPUT_TICK,
    INPUT_STOP
} input_type_t;
typedef struct input {
    input_type_t type;
    int port;                               /* MESSAGE: index into the daemon's ports */
    route_t route;                          /* MESSAGE on a ROUTER port: the way back */
    /* MESSAGE: CURVE key of the sender (zero on LOCAL ports) */
    pubkey_t peer;
    bytes_t frame;                          /* MESSAGE: whole frame, valid during the step */
} input_t;

typedef struct outgoing { int port; route_t route; size_t offset, n; } outgoing_t;
typedef struct output {
    outgoing_t *items; size_t items_n, items_room;
    buffer_t bytes;
    /* earliest boot time at which a TICK is wanted; 0 = none; set by every step */
    int64_t wake;
    bool ready;                             /* tell systemd; sticky */
    bool stop;                              /* end orderly after sending (fork found, ...) */
    int exit_code;                          /* with stop: EX_OK or a reason to stay down */
} output_t;

/* Adds a frame. On PUB and DEALER ports route is NULL. */
void output_send(output_t *out, int port, const route_t *route, message_type_t type,
                 const void *body);
bytes_t output_frame(const output_t *out, size_t index);
/* keeps the earliest; intervals never hang on the wall clock, which jumps */
void output_wake(output_t *out, int64_t boot);
void output_clear(output_t *out);
void output_free(output_t *out);

typedef enum port_type {
    PORT_ROUTER,  /* binds; CURVE server */
    PORT_PUB,     /* binds; CURVE server */
    PORT_DEALER,  /* connects; CURVE client */
    PORT_SUB,     /* connects; CURVE client; everything */
    PORT_LOCAL,   /* ROUTER that binds on ipc:// in a folder of mode 0700; no CURVE */
    PORT_WORKER   /* to a thread of this process, which carries out what takes long */
} port_type_t;

typedef struct port { const char *name; port_type_t type; bool optional; } port_t;
/* Where a port binds or connects. endpoint "" = this optional port is not used. */
typedef struct port_address {
    char endpoint[256];
    pubkey_t server; /* of DEALER, SUB: the server's CURVE key */
} port_address_t;

/* What a PORT_WORKER leads to. A step must not wait for a mail relay or a program; the worker does,
   on a thread of its own, one frame after the other. It shares nothing with the daemon. A daemon
   leaves at most WORKER_FRAMES frames unanswered; more may be dropped, as on every port. */
#define WORKER_FRAMES 64
typedef struct worker_spec {
    /* Before the thread starts: takes from the daemon (as its open () left it) a copy of what it
       needs. NULL with *problem: exit EX_CONFIG. `stop` is set when the daemon is about to end. */
    void *(*open)(void *daemon, const atomic_bool *stop, problem_t *problem);
    /* On the thread: carries out one frame and appends a whole frame to `reply`, or nothing. Once
       *stop is set it comes back within WORKER_STOP_MS, and at once for each frame that it has not
       begun: those are handed to it, too, so that each has its reply. */
    void (*work)(void *worker, bytes_t frame, buffer_t *reply);
    void (*close)(void **worker_p); /* after the thread's end */
} worker_spec_t;
#define WORKER_STOP_MS 10000

typedef struct daemon_spec {
    const char *name;                       /* "countersign-coordinator" */
    const char *arguments;                  /* "" or "KEY" */
    const char *doc;                        /* for --help */
    const char *commands;                   /* what it does besides, for --help, too; NULL: nothing */
    /* file name of the store below state/NAME; --restore sets it aside */
    const char *store;
    const port_t *ports; size_t ports_n;
    /* Reads configuration below `site` (and argument KEY), opens the store. With `check_only`
       nothing is opened or created. NULL with *problem: exit EX_CONFIG. */
    void *(*open)(const char *site, const char *argument, bool check_only, problem_t *problem);
    void (*close)(void **self_p);
    void (*address)(void *self, int port, port_address_t *out);
    const curve_pair_t *(*curve)(void *self); /* stays the daemon's; NULL: no port needs one */
    /* May this CURVE key connect to this (ROUTER, PUB) port at this moment? Asked by the ZAP
       handler. NULL: there is no such port. */
    bool (*admits)(void *self, int port, pubkey_t key);
    void (*step)(void *self, const input_t *input, const surroundings_t *now, output_t *out);
    const worker_spec_t *worker;            /* of the PORT_WORKER; it has no address */
} daemon_spec_t;

/* Options: --site DIR, -n (check the configuration and exit), -d (foreground), -v, --version,
   --help; signals; sd_notify READY, WATCHDOG, STOPPING; ZAP before any bind, then the self-test,
   then bind. Returns the exit code. */
int daemon_run(const daemon_spec_t *spec, int argc, char **argv);

#endif
