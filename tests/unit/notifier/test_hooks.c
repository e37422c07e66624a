/* SPDX-License-Identifier: Apache-2.0
 *
 * hooks: behind a daemon's port, on their thread: each delivery has its answer, whatever it asks
 * for, and a relay that never says a word does not keep the daemon from ending.
 */
#include "daemons/notifier/hooks.h"

#include <arpa/inet.h>
#include <sys/socket.h>
#include <unistd.h>

#include "common/bus/sockets.h"
#include "common/daemon/clock.h"
#include "common/daemon/ports.h"
#include "tests/unit/harness.h"

static char *programs[] = {(char[]){"/bin/true"}, NULL};

static hooks_config_t configured(int64_t port) {
    static char address[] = "127.0.0.1", none[] = "";
    return (hooks_config_t){.relay = {.host = port ? address : none,
                                      .port = port,
                                      .tls_name = none,
                                      .tls = RELAY_TLS_NONE,
                                      .ca_file = none,
                                      .user = none,
                                      .password_file = none,
                                      .hello = none,
                                      .connect_seconds = 600,
                                      .transfer_seconds = 600,
                                      .stall_seconds = 600},
                            .programs = programs,
                            .program_seconds = 60};
}

static void *worker_open(void *daemon, const atomic_bool *stop, problem_t *problem) {
    return hooks_open(daemon, stop, problem);
}
static const worker_spec_t worker = {worker_open, hooks_work, hooks_close};
static const port_t own_ports[] = {{"hooks", PORT_WORKER, false}};
static const daemon_spec_t spec = {
    .name = "hooked", .ports = own_ports, .ports_n = 1, .worker = &worker};

static ports_t *opened(hooks_config_t *config) {
    problem_t problem = {0};
    sockets_start();
    ports_t *ports = ports_new(&spec, config);
    assert_int_equal(ports_open(ports, &problem), 0);
    return ports;
}

static void give(ports_t *ports, uint8_t number, const char *hook, const char *program) {
    output_t out = {0};
    struct delivery delivery = {.id = {{number}},
                                .hook = text_of(hook),
                                .from = TEXT("a@example.com"),
                                .to = TEXT("b@example.com"),
                                .content = {(const uint8_t *) "Subject: x\r\n\r\nx\r\n", 17},
                                .program = text_of(program)};
    output_send(&out, 0, NULL, MESSAGE_DELIVER, &delivery);
    ports_send(ports, &out, clock_boot());
    output_free(&out);
}

/* The next answer, which must be for this number; its text points into the port's frame. */
static struct delivered take(ports_t *ports, arena_t *arena, uint8_t number) {
    zmq_pollitem_t items[8];
    input_t in;
    message_type_t type;
    const void *body;
    problem_t problem = {0};
    while (!ports_receive(ports, &in, clock_boot()))
        assert_true(zmq_poll(items, (int) ports_poll(ports, items, 8), 20000) > 0);
    assert_int_equal(message_decode(in.frame, arena, &type, &body, &problem), 0);
    assert_int_equal(type, MESSAGE_DELIVERED);
    const struct delivered *found = body;
    assert_int_equal(found->id.b[0], number);
    return *found;
}

TEST(each_delivery_has_its_answer) {
    hooks_config_t config = configured(0);
    arena_t *arena = arena_new(0);
    ports_t *ports = opened(&config);
    give(ports, 1, "email", "");
    give(ports, 2, "pigeon", "");
    give(ports, 3, "exec", "/bin/false");
    give(ports, 4, "exec", "");
    give(ports, 5, "exec", "/bin/true");
    struct delivered found = take(ports, arena, 1);
    assert_int_equal(found.state, DELIVERY_DEFERRED);
    assert_true(text_is(found.text, "no relay is configured"));
    assert_int_equal(take(ports, arena, 2).state, DELIVERY_REFUSED);
    assert_int_equal(take(ports, arena, 3).state, DELIVERY_DEFERRED);
    assert_int_equal(take(ports, arena, 4).state, DELIVERY_DEFERRED);
    assert_int_equal(take(ports, arena, 5).state, DELIVERY_ACCEPTED);
    ports_destroy(&ports);
    arena_destroy(&arena);
}

TEST(a_relay_without_a_word_does_not_keep_us_from_ending) {
    struct sockaddr_in address = {.sin_family = AF_INET, .sin_addr = {htonl(INADDR_LOOPBACK)}};
    socklen_t n = sizeof address;
    int fd = socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
    assert_int_equal(bind(fd, (struct sockaddr *) &address, n), 0);
    assert_int_equal(listen(fd, 4), 0);
    assert_int_equal(getsockname(fd, (struct sockaddr *) &address, &n), 0);
    hooks_config_t config = configured(ntohs(address.sin_port));
    arena_t *arena = arena_new(0);
    ports_t *ports = opened(&config);
    give(ports, 1, "email", "");
    give(ports, 2, "email", "");
    int peer = accept4(fd, NULL, NULL, SOCK_CLOEXEC); /* it has begun */
    assert_true(peer >= 0);
    int64_t start = clock_boot();
    ports_quit(ports);
    assert_true(clock_boot() - start < WORKER_STOP_MS);
    struct delivered found = take(ports, arena, 1);
    assert_int_equal(found.state, DELIVERY_DEFERRED);
    assert_false(found.unsure);
    found = take(ports, arena, 2);
    assert_true(text_is(found.text, "not begun: the daemon stops"));
    ports_destroy(&ports);
    arena_destroy(&arena);
    close(peer);
    close(fd);
}
