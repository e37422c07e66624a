/* SPDX-License-Identifier: Apache-2.0
 *
 * compose: made when it is sent, not when it is queued: what it says is as the case stands then,
 * and the queue holds no address and no text.
 */
#include "daemons/notifier/compose.h"

#include <stdio.h>
#include <stdlib.h>

#include "common/base/diag.h"
#include "common/base/text.h"
#include "common/domain/feedback.h"
#include "common/domain/order.h"
#include "common/exchange/event_json.h"
#include "common/exchange/input.h"
#include "daemons/notifier/facts_internal.h"
#include "daemons/notifier/letter.h"
#include "daemons/notifier/whom.h"

void parcel_free(parcel_t *self) {
    if (self->content.n)
        secret_wipe(self->content.p, self->content.n);
    buffer_free(&self->content);
    *self = (parcel_t){.exec = false};
}

bool compose_read(notifier_t *self, position_t position, arena_t *arena, buffer_t *bytes,
                  decoded_t *event) {
    return ledger_read(chronicle_ledger(self->chronicle), position, bytes) == LEDGER_OK &&
           event_decode(buffer_bytes(bytes), arena, event, NULL) == 0;
}

bool compose_event(notifier_t *self, position_t position, arena_t *arena, buffer_t *bytes,
                   decoded_t *event, const case_t **of) {
    *of = compose_read(self, position, arena, bytes, event) && scope_of_cases(event->info->scope)
              ? chronicle_case(self->chronicle, event->event.object)
              : NULL;
    return *of != NULL;
}

void compose_facts(notifier_t *self, const decoded_t *event, const case_t *of,
                   const person_t *person, const char *language, moment_t now, arena_t *arena,
                   facts_t *facts) {
    reader_t reader = {.context = chronicle_context(self->chronicle),
                       .glossary = templates_glossary(self->templates, language),
                       .language = language,
                       .company = self->site->company,
                       .now = now,
                       .person = person};
    if (event)
        facts_of_event(facts, &reader, event, of, arena);
    else
        facts_of_reader(facts, &reader, arena);
}

void compose_message_id(const notifier_t *self, ident_t id, char out[200]) {
    char text[37];
    snprintf(out, 200, "%s@%.150s", ident_print(id, text), self->rules->message_domain);
}

/* ---- the mail ---- */

typedef struct making {
    notifier_t *self;
    const char *template, *language, *to;
    const person_t *person;
    ident_t id, object; /* object none: no thread */
    const facts_t *facts;
    const letter_attachment_t *file; /* NULL: none goes with it */
    moment_t now;
} making_t;

/* "zh_CN" as RFC 5646 has it. */
static text_t language_tag(const char *language, arena_t *arena) {
    text_t tag = arena_format(arena, "%s", language);
    for (char *p = (char *) (uintptr_t) tag.p; *p; p++)
        *p = *p == '_' ? '-' : *p;
    return tag;
}

/* The letter with what the templates made; -1: a field that somebody typed cannot be sent. */
static int write_letter(const making_t *m, text_t subject, text_t text, text_t html,
                        buffer_t *content, problem_t *problem) {
    const rules_t *rules = m->self->rules;
    char message_id[200], object[37];
    arena_t *arena = m->facts->arena;
    text_t thread = {NULL, 0};
    compose_message_id(m->self, m->id, message_id);
    if (!ident_none(m->object))
        thread = arena_format(arena, "%s.thread@%.150s", ident_print(m->object, object),
                              rules->message_domain);
    letter_t letter = {.from = {text_of(rules->sender_name), text_of(rules->sender)},
                       .to = {m->person ? m->person->name : (text_t){NULL, 0}, text_of(m->to)},
                       .reply_to = text_of(rules->reply_to),
                       .subject = input_cut(subject, LETTER_SUBJECT_MAX),
                       .text = text,
                       .html = html,
                       .language = language_tag(m->language, arena),
                       .message_id = text_of(message_id),
                       .in_reply_to = thread,
                       .references = &thread,
                       .references_n = thread.n ? 1 : 0,
                       .date = m->now,
                       .offset_minutes = notifier_offset(m->self),
                       .attachments = m->file,
                       .attachments_n = m->file != NULL};
    return letter_build(&letter, content, problem);
}

static composed_t make(const making_t *m, buffer_t *content, const char **why) {
    buffer_t subject = {0}, text = {0}, html = {0};
    problem_t problem = {0};
    templates_render(m->self->templates, m->template, m->language, m->facts, &subject, &text,
                     &html);
    int rc = write_letter(m, (text_t){buffer_cstr(&subject), subject.n},
                          (text_t){buffer_cstr(&text), text.n},
                          (text_t){buffer_cstr(&html), html.n}, content, &problem);
    buffer_free(&subject);
    buffer_free(&text);
    buffer_free(&html);
    if (rc == 0)
        return COMPOSED;
    diag_warn(DIAG_GENERAL, "a mail cannot be written: %s %s", problem.field, problem.detail);
    *why = "what it would say cannot be sent as mail";
    return COMPOSED_NEVER;
}

