/* SPDX-License-Identifier: Apache-2.0
 *
 * messages: what travels between the parts, declared once. A message is one ZeroMQ frame: 'C' 'S',
 * the protocol version (1), the message's type, then the canonical map of the type's record.
 * PROTOCOL.md explains it to strangers.
 */
#ifndef COUNTERSIGN_BUS_MESSAGES_H
#define COUNTERSIGN_BUS_MESSAGES_H

#include "common/event/event.h"
#include "common/ledger/checkpoint.h"

#define MESSAGE_HEADER 4
#define MESSAGE_VERSION 1
#define MESSAGE_BYTES_MAX (2 * 1024 * 1024)
#define STREAM_BYTES_MAX (1024 * 1024) /* event bytes in one COMMIT or EVENTS message, unless a single event is larger */

#define ENUM_receipt_state(V) \
    V(1, RECEIPT_ACCEPTED, "accepted") /* on the coordinator's disk */ \
    V(2, RECEIPT_ARCHIVED, "archived") /* on both disks */ \
    V(3, RECEIPT_REFUSED, "refused")   /* final for this id */ \
    V(4, RECEIPT_BUSY, "busy")         /* send it again after retry_ms */
DECLARE_ENUM(receipt_state)

#define RECORD_raw(F, S) F(S, 1, BYTES, _, bytes, 1, EVENT_BYTES_MAX, "canonical event")
DECLARE_RECORD(raw)

#define RECORD_hello(F, S) /* follower -> coordinator, on connecting, at its HEAD interval, and after a restart */ \
    F(S, 1, TEXT, _, name, 1, 60, "daemon's name in the directory: department:planning, archiver") \
    F(S, 2, DIGEST, _, ledger, 1, 1, "ledger id") \
    F(S, 3, INT, _, epoch, 0, INT64_MAX, "epoch of its last event") \
    F(S, 4, INT, _, position, 0, INT64_MAX, "its last position") \
    F(S, 5, DIGEST, _, root, 0, 1, "its root there") \
    F(S, 6, INT, _, tail, 0, INT64_MAX, "first position whose raw bytes it can give back; 0 = none") \
    F(S, 7, INT, _, expected, 0, INT64_MAX, "restored from a backup: events up to here were signed for, and it lacks some of them")
DECLARE_RECORD(hello)

#define RECORD_announce(F, S) /* a signed HEAD and how far the archive is; the coordinator's */ \
    F(S, 1, BYTES, _, head, 1, 400, "canonical head record") \
    F(S, 2, PUBKEY, _, key, 1, 1, "the coordinator's key, as genesis names it") \
    F(S, 3, SIGNATURE, _, signature, 1, 1, "over \"countersign/head/1\" 00 01 head") \
    F(S, 4, INT, _, archived, 0, INT64_MAX, "stored on the second disk up to here") \
    F(S, 5, INT, _, verified, 0, INT64_MAX, "signatures checked and decisions re-run up to here") \
    F(S, 6, BYTES, _, checkpoint, 0, CHECKPOINT_NOTE_MAX, "the archiver's last checkpoint (C2SP tlog-checkpoint); now and then")
DECLARE_RECORD(announce)

#define RECORD_commit(F, S) /* PUB: one commit, whole */ \
    F(S, 1, INT, _, first, 1, INT64_MAX, "position of the first event") \
    F(S, 2, LIST, raw, events, 0, 4096, "in order, without a gap") \
    F(S, 3, LIST, announce, head, 1, 1, "the head after them")
DECLARE_RECORD(commit)

#define RECORD_fetch(F, S) /* -> EVENTS; what a follower misses */ \
    F(S, 1, INT, _, from, 1, INT64_MAX, "first position wanted") \
    F(S, 2, INT, _, to, 1, INT64_MAX, "last position wanted")
DECLARE_RECORD(fetch)

#define RECORD_events(F, S) /* answer to FETCH, at most STREAM_BYTES_MAX: ask again for the rest */ \
    F(S, 1, INT, _, first, 1, INT64_MAX, "position of the first event; = from") \
    F(S, 2, LIST, raw, events, 0, 4096, "in order; empty: this part does not have them") \
    F(S, 3, LIST, announce, head, 0, 1, "from the coordinator: the head now")
DECLARE_RECORD(events)

