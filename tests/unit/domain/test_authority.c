/* SPDX-License-Identifier: Apache-2.0
 *
 * Who signed, and does that key count at this position: with real keys through the one door, from a
 * genesis of their own. What was signed before a revocation is verified again after it.
 */
#include "tests/unit/domain/house.h"

/* ---- genesis ---- */

TEST(a_genesis_is_signed_by_the_administrator_that_it_names) {
    house_t *house = house_new();
    struct command command = house_genesis_command(house);
    HOUSE_DENIED(house_send(house, &house->coordinator, &command), BAD_SIGNATURE, "key");
    command.actor = desk_ident(house->desk);
    HOUSE_DENIED(house_send(house, &house->administrator, &command), BAD_SIGNATURE, "key");
    command = house_genesis_command(house);
    OK(house_send(house, &house->administrator, &command));
    HOUSE_DENIED(house_send(house, &house->administrator, &command), ALREADY, "");
    house_destroy(&house);
}

TEST(a_genesis_that_cannot_be_read_is_refused_by_the_field) {
    house_t *house = house_new();
    problem_t problem = {0};
    authority_t authority;
    struct command command = house_genesis_command(house);
    command.body = (bytes_t){(const uint8_t *) "\x80", 1};
    struct signed_command sent =
        house_sign_command(house->desk, house->administrator.signer, &command);
    assert_int_equal(authority_check(house->desk->context, &sent, &command, house->desk->time,
                                     &authority, &problem),
                     -1);
    assert_int_equal(problem.reason, REASON_FIELD_MISSING);
    house_destroy(&house);
}

TEST(before_the_genesis_nobody_is_known) {
    house_t *house = house_new();
    struct customer body = house_customer("C01");
    struct command command =
        house_command(house, &house->administrator, KIND_CUSTOMER_REGISTER, NOTHING, &body);
    command.actor = desk_ident(house->desk);
    HOUSE_DENIED(house_send(house, &house->administrator, &command), UNKNOWN_PERSON, "actor");
    house_destroy(&house);
}

/* ---- the signature ---- */

TEST_CLAUSE(a_command_is_its_signers_own_for_this_ledger, "21-CFR-11.70", RULE) {
    house_t *house = house_open();
    struct customer body = house_customer("C01");
    struct command command =
        house_command(house, &house->clerk, KIND_CUSTOMER_REGISTER, NOTHING, &body);
    struct signed_command sent = house_sign_command(house->desk, house->clerk.signer, &command);
    sent.scheme = 3;
    HOUSE_DENIED(house_send_signed(house, &sent, &command), BAD_SIGNATURE, "scheme");
    sent = house_sign_command(house->desk, house->clerk.signer, &command);
    sent.scheme = SCHEME_BATCH; /* then it would be over the batch, which it is not */
    HOUSE_DENIED(house_send_signed(house, &sent, &command), BAD_SIGNATURE, "signature");
    sent = house_sign_command(house->desk, house->clerk.signer, &command);
    sent.signature.b[17] ^= 4;
    HOUSE_DENIED(house_send_signed(house, &sent, &command), BAD_SIGNATURE, "signature");
    sent = house_sign_command(house->desk, house->clerk.signer, &command);
    sent.command = arena_bytes(house->desk->arena, sent.command);
    ((uint8_t *) (uintptr_t) sent.command.p)[sent.command.n - 1] ^= 1;
    HOUSE_DENIED(house_send_signed(house, &sent, &command), BAD_SIGNATURE, "signature");
    command.ledger = (digest_t){{43}};
    HOUSE_DENIED(house_send(house, &house->clerk, &command), WRONG_LEDGER, "ledger");
    command.ledger = context_ledger(house->desk->context);
    OK(house_send(house, &house->clerk, &command));
    house_destroy(&house);
}

