/* SPDX-License-Identifier: Apache-2.0
 *
 * register_row: one case as its rows: a function of its fold alone, so that what is written again
 * is what was there. Names that can change under it (customer, product, owner) are looked up when
 * they are asked for.
 */
#include "common/daemon/register_internal.h"

#include "common/domain/feedback.h"

/* In the order of the columns. */
typedef struct row {
    position_t opened;
    const case_t *of;
    enum feedback_kind kind;
    text_t class, product, department;
    ident_t customer;
    enum severity severity;
    bool safety;
    enum cause cause;
    enum outcome outcome;
    enum remedy remedy;
    position_t edition; /* that its class is of; 0: the one in force */
    size_t reopened;
    moment_t times[REGISTER_TIME_N];
} row_t;

/* The last of them made the tally, at its own time. */
static moment_t tallied_at(const round_t *round) {
    moment_t last = 0;
    for (size_t i = 0; i < round->verdicts_n; i++)
        if (round->verdicts[i].standing && round->verdicts[i].time > last)
            last = round->verdicts[i].time;
    return round->tallied && !round->tally_stale ? last : 0;
}

static void take_round(row_t *row, const round_t *round) {
    if (!round)
        return;
    row->edition = round->procedure;
    row->times[REGISTER_REVIEWED] = round->opened_at;
    row->times[REGISTER_TALLIED] = tallied_at(round);
    if (!round->conclusion)
        return;
    row->times[REGISTER_CONCLUDED] = round->concluded_at;
    row->outcome = round->conclusion->outcome;
    if (round->conclusion->disposition.n) {
        const struct disposition *disposition = &round->conclusion->disposition.at[0];
        row->cause = disposition->cause;
        row->remedy = disposition->remedy;
        row->department = disposition->department;
    }
}

static moment_t first_time(const said_list_t *list) { return list->n ? list->at[0].time : 0; }

/* The first answer to the case as it is now: amended and reopened it is another's. */
static moment_t answered_at(const feedback_t *feedback) {
    const said_t *reopened = said_last(&feedback->reopened);
    position_t since = feedback_revision(feedback)->position;
    if (reopened && reopened->position > since)
        since = reopened->position;
    for (size_t i = 0; feedback->has_answer && i < feedback->answered.n; i++)
        if (feedback->answered.at[i].position > since)
            return feedback->answered.at[i].time;
    return 0;
}

static void take_feedback(row_t *row, const feedback_t *feedback, const context_t *context) {
    const struct feedback_content *content = feedback_revision(feedback)->content;
    const struct triage *triage = feedback_triage(feedback);
    const struct review_class *class =
        feedback_class(feedback, case_procedure(&feedback->head, context));
    const said_t *closed = said_last(&feedback->closed);
    row->opened = feedback->revisions[0].position;
    row->kind = content->kind;
    row->customer = content->customer;
    row->product = content->product;
    row->class = class ? class->key : (text_t){NULL, 0};
    row->severity = triage ? triage->severity : severity_unset;
    row->safety = triage && triage->safety;
    row->reopened = feedback->reopened.n;
    row->times[REGISTER_RECEIVED] = content->received;
    row->times[REGISTER_REGISTERED] = feedback->revisions[0].time;
    row->times[REGISTER_ACKNOWLEDGED] = first_time(&feedback->acknowledged);
    row->times[REGISTER_ASSESSED] = first_time(&feedback->assessed);
    row->times[REGISTER_CONTAINED] = first_time(&feedback->contained);
    row->times[REGISTER_DISPOSED] = feedback->disposed_at;
    row->times[REGISTER_ANSWERED] = answered_at(feedback);
    row->times[REGISTER_CLOSED] = feedback->is_closed ? closed->time : 0;
}

static void take_order(row_t *row, const order_t *order) {
    const order_revision_t *revision = order_revision(order);
    row->opened = order->revisions[0].position;
    row->customer = revision->content->customer;
    row->class = revision->order_class;
    row->times[REGISTER_REGISTERED] = order->revisions[0].time;
    if (revision->content->lines.n)
        row->product = revision->content->lines.at[0].product;
}

/* ---- writing ---- */

void register_row_open(case_register_t *self) {
    self->put_row =
        register_prepared(self, "INSERT OR REPLACE INTO case_row VALUES (?1, ?2, ?3, ?4, ?5, ?6,"
                                " ?7, ?8, ?9, ?10, ?11, ?12, ?13, ?14, ?15, ?16, ?17, ?18, ?19,"
                                " ?20, ?21, ?22, ?23, ?24, ?25, ?26, ?27, ?28, ?29, ?30)");
    self->put_words =
        register_prepared(self, "INSERT OR REPLACE INTO case_words VALUES (?1, ?2, ?3, ?4, ?5)");
    self->put_action = register_prepared(
        self, "INSERT OR REPLACE INTO case_action VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9,"
              " ?10)");
    self->put_key = register_prepared(self, "INSERT OR REPLACE INTO key_use VALUES (?1, ?2, ?3)");
}

