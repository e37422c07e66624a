/* SPDX-License-Identifier: Apache-2.0
 *
 * The context's fold is total, as an order's is: events of a ledger that is not sound, in whatever
 * order and about whomever, neither crash it nor anything that is asked of what came out. A
 * department folds what it is sent before the archiver has said that it is wrong.
 */
#include "tests/unit/domain/house.h"

enum { TRIALS = 2000, LENGTH = 30 };

static uint64_t seed = 5;
static size_t roll(size_t n) {
    seed = seed * UINT64_C(6364136223846793005) + UINT64_C(1442695040888963407);
    return (size_t) (seed >> 33) % n;
}

static void grant_and_end(house_t *house) {
    hand_t manager = house_person(house, "luo", "planning.manager", false);
    struct mandate mandate = {.department = TEXT("planning"),
                              .rule = TEXT("delivery"),
                              .classes = desk_texts(house->desk, "regular"),
                              .until = house->desk->time + 30 * DAY_MS};
    OK(house_give(house, &manager, KIND_MANDATE_GRANT, NOTHING, &mandate));
    OK(house_give(house, &manager, KIND_MANDATE_END, desk_opened(house->desk),
                  &(struct revoke){TEXT("no more")}));
    OK(house_give(house, &manager, KIND_MANDATE_GRANT, NOTHING, &mandate));
}

static void import(house_t *house) {
    hand_t planner = house_person(house, "deng", "planning.manager", false);
    struct reference_begin begin = {
        .dataset = DATASET_STOCK, .rows = 1, .source = {{7}}, .name = TEXT("stock.csv")};
    struct stock_row row = {.material = TEXT("M1"), .name = TEXT("steel"), .unit = TEXT("kg")};
    struct reference_chunk chunk = {.stocks = {&row, 1}};
    struct reference_adopt adopt = {1, {{7}}};
    OK(house_give(house, &planner, KIND_REFERENCE_BEGIN, NOTHING, &begin));
    ident_t id = desk_opened(house->desk);
    OK(house_give(house, &planner, KIND_REFERENCE_CHUNK, id, &chunk));
    OK(house_give(house, &planner, KIND_REFERENCE_ADOPT, id, &adopt));
}

static void delegate_and_end(house_t *house) {
    hand_t head = house_person(house, "song", "sales.head", false);
    hand_t other = house_person(house, "shi", "sales.head sales.clerk", false);
    struct delegation body = {.delegate = other.id,
                              .role = TEXT("sales.head"),
                              .from = house->desk->time,
                              .until = house->desk->time + 30 * DAY_MS,
                              .reason = TEXT("away")};
    OK(house_give(house, &head, KIND_DELEGATION_GRANT, NOTHING, &body));
    OK(house_give(house, &other, KIND_DELEGATION_END, desk_opened(house->desk),
                  &(struct revoke){TEXT("back")}));
    OK(house_give(house, &head, KIND_DELEGATION_GRANT, NOTHING, &body));
    struct customer customer = house_customer("C03");
    struct command command =
        house_command(house, &other, KIND_CUSTOMER_REGISTER, NOTHING, &customer);
    command.mandate = desk_opened(house->desk);
    OK(house_send(house, &other, &command));
}

/* People, keys, workstations, daemons, mandates and data come, change and go. */
static void live(house_t *house) {
    ident_t ledger = context_genesis_case(house->desk->context);
    struct person_change change = {.roles = desk_texts(house->desk, "sales.head"),
                                   .department = TEXT("sales"),
                                   .name = TEXT("gone")};
    struct key_replace replace = {.key = desk_key(house->desk), .reason = TEXT("lost")};
    OK(house_register(house, &house->clerk, "C01"));
    OK(house_register(house, &house->clerk, "C02"));
    grant_and_end(house);
    delegate_and_end(house);
    import(house);
    hand_t gone = house_person(house, "gone", "sales.clerk", false);
    OK(house_give(house, &house->administrator, KIND_PERSON_CHANGE, gone.id, &change));
    OK(house_give(house, &house->administrator, KIND_KEY_REPLACE, gone.id, &replace));
    OK(house_revoke(house, KIND_PERSON_REVOKE, gone.id));
    OK(house_revoke(house, KIND_DAEMON_REVOKE, house->daemon.id));
    ident_t station = house_station(house, "sales-1");
    OK(house_revoke(house, KIND_STATION_REVOKE, station));
    hand_t second = house_person(house, "tang", "sales.clerk", true);
    second.station = house->administrator.station = (ident_t){{0}};
    OK(house_revoke(house, KIND_PERSON_REVOKE, house->clerk.id)); /* waits for the second */
    const pending_t *list;
    assert_int_equal(context_pending(house->desk->context, &list), 1);
    struct confirm confirm = {.pending = list[0].id};
    OK(house_give(house, &second, KIND_CONFIRM, list[0].id, &confirm));
    struct restored restored = {.base = 1, .epoch = 2, .reason = TEXT("disk lost")};
    OK(house_give(house, &house->coordinator, KIND_LEDGER_RESTORED, ledger, &restored));
}

