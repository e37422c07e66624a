/* SPDX-License-Identifier: Apache-2.0
 *
 * Anybody tries anything, thousands of times, on several orders at once. Whatever is accepted keeps
 * the invariant (the desk checks it after each event); folding the record again gives the same
 * orders, and deciding again the same bytes.
 */
#include <stdio.h>

#include "tests/unit/domain/order_desk.h"

enum { ORDERS = 8, STEPS = 4000 };

typedef struct walk {
    desk_t *desk;
    uint64_t seed;
    order_t *orders[ORDERS];
    ident_t people[14];
    size_t accepted, effective, ended;
} walk_t;

/* xorshift64*: the same steps on every machine. */
static size_t roll(walk_t *walk, size_t n) {
    walk->seed ^= walk->seed >> 12;
    walk->seed ^= walk->seed << 25;
    walk->seed ^= walk->seed >> 27;
    return (size_t) ((walk->seed * UINT64_C(0x2545F4914F6CDD1D)) >> 33) % n;
}

static ident_t anybody(walk_t *walk) { return walk->people[roll(walk, COUNT(walk->people))]; }

static struct order_content any_content(walk_t *walk) {
    struct order_content content = desk_content(walk->desk);
    if (roll(walk, 3) == 0)
        content.lines.at[0].modification = TEXT("longer");
    if (roll(walk, 4) == 0)
        content.lines.at[0].wanted = TODAY + (day_t) roll(walk, 20);
    content.lines.at[0].quantity = (decimal_t) (1 + roll(walk, 5)) * 100 * DECIMAL_ONE;
    content.channel = roll(walk, 3) == 0 ? CHANNEL_PHONE : CHANNEL_WRITTEN;
    return content;
}

static reason_t any_verdict(walk_t *walk, order_t *order, ident_t actor) {
    static const char *const departments[] = {"sales",      "planning", "purchasing",
                                              "production", "quality",  "finance"};
    static const enum verdict verdicts[] = {VERDICT_ACCEPT, VERDICT_ACCEPT,     VERDICT_ACCEPT,
                                            VERDICT_ACCEPT, VERDICT_CONDITIONS, VERDICT_REJECT};
    return desk_verdict(walk->desk, order, actor, departments[roll(walk, 6)],
                        verdicts[roll(walk, 6)]);
}

static reason_t any_automatic(walk_t *walk, order_t *order) {
    struct assessment assessment = {.rule = TEXT("delivery"),
                                    .edition = 1,
                                    .cause = 1,
                                    .verdict = VERDICT_ACCEPT,
                                    .certain = roll(walk, 4) != 0};
    struct verdict_given body = {
        .department = TEXT("planning"), .verdict = VERDICT_ACCEPT, .assessment = {&assessment, 1}};
    struct advice advice = {.department = TEXT("planning"), .assessment = {&assessment, 1}};
    desk_t *desk = walk->desk;
    bool advise = roll(walk, 2) == 0;
    struct command command =
        desk_command(desk, order, advise ? KIND_ROUND_ADVISE : KIND_ROUND_VERDICT, desk->planning,
                     advise ? (const void *) &advice : &body);
    command.mandate = desk->mandate;
    return desk_send(desk, order, &command);
}

static reason_t try_amend(walk_t *walk, order_t *order, ident_t actor) {
    struct order_content content = any_content(walk);
    return desk_amend(walk->desk, order, actor, &content);
}

static reason_t try_retract(walk_t *walk, order_t *order, ident_t actor) {
    static const char *const departments[] = {"sales", "planning", "purchasing"};
    return desk_try(walk->desk, order, actor, KIND_ROUND_RETRACT,
                    &(struct retract){text_of(departments[roll(walk, 3)]), TEXT("misread")});
}

static reason_t anything(walk_t *walk, order_t *order, ident_t actor) {
    static const enum meaning meanings[] = {MEANING_COMPLETE, MEANING_APPROVE, MEANING_CONTRACT,
                                            MEANING_EFFECTIVE, MEANING_CUSTOMER};
    static const enum outcome outcomes[] = {OUTCOME_ABLE, OUTCOME_ABLE, OUTCOME_NEGOTIATE,
                                            OUTCOME_NOT_ABLE};
    desk_t *desk = walk->desk;
    size_t dice = roll(walk, 100);
    if (dice < 30)
        return any_verdict(walk, order, actor);
    if (dice < 36)
        return any_automatic(walk, order);
    if (dice < 44)
        return desk_classify(desk, order, actor, roll(walk, 2) ? "regular" : "special");
    if (dice < 52)
        return desk_confirm(desk, order, actor);
    if (dice < 58)
        return desk_convene(desk, order, actor);
    if (dice < 75)
        return desk_conclude(desk, order, actor, outcomes[roll(walk, 4)]);
    if (dice < 93)
        return desk_sign(desk, order, actor, meanings[roll(walk, 5)]);
    if (dice < 95)
        return try_retract(walk, order, actor);
    if (dice < 98)
        return try_amend(walk, order, actor);
    return roll(walk, 2) ? REASON_NONE
           : dice < 99   ? desk_decline(desk, order, actor)
                         : desk_withdraw(desk, order, actor);
}