#define RECORD_submit(F, S) /* a signed command on its way */ \
    F(S, 1, BYTES, _, signed_command, 1, COMMAND_BYTES_MAX + 256, "canonical signed_command")
DECLARE_RECORD(submit)

#define RECORD_receipt(F, S) \
    F(S, 1, IDENT, _, id, 1, 1, "the command's id; all ones: the command could not be read") \
    F(S, 2, ENUM, receipt_state, state, 1, 0, "") \
    F(S, 3, INT, _, position, 0, INT64_MAX, "accepted, archived: the command's event") \
    F(S, 4, MOMENT, _, time, 0, INT64_MAX, "accepted: event time") \
    F(S, 5, INT, _, reason, 0, 65535, "refused, busy: reason code (base/problem.h)") \
    F(S, 6, TEXT, _, clause, 0, 24, "of the procedure") \
    F(S, 7, TEXT, _, field, 0, 96, "dotted path") \
    F(S, 8, TEXT, _, detail, 0, 256, "English, for people") \
    F(S, 9, INT, _, retry_ms, 0, 3600000, "busy: send again after this")
DECLARE_RECORD(receipt)

#define RECORD_archived(F, S) /* archiver -> coordinator */ \
    F(S, 1, INT, _, position, 0, INT64_MAX, "stored, synced") \
    F(S, 2, DIGEST, _, root, 0, 1, "its root there") \
    F(S, 3, INT, _, verified, 0, INT64_MAX, "verified") \
    F(S, 4, LIST, alarm, alarm, 0, 1, "why it stopped verifying") \
    F(S, 5, BYTES, _, checkpoint, 0, CHECKPOINT_NOTE_MAX, "its last checkpoint (C2SP tlog-checkpoint)")
DECLARE_RECORD(archived)

#define RECORD_tree_hash(F, S) F(S, 1, DIGEST, _, hash, 1, 1, "of the proof")
DECLARE_RECORD(tree_hash)

#define RECORD_checkpoint_get(F, S) /* witness -> archiver */ \
    F(S, 1, INT, _, from, 0, INT64_MAX, "position of the checkpoint that it has; 0 = none")
DECLARE_RECORD(checkpoint_get)

#define RECORD_checkpoint_put(F, S) /* answer to CHECKPOINT_GET */ \
    F(S, 1, BYTES, _, note, 0, CHECKPOINT_NOTE_MAX, "the last checkpoint; empty: there is none yet") \
    F(S, 2, INT, _, from, 0, INT64_MAX, "as it was asked") \
    F(S, 3, LIST, tree_hash, proof, 0, 64, "consistency proof (RFC 9162 2.1.4) from there; empty from 0")
DECLARE_RECORD(checkpoint_put)

#define RECORD_cosignature(F, S) /* witness -> archiver */ \
    F(S, 1, INT, _, position, 1, INT64_MAX, "of the checkpoint") \
    F(S, 2, BYTES, _, line, 1, 400, "a signature line of it (C2SP tlog-cosignature), with its newline")
DECLARE_RECORD(cosignature)

#define RECORD_parameter(F, S) \
    F(S, 1, TEXT, _, name, 1, 40, "") \
    F(S, 2, TEXT, _, value, 0, 4000, "")
DECLARE_RECORD(parameter)

#define RECORD_query(F, S) /* signed by the person who reads: rights are the person's, not the machine's */ \
    F(S, 1, DIGEST, _, ledger, 1, 1, "ledger id") \
    F(S, 2, IDENT, _, id, 1, 1, "query id: UUIDv7") \
    F(S, 3, IDENT, _, person, 0, 1, "who reads; absent: whoever the key belongs to") \
    F(S, 4, MOMENT, _, claimed, 1, INT64_MAX, "sender's time; refused when off by more than 10 minutes") \
    F(S, 5, TEXT, _, name, 1, 40, "what is asked: order.show, order.list, inbox, why, events, people, procedure, ...") \
    F(S, 6, LIST, parameter, parameters, 0, 32, "") \
    F(S, 7, INT, _, at_least, 0, INT64_MAX, "answer from a fold at this position or later")
DECLARE_RECORD(query)

#define RECORD_ask(F, S) \
    F(S, 1, BYTES, _, query, 1, 65536, "canonical query") \
    F(S, 2, PUBKEY, _, key, 1, 1, "the person's key") \
    F(S, 3, SIGNATURE, _, signature, 1, 1, "over \"countersign/query/1\" 00 01 query")
