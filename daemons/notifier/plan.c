/* SPDX-License-Identifier: Apache-2.0
 *
 * plan: what was archived is looked at once, in order, and the position up to which that was done
 * changes in the transaction that queues what came of it. A notifier without a past (its store was
 * lost, or it is new) looks at what is not too old, and queues only what is still waited for and has no
 * outcome in the record.
 */
#include <stdio.h>

#include "common/base/diag.h"
#include "common/base/moment.h"
#include "daemons/notifier/compose.h"
#include "daemons/notifier/whom.h"

#define EVENTS_AT_ONCE 256

/* One event as the rules look at it. */
typedef struct looked {
    notifier_t *self;
    const rule_t *rule;
    const decoded_t *event;
    const case_t *of;
    moment_t now;
    bool again;
} looked_t;

/* ---- a notifier without a past ---- */

/* All that is there already may have been told of, archived or not. */
static void begin_anew(notifier_t *self, position_t last, moment_t now) {
    ledger_t *ledger = chronicle_ledger(self->chronicle);
    notifier_begin(self);
    self->acted = ledger_last_by(chronicle_ledger(self->chronicle), now - self->rules->max_age_hours * HOUR_MS - 1, last);
    self->again_to = last;
    self->anew = false;
    checkpoints_begin_anew(self);
    ledger_put_number(ledger, "acted", (int64_t) self->acted);
    ledger_put_number(ledger, "again_to", (int64_t) self->again_to);
    if (last > self->acted)
        diag_info(DIAG_GENERAL,
                  "without a past: events %llu to %llu are looked at for what is still waited for "
                  "and has no outcome",
                  (unsigned long long) self->acted + 1, (unsigned long long) last);
}

/* A person is told once of what one act brought about, by the first rule that names them: of an
   amendment and of the review that it opens. */
static bool same_act(const looked_t *l, position_t event) {
    const struct event *looked = &l->event->event;
    return event == (position_t) looked->position ||
           (looked->cause && event == (position_t) looked->cause);
}

typedef struct search {
    const looked_t *looked;
    ident_t person;
    bool found;
} search_t;

static int compare_outcome(void *arg, position_t position, bytes_t bytes) {
    search_t *search = arg;
    const looked_t *l = search->looked;
    arena_t *arena = arena_new(0);
    decoded_t event;
    (void) position;
    if (event_decode(bytes, arena, &event, NULL) == 0 && event.info->kind == KIND_NOTIFY_OUTCOME) {
        const struct notified *body = event.body;
        search->found = same_act(l, (position_t) body->event) &&
                        ident_equal(body->person, search->person) &&
                        (!ident_none(body->person) || text_is(body->rule, l->rule->name));
    }
    arena_destroy(&arena);
    return search->found;
}

static bool has_outcome(const looked_t *l, ident_t person) {
    search_t search = {.looked = l, .person = person};
    ledger_walk_case(chronicle_ledger(l->self->chronicle), l->of->id, compare_outcome, &search);
    return search.found;
}

/* ---- queueing ---- */

static ident_t note_id(const looked_t *l, addressed_t addressed, ident_t person) {
    digest_t ledger = l->self->site->ledger;
    buffer_t cause = {0};
    buffer_put(&cause, ledger.b, sizeof ledger.b);
    buffer_put(&cause, person.b, sizeof person.b);
    /* the time, too: after a raised epoch another event may stand at that position */
    buffer_format(&cause, "%lld %lld %d %s", (long long) l->event->event.position,
                  (long long) l->event->event.time, (int) addressed, l->rule->name);
    ident_t id = hash_ident(DOMAIN_NOTIFICATION, buffer_bytes(&cause));
    buffer_free(&cause);
    return id;
}

static bool told_already(const looked_t *l, ident_t person) {
    const struct event *event = &l->event->event;
    queue_t *queue = l->self->queue;
    if (ident_none(person))
        return false;
    return queue_tells(queue, (position_t) event->position, person) ||
           (event->cause && queue_tells(queue, (position_t) event->cause, person));
}