/* ---- and sometimes somebody does what the order waits for ---- */

static reason_t take(walk_t *walk, order_t *order, const waiting_t *what, ident_t actor) {
    desk_t *desk = walk->desk;
    char department[33] = "", class[33] = "";
    const order_revision_t *revision = order_revision(order);
    memcpy(department, what->department.n ? what->department.p : "", what->department.n);
    if (what->kind == KIND_ORDER_CUSTOMER_CONFIRM)
        return desk_confirm(desk, order, actor);
    if (what->kind == KIND_ORDER_CONVENE)
        return desk_convene(desk, order, actor);
    if (what->kind == KIND_ROUND_VERDICT)
        return desk_verdict(desk, order, actor, department,
                            roll(walk, 9) ? VERDICT_ACCEPT : VERDICT_CONDITIONS);
    if (what->kind == KIND_ROUND_CONCLUDE)
        return desk_conclude(desk, order, actor, order_round(order)->tally);
    if (what->kind == KIND_ROUND_SIGN)
        return desk_sign(desk, order, actor, what->meaning);
    if (what->kind == KIND_ORDER_WITHDRAW || what->kind == KIND_ORDER_DECLINE)
        return REASON_NONE;
    if (what->kind == KIND_ORDER_AMEND) {
        struct order_content content = any_content(walk);
        content.note = roll(walk, 2) ? TEXT("by lorry") : TEXT("by rail");
        bool same = record_equal(&order_content_record, &content, revision->content);
        return same ? REASON_NONE : desk_amend(desk, order, actor, &content);
    }
    assert_int_equal(what->kind, KIND_ORDER_CLASSIFY);
    memcpy(class, revision->proposed->order_class.p, revision->proposed->order_class.n);
    return desk_classify(desk, order, actor, class);
}

/* Whom no rule refuses beforehand is not refused afterwards either. */
static void step_on(walk_t *walk, order_t *order) {
    waiting_t rows[WAITING_MAX];
    desk_t *desk = walk->desk;
    size_t n = waits(&order->head, desk->context, rows);
    if (n == 0)
        return;
    const waiting_t *what = &rows[roll(walk, n)];
    for (size_t i = roll(walk, COUNT(walk->people)), tried = 0; tried < COUNT(walk->people);
         i++, tried++) {
        ident_t actor = walk->people[i % COUNT(walk->people)];
        if (case_waiting_check(&order->head, desk->context, what, context_person(desk->context, actor), NULL) == 0) {
            OK(take(walk, order, what, actor));
            return;
        }
    }
    fail_msg("nobody can do what an order waits for: %s", kind_info(what->kind)->name);
}

static void begin(walk_t *walk, size_t i) {
    struct order_content content = any_content(walk);
    walk->orders[i] = order_new((ident_t){{0}});
    OK(desk_register_as(walk->desk, walk->orders[i],
                        roll(walk, 2) ? walk->desk->song : walk->desk->lin, &content));
}

/* What a fold leaves behind, in a form that can be compared: two orders are the same if these are.
 */
static void same_order(const order_t *a, const order_t *b) {
    assert_int_equal(a->state, b->state);
    assert_int_equal(a->head.version, b->head.version);
    assert_int_equal(a->head.last, b->head.last);
    assert_int_equal(a->head.last_command, b->head.last_command);
    assert_int_equal(a->effective, b->effective);
    assert_int_equal(a->review_completed, b->review_completed);
    assert_int_equal(a->convened, b->convened);
    assert_true(text_equal(a->head.number, b->head.number));
    assert_true(text_equal(a->end_reason, b->end_reason));
    assert_int_equal(a->revisions_n, b->revisions_n);
    for (size_t i = 0; i < a->revisions_n; i++) {
        assert_true(digest_equal(a->revisions[i].digest, b->revisions[i].digest));
        assert_true(text_equal(a->revisions[i].order_class, b->revisions[i].order_class));
        assert_true(
            record_equal(&order_content_record, a->revisions[i].content, b->revisions[i].content));
    }
    assert_int_equal(a->head.rounds_n, b->head.rounds_n);
    for (size_t i = 0; i < a->head.rounds_n; i++) {
        const round_t *one = &a->head.rounds[i], *other = &b->head.rounds[i];
        assert_int_equal(one->superseded, other->superseded);
        assert_int_equal(one->tallied, other->tallied);
        assert_int_equal(one->tally, other->tally);
        assert_int_equal(one->signatures_n, other->signatures_n);
        assert_int_equal(one->verdicts_n, other->verdicts_n);
        for (size_t j = 0; j < one->verdicts_n; j++) {
            assert_int_equal(one->verdicts[j].standing, other->verdicts[j].standing);
            assert_true(record_equal(&verdict_given_record, one->verdicts[j].body,
                                     other->verdicts[j].body));
        }
    }
}

