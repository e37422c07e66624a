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
    {KIND_ORDER_VERDICT,          {NO,  UNSEEN, UNSAID,  YES,   DONE,   DONE,   NO,   END,  END}},
    {KIND_ORDER_RETRACT,          {NO,  UNSEEN, UNSAID,  YES,   DONE,   DONE,   NO,   END,  END}},
    {KIND_ORDER_ADVISE,           {NO,  UNSEEN, UNSAID,  YES,   DONE,   DONE,   NO,   END,  END}},
    {KIND_ORDER_CONCLUDE,         {NO,  UNSEEN, UNSAID,  YES,   DONE,   DONE,   NO,   END,  END}},
    {KIND_ORDER_SIGN,             {NO,  UNSEEN, UNSEEN,  UNSEEN, UNSEEN, YES,   NO,   END,  END}},
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
    const struct procedure *edition = order_procedure(self, context);
    const order_revision_t *revision = order_revision(self);
    if (order_oral(edition, revision) && !order_confirmed(revision))
        return problem_set(
            problem, REASON_NOT_CONFIRMED, "",
            "it came by word of mouth: record who at the customer's confirmed it, how and when");
    const struct order_class *class = order_class_of(self, context);
    if (!class)
        return problem_set(problem, REASON_NOT_CLASSIFIED, "", "the rules propose \"%.*s\"",
                           revision->proposed ? (int) revision->proposed->order_class.n : 0,
                           revision->proposed ? revision->proposed->order_class.p : "");
    return 0;
}

static int check_convene(const order_t *self, const context_t *context, problem_t *problem) {
    if (why_not_open(self, context, problem))
        return -1;
    const struct order_class *class = order_class_of(self, context);
    if (class->convener.n == 0)
        return problem_set(problem, REASON_WRONG_STATE, "",
                           "the review of this class opens by itself");
    if (self->convened)
        return problem_set(problem, REASON_ALREADY, "", "the review is convened");
    return 0;
}

static int check_customer_confirm(const order_t *self, const context_t *context,
                                  problem_t *problem) {
    if (self->state == ORDER_AWAITING_SIGNATURE) {
        const struct step *next = order_next_step(self, context);
        if (!next || next->meaning != MEANING_CUSTOMER)
            return problem_set(problem, REASON_WRONG_STATE, "",
                               "the customer's confirmation is not the next signature");
        return 0;
    }
    if (!order_oral(order_procedure(self, context), order_revision(self)))
        return problem_set(problem, REASON_WRONG_STATE, "",
                           "a written order needs no confirmation before its review");
    if (order_confirmed(order_revision(self)))
        return problem_set(problem, REASON_ALREADY, "", "the customer has confirmed it");
    return 0;
}

static bool signed_already(const round_t *round, enum meaning meaning) {
    for (size_t i = 0; i < round->signatures_n; i++)
        if (round->signatures[i].meaning == meaning)
            return true;
    return false;
}

/* QP21-4.2.1: no contract before the review is complete, wherever the steps put it. */
static bool review_complete(const order_t *self, const struct order_class *class) {
    for (size_t i = 0; i < class->steps.n; i++)
        if (class->steps.at[i].meaning == MEANING_COMPLETE)
            return self->review_completed;
    return true;
}

static int check_sign(const order_t *self, const context_t *context, enum meaning meaning,
                      problem_t *problem) {
    const struct step *next = order_next_step(self, context);
    if (!next)
        return problem_set(problem, REASON_WRONG_STATE, "", "no signature is awaited");
    const char *awaited = enum_name(&meaning_table, (int) next->meaning);
    if (meaning == MEANING_CONTRACT && !review_complete(self, order_class_of(self, context)))
        return refuse(problem, REASON_NOT_REVIEWED, "QP21-4.2.1", "meaning",
                      "the next signature is \"%s\"", awaited);
    if (meaning != next->meaning && signed_already(order_round(self), meaning))
        return problem_set(problem, REASON_ALREADY, "meaning", "the next signature is \"%s\"",
                           awaited);
    if (meaning != next->meaning)
        return problem_set(problem, REASON_WRONG_ORDER, "meaning", "the next signature is \"%s\"",
                           awaited);
    if (meaning == MEANING_CUSTOMER)
        return refuse(problem, REASON_NOT_CONFIRMED, "QP21-4.4.1", "meaning",
                      "the customer's word is recorded by order.customer-confirm");
    return 0;
}

