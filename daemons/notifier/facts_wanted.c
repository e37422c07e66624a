/* SPDX-License-Identifier: Apache-2.0
 *
 * facts_wanted: the steps that the case waits for and this reader may take, and how.
 */
#include "common/base/moment.h"
#include "common/domain/feedback.h"
#include "common/domain/order.h"
#include "daemons/notifier/facts_internal.h"

/* What is typed behind "countersign --as HANDLE NOUN"; %: the case's number. */
static const struct {
    kind_t kind;
    const char *words;
} commands[] = {
    {KIND_ORDER_CLASSIFY, "confirm %"},
    {KIND_ORDER_CUSTOMER_CONFIRM, "customer-confirm % --who NAME --how TEXT"},
    {KIND_ORDER_CONVENE, "convene %"},
    {KIND_ROUND_CONCLUDE, "conclude %"},
    {KIND_ROUND_SIGN, "sign %"},
    {KIND_ORDER_AMEND, "amend % FILE --reason TEXT --who NAME --how TEXT"},
    {KIND_ORDER_DECLINE, "decline % --reason TEXT"},
    {KIND_ORDER_WITHDRAW, "withdraw % --reason TEXT --who NAME --how TEXT"},
    {KIND_FEEDBACK_ACKNOWLEDGE, "acknowledge %"},
    {KIND_FEEDBACK_ASSESS, "assess %"},
    {KIND_FEEDBACK_CONTAIN, "contain %"},
    {KIND_FEEDBACK_ANSWER, "answer %"},
    {KIND_FEEDBACK_CLOSE, "close %"},
};

static const char *noun_of(const case_t *of) {
    const feedback_t *feedback = feedback_of_const(of);
    if (!feedback)
        return "order";
    return feedback_kind_of(feedback) == FEEDBACK_COMPLAINT ? "complaint" : "feedback";
}

static const char *verdict_words(const case_t *of) {
    const round_t *round = case_round(of);
    return round && round->scale == &scale_responsibility ? "verdict % ours|partly|not-ours"
           : round && round->scale == &scale_adoption     ? "verdict % accept|reject"
                                                          : "verdict % accept|conditions|reject";
}

static const char *words_of(const case_t *of, kind_t kind) {
    if (kind == KIND_ROUND_VERDICT)
        return verdict_words(of);
    for (size_t i = 0; i < sizeof commands / sizeof *commands; i++)
        if (commands[i].kind == kind)
            return commands[i].words;
    return NULL;
}

static void put_command(facts_t *self, const case_t *of, const waiting_t *step) {
    text_t handle = self->at[FACT_handle], number = of->number;
    bool action = step->kind == KIND_ACTION_REPORT || step->kind == KIND_ACTION_VERIFY;
    const char *words = words_of(of, step->kind), *at = words ? strchr(words, '%') : NULL;
    if (action)
        self->at[FACT_command] =
            arena_format(self->arena, "countersign --as %.*s action %s %.*s %lld", (int) handle.n,
                         handle.p, step->kind == KIND_ACTION_REPORT ? "report" : "verify",
                         (int) number.n, number.p, (long long) step->action);
    else if (at)
        self->at[FACT_command] = arena_format(
            self->arena, "countersign --as %.*s %s %.*s%.*s%s", (int) handle.n, handle.p,
            noun_of(of), (int) (at - words), words, (int) number.n, number.p, at + 1);
}

static void put_step(facts_t *self, const reader_t *reader, const case_t *of, const waiting_t *step,
                     buffer_t *out) {
    text_t kind = facts_word(reader, "kind", kind_info(step->kind)->name);
    text_t meaning = facts_word(reader, "meaning", enum_name(&meaning_table, (int) step->meaning));
    text_t department = facts_department(reader, step->department);
    buffer_format(out, "%s%.*s", out->n ? "; " : "", (int) kind.n, kind.p);
    if (meaning.n)
        buffer_format(out, " (%.*s)", (int) meaning.n, meaning.p);
    if (department.n)
        buffer_format(out, " · %.*s", (int) department.n, department.p);
    if (!self->at[FACT_command].n)
        put_command(self, of, step);
}

/* The action that the event or the step speaks of, and its day. */
static void put_action(facts_t *self, const case_t *of, int64_t no) {
    const action_t *action = actions_find(&of->actions, no);
    char day[16];
    if (!action)
        return;
    self->at[FACT_text] = input_front(action->text, self->arena);
    if (action->due && !self->at[FACT_due].n)
        self->at[FACT_due] = arena_format(self->arena, "%s", day_print(action->due, day));
}

void facts_put_wanted(facts_t *self, const reader_t *reader, const decoded_t *event,
                      const case_t *of) {
    sheet_t sheet = {.n = 0};
    buffer_t out = {0};
    int64_t mine = action_kind(event->info->kind) ? action_no(event->info->kind, event->body) : 0;
    case_waiting(of, reader->context, &sheet);
    for (size_t i = 0; i < sheet.n; i++) {
        problem_t refused = {0};
        const waiting_t *step = &sheet.rows[i];
        if (case_waiting_as(of, reader->context, step, reader->person, reader->now, NULL,
                            &refused) != 0)
            continue;
        put_step(self, reader, of, step, &out);
        if (step->action && !mine)
            mine = step->action;
    }
    if (mine)
        put_action(self, of, mine);
    self->at[FACT_wanted] = arena_text(self->arena, (text_t){(const char *) out.p, out.n});
    buffer_free(&out);
}
