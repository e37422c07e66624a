/* SPDX-License-Identifier: Apache-2.0
 *
 * base64: by libsodium.
 */
#include "common/crypto/base64.h"

#include <sodium.h>
#include <stdlib.h>

#include "common/base/memory.h"

void base64_put(buffer_t *out, bytes_t bytes) {
    size_t room = sodium_base64_encoded_len(bytes.n, sodium_base64_VARIANT_ORIGINAL);
    char *text = memory_new(room, 1);
    sodium_bin2base64(text, room, bytes.p, bytes.n, sodium_base64_VARIANT_ORIGINAL);
    buffer_put(out, text, room - 1);
    free(text);
}

bool base64_read(text_t text, uint8_t *out, size_t room, size_t *n) {
    const char *end = NULL;
    return sodium_base642bin(out, room, text.p, text.n, NULL, n, &end,
                             sodium_base64_VARIANT_ORIGINAL) == 0 &&
           end == text.p + text.n;
}
