/* SPDX-License-Identifier: Apache-2.0
 *
 * review: whole reviews through the real daemons: registered, classified, three automatic verdicts,
 * tally, conclusion, two signatures, effective. Prints the time of one review alone and the rate
 * with many in flight. The one process plays the workstations of sales and planning and follows the
 * stream, to know when its next word is due. Sent is not delivered: like a workstation it sends a command
 * again until its receipt comes, and like a follower it fetches what the stream left out.
 *
 *   review SITE PASSPHRASE CUSTOMER LINXIAOHE SONGZHIXING LUOYINGSHI REVIEWS IN-FLIGHT
 */
#include <czmq.h>

#include "common/base/moment.h"
#include "common/base/text.h"
#include "common/bus/messages.h"
#include "common/bus/sockets.h"
#include "common/domain/order.h"
#include "tests/bench/measure.h"
#include "tests/bench/people.h"

#define AGAIN_S 5.0 /* a command without a receipt, a FETCH without an answer: longer than a review takes on a busy machine */
#define FULL_S 0.01 /* the queue to the hub has no room */
#define STALLED_S 20.0

typedef struct review {
    ident_t id;
    digest_t digest;
    double started;
    bool used;
    kind_t last; /* of its events */
    zsock_t *socket; /* its last command went there */
    ident_t said;
    buffer_t frame;
    double again; /* when it is sent again; 0: its receipt is here */
} review_t;

typedef struct bench {
    site_t *site;
    zsock_t *sales, *planning, *stream, *coordinator;
    someone_t clerk, head, manager;
    ident_t customer;
    review_t *reviews;
    size_t started, done, wanted, window;
    position_t next, heard; /* the first event not taken yet, the last one heard of */
    double fetch_again;     /* 0: no FETCH under way */
    double moved;           /* an event came that we had not */
    size_t repeated, fetched;
    double *times;
    arena_t *arena;
} bench_t;

/* When it is to be sent again if nothing comes of it. */
static double transmit(zsock_t *socket, const buffer_t *frame) {
    bool sent = zmq_send(zsock_resolve(socket), frame->p, frame->n, ZMQ_DONTWAIT) >= 0;
    if (!sent && errno != EAGAIN)
        diag_fatal(EX_SOFTWARE, DIAG_GENERAL, "not sent: %s", zmq_strerror(errno));
    return seconds() + (sent ? AGAIN_S : FULL_S);
}

static void send_command(bench_t *b, review_t *r, zsock_t *socket, const someone_t *who,
                         const struct command *command, const void *body) {
    buffer_t bytes = {0};
    r->said = sign_command(who, b->site->ledger, *command, body, zclock_time(), &bytes);
    struct submit submit = {.signed_command = buffer_bytes(&bytes)};
    buffer_clear(&r->frame);
    message_encode(MESSAGE_SUBMIT, &submit, &r->frame);
    r->socket = socket;
    r->again = transmit(socket, &r->frame);
    buffer_free(&bytes);
}

static void send_again(bench_t *b) {
    double now = seconds();
    for (size_t i = 0; i < b->started; i++) {
        review_t *r = &b->reviews[i];
        if (!(r->again > 0) || r->again > now)
            continue;
        b->repeated++;
        r->again = transmit(r->socket, &r->frame);
    }
}

static void start_one(bench_t *b) {
    struct order_line line;
    struct requirement requirement;
    struct order_content content =
        small_order(b->customer, moment_day(zclock_time(), 480) + 30, &line, &requirement);
    review_t *r = &b->reviews[b->started++];
    *r = (review_t){.digest = order_digest(&content), .started = seconds(), .used = true};
    send_command(b, r, b->sales, &b->clerk, &(struct command){.kind = KIND_ORDER_REGISTER}, &content);
    r->id = r->said;
}

static review_t *find(bench_t *b, ident_t id) {
    for (size_t i = b->started; i-- > 0;)
        if (b->reviews[i].used && ident_equal(b->reviews[i].id, id))
            return &b->reviews[i];
    return NULL;
}

static struct command judging(const review_t *r, kind_t kind) {
    return (struct command){.kind = kind, .object = r->id, .revision = 1, .digest = r->digest};
}

static void next_word(bench_t *b, review_t *r, const decoded_t *event) {
    struct command c;
    struct answer answers[5];
    r->last = event->info->kind;
    switch ((int) event->info->kind) {
    case KIND_CLASS_PROPOSED:
        c = judging(r, KIND_ORDER_CLASSIFY);
        send_command(
            b, r, b->sales, &b->clerk, &c,
            &(struct classify){.order_class = TEXT("regular"), .reason = TEXT("定型产品")});
        break;
    case KIND_ROUND_TALLIED:
        regular_answers(answers);
        c = judging(r, KIND_ROUND_CONCLUDE);
        send_command(b, r, b->sales, &b->head, &c,
                     &(struct conclude){.outcome = OUTCOME_ABLE,
                                        .opinion = TEXT("能履行"),
                                        .answers = {answers, 5}});
        break;
    case KIND_ROUND_CONCLUDE:
        c = judging(r, KIND_ROUND_SIGN);
        send_command(b, r, b->planning, &b->manager, &c, &(struct sign){.meaning = MEANING_COMPLETE});
        break;
    case KIND_REVIEW_COMPLETED:
        c = judging(r, KIND_ROUND_SIGN);
        send_command(b, r, b->sales, &b->head, &c, &(struct sign){.meaning = MEANING_EFFECTIVE});
        break;
    case KIND_ORDER_EFFECTIVE:
        b->times[b->done++] = seconds() - r->started;
        r->used = false;
        r->again = 0; /* what came of its last command is known, whatever became of the receipt */
        break;
    default: break;
    }
}

