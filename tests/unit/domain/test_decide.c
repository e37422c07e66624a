/* SPDX-License-Identifier: Apache-2.0
 *
 * The one door: dispatch by scope with the signature checked first, the envelopes, and what must
 * follow.
 */
#include "common/crypto/keys.h"
#include "tests/unit/domain/order_desk.h"

typedef struct clerk {
    desk_t *desk;
    signer_t *signer;
    ident_t id;
} clerk_t;

/* A sales clerk with a real key. */
static clerk_t clerk_new(void) {
    static const uint8_t seed[32] = {9, 9, 9};
    crypto_start();
    clerk_t clerk = {.desk = desk_new(), .signer = signer_from_seed(seed)};
    struct person_enrol body = {.handle = TEXT("clerk"),
                                .name = TEXT("clerk"),
                                .department = TEXT("sales"),
                                .roles = desk_texts(clerk.desk, "sales.clerk"),
                                .key = signer_key(clerk.signer)};
    clerk.id =
        desk_do(clerk.desk, KIND_PERSON_ENROL, clerk.desk->administrator, (ident_t){{0}}, &body);
    return clerk;
}

static void clerk_leave(clerk_t *clerk) {
    signer_destroy(&clerk->signer);
    desk_destroy(&clerk->desk);
}

static struct command write_command(const clerk_t *clerk, const order_t *order, kind_t kind,
                                    const void *body) {
    return desk_command(clerk->desk, order, kind, clerk->id, body);
}

static struct signed_command sign_command(const clerk_t *clerk, const struct command *command) {
    struct signed_command sent = {.scheme = SCHEME_ED25519,
                                  .key = signer_key(clerk->signer),
                                  .command = desk_encode(clerk->desk, &command_record, command)};
    sent.signature = signer_sign(clerk->signer, DOMAIN_COMMAND, sent.command);
    return sent;
}

static reason_t decide(const clerk_t *clerk, const order_t *order,
                       const struct signed_command *sent, const struct command *command,
                       const void *body) {
    desk_t *desk = clerk->desk;
    desk->problem = (problem_t){.reason = REASON_NONE};
    int rc = decide_check(desk->context, order ? &order->head : NULL, sent, command, body, desk->time, &desk->problem);
    assert_int_equal(rc, desk->problem.reason ? -1 : 0);
    return desk->problem.reason;
}

TEST(each_scope_is_asked_by_its_own_rules) {
    clerk_t clerk = clerk_new();
    desk_t *desk = clerk.desk;
    struct order_content content = desk_content(desk);
    struct command command = write_command(&clerk, NULL, KIND_ORDER_REGISTER, &content);
    struct signed_command sent = sign_command(&clerk, &command);
    OK(decide(&clerk, NULL, &sent, &command, &content));
    struct customer customer = {.name = TEXT("Taohuayuan"), .short_name = TEXT("C02")};
    command = write_command(&clerk, NULL, KIND_CUSTOMER_REGISTER, &customer);
    sent = sign_command(&clerk, &command);
    OK(decide(&clerk, NULL, &sent, &command, &customer));
    struct decline decline = {.reason = TEXT("no")};
    order_t *order = desk_registered(desk, &content);
    command = write_command(&clerk, order, KIND_ORDER_DECLINE, &decline);
    sent = sign_command(&clerk, &command);
    REFUSED(decide(&clerk, order, &sent, &command, &decline), WRONG_ROLE);
    REFUSED(decide(&clerk, NULL, &sent, &command, &decline), UNKNOWN_CASE);
    clerk_leave(&clerk);
}

TEST(a_forged_signature_decides_nothing) {
    clerk_t clerk = clerk_new();
    struct order_content content = desk_content(clerk.desk);
    struct command command = write_command(&clerk, NULL, KIND_ORDER_REGISTER, &content);
    struct signed_command sent = sign_command(&clerk, &command);
    sent.signature.b[5] ^= 1;
    REFUSED(decide(&clerk, NULL, &sent, &command, &content), BAD_SIGNATURE);
    clerk_leave(&clerk);
}

TEST(what_follows_by_itself_is_never_a_command) {
    clerk_t clerk = clerk_new();
    struct became became = {.revision = 1};
    struct command command = write_command(&clerk, NULL, KIND_ORDER_EFFECTIVE, &became);
    struct signed_command sent = sign_command(&clerk, &command);
    REFUSED(decide(&clerk, NULL, &sent, &command, &became), UNKNOWN_KIND);
    clerk_leave(&clerk);
}

TEST(a_kind_that_nobody_knows_is_refused_by_its_number) {
    clerk_t clerk = clerk_new();
    struct decline decline = {.reason = TEXT("no")};
    struct command command = write_command(&clerk, NULL, KIND_ORDER_DECLINE, &decline);
    command.kind = 9999;
    struct signed_command sent = sign_command(&clerk, &command);
    REFUSED(decide(&clerk, NULL, &sent, &command, &decline), UNKNOWN_KIND);
    assert_string_equal(clerk.desk->problem.field, "kind");
    assert_string_equal(clerk.desk->problem.detail, "9999");
    clerk_leave(&clerk);
}

