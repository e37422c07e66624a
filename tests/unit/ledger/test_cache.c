/* SPDX-License-Identifier: Apache-2.0
 *
 * The cache of orders: never more than it has room for, the least recently used goes first; and
 * that a chronicle with room for one order says of every order what one with room for all says.
 */
#include "common/ledger/cache.h"

#include "common/ledger/chronicle.h"
#include "tests/unit/ledger/hall.h"

/* Ids that differ in their first byte alone lie in one bucket: the cache looks at the last ones. */
static ident_t id_of(unsigned n) { return (ident_t){{(uint8_t) n}}; }
static ident_t spread_id(unsigned n) {
    return (ident_t){{0, 0, 0, 0, 0, 0, 0, 0, (uint8_t) n, (uint8_t) (n * 37)}};
}

static const case_t *put(cache_t *cache, ident_t id) {
    case_t *of = case_new(&order_ops, id);
    const case_t *kept = of;
    cache_put(cache, &of);
    assert_null(of); /* it is the cache's now */
    return kept;
}

TEST(what_was_put_is_found_and_nothing_else_is) {
    cache_t *cache = cache_new(4);
    assert_null(cache_find(cache, id_of(1)));
    const case_t *one = put(cache, id_of(1)), *two = put(cache, spread_id(2));
    assert_ptr_equal(cache_find(cache, id_of(1)), one);
    assert_ptr_equal(cache_find(cache, spread_id(2)), two);
    assert_null(cache_find(cache, id_of(2)));
    cache_destroy(&cache);
    assert_null(cache);
    cache_destroy(&cache);
}

TEST(the_least_recently_used_goes_first) {
    cache_t *cache = cache_new(3);
    for (unsigned n = 1; n <= 3; n++)
        put(cache, id_of(n));
    assert_non_null(cache_find(cache, id_of(1))); /* now 2 is the oldest */
    put(cache, id_of(4));
    assert_null(cache_find(cache, id_of(2)));
    assert_non_null(cache_find(cache, id_of(3)));
    put(cache, id_of(5));
    assert_null(cache_find(cache, id_of(1)));
    assert_non_null(cache_find(cache, id_of(3)));
    assert_non_null(cache_find(cache, id_of(4)));
    assert_non_null(cache_find(cache, id_of(5)));
    cache_destroy(&cache);
}

TEST(room_for_one_holds_the_last_one) {
    cache_t *cache = cache_new(1);
    for (unsigned n = 1; n <= 9; n++) {
        put(cache, spread_id(n));
        assert_non_null(cache_find(cache, spread_id(n)));
        assert_null(cache_find(cache, spread_id(n - 1)));
    }
    cache_destroy(&cache);
}

TEST(a_cleared_cache_holds_nothing_and_goes_on) {
    cache_t *cache = cache_new(3);
    cache_clear(cache);
    for (unsigned n = 1; n <= 3; n++)
        put(cache, id_of(n));
    cache_clear(cache);
    for (unsigned n = 1; n <= 3; n++)
        assert_null(cache_find(cache, id_of(n)));
    put(cache, id_of(2));
    assert_non_null(cache_find(cache, id_of(2)));
    cache_destroy(&cache);
}

/* Against the plainest cache there is: a row of ids, the most recent in front. */
TEST(any_use_leaves_what_a_plain_list_would_leave) {
    enum { ROOM = 7, IDS = 20, STEPS = 20000 };
    unsigned list[ROOM + 1], n = 0;
    uint64_t seed = 88172645463325252;
    cache_t *cache = cache_new(ROOM);
    for (int step = 0; step < STEPS; step++) {
        seed ^= seed << 13, seed ^= seed >> 7, seed ^= seed << 17;
        unsigned number = (unsigned) (seed >> 20) % IDS, at = 0;
        ident_t id = number % 2 ? id_of(number) : spread_id(number);
        while (at < n && list[at] != number)
            at++;
        case_t *found = cache_find(cache, id);
        assert_int_equal(found != NULL, at < n);
        if (found)
            assert_true(ident_equal(found->id, id));
        else
            put(cache, id);
        n = at == n && n < ROOM ? n + 1 : n;
        memmove(list + 1, list, (at < n ? at : n - 1) * sizeof *list);
        list[0] = number;
    }
    cache_destroy(&cache);
}

/* ---- in a chronicle ---- */

