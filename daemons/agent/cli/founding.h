/* SPDX-License-Identifier: Apache-2.0
 *
 * founding: what a new site begins with: its keys, and as signed events of its ledger genesis, the
 * procedure, daemons, workstations and people. No daemon runs yet: this is the one process that has
 * the ledger open, and each act is decided at once.
 */
#ifndef COUNTERSIGN_CLI_FOUNDING_H
#define COUNTERSIGN_CLI_FOUNDING_H

#include "common/exchange/people_file.h"
#include "common/ledger/chronicle.h"
#include "daemons/agent/cli/cli.h"

typedef struct founding {
    site_t *site;
    chronicle_t *chronicle;
    arena_t *arena;
    signer_t *administrator;   /* made by founding_genesis */
    ident_t administrator_id;
    seal_strength_t seal;      /* of the people's keys, and the passphrase they get */
    char passphrase[256];
    bool ipc;                  /* daemons on this machine alone */
    problem_t problem;
} founding_t;

/* Each returns 0, or -1 with the problem noted; the caller begins and commits the ledger. */

/* The first event, signed by the administrator whose key it makes; and the keys of coordinator,
   archiver and recovery. Sets the site's ledger, genesis and CURVE keys. */
int founding_genesis(founding_t *self, const char *handle, const char *name);
int founding_adopt(founding_t *self, const char *file);   /* the procedure */
/* Of the adopted procedure: a daemon each, and a workstation with the people of the department.
   `people` may be NULL. */
int founding_departments(founding_t *self, const people_file_t *people);
int founding_people(founding_t *self, const people_file_t *people);
/* The daemon that tells people; the administrator answers for it. */
int founding_notifier(founding_t *self);
/* Where a daemon will be reached: a socket below run/, or a free port. The caller frees it. */
char *founding_endpoint(const founding_t *self, const char *name);

#endif
