/* SPDX-License-Identifier: Apache-2.0
 *
 * serve: what the command line asks on this machine: the queue, what a notification would say, a
 * test mail. Whoever can open the socket (mode 0700, the daemon's user and root) administers the
 * notifier; what changes the record (retry, drop) is a person's signed command instead.
 */
#include <jansson.h>
#include <stdio.h>
#include <stdlib.h>

#include "common/base/memory.h"
#include "common/base/text.h"
#include "common/exchange/json.h"
#include "common/exchange/view.h"
#include "daemons/notifier/compose.h"
#include "daemons/notifier/whom.h"

#define LIST_ROWS 200
#define TRIALS_MAX 8
#define TRIAL_LOST_MS 300000

typedef struct trial {
    ident_t id;
    route_t route;
    int64_t until; /* boot ms; 0 = free */
} trial_t;
struct trials {
    trial_t at[TRIALS_MAX];
};

trials_t *trials_new(void) {
    trials_t *self = memory_new(1, sizeof *self);
    return self;
}

void trials_destroy(trials_t **self_p) {
    free(*self_p);
    *self_p = NULL;
}

/* ---- answering ---- */

static void answer(notifier_t *self, const route_t *route, json_t *json, const problem_t *problem,
                   output_t *out) {
    char *text = json ? json_dumps(json, JSON_COMPACT) : NULL;
    struct reply reply = {.position = (int64_t) self->acted,
                          .json = {(const uint8_t *) text, text ? strlen(text) : 0}};
    memset(reply.id.b, 0xff, sizeof reply.id.b);
    if (!text && problem) {
        reply.reason = (int64_t) problem->reason;
        reply.clause = text_of(reason_clause(problem->reason));
        reply.field = text_of(problem->field);
        reply.detail = text_of(problem->detail);
    }
    output_send(out, NOTIFIER_LOCAL, route, MESSAGE_ANSWER, &reply);
    free(text);
    json_decref(json);
}

static text_t parameter(const struct local_query *query, const char *name) {
    for (size_t i = 0; i < query->parameters.n; i++)
        if (text_is(query->parameters.at[i].name, name))
            return query->parameters.at[i].value;
    return (text_t){NULL, 0};
}

static json_t *refuse(problem_t *problem, reason_t reason, const char *field, text_t what) {
    problem_set(problem, reason, field, "%.*s", (int) what.n, what.n ? what.p : "");
    return NULL;
}

/* ---- the queue ---- */

static const char *addressed_name(addressed_t addressed) {
    switch (addressed) {
    case ADDRESSED_PERSON: return "person";
    case ADDRESSED_CUSTOMER: return "customer";
    case ADDRESSED_PROGRAM: return "program";
    case ADDRESSED_AUDITOR: return "auditor";
    }
    return "";
}

static json_t *note_json(notifier_t *self, const note_t *note) {
    view_t view = {.context = chronicle_context(self->chronicle)};
    const case_t *of = ident_none(note->object) ? NULL : chronicle_case(self->chronicle, note->object);
    json_t *json = json_object();
    json_put(json, "id", json_of_ident(note->id));
    json_put(json, "event", json_of_position(note->event));
    if (!ident_none(note->object))
        json_put(json, "case", json_of_ident(note->object));
    if (of)
        json_put_text(json, "number", of->number);
    json_put_text(json, "rule", text_of(note->rule));
    json_put_text(json, "to", text_of(addressed_name(note->addressed)));
    json_put(json, "person", view_actor(&view, note->person));
    json_put_text(json, "state", text_of(note_state_name(note->state)));
    json_put(json, "attempts", json_integer(note->attempts));
    json_put(json, "possible_duplicates", json_integer(note->unsure));
    json_put(json, "queued", json_of_moment(note->queued_at));
    json_put(json, "changed", json_of_moment(note->changed_at));
    if (note->state < NOTE_ATTEMPTING)
        json_put(json, "due", json_of_moment(note->due));
    if (note->code)
        json_put(json, "code", json_integer(note->code));
    json_put_text(json, "text", text_of(note->text));
    if (note->again)
        json_put(json, "again", json_true());
    if (note->urgent)
        json_put(json, "urgent", json_true());
    if (note->digest)
        json_put(json, "digest", json_true());
    return json;
}

