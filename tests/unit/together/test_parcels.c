/* SPDX-License-Identifier: Apache-2.0
 *
 * Attachments on their way: how many pieces travel, how often, and what is kept where.
 */
#include "common/base/text.h"
#include "common/daemon/attachments.h"
#include "tests/unit/together/photo.h"

TEST(pieces_go_up_a_few_at_a_time_and_each_once) {
    scene_t *s = scene_new("once");
    photo_t photo;
    describe(&photo, 1, PIECES);
    store(s, 1, PIECES);
    assert_int_equal(s->sent, 0); /* nothing is sent before a command names it */
    complain(s, &photo, "see the photograph");
    arrives(s);
    assert_int_equal(s->sent, PIECES);
    assert_int_equal(s->asked, PIECES);
    assert_in_range(s->most, 2, 4);
    scene_destroy(s);
}

static void is_interrupted(const char *name, void (*interrupt)(scene_t *s)) {
    scene_t *s = scene_new(name);
    photo_t photo;
    describe(&photo, 1, PIECES);
    store(s, 1, PIECES);
    complain(s, &photo, "see the photograph");
    assert_true(bus_until(s->bus, half_is_sent, s, 60000));
    assert_in_range(s->sent, PIECES / 2, PIECES - 4);
    interrupt(s);
    s->open = 0;
    arrives(s);
    assert_in_range(s->sent, PIECES, PIECES + 4); /* a window is lost at most */
    scene_destroy(s);
}

static void cut_the_line(scene_t *s) {
    bus_cut(s->bus, s->upward, true);
    listen(s, 30000);
    assert_int_equal(rows(outbox_db_of(s), "outbox"), 1);
    bus_cut(s->bus, s->upward, false);
}

static void kill_agent(scene_t *s) { kill_one(s, s->agent); }
static void kill_department(scene_t *s) { kill_one(s, s->department); }
static void kill_coordinator(scene_t *s) { kill_one(s, s->coordinator); }

TEST(after_a_cut_line_it_goes_on_where_it_stopped) { is_interrupted("cut", cut_the_line); }
TEST(a_workstation_that_was_killed_goes_on_where_it_stopped) {
    is_interrupted("agent", kill_agent);
}
TEST(a_department_that_was_killed_loses_a_window) { is_interrupted("department", kill_department); }
TEST(a_coordinator_that_was_killed_loses_a_window) {
    is_interrupted("coordinator", kill_coordinator);
}

TEST(a_wire_that_loses_a_third_carries_it_all_the_same) {
    scene_t *s = scene_new("noise");
    photo_t photo;
    describe(&photo, 1, PIECES);
    store(s, 1, PIECES);
    s->lose_every = 3;
    complain(s, &photo, "see the photograph");
    assert_true(bus_until(s->bus, half_is_sent, s, 300000));
    s->lose_every = 0;
    arrives(s);
    scene_destroy(s);
}

/* ---- what is kept ---- */

TEST(what_a_dropped_command_named_goes_and_what_another_names_stays) {
    scene_t *s = scene_new("dropped");
    photo_t first, second;
    store(s, 1, 3);
    store(s, 2, 2);
    describe(&first, 1, 3);
    describe(&second, 2, 2);
    first.attachment.pieces.n = 2;
    s->customer.b[0] ^= 1; /* nobody's */
    ident_t id = complain(s, &first, "of a customer that there is not");
    listen(s, 5000);
    assert_int_equal(s->receipt.state, RECEIPT_REFUSED);
    bus_cut(s->bus, s->upward, true);              /* what follows stays here */
    second.pieces[1].blob = first.attachment.blob; /* a piece of the first one, too */
    second.attachment.pieces.n = 2;
    complain(s, &second, "names a piece of the first one, too");
    listen(s, 1000);
    assert_int_equal(rows(outbox_db_of(s), "blob"), 5);
    struct local_ask drop = {.what = TEXT("drop"), .id = id};
    bus_say(s->bus, s->local, MESSAGE_LOCAL_ASK, &drop);
    listen(s, 2000);
    assert_int_equal(rows(outbox_db_of(s), "outbox"), 1);
    assert_int_equal(rows(outbox_db_of(s), "blob"), 3);
    assert_true(blobs_have(outbox_db_of(s), first.attachment.blob));
    scene_destroy(s);
}

