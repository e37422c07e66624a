/* SPDX-License-Identifier: Apache-2.0
 *
 * named: walks a body by its field table, so that a record that gets an attachment some day does not
 * have to remember it: a digest called "blob" or "contact" is an address.
 */
#include "common/event/named.h"

#include "common/event/generic.h"

static bool is_address(const field_t *field) {
    return field->type == TYPE_DIGEST &&
           (strcmp(field->name, "blob") == 0 || strcmp(field->name, "contact") == 0);
}

/* Most records name none: they are not walked item by item. */
static bool can_name(const record_t *record) {
    for (size_t i = 0; i < record->n; i++)
        if (is_address(&record->fields[i]) ||
            (record->fields[i].type == TYPE_LIST && can_name(record->fields[i].record)))
            return true;
    return false;
}

static bool walk(const record_t *record, const void *body, named_fn *fn, void *arg);

static bool walk_list(const field_t *field, const void *body, named_fn *fn, void *arg) {
    list_view_t list = field_list(body, field);
    for (size_t i = 0; list.n && can_name(field->record) && i < list.n; i++)
        if (!walk(field->record, (const char *) list.at + i * field->record->size, fn, arg))
            return false;
    return true;
}

static bool walk(const record_t *record, const void *body, named_fn *fn, void *arg) {
    for (size_t i = 0; i < record->n; i++) {
        const field_t *field = &record->fields[i];
        digest_t blob;
        if (field->type == TYPE_LIST && !walk_list(field, body, fn, arg))
            return false;
        if (!is_address(field))
            continue;
        memcpy(&blob, field_at(body, field), sizeof blob);
        if (!digest_none(blob) && !fn(arg, blob))
            return false;
    }
    return true;
}

bool named_blobs(kind_t kind, const void *body, named_fn *fn, void *arg) {
    const kind_info_t *info = kind_info(kind);
    return !info || info->flags & DERIVED || kind == KIND_BLOB_ERASE ||
           walk(info->body, body, fn, arg);
}

static bool walk_documents(const record_t *record, const void *body, named_document_fn *fn,
                           void *arg);

static bool walk_items(const field_t *field, const void *body, named_document_fn *fn, void *arg) {
    list_view_t list = field_list(body, field);
    for (size_t i = 0; list.n && can_name(field->record) && i < list.n; i++) {
        const void *item = (const char *) list.at + i * field->record->size;
        if (field->record == &attachment_record ? !fn(arg, item, (digest_t){{0}})
                                                : !walk_documents(field->record, item, fn, arg))
            return false;
    }
    return true;
}

static bool walk_documents(const record_t *record, const void *body, named_document_fn *fn,
                           void *arg) {
    for (size_t i = 0; i < record->n; i++) {
        const field_t *field = &record->fields[i];
        digest_t contact;
        if (field->type == TYPE_LIST && !walk_items(field, body, fn, arg))
            return false;
        if (!is_address(field))
            continue;
        memcpy(&contact, field_at(body, field), sizeof contact);
        if (!digest_none(contact) && !fn(arg, NULL, contact))
            return false;
    }
    return true;
}

bool named_documents(kind_t kind, const void *body, named_document_fn *fn, void *arg) {
    const kind_info_t *info = kind_info(kind);
    return !info || info->flags & DERIVED || kind == KIND_BLOB_ERASE ||
           walk_documents(info->body, body, fn, arg);
}
