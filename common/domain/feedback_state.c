/* SPDX-License-Identifier: Apache-2.0
 *
 * feedback_state: which step is possible in which state, and who may take it. The table is the
 * whole of the first; what a state alone cannot tell is asked after it.
 */
#include "common/domain/feedback_rules.h"

typedef struct transition {
    kind_t kind;
    reason_t refusal[FEEDBACK_CLOSED + 1];
} transition_t;

#define YES REASON_NONE
#define NO REASON_WRONG_STATE
#define END REASON_ENDED
#define UNREADY REASON_NOT_ASSESSED
#define UNDISPOSED REASON_NOT_DISPOSED
#define DONE REASON_CONCLUDED
#define TOLD REASON_ALREADY
/* clang-format off */
static const transition_t TRANSITIONS[] = {
    /*                           new  received    in review   awaiting    to      answered closed
                                                              signature   answer                 */
    {KIND_FEEDBACK_REGISTER,    {YES, NO,         NO,         NO,         NO,     NO,      END}},
    {KIND_FEEDBACK_AMEND,       {NO,  YES,        YES,        DONE,       YES,    NO,      END}},
    {KIND_FEEDBACK_ACKNOWLEDGE, {NO,  YES,        YES,        YES,        YES,    TOLD,    END}},
    {KIND_FEEDBACK_ASSESS,      {NO,  YES,        YES,        DONE,       YES,    NO,      END}},
    {KIND_FEEDBACK_CONTAIN,     {NO,  YES,        YES,        YES,        YES,    YES,     END}},
    {KIND_ROUND_VERDICT,        {NO,  UNREADY,    YES,        DONE,       DONE,   DONE,    END}},
    {KIND_ROUND_RETRACT,        {NO,  UNREADY,    YES,        DONE,       DONE,   DONE,    END}},
    {KIND_ROUND_ADVISE,         {NO,  UNREADY,    YES,        DONE,       DONE,   DONE,    END}},
    {KIND_ROUND_FORWARD,        {NO,  UNREADY,    YES,        DONE,       DONE,   DONE,    END}},
    {KIND_ROUND_ADD_REVIEWER,   {NO,  UNREADY,    YES,        DONE,       DONE,   DONE,    END}},
    {KIND_ROUND_CONCLUDE,       {NO,  UNREADY,    YES,        DONE,       DONE,   DONE,    END}},
    {KIND_ROUND_SIGN,           {NO,  UNDISPOSED, UNDISPOSED, YES,        NO,     NO,      END}},
    {KIND_FEEDBACK_ANSWER,      {NO,  UNDISPOSED, UNDISPOSED, UNDISPOSED, YES,    YES,     END}},
    {KIND_FEEDBACK_CLOSE,       {NO,  YES,        YES,        YES,        YES,    YES,     END}},
    {KIND_FEEDBACK_REOPEN,      {NO,  NO,         NO,         NO,         NO,     YES,     YES}},
    {KIND_FEEDBACK_RECLASSIFY,  {NO,  YES,        YES,        DONE,       YES,    YES,     END}},
};
/* clang-format on */
#undef YES
#undef NO
#undef END
#undef UNREADY
#undef UNDISPOSED
#undef DONE
#undef TOLD

/* What was decided in a review stays decided; only reopening undoes it. */
static int not_concluded(const review_t *review, problem_t *problem) {
    if (review->round && review->round->conclusion)
        return refuse(problem, REASON_CONCLUDED, "QP21-4.6", "", "reopen it to look into it anew");
    return 0;
}

/* By the edition that put it there, as feedback_settle has it: a later one is asked at the next event. */
static const struct review_class *received_by(const feedback_t *self, const context_t *context) {
    return feedback_class(self, case_edition(&self->head, context));
}

static int why_not_ready(const feedback_t *self, const context_t *context, problem_t *problem) {
    enum stage missing = stage_missing(self, received_by(self, context));
    return problem_set(problem, REASON_NOT_ASSESSED, "", "still to do: %s",
                       missing ? enum_name(&stage_table, (int) missing) : "");
}

static int refine(const feedback_t *self, const review_t *review, const attempt_t *attempt,
                  problem_t *problem) {
    switch ((int) attempt->kind) {
    case KIND_FEEDBACK_ACKNOWLEDGE:
        return self->acknowledged.n
                   ? problem_set(problem, REASON_ALREADY, "", "the customer knows that it is here")
                   : 0;
    case KIND_FEEDBACK_AMEND:
    case KIND_FEEDBACK_ASSESS:
    case KIND_FEEDBACK_RECLASSIFY: return not_concluded(review, problem);
    default: return review_state(review, attempt, problem);
    }
}

