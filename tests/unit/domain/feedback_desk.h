/* SPDX-License-Identifier: Apache-2.0
 *
 * feedback_desk: complaints and other feedback at the desk, and actions of any case: one call a
 * step.
 */
#ifndef COUNTERSIGN_TESTS_FEEDBACK_DESK_H
#define COUNTERSIGN_TESTS_FEEDBACK_DESK_H

#include "tests/unit/domain/order_desk.h"

/* ---- the company's procedure for feedback (config/procedure.cfg), in short ---- */

static inline void desk_allow(desk_t *desk, const char *role, int64_t acts) {
    for (size_t i = 0; i < desk->procedure.roles.n; i++) {
        struct role *entry = &desk->procedure.roles.at[i];
        for (int64_t act = ACT_REGISTER; text_is(entry->key, role) && act <= ACT_ADD_REVIEWER; act++)
            if (acts & BIT(act))
                entry->may.at[entry->may.n++] = act;
    }
}

static inline void desk_feedback_acts(desk_t *desk) {
    const int64_t clerk = BIT(ACT_FEEDBACK) | BIT(ACT_ACKNOWLEDGE) | BIT(ACT_ANSWER);
    const int64_t head = BIT(ACT_ASSESS) | BIT(ACT_CLOSE) | BIT(ACT_REOPEN) | BIT(ACT_RECLASSIFY);
    const int64_t actions = BIT(ACT_ACTION) | BIT(ACT_VERIFY);
    desk_allow(desk, "sales.clerk", clerk);
    desk_allow(desk, "sales.head", clerk | head | actions | BIT(ACT_ERASE));
    desk_allow(desk, "sales.follow-up", BIT(ACT_FEEDBACK));
    desk_allow(desk, "planning.manager", actions);
    desk_allow(desk, "production.manager", actions | BIT(ACT_CONTAIN));
    desk_allow(desk, "purchasing.manager", actions);
    desk_allow(desk, "quality.manager",
               BIT(ACT_FEEDBACK) | head | actions | BIT(ACT_CONTAIN) | BIT(ACT_LOWER));
    desk_allow(desk, "management.general", BIT(ACT_REOPEN) | BIT(ACT_VERIFY));
    desk_allow(desk, "management.representative",
               BIT(ACT_CLOSE) | BIT(ACT_REOPEN) | actions | BIT(ACT_ERASE));
}

static inline struct int_list desk_numbers(desk_t *desk, const int64_t *at, size_t n) {
    return (struct int_list){desk_keep(desk, at, n * sizeof *at), n};
}
#define NUMBERS(desk, ...)                                                                         \
    desk_numbers((desk), (int64_t[]){__VA_ARGS__}, COUNT(((int64_t[]){__VA_ARGS__})))

static inline struct review_class desk_class(const char *key, const char *concluder,
                                             const char *stand_in) {
    return (struct review_class){.key = text_of(key),
                                 .zh = text_of(key),
                                 .en = text_of(key),
                                 .concluder = text_of(concluder),
                                 .concluder_stand_in = text_of(stand_in)};
}

enum { CLASS_GRAVE, CLASS_COMPLAINT, CLASS_CLAIM, CLASS_OPINION, CLASS_ENQUIRY, CLASSES };

