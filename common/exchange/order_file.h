/* SPDX-License-Identifier: Apache-2.0
 *
 * order_file: an order as somebody hands it in, JSON of our own or a UBL 2.1 Order, checked whole,
 * with what only the reader can settle kept apart: who the customer is here, files to attach,
 * contact persons (they become an erasable blob, never an event), and what has no place in an order
 * of ours.
 */
#ifndef COUNTERSIGN_EXCHANGE_ORDER_FILE_H
#define COUNTERSIGN_EXCHANGE_ORDER_FILE_H

#include "common/domain/context.h"
#include "common/exchange/week.h"

/* A fitting limit for the arena that order_file_read fills. */
#define ORDER_FILE_ARENA (32 * 1024 * 1024)

typedef struct embedded {
    text_t name, media;
    bytes_t bytes;
} embedded_t;
typedef struct unplaced {
    text_t path, value;
} unplaced_t;

typedef struct order_file {
    struct order_content content; /* customer, attachments, contact: the caller settles them */
    text_t customer;              /* number, code, name or short name as the file gives it */
    struct customer party;        /* UBL: what it says of the customer; name empty = nothing */
    text_t contact;               /* contact persons, a line each: for a blob; empty = none */
    struct text_list attachments; /* paths, made relative to the file's own folder */
    embedded_t *embedded;         /* UBL: documents that came inside */
    size_t embedded_n;
    unplaced_t *unplaced;         /* UBL: what has no place; may be shown, not kept */
    size_t unplaced_n;
} order_file_t;

/* Reads JSON or, when it begins with '<', UBL. `start` is the Monday of W1 or NO_START: "wanted"
   may be "W3" (its Friday). Everything lives in `arena`. 0, or -1 with *problem. */
int order_file_read(const char *path, day_t start, arena_t *arena, order_file_t *out,
                    problem_t *problem);
/* The customer that the file means, by all the names it gives; NULL: not known. */
const customer_entry_t *order_file_customer(const order_file_t *self, const context_t *context);

#endif
