/* SPDX-License-Identifier: Apache-2.0
 *
 * allocation: see allocation.h. A week in which a claim was placed may be over by now, so claims
 * may fill weeks before the current one; what a department accepted beyond the capacity known is
 * that department's promise (overtime, say) and fills no later week.
 */
#include "common/domain/assess/allocation.h"

#include <stdlib.h>

#include "common/base/moment.h"
#include "common/base/text.h"
#include "common/domain/assess/holders.h"
#include "common/domain/assess/workweek.h"
#include "common/domain/keep.h"

typedef struct slot {                 /* a family's week */
    text_t family, work_centre;
    day_t week;
    size_t index;                     /* where it was read: makes the order total */
    decimal_t capacity, committed, claimed, taken; /* claimed by others, taken by this order */
    holders_t holders;
    bool visited;                     /* this order's lines were laid into it, or looked here */
} slot_t;

typedef struct slots { slot_t *at; size_t n; } slots_t;

/* ---- slots ---- */

static int compare_slots(const void *left, const void *right) {
    const slot_t *a = left, *b = right;
    int order = text_compare(a->family, b->family);
    if (order == 0)
        order = (a->week > b->week) - (a->week < b->week);
    return order ? order : (a->index > b->index) - (a->index < b->index);
}

static void slots_add(slots_t *self, arena_t *arena, slot_t slot) {
    slot.index = self->n;
    self->at = keep_grow(arena, self->at, self->n, sizeof *self->at);
    self->at[self->n++] = slot;
}

static void slots_sort(slots_t *self) {
    if (self->n > 1)
        qsort(self->at, self->n, sizeof *self->at, compare_slots);
}

/* Index of the first slot that comes after the family's week. */
static size_t slots_after(const slots_t *self, text_t family, day_t week) {
    size_t low = 0, high = self->n;
    while (low < high) {
        size_t middle = low + (high - low) / 2;
        int order = text_compare(self->at[middle].family, family);
        if (order < 0 || (order == 0 && self->at[middle].week <= week))
            low = middle + 1;
        else
            high = middle;
    }
    return low;
}

/* Fills *part of the slot, its claimed or its taken. */
static decimal_t fill(const slot_t *slot, decimal_t *part, decimal_t quantity) {
    decimal_t free = amount_less(slot->capacity, slot->committed);
    free = amount_less(amount_less(free, slot->claimed), slot->taken);
    decimal_t filled = free < quantity ? free : quantity;
    *part = amount_add(*part, filled);
    return filled;
}

static decimal_t take(slot_t *slot, decimal_t quantity) {
    slot->visited = true;
    return fill(slot, &slot->taken, quantity);
}

/* ---- gather ---- */

typedef struct load { slots_t slots; day_t week; } load_t;

/* Only families that this order's lines need have slots. */
static bool load_wants(const struct product_row *product, void *arg) {
    const load_t *load = arg;
    return slots_after(&load->slots, product->family, INT64_MAX) >
           slots_after(&load->slots, product->family, INT64_MIN);
}

static void load_line(const claim_t *claim, const claim_line_t *line,
                      const struct product_row *product, void *arg) {
    load_t *load = arg;
    day_t due = due_week(line->wanted);
    if (due < load->week)
        return;
    decimal_t left = amount(line->quantity);
    for (size_t s = slots_after(&load->slots, product->family, due); s-- > 0 && left > 0;) {
        slot_t *slot = &load->slots.at[s];
        if (!text_equal(slot->family, product->family))
            break;
        decimal_t claimed = fill(slot, &slot->claimed, left);
        left -= claimed;
        if (claimed > 0)
            holders_add(&slot->holders, claim->number);
    }
}

static bool needs(const assess_input_t *in, text_t family) {
    const struct order_line_list *lines = &order_revision(in->order)->content->lines;
    for (size_t i = 0; i < lines->n; i++) {
        const struct product_row *product = context_product(in->context, lines->at[i].product);
        if (product && text_equal(product->family, family))
            return true;
    }
    return false;
}

