/* SPDX-License-Identifier: Apache-2.0
 *
 * Deadlines on the record: what time has brought comes before any command of that moment, the same
 * whoever decides it, and whoever decides it again finds what is missing, too early or too much.
 */
#include "common/domain/deadline.h"
#include "tests/unit/domain/deadline_desk.h"
#include "tests/unit/ledger/hall.h"

static order_t *order_under_review(hall_t *hall) {
    desk_t *desk = desk_new_deadlines();
    order_t *order = desk_regular_in_review(desk);
    hall_open(hall, desk);
    chronicle_watch(hall->chronicle);
    return order;
}

static void read_event(hall_t *hall, position_t position, arena_t *arena, buffer_t *bytes,
                       decoded_t *out) {
    assert_int_equal(ledger_read(chronicle_ledger(hall->chronicle), position, bytes), LEDGER_OK);
    assert_int_equal(event_decode(buffer_bytes(bytes), arena, out, NULL), 0);
}

static kind_t kind_at(hall_t *hall, position_t position) {
    arena_t *arena = arena_new(0);
    buffer_t bytes = {0};
    decoded_t event;
    read_event(hall, position, arena, &bytes, &event);
    kind_t kind = event.info->kind;
    arena_destroy(&arena);
    buffer_free(&bytes);
    return kind;
}

static void pass(chronicle_t *chronicle, moment_t time) {
    ledger_begin(chronicle_ledger(chronicle));
    chronicle_pass_time(chronicle, time);
    assert_int_equal(ledger_commit(chronicle_ledger(chronicle)), LEDGER_OK);
}

/* A second ledger that gets the first one's events from `from` on, deciding each again. Returns the
   first that is not as it should be; 0: all are. */
static position_t again(hall_t *hall, chronicle_t *second, position_t to, problem_t *problem) {
    ledger_t *ledger = chronicle_ledger(second);
    position_t wrong = 0;
    for (position_t at = ledger_last(ledger) + 1; !wrong && at <= to; at++) {
        arena_t *arena = arena_new(0);
        buffer_t bytes = {0};
        decoded_t event;
        read_event(hall, at, arena, &bytes, &event);
        if (chronicle_verify(second, &event, buffer_bytes(&bytes), problem) != 0)
            wrong = at;
        else
            hall_append(second, buffer_bytes(&bytes));
        arena_destroy(&arena);
        buffer_free(&bytes);
    }
    return wrong;
}

/* A chronicle with the desk's events, as somebody else keeps it. */
static chronicle_t *other(hall_t *hall, const char *name) {
    char path[400];
    snprintf(path, sizeof path, "%s/%s.db", harness_folder(), name);
    chronicle_t *second = hall_chronicle(hall->desk, path, hall->desk->log_n, 8);
    chronicle_watch(second);
    return second;
}

TEST_CLAUSE(what_time_has_brought_comes_before_the_command, "QP21-4.4.3", RULE) {
    hall_t hall;
    order_t *order = order_under_review(&hall);
    position_t before = ledger_last(chronicle_ledger(hall.chronicle));
    hall.desk->time = at(2, 9); /* near since yesterday, missed now */
    OK(hall_send(&hall, HALL_LIN, KIND_ORDER_WITHDRAW, order->head.id,
                 &(struct withdraw){TEXT("model stopped"),
                                    {&(struct confirmation){TEXT("buyer"), TEXT("fax"), at(2, 8)}, 1}},
                 NULL));
    assert_int_equal(kind_at(&hall, before + 1), KIND_DEADLINE_NEAR);
    assert_int_equal(kind_at(&hall, before + 2), KIND_DEADLINE_MISSED);
    assert_int_equal(kind_at(&hall, before + 3), KIND_ORDER_WITHDRAW);
    assert_int_equal(chronicle_next_deadline(hall.chronicle), 0); /* it waits for nothing */
    problem_t problem = {0};
    chronicle_t *second = other(&hall, "second");
    assert_int_equal(again(&hall, second, before + 3, &problem), 0);
    assert_true(digest_equal(ledger_root(chronicle_ledger(second)),
                             ledger_root(chronicle_ledger(hall.chronicle))));
    chronicle_close(&second);
    hall_close(&hall);
}

