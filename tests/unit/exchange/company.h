/* SPDX-License-Identifier: Apache-2.0
 *
 * company: a context and one order made from events by hand, with the shipped procedure. Included
 * by test programs alone.
 */
#ifndef COUNTERSIGN_TESTS_EXCHANGE_COMPANY_H
#define COUNTERSIGN_TESTS_EXCHANGE_COMPANY_H

#include <stdlib.h>

#include "common/domain/order.h"
#include "common/exchange/procedure_file.h"
#include "tests/unit/exchange/files.h"

#define TIME INT64_C(1795392000000) /* 2026-11-23T00:00:00Z */

typedef struct company {
    arena_t *arena;
    context_t *context;
    position_t position;
    moment_t time; /* of the next event; a second passes with each */
    ident_t clerk, head, keeper, customer;
    order_t *order;
} company_t;

static inline ident_t id(uint8_t n) {
    return (ident_t){{0x01, 0x92, [6] = 0x70, [8] = 0x80, [15] = n}};
}

static inline decoded_t event_of(company_t *self, kind_t kind, ident_t object, ident_t actor,
                                 const void *body) {
    const kind_info_t *info = kind_info(kind);
    decoded_t event = {.info = info, .derived = (info->flags & DERIVED) != 0, .body = body};
    event.event = (struct event){.position = (int64_t) ++self->position,
                                 .time = self->time += 1000,
                                 .kind = kind,
                                 .procedure = (int64_t) context_procedure_position(self->context),
                                 .object = object,
                                 .rules = 1};
    if (!event.derived)
        event.command = (struct command){
            .id = (info->flags & OPENS) ? object : id((uint8_t) (100 + self->position)),
            .kind = kind,
            .object = object,
            .actor = actor,
            .claimed = TIME,
            .expiry = TIME + 1000};
    return event;
}

static inline void tell(company_t *self, kind_t kind, ident_t object, ident_t actor,
                        const void *body) {
    decoded_t event = event_of(self, kind, object, actor, body);
    context_apply(self->context, &event);
}

static inline void happen(company_t *self, kind_t kind, ident_t actor, const void *body) {
    decoded_t event = event_of(self, kind, self->order->head.id, actor, body);
    case_apply(&self->order->head, self->context, &event);
}

static inline void hire(company_t *self, ident_t who, const char *handle, const char *name,
                        text_t role) {
    struct person_enrol body = {.handle = text_of(handle), .name = text_of(name)};
    body.roles = (struct text_list){&role, 1};
    body.department = TEXT("sales");
    body.key.b[0] = who.b[15];
    tell(self, KIND_PERSON_ENROL, who, id(9), &body);
}

static inline void adopt(company_t *self) {
    struct procedure procedure;
    buffer_t bytes = {0};
    assert_int_equal(procedure_file_read("config/procedure.cfg", self->arena, &procedure, NULL), 0);
    assert_int_equal(record_encode(&procedure_record, &procedure, &bytes, NULL), 0);
    struct adopt body = {.procedure = arena_bytes(self->arena, buffer_bytes(&bytes))};
    buffer_free(&bytes);
    tell(self, KIND_PROCEDURE_ADOPT, id(8), id(9), &body);
}

static inline company_t *company_new(void) {
    company_t *self = calloc(1, sizeof *self);
    assert_non_null(self);
    self->arena = arena_new(0);
    self->context = context_new();
    self->clerk = id(1), self->head = id(2), self->keeper = id(3), self->customer = id(4);
    struct genesis genesis = {.company = TEXT("Wuyou"),
                              .administrator = TEXT("易明"),
                              .handle = TEXT("yiming"),
                              .rules = 1};
    genesis.administrator_key.b[0] = 9;
    tell(self, KIND_LEDGER_GENESIS, id(9), id(9), &genesis);
    adopt(self);
    hire(self, self->clerk, "linxiaohe", "林小禾", TEXT("sales.clerk"));
    hire(self, self->head, "songzhixing", "宋知行", TEXT("sales.head"));
    hire(self, self->keeper, "fangcunxin", "方存信", TEXT("warehouse.keeper"));
    struct customer customer = {.name = TEXT("云梦泽摩托车"),
                                .short_name = TEXT("云梦泽"),
                                .code = TEXT("C01"),
                                .credit = 5 * DECIMAL_ONE};
    customer.contact.b[0] = 7;
    tell(self, KIND_CUSTOMER_REGISTER, self->customer, self->clerk, &customer);
    struct numbered numbered = {SERIES_CUSTOMER, TEXT("KH2026-0001"), 1, 2026};
    tell(self, KIND_CUSTOMER_NUMBERED, self->customer, id(0), &numbered);
    self->order = order_new(id(20));
    self->time = TIME;
    return self;
}

static inline void company_destroy(company_t *self) {
    order_destroy(&self->order);
    context_destroy(&self->context);
    arena_destroy(&self->arena);
    free(self);
}

#endif
