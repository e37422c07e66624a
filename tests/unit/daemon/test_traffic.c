/* SPDX-License-Identifier: Apache-2.0
 *
 * traffic: what peers may do to a running daemon: nothing. Unknown, revoked, huge, deaf and
 * malformed ones, on a real process.
 */
#include <arpa/inet.h>
#include <netinet/in.h>
#include <sys/socket.h>

#include "tests/unit/daemon/toy.h"

#define MEMORY_MORE_KIB (64 * 1024)

/* Most memory that the process ever had, KiB. */
static long memory_peak(pid_t pid) {
    char path[64], line[256];
    long kib = 0;
    snprintf(path, sizeof path, "/proc/%d/status", (int) pid);
    FILE *file = fopen(path, "r");
    while (file && fgets(line, sizeof line, file))
        if (sscanf(line, "VmHWM: %ld", &kib) == 1)
            break;
    if (file)
        fclose(file);
    assert_true(kib > 0);
    return kib;
}

static void await_log(const playground_t *p, const char *text) {
    char log[16000];
    playground_await(p, "log", text, log, sizeof log);
}

TEST(an_unknown_key_is_refused_and_its_knocking_logged) {
    playground_t *p = playground_new("unknown");
    char endpoint[ENDPOINT_ROOM];
    problem_t problem = {0};
    uint32_t value = 0;
    curve_pair_t stranger;
    curve_pair_make(&stranger);
    playground_start(p);
    zsock_t *client = socket_new(ROLE_DEALER, "", &stranger, p->server.public_key);
    monitor_t *monitor = monitor_new(client);
    zmq_pollitem_t item = {monitor_handle(monitor), 0, ZMQ_POLLIN, 0};
    assert_int_equal(socket_connect(client, playground_endpoint(p, "service", endpoint), &problem),
                     0);
    assert_true(zmq_poll(&item, 1, 10000) > 0);
    assert_int_equal(monitor_next(monitor, &value), ZMQ_EVENT_HANDSHAKE_FAILED_AUTH);
    assert_int_equal(value, 400);
    await_log(p, "is not enrolled");
    monitor_destroy(&monitor);
    zsock_destroy(&client);
    playground_destroy(p);
}

TEST(a_key_revoked_on_a_live_connection_is_not_heard_any_more) {
    playground_t *p = playground_new("revoked");
    playground_start(p);
    zsock_t *alice = playground_connect(p, ROLE_DEALER, "service", &p->alice);
    zsock_t *bob = playground_connect(p, ROLE_DEALER, "service", &p->bob);
    assert_int_equal(ask(bob, 1), 1);
    say_hello(alice, "revoke", 0, &p->bob.public_key);
    assert_int_equal(ask(alice, 1), 3); /* the revocation has been stepped */
    say(bob, MESSAGE_FETCH, &(struct fetch){.from = 1, .to = 1});
    await_log(p, "no longer, enrolled");
    assert_int_equal(ask(alice, 1), 4); /* bob's was not counted */
    assert_false(zsock_events(bob) & ZMQ_POLLIN);
    zsock_destroy(&alice);
    zsock_destroy(&bob);
    playground_destroy(p);
}

static void revoke_subscriber(const char *endpoint, const char *name) {
    playground_t *p = playground_new(name);
    uint32_t value = 0;
    toy_write(p->site, "stream", endpoint, strlen(endpoint));
    playground_start(p);
    zsock_t *alice = playground_connect(p, ROLE_DEALER, "service", &p->alice);
    zsock_t *loyal = playground_connect(p, ROLE_SUB, "stream", &p->alice);
    zsock_t *bob = playground_connect(p, ROLE_SUB, "stream", &p->bob);
    monitor_t *monitor = monitor_new(bob);
    zmq_pollitem_t item = {monitor_handle(monitor), 0, ZMQ_POLLIN, 0};
    say_hello(alice, "revoke", 0, &p->bob.public_key);
    assert_true(zmq_poll(&item, 1, 10000) > 0); /* it was cut off, came again, and was refused */
    assert_int_equal(monitor_next(monitor, &value), ZMQ_EVENT_HANDSHAKE_FAILED_AUTH);
    zsock_set_rcvtimeo(loyal, 50);
    int64_t heard = -1;
    for (int i = 0; i < 200 && heard < 0; i++) { /* back within a second */
        say_hello(alice, "publish", 5, NULL);
        heard = hear(loyal);
    }
    assert_int_equal(heard, 5);
    monitor_destroy(&monitor);
    zsock_destroy(&alice);
    zsock_destroy(&loyal);
    zsock_destroy(&bob);
    playground_destroy(p);
}

