/* SPDX-License-Identifier: Apache-2.0
 *
 * encode: a body to its canonical bytes. msgpack-c writes the shortest forms by itself; the
 * tables give the order, and what is empty is left out. Each field is checked on its way.
 */
#include <msgpack.h>

#include "common/event/generic.h"

static int to_buffer(void *arg, const char *bytes, size_t n) {
    buffer_put(arg, bytes, n);
    return 0;
}

static int encode(msgpack_packer *pk, const record_t *record, const void *body,
                  const path_t *above, problem_t *problem);

static int encode_items(msgpack_packer *pk, const field_t *field, list_view_t list,
                        const path_t *path, problem_t *problem) {
    msgpack_pack_array(pk, list.n);
    for (size_t i = 0; i < list.n; i++) {
        path_t item = {path->above, field, i};
        if (field->type == TYPE_LIST) {
            if (encode(pk, field->record, (const char *) list.at + i * field->record->size, &item,
                       problem) != 0)
                return -1;
        } else if (field->type == TYPE_TEXTS)
            msgpack_pack_str_with_body(pk, ((const text_t *) list.at)[i].p,
                                       ((const text_t *) list.at)[i].n);
        else
            msgpack_pack_int64(pk, ((const int64_t *) list.at)[i]);
    }
    return 0;
}

static int encode_field(msgpack_packer *pk, const void *body, const field_t *field,
                        const path_t *path, problem_t *problem) {
    bytes_t bytes;
    switch (field->type) {
    case TYPE_INT:
    case TYPE_DECIMAL:
    case TYPE_MOMENT:
    case TYPE_DAY: msgpack_pack_int64(pk, field_int(body, field)); break;
    case TYPE_BOOL: msgpack_pack_true(pk); break;
    case TYPE_ENUM: msgpack_pack_int64(pk, field_enum(body, field)); break;
    case TYPE_TEXT:
        bytes = field_bytes(body, field);
        msgpack_pack_str_with_body(pk, bytes.p, bytes.n);
        break;
    case TYPE_BYTES:
        bytes = field_bytes(body, field);
        msgpack_pack_bin_with_body(pk, bytes.p, bytes.n);
        break;
    case TYPE_IDENT:
    case TYPE_DIGEST:
    case TYPE_PUBKEY:
    case TYPE_SIGNATURE:
        msgpack_pack_bin_with_body(pk, field_at(body, field), field_fixed(field->type));
        break;
    case TYPE_LIST:
    case TYPE_TEXTS:
    case TYPE_INTS: return encode_items(pk, field, field_list(body, field), path, problem);
    }
    return 0;
}

static int encode(msgpack_packer *pk, const record_t *record, const void *body,
                  const path_t *above, problem_t *problem) {
    size_t present = 0;
    for (size_t i = 0; i < record->n; i++)
        present += !field_empty(body, &record->fields[i]);
    msgpack_pack_map(pk, present);
    for (size_t i = 0; i < record->n; i++) {
        const field_t *field = &record->fields[i];
        path_t path = {above, field, NO_INDEX};
        if (field_check(body, field, &path, problem) != 0)
            return -1;
        if (field_empty(body, field))
            continue;
        msgpack_pack_uint64(pk, field->key);
        if (encode_field(pk, body, field, &path, problem) != 0)
            return -1;
    }
    return 0;
}

int record_encode(const record_t *record, const void *body, buffer_t *out, problem_t *problem) {
    size_t before = out->n;
    msgpack_packer pk;
    msgpack_packer_init(&pk, out, to_buffer);
    if (encode(&pk, record, body, NULL, problem) == 0)
        return 0;
    out->n = before;
    return -1;
}
