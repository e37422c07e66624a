/* SPDX-License-Identifier: Apache-2.0
 *
 * A chronicle of orders and feedback: which cases somebody has something to do on, under which
 * numbers they are found, what its tables say after a cut and after an older version, and what a
 * command may name beside its own case.
 */
#include "common/ledger/sql.h"
#include "tests/unit/ledger/hall.h"

enum { ROOM = 32 };

/* Orders withdrawn, declined and effective with and without open actions; feedback of every state,
   one of them under two numbers. */
static desk_t *busy_desk(void) {
    desk_t *desk = desk_new_feedback();
    order_t *withdrawn = desk_regular_in_review(desk), *done = desk_regular_in_review(desk);
    order_t *effective = desk_regular_effective(desk);
    OK(desk_act(desk, withdrawn, desk->yan, desk->qin));
    OK(desk_act(desk, withdrawn, desk->yan, desk->luo));
    OK(desk_withdraw(desk, withdrawn, desk->lin));
    OK(desk_report(desk, withdrawn, desk->qin, 1));
    OK(desk_act(desk, done, desk->yan, desk->qin));
    OK(desk_withdraw(desk, done, desk->lin));
    desk_finish_action(desk, done);
    OK(desk_act(desk, effective, desk->yan, desk->qin));
    desk_regular_effective(desk);
    feedback_t *enquiry = desk_told(desk, FEEDBACK_ENQUIRY);
    OK(desk_act(desk, enquiry, desk->song, desk->luo));
    OK(desk_answer(desk, enquiry, desk->lin));
    OK(desk_close(desk, enquiry, desk->song, ENDING_AGREED)); /* closed, its action open */
    desk_complaint_closed(desk);
    desk_complaint_answered(desk);
    feedback_t *moved = desk_complaint_in_review(desk);
    OK(desk_reclassify(desk, moved, desk->song, FEEDBACK_CLAIM));
    OK(desk_reopen(desk, desk_complaint_closed(desk), desk->song));
    OK(desk_reclassify(desk, desk_told(desk, FEEDBACK_ENQUIRY), desk->song, FEEDBACK_COMPLAINT));
    return desk;
}

static bool among(const ident_t *list, size_t n, ident_t id) {
    for (size_t i = 0; i < n; i++)
        if (ident_equal(list[i], id))
            return true;
    return false;
}

/* The tables against what the cases themselves say. */
static void tables_fit(const desk_t *desk, chronicle_t *chronicle) {
    ident_t busy[ROOM], orders[ROOM], feedback[ROOM];
    size_t busy_n = chronicle_busy_cases(chronicle, busy, ROOM), expected = 0;
    size_t orders_n = hall_cases(chronicle, SCOPE_ORDER, STANDING_SETTLED, orders, ROOM);
    size_t feedback_n = hall_cases(chronicle, SCOPE_FEEDBACK, STANDING_OPEN, feedback, ROOM);
    for (size_t i = 0; i < desk->orders_n + desk->feedback_n; i++) {
        bool order = i < desk->orders_n;
        ident_t id = order ? desk->orders[i]->head.id : desk->feedback[i - desk->orders_n]->head.id;
        const case_t *of = chronicle_case(chronicle, id);
        bool live = of && case_standing(of) != STANDING_ENDED;
        assert_int_equal(among(busy, busy_n, id), of && case_busy(of));
        assert_int_equal(among(orders, orders_n, id), order && live);
        assert_int_equal(among(feedback, feedback_n, id), !order && live);
        expected += of && case_busy(of);
        if (of && of->number.n)
            assert_ptr_equal(chronicle_case_by_number(chronicle, of->number), of);
    }
    assert_int_equal(busy_n, expected);
}

TEST_CLAUSE(a_case_with_an_open_action_is_busy_also_when_it_is_over, "QP21-1", RULE) {
    desk_t *desk = busy_desk();
    chronicle_t *chronicle = hall_chronicle(desk, ":memory:", desk->log_n, 64);
    ident_t busy[ROOM];
    tables_fit(desk, chronicle);
    size_t n = chronicle_busy_cases(chronicle, busy, ROOM);
    assert_true(among(busy, n, desk->orders[0]->head.id));   /* withdrawn, its action open */
    assert_false(among(busy, n, desk->orders[1]->head.id));  /* withdrawn, verified */
    assert_true(among(busy, n, desk->orders[2]->head.id));   /* effective, its action open */
    assert_false(among(busy, n, desk->orders[3]->head.id));  /* effective, none */
    assert_true(among(busy, n, desk->feedback[0]->head.id)); /* closed, its action open */
    assert_false(among(busy, n, desk->feedback[1]->head.id));
    assert_int_equal(chronicle_busy_cases(chronicle, busy, 2), 2);
    chronicle_close(&chronicle);
    desk_destroy(&desk);
}

