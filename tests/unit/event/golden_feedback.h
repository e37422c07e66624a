/* SPDX-License-Identifier: Apache-2.0
 *
 * golden_feedback: examples of the events of feedback and actions, and of what older records came to
 * hold with them.
 */
#ifndef COUNTERSIGN_TESTS_GOLDEN_FEEDBACK_H
#define COUNTERSIGN_TESTS_GOLDEN_FEEDBACK_H

#include "tests/unit/event/golden.h"

#define GOLDEN_WHEN INT64_C(1779263400123)

static inline struct attachment golden_photograph(void) {
    static struct blob_piece pieces[2];
    pieces[0].blob = golden_digest(41);
    pieces[1].blob = golden_digest(42);
    return (struct attachment){.blob = golden_digest(40),
                               .name = TEXT("裂纹.jpg"),
                               .media = TEXT("image/jpeg"),
                               .size = 3000000,
                               .pieces = {pieces, 2}};
}

static inline void golden_feedback_content(golden_take_t take) {
    struct feedback_content content = {
        .kind = FEEDBACK_COMPLAINT,
        .customer = golden_ident(43),
        .medium = MEDIUM_TELEPHONE,
        .received = GOLDEN_WHEN,
        .order = golden_ident(44),
        .delivery_note = TEXT("CH2026-0031"),
        .product = TEXT("P08"),
        .lot = TEXT("L-P08-017"),
        .delivered = INT64_C(2000000000),
        .affected = 3000000,
        .unit = TEXT("C62"),
        .text = TEXT("装配时发现3件齿根淬火裂纹"),
        .sought = TEXT("要求全数更换"),
        .attachments = ITEMS(struct attachment, golden_photograph()),
        .contact = golden_digest(45),
        .note = TEXT("已供2000件")};
    take("feedback.register", &feedback_content_record, &content);
    content.lot = TEXT("L-P08-018");
    take("feedback.amend", &feedback_amend_record,
         &(struct feedback_amend){.content = {&content, 1}, .reason = TEXT("批号听错")});
    take("feedback.reclassify", &reclassify_record,
         &(struct reclassify){FEEDBACK_ENQUIRY, TEXT("询问气密试验压力")});
}

static inline void golden_feedback_stages(golden_take_t take) {
    take("feedback.acknowledge", &acknowledge_record,
         &(struct acknowledge){MEDIUM_FAX, GOLDEN_WHEN, TEXT("已受理")});
    take("feedback.assess", &triage_record,
         &(struct triage){.severity = SEVERITY_CRITICAL,
                          .safety = true,
                          .urgent = true,
                          .complex = true,
                          .duplicate = golden_ident(46),
                          .departments = ITEMS(text_t, TEXT("quality"), TEXT("production")),
                          .reason = TEXT("断齿有伤人危险")});
    take("feedback.contain", &containment_record,
         &(struct containment){.customer = TEXT("停用"),
                               .transit = TEXT("召回在途"),
                               .stock = TEXT("隔离"),
                               .unneeded = TEXT("无")});
    take("feedback.disposed", &became_record, &(struct became){1});
    take("feedback.answer", &reply_given_record,
         &(struct reply_given){.text = TEXT("全数更换"),
                               .medium = MEDIUM_EMAIL,
                               .when = GOLDEN_WHEN,
                               .attachments = ITEMS(struct attachment, golden_photograph())});
    take("feedback.close", &closing_record,
         &(struct closing){ENDING_NOT_AGREED, TEXT("两次沟通，顾客不认可")});
    take("feedback.reopen", &revoke_record, &(struct revoke){TEXT("又发现裂纹")});
}

