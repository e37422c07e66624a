/* SPDX-License-Identifier: Apache-2.0
 *
 * The ledger's file in other hands: reopened, cut short, flipped, swapped, held by somebody else,
 * of another kind; and that what it projects is what its events say.
 */
#include <fcntl.h>
#include <stdio.h>
#include <sys/resource.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

#include "common/crypto/hash.h"
#include "tests/unit/harness.h"
#include "tests/unit/together/company.h"

typedef struct file_bytes {
    uint8_t *p;
    size_t n;
} file_bytes_t;

static file_bytes_t slurp(const char *path) {
    struct stat st;
    file_bytes_t f = {0};
    FILE *file = fopen(path, "re");
    assert_non_null(file);
    assert_int_equal(fstat(fileno(file), &st), 0);
    f.n = (size_t) st.st_size;
    f.p = malloc(f.n + 1);
    assert_int_equal(fread(f.p, 1, f.n, file), f.n);
    fclose(file);
    return f;
}

static void spit(const char *path, const uint8_t *p, size_t n) {
    FILE *file = fopen(path, "we");
    assert_non_null(file);
    assert_int_equal(fwrite(p, 1, n, file), n);
    fclose(file);
}

/* A company's ledger, closed; its path. */
static company_t *closed(const char *name, char path[512]) {
    problem_t problem = {0};
    company_t *company = company_new(harness_folder(), name);
    assert_non_null(
        site_state_path(company->site, path, 512, "coordinator", "ledger.db", true, &problem));
    return company;
}

static chronicle_t *reopened(const char *path) {
    problem_t problem = {0};
    chronicle_t *chronicle = chronicle_open(path, blobs_schema, 4, &problem);
    company_check(chronicle ? 0 : -1, &problem);
    return chronicle;
}

static int append_leaf(void *arg, position_t position, bytes_t bytes) {
    frontier_t *frontier = arg;
    assert_int_equal(position, frontier->size + 1);
    frontier_append(frontier, hash_leaf(bytes));
    return 0;
}

static void assert_root_of_events(ledger_t *ledger, position_t at) {
    digest_t root;
    frontier_t part = {0};
    ledger_walk(ledger, 1, at, append_leaf, &part);
    assert_int_equal(ledger_root_at(ledger, at, &root), LEDGER_OK);
    assert_true(digest_equal(root, frontier_root(&part)));
}

TEST(what_was_committed_is_there_after_reopening) {
    char path[512];
    company_t *company = closed("reopen", path);
    chronicle_t *chronicle = reopened(path);
    ledger_t *ledger = chronicle_ledger(chronicle);
    frontier_t frontier = {0};
    position_t last = ledger_last(ledger);
    assert_true(last > 3);
    assert_int_equal(ledger_walk(ledger, 1, last, append_leaf, &frontier), 0);
    assert_true(digest_equal(frontier_root(&frontier), ledger_root(ledger)));
    assert_true(digest_equal(ledger_id(ledger), company->site->ledger));
    assert_int_equal(ledger_verify(ledger), 0);
    for (position_t at = 1; at <= last; at++)
        assert_root_of_events(ledger, at);
    digest_t root;
    assert_int_equal(ledger_root_at(ledger, last + 1, &root), LEDGER_NONE);
    chronicle_close(&chronicle);
    company_destroy(&company);
}

static void enrol(company_t *company, text_t handle, uint8_t other) {
    struct person_enrol body = {.handle = handle,
                                .name = handle,
                                .department = TEXT("sales"),
                                .key = signer_key(company->clerk)};
    body.key.b[0] ^= other;
    company_put(company, KIND_PERSON_ENROL, &body);
}

