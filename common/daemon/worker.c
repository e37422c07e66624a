/* SPDX-License-Identifier: Apache-2.0
 *
 * worker: a plain thread, for exiting with a live zactor aborts. Each end of the PAIR belongs to
 * one thread; the far one is made and destroyed here, while its thread does not run. An empty frame
 * wakes a worker that waits.
 */
#include "common/daemon/worker.h"

#include <errno.h>
#include <pthread.h>
#include <stdlib.h>
#include <sysexits.h>
#include <time.h>

#include "common/base/diag.h"
#include "common/base/memory.h"
#include "common/bus/sockets.h"

#define JOIN_SECONDS (WORKER_STOP_MS / 1000 + 5)

struct worker {
    const worker_spec_t *spec;
    void *state;            /* the spec's own */
    zsock_t *here, *there;  /* the skeleton's end (not ours), the thread's */
    pthread_t thread;
    bool running;
    atomic_bool stop;
};

/* ---- the thread ---- */

static void carry_out(worker_t *self, zmq_msg_t *frame, buffer_t *reply) {
    if (zmq_msg_size(frame) == 0)
        return; /* it only wakes */
    buffer_clear(reply);
    self->spec->work(self->state, (bytes_t){zmq_msg_data(frame), zmq_msg_size(frame)}, reply);
    if (reply->n && zmq_send(zsock_resolve(self->there), reply->p, reply->n, 0) < 0)
        diag_warn(DIAG_GENERAL, "a worker's answer is lost: %s", zmq_strerror(errno));
}

/* Waits for frames until the flag is set, then takes those that are there. */
static void *work(void *arg) {
    worker_t *self = arg;
    buffer_t reply = {0};
    for (;;) {
        zmq_msg_t frame;
        bool last = atomic_load(&self->stop);
        zmq_msg_init(&frame);
        int rc = zmq_msg_recv(&frame, zsock_resolve(self->there), last ? ZMQ_DONTWAIT : 0);
        bool there_is_none = rc < 0 && errno != EINTR;
        if (rc >= 0)
            carry_out(self, &frame, &reply);
        zmq_msg_close(&frame);
        if (there_is_none)
            break;
    }
    buffer_free(&reply);
    return NULL;
}

/* ---- the skeleton's side ---- */

/* libzmq closes behind our back: a name is free again some time later; none is used twice. */
static void connect_ends(worker_t *self) {
    static atomic_uint number;
    char endpoint[ENDPOINT_ROOM];
    snprintf(endpoint, sizeof endpoint, "inproc://worker-%u", atomic_fetch_add(&number, 1));
    self->here = socket_new(ROLE_PAIR, "", NULL, (pubkey_t){{0}});
    self->there = socket_new(ROLE_PAIR, "", NULL, (pubkey_t){{0}});
    if (zmq_bind(zsock_resolve(self->here), endpoint) != 0 ||
        zmq_connect(zsock_resolve(self->there), endpoint) != 0)
        diag_fatal(EX_SOFTWARE, DIAG_GENERAL, "%s", endpoint);
}

worker_t *worker_start(const worker_spec_t *spec, void *daemon, zsock_t **here,
                       problem_t *problem) {
    insist(spec);
    worker_t *self = memory_new(1, sizeof *self);
    self->spec = spec;
    atomic_init(&self->stop, false);
    self->state = spec->open(daemon, &self->stop, problem);
    if (!self->state) {
        free(self);
        return NULL;
    }
    connect_ends(self);
    errno = pthread_create(&self->thread, NULL, work, self);
    if (errno)
        diag_fatal(EX_OSERR, DIAG_GENERAL, "cannot start a thread");
    self->running = true;
    *here = self->here;
    return self;
}

void worker_stop(worker_t *self) {
    struct timespec until;
    if (!self->running)
        return;
    atomic_store(&self->stop, true);
    zmq_send(zsock_resolve(self->here), "", 0, ZMQ_DONTWAIT); /* no room: it does not wait */
    clock_gettime(CLOCK_REALTIME, &until);
    until.tv_sec += JOIN_SECONDS;
    errno = pthread_timedjoin_np(self->thread, NULL, &until);
    if (errno)
        diag_fatal(EX_SOFTWARE, DIAG_GENERAL, "what was begun does not end");
    self->running = false;
}

void worker_destroy(worker_t **self_p) {
    worker_t *self = *self_p;
    if (!self)
        return;
    worker_stop(self);
    zsock_destroy(&self->there);
    self->spec->close(&self->state);
    free(self);
    *self_p = NULL;
}
