/* SPDX-License-Identifier: Apache-2.0
 *
 * compare: two files that should hold one record: archive and ledger, backup and archive, two
 * departments' copies. The first event that differs is named; what comes after it does not matter.
 */
#include <stdio.h>

#include "daemons/auditor/auditor.h"

static const char *kind_in(bytes_t bytes, arena_t *arena, moment_t *time) {
    decoded_t event;
    if (event_decode(bytes, arena, &event, NULL) != 0)
        return "?";
    *time = event.event.time;
    return event.info->name;
}

static void tell(json_t *json, const char *key, const char *name, bytes_t bytes, bool quiet) {
    arena_t *arena = arena_new(0);
    moment_t time = 0;
    char text[32];
    json_t *one = json_object();
    const char *kind = kind_in(bytes, arena, &time);
    json_put(one, "file", json_string(name));
    json_put(one, "event", json_string(kind));
    json_put(one, "time", json_of_moment(time));
    json_put(one, "leaf", json_of_digest(hash_leaf(bytes)));
    json_put(json, key, one);
    if (!quiet)
        printf("  %s: %s, %s\n", name, language_word("kind", kind), moment_print(time, text));
    arena_destroy(&arena);
}

static int differ(auditor_t *a, auditor_t *b, position_t common, json_t *json) {
    buffer_t one = {0}, other = {0};
    position_t at = audit_compare(a->chronicle, b->chronicle, common, &one, &other);
    if (at) {
        json_put(json, "position", json_of_position(at));
        if (!a->json)
            printf(_("They differ from event %llu on:\n"), (unsigned long long) at);
        tell(json, "a", a->file, buffer_bytes(&one), a->json);
        tell(json, "b", b->file, buffer_bytes(&other), a->json);
    }
    buffer_free(&one);
    buffer_free(&other);
    return at ? AUDIT_FOUND : AUDIT_SOUND;
}

int run_compare(auditor_t *self, int argc, char **argv) {
    auditor_t other = {.json = self->json, .row = self->row, .arena = self->arena};
    problem_t problem = {0};
    if (argc != 2)
        return auditor_usage(self);
    if (archive_find(self, argv[0]) != 0)
        return AUDIT_UNABLE;
    if (archive_find(&other, argv[1]) != 0)
        return AUDIT_UNABLE;
    self->chronicle = chronicle_open_sealed(self->file, 16, &problem);
    if (self->chronicle)
        other.chronicle = chronicle_open_sealed(other.file, 16, &problem);
    if (!self->chronicle || !other.chronicle) {
        archive_close(&other);
        return auditor_problem(&problem);
    }
    position_t a = archive_last(self), b = archive_last(&other), common = a < b ? a : b;
    json_t *json = json_object();
    int code = differ(self, &other, common, json);
    json_put(json, "same", json_boolean(code == AUDIT_SOUND));
    json_put(json, "events_a", json_of_position(a));
    json_put(json, "events_b", json_of_position(b));
    if (self->json)
        json_dumpf(json, stdout, JSON_INDENT(2) | JSON_PRESERVE_ORDER);
    else if (code == AUDIT_SOUND && a == b)
        printf(_("The same, all %llu events."), (unsigned long long) a);
    else if (code == AUDIT_SOUND)
        printf(_("The same up to event %llu; %s goes on to %llu."), (unsigned long long) common,
               a > b ? self->file : other.file, (unsigned long long) (a > b ? a : b));
    if (self->json || code == AUDIT_SOUND)
        putchar('\n');
    json_decref(json);
    archive_close(&other);
    return code;
}