TEST(a_batch_is_whole_or_not_at_all) {
    char path[512];
    company_t *company = closed("batch", path);
    company->chronicle = reopened(path);
    ledger_t *ledger = chronicle_ledger(company->chronicle);
    position_t last = ledger_last(ledger);
    digest_t root = ledger_root(ledger);
    ledger_begin(ledger);
    enrol(company, TEXT("heyifan"), 1);
    assert_true(ledger_last(ledger) > last);
    ledger_spoil(ledger);
    assert_int_equal(ledger_commit(ledger), LEDGER_FULL);
    chronicle_reload(company->chronicle);
    assert_int_equal(ledger_last(ledger), last);
    assert_true(digest_equal(ledger_root(ledger), root));
    assert_null(context_person_by_name(chronicle_context(company->chronicle), TEXT("heyifan")));
    ledger_begin(ledger);
    enrol(company, TEXT("heyifan"), 1);
    assert_int_equal(ledger_commit(ledger), LEDGER_OK);
    assert_true(ledger_last(ledger) > last);
    chronicle_close(&company->chronicle);
    company_destroy(&company);
}

/* Two that follow one another are appended and rolled back, by a commit or before it; others take their
   place in one transaction. */
TEST(a_root_of_what_was_rolled_back_is_no_root_of_what_came_instead) {
    char path[512];
    company_t *company = closed("instead", path);
    company->chronicle = reopened(path);
    ledger_t *ledger = chronicle_ledger(company->chronicle);
    position_t last = ledger_last(ledger);
    digest_t root;
    ledger_begin(ledger);
    enrol(company, TEXT("heyifan"), 1);
    enrol(company, TEXT("heyiyuan"), 2);
    assert_int_equal(ledger_root_at(ledger, last + 1, &root), LEDGER_OK);
    ledger_spoil(ledger);
    assert_int_equal(ledger_commit(ledger), LEDGER_FULL);
    chronicle_reload(company->chronicle);
    ledger_begin(ledger);
    enrol(company, TEXT("zhaomin"), 3);
    enrol(company, TEXT("zhaoning"), 4);
    enrol(company, TEXT("zhaoping"), 5);
    assert_int_equal(ledger_commit(ledger), LEDGER_OK);
    for (position_t at = last; at <= ledger_last(ledger); at++)
        assert_root_of_events(ledger, at);
    chronicle_close(&company->chronicle);
    company_destroy(&company);
}

/* A full disk: rolled back, reading goes on, and the same fits when there is room. */
TEST(a_full_disk_takes_nothing_and_loses_nothing) {
    char path[512];
    company_t *company = closed("full", path);
    company->chronicle = reopened(path);
    ledger_t *ledger = chronicle_ledger(company->chronicle);
    position_t last = ledger_last(ledger), position;
    char sql[64];
    sqlite3_stmt *stmt = NULL;
    assert_int_equal(sqlite3_prepare_v2(ledger_db(ledger), "PRAGMA page_count", -1, &stmt, NULL),
                     SQLITE_OK);
    assert_int_equal(sqlite3_step(stmt), SQLITE_ROW);
    snprintf(sql, sizeof sql, "PRAGMA max_page_count = %d", sqlite3_column_int(stmt, 0));
    sqlite3_finalize(stmt);
    assert_int_equal(sqlite3_exec(ledger_db(ledger), sql, NULL, NULL, NULL), SQLITE_OK);
    buffer_t bytes = {0};
    problem_t problem = {0};
    static char long_text[900];
    memset(long_text, 'x', sizeof long_text - 1);
    struct customer body = {
        .name = TEXT("乌有机械"), .short_name = TEXT("乌有"), .special = text_of(long_text)};
    ledger_result_t result = LEDGER_OK;
    for (int i = 0; i < 500 && result == LEDGER_OK; i++) {
        ident_t id = company_ident(company);
        char name[32];
        snprintf(name, sizeof name, "Customer %d", i);
        body.name = body.short_name = text_of(name);
        company_sign(company, company->clerk, company->clerk_id, id, KIND_CUSTOMER_REGISTER,
                     (ident_t){{0}}, company->station_id, &body, COMPANY_START, &bytes);
        ledger_begin(ledger);
        company_check(chronicle_decide(company->chronicle, buffer_bytes(&bytes), COMPANY_START,
                                       &position, &problem),
                      &problem);
        result = ledger_commit(ledger);
        if (result == LEDGER_OK)
            last = ledger_last(ledger);
    }
    assert_int_equal(result, LEDGER_FULL);
    chronicle_reload(company->chronicle);
    assert_int_equal(ledger_last(ledger), last);
    assert_int_equal(ledger_verify(ledger), 0);
    assert_non_null(
        context_person_by_name(chronicle_context(company->chronicle), TEXT("linxiaohe")));
    assert_int_equal(
        sqlite3_exec(ledger_db(ledger), "PRAGMA max_page_count = 1000000", NULL, NULL, NULL),
        SQLITE_OK);
    ledger_begin(ledger);
    company_check(chronicle_decide(company->chronicle, buffer_bytes(&bytes), COMPANY_START,
                                   &position, &problem),
                  &problem);
    assert_int_equal(ledger_commit(ledger), LEDGER_OK);
    assert_int_equal(position, last + 1);
    buffer_free(&bytes);
    chronicle_close(&company->chronicle);
    company_destroy(&company);
}