static int check_department(const order_t *self, const order_step_t *step, problem_t *problem) {
    const round_t *round = order_round(self);
    if (!round_asks(round, step->department))
        return problem_set(problem, REASON_NOT_ASKED, "department", "%.*s",
                           (int) step->department.n, step->department.n ? step->department.p : "");
    if (step->kind == KIND_ORDER_RETRACT && !round_standing(round, step->department))
        return problem_set(problem, REASON_WRONG_STATE, "department",
                           "there is no verdict to take back");
    return 0;
}

static int check_conclude(const order_t *self, problem_t *problem) {
    const round_t *round = order_round(self);
    text_t missing = round_waiting(round, 0);
    if (missing.n)
        return problem_set(problem, REASON_TALLY_OPEN, "", "still to speak: %.*s", (int) missing.n,
                           missing.p);
    return 0;
}

static int refine(const order_t *self, const context_t *context, const order_step_t *step,
                  problem_t *problem) {
    const kind_t kind = step->kind;
    if (kind == KIND_ORDER_CONVENE)
        return check_convene(self, context, problem);
    if (kind == KIND_ORDER_CUSTOMER_CONFIRM)
        return check_customer_confirm(self, context, problem);
    if (kind == KIND_ORDER_SIGN)
        return check_sign(self, context, step->meaning, problem);
    if (kind == KIND_ORDER_CONCLUDE)
        return check_conclude(self, problem);
    if (kind == KIND_ORDER_VERDICT || kind == KIND_ORDER_RETRACT || kind == KIND_ORDER_ADVISE)
        return check_department(self, step, problem);
    return 0;
}

int rule_state(const order_t *self, const context_t *context, const order_step_t *step,
               problem_t *problem) {
    order_state_t state = self ? self->state : ORDER_NEW;
    for (size_t i = 0; i < sizeof TRANSITIONS / sizeof *TRANSITIONS; i++) {
        if (TRANSITIONS[i].kind != step->kind)
            continue;
        reason_t refusal = TRANSITIONS[i].refusal[state];
        if (refusal == REASON_NONE)
            return self ? refine(self, context, step, problem) : 0;
        if (state == ORDER_REGISTERED && step->kind != KIND_ORDER_SIGN &&
            why_not_open(self, context, problem))
            return -1;
        return problem_set(problem, refusal, "", "the order is %s", order_state_name(state));
    }
    return problem_set(problem, REASON_UNKNOWN_KIND, "", "not a step of an order");
}

int rule_bound(const order_t *self, const struct command *command, problem_t *problem) {
    const kind_info_t *info = kind_info(command->kind);
    const order_revision_t *revision = order_revision(self);
    if (info->flags & VERSIONED && (uint64_t) command->version != self->version)
        return problem_set(problem, REASON_STALE_VERSION, "version", "it has %llu events, not %lld",
                           (unsigned long long) self->version, (long long) command->version);
    if (!(info->flags & JUDGES))
        return 0;
    if (command->revision > revision->no)
        return problem_set(problem, REASON_BEHIND, "revision", "known up to revision %lld",
                           (long long) revision->no);
    if (command->revision < revision->no)
        return problem_set(problem, REASON_STALE_REVISION, "revision", "it is at revision %lld",
                           (long long) revision->no);
    if (!digest_equal(command->digest, revision->digest))
        return problem_set(problem, REASON_STALE_DIGEST, "digest", "of revision %lld",
                           (long long) revision->no);
    return 0;
}
