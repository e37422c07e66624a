/* SPDX-License-Identifier: Apache-2.0
 *
 * letter: a message as people read it, and its bytes as relays take them (RFC 5322, MIME): CR LF,
 * no line above 998 bytes, everything beyond ASCII encoded (RFC 2047, RFC 2231). Pure: the same
 * letter gives the same bytes. Security: a control character in any field is refused before a byte
 * is written, so that no field can end its header and begin another.
 */
#ifndef COUNTERSIGN_NOTIFIER_LETTER_H
#define COUNTERSIGN_NOTIFIER_LETTER_H

#include "common/base/buffer.h"
#include "common/base/problem.h"

#define LETTER_BYTES_MAX 1048576 /* what a delivery holds */
#define LETTER_SUBJECT_MAX 400   /* bytes */
#define LETTER_NAME_MAX 200      /* of people and files */
#define LETTER_REFERENCES_MAX 32
#define LETTER_ATTACHMENTS_MAX 16

typedef struct letter_person { text_t name, address; } letter_person_t; /* name may be empty */
typedef struct letter_attachment {
    text_t name; /* of the file */
    text_t type; /* "application/pdf" */
    bytes_t bytes;
} letter_attachment_t;

typedef struct letter {
    letter_person_t from, to;
    text_t reply_to;     /* address; empty: none */
    text_t subject;
    text_t text;         /* lines end with LF */
    text_t html;         /* empty: the text alone */
    text_t language;     /* "zh-CN" (RFC 5646); empty: not said */
    text_t message_id;   /* "ID@DOMAIN", without angle brackets, as the two below */
    text_t in_reply_to;  /* empty: none */
    const text_t *references; /* the oldest first */
    size_t references_n;
    moment_t date;
    int offset_minutes;  /* of the date's clock, east of UTC */
    const letter_attachment_t *attachments;
    size_t attachments_n;
} letter_t;

/* Appends the message. Returns 0, or -1 with *problem that names the field ("to.address",
   "attachments[1].name") and `out` as it was: FIELD_TEXT (control characters, not UTF-8, no
   address), FIELD_MISSING, FIELD_RANGE, TOO_LARGE. */
int letter_build(const letter_t *letter, buffer_t *out, problem_t *problem);

/* What a relay takes as it is: ASCII, CR LF only, no line above 998 bytes, no NUL. */
bool letter_fits(bytes_t message);

/* letter_check.c: what letter_build () asks first. */
int letter_check(const letter_t *letter, problem_t *problem);

#endif
