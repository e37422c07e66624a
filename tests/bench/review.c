/* SPDX-License-Identifier: Apache-2.0
 *
 * review: whole reviews through the real daemons: registered, classified, three automatic verdicts,
 * tally, conclusion, two signatures, effective. Prints the time of one review alone and the rate
 * with many in flight. The one process plays the workstations of sales and planning and follows the
 * stream, to know when its next word is due.
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

typedef struct review { ident_t id; digest_t digest; double started; bool used; } review_t;

typedef struct bench {
    site_t *site;
    zsock_t *sales, *planning, *stream;
    someone_t clerk, head, manager;
    ident_t customer;
    review_t *reviews;
    size_t started, done, wanted, window;
    double *times;
    arena_t *arena;
} bench_t;

static void send_command(bench_t *b, zsock_t *socket, const someone_t *who,
                         const struct command *command, const void *body, ident_t *id) {
    buffer_t bytes = {0}, frame = {0};
    *id = sign_command(who, b->site->ledger, *command, body, zclock_time(), &bytes);
    struct submit submit = {.signed_command = buffer_bytes(&bytes)};
    message_encode(MESSAGE_SUBMIT, &submit, &frame);
    zframe_t *z = zframe_new(frame.p, frame.n);
    zframe_send(&z, socket, 0);
    buffer_free(&bytes);
    buffer_free(&frame);
}

static void start_one(bench_t *b) {
    struct order_line line;
    struct requirement requirement;
    struct order_content content =
        small_order(b->customer, moment_day(zclock_time(), 480) + 30, &line, &requirement);
    review_t *r = &b->reviews[b->started++];
    *r = (review_t){.digest = order_digest(&content), .started = seconds(), .used = true};
    send_command(b, b->sales, &b->clerk, &(struct command){.kind = KIND_ORDER_REGISTER}, &content,
                 &r->id);
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
    ident_t id;
    switch ((int) event->info->kind) {
    case KIND_CLASS_PROPOSED:
        c = judging(r, KIND_ORDER_CLASSIFY);
        send_command(b, b->sales, &b->clerk, &c,
                     &(struct classify){.order_class = TEXT("regular"), .reason = TEXT("定型产品")},
                     &id);
        break;
    case KIND_ROUND_TALLIED:
        regular_answers(answers);
        c = judging(r, KIND_ROUND_CONCLUDE);
        send_command(b, b->sales, &b->head, &c,
                     &(struct conclude){.outcome = OUTCOME_ABLE,
                                        .opinion = TEXT("能履行"),
                                        .answers = {answers, 5}},
                     &id);
        break;
    case KIND_ROUND_CONCLUDE:
        c = judging(r, KIND_ROUND_SIGN);
        send_command(b, b->planning, &b->manager, &c, &(struct sign){.meaning = MEANING_COMPLETE},
                     &id);
        break;
    case KIND_REVIEW_COMPLETED:
        c = judging(r, KIND_ROUND_SIGN);
        send_command(b, b->sales, &b->head, &c, &(struct sign){.meaning = MEANING_EFFECTIVE}, &id);
        break;
    case KIND_ORDER_EFFECTIVE:
        b->times[b->done++] = seconds() - r->started;
        r->used = false;
        break;
    default: break;
    }
}

static void take_commit(bench_t *b, zframe_t *z) {
    message_type_t type;
    const void *body;
    arena_reset(b->arena);
    if (message_decode((bytes_t){zframe_data(z), zframe_size(z)}, b->arena, &type, &body, NULL) !=
            0 ||
        type != MESSAGE_COMMIT)
        return;
    const struct commit *commit = body;
    for (size_t i = 0; i < commit->events.n; i++) {
        decoded_t event;
        review_t *r;
        if (event_decode(commit->events.at[i].bytes, b->arena, &event, NULL) == 0 &&
            (r = find(b, event.event.object)))
            next_word(b, r, &event);
    }
}

static void check_receipt(zsock_t *socket) {
    zframe_t *z = zframe_recv(socket);
    message_type_t type;
    const void *body;
    arena_t *arena = arena_new(0);
    if (z &&
        message_decode((bytes_t){zframe_data(z), zframe_size(z)}, arena, &type, &body, NULL) == 0 &&
        type == MESSAGE_RECEIPT) {
        const struct receipt *r = body;
        if (r->state == RECEIPT_REFUSED)
            diag_fatal(EX_SOFTWARE, DIAG_GENERAL, "refused: %s %.*s",
                       reason_name((reason_t) r->reason), (int) r->detail.n,
                       r->detail.n ? r->detail.p : "");
    }
    zframe_destroy(&z);
    arena_destroy(&arena);
}

static double run(bench_t *b, size_t wanted, size_t window) {
    double start = seconds(), moved = start;
    size_t done = 0;
    b->started = b->done = 0;
    b->wanted = wanted;
    zmq_pollitem_t items[] = {{zsock_resolve(b->stream), 0, ZMQ_POLLIN, 0},
                              {zsock_resolve(b->sales), 0, ZMQ_POLLIN, 0},
                              {zsock_resolve(b->planning), 0, ZMQ_POLLIN, 0}};
    while (b->done < wanted) {
        while (b->started < wanted && b->started - b->done < window)
            start_one(b);
        zmq_poll(items, 3, 1000);
        if (b->done > done) {
            done = b->done;
            moved = seconds();
        } else if (seconds() > moved + 20)
            diag_fatal(EX_UNAVAILABLE, DIAG_GENERAL, "no review ended for 20 s: %zu of %zu done",
                       b->done, wanted);
        if (items[0].revents) {
            zframe_t *z = zframe_recv(b->stream);
            take_commit(b, z);
            zframe_destroy(&z);
        }
        if (items[1].revents)
            check_receipt(b->sales);
        if (items[2].revents)
            check_receipt(b->planning);
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
    b.sales = station(b.site, "sales", &b.clerk.station);
    b.head.station = b.clerk.station;
    b.planning = station(b.site, "planning", &b.manager.station);
    b.clerk.signer = key_of(b.site, "linxiaohe", argv[2]);
    b.head.signer = key_of(b.site, "songzhixing", argv[2]);
    b.manager.signer = key_of(b.site, "luoyingshi", argv[2]);
    b.reviews = calloc((size_t) reviews, sizeof *b.reviews);
    b.times = calloc((size_t) reviews, sizeof *b.times);
    zclock_sleep(500); /* a subscription has no acknowledgement */
    double took = run(&b, (size_t) reviews, (size_t) window);
    double p50 = quantile(b.times, (size_t) reviews, 0.5) * 1e3,
           p99 = quantile(b.times, (size_t) reviews, 0.99) * 1e3;
    printf("%.6g %.6g %.6g\n", (double) reviews / took, p50, p99);
    zsock_destroy(&b.sales);
    zsock_destroy(&b.planning);
    zsock_destroy(&b.stream);
    return 0;
}