int feedback_check_state(const case_t *head, const context_t *context, const attempt_t *attempt,
                         problem_t *problem) {
    const feedback_t *self = feedback_of_const(head);
    feedback_state_t state = self ? self->state : FEEDBACK_NEW;
    review_t review;
    for (size_t i = 0; i < sizeof TRANSITIONS / sizeof *TRANSITIONS; i++) {
        if (TRANSITIONS[i].kind != attempt->kind)
            continue;
        reason_t refusal = TRANSITIONS[i].refusal[state];
        if (self)
            feedback_review(head, context, &review);
        if (refusal == REASON_NONE)
            return self ? refine(self, &review, attempt, problem) : 0;
        if (refusal == REASON_NOT_ASSESSED && self)
            return why_not_ready(self, context, problem);
        return refuse(problem, refusal, refusal == REASON_CONCLUDED ? "QP21-4.6" : "", "",
                      "the case is %s", feedback_state_name(state));
    }
    return problem_set(problem, REASON_UNKNOWN_KIND, "", "not a step of feedback");
}

/* ---- who ---- */

static const kind_act_t ACTS[] = {{KIND_FEEDBACK_REGISTER, ACT_FEEDBACK},
                                  {KIND_FEEDBACK_AMEND, ACT_FEEDBACK},
                                  {KIND_FEEDBACK_ACKNOWLEDGE, ACT_ACKNOWLEDGE},
                                  {KIND_FEEDBACK_ASSESS, ACT_ASSESS},
                                  {KIND_FEEDBACK_CONTAIN, ACT_CONTAIN},
                                  {KIND_FEEDBACK_ANSWER, ACT_ANSWER},
                                  {KIND_FEEDBACK_CLOSE, ACT_CLOSE},
                                  {KIND_FEEDBACK_REOPEN, ACT_REOPEN},
                                  {KIND_FEEDBACK_RECLASSIFY, ACT_RECLASSIFY}};

int feedback_actor(const case_t *head, const context_t *context, const attempt_t *attempt,
                   const authority_t *authority, problem_t *problem) {
    enum act act = act_needed(ACTS, sizeof ACTS / sizeof *ACTS, attempt->kind);
    if (authority->person && act)
        return may_act(context, authority->person, act, problem);
    review_t review = {.context = context};
    if (head)
        feedback_review(head, context, &review);
    return review_actor(&review, attempt, authority, problem);
}

/* ---- what it waits for ---- */

static void wait_for_stages(const feedback_t *self, const struct review_class *class,
                            sheet_t *sheet) {
    for (size_t i = 0; class && i < class->before.n; i++) {
        enum stage stage = (enum stage) class->before.at[i];
        if (stage == STAGE_ACKNOWLEDGED && !self->acknowledged.n)
            sheet_add_act(sheet, KIND_FEEDBACK_ACKNOWLEDGE, ACT_ACKNOWLEDGE);
        if (stage == STAGE_ASSESSED && !self->assessed.n)
            sheet_add_act(sheet, KIND_FEEDBACK_ASSESS, ACT_ASSESS);
        if (stage == STAGE_CONTAINED && !self->contained.n)
            sheet_add_act(sheet, KIND_FEEDBACK_CONTAIN, ACT_CONTAIN);
    }
}

void feedback_waiting(const case_t *head, const context_t *context, sheet_t *sheet) {
    const feedback_t *self = feedback_of_const(head);
    review_t review;
    feedback_review(head, context, &review);
    switch (self->state) {
    case FEEDBACK_RECEIVED: wait_for_stages(self, received_by(self, context), sheet); break;
    case FEEDBACK_IN_REVIEW:
    case FEEDBACK_AWAITING_SIGNATURE: review_waiting(&review, sheet); break;
    case FEEDBACK_TO_ANSWER: sheet_add_act(sheet, KIND_FEEDBACK_ANSWER, ACT_ANSWER); break;
    case FEEDBACK_ANSWERED:
        if (!feedback_held_open(self, review.class))
            sheet_add_act(sheet, KIND_FEEDBACK_CLOSE, ACT_CLOSE);
        break;
    case FEEDBACK_NEW:
    case FEEDBACK_CLOSED: break;
    }
}

/* What was reopened, or turned out to be something else, begins anew; an amendment does not: or whoever
   registered it could put its end off. */
static instant_t began(const feedback_t *self) {
    instant_t at = {self->revisions[0].position, self->revisions[0].time};
    const said_t *reopened = said_last(&self->reopened), *re = said_last(&self->reclassified);
    if (reopened && reopened->position > at.position)
        at = (instant_t){reopened->position, reopened->time};
    if (re && re->position > at.position)
        at = (instant_t){re->position, re->time};
    return at;
}

instant_t feedback_begun(const case_t *head, enum stage stage) {
    const feedback_t *self = feedback_of_const(head);
    const round_t *round = case_round(head);
    const said_t *answered = said_last(&self->answered);
    if (stage == STAGE_CLOSE && answered)
        return (instant_t){answered->position, answered->time};
    if (stage == STAGE_ANSWER && self->disposed)
        return (instant_t){self->disposed, self->disposed_at};
    if (stage == STAGE_ANSWER && round && round->conclusion)
        return (instant_t){round->concluded, round->concluded_at};
    return round && review_begun(round, stage).position ? review_begun(round, stage) : began(self);
}

text_t feedback_class_key(const case_t *head, const context_t *context) {
    const struct review_class *class =
        feedback_class(feedback_of_const(head), case_edition(head, context));
    return class ? class->key : (text_t){NULL, 0};
}