TEST_CLAUSE(nobody_signs_in_anothers_name, "QP21-3", REFUSAL) {
    house_t *house = house_open();
    hand_t other = house_person(house, "he", "sales.clerk", false);
    hand_t stranger = {.id = house->clerk.id, .signer = house_signer(house)};
    HOUSE_DENIED(house_register(house, &stranger, "C01"), UNKNOWN_PERSON, "actor");
    stranger.id = desk_ident(house->desk);
    HOUSE_DENIED(house_register(house, &stranger, "C01"), UNKNOWN_PERSON, "actor");
    hand_t disguised = {.id = house->clerk.id, .signer = other.signer};
    HOUSE_DENIED(house_register(house, &disguised, "C01"), UNKNOWN_PERSON, "actor");
    disguised = (hand_t){.id = house->daemon.id, .signer = stranger.signer};
    HOUSE_DENIED(house_register(house, &disguised, "C01"), UNKNOWN_PERSON, "actor");
    disguised = (hand_t){.id = house->clerk.id, .signer = house->daemon.signer};
    HOUSE_DENIED(house_register(house, &disguised, "C01"), UNKNOWN_PERSON, "actor");
    OK(house_register(house, &other, "C01"));
    house_destroy(&house);
}

TEST(a_daemon_signs_only_what_daemons_may) {
    house_t *house = house_open();
    struct alarm alarm = {.what = TEXT("fork"), .text = TEXT("two roots")};
    struct restored restored = {.base = 1, .epoch = 2, .reason = TEXT("disk lost")};
    ident_t ledger = context_genesis_case(house->desk->context);
    HOUSE_DENIED(house_register(house, &house->daemon, "C01"), NOT_A_PERSON, "actor");
    HOUSE_DENIED(house_register(house, &house->coordinator, "C01"), NOT_A_PERSON, "actor");
    struct revoke gone = {TEXT("gone")};
    HOUSE_DENIED(house_give(house, &house->daemon, KIND_PERSON_REVOKE, house->clerk.id, &gone),
                 NOT_A_PERSON, "actor");
    DENIED(house->desk, house_give(house, &house->daemon, KIND_LEDGER_ALARM, ledger, &alarm),
           WRONG_ROLE, "QP21-3", "actor");
    DENIED(house->desk, house_give(house, &house->daemon, KIND_LEDGER_RESTORED, ledger, &restored),
           WRONG_ROLE, "QP21-3", "actor");
    OK(house_give(house, &house->coordinator, KIND_LEDGER_ALARM, ledger, &alarm));
    OK(house_give(house, &house->coordinator, KIND_LEDGER_RESTORED, ledger, &restored));
    assert_int_equal(context_epoch(house->desk->context), 2);
    house_destroy(&house);
}

TEST(the_notifier_alone_says_where_a_checkpoint_went) {
    house_t *house = house_open();
    hand_t notifier = house_notifier(house);
    ident_t ledger = context_genesis_case(house->desk->context);
    struct checkpoint_told told = {
        .position = 1, .auditor = TEXT("bank"), .outcome = NOTIFY_ACCEPTED, .time = 1};
    DENIED(house->desk, house_give(house, &house->daemon, KIND_NOTIFY_CHECKPOINT, ledger, &told),
           WRONG_ROLE, "QP21-3", "actor");
    DENIED(house->desk, house_give(house, &house->administrator, KIND_NOTIFY_CHECKPOINT, ledger, &told),
           WRONG_ROLE, "QP21-3", "actor");
    DENIED(house->desk, house_give(house, &notifier, KIND_NOTIFY_CHECKPOINT, notifier.id, &told),
           UNKNOWN_CASE, "", "object");
    OK(house_give(house, &notifier, KIND_NOTIFY_CHECKPOINT, ledger, &told));
    told.position = (int64_t) context_position(house->desk->context) + 1; /* lost since */
    OK(house_give(house, &notifier, KIND_NOTIFY_CHECKPOINT, ledger, &told));
    house_destroy(&house);
}

/* As of a notification about a case: by whoever the procedure lets. */
TEST(a_checkpoint_is_mailed_again_by_who_may) {
    house_t *house = house_open();
    hand_t notifier = house_notifier(house);
    ident_t ledger = context_genesis_case(house->desk->context);
    struct notify_act again = {.notification = {{1}}, .reason = TEXT("mailbox mended")};
    HOUSE_DENIED(house_give(house, &notifier, KIND_NOTIFY_CHECKPOINT_RETRY, ledger, &again),
                 NOT_A_PERSON, "actor");
    DENIED(house->desk, house_give(house, &house->clerk, KIND_NOTIFY_CHECKPOINT_RETRY, ledger, &again),
           WRONG_ROLE, "QP21-3", "actor");
    house_destroy(&house);
}

