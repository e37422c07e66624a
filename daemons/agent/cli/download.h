/* SPDX-License-Identifier: Apache-2.0
 *
 * download: an attachment fetched piece by piece into a file that is there only when it is whole.
 */
#ifndef COUNTERSIGN_CLI_DOWNLOAD_H
#define COUNTERSIGN_CLI_DOWNLOAD_H

#include "daemons/agent/cli/cli.h"

/* `one`: an item of the answer to attachment.list; `id`: its case. Pieces that an earlier call left
   in PATH.part are not fetched again; each is checked by its address. *fetched: how many came now.
   EX_OK, or the exit code with the error said. */
int download(cli_t *cli, const char *id, const json_t *one, const char *path, size_t *fetched);

#endif
