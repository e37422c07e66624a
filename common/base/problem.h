/* SPDX-License-Identifier: Apache-2.0
 *
 * problem: why an input was refused, said once for code, wire and person: a reason code (stable,
 * on the wire), the clause it follows from, the field at fault, and a sentence that tells the
 * reader what to do next. Reasons are declared in REASONS and nowhere else; codes are never reused.
 * `text` is the English msgid; gettext gives the Chinese.
 */
#ifndef COUNTERSIGN_BASE_PROBLEM_H
#define COUNTERSIGN_BASE_PROBLEM_H

#include "common/base/types.h"

/* R(code, NAME, clause, text) */
#define REASONS(R) \
    R(1, MALFORMED, "", "the message is not in canonical form") \
    R(2, TOO_LARGE, "", "the message is larger than allowed") \
    R(3, FIELD_MISSING, "", "a required field is missing") \
    R(4, FIELD_RANGE, "", "a field is outside its bounds") \
    R(5, FIELD_TEXT, "", "a text holds control characters or is not UTF-8") \
    R(6, UNKNOWN_KIND, "", "this kind of command is not known here") \
    R(7, WRONG_LEDGER, "", "the command is for another ledger") \
    R(8, BAD_SIGNATURE, "", "the signature does not match") \
    R(9, UNKNOWN_PERSON, "", "this person or key is not enrolled") \
    R(10, KEY_REVOKED, "", "the key is revoked") \
    R(11, WRONG_STATION, "", "the station is not enrolled or not the one that sent this") \
    R(12, EXPIRED, "", "the command's time is over; give it again") \
    R(13, ID_REUSED, "", "this command id was used before with other content") \
    R(14, UNKNOWN_CASE, "", "no such case") \
    R(15, WRONG_CASE, "", "the case is of another kind") \
    R(16, STALE_REVISION, "QP21-4.4.3", "the requirements have changed; look at the new revision") \
    R(17, STALE_DIGEST, "QP21-4.4.3", "the requirements differ from those that were judged") \
    R(18, STALE_VERSION, "", "someone changed this in the meantime; look again") \
    R(19, WRONG_ROLE, "QP21-3", "your role may not do this") \
    R(20, FOUR_EYES, "QP21-3", "four eyes: another person has to do this") \
    R(21, WRONG_STATE, "", "this step is not possible now") \
    R(22, NOT_REVIEWED, "QP21-4.2.1", "not before the review is complete") \
    R(23, NOT_CONFIRMED, "QP21-4.3.1.2", "the customer has not confirmed") \
    R(24, NOT_CLASSIFIED, "QP21-4.2.3", "the order's class is not confirmed") \
    R(25, NOT_ASKED, "QP21-4.3.2", "this department was not asked") \
    R(26, CONCLUDED, "QP21-4.3.2", "the review is concluded; a verdict can no longer change") \
    R(27, TALLY_OPEN, "QP21-4.3.2", "departments have still to give their verdict") \
    R(28, CONTRADICTS_TALLY, "QP21-4.3.2", "the conclusion contradicts the tally") \
    R(29, ANSWER_MISSING, "QP21-4.2.2", "one of the five answers is missing or lacks its reason") \
    R(30, WRONG_ORDER, "QP21-3.5", "an earlier signature is still missing") \
    R(31, MANDATE_MISSING, "", "no valid mandate covers this verdict") \
    R(32, NOT_A_PERSON, "", "only a person can do this") \
    R(33, PROCEDURE_INVALID, "QP21-5", "the procedure is not consistent") \
    R(34, STRANDS_ROUND, "QP21-5", "an open review would lose its department or signer") \
    R(35, NOT_ADMINISTRATOR, "", "only an administrator can do this") \
    R(36, SAME_ADMINISTRATOR, "", "a second administrator has to confirm this") \
    R(37, ALREADY, "", "this is already so") \
    R(38, UNKNOWN_REFERENCE, "", "something that this names is not known") \
    R(39, INCOMPLETE, "", "parts are missing") \
    R(40, BLOB_MISSING, "", "an attachment named here has not been stored") \
    R(41, BUSY, "", "not now; it stays in the outbox and is sent again") \
    R(42, BEHIND, "", "this part has not caught up yet; it is tried again") \
    R(43, DISK_FULL, "", "the disk is full; nothing is accepted until there is room") \
    R(44, NOT_ALLOWED_TO_READ, "QP21-3", "your role does not read this") \
    R(45, UNWRITTEN, "QP21-4.3.1.2", "an unwritten order needs who confirmed it, how and when") \
    R(46, LAST_ADMINISTRATOR, "", "the last administrator cannot be removed") \
    R(47, CLOCK_JUMP, "", "the clock jumped; an administrator has to confirm the time") \
    R(48, HELD, "", "an earlier command of this case was refused; look at it first") \
    R(49, OFFLINE, "", "no connection; it is kept here and sent later") \
    R(50, LOCKED, "", "the key is locked; unlock it with its passphrase") \
    R(51, CONFIGURATION, "", "the configuration is wrong") \
    R(52, USAGE, "", "the command line is wrong") \
    R(53, INPUT_FILE, "", "the file cannot be used") \
    R(54, ENDED, "", "this case is closed") \
    R(55, NOT_ASSESSED, "ISO 10002 7.5", "not before it is acknowledged, assessed and contained") \
    R(56, NOT_DISPOSED, "QP21-4.6", "not before its disposition is signed") \
    R(57, NOT_ANSWERED, "ISO 10002 7.9", "not before the customer has an answer") \
    R(58, ACTION_OPEN, "QP21-1", "an action is still open") \
    R(59, SAFETY_LOWERED, "ISO 10002 7.5", "only whoever may lower what touches safety (act lower-safety) does so, with the reason") \
    R(60, ERASED, "", "this content was erased") \
    R(61, TOO_SOON, "", "it is too early for that; try again at the time named") \
    R(62, MANDATE_ENDED, "", "the delegation has ended or does not cover this") \
    R(63, REPLAY, "", "this is a replay: nothing can be changed")

typedef enum reason {
    REASON_NONE = 0,
#define REASON_ENUM(code, NAME, clause, text) REASON_##NAME = code,
    REASONS(REASON_ENUM)
#undef REASON_ENUM
} reason_t;

typedef struct problem {
    reason_t reason;
    char clause[24];   /* "" = the reason's own */
    char field[96];    /* dotted path, "" = none: "lines[3].quantity" */
    char detail[256];  /* what was found and what would do; "" = none. A daemon's is English */
    char file[256];    /* "" = not from a file */
    unsigned line;     /* 0 = none */
} problem_t;

const char *reason_name(reason_t reason);   /* "STALE_REVISION"; "UNKNOWN" if not one of ours */
const char *reason_clause(reason_t reason); /* "QP21-4.4.3" or "" */
const char *reason_text(reason_t reason);   /* translated by gettext */

/* Fills all of *problem (may be NULL) and returns -1: a check reads `return problem_set(...)`. */
int problem_set(problem_t *problem, reason_t reason, const char *field, const char *detail, ...)
    __attribute__((format(printf, 4, 5)));
/* One line for a person: "file:line: field: text (detail) [clause]". Writes at most size bytes. */
void problem_print(const problem_t *problem, char *out, size_t size);

#endif