TEST_CLAUSE(a_case_is_found_by_every_number_that_it_ever_had, "QP21-4.6b", RULE) {
    desk_t *desk = busy_desk();
    chronicle_t *chronicle = hall_chronicle(desk, ":memory:", desk->log_n, 2);
    ident_t moved = desk->feedback[3]->head.id;
    text_t numbers[] = {desk->feedback[3]->complaint_number, desk->feedback[3]->other_number};
    assert_true(numbers[0].n && numbers[1].n && !text_equal(numbers[0], numbers[1]));
    for (size_t i = 0; i < COUNT(numbers); i++) {
        const case_t *of = chronicle_case_by_number(chronicle, numbers[i]);
        assert_non_null(of);
        assert_true(ident_equal(of->id, moved));
        assert_true(text_equal(of->number, numbers[1]));
    }
    assert_null(chronicle_order(chronicle, moved));
    chronicle_close(&chronicle);
    desk_destroy(&desk);
}

/* After a restore: wherever the cut was, with actions and feedback on both sides of it. */
TEST(a_ledger_cut_back_lists_what_its_events_tell) {
    desk_t *desk = busy_desk();
    for (size_t keep = desk->log_n; keep > 40; keep -= 7) {
        chronicle_t *cut = hall_chronicle(desk, ":memory:", desk->log_n, 4);
        ledger_truncate(chronicle_ledger(cut), keep);
        chronicle_reload(cut);
        tables_fit(desk, cut);
        for (size_t i = keep; i < desk->log_n; i++)
            hall_append(cut, desk->log[i].bytes);
        tables_fit(desk, cut);
        chronicle_close(&cut);
    }
    desk_destroy(&desk);
}

static void sql(chronicle_t *chronicle, const char *text) {
    char *error = NULL;
    int rc = sqlite3_exec(ledger_db(chronicle_ledger(chronicle)), text, NULL, NULL, &error);
    if (rc != SQLITE_OK)
        fail_msg("%s", error);
}

static int64_t one_number(chronicle_t *chronicle, const char *text) {
    sqlite3_stmt *stmt = NULL;
    assert_int_equal(sqlite3_prepare_v2(ledger_db(chronicle_ledger(chronicle)), text, -1, &stmt, NULL),
                     SQLITE_OK);
    assert_int_equal(sqlite3_step(stmt), SQLITE_ROW);
    int64_t number = sqlite3_column_int64(stmt, 0);
    sqlite3_finalize(stmt);
    return number;
}

/* What the version before this one left: a table of orders, none of cases, and no word of actions. */
TEST(the_tables_of_an_older_version_are_made_anew) {
    char path[400];
    problem_t problem = {.reason = REASON_NONE};
    desk_t *desk = busy_desk();
    snprintf(path, sizeof path, "%s/older.db", harness_folder());
    chronicle_t *chronicle = hall_chronicle(desk, path, desk->log_n, 4);
    sql(chronicle, "CREATE TABLE open_order (object BLOB PRIMARY KEY); DELETE FROM open_case;"
                   "DELETE FROM numbered;");
    ledger_begin(chronicle_ledger(chronicle));
    ledger_put_number(chronicle_ledger(chronicle), "projection", 1);
    assert_int_equal(ledger_commit(chronicle_ledger(chronicle)), LEDGER_OK);
    chronicle_close(&chronicle);
    chronicle = chronicle_open(path, NULL, 4, &problem);
    assert_non_null(chronicle);
    tables_fit(desk, chronicle);
    assert_int_equal(one_number(chronicle, "SELECT count (*) FROM sqlite_master WHERE name = "
                                           "'open_order'"),
                     0);
    assert_int_equal(one_number(chronicle, "SELECT count (*) FROM open_case WHERE actions < 0"), 0);
    sql(chronicle, "UPDATE open_case SET actions = -1"); /* the power went while they were counted */
    chronicle_close(&chronicle);
    chronicle = chronicle_open(path, NULL, 4, &problem);
    tables_fit(desk, chronicle);
    assert_int_equal(one_number(chronicle, "SELECT count (*) FROM open_case WHERE actions < 0"), 0);
    chronicle_close(&chronicle);
    desk_destroy(&desk);
}