/* Opened, it is either whole (the byte carried nothing) or refused; it never crashes, and what is
   verified is what was there. */
static bool opens_whole(const char *path, digest_t root, position_t last) {
    problem_t problem = {0};
    ledger_t *ledger = ledger_open(path, blobs_schema, &problem);
    if (!ledger) {
        assert_int_equal(problem.reason, REASON_INPUT_FILE);
        assert_true(problem.detail[0] != '\0');
        return false;
    }
    position_t wrong = ledger_verify(ledger);
    bool whole =
        wrong == 0 && ledger_last(ledger) == last && digest_equal(ledger_root(ledger), root);
    ledger_close(&ledger);
    return whole;
}

static void state_of(const char *path, digest_t *root, position_t *last) {
    chronicle_t *chronicle = reopened(path);
    *root = ledger_root(chronicle_ledger(chronicle));
    *last = ledger_last(chronicle_ledger(chronicle));
    chronicle_close(&chronicle);
}

TEST(a_file_cut_short_anywhere_is_noticed) {
    char path[512], copy[600];
    company_t *company = closed("short", path);
    digest_t root;
    position_t last;
    state_of(path, &root, &last);
    file_bytes_t whole = slurp(path);
    snprintf(copy, sizeof copy, "%s.copy", path);
    for (size_t n = 1; n < whole.n; n += n < 20000 ? 4095 : 16384) {
        spit(copy, whole.p, n);
        assert_false(opens_whole(copy, root, last));
        unlink(copy);
    }
    free(whole.p);
    company_destroy(&company);
}

/* Every byte of every event: flipped in the file, it is found at the start. */
TEST(no_bit_of_an_event_turns_unnoticed) {
    char path[512], copy[600];
    company_t *company = closed("flip", path);
    digest_t root;
    position_t last;
    buffer_t event = {0};
    state_of(path, &root, &last);
    file_bytes_t whole = slurp(path);
    snprintf(copy, sizeof copy, "%s.copy", path);
    chronicle_t *chronicle = reopened(path);
    assert_int_equal(ledger_read(chronicle_ledger(chronicle), last, &event), LEDGER_OK);
    chronicle_close(&chronicle);
    uint8_t *at = memmem(whole.p, whole.n, event.p, event.n);
    assert_non_null(at);
    for (size_t i = 0; i < event.n; i += 3) {
        at[i] ^= (uint8_t) (1u << (i & 7));
        spit(copy, whole.p, whole.n);
        assert_false(opens_whole(copy, root, last));
        at[i] ^= (uint8_t) (1u << (i & 7));
        unlink(copy);
    }
    buffer_free(&event);
    free(whole.p);
    company_destroy(&company);
}

static void change(const char *path, const char *sql) {
    sqlite3 *db;
    assert_int_equal(sqlite3_open(path, &db), SQLITE_OK);
    assert_int_equal(sqlite3_exec(db, sql, NULL, NULL, NULL), SQLITE_OK);
    assert_true(sqlite3_total_changes(db) > 0);
    assert_int_equal(sqlite3_close(db), SQLITE_OK);
}

