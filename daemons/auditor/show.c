/* SPDX-License-Identifier: Apache-2.0
 *
 * show: a case as it stood, what changed in it, and what a department had before it: the record again
 * as of a point in time, from its events alone.
 */
#include "common/screen/show.h"

#include <stdio.h>

#include "common/base/text.h"
#include "common/daemon/cited.h"
#include "common/domain/feedback.h"
#include "common/domain/order.h"
#include "common/event/named.h"
#include "common/exchange/case_json.h"
#include "common/exchange/event_json.h"
#include "common/screen/arguments.h"
#include "common/screen/words.h"
#include "daemons/auditor/auditor.h"

static json_t *case_document(auditor_t *self, const case_t *of) {
    view_t view = archive_view(self);
    json_t *json = case_json(of, &view);
    cited_numbers(self->chronicle, json);
    return json;
}

int run_show(auditor_t *self, int argc, char **argv) {
    const char *as_of = option_value(&argc, argv, "--as-of");
    if (argc != 2)
        return auditor_usage(self);
    if (archive_open(self, argv[0], as_of) != 0)
        return AUDIT_UNABLE;
    const case_t *of = archive_case(self, argv[1]);
    if (!of)
        return AUDIT_UNABLE;
    json_t *json = case_document(self, of);
    json_put(json, "as_of", json_of_position(ledger_last(chronicle_ledger(self->chronicle))));
    if (self->json) {
        auditor_print(json);
        return AUDIT_SOUND;
    }
    archive_words(self);
    show_case(json);
    char time[32];
    printf(_("as of event %llu, "),
           (unsigned long long) ledger_last(chronicle_ledger(self->chronicle)));
    show_time(moment_print(ledger_time(chronicle_ledger(self->chronicle)), time));
    putchar('\n');
    json_decref(json);
    return AUDIT_SOUND;
}

/* ---- events of a case ---- */

typedef struct listing {
    auditor_t *self;
    json_t *list;
    position_t from, to;
} listing_t;

static int add_event(void *arg, position_t position, bytes_t bytes) {
    listing_t *l = arg;
    decoded_t event;
    if (position < l->from)
        return 0;
    if (position > l->to)
        return 1;
    arena_t *arena = arena_new(0);
    view_t view = archive_view(l->self);
    if (event_decode(bytes, arena, &event, NULL) == 0)
        json_array_append_new(l->list, event_json(&event, &view));
    arena_destroy(&arena);
    return 0;
}

static json_t *events_of(auditor_t *self, ident_t object, position_t from, position_t to) {
    listing_t l = {self, json_array(), from, to};
    ledger_walk_case(chronicle_ledger(self->chronicle), object, add_event, &l);
    return l.list;
}

static void print_events(const json_t *list) {
    size_t i;
    json_t *event;
    json_array_foreach (list, i, event)
        show_event(event);
}

/* ---- what changed ---- */

static void note_change(json_t *out, const char *path, const json_t *before, const json_t *after) {
    json_t *one = json_object();
    json_put(one, "path", json_string(path));
    if (before)
        json_object_set(one, "before", (json_t *) (uintptr_t) before);
    if (after)
        json_object_set(one, "after", (json_t *) (uintptr_t) after);
    json_array_append_new(out, one);
}

/* Of two documents: what is in one alone, and what is another thing in the other. */
static void compare_json(json_t *out, const char *path, const json_t *before, const json_t *after) {
    const char *key;
    json_t *value;
    char below[400];
    if (json_is_object(before) && json_is_object(after)) {
        json_object_foreach ((json_t *) (uintptr_t) before, key, value) {
            snprintf(below, sizeof below, "%.300s%s%.80s", path, path[0] ? "." : "", key);
            compare_json(out, below, value, json_object_get(after, key));
        }
        json_object_foreach ((json_t *) (uintptr_t) after, key, value) {
            snprintf(below, sizeof below, "%.300s%s%.80s", path, path[0] ? "." : "", key);
            if (!json_object_get(before, key))
                note_change(out, below, NULL, value);
        }
        return;
    }
    if (json_is_array(before) && json_is_array(after)) {
        size_t n = json_array_size(before), m = json_array_size(after);
        for (size_t i = 0; i < (n > m ? n : m); i++) {
            snprintf(below, sizeof below, "%.300s[%zu]", path, i);
            compare_json(out, below, json_array_get(before, i), json_array_get(after, i));
        }
        return;
    }
    if (!before || !after || !json_equal(before, after))
        note_change(out, path, before, after);
}

