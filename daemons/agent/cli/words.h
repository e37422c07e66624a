/* SPDX-License-Identifier: Apache-2.0
 *
 * words: what the record holds as keys (round.verdict, sales.head, special), in the words of
 * whoever reads.
 */
#ifndef COUNTERSIGN_CLI_WORDS_H
#define COUNTERSIGN_CLI_WORDS_H

#include "daemons/agent/cli/cli.h"

/* Takes the names of departments, roles and classes from the procedure in force. Asks once, if
   the department has answered before; without an answer, keys stay keys. */
void words_load(cli_t *cli);
/* Name of a key in "departments", "roles" or "classes" (of orders and of feedback); the key itself
   where it has none. */
const char *words_name(const char *list, const char *key);
/* The key of what was typed, by key or by name; what was typed where nothing is called so. Asks
   for the procedure where a name was typed. */
text_t words_key(cli_t *cli, const char *list, text_t typed);
/* The company's time in minutes east of UTC, of the procedure in force. EX_OK, or the exit code with
   the error said. */
int words_offset(cli_t *cli, int *minutes);
/* Who it was, and for whom; a department's daemon by its department. Valid until the next call. */
const char *words_who(const json_t *actor);
/* The day of a moment ("2026-11-23T08:00:00.000Z") in the company's time, where the procedure is
   known. Valid until the next call. */
const char *words_day(const char *moment);
/* "sooner-than-lead-time:2", for people. Valid until the next call. */
const char *words_test(const char *test);
/* Text of a reason by its name, "STALE_REVISION"; the name itself if it is none of ours. */
const char *words_reason(const char *name);
/* Puts the detail of a problem that came over the wire into the reader's language, where it is a
   common one. */
void words_detail(problem_t *problem);
/* Columns that a text takes on a screen. */
int words_width(const char *text);
/* Prints text in at least `width` columns; a Chinese character takes two, whatever its bytes. */
void words_pad(const char *text, int width);

#endif
