/* SPDX-License-Identifier: Apache-2.0
 *
 * house: a ledger from its genesis on, where every command is signed with a real key and goes
 * through the one door, decide_check.
 */
#ifndef COUNTERSIGN_TESTS_HOUSE_H
#define COUNTERSIGN_TESTS_HOUSE_H

#include "common/crypto/keys.h"
#include "tests/unit/domain/context_desk.h"

typedef struct hand { /* somebody who signs */
    ident_t id, station;
    signer_t *signer;
} hand_t;

typedef struct house {
    desk_t *desk;
    hand_t administrator, recovery, coordinator, clerk, daemon;
    signer_t *signers[32];
    size_t signers_n;
} house_t;

static inline signer_t *house_signer(house_t *house) {
    uint8_t seed[32] = {0x61, (uint8_t) house->signers_n};
    insist(house->signers_n < COUNT(house->signers));
    return house->signers[house->signers_n++] = signer_from_seed(seed);
}

/* ---- one command, signed ---- */

static inline struct signed_command house_sign_command(desk_t *desk, const signer_t *signer,
                                                       const struct command *command) {
    struct signed_command sent = {.scheme = SCHEME_ED25519,
                                  .key = signer_key(signer),
                                  .command = desk_encode(desk, &command_record, command)};
    sent.signature = signer_sign(signer, DOMAIN_COMMAND, sent.command);
    return sent;
}

static inline reason_t house_decide(desk_t *desk, const context_t *context,
                                    const struct signed_command *sent,
                                    const struct command *command, moment_t time) {
    const record_t *record = kind_info(command->kind)->body;
    void *body = arena_alloc(desk->arena, record->size);
    insist(record_decode(record, command->body, desk->arena, body, NULL) == 0);
    desk->problem = (problem_t){.reason = REASON_NONE};
    int rc = decide_check(context, NULL, sent, command, body, time, &desk->problem);
    assert_int_equal(rc, desk->problem.reason ? -1 : 0);
    return desk->problem.reason;
}

static inline reason_t house_send_signed(house_t *house, const struct signed_command *sent,
                                         const struct command *command) {
    desk_t *desk = house->desk;
    reason_t reason = house_decide(desk, desk->context, sent, command, desk->time);
    if (reason)
        return reason;
    struct event event;
    decoded_t decoded;
    bytes_t bytes;
    buffer_t body = {0};
    decide_event(desk->context, sent, command, desk->position + 1, desk->time, &event);
    ident_t object = event.object;
    position_t cause = desk->position + 1;
    do {
        desk_decode(desk, &event, &bytes, &decoded);
        desk_fold(desk, NULL, &decoded, bytes);
    } while (decide_consequence(desk->context, NULL, object, cause, desk->position + 1, desk->time,
                                &body, &event));
    buffer_free(&body);
    return REASON_NONE;
}

static inline reason_t house_send(house_t *house, const hand_t *hand,
                                  const struct command *command) {
    struct signed_command sent = house_sign_command(house->desk, hand->signer, command);
    return house_send_signed(house, &sent, command);
}

static inline struct command house_command(house_t *house, const hand_t *hand, kind_t kind,
                                           ident_t object, const void *body) {
    struct command command = desk_command(house->desk, NULL, kind, hand->id, body);
    command.object = object;
    command.station = hand->station;
    return command;
}

static inline reason_t house_give(house_t *house, const hand_t *hand, kind_t kind, ident_t object,
                                  const void *body) {
    struct command command = house_command(house, hand, kind, object, body);
    return house_send(house, hand, &command);
}

/* ---- the house ---- */

static inline hand_t house_person(house_t *house, const char *handle, const char *roles,
                                  bool administrator) {
    hand_t hand = {.signer = house_signer(house)};
    struct person_enrol body = {.handle = text_of(handle),
                                .name = text_of(handle),
                                .roles = desk_texts(house->desk, roles),
                                .key = signer_key(hand.signer),
                                .administrator = administrator,
                                .department = TEXT("sales")};
    OK(house_give(house, &house->administrator, KIND_PERSON_ENROL, NOTHING, &body));
    hand.id = desk_opened(house->desk);
    return hand;
}

