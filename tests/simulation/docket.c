/* SPDX-License-Identifier: Apache-2.0
 *
 * docket: see the header.
 */
#include "tests/simulation/docket.h"

#include <string.h>

#include "common/base/text.h"

static const char *const products[] = {"P01", "P04", "P07", "P09", "P10"};

static const char *text_at(const json_t *object, const char *key) {
    const char *text = json_string_value(json_object_get(object, key));
    return text ? text : "";
}

kept_feedback_t *docket_find(docket_t *self, ident_t id) {
    for (size_t i = 0; i < self->kept_n; i++)
        if (ident_equal(self->kept[i].id, id))
            return &self->kept[i];
    return NULL;
}

static void see_actions(kept_feedback_t *kept, const json_t *waiting) {
    size_t n;
    const json_t *row;
    kept->actions_n = 0;
    json_array_foreach(waiting, n, row) {
        int64_t no = json_integer_value(json_object_get(row, "action"));
        if (!no || kept->actions_n == DOCKET_ACTIONS_MAX)
            continue;
        struct kept_action *action = &kept->actions[kept->actions_n++];
        *action = (struct kept_action){
            .no = no, .reported = strcmp(text_at(row, "kind"), "action.verify") == 0};
        ident_parse(text_of(text_at(json_object_get(row, "owner"), "id")), &action->owner);
    }
}

void docket_see(docket_t *self, const json_t *item) {
    ident_t id;
    int kind;
    kept_feedback_t *kept =
        ident_parse(text_of(text_at(item, "id")), &id) ? docket_find(self, id) : NULL;
    int64_t version = json_integer_value(json_object_get(item, "version"));
    if (!kept || version < kept->version)
        return; /* a screen behind another's */
    kept->version = version;
    kept->revision = json_integer_value(json_object_get(item, "revision"));
    snprintf(kept->state, sizeof kept->state, "%s", text_at(item, "state"));
    kept->safety = json_is_true(json_object_get(item, "safety"));
    if (enum_value(&feedback_kind_table, text_of(text_at(item, "kind")), &kind))
        kept->kind = (enum feedback_kind) kind;
    hex_parse(text_of(text_at(item, "digest")), kept->digest.b, sizeof kept->digest.b);
    see_actions(kept, json_object_get(item, "waiting"));
}

void docket_registered(docket_t *self, ident_t id) {
    kept_feedback_t *kept = docket_find(self, id);
    if (kept)
        kept->registered = true;
}

static bool lasts(const kept_feedback_t *kept) {
    return strcmp(kept->state, "received") == 0 || strcmp(kept->state, "in review") == 0;
}

kept_feedback_t *docket_some(docket_t *self, luck_t *luck) {
    size_t from = luck_below(luck, self->kept_n);
    bool rare = luck_percent(luck, 60);
    kept_feedback_t *found = NULL;
    for (size_t i = 0; i < self->kept_n; i++) {
        kept_feedback_t *kept = &self->kept[(from + i) % self->kept_n];
        if (kept->registered && kept->revision &&
            (!found || (rare && lasts(found) && !lasts(kept))))
            found = kept;
    }
    return found;
}

kept_feedback_t *docket_in(docket_t *self, luck_t *luck, const char *state) {
    size_t from = luck_below(luck, self->kept_n);
    for (size_t i = 0; i < self->kept_n; i++) {
        kept_feedback_t *kept = &self->kept[(from + i) % self->kept_n];
        if (kept->registered && kept->revision && strcmp(kept->state, state) == 0)
            return kept;
    }
    return NULL;
}

kept_feedback_t *docket_add(docket_t *self) {
    if (self->kept_n == sizeof self->kept / sizeof *self->kept)
        return NULL;
    return &self->kept[self->kept_n++];
}

void docket_put_content(docket_t *self, digest_t address, bytes_t salted) {
    if (self->contents_n == sizeof self->contents / sizeof *self->contents)
        return;
    content_note_t *note = &self->contents[self->contents_n++];
    note->address = address;
    memcpy(note->sample, salted.p + BLOB_SALT, sizeof note->sample);
}

void docket_paper(const works_t *works, const kept_feedback_t *kept, feedback_paper_t *out) {
    out->content = (struct feedback_content){.kind = kept->kind,
                                             .customer = works->customers[kept->customer],
                                             .medium = kept->medium,
                                             .received = kept->received,
                                             .order = kept->order,
                                             .text = TEXT("孔径超差，装不上"),
                                             .sought = TEXT("换货"),
                                             .contact = kept->contact};
    if (kept->product >= 0) {
        out->content.product = text_of(products[kept->product]);
        out->content.lot = TEXT("L-0917");
        out->content.unit = TEXT("件");
        out->content.delivered = 5000 * DECIMAL_ONE;
        out->content.affected = kept->quantity * DECIMAL_ONE;
    }
    if (digest_none(kept->file))
        return;
    out->document = (struct attachment){
        .blob = kept->file, .name = TEXT("照片.jpg"), .media = TEXT("image/jpeg"), .size = 2000};
    out->content.attachments = (struct attachment_list){&out->document, 1};
}
