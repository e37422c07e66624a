/* SPDX-License-Identifier: Apache-2.0
 *
 * sockets: options as libzmq takes them. zsock_set_... wrappers ignore errors, so the options are
 * set by libzmq's own call and a refusal is fatal: a socket without one of them must not exist.
 */
#include "common/bus/sockets.h"

#include <errno.h>
#include <stdlib.h>
#include <sys/stat.h>
#include <sys/un.h>
#include <sysexits.h>

#include "common/base/diag.h"
#include "common/base/memory.h"
#include "common/bus/messages.h"

#define CURVE_OVERHEAD 64 /* of a frame on the wire */
#define LINGER_MS 1000
#define HANDSHAKE_MS 1000
#define HEARTBEAT_MS 2000
#define CONNECT_MS 3000
#define RECONNECT_MS 100
#define RECONNECT_MAX_MS 1000
#define HWM 64 /* messages that a peer may leave unread, or have waiting here: with 16 a batch was what fits */

void sockets_start(void) {
    setenv("ZSYS_SIGHANDLER", "false", 1);
    if (!zsys_init())
        diag_fatal(EX_OSERR, DIAG_GENERAL, "ZeroMQ does not start");
}

static void set_bytes(void *handle, int option, const void *value, size_t n, const char *name) {
    if (zmq_setsockopt(handle, option, value, n) != 0)
        diag_fatal(EX_SOFTWARE, DIAG_GENERAL, "libzmq refuses %s", name);
}

static void set_int(void *handle, int option, int value, const char *name) {
    set_bytes(handle, option, &value, sizeof value, name);
}

#define SET(option, value) set_int(handle, ZMQ_##option, (value), #option)

static int type_of(socket_role_t role) {
    switch (role) {
    case ROLE_ROUTER:
    case ROLE_LOCAL: return ZMQ_ROUTER;
    case ROLE_PUB: return ZMQ_PUB;
    case ROLE_DEALER: return ZMQ_DEALER;
    case ROLE_SUB: return ZMQ_SUB;
    case ROLE_PAIR: return ZMQ_PAIR;
    }
    panic("role %d", (int) role);
}

static void set_bounds(void *handle) {
    int64_t largest = MESSAGE_BYTES_MAX + CURVE_OVERHEAD;
    set_bytes(handle, ZMQ_MAXMSGSIZE, &largest, sizeof largest, "MAXMSGSIZE");
    SET(SNDHWM, HWM);
    SET(RCVHWM, HWM);
    SET(LINGER, LINGER_MS);
    SET(HANDSHAKE_IVL, HANDSHAKE_MS);
    SET(HEARTBEAT_IVL, HEARTBEAT_MS);
    SET(HEARTBEAT_TIMEOUT, CONNECTION_DEAD_MS);
    SET(HEARTBEAT_TTL, CONNECTION_DEAD_MS);
    SET(IPV6, 0);
}

static void set_server(void *handle, const char *domain, const curve_pair_t *own) {
    SET(CURVE_SERVER, 1);
    set_bytes(handle, ZMQ_CURVE_SECRETKEY, own->secret, 32, "CURVE_SECRETKEY");
    set_bytes(handle, ZMQ_ZAP_DOMAIN, domain, strlen(domain), "ZAP_DOMAIN");
}

static void set_client(void *handle, const curve_pair_t *own, pubkey_t server) {
    set_bytes(handle, ZMQ_CURVE_SERVERKEY, server.b, 32, "CURVE_SERVERKEY");
    set_bytes(handle, ZMQ_CURVE_PUBLICKEY, own->public_key.b, 32, "CURVE_PUBLICKEY");
    set_bytes(handle, ZMQ_CURVE_SECRETKEY, own->secret, 32, "CURVE_SECRETKEY");
    SET(RECONNECT_IVL, RECONNECT_MS);
    SET(RECONNECT_IVL_MAX, RECONNECT_MAX_MS);
    SET(CONNECT_TIMEOUT, CONNECT_MS);
}

zsock_t *socket_new(socket_role_t role, const char *domain, const curve_pair_t *own,
                    pubkey_t server) {
    zsock_t *self = zsock_new(type_of(role));
    if (!self)
        diag_fatal(EX_OSERR, DIAG_GENERAL, "cannot make a socket");
    void *handle = zsock_resolve(self);
    set_bounds(handle);
    switch (role) {
    case ROLE_ROUTER:
        SET(ROUTER_MANDATORY, 1); /* an absent peer is an error that we see, not a silent loss */
        set_server(handle, domain, own);
        break;
    case ROLE_LOCAL: SET(ROUTER_MANDATORY, 1); break;
    case ROLE_PUB: set_server(handle, domain, own); break;
    case ROLE_DEALER:
        SET(IMMEDIATE, 1); /* nothing is kept for a connection that is not there */
        set_client(handle, own, server);
        break;
    case ROLE_SUB:
        set_client(handle, own, server);
        set_bytes(handle, ZMQ_SUBSCRIBE, "", 0, "SUBSCRIBE");
        break;
    case ROLE_PAIR: break;
    }
    return self;
}