/* ---- the stream ---- */

static void take_events(bench_t *b, position_t first, const struct raw_list *events) {
    for (size_t i = 0; i < events->n; i++) {
        decoded_t event;
        review_t *r;
        if (first + i != b->next)
            continue; /* taken already, or behind a gap */
        b->next++;
        b->moved = seconds();
        if (event_decode(events->at[i].bytes, b->arena, &event, NULL) == 0 &&
            (r = find(b, event.event.object)))
            next_word(b, r, &event);
    }
}

/* The coordinator's last event; nothing before the first announcement counts. */
static void take_announce(bench_t *b, const struct announce *announce) {
    struct head head;
    if (record_decode(&head_record, announce->head, b->arena, &head, NULL) != 0)
        diag_fatal(EX_SOFTWARE, DIAG_GENERAL, "a head that cannot be read");
    if ((position_t) head.position > b->heard)
        b->heard = (position_t) head.position;
    if (!b->next)
        b->next = b->heard + 1;
}

static void take_stream(bench_t *b, zsock_t *from) {
    message_type_t type;
    const void *body;
    zframe_t *z = zframe_recv(from);
    arena_reset(b->arena);
    if (z && message_decode((bytes_t){zframe_data(z), zframe_size(z)}, b->arena, &type, &body, NULL) == 0) {
        if (type == MESSAGE_COMMIT) {
            const struct commit *commit = body;
            take_events(b, (position_t) commit->first, &commit->events);
            take_announce(b, commit->head.at);
        } else if (type == MESSAGE_EVENTS) {
            const struct events *events = body;
            take_events(b, (position_t) events->first, &events->events);
            b->fetch_again = 0;
        } else if (type == MESSAGE_ANNOUNCE)
            take_announce(b, body);
    }
    zframe_destroy(&z);
}

/* An announcement may have overtaken its commit on its way through us: only what stays away is asked for. */
static void fetch_gap(bench_t *b) {
    buffer_t frame = {0};
    if (!b->next || b->next > b->heard || seconds() < b->fetch_again)
        return;
    struct fetch fetch = {.from = (int64_t) b->next, .to = (int64_t) b->heard};
    message_encode(MESSAGE_FETCH, &fetch, &frame);
    b->fetch_again = transmit(b->coordinator, &frame);
    buffer_free(&frame);
    b->fetched++;
}

/* ---- receipts ---- */

static void take_receipt(bench_t *b, zsock_t *socket) {
    message_type_t type;
    const void *body;
    zframe_t *z = zframe_recv(socket);
    arena_reset(b->arena);
    if (z &&
        message_decode((bytes_t){zframe_data(z), zframe_size(z)}, b->arena, &type, &body, NULL) == 0 &&
        type == MESSAGE_RECEIPT) {
        const struct receipt *receipt = body;
        if (receipt->state == RECEIPT_REFUSED)
            diag_fatal(EX_SOFTWARE, DIAG_GENERAL, "refused: %s %.*s",
                       reason_name((reason_t) receipt->reason), (int) receipt->detail.n,
                       receipt->detail.n ? receipt->detail.p : "");
        for (size_t i = 0; i < b->started; i++)
            if (b->reviews[i].again > 0 && ident_equal(b->reviews[i].said, receipt->id))
                b->reviews[i].again =
                    receipt->state == RECEIPT_BUSY
                        ? seconds() + (double) receipt->retry_ms / 1e3
                        : 0;
    }
    zframe_destroy(&z);
}

/* What came is taken before anything is said: who does not read is sent nothing any more. */
static bool take_all(bench_t *b) {
    zsock_t *streams[] = {b->stream, b->coordinator}, *receipts[] = {b->sales, b->planning};
    bool any = false;
    for (int i = 0; i < 2; i++) {
        if (zsock_events(streams[i]) & ZMQ_POLLIN) {
            take_stream(b, streams[i]);
            any = true;
        }
        if (zsock_events(receipts[i]) & ZMQ_POLLIN) {
            take_receipt(b, receipts[i]);
            any = true;
        }
    }
    return any;
}

