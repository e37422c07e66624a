/* SPDX-License-Identifier: Apache-2.0
 *
 * selftest: a server socket made like the real one, a stranger, and the stranger's monitor.
 */
#include "common/bus/selftest.h"

#include "common/base/diag.h"

#define PATIENCE_MS 5000
#define TURN_MS 50

static int demand_refusal(zap_t *zap, monitor_t *monitor, problem_t *problem) {
    zmq_pollitem_t items[2] = {{monitor_handle(monitor), 0, ZMQ_POLLIN, 0},
                               {NULL, 0, ZMQ_POLLIN, 0}};
    if (zap)
        items[1].socket = zap_handle(zap);
    for (int turns = 0; turns < PATIENCE_MS / TURN_MS;) {
        int ready = zmq_poll(items, zap ? 2 : 1, TURN_MS);
        uint32_t value = 0;
        if (zap)
            zap_answer(zap);
        for (int event; (event = monitor_next(monitor, &value)) != 0;) {
            if (event == ZMQ_EVENT_HANDSHAKE_FAILED_AUTH)
                return 0;
            if (event == ZMQ_EVENT_HANDSHAKE_SUCCEEDED)
                return problem_set(problem, REASON_CONFIGURATION, "",
                                   "a key that nobody enrolled was let in");
        }
        turns += ready <= 0;
    }
    return problem_set(problem, REASON_CONFIGURATION, "",
                       "a key that nobody enrolled was neither let in nor refused");
}

int selftest_run(socket_role_t role, const char *domain, const curve_pair_t *own, zap_t *zap,
                 problem_t *problem) {
    insist(role == ROLE_ROUTER || role == ROLE_PUB);
    char endpoint[ENDPOINT_ROOM];
    curve_pair_t stranger;
    curve_pair_make(&stranger);
    zsock_t *server = socket_new(role, domain, own, (pubkey_t){{0}});
    zsock_t *client =
        socket_new(role == ROLE_PUB ? ROLE_SUB : ROLE_DEALER, "", &stranger, own->public_key);
    monitor_t *monitor = monitor_new(client);
    int rc = socket_bind(server, role, "tcp://127.0.0.1:*", endpoint, problem);
    if (rc == 0) {
        insist(socket_connect(client, endpoint, problem) == 0); /* it is one of ours */
        rc = demand_refusal(zap, monitor, problem);
    }
    monitor_destroy(&monitor);
    zsock_destroy(&client);
    zsock_destroy(&server);
    secret_wipe(&stranger, sizeof stranger);
    return rc;
}
