/* SPDX-License-Identifier: Apache-2.0
 *
 * What the rules for complaints say where they have no opinion, or could not look at everything;
 * and that they say the same again from the facts alone.
 */
#include "tests/unit/domain/complaints_desk.h"

static bool begins(text_t text, const char *words) {
    return text.n > strlen(words) && memcmp(text.p, words, strlen(words)) == 0;
}

/* ---- what leans nowhere ---- */

/* The record needs a verdict: nobody must read one that a rule did not come to. */
TEST(a_rule_that_leans_nowhere_begins_by_saying_so) {
    static const char *const rules[] = {"recurrence", "promise", "corrective"};
    desk_t *desk = desk_new_feedback();
    order_t *order = order_with_terms(desk);
    const feedback_t *before = desk_complaint_answered(desk);
    feedback_t *now = told_of(desk, FEEDBACK_COMPLAINT, TEXT("P07"), TEXT(""));
    feedback_t *other = told_of(desk, FEEDBACK_COMPLAINT, TEXT("P99"), TEXT(""));
    for (size_t i = 0; i < COUNT(rules); i++) {
        struct assessment said = assessed(desk, rules[i], now, NULL, NULL, 0);
        assert_int_equal(said.verdict, VERDICT_PARTLY);
        assert_true(begins(said.reason, LEANS_NOWHERE));
        said = assessed(desk, rules[i], other, order, &before, 1);
        assert_int_equal(said.verdict, i == 1 ? VERDICT_NOT_OURS : VERDICT_OURS);
        assert_silent(said.reason, LEANS_NOWHERE);
    }
    assert_true(begins(assessed(desk, "promise", now, order, NULL, 0).reason,
                       LEANS_NOWHERE "订单 DD2026-0001："));
    desk_destroy(&desk);
}

/* ---- more than was looked at ---- */

static struct assessment among_more(desk_t *desk, const char *rule, const feedback_t *feedback,
                                    const feedback_t *related) {
    return posted_of(desk, rule, (assess_input_t){.feedback = feedback, .related = &related,
                                                  .related_n = 1, .related_more = true});
}

TEST(what_was_not_all_looked_at_is_not_certain_and_is_said) {
    desk_t *desk = desk_new_feedback();
    const feedback_t *before = desk_complaint_answered(desk);
    feedback_t *now = told_of(desk, FEEDBACK_COMPLAINT, TEXT("P07"), TEXT("L-017"));
    struct assessment said = among_more(desk, "recurrence", now, before);
    assert_int_equal(said.verdict, VERDICT_OURS);
    assert_false(said.certain);
    assert_says(said.reason, "只看了最近1件，其余从略。");
    said = among_more(desk, "corrective", now, before);
    assert_false(said.certain);
    assert_says(said.reason, "只看了最近1件，其余从略。");
    desk_destroy(&desk);
}

/* What was registered before the months that count would not have counted anyway. */
TEST(more_that_is_too_old_takes_no_certainty) {
    desk_t *desk = desk_new_feedback();
    feedback_t *old = told_of(desk, FEEDBACK_COMPLAINT, TEXT("P07"), TEXT("L-017"));
    desk->time += 13 * 31 * DAY_MS;
    feedback_t *recent = desk_complaint_tallied(desk);
    OK(desk_dispose(desk, recent, desk->yan, OUTCOME_OURS));
    OK(desk_put(desk, recent, desk->yan, MEANING_DISPOSITION));
    const feedback_t *related[] = {old, recent};
    feedback_t *now = told_of(desk, FEEDBACK_COMPLAINT, TEXT("P07"), TEXT("L-017"));
    struct assessment said =
        posted_of(desk, "recurrence", (assess_input_t){.feedback = now, .related = related,
                                                       .related_n = 2, .related_more = true});
    assert_true(said.certain);
    assert_silent(said.reason, "从略");
    said = posted_of(desk, "recurrence", (assess_input_t){.feedback = now, .related = related + 1,
                                                          .related_n = 1, .related_more = true});
    assert_false(said.certain);
    desk_destroy(&desk);
}

