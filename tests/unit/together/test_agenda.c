/* SPDX-License-Identifier: Apache-2.0
 *
 * The order in which a department looks at its cases again: what came first, then all open ones in
 * pieces, so that who waits for an answer does not wait for a thousand others.
 */
#include "daemons/department/department.h"
#include "tests/unit/domain/feedback_desk.h"

#define OPEN 150

typedef struct agenda_scene {
    desk_t *desk;
    chronicle_t *chronicle;
    agenda_t *agenda;
    ident_t open[OPEN];
} agenda_scene_t;

static agenda_scene_t *day_new(void) {
    problem_t problem = {0};
    agenda_scene_t *d = calloc(1, sizeof *d);
    insist(d);
    crypto_start();
    d->desk = desk_new_feedback();
    d->chronicle = chronicle_open(":memory:", NULL, OPEN + 1, &problem);
    insist(d->chronicle);
    for (size_t i = 0; i < OPEN; i++) {
        feedback_t *one = feedback_new((ident_t){{0}});
        struct feedback_content content = desk_said(d->desk, FEEDBACK_COMPLAINT);
        OK(desk_tell(d->desk, one, d->desk->lin, &content));
        d->open[i] = one->head.id;
        feedback_destroy(&one);
    }
    arena_t *arena = arena_new(0);
    ledger_begin(chronicle_ledger(d->chronicle));
    for (size_t i = 0; i < d->desk->log_n; i++) {
        decoded_t event;
        arena_reset(arena);
        insist(event_decode(d->desk->log[i].bytes, arena, &event, NULL) == 0);
        chronicle_append(d->chronicle, &event, d->desk->log[i].bytes);
    }
    assert_int_equal(ledger_commit(chronicle_ledger(d->chronicle)), LEDGER_OK);
    arena_destroy(&arena);
    d->agenda = agenda_new();
    return d;
}

static void day_destroy(agenda_scene_t **d_p) {
    agenda_scene_t *d = *d_p;
    agenda_destroy(&d->agenda);
    chronicle_close(&d->chronicle);
    desk_destroy(&d->desk);
    free(d);
    *d_p = NULL;
}

/* All that there is to take at that moment: how many of them are those open ones, in their order,
   beginning with `from`. */
static size_t take_open(agenda_scene_t *d, int64_t boot, size_t from) {
    ident_t id;
    size_t n = 0;
    for (; agenda_take(d->agenda, d->chronicle, boot, &id); n++)
        assert_true(ident_equal(id, d->open[from + n]));
    return n;
}

TEST(what_came_is_looked_at_before_all_open_ones_and_in_its_order) {
    agenda_scene_t *d = day_new();
    ident_t id;
    assert_false(agenda_take(d->agenda, d->chronicle, 1000, &id));
    assert_int_equal(agenda_wake(d->agenda, 1000), 0);
    agenda_all(d->agenda);
    for (int i = 0; i < 3; i++) { /* three events each */
        agenda_add(d->agenda, d->open[7]);
        agenda_add(d->agenda, d->open[5]);
    }
    assert_int_equal(agenda_wake(d->agenda, 1000), 1000);
    assert_true(agenda_take(d->agenda, d->chronicle, 1000, &id));
    assert_true(ident_equal(id, d->open[7]));
    assert_true(agenda_take(d->agenda, d->chronicle, 1000, &id));
    assert_true(ident_equal(id, d->open[5]));
    assert_true(agenda_take(d->agenda, d->chronicle, 1000, &id));
    assert_true(ident_equal(id, d->open[0]));
    day_destroy(&d);
}

TEST(all_open_ones_are_looked_at_once_in_pieces_between_which_others_have_their_turn) {
    agenda_scene_t *d = day_new();
    ident_t id;
    int64_t boot = 1000;
    agenda_all(d->agenda);
    size_t seen = 0, pieces = 0;
    for (size_t n; (n = take_open(d, boot, seen)) > 0; pieces++) {
        seen += n;
        assert_true(n < OPEN / 2);
        if (seen == OPEN)
            break;
        assert_true(agenda_wake(d->agenda, boot) > boot);
        agenda_add(d->agenda, d->open[140]); /* one of them, in the rest */
        assert_int_equal(agenda_wake(d->agenda, boot), boot);
        assert_true(agenda_take(d->agenda, d->chronicle, boot, &id));
        assert_true(ident_equal(id, d->open[140]));
        boot = agenda_wake(d->agenda, boot);
    }
    assert_int_equal(seen, OPEN);
    assert_int_equal(pieces, 2);
    assert_int_equal(agenda_wake(d->agenda, boot), 0);
    day_destroy(&d);
}

TEST(a_change_in_the_middle_of_a_round_lets_it_end_and_brings_another) {
    agenda_scene_t *d = day_new();
    int64_t boot = 1000;
    agenda_all(d->agenda);
    size_t first = take_open(d, boot, 0), seen = first;
    agenda_all(d->agenda);
    agenda_all(d->agenda);
    for (int rounds = 0; rounds < 2; rounds++, seen = 0)
        while (seen < OPEN) {
            boot = agenda_wake(d->agenda, boot);
            ident_t id;
            assert_true(agenda_take(d->agenda, d->chronicle, boot, &id));
            assert_true(ident_equal(id, d->open[seen++]));
        }
    assert_int_equal(agenda_wake(d->agenda, boot), 0);
    day_destroy(&d);
}

TEST(of_more_than_it_keeps_by_name_all_open_ones_are_looked_at) {
    agenda_scene_t *d = day_new();
    ident_t id;
    for (unsigned i = 0; i < 5000; i++) { /* long closed, as while catching up */
        ident_t closed = {{(uint8_t) (i >> 8), (uint8_t) i}};
        agenda_add(d->agenda, closed);
    }
    bool open[OPEN] = {false};
    size_t taken = 0;
    for (int64_t boot = 1000; boot > 0; boot = agenda_wake(d->agenda, boot))
        for (; agenda_take(d->agenda, d->chronicle, boot, &id); taken++)
            for (size_t i = 0; i < OPEN; i++)
                open[i] |= ident_equal(id, d->open[i]);
    for (size_t i = 0; i < OPEN; i++)
        assert_true(open[i]);
    assert_true(taken < 5000);
    day_destroy(&d);
}