TEST(what_was_changed_behind_its_back_is_damage) {
    static const char *const sql[] = {
        "DELETE FROM event WHERE position = (SELECT max (position) FROM event)",
        "DELETE FROM event WHERE position = (SELECT max (position) - 1 FROM event)",
        "UPDATE event SET leaf = zeroblob (32) WHERE position = (SELECT max (position) FROM event)",
        "UPDATE event SET leaf = x'00' WHERE position = (SELECT max (position) FROM event)",
        "UPDATE event SET bytes = x'80' WHERE position = (SELECT max (position) FROM event)",
        "UPDATE meta SET value = zeroblob (32) WHERE key = 'frontier.root'",
        "UPDATE meta SET value = x'00' WHERE key = 'frontier.root'",
        "DELETE FROM meta WHERE key = 'frontier.root'",
        "UPDATE meta SET value = x'00' WHERE key = 'frontier.roots'",
        "DELETE FROM meta WHERE key = 'frontier.roots'",
        "DELETE FROM meta WHERE key = 'frontier.size'",
    };
    for (size_t i = 0; i < sizeof sql / sizeof *sql; i++) {
        char path[512], name[32];
        problem_t problem = {0};
        snprintf(name, sizeof name, "changed-%zu", i);
        company_t *company = closed(name, path);
        change(path, sql[i]);
        chronicle_t *chronicle = chronicle_open(path, blobs_schema, 4, &problem);
        if (chronicle || !ledger_damaged(&problem))
            fail_msg("not noticed: %s", sql[i]);
        company_destroy(&company);
    }
}

/* What lies far below is not looked at in each start: ledger_verify does. */
TEST(an_early_event_that_was_changed_is_found_by_verify) {
    static const char *const sql[] = {
        "UPDATE event SET bytes = x'80' WHERE position = 2",
        "UPDATE event SET leaf = zeroblob (32) WHERE position = 2",
        "UPDATE event SET leaf = x'00' WHERE position = 2",
    };
    for (size_t i = 0; i < sizeof sql / sizeof *sql; i++) {
        char path[512], name[32];
        problem_t problem = {0};
        snprintf(name, sizeof name, "early-%zu", i);
        company_t *company = closed(name, path);
        ledger_t *ledger = ledger_open(path, blobs_schema, &problem);
        company_check(ledger ? 0 : -1, &problem);
        assert_int_equal(ledger_verify(ledger), 0);
        assert_int_equal(sqlite3_exec(ledger_db(ledger), sql[i], NULL, NULL, NULL), SQLITE_OK);
        assert_int_equal(ledger_verify(ledger), 2);
        ledger_close(&ledger);
        company_destroy(&company);
    }
}

/* A frontier and its root that fit each other, and not the events. */
TEST(a_root_of_other_events_is_found_by_verify) {
    char path[512];
    problem_t problem = {0};
    company_t *company = closed("root", path);
    ledger_t *ledger = ledger_open(path, blobs_schema, &problem);
    company_check(ledger ? 0 : -1, &problem);
    frontier_t other = *ledger_frontier(ledger);
    size_t n = (size_t) __builtin_popcountll(other.size);
    other.at[n - 1].b[5] ^= 1;
    digest_t root = frontier_root(&other);
    ledger_begin(ledger);
    ledger_put_meta(ledger, "frontier.roots", (bytes_t){other.at[0].b, n * sizeof(digest_t)});
    ledger_put_meta(ledger, "frontier.root", (bytes_t){root.b, sizeof root.b});
    assert_int_equal(ledger_commit(ledger), LEDGER_OK);
    assert_int_equal(ledger_verify(ledger), 0); /* it still has its own */
    ledger_close(&ledger);
    ledger = ledger_open(path, blobs_schema, &problem);
    company_check(ledger ? 0 : -1, &problem);
    assert_int_equal(ledger_verify(ledger), ledger_last(ledger));
    ledger_close(&ledger);
    company_destroy(&company);
}

static int stop_at_once(void *arg, position_t position, bytes_t bytes) {
    (void) bytes;
    *(position_t *) arg = position;
    return 1;
}