static int cannot(problem_t *problem, const char *endpoint, const char *what, int error) {
    return problem_set(problem, REASON_CONFIGURATION, "endpoint", "%s: %s%s%s", endpoint, what,
                       error ? ": " : "", error ? zmq_strerror(error) : "");
}

/* The path of an ipc:// endpoint, NULL for another transport. */
static const char *ipc_path(const char *endpoint) {
    return strncmp(endpoint, "ipc://", 6) == 0 ? endpoint + 6 : NULL;
}

static int check_path(const char *endpoint, problem_t *problem) {
    const char *path = ipc_path(endpoint);
    size_t room = sizeof((struct sockaddr_un *) 0)->sun_path;
    if (!path || strlen(path) < room)
        return 0;
    return problem_set(
        problem, REASON_CONFIGURATION, "endpoint",
        "the socket's path has %zu bytes, the system allows %zu; choose a shorter folder for `run`",
        strlen(path), room - 1);
}

static int private_folder(const char *endpoint, const char *path, problem_t *problem) {
    char folder[ENDPOINT_ROOM];
    struct stat st;
    const char *slash = strrchr(path, '/');
    if (!slash || slash == path)
        return cannot(problem, endpoint, "a socket in a folder of its own is expected", 0);
    insist((size_t) (slash - path) < sizeof folder); /* check_path has bounded it */
    memcpy(folder, path, (size_t) (slash - path));
    folder[slash - path] = '\0';
    if (mkdir(folder, 0700) != 0 && errno != EEXIST)
        return cannot(problem, endpoint, "cannot make its folder", errno);
    if (lstat(folder, &st) != 0 || !S_ISDIR(st.st_mode) || st.st_uid != geteuid() ||
        (st.st_mode & 077))
        return cannot(problem, endpoint, "its folder must be this user's own, of mode 0700", 0);
    return 0;
}

int socket_bind(zsock_t *self, socket_role_t role, const char *endpoint, char *actual,
                problem_t *problem) {
    size_t n = ENDPOINT_ROOM;
    const char *path = ipc_path(endpoint);
    if (check_path(endpoint, problem) != 0 ||
        (role == ROLE_LOCAL && path && private_folder(endpoint, path, problem) != 0))
        return -1;
    if (role == ROLE_LOCAL && !path)
        return cannot(problem, endpoint, "without CURVE only ipc:// is allowed", 0);
    if (zmq_bind(zsock_resolve(self), endpoint) != 0)
        return cannot(problem, endpoint, "cannot bind", errno);
    if (path && role != ROLE_LOCAL &&
        chmod(path, 0666) != 0) /* CURVE decides who may, not the file's mode */
        return cannot(problem, endpoint, "cannot be opened to other users", errno);
    if (zmq_getsockopt(zsock_resolve(self), ZMQ_LAST_ENDPOINT, actual, &n) != 0)
        return cannot(problem, endpoint, "has no address", errno);
    return 0;
}

int socket_connect(zsock_t *self, const char *endpoint, problem_t *problem) {
    if (check_path(endpoint, problem) != 0)
        return -1;
    if (zmq_connect(zsock_resolve(self), endpoint) != 0)
        return cannot(problem, endpoint, "cannot connect", errno);
    return 0;
}

/* ---- monitor ---- */

struct monitor {
    void *watched;
    zsock_t *events;
};

monitor_t *monitor_new(zsock_t *watched) {
    static unsigned number; /* of the thread that makes sockets */
    char endpoint[64];
    monitor_t *self = memory_new(1, sizeof *self);
    self->watched = zsock_resolve(watched);
    snprintf(endpoint, sizeof endpoint, "inproc://countersign-monitor-%u", number++);
    int wanted = ZMQ_EVENT_HANDSHAKE_SUCCEEDED | ZMQ_EVENT_HANDSHAKE_FAILED_AUTH |
                 ZMQ_EVENT_HANDSHAKE_FAILED_PROTOCOL;
    self->events = zsock_new(ZMQ_PAIR);
    if (zmq_socket_monitor(self->watched, endpoint, wanted) != 0 || !self->events ||
        zsock_connect(self->events, "%s", endpoint) != 0)
        diag_fatal(EX_OSERR, DIAG_GENERAL, "cannot watch a socket");
    return self;
}

void monitor_destroy(monitor_t **self_p) {
    if (*self_p) {
        zmq_socket_monitor((*self_p)->watched, NULL, 0);
        zsock_destroy(&(*self_p)->events);
    }
    free(*self_p);
    *self_p = NULL;
}

void *monitor_handle(monitor_t *self) { return zsock_resolve(self->events); }

int monitor_next(monitor_t *self, uint32_t *value) {
    if (!(zsock_events(self->events) & ZMQ_POLLIN))
        return 0;
    zmsg_t *message = zmsg_recv(self->events);
    insist(message); /* it was there to be read */
    zframe_t *frame = zmsg_first(message);
    uint16_t event = 0;
    if (zframe_size(frame) == sizeof event + sizeof *value) {
        memcpy(&event, zframe_data(frame), sizeof event);
        memcpy(value, zframe_data(frame) + sizeof event, sizeof *value);
    }
    zmsg_destroy(&message);
    return event;
}
