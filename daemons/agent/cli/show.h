/* SPDX-License-Identifier: Apache-2.0
 *
 * show: answers as text for people.
 */
#ifndef COUNTERSIGN_CLI_SHOW_H
#define COUNTERSIGN_CLI_SHOW_H

#include "daemons/agent/cli/cli.h"

/* String at key, "" when it is not there; a number is not a string. */
const char *show_string(const json_t *json, const char *key);
int64_t show_number(const json_t *json, const char *key);
/* Prints the answer as JSON with --json, else by `text`; takes the reference over. Returns EX_OK. */
int show_answer(cli_t *cli, json_t *answer, void (*text)(const json_t *));

void show_order(const json_t *order);
void show_orders(const json_t *answer);
void show_why(const json_t *order);
void show_inbox(const json_t *inbox);
void show_event(const json_t *event);
void show_people(const json_t *people);
void show_customers(const json_t *customers);
void show_plain(const json_t *json);   /* key: value, nested by indentation */

#endif
