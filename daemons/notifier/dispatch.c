/* SPDX-License-Identifier: Apache-2.0
 *
 * dispatch: a bounded number of notifications on their way at once, the oldest that are due first.
 * What has no luck waits longer each time and lets the others by. A row is marked, the mark is
 * committed, and only then somebody is handed it; an answer counts when it is committed, too.
 */
#include <stdio.h>
#include <stdlib.h>

#include "common/base/diag.h"
#include "common/base/memory.h"
#include "common/base/moment.h"
#include "daemons/notifier/compose.h"

#define FLIGHTS_MAX 48 /* with the test mails less than WORKER_FRAMES */
#define COLLECTED_MAX 40
#define CONTACT_AGAIN_MS 1000
#define SILENT_MS (20 * MINUTE_MS) /* no hook takes that long: its answer is lost */
#define SWEEP_EVERY_MS (10 * MINUTE_MS)
#define FINISHED_KEPT_MS (30 * DAY_MS)

typedef struct flight {
    note_t *notes; /* the first gives it its id; NULL = free */
    size_t n;
    parcel_t parcel;
    bool sent, answered, settled;
    int64_t until; /* boot ms */
    enum delivery_state state;
    int64_t code;
    bool unsure;
    char text[301];
} flight_t;

struct dispatch {
    flight_t flights[FLIGHTS_MAX];
    size_t n; /* under way */
};

dispatch_t *dispatch_new(void) {
    dispatch_t *self = memory_new(1, sizeof *self);
    return self;
}

static void land(dispatch_t *self, flight_t *flight) {
    parcel_free(&flight->parcel);
    free(flight->notes);
    *flight = (flight_t){.notes = NULL};
    self->n--;
}

void dispatch_destroy(dispatch_t **self_p) {
    for (size_t i = 0; *self_p && i < FLIGHTS_MAX; i++)
        if ((*self_p)->flights[i].notes)
            land(*self_p, &(*self_p)->flights[i]);
    free(*self_p);
    *self_p = NULL;
}

/* ---- what the hooks did ---- */

/* Doubled each time, up to a ceiling; a quarter more or less, so that what failed together does not
   come again together. */
static int64_t pause_after(const notifier_t *self, int64_t attempts, const surroundings_t *now) {
    int64_t pause = self->rules->backoff_first_s * 1000,
            limit = self->rules->backoff_limit_s * 1000;
    uint32_t noise;
    for (int64_t i = 1; i < attempts && pause < limit; i++)
        pause *= 2;
    pause = pause < limit ? pause : limit;
    now->random(&noise, sizeof noise);
    return pause - pause / 4 + (int64_t) (noise % (uint64_t) (pause / 2 + 1));
}

static bool too_old(const notifier_t *self, const note_t *note, moment_t now) {
    return now - note->queued_at > self->rules->max_age_hours * HOUR_MS;
}

/* `text` NULL: what was said last stands. */
static void finish(notifier_t *self, note_t *note, note_state_t state, const char *text,
                   moment_t now) {
    note->state = state;
    note->changed_at = now;
    if (text)
        snprintf(note->text, sizeof note->text, "%s", text);
    queue_update(self->queue, note, true);
}

static void defer(notifier_t *self, note_t *note, const flight_t *flight,
                  const surroundings_t *now) {
    note->state = NOTE_DEFERRED;
    note->changed_at = now->wall;
    note->due = now->wall + pause_after(self, note->attempts, now);
    snprintf(note->text, sizeof note->text, "%s", flight->text);
    queue_update(self->queue, note, false);
}

/* The row as it is now: a person may have dropped it meanwhile, and what arrived has arrived. */
static void settle_note(notifier_t *self, const flight_t *flight, const note_t *sent,
                        const surroundings_t *now) {
    note_t note;
    if (!queue_find(self->queue, sent->id, &note) ||
        (note.state != NOTE_ATTEMPTING && note.state != NOTE_DROPPED))
        return;
    note.code = flight->code;
    note.unsure += flight->unsure;
    if (flight->state == DELIVERY_ACCEPTED)
        finish(self, &note, NOTE_ACCEPTED, flight->text, now->wall);
    else if (note.state == NOTE_DROPPED)
        finish(self, &note, NOTE_DROPPED, "dropped", now->wall);
    else if (flight->state == DELIVERY_REFUSED)
        finish(self, &note, NOTE_FAILED, flight->text, now->wall);
    else if (too_old(self, &note, now->wall))
        finish(self, &note, NOTE_EXPIRED, flight->text, now->wall);
    else
        defer(self, &note, flight, now);
}

