/* SPDX-License-Identifier: Apache-2.0
 *
 * ordering: how many reviews a second the coordinator orders and the archiver stores, without what
 * departments and people need to think. Both run as the processes that they are, on real sockets
 * with CURVE and real disks; five clients in a third one follow the stream and send the eight signed
 * commands of each order (registered, classified, three verdicts, concluded, signed twice), all
 * signed beforehand.
 *
 *   ordering [--checked] [--batch N] SITE PASSPHRASE CUSTOMER LINXIAOHE SONGZHIXING LUOYINGSHI DENGCAIWEI
 *            REVIEWS IN-FLIGHT
 *
 * Without --checked every signature is taken for good: by a stub that is linked into this program
 * alone (signature_valid is wrapped). --batch: N verdicts, or signatures, of a person are signed in one
 * act. Prints reviews a second, the p50 and p99 of a review in ms, and (one at a time) the p50 of the time
 * from an order's registration to its receipt.
 */
#include <czmq.h>
#include <signal.h>
#include <sys/prctl.h>
#include <sys/wait.h>

#include "common/base/moment.h"
#include "common/base/text.h"
#include "common/bus/messages.h"
#include "common/bus/sockets.h"
#include "common/domain/order.h"
#include "daemons/archiver/archiver.h"
#include "daemons/coordinator/coordinator.h"
#include "tests/bench/measure.h"
#include "tests/bench/people.h"
#include "tests/bench/stub.h"

/* ---- who says what ---- */

enum { CLIENTS = 5, STEPS = 8 };
typedef enum client { CLERK, SALES, PLANNING, PURCHASING, HEAD } client_t;

/* Which of the commands is due at which event; a verdict for each department that was asked. */
static const struct { client_t by; kind_t after; } steps[STEPS] = {
    {CLERK, KIND_NONE},           {CLERK, KIND_CLASS_PROPOSED}, {SALES, KIND_ROUND_OPENED},
    {PLANNING, KIND_ROUND_OPENED}, {PURCHASING, KIND_ROUND_OPENED}, {HEAD, KIND_ROUND_TALLIED},
    {PLANNING, KIND_ROUND_CONCLUDE}, {HEAD, KIND_REVIEW_COMPLETED}};

/* What a daemon's verdicts, or somebody's `verdict --all` or `sign --all`, put under one signature. */
static bool in_one_act(int step) {
    return steps[step].after == KIND_ROUND_OPENED || steps[step].after == KIND_ROUND_CONCLUDE ||
           steps[step].after == KIND_REVIEW_COMPLETED;
}

typedef struct review {
    ident_t id;
    buffer_t said[STEPS]; /* commands, when they are signed whole SUBMIT frames */
    double started;
    bool ended;
} review_t;

typedef struct load {
    site_t *site;
    someone_t who[CLIENTS];
    zsock_t *stream[CLIENTS], *service[CLIENTS];
    ident_t customer;
    review_t *reviews;
    size_t n, window, started, done, together;
    uint32_t *table, mask; /* review by id, open addressing; 0 = none */
    double *times;
    double asked, *receipts; /* an order's registration to its receipt */
    size_t receipts_n;
    int64_t last, archived; /* positions: of the last order that took effect; of what is archived */
    arena_t *arena;
} load_t;

static void write_one(load_t *self, review_t *r, int step, struct command command,
                      const void *body) {
    const someone_t *who = &self->who[steps[step].by];
    ident_t id =
        make_command(who, self->site->ledger, command, body, zclock_time(), &r->said[step]);
    if (step == 0)
        r->id = id;
}

