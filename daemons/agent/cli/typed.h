/* SPDX-License-Identifier: Apache-2.0
 *
 * typed: words of the catalogue, instants and days as people type them. A word is taken as the
 * record names it ("not ours"), with hyphens ("not-ours"), in the reader's language, and what
 * departments say and what it comes to in Chinese always. Functions that return int return EX_OK,
 * or EX_USAGE with what would do said.
 */
#ifndef COUNTERSIGN_CLI_TYPED_H
#define COUNTERSIGN_CLI_TYPED_H

#include "common/exchange/input.h"
#include "daemons/agent/cli/options.h"

bool typed_word(const enum_table_t *table, text_t typed, int *value);
/* The option's word; not given: *value is 0, or the usage where it is `needed`. */
int typed_option(int *argc, char **argv, const char *option, const enum_table_t *table, bool needed,
                 int *value);
/* Now where the option is not given. */
int typed_moment(int *argc, char **argv, const char *option, moment_t *out);
int typed_day(int *argc, char **argv, const char *option, day_t *out); /* 0: not given */
/* "not ours" as an option or argument is written, "not-ours"; returns out. */
#define TYPED_WORD 64
const char *typed_hyphens(const char *word, char out[TYPED_WORD]);

#endif