/* ---- what a command names beside its case ---- */

static struct feedback_content about(const hall_t *hall, ident_t order) {
    struct feedback_content content = desk_said(hall->desk, FEEDBACK_COMPLAINT);
    content.order = order;
    return content;
}

TEST_CLAUSE(a_complaint_names_an_order_that_is_one, "QP21-4.5c", REFUSAL) {
    hall_t hall;
    desk_t *desk = desk_new_feedback();
    order_t *order = desk_regular_in_review(desk);
    feedback_t *other = desk_told(desk, FEEDBACK_COMPLAINT);
    hall_open(&hall, desk);
    ident_t wrong[] = {other->head.id, desk->customer, {{0x77, 1}}}, id;
    for (size_t i = 0; i < COUNT(wrong); i++) {
        struct feedback_content content = about(&hall, wrong[i]);
        REFUSED(hall_send(&hall, HALL_LIN, KIND_FEEDBACK_REGISTER, NO_CASE, &content, NULL),
                UNKNOWN_REFERENCE);
        assert_string_equal(desk->problem.field, "order");
    }
    struct feedback_content content = about(&hall, order->head.id);
    OK(hall_send(&hall, HALL_LIN, KIND_FEEDBACK_REGISTER, NO_CASE, &content, &id));
    struct feedback_amend amend = {.content = {&content, 1}, .reason = TEXT("misheard")};
    content.order = other->head.id;
    REFUSED(hall_send(&hall, HALL_LIN, KIND_FEEDBACK_AMEND, id, &amend, NULL), UNKNOWN_REFERENCE);
    assert_string_equal(desk->problem.field, "content[0].order");
    content.order = NO_CASE;
    OK(hall_send(&hall, HALL_LIN, KIND_FEEDBACK_AMEND, id, &amend, NULL));
    hall_close(&hall);
}

static reason_t set_aside(hall_t *hall, ident_t id, ident_t duplicate) {
    struct triage triage = {.severity = SEVERITY_MINOR, .duplicate = duplicate};
    return hall_send(hall, HALL_YAN, KIND_FEEDBACK_ASSESS, id, &triage, NULL);
}

TEST_CLAUSE(of_two_complaints_about_the_same_one_is_looked_into, "complaint-review", REFUSAL) {
    hall_t hall;
    desk_t *desk = desk_new_feedback();
    order_t *order = desk_regular_in_review(desk);
    ident_t a = desk_told(desk, FEEDBACK_COMPLAINT)->head.id;
    ident_t b = desk_told(desk, FEEDBACK_COMPLAINT)->head.id;
    ident_t c = desk_told(desk, FEEDBACK_COMPLAINT)->head.id;
    hall_open(&hall, desk);
    REFUSED(set_aside(&hall, a, order->head.id), UNKNOWN_REFERENCE);
    assert_string_equal(desk->problem.field, "duplicate");
    REFUSED(set_aside(&hall, a, desk->lin), UNKNOWN_REFERENCE);
    REFUSED(set_aside(&hall, a, b), FIELD_RANGE); /* nobody has said yet how grave that is */
    OK(set_aside(&hall, b, NO_CASE));
    OK(set_aside(&hall, a, b));
    REFUSED(set_aside(&hall, b, a), FIELD_RANGE); /* then nobody would look into either */
    REFUSED(set_aside(&hall, c, a), FIELD_RANGE);
    OK(set_aside(&hall, c, b));
    OK(set_aside(&hall, a, NO_CASE)); /* it was another matter */
    OK(set_aside(&hall, b, a));
    hall_close(&hall);
}

TEST_CLAUSE(a_duplicate_is_as_grave_and_of_the_same_kind, "ISO-10002", REFUSAL) {
    hall_t hall;
    desk_t *desk = desk_new_feedback();
    ident_t a = desk_told(desk, FEEDBACK_COMPLAINT)->head.id;
    ident_t b = desk_told(desk, FEEDBACK_COMPLAINT)->head.id;
    ident_t enquiry = desk_told(desk, FEEDBACK_ENQUIRY)->head.id;
    hall_open(&hall, desk);
    struct triage triage = {.severity = SEVERITY_CRITICAL, .duplicate = enquiry};
    REFUSED(hall_send(&hall, HALL_YAN, KIND_FEEDBACK_ASSESS, a, &triage, NULL), FIELD_RANGE);
    OK(set_aside(&hall, b, NO_CASE)); /* minor */
    triage.duplicate = b;
    REFUSED(hall_send(&hall, HALL_YAN, KIND_FEEDBACK_ASSESS, a, &triage, NULL), FIELD_RANGE);
    assert_string_equal(desk->problem.field, "duplicate");
    triage.severity = SEVERITY_MINOR;
    OK(hall_send(&hall, HALL_YAN, KIND_FEEDBACK_ASSESS, a, &triage, NULL));
    hall_close(&hall);
}

