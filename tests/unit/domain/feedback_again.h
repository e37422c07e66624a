/* SPDX-License-Identifier: Apache-2.0
 *
 * feedback_again: the record of a desk once more: each case folded from its own events, and all of it
 * decided, as an auditor does.
 */
#ifndef COUNTERSIGN_TESTS_FEEDBACK_AGAIN_H
#define COUNTERSIGN_TESTS_FEEDBACK_AGAIN_H

#include "tests/unit/domain/feedback_desk.h"

static inline void same_actions(const actions_t *a, const actions_t *b) {
    assert_int_equal(a->n, b->n);
    for (size_t i = 0; i < a->n; i++) {
        assert_int_equal(a->at[i].state, b->at[i].state);
        assert_int_equal(a->at[i].words_n, b->at[i].words_n);
        assert_int_equal(a->at[i].setbacks, b->at[i].setbacks);
        assert_int_equal(a->at[i].due, b->at[i].due);
        assert_true(ident_equal(a->at[i].owner, b->at[i].owner));
        assert_true(text_equal(a->at[i].text, b->at[i].text));
    }
}

static inline void same_rounds(const case_t *a, const case_t *b) {
    assert_int_equal(a->rounds_n, b->rounds_n);
    for (size_t i = 0; i < a->rounds_n; i++) {
        const round_t *one = &a->rounds[i], *other = &b->rounds[i];
        assert_int_equal(one->superseded, other->superseded);
        assert_int_equal(one->tallied, other->tallied);
        assert_int_equal(one->tally, other->tally);
        assert_int_equal(one->signatures_n, other->signatures_n);
        assert_int_equal(one->verdicts_n, other->verdicts_n);
        assert_int_equal(one->departments.n, other->departments.n);
        assert_ptr_equal(one->scale, other->scale);
    }
}

static inline void same_feedback(const feedback_t *a, const feedback_t *b) {
    const said_list_t *one = &a->acknowledged, *other = &b->acknowledged;
    assert_int_equal(a->state, b->state);
    assert_int_equal(a->head.version, b->head.version);
    assert_int_equal(a->head.last_command, b->head.last_command);
    assert_int_equal(a->disposed, b->disposed);
    assert_int_equal(a->has_answer, b->has_answer);
    assert_true(text_equal(a->head.number, b->head.number));
    assert_true(text_equal(a->complaint_number, b->complaint_number));
    assert_true(text_equal(a->other_number, b->other_number));
    assert_true(digest_equal(a->head.digest, b->head.digest));
    assert_int_equal(a->revisions_n, b->revisions_n);
    for (; one <= &a->reclassified; one++, other++) /* the lists of what was said */
        assert_int_equal(one->n, other->n);
    same_rounds(&a->head, &b->head);
    same_actions(&a->head.actions, &b->head.actions);
}

/* From its own events alone, with a context that is as late as can be. */
static inline void fold_again(const desk_t *desk, const feedback_t *feedback) {
    feedback_t *again = feedback_new(feedback->head.id);
    arena_t *arena = arena_new(0);
    for (size_t i = 0; i < desk->log_n; i++) {
        decoded_t decoded;
        if (!ident_equal(desk->log[i].object, feedback->head.id))
            continue;
        insist(event_decode(desk->log[i].bytes, arena, &decoded, NULL) == 0);
        case_apply(&again->head, desk->context, &decoded);
        arena_reset(arena);
    }
    same_feedback(feedback, again);
    const char *broken = case_invariant(&again->head, desk->context);
    if (broken)
        fail_msg("folded again: %s", broken);
    arena_destroy(&arena);
    feedback_destroy(&again);
}

typedef struct replay {
    context_t *context;
    feedback_t **cases;
    size_t cases_n;
    arena_t *arena;
} replay_t;

static inline case_t *replayed(replay_t *replay, ident_t id, bool opens) {
    for (size_t i = 0; i < replay->cases_n; i++)
        if (ident_equal(replay->cases[i]->head.id, id))
            return &replay->cases[i]->head;
    if (!opens)
        return NULL;
    replay->cases[replay->cases_n] = feedback_new(id);
    return &replay->cases[replay->cases_n++]->head;
}

/* From event i, a command's, through its consequences; returns the next command's. */
static inline size_t decide_one(replay_t *replay, const desk_t *desk, size_t i) {
    decoded_t decoded;
    buffer_t body = {0}, bytes = {0};
    insist(event_decode(desk->log[i].bytes, replay->arena, &decoded, NULL) == 0);
    assert_false(decoded.derived);
    case_t *of = replayed(replay, desk->log[i].object,
                          decoded.info->kind == KIND_FEEDBACK_REGISTER);
    position_t cause = (position_t) decoded.event.position;
    moment_t time = decoded.event.time;
    struct event event = decoded.event;
    while (true) {
        context_apply(replay->context, &decoded);
        if (of)
            case_apply(of, replay->context, &decoded);
        if (!decide_consequence(replay->context, of, event.object, cause, (position_t) ++i + 1,
                                time, &body, &event))
            break;
        assert_true(i < desk->log_n);
        buffer_clear(&bytes);
        insist(record_encode(&event_record, &event, &bytes, NULL) == 0);
        assert_int_equal(bytes.n, desk->log[i].bytes.n);
        assert_memory_equal(bytes.p, desk->log[i].bytes.p, bytes.n);
        insist(event_decode(desk->log[i].bytes, replay->arena, &decoded, NULL) == 0);
    }
    buffer_free(&body);
    buffer_free(&bytes);
    return i;
}

/* The whole record from position 1, as an auditor runs it: every derived event must come out as the
   same bytes, and none may be missing. */
static inline void decide_again(const desk_t *desk) {
    replay_t replay = {.context = context_new(),
                       .cases = calloc(desk->log_n, sizeof *replay.cases),
                       .arena = arena_new(0)};
    insist(replay.cases);
    for (size_t i = 0; i < desk->log_n;) {
        i = decide_one(&replay, desk, i);
        arena_reset(replay.arena);
    }
    for (size_t i = 0; i < replay.cases_n; i++)
        feedback_destroy(&replay.cases[i]);
    free(replay.cases);
    arena_destroy(&replay.arena);
    context_destroy(&replay.context);
}

#endif