/* ---- time ---- */

TEST(a_command_counts_from_its_time_until_its_expiry) {
    house_t *house = house_open();
    const moment_t now = house->desk->time;
    const struct {
        moment_t claimed, expiry;
        reason_t reason;
        const char *field;
    } cases[] = {{now - DAY_MS, now - 1, REASON_EXPIRED, "expiry"},
                 {now - DAY_MS, now, REASON_NONE, ""},
                 {now + 10 * MINUTE_MS + 1, now + DAY_MS, REASON_FIELD_RANGE, "claimed"},
                 {now + 10 * MINUTE_MS, now + DAY_MS, REASON_NONE, ""},
                 {now, now + 90 * DAY_MS + 1, REASON_FIELD_RANGE, "expiry"},
                 {now, now + 90 * DAY_MS, REASON_NONE, ""}};
    for (size_t i = 0; i < COUNT(cases); i++) {
        const char *const names[] = {"C0", "C1", "C2", "C3", "C4", "C5"};
        struct customer body = house_customer(names[i]);
        struct command command =
            house_command(house, &house->clerk, KIND_CUSTOMER_REGISTER, NOTHING, &body);
        command.claimed = cases[i].claimed;
        command.expiry = cases[i].expiry;
        assert_int_equal(house_send(house, &house->clerk, &command), cases[i].reason);
        assert_string_equal(house->desk->problem.field, cases[i].field);
    }
    house_destroy(&house);
}

/* ---- revocation ---- */

/* Folds the record into a new context and verifies at its own position whatever was signed. */
static size_t verify_again(house_t *house) {
    desk_t *desk = house->desk;
    context_t *context = context_new();
    size_t verified = 0;
    for (size_t i = 0; i < desk->log_n; i++) {
        decoded_t event;
        insist(event_decode(desk->log[i].bytes, desk->arena, &event, NULL) == 0);
        struct signed_command sent = {.scheme = event.event.scheme,
                                      .key = event.event.key,
                                      .signature = event.event.signature,
                                      .command = event.event.command};
        if (!event.derived && event.info->kind != KIND_PROCEDURE_ADOPT) { /* the desk's, unsigned */
            OK(house_decide(desk, context, &sent, &event.command, event.event.time));
            verified++;
        }
        context_apply(context, &event);
        context_set_ledger(context, context_ledger(desk->context));
    }
    context_destroy(&context);
    return verified;
}

TEST_CLAUSE(what_was_signed_before_a_revocation_stays_valid, "QP21-3", RULE) {
    house_t *house = house_open();
    OK(house_register(house, &house->clerk, "C01"));
    ident_t customer = desk_opened(house->desk);
    hand_t renewed = {.id = house->clerk.id, .signer = house_signer(house)};
    struct key_replace replace = {signer_key(renewed.signer), TEXT("lost")};
    OK(house_give(house, &house->administrator, KIND_KEY_REPLACE, house->clerk.id, &replace));
    OK(house_register(house, &renewed, "C02"));
    OK(house_revoke(house, KIND_PERSON_REVOKE, house->clerk.id));
    assert_non_null(context_customer(house->desk->context, customer));
    /* genesis, clerk, daemon, C01, the new key, C02, the end */
    assert_int_equal(verify_again(house), 7);
    house_destroy(&house);
}

