/* SPDX-License-Identifier: Apache-2.0
 *
 * desk_internal: a question as the files of the desk see it.
 */
#ifndef COUNTERSIGN_DAEMON_DESK_INTERNAL_H
#define COUNTERSIGN_DAEMON_DESK_INTERNAL_H

#include "common/daemon/desk.h"
#include "common/exchange/view.h"

#define LIST_MAX 200

typedef struct asked {
    const desk_view_t *desk;
    const struct query *query;
    view_t view;
    problem_t *problem;
} asked_t;

/* A parameter; empty: not given. */
text_t asked_text(const asked_t *a, const char *name);
/* false with the problem said: given, and no whole number within the bounds. */
bool asked_number(const asked_t *a, const char *name, int64_t min, int64_t max, int64_t fallback,
                  int64_t *out);
const context_t *asked_context(const asked_t *a);
bool asked_reads(const asked_t *a, const char *right);
/* By number or by id; `ops` NULL: whatever it is. NULL with the problem said. */
const case_t *asked_case(const asked_t *a, const char *name, const case_ops_t *ops);

/* desk_lists.c, desk_stats.c: answers; NULL with the problem said */
json_t *desk_orders(const asked_t *a);
json_t *desk_feedback(const asked_t *a);
json_t *desk_search(const asked_t *a);
json_t *desk_actions(const asked_t *a);
json_t *desk_stats(const asked_t *a);
json_t *desk_keys(const asked_t *a); /* desk_keys.c */

/* Which days statistics are of. */
typedef struct stats_range {
    register_range_t when;
    int offset;
    int64_t first, months; /* the first month as 12 * year + month - 1, and how many */
} stats_range_t;
/* What every answer of `stats` begins with. */
json_t *stats_head(const asked_t *a, const stats_range_t *range, const char *by);
/* desk_counts.c */
json_t *stats_counts(const asked_t *a, const stats_range_t *range, register_key_t key,
                     const char *by);

/* Cases of those scopes (bits) that the reader may see. */
unsigned desk_scopes(const asked_t *a);
/* The company's time, minutes east of UTC. */
int desk_offset(const asked_t *a);

#endif
