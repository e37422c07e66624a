/* SPDX-License-Identifier: Apache-2.0
 *
 * round: the fold of one review: who was asked, who said what, the tally, the conclusion, the
 * signatures. Nothing here refuses; whatever was accepted is kept, the replaced next to the
 * standing (QP21-4.3.2).
 */
#include "common/domain/round.h"

#include "common/domain/keep.h"

bool round_asks(const round_t *self, text_t department) {
    for (size_t i = 0; i < self->departments.n; i++)
        if (text_equal(self->departments.at[i], department))
            return true;
    return false;
}

const round_verdict_t *round_standing(const round_t *self, text_t department) {
    for (size_t i = self->verdicts_n; i-- > 0;)
        if (self->verdicts[i].standing &&
            text_equal(self->verdicts[i].body->department, department))
            return &self->verdicts[i];
    return NULL;
}

text_t round_waiting(const round_t *self, size_t index) {
    for (size_t i = 0; i < self->departments.n; i++)
        if (!round_standing(self, self->departments.at[i]) && index-- == 0)
            return self->departments.at[i];
    return (text_t){NULL, 0};
}

const round_forward_t *round_forward_of(const round_t *self, ident_t id) {
    for (size_t i = 0; i < self->forwards_n; i++)
        if (ident_equal(self->forwards[i].id, id))
            return &self->forwards[i];
    return NULL;
}

ident_t round_behalf(const round_t *self, const context_t *context, ident_t mandate) {
    const round_forward_t *forward = round_forward_of(self, mandate);
    return forward ? forward->actor : context_behalf(context, mandate);
}

static int64_t *count_of(struct tallied *counts, enum verdict verdict) {
    switch (verdict) {
    case VERDICT_ACCEPT: return &counts->accept;
    case VERDICT_CONDITIONS: return &counts->conditions;
    case VERDICT_OURS: return &counts->ours;
    case VERDICT_PARTLY: return &counts->partly;
    case VERDICT_NOT_OURS: return &counts->not_ours;
    case VERDICT_REJECT:
    case verdict_unset: break;
    }
    return &counts->reject;
}

bool round_tally(const round_t *self, struct tallied *out) {
    *out = (struct tallied){.round = self->no};
    for (size_t i = 0; i < self->departments.n; i++) {
        const round_verdict_t *standing = round_standing(self, self->departments.at[i]);
        if (!standing)
            return false;
        ++*count_of(out, standing->body->verdict);
    }
    out->outcome = self->scale->tally(out);
    return self->departments.n > 0;
}

/* ---- the fold ---- */

void round_open(round_t *self, arena_t *arena, const decoded_t *event, const scale_t *scale) {
    const struct round_opened *body = keep(arena, &round_opened_record, event->body);
    *self = (round_t){.no = body->round,
                      .revision = body->revision,
                      .scale = scale,
                      .digest = body->digest,
                      .opened = (position_t) event->event.position,
                      .procedure = (position_t) body->procedure,
                      .opened_at = event->event.time,
                      .departments = body->departments};
}

void round_apply_verdict(round_t *self, arena_t *arena, const decoded_t *event) {
    const struct verdict_given *body = keep(arena, &verdict_given_record, event->body);
    for (size_t i = 0; i < self->verdicts_n; i++)
        if (text_equal(self->verdicts[i].body->department, body->department))
            self->verdicts[i].standing = false;
    self->verdicts = keep_grow(arena, self->verdicts, self->verdicts_n, sizeof *self->verdicts);
    self->verdicts[self->verdicts_n++] =
        (round_verdict_t){.position = (position_t) event->event.position,
                          .time = event->event.time,
                          .actor = event->command.actor,
                          .mandate = event->command.mandate,
                          .body = body,
                          .standing = round_asks(self, body->department)};
    self->tally_stale = true;
}

void round_apply_retract(round_t *self, const decoded_t *event) {
    const struct retract *body = event->body;
    for (size_t i = 0; i < self->verdicts_n; i++) {
        round_verdict_t *verdict = &self->verdicts[i];
        if (!verdict->standing || !text_equal(verdict->body->department, body->department))
            continue;
        verdict->standing = false;
        verdict->retracted = true;
        self->tally_stale = true;
    }
}

void round_apply_forward(round_t *self, arena_t *arena, const decoded_t *event) {
    self->forwards = keep_grow(arena, self->forwards, self->forwards_n, sizeof *self->forwards);
    self->forwards[self->forwards_n++] =
        (round_forward_t){.id = event->command.id,
                          .position = (position_t) event->event.position,
                          .time = event->event.time,
                          .actor = event->command.actor,
                          .body = keep(arena, &forward_record, event->body)};
}

/* A tally of those who were asked before says nothing any more. */
void round_apply_added(round_t *self, arena_t *arena, const decoded_t *event) {
    const struct add_reviewer *body = keep(arena, &add_reviewer_record, event->body);
    if (round_asks(self, body->department) || self->conclusion ||
        self->departments.n >= ROUND_ASKED_MAX)
        return;
    struct text_list asked = {NULL, 0}; /* the old list has no room: it came with its event */
    for (size_t i = 0; i <= self->departments.n; i++) {
        asked.at = keep_grow(arena, asked.at, asked.n, sizeof *asked.at);
        asked.at[asked.n++] =
            i < self->departments.n ? self->departments.at[i] : body->department;
    }
    self->departments = asked;
    self->added = keep_grow(arena, self->added, self->added_n, sizeof *self->added);
    self->added[self->added_n++] = (round_added_t){.position = (position_t) event->event.position,
                                                   .time = event->event.time,
                                                   .actor = event->command.actor,
                                                   .mandate = event->command.mandate,
                                                   .body = body};
    self->tally_stale = true;
}

void round_apply_advice(round_t *self, arena_t *arena, const decoded_t *event) {
    self->advices = keep_grow(arena, self->advices, self->advices_n, sizeof *self->advices);
    self->advices[self->advices_n++] =
        (round_advice_t){.position = (position_t) event->event.position,
                         .actor = event->command.actor,
                         .body = keep(arena, &advice_record, event->body)};
}

void round_apply_tallied(round_t *self, const decoded_t *event) {
    const struct tallied *body = event->body;
    self->tallied = (position_t) event->event.position;
    self->tallied_at = event->event.time;
    self->tally = body->outcome;
    self->tally_stale = false;
}

void round_apply_conclude(round_t *self, arena_t *arena, const decoded_t *event) {
    const struct conclude *body = keep(arena, &conclude_record, event->body);
    self->concluded = (position_t) event->event.position;
    self->concluder = event->command.actor;
    self->concluder_mandate = event->command.mandate;
    self->concluded_at = event->event.time;
    self->conclusion = body;
}

void round_apply_signature(round_t *self, arena_t *arena, const decoded_t *event,
                           enum meaning meaning) {
    round_signature_t signature = {.position = (position_t) event->event.position,
                                   .time = event->event.time,
                                   .actor = event->command.actor,
                                   .mandate = event->command.mandate,
                                   .meaning = meaning};
    if (event->info->body == &sign_record)
        signature.remark = arena_text(arena, ((const struct sign *) event->body)->remark);
    self->signatures =
        keep_grow(arena, self->signatures, self->signatures_n, sizeof *self->signatures);
    self->signatures[self->signatures_n++] = signature;
}