TEST_CLAUSE(a_revoked_key_is_refused_from_that_position_on, "QP21-3", REFUSAL) {
    house_t *house = house_open();
    OK(house_register(house, &house->clerk, "C01"));
    struct customer late = house_customer("C02");
    struct command queued = /* signed before, sent after */
        house_command(house, &house->clerk, KIND_CUSTOMER_REGISTER, NOTHING, &late);
    hand_t renewed = {.id = house->clerk.id, .signer = house_signer(house)};
    struct key_replace replace = {signer_key(renewed.signer), TEXT("lost")};
    OK(house_give(house, &house->administrator, KIND_KEY_REPLACE, house->clerk.id, &replace));
    HOUSE_DENIED(house_send(house, &house->clerk, &queued), KEY_REVOKED, "key");
    OK(house_send(house, &renewed, &queued)); /* signed again with the new one */
    OK(house_revoke(house, KIND_PERSON_REVOKE, house->clerk.id));
    HOUSE_DENIED(house_register(house, &renewed, "C03"), KEY_REVOKED, "key");
    HOUSE_DENIED(house_register(house, &house->clerk, "C03"), KEY_REVOKED, "key");
    house_destroy(&house);
}

TEST(a_revoked_daemon_is_refused) {
    house_t *house = house_open();
    struct alarm alarm = {.what = TEXT("fork"), .text = TEXT("two roots")};
    ident_t ledger = context_genesis_case(house->desk->context);
    OK(house_revoke(house, KIND_DAEMON_REVOKE, house->daemon.id));
    HOUSE_DENIED(house_give(house, &house->daemon, KIND_LEDGER_ALARM, ledger, &alarm), KEY_REVOKED,
                 "key");
    house_destroy(&house);
}

TEST_CLAUSE(a_person_signs_at_an_enrolled_workstation, "QP21-3", REFUSAL) {
    house_t *house = house_open();
    OK(house_register(house, &house->clerk, "C01")); /* there is none yet */
    ident_t first = house_station(house, "S01"), second = house_station(house, "S02");
    HOUSE_DENIED(house_register(house, &house->clerk, "C02"), WRONG_STATION, "station");
    house->clerk.station = desk_ident(house->desk);
    HOUSE_DENIED(house_register(house, &house->clerk, "C02"), WRONG_STATION, "station");
    house->clerk.station = first;
    OK(house_register(house, &house->clerk, "C02"));
    OK(house_revoke(house, KIND_STATION_REVOKE, first)); /* an administrator needs none */
    HOUSE_DENIED(house_register(house, &house->clerk, "C03"), WRONG_STATION, "station");
    house->administrator.station = first;
    HOUSE_DENIED(house_revoke(house, KIND_STATION_REVOKE, second), WRONG_STATION, "station");
    house->administrator.station = NOTHING;
    house->clerk.station = second;
    OK(house_register(house, &house->clerk, "C03"));
    assert_int_equal(verify_again(house), 9);
    house_destroy(&house);
}

/* ---- the recovery key ---- */

static reason_t confirm(house_t *house, const hand_t *hand, ident_t pending, bool refuse_it) {
    struct confirm body = {.pending = pending, .refuse = refuse_it};
    return house_give(house, hand, KIND_CONFIRM, pending, &body);
}

TEST_CLAUSE(the_recovery_key_confirms_where_the_second_administrator_is_lost, "QP21-3", RULE) {
    house_t *house = house_open();
    hand_t second = house_person(house, "tang", "", true);
    OK(house_revoke(house, KIND_PERSON_REVOKE, second.id));
    ident_t gone = desk_opened(house->desk); /* the person; what waits has the command's id */
    const pending_t *list;
    assert_int_equal(context_pending(house->desk->context, &list), 1);
    ident_t pending = list[0].id;
    HOUSE_DENIED(confirm(house, &house->administrator, pending, false), SAME_ADMINISTRATOR,
                 "actor");
    OK(confirm(house, &house->recovery, pending, false));
    assert_true(context_person(house->desk->context, gone)->revoked);
    HOUSE_DENIED(confirm(house, &house->recovery, pending, false), UNKNOWN_REFERENCE, "pending");
    HOUSE_DENIED(confirm(house, &second, pending, false), KEY_REVOKED, "key");
    assert_int_equal(verify_again(house), 6);
    house_destroy(&house);
}