void register_row_close(case_register_t *self) {
    sqlite3_finalize(self->put_row);
    sqlite3_finalize(self->put_words);
    sqlite3_finalize(self->put_action);
    sqlite3_finalize(self->put_key);
}

static void write_row(case_register_t *self, const row_t *row) {
    const case_t *of = row->of;
    sqlite3_stmt *stmt = self->put_row;
    const int64_t numbers[] = {
        (int64_t) of->ops->scope,    (int64_t) of->last,      (int64_t) row->kind,
        (int64_t) case_standing(of), (int64_t) row->severity, row->safety,
        (int64_t) row->cause,        (int64_t) row->outcome,  (int64_t) row->remedy,
        (int64_t) row->edition,      (int64_t) row->reopened};
    const text_t texts[] = {of->number, row->class, row->product, row->department,
                            text_of(case_state_name(of))};
    int at = 1;
    sqlite3_bind_int64(stmt, at++, (int64_t) row->opened);
    register_bind_id(stmt, at++, &of->id);
    register_bind_id(stmt, at++, &row->customer);
    for (size_t i = 0; i < sizeof numbers / sizeof *numbers; i++)
        sqlite3_bind_int64(stmt, at++, numbers[i]);
    for (size_t i = 0; i < sizeof texts / sizeof *texts; i++)
        register_bind_text(stmt, at++, texts[i]);
    for (size_t i = 0; i < REGISTER_TIME_N; i++)
        sqlite3_bind_int64(stmt, at++, row->times[i]);
    register_run(self, stmt);
}

static void put_product(buffer_t *out, text_t product) {
    buffer_put(out, product.p, product.n);
    buffer_put(out, "\n", 1);
}

static void write_words(case_register_t *self, const row_t *row) {
    const order_t *order = order_of_const(row->of);
    sqlite3_stmt *stmt = self->put_words;
    buffer_clear(&self->text);
    buffer_clear(&self->folded);
    buffer_clear(&self->products);
    register_text(self->chronicle, row->of, &self->text);
    search_fold((text_t){(const char *) self->text.p, self->text.n}, &self->folded);
    if (order)
        for (size_t i = 0; i < order_revision(order)->content->lines.n; i++)
            put_product(&self->products, order_revision(order)->content->lines.at[i].product);
    else if (row->product.n)
        put_product(&self->products, row->product);
    sqlite3_bind_int64(stmt, 1, (int64_t) row->opened);
    sqlite3_bind_int(stmt, 2, (int) row->of->ops->scope);
    register_bind_id(stmt, 3, &row->customer);
    register_bind_text(stmt, 4, (text_t){(const char *) self->products.p, self->products.n});
    register_bind_text(stmt, 5, (text_t){(const char *) self->folded.p, self->folded.n});
    register_run(self, stmt);
    register_marks_note(self, row->opened, (text_t){(const char *) self->folded.p, self->folded.n});
}

static void write_action(case_register_t *self, const row_t *row, const action_t *action) {
    sqlite3_stmt *stmt = self->put_action;
    sqlite3_bind_int64(stmt, 1, (int64_t) row->opened);
    sqlite3_bind_int64(stmt, 2, action->no);
    register_bind_id(stmt, 3, &action->owner);
    sqlite3_bind_int64(stmt, 4, action->due);
    sqlite3_bind_int(stmt, 5, (int) action->state);
    sqlite3_bind_int(stmt, 6, (int) action->type);
    sqlite3_bind_int64(stmt, 7, action->since);
    sqlite3_bind_int64(stmt, 8, action->state == ACTION_VERIFIED ? action->closed_at : 0);
    sqlite3_bind_int64(stmt, 9, action->setbacks);
    register_bind_text(stmt, 10, action->text);
    register_run(self, stmt);
}

void register_row_put(case_register_t *self, const case_t *of) {
    const order_t *order = order_of_const(of);
    row_t row = {.of = of};
    if (!of->revision)
        return;
    take_round(&row, case_round(of));
    if (order)
        take_order(&row, order);
    else
        take_feedback(&row, feedback_of_const(of), chronicle_context(self->chronicle));
    write_row(self, &row);
    write_words(self, &row);
    for (size_t i = 0; i < of->actions.n; i++)
        write_action(self, &row, &of->actions.at[i]);
}
