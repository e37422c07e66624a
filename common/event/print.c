/* SPDX-License-Identifier: Apache-2.0
 *
 * print: a body as indented lines for people and logs, and a record's fields as a table for
 * PROTOCOL.md.
 */
#include "common/base/moment.h"
#include "common/base/text.h"
#include "common/event/generic.h"

/* Bytes of the character at p, by its first byte alone. */
static size_t character(const char *p, size_t n) {
    uint8_t first = (uint8_t) *p;
    size_t length = first < 0xc0 ? 1 : first < 0xe0 ? 2 : first < 0xf0 ? 3 : 4;
    return length <= n && text_valid_utf8((text_t){p, length}) ? length : 1;
}

/* A log's line stays one line; nothing in it moves the cursor or turns the reading direction. */
static void put_visible(buffer_t *out, text_t text) {
    for (size_t i = 0, n; i < text.n; i += n) {
        n = character(text.p + i, text.n - i);
        text_t c = {text.p + i, n};
        if (text_is(c, "\n"))
            buffer_text(out, "\\n");
        else if (text_has_controls(c) || text_is(c, "\t"))
            for (size_t k = 0; k < n; k++)
                buffer_format(out, "\\x%02x", (unsigned) (uint8_t) c.p[k]);
        else
            buffer_put(out, c.p, c.n);
    }
}

static void put_hex(buffer_t *out, const uint8_t *bytes, size_t n) {
    for (size_t i = 0; i < n && i < 64; i++)
        buffer_format(out, "%02x", bytes[i]);
    if (n > 64)
        buffer_format(out, "... (%zu bytes)", n);
}

static void print_items(const field_t *field, list_view_t list, unsigned indent, buffer_t *out) {
    for (size_t i = 0; i < list.n; i++) {
        if (field->type == TYPE_LIST) {
            buffer_format(out, "\n%*s- [%zu]\n", (int) indent, "", i);
            record_print(field->record, (const char *) list.at + i * field->record->size,
                         indent + 2, out);
            out->n -= out->n && out->p[out->n - 1] == '\n';
        } else if (field->type == TYPE_TEXTS) {
            buffer_text(out, i ? ", " : " ");
            put_visible(out, ((const text_t *) list.at)[i]);
        } else
            buffer_format(out, "%s%lld", i ? ", " : " ",
                          (long long) ((const int64_t *) list.at)[i]);
    }
}

static void print_value(const field_t *field, const void *body, unsigned indent, buffer_t *out) {
    char room[37];
    ident_t id;
    bytes_t bytes;
    switch (field->type) {
    case TYPE_INT: buffer_format(out, " %lld", (long long) field_int(body, field)); break;
    case TYPE_DECIMAL:
        buffer_format(out, " %s", decimal_print(field_int(body, field), room));
        break;
    case TYPE_MOMENT: buffer_format(out, " %s", moment_print(field_int(body, field), room)); break;
    case TYPE_DAY: buffer_format(out, " %s", day_print(field_int(body, field), room)); break;
    case TYPE_BOOL: buffer_text(out, " yes"); break;
    case TYPE_ENUM: {
        const char *name = enum_name(field->enums, field_enum(body, field));
        buffer_format(out, " %s", name ? name : "?");
        break;
    }
    case TYPE_TEXT:
        bytes = field_bytes(body, field);
        buffer_text(out, " ");
        put_visible(out, (text_t){(const char *) bytes.p, bytes.n});
        break;
    case TYPE_BYTES:
        bytes = field_bytes(body, field);
        buffer_text(out, " ");
        put_hex(out, bytes.p, bytes.n);
        break;
    case TYPE_IDENT:
        memcpy(id.b, field_at(body, field), sizeof id.b);
        buffer_format(out, " %s", ident_print(id, room));
        break;
    case TYPE_DIGEST:
    case TYPE_PUBKEY:
    case TYPE_SIGNATURE:
        buffer_text(out, " ");
        put_hex(out, field_at(body, field), field_fixed(field->type));
        break;
    case TYPE_LIST:
    case TYPE_TEXTS:
    case TYPE_INTS: print_items(field, field_list(body, field), indent + 2, out); break;
    }
}

void record_print(const record_t *record, const void *body, unsigned indent, buffer_t *out) {
    for (size_t i = 0; i < record->n; i++) {
        const field_t *field = &record->fields[i];
        if (field_empty(body, field))
            continue;
        buffer_format(out, "%*s%s:", (int) indent, "", field->name);
        print_value(field, body, indent, out);
        buffer_text(out, "\n");
    }
}

static const char *type_name(const field_t *field) {
    switch (field->type) {
    case TYPE_INT: return "integer";
    case TYPE_BOOL: return "true";
    case TYPE_TEXT: return "str";
    case TYPE_BYTES: return "bin";
    case TYPE_IDENT: return "bin 16";
    case TYPE_DIGEST:
    case TYPE_PUBKEY: return "bin 32";
    case TYPE_SIGNATURE: return "bin 64";
    case TYPE_DECIMAL: return "integer (millionths)";
    case TYPE_MOMENT: return "integer (ms since 1970, UTC)";
    case TYPE_DAY: return "integer (days since 1970-01-01)";
    case TYPE_ENUM: return "integer";
    case TYPE_LIST: return "array of";
    case TYPE_TEXTS: return "array of str";
    case TYPE_INTS: return "array of integers";
    }
    return "";
}

static void document_bounds(const field_t *field, buffer_t *out) {
    bool fixed = field_fixed(field->type) || field->type == TYPE_ENUM || field->type == TYPE_BOOL;
    if (fixed) {
        buffer_text(out, field->min > 0 ? "required" : "optional");
        return;
    }
    if (field->min == INT64_MIN)
        buffer_text(out, "any .. ");
    else
        buffer_format(out, "%lld .. ", (long long) field->min);
    if (field->max == INT64_MAX)
        buffer_text(out, "any");
    else
        buffer_format(out, "%lld", (long long) field->max);
}

void record_document(const record_t *record, buffer_t *out) {
    buffer_text(out, "| key | field | on the wire | bounds | what |\n|---|---|---|---|---|\n");
    for (size_t i = 0; i < record->n; i++) {
        const field_t *field = &record->fields[i];
        buffer_format(out, "| %u | %s | %s", field->key, field->name, type_name(field));
        if (field->record)
            buffer_format(out, " %s", field->record->name);
        buffer_text(out, " | ");
        document_bounds(field, out);
        buffer_text(out, " | ");
        for (size_t k = 0; field->enums && k < field->enums->n; k++)
            buffer_format(out, "%s%d %s", k ? ", " : "", field->enums->values[k].value,
                          field->enums->values[k].name);
        buffer_format(out, "%s%s |\n", field->enums && field->doc[0] ? ": " : "", field->doc);
    }
}