TEST(a_revoked_subscriber_is_cut_off_and_the_others_come_back) {
    revoke_subscriber("tcp://127.0.0.1:*", "subscriber");
}

TEST(a_daemon_refused_at_first_comes_in_when_it_is_enrolled) {
    playground_t *p = playground_new("redial"), *up = playground_new("redial-up");
    char endpoint[ENDPOINT_ROOM];
    playground_start(up);
    playground_endpoint(up, "service", endpoint);
    toy_write(p->site, "upstream", endpoint, strlen(endpoint));
    toy_write(p->site, "upstream.key", &up->server.public_key, 32);
    playground_start(p);
    await_log(p, "refused our key");
    /* the same part, but now it knows the key: a restart at the same place with the enrolment */
    kill(up->pid, SIGTERM);
    assert_int_equal(playground_wait(up), 0);
    pubkey_t admitted[] = {up->alice.public_key, p->server.public_key};
    toy_write(up->site, "service", endpoint, strlen(endpoint));
    toy_write(up->site, "admitted", admitted, sizeof admitted);
    playground_spawn(up, "-d one");
    zsock_t *alice = playground_connect(up, ROLE_DEALER, "service", &up->alice);
    int64_t seen = 0, asked = 0;
    while (asked < 1000 && seen <= asked + 1) { /* until somebody else than us was heard */
        seen = ask(alice, 1);
        asked++;
        zclock_sleep(10);
    }
    assert_true(seen > asked);
    zsock_destroy(&alice);
    playground_destroy(p);
    playground_destroy(up);
}

/* A peer with an enrolled key and none of our sockets' bounds. */
static void *rude(void *context, const playground_t *p, const curve_pair_t *own,
                  const char *routing_id) {
    char endpoint[ENDPOINT_ROOM];
    int linger = 0;
    void *socket = zmq_socket(context, ZMQ_DEALER);
    assert_int_equal(zmq_setsockopt(socket, ZMQ_CURVE_SERVERKEY, p->server.public_key.b, 32), 0);
    assert_int_equal(zmq_setsockopt(socket, ZMQ_CURVE_PUBLICKEY, own->public_key.b, 32), 0);
    assert_int_equal(zmq_setsockopt(socket, ZMQ_CURVE_SECRETKEY, own->secret, 32), 0);
    assert_int_equal(zmq_setsockopt(socket, ZMQ_LINGER, &linger, sizeof linger), 0);
    if (routing_id)
        assert_int_equal(zmq_setsockopt(socket, ZMQ_ROUTING_ID, routing_id, strlen(routing_id)), 0);
    assert_int_equal(zmq_connect(socket, playground_endpoint(p, "service", endpoint)), 0);
    return socket;
}

TEST(a_routing_id_of_the_peers_own_choice_is_not_heard) {
    playground_t *p = playground_new("routing");
    void *context = zmq_ctx_new();
    playground_start(p);
    void *bob = rude(context, p, &p->bob, "agent-7");
    buffer_t frame = {0};
    message_encode(MESSAGE_FETCH, &(struct fetch){.from = 1, .to = 1}, &frame);
    zmq_send(bob, frame.p, frame.n, 0);
    await_log(p, "a routing id of its own choice");
    zsock_t *alice = playground_connect(p, ROLE_DEALER, "service", &p->alice);
    assert_int_equal(ask(alice, 1), 1);
    buffer_free(&frame);
    zmq_close(bob);
    zmq_ctx_term(context);
    zsock_destroy(&alice);
    playground_destroy(p);
}

/* Sends one frame of n bytes and waits until the daemon has cut the connection. */
static void send_until_cut(void *context, void *socket, void *bytes, size_t n) {
    zmq_msg_t message;
    void *events = zmq_socket(context, ZMQ_PAIR);
    assert_int_equal(zmq_socket_monitor(socket, "inproc://cut", ZMQ_EVENT_DISCONNECTED), 0);
    assert_int_equal(zmq_connect(events, "inproc://cut"), 0);
    zmq_msg_init_data(&message, bytes, n, NULL, NULL);
    assert_int_equal(zmq_msg_send(&message, socket, 0), (int) n);
    zmq_pollitem_t item = {events, 0, ZMQ_POLLIN, 0};
    assert_true(zmq_poll(&item, 1, 10000) > 0);
    zmq_close(events);
}

