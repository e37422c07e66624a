/* SPDX-License-Identifier: Apache-2.0
 *
 * The coordinator and somebody on its wire: a department's daemon that the test plays, with its
 * own key. What it says of its history, and what it may say at all.
 */
#include <sysexits.h>

#include "common/daemon/aside.h"
#include "daemons/archiver/archiver.h"
#include "daemons/coordinator/coordinator.h"
#include "tests/unit/harness.h"
#include "tests/unit/together/company.h"

typedef struct scene {
    company_t *company;
    bus_t *bus;
    int coordinator, archiver, peer, line;
    arena_t *arena;
    struct receipt receipt; /* the last one that came */
    struct head head;       /* the last that was announced; position 0 = none */
    size_t receipts, events;
} scene_t;

static scene_t *scene_new(const char *name) {
    scene_t *s = calloc(1, sizeof *s);
    curve_pair_t curve;
    char path[512];
    problem_t problem = {0};
    s->company = company_new(harness_folder(), name);
    company_check(keyfile_read_curve(site_path(s->company->site, path, sizeof path, "keys",
                                               "department-sales", ".curve"),
                                     &curve, &problem),
                  &problem);
    s->bus = bus_new(1, COMPANY_START + 1000);
    s->coordinator = bus_add(s->bus, &coordinator_spec, s->company->folder, "");
    s->archiver = bus_add(s->bus, &archiver_spec, s->company->folder, "");
    s->peer = bus_client(s->bus, &curve);
    bus_connect(s->bus, s->archiver, "coordinator", s->coordinator, "service");
    bus_connect(s->bus, s->archiver, "stream", s->coordinator, "stream");
    s->line = bus_connect(s->bus, s->peer, "mine", s->coordinator, "service");
    s->arena = arena_new(0);
    return s;
}

static void scene_destroy(scene_t *s) {
    bus_destroy(&s->bus);
    company_destroy(&s->company);
    arena_destroy(&s->arena);
    free(s);
}

static coordinator_t *coordinator_of(scene_t *s) { return bus_daemon(s->bus, s->coordinator); }
static ledger_t *ledger_of(scene_t *s) { return chronicle_ledger(coordinator_of(s)->chronicle); }

/* What the peer is told, for `ms`. */
static void listen(scene_t *s, int64_t ms) {
    message_type_t type;
    const void *body;
    bus_run(s->bus, ms);
    while (bus_hear(s->bus, s->peer, s->arena, &type, &body)) {
        if (type == MESSAGE_RECEIPT) {
            s->receipt = *(const struct receipt *) body;
            s->receipts++;
        } else if (type == MESSAGE_EVENTS)
            s->events += ((const struct events *) body)->events.n;
        else if (type == MESSAGE_ANNOUNCE)
            assert_int_equal(record_decode(&head_record, ((const struct announce *) body)->head,
                                           s->arena, &s->head, NULL),
                             0);
    }
}

static void hello_of(scene_t *s, int64_t epoch, position_t position, digest_t root,
                     position_t tail) {
    struct hello body = {.name = TEXT("department:sales"),
                         .ledger = s->company->site->ledger,
                         .epoch = epoch,
                         .position = (int64_t) position,
                         .root = root,
                         .tail = (int64_t) tail};
    bus_say(s->bus, s->line, MESSAGE_HELLO, &body);
}

static void hello(scene_t *s, position_t position, digest_t root, position_t tail) {
    hello_of(s, 1, position, root, tail);
}

/* The peer is where the coordinator is: it runs. */
static void run(scene_t *s) {
    listen(s, 1000);
    hello(s, ledger_last(ledger_of(s)), ledger_root(ledger_of(s)), 1);
    listen(s, 1000);
    assert_int_equal(coordinator_of(s)->mode, MODE_RUNNING);
}

static void submit(scene_t *s, const signer_t *signer, ident_t actor, ident_t id, kind_t kind,
                   ident_t object, const void *body) {
    buffer_t bytes = {0};
    company_sign(s->company, signer, actor, id, kind, object, s->company->station_id, body,
                 bus_now(s->bus), &bytes);
    bus_say(s->bus, s->line, MESSAGE_SUBMIT,
            &(struct submit){.signed_command = buffer_bytes(&bytes)});
    buffer_free(&bytes);
}