static void settle(notifier_t *self, const surroundings_t *now) {
    dispatch_t *d = self->dispatch;
    for (size_t i = 0; i < FLIGHTS_MAX; i++) {
        flight_t *flight = &d->flights[i];
        if (flight->notes && flight->sent && !flight->answered && now->boot > flight->until) {
            flight->answered = flight->unsure = true;
            flight->state = DELIVERY_DEFERRED;
            snprintf(flight->text, sizeof flight->text, "the hook did not answer");
        }
        if (!flight->notes || !flight->answered || flight->settled)
            continue;
        notifier_begin(self);
        for (size_t k = 0; k < flight->n; k++)
            settle_note(self, flight, &flight->notes[k], now);
        flight->settled = true;
    }
}

bool dispatch_take(notifier_t *self, const struct delivered *body) {
    for (size_t i = 0; i < FLIGHTS_MAX; i++) {
        flight_t *flight = &self->dispatch->flights[i];
        if (!flight->notes || !flight->sent || !ident_equal(flight->notes->id, body->id))
            continue;
        if (!flight->answered) {
            flight->answered = true;
            flight->state = body->state;
            flight->code = body->code;
            flight->unsure = body->unsure;
            snprintf(flight->text, sizeof flight->text, "%.*s", (int) body->text.n,
                     body->text.n ? body->text.p : "");
        }
        return true;
    }
    return false;
}

/* ---- what is due ---- */

static flight_t *free_place(dispatch_t *self) {
    for (size_t i = 0; i < FLIGHTS_MAX; i++)
        if (!self->flights[i].notes)
            return &self->flights[i];
    return NULL;
}

static void mark(notifier_t *self, note_t *note, moment_t now) {
    note->state = NOTE_ATTEMPTING;
    note->attempts++;
    note->changed_at = now;
    queue_update(self->queue, note, false);
}

/* Nobody was told, and nobody had to be: that is no outcome. */
static void let_go(notifier_t *self, note_t *note, moment_t now) {
    note->state = NOTE_EXPIRED;
    note->changed_at = now;
    snprintf(note->text, sizeof note->text, "no longer waited for");
    queue_update(self->queue, note, note->attempts > 0);
}

static void not_composed(notifier_t *self, note_t *note, composed_t what, const char *why,
                         moment_t now) {
    if (what == COMPOSED_UNWANTED)
        let_go(self, note, now);
    else if (what == COMPOSED_NEVER)
        finish(self, note, NOTE_FAILED, why, now);
    else {
        note->due = now + CONTACT_AGAIN_MS;
        queue_update(self->queue, note, false);
    }
}

static void take_off(notifier_t *self, note_t *lead, const surroundings_t *now, output_t *out) {
    flight_t *flight = free_place(self->dispatch);
    const char *why;
    note_t *notes = memory_new(lead->digest ? COLLECTED_MAX : 1, sizeof *notes);
    size_t n = 1;
    notes[0] = *lead;
    if (lead->digest && lead->addressed == ADDRESSED_PERSON)
        n += queue_collect(self->queue, lead, now->wall, notes + 1, COLLECTED_MAX - 1);
    composed_t done = compose(self, notes, n, now, out, &flight->parcel, &why);
    for (size_t i = 0; i < n; i++)
        if (done == COMPOSED)
            mark(self, &notes[i], now->wall);
        else
            not_composed(self, &notes[i], done, why, now->wall);
    if (done == COMPOSED) {
        flight->notes = notes;
        flight->n = n;
        self->dispatch->n++;
    } else {
        free(notes);
    }
}

