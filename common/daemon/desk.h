/* SPDX-License-Identifier: Apache-2.0
 *
 * desk: what a signed-in person reads of the record: the queries by name, each a function of a
 * chronicle, of the person's rights under the procedure (QP21-3) and of its parameters, answered as
 * JSON (common/exchange/JSON.md).
 */
#ifndef COUNTERSIGN_DAEMON_DESK_H
#define COUNTERSIGN_DAEMON_DESK_H

#include "common/bus/messages.h"
#include "common/daemon/register.h"

typedef struct desk_view {
    chronicle_t *chronicle;
    case_register_t *cases; /* of the same chronicle */
    const person_t *person;
    text_t department;      /* whose desk it is: key */
    position_t archived, verified, head;
    moment_t now;
} desk_view_t;

/* Fills *json (cleared first) with the answer. -1 with *problem: NOT_ALLOWED_TO_READ, UNKNOWN_CASE,
   FIELD_*, USAGE (no such query). At most 1,900,000 bytes: lists are paged by `after` and
   `limit`. */
int desk_answer(const desk_view_t *view, const struct query *query, buffer_t *json,
                problem_t *problem);

#endif
