/* SPDX-License-Identifier: Apache-2.0
 *
 * The fold of feedback is total, too: sound events of orders, feedback and actions, shuffled so that
 * they make no sense, neither crash it nor anything that is asked of what came out; nor does an
 * edition that the context never saw or that knows nothing of feedback.
 */
#include "tests/unit/domain/delegable.h"

enum { TRIALS = 3000, LENGTH = 24 };

static uint64_t seed = 17;
static size_t roll(size_t n) {
    seed = seed * UINT64_C(6364136223846793005) + UINT64_C(1442695040888963407);
    return (size_t) (seed >> 33) % n;
}

/* What changes nothing that is decided. */
static void say_aside(desk_t *desk, feedback_t *feedback) {
    const struct deadline_mark mark = {.stage = STAGE_REVIEW, .began = 1, .due = desk->time};
    const struct notified told = {.event = 1,
                                  .rule = TEXT("r"),
                                  .hook = TEXT("email"),
                                  .outcome = NOTIFY_ACCEPTED,
                                  .time = desk->time};
    const struct notify_act act = {.notification = {{1}}, .reason = TEXT("told")};
    const struct {
        kind_t kind;
        const void *body;
    } commands[] = {{KIND_CASE_NUDGE, &(struct nudge){.stage = STAGE_REVIEW}},
                    {KIND_NOTIFY_OUTCOME, &told},
                    {KIND_NOTIFY_RETRY, &act},
                    {KIND_NOTIFY_DROP, &act}};
    for (size_t i = 0; i < COUNT(commands); i++) {
        struct command command =
            desk_command(desk, feedback, commands[i].kind, desk->lin, commands[i].body);
        desk_record(desk, feedback, &command);
    }
    for (int kind = KIND_DEADLINE_NEAR; kind <= KIND_DEADLINE_MISSED; kind++) {
        struct event event = {.position = (int64_t) desk->position + 1,
                              .time = desk->time,
                              .kind = kind,
                              .object = feedback->head.id,
                              .cause = 1,
                              .rules = 1,
                              .body = desk_encode(desk, &deadline_mark_record, &mark)};
        decoded_t decoded;
        bytes_t bytes;
        desk_decode(desk, &event, &bytes, &decoded);
        desk_fold(desk, feedback, &decoded, bytes);
    }
}

/* Every kind of event of feedback and of actions is in the log afterwards. */
static void live_through_everything(desk_t *desk) {
    feedback_t *feedback = desk_complaint_closed(desk);
    struct feedback_content content = desk_said(desk, FEEDBACK_COMPLAINT);
    struct assessment assessment = {
        .rule = TEXT("recurrence"), .edition = 1, .cause = 1, .verdict = VERDICT_OURS};
    content.lot = TEXT("L-018");
    say_aside(desk, feedback);
    OK(desk_reopen(desk, feedback, desk->song));
    OK(desk_reword(desk, feedback, desk->lin, &content));
    OK(desk_try(desk, feedback, desk->quality, KIND_ROUND_ADVISE,
                &(struct advice){TEXT("quality"), {&assessment, 1}}));
    OK(desk_forward(desk, feedback, desk->song, "sales", desk->lin));
    OK(desk_add_reviewer(desk, feedback, desk->yan, "planning"));
    OK(desk_find(desk, feedback, desk->qin, "production", VERDICT_OURS));
    OK(desk_try(desk, feedback, desk->qin, KIND_ROUND_RETRACT,
                &(struct retract){TEXT("production"), TEXT("misread")}));
    OK(desk_act(desk, feedback, desk->yan, desk->deng));
    OK(desk_hand_on(desk, feedback, desk->yan, 2, desk->luo));
    OK(desk_triage(desk, feedback, desk->yan,
                   (struct triage){.severity = SEVERITY_CRITICAL,
                                   .safety = true,
                                   .departments = desk_texts(desk, "quality sales")}));
    OK(desk_reclassify(desk, feedback, desk->yan, FEEDBACK_SUGGESTION));
    OK(desk_find(desk, feedback, desk->song, "sales", VERDICT_REJECT));
    feedback_t *duplicate = desk_told(desk, FEEDBACK_COMPLAINT);
    OK(desk_triage(desk, duplicate, desk->yan,
                   (struct triage){.severity = SEVERITY_MINOR, .duplicate = feedback->head.id}));
    OK(desk_act(desk, desk_regular_effective(desk), desk->yan, desk->qin));
}

static void try_everything(desk_t *desk, const case_t *of, const context_t *context,
                           const decoded_t *events, size_t n) {
    const authority_t signers[] = {{.person = context_person(desk->context, desk->song)},
                                   {.person = context_person(desk->context, desk->yan)},
                                   {.person = context_person(desk->context, desk->qin)},
                                   {.person = context_person(desk->context, desk->wen)},
                                   {.daemon = context_daemon(desk->context, desk->quality)},
                                   {.person = NULL}};
    problem_t problem;
    for (size_t i = 0; i < n; i++) {
        struct command command = events[i].command;
        if (events[i].derived || !scope_of_cases(events[i].info->scope))
            continue;
        command.version = (int64_t) of->version;
        command.revision = of->revision;
        command.digest = of->digest;
        case_check(of->revision ? of : NULL, context, &signers[roll(COUNT(signers))], &command,
                   events[i].body, desk->time, &problem);
    }
}

