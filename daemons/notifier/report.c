/* SPDX-License-Identifier: Apache-2.0
 *
 * report: what became of a notification, as this daemon's own signed event on the case (QP21-4.4.3:
 * that people were told is shown). The command's id is a function of the notification, so that the
 * same outcome posted twice is one event. No address is in it. The outbox holds a bounded number
 * of them; the rest waits in the queue's table.
 */
#include <stdio.h>

#include "common/base/diag.h"
#include "common/base/moment.h"
#include "common/crypto/signed.h"
#include "daemons/notifier/compose.h"

#define OUTBOX_MAX 256
#define AT_ONCE 64
#define COMMAND_LIFE_MS (7 * DAY_MS)
#define TEXT_MAX 300

static enum notify_outcome outcome_of(note_state_t state) {
    switch (state) {
    case NOTE_ACCEPTED: return NOTIFY_ACCEPTED;
    case NOTE_FAILED: return NOTIFY_FAILED;
    case NOTE_EXPIRED: return NOTIFY_EXPIRED;
    case NOTE_DROPPED: return NOTIFY_DROPPED;
    case NOTE_WAITING:
    case NOTE_DEFERRED:
    case NOTE_ATTEMPTING: break;
    }
    panic("note state %d has no outcome", (int) state);
}

/* Relays like to repeat whom a mail was for: each word with an @ goes. */
static void without_addresses(const char *said, char out[TEXT_MAX + 1]) {
    size_t n = 0;
    while (*said) {
        size_t word = strcspn(said, " \t"), gap = strspn(said + word, " \t");
        bool address = memchr(said, '@', word) != NULL;
        const char *put = address ? "…" : said;
        size_t length = address ? strlen(put) : word;
        if (n + length + 1 > TEXT_MAX)
            break;
        memcpy(out + n, put, length);
        n += length;
        if (gap)
            out[n++] = ' ';
        said += word + gap;
    }
    out[n] = '\0';
}

static ident_t command_id(const notifier_t *self, const note_t *note) {
    digest_t ledger = self->site->ledger;
    pubkey_t key = signer_key(self->signer);
    buffer_t cause = {0};
    buffer_put(&cause, ledger.b, sizeof ledger.b);
    buffer_put(&cause, key.b, sizeof key.b);
    buffer_put(&cause, note->id.b, sizeof note->id.b);
    buffer_format(&cause, "outcome %lld", (long long) note->round);
    ident_t id = hash_ident(DOMAIN_DAEMON_COMMAND, buffer_bytes(&cause));
    buffer_free(&cause);
    return id;
}

static int encode_outcome(notifier_t *self, const note_t *note, text_t text, text_t message_id,
                          buffer_t *out, problem_t *problem) {
    const rule_t *rule = rules_find(self->rules, text_of(note->rule));
    struct notified body = {.event = (int64_t) note->event,
                            .rule = text_of(note->rule),
                            .hook = text_of(rule ? rule->hook : "email"),
                            .person = note->person,
                            .outcome = outcome_of(note->state),
                            .attempts = note->attempts,
                            .code = note->code,
                            .text = text,
                            .message_id = message_id,
                            .time = note->changed_at};
    return record_encode(&notified_record, &body, out, problem);
}

static int encode_checkpoint(const note_t *note, text_t text, text_t message_id, buffer_t *out,
                             problem_t *problem) {
    struct checkpoint_told body = {.position = (int64_t) note->event,
                                   .auditor = text_of(note->rule),
                                   .outcome = outcome_of(note->state),
                                   .attempts = note->attempts,
                                   .code = note->code,
                                   .text = text,
                                   .message_id = message_id,
                                   .time = note->changed_at};
    return record_encode(&checkpoint_told_record, &body, out, problem);
}

/* What is said of no case is said of the ledger. */
static ident_t object_of(const notifier_t *self, const note_t *note) {
    return note->addressed == ADDRESSED_AUDITOR
               ? context_genesis_case(chronicle_context(self->chronicle))
               : note->object;
}

static kind_t kind_of(const note_t *note) {
    return note->addressed == ADDRESSED_AUDITOR ? KIND_NOTIFY_CHECKPOINT : KIND_NOTIFY_OUTCOME;
}

