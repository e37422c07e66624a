/* SPDX-License-Identifier: Apache-2.0
 *
 * refusal: problems that come over the wire, in the reader's language and with --json as documents.
 * Each is kept in cli->refusal; cli->quiet: it is not said.
 */
#ifndef COUNTERSIGN_CLI_REFUSAL_H
#define COUNTERSIGN_CLI_REFUSAL_H

#include "daemons/agent/cli/cli.h"

/* Returns the exit code by its reason. */
int refusal_say(cli_t *cli, int64_t reason, text_t clause, text_t field, text_t detail);
/* What refuses a question; one that does not get through is asked again by whoever asked. */
int refusal_of_question(cli_t *cli, const struct reply *reply);
/* The same, of the question that was last refused while cli->quiet. */
int refusal_question(const cli_t *cli);

#endif
