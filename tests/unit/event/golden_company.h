/* SPDX-License-Identifier: Apache-2.0
 *
 * golden_company: examples of the ledger's own events, people, procedure and reference data.
 */
#ifndef COUNTERSIGN_TESTS_GOLDEN_COMPANY_H
#define COUNTERSIGN_TESTS_GOLDEN_COMPANY_H

#include "tests/unit/event/golden.h"

static inline void golden_ledger(golden_take_t take) {
    take("ledger.genesis", &genesis_record,
         &(struct genesis){.company = TEXT("启明精工"),
                           .administrator = TEXT("吴敏"),
                           .handle = TEXT("wumin"),
                           .administrator_key = golden_key(1),
                           .coordinator_key = golden_key(2),
                           .coordinator_curve = golden_key(3),
                           .archiver_key = golden_key(4),
                           .archiver_curve = golden_key(5),
                           .recovery_key = golden_key(6),
                           .rules = 1});
    take("ledger.restored", &restored_record,
         &(struct restored){
             .base = 41999, .epoch = 2, .lost_to = 42003, .reason = TEXT("disk replaced")});
    take("ledger.resume", &resume_record,
         &(struct resume){.reason = TEXT("the archiver's machine is being repaired"),
                          .from = 42004});
    take("ledger.rules", &rules_record,
         &(struct rules){.rules = 2, .reason = TEXT("tally counts absent departments")});
    take("ledger.clock", &clock_record,
         &(struct clock){.now = INT64_C(1772582400000),
                         .reason = TEXT("battery of the clock replaced")});
    take("ledger.alarm", &alarm_record,
         &(struct alarm){.what = TEXT("decision-differs"),
                         .at = 42005,
                         .text = TEXT("the tally was another one")});
    take("notify.checkpoint", &checkpoint_told_record,
         &(struct checkpoint_told){.position = 42005,
                                   .auditor = TEXT("税务师事务所"),
                                   .outcome = NOTIFY_ACCEPTED,
                                   .attempts = 2,
                                   .code = 250,
                                   .text = TEXT("2.0.0 queued as 12345"),
                                   .message_id = TEXT("019a0000-0000-8000-8000-000000000001@example.com"),
                                   .time = INT64_C(1772582400000)});
}

static inline void golden_directory(golden_take_t take) {
    take("person.enrol", &person_enrol_record,
         &(struct person_enrol){.handle = TEXT("linxiaohe"),
                                .name = TEXT("林晓禾"),
                                .roles = ITEMS(text_t, TEXT("sales.clerk"), TEXT("sales.head")),
                                .key = golden_key(7),
                                .administrator = true,
                                .department = TEXT("sales")});
    take("person.change", &person_change_record,
         &(struct person_change){.roles = ITEMS(text_t, TEXT("planning.manager")),
                                 .administrator = true,
                                 .department = TEXT("planning"),
                                 .name = TEXT("林晓禾")});
    take("person.revoke", &revoke_record, &(struct revoke){TEXT("left the company")});
    take("key.replace", &key_replace_record,
         &(struct key_replace){.key = golden_key(8), .reason = TEXT("notebook lost")});
    take("station.enrol", &station_enrol_record,
         &(struct station_enrol){
             .name = TEXT("sales-1"), .department = TEXT("sales"), .curve = golden_key(9)});
    take("station.revoke", &revoke_record, &(struct revoke){TEXT("scrapped")});
    take("daemon.enrol", &daemon_enrol_record,
         &(struct daemon_enrol){.name = TEXT("department:planning"),
                                .part = PART_DEPARTMENT,
                                .department = TEXT("planning"),
                                .key = golden_key(10),
                                .curve = golden_key(11),
                                .answers = golden_ident(12)});
    take("daemon.revoke", &revoke_record, &(struct revoke){TEXT("replaced by another machine")});
    take("directory.confirm", &confirm_record,
         &(struct confirm){
             .pending = golden_ident(13), .refuse = true, .reason = TEXT("not agreed")});
    take("mandate.grant", &mandate_record,
         &(struct mandate){.department = TEXT("planning"),
                           .rule = TEXT("capacity"),
                           .classes = ITEMS(text_t, TEXT("regular")),
                           .until = INT64_C(1798761600000)});
    take("mandate.end", &revoke_record, &(struct revoke){TEXT("the rule is being revised")});
}