/* What touches safety is set aside for what touches it too, and by whoever may say so. */
TEST_CLAUSE(a_duplicate_that_touches_safety_names_one_that_does, "ISO-10002", REFUSAL) {
    hall_t hall;
    desk_t *desk = desk_new_feedback();
    ident_t a = desk_told(desk, FEEDBACK_COMPLAINT)->head.id;
    ident_t harmless = desk_told(desk, FEEDBACK_COMPLAINT)->head.id;
    ident_t grave = desk_told(desk, FEEDBACK_COMPLAINT)->head.id;
    hall_open(&hall, desk);
    struct triage triage = {.severity = SEVERITY_CRITICAL};
    OK(hall_send(&hall, HALL_YAN, KIND_FEEDBACK_ASSESS, harmless, &triage, NULL));
    triage.safety = true;
    OK(hall_send(&hall, HALL_YAN, KIND_FEEDBACK_ASSESS, grave, &triage, NULL));
    triage.duplicate = harmless;
    triage.reason = TEXT("the same gear");
    REFUSED(hall_send(&hall, HALL_YAN, KIND_FEEDBACK_ASSESS, a, &triage, NULL), FIELD_RANGE);
    assert_string_equal(desk->problem.field, "duplicate");
    triage.duplicate = grave;
    OK(hall_send(&hall, HALL_YAN, KIND_FEEDBACK_ASSESS, a, &triage, NULL));
    hall_close(&hall);
}

/* Set aside for one that is set aside for another: the last of them is looked into. */
TEST_CLAUSE(a_duplicate_is_answered_once_the_original_is_disposed_of, "complaint-review", REFUSAL) {
    hall_t hall;
    desk_t *desk = desk_new_feedback();
    feedback_t *first = desk_told(desk, FEEDBACK_COMPLAINT);
    OK(desk_acknowledge(desk, first, desk->lin));
    OK(desk_contain(desk, first, desk->yan));
    ident_t a = first->head.id, b = desk_told(desk, FEEDBACK_COMPLAINT)->head.id;
    ident_t c = desk_told(desk, FEEDBACK_COMPLAINT)->head.id;
    hall_open(&hall, desk);
    struct reply_given reply = {TEXT("replaced"), MEDIUM_FAX, desk->time, {NULL, 0}};
    OK(set_aside(&hall, b, NO_CASE));
    OK(set_aside(&hall, a, b));
    OK(set_aside(&hall, c, NO_CASE));
    OK(set_aside(&hall, b, c));
    REFUSED(hall_send(&hall, HALL_LIN, KIND_FEEDBACK_ANSWER, a, &reply, NULL), NOT_DISPOSED);
    OK(hall_send(&hall, HALL_YAN, KIND_FEEDBACK_CLOSE, c,
                 &(struct closing){ENDING_WITHDRAWN, TEXT("by telephone")}, NULL));
    REFUSED(hall_send(&hall, HALL_LIN, KIND_FEEDBACK_ANSWER, a, &reply, NULL), NOT_DISPOSED);
    hall_close(&hall);
}

static reason_t reply_to(hall_t *hall, ident_t id) {
    struct reply_given reply = {TEXT("as said"), MEDIUM_FAX, hall->desk->time, {NULL, 0}};
    return hall_send(hall, HALL_LIN, KIND_FEEDBACK_ANSWER, id, &reply, NULL);
}

