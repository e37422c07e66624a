/* SPDX-License-Identifier: Apache-2.0
 *
 * golden_order: examples of customers' and orders' events, and of the envelopes they travel in.
 */
#ifndef COUNTERSIGN_TESTS_GOLDEN_ORDER_H
#define COUNTERSIGN_TESTS_GOLDEN_ORDER_H

#include "tests/unit/event/golden.h"

static inline void golden_customer(golden_take_t take) {
    const struct customer customer = {.name = TEXT("星海电机有限公司"),
                                      .short_name = TEXT("星海"),
                                      .code = TEXT("XH"),
                                      .credit_code = TEXT("91330200MA2XXXXX0X"),
                                      .address = TEXT("宁波"),
                                      .delivery_address = TEXT("宁波, 2号门"),
                                      .terms = TEXT("60 days net"),
                                      .credit = INT64_C(500000000000),
                                      .currency = TEXT("CNY"),
                                      .trade = TEXT("电机"),
                                      .grade = TEXT("A"),
                                      .special = TEXT("每批附材质报告"),
                                      .contact = golden_digest(20),
                                      .since = 18262,
                                      .property = TEXT("模具 M-12")};
    take("customer.register", &customer_record, &customer);
    take("customer.change", &customer_record,
         &(struct customer){
             .name = customer.name, .short_name = customer.short_name, .grade = TEXT("B")});
}

/* The whole of what an order can say. */
static inline void golden_content(golden_take_t take) {
    const struct confirmation word = {
        .who = TEXT("采购员"), .how = TEXT("fax"), .when = INT64_C(1772582400123)};
    struct order_content content = {.customer = golden_ident(21),
                                    .channel = CHANNEL_PHONE,
                                    .customer_order = TEXT("PO-4711"),
                                    .contract = true,
                                    .contract_number = TEXT("HT-2026-009"),
                                    .lines = ITEMS(struct order_line,
                                                   {.no = 1,
                                                    .product = TEXT("QM-6204"),
                                                    .name = TEXT("深沟球轴承"),
                                                    .drawing = TEXT("QM-6204 B"),
                                                    .modification = TEXT("防锈油"),
                                                    .quantity = INT64_C(1200000000),
                                                    .unit = TEXT("C62"),
                                                    .price = 12800000,
                                                    .currency = TEXT("CNY"),
                                                    .wanted = 20650,
                                                    .customer_product = TEXT("MTR-8"),
                                                    .note = TEXT("分两批")},
                                                   {.no = 128,
                                                    .product = TEXT("QM-6205"),
                                                    .quantity = 1,
                                                    .unit = TEXT("KGM"),
                                                    .currency = TEXT("EUR"),
                                                    .wanted = 20700}),
                                    .requirements = ITEMS(struct requirement,
                                                          {.no = 1,
                                                           .kind = REQUIREMENT_STATUTORY,
                                                           .subject = SUBJECT_QUALITY,
                                                           .text = TEXT("硬度 60 HRC"),
                                                           .line = 1,
                                                           .standard = TEXT("GB/T 230.1"),
                                                           .characteristic = TEXT("硬度"),
                                                           .value = 60000000,
                                                           .promised_by = TEXT("销售"),
                                                           .special = true},
                                                          {.no = 2,
                                                           .kind = REQUIREMENT_STATED,
                                                           .subject = SUBJECT_OTHER,
                                                           .text = TEXT("低温"),
                                                           .value = -40000000}),
                                    .earlier = TEXT("HT-2025-031"),
                                    .attachments =
                                        ITEMS(struct attachment, {.blob = golden_digest(22),
                                                                  .name = TEXT("po.pdf"),
                                                                  .media = TEXT("application/pdf"),
                                                                  .size = 70000}),
                                    .contact = golden_digest(23),
                                    .note = TEXT("第一行\n第二行"),
                                    .custodian = TEXT("林晓禾"),
                                    .place = TEXT("A-3"),
                                    .ordered = 20600};
    struct amend amend = {.content = {&content, 1},
                          .reason = TEXT("quantity raised"),
                          .agreement = ITEMS(struct confirmation, word)};
    take("order.register", &order_content_record, &content);
    take("order.customer-confirm", &confirmation_record, &word);
    take("order.amend", &amend_record, &amend);
    take("order.withdraw", &withdraw_record,
         &(struct withdraw){.reason = TEXT("project stopped"),
                            .word = ITEMS(struct confirmation, word)});
}

