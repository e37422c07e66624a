/* SPDX-License-Identifier: Apache-2.0
 *
 * post: the department's own word on a case under review. What is posted is a function of the
 * fold: the command's id comes from its cause, so that the same thing posted twice is one thing.
 * Nothing is posted while catching up, and nothing that the record already shows.
 */
#include "common/base/diag.h"
#include "common/base/moment.h"
#include "common/crypto/signed.h"
#include "common/domain/review.h"
#include "daemons/department/department.h"

#define COMMAND_LIFE_MS (7 * DAY_MS)

/* The result, not the inputs: of many orders side by side each moves the others' inputs a little,
   and a verdict that would say the same again would only make departments and signers start
   anew. */
static bool same_result(const struct assessment *a, const struct assessment *b) {
    if (a->verdict != b->verdict || a->certain != b->certain || !text_equal(a->rule, b->rule) ||
        a->conditions.n != b->conditions.n)
        return false;
    for (size_t i = 0; i < a->conditions.n; i++)
        if (!record_equal(&condition_record, &a->conditions.at[i], &b->conditions.at[i]))
            return false;
    return true;
}

/* What we said last in this round: an automatic verdict that stands, or advice. NULL: nothing. */
static const struct assessment *last_word(const round_t *round, ident_t me, text_t department,
                                          bool *verdict) {
    const round_verdict_t *standing = round_standing(round, department);
    *verdict = standing && ident_equal(standing->actor, me);
    if (*verdict && standing->body->assessment.n)
        return standing->body->assessment.at;
    for (size_t i = round->advices_n; i-- > 0;)
        if (ident_equal(round->advices[i].actor, me) &&
            text_equal(round->advices[i].body->department, department))
            return round->advices[i].body->assessment.at;
    return NULL;
}

typedef struct posting {
    const case_t *of;
    review_t review;
    const round_t *round;
    text_t rule;
    const struct department *department;
    const daemon_entry_t *me;
    const mandate_entry_t *mandate; /* NULL: advice only */
    position_t cause;
    moment_t time;
} posting_t;

static void put(department_t *self, const posting_t *p, kind_t kind, const void *body,
                posts_t *posts) {
    const context_t *context = chronicle_context(self->chronicle);
    buffer_t encoded = {0}, cause = {0};
    problem_t problem = {0};
    if (record_encode(kind_info(kind)->body, body, &encoded, &problem) != 0) {
        diag_warn(DIAG_GENERAL, "an assessment cannot be posted: %s %s", problem.field,
                  problem.detail);
        buffer_free(&encoded);
        return;
    }
    digest_t ledger = context_ledger(context);
    buffer_put(&cause, ledger.b, sizeof ledger.b);
    buffer_put(&cause, p->me->key.b, sizeof p->me->key.b);
    buffer_put(&cause, p->of->id.b, sizeof p->of->id.b);
    buffer_format(&cause, "%llu %lld %d %.*s", (unsigned long long) p->cause,
                  (long long) p->round->no, (int) kind, (int) p->rule.n, p->rule.p);
    struct command command = {.ledger = ledger,
                              .id = hash_ident(DOMAIN_DAEMON_COMMAND, buffer_bytes(&cause)),
                              .kind = kind,
                              .object = p->of->id,
                              .revision = p->round->revision,
                              .digest = p->round->digest,
                              .actor = p->me->id,
                              .claimed = p->time,
                              .expiry = p->time + COMMAND_LIFE_MS,
                              .body = buffer_bytes(&encoded)};
    if (kind == KIND_ROUND_VERDICT)
        command.mandate = p->mandate->id;
    insist(posts->n < CONSIDER_AT_ONCE);
    post_t *post = &posts->at[posts->n++];
    *post = (post_t){.id = command.id, .object = p->of->id, .kind = kind};
    record_encode(&command_record, &command, &post->said, &problem);
    buffer_free(&encoded);
    buffer_free(&cause);
}