static inline void golden_procedure(golden_take_t take) {
    buffer_t bytes = {0};
    const struct procedure procedure = {
        .document = TEXT("QP21"),
        .edition = TEXT("A/0"),
        .approver = TEXT("江怀远"),
        .effective = 20454,
        .departments =
            ITEMS(struct department, {.key = TEXT("planning"),
                                      .zh = TEXT("计划部"),
                                      .en = TEXT("Planning"),
                                      .assessor = TEXT("capacity"),
                                      .reviewers = ITEMS(text_t, TEXT("planning.manager")),
                                      .manager = TEXT("planning.manager")}),
        .roles = ITEMS(struct role, {.key = TEXT("planning.manager"),
                                     .department = TEXT("planning"),
                                     .zh = TEXT("计划部经理"),
                                     .en = TEXT("planning manager"),
                                     .reads = ITEMS(text_t, TEXT("orders"), TEXT("prices")),
                                     .may = ITEMS(int64_t, ACT_CLASSIFY, ACT_ADOPT)}),
        .classes =
            ITEMS(struct review_class,
                  {.key = TEXT("special"),
                   .zh = TEXT("特殊订单"),
                   .en = TEXT("special"),
                   .reviewers = ITEMS(struct reviewer, {TEXT("planning"), MODE_ASSIST}),
                   .convener = TEXT("deputy"),
                   .concluder = TEXT("sales.head"),
                   .concluder_stand_in = TEXT("deputy"),
                   .steps = ITEMS(struct step, {MEANING_COMPLETE, TEXT("deputy"), TEXT("general")},
                                  {.meaning = MEANING_CUSTOMER}),
                   .convener_stand_in = TEXT("general")}),
        .special = ITEMS(struct special_rule, {SPECIAL_SOONER_THAN_LEAD, TEXT("special")}),
        .oral_channels = ITEMS(int64_t, CHANNEL_PHONE, CHANNEL_ORAL),
        .four_eyes = true,
        .offset_minutes = -210,
        .order_prefix = TEXT("DD"),
        .customer_prefix = TEXT("KH"),
        .source = golden_digest(14)};
    record_encode(&procedure_record, &procedure, &bytes, NULL);
    take("procedure", &procedure_record, &procedure);
    take("procedure.adopt", &adopt_record,
         &(struct adopt){.procedure = buffer_bytes(&bytes), .restarts = true});
    buffer_free(&bytes);
}

static inline void golden_reference(golden_take_t take) {
    take("reference.begin", &reference_begin_record,
         &(struct reference_begin){.dataset = DATASET_CAPACITY,
                                   .rows = 65536,
                                   .source = golden_digest(15),
                                   .name = TEXT("capacity.csv")});
    take("reference.chunk", &reference_chunk_record,
         &(struct reference_chunk){
             .first = 256,
             .products = ITEMS(struct product_row, {.product = TEXT("QM-6204"),
                                                    .name = TEXT("深沟球轴承 6204"),
                                                    .family = TEXT("轴承"),
                                                    .material = TEXT("GCr15"),
                                                    .material_per_piece = 106000,
                                                    .price = 12800000,
                                                    .currency = TEXT("CNY"),
                                                    .standard = true,
                                                    .drawing = TEXT("QM-6204 B"),
                                                    .lead_days = 21,
                                                    .unit = TEXT("C62")}),
             .capacities = ITEMS(struct capacity_row, {.family = TEXT("轴承"),
                                                       .work_centre = TEXT("磨床"),
                                                       .week = 20640,
                                                       .capacity = INT64_C(8000000000),
                                                       .committed = INT64_C(5200000000)}),
             .stocks = ITEMS(struct stock_row, {.material = TEXT("GCr15"),
                                                .name = TEXT("轴承钢 φ40"),
                                                .stock = 1250500000,
                                                .unit = TEXT("kg"),
                                                .lead_days = 15}),
             .capabilities = ITEMS(struct capability_row, {.characteristic = TEXT("硬度"),
                                                           .standard = TEXT("GB/T 230.1"),
                                                           .from = -20000000,
                                                           .to = 70000000,
                                                           .unit = TEXT("HRC"),
                                                           .note = TEXT("calibrated yearly")})});
    take("reference.adopt", &reference_adopt_record,
         &(struct reference_adopt){.rows = 65536, .source = golden_digest(15)});
}

#endif
