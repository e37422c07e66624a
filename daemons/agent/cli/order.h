/* SPDX-License-Identifier: Apache-2.0
 *
 * order: the verbs on an order that complaints do not have.
 */
#ifndef COUNTERSIGN_CLI_ORDER_H
#define COUNTERSIGN_CLI_ORDER_H

#include "common/screen/arguments.h"
#include "daemons/agent/cli/cli.h"

/* The customer's word, of --who, --how, --when (now); EX_OK or the exit code. */
int order_confirmation(cli_t *cli, int *argc, char **argv, struct confirmation *out);

/* order_new.c */
int order_run_new(cli_t *cli, int argc, char **argv);
int order_run_amend(cli_t *cli, int argc, char **argv);

#endif
