/* SPDX-License-Identifier: Apache-2.0
 *
 * attachments: see attachments.h; walked anew from the events each time, for a case has few.
 */
#include "common/daemon/attachments.h"

#include <sodium.h>
#include <stdlib.h>

#include "common/base/memory.h"
#include "common/base/text.h"
#include "common/event/named.h"
#include "common/exchange/case_json.h"

typedef struct walk {
    const desk_view_t *desk;
    view_t view;
    const decoded_t *event;
    json_t *list;    /* of attachments_list */
    digest_t wanted; /* of attachments_piece */
    bool found, contact;
} walk_t;

static text_t parameter(const struct query *query, const char *name) {
    for (size_t i = 0; i < query->parameters.n; i++)
        if (text_is(query->parameters.at[i].name, name))
            return query->parameters.at[i].value;
    return (text_t){NULL, 0};
}

static const context_t *context_of(const desk_view_t *desk) {
    return chronicle_context(desk->chronicle);
}

static int find_object(const desk_view_t *desk, const struct query *query, ident_t *object,
                       problem_t *problem) {
    text_t text = parameter(query, "case");
    ident_t id;
    const case_t *of = ident_parse(text, &id) ? chronicle_case(desk->chronicle, id)
                                              : chronicle_case_by_number(desk->chronicle, text);
    const customer_entry_t *customer = NULL;
    if (!of && text.n)
        customer = ident_parse(text, &id) ? context_customer(context_of(desk), id)
                                          : context_customer_by_name(context_of(desk), text);
    if (!of && !customer)
        return problem_set(problem, REASON_UNKNOWN_CASE, "case", "%.*s", (int) text.n,
                           text.n ? text.p : "");
    const char *right = of ? of->ops->right : "customers";
    if (!context_reads(context_of(desk), desk->person, right, desk->now))
        return problem_set(problem, REASON_NOT_ALLOWED_TO_READ, right, "%s", "");
    *object = of ? of->id : customer->id;
    return 0;
}

typedef struct visit {
    walk_t *walk;
    named_document_fn *fn;
} visit_t;

static int visit_event(void *arg, position_t position, bytes_t bytes) {
    visit_t *visit = arg;
    decoded_t event;
    (void) position;
    arena_t *arena = arena_new(0);
    visit->walk->event = &event;
    if (event_decode(bytes, arena, &event, NULL) == 0)
        named_documents(event.info->kind, event.body, visit->fn, visit->walk);
    arena_destroy(&arena);
    return 0;
}

/* ---- the list ---- */

static bool listed(const json_t *list, const json_t *address) {
    size_t i;
    json_t *one;
    json_array_foreach(list, i, one) {
        if (json_equal(json_array_get(json_object_get(one, "pieces"), 0), address))
            return true;
    }
    return false;
}

static json_t *addresses(const struct attachment *attachment, digest_t contact) {
    json_t *list = json_array();
    json_array_append_new(list, json_of_digest(attachment ? attachment->blob : contact));
    for (size_t i = 0; attachment && i < attachment->pieces.n; i++)
        json_array_append_new(list, json_of_digest(attachment->pieces.at[i].blob));
    return list;
}

/* An amendment names again what stays. */
static bool list_one(void *arg, const struct attachment *attachment, digest_t contact) {
    walk_t *walk = arg;
    json_t *pieces = addresses(attachment, contact), *one = json_object();
    digest_t first = attachment ? attachment->blob : contact;
    if (listed(walk->list, json_array_get(pieces, 0))) {
        json_decref(pieces);
        json_decref(one);
        return true;
    }
    json_put(one, "no", json_integer((json_int_t) json_array_size(walk->list) + 1));
    json_put(one, "name", attachment ? json_of_text(attachment->name) : json_string("contact"));
    if (attachment) {
        json_put_text(one, "media", attachment->media);
        json_put(one, "size", json_integer(attachment->size));
    } else
        json_put(one, "contact", json_true());
    json_put(one, "kind", json_string(walk->event->info->name));
    json_put(one, "by", view_acting(&walk->view, walk->event->command.actor,
                                    walk->event->command.mandate));
    json_put(one, "time", json_of_moment(walk->event->event.time));
    json_put(one, "position", json_of_position((position_t) walk->event->event.position));
    if (context_erased(walk->view.context, first))
        json_put(one, "erased", json_true());
    json_put(one, "pieces", pieces);
    json_array_append_new(walk->list, one);
    return true;
}