static void register_customer(scene_t *s, ident_t id, const char *name) {
    struct customer body = {.name = text_of(name), .short_name = text_of(name)};
    submit(s, s->company->clerk, s->company->clerk_id, id, KIND_CUSTOMER_REGISTER, (ident_t){{0}},
           &body);
    listen(s, 100);
}

/* ---- histories ---- */

static void stops_with_its_last_word(scene_t *s) {
    int code = 0;
    s->head.position = 0;
    listen(s, 500);
    assert_int_equal(s->head.position, ledger_last(ledger_of(s)));
    assert_true(bus_runs(s->bus, s->coordinator, NULL)); /* its word must come out first */
    bus_run(s->bus, 3000);
    assert_false(bus_runs(s->bus, s->coordinator, &code));
    assert_int_equal(code, EX_DATAERR);
}

TEST(a_follower_on_another_history_stops_the_coordinator_after_it_was_told) {
    scene_t *s = scene_new("other-history");
    run(s);
    digest_t root = ledger_root(ledger_of(s));
    root.b[3] ^= 1;
    hello(s, ledger_last(ledger_of(s)), root, 1);
    stops_with_its_last_word(s);
    scene_destroy(s);
}

TEST(another_history_is_found_at_the_start_too) {
    scene_t *s = scene_new("other-start");
    listen(s, 10);
    digest_t root = ledger_root(ledger_of(s));
    root.b[3] ^= 1;
    hello(s, ledger_last(ledger_of(s)), root, 1);
    stops_with_its_last_word(s);
    scene_destroy(s);
}

TEST(what_was_announced_and_nobody_has_raises_the_epoch) {
    scene_t *s = scene_new("nowhere");
    listen(s, 10);
    position_t last = ledger_last(ledger_of(s));
    hello(s, last + 5, (digest_t){{7}}, 0); /* heard of them, kept none */
    listen(s, 3000);
    assert_int_equal(coordinator_of(s)->mode, MODE_RUNNING);
    assert_int_equal(context_epoch(chronicle_context(coordinator_of(s)->chronicle)), 2);
    assert_int_equal(ledger_last(ledger_of(s)), last + 1);
    scene_destroy(s);
}

TEST(a_document_that_comes_while_events_are_fetched_back_is_kept) {
    scene_t *s = scene_new("document");
    static uint8_t paper[BLOB_SALT + 100] = {1};
    struct blob_put put = {.address = blob_address((bytes_t){paper, sizeof paper}),
                           .salted = {paper, sizeof paper}};
    position_t next = ledger_last(ledger_of(s)) + 1;
    hello(s, next + 4, (digest_t){{7}}, 1); /* it could give them: it is asked to */
    listen(s, 20);
    assert_int_equal(coordinator_of(s)->mode, MODE_COMPARING);
    bus_say(s->bus, s->line, MESSAGE_BLOB_PUT, &put);
    bus_say(s->bus, s->line, MESSAGE_EVENTS, &(struct events){.first = (int64_t) next});
    listen(s, 20);
    assert_true(blobs_have(ledger_db(ledger_of(s)), put.address));
    assert_false(ledger_in_transaction(ledger_of(s)));
    scene_destroy(s);
}

TEST(a_follower_beyond_the_ledger_makes_the_coordinator_start_again) {
    scene_t *s = scene_new("beyond");
    int code = 0;
    run(s);
    hello(s, ledger_last(ledger_of(s)) + 2, (digest_t){{7}}, 1);
    bus_run(s->bus, 3000);
    assert_false(bus_runs(s->bus, s->coordinator, &code));
    assert_int_equal(code, EX_TEMPFAIL);
    scene_destroy(s);
}

/* The ledger is set aside, and fetched back from the archive. Returns where it ends. */
static position_t set_aside(scene_t *s) {
    problem_t problem = {0};
    run(s);
    listen(s, 5000);
    position_t last = ledger_last(ledger_of(s));
    assert_int_equal(coordinator_of(s)->archived, last);
    bus_kill(s->bus, s->coordinator);
    company_check(aside_put(s->company->folder, "coordinator", "ledger.db", "the archive is right",
                            &problem),
                  &problem);
    bus_start(s->bus, s->coordinator);
    return last;
}

static int64_t epoch_of(scene_t *s) {
    return context_epoch(chronicle_context(coordinator_of(s)->chronicle));
}

