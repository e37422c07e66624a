/* SPDX-License-Identifier: Apache-2.0
 *
 * feedback: the verbs on complaints and other feedback that orders do not have.
 */
#ifndef COUNTERSIGN_CLI_FEEDBACK_H
#define COUNTERSIGN_CLI_FEEDBACK_H

#include "daemons/agent/cli/cli.h"

/* feedback_new.c */
int feedback_run_new(cli_t *cli, int argc, char **argv);
int feedback_run_amend(cli_t *cli, int argc, char **argv);
/* feedback_stages.c: what is done about it, from the acknowledgement to the closing */
int feedback_run_acknowledge(cli_t *cli, int argc, char **argv);
int feedback_run_assess(cli_t *cli, int argc, char **argv);
int feedback_run_contain(cli_t *cli, int argc, char **argv);
int feedback_run_answer(cli_t *cli, int argc, char **argv);
int feedback_run_close(cli_t *cli, int argc, char **argv);
int feedback_run_reopen(cli_t *cli, int argc, char **argv);
int feedback_run_reclassify(cli_t *cli, int argc, char **argv);

#endif