TEST(a_refused_command_leaves_what_time_has_brought) {
    hall_t hall;
    order_t *order = order_under_review(&hall);
    position_t before = ledger_last(chronicle_ledger(hall.chronicle));
    hall.desk->time = at(1, 14);
    REFUSED(hall_decide(&hall, HALL_YAN, KIND_ORDER_DECLINE, order->head.id,
                     &(struct decline){.reason = TEXT("no")}, NULL),
            WRONG_ROLE);
    assert_int_equal(ledger_last(chronicle_ledger(hall.chronicle)), before + 1);
    assert_int_equal(kind_at(&hall, before + 1), KIND_DEADLINE_NEAR);
    hall_close(&hall);
}

TEST(a_deadline_that_is_missing_or_too_early_is_found) {
    hall_t hall;
    order_t *order = order_under_review(&hall);
    position_t before = ledger_last(chronicle_ledger(hall.chronicle));
    chronicle_t *second = other(&hall, "strict"), *loose = other(&hall, "loose");
    problem_t problem = {0};
    pass(hall.chronicle, at(1, 14));
    hall.desk->time = at(1, 15);
    OK(hall_send(&hall, HALL_LIN, KIND_CASE_NUDGE, order->head.id,
                 &(struct nudge){STAGE_REVIEW, TEXT("please")}, NULL));
    assert_int_equal(again(&hall, second, before + 2, &problem), 0);
    /* the same command, without the deadline before it */
    arena_t *arena = arena_new(0);
    buffer_t bytes = {0}, forged = {0};
    decoded_t event;
    read_event(&hall, before + 2, arena, &bytes, &event);
    event.event.position = (int64_t) before + 1;
    assert_int_equal(record_encode(&event_record, &event.event, &forged, &problem), 0);
    assert_int_equal(event_decode(buffer_bytes(&forged), arena, &event, &problem), 0);
    assert_int_equal(chronicle_verify(loose, &event, buffer_bytes(&forged), &problem), -1);
    assert_int_equal(problem.reason, REASON_CONTRADICTS_TALLY);
    /* the deadline, an hour before its time */
    buffer_clear(&forged);
    read_event(&hall, before + 1, arena, &bytes, &event);
    event.event.time -= HOUR_MS;
    assert_int_equal(record_encode(&event_record, &event.event, &forged, &problem), 0);
    assert_int_equal(event_decode(buffer_bytes(&forged), arena, &event, &problem), 0);
    assert_int_equal(chronicle_verify(loose, &event, buffer_bytes(&forged), &problem), -1);
    buffer_free(&bytes);
    buffer_free(&forged);
    arena_destroy(&arena);
    chronicle_close(&second);
    chronicle_close(&loose);
    hall_close(&hall);
}

TEST(the_ledgers_own_words_wait_for_no_deadline) {
    hall_t hall;
    order_under_review(&hall);
    position_t before = ledger_last(chronicle_ledger(hall.chronicle));
    hall.desk->time = at(9, 9);
    desk_t *desk = hall.desk;
    REFUSED(hall_decide(&hall, HALL_WEN, KIND_LEDGER_CLOCK, context_genesis_case(desk->context),
                     &(struct clock){desk->time, TEXT("battery")}, NULL),
            NOT_ADMINISTRATOR);
    assert_int_equal(ledger_last(chronicle_ledger(hall.chronicle)), before);
    pass(hall.chronicle, desk->time);
    assert_int_equal(ledger_last(chronicle_ledger(hall.chronicle)), before + 2);
    hall_close(&hall);
}

TEST(whoever_opens_the_ledger_anew_waits_for_the_same_moment) {
    hall_t hall;
    order_under_review(&hall);
    moment_t next = chronicle_next_deadline(hall.chronicle);
    assert_int_equal(next, at(1, 14));
    chronicle_reload(hall.chronicle);
    assert_int_equal(chronicle_next_deadline(hall.chronicle), next);
    pass(hall.chronicle, next);
    assert_int_equal(chronicle_next_deadline(hall.chronicle), at(2, 9));
    chronicle_reload(hall.chronicle);
    assert_int_equal(chronicle_next_deadline(hall.chronicle), at(2, 9));
    hall_close(&hall);
}

