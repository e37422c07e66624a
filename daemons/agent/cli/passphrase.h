/* SPDX-License-Identifier: Apache-2.0
 *
 * passphrase: from the terminal without echo, or for unattended use from the file that
 * COUNTERSIGN_PASSPHRASE_FILE names.
 */
#ifndef COUNTERSIGN_CLI_PASSPHRASE_H
#define COUNTERSIGN_CLI_PASSPHRASE_H

#include <stdbool.h>
#include <stddef.h>

/* Asks with `prompt`, twice if `again`. 0, or -1 with the error said. At least one character. */
int passphrase_read(const char *prompt, bool again, char *out, size_t size);

#endif
