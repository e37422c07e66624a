/* SPDX-License-Identifier: Apache-2.0
 *
 * signed_note: text signed by one or more keys, as C2SP signed-note writes it: the text, an empty line, then
 * a line for each signature: "— NAME base64 (key id, signature)". Two of its algorithms are known
 * here: Ed25519 (01), and the cosignature of a witness with its time (04, C2SP tlog-cosignature).
 * Signatures of others are no reason to refuse a note, and say nothing.
 */
#ifndef COUNTERSIGN_LEDGER_SIGNED_NOTE_H
#define COUNTERSIGN_LEDGER_SIGNED_NOTE_H

#include "common/base/problem.h"
#include "common/crypto/base64.h"
#include "common/crypto/keys.h"

#define SIGNED_NOTE_BYTES_MAX 16384
#define SIGNED_NOTE_SIGNATURES_MAX 64
#define SIGNED_NOTE_NAME_MAX 100

typedef enum note_algorithm { SIGNED_ED25519 = 1, SIGNED_COSIGNATURE = 4 } note_algorithm_t;

/* Name and key id say together which key it is. */
typedef struct verifier_key { text_t name; note_algorithm_t algorithm; pubkey_t key; } verifier_key_t;
typedef struct signed_note_line { text_t name, signature; uint32_t id; } signed_note_line_t; /* signature: base64 */
typedef struct signed_note {
    text_t text; /* with its last newline: what is signed */
    signed_note_line_t lines[SIGNED_NOTE_SIGNATURES_MAX];
    size_t n;
} signed_note_t;

typedef enum signed_by {
    SIGNED_ABSENT, /* nothing in it claims to be by this key */
    SIGNED_VALID,
    SIGNED_INVALID /* a line claims to be, and is not */
} signed_by_t;

bool verifier_name_fits(text_t name); /* not empty, no space, no '+', no control character, UTF-8 */
uint32_t verifier_key_id(const verifier_key_t *key);
/* "NAME+hex (key id)+base64 (algorithm, key)": how a verifier key is handed on. */
void verifier_key_print(const verifier_key_t *key, buffer_t *out);
/* The same, read; *out points into `text`. 0, or -1 with *problem. */
int verifier_key_read(text_t text, verifier_key_t *out, problem_t *problem);

/* *out points into `whole`. 0, or -1 with *problem (MALFORMED): control characters, no empty line, no
   signature, not UTF-8, too large. Checks no signature. */
int signed_note_read(text_t whole, signed_note_t *out, problem_t *problem);
/* Is it signed by this key? *time (may be NULL): of a cosignature, else 0. */
signed_by_t signed_note_by(const signed_note_t *self, const verifier_key_t *key, moment_t *time);
/* Appends a signature line for `text` (which ends in a newline); `time`: of a cosignature. */
void signed_note_sign(buffer_t *out, text_t text, text_t name, note_algorithm_t algorithm,
               const signer_t *signer, moment_t time);

#endif
