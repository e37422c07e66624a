/* SPDX-License-Identifier: Apache-2.0
 *
 * An edition's times hold together: shifts, quiet hours, what customers are told of.
 */
#include "common/domain/procedure_time.h"
#include "tests/unit/domain/context_desk.h"

static reason_t adopt(desk_t *desk) {
    struct adopt body = {.procedure = desk_encode(desk, &procedure_record, &desk->procedure)};
    return desk_ask(desk, desk->wen, KIND_PROCEDURE_ADOPT, NOTHING, &body);
}

static int64_t week[] = {1, 2, 3, 4, 5}, twice[] = {1, 1}, strange[] = {1, 8};

/* Working time with a night in two parts, quiet hours over midnight. */
static void timed(desk_t *desk) {
    struct shift shifts[] = {{{week, 5}, TEXT("08:00"), TEXT("12:00")},
                             {{week, 5}, TEXT("22:00"), TEXT("24:00")},
                             {{twice, 2}, TEXT("00:00"), TEXT("06:00")}};
    int64_t told[] = {MILESTONE_REGISTERED, MILESTONE_CLOSED};
    desk->procedure.working = (struct shift_list) DESK_LIST(desk, shifts);
    desk->procedure.customer_told = (struct int_list) DESK_LIST(desk, told);
    desk->procedure.quiet_from = TEXT("22:00");
    desk->procedure.quiet_to = TEXT("07:00");
}

static void ends_before(struct procedure *p) { p->working.at[1].to = TEXT("06:00"); }
static void lasts_no_time(struct procedure *p) { p->working.at[1].to = TEXT("22:00"); }
static void no_hour(struct procedure *p) { p->working.at[2].from = TEXT("25:00"); }
static void no_minute(struct procedure *p) { p->working.at[2].to = TEXT("06:60"); }
static void no_clock(struct procedure *p) { p->working.at[2].to = TEXT("6 Uhr"); }
static void no_weekday(struct procedure *p) { p->working.at[0].days = (struct int_list){strange, 2}; }
static void quiet_for_ever(struct procedure *p) { p->quiet_to.n = 0; }
static void quiet_from_nowhere(struct procedure *p) { p->quiet_from.n = 0; }
static void quiet_at_no_time(struct procedure *p) { p->quiet_from = TEXT("22h"); }
static void quiet_all_day(struct procedure *p) { p->quiet_to = p->quiet_from; }
static void told_the_unknown(struct procedure *p) { p->customer_told.at[1] = 99; }

static const struct fault {
    const char *field;
    void (*make)(struct procedure *p);
} FAULTS[] = {{"working[1].from", ends_before},      {"working[1].from", lasts_no_time},
              {"working[2].from", no_hour},          {"working[2].to", no_minute},
              {"working[2].to", no_clock},           {"working[0].days", no_weekday},
              {"quiet_to", quiet_for_ever},          {"quiet_from", quiet_from_nowhere},
              {"quiet_from", quiet_at_no_time},      {"quiet_to", quiet_all_day},
              {"customer_told", told_the_unknown}};

TEST_CLAUSE(times_that_do_not_hold_together_are_refused_at_their_field, "QP21-5", REFUSAL) {
    desk_t *desk = desk_new();
    timed(desk);
    bytes_t sound = desk_encode(desk, &procedure_record, &desk->procedure);
    for (size_t i = 0; i < COUNT(FAULTS); i++) {
        insist(record_decode(&procedure_record, sound, desk->arena, &desk->procedure, NULL) == 0);
        FAULTS[i].make(&desk->procedure);
        DENIED(desk, adopt(desk), PROCEDURE_INVALID, "QP21-5", FAULTS[i].field);
    }
    desk_destroy(&desk);
}

TEST(times_that_hold_together_are_adopted_and_may_be_left_out) {
    desk_t *desk = desk_new();
    OK(adopt(desk));
    timed(desk);
    OK(adopt(desk));
    assert_int_equal(context_procedure(desk->context)->working.n, 3);
    assert_int_equal(procedure_check_time(&desk->procedure, NULL), 0);
    desk_destroy(&desk);
}
