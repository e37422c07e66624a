/* SPDX-License-Identifier: Apache-2.0
 *
 * desk_company: the company behind the desk: people, procedure, reference data, a customer, two
 * mandates.
 */
#ifndef COUNTERSIGN_TESTS_DESK_COMPANY_H
#define COUNTERSIGN_TESTS_DESK_COMPANY_H

#include "tests/unit/domain/desk.h"

static inline struct text_list desk_texts(desk_t *desk, const char *words) {
    struct text_list list = {arena_alloc(desk->arena, 16 * sizeof(text_t)), 0};
    while (*words) {
        size_t n = strcspn(words, " ");
        list.at[list.n++] = arena_text(desk->arena, (text_t){words, n});
        words += n + (words[n] == ' ');
    }
    return list;
}

static inline ident_t desk_person(desk_t *desk, const char *handle, const char *department,
                                  const char *roles) {
    struct person_enrol body = {.handle = text_of(handle),
                                .name = text_of(handle),
                                .department = text_of(department),
                                .roles = desk_texts(desk, roles),
                                .key = {{(uint8_t) (desk->serial + 1), 7}}};
    return desk_do(desk, KIND_PERSON_ENROL, desk->administrator, (ident_t){{0}}, &body);
}

static inline ident_t desk_daemon(desk_t *desk, const char *department) {
    struct daemon_enrol body = {.name = text_of(department),
                                .part = PART_DEPARTMENT,
                                .department = text_of(department),
                                .key = {{(uint8_t) (desk->serial + 1), 8}},
                                .curve = {{(uint8_t) (desk->serial + 1), 9}},
                                .answers = desk->administrator};
    return desk_do(desk, KIND_DAEMON_ENROL, desk->administrator, (ident_t){{0}}, &body);
}

static inline void desk_adopt(desk_t *desk) {
    struct adopt body = {.procedure = desk_encode(desk, &procedure_record, &desk->procedure)};
    desk_do(desk, KIND_PROCEDURE_ADOPT, desk->administrator, (ident_t){{0x77}}, &body);
}

static inline struct role desk_role(desk_t *desk, const char *key, const char *department,
                                    int64_t acts) {
    struct role role = {.key = text_of(key),
                        .department = text_of(department),
                        .zh = text_of(key),
                        .en = text_of(key)};
    role.may.at = arena_alloc(desk->arena, 32 * sizeof(int64_t));
    for (int64_t act = ACT_REGISTER; act <= ACT_ADD_REVIEWER; act++)
        if (acts & (INT64_C(1) << act))
            role.may.at[role.may.n++] = act;
    return role;
}

static inline struct department desk_department(desk_t *desk, const char *key,
                                                const char *reviewers, const char *rule) {
    struct department department = {.key = text_of(key),
                                    .zh = text_of(key),
                                    .en = text_of(key),
                                    .assessor = text_of(rule),
                                    .reviewers = desk_texts(desk, reviewers)};
    if (department.reviewers.n)
        department.manager = department.reviewers.at[0];
    return department;
}

static inline struct reviewer_list desk_reviewers(desk_t *desk, const char *words,
                                                  enum post_mode mode) {
    struct text_list keys = desk_texts(desk, words);
    struct reviewer_list list = {arena_alloc(desk->arena, keys.n * sizeof(struct reviewer)),
                                 keys.n};
    for (size_t i = 0; i < keys.n; i++)
        list.at[i] = (struct reviewer){keys.at[i], mode};
    return list;
}

#define BIT(act) (INT64_C(1) << (act))
static inline void desk_roles(desk_t *desk) {
    const int64_t sales = BIT(ACT_REGISTER) | BIT(ACT_CLASSIFY) | BIT(ACT_CUSTOMER_CONFIRM) |
                          BIT(ACT_AMEND) | BIT(ACT_WITHDRAW) | BIT(ACT_CUSTOMER);
    struct role roles[] = {
        desk_role(desk, "sales.head", "sales", sales | BIT(ACT_DECLINE) | BIT(ACT_MANDATE)),
        desk_role(desk, "sales.clerk", "sales", sales),
        desk_role(desk, "sales.follow-up", "sales", BIT(ACT_REGISTER) | BIT(ACT_CUSTOMER_CONFIRM)),
        desk_role(desk, "planning.manager", "planning", BIT(ACT_REFERENCE) | BIT(ACT_MANDATE)),
        desk_role(desk, "production.manager", "production", BIT(ACT_REFERENCE)),
        desk_role(desk, "purchasing.manager", "purchasing", BIT(ACT_REFERENCE)),
        desk_role(desk, "quality.manager", "quality", BIT(ACT_REFERENCE)),
        desk_role(desk, "quality.system", "quality", BIT(ACT_ADOPT) | BIT(ACT_REFERENCE)),
        desk_role(desk, "management.general", "management", BIT(ACT_DECLINE) | BIT(ACT_ADOPT)),
        desk_role(desk, "management.deputy", "management", BIT(ACT_DECLINE) | BIT(ACT_CLASSIFY)),
        desk_role(desk, "management.representative", "management", BIT(ACT_ADOPT)),
    };
    desk->procedure.roles = (struct role_list) DESK_LIST(desk, roles);
}

