/* SPDX-License-Identifier: Apache-2.0
 *
 * zap: nobody comes in whom the callback does not know, and whoever comes in is known by key. On
 * real sockets of loopback and ipc, at ports of the kernel's choice.
 */
#include "common/bus/zap.h"

#include <stdio.h>
#include <stdlib.h>
#include <sys/stat.h>

#include "common/bus/selftest.h"
#include "common/bus/sockets.h"
#include "tests/unit/harness.h"

typedef struct hall {
    zap_t *zap;
    curve_pair_t server, guest;
    zsock_t *service;
    char endpoint[ENDPOINT_ROOM];
    bool enrolled; /* is the guest */
    int asked;
    char domain[32];
} hall_t;

static bool admits(void *arg, const char *domain, const char *address, pubkey_t key) {
    hall_t *self = arg;
    (void) address;
    self->asked++;
    snprintf(self->domain, sizeof self->domain, "%s", domain);
    return self->enrolled && pubkey_equal(key, self->guest.public_key);
}

static bool admits_everybody(void *arg, const char *domain, const char *address, pubkey_t key) {
    (void) arg, (void) domain, (void) address, (void) key;
    return true;
}

static hall_t *hall_new(const char *endpoint, bool enrolled) {
    hall_t *self = calloc(1, sizeof *self);
    problem_t problem = {0};
    sockets_start();
    curve_pair_make(&self->server);
    curve_pair_make(&self->guest);
    self->enrolled = enrolled;
    self->zap = zap_new(admits, self);
    self->service = socket_new(ROLE_ROUTER, "service", &self->server, (pubkey_t){{0}});
    if (socket_bind(self->service, ROLE_ROUTER, endpoint, self->endpoint, &problem) != 0)
        fail_msg("%s", problem.detail);
    return self;
}

static void hall_destroy(hall_t *self) {
    zsock_destroy(&self->service);
    zap_destroy(&self->zap);
    free(self);
}

/* Turns until the client's handshake has ended; its event and value. */
static int handshake(hall_t *self, monitor_t *monitor, uint32_t *value) {
    zmq_pollitem_t items[] = {{zap_handle(self->zap), 0, ZMQ_POLLIN, 0},
                              {monitor_handle(monitor), 0, ZMQ_POLLIN, 0}};
    for (int i = 0; i < 100; i++) {
        zmq_poll(items, 2, 100);
        zap_answer(self->zap);
        int event = monitor_next(monitor, value);
        if (event)
            return event;
    }
    return 0;
}

static int knock(hall_t *self, const curve_pair_t *own, pubkey_t server, uint32_t *value) {
    problem_t problem = {0};
    zsock_t *client = socket_new(ROLE_DEALER, "", own, server);
    monitor_t *monitor = monitor_new(client);
    assert_int_equal(socket_connect(client, self->endpoint, &problem), 0);
    int event = handshake(self, monitor, value);
    monitor_destroy(&monitor);
    zsock_destroy(&client);
    return event;
}

/* A message to the service; the key that its body came with. */
static bool key_of_a_message(hall_t *self, pubkey_t *key) {
    problem_t problem = {0};
    uint32_t value;
    zsock_t *client = socket_new(ROLE_DEALER, "", &self->guest, self->server.public_key);
    monitor_t *monitor = monitor_new(client);
    assert_int_equal(socket_connect(client, self->endpoint, &problem), 0);
    assert_int_equal(handshake(self, monitor, &value), ZMQ_EVENT_HANDSHAKE_SUCCEEDED);
    assert_int_equal(zmq_send(zsock_resolve(client), "hello", 5, 0), 5);
    zmq_msg_t id, body;
    zmq_msg_init(&id);
    zmq_msg_init(&body);
    zsock_set_rcvtimeo(self->service, 5000);
    assert_int_equal(zmq_msg_recv(&id, zsock_resolve(self->service), 0), 5);
    assert_int_equal(*(uint8_t *) zmq_msg_data(&id), 0); /* an id of the socket's own making */
    assert_int_equal(zmq_msg_recv(&body, zsock_resolve(self->service), 0), 5);
    bool found = zap_key_of(&body, key);
    zmq_msg_close(&id);
    zmq_msg_close(&body);
    monitor_destroy(&monitor);
    zsock_destroy(&client);
    return found;
}

TEST(an_enrolled_key_comes_in_and_its_messages_carry_it) {
    hall_t *h = hall_new("tcp://127.0.0.1:*", true);
    pubkey_t key;
    assert_true(key_of_a_message(h, &key));
    assert_true(pubkey_equal(key, h->guest.public_key));
    assert_string_equal(h->domain, "service");
    hall_destroy(h);
}

TEST(an_unknown_key_is_refused) {
    hall_t *h = hall_new("tcp://127.0.0.1:*", false);
    uint32_t value = 0;
    assert_int_equal(knock(h, &h->guest, h->server.public_key, &value),
                     ZMQ_EVENT_HANDSHAKE_FAILED_AUTH);
    assert_int_equal(value, 400);
    assert_true(h->asked > 0);
    hall_destroy(h);
}

