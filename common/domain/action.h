/* SPDX-License-Identifier: Apache-2.0
 *
 * action: a measure that a review or a complaint yielded, from the day somebody owns it until
 * another person has seen its effect (QP21-1, 4.3.3; ISO 9001 10.2.1). Orders and feedback have
 * them alike.
 */
#ifndef COUNTERSIGN_DOMAIN_ACTION_H
#define COUNTERSIGN_DOMAIN_ACTION_H

#include "common/domain/context.h"

typedef enum action_state {
    ACTION_OPEN,      /* its owner has something to do */
    ACTION_REPORTED,  /* done, says the owner; its effect is to be verified */
    ACTION_VERIFIED   /* effective, says somebody else: closed */
} action_state_t;
const char *action_state_name(action_state_t state); /* "open": stable, for JSON */

typedef struct action_word { /* a report or a verification, latest last */
    position_t position;
    moment_t time;
    ident_t actor, mandate;     /* mandate: the delegation; none = in their own right */
    bool verification, effective;
    text_t text;
    const struct attachment_list *attachments;
} action_word_t;

typedef struct action {
    int64_t no;                 /* in its case, from 1 */
    text_t text;
    enum action_type type;      /* unset: not said */
    ident_t owner;
    day_t due;
    position_t position;        /* of the event that made it */
    moment_t since;
    ident_t author, mandate;
    action_state_t state;
    int64_t changes, setbacks;  /* owner or date changed; found without effect */
    moment_t closed_at;         /* verified; 0 = not */
    action_word_t *words; size_t words_n;
} action_t;

typedef struct actions { action_t *at; size_t n; } actions_t;

const action_t *actions_find(const actions_t *self, int64_t no); /* NULL: no such number */
size_t actions_open(const actions_t *self);                     /* not verified yet */

/* Each measure is an action of its owner. */
void actions_take(actions_t *self, arena_t *arena, const decoded_t *event,
                  const struct measure_list *measures);
/* action.add, action.change, action.report, action.verify; others change nothing. */
void actions_apply(actions_t *self, arena_t *arena, const decoded_t *event);

/* Is this a step on an action that is possible now, whoever asks? `no` as in the body; 0: of
   action.add. */
int action_state(const actions_t *self, kind_t kind, int64_t no, problem_t *problem);
/* May this person? Reported by its owner, verified by somebody else (four eyes). Presumes
   action_state. */
int action_actor(const actions_t *self, const context_t *context, kind_t kind, int64_t no,
                 const person_t *person, problem_t *problem);
/* Of a measure: an owner who works here, a day that is not over. `path` comes before the field. */
int measure_check(const context_t *context, const struct measure *measure, const char *path,
                  moment_t time, problem_t *problem);
/* What the body must hold beyond the codec. */
int action_check_body(const actions_t *self, const context_t *context, kind_t kind,
                      const void *body, moment_t time, problem_t *problem);
bool action_kind(kind_t kind);   /* one of the four */
int64_t action_no(kind_t kind, const void *body);

#endif
