/* SPDX-License-Identifier: Apache-2.0
 *
 * department: follows the order events, keeps the department's desk (its read model), answers its
 * workstations, relays their signed commands and the receipts, and assesses each review with the
 * department's own rule. It never signs for a person: what it posts is under its own key, by a
 * mandate that a person signed.
 */
#ifndef COUNTERSIGN_DEPARTMENT_DEPARTMENT_H
#define COUNTERSIGN_DEPARTMENT_DEPARTMENT_H

#include "common/daemon/following.h"
#include "common/daemon/register.h"
#include "common/daemon/relay.h"
#include "common/daemon/site.h"
#include "common/daemon/step.h"
#include "common/domain/assess/assess.h"
#include "common/domain/feedback.h"
#include "common/ledger/chronicle.h"
#include "common/sync/outbox.h"

enum { DEPARTMENT_COORDINATOR, DEPARTMENT_STREAM, DEPARTMENT_ARCHIVER, DEPARTMENT_SERVICE };

typedef struct agenda agenda_t;
typedef struct history history_t;
typedef struct claimed claimed_t;
typedef struct carrier carrier_t;

typedef struct department_daemon {
    site_t *site;
    site_department_t self;
    char name[64];                  /* "department:sales" */
    curve_pair_t curve;
    signer_t *signer;
    chronicle_t *chronicle;         /* desk.db */
    following_t *following;
    history_t *history;
    case_register_t *cases;         /* what lists, search and statistics are answered from */
    outbox_t *outbox;               /* of our own commands, in desk.db */
    claimed_t *claimed;
    agenda_t *agenda;               /* cases to be looked at again */
    relay_t *relay;
    carrier_t *carrier;
    arena_t *arena;                 /* of the message being read */
    /* last event after which other orders' assessments may differ */
    position_t inputs_changed;
    /* the same, but for claims: reference data, procedure, mandates */
    position_t data_changed;
    /* last event after which complaints' assessments may differ */
    position_t feedback_changed;
    position_t archived_told;
} department_t;

extern const daemon_spec_t department_spec;

/* agenda.c: which cases are to be assessed (again) when we are at the head: those of which something
   came, then, in pieces, all open ones if what they are assessed by has changed */
agenda_t *agenda_new(void);
void agenda_destroy(agenda_t **self_p);
void agenda_add(agenda_t *self, ident_t id);
void agenda_all(agenda_t *self);                   /* every open case */
/* The next one; false: none for now. */
bool agenda_take(agenda_t *self, chronicle_t *chronicle, int64_t boot, ident_t *id);
/* When there is one to take, in boot ms; 0: none. */
int64_t agenda_wake(const agenda_t *self, int64_t boot);

/* history.c: which cases came before one */
#define HISTORY_MAX 64
/* of a product's rows some name cases that are of another product by now, or are no more */
#define HISTORY_LOOKED_AT_MAX (4 * HISTORY_MAX)
extern const char history_schema[];
history_t *history_new(ledger_t *ledger);
void history_destroy(history_t **self_p);
/* Of each event of a case, which is folded into `of`. */
void history_note(history_t *self, const decoded_t *event, const case_t *of);
/* The customer's latest orders before that position, oldest first: what was agreed then (QP21-4.2.2
   b). Valid until so many other cases were asked for as the chronicle keeps. */
size_t history_orders(history_t *self, chronicle_t *chronicle, ident_t customer,
                      position_t before, const order_t *out[HISTORY_MAX]);
/* The feedback on a product that was registered last, oldest first, without `but`; `more`: there is
   earlier that was not looked at. */
size_t history_feedback(history_t *self, chronicle_t *chronicle, text_t product, ident_t but,
                        const feedback_t *out[HISTORY_MAX], bool *more);

/* claimed.c: what accepted orders took */
extern const char claimed_schema[];
claimed_t *claimed_new(ledger_t *ledger);
void claimed_destroy(claimed_t **self_p);
/* Of each event of an order, which is folded into `order`. */
void claimed_note(claimed_t *self, const decoded_t *event, const order_t *order);
/* After a start and after a cut; no transaction is open. */
void claimed_load(claimed_t *self, chronicle_t *chronicle);
const claims_t *claimed_claims(const claimed_t *self); /* until the next load */

/* post.c: assesses cases; the words on all of them are signed in one act */
#define CONSIDER_AT_ONCE 64
typedef struct post { ident_t id, object; kind_t kind; buffer_t said; } post_t; /* said: canonical */
typedef struct posts { post_t at[CONSIDER_AT_ONCE]; size_t n; } posts_t; /* zeroed: none */
/* Adds verdict or advice, if there is to be one now; at most one. */
void post_consider(department_t *self, ident_t id, posts_t *posts);
/* Signs them all, puts them into the outbox and empties `posts`. */
void post_sign(department_t *self, posts_t *posts, moment_t now);

/* carrier.c: attachments' pieces on their way up and down */
carrier_t *carrier_new(void);
void carrier_destroy(carrier_t **self_p);
void carrier_put(department_t *self, const input_t *in, const struct blob_put *body,
                   int64_t boot, output_t *out);
void carrier_ask(department_t *self, const input_t *in, const struct blob_get *body,
                   output_t *out);
/* A piece for a reader: 0 and its bytes, valid until the next message; -1 with BUSY (it has been
   asked for: come again; field "turn": others are first), BLOB_MISSING or ERASED. `question`: the
   same each time that it comes again. */
int carrier_fetch(department_t *self, ident_t question, digest_t address, bytes_t *salted,
                  int64_t boot, output_t *out, problem_t *problem);
void carrier_came(department_t *self, const input_t *in, const struct blob_put *body, int64_t boot,
                  output_t *out);
void carrier_state(department_t *self, const input_t *in, const struct blob_state *state,
                     int64_t boot, output_t *out);
void carrier_tick(department_t *self, int64_t boot);

/* serve.c: what workstations ask */
void serve_message(department_t *self, const input_t *in, message_type_t type, const void *body,
                   const surroundings_t *now, output_t *out);
void serve_receipt(department_t *self, const struct receipt *receipt, const surroundings_t *now,
                   output_t *out);

#endif