static void load_gather(load_t *self, const assess_input_t *in, arena_t *arena) {
    const struct capacity_row *rows;
    size_t n = context_capacities(in->context, &rows);
    const struct capacity_row *last = NULL; /* rows of a family stand together */
    bool needed = false;
    for (size_t i = 0; i < n; i++) {
        if (!last || !text_equal(last->family, rows[i].family))
            needed = needs(in, rows[i].family);
        last = &rows[i];
        if (needed)
            slots_add(&self->slots, arena,
                      (slot_t){.family = rows[i].family, .work_centre = rows[i].work_centre,
                               .week = day_week(rows[i].week), .capacity = rows[i].capacity,
                               .committed = rows[i].committed});
    }
    slots_sort(&self->slots);
    claims_reader_t reader = {.wants = load_wants, .line = load_line, .arg = self};
    claims_before(in, &reader, arena);
}

static void gather_lines(const assess_input_t *in, facts_t *facts) {
    const struct order_content *content = order_revision(in->order)->content;
    for (size_t i = 0; i < content->requirements.n; i++)
        if (content->requirements.at[i].subject == SUBJECT_DELIVERY)
            facts_add(facts, (struct fact){.name = TEXT("requirement"),
                                           .value = decimal_whole(content->requirements.at[i].no)});
    for (size_t i = 0; i < content->lines.n; i++) {
        const struct order_line *line = &content->lines.at[i];
        const struct product_row *product = context_product(in->context, line->product);
        asked_gather(line, facts);
        if (product)
            facts_add(facts, (struct fact){.name = TEXT("product"), .of = product->unit,
                                           .text = product->family});
    }
}

static void gather_slot(facts_t *facts, const slot_t *slot) {
    facts_add(facts, (struct fact){.name = TEXT("capacity"), .of = slot->family, .day = slot->week,
                                   .value = slot->capacity, .text = slot->work_centre});
    if (slot->committed)
        facts_add(facts, (struct fact){.name = TEXT("committed"), .of = slot->family,
                                       .day = slot->week, .value = slot->committed});
    if (slot->claimed)
        facts_add(facts, (struct fact){.name = TEXT("claimed"), .of = slot->family,
                                       .day = slot->week, .value = slot->claimed,
                                       .text = holders_words(&slot->holders, facts->arena)});
}

/* ---- place ---- */

typedef struct plan { arena_t *arena; slots_t slots; day_t week; placement_t *lines; } plan_t;

static void read_slot(plan_t *self, const struct fact *fact) {
    slot_t *slot = self->slots.n ? &self->slots.at[self->slots.n - 1] : NULL;
    if (fact_is(fact, "capacity")) {
        slots_add(&self->slots, self->arena,
                  (slot_t){.family = fact->of, .work_centre = fact->text, .week = fact_day(fact),
                           .capacity = fact->value});
    } else if (slot && slot->week == fact_day(fact) && text_equal(slot->family, fact->of)) {
        if (fact_is(fact, "committed"))
            slot->committed = amount_add(slot->committed, fact->value);
        if (fact_is(fact, "claimed")) {
            slot->claimed = amount_add(slot->claimed, fact->value);
            holders_join(&slot->holders, fact->text);
        }
    }
}

static void read_line(plan_t *self, const struct fact *fact) {
    placement_t *lines = self->lines;
    if (fact_is(fact, "line")) {
        lines->at = keep_grow(self->arena, lines->at, lines->n, sizeof *lines->at);
        lines->at[lines->n++] = (placed_t){.asked = asked_start(fact)};
    }
    placed_t *line = lines->n ? &lines->at[lines->n - 1] : NULL;
    if (!line)
        return;
    asked_read(&line->asked, fact);
    if (fact_is(fact, "product"))
        line->family = fact->text;
}