static inline void desk_feedback_classes(desk_t *desk) {
    struct step dispose[] = {
        {MEANING_DISPOSITION, TEXT("quality.manager"), TEXT("management.representative")},
        {MEANING_APPROVE, TEXT("management.general"), TEXT("management.deputy")}};
    struct review_class classes[CLASSES] = {
        desk_class("grave", "quality.manager", "management.representative"),
        desk_class("complaint", "quality.manager", "management.representative"),
        desk_class("claim", "quality.manager", "management.representative"),
        desk_class("opinion", "sales.head", "management.deputy"), desk_class("enquiry", "", "")};
    classes[CLASS_GRAVE].severity = SEVERITY_CRITICAL;
    classes[CLASS_GRAVE].safety = true;
    for (size_t i = 0; i <= CLASS_CLAIM; i++) {
        classes[i].kinds = NUMBERS(desk, i == CLASS_CLAIM ? FEEDBACK_CLAIM : FEEDBACK_COMPLAINT);
        classes[i].before = NUMBERS(desk, STAGE_ACKNOWLEDGED, STAGE_ASSESSED, STAGE_CONTAINED);
        classes[i].reviewers =
            desk_reviewers(desk, "quality production purchasing sales", MODE_ASSIST);
        classes[i].steps = (struct step_list) DESK_LIST(desk, dispose);
        classes[i].actions_first = true;
    }
    classes[CLASS_COMPLAINT].steps.n = 1;
    classes[CLASS_CLAIM].before.n = 2;
    classes[CLASS_CLAIM].reviewers = desk_reviewers(desk, "quality sales", MODE_MANUAL);
    classes[CLASS_OPINION].kinds =
        NUMBERS(desk, FEEDBACK_SUGGESTION, FEEDBACK_DEALER, FEEDBACK_LOST);
    classes[CLASS_OPINION].before = NUMBERS(desk, STAGE_ASSESSED);
    classes[CLASS_OPINION].reviewers = desk_reviewers(desk, "sales quality", MODE_MANUAL);
    classes[CLASS_ENQUIRY].kinds = NUMBERS(desk, FEEDBACK_ENQUIRY, FEEDBACK_PRAISE);
    desk->procedure.feedback = (struct review_class_list) DESK_LIST(desk, classes);
}

static inline desk_t *desk_new_feedback(void) {
    static const char *const rules[][2] = {{"sales", "promise"},
                                           {"production", "corrective"},
                                           {"purchasing", "corrective"},
                                           {"quality", "recurrence"}};
    desk_t *desk = desk_new();
    for (size_t i = 0; i < desk->procedure.departments.n; i++)
        for (size_t k = 0; k < COUNT(rules); k++)
            if (text_is(desk->procedure.departments.at[i].key, rules[k][0]))
                desk->procedure.departments.at[i].complaint_assessor = text_of(rules[k][1]);
    desk_feedback_acts(desk);
    desk_feedback_classes(desk);
    desk->procedure.complaint_prefix = TEXT("TS");
    desk->procedure.feedback_prefix = TEXT("FK");
    desk_adopt(desk);
    return desk;
}

/* ---- registering ---- */

static inline struct feedback_content desk_said(const desk_t *desk, enum feedback_kind kind) {
    return (struct feedback_content){.kind = kind,
                                     .customer = desk->customer,
                                     .medium = MEDIUM_TELEPHONE,
                                     .received = desk->time - HOUR_MS,
                                     .product = TEXT("P07"),
                                     .lot = TEXT("L-017"),
                                     .delivered = 2000 * DECIMAL_ONE,
                                     .affected = 3 * DECIMAL_ONE,
                                     .unit = TEXT("PCE"),
                                     .text = TEXT("cracks at the root of three teeth"),
                                     .sought = TEXT("new ones")};
}

static inline reason_t desk_tell(desk_t *desk, feedback_t *feedback, ident_t actor,
                                 const struct feedback_content *content) {
    struct command command = desk_command(desk, NULL, KIND_FEEDBACK_REGISTER, actor, content);
    feedback->head.id = command.id;
    return desk_send(desk, feedback, &command);
}

static inline feedback_t *desk_blank(desk_t *desk) {
    insist(desk->feedback_n < COUNT(desk->feedback));
    return desk->feedback[desk->feedback_n++] = feedback_new((ident_t){{0}});
}

static inline feedback_t *desk_told(desk_t *desk, enum feedback_kind kind) {
    feedback_t *feedback = desk_blank(desk);
    struct feedback_content content = desk_said(desk, kind);
    OK(desk_tell(desk, feedback, desk->lin, &content));
    return feedback;
}

/* ---- steps ---- */

static inline reason_t desk_reword(desk_t *desk, feedback_t *feedback, ident_t actor,
                                   const struct feedback_content *content) {
    struct feedback_content whole = *content;
    return desk_try(desk, feedback, actor, KIND_FEEDBACK_AMEND,
                    &(struct feedback_amend){{&whole, 1}, TEXT("misheard")});
}

