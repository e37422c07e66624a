/* SPDX-License-Identifier: Apache-2.0
 *
 * context: the resident fold: which part an event belongs to, and what is the ledger's own.
 */
#include "common/domain/context.h"

#include <stdlib.h>

#include "common/base/diag.h"
#include "common/base/memory.h"
#include "common/domain/context_internal.h"
#include "common/domain/keep.h"

void *grow(void *items, size_t n, size_t size) {
    if (n & (n - 1)) /* room for the next power of two is there */
        return items;
    size_t room = n ? n * 2 : 1;
    return memory_grow(items, room, size);
}

context_t *context_new(void) {
    context_t *self = memory_new(1, sizeof *self);
    self->arena = arena_new(0);
    self->rules = RULES_CURRENT;
    self->epoch = 1;
    return self;
}

void context_destroy(context_t **self_p) {
    context_t *self = *self_p;
    if (!self)
        return;
    directory_free(&self->directory);
    reference_free(&self->reference);
    for (size_t i = 0; i < self->editions_n; i++)
        arena_destroy(&self->editions[i].arena);
    free(self->editions);
    free(self->customers);
    free(self->running);
    free(self->erased);
    arena_destroy(&self->arena);
    free(self);
    *self_p = NULL;
}

static void erase(context_t *self, digest_t blob) {
    if (context_erased(self, blob))
        return;
    self->erased = grow(self->erased, self->erased_n, sizeof *self->erased);
    self->erased[self->erased_n++] = blob;
}

static void erase_apply(context_t *self, const struct blob_erase *body) {
    erase(self, body->blob);
    for (size_t i = 0; i < body->pieces.n; i++)
        erase(self, body->pieces.at[i].blob);
}

static void ledger_apply(context_t *self, const decoded_t *event) {
    switch ((int) event->info->kind) {
    case KIND_LEDGER_GENESIS:
        if (self->genesis)
            return;
        self->genesis = keep(self->arena, &genesis_record, event->body);
        self->genesis_case = event->event.object;
        self->rules = self->genesis->rules;
        directory_genesis(self, event);
        break;
    case KIND_LEDGER_RESTORED: self->epoch = ((const struct restored *) event->body)->epoch; break;
    case KIND_LEDGER_RULES: directory_apply(self, event); break;
    case KIND_BLOB_ERASE: erase_apply(self, event->body); break;
    default: break; /* resume, clock, alarm and what was mailed are said, and change nothing here */
    }
}

void context_apply(context_t *self, const decoded_t *event) {
    if (event->info->kind == KIND_NUMBERED || event->info->kind == KIND_CUSTOMER_NUMBERED) {
        const struct numbered *body = event->body;
        context_set_running(self, body->series, body->year, body->running);
    }
    switch (event->info->scope) {
    case SCOPE_LEDGER: ledger_apply(self, event); break;
    case SCOPE_DIRECTORY: directory_apply(self, event); break;
    case SCOPE_PROCEDURE: procedure_apply(self, event); break;
    case SCOPE_REFERENCE: reference_apply(self, event); break;
    case SCOPE_CUSTOMER: customers_apply(self, event); break;
    case SCOPE_ORDER:
    case SCOPE_FEEDBACK:
    case SCOPE_CASE: break;
    }
    self->position = (position_t) event->event.position;
}

digest_t context_ledger(const context_t *self) { return self->ledger; }
void context_set_ledger(context_t *self, digest_t id) { self->ledger = id; }
position_t context_position(const context_t *self) { return self->position; }
int64_t context_rules(const context_t *self) { return self->rules; }
int64_t context_epoch(const context_t *self) { return self->epoch; }
const struct genesis *context_genesis(const context_t *self) { return self->genesis; }
ident_t context_genesis_case(const context_t *self) { return self->genesis_case; }

bool context_erased(const context_t *self, digest_t blob) {
    for (size_t i = 0; i < self->erased_n; i++)
        if (digest_equal(self->erased[i], blob))
            return true;
    return false;
}

size_t context_erasures(const context_t *self, const digest_t **list) {
    *list = self->erased;
    return self->erased_n;
}

/* ---- document numbers ---- */

static running_t *running_of(const context_t *self, enum series series, int64_t year) {
    for (size_t i = 0; i < self->running_n; i++)
        if (self->running[i].series == series && self->running[i].year == year)
            return &self->running[i];
    return NULL;
}

int64_t context_running(const context_t *self, enum series series, int64_t year) {
    const running_t *r = running_of(self, series, year);
    return r ? r->last : 0;
}

void context_set_running(context_t *self, enum series series, int64_t year, int64_t last) {
    running_t *r = running_of(self, series, year);
    if (!r) {
        self->running = grow(self->running, self->running_n, sizeof *self->running);
        r = &self->running[self->running_n++];
        *r = (running_t){.series = series, .year = year};
    }
    if (last > r->last)
        r->last = last;
}

/* ---- decide ---- */