static json_t *counts_json(notifier_t *self) {
    queue_counts_t counts;
    json_t *json = json_object();
    queue_count(self->queue, &counts);
    for (int state = 0; state <= NOTE_DROPPED; state++)
        json_put(json, note_state_name((note_state_t) state), json_integer(counts.of[state]));
    json_put(json, "attempts", json_integer(counts.attempts));
    json_put(json, "possible_duplicates", json_integer(counts.unsure));
    json_put(json, "again_after_rebuild", json_integer(counts.again));
    json_put(json, "unreported",
             json_integer(counts.untold + (json_int_t) outbox_count(self->outbox)));
    return json;
}

static json_t *queue_json(notifier_t *self, const struct local_query *query, problem_t *problem) {
    text_t after_text = parameter(query, "after"), all = parameter(query, "all");
    int64_t after = 0;
    if (after_text.n && !int_parse(after_text, 0, INT64_MAX, &after))
        return refuse(problem, REASON_FIELD_RANGE, "after", after_text);
    note_t *notes = memory_new(LIST_ROWS, sizeof *notes);
    size_t n = queue_list(self->queue, after, all.n > 0, notes, LIST_ROWS);
    json_t *json = json_object(), *list = json_array();
    for (size_t i = 0; i < n; i++)
        json_array_append_new(list, note_json(self, &notes[i]));
    json_put(json, "notifications", list);
    if (n == LIST_ROWS)
        json_put(json, "after", json_integer(notes[n - 1].no));
    json_put(json, "counts", counts_json(self));
    json_put(json, "acted", json_of_position(self->acted));
    free(notes);
    return json;
}

static json_t *one_json(notifier_t *self, const struct local_query *query, problem_t *problem) {
    text_t text = parameter(query, "id");
    ident_t id;
    note_t note;
    if (!ident_parse(text, &id) || !queue_find(self->queue, id, &note))
        return refuse(problem, REASON_UNKNOWN_REFERENCE, "id", text);
    return note_json(self, &note);
}

/* ---- what would be said ---- */

typedef struct preview {
    notifier_t *self;
    const decoded_t *event;
    const case_t *of;
    const char *language; /* NULL: each reader's own */
    moment_t now;
    arena_t *arena;
    json_t *list;
} preview_t;

static void preview_mail(preview_t *p, const rule_t *rule, const person_t *person,
                         const char *own_language) {
    view_t view = {.context = chronicle_context(p->self->chronicle)};
    const char *language = p->language ? p->language : own_language;
    buffer_t subject = {0}, text = {0}, html = {0};
    facts_t facts;
    compose_facts(p->self, p->event, p->of, person, language, p->now, p->arena, &facts);
    templates_render(p->self->templates, rule->template, language, &facts, &subject, &text, &html);
    json_t *json = json_object();
    json_put_text(json, "rule", text_of(rule->name));
    json_put_text(json, "to", text_of(person ? "person" : "customer"));
    json_put(json, "person", person ? view_actor(&view, person->id) : json_null());
    json_put(json, "subject", json_of_text((text_t){buffer_cstr(&subject), subject.n}));
    json_put(json, "text", json_of_text((text_t){buffer_cstr(&text), text.n}));
    json_put(json, "html", json_of_text((text_t){buffer_cstr(&html), html.n}));
    json_array_append_new(p->list, json);
    buffer_free(&subject);
    buffer_free(&text);
    buffer_free(&html);
}

static void preview_program(preview_t *p, const rule_t *rule) {
    json_t *json = json_object();
    json_put_text(json, "rule", text_of(rule->name));
    json_put_text(json, "to", TEXT("program"));
    json_put_text(json, "program", text_of(rule->program));
    json_array_append_new(p->list, json);
}

static void preview_rule(preview_t *p, const rule_t *rule) {
    const context_t *context = chronicle_context(p->self->chronicle);
    people_t people;
    if (rule->program[0]) {
        preview_program(p, rule);
    } else if (rule->customer) {
        preview_mail(p, rule, NULL, p->self->rules->customer_language);
    } else {
        whom_people(rule, p->event, p->of, context, p->now, &people);
        for (size_t i = 0; i < people.n; i++)
            preview_mail(p, rule, people.at[i],
                         rules_language(p->self->rules, people.at[i]->handle));
    }
}

