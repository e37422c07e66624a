/* SPDX-License-Identifier: Apache-2.0
 *
 * The rules for complaints: what quality, sales, production and purchasing are told of a product's
 * other complaints, of what was promised, and of actions that are open or had no effect, from the
 * folds.
 */
#include "tests/unit/domain/complaints_desk.h"

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
