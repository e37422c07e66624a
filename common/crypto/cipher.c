/* SPDX-License-Identifier: Apache-2.0
 *
 * cipher: XChaCha20 by libsodium.
 */
#include "common/crypto/cipher.h"

#include <sodium.h>

_Static_assert(sizeof((digest_t){{0}}.b) == crypto_stream_xchacha20_KEYBYTES, "a key is a digest");

void cipher_turn(digest_t key, uint8_t *bytes, size_t n) {
    static const uint8_t nonce[crypto_stream_xchacha20_NONCEBYTES];
    crypto_stream_xchacha20_xor(bytes, bytes, n, nonce, key.b);
}