int require_act(const context_t *self, const authority_t *authority, enum act act,
                problem_t *problem) {
    const struct procedure *procedure = context_procedure(self);
    if (!authority->person)
        return problem_set(problem, REASON_NOT_A_PERSON, "actor", "%s", "");
    if (!procedure || !person_may(procedure, authority->person, act))
        return problem_set(problem, REASON_WRONG_ROLE, "actor", "a role that may \"%s\" is needed",
                           enum_name(&act_table, (int) act));
    return 0;
}

int require_administrator(const authority_t *authority, problem_t *problem) {
    if (!authority->person || !authority->person->administrator || authority->person->revoked)
        return problem_set(problem, REASON_NOT_ADMINISTRATOR, "actor", "%s", "");
    return 0;
}

static int check_restored(const context_t *self, const authority_t *authority,
                          const struct restored *body, problem_t *problem) {
    if (!authority->daemon || authority->daemon->part != PART_COORDINATOR)
        return problem_set(problem, REASON_WRONG_ROLE, "actor", "the coordinator alone says this");
    if (body->epoch != self->epoch + 1)
        return problem_set(problem, REASON_FIELD_RANGE, "epoch", "%lld comes next",
                           (long long) self->epoch + 1);
    return 0;
}

/* A number that this code does not know cannot be decided by it. */
static int check_rules(int64_t rules, problem_t *problem) {
    if (rules > RULES_CURRENT) /* the catalogue bounds it below */
        return problem_set(problem, REASON_FIELD_RANGE, "rules", "1 to %d", RULES_CURRENT);
    return 0;
}

/* The notifier's daemon alone says where it mailed one. It may be of events that were lost since: that
   somebody outside has the archiver's word for them is what the record has to say most of all. */
static int check_told(const authority_t *authority, problem_t *problem) {
    if (!authority->daemon || authority->daemon->part != PART_NOTIFIER)
        return problem_set(problem, REASON_WRONG_ROLE, "actor", "the notifier says what it told");
    return 0;
}

static int ledger_check(const context_t *self, const authority_t *authority,
                        const struct command *command, const void *body, problem_t *problem) {
    switch ((int) command->kind) {
    case KIND_LEDGER_GENESIS:
        return self->genesis ? problem_set(problem, REASON_ALREADY, "", "a ledger has one genesis")
                             : check_rules(((const struct genesis *) body)->rules, problem);
    case KIND_LEDGER_RESTORED: return check_restored(self, authority, body, problem);
    case KIND_LEDGER_ALARM:
        if (!authority->daemon || (authority->daemon->part != PART_COORDINATOR &&
                                   authority->daemon->part != PART_ARCHIVER))
            return problem_set(problem, REASON_WRONG_ROLE, "actor", "coordinator or archiver");
        return 0;
    case KIND_NOTIFY_CHECKPOINT: return check_told(authority, problem);
    case KIND_NOTIFY_CHECKPOINT_RETRY: return require_act(self, authority, ACT_NOTIFY, problem);
    case KIND_LEDGER_RULES:
        return check_rules(((const struct rules *) body)->rules, problem)
                   ? -1
                   : require_administrator(authority, problem);
    case KIND_BLOB_ERASE:
        return context_erased(self, ((const struct blob_erase *) body)->blob)
                   ? problem_set(problem, REASON_ALREADY, "blob", "it was erased")
                   : require_act(self, authority, ACT_ERASE, problem);
    default: return require_administrator(authority, problem); /* resume, clock */
    }
}

static int procedure_check_command(const context_t *self, const authority_t *authority,
                                   const struct adopt *body, problem_t *problem) {
    struct procedure procedure;
    if (!authority->person)
        return problem_set(problem, REASON_NOT_A_PERSON, "actor", "%s", "");
    if (!context_procedure(self) ? require_administrator(authority, problem)
                                 : require_act(self, authority, ACT_ADOPT, problem))
        return -1;
    arena_t *arena = arena_new(16u << 20);
    int rc = record_decode(&procedure_record, body->procedure, arena, &procedure, problem);
    if (rc == 0)
        rc = procedure_check(&procedure, problem);
    arena_destroy(&arena);
    return rc;
}

int context_check(const context_t *self, const authority_t *authority,
                  const struct command *command, const void *body, moment_t time,
                  problem_t *problem) {
    const kind_info_t *info = kind_info(command->kind);
    bool ledgers_own = info->scope == SCOPE_LEDGER && info->kind != KIND_LEDGER_GENESIS;
    if (ledgers_own && !ident_equal(command->object, self->genesis_case))
        return problem_set(problem, REASON_UNKNOWN_CASE, "object",
                           "the ledger's own case is its genesis");
    switch (info->scope) {
    case SCOPE_LEDGER: return ledger_check(self, authority, command, body, problem);
    case SCOPE_DIRECTORY: return directory_check(self, authority, command, body, time, problem);
    case SCOPE_PROCEDURE: return procedure_check_command(self, authority, body, problem);
    case SCOPE_REFERENCE: return reference_check_command(self, authority, command, body, problem);
    case SCOPE_CUSTOMER: return customers_check(self, authority, command, body, problem);
    case SCOPE_ORDER:
    case SCOPE_FEEDBACK:
    case SCOPE_CASE: break;
    }
    panic("%s is not the context's", info->name);
}
