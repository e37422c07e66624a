/* SPDX-License-Identifier: Apache-2.0
 *
 * Attachments on their way, with whole daemons: workstation, department, coordinator, archive. How
 * many pieces travel, and how often; what is kept where; what an erasure leaves.
 */
#include <unistd.h>

#include "daemons/agent/agent.h"
#include "daemons/archiver/archiver.h"
#include "daemons/coordinator/coordinator.h"
#include "daemons/department/department.h"
#include "common/ledger/loose.h"
#include "tests/unit/harness.h"
#include "tests/unit/together/company.h"

#define PIECES 20
#define PIECE_BYTES (BLOB_SALT + 1000)
#define PASSPHRASE "geheim"

typedef struct scene {
    company_t *company;
    bus_t *bus;
    int coordinator, archiver, department, agent, person, hub;
    int local, upward, hub_line; /* lines */
    ident_t customer;
    arena_t *arena;
    size_t sent, asked;          /* from the workstation: BLOB_PUT, BLOB_ASK */
    size_t open, most;           /* sent and not answered, now and at most */
    size_t lose_every;           /* of the workstation's frames; 0: none */
    struct receipt receipt;
    struct blob_state state;
} scene_t;

static void count(void *arg, passage_t *p) {
    scene_t *s = arg;
    if (p->from == s->agent && p->type == MESSAGE_BLOB_PUT) {
        s->sent++;
        s->open++;
    }
    s->asked += p->from == s->agent && p->type == MESSAGE_BLOB_ASK;
    if (p->to == s->agent && p->type == MESSAGE_BLOB_STATE && s->open)
        s->open--;
    s->most = s->open > s->most ? s->open : s->most;
    if (s->lose_every && p->from == s->agent && (s->sent + s->asked) % s->lose_every == 0)
        p->copies = 0;
}

static void write_files(company_t *company) {
    char path[512];
    problem_t problem = {0};
    char *nobody[] = {NULL};
    site_station_t station = {.name = (char[]){"sales-1"},
                              .department = (char[]){"sales"},
                              .id = company->station_id,
                              .people = nobody};
    company_check(site_station_write(company->site, &station, &problem), &problem);
    company_check(keyfile_write_signer(site_path(company->site, path, sizeof path, "people",
                                                 "linxiaohe", ".key"),
                                       "linxiaohe", company->clerk, PASSPHRASE, SEAL_MINIMAL,
                                       &problem),
                  &problem);
}

static void listen(scene_t *s, int64_t ms) {
    message_type_t type;
    const void *body;
    bus_run(s->bus, ms);
    for (int i = 0; i < 2; i++)
        while (bus_hear(s->bus, i ? s->hub : s->person, s->arena, &type, &body)) {
            if (type == MESSAGE_RECEIPT)
                s->receipt = *(const struct receipt *) body;
            else if (type == MESSAGE_BLOB_STATE)
                s->state = *(const struct blob_state *) body;
        }
}

static void unlock(scene_t *s) {
    struct local_unlock body = {.person = TEXT("linxiaohe"), .passphrase = TEXT(PASSPHRASE)};
    bus_say(s->bus, s->local, MESSAGE_LOCAL_UNLOCK, &body);
    listen(s, 4000);
}

static void say(scene_t *s, kind_t kind, ident_t id, const void *body) {
    buffer_t bytes = {0};
    problem_t problem = {0};
    company_check(record_encode(kind_info(kind)->body, body, &bytes, &problem), &problem);
    struct local_command command = {
        .person = TEXT("linxiaohe"), .kind = kind, .id = id, .body = buffer_bytes(&bytes)};
    bus_say(s->bus, s->local, MESSAGE_LOCAL_COMMAND, &command);
    buffer_free(&bytes);
}

