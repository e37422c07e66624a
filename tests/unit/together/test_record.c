/* SPDX-License-Identifier: Apache-2.0
 *
 * The record, with the real coordinator, archiver and department in one process on injected time:
 * what is accepted comes to the archive exactly once, whatever the wire and sudden deaths do.
 */
#include "daemons/archiver/archiver.h"
#include "daemons/coordinator/coordinator.h"
#include "daemons/department/department.h"
#include "tests/unit/harness.h"
#include "tests/unit/together/company.h"

#define CUSTOMERS 40

typedef struct scene {
    company_t *company;
    bus_t *bus;
    int coordinator, archiver, sales, station,
        desk_line; /* nodes; the station's line to the department */
    sqlite3 *db;
    outbox_t *outbox;
    arena_t *arena;
    int refused;
    uint64_t noise; /* of the wire */
} scene_t;

static scene_t *scene_new(const char *name, uint64_t seed) {
    scene_t *s = calloc(1, sizeof *s);
    s->company = company_new(harness_folder(), name);
    s->bus = bus_new(seed, COMPANY_START + 1000);
    s->coordinator = bus_add(s->bus, &coordinator_spec, s->company->folder, "");
    s->archiver = bus_add(s->bus, &archiver_spec, s->company->folder, "");
    s->sales = bus_add(s->bus, &department_spec, s->company->folder, "sales");
    s->station = bus_client(s->bus, &s->company->station);
    bus_connect(s->bus, s->archiver, "coordinator", s->coordinator, "service");
    bus_connect(s->bus, s->archiver, "stream", s->coordinator, "stream");
    bus_connect(s->bus, s->sales, "coordinator", s->coordinator, "service");
    bus_connect(s->bus, s->sales, "stream", s->coordinator, "stream");
    bus_connect(s->bus, s->sales, "archiver", s->archiver, "service");
    s->desk_line = bus_connect(s->bus, s->station, "mine", s->sales, "service");
    assert_int_equal(sqlite3_open(":memory:", &s->db), SQLITE_OK);
    assert_int_equal(sqlite3_exec(s->db, outbox_schema, NULL, NULL, NULL), SQLITE_OK);
    assert_int_equal(sqlite3_exec(s->db, "BEGIN", NULL, NULL, NULL), SQLITE_OK);
    s->outbox = outbox_new(s->db);
    s->arena = arena_new(0);
    s->noise = seed * 77 + 1;
    return s;
}

static void scene_destroy(scene_t *s) {
    bus_destroy(&s->bus);
    outbox_destroy(&s->outbox);
    sqlite3_close(s->db);
    company_destroy(&s->company);
    arena_destroy(&s->arena);
    free(s);
}

/* ---- the workstation, played by the test with the real outbox ---- */

static void register_customers(scene_t *s, int n) {
    buffer_t bytes = {0};
    for (int i = 0; i < n; i++) {
        ident_t id = company_ident(s->company);
        text_t name = arena_format(s->arena, "Customer %d", (int) s->company->commands);
        struct customer body = {.name = name, .short_name = name};
        company_sign(s->company, s->company->clerk, s->company->clerk_id, id,
                     KIND_CUSTOMER_REGISTER, (ident_t){{0}}, s->company->station_id, &body,
                     bus_now(s->bus), &bytes);
        assert_true(outbox_put(s->outbox, id, id, s->company->clerk_id, KIND_CUSTOMER_REGISTER,
                               buffer_bytes(&bytes), bus_now(s->bus)));
    }
    buffer_free(&bytes);
}

static void send_row(void *arg, const outbox_row_t *row) {
    scene_t *s = arg;
    bus_say(s->bus, s->desk_line, MESSAGE_SUBMIT,
            &(struct submit){.signed_command = row->signed_command});
}

/* One look into the mail, at each instant. */
static void tend(scene_t *s) {
    message_type_t type;
    const void *body;
    outbox_row_t row;
    moment_t wake;
    arena_t *arena = arena_new(0);
    while (bus_hear(s->bus, s->station, arena, &type, &body))
        if (type == MESSAGE_RECEIPT && outbox_receipt(s->outbox, body, bus_now(s->bus), &row) &&
            row.state == OUTBOX_REFUSED)
            s->refused++;
    outbox_due(s->outbox, bus_now(s->bus), send_row, s, &wake);
    arena_destroy(&arena);
}

static bool drained(void *arg) {
    scene_t *s = arg;
    tend(s);
    return outbox_count(s->outbox) == 0;
}

