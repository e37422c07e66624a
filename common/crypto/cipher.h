/* SPDX-License-Identifier: Apache-2.0
 *
 * cipher: makes a content unreadable for whoever lacks its key, so that forgetting the key forgets
 * the content. Each key is for one content: there is no nonce.
 */
#ifndef COUNTERSIGN_CRYPTO_CIPHER_H
#define COUNTERSIGN_CRYPTO_CIPHER_H

#include "common/base/types.h"

/* Turns n bytes in place by XChaCha20's stream; the same call turns them back. */
void cipher_turn(digest_t key, uint8_t *bytes, size_t n);

#endif