static inline void golden_review(golden_take_t take) {
    struct assessment assessment = {.rule = TEXT("capacity"),
                                    .edition = 1,
                                    .cause = 300,
                                    .inputs = ITEMS(struct fact,
                                                    {.name = TEXT("free"),
                                                     .of = TEXT("轴承"),
                                                     .value = -1500000,
                                                     .day = 20640,
                                                     .text = TEXT("磨床")},
                                                    {.name = TEXT("weeks")}),
                                    .verdict = VERDICT_CONDITIONS,
                                    .certain = true,
                                    .conditions =
                                        ITEMS(struct condition, {TEXT("交期改为 7月20日"), 1}),
                                    .reason = TEXT("one week is full"),
                                    .requirements = ITEMS(int64_t, 0, 23, 24, 255, 65536)};
    take("order.classify", &classify_record,
         &(struct classify){.order_class = TEXT("special"), .reason = TEXT("drawing differs")});
    take("order.convene", &convene_record, &(struct convene){TEXT("请看交期")});
    take("round.verdict", &verdict_given_record,
         &(struct verdict_given){.department = TEXT("planning"),
                                 .verdict = VERDICT_CONDITIONS,
                                 .conditions =
                                     ITEMS(struct condition, {TEXT("交期改为 7月20日"), 1}),
                                 .reason = TEXT("one week is full"),
                                 .requirements = ITEMS(int64_t, 1, 2),
                                 .evidence = TEXT("capacity.csv"),
                                 .assessment = {&assessment, 1},
                                 .aspects = ITEMS(text_t, TEXT("capacity"), TEXT("delivery")),
                                 .confirmed = 20655});
    take("round.retract", &retract_record,
         &(struct retract){.department = TEXT("planning"), .reason = TEXT("a machine broke down")});
    take("round.advise", &advice_record,
         &(struct advice){.department = TEXT("planning"), .assessment = {&assessment, 1}});
    take("round.conclude", &conclude_record,
         &(struct conclude){
             .outcome = OUTCOME_NEGOTIATE,
             .opinion = TEXT("与顾客协商交期"),
             .answers = ITEMS(struct answer, {QUESTION_SPECIFIED, ANSWER_YES, {NULL, 0}},
                              {QUESTION_CONFIRMED, ANSWER_NOT_APPLICABLE, TEXT("written order")},
                              {QUESTION_DIFFERENCES, ANSWER_NO, TEXT("price")},
                              {QUESTION_ABLE, ANSWER_NO, TEXT("week 29")},
                              {QUESTION_CHANGES, ANSWER_YES, {NULL, 0}}),
             .measures =
                 ITEMS(struct measure, {.text = TEXT("call the customer"),
                                       .owner = golden_ident(24),
                                       .due = 20610})});
    take("round.sign", &sign_record,
         &(struct sign){.meaning = MEANING_COMPLETE, .remark = TEXT("同意")});
    take("order.decline", &decline_record,
         &(struct decline){.reason = TEXT("cannot be made here"), .told = TEXT("by letter")});
}

