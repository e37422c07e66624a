/* SPDX-License-Identifier: Apache-2.0
 *
 * customers: the customer file's facts (6.1). Contact persons are not here: they lie in blobs that
 * can be erased.
 */
#include "common/domain/context_internal.h"
#include "common/domain/keep.h"

static customer_entry_t *entry_of(const context_t *self, ident_t id) {
    for (size_t i = 0; i < self->customers_n; i++)
        if (ident_equal(self->customers[i].id, id))
            return &self->customers[i];
    return NULL;
}

const customer_entry_t *context_customer(const context_t *self, ident_t id) {
    return entry_of(self, id);
}

const customer_entry_t *context_customer_by_name(const context_t *self, text_t name) {
    for (size_t i = 0; name.n && i < self->customers_n; i++) {
        const customer_entry_t *c = &self->customers[i];
        if (text_equal(c->number, name) || text_equal(c->body.code, name) ||
            text_equal(c->body.short_name, name) || text_equal(c->body.name, name))
            return c;
    }
    return NULL;
}

size_t context_customers(const context_t *self, const customer_entry_t **list) {
    *list = self->customers;
    return self->customers_n;
}

void customers_apply(context_t *self, const decoded_t *event) {
    customer_entry_t *entry = entry_of(self, event->event.object);
    if (event->info->kind == KIND_CUSTOMER_REGISTER && !entry) {
        self->customers = grow(self->customers, self->customers_n, sizeof *self->customers);
        entry = &self->customers[self->customers_n++];
        *entry = (customer_entry_t){.id = event->event.object,
                                    .since = (position_t) event->event.position};
    }
    if (!entry)
        return;
    entry->version++;
    if (event->info->kind == KIND_CUSTOMER_NUMBERED)
        entry->number = arena_text(self->arena, ((const struct numbered *) event->body)->number);
    else
        entry->body = *(const struct customer *) keep(self->arena, &customer_record, event->body);
}

static int check_unique(const context_t *self, ident_t own, const struct customer *body,
                        problem_t *problem) {
    for (size_t i = 0; i < self->customers_n; i++) {
        const customer_entry_t *c = &self->customers[i];
        if (ident_equal(c->id, own))
            continue;
        if (text_equal(c->body.name, body->name))
            return problem_set(problem, REASON_ALREADY, "name", "customer %.*s has it",
                               (int) c->number.n, c->number.p);
        if (text_equal(c->body.short_name, body->short_name))
            return problem_set(problem, REASON_ALREADY, "short_name", "customer %.*s has it",
                               (int) c->number.n, c->number.p);
        if (body->code.n && text_equal(c->body.code, body->code))
            return problem_set(problem, REASON_ALREADY, "code", "customer %.*s has it",
                               (int) c->number.n, c->number.p);
    }
    return 0;
}

int customers_check(const context_t *self, const authority_t *authority,
                    const struct command *command, const void *body, problem_t *problem) {
    if (require_act(self, authority, ACT_CUSTOMER, problem))
        return -1;
    const customer_entry_t *entry = entry_of(self, command->object);
    if (command->kind == KIND_CUSTOMER_CHANGE && !entry)
        return problem_set(problem, REASON_UNKNOWN_CASE, "object", "no such customer");
    if (entry && (int64_t) entry->version != command->version)
        return problem_set(problem, REASON_STALE_VERSION, "version", "%s", "");
    return check_unique(self, command->object, body, problem);
}
