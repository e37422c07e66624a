/* SPDX-License-Identifier: Apache-2.0
 *
 * Opening a ledger while the machine fails: no memory at the n-th allocation, no answer from the
 * disk at the n-th call. Whatever fails, the opening says so, takes nothing, and works when the
 * fault is gone; only bytes that really are wrong count as damage. And writing to one whose disk has
 * no room from the n-th write on: all of a batch is there, or nothing of it.
 */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/wait.h>
#include <sysexits.h>
#include <unistd.h>

#include "common/base/memory.h"
#include "common/ledger/loose.h"
#include "tests/unit/harness.h"
#include "tests/unit/together/company.h"

static long left = -1; /* calls until one fails; below zero: none does */

static long writes_left = -1; /* that make a file longer; below zero: there is room */

static bool fails_now(void) { return left >= 0 && left-- == 0; }

/* ---- memory ---- */

static sqlite3_mem_methods plain_memory;
static void *failing_malloc(int n) { return fails_now() ? NULL : plain_memory.xMalloc(n); }
static void *failing_realloc(void *p, int n) {
    return fails_now() ? NULL : plain_memory.xRealloc(p, n);
}

static void install_memory(void) {
    sqlite3_mem_methods failing;
    assert_int_equal(sqlite3_shutdown(), SQLITE_OK);
    assert_int_equal(sqlite3_config(SQLITE_CONFIG_GETMALLOC, &plain_memory), SQLITE_OK);
    failing = plain_memory;
    failing.xMalloc = failing_malloc;
    failing.xRealloc = failing_realloc;
    assert_int_equal(sqlite3_config(SQLITE_CONFIG_MALLOC, &failing), SQLITE_OK);
    assert_int_equal(sqlite3_config(SQLITE_CONFIG_LOOKASIDE, 0, 0), SQLITE_OK);
    assert_int_equal(sqlite3_initialize(), SQLITE_OK);
}

/* ---- disk: SQLite's own, but the n-th call that reads, asks or opens fails ---- */

typedef struct failing_file {
    sqlite3_file base;
    sqlite3_file *real; /* behind this struct */
} failing_file_t;

static sqlite3_vfs failing_vfs, *plain_vfs;
static sqlite3_io_methods failing_methods;

static bool disk_fails = true; /* or memory alone does */
static bool disk_fails_now(void) { return disk_fails && fails_now(); }

static sqlite3_file *real_of(sqlite3_file *file) {
    return ((failing_file_t *) (void *) file)->real;
}
static int file_close(sqlite3_file *f) {
    sqlite3_file *real = real_of(f);
    return real->pMethods ? real->pMethods->xClose(real) : SQLITE_OK;
}
static int file_read(sqlite3_file *f, void *p, int n, sqlite3_int64 at) {
    return disk_fails_now() ? SQLITE_IOERR_READ : real_of(f)->pMethods->xRead(real_of(f), p, n, at);
}
static int file_write(sqlite3_file *f, const void *p, int n, sqlite3_int64 at) {
    sqlite3_int64 size = 0;
    real_of(f)->pMethods->xFileSize(real_of(f), &size);
    if (at + n > size && writes_left == 0)
        return SQLITE_FULL;
    writes_left -= at + n > size && writes_left > 0;
    return real_of(f)->pMethods->xWrite(real_of(f), p, n, at);
}
static int file_truncate(sqlite3_file *f, sqlite3_int64 n) {
    return real_of(f)->pMethods->xTruncate(real_of(f), n);
}
static int file_sync(sqlite3_file *f, int flags) {
    (void) f, (void) flags;
    return SQLITE_OK; /* the power does not go here */
}
static int file_size(sqlite3_file *f, sqlite3_int64 *n) {
    return disk_fails_now() ? SQLITE_IOERR_FSTAT : real_of(f)->pMethods->xFileSize(real_of(f), n);
}
static int file_lock(sqlite3_file *f, int level) {
    return real_of(f)->pMethods->xLock(real_of(f), level);
}
static int file_unlock(sqlite3_file *f, int level) {
    return real_of(f)->pMethods->xUnlock(real_of(f), level);
}
static int file_reserved(sqlite3_file *f, int *out) {
    return real_of(f)->pMethods->xCheckReservedLock(real_of(f), out);
}
static int file_control(sqlite3_file *f, int op, void *arg) {
    return real_of(f)->pMethods->xFileControl(real_of(f), op, arg);
}
static int file_sector(sqlite3_file *f) { return real_of(f)->pMethods->xSectorSize(real_of(f)); }
static int file_traits(sqlite3_file *f) {
    return real_of(f)->pMethods->xDeviceCharacteristics(real_of(f));
}

