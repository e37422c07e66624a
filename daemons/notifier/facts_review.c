/* SPDX-License-Identifier: Apache-2.0
 *
 * facts_review: the review as far as it is: who has spoken and what, who is missing. What was signed
 * is told with its signer and time (21 CFR 11.50).
 */
#include "daemons/notifier/facts_internal.h"

static text_t taken(buffer_t *text, arena_t *arena) {
    text_t out = arena_text(arena, (text_t){(const char *) text->p, text->n});
    buffer_free(text);
    return out;
}

/* "同意 (罗应时, 2026-11-23 09:12)": who and when behind what was said. */
static text_t signed_word(const reader_t *reader, text_t word, text_t who, moment_t time,
                          arena_t *arena) {
    text_t when = facts_time(reader, time, arena);
    return arena_format(arena, "%.*s (%.*s%s%.*s)", (int) word.n, word.p, (int) who.n,
                        who.n ? who.p : "", who.n ? ", " : "", (int) when.n, when.p);
}

static text_t verdict_text(const reader_t *reader, const round_t *round, const round_verdict_t *v,
                           arena_t *arena) {
    text_t word = facts_word(reader, "verdict", enum_name(&verdict_table, (int) v->body->verdict));
    text_t who = facts_who(reader, v->actor, v->mandate,
                           round_behalf(round, reader->context, v->mandate), arena);
    return signed_word(reader, word, who, v->time, arena);
}

static text_t conclusion_text(const reader_t *reader, const round_t *round, arena_t *arena) {
    text_t word =
        facts_word(reader, "outcome", enum_name(&outcome_table, (int) round->conclusion->outcome));
    text_t who = facts_who(reader, round->concluder, round->concluder_mandate,
                           context_behalf(reader->context, round->concluder_mandate), arena);
    return signed_word(reader, word, who, round->concluded_at, arena);
}

static text_t spoken(const reader_t *reader, const round_t *round, arena_t *arena) {
    buffer_t out = {0};
    for (size_t i = 0; i < round->verdicts_n; i++) {
        const round_verdict_t *v = &round->verdicts[i];
        if (!v->standing)
            continue;
        text_t department = facts_department(reader, v->body->department);
        text_t word = verdict_text(reader, round, v, arena);
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
        self->at[FACT_outcome] = conclusion_text(reader, round, self->arena);
}
