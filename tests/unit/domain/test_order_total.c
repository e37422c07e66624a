/* SPDX-License-Identifier: Apache-2.0
 *
 * The fold is total: events that were once sound, shuffled so that they make no sense, neither
 * crash it nor anything that is asked of what came out. A follower of a ledger that is not sound
 * must be able to say so.
 */
#include "tests/unit/domain/feedback_desk.h"

enum { TRIALS = 3000, LENGTH = 24 };

static uint64_t seed = 11;
static size_t roll(size_t n) {
    seed = seed * UINT64_C(6364136223846793005) + UINT64_C(1442695040888963407);
    return (size_t) (seed >> 33) % n;
}

/* Every kind of event of an order, and of its actions, is in the log afterwards. */
static void live_through_everything(desk_t *desk) {
    struct order_content content = desk_special_content(desk);
    order_t *order = desk_special_to_sign(desk);
    OK(desk_sign(desk, order, desk->shi, MEANING_COMPLETE));
    OK(desk_sign(desk, order, desk->jiang, MEANING_APPROVE));
    OK(desk_sign(desk, order, desk->shi, MEANING_CONTRACT));
    OK(desk_confirm(desk, order, desk->lin));
    content.lines.at[0].quantity = DECIMAL_ONE;
    OK(desk_amend(desk, order, desk->lin, &content));
    OK(desk_verdict(desk, order, desk->luo, "planning", VERDICT_REJECT));
    OK(desk_try(desk, order, desk->luo, KIND_ROUND_RETRACT,
                &(struct retract){TEXT("planning"), TEXT("misread")}));
    struct assessment assessment = {
        .rule = TEXT("delivery"), .edition = 1, .cause = 1, .verdict = VERDICT_ACCEPT};
    OK(desk_try(desk, order, desk->planning, KIND_ROUND_ADVISE,
                &(struct advice){TEXT("planning"), {&assessment, 1}}));
    OK(desk_act(desk, order, desk->yan, desk->qin));
    OK(desk_act(desk, order, desk->yan, desk->deng));
    OK(desk_hand_on(desk, order, desk->yan, 2, desk->luo));
    OK(desk_withdraw(desk, order, desk->lin));
    desk_finish_action(desk, order);
    OK(desk_decline(desk, desk_regular_in_review(desk), desk->song));
    content.channel = CHANNEL_ORAL;
    OK(desk_confirm(desk, desk_registered(desk, &content), desk->lin));
    desk_regular_effective(desk);
}

/* Every command there was is tried on what came out, by a person, by a daemon and by nobody. */
static void try_everything(desk_t *desk, const order_t *order, const context_t *context,
                           const decoded_t *events, size_t n) {
    const authority_t signers[] = {{.person = context_person(desk->context, desk->song)},
                                   {.person = context_person(desk->context, desk->lin)},
                                   {.person = context_person(desk->context, desk->shi)},
                                   {.daemon = context_daemon(desk->context, desk->planning)},
                                   {.person = NULL}};
    problem_t problem;
    for (size_t i = 0; i < n; i++) {
        struct command command = events[i].command;
        if (events[i].derived || !scope_of_cases(events[i].info->scope))
            continue;
        const order_revision_t *revision = order_revision(order);
        command.version = (int64_t) order->head.version;
        command.revision = revision ? revision->no : 0;
        command.digest = revision ? revision->digest : (digest_t){{0}};
        case_check(order->revisions_n ? &order->head : NULL, context, &signers[roll(COUNT(signers))],
                    &command, events[i].body, desk->time, &problem);
    }
}

static void ask_everything(desk_t *desk, const order_t *order, const context_t *context) {
    arena_t *arena = arena_new(0);
    waiting_t rows[WAITING_MAX];
    derived_t derived;
    problem_t problem;
    case_consequence(&order->head, context, arena, &derived);
    case_invariant(&order->head, context);
    case_stranded(&order->head, context, &desk->procedure);
    size_t n = waits(&order->head, context, rows);
    assert_in_range(n, 0, WAITING_MAX);
    for (size_t i = 0; i < n; i++)
        case_waiting_check(&order->head, context, &rows[i], context_person(desk->context, desk->shi), &problem);
    for (int kind = KIND_ORDER_REGISTER; kind <= KIND_ORDER_WITHDRAW; kind++)
        for (int meaning = MEANING_COMPLETE; meaning <= MEANING_EFFECTIVE; meaning++) {
            waiting_t what = {.kind = (kind_t) kind,
                              .meaning = (enum meaning) meaning,
                              .department = TEXT("sales")};
            case_waiting_check(&order->head, context, &what, context_person(desk->context, desk->song), &problem);
        }
    for (size_t i = 0; i < order->head.rounds_n; i++)
        for (size_t j = 0; j < order->head.rounds[i].verdicts_n; j++)
            if (order->head.rounds[i].verdicts[j].standing)
                assert_true(
                    round_asks(&order->head.rounds[i], order->head.rounds[i].verdicts[j].body->department));
    arena_destroy(&arena);
}