/* Each set aside for the next, as a bad lot goes round: however many, the last is looked into. */
TEST_CLAUSE(of_a_long_row_of_duplicates_the_last_is_looked_into, "complaint-review", RULE) {
    enum { ROW = 80 };
    hall_t hall;
    desk_t *desk = desk_new_feedback();
    feedback_t *open = desk_complaint_in_review(desk), *done = desk_complaint_to_answer(desk);
    feedback_t *first = desk_told(desk, FEEDBACK_COMPLAINT);
    OK(desk_acknowledge(desk, first, desk->lin));
    OK(desk_contain(desk, first, desk->yan));
    hall_open(&hall, desk);
    ident_t id = first->head.id, next;
    for (int i = 0; i < ROW; i++) {
        struct feedback_content content = about(&hall, NO_CASE);
        OK(hall_send(&hall, HALL_LIN, KIND_FEEDBACK_REGISTER, NO_CASE, &content, &next));
        OK(set_aside(&hall, next, NO_CASE));
        OK(set_aside(&hall, id, next));
        id = next;
    }
    char detail[80];
    OK(set_aside(&hall, id, open->head.id));
    REFUSED(reply_to(&hall, first->head.id), NOT_DISPOSED);
    snprintf(detail, sizeof detail, "it is a duplicate of %.*s", (int) open->head.number.n,
             open->head.number.p);
    assert_string_equal(desk->problem.detail, detail);
    OK(set_aside(&hall, id, done->head.id));
    OK(reply_to(&hall, first->head.id));
    hall_close(&hall);
}

static feedback_t *suggestion(desk_t *desk, bool concluded) {
    feedback_t *feedback = desk_told(desk, FEEDBACK_SUGGESTION);
    OK(desk_assess(desk, feedback, desk->song, SEVERITY_MINOR));
    if (concluded) {
        desk_all_find(desk, feedback, VERDICT_ACCEPT);
        OK(desk_dispose(desk, feedback, desk->song, OUTCOME_ADOPTED));
    }
    return feedback;
}

/* What no responsibility is asked for may need no review; what came out of one stays so when the
   customer takes it back. */
TEST_CLAUSE(a_suggestion_said_twice_is_answered_with_what_came_of_it, "complaint-review", RULE) {
    hall_t hall;
    desk_t *desk = desk_new_feedback();
    ident_t again = suggestion(desk, false)->head.id, too = suggestion(desk, false)->head.id;
    ident_t open = suggestion(desk, false)->head.id, done = suggestion(desk, true)->head.id;
    feedback_t *back = suggestion(desk, true);
    OK(desk_close(desk, back, desk->song, ENDING_WITHDRAWN));
    ident_t question = desk_told(desk, FEEDBACK_ENQUIRY)->head.id;
    ident_t asked = desk_told(desk, FEEDBACK_ENQUIRY)->head.id;
    ident_t asked_too = desk_told(desk, FEEDBACK_ENQUIRY)->head.id;
    hall_open(&hall, desk);
    OK(set_aside(&hall, again, open));
    REFUSED(reply_to(&hall, again), NOT_DISPOSED);
    OK(set_aside(&hall, again, done));
    OK(reply_to(&hall, again));
    OK(set_aside(&hall, too, back->head.id));
    OK(reply_to(&hall, too));
    OK(set_aside(&hall, question, NO_CASE));
    OK(set_aside(&hall, asked, question));
    OK(set_aside(&hall, asked_too, question));
    OK(reply_to(&hall, asked)); /* nobody has to be asked first */
    OK(reply_to(&hall, question));
    OK(reply_to(&hall, asked_too));
    hall_close(&hall);
}

/* Whoever follows folds what the stream says, and decides nothing of it again. */
TEST(an_action_of_no_case_is_nobodys) {
    hall_t hall;
    desk_t *desk = desk_new_feedback();
    desk_complaint_in_review(desk);
    hall_open(&hall, desk);
    ident_t nowhere = {{0x77, 3}}, busy[ROOM], id;
    size_t before = chronicle_busy_cases(hall.chronicle, busy, ROOM);
    struct measure measure = {TEXT("x"), desk->qin, TODAY + 1, ACTION_CORRECTION};
    struct action_add add = {.measure = {&measure, 1}};
    struct signed_command sent;
    struct command command;
    struct event event;
    const void *body;
    arena_t *arena = arena_new(0);
    bytes_t bytes = hall_sign(&hall, HALL_YAN, KIND_ACTION_ADD, nowhere, &add, &id);
    assert_int_equal(command_decode(bytes, arena, &sent, &command, &body, &desk->problem), 0);
    decide_event(chronicle_context(hall.chronicle), &sent, &command,
                 ledger_last(chronicle_ledger(hall.chronicle)) + 1, desk->time, &event);
    hall_append(hall.chronicle, desk_encode(desk, &event_record, &event));
    assert_null(chronicle_case(hall.chronicle, nowhere));
    assert_int_equal(chronicle_busy_cases(hall.chronicle, busy, ROOM), before);
    assert_false(among(busy, before, nowhere));
    tables_fit(desk, hall.chronicle);
    arena_destroy(&arena);
    hall_close(&hall);
}

