/* SPDX-License-Identifier: Apache-2.0
 *
 * photo: a scene for tests of attachments on whole daemons: workstation, department, coordinator
 * and archive, a person at the workstation, somebody on the coordinator's wire, and who counts the
 * pieces that travel.
 */
#ifndef COUNTERSIGN_TESTS_TOGETHER_PHOTO_H
#define COUNTERSIGN_TESTS_TOGETHER_PHOTO_H

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
    size_t sent, asked; /* from the workstation: BLOB_PUT, BLOB_ASK */
    size_t open, most;  /* sent and not answered, now and at most */
    size_t lose_every;  /* of the workstation's frames; 0: none */
    struct receipt receipt;
    struct blob_state state;
} scene_t;

static inline void count(void *arg, passage_t *p) {
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

static inline void write_files(company_t *company) {
    char path[512];
    problem_t problem = {0};
    char *nobody[] = {NULL};
    site_station_t station = {.name = (char[]){"sales-1"},
                              .department = (char[]){"sales"},
                              .id = company->station_id,
                              .people = nobody};
    company_check(site_station_write(company->site, &station, &problem), &problem);
    company_check(keyfile_write_signer(
                      site_path(company->site, path, sizeof path, "people", "linxiaohe", ".key"),
                      "linxiaohe", company->clerk, PASSPHRASE, SEAL_MINIMAL, &problem),
                  &problem);
}

static inline void listen(scene_t *s, int64_t ms) {
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

static inline void unlock(scene_t *s) {
    struct local_unlock body = {.person = TEXT("linxiaohe"), .passphrase = TEXT(PASSPHRASE)};
    bus_say(s->bus, s->local, MESSAGE_LOCAL_UNLOCK, &body);
    listen(s, 4000);
}

static inline void say(scene_t *s, kind_t kind, ident_t id, const void *body) {
    buffer_t bytes = {0};
    problem_t problem = {0};
    company_check(record_encode(kind_info(kind)->body, body, &bytes, &problem), &problem);
    struct local_command command = {
        .person = TEXT("linxiaohe"), .kind = kind, .id = id, .body = buffer_bytes(&bytes)};
    bus_say(s->bus, s->local, MESSAGE_LOCAL_COMMANDS, &(struct local_commands){{&command, 1}});
    buffer_free(&bytes);
}

static inline scene_t *scene_new(const char *name) {
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

static inline void scene_destroy(scene_t *s) {
    bus_destroy(&s->bus);
    company_destroy(&s->company);
    arena_destroy(&s->arena);
    free(s);
}

static inline sqlite3 *ledger_db_of(scene_t *s) {
    return ledger_db(
        chronicle_ledger(((coordinator_t *) bus_daemon(s->bus, s->coordinator))->chronicle));
}
static inline sqlite3 *archive_db_of(scene_t *s) {
    return ledger_db(chronicle_ledger(((archiver_t *) bus_daemon(s->bus, s->archiver))->chronicle));
}
static inline sqlite3 *outbox_db_of(scene_t *s) {
    return ((agent_t *) bus_daemon(s->bus, s->agent))->db;
}

static inline int64_t rows(sqlite3 *db, const char *table) {
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
static inline struct blob_put piece(uint8_t salt, size_t which, uint8_t bytes[PIECE_BYTES]) {
    memset(bytes, salt, BLOB_SALT);
    memset(bytes + BLOB_SALT, (int) which, PIECE_BYTES - BLOB_SALT);
    bytes_t salted = {bytes, PIECE_BYTES};
    return (struct blob_put){.address = blob_address(salted), .salted = salted};
}

typedef struct photo {
    struct attachment attachment;
    struct blob_piece pieces[PIECES];
} photo_t;

static inline void describe(photo_t *photo, uint8_t salt, size_t n) {
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

static inline void store(scene_t *s, uint8_t salt, size_t n) {
    uint8_t bytes[PIECE_BYTES];
    for (size_t i = 0; i < n; i++) {
        struct blob_put put = piece(salt, i, bytes);
        s->state.stored = false;
        bus_say(s->bus, s->local, MESSAGE_BLOB_PUT, &put);
        listen(s, 10);
        assert_true(s->state.stored && digest_equal(s->state.address, put.address));
    }
}

static inline ident_t complain(scene_t *s, photo_t *photo, const char *text) {
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

static inline bool half_is_sent(void *arg) { return ((scene_t *) arg)->sent >= PIECES / 2; }
static inline bool is_archived(void *arg) {
    scene_t *s = arg;
    listen(s, 0);
    return rows(outbox_db_of(s), "outbox") == 0 && rows(outbox_db_of(s), "blob") == 0;
}

static inline void arrives(scene_t *s) {
    assert_true(bus_until(s->bus, is_archived, s, 120000));
    assert_int_equal(rows(ledger_db_of(s), "blob"), PIECES);
    assert_int_equal(rows(archive_db_of(s), "blob"), PIECES);
    assert_int_equal(rows(ledger_db_of(s), "blob_loose"), 0);
    assert_int_equal(rows(outbox_db_of(s), "blob_key"), 0);
}

static inline void kill_one(scene_t *s, int node) {
    bus_kill(s->bus, node);
    listen(s, 5000);
    bus_start(s->bus, node);
}

#endif