TEST(no_event_however_out_of_place_breaks_the_fold) {
    desk_t *desk = desk_new_feedback();
    live_through_everything(desk);
    size_t first = 0;
    decoded_t *events = arena_alloc(desk->arena, desk->log_n * sizeof *events);
    unsigned char seen[128] = {0};
    for (size_t i = 0; i < desk->log_n; i++) {
        insist(event_decode(desk->log[i].bytes, desk->arena, &events[i], NULL) == 0);
        seen[events[i].info->kind] = 1;
        if (!first && events[i].info->kind == KIND_ORDER_REGISTER)
            first = i;
    }
    for (int kind = KIND_ORDER_REGISTER; kind <= KIND_ORDER_WITHDRAW; kind++)
        assert_true(seen[kind]);
    for (int kind = KIND_ACTION_ADD; kind <= KIND_ACTION_VERIFY; kind++)
        assert_true(seen[kind]);
    for (size_t trial = 0; trial < TRIALS; trial++) {
        order_t *order = order_new(desk->customer);
        if (roll(8))
            case_apply(&order->head, desk->context, &events[first]);
        uint64_t before = order->head.version;
        for (size_t i = 0; i < LENGTH; i++)
            case_apply(&order->head, desk->context, &events[first + roll(desk->log_n - first)]);
        assert_int_equal(order->head.version, before + LENGTH);
        ask_everything(desk, order, desk->context);
        try_everything(desk, order, desk->context, events, desk->log_n);
        order_destroy(&order);
    }
    desk_destroy(&desk);
}

/* Of an edition that this context never saw, or in which the classes, departments and roles are
   others: everything is refused or left alone, nothing is dereferenced. */
static void look_from(desk_t *desk, const context_t *context, const decoded_t *events) {
    for (size_t i = 0; i < desk->orders_n; i++) {
        order_t *again = order_new(desk->orders[i]->head.id);
        for (size_t j = 0; j < desk->log_n; j++) {
            if (!ident_equal(desk->log[j].object, again->head.id))
                continue;
            case_apply(&again->head, context, &events[j]);
            ask_everything(desk, again, context);
            try_everything(desk, again, context, events, desk->log_n);
        }
        assert_int_equal(again->revisions_n, desk->orders[i]->revisions_n);
        order_destroy(&again);
    }
}

TEST(an_order_from_an_unknown_edition_is_only_looked_at) {
    desk_t *desk = desk_new_feedback();
    live_through_everything(desk);
    size_t n = desk->log_n;
    decoded_t *events = arena_alloc(desk->arena, n * sizeof *events);
    for (size_t i = 0; i < n; i++)
        insist(event_decode(desk->log[i].bytes, desk->arena, &events[i], NULL) == 0);
    context_t *empty = context_new();
    look_from(desk, empty, events);
    context_destroy(&empty);
    for (size_t known = 1; known < n; known += 7) { /* a context that stopped early */
        context_t *early = context_new();
        for (size_t i = 0; i < known; i++)
            context_apply(early, &events[i]);
        look_from(desk, early, events);
        context_destroy(&early);
    }
    desk_destroy(&desk);
}

TEST(an_order_whose_class_and_departments_are_gone_is_only_looked_at) {
    desk_t *desk = desk_new_feedback();
    live_through_everything(desk);
    size_t n = desk->log_n;
    decoded_t *events = arena_alloc(desk->arena, n * sizeof *events);
    struct department stores = desk_department(desk, "stores", "stores.head", "");
    struct review_class odd = desk->procedure.classes.at[0];
    struct procedure departments = desk->procedure, classes = desk->procedure;
    odd.key = TEXT("odd");
    departments.departments = (struct department_list){&stores, 1};
    classes.classes = (struct review_class_list){&odd, 1};
    for (int change = 0; change < 2; change++) {
        context_t *context = context_new();
        for (size_t i = 0; i < n; i++) {
            insist(event_decode(desk->log[i].bytes, desk->arena, &events[i], NULL) == 0);
            struct adopt *adopt = (struct adopt *) (uintptr_t) events[i].body;
            if (events[i].info->kind == KIND_PROCEDURE_ADOPT)
                adopt->procedure = desk_encode(desk, &procedure_record, change ? &departments : &classes);
            context_apply(context, &events[i]);
        }
        look_from(desk, context, events);
        context_destroy(&context);
    }
    desk_destroy(&desk);
}
