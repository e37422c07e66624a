/* SPDX-License-Identifier: Apache-2.0
 *
 * skeleton: how a daemon starts, says that it is ready, is watched and ends.
 */
#include <sys/socket.h>
#include <sys/un.h>

#include "tests/unit/daemon/toy.h"

static int run(playground_t *self, const char *arguments, char *log, size_t size) {
    size_t n;
    playground_spawn(self, arguments);
    int code = playground_wait(self);
    toy_read(self->site, "log", log, size - 1, &n);
    log[n] = '\0';
    return code;
}

TEST(it_answers_at_the_endpoint_it_wrote_down_and_ends_orderly) {
    playground_t *p = playground_new("answers");
    char text[64];
    playground_start(p);
    zsock_t *alice = playground_connect(p, ROLE_DEALER, "service", &p->alice);
    assert_int_equal(ask(alice, 1), 1);
    assert_int_equal(ask(alice, 1), 2);
    zsock_destroy(&alice);
    kill(p->pid, SIGTERM);
    assert_int_equal(playground_wait(p), 0);
    playground_await(p, "stopped", NULL, text, sizeof text); /* STOP was stepped */
    playground_await(p, "closed", NULL, text, sizeof text);  /* and the store closed */
    playground_destroy(p);
}

TEST(a_check_opens_nothing_and_says_whether_it_is_right) {
    playground_t *p = playground_new("check");
    char log[4000], endpoint[600];
    assert_int_equal(run(p, "-n one", log, sizeof log), 0);
    assert_non_null(strstr(log, "the configuration is right"));
    assert_int_equal(run(p, "-n two", log, sizeof log), EX_CONFIG);
    assert_non_null(strstr(log, "no keys for two"));
    snprintf(endpoint, sizeof endpoint, "%s/run/toy-one.service.endpoint", p->site);
    assert_int_not_equal(access(endpoint, F_OK), 0);
    playground_destroy(p);
}

TEST(a_wrong_command_line_is_explained) {
    playground_t *p = playground_new("usage");
    char log[8000];
    assert_int_equal(run(p, "", log, sizeof log), EX_USAGE);
    assert_int_equal(run(p, "one two", log, sizeof log), EX_USAGE);
    assert_int_equal(run(p, "../one", log, sizeof log), EX_USAGE);
    assert_int_equal(run(p, "--nonsense one", log, sizeof log), EX_USAGE);
    assert_non_null(strstr(log, "usage: toy [options] KEY"));
    playground_destroy(p);
}

TEST(help_and_version_are_printed) {
    playground_t *p = playground_new("help");
    char log[8000];
    assert_int_equal(run(p, "--version", log, sizeof log), 0);
    assert_non_null(strstr(log, "toy " COUNTERSIGN_VERSION));
    assert_int_equal(run(p, "--help", log, sizeof log), 0);
    assert_non_null(strstr(log, "--site DIR"));
    assert_non_null(strstr(log, "a toy"));
    playground_destroy(p);
}

TEST(a_port_that_cannot_be_bound_stops_the_start_with_its_name) {
    playground_t *p = playground_new("bind");
    char log[4000];
    toy_write(p->site, "stream", "tcp://198.51.100.7:1", 20);
    assert_int_equal(run(p, "-d one", log, sizeof log), EX_CONFIG);
    assert_non_null(strstr(log, "stream"));
    assert_non_null(strstr(log, "tcp://198.51.100.7:1"));
    playground_destroy(p);
}

TEST(too_few_open_files_are_said_at_once) {
    playground_t *p = playground_new("files");
    char log[4000], command[700];
    snprintf(command, sizeof command,
             "ulimit -n 100; COUNTERSIGN_TOY=1 /proc/%d/exe --site %s -d one 2>%s/log",
             (int) getpid(), p->site, p->site);
    int status = system(command);
    assert_int_equal(WEXITSTATUS(status), EX_OSERR);
    playground_await(p, "log", "LimitNOFILE", log, sizeof log);
    playground_destroy(p);
}

TEST(a_daemon_that_stops_itself_ends_with_its_own_code) {
    playground_t *p = playground_new("stops");
    playground_start(p);
    zsock_t *alice = playground_connect(p, ROLE_DEALER, "service", &p->alice);
    say_hello(alice, "stop", 0, NULL);
    assert_int_equal(playground_wait(p), EX_DATAERR);
    zsock_destroy(&alice);
    playground_destroy(p);
}

TEST(a_hangup_changes_nothing_and_an_interrupt_ends_it) {
    playground_t *p = playground_new("signals");
    playground_start(p);
    zsock_t *alice = playground_connect(p, ROLE_DEALER, "service", &p->alice);
    kill(p->pid, SIGHUP);
    assert_int_equal(ask(alice, 1), 1);
    zsock_destroy(&alice);
    kill(p->pid, SIGINT);
    assert_int_equal(playground_wait(p), 0);
    playground_destroy(p);
}

static void await_notice(int fd, const char *wanted) {
    char text[1024];
    for (int i = 0; i < 1000; i++) {
        ssize_t n = recv(fd, text, sizeof text - 1, 0); /* has a time limit */
        assert_true(n > 0);
        text[n] = '\0';
        if (strstr(text, wanted))
            return;
    }
    fail_msg("%s was never said", wanted);
}

TEST(systemd_hears_ready_alive_and_stopping) {
    playground_t *p = playground_new("notify");
    struct sockaddr_un address = {.sun_family = AF_UNIX};
    struct timeval limit = {.tv_sec = 10};
    snprintf(address.sun_path, sizeof address.sun_path, "%.90s/notify", p->site);
    int fd = socket(AF_UNIX, SOCK_DGRAM | SOCK_CLOEXEC, 0);
    assert_int_equal(bind(fd, (struct sockaddr *) &address, sizeof address), 0);
    setsockopt(fd, SOL_SOCKET, SO_RCVTIMEO, &limit, sizeof limit);
    setenv("NOTIFY_SOCKET", address.sun_path, 1);
    setenv("WATCHDOG_USEC", "200000", 1);
    playground_spawn(p, "-d one");
    unsetenv("NOTIFY_SOCKET");
    unsetenv("WATCHDOG_USEC");
    await_notice(fd, "READY=1");
    await_notice(fd, "WATCHDOG=1");
    await_notice(fd, "WATCHDOG=1");
    kill(p->pid, SIGTERM);
    await_notice(fd, "STOPPING=1");
    assert_int_equal(playground_wait(p), 0);
    close(fd);
    playground_destroy(p);
}

TEST(a_local_port_serves_its_user_without_curve) {
    playground_t *p = playground_new("local");
    char endpoint[300];
    struct stat st;
    snprintf(endpoint, sizeof endpoint, "ipc://%.80s/run/agent/agent.sock", p->site);
    toy_write(p->site, "local", endpoint, strlen(endpoint));
    playground_start(p);
    zsock_t *client = zsock_new(ZMQ_DEALER);
    zsock_set_rcvtimeo(client, 10000);
    assert_int_equal(zsock_connect(client, "%s", endpoint), 0);
    assert_int_equal(ask(client, 1), 1);
    assert_int_equal(stat(endpoint + 6, &st), 0);
    assert_int_equal(st.st_mode & 077, 0);
    zsock_destroy(&client);
    playground_destroy(p);
}
