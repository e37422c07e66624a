/* SPDX-License-Identifier: Apache-2.0
 *
 * Deadlines with the real coordinator, archiver and department on injected time: each is said once,
 * also when nobody was there at its time, and when the clock jumped over it.
 */
#include "daemons/archiver/archiver.h"
#include "daemons/coordinator/coordinator.h"
#include "daemons/department/department.h"
#include "tests/unit/harness.h"
#include "tests/unit/together/company.h"

typedef struct scene {
    company_t *company;
    bus_t *bus;
    int coordinator, archiver, sales, station, line;
    arena_t *arena;
    position_t accepted; /* of the last receipt */
} scene_t;

static scene_t *scene_new(const char *name) {
    scene_t *s = calloc(1, sizeof *s);
    s->company = company_new(harness_folder(), name);
    s->bus = bus_new(7, COMPANY_START + 1000);
    s->coordinator = bus_add(s->bus, &coordinator_spec, s->company->folder, "");
    s->archiver = bus_add(s->bus, &archiver_spec, s->company->folder, "");
    s->sales = bus_add(s->bus, &department_spec, s->company->folder, "sales");
    s->station = bus_client(s->bus, &s->company->station);
    bus_connect(s->bus, s->archiver, "coordinator", s->coordinator, "service");
    bus_connect(s->bus, s->archiver, "stream", s->coordinator, "stream");
    bus_connect(s->bus, s->sales, "coordinator", s->coordinator, "service");
    bus_connect(s->bus, s->sales, "stream", s->coordinator, "stream");
    bus_connect(s->bus, s->sales, "archiver", s->archiver, "service");
    s->line = bus_connect(s->bus, s->station, "mine", s->sales, "service");
    s->arena = arena_new(0);
    return s;
}

static void scene_destroy(scene_t *s) {
    bus_destroy(&s->bus);
    company_destroy(&s->company);
    arena_destroy(&s->arena);
    free(s);
}

static bool receipted(void *arg) {
    scene_t *s = arg;
    message_type_t type;
    const void *body;
    while (bus_hear(s->bus, s->station, s->arena, &type, &body)) {
        const struct receipt *receipt = body;
        if (type == MESSAGE_RECEIPT && receipt->state == RECEIPT_ACCEPTED)
            s->accepted = (position_t) receipt->position;
    }
    return s->accepted > 0;
}

/* Sent again every two seconds until it is accepted. */
static ident_t send(scene_t *s, const signer_t *signer, ident_t actor, kind_t kind, ident_t object,
                    const void *body) {
    ident_t id = company_ident(s->company);
    buffer_t bytes = {0};
    company_sign(s->company, signer, actor, id, kind, object, s->company->station_id, body,
                 bus_now(s->bus), &bytes);
    s->accepted = 0;
    for (int i = 0; i < 30 && !s->accepted; i++) {
        bus_say(s->bus, s->line, MESSAGE_SUBMIT,
                &(struct submit){.signed_command = buffer_bytes(&bytes)});
        bus_until(s->bus, receipted, s, 2000);
    }
    assert_true(s->accepted > 0);
    buffer_free(&bytes);
    return id;
}

/* A complaint, to be acknowledged within a day, whatever the hour (procedure.cfg). */
static void complain(scene_t *s) {
    struct customer customer = {.name = TEXT("云梦泽摩托车"), .short_name = TEXT("C01")};
    ident_t none = {{0}}, clerk = s->company->clerk_id;
    ident_t of = send(s, s->company->clerk, clerk, KIND_CUSTOMER_REGISTER, none, &customer);
    struct feedback_content content = {.kind = FEEDBACK_COMPLAINT,
                                       .customer = of,
                                       .medium = MEDIUM_TELEPHONE,
                                       .received = bus_now(s->bus),
                                       .text = TEXT("齿根裂纹")};
    send(s, s->company->clerk, clerk, KIND_FEEDBACK_REGISTER, none, &content);
}

static ledger_t *ledger_of(scene_t *s) {
    return chronicle_ledger(((coordinator_t *) bus_daemon(s->bus, s->coordinator))->chronicle);
}

typedef struct tally { size_t near, missed; moment_t at; } tally_t;

