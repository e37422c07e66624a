/* SPDX-License-Identifier: Apache-2.0
 *
 * words: what the record holds as keys (round.verdict, sales.head, special), in the words of
 * whoever reads.
 */
#ifndef COUNTERSIGN_SCREEN_WORDS_H
#define COUNTERSIGN_SCREEN_WORDS_H

#include <jansson.h>

#include "common/base/language.h"
#include "common/base/problem.h"

/* The procedure whose names are used from now on, as procedure_json writes it; taken over. NULL: keys
   stay keys. */
void words_use(json_t *given);
bool words_known(void); /* there is one */
/* Name of a key in "departments", "roles" or "classes" (of orders and of feedback); the key itself
   where it has none. */
const char *words_name(const char *list, const char *key);
/* The key of what was typed, by key or by name; what was typed where nothing is called so. */
text_t words_key(const char *list, text_t typed);
bool words_is_key(text_t typed); /* it can be none of the names */
/* The company's time in minutes east of UTC; 0 without a procedure. */
int words_offset(void);
/* Who it was, and for whom; a department's daemon by its department. Valid until the next call. */
const char *words_who(const json_t *actor);
/* The day of a moment ("2026-11-23T08:00:00.000Z") in the company's time, where the procedure is
   known. Valid until the next call. */
const char *words_day(const char *moment);
/* "sooner-than-lead-time:2", for people. Valid until the next call. */
const char *words_test(const char *test);
/* Text of a reason by its name, "STALE_REVISION"; the name itself if it is none of ours. */
const char *words_reason(const char *name);
/* Columns that a text takes on a screen. */
int words_width(const char *text);
/* Prints text in at least `width` columns; a Chinese character takes two, whatever its bytes. */
void words_pad(const char *text, int width);

#endif
