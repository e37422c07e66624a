/* SPDX-License-Identifier: Apache-2.0
 *
 * facts: see facts.h. What a reader's role does not read is not put in and left out again: it goes
 * through the same view as their screen (common/exchange/view.h).
 */
#include "daemons/notifier/facts.h"

#include "common/base/moment.h"
#include "common/base/text.h"
#include "common/domain/feedback.h"
#include "common/domain/order.h"
#include "common/domain/review.h"
#include "common/exchange/case_json.h"
#include "daemons/notifier/facts_internal.h"

#define CHANGES_MAX 12

static const struct {
    const char *name;
    bool public;
} names[FACT_N] = {
#define FACT_NAME(name, whom, doc) {#name, whom},
    FACTS(FACT_NAME)
#undef FACT_NAME
};

bool facts_known(text_t name, bool of_customers) {
    for (size_t i = 0; i < FACT_N; i++)
        if (text_is(name, names[i].name))
            return names[i].public || !of_customers;
    return false;
}

text_t facts_value(const facts_t *self, text_t name) {
    for (size_t i = 0; i < FACT_N; i++)
        if (text_is(name, names[i].name))
            return self->at[i];
    return (text_t){NULL, 0};
}

text_t facts_word(const reader_t *reader, const char *context, const char *word) {
    return word ? glossary_word(reader->glossary, context, word) : (text_t){NULL, 0};
}

/* The procedure carries its names in both languages. */
text_t facts_name(const reader_t *reader, text_t zh, text_t en) {
    return strncmp(reader->language, "zh", 2) == 0 ? zh : en;
}

text_t facts_department(const reader_t *reader, text_t key) {
    const struct procedure *p = context_procedure(reader->context);
    const struct department *department = p ? procedure_department(p, key) : NULL;
    return department ? facts_name(reader, department->zh, department->en) : key;
}

static int offset_of(const reader_t *reader) {
    const struct procedure *p = context_procedure(reader->context);
    return p ? (int) p->offset_minutes : 0;
}

static text_t day_text(const reader_t *reader, moment_t moment, arena_t *arena) {
    char day[16];
    return arena_format(arena, "%s", day_print(moment_day(moment, offset_of(reader)), day));
}

text_t facts_time(const reader_t *reader, moment_t moment, arena_t *arena) {
    char day[16];
    int64_t minutes = (moment / MINUTE_MS + offset_of(reader)) % (24 * 60);
    return arena_format(arena, "%s %02d:%02d",
                        day_print(moment_day(moment, offset_of(reader)), day), (int) minutes / 60,
                        (int) minutes % 60);
}

text_t facts_filled(const reader_t *reader, const char *format, text_t one, text_t two,
                    arena_t *arena) {
    text_t rest = facts_word(reader, "", format);
    buffer_t out = {0};
    for (const char *hole; (hole = memmem(rest.p, rest.n, "%s", 2)) != NULL; one = two) {
        size_t before = (size_t) (hole - rest.p);
        buffer_put(&out, rest.p, before);
        buffer_put(&out, one.p, one.n);
        rest = (text_t){hole + 2, rest.n - before - 2};
    }
    buffer_put(&out, rest.p, rest.n);
    text_t text = arena_text(arena, (text_t){(const char *) out.p, out.n});
    buffer_free(&out);
    return text;
}

static text_t name_of(const reader_t *reader, ident_t id) {
    const person_t *person = context_person(reader->context, id);
    return person ? person->name : (text_t){NULL, 0};
}

text_t facts_who(const reader_t *reader, ident_t actor, ident_t mandate, ident_t behalf,
                 arena_t *arena) {
    text_t name = name_of(reader, actor), other = name_of(reader, behalf);
    const mandate_entry_t *standing =
        name.n ? NULL : context_mandate(reader->context, mandate); /* a daemon's */
    if (standing)
        return facts_filled(reader, "automatic; %s answers", name_of(reader, standing->grantor),
                            (text_t){NULL, 0}, arena);
    return other.n ? facts_filled(reader, "%s (for %s)", name, other, arena) : name;
}

/* ---- the case ---- */

static const customer_entry_t *customer_of(const case_t *of, const context_t *context) {
    const order_t *order = order_of_const(of);
    const feedback_t *feedback = feedback_of_const(of);
    const order_revision_t *r = order ? order_revision(order) : NULL;
    const feedback_revision_t *f = feedback ? feedback_revision(feedback) : NULL;
    return r   ? context_customer(context, r->content->customer)
           : f ? context_customer(context, f->content->customer)
               : NULL;
}

