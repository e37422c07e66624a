/* SPDX-License-Identifier: Apache-2.0
 *
 * redis: the load on Redis Streams; the server runs with appendfsync always, which syncs before it answers.
 * WHERE is a port of 127.0.0.1 or the path of a unix socket. The boxes are streams, new for each run.
 */
#include <hiredis/hiredis.h>

#include "tests/bench/peers/order.h"

struct peer { redisContext *server; unsigned run; size_t put; char last[64]; };

static redisReply *reply_of(peer_t *self) {
    redisReply *reply = NULL;
    if (redisGetReply(self->server, (void **) &reply) != REDIS_OK)
        stop("redis: %s", self->server->errstr);
    if (reply->type == REDIS_REPLY_ERROR)
        stop("redis: %s", reply->str);
    return reply;
}

static peer_t *peer_open(const char *where, int who) {
    static unsigned run; /* the clerk's process id: departments are its children */
    peer_t *self = calloc(1, sizeof *self);
    if (who == CLERK)
        run = (unsigned) getpid();
    self->run = run;
    self->server = *where == '/' ? redisConnectUnix(where) : redisConnect("127.0.0.1", atoi(where));
    if (!self->server || self->server->err)
        stop("redis: %s", self->server ? self->server->errstr : "no memory");
    snprintf(self->last, sizeof self->last, "0-0");
    return self;
}

/* A batch is one transaction: the server writes and syncs it once. */
static void peer_put(peer_t *self, box_t box, const message_t *message) {
    if (self->put++ == 0)
        redisAppendCommand(self->server, "MULTI");
    redisAppendCommand(self->server, "XADD %s:%u * m %b", box_names[box], self->run, message,
                       sizeof *message);
}

static void peer_keep(peer_t *self) {
    if (self->put)
        redisAppendCommand(self->server, "EXEC");
    for (size_t replies = self->put ? self->put + 2 : 0; replies; replies--)
        freeReplyObject(reply_of(self));
    self->put = 0;
}

/* [[stream, [[id, ["m", message]], ...]]] */
static size_t peer_take(peer_t *self, box_t box, message_t out[BATCH]) {
    redisAppendCommand(self->server, "XREAD COUNT %d BLOCK 0 STREAMS %s:%u %s", BATCH, box_names[box],
                       self->run, self->last);
    redisReply *reply = reply_of(self);
    const redisReply *entries = reply->element[0]->element[1];
    size_t n = entries->elements;
    for (size_t i = 0; i < n; i++) {
        memcpy(&out[i], entries->element[i]->element[1]->element[1]->str, sizeof out[i]);
        snprintf(self->last, sizeof self->last, "%s", entries->element[i]->element[0]->str);
    }
    freeReplyObject(reply);
    return n;
}