static void queue_one(const looked_t *l, addressed_t addressed, ident_t person, bool expected) {
    notifier_t *self = l->self;
    if (told_already(l, person))
        return;
    if (l->again && (!case_busy(l->of) || has_outcome(l, person)))
        return;
    bool digest = l->rule->digest && addressed == ADDRESSED_PERSON;
    note_t note = {.id = note_id(l, addressed, person),
                   .event = (position_t) l->event->event.position,
                   .object = l->of->id,
                   .addressed = addressed,
                   .person = person,
                   .urgent = l->rule->urgent,
                   .digest = digest,
                   .again = l->again,
                   .expected = expected,
                   .queued_at = l->now,
                   .due = digest ? rules_digest_next(self->rules, l->now, notifier_offset(self))
                                 : l->now};
    snprintf(note.rule, sizeof note.rule, "%s", l->rule->name);
    bool new = queue_put(self->queue, &note);
    if (new && l->again)
        diag_info(DIAG_GENERAL, "event %lld, rule %s: queued again, the record has no outcome",
                  (long long) l->event->event.position, l->rule->name);
}

/* What policy lists, in the edition in force (QP21-4.5b). */
static bool customer_hears(const looked_t *l) {
    const struct procedure *p = context_procedure(chronicle_context(l->self->chronicle));
    enum milestone milestone = milestone_of(l->event->info->kind);
    for (size_t i = 0; p && i < p->customer_told.n; i++)
        if (p->customer_told.at[i] == (int64_t) milestone)
            return true;
    return false;
}

static void plan_rule(looked_t *l) {
    static const ident_t nobody = {{0}};
    const context_t *context = chronicle_context(l->self->chronicle);
    people_t people;
    if (!whom_fits(l->rule, l->event, l->of, context))
        return;
    if (l->rule->program[0]) {
        queue_one(l, ADDRESSED_PROGRAM, nobody, false);
    } else if (l->rule->customer) {
        if (customer_hears(l))
            queue_one(l, ADDRESSED_CUSTOMER, nobody, false);
    } else {
        whom_people(l->rule, l->event, l->of, context, l->now, &people);
        for (size_t i = 0; i < people.n; i++)
            queue_one(l, ADDRESSED_PERSON, people.at[i]->id, people.expected[i]);
    }
}

/* What somebody said to the notifier; false: it was no such thing. */
static bool obey(notifier_t *self, const decoded_t *event, const surroundings_t *now) {
    const struct notify_act *body = event->body;
    const kind_t kind = event->info->kind;
    if (kind == KIND_NOTIFY_RETRY || kind == KIND_NOTIFY_CHECKPOINT_RETRY)
        dispatch_retry(self, body->notification, kind == KIND_NOTIFY_CHECKPOINT_RETRY, now);
    else if (kind == KIND_NOTIFY_DROP)
        dispatch_drop(self, body->notification, now);
    else
        return false;
    return true;
}

static void plan_event(notifier_t *self, position_t position, const surroundings_t *now,
                       arena_t *arena, buffer_t *bytes) {
    decoded_t event;
    arena_reset(arena);
    if (!compose_read(self, position, arena, bytes, &event) || obey(self, &event, now) ||
        !scope_of_cases(event.info->scope))
        return;
    const kind_t kind = event.info->kind;
    const case_t *of = chronicle_case(self->chronicle, event.event.object);
    if (!of)
        return;
    if (now->wall - event.event.time > self->rules->max_age_hours * HOUR_MS)
        return;
    looked_t l = {.self = self,
                  .event = &event,
                  .of = of,
                  .now = now->wall,
                  .again = position <= self->again_to};
    for (size_t i = 0; i < self->rules->rules_n; i++) {
        l.rule = &self->rules->rules[i];
        if (l.rule->kind == kind)
            plan_rule(&l);
    }
}

/* Positions may have been given anew. */
static void cut(notifier_t *self, position_t last) {
    notifier_begin(self);
    queue_forget_above(self->queue, last);
    checkpoints_cut(self, last);
    self->acted = last;
    ledger_put_number(chronicle_ledger(self->chronicle), "acted", (int64_t) last);
}

bool plan_more(notifier_t *self, const surroundings_t *now) {
    ledger_t *ledger = chronicle_ledger(self->chronicle);
    const follower_t *follower = following_follower(self->following);
    position_t last = ledger_last(ledger), archived = follower_archived(follower);
    if (follower_state(follower) != FOLLOWER_AT_HEAD)
        return false;
    archived = archived < last ? archived : last;
    if (self->acted > last)
        cut(self, last);
    if (self->anew)
        begin_anew(self, last, now->wall);
    if (self->acted >= archived)
        return false;
    notifier_begin(self);
    buffer_t bytes = {0};
    arena_t *arena = arena_new(0);
    for (int i = 0; i < EVENTS_AT_ONCE && self->acted < archived; i++)
        plan_event(self, ++self->acted, now, arena, &bytes);
    arena_destroy(&arena);
    buffer_free(&bytes);
    ledger_put_number(ledger, "acted", (int64_t) self->acted);
    return self->acted < archived;
}