static void ask_everything(const context_t *context, const decoded_t *events, size_t n) {
    const struct procedure *procedure = context_procedure(context);
    const person_t *persons;
    const mandate_entry_t *mandates;
    const pending_t *pending;
    const struct stock_row *stocks;
    bool revoked;
    size_t people = context_persons(context, &persons);
    for (size_t i = 0; procedure && i < people; i++) {
        person_may(procedure, &persons[i], ACT_REGISTER);
        person_reads(procedure, &persons[i], "orders");
    }
    for (size_t i = 0; i < people; i++) {
        assert_ptr_equal(context_person(context, persons[i].id) != NULL, true);
        context_person_by_key(context, persons[i].key, &revoked);
        context_reads(context, &persons[i], "orders", TODAY * DAY_MS);
    }
    for (size_t i = 0; i < n; i++) {
        context_person(context, events[i].event.object);
        context_mandate(context, events[i].event.object);
        const delegation_entry_t *delegation =
            context_delegation(context, events[i].event.object);
        if (delegation)
            delegation_acting(context, delegation);
        context_customer(context, events[i].event.object);
        context_person_by_key(context, events[i].event.key, &revoked);
    }
    context_mandates(context, &mandates);
    context_pending(context, &pending);
    context_stocks(context, &stocks);
    context_mandate_for(context, TEXT("planning"), TEXT("delivery"), TEXT("regular"),
                        TODAY * DAY_MS);
}

/* Every command there was is tried again, by the person or daemon that it was of, or another. */
static void try_everything(const context_t *context, const decoded_t *events, size_t n) {
    problem_t problem;
    buffer_t body = {0};
    struct event follows;
    for (size_t i = 0; i < n; i++) /* what would follow, with a procedure or without */
        decide_consequence(context, NULL, events[i].event.object, 1, 2, events[i].event.time, &body,
                           &follows);
    buffer_free(&body);
    ident_t unknown = {{0x0f}};
    for (size_t i = 0; i < n; i++) {
        const struct command *command = &events[i].command;
        if (events[i].derived || scope_of_cases(events[i].info->scope))
            continue;
        for (int by = 0; by < 3; by++) {
            ident_t actor = by == 0 ? command->actor : by == 1 ? events[roll(n)].event.object
                                                               : unknown;
            authority_t authority = {.person = context_person(context, actor),
                                     .daemon = context_daemon(context, actor)};
            authority_behalf(context, command, events[i].event.time, &authority, &problem);
            context_check(context, &authority, command, events[i].body, events[i].event.time,
                          &problem);
        }
    }
}

TEST(no_event_however_out_of_place_breaks_the_contexts_fold) {
    house_t *house = house_open();
    desk_t *desk = house->desk;
    live(house);
    decoded_t *events = arena_alloc(desk->arena, desk->log_n * sizeof *events);
    bool seen[128] = {false};
    for (size_t i = 0; i < desk->log_n; i++) {
        insist(event_decode(desk->log[i].bytes, desk->arena, &events[i], NULL) == 0);
        seen[events[i].info->kind] = true;
    }
    for (int kind = KIND_PERSON_ENROL; kind <= KIND_DELEGATION_END; kind++)
        assert_true(seen[kind] || !kind_info(kind));
    for (size_t trial = 0; trial < TRIALS; trial++) {
        context_t *context = context_new();
        if (roll(4))
            context_apply(context, &events[0]);
        for (size_t i = 0; i < LENGTH; i++)
            context_apply(context, &events[roll(desk->log_n)]);
        ask_everything(context, events, desk->log_n);
        try_everything(context, events, desk->log_n);
        context_destroy(&context);
    }
    house_destroy(&house);
}