static void same_round(const round_t *a, const round_t *b) {
    assert_int_equal(a->procedure, b->procedure);
    assert_int_equal(a->superseded, b->superseded);
    assert_int_equal(a->tally, b->tally);
    assert_int_equal(a->signatures_n, b->signatures_n);
    assert_int_equal(a->verdicts_n, b->verdicts_n);
    for (size_t i = 0; i < a->verdicts_n; i++) {
        assert_int_equal(a->verdicts[i].standing, b->verdicts[i].standing);
        assert_true(record_equal(&verdict_given_record, a->verdicts[i].body, b->verdicts[i].body));
    }
}

static void same_order(const order_t *a, const order_t *b) {
    assert_non_null(a);
    assert_non_null(b);
    assert_int_equal(a->state, b->state);
    assert_int_equal(a->head.version, b->head.version);
    assert_int_equal(a->head.last, b->head.last);
    assert_int_equal(a->head.last_command, b->head.last_command);
    assert_int_equal(a->effective, b->effective);
    assert_int_equal(a->head.edition, b->head.edition);
    assert_int_equal(a->convened, b->convened);
    assert_true(text_equal(a->head.number, b->head.number));
    assert_int_equal(a->revisions_n, b->revisions_n);
    for (size_t i = 0; i < a->revisions_n; i++) {
        assert_true(digest_equal(a->revisions[i].digest, b->revisions[i].digest));
        assert_true(text_equal(a->revisions[i].order_class, b->revisions[i].order_class));
    }
    assert_int_equal(a->head.rounds_n, b->head.rounds_n);
    for (size_t i = 0; i < a->head.rounds_n; i++)
        same_round(&a->head.rounds[i], &b->head.rounds[i]);
}

/* Orders side by side under two editions, a person leaving between: one by phone that waits
   for its customer, as the new edition would not have it, one amended under review, one signed
   under the old edition and effective after it, one declined, one special. */
static desk_t *busy_desk(void) {
    desk_t *desk = desk_new();
    struct order_content content = desk_content(desk), more = content;
    order_t *effective = desk_regular_in_review(desk), *amended = desk_regular_in_review(desk);
    content.channel = CHANNEL_PHONE;
    order_t *oral = desk_registered(desk, &content);
    OK(desk_classify(desk, oral, desk->lin, "regular"));
    order_t *special = desk_special_in_review(desk), *declined = desk_regular_in_review(desk);
    desk_all_say(desk, effective, VERDICT_ACCEPT);
    desk_all_say(desk, declined, VERDICT_REJECT);
    desk_all_say(desk, special, VERDICT_CONDITIONS);
    OK(desk_conclude(desk, effective, desk->song, OUTCOME_ABLE));
    OK(desk_verdict(desk, amended, desk->deng, "purchasing", VERDICT_CONDITIONS));
    OK(desk_sign(desk, effective, desk->luo, MEANING_COMPLETE));
    desk->procedure.edition = TEXT("A/1");
    desk->procedure.four_eyes = false;
    desk->procedure.oral_channels.n = 0;
    desk_adopt(desk);
    more.note = TEXT("by rail");
    OK(desk_amend(desk, amended, desk->lin, &more));
    OK(desk_conclude(desk, declined, desk->song, OUTCOME_NOT_ABLE));
    OK(desk_sign(desk, effective, desk->song, MEANING_EFFECTIVE));
    desk_leave(desk, desk->deng);
    OK(desk_decline(desk, declined, desk->song));
    return desk;
}

static void append(chronicle_t *chronicle, bytes_t bytes) {
    decoded_t event;
    arena_t *arena = arena_new(0);
    assert_int_equal(event_decode(bytes, arena, &event, NULL), 0);
    ledger_begin(chronicle_ledger(chronicle));
    chronicle_append(chronicle, &event, bytes);
    assert_int_equal(ledger_commit(chronicle_ledger(chronicle)), LEDGER_OK);
    arena_destroy(&arena);
}