static void write_review(load_t *self, review_t *r) {
    struct order_line line;
    struct requirement requirement;
    struct answer answers[5];
    day_t wanted = moment_day(zclock_time(), 480) + 30;
    struct order_content content = small_order(self->customer, wanted, &line, &requirement);
    write_one(self, r, 0, (struct command){.kind = KIND_ORDER_REGISTER}, &content);
    struct command c = {.object = r->id, .revision = 1, .digest = order_digest(&content)};
    c.kind = KIND_ORDER_CLASSIFY;
    write_one(self, r, 1, c,
                &(struct classify){.order_class = TEXT("regular"), .reason = TEXT("定型产品")});
    c.kind = KIND_ROUND_VERDICT;
    write_one(self, r, 2, c,
                &(struct verdict_given){.department = TEXT("sales"), .verdict = VERDICT_ACCEPT});
    write_one(self, r, 3, c,
                &(struct verdict_given){.department = TEXT("planning"),
                                        .verdict = VERDICT_ACCEPT,
                                        .confirmed = wanted});
    write_one(
        self, r, 4, c,
        &(struct verdict_given){.department = TEXT("purchasing"), .verdict = VERDICT_ACCEPT});
    regular_answers(answers);
    c.kind = KIND_ROUND_CONCLUDE;
    write_one(self, r, 5, c,
                &(struct conclude){.outcome = OUTCOME_ABLE,
                                   .opinion = TEXT("能履行"),
                                   .answers = {answers, 5}});
    c.kind = KIND_ROUND_SIGN;
    write_one(self, r, 6, c, &(struct sign){.meaning = MEANING_COMPLETE});
    write_one(self, r, 7, c, &(struct sign){.meaning = MEANING_EFFECTIVE});
}

/* The same step of n reviews is signed in one act. */
static void sign_step(load_t *self, review_t *reviews, size_t n, int step) {
    buffer_t *said[BATCH_MAX];
    problem_t problem = {0};
    for (size_t i = 0; i < n; i++)
        said[i] = &reviews[i].said[step];
    if (signed_commands(self->who[steps[step].by].signer, said, n, &problem) != 0)
        diag_fatal(EX_SOFTWARE, DIAG_GENERAL, "%s %s", problem.field, problem.detail);
    for (size_t i = 0; i < n; i++) {
        buffer_t frame = {0};
        message_encode(MESSAGE_SUBMIT, &(struct submit){buffer_bytes(said[i])}, &frame);
        buffer_free(said[i]);
        *said[i] = frame;
    }
}

/* Verdicts and signatures in acts of `together`, what belongs to one order by itself. */
static void sign_all(load_t *self) {
    for (int step = 0; step < STEPS; step++) {
        size_t act = in_one_act(step) ? self->together : 1;
        for (size_t i = 0; i < self->n; i += act)
            sign_step(self, &self->reviews[i], self->n - i < act ? self->n - i : act, step);
    }
}

/* ---- by id ---- */

static uint32_t place(const load_t *self, ident_t id) {
    uint32_t at;
    memcpy(&at, id.b + 12, sizeof at); /* random there (RFC 9562 5.7) */
    return at & self->mask;
}

static void remember(load_t *self, uint32_t number) {
    uint32_t at = place(self, self->reviews[number].id);
    while (self->table[at])
        at = (at + 1) & self->mask;
    self->table[at] = number + 1;
}

static review_t *find(const load_t *self, ident_t id) {
    for (uint32_t at = place(self, id); self->table[at]; at = (at + 1) & self->mask)
        if (ident_equal(self->reviews[self->table[at] - 1].id, id))
            return &self->reviews[self->table[at] - 1];
    return NULL;
}

/* ---- turning ---- */

static void say(load_t *self, review_t *r, int step) {
    const buffer_t *frame = &r->said[step];
    if (zmq_send(zsock_resolve(self->service[steps[step].by]), frame->p, frame->n, 0) < 0)
        diag_fatal(EX_SOFTWARE, DIAG_GENERAL, "not sent: %s", zmq_strerror(errno));
}

static void start_one(load_t *self) {
    review_t *r = &self->reviews[self->started++];
    r->started = self->asked = seconds();
    say(self, r, 0);
}

static void take_event(load_t *self, client_t client, const decoded_t *event) {
    review_t *r = find(self, event->event.object);
    if (!r || r->ended)
        return;
    for (int step = 1; step < STEPS; step++)
        if (steps[step].by == client && steps[step].after == event->info->kind)
            say(self, r, step);
    if (client == CLERK && event->info->kind == KIND_ORDER_EFFECTIVE) {
        self->times[self->done++] = seconds() - r->started;
        self->last = event->event.position;
        r->ended = true;
    }
}

