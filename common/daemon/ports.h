/* SPDX-License-Identifier: Apache-2.0
 *
 * ports: the sockets of one daemon. Opens them in the one safe order (ZAP, its self-test, bind,
 * connect), takes frames in turn, sends without ever blocking, dials again where a connection was
 * refused, and cuts subscribers whose key was revoked.
 */
#ifndef COUNTERSIGN_DAEMON_PORTS_H
#define COUNTERSIGN_DAEMON_PORTS_H

#include <czmq.h>

#include "common/daemon/step.h"

typedef struct ports ports_t;

ports_t *ports_new(const daemon_spec_t *spec, void *daemon);
void ports_destroy(ports_t **self_p); /* workers and sockets first, then ZAP */
/* 0, or -1 with *problem. Fatal when a stranger's key is let in. */
int ports_open(ports_t *self, problem_t *problem);
/* For each bound port whose endpoint left something to the kernel: its name and where it is. */
void ports_each_given(const ports_t *self,
                      void (*fn)(void *arg, const char *name, const char *endpoint), void *arg);
/* Adds what to poll; returns how many. room >= 1 + 2 per port. */
size_t ports_poll(ports_t *self, zmq_pollitem_t *items, size_t room);
/* The next message, from the ports in turn; false when there is none. in->frame is good until
   the next call. */
bool ports_receive(ports_t *self, input_t *in, int64_t boot);
void ports_send(ports_t *self, const output_t *out, int64_t boot);
/* Tells the workers to end and waits for that; from now on ports_receive () hands out only what
   they answered. */
void ports_quit(ports_t *self);
/* Who asks to be let in, refused connections, revoked subscribers, what waits to be sent.
   Returns the boot time at which to be called again at the latest. */
int64_t ports_tend(ports_t *self, int64_t boot);

#endif
