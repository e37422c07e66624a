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
#include "common/screen/arguments.h"
#include "daemons/agent/cli/cli.h"

bool typed_word(const enum_table_t *table, text_t typed, int *value);
/* The option's word; not given: *value is 0, or the usage where it is `needed`. */
int typed_option(int *argc, char **argv, const char *option, const enum_table_t *table, bool needed,
                 int *value);
/* Says which words the option takes, in the reader's language, in which they are taken; EX_USAGE. */
int typed_refuse(const char *option, const enum_table_t *table);
/* One more of such words, of a context of the catalogue. */
void typed_put_known(buffer_t *known, const char *context, const char *word);
/* "2026-11-23 08:00" and "2026-11-23" are in the company's time, which is asked for; now where
   nothing is typed. */
int typed_time(cli_t *cli, const char *option, text_t typed, moment_t *out);
int typed_moment(cli_t *cli, int *argc, char **argv, const char *option, moment_t *out);
int typed_day(int *argc, char **argv, const char *option, day_t *out); /* 0: not given */
/* "not ours" as an option or argument is written, "not-ours"; returns out. */
#define TYPED_WORD 64
const char *typed_hyphens(const char *word, char out[TYPED_WORD]);

#endif