TEST_CLAUSE(the_recovery_key_does_nothing_else, "QP21-3", REFUSAL) {
    house_t *house = house_open();
    struct person_enrol person = {.handle = TEXT("tang"),
                                  .name = TEXT("tang"),
                                  .key = desk_key(house->desk),
                                  .administrator = true,
                                  .department = TEXT("sales")};
    ident_t ledger = context_genesis_case(house->desk->context);
    struct revoke gone = {TEXT("gone")};
    struct resume resume = {.reason = TEXT("go on")};
    hand_t *recovery = &house->recovery;
    HOUSE_DENIED(house_give(house, recovery, KIND_PERSON_ENROL, NOTHING, &person), UNKNOWN_PERSON,
                 "actor");
    HOUSE_DENIED(house_give(house, recovery, KIND_PERSON_REVOKE, house->clerk.id, &gone),
                 UNKNOWN_PERSON, "actor");
    HOUSE_DENIED(house_give(house, recovery, KIND_LEDGER_RESUME, ledger, &resume), UNKNOWN_PERSON,
                 "actor");
    HOUSE_DENIED(house_register(house, recovery, "C01"), UNKNOWN_PERSON, "actor");
    HOUSE_DENIED(confirm(house, recovery, house->clerk.id, false), UNKNOWN_REFERENCE, "pending");
    house_person(house, "tang", "", true);
    OK(house_revoke(house, KIND_PERSON_REVOKE, house->clerk.id));
    const pending_t *list;
    context_pending(house->desk->context, &list);
    recovery->id = house->clerk.id; /* in nobody else's name */
    HOUSE_DENIED(confirm(house, recovery, list[0].id, false), UNKNOWN_PERSON, "actor");
    recovery->id = ledger;
    OK(confirm(house, recovery, list[0].id, true)); /* refusing is a confirmation's other half */
    assert_false(context_person(house->desk->context, house->clerk.id)->revoked);
    house_destroy(&house);
}

/* ---- roles ---- */

static void give_roles(desk_t *desk, ident_t person, const char *department, const char *roles) {
    text_t name = context_person(desk->context, person)->name;
    struct person_change body = {desk_texts(desk, roles), false, text_of(department), name};
    OK(desk_ask(desk, desk->administrator, KIND_PERSON_CHANGE, person, &body));
}

TEST_CLAUSE(what_was_done_in_a_role_stays_done_when_the_role_is_lost, "QP21-3", RULE) {
    desk_t *desk = desk_new();
    order_t *order = desk_regular_in_review(desk);
    OK(desk_verdict(desk, order, desk->luo, "planning", VERDICT_ACCEPT));
    give_roles(desk, desk->luo, "planning", "");
    give_roles(desk, desk->lin, "sales", "");
    const round_verdict_t *verdict = round_standing(order_round(order), TEXT("planning"));
    assert_true(ident_equal(verdict->actor, desk->luo));
    OK(desk_verdict(desk, order, desk->song, "sales", VERDICT_ACCEPT));
    OK(desk_verdict(desk, order, desk->deng, "purchasing", VERDICT_ACCEPT));
    OK(desk_conclude(desk, order, desk->song, OUTCOME_ABLE));
    assert_int_equal(order_round(order)->tally, OUTCOME_ABLE);
    desk_destroy(&desk);
}

TEST_CLAUSE(a_role_counts_at_the_position_where_it_is_used, "QP21-3", REFUSAL) {
    desk_t *desk = desk_new();
    struct order_content content = desk_content(desk);
    order_t *order = desk_regular_to_sign(desk), *next = desk_order(desk);
    give_roles(desk, desk->luo, "quality", "quality.manager");
    DENIED(desk, desk_sign(desk, order, desk->luo, MEANING_COMPLETE), WRONG_ROLE, "QP21-3.5", "");
    order_t *review = desk_regular_in_review(desk);
    DENIED(desk, desk_verdict(desk, review, desk->luo, "planning", VERDICT_ACCEPT), WRONG_ROLE,
           "QP21-3", "department");
    give_roles(desk, desk->he, "planning", "planning.manager"); /* the successor */
    DENIED(desk, desk_register_as(desk, next, desk->he, &content), WRONG_ROLE, "QP21-3", "");
    OK(desk_verdict(desk, review, desk->he, "planning", VERDICT_ACCEPT));
    OK(desk_sign(desk, order, desk->he, MEANING_COMPLETE));
    desk_destroy(&desk);
}