static void pick(notifier_t *self, bool urgent, const surroundings_t *now, output_t *out) {
    note_t due[FLIGHTS_MAX];
    size_t room = (size_t) self->rules->in_flight - self->dispatch->n;
    size_t n = room ? queue_due(self->queue, now->wall, urgent, due, room) : 0;
    for (size_t i = 0; i < n; i++) {
        note_t note;
        if (!queue_find(self->queue, due[i].id, &note) || note.state > NOTE_DEFERRED)
            continue; /* went with another one's mail */
        notifier_begin(self);
        if (too_old(self, &note, now->wall))
            finish(self, &note, NOTE_EXPIRED, NULL, now->wall);
        else
            take_off(self, &note, now, out);
    }
    if (n == room && room)
        output_wake(out, now->boot); /* not all of them took off: others may have room */
}

static void sweep(notifier_t *self, const surroundings_t *now) {
    if (now->wall - self->swept_at < SWEEP_EVERY_MS && now->wall >= self->swept_at)
        return;
    self->swept_at = now->wall;
    notifier_begin(self);
    queue_sweep(self->queue, now->wall - FINISHED_KEPT_MS);
}

static void recover(notifier_t *self, const surroundings_t *now) {
    notifier_begin(self);
    size_t n = queue_recover(self->queue, now->wall, self->rules->backoff_limit_s * 2000);
    if (n)
        diag_info(DIAG_GENERAL,
                  "%zu notifications were on their way when the last life ended; "
                  "they are sent again and may arrive twice",
                  n);
    self->begun = true;
}

void dispatch_flush(notifier_t *self, const surroundings_t *now, output_t *out) {
    if (!self->begun)
        recover(self, now);
    settle(self, now);
    pick(self, true, now, out);
    if (rules_quiet_end(self->rules, now->wall, notifier_offset(self)) == now->wall)
        pick(self, false, now, out);
    sweep(self, now);
}

static void send(notifier_t *self, flight_t *flight, const surroundings_t *now, output_t *out) {
    const parcel_t *parcel = &flight->parcel;
    struct delivery delivery = {.id = flight->notes->id,
                                .hook = text_of(parcel->exec ? "exec" : "email"),
                                .from = text_of(parcel->exec ? "" : self->rules->sender),
                                .to = text_of(parcel->to),
                                .program = text_of(parcel->program),
                                .content = buffer_bytes(&parcel->content)};
    output_send(out, NOTIFIER_HOOKS, NULL, MESSAGE_DELIVER, &delivery);
    flight->sent = true;
    flight->until = now->boot + SILENT_MS;
    parcel_free(&flight->parcel);
}

void dispatch_send(notifier_t *self, bool committed, const surroundings_t *now, output_t *out) {
    dispatch_t *d = self->dispatch;
    for (size_t i = 0; i < FLIGHTS_MAX; i++) {
        flight_t *flight = &d->flights[i];
        if (!flight->notes)
            continue;
        if (!committed) {
            flight->settled = false;
            if (!flight->sent)
                land(d, flight);
        } else if (flight->settled)
            land(d, flight);
        else if (!flight->sent)
            send(self, flight, now, out);
    }
    if (!committed)
        self->begun = false;
}

/* ---- by a person's command ---- */

void dispatch_retry(notifier_t *self, ident_t id, bool checkpoint, const surroundings_t *now) {
    note_t note;
    if (!queue_find(self->queue, id, &note) || note.state == NOTE_ATTEMPTING ||
        note.state == NOTE_WAITING || (note.addressed == ADDRESSED_AUDITOR) != checkpoint)
        return;
    note.round += note.state != NOTE_DEFERRED;
    note.state = NOTE_WAITING;
    note.due = note.queued_at = note.changed_at = now->wall;
    queue_update(self->queue, &note, false);
}

/* One that is on its way may arrive; it is not tried again, whatever happens. */
void dispatch_drop(notifier_t *self, ident_t id, const surroundings_t *now) {
    note_t note;
    if (!queue_find(self->queue, id, &note) || note.state > NOTE_ATTEMPTING)
        return;
    bool flies = note.state == NOTE_ATTEMPTING;
    note.state = NOTE_DROPPED;
    note.changed_at = now->wall;
    snprintf(note.text, sizeof note.text, "dropped");
    queue_update(self->queue, &note, !flies);
}
