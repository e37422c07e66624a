/* SPDX-License-Identifier: Apache-2.0
 *
 * The procedure is adopted, with number, edition, approver and date, by those who may; one that is
 * not consistent is refused at its field; a review keeps the edition under which it opened.
 */
#include "tests/unit/domain/house.h"

static reason_t adopt_bytes(desk_t *desk, ident_t actor, bytes_t bytes) {
    struct adopt body = {.procedure = bytes};
    return desk_ask(desk, actor, KIND_PROCEDURE_ADOPT, NOTHING, &body);
}

static reason_t adopt(desk_t *desk, ident_t actor) {
    return adopt_bytes(desk, actor, desk_encode(desk, &procedure_record, &desk->procedure));
}

/* ---- adopting ---- */

TEST_CLAUSE(an_edition_is_adopted_with_number_edition_approver_and_date, "QP21-5", RULE) {
    desk_t *desk = desk_new();
    position_t first = context_procedure_position(desk->context);
    desk->procedure.document = TEXT("QP21-W");
    desk->procedure.edition = TEXT("B/0");
    desk->procedure.approver = TEXT("shi");
    desk->procedure.effective = TODAY + 5;
    OK(adopt(desk, desk->jiang));
    const struct procedure *now = context_procedure(desk->context);
    assert_true(text_is(now->document, "QP21-W"));
    assert_true(text_is(now->edition, "B/0"));
    assert_true(text_is(now->approver, "shi"));
    assert_int_equal(now->effective, TODAY + 5);
    assert_int_equal(context_procedure_position(desk->context), desk->position);
    /* the earlier one stays, as it was, at its own position */
    const struct procedure *before = context_procedure_at(desk->context, first);
    assert_true(text_is(before->document, "QP21"));
    assert_true(text_is(before->edition, "A/0"));
    assert_int_equal(before->effective, 20454);
    assert_ptr_equal(context_procedure_at(desk->context, desk->position), now);
    assert_null(context_procedure_at(desk->context, first + 1));
    desk_destroy(&desk);
}

TEST_CLAUSE(who_may_not_adopt_is_refused, "QP21-5", REFUSAL) {
    desk_t *desk = desk_new();
    DENIED(desk, adopt(desk, desk->song), WRONG_ROLE, "QP21-3", "actor");
    DENIED(desk, adopt(desk, desk->administrator), WRONG_ROLE, "QP21-3", "actor");
    DENIED(desk, adopt(desk, desk->quality), NOT_A_PERSON, "", "actor");
    OK(adopt(desk, desk->wen));
    desk_destroy(&desk);
}

TEST(the_first_edition_is_an_administrators) {
    house_t *house = house_new();
    desk_t *desk = house->desk;
    struct command genesis = house_genesis_command(house);
    OK(house_send(house, &house->administrator, &genesis));
    context_set_ledger(desk->context, (digest_t){{42}});
    house->administrator.id = desk->administrator = desk_opened(desk);
    assert_null(context_procedure(desk->context));
    assert_int_equal(context_procedure_position(desk->context), 0);
    hand_t clerk = house_person(house, "lin", "sales.clerk", false);
    desk_t scratch = {
        .context = context_new(), .arena = desk->arena, .time = 1, .administrator = {{1}}};
    context_set_ledger(scratch.context, (digest_t){{42}});
    desk_procedure(&scratch); /* for its text alone */
    context_destroy(&scratch.context);
    desk->procedure = scratch.procedure;
    DENIED(desk, adopt(desk, clerk.id), NOT_ADMINISTRATOR, "", "actor");
    OK(adopt(desk, desk->administrator));
    assert_int_equal(context_procedure_position(desk->context), desk->position);
    house_destroy(&house);
}

/* ---- what every edition must say ---- */

/* The bytes of one small top-level field taken out: keys 1 to 4 are short texts and a day. */
static bytes_t without(desk_t *desk, bytes_t whole, uint8_t key) {
    buffer_t out = {0};
    const uint8_t *at = whole.p + 1;
    uint8_t head = (uint8_t) (whole.p[0] - 1);
    assert_true((whole.p[0] & 0xf0) == 0x80); /* a map of at most 15 */
    buffer_put(&out, &head, 1);
    for (uint8_t k = 1; k <= 4; k++) {
        assert_int_equal(at[0], k);
        size_t size = 1 + ((at[1] & 0xe0) == 0xa0 ? 1u + (at[1] & 0x1f) : 3u);
        if (k != key)
            buffer_put(&out, at, size);
        at += size;
    }
    buffer_put(&out, at, (size_t) (whole.p + whole.n - at));
    bytes_t bytes = arena_bytes(desk->arena, buffer_bytes(&out));
    buffer_free(&out);
    return bytes;
}

