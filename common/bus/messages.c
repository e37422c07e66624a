/* SPDX-License-Identifier: Apache-2.0
 *
 * messages: frames to bodies and back. Reading is bounded by the frame's size, by the record's
 * table and by the caller's arena; nothing is allocated before the header and the prescan have been
 * passed.
 */
#include "common/bus/messages.h"

#include "common/base/diag.h"

DEFINE_ENUM(receipt_state)
DEFINE_RECORD(raw)
DEFINE_RECORD(hello)
DEFINE_RECORD(announce)
DEFINE_RECORD(commit)
DEFINE_RECORD(fetch)
DEFINE_RECORD(events)
DEFINE_RECORD(submit)
DEFINE_RECORD(receipt)
DEFINE_RECORD(archived)
DEFINE_RECORD(tree_hash)
DEFINE_RECORD(checkpoint_get)
DEFINE_RECORD(checkpoint_put)
DEFINE_RECORD(cosignature)
DEFINE_RECORD(parameter)
DEFINE_RECORD(query)
DEFINE_RECORD(ask)
DEFINE_RECORD(reply)
DEFINE_RECORD(blob_put)
DEFINE_RECORD(blob_get)
DEFINE_RECORD(blob_state)
DEFINE_ENUM(delivery_state)
DEFINE_RECORD(delivery)
DEFINE_RECORD(delivered)
DEFINE_RECORD(local_command)
DEFINE_RECORD(local_commands)
DEFINE_RECORD(local_query)
DEFINE_RECORD(local_unlock)
DEFINE_RECORD(local_ask)
DEFINE_RECORD(local_state)

static const struct {
    int type;
    const char *name;
    const record_t *record;
} types[] = {
#define TYPE_ROW(type_, NAME, record_) {(type_), #NAME, &record_##_record},
    MESSAGES(TYPE_ROW)
#undef TYPE_ROW
};

const record_t *message_record(int type) {
    for (size_t i = 0; i < sizeof types / sizeof *types; i++)
        if (types[i].type == type)
            return types[i].record;
    return NULL;
}

const char *message_name(int type) {
    for (size_t i = 0; i < sizeof types / sizeof *types; i++)
        if (types[i].type == type)
            return types[i].name;
    return NULL;
}

void message_encode(message_type_t type, const void *body, buffer_t *out) {
    const record_t *record = message_record((int) type);
    insist(record);
    const uint8_t header[MESSAGE_HEADER] = {'C', 'S', MESSAGE_VERSION, (uint8_t) type};
    problem_t problem = {0};
    size_t before = out->n;
    buffer_put(out, header, sizeof header);
    if (record_encode(record, body, out, &problem) != 0)
        panic("%s cannot be sent: %s: %s", message_name((int) type), problem.field, problem.detail);
    if (out->n - before > MESSAGE_BYTES_MAX)
        panic("%s of %zu bytes is more than a peer takes", message_name((int) type),
              out->n - before);
}

int message_decode(bytes_t frame, arena_t *arena, message_type_t *type, const void **body,
                   problem_t *problem) {
    if (frame.n > MESSAGE_BYTES_MAX)
        return problem_set(problem, REASON_TOO_LARGE, "", "%zu bytes", frame.n);
    if (frame.n < MESSAGE_HEADER || frame.p[0] != 'C' || frame.p[1] != 'S')
        return problem_set(problem, REASON_MALFORMED, "", "not a frame of countersign");
    if (frame.p[2] != MESSAGE_VERSION)
        return problem_set(problem, REASON_MALFORMED, "", "protocol version %d, here %d",
                           frame.p[2], MESSAGE_VERSION);
    const record_t *record = message_record(frame.p[3]);
    if (!record)
        return problem_set(problem, REASON_UNKNOWN_KIND, "", "message type %d", frame.p[3]);
    void *into = arena_alloc(arena, record->size);
    if (!into)
        return problem_set(problem, REASON_TOO_LARGE, "", "more than this part takes at once");
    bytes_t rest = {frame.p + MESSAGE_HEADER, frame.n - MESSAGE_HEADER};
    if (record_decode(record, rest, arena, into, problem) != 0)
        return -1;
    *type = (message_type_t) frame.p[3];
    *body = into;
    return 0;
}