/* Backward from the due week. What is not known is skipped and noted. */
static void place_in_time(plan_t *self, placed_t *line, size_t first, size_t end) {
    holders_t holders = {.n = 0};
    size_t i = end;
    day_t due = due_week(line->asked.wanted);
    while (i > first && self->slots.at[i - 1].week > due)
        i--;
    for (day_t week = due; line->rest > 0 && week >= self->week; week -= WEEK) {
        slot_t *slot = i > first ? &self->slots.at[i - 1] : NULL;
        if (slot && slot->week == week) {
            line->rest -= take(slot, line->rest);
            for (size_t n = 0; n < slot->holders.n; n++)
                holders_join(&holders, slot->holders.numbers[n]);
            holders.more = holders.more || slot->holders.more;
            i--;
            continue;
        }
        if (line->missing == 0)
            line->missing = week;
        if (!slot)
            break;
        week = slot->week + WEEK;
    }
    line->holders = holders_words(&holders, self->arena);
}

static void place_later(plan_t *self, placed_t *line, size_t first, size_t end) {
    decimal_t left = line->rest;
    day_t due = due_week(line->asked.wanted);
    for (size_t i = first; i < end && left > 0; i++) {
        slot_t *slot = &self->slots.at[i];
        if (slot->week <= due || slot->week < self->week)
            continue;
        left -= take(slot, left);
        line->ready = friday_of(slot->week);
    }
    line->fit = left > 0 ? FIT_NEVER : FIT_LATER;
}

static void place(plan_t *self, placed_t *line) {
    size_t end = slots_after(&self->slots, line->family, INT64_MAX);
    size_t first = slots_after(&self->slots, line->family, INT64_MIN);
    line->until = friday_of(due_week(line->asked.wanted));
    line->rest = line->asked.quantity;
    line->fit = FIT_UNKNOWN;
    if (line->family.n == 0 || !unit_same(line->asked.unit, line->asked.product_unit))
        return;
    if (first == end || !self->slots.at) {
        line->missing = due_week(line->asked.wanted);
        return;
    }
    line->work_centre = self->slots.at[first].work_centre;
    line->last = friday_of(self->slots.at[end - 1].week);
    place_in_time(self, line, first, end);
    line->in_time = line->asked.quantity - line->rest;
    if (line->rest == 0)
        line->fit = FIT_IN_TIME;
    else if (line->missing == 0)
        place_later(self, line, first, end);
}

static void read_facts(plan_t *self, const struct fact_list *facts) {
    for (size_t i = 0; i < facts->n; i++) {
        if (fact_is(&facts->at[i], "week"))
            self->week = fact_day(&facts->at[i]);
        read_line(self, &facts->at[i]);
        read_slot(self, &facts->at[i]);
    }
    slots_sort(&self->slots);
    for (size_t i = 0; i < self->lines->n; i++)
        place(self, &self->lines->at[i]);
}

void allocation_place(const struct fact_list *facts, arena_t *arena, placement_t *out) {
    plan_t plan = {.arena = arena, .lines = out};
    *out = (placement_t){NULL, 0};
    read_facts(&plan, facts);
}

/* The lines are placed once here to see which weeks matter: the others are no evidence, and what
   happens there must not look like a change of this order's inputs. */
void allocation_gather(const assess_input_t *in, arena_t *arena, struct fact_list *out) {
    facts_t facts;
    placement_t lines = {NULL, 0};
    load_t load = {.week = day_week(in->today)};
    load_gather(&load, in, arena);
    facts_start(&facts, arena);
    facts_add(&facts, (struct fact){.name = TEXT("week"), .day = load.week});
    gather_lines(in, &facts);
    plan_t plan = {.arena = arena, .slots = load.slots, .lines = &lines};
    read_facts(&plan, &facts.list);
    for (size_t i = 0; i < load.slots.n; i++)
        if (load.slots.at[i].visited)
            gather_slot(&facts, &load.slots.at[i]);
    facts_end(&facts, out);
}