TEST(a_restored_ledger_shares_no_epoch_with_one_that_was_lost) {
    scene_t *s = scene_new("lost-epoch");
    position_t last = set_aside(s);
    listen(s, 5000);
    assert_int_equal(coordinator_of(s)->mode, MODE_COMPARING); /* who may know of one is asked */
    hello_of(s, 2, last + 1, (digest_t){{7}}, 1);
    listen(s, 1000);
    assert_int_equal(coordinator_of(s)->mode, MODE_RUNNING);
    assert_int_equal(epoch_of(s), 3);
    assert_int_equal(ledger_last(ledger_of(s)), last + 2);
    scene_destroy(s);
}

TEST(a_restored_ledger_waits_ten_seconds_for_those_who_may_know_of_an_epoch) {
    scene_t *s = scene_new("unheard-epoch");
    position_t last = set_aside(s);
    listen(s, 15000);
    assert_int_equal(coordinator_of(s)->mode, MODE_RUNNING);
    assert_int_equal(epoch_of(s), 2);
    assert_int_equal(ledger_last(ledger_of(s)), last + 1);
    scene_destroy(s);
}

TEST(nobody_makes_the_coordinator_count_epochs_for_ever) {
    scene_t *s = scene_new("far-epoch");
    position_t last = set_aside(s);
    listen(s, 1000);
    hello_of(s, INT64_MAX, last + 1, (digest_t){{7}}, 1);
    listen(s, 5000);
    assert_int_equal(coordinator_of(s)->mode, MODE_RUNNING);
    assert_in_range(epoch_of(s), 3, 100);
    scene_destroy(s);
}

/* ---- commands ---- */

TEST(an_id_that_was_used_is_refused_with_other_bytes) {
    scene_t *s = scene_new("reused");
    run(s);
    ident_t id = company_ident(s->company);
    register_customer(s, id, "first");
    position_t at = (position_t) s->receipt.position, last = ledger_last(ledger_of(s));
    assert_int_equal(s->receipt.state, RECEIPT_ACCEPTED);
    register_customer(s, id, "second");
    assert_int_equal(s->receipt.state, RECEIPT_REFUSED);
    assert_int_equal(s->receipt.reason, REASON_ID_REUSED);
    assert_int_equal(ledger_last(ledger_of(s)), last);
    assert_true(at > 0 && at <= last);
    scene_destroy(s);
}

static void say_signed(scene_t *s, const struct signed_command *sent) {
    buffer_t bytes = {0};
    company_check(record_encode(&signed_command_record, sent, &bytes, NULL), NULL);
    bus_say(s->bus, s->line, MESSAGE_SUBMIT, &(struct submit){buffer_bytes(&bytes)});
    listen(s, 100);
    buffer_free(&bytes);
}

/* A daemon that lost its outbox signs the same command in another batch: it is the same command. */
TEST(a_command_that_is_signed_again_in_a_batch_gets_its_receipt_again) {
    scene_t *s = scene_new("again");
    company_t *c = s->company;
    run(s);
    struct customer body = {.name = TEXT("first"), .short_name = TEXT("F")},
                    second = {.name = TEXT("second"), .short_name = TEXT("S")};
    struct signed_command alone, both[2];
    bytes_t commands[2];
    buffer_t bytes = {0}, other = {0}, paths = {0};
    company_sign(c, c->clerk, c->clerk_id, company_ident(c), KIND_CUSTOMER_REGISTER, (ident_t){{0}},
                 c->station_id, &body, bus_now(s->bus), &bytes);
    company_sign(c, c->clerk, c->clerk_id, company_ident(c), KIND_CUSTOMER_REGISTER, (ident_t){{0}},
                 c->station_id, &second, bus_now(s->bus), &other);
    record_decode(&signed_command_record, buffer_bytes(&other), s->arena, &alone, NULL);
    commands[0] = alone.command;
    record_decode(&signed_command_record, buffer_bytes(&bytes), s->arena, &alone, NULL);
    commands[1] = alone.command;
    signed_batch(c->clerk, commands, 2, both, &paths);
    say_signed(s, &alone);
    position_t at = (position_t) s->receipt.position, last = ledger_last(ledger_of(s));
    assert_int_equal(s->receipt.state, RECEIPT_ACCEPTED);
    say_signed(s, &both[1]);
    assert_true(s->receipt.state == RECEIPT_ACCEPTED || s->receipt.state == RECEIPT_ARCHIVED);
    assert_int_equal(s->receipt.position, at);
    assert_int_equal(ledger_last(ledger_of(s)), last);
    struct signed_command forged = both[1];
    forged.signature.b[9] ^= 1;
    say_signed(s, &forged);
    assert_int_equal(s->receipt.reason, REASON_ID_REUSED);
    say_signed(s, &both[0]); /* its other command is new */
    assert_int_equal(s->receipt.state, RECEIPT_ACCEPTED);
    assert_true(ledger_last(ledger_of(s)) > last);
    buffer_free(&bytes);
    buffer_free(&other);
    buffer_free(&paths);
    scene_destroy(s);
}