static int vfs_open(sqlite3_vfs *vfs, const char *name, sqlite3_file *file, int flags, int *out) {
    (void) vfs;
    failing_file_t *self = (failing_file_t *) (void *) file;
    self->real = (sqlite3_file *) (void *) (self + 1);
    self->base.pMethods = NULL;
    if (disk_fails_now())
        return SQLITE_CANTOPEN;
    int rc = plain_vfs->xOpen(plain_vfs, name, self->real, flags, out);
    if (rc == SQLITE_OK)
        self->base.pMethods = &failing_methods;
    return rc;
}

static int vfs_access(sqlite3_vfs *vfs, const char *name, int flags, int *out) {
    (void) vfs;
    return disk_fails_now() ? SQLITE_IOERR_ACCESS : plain_vfs->xAccess(plain_vfs, name, flags, out);
}

static void install_disk(void) {
    plain_vfs = sqlite3_vfs_find(NULL);
    failing_methods = (sqlite3_io_methods){
        .iVersion = 1,
        .xClose = file_close,
        .xRead = file_read,
        .xWrite = file_write,
        .xTruncate = file_truncate,
        .xSync = file_sync,
        .xFileSize = file_size,
        .xLock = file_lock,
        .xUnlock = file_unlock,
        .xCheckReservedLock = file_reserved,
        .xFileControl = file_control,
        .xSectorSize = file_sector,
        .xDeviceCharacteristics = file_traits,
    };
    failing_vfs = *plain_vfs;
    failing_vfs.zName = "failing";
    failing_vfs.szOsFile = (int) sizeof(failing_file_t) + plain_vfs->szOsFile;
    failing_vfs.xOpen = vfs_open;
    failing_vfs.xAccess = vfs_access;
    assert_int_equal(sqlite3_vfs_register(&failing_vfs, 1), SQLITE_OK);
}

/* ---- the tests ---- */

static company_t *closed_company(const char *name, char path[512]) {
    problem_t problem = {0};
    company_t *company = company_new(harness_folder(), name);
    assert_non_null(
        site_state_path(company->site, path, 512, "coordinator", "ledger.db", true, &problem));
    return company;
}

/* Past its checks an opening that cannot go on ends the process, which is tried in another one. */
static bool ends_the_process(const char *path, long n) {
    int status = 0;
    pid_t pid = fork();
    if (pid == 0) {
        problem_t problem = {0};
        if (!freopen("/dev/null", "w", stderr))
            _exit(0);
        left = n;
        ledger_t *ledger = ledger_open(path, blobs_schema, &problem);
        left = -1;
        ledger_close(&ledger); /* and its WAL with it */
        _exit(0);
    }
    assert_int_equal(waitpid(pid, &status, 0), pid);
    assert_true(WIFEXITED(status));
    return WEXITSTATUS(status) != 0;
}

static ledger_t *opened(const char *path) {
    problem_t problem = {0};
    ledger_t *ledger = ledger_open(path, blobs_schema, &problem);
    company_check(ledger ? 0 : -1, &problem);
    return ledger;
}

/* Opens with the n-th call failing, n = 0, 1, 2 ..., until an opening meets no fault; returns how
   many openings failed. */
static int open_until_it_works(const char *path) {
    int failed = 0;
    digest_t root = {{0}};
    for (long n = 0;; n++) {
        problem_t problem = {0};
        if (ends_the_process(path, n)) {
            ledger_t *recovered = opened(path);
            ledger_close(&recovered);
            continue;
        }
        left = n;
        ledger_t *ledger = ledger_open(path, blobs_schema, &problem);
        bool met = left < 0;
        left = -1;
        assert_false(!ledger && !met);
        if (!ledger) {
            failed++;
            assert_int_equal(problem.reason, REASON_INPUT_FILE);
            assert_true(problem.detail[0] != '\0');
            assert_string_equal(problem.file, path);
            if (ledger_damaged(&problem)) /* the bytes are all right */
                fail_msg("call %ld: %s", n, problem.detail);
            continue;
        }
        if (root.b[0] == 0)
            root = ledger_root(ledger);
        assert_true(digest_equal(ledger_root(ledger), root));
        assert_int_equal(ledger_verify(ledger), 0);
        ledger_close(&ledger);
        if (!met)
            return failed;
    }
}

