/* SPDX-License-Identifier: Apache-2.0
 *
 * follower: last + 1 is applied, more is fetched, less is dropped (and compared: a different event
 * at a position we have is a fork, unless a signed ledger.restored begins there). Every head that
 * we reach must have our root. Security: what a stream says counts only as far as the coordinator's
 * signed heads bear it out; the owner checks commands' signatures if it wants to.
 */
#include "common/sync/follower.h"

#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>

#include "common/base/diag.h"
#include "common/base/memory.h"
#include "common/crypto/signed.h"
#include "common/sync/witness.h"

#define FETCH_RETRY_MS 1000
#define FETCH_SPAN 100000

struct follower {
    ledger_t *ledger;
    digest_t ledger_id;
    follower_hooks_t hooks;
    arena_t *arena;
    pubkey_t coordinator; /* from genesis; none while the ledger is empty */
    bool coordinator_known;
    struct head head;  /* the newest heard of the highest epoch; position 0 = none */
    pubkey_t head_key; /* who signed it */
    int64_t epoch;
    position_t archived, verified;
    position_t
        /* an epoch was raised: from here our events are compared with the new history; 0 = no */
        compare_from;
    int64_t asked_at; /* 0 = no FETCH under way */
    bool fork;
    char trouble[300];
};

static int learn_genesis(void *arg, position_t position, bytes_t bytes) {
    follower_t *self = arg;
    decoded_t event;
    (void) position;
    arena_t *arena = arena_new(0);
    insist(event_decode(bytes, arena, &event, NULL) == 0);
    if (event.info->kind == KIND_LEDGER_GENESIS) {
        self->coordinator = ((const struct genesis *) event.body)->coordinator_key;
        self->coordinator_known = true;
    }
    arena_destroy(&arena);
    return 0;
}

follower_t *follower_new(ledger_t *ledger, digest_t ledger_id, const follower_hooks_t *hooks) {
    follower_t *self = memory_new(1, sizeof *self);
    self->ledger = ledger;
    self->ledger_id = ledger_id;
    self->hooks = *hooks;
    self->arena = arena_new(0);
    self->epoch = ledger_get_number(ledger, "epoch", 1);
    if (ledger_last(ledger))
        ledger_walk(ledger, 1, 1, learn_genesis, self);
    return self;
}

void follower_destroy(follower_t **self_p) {
    if (*self_p)
        arena_destroy(&(*self_p)->arena);
    free(*self_p);
    *self_p = NULL;
}

__attribute__((format(printf, 2, 3))) static void fork_found(follower_t *self, const char *format,
                                                             ...) {
    va_list list;
    va_start(list, format);
    vsnprintf(self->trouble, sizeof self->trouble, format, list);
    va_end(list);
    self->fork = true;
    if (ledger_in_transaction(self->ledger)) {
        ledger_rollback(self->ledger);
        self->hooks.reload(self->hooks.arg);
    }
}

/* ---- events ---- */

static void append(follower_t *self, const decoded_t *event, bytes_t bytes) {
    if (!ledger_in_transaction(self->ledger))
        ledger_begin(self->ledger);
    ledger_append(self->ledger, event, bytes);
    if (event->event.position == 1) {
        learn_genesis(self, 1, bytes);
        if (!pubkey_equal(self->head_key, self->coordinator))
            self->head = (struct head){
                .position = 0}; /* believed before we knew who speaks for this ledger */
    }
    if (event->info->kind == KIND_LEDGER_RESTORED) {
        self->epoch = ((const struct restored *) event->body)->epoch;
        ledger_put_number(self->ledger, "epoch", self->epoch);
        self->compare_from = 0;
    }
    self->hooks.applied(self->hooks.arg, event, bytes);
}

/* The new history leaves ours at this event: it must be the coordinator's signed word that it
   does. Its epoch, or the one that it comes to, is later than ours: a ledger that was set aside
   twice counts its way past the epochs that were lost. */
static bool leaves_here(follower_t *self, const decoded_t *event) {
    if (event->info->kind != KIND_LEDGER_RESTORED)
        return false;
    const struct restored *body = event->body;
    const struct signed_command sent = signed_of_event(&event->event);
    bool later = body->epoch > self->epoch || (self->head.epoch > self->epoch && body->epoch > 1);
    return body->base == event->event.position - 1 && later &&
           pubkey_equal(event->event.key, self->coordinator) &&
           signed_valid(&sent);
}