TEST(what_no_command_names_for_a_day_goes_at_the_workstation_and_at_the_hub) {
    scene_t *s = scene_new("unnamed");
    uint8_t bytes[PIECE_BYTES];
    struct blob_put put = piece(9, 1, bytes);
    store(s, 1, 2);
    bus_say(s->bus, s->hub_line, MESSAGE_BLOB_PUT, &put);
    listen(s, 100);
    assert_true(s->state.stored);
    listen(s, 120000);
    assert_int_equal(rows(outbox_db_of(s), "blob"), 2);
    assert_int_equal(rows(ledger_db_of(s), "blob"), 1);
    bus_jump(s->bus, DAY_MS);
    listen(s, 120000);
    assert_int_equal(rows(outbox_db_of(s), "blob"), 0);
    assert_int_equal(rows(ledger_db_of(s), "blob"), 0);
    scene_destroy(s);
}

TEST(what_the_coordinator_has_lost_is_sent_again) {
    scene_t *s = scene_new("lost");
    photo_t photo;
    describe(&photo, 1, PIECES);
    store(s, 1, PIECES);
    bus_kill(s->bus, s->archiver);
    complain(s, &photo, "see the photograph");
    listen(s, 5000);
    assert_int_equal(s->receipt.state, RECEIPT_ACCEPTED);
    assert_int_equal(sqlite3_exec(ledger_db_of(s), "DELETE FROM blob", NULL, NULL, NULL),
                     SQLITE_OK);
    bus_start(s->bus, s->archiver);
    arrives(s);
    assert_int_equal(s->sent, 2 * PIECES);
    scene_destroy(s);
}

/* A station that keeps no window of its own. */
TEST(a_department_passes_on_a_few_at_a_time_for_all) {
    scene_t *s = scene_new("passes-on");
    uint8_t bytes[PIECE_BYTES];
    size_t busy = 0;
    message_type_t type;
    const void *body;
    int station = bus_client(s->bus, &s->company->station);
    int line = bus_connect(s->bus, station, "mine", s->department, "service");
    bus_kill(s->bus, s->coordinator);
    for (size_t i = 0; i < 10; i++) {
        struct blob_put put = piece(5, i, bytes);
        bus_say(s->bus, line, MESSAGE_BLOB_PUT, &put);
    }
    bus_run(s->bus, 100);
    while (bus_hear(s->bus, station, s->arena, &type, &body))
        busy +=
            type == MESSAGE_BLOB_STATE && ((const struct blob_state *) body)->reason == REASON_BUSY;
    assert_int_equal(busy, 4);
    bus_run(s->bus, 6000); /* what was lost on the way holds nobody up for good */
    struct blob_put put = piece(5, 9, bytes);
    bus_say(s->bus, line, MESSAGE_BLOB_PUT, &put);
    bus_run(s->bus, 100);
    assert_false(bus_hear(s->bus, station, s->arena, &type, &body));
    scene_destroy(s);
}

TEST(a_piece_that_is_not_what_its_address_says_is_stored_nowhere) {
    scene_t *s = scene_new("turned");
    uint8_t bytes[PIECE_BYTES];
    struct blob_put put = piece(9, 1, bytes);
    bytes[500] ^= 1;
    for (int i = 0; i < 2; i++) {
        s->state = (struct blob_state){.stored = true};
        bus_say(s->bus, i ? s->hub_line : s->local, MESSAGE_BLOB_PUT, &put);
        listen(s, 100);
        assert_false(s->state.stored);
        assert_int_equal(s->state.reason, REASON_MALFORMED);
    }
    assert_int_equal(rows(outbox_db_of(s), "blob") + rows(ledger_db_of(s), "blob"), 0);
    scene_destroy(s);
}

/* ---- who may have it ---- */

static int piece_for(scene_t *s, const char *role, const char *of, digest_t blob,
                     problem_t *problem) {
    char hex[65];
    text_t roles[] = {text_of(role)};
    person_t person = {.roles = {roles, 1}};
    department_t *department = bus_daemon(s->bus, s->department);
    desk_view_t view = {.chronicle = department->chronicle, .person = &person};
    struct parameter parameters[] = {
        {TEXT("case"), text_of(of)},
        {TEXT("blob"), text_of(hex_print(blob.b, sizeof blob.b, hex))}};
    struct query query = {.name = TEXT("attachment.piece"), .parameters = {parameters, 2}};
    digest_t address;
    *problem = (problem_t){0};
    return attachments_piece(&view, &query, &address, problem);
}