TEST_CLAUSE(an_edition_without_number_edition_approver_or_date_is_refused, "QP21-5", REFUSAL) {
    static const char *const fields[] = {"document", "edition", "approver", "effective"};
    desk_t *desk = desk_new();
    bytes_t whole = desk_encode(desk, &procedure_record, &desk->procedure);
    for (size_t i = 0; i < COUNT(fields); i++)
        DENIED(desk, adopt_bytes(desk, desk->wen, without(desk, whole, (uint8_t) (i + 1))),
               FIELD_MISSING, "", fields[i]);
    DENIED(desk, adopt_bytes(desk, desk->wen, (bytes_t){whole.p, whole.n - 1}), MALFORMED, "", "");
    OK(adopt_bytes(desk, desk->wen, whole));
    desk_destroy(&desk);
}

/* ---- consistency ---- */

typedef struct fault {
    const char *field; /* where it is refused */
    void (*make)(struct procedure *p);
} fault_t;

static void department_twice(struct procedure *p) { p->departments.at[2].key = TEXT("sales"); }
static void reviewer_no_role(struct procedure *p) {
    p->departments.at[1].reviewers.at[0] = TEXT("planning.king");
}
static void manager_no_role(struct procedure *p) {
    p->departments.at[1].manager = TEXT("planning.king");
}
static void assessor_unknown(struct procedure *p) { p->departments.at[1].assessor = TEXT("dice"); }
static void role_twice(struct procedure *p) { p->roles.at[1].key = TEXT("sales.head"); }
static void role_of_no_department(struct procedure *p) {
    p->roles.at[1].department = TEXT("marketing");
}
static void role_unknown_act(struct procedure *p) { p->roles.at[1].may.at[0] = 99; }
static void class_twice(struct procedure *p) { p->classes.at[1].key = TEXT("regular"); }
static void class_asks_nobody_known(struct procedure *p) {
    p->classes.at[0].reviewers.at[0].department = TEXT("marketing");
}
static void class_asks_twice(struct procedure *p) {
    p->classes.at[0].reviewers.at[1].department = TEXT("sales");
}
static void auto_without_assessor(struct procedure *p) {
    p->classes.at[0].reviewers.at[1] = (struct reviewer){TEXT("management"), MODE_AUTO};
}
static void nobody_speaks(struct procedure *p) { p->departments.at[0].reviewers.n = 0; }
static void convener_no_role(struct procedure *p) { p->classes.at[1].convener = TEXT("king"); }
static void convener_stand_in_no_role(struct procedure *p) {
    p->classes.at[1].convener_stand_in = TEXT("king");
}
static void concluder_no_role(struct procedure *p) { p->classes.at[0].concluder = TEXT("king"); }
static void concluder_stand_in_no_role(struct procedure *p) {
    p->classes.at[0].concluder_stand_in = TEXT("king");
}
static void signer_no_role(struct procedure *p) {
    p->classes.at[1].steps.at[1].role = TEXT("king");
}
static void signer_stand_in_no_role(struct procedure *p) {
    p->classes.at[1].steps.at[1].stand_in = TEXT("king");
}
static void signature_of_nobody(struct procedure *p) { p->classes.at[0].steps.at[1].role.n = 0; }
static void customer_with_a_role(struct procedure *p) {
    p->classes.at[1].steps.at[3].role = TEXT("sales.head");
}
static void contract_before_complete(struct procedure *p) {
    p->classes.at[1].steps.at[0].meaning = MEANING_CONTRACT;
    p->classes.at[1].steps.at[2].meaning = MEANING_COMPLETE;
}
static void never_complete(struct procedure *p) {
    p->classes.at[0].steps.at[0].meaning = MEANING_APPROVE;
}
static void special_of_no_class(struct procedure *p) {
    p->special.at[3].order_class = TEXT("splendid");
}
static void channel_unknown(struct procedure *p) { p->oral_channels.at[0] = 9; }

