/* SPDX-License-Identifier: Apache-2.0
 *
 * order: the load that each peer is put under, the same as the product's: seven durable messages of
 * about 500 bytes an order. The clerk writes the order; five departments, a process each, read it and
 * write a verdict; the clerk reads the five verdicts and writes the decision. Nothing is signed, verified
 * or decided. An order ends when its decision is on the disk. Everybody works in batches: what has come since the
 * last one is answered as one. A peer is four functions; what it says it has kept must be written and synced.
 *
 *   PEER WHERE ORDERS IN-FLIGHT      prints orders a second, and the p50 and p99 of an order in ms
 */
#ifndef COUNTERSIGN_TESTS_BENCH_PEERS_ORDER_H
#define COUNTERSIGN_TESTS_BENCH_PEERS_ORDER_H

#include <signal.h>
#include <stdarg.h>
#include <stdbool.h>
#include <string.h>
#include <sys/prctl.h>
#include <sys/wait.h>
#include <sysexits.h>
#include <unistd.h>

#include "tests/bench/measure.h"

enum { DEPARTMENTS = 5, BODY = 500, BATCH = 256, CLERK = DEPARTMENTS };
typedef enum box { ORDERS, VERDICTS, DECISIONS } box_t;
static const char *const box_names[] = {"orders", "verdicts", "decisions"};

typedef struct message { uint32_t order, department; char body[BODY - 8]; } message_t;

typedef struct peer peer_t;

/* Connects; who: a department's number, or CLERK, who makes the boxes and is the first to come. */
static peer_t *peer_open(const char *where, int who);
/* Writes a message to a box; BATCH of each box at most. What was written is on the disk when peer_keep returns. */
static void peer_put(peer_t *self, box_t box, const message_t *message);
static void peer_keep(peer_t *self);
/* Reads what is new in a box, in order of arrival; waits for one at least. */
static size_t peer_take(peer_t *self, box_t box, message_t out[BATCH]);

__attribute__((format(printf, 1, 2))) static inline _Noreturn void stop(const char *format, ...) {
    va_list list;
    va_start(list, format);
    vfprintf(stderr, format, list);
    va_end(list);
    fputc('\n', stderr);
    exit(EX_UNAVAILABLE);
}

static inline void put(peer_t *peer, box_t box, uint32_t order, int who) {
    message_t m = {.order = order, .department = (uint32_t) who};
    memset(m.body, 'a' + (int) (order % 26), sizeof m.body);
    peer_put(peer, box, &m);
}

static inline _Noreturn void depart(const char *where, int who) {
    message_t orders[BATCH];
    peer_t *peer = peer_open(where, who);
    for (;;) {
        size_t n = peer_take(peer, ORDERS, orders);
        for (size_t i = 0; i < n; i++)
            put(peer, VERDICTS, orders[i].order, who);
        peer_keep(peer);
    }
}

typedef struct order { double began; unsigned verdicts; } order_t;

static inline void run(peer_t *peer, size_t n, size_t window, double *times) {
    order_t *orders = calloc(n, sizeof *orders);
    message_t verdicts[BATCH];
    uint32_t decided[BATCH];
    size_t started = 0, done = 0, decided_n = 0;
    while (done < n) {
        for (size_t i = 0; i < decided_n; i++)
            put(peer, DECISIONS, decided[i], CLERK);
        for (size_t fresh = 0; started < n && started - done < window && fresh < BATCH; fresh++) {
            orders[started].began = seconds();
            put(peer, ORDERS, (uint32_t) started++, CLERK);
        }
        peer_keep(peer);
        for (size_t i = 0; i < decided_n; i++)
            times[done++] = seconds() - orders[decided[i]].began;
        decided_n = 0;
        size_t got = started > done ? peer_take(peer, VERDICTS, verdicts) : 0;
        for (size_t i = 0; i < got; i++) {
            if (verdicts[i].order >= started || ++orders[verdicts[i].order].verdicts > DEPARTMENTS)
                stop("a verdict on order %u, which nobody waits for", verdicts[i].order);
            if (orders[verdicts[i].order].verdicts == DEPARTMENTS)
                decided[decided_n++] = verdicts[i].order;
        }
    }
    free(orders);
}

int main(int argc, char **argv) {
    pid_t departments[DEPARTMENTS];
    size_t n = argc == 4 ? strtoul(argv[2], NULL, 10) : 0;
    size_t window = argc == 4 ? strtoul(argv[3], NULL, 10) : 0;
    if (n < 1 || n > 10000000 || window < 1 || window > 4096)
        return EX_USAGE;
    peer_t *peer = peer_open(argv[1], CLERK);
    for (int i = 0; i < DEPARTMENTS; i++) {
        departments[i] = fork();
        if (departments[i] == 0 && prctl(PR_SET_PDEATHSIG, SIGKILL) == 0)
            depart(argv[1], i);
        if (departments[i] < 0)
            stop("no process");
    }
    double *times = calloc(n, sizeof *times), start = seconds();
    run(peer, n, window, times);
    double took = seconds() - start;
    for (int i = 0; i < DEPARTMENTS; i++) {
        kill(departments[i], SIGKILL);
        waitpid(departments[i], NULL, 0);
    }
    printf("%.6g %.6g %.6g\n", (double) n / took, quantile(times, n, 0.5) * 1e3,
           quantile(times, n, 0.99) * 1e3);
    free(times);
    return 0;
}

#endif
