/* SPDX-License-Identifier: Apache-2.0
 *
 * checkpoints: the archiver's word for all events leaves the house, to the auditors whom notify.cfg
 * names: whoever changes the record later, and signs it anew with every key, does not have the
 * mailboxes. One goes when it is due and says more than the one before: that the last one was mailed
 * is an event, too, and no reason to mail again.
 */
#include <stdio.h>

#include "daemons/notifier/notifier.h"

#define NOTE "mailed.note"
#define POSITION "mailed"
#define TIME "mailed_at"

void checkpoints_load(notifier_t *self) {
    ledger_t *ledger = chronicle_ledger(self->chronicle);
    self->mailed = (position_t) ledger_get_number(ledger, POSITION, 0);
    self->mailed_at = ledger_get_number(ledger, TIME, 0);
}

/* Within the open transaction. */
static void note_mailed(notifier_t *self, position_t position, moment_t time) {
    ledger_t *ledger = chronicle_ledger(self->chronicle);
    self->mailed = position;
    self->mailed_at = time;
    ledger_put_number(ledger, POSITION, (int64_t) position);
    ledger_put_number(ledger, TIME, time);
}

/* What was mailed beyond that is of a history that is no more: the next one is due at once. */
void checkpoints_cut(notifier_t *self, position_t last) {
    if (self->mailed > last)
        note_mailed(self, last, 0);
}

static bool read_note(notifier_t *self, const char *key, buffer_t *note, tree_head_t *head) {
    signed_note_t read;
    return ledger_get_meta(chronicle_ledger(self->chronicle), key, note) == LEDGER_OK &&
           checkpoint_read(buffer_bytes(note), &read, head, NULL) == 0;
}

bool checkpoints_read(notifier_t *self, position_t position, buffer_t *note, tree_head_t *head) {
    if (read_note(self, NOTE, note, head) && head->position == position)
        return true;
    buffer_free(note);
    return false;
}

/* ---- a notifier without a past ---- */

typedef struct last_told { position_t position; moment_t time; } last_told_t;

static int note_told(void *arg, position_t position, bytes_t bytes) {
    last_told_t *last = arg;
    arena_t *arena = arena_new(0);
    decoded_t event;
    (void) position;
    if (event_decode(bytes, arena, &event, NULL) == 0 && event.info->kind == KIND_NOTIFY_CHECKPOINT) {
        const struct checkpoint_told *body = event.body;
        *last = (last_told_t){(position_t) body->position, body->time};
    }
    arena_destroy(&arena);
    return 0;
}

void checkpoints_begin_anew(notifier_t *self) {
    last_told_t last = {.position = 0};
    ledger_walk_scopes(chronicle_ledger(self->chronicle), 1u << SCOPE_LEDGER, note_told, &last);
    note_mailed(self, last.position, last.time);
}

/* ---- what goes next ---- */

/* Anything but our own word of what was mailed, or that it be mailed again? */
static int is_news(void *arg, position_t position, bytes_t bytes) {
    arena_t *arena = arena_new(0);
    decoded_t event;
    (void) arg, (void) position;
    bool own = event_decode(bytes, arena, &event, NULL) == 0 &&
               (event.info->kind == KIND_NOTIFY_CHECKPOINT ||
                event.info->kind == KIND_NOTIFY_CHECKPOINT_RETRY);
    arena_destroy(&arena);
    return !own;
}

static ident_t note_id(const notifier_t *self, const tree_head_t *head, const char *auditor) {
    digest_t ledger = self->site->ledger;
    buffer_t cause = {0};
    buffer_put(&cause, ledger.b, sizeof ledger.b);
    buffer_put(&cause, head->root.b, sizeof head->root.b);
    buffer_format(&cause, "checkpoint %llu %s", (unsigned long long) head->position, auditor);
    ident_t id = hash_ident(DOMAIN_NOTIFICATION, buffer_bytes(&cause));
    buffer_free(&cause);
    return id;
}

static void queue_all(notifier_t *self, const buffer_t *note, const tree_head_t *head, moment_t now) {
    notifier_begin(self);
    ledger_put_meta(chronicle_ledger(self->chronicle), NOTE, buffer_bytes(note));
    for (size_t i = 0; i < self->rules->auditors_n; i++) {
        const char *name = self->rules->auditors[i].name;
        note_t row = {.id = note_id(self, head, name),
                      .event = head->position,
                      .addressed = ADDRESSED_AUDITOR,
                      .urgent = true, /* nobody is woken by it */
                      .queued_at = now,
                      .due = now};
        snprintf(row.rule, sizeof row.rule, "%s", name);
        queue_put(self->queue, &row);
    }
    note_mailed(self, head->position, now);
}

/* A clock that was set back does not put it off. */
static bool is_due(const notifier_t *self, moment_t now) {
    return now < self->mailed_at ||
           now >= rules_checkpoint_next(self->rules, self->mailed_at, notifier_offset(self));
}

void checkpoints_plan(notifier_t *self, const surroundings_t *now) {
    ledger_t *ledger = chronicle_ledger(self->chronicle);
    tree_head_t head;
    buffer_t note = {0};
    if (self->rules->auditors_n && is_due(self, now->wall) &&
        follower_state(following_follower(self->following)) == FOLLOWER_AT_HEAD &&
        read_note(self, "checkpoint", &note, &head) && head.position > self->mailed &&
        head.position <= ledger_last(ledger) &&
        ledger_walk(ledger, self->mailed + 1, head.position, is_news, NULL) != 0)
        queue_all(self, &note, &head, now->wall);
    buffer_free(&note);
}
