/* SPDX-License-Identifier: Apache-2.0
 *
 * rabbitmq: the load on RabbitMQ's quorum queues, with confirms: a quorum queue syncs before it confirms. Orders go
 * to a queue of each department through a fanout exchange. A batch that was read is acknowledged when
 * the next one is asked for: what followed from it has been kept. WHERE is a port of 127.0.0.1.
 */
#if __has_include(<rabbitmq-c/amqp.h>)
#include <rabbitmq-c/amqp.h>
#include <rabbitmq-c/tcp_socket.h>
#else /* Debian 12 */
#include <amqp.h>
#include <amqp_tcp_socket.h>
#endif

#include "tests/bench/peers/order.h"

struct peer {
    amqp_connection_state_t writer, reader;
    uint64_t written, read; /* delivery tags */
    size_t put;
    bool kept[2 * BATCH]; /* of the batch being written */
    bool consumes;
    int who;
};
static unsigned number; /* names this run's queues; the clerk's process id: departments are its children */

static void ask(amqp_connection_state_t server) {
    amqp_rpc_reply_t reply = amqp_get_rpc_reply(server);
    if (reply.reply_type == AMQP_RESPONSE_LIBRARY_EXCEPTION)
        stop("rabbitmq: %s", amqp_error_string2(reply.library_error));
    if (reply.reply_type != AMQP_RESPONSE_NORMAL)
        stop("rabbitmq: refused (method %#x)", reply.reply.id);
}

static amqp_connection_state_t connection(const char *port) {
    amqp_connection_state_t server = amqp_new_connection();
    amqp_socket_t *socket = amqp_tcp_socket_new(server);
    if (!socket || amqp_socket_open(socket, "127.0.0.1", atoi(port)) != AMQP_STATUS_OK)
        stop("rabbitmq: no connection to port %s", port);
    if (amqp_login(server, "/", 0, 131072, 0, AMQP_SASL_METHOD_PLAIN, "guest", "guest").reply_type !=
        AMQP_RESPONSE_NORMAL)
        stop("rabbitmq: no login");
    amqp_channel_open(server, 1);
    ask(server);
    return server;
}

static amqp_bytes_t queue_name(box_t box, int who, char room[48]) {
    snprintf(room, 48, box == ORDERS ? "%s.%u.%d" : "%s.%u", box_names[box], number, who);
    return amqp_cstring_bytes(room);
}

static amqp_bytes_t exchange_name(char room[48]) {
    snprintf(room, 48, "orders.%u", number);
    return amqp_cstring_bytes(room);
}

static void make_queue(peer_t *self, box_t box, int who) {
    char name[48], exchange[48];
    amqp_table_entry_t quorum = {
        .key = amqp_cstring_bytes("x-queue-type"),
        .value = {.kind = AMQP_FIELD_KIND_UTF8, .value.bytes = amqp_cstring_bytes("quorum")}};
    amqp_queue_declare(self->writer, 1, queue_name(box, who, name), 0, 1, 0, 0,
                       (amqp_table_t){1, &quorum});
    ask(self->writer);
    if (box == ORDERS) {
        amqp_queue_bind(self->writer, 1, queue_name(box, who, name), exchange_name(exchange),
                        amqp_empty_bytes, amqp_empty_table);
        ask(self->writer);
    }
}

static void make_boxes(peer_t *self) {
    char exchange[48];
    number = (unsigned) getpid();
    amqp_exchange_declare(self->writer, 1, exchange_name(exchange), amqp_cstring_bytes("fanout"), 0, 1,
                          0, 0, amqp_empty_table);
    ask(self->writer);
    for (int who = 0; who < DEPARTMENTS; who++)
        make_queue(self, ORDERS, who);
    make_queue(self, VERDICTS, CLERK);
    make_queue(self, DECISIONS, CLERK);
}

static peer_t *peer_open(const char *where, int who) {
    peer_t *self = calloc(1, sizeof *self);
    self->who = who;
    self->writer = connection(where);
    self->reader = connection(where);
    if (who == CLERK)
        make_boxes(self);
    amqp_confirm_select(self->writer, 1);
    ask(self->writer);
    return self;
}

/* How many messages of a batch, the first of which has this tag, are kept now. */
static size_t wait_for_confirm(peer_t *self, uint64_t first) {
    amqp_frame_t frame;
    size_t kept = 0;
    amqp_maybe_release_buffers(self->writer);
    if (amqp_simple_wait_frame(self->writer, &frame) != AMQP_STATUS_OK)
        stop("rabbitmq: the connection is gone");
    if (frame.frame_type != AMQP_FRAME_METHOD || frame.payload.method.id != AMQP_BASIC_ACK_METHOD)
        stop("rabbitmq: not kept (method %#x)", frame.payload.method.id);
    const amqp_basic_ack_t *ack = frame.payload.method.decoded;
    for (uint64_t tag = ack->multiple ? first : ack->delivery_tag; tag <= ack->delivery_tag; tag++) {
        kept += !self->kept[tag - first];
        self->kept[tag - first] = true;
    }
    return kept;
}

static void peer_put(peer_t *self, box_t box, const message_t *message) {
    char name[48];
    const amqp_basic_properties_t durable = {._flags = AMQP_BASIC_DELIVERY_MODE_FLAG, .delivery_mode = 2};
    amqp_bytes_t exchange = box == ORDERS ? exchange_name(name) : amqp_empty_bytes;
    amqp_bytes_t key = box == ORDERS ? amqp_empty_bytes : queue_name(box, CLERK, name);
    amqp_bytes_t body = {sizeof *message, (void *) (uintptr_t) message};
    if (amqp_basic_publish(self->writer, 1, exchange, key, 0, 0, &durable, body) != AMQP_STATUS_OK)
        stop("rabbitmq: not sent");
    self->put++;
}

static void peer_keep(peer_t *self) {
    memset(self->kept, 0, sizeof self->kept);
    for (size_t kept = 0; kept < self->put;)
        kept += wait_for_confirm(self, self->written + 1);
    self->written += self->put;
    self->put = 0;
}

static void consume(peer_t *self, box_t box) {
    char name[48];
    amqp_basic_qos(self->reader, 1, 0, BATCH, 0);
    amqp_basic_consume(self->reader, 1, queue_name(box, self->who, name), amqp_empty_bytes, 0, 0, 0,
                       amqp_empty_table);
    ask(self->reader);
    self->consumes = true;
}

static size_t peer_take(peer_t *self, box_t box, message_t out[BATCH]) {
    size_t n = 0;
    struct timeval at_once = {0, 0};
    if (!self->consumes)
        consume(self, box);
    if (self->read && amqp_basic_ack(self->reader, 1, self->read, 1) != 0)
        stop("rabbitmq: not acknowledged");
    for (; n < BATCH; n++) {
        amqp_envelope_t envelope;
        amqp_maybe_release_buffers(self->reader);
        amqp_rpc_reply_t reply = amqp_consume_message(self->reader, &envelope, n ? &at_once : NULL, 0);
        if (reply.reply_type != AMQP_RESPONSE_NORMAL && reply.library_error == AMQP_STATUS_TIMEOUT)
            break;
        if (reply.reply_type != AMQP_RESPONSE_NORMAL)
            stop("rabbitmq: %s", amqp_error_string2(reply.library_error));
        if (envelope.message.body.len != sizeof *out)
            stop("rabbitmq: a message of another size");
        memcpy(&out[n], envelope.message.body.bytes, sizeof *out);
        self->read = envelope.delivery_tag;
        amqp_destroy_envelope(&envelope);
    }
    return n;
}