DECLARE_RECORD(ask)

#define RECORD_reply(F, S) /* answer to ASK */ \
    F(S, 1, IDENT, _, id, 1, 1, "the query's id") \
    F(S, 2, INT, _, position, 0, INT64_MAX, "the fold it was answered from") \
    F(S, 3, BYTES, _, json, 0, 1900000, "UTF-8 JSON (RFC 8259)") \
    F(S, 4, INT, _, reason, 0, 65535, "refused: reason code; 0 = answered") \
    F(S, 5, TEXT, _, clause, 0, 24, "") \
    F(S, 6, TEXT, _, field, 0, 96, "") \
    F(S, 7, TEXT, _, detail, 0, 256, "") \
    F(S, 8, INT, _, archived, 0, INT64_MAX, "archived, as this part knows it") \
    F(S, 9, INT, _, retry_ms, 0, 3600000, "BEHIND or BUSY: ask again after this")
DECLARE_RECORD(reply)

#define RECORD_blob_put(F, S) \
    F(S, 1, DIGEST, _, address, 1, 1, "content address: SHA-256 (\"countersign/blob/1\" 00 salted)") \
    F(S, 2, BYTES, _, salted, 17, 1048592, "16 bytes of salt, content")
DECLARE_RECORD(blob_put)

#define RECORD_blob_get(F, S) \
    F(S, 1, DIGEST, _, address, 1, 1, "")
DECLARE_RECORD(blob_get)

#define RECORD_blob_state(F, S) /* answer to BLOB_PUT and BLOB_ASK, and to BLOB_GET when it is not here */ \
    F(S, 1, DIGEST, _, address, 1, 1, "") \
    F(S, 2, BOOL, _, stored, 0, 1, "durable here") \
    F(S, 3, INT, _, reason, 0, 65535, "why not")
DECLARE_RECORD(blob_state)

/* ---- between the notifier and the thread that carries out its hooks ---- */
#define ENUM_delivery_state(V) \
    V(1, DELIVERY_ACCEPTED, "accepted") /* the relay took it; the program ended with 0 */ \
    V(2, DELIVERY_DEFERRED, "deferred") /* try again later */ \
    V(3, DELIVERY_REFUSED, "refused")   /* no use in trying again */
DECLARE_ENUM(delivery_state)

#define RECORD_delivery(F, S) /* -> DELIVERED, for each, in any order */ \
    F(S, 1, IDENT, _, id, 1, 1, "the notification") \
    F(S, 2, TEXT, _, hook, 1, 20, "email, exec") \
    F(S, 3, TEXT, _, from, 0, 320, "email: envelope sender; empty: the null reverse-path (RFC 5321 4.5.5)") \
    F(S, 4, TEXT, _, to, 0, 320, "email: envelope recipient") \
    F(S, 5, BYTES, _, content, 1, 1048576, "email: the message (RFC 5322), CR LF; exec: JSON for its standard input") \
    F(S, 6, TEXT, _, program, 0, 400, "exec: absolute path") \
    F(S, 7, INT, _, limit_ms, 0, 3600000, "time limit; 0 = the hook's own")
DECLARE_RECORD(delivery)

#define RECORD_delivered(F, S) \
    F(S, 1, IDENT, _, id, 1, 1, "the notification") \
    F(S, 2, ENUM, delivery_state, state, 1, 0, "") \
    F(S, 3, INT, _, code, 0, 999, "reply code (RFC 5321 4.2), exit code; 0 = there was no reply") \
    F(S, 4, TEXT, _, text, 0, 300, "what the relay or program said last, one line") \
    F(S, 5, BOOL, _, unsure, 0, 1, "it may have arrived: the connection went after the content was sent")
DECLARE_RECORD(delivered)

/* ---- between the command line and its agent, over ipc:// in a folder of mode 0700 ---- */
#define RECORD_local_command(F, S) \
    F(S, 1, TEXT, _, person, 1, 60, "handle") \
    F(S, 2, INT, _, kind, 1, 65535, "kind") \
    F(S, 3, IDENT, _, object, 0, 1, "case") \
    F(S, 4, INT, _, revision, 0, 9999, "") \
    F(S, 5, DIGEST, _, digest, 0, 1, "") \
    F(S, 6, INT, _, version, 0, INT64_MAX, "") \
    F(S, 7, BYTES, _, body, 0, COMMAND_BYTES_MAX, "canonical body") \
    F(S, 8, IDENT, _, id, 0, 1, "chosen by the caller, so that a repeated call is the same command; else the agent's") \
    F(S, 9, IDENT, _, mandate, 0, 1, "on whose behalf: the delegation or forward that it cites")