ledger_result_t follower_flush(follower_t *self) {
    if (!ledger_in_transaction(self->ledger))
        return LEDGER_OK;
    ledger_result_t result = ledger_commit(self->ledger);
    if (result != LEDGER_OK) {
        self->epoch = ledger_get_number(self->ledger, "epoch", 1);
        self->hooks.reload(self->hooks.arg);
    }
    return result;
}

static void cut_to(follower_t *self, position_t base) {
    if (follower_flush(self) != LEDGER_OK)
        return; /* the disk is full: tried again */
    diag_warn(DIAG_ALARM_BEHIND, "the epoch was raised: events above %llu are set aside",
              (unsigned long long) base);
    ledger_truncate(self->ledger, base);
    self->hooks.reload(self->hooks.arg);
}

/* An event at a position that we have. false: stop taking this run. */
static bool compare_one(follower_t *self, const decoded_t *event, bytes_t bytes) {
    buffer_t ours = {0};
    position_t at = (position_t) event->event.position;
    insist(ledger_read(self->ledger, at, &ours) == LEDGER_OK);
    bool same = ours.n == bytes.n && memcmp(ours.p, bytes.p, bytes.n) == 0;
    buffer_free(&ours);
    if (same) {
        if (at == self->compare_from)
            self->compare_from = at + 1;
        return true;
    }
    if (!leaves_here(self, event)) {
        fork_found(self, "two different events at position %llu", (unsigned long long) at);
        return false;
    }
    cut_to(self, at - 1);
    if (ledger_last(self->ledger) == at - 1)
        append(self, event, bytes);
    return true;
}

static bool take_one(follower_t *self, position_t position, bytes_t bytes) {
    decoded_t event;
    problem_t problem = {0};
    if (position > ledger_last(self->ledger) + 1)
        return false; /* a gap: fetched */
    arena_reset(self->arena);
    if (event_decode(bytes, self->arena, &event, &problem) != 0 ||
        (position_t) event.event.position != position) {
        fork_found(self, "what was sent as event %llu is not that event (%s)",
                   (unsigned long long) position, problem.detail);
        return false;
    }
    if (position <= ledger_last(self->ledger))
        return compare_one(self, &event, bytes);
    digest_t leaf = hash_leaf(bytes);
    if (position == 1 && !digest_equal(leaf, self->ledger_id)) {
        fork_found(self, "the ledger begins otherwise than this site's file says");
        return false;
    }
    append(self, &event, bytes);
    return true;
}

static void take_events(follower_t *self, position_t first, const struct raw_list *list) {
    for (size_t i = 0; i < list->n; i++)
        if (!take_one(self, first + i, list->at[i].bytes))
            return;
}

/* ---- heads ---- */

static void check_root(follower_t *self, const struct head *head) {
    digest_t root;
    position_t at = (position_t) head->position;
    if (at == 0 || head->epoch != self->epoch ||
        ledger_root_at(self->ledger, at, &root) != LEDGER_OK)
        return;
    if (!digest_equal(root, head->root))
        fork_found(self, "the coordinator and this ledger have different roots at position %llu",
                   (unsigned long long) at);
}

/* The archiver's word, passed on by the coordinator: kept when it speaks of this history. */
static void take_checkpoint(follower_t *self, bytes_t note) {
    problem_t problem = {0};
    if (!self->hooks.archiver || !ledger_last(self->ledger))
        return;
    switch (witness_take(self->ledger, self->hooks.archiver(self->hooks.arg), note, &problem)) {
    case WITNESS_FORK: fork_found(self, "%s", problem.detail); break;
    case WITNESS_STRANGE:
        diag_warn(DIAG_ALARM_FORK, "a checkpoint is not taken: %s", problem.detail);
        break;
    case WITNESS_KEPT:
    case WITNESS_OLD:
    case WITNESS_LATER: break;
    }
}

static void take_announce(follower_t *self, const struct announce *announce) {
    const struct signed_head s = {announce->head, announce->key, announce->signature};
    struct head head;
    problem_t problem = {0};
    pubkey_t key = self->coordinator_known ? self->coordinator : announce->key;
    if (head_verify(&s, key, &head, &problem) != 0) {
        fork_found(self, "a head is not signed by the coordinator that genesis names");
        return;
    }
    if (!digest_equal(head.ledger, self->ledger_id)) {
        fork_found(self, "the coordinator has another ledger");
        return;
    }
    if (head.epoch < self->head.epoch || head.epoch < self->epoch)
        return; /* old news */
    if (head.epoch == self->head.epoch && head.position < self->head.position &&
        head.time <= self->head.time) {
        check_root(self, &head); /* overtaken on its way by a newer one */
        return;
    }
    if (head.epoch > self->epoch && !self->compare_from && ledger_last(self->ledger))
        self->compare_from = self->archived + 1; /* what is archived is in every later history */
    self->head = head;
    self->head_key = announce->key;
    bool ours = head.epoch == self->epoch; /* else it speaks of events that may not be ours */
    if (ours && (position_t) announce->archived > self->archived)
        self->archived = (position_t) announce->archived;
    if (ours && (position_t) announce->verified > self->verified)
        self->verified = (position_t) announce->verified;
    check_root(self, &head);
    if (announce->checkpoint.n && ours && !self->fork)
        take_checkpoint(self, announce->checkpoint);
}

