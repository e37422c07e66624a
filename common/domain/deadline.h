/* SPDX-License-Identifier: Apache-2.0
 *
 * deadline: what a case waits for, since when, and by when the procedure wants it (QP21-4.4.3,
 * ISO 10002). A stage begins with the event that made the case wait for it; its end follows from the
 * procedure's hours and from the calendar that was in force then. Each deadline is near once and is
 * missed once: both are derived events (deadline.near, deadline.missed) that follow from time alone,
 * before any other event of that moment. Pure: time, procedure and calendar are arguments.
 */
#ifndef COUNTERSIGN_DOMAIN_DEADLINE_H
#define COUNTERSIGN_DOMAIN_DEADLINE_H

#include "common/domain/calendar.h"
#include "common/domain/case.h"

#define STAGES_MAX WAITING_MAX

/* Something that a case waits for now. */
typedef struct case_stage {
    enum stage stage;
    int64_t action;          /* of STAGE_ACTION, STAGE_VERIFY: its number */
    position_t began;        /* of the event with which it began */
    moment_t began_at;
} case_stage_t;

/* `out` has room for STAGES_MAX. Departments of one review are one stage. */
size_t case_stages(const case_t *self, const context_t *context, case_stage_t *out);
/* The stage that a row of the sheet belongs to; unset: none. */
enum stage stage_of(const waiting_t *row);

typedef struct case_deadline {
    case_stage_t stage;
    const struct deadline *rule;
    moment_t near, due;      /* near 0: nobody is warned; due 0: not known, see `unknown` */
    int unknown;             /* the year whose holidays are not published or not imported; 0: known */
    position_t near_said, missed_said; /* of the events that said so; 0 = not yet */
} case_deadline_t;

/* Those of its stages for which its edition has a deadline. `out` has room for STAGES_MAX. */
size_t case_deadlines(const case_t *self, const context_t *context, case_deadline_t *out);
/* The deadline of that stage; NULL: it has none. */
const case_deadline_t *deadline_of(const case_deadline_t *list, size_t n, enum stage stage,
                                   int64_t action);
/* When something is next to be said of a deadline of this case; 0: nothing. */
moment_t deadline_next(const case_t *self, const context_t *context);
/* What is to be said at `time`: the earliest first, of two at once the lower stage. */
bool deadline_derive(const case_t *self, const context_t *context, moment_t time, arena_t *arena,
                     derived_t *out, position_t *cause);
/* Escalated: said to be missed, and still waited for. */
bool deadline_escalated(const case_deadline_t *self, const person_t *person);

/* Consistent: classes, roles, working time; PROCEDURE_INVALID with a field path. */
int deadline_check(const struct procedure *p, problem_t *problem);

#endif
