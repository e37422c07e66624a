/* SPDX-License-Identifier: Apache-2.0
 *
 * arguments: "--name value" anywhere among a command's arguments, taken out of them as they are read;
 * what remains are the arguments that go by their place. Values point into argv.
 */
#ifndef COUNTERSIGN_SCREEN_ARGUMENTS_H
#define COUNTERSIGN_SCREEN_ARGUMENTS_H

#include <jansson.h>

#include "common/event/record.h"

const char *option_value(int *argc, char **argv, const char *name); /* NULL: not given */
text_t option_text(int *argc, char **argv, const char *name);       /* empty: not given */
bool option_flag(int *argc, char **argv, const char *name);
/* Every value of an option that may be there several times. */
struct text_list option_texts(arena_t *arena, int *argc, char **argv, const char *name);
/* Those of the options named (without "--", NULL-ended) that are given, as an object of texts. */
json_t *option_object(int *argc, char **argv, const char *const names[]);
/* The next item of "a,b,c" into *item, and *rest behind its comma; false at the end. */
bool option_item(text_t *rest, text_t *item);
/* "a,b,c" as a list in `arena`, without empty items. */
struct text_list option_list(arena_t *arena, const char *value);

#endif