/* Whose roles do not read contacts learns that there is one; the address tells nothing of it. */
static void withhold(const walk_t *walk) {
    size_t i;
    json_t *one;
    json_array_foreach(walk->list, i, one) {
        if (!json_object_get(one, "contact") || walk->view.contacts)
            continue;
        json_put(one, "withheld", json_true());
    }
}

json_t *attachments_list(const desk_view_t *desk, const struct query *query, problem_t *problem) {
    ident_t object;
    if (find_object(desk, query, &object, problem) != 0)
        return NULL;
    walk_t walk = {.desk = desk, .view = view_of(context_of(desk), desk->person, desk->now)};
    visit_t visit = {&walk, list_one};
    walk.list = json_array();
    ledger_walk_case(chronicle_ledger(desk->chronicle), object, visit_event, &visit);
    withhold(&walk);
    json_t *json = json_object();
    json_put(json, "case", json_of_ident(object));
    json_put(json, "attachments", walk.list);
    return json;
}

/* ---- one piece ---- */

static bool look_for(void *arg, const struct attachment *attachment, digest_t contact) {
    walk_t *walk = arg;
    bool here = digest_equal(attachment ? attachment->blob : contact, walk->wanted);
    for (size_t i = 0; attachment && i < attachment->pieces.n; i++)
        here |= digest_equal(attachment->pieces.at[i].blob, walk->wanted);
    walk->found |= here;
    walk->contact |= here && !attachment;
    return true;
}

int attachments_piece(const desk_view_t *desk, const struct query *query, digest_t *address,
                      problem_t *problem) {
    ident_t object;
    walk_t walk = {.desk = desk, .view = view_of(context_of(desk), desk->person, desk->now)};
    visit_t visit = {&walk, look_for};
    text_t hex = parameter(query, "blob");
    if (find_object(desk, query, &object, problem) != 0)
        return -1;
    if (!hex_parse(hex, walk.wanted.b, sizeof walk.wanted.b))
        return problem_set(problem, REASON_FIELD_RANGE, "blob", "64 hexadecimal digits");
    ledger_walk_case(chronicle_ledger(desk->chronicle), object, visit_event, &visit);
    if (!walk.found)
        return problem_set(problem, REASON_UNKNOWN_REFERENCE, "blob",
                           "nothing of this case lies there");
    if (walk.contact && !walk.view.contacts)
        return problem_set(problem, REASON_NOT_ALLOWED_TO_READ, "contacts", "%s", "");
    if (context_erased(walk.view.context, walk.wanted))
        return problem_set(problem, REASON_ERASED, "blob", "%s", "");
    *address = walk.wanted;
    return 0;
}

void attachments_write_piece(digest_t address, bytes_t salted, buffer_t *json) {
    char hex[65];
    size_t room = sodium_base64_ENCODED_LEN(salted.n, sodium_base64_VARIANT_ORIGINAL);
    char *text = memory_new(1, room);
    sodium_bin2base64(text, room, salted.p, salted.n, sodium_base64_VARIANT_ORIGINAL);
    buffer_text(json, "{\"blob\":\"");
    buffer_text(json, hex_print(address.b, sizeof address.b, hex));
    buffer_text(json, "\",\"salted\":\"");
    buffer_text(json, text);
    buffer_text(json, "\"}");
    secret_wipe(text, room);
    free(text);
}
