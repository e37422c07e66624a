/* SPDX-License-Identifier: Apache-2.0
 *
 * context_desk: the context's own commands at the desk (people, mandates, procedure, reference
 * data, customers): asked whether they may, and put on the record when they may.
 */
#ifndef COUNTERSIGN_TESTS_CONTEXT_DESK_H
#define COUNTERSIGN_TESTS_CONTEXT_DESK_H

#include "tests/unit/domain/order_desk.h"

static inline reason_t desk_ask_command(desk_t *desk, const struct command *command) {
    authority_t authority = {.person = context_person(desk->context, command->actor),
                             .daemon = context_daemon(desk->context, command->actor)};
    const record_t *record = kind_info(command->kind)->body;
    void *body = arena_alloc(desk->arena, record->size);
    insist(record_decode(record, command->body, desk->arena, body, NULL) == 0);
    desk->problem = (problem_t){.reason = REASON_NONE};
    int rc = authority_behalf(desk->context, command, desk->time, &authority, &desk->problem)
                 ? -1
                 : context_check(desk->context, &authority, command, body, desk->time,
                                 &desk->problem);
    assert_int_equal(rc, desk->problem.reason ? -1 : 0);
    if (rc == 0)
        desk_record(desk, NULL, command);
    return desk->problem.reason;
}

/* `object` is the case it speaks of; none for a command that opens one. */
static inline reason_t desk_ask(desk_t *desk, ident_t actor, kind_t kind, ident_t object,
                                const void *body) {
    struct command command = desk_command(desk, NULL, kind, actor, body);
    const customer_entry_t *customer = context_customer(desk->context, object);
    command.object = object;
    if (kind_info(kind)->flags & VERSIONED)
        command.version = customer ? (int64_t) customer->version : 1;
    return desk_ask_command(desk, &command);
}

#define NOTHING ((ident_t){{0}})

/* The case of the last event on the record: what the last command opened. */
static inline ident_t desk_opened(const desk_t *desk) { return desk->log[desk->log_n - 1].object; }

/* A key that nobody has. */
static inline pubkey_t desk_key(desk_t *desk) {
    ident_t id = desk_ident(desk);
    return (pubkey_t){{0xee, id.b[14], id.b[15]}};
}

static inline const char *problem_clause(const problem_t *problem) {
    return problem->clause[0] ? problem->clause : reason_clause(problem->reason);
}

/* Refused, by this reason and clause, at this field, and nothing is on the record. */
#define DENIED(desk, step, why, by_clause, at_field) \
    do { \
        position_t before_it = (desk)->position; \
        assert_int_equal((step), REASON_##why); \
        assert_string_equal(problem_clause(&(desk)->problem), (by_clause)); \
        assert_string_equal((desk)->problem.field, (at_field)); \
        assert_int_equal((desk)->position, before_it); \
    } while (0)

#endif