static json_t *preview_json(notifier_t *self, const struct local_query *query, moment_t now,
                            problem_t *problem) {
    text_t at = parameter(query, "event"), only = parameter(query, "rule");
    text_t language = arena_text(self->arena, parameter(query, "language"));
    int64_t position;
    buffer_t bytes = {0};
    decoded_t event;
    preview_t p = {.self = self,
                   .event = &event,
                   .language = language.n ? language.p : NULL,
                   .now = now,
                   .arena = arena_new(0)};
    if (!int_parse(at, 1, INT64_MAX, &position) ||
        !compose_event(self, (position_t) position, p.arena, &bytes, &event, &p.of)) {
        refuse(problem, REASON_UNKNOWN_REFERENCE, "event", at);
    } else {
        p.list = json_array();
        for (size_t i = 0; i < self->rules->rules_n; i++) {
            const rule_t *rule = &self->rules->rules[i];
            if ((!only.n || text_is(only, rule->name)) &&
                whom_fits(rule, &event, p.of, chronicle_context(self->chronicle)))
                preview_rule(&p, rule);
        }
    }
    arena_destroy(&p.arena);
    buffer_free(&bytes);
    return p.list ? json_pack("{s:o}", "mails", p.list) : NULL;
}

/* ---- a test mail ---- */

static trial_t *free_trial(notifier_t *self, int64_t boot) {
    for (size_t i = 0; i < TRIALS_MAX; i++)
        if (self->trials->at[i].until <= boot)
            return &self->trials->at[i];
    return NULL;
}

static bool where_to(notifier_t *self, text_t to, const person_t **person,
                     char address[ADDRESS_ROOM]) {
    *person = context_person_by_name(chronicle_context(self->chronicle), to);
    address[0] = '\0';
    if (*person)
        rules_address(self->rules, (*person)->handle, address);
    else if (text_has(to, TEXT("@")) && to.n < ADDRESS_ROOM)
        snprintf(address, ADDRESS_ROOM, "%.*s", (int) to.n, to.p);
    return address[0] != '\0';
}

/* False: it was refused; else the answer comes when the hook has spoken. */
static bool start_trial(notifier_t *self, const input_t *in, const struct local_query *query,
                        const surroundings_t *now, output_t *out, problem_t *problem) {
    text_t to = parameter(query, "to");
    trial_t *trial = free_trial(self, now->boot);
    parcel_t parcel = {.exec = false};
    char address[ADDRESS_ROOM];
    const person_t *person;
    const char *why = "";
    if (!trial) {
        problem_set(problem, REASON_BUSY, "", "other test mails are on their way");
        return false;
    }
    if (!where_to(self, to, &person, address)) {
        refuse(problem, REASON_UNKNOWN_PERSON, "to", to);
        return false;
    }
    now->random(trial->id.b, sizeof trial->id.b);
    if (compose_trial(self, trial->id, address, person, now->wall, &parcel, &why) != COMPOSED) {
        problem_set(problem, REASON_FIELD_TEXT, "to", "%s", why);
        return false;
    }
    trial->route = in->route;
    trial->until = now->boot + TRIAL_LOST_MS;
    struct delivery delivery = {.id = trial->id,
                                .hook = TEXT("email"),
                                .from = text_of(self->rules->sender),
                                .to = text_of(parcel.to),
                                .content = buffer_bytes(&parcel.content)};
    output_send(out, NOTIFIER_HOOKS, NULL, MESSAGE_DELIVER, &delivery);
    parcel_free(&parcel);
    return true;
}

bool serve_delivered(notifier_t *self, const struct delivered *body, output_t *out) {
    for (size_t i = 0; i < TRIALS_MAX; i++) {
        trial_t *trial = &self->trials->at[i];
        if (!trial->until || !ident_equal(trial->id, body->id))
            continue;
        json_t *json = json_object();
        json_put(json, "state", json_of_enum(&delivery_state_table, (int) body->state));
        if (body->code)
            json_put(json, "code", json_integer(body->code));
        json_put_text(json, "text", body->text);
        answer(self, &trial->route, json, NULL, out);
        trial->until = 0;
        return true;
    }
    return false;
}

/* ---- all of them ---- */

void serve_query(notifier_t *self, const input_t *in, const struct local_query *query,
                 const surroundings_t *now, output_t *out) {
    problem_t problem = {0};
    json_t *json = NULL;
    if (text_is(query->name, "notify.queue"))
        json = queue_json(self, query, &problem);
    else if (text_is(query->name, "notify.show"))
        json = one_json(self, query, &problem);
    else if (text_is(query->name, "notify.preview"))
        json = preview_json(self, query, now->wall, &problem);
    else if (!text_is(query->name, "notify.test"))
        refuse(&problem, REASON_USAGE, "name", query->name);
    else if (start_trial(self, in, query, now, out, &problem))
        return;
    answer(self, &in->route, json, &problem, out);
}