static void print_value(const char *mark, const json_t *value) {
    if (!value)
        return;
    char *text = json_dumps(value, JSON_ENCODE_ANY | JSON_COMPACT);
    printf("    %s %.400s\n", mark, json_is_string(value) ? json_string_value(value) : text ? text : "");
    free(text);
}

static void print_changes(const json_t *changes) {
    size_t i;
    json_t *one;
    json_array_foreach (changes, i, one) {
        printf("  %s\n", show_string(one, "path"));
        print_value("-", json_object_get(one, "before"));
        print_value("+", json_object_get(one, "after"));
    }
}

int run_diff(auditor_t *self, int argc, char **argv) {
    position_t from, to;
    if (argc != 4)
        return auditor_usage(self);
    if (archive_open(self, argv[0], NULL) != 0 || !archive_position(self, argv[2], &from) ||
        !archive_position(self, argv[3], &to))
        return AUDIT_UNABLE;
    if (from > to)
        return auditor_fail(AUDIT_UNABLE, _("the first point is after the second"));
    const case_t *of = archive_case(self, argv[1]);
    if (!of)
        return AUDIT_UNABLE;
    ident_t id = of->id;
    if (!archive_go(self, from))
        return AUDIT_UNABLE;
    of = chronicle_case(self->chronicle, id);
    json_t *before = of ? case_document(self, of) : json_object();
    if (!archive_go(self, to))
        return AUDIT_UNABLE;
    of = chronicle_case(self->chronicle, id);
    json_t *after = of ? case_document(self, of) : json_object(), *changes = json_array();
    json_t *events = events_of(self, id, from + 1, to);
    compare_json(changes, "", before, after);
    json_decref(before);
    json_decref(after);
    if (self->json) {
        json_t *json = json_object();
        json_put(json, "from", json_of_position(from));
        json_put(json, "to", json_of_position(to));
        json_put(json, "events", events);
        json_put(json, "changes", changes);
        auditor_print(json);
        return AUDIT_SOUND;
    }
    archive_words(self);
    print_events(events);
    print_changes(changes);
    json_decref(events);
    json_decref(changes);
    return AUDIT_SOUND;
}

/* ---- what a department knew ---- */

static bool add_document(void *arg, const struct attachment *attachment, digest_t contact) {
    json_t *list = arg;
    (void) contact;
    if (attachment)
        json_array_append_new(list, json_from_record(&attachment_record, attachment));
    return true;
}

/* The reference data in force. */
static json_t *datasets_json(const context_t *context) {
    json_t *json = json_object();
    for (size_t i = 0; i < dataset_table.n; i++) {
        position_t at = context_dataset_position(context, (enum dataset) dataset_table.values[i].value);
        if (at)
            json_put(json, dataset_table.values[i].name, json_of_position(at));
    }
    position_t calendar = context_calendar(context, 0).position;
    if (calendar)
        json_put(json, "calendar", json_of_position(calendar));
    return json;
}

typedef struct word {
    position_t position;
    ident_t actor, mandate;
    moment_t time;
    const struct assessment_list *assessment;
    enum verdict verdict;
} word_t;