/* A clerk's refused enrolment stays refused when the clerk has become an administrator: the same
   bytes, the same answer; a new command is judged anew. */
TEST(the_same_bytes_get_the_same_refusal_when_the_rules_would_say_otherwise) {
    scene_t *s = scene_new("remembered");
    company_t *c = s->company;
    run(s);
    text_t roles[] = {TEXT("sales.clerk")};
    struct station_enrol station = {TEXT("neu"), TEXT("sales"), {{0x51}}};
    struct person_change change = {.name = TEXT("clerk"),
                                   .roles = {roles, 1},
                                   .department = TEXT("sales"),
                                   .administrator = true};
    buffer_t bytes = {0};
    company_sign(c, c->clerk, c->clerk_id, company_ident(c), KIND_STATION_ENROL, (ident_t){{0}},
                 c->station_id, &station, bus_now(s->bus), &bytes);
    struct submit again = {.signed_command = buffer_bytes(&bytes)};
    bus_say(s->bus, s->line, MESSAGE_SUBMIT, &again);
    listen(s, 100);
    assert_int_equal(s->receipt.state, RECEIPT_REFUSED);
    assert_int_equal(s->receipt.reason, REASON_NOT_ADMINISTRATOR);
    submit(s, c->administrator, c->administrator_id, company_ident(c), KIND_PERSON_CHANGE,
           c->clerk_id, &change);
    listen(s, 100);
    assert_int_equal(s->receipt.state, RECEIPT_ACCEPTED);
    bus_say(s->bus, s->line, MESSAGE_SUBMIT, &again);
    listen(s, 100);
    assert_int_equal(s->receipt.state, RECEIPT_REFUSED);
    assert_int_equal(s->receipt.reason, REASON_NOT_ADMINISTRATOR);
    submit(s, c->clerk, c->clerk_id, company_ident(c), KIND_STATION_ENROL, (ident_t){{0}},
           &station);
    listen(s, 100);
    assert_int_equal(s->receipt.state, RECEIPT_ACCEPTED);
    buffer_free(&bytes);
    scene_destroy(s);
}

TEST(a_step_on_a_case_of_another_kind_is_refused_for_good) {
    scene_t *s = scene_new("other-kind");
    run(s);
    struct revoke body = {.reason = TEXT("a person is no customer")};
    ident_t id = company_ident(s->company), customer = company_ident(s->company);
    register_customer(s, customer, "first");
    submit(s, s->company->administrator, s->company->administrator_id, id, KIND_PERSON_REVOKE,
           customer, &body);
    listen(s, 100);
    assert_int_equal(s->receipt.state, RECEIPT_REFUSED);
    assert_int_equal(s->receipt.reason, REASON_WRONG_CASE);
    submit(s, s->company->administrator, s->company->administrator_id,
           company_ident(s->company), KIND_PERSON_REVOKE, (ident_t){{0x77}}, &body);
    listen(s, 100);
    assert_int_equal(s->receipt.state, RECEIPT_BUSY); /* it may still come */
    assert_int_equal(s->receipt.reason, REASON_UNKNOWN_CASE);
    scene_destroy(s);
}

static void say_the_time(scene_t *s, moment_t now) {
    struct clock body = {.now = now, .reason = TEXT("compared with the telephone")};
    submit(s, s->company->administrator, s->company->administrator_id,
           company_ident(s->company), KIND_LEDGER_CLOCK,
           context_genesis_case(chronicle_context(coordinator_of(s)->chronicle)), &body);
    listen(s, 100);
}

