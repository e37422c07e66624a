/* SPDX-License-Identifier: Apache-2.0
 *
 * attach: files and documents that go with a command: stored as blobs first, named by the event
 * then. Each function returns EX_OK, or the exit code with the error said.
 */
#ifndef COUNTERSIGN_CLI_ATTACH_H
#define COUNTERSIGN_CLI_ATTACH_H

#include "daemons/agent/cli/cli.h"

/* Stores the file's content; *out names it as the file is called. */
int attach_file(cli_t *cli, text_t path, struct attachment *out);
/* Stores a document that is here already. */
int attach_bytes(cli_t *cli, bytes_t content, text_t name, text_t media, struct attachment *out);
/* Stores the files behind those that *list holds already. */
int attach_files(cli_t *cli, const struct text_list *paths, struct attachment_list *list);
/* Contact persons, in words; empty text, empty address. */
int attach_contact(cli_t *cli, text_t contact, digest_t *out);

#endif
