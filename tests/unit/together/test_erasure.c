/* SPDX-License-Identifier: Apache-2.0
 *
 * An erasure with whole daemons: what it leaves on both disks, when, and what brings nothing back.
 */
#include <unistd.h>

#include "tests/unit/together/photo.h"

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
    assert_int_equal(sqlite3_exec(db, "BEGIN", NULL, NULL, NULL), SQLITE_OK);
    assert_int_equal(blobs_put(db, put.address, put.salted, &problem), 0);
    assert_int_equal(sqlite3_exec(db, "COMMIT", NULL, NULL, NULL), SQLITE_OK);
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
