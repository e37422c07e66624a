/* SPDX-License-Identifier: Apache-2.0
 *
 * order: what the verbs on an order share: each looks at the order first, so that what is signed
 * names the revision and the digest that the person has seen.
 */
#ifndef COUNTERSIGN_CLI_ORDER_H
#define COUNTERSIGN_CLI_ORDER_H

#include "daemons/agent/cli/cli.h"
#include "daemons/agent/cli/options.h"

typedef struct seen {
    ident_t id;
    int64_t revision, version;
    digest_t digest;
    json_t *json; /* the caller's */
} seen_t;

/* EX_OK, or the exit code with the error said; seen->json may be NULL then. */
int order_look(cli_t *cli, const char *number, seen_t *seen);
/* Says a word that is bound to the revision and digest seen, and how far it came. */
int order_say(cli_t *cli, const seen_t *seen, kind_t kind, const void *body);
/* Both: looks, and says. */
int order_judge(cli_t *cli, const char *number, kind_t kind, const void *body);

/* The customer's word, of --who, --how, --when (now); EX_OK or the exit code. */
int order_confirmation(int *argc, char **argv, struct confirmation *out);

/* order_new.c */
int order_run_new(cli_t *cli, int argc, char **argv);
int order_run_amend(cli_t *cli, int argc, char **argv);
/* order_verdict.c */
int order_run_verdict(cli_t *cli, int argc, char **argv);
int order_run_retract(cli_t *cli, int argc, char **argv);
int order_run_conclude(cli_t *cli, int argc, char **argv);
int order_run_sign(cli_t *cli, int argc, char **argv);

#endif
