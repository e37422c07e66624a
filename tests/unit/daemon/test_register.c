/* SPDX-License-Identifier: Apache-2.0
 *
 * The register as tables: whatever happens to the ledger under them, they say what its events say.
 */
#include "tests/unit/daemon/register_desk.h"

/* Every kind of event that a row, the words or an action can come from; an order beside them. */
static void busy_days(books_t *b) {
    desk_t *desk = b->desk;
    order_t *order = desk_regular_effective(desk);
    struct order_content changed = *order_revision(order)->content;
    feedback_t *f = books_complaint(b, "齿面划伤"), *g = books_complaint(b, "外箱破损");
    books_say(b, f, desk->lin, KIND_FEEDBACK_ACKNOWLEDGE,
              &(struct acknowledge){MEDIUM_EMAIL, desk->time, TEXT("已收到")});
    books_assess(b, f, SEVERITY_MAJOR);
    books_verdicts(b, f, "周转磕碰");
    books_conclude(b, f, CAUSE_PEOPLE, "production");
    books_answer(b, f, "补发");
    books_action(b, f, KIND_ACTION_REPORT, desk->qin, false);
    books_action(b, f, KIND_ACTION_VERIFY, desk->yan, false);
    books_action(b, f, KIND_ACTION_REPORT, desk->qin, false);
    books_action(b, f, KIND_ACTION_VERIFY, desk->yan, true);
    books_end(b, f);
    books_say(b, f, desk->yan, KIND_FEEDBACK_REOPEN, &(struct revoke){TEXT("又出现划伤")});
    books_say(b, g, desk->yan, KIND_FEEDBACK_RECLASSIFY,
              &(struct reclassify){FEEDBACK_ENQUIRY, TEXT("只是询问")});
    books_answer(b, g, "按图样包装");
    changed.note = TEXT("急");
    OK(desk_amend(desk, order, desk->lin, &changed));
    books_complaint(b, "标签不符"); /* not assessed: of whichever class the edition in force says */
    desk->procedure.feedback.at[1].key = TEXT("ordinary");
    desk_adopt(desk);
    struct feedback_content of_order = books_content(b, "短装");
    of_order.order = order->head.id;
    books_register(b, &of_order);
}

TEST(rows_written_event_by_event_are_those_made_anew) {
    books_t *b = books_new();
    buffer_t kept = {0}, anew = {0};
    busy_days(b);
    while (b->fed < b->desk->log_n) {
        ledger_begin(chronicle_ledger(b->chronicle));
        books_feed_one(b, b->chronicle, b->cases, b->fed++);
        register_flush(b->cases);
        assert_int_equal(ledger_commit(chronicle_ledger(b->chronicle)), LEDGER_OK);
        register_dump(b->chronicle, &kept);
        books_anew(b, b->fed, &anew);
        books_same(&kept, &anew);
    }
    assert_in_range(kept.n, 500, 1000000);
    buffer_free(&kept);
    buffer_free(&anew);
    books_destroy(&b);
}

TEST(after_a_cut_anywhere_the_rows_are_those_made_anew) {
    books_t *b = books_new();
    buffer_t kept = {0}, anew = {0};
    busy_days(b);
    for (size_t events = b->desk->log_n; events > 1;) {
        b->fed = (size_t) ledger_last(chronicle_ledger(b->chronicle));
        books_feed(b);
        ledger_truncate(chronicle_ledger(b->chronicle), --events);
        chronicle_reload(b->chronicle);
        register_reload(b->cases);
        register_dump(b->chronicle, &kept);
        books_anew(b, events, &anew);
        books_same(&kept, &anew);
    }
    const char *rest = strchr(buffer_cstr(&kept), '\n'); /* the key that signed the first event */
    assert_true(rest && rest[1] == '\0');
    buffer_free(&kept);
    buffer_free(&anew);
    books_destroy(&b);
}

/* ---- deaths ---- */

static void reopen(books_t *b, const char *path) {
    books_close(b);
    b->chronicle = books_chronicle(path);
    b->cases = register_new(b->chronicle);
}

static const char *file_path(char path[400], const char *name) {
    snprintf(path, 400, "%.300s/%s.db", harness_folder(), name);
    return path;
}

TEST(what_was_committed_without_its_rows_is_made_up_for_at_the_start) {
    char path[400];
    books_t *b = books_new();
    buffer_t kept = {0}, anew = {0};
    reopen(b, file_path(path, "behind"));
    busy_days(b);
    for (size_t cut = 20; cut < b->desk->log_n; cut++) {
        ledger_begin(chronicle_ledger(b->chronicle));
        while (b->fed < cut)
            books_feed_one(b, b->chronicle, b->cases, b->fed++);
        assert_int_equal(ledger_commit(chronicle_ledger(b->chronicle)), LEDGER_OK);
        reopen(b, path);
        register_dump(b->chronicle, &kept);
        books_anew(b, cut, &anew);
        books_same(&kept, &anew);
    }
    buffer_free(&kept);
    buffer_free(&anew);
    books_destroy(&b);
}