static inline reason_t desk_acknowledge(desk_t *desk, feedback_t *feedback, ident_t actor) {
    return desk_try(desk, feedback, actor, KIND_FEEDBACK_ACKNOWLEDGE,
                    &(struct acknowledge){MEDIUM_FAX, desk->time, TEXT("we look into it")});
}

static inline reason_t desk_triage(desk_t *desk, feedback_t *feedback, ident_t actor,
                                   struct triage triage) {
    return desk_try(desk, feedback, actor, KIND_FEEDBACK_ASSESS, &triage);
}

static inline reason_t desk_assess(desk_t *desk, feedback_t *feedback, ident_t actor,
                                   enum severity severity) {
    return desk_triage(desk, feedback, actor, (struct triage){.severity = severity});
}

static inline reason_t desk_contain(desk_t *desk, feedback_t *feedback, ident_t actor) {
    return desk_try(desk, feedback, actor, KIND_FEEDBACK_CONTAIN,
                    &(struct containment){.stock = TEXT("lot set apart")});
}

static inline reason_t desk_find(desk_t *desk, feedback_t *feedback, ident_t actor,
                                 const char *department, enum verdict verdict) {
    struct finding finding = {.occurrence = TEXT("quenched too hot"), .method = TEXT("5 why")};
    struct verdict_given body = {.department = text_of(department), .verdict = verdict};
    if (verdict == VERDICT_OURS || verdict == VERDICT_PARTLY)
        body.finding = (struct finding_list){&finding, 1};
    if (verdict == VERDICT_NOT_OURS || verdict == VERDICT_REJECT)
        body.reason = TEXT("stored in the rain");
    return desk_try(desk, feedback, actor, KIND_ROUND_VERDICT, &body);
}

/* All departments that were asked say the same. */
static inline void desk_all_find(desk_t *desk, feedback_t *feedback, enum verdict verdict) {
    const struct {
        const char *department;
        ident_t person;
    } seats[] = {{"sales", desk->song},
                 {"production", desk->qin},
                 {"purchasing", desk->deng},
                 {"quality", desk->yan}};
    for (size_t i = 0; i < COUNT(seats); i++)
        if (round_asks(case_round(&feedback->head), text_of(seats[i].department)))
            OK(desk_find(desk, feedback, seats[i].person, seats[i].department, verdict));
}

static inline struct conclude desk_conclusion(desk_t *desk, enum outcome outcome) {
    struct disposition disposition[] = {{.remedy = REMEDY_REPLACE,
                                         .cause = CAUSE_METHOD,
                                         .occurrence = TEXT("quenched too hot"),
                                         .department = TEXT("production")}};
    struct conclude body = {.outcome = outcome, .opinion = TEXT("as found")};
    if (outcome == OUTCOME_OURS || outcome == OUTCOME_PARTLY || outcome == OUTCOME_NOT_OURS)
        body.disposition = (struct disposition_list) DESK_LIST(desk, disposition);
    return body;
}

static inline reason_t desk_dispose(desk_t *desk, feedback_t *feedback, ident_t actor,
                                    enum outcome outcome) {
    struct conclude body = desk_conclusion(desk, outcome);
    return desk_try(desk, feedback, actor, KIND_ROUND_CONCLUDE, &body);
}

/* With one measure, of `owner`. */
static inline reason_t desk_dispose_with(desk_t *desk, feedback_t *feedback, ident_t actor,
                                         ident_t owner) {
    struct conclude body = desk_conclusion(desk, OUTCOME_OURS);
    struct measure measure = {TEXT("an alarm on the furnace"), owner, TODAY + 30,
                              ACTION_CORRECTIVE};
    body.measures = (struct measure_list){&measure, 1};
    return desk_try(desk, feedback, actor, KIND_ROUND_CONCLUDE, &body);
}

static inline reason_t desk_put(desk_t *desk, feedback_t *feedback, ident_t actor,
                                enum meaning meaning) {
    return desk_try(desk, feedback, actor, KIND_ROUND_SIGN, &(struct sign){.meaning = meaning});
}

static inline reason_t desk_answer(desk_t *desk, feedback_t *feedback, ident_t actor) {
    return desk_try(desk, feedback, actor, KIND_FEEDBACK_ANSWER,
                    &(struct reply_given){
                        .text = TEXT("new ones come"), .medium = MEDIUM_EMAIL, .when = desk->time});
}

