/* SPDX-License-Identifier: Apache-2.0
 *
 * faults: what goes wrong, and when, drawn before the case begins, so that a failing case can be
 * tried again with fewer of them.
 */
#ifndef COUNTERSIGN_TESTS_SIMULATION_FAULTS_H
#define COUNTERSIGN_TESTS_SIMULATION_FAULTS_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "tests/unit/together/bus.h"

typedef enum fault_type {
    FAULT_KILL,      /* kill -9 */
    /* the machine loses power; what it had not synced is lost, torn, reordered or kept */
    FAULT_POWER,
    FAULT_BOTH,      /* coordinator and archiver lose power together */
    FAULT_NOISE,     /* all wires lose, double, delay and so reorder */
    FAULT_PARTITION, /* two machines do not reach each other */
    FAULT_ONE_WAY,   /* one of them is not heard by the other */
    FAULT_SLOW,      /* what goes to one machine takes seconds */
    FAULT_EIO,       /* one read, write or sync fails */
    FAULT_FULL,      /* no room for a while */
    FAULT_LIE,       /* syncs do nothing for a while, then the power goes */
    FAULT_ROT,       /* a bit turns while the machine is off */
    FAULT_LOSE,      /* the store is gone after a power cut */
    FAULT_JUMP,      /* the wall clock jumps */
    FAULT_STARVE,    /* memory runs out at the n-th allocation */
    FAULT_DRIFT,     /* one machine's wall clock runs fast or slow, until it is set right */
    FAULT_RESTORE,   /* somebody sets the ledger aside with --restore */
    FAULT_BLACKOUT,  /* every machine of the house loses power at once */
    FAULTS
} fault_type_t;
extern const char *const fault_names[FAULTS];

typedef struct fault {
    int64_t at, length; /* ms after the case began */
    fault_type_t type;
    int node, other;    /* `other`: of a partition */
    uint64_t amount;    /* percent, ms, a cut, a place */
    bool off, begun, ended, happened; /* happened: it began, and not by being healed */
} fault_t;

typedef struct faults { fault_t at[64]; size_t n; } faults_t;

/* Each seed draws its own mix of kinds (swarm testing: Groce et al., ISSTA 2012). `lasting`: what lets
   the servers go on, as a workstation that is off, lasts so many times longer; 1: as drawn. */
void faults_draw(faults_t *self, uint64_t seed, int64_t span, int departments, int lasting);
void fault_print(const fault_t *fault, const char *node, const char *other, char *out, size_t size);

/* Somebody's ledger is lost, set aside or not what it synced, the coordinator's. */
bool faults_spoil(const faults_t *self, int node);

struct scene;
void faults_tend(faults_t *self, struct scene *scene); /* begins and ends what is due */
int64_t faults_next(const faults_t *self, const struct scene *scene); /* bus time of the next one */
void faults_heal(faults_t *self, struct scene *scene); /* all is over */
void faults_wire(const faults_t *self, struct scene *scene, passage_t *passage);

/* How often each kind began, since the process did. */
extern uint64_t faults_counts[FAULTS];

#endif
