/* SPDX-License-Identifier: Apache-2.0
 *
 * feedback_json: the documents of a customer's feedback for `--json`; see JSON.md.
 */
#ifndef COUNTERSIGN_EXCHANGE_FEEDBACK_JSON_H
#define COUNTERSIGN_EXCHANGE_FEEDBACK_JSON_H

#include "common/domain/feedback.h"
#include "common/exchange/view.h"

/* The whole: revisions with their differences, what was said at each stage, rounds, actions, what it
   waits for. */
json_t *feedback_json(const feedback_t *self, const view_t *view);
/* A line of a list: 6.4 complaint register. */
json_t *feedback_summary_json(const feedback_t *self, const view_t *view);

#endif