static void count_accepted(void *arg, const outbox_row_t *row) {
    *(size_t *) arg += row->state == OUTBOX_ACCEPTED;
}

static bool all_accepted(void *arg) {
    scene_t *s = arg;
    size_t n = 0;
    tend(s);
    outbox_each(s->outbox, count_accepted, &n);
    return n == outbox_count(s->outbox);
}

static bool some_accepted(void *arg) {
    scene_t *s = arg;
    size_t n = 0;
    tend(s);
    outbox_each(s->outbox, count_accepted, &n);
    return n > 0;
}

/* ---- what must be true at the end ---- */

static ledger_t *ledger_of(scene_t *s, int node) {
    chronicle_t *c = node == s->coordinator
                         ? ((coordinator_t *) bus_daemon(s->bus, node))->chronicle
                     : node == s->archiver ? ((archiver_t *) bus_daemon(s->bus, node))->chronicle
                                           : ((department_t *) bus_daemon(s->bus, node))->chronicle;
    return chronicle_ledger(c);
}

static bool equal(void *arg) {
    scene_t *s = arg;
    digest_t root = ledger_root(ledger_of(s, s->coordinator));
    return digest_equal(root, ledger_root(ledger_of(s, s->archiver))) &&
           digest_equal(root, ledger_root(ledger_of(s, s->sales)));
}

static int count_registered(void *arg, position_t position, bytes_t bytes) {
    (void) position, (void) bytes;
    ++*(int *) arg;
    return 0;
}

static void assert_each_once(scene_t *s, int customers) {
    int n = 0;
    assert_true(bus_until(s->bus, equal, s, 60000));
    assert_int_equal(s->refused, 0);
    ledger_walk_cases(ledger_of(s, s->archiver), SCOPE_CUSTOMER, 0, count_registered, &n);
    assert_int_equal(n, customers);
    assert_int_equal(ledger_verify(ledger_of(s, s->coordinator)), 0);
    assert_int_equal(ledger_verify(ledger_of(s, s->archiver)), 0);
    assert_int_equal(((archiver_t *) bus_daemon(s->bus, s->archiver))->differs, false);
}

TEST(what_is_signed_is_accepted_archived_and_known_to_all) {
    scene_t *s = scene_new("plain", 1);
    register_customers(s, CUSTOMERS);
    assert_true(bus_until(s->bus, drained, s, 60000));
    assert_each_once(s, CUSTOMERS);
    scene_destroy(s);
}

static void noisy(void *arg, passage_t *p) {
    scene_t *s = arg;
    s->noise = s->noise * UINT64_C(6364136223846793005) + UINT64_C(1442695040888963407);
    unsigned dice = (unsigned) (s->noise >> 33) % 100;
    p->copies = dice < 20 ? 0 : dice < 35 ? 2 : 1;
    p->delay = 1 + (int64_t) (s->noise >> 40) % 400;
}

TEST(a_wire_that_loses_doubles_and_reorders_changes_nothing) {
    for (uint64_t seed = 1; seed <= 5; seed++) {
        char name[32];
        snprintf(name, sizeof name, "noisy-%d", (int) seed);
        scene_t *s = scene_new(name, seed);
        bus_hook(s->bus, noisy, s);
        register_customers(s, CUSTOMERS);
        if (!bus_until(s->bus, drained, s, 3600000))
            fail_msg("seed %d: %zu are still on their way", (int) seed, outbox_count(s->outbox));
        bus_hook(s->bus, NULL, NULL);
        assert_each_once(s, CUSTOMERS);
        scene_destroy(s);
    }
}

TEST(without_the_archiver_it_is_accepted_and_archived_when_it_is_back) {
    scene_t *s = scene_new("archiver", 1);
    bus_run(s->bus, 3000);
    bus_kill(s->bus, s->archiver);
    register_customers(s, 10);
    assert_true(bus_until(s->bus, all_accepted, s, 60000));
    bus_run(s->bus, 5000);
    assert_int_equal(outbox_count(s->outbox), 10);
    bus_start(s->bus, s->archiver);
    assert_true(bus_until(s->bus, drained, s, 60000));
    assert_each_once(s, 10);
    scene_destroy(s);
}

