/* SPDX-License-Identifier: Apache-2.0
 *
 * ledger_internal: the ledger as ledger.c (writing), ledger_open.c and ledger_read.c know it.
 */
#ifndef COUNTERSIGN_LEDGER_LEDGER_INTERNAL_H
#define COUNTERSIGN_LEDGER_LEDGER_INTERNAL_H

#include "common/ledger/ledger.h"
#include "common/ledger/statements.h"

#define ROOTS_KEPT 4096

typedef enum statement {
    BEGIN, COMMIT, PUT_EVENT, PUT_COMMAND, PUT_META, GET_META, FIND_COMMAND, READ_EVENT, WALK, WALK_CASE,
    COUNT_CASE, PUT_NODE, GET_NODE, GET_LEAF, STATEMENTS
} statement_t;

/* A small value as the transaction has it, or as it was read. */
typedef struct number {
    char key[32];
    int64_t value;
    bool there, changed; /* changed: it goes to the file with the commit */
} number_t;

typedef struct known_root { position_t position; digest_t root; } known_root_t;

struct ledger {
    sqlite3 *db;
    sqlite3_stmt *stmt[STATEMENTS];
    frontier_t frontier, committed_frontier;
    moment_t time, committed_time;
    digest_t id;
    bool sealed;                    /* another's file, read only; frontier: how far it was read */
    bool open;                      /* a transaction is */
    bool spoilt;                    /* it met a full disk */
    statements_t others;            /* of tables beside the ledger's own */
    buffer_t scratch;
    number_t *numbers;
    size_t numbers_n;
    known_root_t roots[ROOTS_KEPT]; /* of commits, and what was asked for; by position modulo */
};

/* Roots of perfect subtrees are kept of every NODE_STEP-th level: a proof reads a few of them instead
   of every leaf. They can be made again from the leaves, and are checked like what is made from
   them: by the root. */
#define NODE_STEP 8
/* Those that `leaf` completes; before it is appended. */
void ledger_put_nodes(ledger_t *self, digest_t leaf);
/* SQLite's code. */
int ledger_prepare(ledger_t *self);

/* Numbers that the transaction changed; and what is known of them is no more. */
void ledger_write_numbers(ledger_t *self);
void ledger_forget_numbers(ledger_t *self);
/* Roots of commits and of what was asked for; those of positions above the frontier are no more. */
void ledger_know_root(ledger_t *self, position_t position, digest_t root);
void ledger_forget_roots(ledger_t *self);

_Noreturn void ledger_fail(ledger_t *self, const char *what);
#define LEDGER_APPLICATION_ID 1129532487 /* "CSLG" */
#define LEDGER_SCHEMA_VERSION 1

/* Frontier, time and id as the file has them. */
void ledger_load(ledger_t *self);
/* Id and time alone, of the events up to the frontier. */
void ledger_load_ends(ledger_t *self);
/* Of the first `size` events, by their leaves. False: some are not there. */
bool ledger_make_frontier(ledger_t *self, uint64_t size, frontier_t *out);
void ledger_store_frontier(ledger_t *self);
bool ledger_load_frontier(ledger_t *self, frontier_t *out, digest_t *root);

#endif
