/* SPDX-License-Identifier: Apache-2.0
 *
 * facts: see facts.h.
 */
#include "common/domain/assess/facts.h"

#include "common/base/diag.h"
#include "common/domain/keep.h"

#define FACT_OF_MAX 120
#define DAY_MAX 2932896 /* 9999-12-31 */
#define FACT_OVERHEAD 32 /* bytes of a fact on the wire beside its name and texts, at most */

static text_t cut(arena_t *arena, text_t text, size_t max) {
    if (text.n > max) {
        text.n = max;
        while (text.n > 0 && ((unsigned char) text.p[text.n] & 0xc0) == 0x80)
            text.n--;
    }
    if (text.n == 0)
        return (text_t){NULL, 0};
    text_t copy = arena_text(arena, text);
    insist(copy.p);
    return copy;
}

void facts_start(facts_t *self, arena_t *arena) {
    *self = (facts_t){.arena = arena};
}

static void put(facts_t *self, const struct fact *fact) {
    self->list.at = keep_grow(self->arena, self->list.at, self->list.n, sizeof *self->list.at);
    self->list.at[self->list.n++] = *fact;
}

void facts_add(facts_t *self, struct fact fact) {
    if (self->full)
        return;
    fact.of = cut(self->arena, fact.of, FACT_OF_MAX);
    fact.text = cut(self->arena, fact.text, FACT_TEXT_MAX);
    fact.day = fact_day(&fact);
    size_t bytes = fact.name.n + fact.of.n + fact.text.n + FACT_OVERHEAD;
    /* one is kept for "incomplete" */
    self->full = self->list.n + 1 >= FACTS_MAX || self->bytes + bytes > FACTS_BYTES_MAX;
    if (self->full)
        return;
    self->bytes += bytes;
    put(self, &fact);
}

void facts_end(facts_t *self, struct fact_list *out) {
    if (self->full)
        put(self, &(struct fact){.name = TEXT("incomplete")});
    *out = self->list;
}

bool facts_complete(const struct fact_list *facts) {
    for (size_t i = facts->n; i-- > 0;)
        if (fact_is(&facts->at[i], "incomplete"))
            return false;
    return true;
}

bool fact_is(const struct fact *fact, const char *name) {
    return text_is(fact->name, name);
}

decimal_t decimal_whole(int64_t number) {
    decimal_t value;
    return __builtin_mul_overflow(number, DECIMAL_ONE, &value) ? INT64_MAX : value;
}

int64_t fact_number(const struct fact *fact) {
    int64_t number = fact->value / DECIMAL_ONE;
    return fact->value % DECIMAL_ONE == 0 && number >= 1 && number <= 9999 ? number : 0;
}

day_t fact_day(const struct fact *fact) {
    return fact->day < 0 ? 0 : fact->day > DAY_MAX ? DAY_MAX : fact->day;
}

/* UN/ECE Rec 20 codes and the words that people use. */
bool unit_pieces(text_t unit) {
    static const char *const pieces[] = {"件", "个", "只", "支", "根", "PCS", "pcs",
                                         "PCE", "EA", "C62", "H87", "NIU"};
    for (size_t i = 0; i < sizeof pieces / sizeof *pieces; i++)
        if (text_is(unit, pieces[i]))
            return true;
    return unit.n == 0;
}

bool unit_same(text_t a, text_t b) {
    return text_equal(a, b) || (unit_pieces(a) && unit_pieces(b));
}
