/* SPDX-License-Identifier: Apache-2.0
 *
 * event_json: see event_json.h.
 */
#include "common/exchange/event_json.h"

#include "common/exchange/directory_json.h"

#define ADOPTED_BYTES_MAX (4 * 1024 * 1024)

static void put_command(json_t *object, const decoded_t *event, const view_t *view) {
    const struct command *command = &event->command;
    json_put(object, "by", view_acting(view, command->actor, command->mandate));
    json_put(object, "id", json_of_ident(command->id));
    if (!ident_none(command->station)) {
        const station_t *station = context_station(view->context, command->station);
        json_put(object, "station",
                 station ? json_of_text(station->name) : json_of_ident(command->station));
    }
    if (command->revision)
        json_put(object, "revision", json_integer(command->revision));
    if (!digest_none(command->digest))
        json_put(object, "digest", json_of_digest(command->digest));
    if (command->version)
        json_put(object, "version", json_integer(command->version));
    json_put(object, "claimed", json_of_moment(command->claimed));
    json_put(object, "expiry", json_of_moment(command->expiry));
    if (!ident_none(command->mandate))
        json_put(object, "mandate", json_of_ident(command->mandate));
    json_put(object, "key", json_of_key(event->event.key));
    json_put(object, "signature",
             json_of_hex((bytes_t){event->event.signature.b, sizeof event->event.signature.b}));
}

/* Whom the notifier told, by name; nobody: the customer's contact person, or a program. */
static void put_told(json_t *object, const struct notified *body, const view_t *view) {
    if (!ident_none(body->person))
        json_put(object, "told", view_actor(view, body->person));
}

/* The procedure travels as bytes in its adoption; people want to read it. */
static void open_procedure(json_t *body, const struct adopt *adopt) {
    arena_t *arena = arena_new(ADOPTED_BYTES_MAX);
    struct procedure procedure;
    problem_t problem;
    if (record_decode(&procedure_record, adopt->procedure, arena, &procedure, &problem) == 0)
        json_put(body, "procedure", procedure_json(&procedure, 0));
    arena_destroy(&arena);
}

json_t *event_json(const decoded_t *event, const view_t *view) {
    json_t *object = json_object();
    json_put(object, "position", json_of_position((position_t) event->event.position));
    json_put(object, "time", json_of_moment(event->event.time));
    json_put_text(object, "kind", text_of(event->info->name));
    json_put(object, "case", json_of_ident(event->event.object));
    if (event->event.cause)
        json_put(object, "cause", json_integer(event->event.cause));
    json_put(object, "procedure", json_integer(event->event.procedure));
    json_put(object, "rules", json_integer(event->event.rules));
    if (!event->derived)
        put_command(object, event, view);
    json_t *body = view_record(view, event->info->body, event->body);
    if (event->info->kind == KIND_PROCEDURE_ADOPT)
        open_procedure(body, event->body);
    if (event->info->kind == KIND_NOTIFY_OUTCOME)
        put_told(object, event->body, view);
    json_object_set_new(object, "body", body);
    return object;
}