DECLARE_RECORD(local_command)

#define LOCAL_COMMANDS_MAX 64 /* of one act */
/* Signed in one act: one alone, several as a batch (section 5).
   -> for each RECEIPTs (queued = busy with OFFLINE, accepted, archived) */
#define RECORD_local_commands(F, S) \
    F(S, 1, LIST, local_command, commands, 1, LOCAL_COMMANDS_MAX, "of one person; all are queued or none")
DECLARE_RECORD(local_commands)

#define RECORD_local_query(F, S) /* -> ANSWER */ \
    F(S, 1, TEXT, _, person, 1, 60, "handle") \
    F(S, 2, TEXT, _, name, 1, 40, "as in query") \
    F(S, 3, LIST, parameter, parameters, 0, 32, "") \
    F(S, 4, INT, _, at_least, 0, INT64_MAX, "")
DECLARE_RECORD(local_query)

#define RECORD_local_unlock(F, S) /* -> LOCAL_STATE */ \
    F(S, 1, TEXT, _, person, 1, 60, "handle: names the key file") \
    F(S, 2, TEXT, _, passphrase, 0, 1024, "empty: lock") \
    F(S, 3, BOOL, _, signs, 0, 1, "given to sign: what has the meaning of a signature may be said from now on")
DECLARE_RECORD(local_unlock)

#define RECORD_local_ask(F, S) /* -> LOCAL_STATE */ \
    F(S, 1, TEXT, _, what, 1, 40, "outbox, doctor, drop (an outbox row), retry") \
    F(S, 2, IDENT, _, id, 0, 1, "of the outbox row")
DECLARE_RECORD(local_ask)

#define RECORD_local_state(F, S) \
    F(S, 1, INT, _, reason, 0, 65535, "0 = done") \
    F(S, 2, TEXT, _, detail, 0, 256, "") \
    F(S, 3, BYTES, _, json, 0, 1900000, "")
DECLARE_RECORD(local_state)

/* M(type, NAME, record); 20 was a single command of a person, and stays free */
#define MESSAGES(M) \
    M(1, HELLO, hello) M(2, ANNOUNCE, announce) M(3, COMMIT, commit) M(4, FETCH, fetch) M(5, EVENTS, events) \
    M(6, SUBMIT, submit) M(7, RECEIPT, receipt) M(8, ARCHIVED, archived) M(9, ASK, ask) M(10, ANSWER, reply) \
    M(11, BLOB_PUT, blob_put) M(12, BLOB_GET, blob_get) M(13, BLOB_STATE, blob_state) M(14, BLOB_ASK, blob_get) \
    M(15, DELIVER, delivery) M(16, DELIVERED, delivered) \
    M(17, CHECKPOINT_GET, checkpoint_get) M(18, CHECKPOINT_PUT, checkpoint_put) M(19, COSIGN, cosignature) \
    M(21, LOCAL_QUERY, local_query) M(22, LOCAL_UNLOCK, local_unlock) \
    M(23, LOCAL_ASK, local_ask) M(24, LOCAL_STATE, local_state) M(25, LOCAL_COMMANDS, local_commands)

typedef enum message_type {
    MESSAGE_NONE = 0,
#define MESSAGE_ENUM(type, NAME, record) MESSAGE_##NAME = (type),
    MESSAGES(MESSAGE_ENUM)
#undef MESSAGE_ENUM
} message_type_t;

const record_t *message_record(int type);  /* NULL if unknown */
const char *message_name(int type);        /* "COMMIT"; NULL if unknown */
/* Appends header and canonical body to out. Panics when the body is out of bounds: that is our
   bug. */
void message_encode(message_type_t type, const void *body, buffer_t *out);
/* Reads a whole frame. *body points to a struct of the type's record in `arena`; texts and bytes
   point into `frame`. Returns 0, or -1 with *problem (MALFORMED, TOO_LARGE, UNKNOWN_KIND,
   FIELD_*). */
int message_decode(bytes_t frame, arena_t *arena, message_type_t *type, const void **body, problem_t *problem);

#endif
