/* SPDX-License-Identifier: Apache-2.0
 *
 * chronicle_decide: a command becomes its event and all that follows from it, and, in the
 * archiver's and the auditor's hands, is shown to have become just that.
 */
#include <stdlib.h>

#include "common/base/diag.h"
#include "common/base/memory.h"
#include "common/crypto/signed.h"
#include "common/domain/feedback.h"
#include "common/ledger/chronicle_internal.h"

#define OPEN_CASES_MAX 100000

/* An edition that would leave an open review without a department or a signer is not adopted
   (unless it restarts them). */
static int check_adoption(chronicle_t *self, const struct adopt *body, problem_t *problem) {
    if (body->restarts)
        return problem_set(
            problem, REASON_STRANDS_ROUND, "restarts",
            "restarting open reviews is not possible yet; conclude or amend them first");
    struct procedure next;
    arena_t *arena = arena_new(0);
    int rc = 0;
    insist(record_decode(&procedure_record, body->procedure, arena, &next, problem) == 0);
    ident_t *ids = memory_new(OPEN_CASES_MAX, sizeof *ids);
    size_t n = chronicle_busy_cases(self, ids, OPEN_CASES_MAX);
    for (size_t i = 0; i < n && rc == 0; i++) {
        const case_t *of = chronicle_case(self, ids[i]);
        if (case_stranded(of, self->context, &next))
            rc = problem_set(problem, REASON_STRANDS_ROUND, "procedure",
                             "case %.*s is under review by it", (int) of->number.n, of->number.p);
    }
    free(ids);
    arena_destroy(&arena);
    return rc;
}

/* Not to be asked again: the case that the command names is there, and is something else. */
static int of_another_kind(chronicle_t *self, const struct command *command, problem_t *problem) {
    if (problem && problem->reason == REASON_UNKNOWN_CASE &&
        ledger_case_version(self->ledger, command->object) > 0)
        problem_set(problem, REASON_WRONG_CASE, "object", "%s does not speak of it",
                    kind_info(command->kind)->name);
    return -1;
}

/* What a command names beside its own case is there, and is what it is taken for. */
static int check_named(chronicle_t *self, ident_t id, const case_ops_t *ops, const char *field,
                       problem_t *problem) {
    const case_t *named = ident_none(id) ? NULL : chronicle_case(self, id);
    if (ident_none(id) || (named && named->ops == ops))
        return 0;
    return problem_set(problem, REASON_UNKNOWN_REFERENCE, field, "there is no such %s", ops->name);
}

/* What is looked into for both is of the same kind, and held to be at least as grave. */
static int check_weight(enum feedback_kind kind, const feedback_t *named, const struct triage *body,
                        problem_t *problem) {
    const struct triage *theirs = feedback_triage(named);
    if (kind != feedback_kind_of(named))
        return problem_set(problem, REASON_FIELD_RANGE, "duplicate", "that one is of another kind");
    if (!theirs || theirs->severity < body->severity || (body->safety && !theirs->safety))
        return problem_set(problem, REASON_FIELD_RANGE, "duplicate",
                           "that one is not assessed as being as grave: assess it first");
    return 0;
}

/* Of two cases that are about the same thing one is looked into: the other's word for it would leave
 * both to nobody. */
static int check_duplicate(chronicle_t *self, ident_t object, const struct triage *body,
                           problem_t *problem) {
    ident_t id = body->duplicate;
    /* first, for asking for one case may let another go */
    enum feedback_kind kind = feedback_kind_of(feedback_of(chronicle_case(self, object)));
    if (check_named(self, id, &feedback_ops, "duplicate", problem))
        return -1;
    const feedback_t *named = ident_none(id) ? NULL : feedback_of(chronicle_case(self, id));
    const struct triage *triage = named ? feedback_triage(named) : NULL;
    if (triage && !ident_none(triage->duplicate))
        return problem_set(problem, REASON_FIELD_RANGE, "duplicate",
                           "that one is set aside for another one itself: name the other one");
    return named ? check_weight(kind, named, body, problem) : 0;
}

/* The case that is looked into for this one, at the end of the chain; NULL: it is none's duplicate.
   There is an end: who is named was set aside for nobody then (check_duplicate), nor is itself. */