/* By number, by id, and what it waits for: all that anybody learns of an order. */
static void compare_orders(const desk_t *desk, chronicle_t *wide, chronicle_t *narrow) {
    for (size_t i = 0; i < desk->orders_n; i++) {
        order_t *a = chronicle_order(wide, desk->orders[i]->head.id),
                *b = chronicle_order(narrow, desk->orders[i]->head.id);
        assert_int_equal(a == NULL, b == NULL);
        if (!a || !b)
            continue;
        waiting_t rows_a[WAITING_MAX], rows_b[WAITING_MAX];
        same_order(a, b);
        size_t n = waits(&a->head, chronicle_context(wide), rows_a);
        assert_int_equal(waits(&b->head, chronicle_context(narrow), rows_b), n);
        for (size_t row = 0; row < n; row++) {
            assert_int_equal(rows_a[row].kind, rows_b[row].kind);
            assert_true(text_equal(rows_a[row].role, rows_b[row].role));
            assert_true(text_equal(rows_a[row].department, rows_b[row].department));
        }
        if (a->head.number.n)
            assert_ptr_equal(chronicle_case_by_number(narrow, b->head.number), &b->head);
    }
}

TEST(dropping_orders_changes_nothing_that_is_said_of_them) {
    problem_t problem = {0};
    desk_t *desk = busy_desk();
    chronicle_t *wide = chronicle_open(":memory:", NULL, 64, &problem),
                *narrow = chronicle_open(":memory:", NULL, 1, &problem),
                *reloaded = chronicle_open(":memory:", NULL, 64, &problem);
    assert_true(wide && narrow && reloaded);
    for (size_t i = 0; i < desk->log_n; i++) {
        append(wide, desk->log[i].bytes);
        append(narrow, desk->log[i].bytes);
        append(reloaded, desk->log[i].bytes);
        if (i % 3 == 0)
            chronicle_reload(reloaded);
        compare_orders(desk, wide, narrow);
        compare_orders(desk, wide, reloaded);
    }
    for (size_t i = 0; i < desk->orders_n; i++)
        same_order(desk->orders[i], chronicle_order(narrow, desk->orders[i]->head.id));
    chronicle_close(&wide);
    chronicle_close(&narrow);
    chronicle_close(&reloaded);
    desk_destroy(&desk);
}

static size_t listed(chronicle_t *chronicle, bool effective_too, ident_t out[16]) {
    return hall_cases(chronicle, SCOPE_ORDER, effective_too ? STANDING_SETTLED : STANDING_OPEN, out,
                      16);
}

/* After a restore: the tables say what the events that are left say, wherever the cut was. */
TEST(a_ledger_cut_back_lists_the_orders_that_its_events_tell) {
    problem_t problem = {0};
    desk_t *desk = busy_desk();
    for (size_t keep = desk->log_n; keep > 0; keep -= keep > 5 ? 5 : 1) {
        chronicle_t *cut = chronicle_open(":memory:", NULL, 64, &problem),
                    *fresh = chronicle_open(":memory:", NULL, 64, &problem);
        for (size_t i = 0; i < desk->log_n; i++)
            append(cut, desk->log[i].bytes);
        for (size_t i = 0; i < keep; i++)
            append(fresh, desk->log[i].bytes);
        ledger_truncate(chronicle_ledger(cut), keep);
        chronicle_reload(cut);
        for (int effective_too = 0; effective_too < 2; effective_too++) {
            ident_t a[16], b[16];
            size_t n = listed(cut, effective_too, a);
            assert_int_equal(listed(fresh, effective_too, b), n);
            assert_memory_equal(a, b, n * sizeof *a);
        }
        compare_orders(desk, fresh, cut);
        assert_null(chronicle_case_by_number(cut, TEXT("no such number")));
        chronicle_close(&cut);
        chronicle_close(&fresh);
    }
    desk_destroy(&desk);
}

/* However many are kept in memory, and while each is looked at. */
TEST(each_live_order_is_met_in_the_order_of_registration) {
    problem_t problem = {0};
    desk_t *desk = busy_desk();
    chronicle_t *chronicle = chronicle_open(":memory:", NULL, 2, &problem);
    ident_t met[16];
    size_t live = 0;
    for (size_t i = 0; i < desk->log_n; i++)
        append(chronicle, desk->log[i].bytes);
    size_t n = listed(chronicle, true, met);
    for (size_t i = 0; i < desk->orders_n; i++)
        if (case_standing(&desk->orders[i]->head) != STANDING_ENDED)
            assert_true(live < n && ident_equal(met[live++], desk->orders[i]->head.id));
    assert_true(n >= 3 && live == n);
    chronicle_close(&chronicle);
    desk_destroy(&desk);
}
