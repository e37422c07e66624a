/* SPDX-License-Identifier: Apache-2.0
 *
 * together: the same word on everything of a kind that waits for a person, signed in one act
 * (`order verdict --all accept`, `order sign --all`). Each case is read first and shown as it will be
 * signed; somebody at a terminal is asked, a script says --yes. What is refused is said by its number;
 * the others stand.
 */
#ifndef COUNTERSIGN_CLI_TOGETHER_H
#define COUNTERSIGN_CLI_TOGETHER_H

#include "daemons/agent/cli/case.h"

/* Appends the canonical body of the word on this case; `step`: what of it waits for the person. */
typedef int (*together_body_fn)(void *arg, const seen_t *seen, const json_t *step, buffer_t *out,
                                problem_t *problem);
/* Of the kind of case that the command speaks of (cli->noun); on nobody's behalf. */
int together_say(cli_t *cli, kind_t kind, bool yes, together_body_fn body, void *arg);

#endif