TEST(a_step_on_a_case_of_another_kind_is_not_to_be_asked_again) {
    hall_t hall;
    desk_t *desk = desk_new_feedback();
    order_t *order = desk_regular_in_review(desk);
    feedback_t *feedback = desk_told(desk, FEEDBACK_COMPLAINT);
    hall_open(&hall, desk);
    struct acknowledge told = {MEDIUM_FAX, desk->time, TEXT("x")};
    struct measure measure = {TEXT("x"), desk->qin, TODAY + 1, ACTION_CORRECTION};
    struct action_add add = {.measure = {&measure, 1}};
    REFUSED(hall_send(&hall, HALL_LIN, KIND_FEEDBACK_ACKNOWLEDGE, order->head.id, &told, NULL),
            WRONG_CASE);
    REFUSED(hall_send(&hall, HALL_YAN, KIND_ACTION_ADD, desk->customer, &add, NULL), WRONG_CASE);
    REFUSED(hall_send(&hall, HALL_YAN, KIND_ACTION_ADD, (ident_t){{0x77, 2}}, &add, NULL),
            UNKNOWN_CASE);
    OK(hall_send(&hall, HALL_YAN, KIND_ACTION_ADD, order->head.id, &add, NULL));
    OK(hall_send(&hall, HALL_YAN, KIND_ACTION_ADD, feedback->head.id, &add, NULL));
    hall_close(&hall);
}

/* ---- erased contents ---- */

static reason_t erase(hall_t *hall, int who, ident_t object, uint8_t blob, uint8_t piece) {
    struct blob_piece pieces[] = {{{{piece}}}};
    struct blob_erase body = {
        .blob = {{blob}}, .pieces = {pieces, piece ? 1 : 0}, .reason = TEXT("asked to")};
    return hall_send(hall, who, KIND_BLOB_ERASE, object, &body, NULL);
}

TEST(what_was_erased_is_not_named_anew) {
    hall_t hall;
    desk_t *desk = desk_new_feedback();
    feedback_t *answered = desk_complaint_answered(desk);
    hall_open(&hall, desk);
    ident_t ledger = context_genesis_case(chronicle_context(hall.chronicle)), id;
    struct blob_piece second = {{{9}}};
    struct attachment photograph = {.blob = {{8}}, .name = TEXT("a.jpg"), .size = 2000000,
                                    .pieces = {&second, 1}};
    struct feedback_content content = about(&hall, NO_CASE);
    content.attachments = (struct attachment_list){&photograph, 1};
    OK(hall_send(&hall, HALL_LIN, KIND_FEEDBACK_REGISTER, NO_CASE, &content, &id));
    REFUSED(erase(&hall, HALL_LIN, ledger, 8, 9), WRONG_ROLE);
    REFUSED(erase(&hall, HALL_WEN, id, 8, 9), WRONG_CASE); /* it is the ledger's own */
    OK(erase(&hall, HALL_WEN, ledger, 8, 9));
    assert_true(context_erased(chronicle_context(hall.chronicle), second.blob));
    REFUSED(erase(&hall, HALL_WEN, ledger, 8, 0), ALREADY);
    REFUSED(hall_send(&hall, HALL_LIN, KIND_FEEDBACK_REGISTER, NO_CASE, &content, NULL), ERASED);
    photograph.blob.b[0] = 7; /* one of its pieces is enough */
    REFUSED(hall_send(&hall, HALL_LIN, KIND_FEEDBACK_REGISTER, NO_CASE, &content, NULL), ERASED);
    struct action_verify seen = {.no = 1, .effective = true, .text = TEXT("x"),
                                 .attachments = {&photograph, 1}};
    REFUSED(hall_send(&hall, HALL_YAN, KIND_ACTION_VERIFY, answered->head.id, &seen, NULL), ERASED);
    content = about(&hall, NO_CASE);
    content.contact.b[0] = 9;
    REFUSED(hall_send(&hall, HALL_LIN, KIND_FEEDBACK_REGISTER, NO_CASE, &content, NULL), ERASED);
    content.contact.b[0] = 10;
    OK(hall_send(&hall, HALL_LIN, KIND_FEEDBACK_REGISTER, NO_CASE, &content, &id));
    chronicle_reload(hall.chronicle); /* it stays so */
    assert_true(context_erased(chronicle_context(hall.chronicle), second.blob));
    const digest_t *erased;
    assert_int_equal(context_erasures(chronicle_context(hall.chronicle), &erased), 2);
    hall_close(&hall);
}
