/* SPDX-License-Identifier: Apache-2.0
 *
 * Anybody tries anything on complaints and other feedback, thousands of times, several at once. What
 * is accepted keeps the invariant (the desk checks it after each event); whom no rule refuses
 * beforehand is not refused afterwards; there is always somebody who can bring a case on; folding
 * the record again gives the same cases, and deciding again the same bytes.
 */
#include "tests/unit/domain/feedback_again.h"

enum { CASES = 8, STEPS = 4000 };

typedef struct walk {
    desk_t *desk;
    uint64_t seed;
    feedback_t *cases[CASES];
    ident_t people[14];
    size_t accepted, closed, reopened, reviewed;
} walk_t;

/* xorshift64*: the same steps on every machine. */
static size_t roll(walk_t *walk, size_t n) {
    walk->seed ^= walk->seed >> 12;
    walk->seed ^= walk->seed << 25;
    walk->seed ^= walk->seed >> 27;
    return (size_t) ((walk->seed * UINT64_C(0x2545F4914F6CDD1D)) >> 33) % n;
}

static ident_t anybody(walk_t *walk) { return walk->people[roll(walk, COUNT(walk->people))]; }

static enum feedback_kind any_kind(walk_t *walk) {
    return roll(walk, 2) ? FEEDBACK_COMPLAINT
                         : (enum feedback_kind)(FEEDBACK_COMPLAINT + roll(walk, FEEDBACK_LOST));
}

static enum verdict any_word(walk_t *walk, const feedback_t *feedback) {
    bool fault = feedback_scale(feedback_kind_of(feedback)) == &scale_responsibility;
    if (roll(walk, 10) == 0)
        fault = !fault;
    return fault           ? (enum verdict)(VERDICT_OURS + roll(walk, 3))
           : roll(walk, 3) ? VERDICT_ACCEPT
                           : VERDICT_REJECT;
}

static const char *any_department(walk_t *walk) {
    static const char *const departments[] = {"quality", "sales", "production", "purchasing",
                                              "planning"};
    return departments[roll(walk, COUNT(departments))];
}

static struct triage any_triage(walk_t *walk) {
    static const char *const asked[] = {"", "", "quality", "quality sales", "production sales"};
    desk_t *desk = walk->desk;
    struct triage triage = {.severity = (enum severity)(SEVERITY_MINOR + roll(walk, 3)),
                            .safety = roll(walk, 5) == 0,
                            .departments = desk_texts(desk, asked[roll(walk, COUNT(asked))])};
    if (roll(walk, 8) == 0)
        triage.duplicate = walk->cases[roll(walk, CASES)]->head.id;
    if (roll(walk, 3))
        triage.reason = TEXT("looked at again");
    return triage;
}

static reason_t any_action(walk_t *walk, feedback_t *feedback, ident_t actor) {
    desk_t *desk = walk->desk;
    int64_t no = (int64_t) roll(walk, feedback->head.actions.n + 1);
    switch (roll(walk, 8)) {
    case 0: return desk_act(desk, feedback, actor, anybody(walk));
    case 1: return no ? desk_hand_on(desk, feedback, actor, no, anybody(walk)) : REASON_NONE;
    case 2:
    case 3:
    case 4: return no ? desk_report(desk, feedback, actor, no) : REASON_NONE;
    default: return no ? desk_verify(desk, feedback, actor, no, roll(walk, 4) != 0) : REASON_NONE;
    }
}

static reason_t any_conclusion(walk_t *walk, feedback_t *feedback, ident_t actor) {
    static const enum outcome outcomes[] = {OUTCOME_OURS,    OUTCOME_PARTLY,      OUTCOME_NOT_OURS,
                                            OUTCOME_ADOPTED, OUTCOME_NOT_ADOPTED, OUTCOME_ABLE};
    const round_t *round = case_round(&feedback->head);
    bool fitting = round && round->tallied && roll(walk, 3);
    enum outcome outcome = fitting ? round->tally : outcomes[roll(walk, COUNT(outcomes))];
    return outcome == OUTCOME_OURS && roll(walk, 2)
               ? desk_dispose_with(walk->desk, feedback, actor, anybody(walk))
               : desk_dispose(walk->desk, feedback, actor, outcome);
}

