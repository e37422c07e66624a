/* SPDX-License-Identifier: Apache-2.0
 *
 * hall: what happened at the desk, in a ledger's chronicle, where four people sign with real keys:
 * the management representative, the managers of quality and planning, a clerk of sales.
 */
#ifndef COUNTERSIGN_TESTS_HALL_H
#define COUNTERSIGN_TESTS_HALL_H

#include <stdio.h>

#include "common/crypto/signed.h"
#include "common/ledger/chronicle.h"
#include "tests/unit/domain/feedback_desk.h"

enum { HALL_WEN, HALL_YAN, HALL_LIN, HALL_LUO, HALL_SIGNERS };

typedef struct hall {
    desk_t *desk;
    chronicle_t *chronicle;
    signer_t *signers[HALL_SIGNERS];
} hall_t;

static inline ident_t hall_person(const hall_t *hall, int who) {
    const ident_t people[HALL_SIGNERS] = {[HALL_WEN] = hall->desk->wen,
                                          [HALL_YAN] = hall->desk->yan,
                                          [HALL_LIN] = hall->desk->lin,
                                          [HALL_LUO] = hall->desk->luo};
    return people[who];
}

static inline void hall_append(chronicle_t *chronicle, bytes_t bytes) {
    decoded_t event;
    arena_t *arena = arena_new(0);
    insist(event_decode(bytes, arena, &event, NULL) == 0);
    ledger_begin(chronicle_ledger(chronicle));
    chronicle_append(chronicle, &event, bytes);
    assert_int_equal(ledger_commit(chronicle_ledger(chronicle)), LEDGER_OK);
    arena_destroy(&arena);
}

/* A chronicle with the desk's first `n` events. */
static inline chronicle_t *hall_chronicle(const desk_t *desk, const char *path, size_t n,
                                          size_t cache) {
    problem_t problem = {.reason = REASON_NONE};
    chronicle_t *chronicle = chronicle_open(path, NULL, cache, &problem);
    assert_non_null(chronicle);
    for (size_t i = 0; i < n; i++)
        hall_append(chronicle, desk->log[i].bytes);
    return chronicle;
}

/* What chronicle_each_case meets, as a list. */
typedef struct met { ident_t *ids; size_t n, room; chronicle_t *chronicle; } met_t;

static inline void hall_meet(void *arg, ident_t id) {
    met_t *met = arg;
    insist(met->n < met->room && chronicle_case(met->chronicle, id)); /* looked at meanwhile */
    met->ids[met->n++] = id;
}

static inline size_t hall_cases(chronicle_t *chronicle, scope_t scope, standing_t standing,
                                ident_t *out, size_t room) {
    met_t met = {out, 0, room, chronicle};
    chronicle_each_case(chronicle, scope, standing, hall_meet, &met);
    return met.n;
}

static inline void hall_open(hall_t *hall, desk_t *desk) {
    static unsigned halls;
    char path[400];
    crypto_start();
    *hall = (hall_t){.desk = desk};
    for (int who = 0; who < HALL_SIGNERS; who++) {
        uint8_t seed[32] = {7, (uint8_t) who};
        hall->signers[who] = signer_from_seed(seed);
        desk_do(desk, KIND_KEY_REPLACE, desk->administrator, hall_person(hall, who),
                &(struct key_replace){signer_key(hall->signers[who]), TEXT("a real one")});
    }
    snprintf(path, sizeof path, "%s/%u.db", harness_folder(), ++halls);
    hall->chronicle = hall_chronicle(desk, path, desk->log_n, 8);
}

static inline void hall_close(hall_t *hall) {
    chronicle_close(&hall->chronicle);
    for (int who = 0; who < HALL_SIGNERS; who++)
        signer_destroy(&hall->signers[who]);
    desk_destroy(&hall->desk);
}

static inline bytes_t hall_sign(hall_t *hall, int who, kind_t kind, ident_t object,
                                const void *body, ident_t *id) {
    desk_t *desk = hall->desk;
    const case_t *of =
        scope_of_cases(kind_info(kind)->scope) ? chronicle_case(hall->chronicle, object) : NULL;
    struct command command = desk_command(desk, of, kind, hall_person(hall, who), body);
    command.object = object;
    command.ledger = ledger_id(chronicle_ledger(hall->chronicle));
    struct signed_command sent;
    signed_alone(hall->signers[who], desk_encode(desk, &command_record, &command), &sent);
    *id = command.id;
    return desk_encode(desk, &signed_command_record, &sent);
}

/* Signed, and decided in a transaction of its own; *opened, where given, is the command's id. */
static inline reason_t hall_decide(hall_t *hall, int who, kind_t kind, ident_t object,
                                   const void *body, ident_t *opened) {
    desk_t *desk = hall->desk;
    ledger_t *ledger = chronicle_ledger(hall->chronicle);
    ident_t id;
    bytes_t bytes = hall_sign(hall, who, kind, object, body, &id);
    position_t position = 0;
    desk->problem = (problem_t){.reason = REASON_NONE};
    ledger_begin(ledger);
    int rc = chronicle_decide(hall->chronicle, bytes, desk->time, &position, &desk->problem);
    assert_int_equal(rc, desk->problem.reason ? -1 : 0);
    assert_int_equal(ledger_commit(ledger), LEDGER_OK);
    if (opened)
        *opened = id;
    return desk->problem.reason;
}

/* Nothing stays of what is refused. */
static inline reason_t hall_send(hall_t *hall, int who, kind_t kind, ident_t object,
                                 const void *body, ident_t *opened) {
    ledger_t *ledger = chronicle_ledger(hall->chronicle);
    position_t before = ledger_last(ledger);
    reason_t reason = hall_decide(hall, who, kind, object, body, opened);
    assert_int_equal(ledger_last(ledger) > before, reason == REASON_NONE);
    return reason;
}

#define NO_CASE ((ident_t){{0}})

#endif
