/* SPDX-License-Identifier: Apache-2.0
 *
 * facts_review: the review as far as it is: who has spoken and what, who is missing.
 */
#include "daemons/notifier/facts_internal.h"

static text_t taken(buffer_t *text, arena_t *arena) {
    text_t out = arena_text(arena, (text_t){(const char *) text->p, text->n});
    buffer_free(text);
    return out;
}

static text_t spoken(const reader_t *reader, const round_t *round, arena_t *arena) {
    buffer_t out = {0};
    for (size_t i = 0; i < round->verdicts_n; i++) {
        const round_verdict_t *v = &round->verdicts[i];
        if (!v->standing)
            continue;
        text_t department = facts_department(reader, v->body->department);
        text_t word =
            facts_word(reader, "verdict", enum_name(&verdict_table, (int) v->body->verdict));
        buffer_format(&out, "%s%.*s: %.*s", out.n ? "; " : "", (int) department.n, department.p,
                      (int) word.n, word.p);
    }
    return taken(&out, arena);
}

static text_t missing(const reader_t *reader, const round_t *round, arena_t *arena) {
    buffer_t out = {0};
    text_t key;
    for (size_t i = 0; (key = round_waiting(round, i)).n > 0; i++) {
        text_t department = facts_department(reader, key);
        buffer_format(&out, "%s%.*s", i ? ", " : "", (int) department.n, department.p);
    }
    return taken(&out, arena);
}

void facts_put_review(facts_t *self, const reader_t *reader, const case_t *of) {
    const round_t *round = case_round(of);
    if (!round)
        return;
    self->at[FACT_spoken] = spoken(reader, round, self->arena);
    self->at[FACT_missing] = missing(reader, round, self->arena);
    if (round->tallied && !round->tally_stale)
        self->at[FACT_tally] =
            facts_word(reader, "outcome", enum_name(&outcome_table, (int) round->tally));
    if (round->conclusion)
        self->at[FACT_outcome] = facts_word(
            reader, "outcome", enum_name(&outcome_table, (int) round->conclusion->outcome));
}