composed_t compose_trial(notifier_t *self, ident_t id, const char *address, const person_t *person,
                         moment_t now, parcel_t *parcel, const char **why) {
    arena_t *arena = arena_new(0);
    const char *language =
        person ? rules_language(self->rules, person->handle) : self->rules->language;
    facts_t facts;
    compose_facts(self, NULL, NULL, person, language, now, arena, &facts);
    snprintf(parcel->to, sizeof parcel->to, "%s", address);
    making_t m = {.self = self,
                  .template = "test",
                  .language = language,
                  .to = address,
                  .person = person,
                  .id = id,
                  .facts = &facts,
                  .now = now};
    composed_t done = make(&m, &parcel->content, why);
    arena_destroy(&arena);
    return done;
}

/* ---- for a person ---- */

/* Each as a line; what is not wanted any more is left out. */
static text_t collect(notifier_t *self, const note_t *notes, size_t n, const person_t *person,
                      const char *language, moment_t now, arena_t *arena, size_t *lines) {
    buffer_t items = {0}, bytes = {0};
    *lines = 0;
    for (size_t i = 0; i < n; i++) {
        decoded_t event;
        const case_t *of;
        facts_t facts;
        if (!compose_event(self, notes[i].event, arena, &bytes, &event, &of) ||
            (notes[i].expected &&
             !whom_awaited(of, chronicle_context(self->chronicle), person, now)))
            continue;
        compose_facts(self, &event, of, person, language, now, arena, &facts);
        text_t line = facts_line(&facts);
        buffer_format(&items, "%s- %.*s", items.n ? "\n" : "", (int) line.n, line.p);
        ++*lines;
    }
    text_t out = arena_text(arena, (text_t){(const char *) items.p, items.n});
    buffer_free(&items);
    buffer_free(&bytes);
    return out;
}

static composed_t compose_digest(const making_t *m, const note_t *notes, size_t n, arena_t *arena,
                                 parcel_t *parcel, const char **why) {
    facts_t facts;
    size_t lines;
    compose_facts(m->self, NULL, NULL, m->person, m->language, m->now, arena, &facts);
    facts.at[FACT_items] =
        collect(m->self, notes, n, m->person, m->language, m->now, arena, &lines);
    facts.at[FACT_count] = arena_format(arena, "%zu", lines);
    if (lines == 0)
        return COMPOSED_UNWANTED;
    making_t all = *m; /* of no one case's thread */
    all.template = "digest";
    all.object = (ident_t){{0}};
    all.facts = &facts;
    return make(&all, &parcel->content, why);
}

static composed_t compose_person(notifier_t *self, const rule_t *rule, const note_t *notes,
                                 size_t n, const decoded_t *event, const case_t *of, moment_t now,
                                 arena_t *arena, parcel_t *parcel, const char **why) {
    const context_t *context = chronicle_context(self->chronicle);
    const person_t *person = context_person(context, notes->person);
    facts_t facts;
    if (!person || person->revoked)
        return COMPOSED_UNWANTED;
    if (!rules_address(self->rules, person->handle, parcel->to)[0]) {
        *why = "no mail address is known of this person";
        return COMPOSED_NEVER;
    }
    making_t m = {.self = self,
                  .template = rule->template,
                  .language = rules_language(self->rules, person->handle),
                  .to = parcel->to,
                  .person = person,
                  .id = notes->id,
                  .object = notes->object,
                  .facts = &facts,
                  .now = now};
    if (notes->digest)
        return compose_digest(&m, notes, n, arena, parcel, why);
    if (notes->expected && !whom_awaited(of, context, person, now))
        return COMPOSED_UNWANTED;
    compose_facts(self, event, of, person, m.language, now, arena, &facts);
    if (notes->again || notes->unsure)
        facts.at[FACT_again] = TEXT("1");
    return make(&m, &parcel->content, why);
}

/* ---- for a customer ---- */

static digest_t contact_of(const case_t *of, const context_t *context) {
    const order_t *order = order_of_const(of);
    const feedback_t *feedback = feedback_of_const(of);
    digest_t contact = order ? order_revision(order)->content->contact
                             : feedback_revision(feedback)->content->contact;
    const customer_entry_t *customer =
        context_customer(context, order ? order_revision(order)->content->customer
                                        : feedback_revision(feedback)->content->customer);
    return digest_none(contact) && customer ? customer->body.contact : contact;
}