static inline void golden_derived(golden_take_t take) {
    const struct numbered numbered = {
        .series = SERIES_ORDER, .number = TEXT("DD2026-0001"), .running = 1, .year = 2026};
    take("document.numbered", &numbered_record, &numbered);
    take("customer.numbered", &numbered_record,
         &(struct numbered){
             .series = SERIES_CUSTOMER, .number = TEXT("KH2026-0001"), .running = 1, .year = 2026});
    take("order.class-proposed", &class_proposed_record,
         &(struct class_proposed){.revision = 1,
                                  .order_class = TEXT("special"),
                                  .reasons = ITEMS(text_t, TEXT("sooner-than-lead-time:2"))});
    take("round.opened", &round_opened_record,
         &(struct round_opened){.round = 1,
                                .revision = 2,
                                .digest = golden_digest(25),
                                .departments = ITEMS(text_t, TEXT("planning"), TEXT("quality")),
                                .procedure = 17});
    take("round.tallied", &tallied_record,
         &(struct tallied){
             .round = 1, .outcome = OUTCOME_NOT_ABLE, .accept = 3, .conditions = 2, .reject = 1});
    take("review.completed", &became_record, &(struct became){1});
    take("order.effective", &became_record, &(struct became){9999});
}

/* The same command, the third of five that were signed in one act. */
static inline void golden_in_batch(golden_take_t take, const struct command *command,
                                   const struct signed_command *alone) {
    static uint8_t path[3 * 32];
    for (size_t i = 0; i < sizeof path; i++)
        path[i] = (uint8_t) (i * 5 + 3);
    struct signed_command sent = *alone;
    sent.scheme = SCHEME_BATCH;
    sent.index = 2;
    sent.size = 5;
    sent.path = (bytes_t){path, sizeof path};
    take("signed-command-2", &signed_command_record, &sent);
    take("event-2", &event_record,
         &(struct event){.position = 4323,
                         .time = INT64_C(1772582400789),
                         .kind = command->kind,
                         .object = command->object,
                         .procedure = 17,
                         .rules = 1,
                         .scheme = sent.scheme,
                         .key = sent.key,
                         .signature = sent.signature,
                         .command = sent.command,
                         .index = sent.index,
                         .size = sent.size,
                         .path = sent.path});
}

static inline void golden_envelopes(golden_take_t take) {
    buffer_t body = {0}, bytes = {0};
    record_encode(&sign_record, &(struct sign){.meaning = MEANING_COMPLETE}, &body, NULL);
    const struct command command = {.ledger = golden_digest(30),
                                    .id = golden_ident(31),
                                    .kind = KIND_ROUND_SIGN,
                                    .object = golden_ident(32),
                                    .revision = 2,
                                    .digest = golden_digest(33),
                                    .version = 12,
                                    .actor = golden_ident(34),
                                    .station = golden_ident(35),
                                    .claimed = INT64_C(1772582400123),
                                    .expiry = INT64_C(1775174400123),
                                    .mandate = golden_ident(36),
                                    .body = buffer_bytes(&body)};
    record_encode(&command_record, &command, &bytes, NULL);
    const struct signed_command sent = {.scheme = SCHEME_ED25519,
                                        .key = golden_key(37),
                                        .signature = golden_signature(38),
                                        .command = buffer_bytes(&bytes)};
    take("command", &command_record, &command);
    take("signed-command", &signed_command_record, &sent);
    take("event", &event_record,
         &(struct event){.position = 4321,
                         .time = INT64_C(1772582400456),
                         .kind = KIND_ROUND_SIGN,
                         .object = golden_ident(32),
                         .procedure = 17,
                         .rules = 1,
                         .scheme = sent.scheme,
                         .key = sent.key,
                         .signature = sent.signature,
                         .command = sent.command});
    golden_in_batch(take, &command, &sent);
    buffer_clear(&body);
    record_encode(&became_record, &(struct became){2}, &body, NULL);
    take("event-derived", &event_record,
         &(struct event){.position = 4322,
                         .time = INT64_C(1772582400456),
                         .kind = KIND_REVIEW_COMPLETED,
                         .object = golden_ident(32),
                         .cause = 4321,
                         .procedure = 17,
                         .rules = 1,
                         .body = buffer_bytes(&body)});
    buffer_free(&body);
    buffer_free(&bytes);
}

#endif