void follower_announce(follower_t *self, const struct announce *body, int64_t now) {
    (void) now;
    if (!self->fork)
        take_announce(self, body);
}

/* Events of an earlier epoch are no more: what a dead coordinator still had under way. Those of a
   later one fit only behind what is in every history, or they would be put on ours; until then the
   head alone is taken, and the rest is fetched from there. */
static bool in_place(follower_t *self, position_t first, const struct announce *announce) {
    struct head head;
    arena_reset(self->arena);
    if (record_decode(&head_record, announce->head, self->arena, &head, NULL) != 0)
        return true; /* which take_announce refuses */
    if (head.epoch < self->epoch || (self->coordinator_known && head.epoch < self->head.epoch))
        return false;
    if (head.epoch == self->epoch)
        return true;
    take_announce(self, announce);
    return !self->fork && (ledger_last(self->ledger) == 0 || first <= self->compare_from);
}

static void take(follower_t *self, position_t first, const struct raw_list *events,
                 const struct announce *announce) {
    if (announce && !in_place(self, first, announce))
        return;
    take_events(self, first, events);
    if (self->fork)
        return;
    if (announce)
        take_announce(self, announce);
    else
        check_root(self, &self->head);
}

void follower_commit(follower_t *self, const struct commit *body, int64_t now) {
    (void) now;
    if (!self->fork)
        take(self, (position_t) body->first, &body->events, body->head.at);
}

void follower_events(follower_t *self, const struct events *body, int64_t now) {
    if (self->fork)
        return;
    self->asked_at = body->events.n ? 0 : now; /* nothing there: ask again later */
    take(self, (position_t) body->first, &body->events, body->head.n ? body->head.at : NULL);
}

bool follower_fetch(follower_t *self, int64_t now, struct fetch *out, int64_t *wake) {
    position_t last = ledger_last(self->ledger), head = (position_t) self->head.position;
    bool comparing = self->compare_from && self->compare_from <= last;
    position_t from = comparing ? self->compare_from : last + 1;
    if (self->fork || from > head)
        return false;
    if (self->asked_at && now < self->asked_at + FETCH_RETRY_MS) {
        *wake = self->asked_at + FETCH_RETRY_MS;
        return false;
    }
    *out = (struct fetch){.from = (int64_t) from,
                          .to = (int64_t) (head - from > FETCH_SPAN ? from + FETCH_SPAN : head)};
    self->asked_at = now;
    *wake = now + FETCH_RETRY_MS;
    return true;
}

void follower_hello(const follower_t *self, const char *name, struct hello *out) {
    *out = (struct hello){.name = text_of(name),
                          .ledger = self->ledger_id,
                          .epoch = self->epoch,
                          .position = (int64_t) ledger_last(self->ledger)};
    int64_t expected = ledger_get_number(self->ledger, "expected", 0);
    if (expected > out->position)
        out->expected = expected;
    if (out->position) {
        out->root = ledger_root(self->ledger);
        out->tail = 1; /* every event is kept */
    }
}

follower_state_t follower_state(const follower_t *self) {
    if (self->fork)
        return FOLLOWER_FORK;
    position_t last = ledger_last(self->ledger), head = (position_t) self->head.position;
    if (head == 0 || self->compare_from || self->head.epoch != self->epoch || last < head)
        return FOLLOWER_BEHIND;
    return last == head ? FOLLOWER_AT_HEAD : FOLLOWER_BEYOND;
}

position_t follower_archived(const follower_t *self) { return self->archived; }
position_t follower_verified(const follower_t *self) { return self->verified; }
position_t follower_head(const follower_t *self) { return (position_t) self->head.position; }
int64_t follower_epoch(const follower_t *self) { return self->epoch; }
const char *follower_trouble(const follower_t *self) { return self->trouble; }