static reason_t any_other_words(walk_t *walk, feedback_t *feedback, ident_t actor) {
    struct feedback_content content = *feedback_revision(feedback)->content;
    content.note = roll(walk, 2) ? TEXT("by telephone") : TEXT("by letter");
    return desk_reword(walk->desk, feedback, actor, &content);
}

static reason_t anything(walk_t *walk, feedback_t *feedback, ident_t actor) {
    desk_t *desk = walk->desk;
    size_t dice = roll(walk, 100);
    if (dice < 30)
        return desk_find(desk, feedback, actor, any_department(walk), any_word(walk, feedback));
    if (dice < 36)
        return desk_acknowledge(desk, feedback, actor);
    if (dice < 44)
        return desk_triage(desk, feedback, actor, any_triage(walk));
    if (dice < 50)
        return desk_contain(desk, feedback, actor);
    if (dice < 60)
        return any_conclusion(walk, feedback, actor);
    if (dice < 70)
        return desk_put(desk, feedback, actor, roll(walk, 2) ? MEANING_DISPOSITION : MEANING_APPROVE);
    if (dice < 78)
        return desk_answer(desk, feedback, actor);
    if (dice < 84)
        return desk_close(desk, feedback, actor,
                          (enum ending)(ENDING_AGREED + roll(walk, roll(walk, 8) ? 3 : 4)));
    if (dice < 95)
        return any_action(walk, feedback, actor);
    if (dice < 96)
        return any_other_words(walk, feedback, actor);
    if (dice < 98)
        return desk_reopen(desk, feedback, actor);
    return roll(walk, 2) ? desk_reclassify(desk, feedback, actor, any_kind(walk))
                         : desk_try(desk, feedback, actor, KIND_ROUND_RETRACT,
                                    &(struct retract){text_of(any_department(walk)), TEXT("x")});
}

/* ---- and sometimes somebody does what a case waits for ---- */

static reason_t take_action(walk_t *walk, feedback_t *feedback, const waiting_t *what,
                            ident_t actor) {
    return what->kind == KIND_ACTION_REPORT
               ? desk_report(walk->desk, feedback, actor, what->action)
               : desk_verify(walk->desk, feedback, actor, what->action, roll(walk, 5) != 0);
}

static reason_t take_review(walk_t *walk, feedback_t *feedback, const waiting_t *what,
                            ident_t actor) {
    desk_t *desk = walk->desk;
    bool fault = feedback_scale(feedback_kind_of(feedback)) == &scale_responsibility;
    if (what->kind == KIND_ROUND_CONCLUDE)
        return desk_dispose(desk, feedback, actor, case_round(&feedback->head)->tally);
    if (what->kind == KIND_ROUND_SIGN)
        return desk_put(desk, feedback, actor, what->meaning);
    assert_int_equal(what->kind, KIND_ROUND_VERDICT);
    char department[33] = "";
    memcpy(department, what->department.p, what->department.n);
    return desk_find(desk, feedback, actor, department,
                     fault ? (enum verdict)(VERDICT_OURS + roll(walk, 3)) : VERDICT_ACCEPT);
}

static reason_t take(walk_t *walk, feedback_t *feedback, const waiting_t *what, ident_t actor) {
    desk_t *desk = walk->desk;
    switch ((int) what->kind) {
    case KIND_ACTION_REPORT:
    case KIND_ACTION_VERIFY: return take_action(walk, feedback, what, actor);
    case KIND_FEEDBACK_ACKNOWLEDGE: return desk_acknowledge(desk, feedback, actor);
    case KIND_FEEDBACK_ASSESS:
        return desk_triage(desk, feedback, actor,
                           (struct triage){.severity = SEVERITY_MAJOR, .reason = TEXT("looked at")});
    case KIND_FEEDBACK_CONTAIN: return desk_contain(desk, feedback, actor);
    case KIND_FEEDBACK_ANSWER: return desk_answer(desk, feedback, actor);
    case KIND_FEEDBACK_CLOSE: return desk_close(desk, feedback, actor, ENDING_AGREED);
    default: return take_review(walk, feedback, what, actor);
    }
}