/* What was cut out of the middle, or off the end behind our back, has its place named. */
TEST(an_event_that_is_gone_is_found_by_verify_and_read_as_none) {
    char path[512];
    problem_t problem = {0};
    buffer_t bytes = {0};
    digest_t root, again;
    position_t seen = 0;
    company_t *company = closed("gone", path);
    ledger_t *ledger = ledger_open(path, blobs_schema, &problem);
    company_check(ledger ? 0 : -1, &problem);
    position_t last = ledger_last(ledger);
    assert_int_equal(ledger_read(ledger, last, &bytes), LEDGER_OK);
    assert_int_equal(ledger_read(ledger, last + 1, &bytes), LEDGER_NONE);
    assert_int_equal(ledger_root_at(ledger, 3, &root), LEDGER_OK);
    assert_int_equal(ledger_root_at(ledger, 3, &again), LEDGER_OK); /* it is remembered */
    assert_true(digest_equal(root, again));
    assert_int_equal(ledger_root_at(ledger, 0, &root), LEDGER_OK);
    assert_int_equal(ledger_walk_scopes(ledger, 1u << SCOPE_LEDGER, stop_at_once, &seen), 1);
    assert_int_equal(seen, 1);
    position_t gone[] = {last, 3};
    for (size_t i = 0; i < 2; i++) {
        char text[80];
        snprintf(text, sizeof text, "DELETE FROM event WHERE position = %llu",
                 (unsigned long long) gone[i]);
        assert_int_equal(sqlite3_exec(ledger_db(ledger), text, NULL, NULL, NULL), SQLITE_OK);
        assert_int_equal(ledger_verify(ledger), gone[i]);
    }
    buffer_free(&bytes);
    ledger_close(&ledger);
    company_destroy(&company);
}

TEST(a_ledger_that_cannot_be_opened_says_why_and_is_no_damage) {
    char path[512];
    problem_t problem = {0};
    snprintf(path, sizeof path, "%s/no/such/folder/ledger.db", harness_folder());
    assert_null(ledger_open(path, NULL, &problem));
    assert_int_equal(problem.reason, REASON_INPUT_FILE);
    assert_string_equal(problem.file, path);
    assert_false(ledger_damaged(&problem));
    problem = (problem_t){0};
    snprintf(path, sizeof path, "%s/fresh.db", harness_folder());
    assert_null(ledger_open(path, "this is no SQL", &problem));
    assert_false(ledger_damaged(&problem));
    ledger_t *ledger = ledger_open(path, NULL, &problem); /* nothing half done is left */
    assert_non_null(ledger);
    assert_int_equal(ledger_last(ledger), 0);
    assert_int_equal(ledger_verify(ledger), 0);
    digest_t root;
    assert_int_equal(ledger_root_at(ledger, 1, &root), LEDGER_NONE);
    ledger_close(&ledger);
    ledger_close(&ledger); /* nothing there any more */
}

TEST(a_number_that_is_not_there_or_not_a_number_is_its_default) {
    char path[512];
    problem_t problem = {0};
    snprintf(path, sizeof path, "%s/numbers.db", harness_folder());
    ledger_t *ledger = ledger_open(path, NULL, &problem);
    assert_non_null(ledger);
    ledger_begin(ledger);
    ledger_put_number(ledger, "epoch", 7);
    assert_int_equal(ledger_commit(ledger), LEDGER_OK);
    assert_int_equal(ledger_get_number(ledger, "epoch", 1), 7);
    assert_int_equal(ledger_get_number(ledger, "nothing", 3), 3);
    assert_int_equal(sqlite3_exec(ledger_db(ledger), "UPDATE meta SET value = x'01'", NULL, NULL,
                                  NULL),
                     SQLITE_OK);
    ledger_close(&ledger);
    assert_non_null(ledger = ledger_open(path, NULL, &problem));
    assert_int_equal(ledger_get_number(ledger, "epoch", 3), 3);
    ledger_close(&ledger);
}

