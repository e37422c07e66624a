/* SPDX-License-Identifier: Apache-2.0
 *
 * base64: RFC 4648 section 4, with padding; one text for one content.
 */
#ifndef COUNTERSIGN_CRYPTO_BASE64_H
#define COUNTERSIGN_CRYPTO_BASE64_H

#include "common/base/buffer.h"

void base64_put(buffer_t *out, bytes_t bytes);
/* The whole text, at most `room` bytes into `out`; false when it is not exactly what base64_put would
   have written, or there is no room. */
bool base64_read(text_t text, uint8_t *out, size_t room, size_t *n);

#endif