static int count(void *arg, position_t position, bytes_t bytes) {
    tally_t *tally = arg;
    decoded_t event;
    arena_t *arena = arena_new(0);
    (void) position;
    assert_int_equal(event_decode(bytes, arena, &event, NULL), 0);
    const struct deadline_mark *mark = event.body;
    bool said = event.info->body == &deadline_mark_record && mark->stage == STAGE_ACKNOWLEDGED;
    tally->near += said && event.info->kind == KIND_DEADLINE_NEAR;
    tally->missed += said && event.info->kind == KIND_DEADLINE_MISSED;
    if (said)
        tally->at = event.event.time;
    arena_destroy(&arena);
    return 0;
}

static tally_t said(scene_t *s) {
    tally_t tally = {0};
    ledger_walk(ledger_of(s), 1, ledger_last(ledger_of(s)), count, &tally);
    return tally;
}

static bool verified(void *arg) {
    scene_t *s = arg;
    const archiver_t *archiver = bus_daemon(s->bus, s->archiver);
    return archiver->verified == ledger_last(ledger_of(s));
}

static void assert_sound(scene_t *s) {
    assert_true(bus_until(s->bus, verified, s, 60000));
    assert_false(((archiver_t *) bus_daemon(s->bus, s->archiver))->differs);
}

TEST_CLAUSE(each_deadline_is_said_once_at_its_time, "QP21-4.4.3", RULE) {
    scene_t *s = scene_new("in-time");
    complain(s);
    moment_t due = bus_now(s->bus) + DAY_MS;
    bus_sleep(s->bus, 15 * HOUR_MS);
    bus_run(s->bus, 3000);
    assert_int_equal(said(s).near, 0);
    bus_sleep(s->bus, HOUR_MS);
    bus_run(s->bus, 3000);
    assert_int_equal(said(s).near, 1);
    bus_sleep(s->bus, 8 * HOUR_MS);
    bus_run(s->bus, 3000);
    assert_int_equal(said(s).missed, 1);
    assert_true(said(s).at - due < MINUTE_MS && said(s).at >= due - MINUTE_MS);
    bus_sleep(s->bus, 30 * DAY_MS);
    bus_run(s->bus, 3000);
    assert_int_equal(said(s).near, 1);
    assert_int_equal(said(s).missed, 1);
    assert_sound(s);
    scene_destroy(s);
}

TEST_CLAUSE(a_deadline_that_passed_while_nobody_was_there_is_said_once, "QP21-4.4.3", RULE) {
    scene_t *s = scene_new("standstill");
    complain(s);
    bus_run(s->bus, 3000);
    bus_kill(s->bus, s->coordinator);
    bus_sleep(s->bus, 3 * DAY_MS);
    bus_run(s->bus, 1000);
    bus_start(s->bus, s->coordinator);
    bus_run(s->bus, 20000);
    assert_int_equal(said(s).near, 1);
    assert_int_equal(said(s).missed, 1);
    bus_kill(s->bus, s->coordinator);
    bus_kill(s->bus, s->archiver);
    bus_sleep(s->bus, 3 * DAY_MS);
    bus_start(s->bus, s->coordinator);
    bus_start(s->bus, s->archiver);
    bus_run(s->bus, 20000);
    assert_int_equal(said(s).near, 1);
    assert_int_equal(said(s).missed, 1);
    assert_sound(s);
    scene_destroy(s);
}

TEST(a_clock_that_jumped_says_nothing_before_somebody_said_what_time_it_is) {
    scene_t *s = scene_new("jump");
    complain(s);
    bus_jump(s->bus, 3 * DAY_MS);
    bus_run(s->bus, 10000);
    assert_int_equal(said(s).near, 0);
    assert_int_equal(said(s).missed, 0);
    send(s, s->company->administrator, s->company->administrator_id, KIND_LEDGER_CLOCK,
         s->company->administrator_id, &(struct clock){bus_now(s->bus), TEXT("checked by phone")});
    bus_run(s->bus, 5000);
    assert_int_equal(said(s).near, 1);
    assert_int_equal(said(s).missed, 1);
    assert_sound(s);
    scene_destroy(s);
}
