/* SPDX-License-Identifier: Apache-2.0
 *
 * zap: reads the request whole, asks, answers. Anything but CURVE with a 32-byte key is refused.
 */
#include "common/bus/zap.h"

#include <errno.h>
#include <stdlib.h>
#include <sysexits.h>

#include "common/base/diag.h"
#include "common/base/memory.h"
#include "common/base/text.h"

#define ZAP_ENDPOINT "inproc://zeromq.zap.01"
#define TEXT_ROOM 256

struct zap {
    zsock_t *socket;
    zap_admits_fn admits;
    void *arg;
};

typedef struct
    request { /* RFC 27: version, id, domain, address, routing id, mechanism, credentials */
    char id[TEXT_ROOM], domain[TEXT_ROOM], address[TEXT_ROOM], mechanism[32];
    pubkey_t key;
    bool readable;
} request_t;

zap_t *zap_new(zap_admits_fn admits, void *arg) {
    zap_t *self = memory_new(1, sizeof *self);
    self->admits = admits;
    self->arg = arg;
    self->socket = zsock_new(ZMQ_REP);
    if (!self->socket || zsock_bind(self->socket, "%s", ZAP_ENDPOINT) < 0)
        diag_fatal(EX_OSERR, DIAG_SELF_TEST, "cannot answer who may connect (" ZAP_ENDPOINT ")");
    return self;
}

void zap_destroy(zap_t **self_p) {
    if (*self_p) {
        zsock_unbind((*self_p)->socket, "%s",
                     ZAP_ENDPOINT); /* at once; a close frees the name later */
        zsock_destroy(&(*self_p)->socket);
    }
    free(*self_p);
    *self_p = NULL;
}

void *zap_handle(zap_t *self) { return zsock_resolve(self->socket); }

static bool take_text(zmsg_t *message, char *out, size_t size) {
    zframe_t *frame = zmsg_pop(message);
    bool fits = frame && zframe_size(frame) < size;
    if (fits) {
        memcpy(out, zframe_data(frame), zframe_size(frame));
        out[zframe_size(frame)] = '\0';
    }
    zframe_destroy(&frame);
    return fits;
}

static void read_request(zmsg_t *message, request_t *out) {
    char version[8], routing_id[TEXT_ROOM];
    memset(out, 0, sizeof *out);
    bool texts = take_text(message, version, sizeof version) &&
                 take_text(message, out->id, sizeof out->id) &&
                 take_text(message, out->domain, sizeof out->domain) &&
                 take_text(message, out->address, sizeof out->address) &&
                 take_text(message, routing_id, sizeof routing_id) &&
                 take_text(message, out->mechanism, sizeof out->mechanism);
    zframe_t *credentials = zmsg_pop(message);
    out->readable = texts && streq(version, "1.0") && streq(out->mechanism, "CURVE") &&
                    credentials && zframe_size(credentials) == sizeof out->key.b;
    if (out->readable)
        memcpy(out->key.b, zframe_data(credentials), sizeof out->key.b);
    zframe_destroy(&credentials);
}

static void reply(zap_t *self, const request_t *request) {
    char user[2 * sizeof request->key.b + 1] = "";
    bool admitted = request->readable &&
                    self->admits(self->arg, request->domain, request->address, request->key);
    if (admitted)
        hex_print(request->key.b, sizeof request->key.b, user);
    zmsg_t *message = zmsg_new();
    zmsg_addstr(message, "1.0");
    zmsg_addstr(message, request->id);
    zmsg_addstr(message, admitted ? "200" : "400");
    zmsg_addstr(message, admitted ? "OK" : "not enrolled");
    zmsg_addstr(message, user);
    zmsg_addmem(message, "", 0);
    zmsg_send(&message, self->socket);
    zmsg_destroy(&message);
}

void zap_answer(zap_t *self) {
    while (zsock_events(self->socket) & ZMQ_POLLIN) {
        zmsg_t *message = zmsg_recv(self->socket);
        insist(message); /* it was there to be read */
        request_t request;
        read_request(message, &request);
        zmsg_destroy(&message);
        reply(self, &request);
    }
}

bool zap_key_of(zmq_msg_t *body, pubkey_t *key) {
    return hex_parse(text_of(zmq_msg_gets(body, "User-Id")), key->b, sizeof key->b);
}