TEST(a_key_is_let_in_from_the_moment_it_is_enrolled_and_not_after) {
    hall_t *h = hall_new("tcp://127.0.0.1:*", false);
    uint32_t value = 0;
    assert_int_equal(knock(h, &h->guest, h->server.public_key, &value),
                     ZMQ_EVENT_HANDSHAKE_FAILED_AUTH);
    h->enrolled = true;
    assert_int_equal(knock(h, &h->guest, h->server.public_key, &value),
                     ZMQ_EVENT_HANDSHAKE_SUCCEEDED);
    h->enrolled = false;
    assert_int_equal(knock(h, &h->guest, h->server.public_key, &value),
                     ZMQ_EVENT_HANDSHAKE_FAILED_AUTH);
    hall_destroy(h);
}

TEST(a_client_that_expects_another_server_does_not_talk_to_this_one) {
    hall_t *h = hall_new("tcp://127.0.0.1:*", true);
    problem_t problem = {0};
    uint32_t value = 0;
    monitor_t *monitor = monitor_new(h->service);
    zsock_t *client = socket_new(ROLE_DEALER, "", &h->guest, h->guest.public_key);
    assert_int_equal(socket_connect(client, h->endpoint, &problem), 0);
    assert_int_equal(handshake(h, monitor, &value), ZMQ_EVENT_HANDSHAKE_FAILED_PROTOCOL);
    assert_int_equal(h->asked, 0);
    monitor_destroy(&monitor);
    zsock_destroy(&client);
    hall_destroy(h);
}

TEST(a_client_without_curve_gets_nothing_through) {
    hall_t *h = hall_new("tcp://127.0.0.1:*", true);
    zsock_t *client = zsock_new(ZMQ_DEALER);
    monitor_t *monitor = monitor_new(h->service);
    uint32_t value = 0;
    assert_int_equal(zsock_connect(client, "%s", h->endpoint), 0);
    zmq_send(zsock_resolve(client), "CS", 2, ZMQ_DONTWAIT);
    assert_int_equal(handshake(h, monitor, &value), ZMQ_EVENT_HANDSHAKE_FAILED_PROTOCOL);
    assert_int_equal(h->asked, 0);
    assert_false(zsock_events(h->service) & ZMQ_POLLIN);
    monitor_destroy(&monitor);
    zsock_destroy(&client);
    hall_destroy(h);
}

TEST(curve_guards_ipc_as_it_guards_tcp) {
    char endpoint[256];
    struct stat st;
    snprintf(endpoint, sizeof endpoint, "ipc://%s/service.sock", harness_folder());
    hall_t *h = hall_new(endpoint, true);
    uint32_t value = 0;
    curve_pair_t stranger;
    pubkey_t key;
    curve_pair_make(&stranger);
    assert_int_equal(stat(endpoint + 6, &st), 0);
    assert_int_equal(st.st_mode & 0777, 0666); /* other users' daemons connect, too: keys decide */
    assert_int_equal(knock(h, &stranger, h->server.public_key, &value),
                     ZMQ_EVENT_HANDSHAKE_FAILED_AUTH);
    assert_true(key_of_a_message(h, &key));
    hall_destroy(h);
}

TEST(the_self_test_passes_where_strangers_are_refused) {
    hall_t *h = hall_new("tcp://127.0.0.1:*", true);
    problem_t problem = {0};
    assert_int_equal(selftest_run(ROLE_ROUTER, "service", &h->server, h->zap, &problem), 0);
    assert_int_equal(selftest_run(ROLE_PUB, "stream", &h->server, h->zap, &problem), 0);
    assert_string_equal(h->domain, "stream");
    hall_destroy(h);
}

TEST(the_self_test_fails_where_no_zap_handler_runs) {
    curve_pair_t server;
    problem_t problem = {0};
    sockets_start();
    curve_pair_make(&server);
    assert_int_equal(selftest_run(ROLE_ROUTER, "service", &server, NULL, &problem), -1);
    assert_non_null(strstr(problem.detail, "let in"));
}

TEST(the_self_test_fails_where_everybody_is_let_in) {
    curve_pair_t server;
    problem_t problem = {0};
    sockets_start();
    curve_pair_make(&server);
    zap_t *zap = zap_new(admits_everybody, NULL);
    assert_int_equal(selftest_run(ROLE_PUB, "stream", &server, zap, &problem), -1);
    zap_destroy(&zap);
}