static void put_order(facts_t *self, const reader_t *reader, const order_t *order) {
    const order_revision_t *revision = order_revision(order);
    self->at[FACT_order] = TEXT("1");
    self->at[FACT_what] = facts_word(reader, "", "order");
    if (revision)
        self->at[FACT_customer_order] = revision->content->customer_order;
}

static void put_feedback(facts_t *self, const reader_t *reader, const feedback_t *feedback) {
    const feedback_revision_t *revision = feedback_revision(feedback);
    self->at[FACT_feedback] = TEXT("1");
    self->at[FACT_what] = facts_word(
        reader, "feedback_kind", enum_name(&feedback_kind_table, (int) feedback_kind_of(feedback)));
    if (!revision)
        return;
    self->at[FACT_product] = revision->content->product;
    self->at[FACT_lot] = revision->content->lot;
    self->at[FACT_text] = input_front(revision->content->text, self->arena);
}

static void put_case(facts_t *self, const reader_t *reader, const case_t *of) {
    const customer_entry_t *customer = customer_of(of, reader->context);
    const order_t *order = order_of_const(of);
    review_t review;
    self->at[FACT_number] = of->number;
    if (customer) {
        self->at[FACT_customer] = customer->body.name;
        self->at[FACT_short_name] = customer->body.short_name;
    }
    if (of->revision > 1)
        self->at[FACT_revision] = arena_format(self->arena, "%lld", (long long) of->revision);
    if (order)
        put_order(self, reader, order);
    else
        put_feedback(self, reader, feedback_of_const(of));
    self->at[FACT_state] = facts_word(reader, "state", case_state_name(of));
    of->ops->review(of, reader->context, &review);
    if (review.class)
        self->at[FACT_class] = facts_name(reader, review.class->zh, review.class->en);
}

/* ---- what changed ---- */

static void put_differences(buffer_t *out, const json_t *list) {
    size_t i;
    json_t *one;
    json_array_foreach(list, i, one) {
        const char *path = json_string_value(json_object_get(one, "path"));
        const char *before = json_string_value(json_object_get(one, "before"));
        const char *after = json_string_value(json_object_get(one, "after"));
        if (i == CHANGES_MAX) {
            buffer_text(out, "\n…");
            return;
        }
        buffer_format(out, "%s%s: ", i ? "\n" : "", path ? path : "");
        if (json_is_true(json_object_get(one, "withheld")))
            buffer_text(out, "*");
        else
            buffer_format(out, "%.120s → %.120s", before ? before : "—", after ? after : "—");
    }
}

static json_t *differences_of(const case_t *of, const view_t *view) {
    const order_t *order = order_of_const(of);
    const feedback_t *feedback = feedback_of_const(of);
    if (order && order->revisions_n > 1)
        return differences_json(&order_content_record,
                                order->revisions[order->revisions_n - 2].content,
                                order_revision(order)->content, view);
    if (feedback && feedback->revisions_n > 1)
        return differences_json(&feedback_content_record,
                                feedback->revisions[feedback->revisions_n - 2].content,
                                feedback_revision(feedback)->content, view);
    return NULL;
}

static void put_changes(facts_t *self, const reader_t *reader, const case_t *of) {
    view_t view = view_of(reader->context, reader->person, reader->now);
    json_t *list = differences_of(of, &view);
    buffer_t text = {0};
    put_differences(&text, list);
    self->at[FACT_changes] = arena_text(self->arena, (text_t){(const char *) text.p, text.n});
    buffer_free(&text);
    json_decref(list);
}

/* ---- the event ---- */

static void put_milestone(facts_t *self, enum milestone milestone) {
    static const fact_name_t at[] = {
        [MILESTONE_REGISTERED] = FACT_registered, [MILESTONE_EFFECTIVE] = FACT_effective,
        [MILESTONE_AMENDED] = FACT_amended,       [MILESTONE_DECLINED] = FACT_declined,
        [MILESTONE_WITHDRAWN] = FACT_withdrawn,   [MILESTONE_RECEIVED] = FACT_received,
        [MILESTONE_ANSWERED] = FACT_answered,     [MILESTONE_CLOSED] = FACT_closed};
    if (milestone)
        self->at[at[milestone]] = TEXT("1");
}

static void put_deadline(facts_t *self, const reader_t *reader, const struct deadline_mark *mark) {
    self->at[FACT_stage] = facts_word(reader, "stage", enum_name(&stage_table, (int) mark->stage));
    self->at[FACT_due] = facts_time(reader, mark->due, self->arena);
}

static void put_nudge(facts_t *self, const reader_t *reader, const struct nudge *nudge) {
    self->at[FACT_stage] = facts_word(reader, "stage", enum_name(&stage_table, (int) nudge->stage));
    self->at[FACT_reason] = nudge->note;
}

