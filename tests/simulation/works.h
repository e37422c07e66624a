/* SPDX-License-Identifier: Apache-2.0
 *
 * works: the factory that is simulated: the demo company's procedure, people, products and stock,
 * with all its departments and one workstation each. Made once a process, from fixed keys; each
 * case starts from the same first ledger.
 */
#ifndef COUNTERSIGN_TESTS_SIMULATION_WORKS_H
#define COUNTERSIGN_TESTS_SIMULATION_WORKS_H

#include "tests/unit/together/company.h"

#define WORKS_DEPARTMENTS_MAX 16
#define WORKS_PEOPLE_MAX 32
#define WORKS_CUSTOMERS_MAX 16
#define WORKS_WITNESS "tax"
#define WORKS_PASSPHRASE "simulated"

typedef struct works_person {
    char handle[40], role[48];
    int department; /* index */
    ident_t id;
    signer_t *signer;
} works_person_t;

typedef struct mandate_note {
    ident_t id;
    int person; /* who granted it: index */
} mandate_note_t;

/* A daemon's name and key, as somebody would have who broke into its machine. */
typedef struct works_daemon {
    ident_t id;
    signer_t *signer;
    curve_pair_t curve; /* the archiver's */
} works_daemon_t;

typedef struct works {
    company_t *company;
    works_daemon_t archiver, daemons[WORKS_DEPARTMENTS_MAX]; /* the departments' */
    works_daemon_t witness; /* on a machine of its own, of the name "witness-" WORKS_WITNESS */
    char departments[WORKS_DEPARTMENTS_MAX][40];
    ident_t stations[WORKS_DEPARTMENTS_MAX];
    curve_pair_t station_curves[WORKS_DEPARTMENTS_MAX];
    int departments_n;
    works_person_t people[WORKS_PEOPLE_MAX];
    int people_n;
    mandate_note_t mandates[WORKS_DEPARTMENTS_MAX];
    int mandates_n;
    ident_t reference; /* an adopted table */
    ident_t customers[WORKS_CUSTOMERS_MAX];
    int customers_n;
    char ledger_path[512];
    uint8_t *ledger; /* the first ledger's file */
    size_t ledger_size;
    position_t events; /* in it */
} works_t;

/* Below `base`, an empty folder on the real disk; the ledger is on the simulated one. */
works_t *works_new(const char *base);
void works_destroy(works_t **self_p);
/* An empty simulated disk with the first ledger on `machine`. */
void works_open(const works_t *self, uint64_t seed, int machine);
int works_department(const works_t *self, const char *key); /* index; -1: none */
const works_person_t *works_role(const works_t *self, const char *role); /* the first who has it */

#endif