/* A handler that is there and says nothing: neither let in nor refused is no pass either. */
TEST(the_self_test_fails_where_nobody_answers) {
    curve_pair_t server;
    problem_t problem = {0};
    sockets_start();
    curve_pair_make(&server);
    zsock_t *deaf = zsock_new(ZMQ_REP);
    assert_int_not_equal(zsock_bind(deaf, "inproc://zeromq.zap.01"), -1);
    assert_int_equal(selftest_run(ROLE_ROUTER, "service", &server, NULL, &problem), -1);
    assert_non_null(strstr(problem.detail, "neither let in nor refused"));
    zsock_destroy(&deaf);
}

/* Of a socket without CURVE, on which nobody has a key. */
TEST(a_message_without_a_key_has_none) {
    problem_t problem = {0};
    pubkey_t key;
    char endpoint[ENDPOINT_ROOM], asked[ENDPOINT_ROOM];
    sockets_start();
    snprintf(asked, sizeof asked, "ipc://%s/private/own.sock", harness_folder());
    zsock_t *server = socket_new(ROLE_LOCAL, "", NULL, (pubkey_t){{0}});
    zsock_t *client = zsock_new(ZMQ_DEALER);
    if (socket_bind(server, ROLE_LOCAL, asked, endpoint, &problem) != 0)
        fail_msg("%s", problem.detail);
    assert_int_equal(zsock_connect(client, "%s", endpoint), 0);
    assert_int_equal(zmq_send(zsock_resolve(client), "hello", 5, 0), 5);
    zmq_msg_t id, body;
    zmq_msg_init(&id);
    zmq_msg_init(&body);
    zsock_set_rcvtimeo(server, 5000);
    assert_true(zmq_msg_recv(&id, zsock_resolve(server), 0) > 0);
    assert_int_equal(zmq_msg_recv(&body, zsock_resolve(server), 0), 5);
    assert_false(zap_key_of(&body, &key));
    zmq_msg_close(&id);
    zmq_msg_close(&body);
    zsock_destroy(&client);
    zsock_destroy(&server);
}

/* What libzmq itself would never ask: answered all the same, and with no. */
static char ask(hall_t *h, size_t frames, const char *version, const char *mechanism, size_t key,
                size_t id) {
    static const uint8_t bytes[300] = {1, 2, 3};
    zsock_t *asking = zsock_new(ZMQ_REQ);
    assert_int_equal(zsock_connect(asking, "inproc://zeromq.zap.01"), 0);
    zmsg_t *message = zmsg_new();
    zmsg_addstr(message, version);
    zmsg_addmem(message, bytes, id);
    zmsg_addstr(message, "service");
    zmsg_addstr(message, "127.0.0.1");
    zmsg_addstr(message, "");
    zmsg_addstr(message, mechanism);
    zmsg_addmem(message, key == 32 ? h->guest.public_key.b : bytes, key);
    while (zmsg_size(message) > frames) {
        zframe_t *last = zmsg_last(message);
        zmsg_remove(message, last);
        zframe_destroy(&last);
    }
    assert_int_equal(zmsg_send(&message, asking), 0);
    zsock_set_rcvtimeo(asking, 5000);
    zmq_pollitem_t items[] = {{zap_handle(h->zap), 0, ZMQ_POLLIN, 0}};
    zmq_poll(items, 1, 5000);
    zap_answer(h->zap);
    zmsg_t *answer = zmsg_recv(asking);
    assert_non_null(answer);
    assert_int_equal(zmsg_size(answer), 6);
    zmsg_first(answer);
    zmsg_next(answer);
    char code = (char) zframe_data(zmsg_next(answer))[0]; /* of 200 or 400 */
    zmsg_destroy(&answer);
    zsock_destroy(&asking);
    return code;
}

TEST(a_request_that_is_none_is_answered_with_no) {
    hall_t *h = hall_new("tcp://127.0.0.1:*", true);
    assert_int_equal(ask(h, 7, "1.0", "CURVE", 32, 1), '2');
    assert_int_equal(ask(h, 7, "9.9", "CURVE", 32, 1), '4');
    assert_int_equal(ask(h, 7, "1.0", "PLAIN", 32, 1), '4');
    assert_int_equal(ask(h, 7, "1.0", "NULL", 32, 1), '4');
    assert_int_equal(ask(h, 7, "1.0", "CURVE", 31, 1), '4');
    assert_int_equal(ask(h, 7, "1.0", "CURVE", 0, 1), '4');
    assert_int_equal(ask(h, 7, "1.0", "CURVE", 32, 300), '4');
    assert_int_equal(ask(h, 7, "no version that would fit", "CURVE", 32, 1), '4');
    char endless[300];
    memset(endless, 'x', sizeof endless - 1);
    endless[sizeof endless - 1] = '\0';
    assert_int_equal(ask(h, 7, "1.0", endless, 32, 1), '4');
    for (size_t frames = 1; frames < 7; frames++)
        assert_int_equal(ask(h, frames, "1.0", "CURVE", 32, 1), '4');
    h->enrolled = false;
    assert_int_equal(ask(h, 7, "1.0", "CURVE", 32, 1), '4');
    hall_destroy(h);
}
