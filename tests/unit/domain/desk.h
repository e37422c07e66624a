/* SPDX-License-Identifier: Apache-2.0
 *
 * desk: where the tests of orders and feedback try things; `of` is either, for its head comes first. Every command goes through the codec, every
 * consequence through decide, the invariant is asked after each event, and all events are kept so
 * that a test can fold them again.
 */
#ifndef COUNTERSIGN_TESTS_DESK_H
#define COUNTERSIGN_TESTS_DESK_H

#include <stdlib.h>

#include "common/base/diag.h"
#include "common/base/moment.h"
#include "common/domain/decide.h"
#include "common/domain/feedback.h"
#include "common/domain/keep.h"
#include "common/domain/order.h"
#include "tests/unit/harness.h"

#define COUNT(array) (sizeof(array) / sizeof *(array))

typedef struct logged {
    ident_t object;
    bytes_t bytes;
} logged_t;

typedef struct desk {
    context_t *context;
    arena_t *arena;
    position_t position;
    moment_t time;
    unsigned serial;
    problem_t problem; /* of the last refusal */
    logged_t *log;
    size_t log_n;
    struct procedure procedure; /* change it, then desk_adopt */
    ident_t administrator, customer, mandate, mandate_ended;
    ident_t song, lin, he, luo, qin, deng, yan, jiang, shi, wen, bai, zhao;
    ident_t planning, quality; /* daemons */
    order_t *orders[16];
    size_t orders_n;
    feedback_t *feedback[16];
    size_t feedback_n;
} desk_t;

enum { TODAY = 20600 }; /* 2026-05-27 */

static inline ident_t desk_ident(desk_t *desk) {
    ident_t id = {{0x01, 0x90}};
    desk->serial++;
    id.b[14] = (uint8_t) (desk->serial >> 8);
    id.b[15] = (uint8_t) desk->serial;
    return id;
}

/* A copy that lives as long as the desk. */
static inline void *desk_keep(desk_t *desk, const void *items, size_t size) {
    void *copy = arena_alloc(desk->arena, size);
    insist(copy);
    return memcpy(copy, items, size);
}
#define DESK_LIST(desk, array)                                                                     \
    { desk_keep((desk), (array), sizeof(array)), COUNT(array) }

static inline bytes_t desk_encode(desk_t *desk, const record_t *record, const void *body) {
    buffer_t buffer = {0};
    problem_t problem = {0};
    if (record_encode(record, body, &buffer, &problem))
        panic("%s: %s %s", record->name, problem.field, problem.detail);
    bytes_t bytes = arena_bytes(desk->arena, buffer_bytes(&buffer));
    buffer_free(&buffer);
    return bytes;
}

static inline void desk_decode(desk_t *desk, const struct event *event, bytes_t *bytes,
                               decoded_t *out) {
    problem_t problem = {0};
    *bytes = desk_encode(desk, &event_record, event);
    if (event_decode(*bytes, desk->arena, out, &problem))
        panic("event of kind %lld: %s %s", (long long) event->kind, problem.field, problem.detail);
}

/* What the actor's agent would send now. */
static inline struct command desk_command(desk_t *desk, const void *of, kind_t kind,
                                          ident_t actor, const void *body) {
    struct command command = {.ledger = context_ledger(desk->context),
                              .id = desk_ident(desk),
                              .kind = kind,
                              .actor = actor,
                              .claimed = desk->time,
                              .expiry = desk->time + DAY_MS,
                              .body = desk_encode(desk, kind_info(kind)->body, body)};
    const case_t *head = of;
    if (!head || !head->revision)
        return command;
    command.object = head->id;
    if (kind_info(kind)->flags & JUDGES) {
        command.revision = head->revision;
        command.digest = head->digest;
    }
    if (kind_info(kind)->flags & VERSIONED)
        command.version = (int64_t) head->version;
    return command;
}

static inline void desk_fold(desk_t *desk, void *of, const decoded_t *event, bytes_t bytes) {
    context_apply(desk->context, event);
    if (of)
        case_apply(of, desk->context, event);
    desk->position = (position_t) event->event.position;
    desk->log = keep_grow(desk->arena, desk->log, desk->log_n, sizeof *desk->log);
    desk->log[desk->log_n++] = (logged_t){event->event.object, bytes};
    const char *broken = of ? case_invariant(of, desk->context) : NULL;
    if (broken)
        panic("after %s: %s", event->info->name, broken);
}

/* Puts the command's event and all that follows on the record, without asking whether it may. */
static inline ident_t desk_record(desk_t *desk, void *of, const struct command *command) {
    const person_t *person = context_person(desk->context, command->actor);
    struct signed_command sent = {.scheme = SCHEME_ED25519,
                                  .key = person ? person->key : (pubkey_t){{1}},
                                  .signature = {{1}},
                                  .command = desk_encode(desk, &command_record, command)};
    struct event event;
    decoded_t decoded;
    bytes_t bytes;
    buffer_t body = {0};
    decide_event(desk->context, &sent, command, desk->position + 1, desk->time, &event);
    ident_t object = event.object;
    desk_decode(desk, &event, &bytes, &decoded);
    desk_fold(desk, of, &decoded, bytes);
    position_t cause = desk->position;
    while (decide_consequence(desk->context, of, object, cause, desk->position + 1, desk->time,
                              &body, &event)) {
        desk_decode(desk, &event, &bytes, &decoded);
        desk_fold(desk, of, &decoded, bytes);
    }
    buffer_free(&body);
    return object;
}

static inline reason_t desk_send(desk_t *desk, void *of, const struct command *command) {
    authority_t authority = {.person = context_person(desk->context, command->actor),
                             .daemon = context_daemon(desk->context, command->actor)};
    const record_t *record = kind_info(command->kind)->body;
    void *body = arena_alloc(desk->arena, record->size);
    desk->problem = (problem_t){.reason = REASON_NONE};
    if (authority_behalf(desk->context, command, desk->time, &authority, &desk->problem))
        return desk->problem.reason;
    insist(record_decode(record, command->body, desk->arena, body, &desk->problem) == 0);
    const case_t *head = of;
    const case_t *known = head && head->revision ? head : NULL;
    if (case_check(known, desk->context, &authority, command, body, desk->time, &desk->problem))
        return desk->problem.reason;
    desk_record(desk, of, command);
    return REASON_NONE;
}

/* Tries a step; REASON_NONE: it was accepted, and is on the record with its consequences. */
static inline reason_t desk_try(desk_t *desk, void *of, ident_t actor, kind_t kind,
                                const void *body) {
    struct command command = desk_command(desk, of, kind, actor, body);
    return desk_send(desk, of, &command);
}

/* The rows of what a case waits for; how many. */
static inline size_t waits(const case_t *of, const context_t *context,
                           waiting_t rows[WAITING_MAX]) {
    sheet_t sheet = {.n = 0};
    case_waiting(of, context, &sheet);
    memcpy(rows, sheet.rows, sheet.n * sizeof *rows);
    return sheet.n;
}

static inline ident_t desk_do(desk_t *desk, kind_t kind, ident_t actor, ident_t object,
                              const void *body) {
    struct command command = desk_command(desk, NULL, kind, actor, body);
    command.object = object;
    if (kind_info(kind)->flags & VERSIONED)
        command.version = 1;
    return desk_record(desk, NULL, &command);
}

#endif
