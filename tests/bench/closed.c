/* SPDX-License-Identifier: Apache-2.0
 *
 * closed: puts many closed orders into a ledger, decided one by one by the real rules but without a
 * network, and measures how fast the record is replayed. For memory and start-up with a long
 * history.
 *
 *   closed SITE PASSPHRASE CUSTOMER LINXIAOHE SONGZHIXING ORDERS OPEN      appends to the coordinator's ledger (which must not run):
 *                                                                     closed orders, then open ones
 *   closed replay LEDGER.DB EVENTS                                    folds and re-decides the first EVENTS
 *
 * What it has just signed it does not check again while it makes orders: signature_valid is wrapped, in this program
 * and the one that is put under load alone.
 */
#include <czmq.h>

#include "common/base/moment.h"
#include "common/base/text.h"
#include "common/ledger/chronicle.h"
#include "tests/bench/measure.h"
#include "tests/bench/people.h"
#include "tests/bench/stub.h"

#define ORDERS_PER_COMMIT 200

typedef struct making {
    chronicle_t *chronicle;
    digest_t ledger;
    someone_t clerk, head;
    ident_t customer;
} making_t;

static ident_t decide(making_t *m, const someone_t *who, const struct command *command,
                      const void *body) {
    buffer_t bytes = {0};
    position_t position;
    problem_t problem = {0};
    moment_t now = zclock_time(), last = ledger_time(chronicle_ledger(m->chronicle));
    ident_t id = sign_command(who, m->ledger, *command, body, now, &bytes);
    if (chronicle_decide(m->chronicle, buffer_bytes(&bytes), now > last ? now : last, &position,
                         &problem) != 0)
        diag_fatal(EX_SOFTWARE, DIAG_GENERAL, "%s: %s %s", kind_info(command->kind)->name,
                   reason_name(problem.reason), problem.detail);
    buffer_free(&bytes);
    return id;
}

/* Registered, classified: its round is open. Declined, too: closed. */
static void one_order(making_t *m, bool open) {
    struct order_line line;
    struct requirement requirement;
    struct order_content content =
        small_order(m->customer, moment_day(zclock_time(), 480) + 30, &line, &requirement);
    ident_t id = decide(m, &m->clerk, &(struct command){.kind = KIND_ORDER_REGISTER}, &content);
    struct command c = {
        .kind = KIND_ORDER_CLASSIFY, .object = id, .revision = 1, .digest = order_digest(&content)};
    decide(m, &m->clerk, &c,
           &(struct classify){.order_class = TEXT("regular"), .reason = TEXT("定型产品")});
    c.kind = KIND_ORDER_DECLINE;
    if (!open)
        decide(m, &m->head, &c,
               &(struct decline){.reason = TEXT("顾客转单"), .told = TEXT("电话")});
}

static int make(char **argv) {
    problem_t problem = {0};
    char path[512];
    int64_t orders, open;
    making_t m = {0};
    site_station_t station;
    site_t *site = site_open(argv[1], &problem);
    if (!site || !ident_parse(text_of(argv[3]), &m.customer) ||
        !ident_parse(text_of(argv[4]), &m.clerk.id) || !ident_parse(text_of(argv[5]), &m.head.id) ||
        !int_parse(text_of(argv[6]), 1, 10000000, &orders) ||
        !int_parse(text_of(argv[7]), 0, 100000, &open) ||
        site_station_read(site, "sales", &station, &problem))
        return EX_USAGE;
    m.clerk.station = m.head.station = station.id;
    m.ledger = site->ledger;
    m.clerk.signer = key_of(site, "linxiaohe", argv[2]);
    m.head.signer = key_of(site, "songzhixing", argv[2]);
    site_state_path(site, path, sizeof path, "coordinator", "ledger.db", false, &problem);
    m.chronicle = chronicle_open(path, NULL, 64, &problem);
    if (!m.chronicle)
        diag_fatal(EX_NOINPUT, DIAG_GENERAL, "%s", problem.detail);
    double start = seconds();
    signatures_pass = true;
    for (int64_t i = 0; i < orders + open; i += ORDERS_PER_COMMIT) {
        ledger_begin(chronicle_ledger(m.chronicle));
        for (int64_t k = i; k < orders + open && k < i + ORDERS_PER_COMMIT; k++)
            one_order(&m, k >= orders);
        if (ledger_commit(chronicle_ledger(m.chronicle)) != LEDGER_OK)
            diag_fatal(EX_IOERR, DIAG_GENERAL, "the disk is full");
    }
    fprintf(stderr, "%lld orders in %.1f s, ledger at %llu\n", (long long) (orders + open),
            seconds() - start, (unsigned long long) ledger_last(chronicle_ledger(m.chronicle)));
    chronicle_close(&m.chronicle);
    return 0;
}

typedef struct replay { chronicle_t *into; bool verify; arena_t *arena; } replay_t;

static int replay_one(void *arg, position_t position, bytes_t bytes) {
    replay_t *r = arg;
    decoded_t event;
    problem_t problem = {0};
    arena_reset(r->arena);
    if (event_decode(bytes, r->arena, &event, &problem) != 0 ||
        (r->verify && chronicle_verify(r->into, &event, bytes, &problem) != 0))
        diag_fatal(EX_DATAERR, DIAG_GENERAL, "event %llu: %s", (unsigned long long) position,
                   problem.detail);
    chronicle_append(r->into, &event, bytes);
    return 0;
}

static double replay(ledger_t *from, position_t events, bool verify) {
    problem_t problem = {0};
    replay_t r = {.into = chronicle_open(":memory:", NULL, 4096, &problem),
                  .verify = verify,
                  .arena = arena_new(0)};
    if (!r.into)
        diag_fatal(EX_SOFTWARE, DIAG_GENERAL, "%s", problem.detail);
    double start = seconds();
    ledger_begin(chronicle_ledger(r.into));
    ledger_walk(from, 1, events, replay_one, &r);
    ledger_commit(chronicle_ledger(r.into));
    double rate = (double) ledger_last(chronicle_ledger(r.into)) / (seconds() - start);
    chronicle_close(&r.into);
    arena_destroy(&r.arena);
    return rate;
}

int main(int argc, char **argv) {
    crypto_start();
    diag_open("closed", true);
    int64_t events;
    problem_t problem = {0};
    if (argc == 8)
        return make(argv);
    if (argc != 4 || !int_parse(text_of(argv[3]), 1, INT64_MAX, &events))
        return EX_USAGE;
    ledger_t *from = ledger_open(argv[2], NULL, &problem);
    if (!from)
        diag_fatal(EX_NOINPUT, DIAG_GENERAL, "%s", problem.detail);
    double fold[5], verify[5];
    for (int i = 0; i < 5; i++) {
        fold[i] = replay(from, (position_t) events, false);
        verify[i] = replay(from, (position_t) events, true);
    }
    report("replay: fold and index", fold, 5, "events/s");
    report("replay: check signatures and decide again", verify, 5, "events/s");
    ledger_close(&from);
    return 0;
}
