/* SPDX-License-Identifier: Apache-2.0
 *
 * keys_internal: the key pair as keys.c and keyfile.c know it.
 */
#ifndef COUNTERSIGN_CRYPTO_KEYS_INTERNAL_H
#define COUNTERSIGN_CRYPTO_KEYS_INTERNAL_H

#include "common/crypto/keys.h"

struct signer { pubkey_t key; uint8_t seed[32]; uint8_t secret[64]; };

#endif