/* What whoever did it said with it. */
static text_t said_with(const decoded_t *event) {
    static const struct {
        kind_t kind;
        size_t at;
    } texts[] = {{KIND_ORDER_AMEND, offsetof(struct amend, reason)},
                 {KIND_FEEDBACK_AMEND, offsetof(struct feedback_amend, reason)},
                 {KIND_ROUND_CONCLUDE, offsetof(struct conclude, opinion)},
                 {KIND_ROUND_FORWARD, offsetof(struct forward, reason)},
                 {KIND_ROUND_ADD_REVIEWER, offsetof(struct add_reviewer, reason)},
                 {KIND_ORDER_DECLINE, offsetof(struct decline, reason)},
                 {KIND_ORDER_WITHDRAW, offsetof(struct withdraw, reason)},
                 {KIND_FEEDBACK_REOPEN, offsetof(struct revoke, reason)},
                 {KIND_ACTION_CHANGE, offsetof(struct action_change, reason)},
                 {KIND_ACTION_REPORT, offsetof(struct action_report, text)}};
    text_t text = {NULL, 0};
    for (size_t i = 0; i < sizeof texts / sizeof *texts; i++)
        if (texts[i].kind == event->info->kind)
            memcpy(&text, (const char *) event->body + texts[i].at, sizeof text);
    return text;
}

/* A signature says what it means (21 CFR 11.50). */
static text_t what_happened(const reader_t *reader, const decoded_t *event, arena_t *arena) {
    text_t what = facts_word(reader, "kind", event->info->name), meaning = {NULL, 0};
    if (event->info->kind == KIND_ROUND_SIGN)
        meaning = facts_word(
            reader, "meaning",
            enum_name(&meaning_table, (int) ((const struct sign *) event->body)->meaning));
    else if (event->info->kind == KIND_ROUND_VERDICT)
        meaning = facts_word(
            reader, "verdict",
            enum_name(&verdict_table, (int) ((const struct verdict_given *) event->body)->verdict));
    return meaning.n ? arena_format(arena, "%.*s (%.*s)", (int) what.n, what.p, (int) meaning.n,
                                    meaning.p)
                     : what;
}

static void put_event(facts_t *self, const reader_t *reader, const decoded_t *event) {
    const kind_info_t *info = event->info;
    self->at[FACT_event] = what_happened(reader, event, self->arena);
    self->at[FACT_time] = facts_time(reader, event->event.time, self->arena);
    self->at[FACT_reason] = input_front(said_with(event), self->arena);
    if (!event->derived)
        self->at[FACT_by] = facts_who(reader, event->command.actor, event->command.mandate,
                                      context_behalf(reader->context, event->command.mandate),
                                      self->arena);
    if (info->kind == KIND_DEADLINE_NEAR || info->kind == KIND_DEADLINE_MISSED)
        put_deadline(self, reader, event->body);
    if (info->kind == KIND_CASE_NUDGE)
        put_nudge(self, reader, event->body);
}

static void keep_public(facts_t *self) {
    for (size_t i = 0; i < FACT_N; i++)
        if (!names[i].public)
            self->at[i] = (text_t){NULL, 0};
}

void facts_of_reader(facts_t *self, const reader_t *reader, arena_t *arena) {
    *self = (facts_t){.arena = arena};
    self->at[FACT_company] = text_of(reader->company);
    if (reader->person) {
        self->at[FACT_person] = reader->person->name;
        self->at[FACT_handle] = reader->person->handle;
    }
}

void facts_of_event(facts_t *self, const reader_t *reader, const decoded_t *event, const case_t *of,
                    arena_t *arena) {
    facts_of_reader(self, reader, arena);
    put_case(self, reader, of);
    self->at[FACT_day] = day_text(reader, event->event.time, arena);
    put_milestone(self, milestone_of(event->info->kind));
    if (!reader->person) {
        keep_public(self);
        return;
    }
    put_event(self, reader, event);
    if (event->info->kind == KIND_ORDER_AMEND || event->info->kind == KIND_FEEDBACK_AMEND)
        put_changes(self, reader, of);
    facts_put_review(self, reader, of);
    facts_put_wanted(self, reader, event, of);
}

text_t facts_line(const facts_t *self) {
    const text_t *at = self->at;
    text_t what = at[FACT_wanted].n ? at[FACT_wanted] : at[FACT_event];
    return arena_format(self->arena, "%.*s %.*s: %.*s", (int) at[FACT_number].n, at[FACT_number].p,
                        (int) at[FACT_short_name].n, at[FACT_short_name].p, (int) what.n, what.p);
}
