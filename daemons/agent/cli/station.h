/* SPDX-License-Identifier: Apache-2.0
 *
 * station: which of the workstations known here a command goes through: the one that --station
 * names, or the only one at which the person of --as works.
 */
#ifndef COUNTERSIGN_CLI_STATION_H
#define COUNTERSIGN_CLI_STATION_H

#include "daemons/agent/cli/cli.h"

#define STATION_NAME 64
/* The site must be open. EX_OK, or the exit code with the error said. */
int station_choose(cli_t *cli, char out[STATION_NAME]);

#endif