void post_sign(department_t *self, posts_t *posts, moment_t now) {
    buffer_t *said[CONSIDER_AT_ONCE];
    problem_t problem = {0};
    ident_t me = context_daemon_by_curve(chronicle_context(self->chronicle), self->curve.public_key)
                     ->id;
    for (size_t i = 0; i < posts->n; i++)
        said[i] = &posts->at[i].said;
    int rc = signed_commands(self->signer, said, posts->n, &problem);
    insist(rc == 0);
    for (size_t i = 0; i < posts->n; i++) {
        const post_t *post = &posts->at[i];
        outbox_put(self->outbox, post->id, post->object, me, post->kind, buffer_bytes(&post->said),
                   now);
        buffer_free(said[i]);
    }
    posts->n = 0;
}

static void put_verdict(department_t *self, const posting_t *p, const struct assessment *a,
                        posts_t *posts) {
    struct assessment copy = *a;
    struct verdict_given body = {.department = p->department->key,
                                 .verdict = a->verdict,
                                 .conditions = a->conditions,
                                 .requirements = a->requirements,
                                 .assessment = {&copy, 1},
                                 .confirmed = assess_confirmed(a)};
    struct finding finding = {.occurrence = a->reason, .method = a->rule};
    if (a->verdict == VERDICT_REJECT || a->verdict == VERDICT_NOT_OURS)
        body.reason = a->reason;
    else
        body.evidence = a->reason.n <= 1000 ? a->reason : (text_t){NULL, 0};
    if (a->verdict == VERDICT_OURS || a->verdict == VERDICT_PARTLY)
        body.finding = (struct finding_list){&finding, 1};
    put(self, p, KIND_ROUND_VERDICT, &body, posts);
}

static void put_advice(department_t *self, const posting_t *p, const struct assessment *a,
                       posts_t *posts) {
    struct assessment copy = *a;
    struct advice body = {.department = p->department->key, .assessment = {&copy, 1}};
    put(self, p, KIND_ROUND_ADVISE, &body, posts);
}

static void decide_posting(department_t *self, posting_t *p, const struct assessment *a,
                           enum post_mode mode, posts_t *posts) {
    bool verdict_stands;
    const struct assessment *before =
        last_word(p->round, p->me->id, p->department->key, &verdict_stands);
    if (before && same_result(before, a))
        return;
    bool automatic = mode == MODE_AUTO && a->certain && p->mandate;
    if (automatic)
        put_verdict(self, p, a, posts);
    else
        put_advice(self, p, a, posts);
}

/* Something of ours on this case is under way and not in our record yet: it is looked at again
   when it arrives. */
static bool under_way(department_t *self, const posting_t *p) {
    ident_t ids[16];
    position_t position;
    digest_t digest;
    size_t n = outbox_of_case(self->outbox, p->of->id, p->me->id, ids, 16);
    for (size_t i = 0; i < n; i++)
        if (ledger_find_command(chronicle_ledger(self->chronicle), ids[i], &position, &digest) !=
            LEDGER_OK)
            return true;
    return false;
}

/* A claim came in before our verdict was in the record, but after the fold that it was made from:
   of two orders after the last slot, the later verdict has not seen the earlier one. */
static bool overtaken(const department_t *self, const posting_t *p,
                      const round_verdict_t *standing) {
    const claim_t *claims;
    size_t n = claims_of(claimed_claims(self->claimed), p->department->key, &claims);
    position_t seen = (position_t) standing->body->assessment.at[0].cause;
    for (; n > 0 && claims[n - 1].position > seen; n--)
        if (claims[n - 1].position < standing->position)
            return true;
    return false;
}

