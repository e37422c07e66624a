/* SPDX-License-Identifier: Apache-2.0
 *
 * answer: what the department or the notifier answers, shown; with the names of the procedure in
 * force, asked for once.
 */
#ifndef COUNTERSIGN_CLI_ANSWER_H
#define COUNTERSIGN_CLI_ANSWER_H

#include "common/screen/show.h"
#include "daemons/agent/cli/cli.h"

/* Prints the answer as JSON with --json, else by `text`; takes it over. Returns EX_OK. */
int answer_show(cli_t *cli, json_t *answer, show_fn_t *text);
/* cli_query, and answer_show of what it answers. */
int answer_query(cli_t *cli, const char *name, json_t *parameters, show_fn_t *text);

/* The names of departments, roles and classes, of the procedure in force: asked for once, if the
   department has answered before; without an answer, keys stay keys. */
void answer_words(cli_t *cli);
/* words_key; asks for the procedure where a name was typed. */
text_t answer_key(cli_t *cli, const char *list, text_t typed);
/* The company's time in minutes east of UTC, of the procedure in force. EX_OK, or the exit code with
   the error said. */
int answer_offset(cli_t *cli, int *minutes);
/* Puts the detail of a problem that came over the wire into the reader's language, where it is a
   common one: details.c */
void answer_detail(problem_t *problem);

#endif