static void take_commit(load_t *self, client_t client, const struct commit *commit) {
    for (size_t i = 0; i < commit->events.n; i++) {
        decoded_t event;
        if (event_decode(commit->events.at[i].bytes, self->arena, &event, NULL) == 0)
            take_event(self, client, &event);
    }
}

static void take_stream(load_t *self, client_t client) {
    message_type_t type;
    const void *body;
    zframe_t *z = zframe_recv(self->stream[client]);
    arena_reset(self->arena);
    if (message_decode((bytes_t){zframe_data(z), zframe_size(z)}, self->arena, &type, &body, NULL) == 0) {
        if (type == MESSAGE_COMMIT)
            take_commit(self, client, body);
        else if (type == MESSAGE_ANNOUNCE)
            self->archived = ((const struct announce *) body)->archived;
    }
    zframe_destroy(&z);
}

/* The state of what was asked for. */
static enum receipt_state take_receipt(load_t *self, client_t client) {
    enum receipt_state state = RECEIPT_ACCEPTED;
    message_type_t type;
    const void *body;
    zframe_t *z = zframe_recv(self->service[client]);
    arena_reset(self->arena);
    if (message_decode((bytes_t){zframe_data(z), zframe_size(z)}, self->arena, &type, &body, NULL) ==
            0 &&
        type == MESSAGE_RECEIPT) {
        const struct receipt *r = body;
        state = r->state;
        if (r->state == RECEIPT_REFUSED)
            diag_fatal(EX_SOFTWARE, DIAG_GENERAL, "refused: %s %.*s",
                       reason_name((reason_t) r->reason), (int) r->detail.n,
                       r->detail.n ? r->detail.p : "");
        if (client == CLERK && self->asked > 0 && self->receipts_n < self->n)
            self->receipts[self->receipts_n++] = seconds() - self->asked;
        self->asked = 0;
    }
    zframe_destroy(&z);
    return state;
}

/* The coordinator compares itself with its followers first; the first order is taken when it is done. */
static void wait_until_open(load_t *self) {
    for (;;) {
        say(self, &self->reviews[0], 0);
        if (take_receipt(self, CLERK) != RECEIPT_BUSY)
            return;
        zclock_sleep(200);
    }
}

/* One alone: nothing is left to do for the one before. */
static bool may_start(const load_t *self) {
    return self->started < self->n && self->started - self->done < self->window &&
           (self->window > 1 || self->archived >= self->last);
}

static double run(load_t *self) {
    zmq_pollitem_t items[2 * CLIENTS];
    double start = seconds();
    for (int i = 0; i < CLIENTS; i++) {
        items[i] = (zmq_pollitem_t){zsock_resolve(self->stream[i]), 0, ZMQ_POLLIN, 0};
        items[CLIENTS + i] = (zmq_pollitem_t){zsock_resolve(self->service[i]), 0, ZMQ_POLLIN, 0};
    }
    while (self->done < self->n) {
        while (may_start(self))
            start_one(self);
        if (zmq_poll(items, 2 * CLIENTS, 20000) == 0)
            diag_fatal(EX_UNAVAILABLE, DIAG_GENERAL, "nothing came for 20 s: %zu of %zu done",
                       self->done, self->n);
        for (int i = 0; i < CLIENTS; i++) {
            if (items[i].revents)
                take_stream(self, (client_t) i);
            if (items[CLIENTS + i].revents && take_receipt(self, (client_t) i) == RECEIPT_BUSY)
                diag_fatal(EX_SOFTWARE, DIAG_GENERAL, "busy");
        }
    }
    return seconds() - start;
}

/* ---- the daemons ---- */

static pid_t begin(const daemon_spec_t *spec, char *site) {
    pid_t child = fork();
    char name[64], option[] = "--site";
    snprintf(name, sizeof name, "%s", spec->name);
    char *words[] = {name, option, site, NULL};
    if (child == 0 && prctl(PR_SET_PDEATHSIG, SIGTERM) == 0)
        _exit(daemon_run(spec, 3, words));
    if (child < 0)
        diag_fatal(EX_OSERR, DIAG_GENERAL, "no process");
    return child;
}

static void end(pid_t child) {
    kill(child, SIGTERM);
    waitpid(child, NULL, 0);
}

