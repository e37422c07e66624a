/* SPDX-License-Identifier: Apache-2.0
 *
 * An edition's classes of feedback: each fault is refused at its field.
 */
#include "tests/unit/domain/feedback_desk.h"
#include "tests/unit/domain/house.h"

static reason_t adopt(desk_t *desk, bytes_t bytes) {
    struct adopt body = {.procedure = bytes};
    return desk_ask(desk, desk->wen, KIND_PROCEDURE_ADOPT, NOTHING, &body);
}

static bytes_t now(desk_t *desk) { return desk_encode(desk, &procedure_record, &desk->procedure); }

typedef struct fault {
    const char *field; /* where it is refused */
    void (*make)(struct procedure *p);
} fault_t;

#define COMPLAINT_OF(p) ((p)->feedback.at[CLASS_COMPLAINT])
#define OPINION_OF(p) ((p)->feedback.at[CLASS_OPINION])
static void key_of_an_orders_class(struct procedure *p) { COMPLAINT_OF(p).key = TEXT("regular"); }
static void feedback_key_twice(struct procedure *p) { COMPLAINT_OF(p).key = TEXT("grave"); }
static void feedback_asks_nobody_known(struct procedure *p) {
    COMPLAINT_OF(p).reviewers.at[0].department = TEXT("marketing");
}
static void feedback_asks_twice(struct procedure *p) {
    COMPLAINT_OF(p).reviewers.at[1].department = TEXT("quality");
}
static void assists_without_assessor(struct procedure *p) { /* planning has one for orders alone */
    COMPLAINT_OF(p).reviewers.at[1].department = TEXT("planning");
}
static void feedback_concluder_no_role(struct procedure *p) {
    COMPLAINT_OF(p).concluder = TEXT("king");
}
static void feedback_stand_in_no_role(struct procedure *p) {
    COMPLAINT_OF(p).concluder_stand_in = TEXT("king");
}
static void feedback_without_concluder(struct procedure *p) { OPINION_OF(p).concluder.n = 0; }
static void feedback_convened(struct procedure *p) {
    OPINION_OF(p).convener = TEXT("management.deputy");
}
static void of_no_kind(struct procedure *p) { OPINION_OF(p).kinds.n = 0; }
static void of_an_unknown_kind(struct procedure *p) { OPINION_OF(p).kinds.at[1] = 77; }
static void before_an_unknown_stage(struct procedure *p) { COMPLAINT_OF(p).before.at[2] = 9; }
static void signed_by_nobody_who_looked(struct procedure *p) {
    OPINION_OF(p).steps = COMPLAINT_OF(p).steps;
    OPINION_OF(p).reviewers.n = 0;
}
static void a_contract_on_a_complaint(struct procedure *p) {
    COMPLAINT_OF(p).steps.at[0].meaning = MEANING_CONTRACT;
}
static void a_complaint_signed_by_no_role(struct procedure *p) {
    COMPLAINT_OF(p).steps.at[0].role.n = 0;
}
static void disposition_role_unknown(struct procedure *p) {
    COMPLAINT_OF(p).steps.at[0].role = TEXT("king");
}
static void disposition_stand_in_unknown(struct procedure *p) {
    COMPLAINT_OF(p).steps.at[0].stand_in = TEXT("king");
}
static void complaint_never_disposed_of(struct procedure *p) {
    COMPLAINT_OF(p).steps.at[0].meaning = MEANING_APPROVE;
}
static void claim_looked_into_by_nobody(struct procedure *p) {
    p->feedback.at[CLASS_CLAIM].reviewers.n = p->feedback.at[CLASS_CLAIM].steps.n = 0;
}
static void complaints_only_when_grave(struct procedure *p) {
    COMPLAINT_OF(p).severity = SEVERITY_MAJOR;
}
static void complaints_only_when_unsafe(struct procedure *p) { COMPLAINT_OF(p).safety = true; }
static void praise_of_no_class(struct procedure *p) { p->feedback.at[CLASS_ENQUIRY].kinds.n = 1; }
static void complaint_rule_unknown(struct procedure *p) {
    p->departments.at[4].complaint_assessor = TEXT("dice");
}
static void complaint_rule_of_orders(struct procedure *p) {
    p->departments.at[4].complaint_assessor = TEXT("inspection");
}
static void order_rule_of_complaints(struct procedure *p) {
    p->departments.at[4].assessor = TEXT("recurrence");
}

static const fault_t FAULTS[] = {
    {"classes[0].key", key_of_an_orders_class},
    {"feedback[1].key", feedback_key_twice},
    {"feedback[1].reviewers", feedback_asks_nobody_known},
    {"feedback[1].reviewers", feedback_asks_twice},
    {"feedback[1].reviewers", assists_without_assessor},
    {"feedback[1].concluder", feedback_concluder_no_role},
    {"feedback[1].concluder_stand_in", feedback_stand_in_no_role},
    {"feedback[3].concluder", feedback_without_concluder},
    {"feedback[3].convener", feedback_convened},
    {"feedback[3].kinds", of_no_kind},
    {"feedback[3].kinds", of_an_unknown_kind},
    {"feedback[1].before", before_an_unknown_stage},
    {"feedback[3].signatures", signed_by_nobody_who_looked},
    {"feedback[1].signatures", a_contract_on_a_complaint},
    {"feedback[1].signatures", a_complaint_signed_by_no_role},
    {"feedback[1].signatures", disposition_role_unknown},
    {"feedback[1].signatures", disposition_stand_in_unknown},
    {"feedback[1].signatures", complaint_never_disposed_of},
    {"feedback[2].reviewers", claim_looked_into_by_nobody},
    {"feedback", complaints_only_when_grave},
    {"feedback", complaints_only_when_unsafe},
    {"feedback", praise_of_no_class},
    {"departments[4].complaint_assessor", complaint_rule_unknown},
    {"departments[4].complaint_assessor", complaint_rule_of_orders},
    {"departments[4].assessor", order_rule_of_complaints}};

TEST_CLAUSE(inconsistent_classes_of_feedback_are_refused_at_their_field, "QP21-5", REFUSAL) {
    desk_t *desk = desk_new_feedback();
    bytes_t sound = now(desk);
    for (size_t i = 0; i < COUNT(FAULTS); i++) {
        insist(record_decode(&procedure_record, sound, desk->arena, &desk->procedure, NULL) == 0);
        FAULTS[i].make(&desk->procedure);
        DENIED(desk, adopt(desk, now(desk)), PROCEDURE_INVALID, "QP21-5", FAULTS[i].field);
    }
    OK(adopt(desk, sound));
    insist(record_decode(&procedure_record, sound, desk->arena, &desk->procedure, NULL) == 0);
    desk->procedure.feedback.n = 0; /* as editions before had it */
    OK(adopt(desk, now(desk)));
    desk_destroy(&desk);
}

TEST(a_class_is_found_by_its_key_whatever_it_is_for) {
    desk_t *desk = desk_new_feedback();
    const struct procedure *p = context_procedure(desk->context);
    assert_ptr_equal(procedure_any_class(p, TEXT("claim")), &p->feedback.at[CLASS_CLAIM]);
    assert_ptr_equal(procedure_any_class(p, TEXT("special")), &p->classes.at[1]);
    assert_null(procedure_any_class(p, TEXT("splendid")));
    assert_null(procedure_class(p, TEXT("claim")));
    desk_destroy(&desk);
}