static inline void desk_classes(desk_t *desk) {
    struct step regular[] = {
        {MEANING_COMPLETE, TEXT("planning.manager"), TEXT("production.manager")},
        {MEANING_EFFECTIVE, TEXT("sales.head"), TEXT("management.deputy")}};
    struct step special[] = {
        {MEANING_COMPLETE, TEXT("management.deputy"), TEXT("management.general")},
        {MEANING_APPROVE, TEXT("management.general"), TEXT("management.representative")},
        {MEANING_CONTRACT, TEXT("management.deputy"), TEXT("management.general")},
        {.meaning = MEANING_CUSTOMER}};
    struct review_class classes[] = {
        {.key = TEXT("regular"),
         .zh = TEXT("regular"),
         .en = TEXT("regular"),
         .concluder = TEXT("sales.head"),
         .concluder_stand_in = TEXT("management.deputy"),
         .steps = DESK_LIST(desk, regular),
         .reviewers = desk_reviewers(desk, "sales planning purchasing", MODE_AUTO)},
        {.key = TEXT("special"),
         .zh = TEXT("special"),
         .en = TEXT("special"),
         .concluder = TEXT("sales.head"),
         .concluder_stand_in = TEXT("management.deputy"),
         .steps = DESK_LIST(desk, special),
         .convener = TEXT("management.deputy"),
         .convener_stand_in = TEXT("management.general"),
         .reviewers =
             desk_reviewers(desk, "planning purchasing production sales quality", MODE_ASSIST)}};
    desk->procedure.classes = (struct review_class_list) DESK_LIST(desk, classes);
}

/* The shipped policy (config/procedure.cfg), in short. */
static inline void desk_procedure(desk_t *desk) {
    struct special_rule special[] = {
        {SPECIAL_UNKNOWN_PRODUCT, TEXT("special")},  {SPECIAL_NOT_STANDARD, TEXT("special")},
        {SPECIAL_LINE_MODIFIED, TEXT("special")},    {SPECIAL_DRAWING, TEXT("special")},
        {SPECIAL_SOONER_THAN_LEAD, TEXT("special")}, {SPECIAL_REQUIREMENT, TEXT("special")}};
    int64_t oral[] = {CHANNEL_PHONE, CHANNEL_ORAL};
    struct department departments[] = {
        desk_department(desk, "sales", "sales.head", "completeness"),
        desk_department(desk, "planning", "planning.manager", "delivery"),
        desk_department(desk, "production", "production.manager", "capacity"),
        desk_department(desk, "purchasing", "purchasing.manager", "material"),
        desk_department(desk, "quality", "quality.manager", "inspection"),
        desk_department(desk, "management", "management.deputy management.general", "")};
    desk->procedure = (struct procedure){.document = TEXT("QP21"),
                                         .edition = TEXT("A/0"),
                                         .approver = TEXT("jiang"),
                                         .effective = 20454,
                                         .special = DESK_LIST(desk, special),
                                         .oral_channels = DESK_LIST(desk, oral),
                                         .four_eyes = true,
                                         .departments = DESK_LIST(desk, departments),
                                         .offset_minutes = 480,
                                         .order_prefix = TEXT("DD"),
                                         .customer_prefix = TEXT("KH")};
    desk_roles(desk);
    desk_classes(desk);
    desk_adopt(desk);
}

