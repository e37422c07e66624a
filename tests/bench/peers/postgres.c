/* SPDX-License-Identifier: Apache-2.0
 *
 * postgres: the load on PostgreSQL with synchronous_commit on. A box is a table; a batch is one INSERT, one
 * commit, and then a NOTIFY of its own (within the commit it would hold the lock of all notifiers over the
 * sync). Each writer's messages are numbered, so that a reader misses none that commits late.
 * WHERE is a connection string.
 */
#include <libpq-fe.h>
#include <arpa/inet.h>
#include <poll.h>

#include "tests/bench/peers/order.h"

typedef struct batch { size_t n, bytes; int64_t written; char array[BATCH * (sizeof(message_t) + 4) + 20]; } batch_t;
struct peer { PGconn *server; int who; batch_t batches[DECISIONS + 1]; int64_t seen[DEPARTMENTS + 1]; bool listens; };

static PGresult *done(peer_t *self, PGresult *result) {
    ExecStatusType status = PQresultStatus(result);
    if (status != PGRES_COMMAND_OK && status != PGRES_TUPLES_OK)
        stop("postgres: %s", PQerrorMessage(self->server));
    return result;
}

static void say(peer_t *self, const char *sql) { PQclear(done(self, PQexec(self->server, sql))); }

static void make_box(peer_t *self, box_t box) {
    char sql[300];
    snprintf(sql, sizeof sql,
             "DROP TABLE IF EXISTS %s; CREATE TABLE %s (writer integer, no bigint, message bytea,"
             " PRIMARY KEY (writer, no)); ALTER TABLE %s ALTER message SET STORAGE PLAIN",
             box_names[box], box_names[box], box_names[box]);
    say(self, sql);
}

static peer_t *peer_open(const char *where, int who) {
    peer_t *self = calloc(1, sizeof *self);
    self->who = who;
    self->server = PQconnectdb(where);
    if (PQstatus(self->server) != CONNECTION_OK)
        stop("postgres: %s", PQerrorMessage(self->server));
    say(self, "SET client_min_messages = warning; SET synchronous_commit = on");
    for (int box = ORDERS; who == CLERK && box <= DECISIONS; box++)
        make_box(self, (box_t) box);
    return self;
}

/* Prepared with the first batch of a connection. */
static void prepare(peer_t *self, const char *name, const char *format, ...) {
    char sql[500];
    va_list list;
    va_start(list, format);
    vsnprintf(sql, sizeof sql, format, list);
    va_end(list);
    PQclear(done(self, PQprepare(self->server, name, sql, 0, NULL)));
}

/* A batch of a box is an array of bytea as the protocol has it in binary: dimensions, no nulls, element type,
   size, from; then the elements. */
static void peer_put(peer_t *self, box_t box, const message_t *message) {
    batch_t *b = &self->batches[box];
    const uint32_t size = htonl(sizeof *message), head[5] = {htonl(1), 0, htonl(17), htonl((uint32_t) ++b->n), htonl(1)};
    memcpy(b->array, head, sizeof head);
    if (b->n == 1)
        b->bytes = sizeof head;
    memcpy(b->array + b->bytes, &size, sizeof size);
    memcpy(b->array + b->bytes + sizeof size, message, sizeof *message);
    b->bytes += sizeof size + sizeof *message;
}

static void insert(peer_t *self, box_t box) {
    batch_t *b = &self->batches[box];
    char written[24], writer[12];
    if (!b->written)
        prepare(self, box_names[box],
                "INSERT INTO %s SELECT $1::integer, $2::bigint + no, m FROM unnest($3::bytea[])"
                " WITH ORDINALITY AS u (m, no)", box_names[box]);
    snprintf(writer, sizeof writer, "%d", self->who);
    snprintf(written, sizeof written, "%lld", (long long) b->written);
    const char *values[] = {writer, written, b->array};
    const int lengths[] = {0, 0, (int) b->bytes}, formats[] = {0, 0, 1};
    PQclear(done(self, PQexecPrepared(self->server, box_names[box], 3, values, lengths, formats, 1)));
    b->written += (int64_t) b->n;
    b->n = 0;
}

static void peer_keep(peer_t *self) {
    bool orders = self->batches[ORDERS].n, verdicts = self->batches[VERDICTS].n, decisions = self->batches[DECISIONS].n;
    if (orders && decisions)
        say(self, "BEGIN");
    for (int box = ORDERS; box <= DECISIONS; box++)
        if (self->batches[box].n)
            insert(self, (box_t) box);
    if (orders && decisions)
        say(self, "COMMIT");
    if (orders)
        say(self, "NOTIFY orders");
    if (verdicts)
        say(self, "NOTIFY verdicts");
}

static void listen_to(peer_t *self, box_t box) {
    char sql[40];
    snprintf(sql, sizeof sql, "LISTEN %s", box_names[box]);
    say(self, sql);
    prepare(self, "look",
            "SELECT w - 1, message FROM unnest($1::bigint[]) WITH ORDINALITY AS s (seen, w), LATERAL"
            " (SELECT message FROM %s WHERE writer = w - 1 AND no > seen ORDER BY no LIMIT %d) AS m",
            box_names[box], box == VERDICTS ? BATCH / DEPARTMENTS : BATCH);
    self->listens = true;
}

static size_t look(peer_t *self, message_t out[BATCH]) {
    char seen[200] = "";
    for (int w = 0; w <= CLERK; w++)
        snprintf(seen + strlen(seen), sizeof seen - strlen(seen), "%c%lld", w ? ',' : '{',
                 (long long) self->seen[w]);
    strcat(seen, "}");
    const char *values[] = {seen};
    PGresult *rows = done(self, PQexecPrepared(self->server, "look", 1, values, NULL, NULL, 1));
    size_t n = (size_t) PQntuples(rows);
    for (size_t i = 0; i < n; i++) {
        memcpy(&out[i], PQgetvalue(rows, (int) i, 1), sizeof *out);
        self->seen[out[i].department]++;
    }
    PQclear(rows);
    return n;
}

/* Were we told of something? Waits until we are. */
static void wait_for_notice(peer_t *self) {
    PGnotify *notice;
    while (!(notice = PQnotifies(self->server))) {
        poll(&(struct pollfd){.fd = PQsocket(self->server), .events = POLLIN}, 1, -1);
        if (!PQconsumeInput(self->server))
            stop("postgres: %s", PQerrorMessage(self->server));
    }
    do
        PQfreemem(notice);
    while ((notice = PQnotifies(self->server)));
}

static size_t peer_take(peer_t *self, box_t box, message_t out[BATCH]) {
    size_t n;
    if (!self->listens)
        listen_to(self, box);
    while ((n = look(self, out)) == 0)
        wait_for_notice(self);
    return n;
}