TEST(of_several_cases_the_earliest_deadline_comes_first) {
    hall_t hall;
    desk_t *desk = desk_new_deadlines();
    desk_regular_in_review(desk);
    desk->time += HOUR_MS;
    desk_regular_in_review(desk);
    feedback_t *complaint = desk_told(desk, FEEDBACK_COMPLAINT); /* assessed by tomorrow at ten */
    hall_open(&hall, desk);
    chronicle_watch(hall.chronicle);
    position_t before = ledger_last(chronicle_ledger(hall.chronicle));
    pass(hall.chronicle, at(20, 9));
    arena_t *arena = arena_new(0);
    buffer_t bytes = {0};
    decoded_t event;
    read_event(&hall, before + 1, arena, &bytes, &event);
    assert_true(ident_equal(event.event.object, complaint->head.id));
    assert_int_equal(ledger_last(chronicle_ledger(hall.chronicle)), before + 5);
    position_t last = ledger_last(chronicle_ledger(hall.chronicle));
    problem_t problem = {0};
    chronicle_t *second = other(&hall, "several");
    assert_int_equal(again(&hall, second, last, &problem), 0);
    chronicle_close(&second);
    buffer_free(&bytes);
    arena_destroy(&arena);
    hall_close(&hall);
}

TEST(an_adoption_that_makes_an_order_wait_for_something_else_is_seen_by_all) {
    hall_t hall;
    desk_t *desk = desk_new_deadlines();
    struct order_content content = desk_content(desk);
    order_t *order = desk_registered(desk, &content); /* to be classified by one o'clock */
    hall_open(&hall, desk);
    chronicle_watch(hall.chronicle);
    assert_int_equal(chronicle_next_deadline(hall.chronicle), at(0, 14));
    desk->procedure.deadlines.at[ROW_CLASSIFY].hours = 1;
    bytes_t procedure = desk_encode(desk, &procedure_record, &desk->procedure);
    OK(hall_send(&hall, HALL_WEN, KIND_PROCEDURE_ADOPT, NO_CASE,
                 &(struct adopt){.procedure = procedure}, NULL));
    /* of the edition at the order's last event, whoever asks and whenever it was opened */
    assert_int_equal(chronicle_next_deadline(hall.chronicle), at(0, 14));
    chronicle_reload(hall.chronicle);
    assert_int_equal(chronicle_next_deadline(hall.chronicle), at(0, 14));
    (void) order;
    hall_close(&hall);
}

/* A deadline is said under the edition in force by then; what the case waits for stays as it was. */
TEST(a_deadline_that_is_said_after_an_adoption_leads_to_nothing_else) {
    hall_t hall;
    desk_t *desk = desk_new_deadlines();
    struct order_content content = desk_special_content(desk);
    order_t *order = desk_registered(desk, &content);
    OK(desk_classify(desk, order, desk->lin, "special")); /* to be convened */
    struct measure measure = {
        .text = TEXT("gauge"), .owner = desk->luo, .due = TODAY + 1, .type = ACTION_CORRECTION};
    OK(desk_try(desk, order, desk->luo, KIND_ACTION_ADD,
                &(struct action_add){.measure = {&measure, 1}, .reason = TEXT("so")}));
    hall_open(&hall, desk);
    chronicle_watch(hall.chronicle);
    desk->procedure.classes.at[1].convener = (text_t){NULL, 0};
    desk->procedure.classes.at[1].convener_stand_in = (text_t){NULL, 0};
    bytes_t procedure = desk_encode(desk, &procedure_record, &desk->procedure);
    OK(hall_send(&hall, HALL_WEN, KIND_PROCEDURE_ADOPT, NO_CASE,
                 &(struct adopt){.procedure = procedure}, NULL));
    pass(hall.chronicle, at(2, 14));
    desk->time = at(2, 15);
    struct customer customer = {.name = TEXT("Other"), .short_name = TEXT("O")};
    OK(hall_send(&hall, HALL_LIN, KIND_CUSTOMER_REGISTER, NO_CASE, &customer, NULL));
    problem_t problem = {0};
    chronicle_t *second = other(&hall, "after an adoption");
    assert_int_equal(
        again(&hall, second, ledger_last(chronicle_ledger(hall.chronicle)), &problem), 0);
    chronicle_close(&second);
    hall_close(&hall);
}
