/* SPDX-License-Identifier: Apache-2.0
 *
 * event: the envelope of a command and of an event, and the pair of an event with its decoded body.
 * A command is signed as the bytes that were sent and stored as those bytes, never re-encoded.
 */
#ifndef COUNTERSIGN_EVENT_EVENT_H
#define COUNTERSIGN_EVENT_EVENT_H

#include "common/event/catalogue.h"

#define COMMAND_BYTES_MAX (512 * 1024)
#define EVENT_BYTES_MAX (COMMAND_BYTES_MAX + 4096)
#define SCHEME_ED25519 1 /* a command's signature is over it alone */
#define SCHEME_BATCH 2   /* over the batch that it is in (common/crypto/signed.h) */
#define BATCH_SIZE_MAX 65536
#define BATCH_PATH_MAX (16 * 32)
#define CASE_NODES_MAX 65536

#define RECORD_command(F, S) \
    F(S, 1, DIGEST, _, ledger, 0, 1, "ledger id: leaf hash of the genesis event; absent in genesis alone") \
    F(S, 2, IDENT, _, id, 1, 1, "command id: UUIDv7; of a daemon UUIDv8, a function of its cause") \
    F(S, 3, INT, _, kind, 1, 65535, "kind") \
    F(S, 4, IDENT, _, object, 0, 1, "the case it speaks of: id of the command that opened it; absent when it opens one") \
    F(S, 5, INT, _, revision, 0, 9999, "JUDGES: the revision judged") \
    F(S, 6, DIGEST, _, digest, 0, 1, "JUDGES: digest of the requirements judged") \
    F(S, 7, INT, _, version, 0, INT64_MAX, "VERSIONED: count of the case's events that the writer saw") \
    F(S, 8, IDENT, _, actor, 1, 1, "the person or daemon that signs: id of its enrolment; genesis: the command's own id") \
    F(S, 9, IDENT, _, station, 0, 1, "the workstation it was signed at") \
    F(S, 10, MOMENT, _, claimed, 1, INT64_MAX, "the sender's time") \
    F(S, 11, MOMENT, _, expiry, 1, INT64_MAX, "not accepted after this") \
    F(S, 12, IDENT, _, mandate, 0, 1, "the mandate it is given under") \
    F(S, 13, BYTES, _, body, 0, COMMAND_BYTES_MAX, "canonical body of the kind's record")
DECLARE_RECORD(command)

#define RECORD_signed_command(F, S) \
    F(S, 1, INT, _, scheme, 1, 255, "1 = Ed25519; 2 = Ed25519 over a batch (section 5)") \
    F(S, 2, PUBKEY, _, key, 1, 1, "key that signed") \
    F(S, 3, SIGNATURE, _, signature, 1, 1, "over \"countersign/command/1\" 00 scheme-byte, then of 1: command, of 2: size and root") \
    F(S, 4, BYTES, _, command, 1, COMMAND_BYTES_MAX, "canonical command") \
    F(S, 5, INT, _, index, 0, BATCH_SIZE_MAX - 1, "of 2: the command's number in its batch, from 0") \
    F(S, 6, INT, _, size, 0, BATCH_SIZE_MAX, "of 2: commands in the batch, at least 2") \
    F(S, 7, BYTES, _, path, 0, BATCH_PATH_MAX, "of 2: inclusion path (RFC 9162 2.1.3.1), 32 bytes a digest")
DECLARE_RECORD(signed_command)

#define RECORD_event(F, S) \
    F(S, 1, INT, _, position, 1, INT64_MAX, "1, 2, 3, ... without a gap") \
    F(S, 2, MOMENT, _, time, 1, INT64_MAX, "the coordinator's time; never before that of the event before") \
    F(S, 3, INT, _, kind, 1, 65535, "kind") \
    F(S, 4, IDENT, _, object, 1, 1, "case") \
    F(S, 5, INT, _, cause, 0, INT64_MAX, "derived: position of the command's event it follows from") \
    F(S, 6, INT, _, procedure, 0, INT64_MAX, "position of the edition in force; 0 before the first") \
    F(S, 7, INT, _, rules, 1, 9999, "number of the decide code") \
    F(S, 8, INT, _, scheme, 0, 255, "of a command: as in signed_command") \
    F(S, 9, PUBKEY, _, key, 0, 1, "of a command") \
    F(S, 10, SIGNATURE, _, signature, 0, 1, "of a command") \
    F(S, 11, BYTES, _, command, 0, COMMAND_BYTES_MAX, "of a command: its canonical bytes as received") \
    F(S, 12, BYTES, _, body, 0, 65536, "derived: canonical body") \
    F(S, 13, INT, _, index, 0, BATCH_SIZE_MAX - 1, "of a command: as in signed_command") \
    F(S, 14, INT, _, size, 0, BATCH_SIZE_MAX, "of a command: as in signed_command") \
    F(S, 15, BYTES, _, path, 0, BATCH_PATH_MAX, "of a command: as in signed_command")
DECLARE_RECORD(event)

/* An event with everything decoded: what apply sees. `body` has the type of info->body. For a
   command event `command` is filled; for a derived one command.kind is 0. */
typedef struct decoded {
    struct event event;
    const kind_info_t *info;
    bool derived;
    struct command command;
    const void *body;
} decoded_t;

/* Decodes an event with its command and body; everything lives in `arena` or points into `bytes`,
   which must outlive *out. Checks form only, no signature. 0, or -1 with *problem. */
int event_decode(bytes_t bytes, arena_t *arena, decoded_t *out, problem_t *problem);
/* Same for a signed command: *signed_out, *command and *body (of kind_info (command->kind)->body).
   Refuses DERIVED and unknown kinds, a place in a batch where there is none, and (shape rules) a missing case for a kind that does not OPEN
   one, a missing revision and digest where it JUDGES, expiry before claimed. */
int command_decode(bytes_t bytes, arena_t *arena, struct signed_command *signed_out,
                   struct command *command, const void **body, problem_t *problem);

#endif
