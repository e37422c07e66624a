/* SPDX-License-Identifier: Apache-2.0
 *
 * desk: how long a department that runs takes to answer: its inbox, a search, an order; asked one after
 * the other over its socket by somebody who signs each question. The orders are drawn from all the
 * numbers that were given, so that nearly none of them is in memory.
 *
 *   desk SITE PASSPHRASE DEPARTMENT HANDLE ORDERS TIMES     lines of: question p50 p99, in ms
 */
#include <czmq.h>
#include <jansson.h>

#include "common/base/moment.h"
#include "common/base/text.h"
#include "common/bus/messages.h"
#include "common/bus/sockets.h"
#include "tests/bench/measure.h"
#include "tests/bench/people.h"

#define ANSWER_MS 60000

typedef struct desk {
    site_t *site;
    zsock_t *socket;
    signer_t *signer;
    arena_t *arena;
    char prefix[32]; /* of an order's number */
    int64_t orders;
    uint64_t luck;
} desk_t;

static void send_question(desk_t *self, const struct query *query) {
    buffer_t bytes = {0}, frame = {0};
    if (record_encode(&query_record, query, &bytes, NULL) != 0)
        diag_fatal(EX_SOFTWARE, DIAG_GENERAL, "%.*s cannot be asked", (int) query->name.n, query->name.p);
    const struct ask ask = {
        .query = buffer_bytes(&bytes),
        .key = signer_key(self->signer),
        .signature = signer_sign(self->signer, DOMAIN_QUERY, buffer_bytes(&bytes))};
    message_encode(MESSAGE_ASK, &ask, &frame);
    if (zmq_send(zsock_resolve(self->socket), frame.p, frame.n, 0) < 0)
        diag_fatal(EX_SOFTWARE, DIAG_GENERAL, "not sent: %s", zmq_strerror(errno));
    buffer_free(&bytes);
    buffer_free(&frame);
}

/* NULL: it is behind, ask again. */
static json_t *take_answer(desk_t *self, const struct query *query) {
    message_type_t type;
    const void *body;
    zframe_t *z = zframe_recv(self->socket);
    if (!z)
        diag_fatal(EX_UNAVAILABLE, DIAG_GENERAL, "no answer");
    arena_reset(self->arena);
    if (message_decode((bytes_t){zframe_data(z), zframe_size(z)}, self->arena, &type, &body, NULL) != 0 ||
        type != MESSAGE_ANSWER || !ident_equal(((const struct reply *) body)->id, query->id))
        diag_fatal(EX_SOFTWARE, DIAG_GENERAL, "not an answer");
    const struct reply *reply = body;
    if (reply->reason && reply->reason != REASON_BEHIND)
        diag_fatal(EX_SOFTWARE, DIAG_GENERAL, "%.*s: %s", (int) query->name.n, query->name.p,
                   reason_name((reason_t) reply->reason));
    json_t *json = reply->reason ? NULL : json_loadb((const char *) reply->json.p, reply->json.n, 0, NULL);
    zframe_destroy(&z);
    return json;
}

static json_t *ask(desk_t *self, const char *name, const char *parameter, const char *value) {
    struct parameter list[] = {{.name = text_of(parameter), .value = text_of(value)}};
    struct query query = {.ledger = self->site->ledger, .name = text_of(name), .parameters = {list, *parameter != 0}};
    for (;;) {
        query.claimed = zclock_time();
        query.id = ident_random(query.claimed);
        send_question(self, &query);
        json_t *json = take_answer(self, &query);
        if (json)
            return json;
        zclock_sleep(100);
    }
}

static void learn_numbers(desk_t *self) {
    json_t *list = ask(self, "order.list", "limit", "1"), *orders = json_object_get(list, "orders");
    const char *number = json_string_value(json_object_get(json_array_get(orders, 0), "number"));
    const char *dash = number ? strrchr(number, '-') : NULL;
    if (!dash || (size_t) (dash - number) + 2 > sizeof self->prefix)
        diag_fatal(EX_SOFTWARE, DIAG_GENERAL, "the first order has no number");
    memcpy(self->prefix, number, (size_t) (dash - number) + 1);
    json_decref(list);
}

static const char *some_number(desk_t *self, char room[64]) {
    self->luck = self->luck * 6364136223846793005u + 1442695040888963407u;
    snprintf(room, 64, "%s%04lld", self->prefix,
             (long long) (1 + (int64_t) (self->luck >> 33) % self->orders));
    return room;
}

static void measure(desk_t *self, const char *title, const char *name, const char *parameter,
                    const char *value, size_t times) {
    double *took = calloc(times, sizeof *took);
    for (size_t i = 0; i < times; i++) {
        char number[64];
        double start = seconds();
        json_decref(ask(self, name, parameter, value ? value : some_number(self, number)));
        took[i] = seconds() - start;
    }
    double p50 = quantile(took, times, 0.5) * 1e3, p99 = quantile(took, times, 0.99) * 1e3;
    printf("%s %.4g %.4g\n", title, p50, p99);
    free(took);
}

int main(int argc, char **argv) {
    problem_t problem = {0};
    desk_t self = {.arena = arena_new(0), .luck = 1};
    int64_t times;
    char name[64];
    site_department_t department;
    curve_pair_t curve;
    crypto_start();
    diag_open("desk", true);
    sockets_start();
    if (argc != 7 || !(self.site = site_open(argv[1], &problem)) ||
        !int_parse(text_of(argv[5]), 1, 10000000, &self.orders) ||
        !int_parse(text_of(argv[6]), 1, 100000, &times))
        return EX_USAGE;
    snprintf(name, sizeof name, "station-%.40s", argv[3]);
    if (site_department_read(self.site, argv[3], &department, &problem) ||
        site_curve(self.site, name, &curve, &problem))
        diag_fatal(EX_CONFIG, DIAG_GENERAL, "%s: %s", problem.file, problem.detail);
    self.signer = key_of(self.site, argv[4], argv[2]);
    self.socket = socket_new(ROLE_DEALER, "", &curve, department.curve);
    zsock_set_rcvtimeo(self.socket, ANSWER_MS);
    zsock_set_sndtimeo(self.socket, ANSWER_MS);
    socket_connect(self.socket, department.service, &problem);
    learn_numbers(&self);
    measure(&self, "inbox", "inbox", "", "", (size_t) times);
    measure(&self, "search-often", "search", "words", "防锈", (size_t) times);
    measure(&self, "search-nowhere", "search", "words", "镀镍", (size_t) (times > 20 ? times / 10 : times));
    measure(&self, "show", "order.show", "order", NULL, (size_t) times);
    zsock_destroy(&self.socket);
    site_department_free(&department);
    arena_destroy(&self.arena);
    return 0;
}