/* What each review waits for, which a command of ours or of a department's is under way for, or is not. */
static _Noreturn void stalled(const bench_t *b) {
    for (size_t i = 0; i < b->started; i++) {
        const review_t *r = &b->reviews[i];
        if (r->used)
            fprintf(stderr, "review %zu of %zu: after %.1f s its last event is %s, our last command %s\n", i,
                    b->started, seconds() - r->started, r->last ? kind_info(r->last)->name : "none",
                    r->again > 0 ? "has no receipt" : "has its receipt");
    }
    diag_fatal(EX_UNAVAILABLE, DIAG_GENERAL, "nothing happened for %.0f s: %zu of %zu done, events %llu of %llu",
               STALLED_S, b->done, b->wanted, (unsigned long long) b->next - 1,
               (unsigned long long) b->heard);
}

static double run(bench_t *b, size_t wanted, size_t window) {
    double start = b->moved = seconds();
    b->started = b->done = 0;
    b->wanted = wanted;
    zmq_pollitem_t items[] = {{zsock_resolve(b->stream), 0, ZMQ_POLLIN, 0},
                              {zsock_resolve(b->sales), 0, ZMQ_POLLIN, 0},
                              {zsock_resolve(b->planning), 0, ZMQ_POLLIN, 0},
                              {zsock_resolve(b->coordinator), 0, ZMQ_POLLIN, 0}};
    while (b->done < wanted) {
        while (take_all(b))
            ;
        fetch_gap(b);
        send_again(b);
        if (b->started < wanted && b->started - b->done < window)
            start_one(b);
        bool more = b->started < wanted && b->started - b->done < window;
        zmq_poll(items, 4, more ? 0 : 100);
        if (seconds() > b->moved + STALLED_S)
            stalled(b);
    }
    return seconds() - start;
}

static zsock_t *station(const site_t *site, const char *department, ident_t *id) {
    site_station_t station;
    site_department_t d;
    curve_pair_t curve;
    char name[64];
    problem_t problem = {0};
    snprintf(name, sizeof name, "station-%s", department);
    if (site_station_read(site, department, &station, &problem) ||
        site_department_read(site, department, &d, &problem) ||
        site_curve(site, name, &curve, &problem))
        diag_fatal(EX_CONFIG, DIAG_GENERAL, "%s: %s", problem.file, problem.detail);
    *id = station.id;
    zsock_t *socket = socket_new(ROLE_DEALER, "", &curve, d.curve);
    socket_connect(socket, d.service, &problem);
    return socket;
}

int main(int argc, char **argv) {
    problem_t problem = {0};
    bench_t b = {.arena = arena_new(0)};
    int64_t reviews, window;
    crypto_start();
    diag_open("review", true);
    sockets_start();
    if (argc != 9 || !(b.site = site_open(argv[1], &problem)) ||
        !ident_parse(text_of(argv[3]), &b.customer) ||
        !ident_parse(text_of(argv[4]), &b.clerk.id) || !ident_parse(text_of(argv[5]), &b.head.id) ||
        !ident_parse(text_of(argv[6]), &b.manager.id) ||
        !int_parse(text_of(argv[7]), 1, 1000000, &reviews) ||
        !int_parse(text_of(argv[8]), 1, 4096, &window))
        return EX_USAGE;
    curve_pair_t curve;
    if (site_curve(b.site, "bench", &curve, &problem))
        diag_fatal(EX_CONFIG, DIAG_GENERAL, "%s: %s", problem.file, problem.detail);
    b.stream = socket_new(ROLE_SUB, "", &curve, b.site->coordinator_curve);
    socket_connect(b.stream, b.site->coordinator_stream, &problem);
    b.coordinator = socket_new(ROLE_DEALER, "", &curve, b.site->coordinator_curve);
    socket_connect(b.coordinator, b.site->coordinator_service, &problem);
    b.sales = station(b.site, "sales", &b.clerk.station);
    b.head.station = b.clerk.station;
    b.planning = station(b.site, "planning", &b.manager.station);
    b.clerk.signer = key_of(b.site, "linxiaohe", argv[2]);
    b.head.signer = key_of(b.site, "songzhixing", argv[2]);
    b.manager.signer = key_of(b.site, "luoyingshi", argv[2]);
    b.reviews = calloc((size_t) reviews, sizeof *b.reviews);
    b.times = calloc((size_t) reviews, sizeof *b.times);
    while (!b.next) /* a subscription has no acknowledgement, but each second there is an announcement */
        take_stream(&b, b.stream);
    double took = run(&b, (size_t) reviews, (size_t) window);
    double p50 = quantile(b.times, (size_t) reviews, 0.5) * 1e3,
           p99 = quantile(b.times, (size_t) reviews, 0.99) * 1e3;
    printf("%.6g %.6g %.6g\n", (double) reviews / took, p50, p99);
    if (b.repeated || b.fetched)
        fprintf(stderr, "review: %zu commands sent again, %zu fetches\n", b.repeated, b.fetched);
    zsock_destroy(&b.sales);
    zsock_destroy(&b.planning);
    zsock_destroy(&b.stream);
    zsock_destroy(&b.coordinator);
    return 0;
}