static void ask_everything(desk_t *desk, const feedback_t *feedback, const context_t *context) {
    const case_t *of = &feedback->head;
    arena_t *arena = arena_new(0);
    waiting_t rows[WAITING_MAX];
    derived_t derived;
    problem_t problem;
    const person_t *yan = context_person(desk->context, desk->yan);
    case_consequence(of, context, arena, &derived);
    case_invariant(of, context);
    case_stranded(of, context, &desk->procedure);
    case_busy(of);
    assert_string_not_equal(case_state_name(of), "unknown");
    size_t n = waits(of, context, rows);
    assert_in_range(n, 0, WAITING_MAX);
    for (size_t i = 0; i < n; i++)
        case_waiting_check(of, context, &rows[i], yan, &problem);
    for (int kind = KIND_ORDER_REGISTER; kind <= KIND_NOTIFY_DROP; kind++)
        for (int meaning = MEANING_COMPLETE; meaning <= MEANING_DISPOSITION; meaning++) {
            waiting_t what = {.kind = (kind_t) kind,
                              .meaning = (enum meaning) meaning,
                              .department = TEXT("sales"),
                              .action = (int64_t) roll(4)};
            case_waiting_check(of, context, &what, yan, &problem);
        }
    for (size_t i = 0; i < of->rounds_n; i++)
        for (size_t j = 0; j < of->rounds[i].verdicts_n; j++)
            if (of->rounds[i].verdicts[j].standing)
                assert_true(
                    round_asks(&of->rounds[i], of->rounds[i].verdicts[j].body->department));
    arena_destroy(&arena);
}

static decoded_t *decode_all(desk_t *desk) {
    decoded_t *events = arena_alloc(desk->arena, desk->log_n * sizeof *events);
    for (size_t i = 0; i < desk->log_n; i++)
        insist(event_decode(desk->log[i].bytes, desk->arena, &events[i], NULL) == 0);
    return events;
}

static size_t counted(const decoded_t *event) {
    return (event->info->scope == SCOPE_FEEDBACK || event->info->scope == SCOPE_CASE) &&
           !(event->info->flags & ASIDE);
}

TEST(no_event_however_out_of_place_breaks_the_fold_of_feedback) {
    desk_t *desk = desk_new_delegable();
    size_t before = desk->log_n;
    live_through_everything(desk);
    decoded_t *events = decode_all(desk);
    unsigned char seen[256] = {0}; /* by kind */
    for (size_t i = 0; i < desk->log_n; i++)
        seen[events[i].info->kind] = 1;
    size_t kinds;
    const kind_info_t *info = kind_list(&kinds);
    for (size_t i = 0; i < kinds; i++)
        if (info[i].scope == SCOPE_FEEDBACK || info[i].scope == SCOPE_CASE)
            assert_true(seen[info[i].kind]);
    for (size_t trial = 0; trial < TRIALS; trial++) {
        feedback_t *feedback = feedback_new(desk->customer);
        uint64_t version = 0;
        if (roll(8)) {
            case_apply(&feedback->head, desk->context, &events[before]);
            version = 1;
        }
        for (size_t i = 0; i < LENGTH; i++) {
            const decoded_t *event = &events[before + roll(desk->log_n - before)];
            case_apply(&feedback->head, desk->context, event);
            version += counted(event);
        }
        assert_int_equal(feedback->head.version, version); /* an order's own say nothing of it */
        ask_everything(desk, feedback, desk->context);
        try_everything(desk, &feedback->head, desk->context, events, desk->log_n);
        feedback_destroy(&feedback);
    }
    desk_destroy(&desk);
}

static void look_from(desk_t *desk, const context_t *context, const decoded_t *events) {
    for (size_t i = 0; i < desk->feedback_n; i++) {
        feedback_t *again = feedback_new(desk->feedback[i]->head.id);
        for (size_t j = 0; j < desk->log_n; j++) {
            if (!ident_equal(desk->log[j].object, again->head.id))
                continue;
            case_apply(&again->head, context, &events[j]);
            ask_everything(desk, again, context);
            try_everything(desk, &again->head, context, events, desk->log_n);
        }
        assert_int_equal(again->revisions_n, desk->feedback[i]->revisions_n);
        feedback_destroy(&again);
    }
}

TEST(feedback_from_an_unknown_edition_is_only_looked_at) {
    desk_t *desk = desk_new_delegable();
    live_through_everything(desk);
    decoded_t *events = decode_all(desk);
    context_t *empty = context_new();
    look_from(desk, empty, events);
    context_destroy(&empty);
    for (size_t known = 1; known < desk->log_n; known += 7) { /* a context that stopped early */
        context_t *early = context_new();
        for (size_t i = 0; i < known; i++)
            context_apply(early, &events[i]);
        look_from(desk, early, events);
        context_destroy(&early);
    }
    desk_destroy(&desk);
}

TEST(feedback_of_which_an_edition_knows_nothing_is_only_looked_at) {
    desk_t *desk = desk_new_delegable();
    live_through_everything(desk);
    decoded_t *events = decode_all(desk);
    struct procedure departments = desk->procedure, classes = desk->procedure;
    departments.departments.n = 1;
    classes.feedback.n = 0;
    for (int change = 0; change < 2; change++) {
        context_t *context = context_new();
        for (size_t i = 0; i < desk->log_n; i++) {
            decoded_t event = events[i];
            struct adopt adopt = {0};
            if (event.info->kind == KIND_PROCEDURE_ADOPT) {
                adopt.procedure =
                    desk_encode(desk, &procedure_record, change ? &departments : &classes);
                event.body = &adopt;
            }
            context_apply(context, &event);
        }
        look_from(desk, context, events);
        context_destroy(&context);
    }
    desk_destroy(&desk);
}