TEST(after_a_jump_of_the_clock_nothing_gets_a_time_before_a_person_confirms_it) {
    static const int64_t jumps[] = {3600000, -7200000};
    scene_t *s = scene_new("clock");
    run(s);
    for (size_t i = 0; i < 2; i++) {
        bus_jump(s->bus, jumps[i]);
        listen(s, 5000);
        ident_t id = company_ident(s->company);
        char name[16];
        snprintf(name, sizeof name, "customer %zu", i);
        register_customer(s, id, name);
        assert_int_equal(s->receipt.state, RECEIPT_BUSY);
        assert_int_equal(s->receipt.reason, REASON_CLOCK_JUMP);
        say_the_time(s, bus_now(s->bus) + 3600000); /* not the time that the hub has */
        assert_int_equal(s->receipt.state, RECEIPT_BUSY);
        say_the_time(s, bus_now(s->bus));
        assert_int_equal(s->receipt.state, RECEIPT_ACCEPTED);
        register_customer(s, id, name);
        assert_int_equal(s->receipt.state, RECEIPT_ACCEPTED);
    }
    scene_destroy(s);
}

static void lose_documents(void *arg, passage_t *passage) {
    const scene_t *s = arg;
    if (passage->type == MESSAGE_BLOB_PUT && passage->to == s->archiver)
        passage->copies = 0;
}

TEST(archived_is_what_the_archive_has_with_its_documents) {
    scene_t *s = scene_new("documents");
    run(s);
    uint8_t salted[BLOB_SALT + 12] = "0123456789abcdefthe contact";
    bytes_t bytes = {salted, sizeof salted};
    struct blob_put put = {.address = blob_address(bytes), .salted = bytes};
    struct customer body = {
        .name = TEXT("first"), .short_name = TEXT("first"), .contact = put.address};
    ident_t id = company_ident(s->company);
    bus_hook(s->bus, lose_documents, s);
    submit(s, s->company->clerk, s->company->clerk_id, id, KIND_CUSTOMER_REGISTER, (ident_t){{0}},
           &body);
    listen(s, 100);
    assert_int_equal(s->receipt.state, RECEIPT_BUSY); /* not before its document is here */
    assert_int_equal(s->receipt.reason, REASON_BLOB_MISSING);
    bus_say(s->bus, s->line, MESSAGE_BLOB_PUT, &put);
    submit(s, s->company->clerk, s->company->clerk_id, id, KIND_CUSTOMER_REGISTER, (ident_t){{0}},
           &body);
    listen(s, 5000);
    position_t at = (position_t) s->receipt.position;
    assert_int_equal(s->receipt.state, RECEIPT_ACCEPTED);
    assert_int_equal(coordinator_of(s)->archived, at - 1);
    bus_hook(s->bus, NULL, NULL);
    listen(s, 5000);
    assert_true(coordinator_of(s)->archived >= at);
    scene_destroy(s);
}

TEST(a_revoked_daemon_is_not_heard_on_the_connection_that_it_has) {
    scene_t *s = scene_new("revoked");
    run(s);
    struct fetch fetch = {.from = 1, .to = 3};
    bus_say(s->bus, s->line, MESSAGE_FETCH, &fetch);
    listen(s, 100);
    assert_int_equal(s->events, 3);
    const context_t *context = chronicle_context(coordinator_of(s)->chronicle);
    const daemon_entry_t *daemon = context_daemon_by_name(context, TEXT("department:sales"));
    struct revoke body = {.reason = TEXT("the machine was stolen")};
    submit(s, s->company->administrator, s->company->administrator_id,
           company_ident(s->company), KIND_DAEMON_REVOKE, daemon->id, &body);
    listen(s, 100);
    size_t receipts = s->receipts;
    assert_int_equal(s->receipt.state, RECEIPT_ACCEPTED);
    position_t last = ledger_last(ledger_of(s));
    bus_say(s->bus, s->line, MESSAGE_FETCH, &fetch);
    register_customer(s, company_ident(s->company), "too late");
    listen(s, 5000);
    assert_int_equal(s->events, 3);
    assert_int_equal(s->receipts, receipts);
    assert_int_equal(ledger_last(ledger_of(s)), last);
    scene_destroy(s);
}