TEST(the_envelope_holds_the_signed_bytes_as_received) {
    clerk_t clerk = clerk_new();
    desk_t *desk = clerk.desk;
    struct order_content content = desk_content(desk);
    struct command command = write_command(&clerk, NULL, KIND_ORDER_REGISTER, &content);
    struct signed_command sent = sign_command(&clerk, &command);
    struct event event;
    decide_event(desk->context, &sent, &command, 77, desk->time, &event);
    assert_int_equal(event.position, 77);
    assert_int_equal(event.time, desk->time);
    assert_true(ident_equal(event.object, command.id)); /* it opens the case */
    assert_int_equal(event.procedure, context_procedure_position(desk->context));
    assert_int_equal(event.rules, RULES_CURRENT);
    assert_int_equal(event.cause, 0);
    assert_ptr_equal(event.command.p, sent.command.p);
    order_t *order = desk_registered(desk, &content);
    struct decline decline = {.reason = TEXT("no")};
    command = write_command(&clerk, order, KIND_ORDER_DECLINE, &decline);
    decide_event(desk->context, &sent, &command, 78, desk->time, &event);
    assert_true(ident_equal(event.object, order->head.id));
    clerk_leave(&clerk);
}

TEST(genesis_is_decided_under_the_number_that_it_names) {
    desk_t *desk = desk_new();
    context_t *context = context_new();
    struct genesis body = {.company = TEXT("company"),
                           .administrator = TEXT("administrator"),
                           .handle = TEXT("administrator"),
                           .administrator_key = {{1}},
                           .coordinator_key = {{2}},
                           .coordinator_curve = {{3}},
                           .archiver_key = {{4}},
                           .archiver_curve = {{5}},
                           .recovery_key = {{6}},
                           .rules = RULES_CURRENT + 1};
    struct command command = {.id = {{1}},
                              .kind = KIND_LEDGER_GENESIS,
                              .body = desk_encode(desk, &genesis_record, &body)};
    struct event event;
    problem_t problem = {.reason = REASON_NONE};
    decide_event(context, &(struct signed_command){.scheme = SCHEME_ED25519}, &command, 1, 1,
                 &event);
    assert_int_equal(event.rules, RULES_CURRENT + 1); /* whatever the number of the code at hand */
    assert_int_equal(event.procedure, 0);
    authority_t nobody = {.person = NULL};
    assert_int_equal(context_check(context, &nobody, &command, &body, 1, &problem), -1);
    assert_int_equal(problem.reason, REASON_FIELD_RANGE); /* which does not know this one */
    body.rules = RULES_CURRENT;
    assert_int_equal(context_check(context, &nobody, &command, &body, 1, &problem), 0);
    context_destroy(&context);
    desk_destroy(&desk);
}

TEST_CLAUSE(a_customers_file_is_numbered_from_the_first_contact_on, "QP21-4.2.4", RULE) {
    desk_t *desk = desk_new();
    assert_true(text_is(context_customer(desk->context, desk->customer)->number, "KH2026-0001"));
    struct customer body = {.name = TEXT("Taohuayuan"), .short_name = TEXT("C02")};
    ident_t second = desk_do(desk, KIND_CUSTOMER_REGISTER, desk->lin, (ident_t){{0}}, &body);
    assert_true(text_is(context_customer(desk->context, second)->number, "KH2026-0002"));
    position_t before = desk->position;
    body.address = TEXT("Chongqing");
    desk_do(desk, KIND_CUSTOMER_CHANGE, desk->lin, second, &body);
    assert_int_equal(desk->position, before + 1); /* a change numbers nothing */
    desk_destroy(&desk);
}

TEST(consequences_name_their_cause_and_end) {
    desk_t *desk = desk_new();
    struct order_content content = desk_content(desk);
    order_t *order = desk_registered(desk, &content);
    static const kind_t expected[] = {KIND_ORDER_REGISTER, KIND_NUMBERED, KIND_CLASS_PROPOSED};
    arena_t *arena = arena_new(0);
    for (size_t i = 0; i < COUNT(expected); i++) {
        decoded_t decoded;
        assert_int_equal(event_decode(desk->log[desk->log_n - 3 + i].bytes, arena, &decoded, NULL),
                         0);
        assert_int_equal(decoded.info->kind, expected[i]);
        assert_int_equal(decoded.event.cause, i ? order->head.last_command : 0);
        assert_int_equal(decoded.event.time, desk->time);
    }
    buffer_t body = {0};
    struct event event;
    assert_false(decide_consequence(desk->context, order ? &order->head : NULL, order->head.id, order->head.last_command,
                                    desk->position + 1, desk->time, &body, &event));
    buffer_free(&body);
    arena_destroy(&arena);
    desk_destroy(&desk);
}
