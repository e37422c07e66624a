/* SPDX-License-Identifier: Apache-2.0
 *
 * decide: dispatch by scope, and the envelopes of what was decided.
 */
#include "common/domain/decide.h"

#include "common/base/diag.h"
#include "common/domain/deadline.h"
#include "common/event/named.h"

static bool still_there(void *arg, digest_t blob) { return !context_erased(arg, blob); }

int decide_check(const context_t *context, const case_t *of,
                 const struct signed_command *signed_command, const struct command *command,
                 const void *body, moment_t time, problem_t *problem) {
    const kind_info_t *info = kind_info(command->kind);
    authority_t authority = {0};
    if (!info || info->flags & DERIVED)
        return problem_set(problem, REASON_UNKNOWN_KIND, "kind", "%lld", (long long) command->kind);
    if (authority_check(context, signed_command, command, time, &authority, problem))
        return -1;
    if (!named_blobs(info->kind, body, still_there, (void *) (uintptr_t) context))
        return problem_set(problem, REASON_ERASED, "blob", "%s", "");
    if (scope_of_cases(info->scope))
        return case_check(of, context, &authority, command, body, time, problem);
    return context_check(context, &authority, command, body, time, problem);
}

/* A genesis is decided under the number that it names, or code of a later number would find
   another event. */
static int64_t rules_of(const context_t *context, const struct command *command) {
    struct genesis genesis;
    if (command->kind != KIND_LEDGER_GENESIS)
        return context_rules(context);
    arena_t *arena = arena_new(0);
    insist(record_decode(&genesis_record, command->body, arena, &genesis, NULL) == 0);
    arena_destroy(&arena);
    return genesis.rules;
}

void decide_event(const context_t *context, const struct signed_command *signed_command,
                  const struct command *command, position_t position, moment_t time,
                  struct event *out) {
    *out = (struct event){.position = (int64_t) position,
                          .time = time,
                          .kind = command->kind,
                          .object = ident_none(command->object) ? command->id : command->object,
                          .procedure = (int64_t) context_procedure_position(context),
                          .rules = rules_of(context, command),
                          .scheme = signed_command->scheme,
                          .key = signed_command->key,
                          .signature = signed_command->signature,
                          .command = signed_command->command,
                          .index = signed_command->index,
                          .size = signed_command->size,
                          .path = signed_command->path};
}

/* QP21-4.2.4: a customer's file has its number from the first contact on. */
static bool customer_consequence(const context_t *context, ident_t object, moment_t time,
                                 arena_t *arena, derived_t *out) {
    const customer_entry_t *customer = context_customer(context, object);
    if (!customer || customer->number.n)
        return false;
    const struct procedure *procedure = context_procedure(context);
    out->kind = KIND_CUSTOMER_NUMBERED;
    number_next(context, procedure, SERIES_CUSTOMER,
                procedure ? procedure->customer_prefix : (text_t){NULL, 0}, time, arena, out);
    return true;
}

/* What we derive is within the catalogue's bounds, or the rules are wrong. */
static void derived_event(const context_t *context, ident_t object, const derived_t *derived,
                          position_t cause, position_t position, moment_t time, buffer_t *body,
                          struct event *out) {
    problem_t problem = {0};
    if (record_encode(kind_info(derived->kind)->body, &derived->body, body, &problem))
        panic("%s cannot be encoded: %s", kind_info(derived->kind)->name, problem.field);
    *out = (struct event){.position = (int64_t) position,
                          .time = time,
                          .kind = derived->kind,
                          .object = object,
                          .cause = (int64_t) cause,
                          .procedure = (int64_t) context_procedure_position(context),
                          .rules = context_rules(context),
                          .body = buffer_bytes(body)};
}

bool decide_deadline(const context_t *context, const case_t *of, position_t position, moment_t time,
                     buffer_t *body, struct event *out) {
    arena_t *arena = arena_new(0);
    derived_t derived = {.kind = KIND_NONE};
    position_t cause;
    bool says = deadline_derive(of, context, time, arena, &derived, &cause);
    buffer_clear(body);
    if (says)
        derived_event(context, of->id, &derived, cause, position, time, body, out);
    arena_destroy(&arena);
    return says;
}

bool decide_consequence(const context_t *context, const case_t *of, ident_t object,
                        position_t cause, position_t position, moment_t time, buffer_t *body,
                        struct event *out) {
    arena_t *arena = arena_new(0);
    derived_t derived = {.kind = KIND_NONE};
    bool follows = of ? case_consequence(of, context, arena, &derived)
                      : customer_consequence(context, object, time, arena, &derived);
    buffer_clear(body);
    if (follows)
        derived_event(context, object, &derived, cause, position, time, body, out);
    arena_destroy(&arena);
    return follows;
}