static void connect_all(load_t *self, const char *passphrase) {
    static const char *const handles[CLIENTS] = {"linxiaohe", "songzhixing", "luoyingshi",
                                                 "dengcaiwei", "songzhixing"};
    static const char *const stations[CLIENTS] = {"sales", "sales", "planning", "purchasing", "sales"};
    problem_t problem = {0};
    curve_pair_t curve;
    if (site_curve(self->site, "bench", &curve, &problem))
        diag_fatal(EX_CONFIG, DIAG_GENERAL, "%s: %s", problem.file, problem.detail);
    for (int i = 0; i < CLIENTS; i++) {
        site_station_t station;
        if (site_station_read(self->site, stations[i], &station, &problem))
            diag_fatal(EX_CONFIG, DIAG_GENERAL, "%s: %s", problem.file, problem.detail);
        self->who[i].station = station.id;
        self->who[i].signer = key_of(self->site, handles[i], passphrase);
        self->stream[i] = socket_new(ROLE_SUB, "", &curve, self->site->coordinator_curve);
        socket_connect(self->stream[i], self->site->coordinator_stream, &problem);
        self->service[i] = socket_new(ROLE_DEALER, "", &curve, self->site->coordinator_curve);
        socket_connect(self->service[i], self->site->coordinator_service, &problem);
    }
}

static void prepare(load_t *self) {
    uint32_t room = 16;
    while (room < 2 * self->n)
        room *= 2;
    self->mask = room - 1;
    self->table = calloc(room, sizeof *self->table);
    self->reviews = calloc(self->n, sizeof *self->reviews);
    self->times = calloc(self->n, sizeof *self->times);
    self->receipts = calloc(self->n, sizeof *self->receipts);
    for (size_t i = 0; i < self->n; i++) {
        write_review(self, &self->reviews[i]);
        remember(self, (uint32_t) i);
    }
    sign_all(self);
}

int main(int argc, char **argv) {
    problem_t problem = {0};
    load_t self = {.n = 0};
    int64_t reviews, window, together = 1;
    int options = argc > 1 && strcmp(argv[1], "--checked") == 0;
    signatures_pass = !options;
    if (argc > options + 2 && strcmp(argv[options + 1], "--batch") == 0 &&
        int_parse(text_of(argv[options + 2]), 1, BATCH_MAX, &together))
        options += 2;
    char **words = argv + options;
    if (argc - options != 10)
        return EX_USAGE;
    self.together = (size_t) together;
    pid_t coordinator = begin(&coordinator_spec, words[1]), archiver = begin(&archiver_spec, words[1]);
    self.arena = arena_new(0);
    crypto_start();
    diag_open("ordering", true);
    sockets_start();
    if (!(self.site = site_open(words[1], &problem)) ||
        !ident_parse(text_of(words[3]), &self.customer) ||
        !ident_parse(text_of(words[4]), &self.who[CLERK].id) ||
        !ident_parse(text_of(words[5]), &self.who[SALES].id) ||
        !ident_parse(text_of(words[6]), &self.who[PLANNING].id) ||
        !ident_parse(text_of(words[7]), &self.who[PURCHASING].id) ||
        !int_parse(text_of(words[8]), 1, 1000000, &reviews) ||
        !int_parse(text_of(words[9]), 1, 4096, &window)) {
        end(archiver);
        end(coordinator);
        return EX_USAGE;
    }
    self.who[HEAD].id = self.who[SALES].id;
    self.n = (size_t) reviews;
    self.window = (size_t) window;
    connect_all(&self, words[2]);
    prepare(&self);
    wait_until_open(&self);
    zclock_sleep(1000); /* a subscription has no acknowledgement */
    double took = run(&self);
    printf("%.6g %.6g %.6g %.6g\n", (double) self.n / took, quantile(self.times, self.n, 0.5) * 1e3,
           quantile(self.times, self.n, 0.99) * 1e3,
           quantile(self.receipts, self.receipts_n, 0.5) * 1e3);
    for (int i = 0; i < CLIENTS; i++) {
        zsock_destroy(&self.stream[i]);
        zsock_destroy(&self.service[i]);
    }
    end(archiver);
    end(coordinator);
    return 0;
}
