/* SPDX-License-Identifier: Apache-2.0
 *
 * sockets: endpoints that cannot be right are problems with words, and what is local is this user's
 * alone.
 */
#include "common/bus/sockets.h"

#include <stdio.h>
#include <sys/stat.h>
#include <unistd.h>

#include "tests/unit/harness.h"

static int bind_local(const char *endpoint, problem_t *problem) {
    char actual[ENDPOINT_ROOM];
    sockets_start();
    zsock_t *socket = socket_new(ROLE_LOCAL, "", NULL, (pubkey_t){{0}});
    int rc = socket_bind(socket, ROLE_LOCAL, endpoint, actual, problem);
    zsock_destroy(&socket);
    return rc;
}

TEST(a_local_socket_lies_in_a_folder_that_only_its_user_opens) {
    char endpoint[320], folder[256];
    problem_t problem = {0};
    struct stat st;
    snprintf(folder, sizeof folder, "%s/agent-own", harness_folder());
    snprintf(endpoint, sizeof endpoint, "ipc://%s/agent.sock", folder);
    assert_int_equal(bind_local(endpoint, &problem), 0);
    assert_int_equal(stat(folder, &st), 0);
    assert_int_equal(st.st_mode & 0777, 0700);
}

TEST(a_local_socket_in_a_folder_open_to_others_is_a_problem) {
    char endpoint[320], folder[256];
    problem_t problem = {0};
    snprintf(folder, sizeof folder, "%s/agent-open", harness_folder());
    snprintf(endpoint, sizeof endpoint, "ipc://%s/agent.sock", folder);
    assert_int_equal(mkdir(folder, 0700), 0);
    assert_int_equal(chmod(folder, 0755), 0);
    assert_int_equal(bind_local(endpoint, &problem), -1);
    assert_int_equal(problem.reason, REASON_CONFIGURATION);
    assert_non_null(strstr(problem.detail, "0700"));
}

TEST(a_local_socket_behind_a_link_is_a_problem) {
    char endpoint[320], folder[256], to[256];
    problem_t problem = {0};
    snprintf(to, sizeof to, "%s/real", harness_folder());
    snprintf(folder, sizeof folder, "%s/agent-link", harness_folder());
    snprintf(endpoint, sizeof endpoint, "ipc://%s/agent.sock", folder);
    assert_int_equal(mkdir(to, 0700), 0);
    assert_int_equal(symlink(to, folder), 0);
    assert_int_equal(bind_local(endpoint, &problem), -1);
}

TEST(a_local_socket_on_the_network_is_a_problem) {
    problem_t problem = {0};
    assert_int_equal(bind_local("tcp://127.0.0.1:*", &problem), -1);
    assert_int_equal(problem.reason, REASON_CONFIGURATION);
}

TEST(a_path_too_long_for_a_socket_says_what_to_do) {
    char endpoint[256];
    problem_t problem = {0};
    snprintf(endpoint, sizeof endpoint, "ipc://%s/%0120d/agent.sock", harness_folder(), 1);
    assert_int_equal(bind_local(endpoint, &problem), -1);
    assert_non_null(strstr(problem.detail, "shorter folder"));
    curve_pair_t own;
    curve_pair_make(&own);
    zsock_t *client = socket_new(ROLE_DEALER, "", &own, own.public_key);
    problem = (problem_t){0};
    assert_int_equal(socket_connect(client, endpoint, &problem), -1);
    assert_non_null(strstr(problem.detail, "shorter folder"));
    zsock_destroy(&client);
}

TEST(an_endpoint_that_is_none_is_a_problem) {
    char actual[ENDPOINT_ROOM];
    problem_t problem = {0};
    curve_pair_t own;
    sockets_start();
    curve_pair_make(&own);
    zsock_t *socket = socket_new(ROLE_ROUTER, "service", &own, (pubkey_t){{0}});
    assert_int_equal(socket_bind(socket, ROLE_ROUTER, "tcp://nowhere", actual, &problem), -1);
    assert_non_null(strstr(problem.detail, "tcp://nowhere"));
    assert_int_equal(socket_bind(socket, ROLE_ROUTER, "tcp://127.0.0.1:*", actual, &problem), 0);
    assert_null(strchr(actual, '*'));
    zsock_destroy(&socket);
}

TEST(a_local_socket_needs_a_folder_of_its_own) {
    static const char *const endpoints[] = {"ipc://agent.sock", "ipc:///agent.sock",
                                            "ipc:///nowhere/at/all/agent.sock"};
    for (size_t i = 0; i < sizeof endpoints / sizeof *endpoints; i++) {
        problem_t problem = {0};
        assert_int_equal(bind_local(endpoints[i], &problem), -1);
        assert_int_equal(problem.reason, REASON_CONFIGURATION);
        assert_string_equal(problem.field, "endpoint");
    }
}

TEST(a_file_or_anothers_folder_is_no_folder_of_ones_own) {
    char endpoint[320], folder[256];
    problem_t problem = {0};
    snprintf(folder, sizeof folder, "%s/agent-file", harness_folder());
    snprintf(endpoint, sizeof endpoint, "ipc://%s/agent.sock", folder);
    FILE *file = fopen(folder, "we");
    assert_non_null(file);
    fclose(file);
    assert_int_equal(bind_local(endpoint, &problem), -1);
    assert_non_null(strstr(problem.detail, "0700"));
    if (geteuid() != 0)
        harness_skip("only root can give a folder to somebody else");
    snprintf(folder, sizeof folder, "%s/agent-theirs", harness_folder());
    snprintf(endpoint, sizeof endpoint, "ipc://%s/agent.sock", folder);
    assert_int_equal(mkdir(folder, 0700), 0);
    assert_int_equal(chown(folder, 12345, 12345), 0);
    assert_int_equal(bind_local(endpoint, &problem), -1);
    assert_non_null(strstr(problem.detail, "0700"));
}

TEST(a_served_socket_in_the_file_system_is_open_to_other_users) {
    char endpoint[320], path[300], actual[ENDPOINT_ROOM];
    problem_t problem = {0};
    struct stat st;
    curve_pair_t own;
    sockets_start();
    curve_pair_make(&own);
    snprintf(path, sizeof path, "%s/hub.sock", harness_folder());
    snprintf(endpoint, sizeof endpoint, "ipc://%s", path);
    zsock_t *socket = socket_new(ROLE_PUB, "stream", &own, (pubkey_t){{0}});
    assert_int_equal(socket_bind(socket, ROLE_PUB, endpoint, actual, &problem), 0);
    assert_string_equal(actual, endpoint);
    assert_int_equal(stat(path, &st), 0);
    assert_int_equal(st.st_mode & 0777, 0666); /* CURVE decides, not the file's mode */
    zsock_destroy(&socket);
}

TEST(what_nobody_can_connect_to_is_a_problem) {
    static const char *const endpoints[] = {"nonsense://x", "tcp://127.0.0.1:notaport", "tcp://"};
    curve_pair_t own;
    sockets_start();
    curve_pair_make(&own);
    for (size_t i = 0; i < sizeof endpoints / sizeof *endpoints; i++) {
        problem_t problem = {0};
        zsock_t *socket = socket_new(ROLE_DEALER, "", &own, own.public_key);
        assert_int_equal(socket_connect(socket, endpoints[i], &problem), -1);
        assert_int_equal(problem.reason, REASON_CONFIGURATION);
        zsock_destroy(&socket);
    }
}
