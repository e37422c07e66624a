/* SPDX-License-Identifier: Apache-2.0
 *
 * The rules for complaints: what quality, sales, production and purchasing are told of a product's
 * other complaints, of what was promised, and of actions that are open or had no effect. From the
 * folds alone, and again from the facts alone.
 */
#include "common/base/text.h"
#include "common/domain/assess/complaints.h"
#include "tests/unit/domain/feedback_desk.h"

#define assert_says(text, words)                                                                   \
    do {                                                                                           \
        if (!text_has((text), text_of(words)))                                                     \
            fail_msg("\"%.*s\" does not say \"%s\"", (int) (text).n, (text).n ? (text).p : "",     \
                     (words));                                                                     \
    } while (0)
#define assert_silent(text, words) assert_false(text_has((text), text_of(words)))

static bool begins(text_t text, const char *words) {
    return text.n > strlen(words) && memcmp(text.p, words, strlen(words)) == 0;
}

/* As the department's daemon would post it: through the codec, and reproduced from there. */
static struct assessment posted_of(desk_t *desk, const char *rule, assess_input_t in) {
    const assessor_t *assessor = assessor_find(text_of(rule));
    struct assessment made, posted;
    in.context = desk->context;
    in.procedure = context_procedure(desk->context);
    in.department = TEXT("quality");
    in.cause = desk->position;
    in.today = moment_day(desk->time, 480);
    assert_non_null(assessor);
    assert_int_equal(assessor->scope, SCOPE_FEEDBACK);
    assess(assessor, &in, desk->arena, &made);
    bytes_t bytes = desk_encode(desk, &assessment_record, &made);
    insist(record_decode(&assessment_record, bytes, desk->arena, &posted, NULL) == 0);
    assert_true(assess_again(&posted));
    return posted;
}

static struct assessment assessed(desk_t *desk, const char *rule, const feedback_t *feedback,
                                  const order_t *order, const feedback_t *const *related,
                                  size_t related_n) {
    return posted_of(desk, rule, (assess_input_t){.feedback = feedback, .order = order,
                                                  .related = related, .related_n = related_n});
}

static feedback_t *told_of(desk_t *desk, enum feedback_kind kind, text_t product, text_t lot) {
    feedback_t *feedback = desk_blank(desk);
    struct feedback_content content = desk_said(desk, kind);
    content.product = product;
    content.lot = lot;
    OK(desk_tell(desk, feedback, desk->lin, &content));
    return feedback;
}

/* ---- recurrence ---- */

static struct assessment recurs(desk_t *desk, const feedback_t *feedback,
                                const feedback_t *related) {
    return assessed(desk, "recurrence", feedback, NULL, &related, related ? 1 : 0);
}

TEST_CLAUSE(quality_is_told_what_the_products_complaints_came_to, "ISO-9001-10.2", RULE) {
    desk_t *desk = desk_new_feedback();
    feedback_t *now = told_of(desk, FEEDBACK_COMPLAINT, TEXT("P07"), TEXT("L-020"));
    struct assessment said = recurs(desk, now, NULL);
    assert_int_equal(said.verdict, VERDICT_PARTLY);
    assert_false(said.certain);
    assert_says(said.reason, "没有其他投诉");
    feedback_t *before = desk_complaint_in_review(desk);
    said = recurs(desk, now, before);
    assert_says(said.reason, "尚未结论");
    assert_int_equal(said.verdict, VERDICT_PARTLY);
    desk_all_find(desk, before, VERDICT_OURS);
    OK(desk_dispose(desk, before, desk->yan, OUTCOME_OURS));
    assert_says(recurs(desk, now, before).reason, "尚未结论"); /* nobody has signed it */
    OK(desk_put(desk, before, desk->yan, MEANING_DISPOSITION));
    said = recurs(desk, now, before);
    assert_says(said.reason, "判属我方：quenched too hot");
    assert_says(said.reason, "TS2026-0002（批号L-017）");
    assert_int_equal(said.verdict, VERDICT_OURS);
    assert_false(said.certain); /* of another lot */
    desk_destroy(&desk);
}

TEST(the_same_lot_is_certain_until_what_was_found_is_reopened) {
    desk_t *desk = desk_new_feedback();
    feedback_t *before = desk_complaint_answered(desk);
    feedback_t *now = told_of(desk, FEEDBACK_COMPLAINT, TEXT("P07"), TEXT("L-017"));
    struct assessment said = recurs(desk, now, before);
    assert_int_equal(said.verdict, VERDICT_OURS);
    assert_true(said.certain);
    assert_says(said.reason, "同一批号");
    OK(desk_reopen(desk, before, desk->song));
    said = recurs(desk, now, before);
    assert_int_equal(said.verdict, VERDICT_PARTLY);
    assert_false(said.certain);
    desk_destroy(&desk);
}