/* One verdict, as of just before it was given. */
static json_t *knew_json(auditor_t *self, ident_t id, const word_t *word) {
    json_t *json = json_object(), *documents = json_array();
    view_t view = archive_view(self);
    json_put(json, "position", json_of_position(word->position));
    json_put(json, "time", json_of_moment(word->time));
    json_put(json, "by", view_acting(&view, word->actor, word->mandate));
    json_put(json, "verdict", json_of_enum(&verdict_table, (int) word->verdict));
    if (word->assessment && word->assessment->n)
        json_put(json, "register",
                 view_record(&view, &assessment_record, &word->assessment->at[0]));
    if (!archive_go(self, word->position - 1))
        return json;
    view = archive_view(self);
    const case_t *of = chronicle_case(self->chronicle, id);
    const order_t *order = of ? order_of_const(of) : NULL;
    const feedback_t *feedback = of ? feedback_of_const(of) : NULL;
    if (of) {
        json_put(json, "revision", json_integer(of->revision));
        json_put(json, "digest", json_of_digest(of->digest));
    }
    if (order && order_revision(order))
        named_documents(KIND_ORDER_REGISTER, order_revision(order)->content, add_document, documents);
    if (feedback && feedback_revision(feedback))
        named_documents(KIND_FEEDBACK_REGISTER, feedback_revision(feedback)->content, add_document,
                        documents);
    json_put(json, "documents", documents);
    json_put(json, "procedure",
             json_of_position(context_procedure_position(chronicle_context(self->chronicle))));
    json_put(json, "reference", datasets_json(chronicle_context(self->chronicle)));
    json_put(json, "events", events_of(self, id, 1, word->position - 1));
    if (of)
        json_put(json, "as_it_stood", case_document(self, of));
    return json;
}

static void print_facts(const json_t *assessment) {
    size_t i;
    json_t *fact;
    printf("  %s: %s\n", _("register values"), show_string(assessment, "reason"));
    json_array_foreach (json_object_get(assessment, "inputs"), i, fact)
        printf("    %s %s  %s %s %s\n", show_string(fact, "name"), show_string(fact, "of"),
               show_string(fact, "value"), show_string(fact, "day"), show_string(fact, "text"));
}

static void print_knew(const json_t *one) {
    size_t i;
    json_t *a;
    printf(_("verdict at event %lld, "), (long long) show_number(one, "position"));
    show_time(show_string(one, "time"));
    printf(" · %s", show_who(one, "by"));
    printf(" · %s\n", show_word(one, "verdict", "verdict"));
    printf(_("  before it: revision %lld, requirements %.16s..., procedure of event %lld\n"),
           (long long) show_number(one, "revision"), show_string(one, "digest"),
           (long long) show_number(one, "procedure"));
    json_array_foreach (json_object_get(one, "documents"), i, a)
        printf("  %s: %s (%lld) %s\n", _("attachment"), show_string(a, "name"),
               (long long) show_number(a, "size"), show_string(a, "blob"));
    if (json_object_get(one, "register"))
        print_facts(json_object_get(one, "register"));
    print_events(json_object_get(one, "events"));
}

int run_knew(auditor_t *self, int argc, char **argv) {
    enum { WORDS = 64 };
    word_t words[WORDS];
    size_t n = 0;
    if (argc != 3)
        return auditor_usage(self);
    if (archive_open(self, argv[0], NULL) != 0)
        return AUDIT_UNABLE;
    archive_words(self);
    text_t department = words_key("departments", text_of(argv[1]));
    const case_t *of = archive_case(self, argv[2]);
    if (!of)
        return AUDIT_UNABLE;
    ident_t id = of->id;
    for (size_t r = 0; r < of->rounds_n; r++)
        for (size_t v = 0; v < of->rounds[r].verdicts_n && n < WORDS; v++) {
            const round_verdict_t *given = &of->rounds[r].verdicts[v];
            if (text_equal(given->body->department, department))
                words[n++] = (word_t){given->position, given->actor, given->mandate, given->time,
                                      NULL, given->body->verdict};
        }
    if (n == 0)
        return auditor_fail(AUDIT_UNABLE, _("%s gave no verdict on %s"), argv[1], argv[2]);
    json_t *list = json_array();
    for (size_t i = 0; i < n; i++) {
        /* the body goes with the fold: read it from its own event */
        buffer_t bytes = {0};
        arena_t *arena = arena_new(0);
        decoded_t event;
        if (ledger_read(chronicle_ledger(self->chronicle), words[i].position, &bytes) == LEDGER_OK &&
            event_decode(buffer_bytes(&bytes), arena, &event, NULL) == 0)
            words[i].assessment = &((const struct verdict_given *) event.body)->assessment;
        json_array_append_new(list, knew_json(self, id, &words[i]));
        arena_destroy(&arena);
        buffer_free(&bytes);
    }
    if (self->json) {
        auditor_print(list);
        return AUDIT_SOUND;
    }
    size_t i;
    json_t *one;
    json_array_foreach (list, i, one)
        print_knew(one);
    json_decref(list);
    return AUDIT_SOUND;
}
