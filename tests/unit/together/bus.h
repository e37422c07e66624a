/* SPDX-License-Identifier: Apache-2.0
 *
 * bus: the real daemons in one process, without sockets, on injected time. It steps them as the
 * skeleton does (TICK, MESSAGE..., FLUSH), carries their frames with a delay, and lets a test lose,
 * double and delay them, cut lines, kill and restart daemons. Everything follows from the seed: the
 * same calls give the same frames in the same order.
 */
#ifndef COUNTERSIGN_TESTS_TOGETHER_BUS_H
#define COUNTERSIGN_TESTS_TOGETHER_BUS_H

#include "common/crypto/keys.h"
#include "common/daemon/step.h"

typedef struct bus bus_t;

/* A frame about to be carried; `node`s are what bus_add and bus_client returned. */
typedef struct passage {
    int from, to;
    const char *from_port, *to_port;
    message_type_t type; /* MESSAGE_NONE: not a frame of ours */
    bytes_t frame;
    int copies;    /* 1; 0 loses it */
    int64_t delay; /* 1 ms */
} passage_t;
typedef void (*bus_hook_fn)(void *arg, passage_t *passage);

/* How a node's code is run: `call` runs fn (fn_arg) and returns true, or false when the node died
   in it: it is then down, and what it had in memory is lost (leaked). A simulator catches fatal
   errors here; without one they end the test. */
typedef struct bus_keeper {
    void *arg;
    bool (*call)(void *arg, int node, void (*fn)(void *fn_arg), void *fn_arg);
} bus_keeper_t;

bus_t *bus_new(uint64_t seed, moment_t wall);
void bus_keep(bus_t *self, const bus_keeper_t *keeper); /* before the first bus_add */
void bus_destroy(bus_t **self_p); /* STOPs and closes what still runs */

/* Opens a daemon; its START comes when time goes on. Panics with the problem if it cannot be
   opened. */
int bus_add(bus_t *self, const daemon_spec_t *spec, const char *site, const char *argument);
/* A peer that the test itself plays, with a CURVE key of its own. */
int bus_client(bus_t *self, const curve_pair_t *curve);
/* `client`'s port (of a bus_client: any name, its own) connects to `server`'s port. Returns the
   line's number. */
int bus_connect(bus_t *self, int client, const char *client_port, int server,
                const char *server_port);
void bus_cut(bus_t *self, int line, bool cut); /* nothing passes; what is under way is lost */
void bus_kill(bus_t *self, int node);  /* no STOP, no FLUSH: what was not committed is gone */
void bus_start(bus_t *self, int node); /* after a kill or when it stopped itself */
/* false: it could not be opened, or died */
bool bus_try_start(bus_t *self, int node, problem_t *problem);
bool bus_runs(const bus_t *self, int node, int *exit_code); /* exit_code may be NULL */
void *bus_daemon(bus_t *self, int node);                    /* the daemon's own structure */
void bus_hook(bus_t *self, bus_hook_fn hook, void *arg);

/* Lets time pass. */
void bus_run(bus_t *self, int64_t ms);
/* Until `done` says so, looked at after each instant; false: not within `limit` ms. */
bool bus_until(bus_t *self, bool (*done)(void *arg), void *arg, int64_t limit);
moment_t bus_now(const bus_t *self);
int64_t bus_boot(const bus_t *self); /* the clock that never jumps */
void bus_jump(bus_t *self, int64_t ms); /* the wall clock alone */
/* Everybody sleeps: both clocks go on, and nothing else happens. */
void bus_sleep(bus_t *self, int64_t ms);
/* From now on this node's wall clock is fast by `ppm` millionths; 0: it is set right. */
void bus_drift(bus_t *self, int node, int ppm);
uint64_t
bus_carried(const bus_t *self,
            digest_t *history); /* frames delivered so far, and a hash over them in order */

/* Of a bus_client: sends over one of its lines; takes the oldest frame that came, decoded into
   `arena`. */
void bus_say(bus_t *self, int line, message_type_t type, const void *body);
bool bus_hear(bus_t *self, int client, arena_t *arena, message_type_t *type, const void **body);

/* Deterministic random bytes, as the daemons get them. */
void bus_random(void *out, size_t n);

#endif