static inline void desk_reference(desk_t *desk) {
    struct product_row products[] = {{.product = TEXT("P07"),
                                      .name = TEXT("sprocket"),
                                      .family = TEXT("sprockets"),
                                      .standard = true,
                                      .drawing = TEXT("P07-B"),
                                      .lead_days = 10,
                                      .unit = TEXT("PCE")},
                                     {.product = TEXT("P99"),
                                      .name = TEXT("trial part"),
                                      .family = TEXT("sprockets"),
                                      .drawing = TEXT("P99-A"),
                                      .lead_days = 10,
                                      .unit = TEXT("PCE")}};
    struct reference_begin begin = {
        .dataset = DATASET_PRODUCT, .rows = 2, .source = {{5}}, .name = TEXT("products.csv")};
    struct reference_chunk chunk = {.products = {products, COUNT(products)}};
    struct reference_adopt adopt = {.rows = 2, .source = {{5}}};
    ident_t set = desk_do(desk, KIND_REFERENCE_BEGIN, desk->luo, (ident_t){{0}}, &begin);
    desk_do(desk, KIND_REFERENCE_CHUNK, desk->luo, set, &chunk);
    desk_do(desk, KIND_REFERENCE_ADOPT, desk->luo, set, &adopt);
}

static inline ident_t desk_mandate(desk_t *desk, const char *department, const char *rule,
                                   const char *classes) {
    struct mandate body = {.department = text_of(department),
                           .rule = text_of(rule),
                           .classes = desk_texts(desk, classes),
                           .until = desk->time + 30 * DAY_MS};
    return desk_do(desk, KIND_MANDATE_GRANT, desk->luo, (ident_t){{0}}, &body);
}

static inline void desk_people(desk_t *desk) {
    desk->song = desk_person(desk, "song", "sales", "sales.head");
    desk->lin = desk_person(desk, "lin", "sales", "sales.clerk");
    desk->he = desk_person(desk, "he", "sales", "sales.clerk");
    desk->bai = desk_person(desk, "bai", "sales", "sales.follow-up");
    desk->luo = desk_person(desk, "luo", "planning", "planning.manager");
    desk->qin = desk_person(desk, "qin", "production", "production.manager");
    desk->deng = desk_person(desk, "deng", "purchasing", "purchasing.manager");
    desk->yan = desk_person(desk, "yan", "quality", "quality.manager");
    desk->jiang = desk_person(desk, "jiang", "management", "management.general");
    desk->shi = desk_person(desk, "shi", "management", "management.deputy");
    desk->wen = desk_person(desk, "wen", "management", "management.representative");
    desk->zhao = desk_person(desk, "zhao", "sales", "");
    desk->planning = desk_daemon(desk, "planning");
    desk->quality = desk_daemon(desk, "quality");
}

static inline desk_t *desk_new(void) {
    desk_t *desk = calloc(1, sizeof *desk);
    insist(desk);
    desk->context = context_new();
    desk->arena = arena_new(0);
    desk->time = TODAY * DAY_MS + HOUR_MS; /* nine o'clock in China */
    struct genesis genesis = {.company = TEXT("Wuyou"),
                              .administrator = TEXT("Yi Ming"),
                              .handle = TEXT("yiming"),
                              .administrator_key = {{1}},
                              .coordinator_key = {{2}},
                              .coordinator_curve = {{3}},
                              .archiver_key = {{4}},
                              .archiver_curve = {{5}},
                              .recovery_key = {{6}},
                              .rules = RULES_CURRENT};
    struct command command =
        desk_command(desk, NULL, KIND_LEDGER_GENESIS, (ident_t){{0}}, &genesis);
    command.actor = command.id;
    desk->administrator = desk_record(desk, NULL, &command);
    context_set_ledger(desk->context, (digest_t){{42}});
    desk_procedure(desk);
    desk_people(desk);
    desk_reference(desk);
    struct customer customer = {.name = TEXT("Yunmengze"), .short_name = TEXT("C01")};
    desk->customer = desk_do(desk, KIND_CUSTOMER_REGISTER, desk->lin, (ident_t){{0}}, &customer);
    desk->mandate = desk_mandate(desk, "planning", "delivery", "regular");
    desk->mandate_ended = desk_mandate(desk, "planning", "delivery", "regular");
    desk_do(desk, KIND_MANDATE_END, desk->luo, desk->mandate_ended, &(struct revoke){TEXT("over")});
    return desk;
}

static inline void desk_destroy(desk_t **desk_p) {
    desk_t *desk = *desk_p;
    for (size_t i = 0; i < desk->orders_n; i++)
        order_destroy(&desk->orders[i]);
    for (size_t i = 0; i < desk->feedback_n; i++)
        feedback_destroy(&desk->feedback[i]);
    context_destroy(&desk->context);
    arena_destroy(&desk->arena);
    free(desk);
    *desk_p = NULL;
}

static inline void desk_leave(desk_t *desk, ident_t person) {
    desk_do(desk, KIND_PERSON_REVOKE, desk->administrator, person, &(struct revoke){TEXT("left")});
}

#endif