static composed_t compose_customer(notifier_t *self, const rule_t *rule, const note_t *note,
                                   const decoded_t *event, const case_t *of,
                                   const surroundings_t *now, output_t *out, arena_t *arena,
                                   parcel_t *parcel, const char **why) {
    const char *language = self->rules->customer_language;
    facts_t facts;
    switch (contacts_find(self, contact_of(of, chronicle_context(self->chronicle)), parcel->to,
                          now->boot, out)) {
    case CONTACT_HERE: break;
    case CONTACT_COMING: return COMPOSED_LATER;
    case CONTACT_ABSENT:
        *why = "no mail address of the customer's contact person";
        return COMPOSED_NEVER;
    case CONTACT_ERASED: *why = "the customer's contact person was erased"; return COMPOSED_NEVER;
    }
    compose_facts(self, event, of, NULL, language, now->wall, arena, &facts);
    making_t m = {.self = self,
                  .template = rule->template,
                  .language = language,
                  .to = parcel->to,
                  .id = note->id,
                  .object = note->object,
                  .facts = &facts,
                  .now = now->wall};
    return make(&m, &parcel->content, why);
}

/* ---- for an auditor ---- */

/* The checkpoint as it is, in a file of its own: `countersign-audit verify --checkpoint` takes it. */
static composed_t compose_auditor(notifier_t *self, const note_t *note, moment_t now,
                                  arena_t *arena, parcel_t *parcel, const char **why) {
    const auditor_mailbox_t *mailbox = rules_auditor(self->rules, text_of(note->rule));
    buffer_t bytes = {0};
    tree_head_t head;
    facts_t facts;
    if (!mailbox) {
        *why = "no auditor is called so any more";
        return COMPOSED_NEVER;
    }
    if (!checkpoints_read(self, note->event, &bytes, &head))
        return COMPOSED_UNWANTED;
    const char *language = mailbox->language[0] ? mailbox->language : self->rules->language;
    letter_attachment_t file = {.name = arena_format(arena, "checkpoint-%llu.txt",
                                                     (unsigned long long) head.position),
                                .type = TEXT("text/plain"),
                                .bytes = buffer_bytes(&bytes)};
    compose_facts(self, NULL, NULL, NULL, language, now, arena, &facts);
    reader_t clock = {.context = chronicle_context(self->chronicle)};
    facts.at[FACT_count] = arena_format(arena, "%llu", (unsigned long long) head.position);
    facts.at[FACT_time] = facts_time(&clock, head.time ? head.time : now, arena);
    facts.at[FACT_text] = arena_text(arena, (text_t){(const char *) bytes.p, bytes.n});
    if (note->unsure)
        facts.at[FACT_again] = TEXT("1");
    snprintf(parcel->to, sizeof parcel->to, "%s", mailbox->address);
    making_t m = {.self = self,
                  .template = "checkpoint",
                  .language = language,
                  .to = parcel->to,
                  .id = note->id,
                  .facts = &facts,
                  .file = &file,
                  .now = now};
    composed_t done = make(&m, &parcel->content, why);
    buffer_free(&bytes);
    return done;
}

/* ---- for a program ---- */

/* The event as its readers without rights to prices and contacts see it: what a program does with
   it nobody here knows. */
static composed_t compose_program(notifier_t *self, const rule_t *rule, const decoded_t *event,
                                  const case_t *of, parcel_t *parcel) {
    view_t view = view_of(chronicle_context(self->chronicle), NULL, 0);
    json_t *json = event_json(event, &view);
    json_put_text(json, "number", of->number);
    json_put(json, "rule", json_string(rule->name));
    char *text = json_dumps(json, JSON_COMPACT);
    buffer_text(&parcel->content, text ? text : "{}");
    free(text);
    json_decref(json);
    parcel->exec = true;
    snprintf(parcel->program, sizeof parcel->program, "%s", rule->program);
    return COMPOSED;
}

static composed_t compose_case(notifier_t *self, const note_t *notes, size_t n,
                               const surroundings_t *now, output_t *out, arena_t *arena,
                               parcel_t *parcel, const char **why) {
    const rule_t *rule = rules_find(self->rules, text_of(notes->rule));
    buffer_t bytes = {0};
    decoded_t event;
    const case_t *of;
    composed_t done = COMPOSED_NEVER;
    *why = rule ? "its event is not there" : "there is no rule of that name any more";
    if (rule && compose_event(self, notes->event, arena, &bytes, &event, &of))
        switch (notes->addressed) {
        case ADDRESSED_PERSON:
            done = compose_person(self, rule, notes, n, &event, of, now->wall, arena, parcel, why);
            break;
        case ADDRESSED_CUSTOMER:
            done = compose_customer(self, rule, notes, &event, of, now, out, arena, parcel, why);
            break;
        case ADDRESSED_PROGRAM: done = compose_program(self, rule, &event, of, parcel); break;
        case ADDRESSED_AUDITOR: break; /* of no case */
        }
    buffer_free(&bytes);
    return done;
}

composed_t compose(notifier_t *self, const note_t *notes, size_t n, const surroundings_t *now,
                   output_t *out, parcel_t *parcel, const char **why) {
    arena_t *arena = arena_new(0);
    composed_t done = notes->addressed == ADDRESSED_AUDITOR
                          ? compose_auditor(self, notes, now->wall, arena, parcel, why)
                          : compose_case(self, notes, n, now, out, arena, parcel, why);
    if (done != COMPOSED)
        parcel_free(parcel);
    arena_destroy(&arena);
    return done;
}