static inline void golden_actions(golden_take_t take) {
    take("action.add", &action_add_record,
         &(struct action_add){.measure = ITEMS(struct measure, {.text = TEXT("改进淬火工艺"),
                                                                .owner = golden_ident(47),
                                                                .due = 20620,
                                                                .type = ACTION_CORRECTIVE}),
                              .reason = TEXT("横向展开")});
    take("action.change", &action_change_record,
         &(struct action_change){1, golden_ident(48), 20630, TEXT("换人")});
    take("action.report", &action_report_record,
         &(struct action_report){.no = 1,
                                 .text = TEXT("新工艺已验证三炉"),
                                 .attachments = ITEMS(struct attachment, golden_photograph())});
    take("action.verify", &action_verify_record,
         &(struct action_verify){.no = 1,
                                 .effective = true,
                                 .text = TEXT("三个月无再发"),
                                 .attachments = ITEMS(struct attachment, golden_photograph())});
    take("blob.erase", &blob_erase_record,
         &(struct blob_erase){.blob = golden_digest(40),
                              .pieces = ITEMS(struct blob_piece, {golden_digest(41)}),
                              .reason = TEXT("应本人要求")});
}

/* What records of before came to hold. */
static inline void golden_grown(golden_take_t take) {
    take("round.verdict-2", &verdict_given_record,
         &(struct verdict_given){
             .department = TEXT("quality"),
             .verdict = VERDICT_PARTLY,
             .finding = ITEMS(struct finding, {.occurrence = TEXT("淬火温度过高"),
                                               .escape = TEXT("磁粉探伤漏检"),
                                               .method = TEXT("5 why"),
                                               .containment = TEXT("隔离同炉"),
                                               .corrective = TEXT("温控报警"),
                                               .by = 20640})});
    take("round.conclude-2", &conclude_record,
         &(struct conclude){
             .outcome = OUTCOME_OURS,
             .opinion = TEXT("属我方"),
             .measures = ITEMS(struct measure, {.text = TEXT("温控报警"),
                                                .owner = golden_ident(49),
                                                .due = 20640,
                                                .type = ACTION_PREVENTIVE}),
             .disposition = ITEMS(struct disposition, {.remedy = REMEDY_REPLACE,
                                                       .text = TEXT("全数更换"),
                                                       .cause = CAUSE_METHOD,
                                                       .occurrence = TEXT("淬火温度过高"),
                                                       .escape = TEXT("漏检"),
                                                       .department = TEXT("production"),
                                                       .read_across = TEXT("其它链轮"),
                                                       .loss = INT64_C(52000000000),
                                                       .currency = TEXT("CNY")})});
    take("round.tallied-2", &tallied_record,
         &(struct tallied){
             .round = 1, .outcome = OUTCOME_PARTLY, .ours = 1, .partly = 2, .not_ours = 3});
    take("procedure-2", &procedure_record,
         &(struct procedure){
             .document = TEXT("QP21"),
             .edition = TEXT("A/1"),
             .approver = TEXT("江怀远"),
             .effective = 20454,
             .departments = ITEMS(struct department, {.key = TEXT("quality"),
                                                      .zh = TEXT("质量部"),
                                                      .en = TEXT("Quality"),
                                                      .complaint_assessor = TEXT("recurrence")}),
             .roles = ITEMS(struct role, {.key = TEXT("quality.manager"),
                                          .department = TEXT("quality"),
                                          .zh = TEXT("质量部经理"),
                                          .en = TEXT("Quality manager")}),
             .classes = ITEMS(struct review_class, {.key = TEXT("regular"),
                                                    .zh = TEXT("常规订单"),
                                                    .en = TEXT("Regular order")}),
             .feedback =
                 ITEMS(struct review_class,
                       {.key = TEXT("grave"),
                        .zh = TEXT("严重投诉"),
                        .en = TEXT("Grave complaint"),
                        .kinds = ITEMS(int64_t, FEEDBACK_COMPLAINT, FEEDBACK_CLAIM),
                        .severity = SEVERITY_CRITICAL,
                        .safety = true,
                        .before = ITEMS(int64_t, STAGE_ACKNOWLEDGED, STAGE_CONTAINED),
                        .actions_first = true}),
             .complaint_prefix = TEXT("TS"),
             .feedback_prefix = TEXT("FK"),
             .complaint_months = 24});
}

static inline void golden_feedback(golden_take_t take) {
    golden_feedback_content(take);
    golden_feedback_stages(take);
    golden_actions(take);
    golden_grown(take);
}

#endif