static scene_t *scene_new(const char *name) {
    scene_t *s = calloc(1, sizeof *s);
    problem_t problem = {0};
    char path[512];
    curve_pair_t curve;
    s->company = company_new(harness_folder(), name);
    write_files(s->company);
    company_check(keyfile_read_curve(site_path(s->company->site, path, sizeof path, "keys",
                                               "department-sales", ".curve"),
                                     &curve, &problem),
                  &problem);
    s->bus = bus_new(1, COMPANY_START + 1000);
    s->coordinator = bus_add(s->bus, &coordinator_spec, s->company->folder, "");
    s->archiver = bus_add(s->bus, &archiver_spec, s->company->folder, "");
    s->department = bus_add(s->bus, &department_spec, s->company->folder, "sales");
    s->agent = bus_add(s->bus, &agent_spec, s->company->folder, "sales-1");
    s->person = bus_client(s->bus, &curve);
    s->hub = bus_client(s->bus, &curve);
    bus_connect(s->bus, s->archiver, "coordinator", s->coordinator, "service");
    bus_connect(s->bus, s->archiver, "stream", s->coordinator, "stream");
    bus_connect(s->bus, s->department, "coordinator", s->coordinator, "service");
    bus_connect(s->bus, s->department, "stream", s->coordinator, "stream");
    bus_connect(s->bus, s->department, "archiver", s->archiver, "service");
    s->upward = bus_connect(s->bus, s->agent, "department", s->department, "service");
    s->local = bus_connect(s->bus, s->person, "mine", s->agent, "local");
    s->hub_line = bus_connect(s->bus, s->hub, "mine", s->coordinator, "service");
    s->arena = arena_new(0);
    bus_hook(s->bus, count, s);
    listen(s, 2000);
    unlock(s);
    struct customer customer = {.name = TEXT("first"), .short_name = TEXT("first")};
    s->customer = company_ident(s->company);
    say(s, KIND_CUSTOMER_REGISTER, s->customer, &customer);
    listen(s, 3000);
    assert_int_equal(s->receipt.state, RECEIPT_ARCHIVED);
    return s;
}

static void scene_destroy(scene_t *s) {
    bus_destroy(&s->bus);
    company_destroy(&s->company);
    arena_destroy(&s->arena);
    free(s);
}

static sqlite3 *ledger_db_of(scene_t *s) {
    return ledger_db(chronicle_ledger(((coordinator_t *) bus_daemon(s->bus, s->coordinator))->chronicle));
}
static sqlite3 *archive_db_of(scene_t *s) {
    return ledger_db(chronicle_ledger(((archiver_t *) bus_daemon(s->bus, s->archiver))->chronicle));
}
static sqlite3 *outbox_db_of(scene_t *s) { return ((agent_t *) bus_daemon(s->bus, s->agent))->db; }

static int64_t rows(sqlite3 *db, const char *table) {
    char sql[80];
    sqlite3_stmt *stmt = NULL;
    snprintf(sql, sizeof sql, "SELECT count (*) FROM %s", table);
    assert_int_equal(sqlite3_prepare_v2(db, sql, -1, &stmt, NULL), SQLITE_OK);
    assert_int_equal(sqlite3_step(stmt), SQLITE_ROW);
    int64_t n = sqlite3_column_int64(stmt, 0);
    sqlite3_finalize(stmt);
    return n;
}

/* Number `which` of the pieces of attachment `salt`. */
static struct blob_put piece(uint8_t salt, size_t which, uint8_t bytes[PIECE_BYTES]) {
    memset(bytes, salt, BLOB_SALT);
    memset(bytes + BLOB_SALT, (int) which, PIECE_BYTES - BLOB_SALT);
    bytes_t salted = {bytes, PIECE_BYTES};
    return (struct blob_put){.address = blob_address(salted), .salted = salted};
}

typedef struct photo {
    struct attachment attachment;
    struct blob_piece pieces[PIECES];
} photo_t;

static void describe(photo_t *photo, uint8_t salt, size_t n) {
    uint8_t bytes[PIECE_BYTES];
    *photo = (photo_t){.attachment = {.name = TEXT("photo.jpg"),
                                      .size = (int64_t) (n * 1000),
                                      .pieces = {photo->pieces, n - 1}}};
    for (size_t i = 0; i < n; i++) {
        digest_t address = piece(salt, i, bytes).address;
        if (i == 0)
            photo->attachment.blob = address;
        else
            photo->pieces[i - 1].blob = address;
    }
}

static void store(scene_t *s, uint8_t salt, size_t n) {
    uint8_t bytes[PIECE_BYTES];
    for (size_t i = 0; i < n; i++) {
        struct blob_put put = piece(salt, i, bytes);
        s->state.stored = false;
        bus_say(s->bus, s->local, MESSAGE_BLOB_PUT, &put);
        listen(s, 10);
        assert_true(s->state.stored && digest_equal(s->state.address, put.address));
    }
}