static inline ident_t house_station(house_t *house, const char *name) {
    struct station_enrol body = {text_of(name), TEXT("sales"), desk_key(house->desk)};
    OK(house_give(house, &house->administrator, KIND_STATION_ENROL, NOTHING, &body));
    return desk_opened(house->desk);
}

static inline hand_t house_daemon(house_t *house) {
    hand_t hand = {.signer = house_signer(house)};
    struct daemon_enrol body = {.name = TEXT("sales"),
                                .part = PART_DEPARTMENT,
                                .department = TEXT("sales"),
                                .key = signer_key(hand.signer),
                                .curve = desk_key(house->desk),
                                .answers = house->administrator.id};
    OK(house_give(house, &house->administrator, KIND_DAEMON_ENROL, NOTHING, &body));
    hand.id = desk_opened(house->desk);
    return hand;
}

static inline hand_t house_notifier(house_t *house) {
    hand_t hand = {.signer = house_signer(house)};
    struct daemon_enrol body = {.name = TEXT("notifier"),
                                .part = PART_NOTIFIER,
                                .key = signer_key(hand.signer),
                                .curve = desk_key(house->desk),
                                .answers = house->administrator.id};
    OK(house_give(house, &house->administrator, KIND_DAEMON_ENROL, NOTHING, &body));
    hand.id = desk_opened(house->desk);
    return hand;
}

static inline struct genesis house_genesis(house_t *house) {
    return (struct genesis){.company = TEXT("Wuyou"),
                            .administrator = TEXT("Yi Ming"),
                            .handle = TEXT("yiming"),
                            .administrator_key = signer_key(house->administrator.signer),
                            .coordinator_key = signer_key(house->coordinator.signer),
                            .coordinator_curve = {{3}},
                            .archiver_key = {{4}},
                            .archiver_curve = {{5}},
                            .recovery_key = signer_key(house->recovery.signer),
                            .rules = RULES_CURRENT};
}

static inline struct command house_genesis_command(house_t *house) {
    struct genesis body = house_genesis(house);
    struct command command = desk_command(house->desk, NULL, KIND_LEDGER_GENESIS, NOTHING, &body);
    command.ledger = (digest_t){{0}};
    command.actor = command.id;
    return command;
}

static inline house_t *house_new(void) {
    crypto_start();
    house_t *house = calloc(1, sizeof *house);
    insist(house);
    desk_t *desk = house->desk = calloc(1, sizeof *desk);
    insist(desk);
    desk->context = context_new();
    desk->arena = arena_new(0);
    desk->time = TODAY * DAY_MS + HOUR_MS;
    house->administrator.signer = house_signer(house);
    house->recovery.signer = house_signer(house);
    house->coordinator.signer = house_signer(house);
    return house;
}

/* With genesis, procedure, a clerk, a daemon; no workstation yet. */
static inline house_t *house_open(void) {
    house_t *house = house_new();
    desk_t *desk = house->desk;
    struct command genesis = house_genesis_command(house);
    OK(house_send(house, &house->administrator, &genesis));
    context_set_ledger(desk->context, (digest_t){{42}});
    house->recovery.id = house->administrator.id = context_genesis_case(desk->context);
    house->coordinator.id = context_daemon_by_name(desk->context, TEXT("coordinator"))->id;
    desk->administrator = house->administrator.id;
    desk_procedure(desk);
    house->clerk = house_person(house, "lin", "sales.clerk", false);
    house->daemon = house_daemon(house);
    return house;
}

static inline void house_destroy(house_t **house_p) {
    house_t *house = *house_p;
    for (size_t i = 0; i < house->signers_n; i++)
        signer_destroy(&house->signers[i]);
    desk_destroy(&house->desk);
    free(house);
    *house_p = NULL;
}

static inline struct customer house_customer(const char *name) {
    return (struct customer){.name = text_of(name), .short_name = text_of(name)};
}

static inline reason_t house_register(house_t *house, const hand_t *hand, const char *name) {
    struct customer body = house_customer(name);
    return house_give(house, hand, KIND_CUSTOMER_REGISTER, NOTHING, &body);
}

static inline reason_t house_revoke(house_t *house, kind_t kind, ident_t object) {
    return house_give(house, &house->administrator, kind, object, &(struct revoke){TEXT("lost")});
}

#define HOUSE_DENIED(step, why, at_field) DENIED(house->desk, step, why, "", at_field)

#endif