static void step_on(walk_t *walk, feedback_t *feedback) {
    waiting_t rows[WAITING_MAX];
    desk_t *desk = walk->desk;
    size_t n = waits(&feedback->head, desk->context, rows);
    if (n == 0) {
        if (case_busy(&feedback->head))
            fail_msg("a case that is %s waits for nobody", case_state_name(&feedback->head));
        return;
    }
    const waiting_t *what = &rows[roll(walk, n)];
    for (size_t i = roll(walk, COUNT(walk->people)), tried = 0; tried < COUNT(walk->people);
         i++, tried++) {
        ident_t actor = walk->people[i % COUNT(walk->people)];
        const person_t *person = context_person(desk->context, actor);
        if (case_waiting_check(&feedback->head, desk->context, what, person, NULL) == 0) {
            reason_t reason = take(walk, feedback, what, actor);
            if (reason)
                fail_msg("%s: %s %s", kind_info(what->kind)->name, reason_name(reason),
                         desk->problem.field);
            return;
        }
    }
    fail_msg("nobody can do what a case waits for: %s", kind_info(what->kind)->name);
}

static void begin(walk_t *walk, size_t i) {
    struct feedback_content content = desk_said(walk->desk, any_kind(walk));
    ident_t who[] = {walk->desk->lin, walk->desk->lin, walk->desk->yan, walk->desk->song};
    walk->cases[i] = feedback_new((ident_t){{0}});
    OK(desk_tell(walk->desk, walk->cases[i], who[roll(walk, 4)], &content));
}

static void replace_closed(walk_t *walk, size_t i) {
    feedback_t *feedback = walk->cases[i];
    if (case_busy(&feedback->head) || roll(walk, 6))
        return;
    walk->closed++;
    walk->reopened += feedback->reopened.n;
    walk->reviewed += feedback->head.rounds_n;
    fold_again(walk->desk, feedback);
    feedback_destroy(&walk->cases[i]);
    begin(walk, i);
}

/* In the middle a later edition asks less before a review, and no longer that actions come first. */
static void adopt_another(desk_t *desk) {
    desk->procedure.edition = TEXT("A/2");
    desk->procedure.four_eyes = false;
    desk->procedure.feedback.at[CLASS_COMPLAINT].before.n = 1;
    desk->procedure.feedback.at[CLASS_COMPLAINT].actions_first = false;
    desk_adopt(desk);
}

static void walk_from(uint64_t seed) {
    walk_t walk = {.desk = desk_new_feedback(), .seed = seed};
    desk_t *desk = walk.desk;
    ident_t people[] = {desk->song, desk->lin,   desk->he,  desk->luo, desk->qin,
                        desk->deng, desk->yan,   desk->jiang, desk->shi, desk->wen,
                        desk->bai,  desk->song, desk->yan, desk->yan};
    memcpy(walk.people, people, sizeof people);
    for (size_t i = 0; i < CASES; i++)
        begin(&walk, i);
    for (size_t step = 0; step < STEPS; step++) {
        size_t i = roll(&walk, CASES);
        position_t before = desk->position;
        desk->time += (moment_t) roll(&walk, 5) * MINUTE_MS;
        if (roll(&walk, 3))
            anything(&walk, walk.cases[i], anybody(&walk));
        else
            step_on(&walk, walk.cases[i]);
        walk.accepted += desk->position != before;
        replace_closed(&walk, i);
        if (step == STEPS / 2)
            adopt_another(desk);
    }
    for (size_t i = 0; i < CASES; i++)
        fold_again(desk, walk.cases[i]);
    decide_again(desk);
    print_message("seed %llu: %zu accepted, %zu closed, %zu reopened, %zu reviews\n",
                  (unsigned long long) seed, walk.accepted, walk.closed, walk.reopened,
                  walk.reviewed);
    assert_true(walk.accepted > STEPS / 20); /* the walk does walk */
    assert_true(walk.closed > 0 && walk.reviewed > 0);
    for (size_t i = 0; i < CASES; i++)
        feedback_destroy(&walk.cases[i]);
    desk_destroy(&desk);
}

TEST(whatever_anybody_tries_of_feedback_the_record_decides_the_same_again) {
    for (uint64_t seed = 1; seed <= 3; seed++)
        walk_from(seed);
}
