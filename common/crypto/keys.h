/* SPDX-License-Identifier: Apache-2.0
 *
 * keys: Ed25519 signing keys, CURVE key pairs, and the file in which a secret lies sealed by a
 * passphrase (Argon2id and XChaCha20-Poly1305 of libsodium; algorithm, limits and salt are in the
 * file, so that they can be raised later). Secrets live in locked memory (sodium_malloc).
 */
#ifndef COUNTERSIGN_CRYPTO_KEYS_H
#define COUNTERSIGN_CRYPTO_KEYS_H

#include "common/base/problem.h"

typedef struct signer signer_t; /* an Ed25519 key pair */

void crypto_start(void);        /* once, before anything here; fatal if libsodium does not start */
signer_t *signer_new(void);     /* random */
signer_t *signer_from_seed(const uint8_t seed[32]);
void signer_destroy(signer_t **self_p);
pubkey_t signer_key(const signer_t *self);
/* Signs domain 00 scheme-byte(1) bytes (RFC 8032). */
signature_t signer_sign(const signer_t *self, const char *domain, bytes_t bytes);
bool signature_valid(pubkey_t key, const char *domain, bytes_t bytes, const signature_t *signature);
/* The same under another scheme byte: what `bytes` are there, common/crypto/signed.h says. */
signature_t signer_sign_scheme(const signer_t *self, const char *domain, uint8_t scheme,
                               bytes_t bytes);
bool signature_valid_scheme(pubkey_t key, const char *domain, uint8_t scheme, bytes_t bytes,
                            const signature_t *signature);
/* The bytes as they are, where a format of others says so (signed notes); none of them begins like a
   domain above with its 00 behind it. */
signature_t signer_sign_plain(const signer_t *self, bytes_t bytes);
bool signature_valid_plain(pubkey_t key, bytes_t bytes, const signature_t *signature);

#define DOMAIN_COMMAND "countersign/command/1"
#define DOMAIN_HEAD "countersign/head/1"
#define DOMAIN_CHECKPOINT "countersign/checkpoint/1"
#define DOMAIN_QUERY "countersign/query/1"
#define DOMAIN_REQUIREMENTS "countersign/requirements/1"
#define DOMAIN_DAEMON_COMMAND "countersign/daemon-command/1"

/* CURVE (Curve25519) key pair as ZeroMQ takes it: raw 32 bytes each. */
typedef struct curve_pair { pubkey_t public_key; uint8_t secret[32]; } curve_pair_t;
void curve_pair_make(curve_pair_t *out);

/* Argon2id limits: INTERACTIVE for tests and demos, MODERATE is what init uses. */
typedef enum seal_strength { SEAL_MINIMAL, SEAL_INTERACTIVE, SEAL_MODERATE } seal_strength_t;

/* Key files. Text, three or more "name: value" lines; mode 0600; written to a temporary name in the
   same folder, synced, renamed; an existing file is never overwritten (INPUT_FILE). `label` is the
   handle or daemon name. passphrase NULL writes it unsealed (daemons' keys, protected by the file
   mode). */
int keyfile_write_signer(const char *path, const char *label, const signer_t *signer,
                         const char *passphrase, seal_strength_t strength, problem_t *problem);
/* LOCKED if sealed and passphrase is NULL or wrong; INPUT_FILE with line when the file is not
   right, or readable by others. */
int keyfile_read_signer(const char *path, const char *passphrase, signer_t **out,
                        problem_t *problem);
int keyfile_write_curve(const char *path, const char *label, const curve_pair_t *pair,
                        problem_t *problem);
int keyfile_read_curve(const char *path, curve_pair_t *out, problem_t *problem);
/* The public half alone, without a passphrase: label and key ("ed25519" or "curve" lines). */
int keyfile_read_public(const char *path, char label[64], pubkey_t *key, problem_t *problem);

/* For reading out loud: 64 hex digits in groups of four. */
void fingerprint_print(digest_t digest, char out[96]);
void random_bytes(void *out, size_t n);
/* UUIDv7 (RFC 9562 5.7) of `now` with 74 random bits. */
ident_t ident_random(moment_t now);
void secret_wipe(void *p, size_t n);

#endif