TEST(each_may_die_at_any_moment) {
    for (int seed = 1; seed <= 6; seed++) {
        char name[32];
        snprintf(name, sizeof name, "deaths-%d", seed);
        scene_t *s = scene_new(name, (uint64_t) seed);
        register_customers(s, CUSTOMERS);
        const int nodes[] = {s->coordinator, s->archiver, s->sales};
        for (int death = 0; death < 6; death++) {
            bus_until(s->bus, drained, s, 37 * seed + 511 * death);
            int node = nodes[(seed + death) % 3];
            bus_kill(s->bus, node);
            register_customers(s, 1);
            bus_until(s->bus, drained, s, 200 * seed);
            bus_start(s->bus, node);
        }
        if (!bus_until(s->bus, drained, s, 600000))
            fail_msg("seed %d: %zu are still on their way", seed, outbox_count(s->outbox));
        assert_each_once(s, CUSTOMERS + 6);
        scene_destroy(s);
    }
}

static void lose_ledger(scene_t *s) {
    static const char *const names[] = {"ledger.db", "ledger.db-wal", "ledger.db-shm"};
    char path[512];
    for (size_t i = 0; i < 3; i++) {
        snprintf(path, sizeof path, "%s/state/coordinator/%s", s->company->folder, names[i]);
        remove(path);
    }
}

TEST(a_coordinator_without_its_ledger_gets_it_back_from_the_archive) {
    scene_t *s = scene_new("refill", 1);
    register_customers(s, 10);
    assert_true(bus_until(s->bus, drained, s, 60000));
    assert_true(bus_until(s->bus, equal, s, 60000));
    bus_kill(s->bus, s->coordinator);
    lose_ledger(s);
    bus_start(s->bus, s->coordinator);
    register_customers(s, 5);
    assert_true(bus_until(s->bus, drained, s, 120000));
    assert_each_once(s, 15);
    assert_int_equal(((coordinator_t *) bus_daemon(s->bus, s->coordinator))->mode, MODE_RUNNING);
    scene_destroy(s);
}

TEST(what_the_archive_never_got_comes_back_from_a_department) {
    scene_t *s = scene_new("tail", 1);
    bus_run(s->bus, 3000);
    bus_kill(s->bus, s->archiver);
    register_customers(s, 10);
    assert_true(bus_until(s->bus, all_accepted, s, 60000));
    bus_run(s->bus, 2000);
    bus_kill(s->bus, s->coordinator);
    lose_ledger(s);
    bus_start(s->bus, s->archiver);
    bus_start(s->bus, s->coordinator);
    assert_true(bus_until(s->bus, drained, s, 120000));
    assert_each_once(s, 10);
    assert_int_equal(context_epoch(chronicle_context(
                         ((coordinator_t *) bus_daemon(s->bus, s->coordinator))->chronicle)),
                     1);
    scene_destroy(s);
}

static void set_room(scene_t *s, const char *pages) {
    char sql[64];
    snprintf(sql, sizeof sql, "PRAGMA max_page_count = %s", pages);
    assert_int_equal(sqlite3_exec(ledger_db(ledger_of(s, s->sales)), sql, NULL, NULL, NULL),
                     SQLITE_OK);
}

TEST(a_follower_whose_disk_is_full_asks_now_and_then_and_not_at_once) {
    scene_t *s = scene_new("full-follower", 1);
    register_customers(s, CUSTOMERS);
    assert_true(bus_until(s->bus, drained, s, 60000));
    assert_true(bus_until(s->bus, equal, s, 60000));
    set_room(s, "1"); /* not below what is in use: no page more */
    register_customers(s, CUSTOMERS);
    bus_until(s->bus, all_accepted, s, 20000);
    uint64_t before = bus_carried(s->bus, NULL);
    bus_run(s->bus, 20000);
    assert_false(equal(s));
    assert_in_range(bus_carried(s->bus, NULL) - before, 1, 1500);
    set_room(s, "1000000");
    assert_true(bus_until(s->bus, drained, s, 120000));
    assert_each_once(s, 2 * CUSTOMERS);
    scene_destroy(s);
}

TEST(a_first_acceptance_is_on_disk_before_its_receipt) {
    scene_t *s = scene_new("first", 1);
    bus_run(s->bus, 3000);
    bus_kill(s->bus, s->archiver);
    register_customers(s, 1);
    assert_true(bus_until(s->bus, some_accepted, s, 60000));
    bus_kill(s->bus, s->coordinator); /* at the very instant at which the receipt arrived */
    bus_start(s->bus, s->coordinator);
    int n = 0;
    ledger_walk_cases(ledger_of(s, s->coordinator), SCOPE_CUSTOMER, 0, count_registered, &n);
    assert_int_equal(n, 1);
    scene_destroy(s);
}
