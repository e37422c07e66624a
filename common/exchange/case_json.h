/* SPDX-License-Identifier: Apache-2.0
 *
 * case_json: the documents of a case for `--json`, be it an order or feedback, stable and described
 * in JSON.md. Made from the fold alone.
 */
#ifndef COUNTERSIGN_EXCHANGE_CASE_JSON_H
#define COUNTERSIGN_EXCHANGE_CASE_JSON_H

#include "common/domain/case.h"
#include "common/exchange/view.h"

/* The whole case. */
json_t *case_json(const case_t *self, const view_t *view);
/* A line of a list. */
json_t *case_summary_json(const case_t *self, const view_t *view);
/* What it waits for. With `reader`, each step also says whether this person may do it now and, if
   not, what refuses it; with `who`, who can. */
json_t *case_waiting_json(const case_t *self, const view_t *view, const person_t *reader, bool who);
/* A refusal: {reason, clause, field, text, detail, file, line}. */
json_t *problem_json(const problem_t *problem);

/* ---- parts, for order_json and feedback_json ---- */

/* What every document of a case begins with: number, id, case, state, open, version, position,
   time; once registered, registrant, revision, digest. */
json_t *case_head_json(const case_t *self, const view_t *view);
/* rounds, actions, waiting. */
void case_put_review(json_t *object, const case_t *self, const view_t *view);
/* tally, outcome, open actions, waiting. */
void case_put_brief(json_t *object, const case_t *self, const view_t *view);
json_t *round_json(const case_t *of, const round_t *round, const view_t *view);
json_t *action_json(const action_t *action, const view_t *view);
json_t *customer_brief_json(const view_t *view, ident_t id);
/* What every revision begins with. */
typedef struct revision_head {
    int64_t no;
    position_t position;
    moment_t time;
    ident_t author, mandate;
    digest_t digest;
    text_t reason;
} revision_head_t;
json_t *revision_head_json(const revision_head_t *head, const view_t *view);
/* Which fields of two contents differ, without what the reader may not see. */
json_t *differences_json(const record_t *record, const void *before, const void *after,
                         const view_t *view);

#endif