TEST(another_version_s_rows_are_made_anew) {
    char path[400];
    books_t *b = books_new();
    buffer_t before = {0}, after = {0};
    reopen(b, file_path(path, "version"));
    busy_days(b);
    books_feed(b);
    register_dump(b->chronicle, &before);
    ledger_t *ledger = chronicle_ledger(b->chronicle);
    ledger_begin(ledger);
    ledger_put_number(ledger, "register.version", 0);
    insist(sqlite3_exec(ledger_db(ledger),
                        "UPDATE case_row SET state = 'of old'; UPDATE case_words SET words = '';"
                        "INSERT INTO case_action SELECT opened, 99, owner, due, state, type, since,"
                        " closed, setbacks, text FROM case_action",
                        NULL, NULL, NULL) == SQLITE_OK);
    assert_int_equal(ledger_commit(ledger), LEDGER_OK);
    reopen(b, path);
    register_dump(b->chronicle, &after);
    books_same(&before, &after);
    buffer_free(&before);
    buffer_free(&after);
    books_destroy(&b);
}

TEST(a_start_with_nothing_to_make_up_writes_nothing) {
    char path[400];
    books_t *b = books_new();
    reopen(b, file_path(path, "idle"));
    busy_days(b);
    books_feed(b);
    reopen(b, path);
    int before = sqlite3_total_changes(ledger_db(chronicle_ledger(b->chronicle)));
    register_reload(b->cases);
    assert_int_equal(sqlite3_total_changes(ledger_db(chronicle_ledger(b->chronicle))), before);
    assert_int_equal(before, 0);
    books_destroy(&b);
}

/* ---- the transaction that did not come ---- */

TEST(what_was_rolled_back_leaves_no_row) {
    books_t *b = books_new();
    buffer_t before = {0}, after = {0};
    feedback_t *f = books_complaint(b, "齿面划伤");
    books_feed(b);
    register_dump(b->chronicle, &before);
    books_assess(b, f, SEVERITY_MAJOR);
    books_complaint(b, "短装");
    size_t fed = b->fed;
    ledger_begin(chronicle_ledger(b->chronicle));
    while (b->fed < b->desk->log_n)
        books_feed_one(b, b->chronicle, b->cases, b->fed++);
    register_flush(b->cases);
    ledger_rollback(chronicle_ledger(b->chronicle));
    chronicle_reload(b->chronicle);
    register_reload(b->cases);
    register_dump(b->chronicle, &after);
    books_same(&before, &after);
    b->fed = fed;
    books_feed(b);
    register_dump(b->chronicle, &after);
    books_anew(b, b->desk->log_n, &before);
    books_same(&before, &after);
    buffer_free(&before);
    buffer_free(&after);
    books_destroy(&b);
}

static void set_pages(books_t *b, int more) {
    char sql[80];
    sqlite3 *db = ledger_db(chronicle_ledger(b->chronicle));
    sqlite3_stmt *stmt = NULL;
    insist(sqlite3_prepare_v2(db, "PRAGMA page_count", -1, &stmt, NULL) == SQLITE_OK);
    insist(sqlite3_step(stmt) == SQLITE_ROW);
    snprintf(sql, sizeof sql, "PRAGMA max_page_count = %d", sqlite3_column_int(stmt, 0) + more);
    sqlite3_finalize(stmt);
    insist(sqlite3_exec(db, sql, NULL, NULL, NULL) == SQLITE_OK);
}

TEST(a_full_disk_loses_the_commit_and_no_row) {
    char path[400];
    books_t *b = books_new();
    buffer_t before = {0}, after = {0};
    reopen(b, file_path(path, "full"));
    books_complaint(b, "齿面划伤");
    books_feed(b);
    register_dump(b->chronicle, &before);
    set_pages(b, 0);
    size_t fed = b->fed;
    for (int i = 0; i < 40; i++)
        books_complaint(b, "短装，外箱标签数量与实物不符，顾客要求补发并说明原因");
    ledger_begin(chronicle_ledger(b->chronicle));
    while (b->fed < b->desk->log_n)
        books_feed_one(b, b->chronicle, b->cases, b->fed++);
    register_flush(b->cases);
    assert_int_equal(ledger_commit(chronicle_ledger(b->chronicle)), LEDGER_FULL);
    chronicle_reload(b->chronicle);
    register_reload(b->cases);
    register_dump(b->chronicle, &after);
    books_same(&before, &after);
    set_pages(b, 100000);
    b->fed = fed;
    books_feed(b);
    register_dump(b->chronicle, &after);
    books_anew(b, b->desk->log_n, &before);
    books_same(&before, &after);
    buffer_free(&before);
    buffer_free(&after);
    books_destroy(&b);
}
