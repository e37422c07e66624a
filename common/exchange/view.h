/* SPDX-License-Identifier: Apache-2.0
 *
 * view: what a document shows to one reader: names for identifiers, and no prices or contacts for
 * those whose roles do not read them (QP21-3: the procedure says who reads what).
 */
#ifndef COUNTERSIGN_EXCHANGE_VIEW_H
#define COUNTERSIGN_EXCHANGE_VIEW_H

#include "common/domain/context.h"
#include "common/exchange/json.h"

typedef struct view {
    const context_t *context;
    bool prices, contacts;
    moment_t now;           /* which delegations hold; 0: nobody asks */
} view_t;

/* The edition in force decides, and for whom the reader acts at `now`; without an edition or a person
 * nothing that needs a right is shown. */
view_t view_of(const context_t *context, const person_t *reader, moment_t now);
/* A person: {id, name, handle}; a daemon: {id, name, daemon: true, answers}; unknown: {id}. Null
 * for no one. */
json_t *view_actor(const view_t *self, ident_t id);
/* Both names, wherever somebody acted for somebody: as view_actor, with `for`, whose name stands
 * beside theirs, and the `mandate` that they cited. `behalf` none: in their own right. */
json_t *view_acting_for(const view_t *self, ident_t id, ident_t mandate, ident_t behalf);
/* The same of what cites a delegation, or none. */
json_t *view_acting(const view_t *self, ident_t id, ident_t mandate);
/* A record as JSON, without what the reader may not see. */
json_t *view_record(const view_t *self, const record_t *record, const void *body);
/* Takes out of a document what the reader may not see: price, currency, credit, facts about prices;
 * contact. */
void view_withhold(const view_t *self, json_t *json);

/* `erased` on each of the document's attachments whose content is no longer there. */
void view_mark_erased(const view_t *self, json_t *json);

#endif
