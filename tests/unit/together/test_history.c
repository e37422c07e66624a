/* SPDX-License-Identifier: Apache-2.0
 *
 * Which feedback came before, as a department remembers it: each case once, however often it is
 * amended, those registered last, and whether there is more.
 */
#include <stdio.h>

#include "daemons/department/department.h"
#include "tests/unit/domain/feedback_desk.h"

#define MANY (HISTORY_MAX + 2)

typedef struct past {
    desk_t *desk;
    chronicle_t *chronicle;
    history_t *history;
    arena_t *arena;
    size_t fed; /* of the desk's log */
    feedback_t *list[MANY];
    size_t n;
    const feedback_t *found[HISTORY_MAX];
    bool more;
} past_t;

static past_t *past_new(void) {
    problem_t problem = {0};
    past_t *p = calloc(1, sizeof *p);
    insist(p);
    crypto_start();
    p->desk = desk_new_feedback();
    p->chronicle = chronicle_open(":memory:", history_schema, HISTORY_LOOKED_AT_MAX + 2, &problem);
    insist(p->chronicle);
    p->history = history_new(chronicle_ledger(p->chronicle));
    p->arena = arena_new(0);
    return p;
}

static void past_destroy(past_t **p_p) {
    past_t *p = *p_p;
    for (size_t i = 0; i < p->n; i++)
        feedback_destroy(&p->list[i]);
    history_destroy(&p->history);
    chronicle_close(&p->chronicle);
    arena_destroy(&p->arena);
    desk_destroy(&p->desk);
    free(p);
    *p_p = NULL;
}

/* What came since, as the daemon applies it. */
static void feed(past_t *p) {
    decoded_t event;
    ledger_begin(chronicle_ledger(p->chronicle));
    for (; p->fed < p->desk->log_n; p->fed++) {
        arena_reset(p->arena);
        insist(event_decode(p->desk->log[p->fed].bytes, p->arena, &event, NULL) == 0);
        chronicle_append(p->chronicle, &event, p->desk->log[p->fed].bytes);
        if (scope_of_cases(event.info->scope))
            history_note(p->history, &event, chronicle_case(p->chronicle, event.event.object));
    }
    assert_int_equal(ledger_commit(chronicle_ledger(p->chronicle)), LEDGER_OK);
}

static feedback_t *tell(past_t *p) {
    insist(p->n < MANY);
    feedback_t *one = p->list[p->n++] = feedback_new((ident_t){{0}});
    struct feedback_content content = desk_said(p->desk, FEEDBACK_COMPLAINT);
    OK(desk_tell(p->desk, one, p->desk->lin, &content));
    return one;
}

static void reword(past_t *p, feedback_t *one, const char *product, const char *text) {
    struct feedback_content content = desk_said(p->desk, FEEDBACK_COMPLAINT);
    content.product = text_of(product);
    content.text = text_of(text);
    OK(desk_reword(p->desk, one, p->desk->lin, &content));
}

static size_t find(past_t *p, const char *product, const feedback_t *but) {
    feed(p);
    return history_feedback(p->history, p->chronicle, text_of(product),
                            but ? but->head.id : (ident_t){{0}}, p->found, &p->more);
}

static bool is(const past_t *p, size_t at, const feedback_t *one) {
    return ident_equal(p->found[at]->head.id, one->head.id);
}

TEST(a_case_that_is_amended_again_and_again_pushes_no_other_out) {
    past_t *p = past_new();
    feedback_t *first = tell(p), *often = tell(p);
    char text[40];
    for (int i = 0; i < HISTORY_LOOKED_AT_MAX + 1; i++) {
        snprintf(text, sizeof text, "cracks, as said the %dth time", i);
        reword(p, often, "P07", text);
    }
    assert_int_equal(find(p, "P07", NULL), 2);
    assert_true(is(p, 0, first) && is(p, 1, often));
    assert_false(p->more);
    assert_int_equal(find(p, "P07", often), 1);
    assert_true(is(p, 0, first));
    past_destroy(&p);
}

TEST(a_case_counts_for_the_product_that_it_names_now) {
    past_t *p = past_new();
    feedback_t *moved = tell(p), *stays = tell(p);
    reword(p, moved, "P08", "cracks, but of the other wheel");
    assert_int_equal(find(p, "P07", NULL), 1);
    assert_true(is(p, 0, stays));
    assert_int_equal(find(p, "P08", NULL), 1);
    reword(p, moved, "P07", "cracks of this one, after all");
    assert_int_equal(find(p, "P08", NULL), 0);
    assert_int_equal(find(p, "P07", NULL), 2);
    assert_true(is(p, 0, moved) && is(p, 1, stays)); /* in the order of their registration */
    past_destroy(&p);
}

TEST(more_than_is_looked_at_is_said_to_be_more) {
    past_t *p = past_new();
    for (size_t i = 0; i < HISTORY_MAX; i++)
        tell(p);
    assert_int_equal(find(p, "P07", NULL), HISTORY_MAX);
    assert_false(p->more);
    feedback_t *now = tell(p);
    assert_int_equal(find(p, "P07", now), HISTORY_MAX);
    assert_false(p->more); /* without the one that is assessed */
    assert_int_equal(find(p, "P07", NULL), HISTORY_MAX);
    assert_true(p->more);
    assert_true(is(p, 0, p->list[1]) && is(p, HISTORY_MAX - 1, now));
    reword(p, p->list[40], "P08", "of the other wheel");
    assert_int_equal(find(p, "P07", NULL), HISTORY_MAX);
    assert_false(p->more);
    past_destroy(&p);
}
