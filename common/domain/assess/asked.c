/* SPDX-License-Identifier: Apache-2.0
 *
 * asked: see asked.h.
 */
#include "common/domain/assess/asked.h"

void asked_gather(const struct order_line *line, facts_t *facts) {
    facts_add(facts, (struct fact){.name = TEXT("line"), .of = line->product,
                                   .value = decimal_whole(line->no)});
    facts_add(facts, (struct fact){.name = TEXT("quantity"), .of = line->unit,
                                   .value = line->quantity});
    facts_add(facts, (struct fact){.name = TEXT("wanted"), .day = line->wanted});
    if (line->modification.n)
        facts_add(facts, (struct fact){.name = TEXT("modification"), .text = line->modification});
}

asked_t asked_start(const struct fact *line) {
    return (asked_t){.line = fact_number(line), .product = line->of};
}

void asked_read(asked_t *self, const struct fact *fact) {
    if (fact_is(fact, "quantity")) {
        self->quantity = amount(fact->value);
        self->unit = fact->of;
    } else if (fact_is(fact, "wanted")) {
        self->wanted = fact_day(fact);
    } else if (fact_is(fact, "modification")) {
        self->modification = fact->text;
    } else if (fact_is(fact, "product")) {
        self->product_unit = fact->of;
    }
}
