/* SPDX-License-Identifier: Apache-2.0
 *
 * signed: a command under its signature. Either by itself (scheme 1), or as one of a batch that was
 * signed in one act (scheme 2): one signature over the batch's size and the root (RFC 9162 2.1.1)
 * over its commands, and with each command its index and inclusion path. Whoever checks a whole
 * batch then checks one signature; each command still proves itself alone, and holds for no other
 * (21 CFR 11.70).
 */
#ifndef COUNTERSIGN_CRYPTO_SIGNED_H
#define COUNTERSIGN_CRYPTO_SIGNED_H

#include "common/crypto/keys.h"
#include "common/event/event.h"

#define BATCH_MAX 256 /* what a batch of ours holds at most */

/* What a command's event keeps of its signature; points into the event. */
struct signed_command signed_of_event(const struct event *event);
/* Scheme 1 over a canonical command; *out points to it. */
void signed_alone(const signer_t *signer, bytes_t command, struct signed_command *out);
/* n canonical commands, 1 to BATCH_MAX, in one act; one by itself is of scheme 1. out[0..n) point to
   the commands and into `paths`, which must outlive them. */
void signed_batch(const signer_t *signer, const bytes_t *commands, size_t n,
                struct signed_command *out, buffer_t *paths);
/* The same in place: each of n canonical commands becomes the canonical signed_command that is sent. 0, or
   -1 with *problem: one is larger than may be sent, and all of them are good for nothing but buffer_free. */
int signed_commands(const signer_t *signer, buffer_t *const *commands, size_t n, problem_t *problem);
/* The signature is this key's over this command, by a scheme that there is. Its form has been checked
   (command_decode, event_decode). A batch's signature that this thread has seen a moment ago is not
   worked out again. */
bool signed_valid(const struct signed_command *self);

#endif