static ident_t complain(scene_t *s, photo_t *photo, const char *text) {
    ident_t id = company_ident(s->company);
    struct feedback_content body = {.kind = FEEDBACK_ENQUIRY,
                                    .customer = s->customer,
                                    .medium = MEDIUM_LETTER,
                                    .received = bus_now(s->bus),
                                    .text = text_of(text),
                                    .attachments = {&photo->attachment, 1}};
    s->receipt = (struct receipt){0};
    say(s, KIND_FEEDBACK_REGISTER, id, &body);
    return id;
}

static bool half_is_sent(void *arg) { return ((scene_t *) arg)->sent >= PIECES / 2; }
static bool is_archived(void *arg) {
    scene_t *s = arg;
    listen(s, 0);
    return rows(outbox_db_of(s), "outbox") == 0 && rows(outbox_db_of(s), "blob") == 0;
}

static void arrives(scene_t *s) {
    assert_true(bus_until(s->bus, is_archived, s, 120000));
    assert_int_equal(rows(ledger_db_of(s), "blob"), PIECES);
    assert_int_equal(rows(archive_db_of(s), "blob"), PIECES);
    assert_int_equal(rows(ledger_db_of(s), "blob_loose"), 0);
    assert_int_equal(rows(outbox_db_of(s), "blob_key"), 0);
}

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