TEST(a_contact_is_given_to_whoever_reads_contacts_alone) {
    scene_t *s = scene_new("contact");
    problem_t problem;
    uint8_t bytes[PIECE_BYTES];
    struct customer body = {.name = TEXT("first with a contact"),
                            .short_name = TEXT("contact"),
                            .contact = piece(3, 0, bytes).address};
    store(s, 3, 1);
    say(s, KIND_CUSTOMER_REGISTER, company_ident(s->company), &body);
    listen(s, 5000);
    assert_int_equal(s->receipt.state, RECEIPT_ARCHIVED);
    assert_int_equal(piece_for(s, "sales.clerk", "contact", body.contact, &problem), 0);
    assert_int_equal(piece_for(s, "planning.manager", "contact", body.contact, &problem), -1);
    assert_int_equal(problem.reason, REASON_NOT_ALLOWED_TO_READ);
    assert_string_equal(problem.field, "contacts");
    assert_int_equal(piece_for(s, "quality.inspector", "contact", body.contact, &problem), -1);
    assert_string_equal(problem.field, "customers");
    assert_int_equal(piece_for(s, "sales.clerk", "first", body.contact, &problem), -1);
    assert_int_equal(problem.reason, REASON_UNKNOWN_REFERENCE); /* another customer's */
    scene_destroy(s);
}

/* ---- who waits ---- */

/* So many others come again and again for what nobody sends. */
static void others_come(scene_t *s, uint8_t n) {
    department_t *department = bus_daemon(s->bus, s->department);
    for (uint8_t i = 1; i <= n; i++) {
        output_t out = {0};
        bytes_t salted;
        carrier_fetch(department, (ident_t){{i}}, (digest_t){{i}}, &salted, bus_boot(s->bus), &out,
                      NULL);
        output_free(&out);
    }
}

/* What the agent says in the end to whoever asks for the contact, behind so many others. */
static reason_t answered(scene_t *s, digest_t blob, uint8_t others) {
    char hex[65];
    message_type_t type;
    const void *body;
    struct parameter parameters[] = {
        {TEXT("case"), TEXT("contact")},
        {TEXT("blob"), text_of(hex_print(blob.b, sizeof blob.b, hex))}};
    struct local_query query = {.person = TEXT("linxiaohe"),
                                .name = TEXT("attachment.piece"),
                                .parameters = {parameters, 2}};
    others_come(s, others);
    bus_say(s->bus, s->local, MESSAGE_LOCAL_QUERY, &query);
    for (int i = 0; i < 40; i++) {
        others_come(s, others);
        bus_run(s->bus, 500);
        while (bus_hear(s->bus, s->person, s->arena, &type, &body))
            if (type == MESSAGE_ANSWER)
                return (reason_t) ((const struct reply *) body)->reason;
    }
    fail_msg("no answer");
    return REASON_NONE;
}

/* The one goes on waiting; for the other --timeout counts. */
TEST(who_stands_in_line_is_told_so_and_not_that_there_is_no_connection) {
    scene_t *s = scene_new("in-line");
    uint8_t bytes[PIECE_BYTES];
    struct customer body = {.name = TEXT("first with a contact"),
                            .short_name = TEXT("contact"),
                            .contact = piece(3, 0, bytes).address};
    store(s, 3, 1);
    say(s, KIND_CUSTOMER_REGISTER, company_ident(s->company), &body);
    listen(s, 5000);
    assert_int_equal(s->receipt.state, RECEIPT_ARCHIVED);
    assert_int_equal(answered(s, body.contact, 5), REASON_NONE);
    bus_run(s->bus, 20000); /* kept by nobody any more */
    bus_kill(s->bus, s->coordinator);
    bus_kill(s->bus, s->archiver);
    assert_int_equal(answered(s, body.contact, 5), REASON_OFFLINE);
    bus_run(s->bus, 20000);
    assert_int_equal(answered(s, body.contact, 6), REASON_BUSY);
    scene_destroy(s);
}
