/* SPDX-License-Identifier: Apache-2.0
 *
 * order_consequence: which derived event the state calls for. Asked again and again until it says
 * none; each answer, once applied, removes its own cause. It follows the edition at the order's
 * last event, so that an adoption in between starts nothing by itself.
 */
#include "common/base/diag.h"
#include "common/base/moment.h"
#include "common/domain/order_rules.h"

static bool number(const order_t *self, const context_t *context, arena_t *arena, derived_t *out) {
    const struct procedure *edition = order_edition(self, context);
    if (self->number.n || !edition)
        return false;
    int year;
    unsigned month, day;
    day_to_civil(moment_day(self->revisions[0].time, (int) edition->offset_minutes), &year, &month,
                 &day);
    int64_t running = context_running(context, SERIES_ORDER, year) + 1;
    out->kind = KIND_NUMBERED;
    out->body.numbered = (struct numbered){
        .series = SERIES_ORDER,
        .running = running,
        .year = year,
        .number = arena_format(arena, "%.*s%d-%04lld", (int) edition->order_prefix.n,
                               edition->order_prefix.n ? edition->order_prefix.p : "", year,
                               (long long) running)};
    return true;
}

static bool propose(const order_t *self, const context_t *context, arena_t *arena, derived_t *out) {
    const struct procedure *edition = order_edition(self, context);
    if (order_revision(self)->proposed || !edition || edition->classes.n == 0)
        return false;
    out->kind = KIND_CLASS_PROPOSED;
    order_propose(self, context, edition, arena, &out->body.class_proposed);
    return true;
}

/* QP21-4.3.1.2, 4.3.2: once the class is confirmed, an unwritten order is the customer's own word,
   and somebody has convened where the class wants it. */
static bool open_round(const order_t *self, const context_t *context, arena_t *arena,
                       derived_t *out) {
    const order_revision_t *revision = order_revision(self);
    const struct procedure *edition = order_edition(self, context);
    if (order_round(self) || !edition || revision->order_class.n == 0)
        return false;
    const struct order_class *class = procedure_class(edition, revision->order_class);
    if (!class || class->reviewers.n == 0 || (class->convener.n && !self->convened) ||
        (order_oral(edition, revision) && !order_confirmed(revision)))
        return false;
    struct text_list departments = {arena_alloc(arena, class->reviewers.n * sizeof(text_t)),
                                    class->reviewers.n};
    insist(departments.at);
    for (size_t i = 0; i < departments.n; i++)
        departments.at[i] = class->reviewers.at[i].department;
    out->kind = KIND_ROUND_OPENED;
    out->body.round_opened = (struct round_opened){.round = (int64_t) self->rounds_n + 1,
                                                   .revision = revision->no,
                                                   .digest = revision->digest,
                                                   .departments = departments,
                                                   .procedure = (int64_t) self->edition};
    return true;
}

static bool tally(const order_t *self, const context_t *context, arena_t *arena, derived_t *out) {
    (void) context, (void) arena;
    const round_t *round = order_round(self);
    if (!round || round->conclusion || (round->tallied && !round->tally_stale))
        return false;
    out->kind = KIND_ROUND_TALLIED;
    return round_tally(round, &out->body.tallied);
}

/* QP21-4.3.1.1, 4.3.2: the signature that says so completes the review. */
static bool complete(const order_t *self, const context_t *context, arena_t *arena,
                     derived_t *out) {
    (void) context, (void) arena;
    const round_t *round = order_round(self);
    out->kind = KIND_REVIEW_COMPLETED;
    out->body.became = (struct became){.revision = order_revision(self)->no};
    for (size_t i = 0; round && !self->review_completed && i < round->signatures_n; i++)
        if (round->signatures[i].meaning == MEANING_COMPLETE)
            return true;
    return false;
}

/* QP21-4.4.1: whatever the last step says, with it the order is effective. */
static bool become_effective(const order_t *self, const context_t *context, arena_t *arena,
                             derived_t *out) {
    (void) arena;
    const struct procedure *edition = order_edition(self, context);
    const struct order_class *class =
        edition ? procedure_class(edition, order_revision(self)->order_class) : NULL;
    out->kind = KIND_ORDER_EFFECTIVE;
    out->body.became = (struct became){.revision = order_revision(self)->no};
    return self->state == ORDER_AWAITING_SIGNATURE && class &&
           order_round(self)->signatures_n >= class->steps.n;
}

bool order_consequence(const order_t *self, const context_t *context, arena_t *arena,
                       derived_t *out) {
    static bool (*const NEXT[])(const order_t *, const context_t *, arena_t *, derived_t *) = {
        number, propose, open_round, tally, complete, become_effective};
    *out = (derived_t){.kind = KIND_NONE};
    if (self->revisions_n == 0 || order_ended(self))
        return false;
    for (size_t i = 0; i < sizeof NEXT / sizeof *NEXT; i++)
        if (NEXT[i](self, context, arena, out))
            return true;
    *out = (derived_t){.kind = KIND_NONE};
    return false;
}