static inline reason_t desk_close(desk_t *desk, feedback_t *feedback, ident_t actor,
                                  enum ending ending) {
    struct closing body = {.ending = ending};
    if (ending != ENDING_AGREED)
        body.text = TEXT("asked twice");
    return desk_try(desk, feedback, actor, KIND_FEEDBACK_CLOSE, &body);
}

static inline reason_t desk_reopen(desk_t *desk, feedback_t *feedback, ident_t actor) {
    return desk_try(desk, feedback, actor, KIND_FEEDBACK_REOPEN,
                    &(struct revoke){TEXT("cracks again")});
}

static inline reason_t desk_reclassify(desk_t *desk, feedback_t *feedback, ident_t actor,
                                       enum feedback_kind kind) {
    return desk_try(desk, feedback, actor, KIND_FEEDBACK_RECLASSIFY,
                    &(struct reclassify){kind, TEXT("read again")});
}

/* ---- actions, of whatever case ---- */

static inline reason_t desk_act(desk_t *desk, void *of, ident_t actor, ident_t owner) {
    struct measure measure = {TEXT("tell the other line"), owner, TODAY + 20, ACTION_PREVENTIVE};
    return desk_try(desk, of, actor, KIND_ACTION_ADD,
                    &(struct action_add){{&measure, 1}, TEXT("read-across")});
}

static inline reason_t desk_hand_on(desk_t *desk, void *of, ident_t actor, int64_t no,
                                    ident_t owner) {
    return desk_try(
        desk, of, actor, KIND_ACTION_CHANGE,
        &(struct action_change){.no = no, .owner = owner, .reason = TEXT("on another line")});
}

static inline reason_t desk_report(desk_t *desk, void *of, ident_t actor, int64_t no) {
    return desk_try(desk, of, actor, KIND_ACTION_REPORT,
                    &(struct action_report){.no = no, .text = TEXT("the alarm is in")});
}

static inline reason_t desk_verify(desk_t *desk, void *of, ident_t actor, int64_t no,
                                   bool effective) {
    return desk_try(desk, of, actor, KIND_ACTION_VERIFY,
                    &(struct action_verify){
                        .no = no, .effective = effective, .text = TEXT("three batches looked at")});
}

/* ---- as far as ... ---- */

static inline feedback_t *desk_complaint_in_review(desk_t *desk) {
    feedback_t *feedback = desk_told(desk, FEEDBACK_COMPLAINT);
    OK(desk_acknowledge(desk, feedback, desk->lin));
    OK(desk_assess(desk, feedback, desk->yan, SEVERITY_MAJOR));
    OK(desk_contain(desk, feedback, desk->qin));
    return feedback;
}

static inline feedback_t *desk_complaint_tallied(desk_t *desk) {
    feedback_t *feedback = desk_complaint_in_review(desk);
    desk_all_find(desk, feedback, VERDICT_OURS);
    return feedback;
}

/* Disposed of, with an action of qin's. */
static inline feedback_t *desk_complaint_to_answer(desk_t *desk) {
    feedback_t *feedback = desk_complaint_tallied(desk);
    OK(desk_dispose_with(desk, feedback, desk->yan, desk->qin));
    OK(desk_put(desk, feedback, desk->yan, MEANING_DISPOSITION));
    return feedback;
}

static inline feedback_t *desk_complaint_answered(desk_t *desk) {
    feedback_t *feedback = desk_complaint_to_answer(desk);
    OK(desk_answer(desk, feedback, desk->lin));
    return feedback;
}

static inline void desk_finish_action(desk_t *desk, void *of) {
    OK(desk_report(desk, of, desk->qin, 1));
    OK(desk_verify(desk, of, desk->yan, 1, true));
}

static inline feedback_t *desk_complaint_closed(desk_t *desk) {
    feedback_t *feedback = desk_complaint_answered(desk);
    desk_finish_action(desk, feedback);
    OK(desk_close(desk, feedback, desk->song, ENDING_AGREED));
    return feedback;
}

#endif