static int sign(notifier_t *self, const daemon_entry_t *me, const note_t *note, ident_t id,
                buffer_t *out) {
    char text[TEXT_MAX + 1], message_id[200] = "";
    buffer_t encoded = {0};
    problem_t problem = {0};
    without_addresses(note->text, text);
    if (note->addressed != ADDRESSED_PROGRAM && !note->digest)
        compose_message_id(self, note->id, message_id);
    int rc = note->addressed == ADDRESSED_AUDITOR
                 ? encode_checkpoint(note, text_of(text), text_of(message_id), &encoded, &problem)
                 : encode_outcome(self, note, text_of(text), text_of(message_id), &encoded, &problem);
    struct command command = {.ledger = self->site->ledger,
                              .id = id,
                              .kind = kind_of(note),
                              .object = object_of(self, note),
                              .actor = me->id,
                              .claimed = note->changed_at,
                              .expiry = note->changed_at + COMMAND_LIFE_MS,
                              .body = buffer_bytes(&encoded)};
    if (rc == 0)
        rc = record_encode(&command_record, &command, out, &problem);
    if (rc == 0)
        rc = signed_commands(self->signer, &out, 1, &problem);
    if (rc != 0)
        diag_warn(DIAG_GENERAL, "an outcome cannot be posted: %s %s", problem.field,
                  problem.detail);
    buffer_free(&encoded);
    return rc;
}

void report_post(notifier_t *self, const surroundings_t *now) {
    const daemon_entry_t *me =
        context_daemon_by_curve(chronicle_context(self->chronicle), self->curve.public_key);
    note_t notes[AT_ONCE];
    size_t open = outbox_count(self->outbox);
    size_t room = open < OUTBOX_MAX ? OUTBOX_MAX - open : 0;
    size_t n = me && !me->revoked && room
                   ? queue_untold(self->queue, notes, room < AT_ONCE ? room : AT_ONCE)
                   : 0;
    for (size_t i = 0; i < n; i++) {
        buffer_t bytes = {0};
        ident_t id = command_id(self, &notes[i]);
        notifier_begin(self);
        if (sign(self, me, &notes[i], id, &bytes) == 0 &&
            !outbox_put(self->outbox, id, object_of(self, &notes[i]), me->id, kind_of(&notes[i]),
                        buffer_bytes(&bytes), now->wall))
            ledger_spoil(chronicle_ledger(self->chronicle));
        queue_told(self->queue, notes[i].no);
        buffer_free(&bytes);
    }
}

void report_receipt(notifier_t *self, const struct receipt *receipt, const surroundings_t *now) {
    outbox_row_t row;
    notifier_begin(self);
    if (!outbox_receipt(self->outbox, receipt, now->boot, &row) || row.state != OUTBOX_REFUSED)
        return;
    diag_warn(DIAG_GENERAL, "own %s was refused: %s %s", kind_info(row.kind)->name,
              reason_name(row.problem.reason), row.problem.detail);
    outbox_drop(self->outbox, row.id);
}

/* ---- what is archived is done ---- */

typedef struct drained {
    notifier_t *self;
    position_t archived;
    ident_t ids[AT_ONCE];
    position_t at[AT_ONCE];
    size_t n;
} drained_t;

static void note_archived(void *arg, const outbox_row_t *row) {
    drained_t *d = arg;
    position_t position;
    digest_t digest;
    if (d->n < AT_ONCE && row->state == OUTBOX_ACCEPTED &&
        ledger_find_command(chronicle_ledger(d->self->chronicle), row->id, &position, &digest) ==
            LEDGER_OK &&
        position <= d->archived) {
        d->ids[d->n] = row->id;
        d->at[d->n++] = position;
    }
}

void report_drain(notifier_t *self, position_t archived, const surroundings_t *now) {
    drained_t d = {.self = self, .archived = archived};
    outbox_row_t row;
    do {
        d.n = 0;
        outbox_each(self->outbox, note_archived, &d);
        if (d.n)
            notifier_begin(self);
        for (size_t i = 0; i < d.n; i++) {
            struct receipt receipt = {
                .id = d.ids[i], .state = RECEIPT_ARCHIVED, .position = (int64_t) d.at[i]};
            outbox_receipt(self->outbox, &receipt, now->boot, &row);
        }
    } while (d.n == AT_ONCE);
}
