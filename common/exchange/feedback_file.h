/* SPDX-License-Identifier: Apache-2.0
 *
 * feedback_file: a complaint or other feedback as somebody hands it in, in JSON, checked whole, with
 * what only the reader can settle kept apart: who the customer is here and which order is meant,
 * files to attach, who spoke (that becomes an erasable blob, never an event).
 */
#ifndef COUNTERSIGN_EXCHANGE_FEEDBACK_FILE_H
#define COUNTERSIGN_EXCHANGE_FEEDBACK_FILE_H

#include <jansson.h>

#include "common/event/catalogue.h"

typedef struct feedback_file {
    /* customer, order, attachments, contact: the caller settles them; received: 0 = not said */
    struct feedback_content content;
    text_t customer;              /* number, code, name or short name as the file gives it */
    text_t order;                 /* number; empty = none */
    text_t contact;               /* who spoke, in words: for a blob; empty = none */
    struct text_list attachments; /* paths, made relative to the file's own folder */
} feedback_file_t;

/* `kind` is what it is where the document does not say; unset: the document must. Everything lives
   in `arena`. 0, or -1 with *problem. */
int feedback_file_read(const char *path, enum feedback_kind kind, arena_t *arena,
                       feedback_file_t *out, problem_t *problem);
/* The same of an object that is from no file; it is emptied of what is kept apart. */
int feedback_file_take(json_t *json, enum feedback_kind kind, arena_t *arena, feedback_file_t *out,
                       problem_t *problem);

#endif
