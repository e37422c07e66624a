/* SPDX-License-Identifier: Apache-2.0
 *
 * lookup: who and what people mean by the names that they type: a person by handle or name, a
 * customer by number, code or name, a case by its number. Each function returns EX_OK, or the exit
 * code with the error said.
 */
#ifndef COUNTERSIGN_CLI_LOOKUP_H
#define COUNTERSIGN_CLI_LOOKUP_H

#include "daemons/agent/cli/cli.h"

/* An entry of the directory that is not revoked, by name, handle or id, in the list `what` of
   "people". *entry is the caller's; may be NULL. */
int lookup_entry(cli_t *cli, const char *what, text_t name, ident_t *id, json_t **entry);
/* The first customer that one of the `n` names fits; *id is empty when none does. */
int lookup_customer(cli_t *cli, const text_t *names, size_t n, ident_t *id);
/* A case by number or id; `kind` "order" or "feedback". */
int lookup_case(cli_t *cli, text_t number, const char *kind, ident_t *id);
/* The department of whoever speaks; empty where it cannot be had. */
text_t lookup_own_department(cli_t *cli);

#endif