/* A person has spoken, or ours stands and nothing came after it that could make it another. */
static bool settled(const department_t *self, const posting_t *p, const round_verdict_t *standing) {
    if (!standing)
        return false;
    if (!ident_equal(standing->actor, p->me->id))
        return true;
    if (standing->body->assessment.n == 0 || self->data_changed >= standing->position)
        return false;
    if (p->of->ops->scope == SCOPE_FEEDBACK)
        return self->feedback_changed < standing->position;
    return standing->body->verdict == VERDICT_ACCEPT && !overtaken(self, p, standing);
}

static position_t later(position_t a, position_t b) { return a > b ? a : b; }

/* What the rule looks at beside the case: of an order the customer's earlier ones, of a complaint
   the product's others and the order that it names. */
static void assess_case(department_t *self, const posting_t *p, const assessor_t *assessor,
                        arena_t *arena, struct assessment *out) {
    const context_t *context = chronicle_context(self->chronicle);
    const order_t *earlier[HISTORY_MAX];
    const feedback_t *related[HISTORY_MAX];
    assess_input_t in = {.context = context,
                         .claims = claimed_claims(self->claimed),
                         .order = order_of_const(p->of),
                         .feedback = feedback_of_const(p->of),
                         .department = p->department->key,
                         .procedure = p->review.edition,
                         .cause = p->cause,
                         .today = moment_day(p->time, (int) p->review.edition->offset_minutes)};
    if (in.order) {
        in.earlier = earlier;
        in.earlier_n = history_orders(self->history, self->chronicle,
                                      order_revision(in.order)->content->customer,
                                      in.order->revisions[0].position, earlier);
    } else {
        const struct feedback_content *content = feedback_revision(in.feedback)->content;
        in.related = related;
        if (content->product.n)
            in.related_n = history_feedback(self->history, self->chronicle, content->product,
                                            p->of->id, related, &in.related_more);
        in.order = chronicle_order(self->chronicle, content->order);
    }
    assess(assessor, &in, arena, out);
}

/* Under review, and our department is asked and has a rule for it. */
static const assessor_t *asked(department_t *self, ident_t id, posting_t *p,
                               const struct reviewer **reviewer) {
    const context_t *context = chronicle_context(self->chronicle);
    text_t key = text_of(self->self.key);
    *p = (posting_t){.of = chronicle_case(self->chronicle, id),
                     .me = context_daemon_by_curve(context, self->curve.public_key)};
    if (!p->of || !p->me || p->me->revoked || case_standing(p->of) != STANDING_OPEN)
        return NULL;
    p->of->ops->review(p->of, context, &p->review);
    p->round = p->review.round;
    if (!p->round || p->round->conclusion || !round_asks(p->round, key) || !p->review.class)
        return NULL;
    p->department = procedure_department(p->review.edition, key);
    *reviewer = class_reviewer(p->review.class, key);
    if (!p->department || !*reviewer || (*reviewer)->mode == MODE_MANUAL)
        return NULL;
    p->rule = p->of->ops->scope == SCOPE_ORDER ? p->department->assessor
                                               : p->department->complaint_assessor;
    return assessor_find(p->rule);
}

void post_consider(department_t *self, ident_t id, posts_t *posts) {
    posting_t p;
    const struct reviewer *reviewer;
    const assessor_t *assessor = asked(self, id, &p, &reviewer);
    if (!assessor || settled(self, &p, round_standing(p.round, p.department->key)) ||
        under_way(self, &p))
        return;
    bool complaint = p.of->ops->scope == SCOPE_FEEDBACK;
    p.cause = later(p.round->opened,
                    complaint ? later(self->feedback_changed, self->data_changed)
                              : self->inputs_changed);
    p.time = ledger_time_at(chronicle_ledger(self->chronicle), p.cause);
    p.mandate = context_mandate_for(chronicle_context(self->chronicle), p.department->key, p.rule,
                                    p.review.class->key, p.time);
    arena_t *arena = arena_new(0);
    struct assessment a;
    assess_case(self, &p, assessor, arena, &a);
    decide_posting(self, &p, &a, reviewer->mode, posts);
    arena_destroy(&arena);
}