/* ---- again from the facts ---- */

TEST(tampered_facts_about_complaints_change_the_answer) {
    desk_t *desk = desk_new_feedback();
    const feedback_t *before = desk_complaint_answered(desk);
    feedback_t *now = told_of(desk, FEEDBACK_COMPLAINT, TEXT("P07"), TEXT("L-017"));
    order_t *order = order_with_terms(desk);
    static const struct {
        const char *rule, *fact;
    } cases[] = {{"recurrence", "outcome"}, {"promise", "requirement"}, {"corrective", "state"}};
    for (size_t i = 0; i < COUNT(cases); i++) {
        struct assessment said = assessed(desk, cases[i].rule, now, order, &before, 1);
        for (size_t k = 0; k < said.inputs.n; k++)
            if (text_is(said.inputs.at[k].name, cases[i].fact))
                said.inputs.at[k].text = TEXT("verified");
        assert_false(assess_again(&said));
    }
    desk_destroy(&desk);
}

/* Facts in any order, number and size must neither crash a rule nor let it run away. */
TEST(judges_of_complaints_survive_any_facts) {
    static const char *const names[] = {"product",  "complaint",   "outcome",   "cause",
                                        "order",    "line",        "quantity",  "wanted",
                                        "drawing",  "requirement", "confirmed", "condition",
                                        "action",   "state",       "more"};
    static const char *const texts[] = {"", "P07", "ours", "partly ours", "not ours", "verified",
                                        "open", "一个很长的原因一个很长的原因一个很长的原因"};
    static const char *const rules[] = {"recurrence", "promise", "corrective"};
    static const decimal_t values[] = {0, 1, -1, INT64_MAX, INT64_MIN, DECIMAL_ONE};
    static const day_t days[] = {0, 1, TODAY, 2932896, INT64_MAX, INT64_MIN};
    uint32_t seed = 4711;
    struct fact facts[200];
    for (int trial = 0; trial < 1000; trial++) {
        size_t n = 0;
        for (; n < COUNT(facts); n++) {
            seed = seed * 1664525u + 1013904223u;
            uint32_t r = seed >> 8;
            facts[n] = (struct fact){.name = text_of(names[r % 15]),
                                     .of = text_of(texts[r / 15 % 8]),
                                     .value = values[r / 120 % 6],
                                     .day = days[r / 720 % 6],
                                     .text = text_of(texts[r / 4320 % 8])};
        }
        for (size_t i = 0; i < COUNT(rules); i++) {
            const assessor_t *rule = assessor_find(text_of(rules[i]));
            arena_t *arena = arena_new(0);
            struct assessment said = {.rule = text_of(rule->name),
                                      .edition = rule->edition,
                                      .cause = 1,
                                      .inputs = {facts, n}};
            rule->judge(&said.inputs, arena, &said);
            said.inputs.n = 0;
            assert_int_equal(record_validate(&assessment_record, &said, NULL), 0);
            assert_in_range(said.verdict, VERDICT_OURS, VERDICT_NOT_OURS);
            arena_destroy(&arena);
        }
    }
}

TEST(more_about_complaints_than_an_event_carries_is_left_to_a_person) {
    static const char *const rules[] = {"recurrence", "promise", "corrective"};
    struct fact incomplete = {.name = TEXT("incomplete")};
    for (size_t i = 0; i < COUNT(rules); i++) {
        struct assessment said = {.rule = text_of(rules[i]),
                                  .edition = assessor_find(text_of(rules[i]))->edition,
                                  .cause = 1,
                                  .verdict = VERDICT_PARTLY,
                                  .inputs = {&incomplete, 1}};
        assert_false(assess_again(&said)); /* and says so */
        said.reason = TEXT("规则无倾向：相关投诉超出规则可处理的范围（依据超过4000条），请人工判断。");
        assert_true(assess_again(&said));
    }
}
