/* SPDX-License-Identifier: Apache-2.0
 *
 * behalf: acting for somebody (--for HANDLE): which mandate is cited, a delegation (代理) or a
 * forwarded verdict (转交), and what to say to somebody who could act so and has not said it.
 */
#ifndef COUNTERSIGN_CLI_BEHALF_H
#define COUNTERSIGN_CLI_BEHALF_H

#include "daemons/agent/cli/cli.h"

/* Sets cli->mandate by --for HANDLE or HANDLE:ROLE; nothing without it. `seen`: the case that the
   command is about; NULL: none. A delegation that has ended is cited, too: whether it counts is not
   decided here. EX_OK, or the exit code with the error said. */
int behalf_find(cli_t *cli, kind_t kind, const json_t *seen);
/* The department for which a verdict under --for is: of the forward, or of the delegated role. */
text_t behalf_department(cli_t *cli, const char *number);
/* After a refusal by role: whoever could do it for exactly one other person is told how. */
void behalf_hint(cli_t *cli, kind_t kind, ident_t object);

#endif
