/* SPDX-License-Identifier: Apache-2.0
 *
 * context_internal: what the context is made of; each part has a file of its own. Everything grows
 * in malloc'ed arrays whose texts live in the context's arena (an edition of the procedure and a
 * data set each have their own, so that they can go).
 */
#ifndef COUNTERSIGN_DOMAIN_CONTEXT_INTERNAL_H
#define COUNTERSIGN_DOMAIN_CONTEXT_INTERNAL_H

#include "common/domain/context.h"

typedef struct known_key { pubkey_t key; ident_t person; bool revoked; } known_key_t;
typedef struct pending_act { pending_t head; ident_t object; const void *body; } pending_act_t;

typedef struct directory {
    person_t *persons; size_t persons_n;
    known_key_t *keys; size_t keys_n;
    station_t *stations; size_t stations_n;
    daemon_entry_t *daemons; size_t daemons_n;
    mandate_entry_t *mandates; size_t mandates_n;
    delegation_entry_t *delegations; size_t delegations_n;
    pending_act_t *pending; size_t pending_n;
    pending_t *heads; /* of pending, for context_pending */
} directory_t;

typedef struct edition {
    position_t position;
    arena_t *arena;
    struct procedure procedure;
} edition_t;

typedef struct rows { void *at; size_t n, room; } rows_t;
typedef struct dataset_rows {
    enum dataset dataset;
    arena_t *arena;
    rows_t rows;
    position_t position;     /* of its adoption; 0 while it is being imported */
    ident_t id, person;      /* the import's case, who began it */
    struct reference_begin begin;
} dataset_rows_t;
#define DATASETS 6 /* indexed by enum dataset, 0 unused */

typedef struct reference {
    dataset_rows_t adopted[DATASETS];
    dataset_rows_t *imports;
    size_t imports_n;
    dataset_rows_t *calendars; /* adopted before the one that is in force, oldest first */
    size_t calendars_n;
} reference_t;

typedef struct running { enum series series; int64_t year, last; } running_t;

struct context {
    arena_t *arena;
    digest_t ledger;
    position_t position;
    ident_t genesis_case;
    struct genesis *genesis; /* NULL before */
    int64_t rules, epoch;
    directory_t directory;
    edition_t *editions; size_t editions_n;
    reference_t reference;
    customer_entry_t *customers; size_t customers_n;
    running_t *running; size_t running_n;
    digest_t *erased; size_t erased_n;
    signature_fn *holds; void *holds_arg; /* NULL: signed_valid */
};

/* Room for one more item of `size` behind n; the array may move. */
void *grow(void *items, size_t n, size_t size);

void directory_apply(context_t *self, const decoded_t *event);
void directory_genesis(context_t *self, const decoded_t *event);
void directory_free(directory_t *self);
int directory_check(const context_t *self, const authority_t *authority,
                    const struct command *command, const void *body, moment_t time,
                    problem_t *problem);
size_t directory_administrators(const context_t *self); /* active ones */

void delegation_apply(context_t *self, const decoded_t *event);
int delegation_check(const context_t *self, const authority_t *authority,
                     const struct command *command, const void *body, moment_t time,
                     problem_t *problem);

void procedure_apply(context_t *self, const decoded_t *event);

void reference_apply(context_t *self, const decoded_t *event);
void reference_free(reference_t *self);
int reference_check_command(const context_t *self, const authority_t *authority,
                            const struct command *command, const void *body, problem_t *problem);

void customers_apply(context_t *self, const decoded_t *event);
int customers_check(const context_t *self, const authority_t *authority,
                    const struct command *command, const void *body, problem_t *problem);

/* The person may do `act` by the procedure in force: else WRONG_ROLE; NOT_A_PERSON for a daemon. */
int require_act(const context_t *self, const authority_t *authority, enum act act,
                problem_t *problem);
int require_administrator(const authority_t *authority, problem_t *problem);

#endif
