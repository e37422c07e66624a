/* SPDX-License-Identifier: Apache-2.0
 *
 * download: an attachment fetched piece by piece into a file that is there only when it is whole.
 */
#ifndef COUNTERSIGN_CLI_DOWNLOAD_H
#define COUNTERSIGN_CLI_DOWNLOAD_H

#include "daemons/agent/cli/cli.h"

typedef struct got {
    size_t fetched; /* pieces that came now */
    bool there;     /* PATH was the same already */
} got_t;

/* `one`: an item of the answer to attachment.list; `id`: its case. Pieces that an earlier call left
   in PATH.part are not fetched again; each is checked by its address. One call at a time fetches
   into a path; another file of that name is replaced with `force` only. EX_OK, or the exit code
   with the error said. */
int download(cli_t *cli, const char *id, const json_t *one, const char *path, bool force,
             got_t *got);

#endif
