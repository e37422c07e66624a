/* SPDX-License-Identifier: Apache-2.0
 *
 * post: the department's own word on an order under review. What is posted is a function of the
 * fold: the command's id comes from its cause, so that the same thing posted twice is one thing.
 * Nothing is posted while catching up, and nothing that the record already shows.
 */
#include <sysexits.h>

#include "common/base/diag.h"
#include "common/base/moment.h"
#include "common/ledger/sql.h"
#include "daemons/department/department.h"

#define COMMAND_LIFE_MS (7 * DAY_MS)
#define EARLIER_MAX 64

static moment_t time_at(department_t *self, position_t position) {
    buffer_t bytes = {0};
    decoded_t event;
    moment_t time = 0;
    arena_t *arena = arena_new(0);
    if (ledger_read(chronicle_ledger(self->chronicle), position, &bytes) == LEDGER_OK &&
        event_decode(buffer_bytes(&bytes), arena, &event, NULL) == 0)
        time = event.event.time;
    arena_destroy(&arena);
    buffer_free(&bytes);
    return time;
}

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
    const order_t *order;
    const round_t *round;
    const struct department *department;
    const daemon_entry_t *me;
    const mandate_entry_t *mandate; /* NULL: advice only */
    position_t cause;
    moment_t time;
} posting_t;

static void put(department_t *self, const posting_t *p, kind_t kind, const void *body,
                moment_t now) {
    const context_t *context = chronicle_context(self->chronicle);
    buffer_t encoded = {0}, bytes = {0}, signed_bytes = {0}, cause = {0};
    problem_t problem = {0};
    ident_t id;
    if (record_encode(kind_info(kind)->body, body, &encoded, &problem) != 0) {
        diag_warn(DIAG_GENERAL, "an assessment cannot be posted: %s %s", problem.field,
                  problem.detail);
        buffer_free(&encoded);
        return;
    }
    digest_t ledger = context_ledger(context);
    buffer_put(&cause, ledger.b, sizeof ledger.b);
    buffer_put(&cause, p->me->key.b, sizeof p->me->key.b);
    buffer_put(&cause, p->order->id.b, sizeof p->order->id.b);
    buffer_format(&cause, "%llu %lld %d %.*s", (unsigned long long) p->cause,
                  (long long) p->round->no, (int) kind, (int) p->department->assessor.n,
                  p->department->assessor.p);
    id = hash_ident(DOMAIN_DAEMON_COMMAND, buffer_bytes(&cause));
    struct command command = {.ledger = ledger,
                              .id = id,
                              .kind = kind,
                              .object = p->order->id,
                              .revision = p->round->revision,
                              .digest = p->round->digest,
                              .actor = p->me->id,
                              .claimed = p->time,
                              .expiry = p->time + COMMAND_LIFE_MS,
                              .body = buffer_bytes(&encoded)};
    if (kind == KIND_ORDER_VERDICT)
        command.mandate = p->mandate->id;
    record_encode(&command_record, &command, &bytes, &problem);
    struct signed_command signed_command = {
        .scheme = SCHEME_ED25519,
        .key = signer_key(self->signer),
        .command = buffer_bytes(&bytes),
        .signature = signer_sign(self->signer, DOMAIN_COMMAND, buffer_bytes(&bytes))};
    record_encode(&signed_command_record, &signed_command, &signed_bytes, &problem);
    outbox_put(self->outbox, id, p->order->id, p->me->id, kind, buffer_bytes(&signed_bytes), now);
    buffer_free(&encoded);
    buffer_free(&bytes);
    buffer_free(&signed_bytes);
    buffer_free(&cause);
}

static void put_verdict(department_t *self, const posting_t *p, const struct assessment *a,
                        moment_t now) {
    struct assessment copy = *a;
    struct verdict_given body = {.department = p->department->key,
                                 .verdict = a->verdict,
                                 .conditions = a->conditions,
                                 .requirements = a->requirements,
                                 .assessment = {&copy, 1},
                                 .confirmed = assess_confirmed(a)};
    if (a->verdict == VERDICT_REJECT)
        body.reason = a->reason;
    else
        body.evidence = a->reason.n <= 1000 ? a->reason : (text_t){NULL, 0};
    put(self, p, KIND_ORDER_VERDICT, &body, now);
}

static void put_advice(department_t *self, const posting_t *p, const struct assessment *a,
                       moment_t now) {
    struct assessment copy = *a;
    struct advice body = {.department = p->department->key, .assessment = {&copy, 1}};
    put(self, p, KIND_ORDER_ADVISE, &body, now);
}

