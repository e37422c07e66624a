/* SPDX-License-Identifier: Apache-2.0
 *
 * keys: Ed25519 by libsodium, secrets in locked and guarded memory.
 */
#include "common/crypto/keys.h"

#include <sodium.h>
#include <stdio.h>
#include <stdlib.h>
#include <sysexits.h>

#include "common/base/buffer.h"
#include "common/base/diag.h"
#include "common/crypto/keys_internal.h"

void crypto_start(void) {
    if (sodium_init() < 0)
        diag_fatal(EX_OSERR, DIAG_GENERAL, "libsodium cannot be started");
}

signer_t *signer_from_seed(const uint8_t seed[32]) {
    signer_t *self = sodium_malloc(sizeof *self);
    if (!self)
        diag_fatal(EX_OSERR, DIAG_GENERAL, "no locked memory for a key");
    memcpy(self->seed, seed, sizeof self->seed);
    crypto_sign_seed_keypair(self->key.b, self->secret, seed);
    return self;
}

signer_t *signer_new(void) {
    uint8_t seed[32];
    randombytes_buf(seed, sizeof seed);
    signer_t *self = signer_from_seed(seed);
    sodium_memzero(seed, sizeof seed);
    return self;
}

void signer_destroy(signer_t **self_p) {
    if (*self_p)
        sodium_free(*self_p); /* wipes it */
    *self_p = NULL;
}

pubkey_t signer_key(const signer_t *self) { return self->key; }

static void compose(buffer_t *out, const char *domain, uint8_t scheme, bytes_t bytes) {
    buffer_put(out, domain, strlen(domain) + 1);
    buffer_put(out, &scheme, 1);
    buffer_put(out, bytes.p, bytes.n);
}

signature_t signer_sign_scheme(const signer_t *self, const char *domain, uint8_t scheme,
                               bytes_t bytes) {
    signature_t signature;
    buffer_t message = {0};
    compose(&message, domain, scheme, bytes);
    crypto_sign_detached(signature.b, NULL, message.p, message.n, self->secret);
    buffer_free(&message);
    return signature;
}

bool signature_valid_scheme(pubkey_t key, const char *domain, uint8_t scheme, bytes_t bytes,
                            const signature_t *signature) {
    buffer_t message = {0};
    compose(&message, domain, scheme, bytes);
    bool valid = crypto_sign_verify_detached(signature->b, message.p, message.n, key.b) == 0;
    buffer_free(&message);
    return valid;
}

signature_t signer_sign(const signer_t *self, const char *domain, bytes_t bytes) {
    return signer_sign_scheme(self, domain, 1, bytes);
}

bool signature_valid(pubkey_t key, const char *domain, bytes_t bytes,
                     const signature_t *signature) {
    return signature_valid_scheme(key, domain, 1, bytes, signature);
}

signature_t signer_sign_plain(const signer_t *self, bytes_t bytes) {
    signature_t signature;
    crypto_sign_detached(signature.b, NULL, bytes.p, bytes.n, self->secret);
    return signature;
}

bool signature_valid_plain(pubkey_t key, bytes_t bytes, const signature_t *signature) {
    return crypto_sign_verify_detached(signature->b, bytes.p, bytes.n, key.b) == 0;
}

void curve_pair_make(curve_pair_t *out) { crypto_box_keypair(out->public_key.b, out->secret); }

void fingerprint_print(digest_t digest, char out[96]) {
    char *p = out;
    for (size_t i = 0; i < 32; i++)
        p += sprintf(p, "%s%02x", i && i % 2 == 0 ? " " : "", digest.b[i]);
}

void random_bytes(void *out, size_t n) { randombytes_buf(out, n); }

ident_t ident_random(moment_t now) {
    ident_t id;
    randombytes_buf(id.b, sizeof id.b);
    for (int i = 0; i < 6; i++)
        id.b[i] = (uint8_t) ((uint64_t) now >> (40 - 8 * i));
    id.b[6] = (uint8_t) ((id.b[6] & 0x0f) | 0x70);
    id.b[8] = (uint8_t) ((id.b[8] & 0x3f) | 0x80);
    return id;
}

void secret_wipe(void *p, size_t n) { sodium_memzero(p, n); }
