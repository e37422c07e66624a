/* SPDX-License-Identifier: Apache-2.0
 *
 * holders: see holders.h.
 */
#include "common/domain/assess/holders.h"

#include <stdio.h>

#include "common/base/diag.h"

static const char separator[] = "、";
static const char and_others[] = "等";
#define NUMBER_MAX 40 /* bound of numbered.number */

/* Position from which on others come after this order; without an accept of its own it holds no
   place. */
static position_t own_place(const assess_input_t *in) {
    const round_t *round = order_round(in->order);
    const round_verdict_t *own = round ? round_standing(round, in->department) : NULL;
    return own && own->body->verdict == VERDICT_ACCEPT ? own->position : UINT64_MAX;
}

typedef struct known { bool asked; const struct product_row *wanted; } known_t;

static void read_claim(const assess_input_t *in, const claims_reader_t *reader, known_t *products,
                       const claim_t *claim) {
    for (size_t i = 0; i < claim->lines_n; i++) {
        const claim_line_t *line = &claim->lines[i];
        known_t *known = &products[line->product_number];
        if (!known->asked) {
            const struct product_row *row = context_product(in->context, line->product);
            bool wanted = row && (!reader->wants || reader->wants(row, reader->arg));
            *known = (known_t){true, wanted ? row : NULL};
        }
        if (known->wanted)
            reader->line(claim, line, known->wanted, reader->arg);
    }
}

void claims_before(const assess_input_t *in, const claims_reader_t *reader, arena_t *arena) {
    const claim_t *list;
    size_t n = claims_of(in->claims, in->department, &list);
    position_t place = own_place(in);
    known_t *products = arena_alloc(arena, (claims_products(in->claims) + 1) * sizeof *products);
    insist(products);
    for (size_t i = 0; i < n && list[i].position < place; i++)
        if (!ident_equal(list[i].order, in->order->head.id))
            read_claim(in, reader, products, &list[i]);
}

static bool named(const holders_t *self, text_t number) {
    for (size_t i = 0; i < self->n; i++)
        if (text_equal(self->numbers[i], number))
            return true;
    return false;
}

void holders_add(holders_t *self, text_t number) {
    if (number.n == 0 || number.n > NUMBER_MAX || named(self, number))
        return;
    self->more = self->more || self->n == HOLDERS_NAMED;
    if (self->n < HOLDERS_NAMED)
        self->n++;
    memmove(self->numbers + 1, self->numbers, (self->n - 1) * sizeof *self->numbers);
    self->numbers[0] = number;
}

static void append(holders_t *self, text_t number) {
    if (number.n == 0 || number.n > NUMBER_MAX || named(self, number))
        return;
    if (self->n == HOLDERS_NAMED)
        self->more = true;
    else
        self->numbers[self->n++] = number;
}

void holders_join(holders_t *self, text_t words) {
    size_t tail = sizeof and_others - 1, gap = sizeof separator - 1;
    if (words.n >= tail && memcmp(words.p + words.n - tail, and_others, tail) == 0) {
        self->more = true;
        words.n -= tail;
    }
    size_t from = 0;
    for (size_t i = 0; i + gap <= words.n; i++)
        if (memcmp(words.p + i, separator, gap) == 0) {
            append(self, (text_t){words.p + from, i - from});
            from = i + gap;
        }
    if (words.n > from)
        append(self, (text_t){words.p + from, words.n - from});
}

text_t holders_words(const holders_t *self, arena_t *arena) {
    char words[HOLDERS_NAMED * (NUMBER_MAX + sizeof separator) + sizeof and_others];
    int n = 0;
    if (self->n == 0)
        return (text_t){NULL, 0};
    for (size_t i = 0; i < self->n; i++)
        n += snprintf(words + n, sizeof words - (size_t) n, "%s%.*s", i ? separator : "",
                      (int) self->numbers[i].n, self->numbers[i].p);
    snprintf(words + n, sizeof words - (size_t) n, "%s", self->more ? and_others : "");
    return arena_text(arena, text_of(words));
}