static const feedback_t *original_of(chronicle_t *self, ident_t id) {
    const feedback_t *at = feedback_of(chronicle_case(self, id)), *last = NULL;
    const struct triage *triage;
    while ((triage = feedback_triage(at)) != NULL && !ident_none(triage->duplicate)) {
        at = last = feedback_of(chronicle_case(self, triage->duplicate));
        insist(at);
    }
    return last;
}

/* A duplicate is answered with what came out of the other, and so not before it. */
static int check_original(chronicle_t *self, ident_t id, problem_t *problem) {
    const feedback_t *original = original_of(self, id);
    if (!original)
        return 0;
    bool reviewed = feedback_scale(feedback_kind_of(original)) == &scale_responsibility;
    bool unasked = original->state == FEEDBACK_TO_ANSWER || original->has_answer;
    if (original->disposed || (!reviewed && unasked))
        return 0;
    return problem_set(problem, REASON_NOT_DISPOSED, "", "it is a duplicate of %.*s",
                       (int) original->head.number.n, original->head.number.p);
}

static int check_references(chronicle_t *self, const struct command *command, const void *body,
                            problem_t *problem) {
    const struct feedback_amend *amend = body;
    const struct triage *triage = body;
    if (command->kind == KIND_FEEDBACK_REGISTER)
        return check_named(self, ((const struct feedback_content *) body)->order, &order_ops,
                           "order", problem);
    if (command->kind == KIND_FEEDBACK_AMEND)
        return check_named(self, amend->content.at[0].order, &order_ops, "content[0].order",
                           problem);
    if (command->kind == KIND_FEEDBACK_ASSESS)
        return check_duplicate(self, command->object, triage, problem);
    if (command->kind == KIND_FEEDBACK_ANSWER)
        return check_original(self, command->object, problem);
    return command->kind == KIND_PROCEDURE_ADOPT ? check_adoption(self, body, problem) : 0;
}

static int check(chronicle_t *self, const case_t *of, const struct signed_command *signed_command,
                 const struct command *command, const void *body, moment_t time,
                 problem_t *problem) {
    if (decide_check(self->context, of, signed_command, command, body, time, problem) != 0)
        return of_another_kind(self, command, problem);
    return check_references(self, command, body, problem);
}

/* The case that a command speaks of. *of stays NULL for other scopes and for a command that opens a
   case. */
static int find_case(chronicle_t *self, const struct command *command, case_t **of,
                     problem_t *problem) {
    const kind_info_t *info = kind_info(command->kind);
    *of = NULL;
    if (!scope_of_cases(info->scope) || info->flags & OPENS)
        return 0;
    *of = chronicle_case(self, command->object);
    if (*of)
        return 0;
    problem_set(problem, REASON_UNKNOWN_CASE, "object", "no case has this id");
    return of_another_kind(self, command, problem);
}

static void append_event(chronicle_t *self, const struct event *event, buffer_t *bytes,
                         arena_t *arena) {
    decoded_t decoded;
    problem_t problem = {0};
    buffer_clear(bytes);
    if (record_encode(&event_record, event, bytes, &problem) != 0 ||
        event_decode(buffer_bytes(bytes), arena, &decoded, &problem) != 0)
        panic("an event of kind %lld cannot be written: %s %s", (long long) event->kind,
              problem.field, problem.detail);
    chronicle_append(self, &decoded, buffer_bytes(bytes));
}

static bool next_consequence(chronicle_t *self, moment_t time, buffer_t *body, struct event *out) {
    if (!self->last_cause)
        return false;
    const case_t *of = chronicle_case(self, self->last_object);
    return decide_consequence(self->context, of, self->last_object, (position_t) self->last_cause,
                              self->position + 1, time, body, out);
}

/* The next that time alone brings by `time`. What the timetable names is due: a timetable that was out
   of date would hold up every deadline behind it without a word. */
static bool next_deadline(chronicle_t *self, moment_t time, buffer_t *body, struct event *out) {
    ident_t object;
    moment_t first = chronicle_first_deadline(self, &object);
    if (!first || first > time)
        return false;
    bool due = decide_deadline(self->context, chronicle_case(self, object), self->position + 1,
                               time, body, out);
    insist(due);
    return true;
}

