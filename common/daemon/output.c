/* SPDX-License-Identifier: Apache-2.0
 *
 * output: the frames of one batch, encoded one behind the other in one buffer, so that a step
 * allocates nothing once the daemon is warm.
 */
#include <stdlib.h>

#include "common/base/diag.h"
#include "common/base/memory.h"
#include "common/daemon/step.h"

void output_send(output_t *out, int port, const route_t *route, message_type_t type,
                 const void *body) {
    if (out->items_n == out->items_room) {
        out->items_room = out->items_room ? out->items_room * 2 : 64;
        out->items = memory_grow(out->items, out->items_room, sizeof *out->items);
    }
    size_t offset = out->bytes.n;
    message_encode(type, body, &out->bytes);
    out->items[out->items_n++] = (outgoing_t){.port = port,
                                              .route = route ? *route : (route_t){.n = 0},
                                              .offset = offset,
                                              .n = out->bytes.n - offset};
}

bytes_t output_frame(const output_t *out, size_t index) {
    insist(index < out->items_n);
    return (bytes_t){out->bytes.p + out->items[index].offset, out->items[index].n};
}

void output_wake(output_t *out, int64_t boot) {
    if (!out->wake || boot < out->wake)
        out->wake = boot;
}

void output_clear(output_t *out) {
    out->items_n = 0;
    buffer_clear(&out->bytes);
}

void output_free(output_t *out) {
    free(out->items);
    buffer_free(&out->bytes);
    *out = (output_t){0};
}