TEST(what_was_not_ours_and_what_is_too_old_points_nowhere) {
    desk_t *desk = desk_new_feedback();
    feedback_t *before = desk_complaint_in_review(desk);
    desk_all_find(desk, before, VERDICT_NOT_OURS);
    OK(desk_dispose(desk, before, desk->yan, OUTCOME_NOT_OURS));
    OK(desk_put(desk, before, desk->yan, MEANING_DISPOSITION));
    feedback_t *now = told_of(desk, FEEDBACK_COMPLAINT, TEXT("P07"), TEXT("L-017"));
    struct assessment said = recurs(desk, now, before);
    assert_says(said.reason, "判非我方");
    assert_int_equal(said.verdict, VERDICT_PARTLY);
    feedback_t *praise = told_of(desk, FEEDBACK_PRAISE, TEXT("P07"), TEXT(""));
    assert_says(recurs(desk, now, praise).reason, "没有其他投诉");
    desk->time += 11 * 31 * DAY_MS;
    assert_says(recurs(desk, now, before).reason, "判非我方");
    desk->time += 60 * DAY_MS; /* more than the twelve months of a policy that says none */
    assert_says(recurs(desk, now, before).reason, "没有其他投诉");
    desk->procedure.complaint_months = 24;
    desk_adopt(desk);
    assert_says(recurs(desk, now, before).reason, "判非我方");
    feedback_t *nameless = told_of(desk, FEEDBACK_COMPLAINT, TEXT(""), TEXT(""));
    assert_says(recurs(desk, nameless, NULL).reason, "未注明产品");
    desk_destroy(&desk);
}

/* ---- promise ---- */

static order_t *order_with_terms(desk_t *desk) {
    struct order_content content = desk_content(desk);
    struct requirement *more = &content.requirements.at[content.requirements.n++];
    *more = (struct requirement){.no = 2,
                                 .kind = REQUIREMENT_STATED,
                                 .subject = SUBJECT_PRICE,
                                 .text = TEXT("three per cent off")};
    content.lines.at[0].drawing = TEXT("P07-B");
    return desk_registered(desk, &content);
}

TEST_CLAUSE(sales_is_told_what_was_promised, "complaint-review", RULE) {
    desk_t *desk = desk_new_feedback();
    order_t *order = order_with_terms(desk);
    feedback_t *feedback = told_of(desk, FEEDBACK_COMPLAINT, TEXT("P07"), TEXT(""));
    OK(desk_classify(desk, order, desk->lin, "regular"));
    struct condition condition = {TEXT("1000 in week 4"), 1};
    OK(desk_try(desk, order, desk->luo, KIND_ROUND_VERDICT,
                &(struct verdict_given){.department = TEXT("planning"),
                                        .verdict = VERDICT_CONDITIONS,
                                        .conditions = {&condition, 1},
                                        .confirmed = TODAY + 30}));
    struct assessment said = assessed(desk, "promise", feedback, order, NULL, 0);
    assert_says(said.reason, "DD2026-0001");
    assert_says(said.reason, "hardness 45 HRC");
    assert_says(said.reason, "1000 in week 4");
    assert_says(said.reason, "确认交期2026-06-26");
    assert_says(said.reason, "图号P07-B");
    assert_silent(said.reason, "three per cent"); /* prices are not a complaint's */
    assert_int_equal(said.verdict, VERDICT_PARTLY);
    assert_false(said.certain);
    assert_int_equal(said.requirements.n, 1);
    desk_destroy(&desk);
}

/* What was said first and taken back is not told, nor what another line of the order asks. */
TEST(only_what_stands_and_is_of_its_line_was_promised) {
    desk_t *desk = desk_new_feedback();
    struct order_content content = desk_content(desk);
    content.lines.at[1] = content.lines.at[0];
    content.lines.at[0].product = TEXT("P99");
    content.lines.at[1].no = 2;
    content.lines.at[1].drawing.n = 0;
    content.lines.n = 2;
    content.requirements.at[0].line = 1;
    order_t *order = desk_registered(desk, &content);
    feedback_t *feedback = told_of(desk, FEEDBACK_COMPLAINT, TEXT("P07"), TEXT(""));
    struct assessment said = assessed(desk, "promise", feedback, order, NULL, 0); /* no review yet */
    assert_silent(said.reason, "hardness");
    assert_silent(said.reason, "图号");
    OK(desk_classify(desk, order, desk->lin, "special"));
    OK(desk_convene(desk, order, desk->shi));
    OK(desk_verdict(desk, order, desk->luo, "planning", VERDICT_CONDITIONS));
    OK(desk_verdict(desk, order, desk->luo, "planning", VERDICT_ACCEPT));
    said = assessed(desk, "promise", feedback, order, NULL, 0);
    assert_silent(said.reason, "条件");
    assert_says(said.reason, "请核对是否兑现");
    desk_destroy(&desk);
}