TEST(oversized_frames_of_an_enrolled_peer_take_no_memory) {
    playground_t *p = playground_new("oversized");
    void *context = zmq_ctx_new();
    playground_start(p);
    zsock_t *alice = playground_connect(p, ROLE_DEALER, "service", &p->alice);
    assert_int_equal(ask(alice, 1), 1);
    long before = memory_peak(p->pid);
    for (int i = 0; i < 3; i++) {
        size_t n = 64u << 20;
        uint8_t *bytes = calloc(1, n);
        void *bob = rude(context, p, &p->bob, NULL);
        send_until_cut(context, bob, bytes, n);
        zmq_close(bob);
        zmq_ctx_term(context);
        context = zmq_ctx_new();
        free(bytes);
    }
    assert_int_equal(ask(alice, 1), 2);
    assert_in_range(memory_peak(p->pid) - before, 0, MEMORY_MORE_KIB / 4);
    zmq_ctx_term(context);
    zsock_destroy(&alice);
    playground_destroy(p);
}

/* A plain TCP connection that never authenticates. */
static int plain(const playground_t *p) {
    char endpoint[ENDPOINT_ROOM];
    struct sockaddr_in address = {.sin_family = AF_INET, .sin_addr.s_addr = htonl(INADDR_LOOPBACK)};
    struct timeval limit = {.tv_sec = 10};
    playground_endpoint(p, "service", endpoint);
    address.sin_port = htons((uint16_t) atoi(strrchr(endpoint, ':') + 1));
    int fd = socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
    assert_int_equal(connect(fd, (struct sockaddr *) &address, sizeof address), 0);
    setsockopt(fd, SOL_SOCKET, SO_RCVTIMEO, &limit, sizeof limit);
    setsockopt(fd, SOL_SOCKET, SO_SNDTIMEO, &limit, sizeof limit);
    return fd;
}

TEST(a_stranger_that_sends_without_end_is_cut_off_before_it_takes_memory) {
    playground_t *p = playground_new("endless");
    playground_start(p);
    zsock_t *alice = playground_connect(p, ROLE_DEALER, "service", &p->alice);
    assert_int_equal(ask(alice, 1), 1);
    long before = memory_peak(p->pid);
    uint8_t greeting[64] = {0xff, 0, 0, 0, 0, 0, 0, 0, 1, 0x7f, 3, 1, 'C', 'U', 'R', 'V', 'E'};
    const uint8_t huge[] = {0x06, 0, 0, 0, 1, 0, 0, 0, 0}; /* a command of 4 GiB */
    int fd = plain(p);
    assert_int_equal(send(fd, greeting, sizeof greeting, MSG_NOSIGNAL), sizeof greeting);
    send(fd, huge, sizeof huge, MSG_NOSIGNAL);
    uint8_t *mebibyte = calloc(1, 1 << 20);
    int sent = 0;
    while (sent < 256 && send(fd, mebibyte, 1 << 20, MSG_NOSIGNAL) > 0)
        sent++;
    assert_true(sent < 256); /* cut off */
    free(mebibyte);
    close(fd);
    assert_int_equal(ask(alice, 1), 2);
    assert_in_range(memory_peak(p->pid) - before, 0, MEMORY_MORE_KIB / 4);
    zsock_destroy(&alice);
    playground_destroy(p);
}

TEST(a_stranger_that_says_nothing_is_cut_off) {
    playground_t *p = playground_new("silent");
    char byte[128];
    playground_start(p);
    int fd = plain(p);
    ssize_t n;
    while ((n = recv(fd, byte, sizeof byte, 0)) > 0) /* the server's greeting, then the end */
        ;
    assert_int_equal(n, 0);
    close(fd);
    playground_destroy(p);
}