static void kill_one(scene_t *s, int node) {
    bus_kill(s->bus, node);
    listen(s, 5000);
    bus_start(s->bus, node);
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
    bus_cut(s->bus, s->upward, true); /* what follows stays here */
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

/* ---- erasing ---- */

static const uint8_t head_seed = 77;

/* A head of sales, who may erase. */
static ident_t enrol_head(scene_t *s, const signer_t *signer) {
    text_t roles[] = {TEXT("sales.head")};
    buffer_t bytes = {0};
    ident_t id = company_ident(s->company);
    struct person_enrol body = {.handle = TEXT("songzhixing"),
                                .name = TEXT("宋知行"),
                                .roles = {roles, 1},
                                .key = signer_key(signer),
                                .department = TEXT("sales")};
    company_sign(s->company, s->company->administrator, s->company->administrator_id, id,
                 KIND_PERSON_ENROL, (ident_t){{0}}, s->company->station_id, &body, bus_now(s->bus),
                 &bytes);
    bus_say(s->bus, s->hub_line, MESSAGE_SUBMIT,
            &(struct submit){.signed_command = buffer_bytes(&bytes)});
    listen(s, 1000);
    buffer_free(&bytes);
    return id;
}

static void erase(scene_t *s, photo_t *photo) {
    signer_t *signer = company_signer(head_seed);
    ident_t head = enrol_head(s, signer);
    buffer_t bytes = {0};
    struct blob_erase body = {.blob = photo->attachment.blob,
                              .pieces = photo->attachment.pieces,
                              .reason = TEXT("the customer's wish")};
    const coordinator_t *coordinator = bus_daemon(s->bus, s->coordinator);
    company_sign(s->company, signer, head, company_ident(s->company), KIND_BLOB_ERASE,
                 context_genesis_case(chronicle_context(coordinator->chronicle)),
                 s->company->station_id, &body, bus_now(s->bus), &bytes);
    bus_say(s->bus, s->hub_line, MESSAGE_SUBMIT,
            &(struct submit){.signed_command = buffer_bytes(&bytes)});
    listen(s, 200);
    assert_int_equal(s->receipt.state, RECEIPT_ACCEPTED);
    buffer_free(&bytes);
    signer_destroy(&signer);
}

static scene_t *with_photo(const char *name, photo_t *photo) {
    scene_t *s = scene_new(name);
    describe(photo, 1, PIECES);
    store(s, 1, PIECES);
    complain(s, photo, "see the photograph");
    arrives(s);
    return s;
}

TEST(an_erasure_empties_both_disks_and_nothing_comes_back) {
    photo_t photo;
    uint8_t bytes[PIECE_BYTES];
    scene_t *s = with_photo("erased", &photo);
    struct blob_put put = piece(1, 3, bytes);
    erase(s, &photo);
    listen(s, 5000);
    assert_int_equal(rows(ledger_db_of(s), "blob") + rows(ledger_db_of(s), "blob_key"), 0);
    assert_int_equal(rows(archive_db_of(s), "blob") + rows(archive_db_of(s), "blob_key"), 0);
    bus_say(s->bus, s->hub_line, MESSAGE_BLOB_PUT, &put);
    listen(s, 100);
    assert_false(s->state.stored);
    assert_int_equal(s->state.reason, REASON_ERASED);
    bus_say(s->bus, s->hub_line, MESSAGE_BLOB_GET, &(struct blob_get){.address = put.address});
    listen(s, 100);
    assert_int_equal(s->state.reason, REASON_ERASED);
    assert_int_equal(rows(ledger_db_of(s), "blob"), 0);
    store(s, 1, PIECES);
    complain(s, &photo, "the same again"); /* refused, not kept waiting for pieces */
    listen(s, 10000);
    assert_int_equal(s->receipt.state, RECEIPT_REFUSED);
    assert_int_equal(s->receipt.reason, REASON_ERASED);
    assert_int_equal(rows(ledger_db_of(s), "blob"), 0);
    scene_destroy(s);
}

TEST(what_was_erased_goes_when_that_is_archived_and_not_before) {
    photo_t photo;
    scene_t *s = with_photo("not-before", &photo);
    bus_kill(s->bus, s->archiver);
    erase(s, &photo);
    listen(s, 60000);
    assert_int_equal(rows(ledger_db_of(s), "blob"), PIECES); /* the event could still be lost */
    kill_one(s, s->coordinator);
    listen(s, 60000);
    assert_int_equal(rows(ledger_db_of(s), "blob"), PIECES);
    bus_start(s->bus, s->archiver);
    listen(s, 20000);
    assert_int_equal(rows(ledger_db_of(s), "blob"), 0);
    assert_int_equal(rows(archive_db_of(s), "blob"), 0);
    scene_destroy(s);
}

/* By hand, while its daemon is down: as an older file would have it. */
static void put_back(scene_t *s, int node, const char *name, const char *file) {
    char path[512];
    uint8_t bytes[PIECE_BYTES];
    sqlite3 *db = NULL;
    problem_t problem = {0};
    struct blob_put put = piece(1, 3, bytes);
    bus_kill(s->bus, node);
    site_state_path(s->company->site, path, sizeof path, name, file, false, &problem);
    assert_int_equal(sqlite3_open(path, &db), SQLITE_OK);
    assert_int_equal(blobs_put(db, put.address, put.salted, &problem), 0);
    assert_int_equal(rows(db, "blob"), 1);
    sqlite3_close(db);
    bus_start(s->bus, node);
}

TEST(what_was_erased_is_erased_again_at_every_start) {
    photo_t photo;
    scene_t *s = with_photo("again", &photo);
    erase(s, &photo);
    listen(s, 5000);
    put_back(s, s->archiver, "archiver", "archive.db");
    put_back(s, s->coordinator, "coordinator", "ledger.db");
    listen(s, 20000);
    assert_int_equal(rows(ledger_db_of(s), "blob"), 0);
    assert_int_equal(rows(archive_db_of(s), "blob"), 0);
    scene_destroy(s);
}

static void lose_archive(scene_t *s) {
    static const char *const names[] = {"archive.db", "archive.db-wal"};
    char path[512];
    problem_t problem = {0};
    bus_kill(s->bus, s->archiver);
    for (size_t i = 0; i < sizeof names / sizeof *names; i++) {
        site_state_path(s->company->site, path, sizeof path, "archiver", names[i], false, &problem);
        unlink(path);
    }
    bus_start(s->bus, s->archiver);
}

/* Events that name what is gone come before the one that says so: it is not waited for. */
TEST(a_new_archive_does_not_wait_for_what_was_erased) {
    photo_t photo;
    scene_t *s = with_photo("new-archive", &photo);
    erase(s, &photo);
    listen(s, 5000);
    lose_archive(s);
    listen(s, 30000);
    const coordinator_t *coordinator = bus_daemon(s->bus, s->coordinator);
    assert_int_equal(coordinator->archived, ledger_last(chronicle_ledger(coordinator->chronicle)));
    assert_int_equal(rows(archive_db_of(s), "wanted"), 0);
    scene_destroy(s);
}