TEST(a_rule_for_complaints_does_without_a_procedure) {
    static const char *const rules[] = {"recurrence", "promise", "corrective"};
    desk_t *desk = desk_new_feedback();
    const feedback_t *before = desk_complaint_closed(desk);
    feedback_t *now = told_of(desk, FEEDBACK_COMPLAINT, TEXT("P07"), TEXT("L-017"));
    for (size_t i = 0; i < COUNT(rules); i++) {
        assess_input_t in = {.context = desk->context,
                             .feedback = now,
                             .related = &before,
                             .related_n = 1,
                             .cause = desk->position,
                             .today = TODAY};
        struct assessment said;
        assess(assessor_find(text_of(rules[i])), &in, desk->arena, &said);
        assert_true(assess_again(&said));
        assert_int_equal(said.verdict, i == 0 ? VERDICT_OURS : VERDICT_PARTLY);
    }
    desk_destroy(&desk);
}

TEST(what_the_order_does_not_have_was_not_promised) {
    desk_t *desk = desk_new_feedback();
    order_t *order = order_with_terms(desk);
    feedback_t *other = told_of(desk, FEEDBACK_COMPLAINT, TEXT("P99"), TEXT(""));
    feedback_t *nameless = told_of(desk, FEEDBACK_COMPLAINT, TEXT(""), TEXT(""));
    struct assessment said = assessed(desk, "promise", other, order, NULL, 0);
    assert_int_equal(said.verdict, VERDICT_NOT_OURS);
    assert_says(said.reason, "没有产品 P99");
    said = assessed(desk, "promise", nameless, order, NULL, 0); /* what all lines must be */
    assert_int_equal(said.verdict, VERDICT_PARTLY);
    assert_says(said.reason, "hardness 45 HRC");
    said = assessed(desk, "promise", other, NULL, NULL, 0);
    assert_says(said.reason, "未注明订单");
    desk_destroy(&desk);
}

/* ---- corrective ---- */

TEST_CLAUSE(production_is_told_of_actions_that_are_open_or_had_no_effect, "ISO-9001-10.2", RULE) {
    desk_t *desk = desk_new_feedback();
    feedback_t *now = told_of(desk, FEEDBACK_COMPLAINT, TEXT("P07"), TEXT(""));
    const feedback_t *before = desk_complaint_answered(desk);
    feedback_t *open = desk->feedback[1];
    struct assessment said = assessed(desk, "corrective", now, NULL, &before, 1);
    assert_says(said.reason, "TS2026-0002 措施1“an alarm on the furnace”未关闭");
    assert_silent(said.reason, "逾期");
    assert_int_equal(said.verdict, VERDICT_OURS);
    assert_false(said.certain);
    desk->time += 31 * DAY_MS;
    assert_says(assessed(desk, "corrective", now, NULL, &before, 1).reason, "已逾期");
    OK(desk_report(desk, open, desk->qin, 1));
    OK(desk_verify(desk, open, desk->yan, 1, false));
    assert_says(assessed(desk, "corrective", now, NULL, &before, 1).reason, "曾验证无效");
    desk_finish_action(desk, open);
    said = assessed(desk, "corrective", now, NULL, &before, 1);
    assert_says(said.reason, "已关闭，曾验证无效"); /* the second time it had */
    assert_says(said.reason, "没有未关闭的措施");
    assert_int_equal(said.verdict, VERDICT_OURS);
    desk_destroy(&desk);
}

TEST(without_actions_nothing_points_anywhere) {
    desk_t *desk = desk_new_feedback();
    const feedback_t *before = desk_complaint_closed(desk);
    feedback_t *now = told_of(desk, FEEDBACK_COMPLAINT, TEXT("P07"), TEXT(""));
    feedback_t *nameless = told_of(desk, FEEDBACK_COMPLAINT, TEXT(""), TEXT(""));
    struct assessment said = assessed(desk, "corrective", now, NULL, &before, 1);
    assert_says(said.reason, "没有未关闭的措施");
    assert_int_equal(said.verdict, VERDICT_PARTLY);
    assert_says(assessed(desk, "corrective", nameless, NULL, NULL, 0).reason, "未注明产品");
    desk_destroy(&desk);
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