TEST(a_disk_that_fails_while_a_ledger_is_opened_is_said_and_is_no_damage) {
    char path[512];
    company_t *company = closed_company("disk", path);
    install_disk();
    assert_true(open_until_it_works(path) > 5);
    assert_int_equal(sqlite3_vfs_unregister(&failing_vfs), SQLITE_OK);
    company_destroy(&company);
}

TEST(memory_that_runs_out_while_a_ledger_is_opened_is_said_and_is_no_damage) {
    char path[512];
    company_t *company = closed_company("memory", path);
    install_memory();
    install_disk(); /* for its syncs, which cost nothing */
    disk_fails = false;
    assert_true(open_until_it_works(path) > 20);
    disk_fails = true;
    assert_int_equal(sqlite3_vfs_unregister(&failing_vfs), SQLITE_OK);
    assert_int_equal(sqlite3_shutdown(), SQLITE_OK);
    assert_int_equal(sqlite3_config(SQLITE_CONFIG_MALLOC, &plain_memory), SQLITE_OK);
    assert_int_equal(sqlite3_initialize(), SQLITE_OK);
    company_destroy(&company);
}

/* ---- no room ---- */

static digest_t make_blob(buffer_t *salted, uint8_t salt, size_t n) {
    uint8_t *bytes = memory_new(BLOB_SALT + n, 1);
    memset(bytes, salt, BLOB_SALT + n);
    buffer_clear(salted);
    buffer_put(salted, bytes, BLOB_SALT + n);
    free(bytes);
    return blob_address(buffer_bytes(salted));
}

static void put_blob(sqlite3 *db, uint8_t salt, size_t n, ledger_t *spoils) {
    problem_t problem = {0};
    buffer_t salted = {0};
    digest_t address = make_blob(&salted, salt, n);
    if (blobs_put(db, address, buffer_bytes(&salted), &problem) == 0)
        loose_note(db, address, salted.n, COMPANY_START);
    else if (problem.reason == REASON_DISK_FULL)
        ledger_spoil(spoils);
    loose_named(db, address);
    buffer_free(&salted);
}

/* As a coordinator's: documents, and then the commands that name them, more than stays in memory. */
static ledger_result_t write_batch(company_t *company) {
    ledger_t *ledger = chronicle_ledger(company->chronicle);
    ledger_begin(ledger);
    for (int i = 0; i < 6; i++) {
        char handle[24];
        snprintf(handle, sizeof handle, "heyifan%d", i);
        put_blob(ledger_db(ledger), (uint8_t) i, 40000, ledger);
        struct person_enrol body = {.handle = text_of(handle),
                                    .name = text_of(handle),
                                    .department = TEXT("sales"),
                                    .key = signer_key(company->clerk)};
        body.key.b[0] ^= (uint8_t) (i + 1);
        company_put(company, KIND_PERSON_ENROL, &body);
    }
    return ledger_commit(ledger);
}

typedef ledger_result_t (*full_fn_t)(company_t *company, const char *path, long room);

/* The batch with room for `room` writes, then what the file says after it. */
static ledger_result_t try_batch(company_t *company, const char *path, long room) {
    problem_t problem = {0};
    company->chronicle = chronicle_open(path, blobs_schema, 4, &problem);
    company_check(company->chronicle ? 0 : -1, &problem);
    ledger_t *ledger = chronicle_ledger(company->chronicle);
    digest_t root = ledger_root(ledger);
    assert_int_equal(sqlite3_exec(ledger_db(ledger), "PRAGMA cache_size = 1", NULL, NULL, NULL),
                     SQLITE_OK);
    writes_left = room;
    ledger_result_t result = write_batch(company);
    writes_left = -1;
    assert_int_equal(digest_equal(ledger_root(ledger), root), result == LEDGER_FULL);
    assert_int_equal(ledger_verify(ledger), 0);
    chronicle_close(&company->chronicle);
    return result;
}