static const fault_t FAULTS[] = {{"departments[2].key", department_twice},
                                 {"departments[1].reviewers", reviewer_no_role},
                                 {"departments[1].manager", manager_no_role},
                                 {"departments[1].assessor", assessor_unknown},
                                 {"roles[1].key", role_twice},
                                 {"roles[1].department", role_of_no_department},
                                 {"roles[1].may", role_unknown_act},
                                 {"classes[1].key", class_twice},
                                 {"classes[0].reviewers", class_asks_nobody_known},
                                 {"classes[0].reviewers", class_asks_twice},
                                 {"classes[0].reviewers", auto_without_assessor},
                                 {"classes[0].reviewers", nobody_speaks},
                                 {"classes[1].convener", convener_no_role},
                                 {"classes[1].convener_stand_in", convener_stand_in_no_role},
                                 {"classes[0].concluder", concluder_no_role},
                                 {"classes[0].concluder_stand_in", concluder_stand_in_no_role},
                                 {"classes[1].signatures", signer_no_role},
                                 {"classes[1].signatures", signer_stand_in_no_role},
                                 {"classes[0].signatures", signature_of_nobody},
                                 {"classes[1].signatures", customer_with_a_role},
                                 {"classes[1].signatures", contract_before_complete},
                                 {"classes[0].signatures", never_complete},
                                 {"special[3].class", special_of_no_class},
                                 {"confirm_first", channel_unknown}};

TEST_CLAUSE(an_inconsistent_edition_is_refused_at_its_field, "QP21-5", REFUSAL) {
    desk_t *desk = desk_new();
    bytes_t sound = desk_encode(desk, &procedure_record, &desk->procedure);
    position_t before = context_procedure_position(desk->context);
    for (size_t i = 0; i < COUNT(FAULTS); i++) {
        insist(record_decode(&procedure_record, sound, desk->arena, &desk->procedure, NULL) == 0);
        FAULTS[i].make(&desk->procedure);
        DENIED(desk, adopt(desk, desk->wen), PROCEDURE_INVALID, "QP21-5", FAULTS[i].field);
    }
    assert_int_equal(context_procedure_position(desk->context), before);
    OK(adopt_bytes(desk, desk->wen, sound));
    desk_destroy(&desk);
}

/* ---- reviews under way ---- */

TEST_CLAUSE(a_review_goes_on_under_the_edition_with_which_it_opened, "QP21-5", RULE) {
    desk_t *desk = desk_new();
    order_t *order = desk_regular_in_review(desk);
    struct step others[] = {{MEANING_COMPLETE, TEXT("management.deputy"), {NULL, 0}},
                            {MEANING_EFFECTIVE, TEXT("management.general"), {NULL, 0}}};
    desk->procedure.edition = TEXT("B/0");
    desk->procedure.classes.at[0].reviewers = desk_reviewers(desk, "quality", MODE_MANUAL);
    desk->procedure.classes.at[0].concluder = TEXT("management.deputy");
    desk->procedure.classes.at[0].steps = (struct step_list) DESK_LIST(desk, others);
    OK(adopt(desk, desk->wen));
    DENIED(desk, desk_verdict(desk, order, desk->yan, "quality", VERDICT_ACCEPT), NOT_ASKED,
           "QP21-4.3.2", "department");
    desk_all_say(desk, order, VERDICT_ACCEPT);
    DENIED(desk, desk_conclude(desk, order, desk->shi, OUTCOME_ABLE), WRONG_ROLE, "QP21-4.3.2", "");
    OK(desk_conclude(desk, order, desk->song, OUTCOME_ABLE));
    DENIED(desk, desk_sign(desk, order, desk->shi, MEANING_COMPLETE), WRONG_ROLE, "QP21-3.5", "");
    OK(desk_sign(desk, order, desk->luo, MEANING_COMPLETE));
    OK(desk_sign(desk, order, desk->song, MEANING_EFFECTIVE));
    assert_int_equal(order->state, ORDER_IS_EFFECTIVE);
    assert_true(text_is(case_procedure(&order->head, desk->context)->edition, "A/0"));
    order_t *next = desk_regular_in_review(desk);
    assert_true(text_is(case_procedure(&next->head, desk->context)->edition, "B/0"));
    OK(desk_verdict(desk, next, desk->yan, "quality", VERDICT_ACCEPT));
    OK(desk_conclude(desk, next, desk->shi, OUTCOME_ABLE));
    desk_destroy(&desk);
}
