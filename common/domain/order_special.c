/* SPDX-License-Identifier: Apache-2.0
 *
 * order_special: what makes an order special (QP21-4.2.3): the tests that the procedure lists, in
 * its order. The first that holds proposes the class, all that hold are reasons; a person confirms
 * or changes the class afterwards.
 */
#include "common/base/diag.h"
#include "common/base/moment.h"
#include "common/domain/order_rules.h"

#define REASONS_MAX 32 /* bound of class_proposed.reasons */

typedef struct look {
    const context_t *context;
    const struct order_content *content;
    day_t today;
} look_t;

static bool line_holds(const look_t *look, enum special_test test, const struct order_line *line) {
    const struct product_row *product = context_product(look->context, line->product);
    switch (test) {
    case SPECIAL_UNKNOWN_PRODUCT:
        return !product;
    case SPECIAL_NOT_STANDARD:
        return product && !product->standard;
    case SPECIAL_LINE_MODIFIED:
        return line->modification.n > 0;
    case SPECIAL_SOONER_THAN_LEAD:
        return product && line->wanted && line->wanted < look->today + product->lead_days;
    case SPECIAL_DRAWING:
        return product && line->drawing.n && !text_equal(line->drawing, product->drawing);
    case SPECIAL_REQUIREMENT:
    case SPECIAL_COMPANY_REQUIREMENT:
    case special_test_unset:
        return false;
    }
    return false;
}

static bool requirement_holds(enum special_test test, const struct requirement *requirement) {
    return (test == SPECIAL_REQUIREMENT && requirement->special) ||
           (test == SPECIAL_COMPANY_REQUIREMENT && requirement->kind == REQUIREMENT_COMPANY);
}

static bool listed(const struct text_list *list, text_t text) {
    for (size_t i = 0; i < list->n; i++)
        if (text_equal(list->at[i], text))
            return true;
    return false;
}

/* Line 0 is the whole order and has no number. Returns false when the list is full. */
static bool add_reason(arena_t *arena, struct text_list *reasons, size_t end,
                       enum special_test test, int64_t line) {
    const char *name = enum_name(&special_test_table, (int) test);
    text_t reason = line ? arena_format(arena, "%s:%lld", name, (long long) line) : text_of(name);
    if (!listed(reasons, reason))
        reasons->at[reasons->n++] = reason;
    return reasons->n < end;
}

/* Reasons of one test; `end` is where its share of the list ends. True: it holds at least once. */
static bool look_for(const look_t *look, arena_t *arena, enum special_test test,
                     struct text_list *reasons, size_t end) {
    size_t before = reasons->n;
    const struct order_content *content = look->content;
    for (size_t i = 0; i < content->lines.n; i++)
        if (line_holds(look, test, &content->lines.at[i]) &&
            !add_reason(arena, reasons, end, test, content->lines.at[i].no))
            return true;
    for (size_t i = 0; i < content->requirements.n; i++)
        if (requirement_holds(test, &content->requirements.at[i]) &&
            !add_reason(arena, reasons, end, test, content->requirements.at[i].line))
            return true;
    return reasons->n > before;
}

void order_propose(const order_t *self, const context_t *context, const struct procedure *edition,
                   arena_t *arena, struct class_proposed *out) {
    const order_revision_t *revision = order_revision(self);
    look_t look = {context, revision->content,
                   moment_day(revision->time, (int) edition->offset_minutes)};
    *out = (struct class_proposed){.revision = revision->no,
                                   .order_class = edition->classes.at[0].key};
    out->reasons.at = arena_alloc(arena, REASONS_MAX * sizeof *out->reasons.at);
    insist(out->reasons.at);
    bool proposed = false;
    size_t share = edition->special.n ? REASONS_MAX / edition->special.n : 1;
    for (size_t i = 0; i < edition->special.n && out->reasons.n < REASONS_MAX; i++) {
        const struct special_rule *rule = &edition->special.at[i];
        size_t end = out->reasons.n + share;
        if (!look_for(&look, arena, rule->test, &out->reasons,
                      end > REASONS_MAX ? REASONS_MAX : end) ||
            proposed)
            continue;
        proposed = true;
        out->order_class = rule->order_class;
    }
}