TEST(a_number_is_the_transactions_last_and_rolled_back_with_it) {
    char path[512];
    problem_t problem = {0};
    snprintf(path, sizeof path, "%s/last.db", harness_folder());
    ledger_t *ledger = ledger_open(path, NULL, &problem);
    assert_non_null(ledger);
    ledger_begin(ledger);
    for (int64_t value = 1; value <= 100; value++) {
        ledger_put_number(ledger, "epoch", value);
        assert_int_equal(ledger_get_number(ledger, "epoch", 0), value);
    }
    assert_int_equal(ledger_commit(ledger), LEDGER_OK);
    ledger_begin(ledger);
    ledger_put_number(ledger, "epoch", 200);
    ledger_put_number(ledger, "verified", 5);
    ledger_rollback(ledger);
    assert_int_equal(ledger_get_number(ledger, "epoch", 0), 100);
    assert_int_equal(ledger_get_number(ledger, "verified", 0), 0);
    ledger_begin(ledger);
    ledger_put_number(ledger, "verified", -6);
    assert_int_equal(ledger_commit(ledger), LEDGER_OK);
    ledger_close(&ledger);
    assert_non_null(ledger = ledger_open(path, NULL, &problem));
    assert_int_equal(ledger_get_number(ledger, "epoch", 0), 100);
    assert_int_equal(ledger_get_number(ledger, "verified", 0), -6);
    ledger_close(&ledger);
}

static int count(void *arg, position_t position, bytes_t bytes) {
    (void) position, (void) bytes;
    return ++*(int *) arg == 3; /* enough */
}

TEST(a_walk_ends_where_it_is_told_to) {
    char path[512];
    problem_t problem = {0};
    company_t *company = closed("walk", path);
    ledger_t *ledger = ledger_open(path, blobs_schema, &problem);
    int n = 0;
    assert_non_null(ledger);
    assert_int_equal(ledger_walk(ledger, 1, ledger_last(ledger), count, &n), 1);
    assert_int_equal(n, 3);
    n = 10;
    assert_int_equal(ledger_walk(ledger, 2, UINT64_MAX, count, &n), 0);
    assert_int_equal(n, 10 + (int) ledger_last(ledger) - 1);
    n = 10;
    assert_int_equal(ledger_walk_scopes(ledger, 1u << SCOPE_DIRECTORY | 1u << SCOPE_ORDER, count,
                                        &n),
                     0);
    assert_true(n > 10);
    ledger_truncate(ledger, ledger_last(ledger) + 5); /* nothing above: nothing happens */
    assert_int_equal(ledger_verify(ledger), 0);
    ledger_close(&ledger);
    company_destroy(&company);
}

TEST(what_is_no_ledger_is_named) {
    char path[600];
    problem_t problem = {0};
    sqlite3 *db = NULL;
    snprintf(path, sizeof path, "%s/letter.db", harness_folder());
    spit(path,
         (const uint8_t
              *) "Sehr geehrte Damen und Herren, this is a letter and not a database at all.",
         75);
    assert_null(ledger_open(path, NULL, &problem));
    assert_int_equal(problem.reason, REASON_INPUT_FILE);
    assert_non_null(strstr(problem.file, "letter.db"));
    snprintf(path, sizeof path, "%s/note.db", harness_folder());
    spit(path, (const uint8_t *) "call Lin", 8); /* shorter than any database's header */
    assert_null(ledger_open(path, NULL, &problem));
    assert_non_null(strstr(problem.file, "note.db"));
    snprintf(path, sizeof path, "%s/other.db", harness_folder());
    assert_int_equal(sqlite3_open(path, &db), SQLITE_OK);
    assert_int_equal(sqlite3_exec(db, "CREATE TABLE t (x)", NULL, NULL, NULL), SQLITE_OK);
    sqlite3_close(db);
    assert_null(ledger_open(path, NULL, &problem));
    assert_non_null(strstr(problem.detail, "not a ledger"));
    assert_false(ledger_damaged(&problem));
}

TEST(a_newer_format_is_left_alone) {
    char path[512];
    problem_t problem = {0};
    sqlite3 *db = NULL;
    company_t *company = closed("newer", path);
    assert_int_equal(sqlite3_open(path, &db), SQLITE_OK);
    assert_int_equal(sqlite3_exec(db, "PRAGMA user_version = 99", NULL, NULL, NULL), SQLITE_OK);
    sqlite3_close(db);
    assert_null(ledger_open(path, NULL, &problem));
    assert_non_null(strstr(problem.detail, "newer version"));
    assert_false(ledger_damaged(&problem));
    company_destroy(&company);
}