/* The customer's orders before this one, oldest first: what was agreed then (QP21-4.2.2 b). */
static size_t earlier_orders(department_t *self, const order_t *order,
                             const order_t *out[EARLIER_MAX]) {
    sqlite3_stmt *stmt = NULL;
    ident_t ids[EARLIER_MAX];
    size_t n = 0, found = 0;
    sqlite3 *db = ledger_db(chronicle_ledger(self->chronicle));
    const ident_t *customer = &order_revision(order)->content->customer;
    if (sqlite3_prepare_v2(db,
                           "SELECT object FROM customer_order WHERE customer = ?1 AND opened < ?2"
                           " ORDER BY opened DESC LIMIT ?3",
                           -1, &stmt, NULL) != SQLITE_OK)
        diag_fatal(EX_IOERR, DIAG_IO_ERROR, "desk.db: %s", sqlite3_errmsg(db));
    sqlite3_bind_blob(stmt, 1, customer->b, sizeof customer->b, SQLITE_STATIC);
    sqlite3_bind_int64(stmt, 2, (int64_t) order->revisions[0].position);
    sqlite3_bind_int(stmt, 3, EARLIER_MAX);
    while (n < EARLIER_MAX && sql_next(stmt, "desk.db"))
        memcpy(ids[n++].b, sqlite3_column_blob(stmt, 0), sizeof ids[0].b);
    sqlite3_finalize(stmt);
    while (n > 0) {
        const order_t *one = chronicle_order(self->chronicle, ids[--n]);
        if (one)
            out[found++] = one;
    }
    return found;
}

static void decide_posting(department_t *self, posting_t *p, const struct assessment *a,
                           enum post_mode mode, moment_t now) {
    bool verdict_stands;
    const struct assessment *before =
        last_word(p->round, p->me->id, p->department->key, &verdict_stands);
    if (before && same_result(before, a))
        return;
    bool automatic = mode == MODE_AUTO && a->certain && p->mandate;
    if (automatic)
        put_verdict(self, p, a, now);
    else
        put_advice(self, p, a, now);
}

/* Something of ours on this order is under way and not in our record yet: it is looked at again
   when it arrives. */
static bool under_way(department_t *self, const posting_t *p) {
    ident_t ids[16];
    position_t position;
    digest_t digest;
    size_t n = outbox_of_case(self->outbox, p->order->id, p->me->id, ids, 16);
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
    size_t n = claims_of(self->claims, p->department->key, &claims);
    position_t seen = (position_t) standing->body->assessment.at[0].cause;
    for (; n > 0 && claims[n - 1].position > seen; n--)
        if (claims[n - 1].position < standing->position)
            return true;
    return false;
}

/* A person has spoken, or our accept stands and nothing but later claims came after it. */
static bool settled(const department_t *self, const posting_t *p, const round_verdict_t *standing) {
    if (!standing)
        return false;
    if (!ident_equal(standing->actor, p->me->id))
        return true;
    return standing->body->verdict == VERDICT_ACCEPT && self->data_changed < standing->position &&
           standing->body->assessment.n && !overtaken(self, p, standing);
}

void post_consider(department_t *self, ident_t id, moment_t now) {
    const context_t *context = chronicle_context(self->chronicle);
    posting_t p = {.order = chronicle_order(self->chronicle, id),
                   .me = context_daemon_by_curve(context, self->curve.public_key)};
    if (!p.order || !p.me || p.me->revoked || p.order->state != ORDER_IN_REVIEW)
        return;
    p.round = order_round(p.order);
    text_t key = text_of(self->self.key);
    if (!p.round || p.round->concluded || !round_asks(p.round, key))
        return;
    const struct procedure *procedure = order_procedure(p.order, context);
    const struct order_class *class = order_class_of(p.order, context);
    p.department = procedure_department(procedure, key);
    const struct reviewer *reviewer = class ? class_reviewer(class, key) : NULL;
    const assessor_t *assessor = p.department ? assessor_find(p.department->assessor) : NULL;
    if (!reviewer || !assessor || reviewer->mode == MODE_MANUAL)
        return;
    const round_verdict_t *standing = round_standing(p.round, key);
    if (settled(self, &p, standing) || under_way(self, &p))
        return;
    p.cause = p.round->opened > self->inputs_changed ? p.round->opened : self->inputs_changed;
    p.time = time_at(self, p.cause);
    p.mandate = context_mandate_for(context, key, p.department->assessor, class->key, p.time);
    const order_t *earlier[EARLIER_MAX];
    assess_input_t in = {.context = context,
                         .claims = self->claims,
                         .order = p.order,
                         .department = key,
                         .earlier = earlier,
                         .earlier_n = earlier_orders(self, p.order, earlier),
                         .cause = p.cause,
                         .today = moment_day(p.time, (int) procedure->offset_minutes)};
    arena_t *arena = arena_new(0);
    struct assessment a;
    assess(assessor, &in, arena, &a);
    decide_posting(self, &p, &a, reviewer->mode, now);
    arena_destroy(&arena);
}
