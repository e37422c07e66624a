/* SPDX-License-Identifier: Apache-2.0
 *
 * order_rules: which step is possible in which state. The table is the whole of it; what a state
 * alone cannot tell is asked after it.
 */
#include "common/domain/order_rules.h"

typedef struct transition {
    kind_t kind;
    reason_t refusal[ORDER_DECLINED + 1];
} transition_t;

#define YES REASON_NONE
#define NO REASON_WRONG_STATE
#define END REASON_ENDED
#define UNSEEN REASON_NOT_REVIEWED
#define UNSAID REASON_NOT_CONFIRMED
#define DONE REASON_CONCLUDED
/* clang-format off */
static const transition_t TRANSITIONS[] = {
    /*                             new  regis-  awaiting in     to    awaiting effec- with- de-
                                        tered   customer review nego- signa-   tive   drawn clined
                                                                tiate ture                       */
    {KIND_ORDER_REGISTER,         {YES, NO,     NO,      NO,    NO,     NO,     NO,   END,  END}},
    {KIND_ORDER_CLASSIFY,         {NO,  YES,    YES,     NO,    NO,     NO,     NO,   END,  END}},
    {KIND_ORDER_CUSTOMER_CONFIRM, {NO,  YES,    YES,     NO,    NO,     YES,    NO,   END,  END}},
    {KIND_ORDER_CONVENE,          {NO,  YES,    UNSAID,  NO,    NO,     NO,     NO,   END,  END}},
    {KIND_ROUND_VERDICT,          {NO,  UNSEEN, UNSAID,  YES,   DONE,   DONE,   NO,   END,  END}},
    {KIND_ROUND_RETRACT,          {NO,  UNSEEN, UNSAID,  YES,   DONE,   DONE,   NO,   END,  END}},
    {KIND_ROUND_ADVISE,           {NO,  UNSEEN, UNSAID,  YES,   DONE,   DONE,   NO,   END,  END}},
    {KIND_ROUND_FORWARD,          {NO,  UNSEEN, UNSAID,  YES,   DONE,   DONE,   NO,   END,  END}},
    {KIND_ROUND_ADD_REVIEWER,     {NO,  UNSEEN, UNSAID,  YES,   DONE,   DONE,   NO,   END,  END}},
    {KIND_ROUND_CONCLUDE,         {NO,  UNSEEN, UNSAID,  YES,   DONE,   DONE,   NO,   END,  END}},
    {KIND_ROUND_SIGN,             {NO,  UNSEEN, UNSEEN,  UNSEEN, UNSEEN, YES,   NO,   END,  END}},
    {KIND_ORDER_AMEND,            {NO,  YES,    YES,     YES,   YES,    YES,    YES,  END,  END}},
    {KIND_ORDER_DECLINE,          {NO,  YES,    YES,     YES,   YES,    NO,     NO,   END,  END}},
    {KIND_ORDER_WITHDRAW,         {NO,  YES,    YES,     YES,   YES,    YES,    YES,  END,  END}},
};
/* clang-format on */
#undef YES
#undef NO
#undef END
#undef UNSEEN
#undef UNSAID
#undef DONE

/* Why there is no round yet: first the customer's word, then the class, then the convening. */
static int why_not_open(const order_t *self, const context_t *context, problem_t *problem) {
    const struct procedure *edition = case_procedure(&self->head, context);
    const order_revision_t *revision = order_revision(self);
    if (order_oral(edition, revision) && !order_confirmed(revision))
        return problem_set(
            problem, REASON_NOT_CONFIRMED, "",
            "it came by word of mouth: record who at the customer's confirmed it, how and when");
    const struct review_class *class = order_class_of(self, context);
    if (!class)
        return problem_set(problem, REASON_NOT_CLASSIFIED, "", "the rules propose \"%.*s\"",
                           revision->proposed ? (int) revision->proposed->order_class.n : 0,
                           revision->proposed ? revision->proposed->order_class.p : "");
    return 0;
}

static int check_convene(const order_t *self, const context_t *context, problem_t *problem) {
    if (why_not_open(self, context, problem))
        return -1;
    const struct review_class *class = order_class_of(self, context);
    if (class->convener.n == 0)
        return problem_set(problem, REASON_WRONG_STATE, "",
                           "the review of this class opens by itself");
    if (self->convened)
        return problem_set(problem, REASON_ALREADY, "", "the review is convened");
    return 0;
}

static int check_customer_confirm(const order_t *self, const review_t *review,
                                  problem_t *problem) {
    if (self->state == ORDER_AWAITING_SIGNATURE) {
        const struct step *next = review_next_step(review);
        if (!next || next->meaning != MEANING_CUSTOMER)
            return problem_set(problem, REASON_WRONG_STATE, "",
                               "the customer's confirmation is not the next signature");
        return 0;
    }
    if (!order_oral(review->edition, order_revision(self)))
        return problem_set(problem, REASON_WRONG_STATE, "",
                           "a written order needs no confirmation before its review");
    if (order_confirmed(order_revision(self)))
        return problem_set(problem, REASON_ALREADY, "", "the customer has confirmed it");
    return 0;
}

static int refine(const order_t *self, const context_t *context, const attempt_t *attempt,
                  problem_t *problem) {
    review_t review;
    order_review(&self->head, context, &review);
    if (attempt->kind == KIND_ORDER_CONVENE)
        return check_convene(self, context, problem);
    if (attempt->kind == KIND_ORDER_CUSTOMER_CONFIRM)
        return check_customer_confirm(self, &review, problem);
    return review_state(&review, attempt, problem);
}

int order_state(const case_t *head, const context_t *context, const attempt_t *attempt,
                problem_t *problem) {
    const order_t *self = order_of_const(head);
    order_state_t state = self ? self->state : ORDER_NEW;
    for (size_t i = 0; i < sizeof TRANSITIONS / sizeof *TRANSITIONS; i++) {
        if (TRANSITIONS[i].kind != attempt->kind)
            continue;
        reason_t refusal = TRANSITIONS[i].refusal[state];
        if (refusal == REASON_NONE)
            return self ? refine(self, context, attempt, problem) : 0;
        if (state == ORDER_REGISTERED && attempt->kind != KIND_ROUND_SIGN &&
            why_not_open(self, context, problem))
            return -1;
        return problem_set(problem, refusal, "", "the case is %s", order_state_name(state));
    }
    return problem_set(problem, REASON_UNKNOWN_KIND, "", "not a step of an order");
}