TEST(one_process_alone_has_it_open) {
    char path[512];
    int ready[2], done[2];
    char c = 0;
    problem_t problem = {0};
    company_t *company = closed("held", path);
    assert_int_equal(pipe(ready), 0);
    assert_int_equal(pipe(done), 0);
    pid_t pid = fork();
    if (pid == 0) {
        ledger_t *held = ledger_open(path, blobs_schema, &problem);
        if (!held || write(ready[1], "x", 1) != 1)
            _exit(1);
        close(done[1]);
        _exit(read(done[0], &c, 1) < 0);
    }
    assert_int_equal(read(ready[0], &c, 1), 1);
    assert_null(ledger_open(path, blobs_schema, &problem));
    assert_non_null(strstr(problem.detail, "another process"));
    assert_false(ledger_damaged(&problem));
    close(done[1]);
    int status = 0;
    assert_int_equal(waitpid(pid, &status, 0), pid);
    ledger_t *ledger = ledger_open(path, blobs_schema, &problem);
    assert_non_null(ledger);
    ledger_close(&ledger);
    company_destroy(&company);
}

TEST(a_command_seen_before_is_found_by_its_id) {
    char path[512];
    company_t *company = closed("seen", path);
    chronicle_t *chronicle = reopened(path);
    ledger_t *ledger = chronicle_ledger(chronicle);
    position_t position;
    digest_t digest;
    assert_int_equal(ledger_find_command(ledger, company->clerk_id, &position, &digest), LEDGER_OK);
    assert_true(position > 1 && position <= ledger_last(ledger));
    assert_int_equal(ledger_find_command(ledger, (ident_t){{9}}, &position, &digest), LEDGER_NONE);
    chronicle_close(&chronicle);
    company_destroy(&company);
}

/* The same bytes, kept as text: no ledger writes a digest so, and an archive with one is not as it was. */
TEST(what_is_kept_as_a_commands_digest_and_is_none_reads_as_zeros) {
    char path[512];
    company_t *company = closed("digest", path);
    change(path, "UPDATE command SET digest = CAST (digest AS TEXT)");
    chronicle_t *chronicle = reopened(path);
    position_t position = 0;
    digest_t digest;
    memset(&digest, 1, sizeof digest);
    assert_int_equal(ledger_find_command(chronicle_ledger(chronicle), company->clerk_id, &position, &digest),
                     LEDGER_OK);
    assert_true(position > 1);
    assert_true(digest_equal(digest, (digest_t){{0}}));
    chronicle_close(&chronicle);
    company_destroy(&company);
}

/* Cutting and appending again gives the ledger that never had more. */
TEST(a_ledger_cut_back_is_the_one_it_was) {
    char path[512];
    company_t *company = closed("cut", path);
    chronicle_t *chronicle = reopened(path);
    ledger_t *ledger = chronicle_ledger(chronicle);
    position_t last = ledger_last(ledger), position;
    digest_t before, digest;
    assert_int_equal(ledger_root_at(ledger, last - 2, &before), LEDGER_OK);
    ledger_truncate(ledger, last - 2);
    assert_int_equal(ledger_last(ledger), last - 2);
    assert_true(digest_equal(ledger_root(ledger), before));
    assert_int_equal(ledger_find_command(ledger, company->clerk_id, &position, &digest),
                     LEDGER_NONE);
    chronicle_reload(chronicle);
    assert_null(context_person_by_name(chronicle_context(chronicle), TEXT("linxiaohe")));
    chronicle_close(&chronicle);
    chronicle = reopened(path);
    assert_true(digest_equal(ledger_root(chronicle_ledger(chronicle)), before));
    assert_int_equal(ledger_verify(chronicle_ledger(chronicle)), 0);
    chronicle_close(&chronicle);
    company_destroy(&company);
}