void chronicle_pass_time(chronicle_t *self, moment_t time) {
    insist(ledger_in_transaction(self->ledger));
    buffer_t bytes = {0}, body = {0};
    struct event event;
    arena_t *arena = arena_new(0);
    while (next_deadline(self, time, &body, &event)) {
        arena_reset(arena);
        append_event(self, &event, &bytes, arena);
    }
    arena_destroy(&arena);
    buffer_free(&bytes);
    buffer_free(&body);
}

/* The ledger's own come first: what was lost is said, and the clock set right, before time counts. */
static bool waits_for_time(const kind_info_t *info) { return info->scope != SCOPE_LEDGER; }

static void append_all(chronicle_t *self, struct event *event, moment_t time) {
    arena_t *arena = arena_new(0);
    buffer_t bytes = {0}, derived = {0};
    append_event(self, event, &bytes, arena);
    while (next_consequence(self, time, &derived, event))
        append_event(self, event, &bytes, arena);
    buffer_free(&bytes);
    buffer_free(&derived);
    arena_destroy(&arena);
}

int chronicle_decide_command(chronicle_t *self, const struct signed_command *signed_command,
                             const struct command *command, const void *body, moment_t time,
                             position_t *position, problem_t *problem) {
    case_t *of;
    struct event event;
    insist(ledger_in_transaction(self->ledger));
    if (waits_for_time(kind_info(command->kind)))
        chronicle_pass_time(self, time);
    if (find_case(self, command, &of, problem) != 0 ||
        check(self, of, signed_command, command, body, time, problem) != 0)
        return -1;
    *position = self->position + 1;
    decide_event(self->context, signed_command, command, *position, time, &event);
    append_all(self, &event, time);
    return 0;
}

int chronicle_decide(chronicle_t *self, bytes_t signed_bytes, moment_t time, position_t *position,
                     problem_t *problem) {
    struct signed_command signed_command;
    struct command command;
    const void *body;
    arena_t *arena = arena_new(64u << 20);
    int rc = command_decode(signed_bytes, arena, &signed_command, &command, &body, problem);
    if (rc == 0)
        rc = chronicle_decide_command(self, &signed_command, &command, body, time, position,
                                      problem);
    arena_destroy(&arena);
    return rc;
}

static int differs(problem_t *problem, const decoded_t *event, const char *what) {
    return problem_set(problem, REASON_CONTRADICTS_TALLY, "", "event %lld: %s",
                       (long long) event->event.position, what);
}

static int same_bytes(const struct event *expected, const decoded_t *event, bytes_t bytes,
                      problem_t *problem) {
    buffer_t made = {0};
    int rc = record_encode(&event_record, expected, &made, problem);
    if (made.n != bytes.n || memcmp(made.p, bytes.p, bytes.n) != 0)
        rc = differs(problem, event, "the decision was another one");
    buffer_free(&made);
    return rc;
}

static int verify_command(chronicle_t *self, const decoded_t *event, bytes_t bytes,
                          problem_t *problem) {
    const struct signed_command signed_command = signed_of_event(&event->event);
    case_t *of;
    struct event expected;
    if (find_case(self, &event->command, &of, problem) != 0 ||
        check(self, of, &signed_command, &event->command, event->body, event->event.time,
              problem) != 0)
        return -1;
    decide_event(self->context, &signed_command, &event->command, self->position + 1,
                 event->event.time, &expected);
    return same_bytes(&expected, event, bytes, problem);
}

/* What must come here whoever sends a command: a consequence, or what time has brought. */
static bool due_here(chronicle_t *self, const decoded_t *event, buffer_t *body,
                     struct event *expected) {
    return next_consequence(self, self->time, body, expected) ||
           (waits_for_time(event->info) &&
            next_deadline(self, event->event.time, body, expected));
}

int chronicle_verify(chronicle_t *self, const decoded_t *event, bytes_t bytes, problem_t *problem) {
    buffer_t body = {0};
    struct event expected;
    int rc;
    if (event->event.time < self->time)
        return differs(problem, event, "its time is before that of the event before it");
    bool due = due_here(self, event, &body, &expected);
    if (event->derived)
        rc = due ? same_bytes(&expected, event, bytes, problem)
                 : differs(problem, event, "nothing led to it");
    else
        rc = due ? differs(problem, event,
                           "what follows from the event before, or from the time, is missing")
                 : verify_command(self, event, bytes, problem);
    buffer_free(&body);
    return rc;
}
