/* SPDX-License-Identifier: Apache-2.0
 *
 * golden_deadline: examples of deadlines, delegation, reminders and of what people were told.
 */
#ifndef COUNTERSIGN_TESTS_GOLDEN_DEADLINE_H
#define COUNTERSIGN_TESTS_GOLDEN_DEADLINE_H

#include "tests/unit/event/golden.h"

static inline void golden_working_time(golden_take_t take) {
    take("procedure-3", &procedure_record,
         &(struct procedure){
             .document = TEXT("QP21"),
             .edition = TEXT("A/2"),
             .approver = TEXT("江怀远"),
             .effective = 20820,
             .departments = ITEMS(struct department, {.key = TEXT("sales"),
                                                      .zh = TEXT("销售部"),
                                                      .en = TEXT("Sales")}),
             .roles = ITEMS(struct role, {.key = TEXT("sales.head"),
                                          .department = TEXT("sales"),
                                          .zh = TEXT("销售部负责人"),
                                          .en = TEXT("Head of sales"),
                                          .delegates = ITEMS(text_t, TEXT("management.deputy"))}),
             .classes = ITEMS(struct review_class, {.key = TEXT("regular"),
                                                    .zh = TEXT("常规订单"),
                                                    .en = TEXT("Regular order")}),
             .working = ITEMS(struct shift, {.days = ITEMS(int64_t, WEEKDAY_MONDAY, WEEKDAY_SUNDAY),
                                             .from = TEXT("08:00"),
                                             .to = TEXT("24:00")}),
             .deadlines = ITEMS(struct deadline, {.classes = ITEMS(text_t, TEXT("complaint")),
                                                  .stage = STAGE_ANSWER,
                                                  .hours = 40,
                                                  .near = 8,
                                                  .escalate = TEXT("sales.head"),
                                                  .severity = SEVERITY_MAJOR,
                                                  .urgent = true,
                                                  .clock = true}),
             .nudge_first = 30,
             .nudge_again = 10,
             .quiet_from = TEXT("22:00"),
             .quiet_to = TEXT("07:00"),
             .customer_told = ITEMS(int64_t, MILESTONE_EFFECTIVE, MILESTONE_CLOSED)});
    take("reference.chunk-2", &reference_chunk_record,
         &(struct reference_chunk){.days = ITEMS(struct calendar_row, {.day = 20500,
                                                                       .off = true,
                                                                       .name = TEXT("春节"),
                                                                       .year = 2026})});
}

static inline void golden_delegation(golden_take_t take) {
    take("delegation.grant", &delegation_record,
         &(struct delegation){.delegate = golden_ident(40),
                              .role = TEXT("sales.head"),
                              .from = INT64_C(1772582400000),
                              .until = INT64_C(1773187200000),
                              .reason = TEXT("出差")});
    take("delegation.end", &revoke_record, &(struct revoke){TEXT("back earlier")});
    take("round.forward", &forward_record,
         &(struct forward){.department = TEXT("quality"),
                           .to = golden_ident(41),
                           .reason = TEXT("knows the gauge")});
    take("round.add-reviewer", &add_reviewer_record,
         &(struct add_reviewer){.department = TEXT("finance"), .reason = TEXT("the price is new")});
}

static inline void golden_told(golden_take_t take) {
    const struct deadline_mark mark = {.stage = STAGE_REVIEW,
                                       .began = 301,
                                       .due = INT64_C(1772582400000),
                                       .departments = ITEMS(text_t, TEXT("quality")),
                                       .escalate = TEXT("management.deputy"),
                                       .action = 2};
    take("deadline.near", &deadline_mark_record, &mark);
    take("deadline.missed", &deadline_mark_record, &mark);
    take("case.nudge", &nudge_record,
         &(struct nudge){.stage = STAGE_SIGN, .note = TEXT("the customer rings every hour")});
    take("notify.outcome", &notified_record,
         &(struct notified){.event = 305,
                            .rule = TEXT("review-opened"),
                            .hook = TEXT("email"),
                            .person = golden_ident(42),
                            .outcome = NOTIFY_ACCEPTED,
                            .attempts = 2,
                            .code = 250,
                            .text = TEXT("2.0.0 Ok: queued"),
                            .message_id = TEXT("305.a@hub.example.com"),
                            .time = INT64_C(1772582400000)});
    take("notify.retry", &notify_act_record,
         &(struct notify_act){.notification = golden_ident(43), .reason = TEXT("relay mended")});
    take("notify.drop", &notify_act_record,
         &(struct notify_act){.notification = golden_ident(44), .reason = TEXT("told by phone")});
    take("notify.checkpoint-retry", &notify_act_record,
         &(struct notify_act){.notification = golden_ident(45), .reason = TEXT("mailbox mended")});
}

static inline void golden_deadline(golden_take_t take) {
    golden_working_time(take);
    golden_delegation(take);
    golden_told(take);
}

#endif