TEST(bombs_and_short_frames_are_dropped_and_nobody_else_notices) {
    playground_t *p = playground_new("bombs");
    playground_start(p);
    zsock_t *alice = playground_connect(p, ROLE_DEALER, "service", &p->alice);
    zsock_t *bob = playground_connect(p, ROLE_DEALER, "service", &p->bob);
    assert_int_equal(ask(alice, 1), 1);
    long before = memory_peak(p->pid);
    static const struct {
        const char *p;
        size_t n;
    } frames[] = {{"\xdd\x10\x00\x00\x00", 5},
                  {"CS\1\3\xdd\x10\x00\x00\x00", 9},
                  {"CS\1\3\x81\x02\xdd\x10\x00\x00\x00", 11},
                  {"CS\1\3\xdf\xff\xff\xff\xff", 9},
                  {"", 0},
                  {"C", 1},
                  {"CS\1", 3}};
    for (int round = 0; round < 50; round++)
        for (size_t i = 0; i < sizeof frames / sizeof *frames; i++)
            assert_int_equal(zmq_send(zsock_resolve(bob), frames[i].p, frames[i].n, 0),
                             (int) frames[i].n);
    assert_int_equal(zmq_send(zsock_resolve(bob), "CS\1\4", 4, ZMQ_SNDMORE), 4); /* two parts */
    assert_int_equal(zmq_send(zsock_resolve(bob), "CS\1\4", 4, 0), 4);
    assert_int_equal(ask(bob, 1), 2); /* behind all that, and the connection still is there */
    assert_int_equal(ask(alice, 1), 3);
    await_log(p, "of the wrong size or number");
    assert_in_range(memory_peak(p->pid) - before, 0, MEMORY_MORE_KIB / 4);
    zsock_destroy(&alice);
    zsock_destroy(&bob);
    playground_destroy(p);
}

TEST(a_subscriber_that_does_not_read_slows_nobody) {
    playground_t *p = playground_new("deaf");
    enum { COMMITS = 600 }; /* 60 MB */
    toy_write(p->site, "stream", "tcp://127.0.0.1:*", 17);
    playground_start(p);
    zsock_t *alice = playground_connect(p, ROLE_DEALER, "service", &p->alice);
    zsock_t *reader = playground_connect(p, ROLE_SUB, "stream", &p->alice);
    zsock_t *deaf = playground_connect(p, ROLE_SUB, "stream", &p->bob);
    zsock_set_rcvtimeo(reader, 50);
    int64_t heard = -1;
    while (heard < 0) { /* a subscription takes a moment to arrive */
        say_hello(alice, "publish", 1, NULL);
        heard = hear(reader);
    }
    zsock_set_rcvtimeo(reader, 10000);
    long before = memory_peak(p->pid);
    for (int64_t n = 2; n <= COMMITS; n++) {
        say_hello(alice, "publish", n, NULL);
        while (heard < n) { /* those of the beginning may still come */
            heard = hear(reader);
            assert_int_not_equal(heard, -1);
        }
    }
    assert_in_range(memory_peak(p->pid) - before, 0, MEMORY_MORE_KIB / 2);
    zsock_destroy(&alice);
    zsock_destroy(&reader);
    zsock_destroy(&deaf);
    playground_destroy(p);
}

TEST(a_peer_that_asks_without_end_and_does_not_read_slows_nobody) {
    playground_t *p = playground_new("greedy");
    buffer_t frame = {0};
    playground_start(p);
    zsock_t *alice = playground_connect(p, ROLE_DEALER, "service", &p->alice);
    zsock_t *greedy = playground_connect(p, ROLE_DEALER, "service", &p->bob);
    long before = memory_peak(p->pid);
    message_encode(MESSAGE_FETCH, &(struct fetch){.from = 7, .to = 7},
                   &frame); /* each asks for 100 kB */
    for (int i = 0; i < 2000; i++)
        assert_int_equal(zmq_send(zsock_resolve(greedy), frame.p, frame.n, 0), (int) frame.n);
    for (int64_t seen = 0; seen <= 2000;) { /* until all of them were stepped, alice is answered */
        seen = ask(alice, 1);
        assert_int_not_equal(seen, -1);
    }
    assert_in_range(memory_peak(p->pid) - before, 0, MEMORY_MORE_KIB);
    buffer_free(&frame);
    zsock_destroy(&alice);
    zsock_destroy(&greedy);
    playground_destroy(p);
}

TEST(a_burst_of_answers_above_the_queues_size_arrives_whole) {
    playground_t *p = playground_new("burst");
    enum { QUESTIONS = 500 };
    buffer_t frame = {0};
    playground_start(p);
    zsock_t *alice = playground_connect(p, ROLE_DEALER, "service", &p->alice);
    message_encode(MESSAGE_FETCH, &(struct fetch){.from = 1, .to = 1}, &frame);
    for (int i = 0; i < QUESTIONS; i++)
        assert_int_equal(zmq_send(zsock_resolve(alice), frame.p, frame.n, 0), (int) frame.n);
    for (int i = 1; i <= QUESTIONS; i++)
        assert_int_equal(hear(alice), i);
    buffer_free(&frame);
    zsock_destroy(&alice);
    playground_destroy(p);
}