/* In another process: where SQLite has to write in order to read, it ends. */
static bool full_ends_the_process(full_fn_t try, company_t *company, const char *path, long room) {
    int status = 0;
    pid_t pid = fork();
    if (pid == 0) {
        if (!freopen("/dev/null", "w", stderr))
            _exit(1);
        try(company, path, room);
        _exit(0);
    }
    assert_int_equal(waitpid(pid, &status, 0), pid);
    assert_true(WIFEXITED(status));
    assert_true(WEXITSTATUS(status) == 0 || WEXITSTATUS(status) == EX_IOERR);
    return WEXITSTATUS(status) != 0;
}

TEST(a_disk_that_fills_up_within_a_batch_takes_all_of_the_batch_back) {
    char path[512];
    company_t *company = closed_company("filling", path);
    ledger_t *ledger = opened(path);
    const digest_t root = ledger_root(ledger);
    ledger_close(&ledger);
    long full = 0;
    install_disk();
    for (long room = 0;; room++) {
        bool ended = full_ends_the_process(try_batch, company, path, room);
        ledger = opened(path);
        assert_int_equal(ledger_verify(ledger), 0);
        bool there = !digest_equal(ledger_root(ledger), root);
        ledger_close(&ledger);
        if (there)
            break;
        if (!ended) {
            assert_int_equal(try_batch(company, path, room), LEDGER_FULL);
            full++;
        }
    }
    assert_true(full > 20);
    assert_int_equal(sqlite3_vfs_unregister(&failing_vfs), SQLITE_OK);
    company_destroy(&company);
}

enum { KEPT = 120, ERASED = 30, SMALL = 900 }; /* contents of the store: the first ones go */

static void fill(const char *path) {
    ledger_t *ledger = opened(path);
    ledger_begin(ledger);
    for (int i = 0; i < KEPT; i++)
        put_blob(ledger_db(ledger), (uint8_t) i, SMALL, ledger);
    assert_int_equal(ledger_commit(ledger), LEDGER_OK);
    ledger_close(&ledger);
}

/* Whether what is not erased is all there, and what goes is all there or all gone. */
static bool gone(ledger_t *ledger) {
    buffer_t salted = {0}, back = {0};
    int here = 0;
    for (int i = 0; i < KEPT; i++) {
        digest_t address = make_blob(&salted, (uint8_t) i, SMALL);
        bool have = blobs_get(ledger_db(ledger), address, &back);
        assert_true(have || i < ERASED);
        if (have)
            assert_true(digest_equal(blob_address(buffer_bytes(&back)), address));
        here += have && i < ERASED;
    }
    buffer_free(&salted);
    buffer_free(&back);
    assert_true(here == 0 || here == ERASED);
    return here == 0;
}

static ledger_result_t try_erasure(company_t *company, const char *path, long room) {
    (void) company;
    buffer_t salted = {0};
    ledger_t *ledger = opened(path);
    sqlite3 *db = ledger_db(ledger);
    assert_int_equal(sqlite3_exec(db, "PRAGMA cache_size = 1", NULL, NULL, NULL), SQLITE_OK);
    writes_left = room;
    ledger_begin(ledger);
    for (int i = 0; i < ERASED; i++)
        blobs_erase(db, make_blob(&salted, (uint8_t) i, SMALL));
    bool committed = ledger_commit(ledger) == LEDGER_OK, done = committed && blobs_scrub(db);
    writes_left = -1;
    assert_int_equal(gone(ledger), committed);
    buffer_free(&salted);
    ledger_close(&ledger);
    return done ? LEDGER_OK : LEDGER_FULL;
}

TEST(an_erasure_that_finds_no_room_loses_nothing_else_and_is_done_when_there_is) {
    char path[512], copy[600], command[1300];
    company_t *company = closed_company("erasing", path);
    long full = 0;
    bool done = false;
    install_disk();
    fill(path);
    snprintf(copy, sizeof copy, "%s.copy", path);
    snprintf(command, sizeof command, "cp %s %s", path, copy);
    for (long room = 0; !done; room++) {
        assert_int_equal(system(command), 0);
        bool ended = full_ends_the_process(try_erasure, company, copy, room);
        ledger_t *ledger = opened(copy);
        gone(ledger);
        ledger_close(&ledger);
        if (ended)
            continue;
        assert_int_equal(system(command), 0);
        done = try_erasure(company, copy, room) == LEDGER_OK;
        full += !done;
        assert_int_equal(try_erasure(company, copy, -1), LEDGER_OK);
    }
    assert_true(full > 5);
    assert_int_equal(sqlite3_vfs_unregister(&failing_vfs), SQLITE_OK);
    company_destroy(&company);
}
