/* SPDX-License-Identifier: Apache-2.0
 *
 * show: answers as text for people.
 */
#ifndef COUNTERSIGN_SCREEN_SHOW_H
#define COUNTERSIGN_SCREEN_SHOW_H

#include <jansson.h>

#include "common/base/language.h"
#include "common/base/types.h"

/* String at key, "" when it is not there; a number is not a string. */
const char *show_string(const json_t *json, const char *key);
int64_t show_number(const json_t *json, const char *key);
typedef void show_fn_t(const json_t *answer);
/* One JSON document, on a line of its own: what --json prints where there may be several. */
void show_line(const json_t *json);

/* The value at `key` as the word of `context` that it is, in the reader's language. */
const char *show_word(const json_t *json, const char *context, const char *key);
const char *show_who(const json_t *json, const char *key);  /* valid until the next call */
const char *show_department(const json_t *json);            /* by name, of the key "department" */
/* Prints "2026-11-23T08:00:00.000Z" as "2026-11-23 08:00 UTC"; nothing where there is no time. */
void show_time(const char *time);

/* "label: time" on a line of its own, indented. */
void show_when(const json_t *json, const char *key, const char *label, int indent);
/* The end of a line that somebody signed: " · who (for whom) · when" (21 CFR 11.50). */
void show_signer(const json_t *json);
/* "label: text" on a line of its own, indented; nothing where there is no text. */
void show_text(const json_t *json, const char *key, const char *label, int indent);
/* Names and sizes of what is in "attachments", a line each, and which was erased. */
void show_attachments(const json_t *json, int indent);

/* show_case.c: of an order and of feedback alike */
void show_case(const json_t *o);
void show_why(const json_t *o);
void show_inbox(const json_t *inbox);
void show_action(const json_t *action); /* a line */
void show_revision_head(const json_t *revision);
void show_differences(const json_t *revision);
/* show_order.c, show_feedback.c: what is particular */
void show_order_head(const json_t *o);
void show_order_content(const json_t *o);
void show_order_end(const json_t *o);
void show_orders(const json_t *answer);
/* A line a case; that there is none; and where it goes on. */
void show_register(const json_t *answer, const char *key, show_fn_t *head);
void show_feedback_head(const json_t *f);
void show_feedback_content(const json_t *f);
void show_feedback_end(const json_t *f);
void show_feedback_list(const json_t *answer);

void show_event(const json_t *event);
void show_people(const json_t *people);
void show_keys(const json_t *answer);
void show_delegations(const json_t *list); /* a line each */
void show_customers(const json_t *customers);
void show_plain(const json_t *json);   /* key: value, nested by indentation */

#endif