/* From its own events alone, with a context that is as late as can be. */
static void fold_again(const walk_t *walk, const order_t *order) {
    order_t *again = order_new(order->head.id);
    arena_t *arena = arena_new(0);
    for (size_t i = 0; i < walk->desk->log_n; i++) {
        decoded_t decoded;
        if (!ident_equal(walk->desk->log[i].object, order->head.id))
            continue;
        insist(event_decode(walk->desk->log[i].bytes, arena, &decoded, NULL) == 0);
        case_apply(&again->head, walk->desk->context, &decoded);
        arena_reset(arena);
    }
    same_order(order, again);
    arena_destroy(&arena);
    order_destroy(&again);
}

static order_t *replayed(order_t **orders, size_t *n, ident_t id, bool opens) {
    for (size_t i = 0; i < *n; i++)
        if (orders[i] && ident_equal(orders[i]->head.id, id))
            return orders[i];
    if (!opens)
        return NULL;
    orders[*n] = order_new(id);
    return orders[(*n)++];
}

/* The whole record from position 1, as an auditor runs it: every derived event must come out as the
   same bytes, and none may be missing. */
static void decide_again(const walk_t *walk) {
    const desk_t *desk = walk->desk;
    context_t *context = context_new();
    order_t **orders = calloc(desk->log_n, sizeof *orders);
    insist(orders);
    size_t orders_n = 0, i = 0;
    arena_t *arena = arena_new(0);
    buffer_t body = {0}, bytes = {0};
    while (i < desk->log_n) {
        decoded_t decoded;
        insist(event_decode(desk->log[i].bytes, arena, &decoded, NULL) == 0);
        assert_false(decoded.derived);
        order_t *order = replayed(orders, &orders_n, desk->log[i].object,
                                  decoded.info->kind == KIND_ORDER_REGISTER);
        position_t cause = (position_t) decoded.event.position;
        moment_t time = decoded.event.time;
        struct event event = decoded.event;
        do {
            context_apply(context, &decoded);
            if (order)
                case_apply(&order->head, context, &decoded);
            bool follows = decide_consequence(context, order ? &order->head : NULL, event.object, cause,
                                              (position_t) ++i + 1, time, &body, &event);
            if (!follows)
                break;
            assert_true(i < desk->log_n);
            buffer_clear(&bytes);
            insist(record_encode(&event_record, &event, &bytes, NULL) == 0);
            assert_int_equal(bytes.n, desk->log[i].bytes.n);
            assert_memory_equal(bytes.p, desk->log[i].bytes.p, bytes.n);
            insist(event_decode(desk->log[i].bytes, arena, &decoded, NULL) == 0);
        } while (true);
        arena_reset(arena);
    }
    for (size_t j = 0; j < orders_n; j++)
        order_destroy(&orders[j]);
    free(orders);
    buffer_free(&body);
    buffer_free(&bytes);
    arena_destroy(&arena);
    context_destroy(&context);
}

static void replace_ended(walk_t *walk, size_t i) {
    order_t *order = walk->orders[i];
    if (order_open(order) || roll(walk, 10))
        return;
    walk->ended += order->state != ORDER_IS_EFFECTIVE;
    walk->effective += order->state == ORDER_IS_EFFECTIVE;
    fold_again(walk, order);
    order_destroy(&walk->orders[i]);
    begin(walk, i);
}

static void walk_from(uint64_t seed) {
    walk_t walk = {.desk = desk_new(), .seed = seed};
    desk_t *desk = walk.desk;
    ident_t people[] = {desk->song, desk->lin,  desk->he,    desk->luo, desk->qin,
                        desk->deng, desk->yan,  desk->jiang, desk->shi, desk->wen,
                        desk->bai,  desk->zhao, desk->song,  desk->shi};
    memcpy(walk.people, people, sizeof people);
    for (size_t i = 0; i < ORDERS; i++)
        begin(&walk, i);
    for (size_t step = 0; step < STEPS; step++) {
        size_t i = roll(&walk, ORDERS);
        position_t before = desk->position;
        desk->time += (moment_t) roll(&walk, 5) * MINUTE_MS;
        if (roll(&walk, 3))
            anything(&walk, walk.orders[i], anybody(&walk));
        else
            step_on(&walk, walk.orders[i]);
        if (desk->position != before)
            walk.accepted++;
        replace_ended(&walk, i);
        if (step == STEPS / 2) {
            desk->procedure.edition = TEXT("A/1");
            desk->procedure.four_eyes = false;
            desk_adopt(desk);
        }
    }
    for (size_t i = 0; i < ORDERS; i++)
        fold_again(&walk, walk.orders[i]);
    decide_again(&walk);
    print_message("seed %llu: %zu accepted, effective %zu, ended %zu\n", (unsigned long long) seed,
                  walk.accepted, walk.effective, walk.ended);
    assert_true(walk.accepted > STEPS / 20); /* the walk does walk */
    assert_true(walk.effective > 0 && walk.ended > 0);
    for (size_t i = 0; i < ORDERS; i++)
        order_destroy(&walk.orders[i]);
    desk_destroy(&desk);
}

TEST(whatever_anybody_tries_the_record_decides_the_same_again) {
    for (uint64_t seed = 1; seed <= 3; seed++)
        walk_from(seed);
}
