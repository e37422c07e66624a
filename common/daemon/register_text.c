/* SPDX-License-Identifier: Apache-2.0
 *
 * register_text: the words of a case. Of prices nothing, as in common/exchange/view.c: whoever may
 * not read them does not find them either. What a rule wrote is no person's word.
 */
#include "common/daemon/register.h"

#include "common/base/text.h"
#include "common/domain/feedback.h"

static void put(buffer_t *out, text_t text) {
    if (text.n == 0)
        return;
    buffer_put(out, text.p, text.n);
    buffer_put(out, "\n", 1);
}

#define PUT(out, ...) \
    do { \
        const text_t texts[] = {__VA_ARGS__}; \
        for (size_t text_at = 0; text_at < sizeof texts / sizeof *texts; text_at++) \
            put((out), texts[text_at]); \
    } while (0)

/* By name alone: what is in them is nobody's typing, and can be erased. */
static void put_names(const struct attachment_list *attachments, buffer_t *out) {
    for (size_t i = 0; i < attachments->n; i++)
        put(out, attachments->at[i].name);
}

/* ---- what is the same for all cases ---- */

static void put_verdict(const round_verdict_t *verdict, buffer_t *out) {
    const struct verdict_given *body = verdict->body;
    if (!verdict->standing)
        return;
    if (body->assessment.n == 0)
        PUT(out, body->reason, body->evidence);
    for (size_t i = 0; i < body->conditions.n; i++)
        put(out, body->conditions.at[i].text);
    for (size_t i = 0; i < body->finding.n; i++) {
        const struct finding *finding = &body->finding.at[i];
        PUT(out, finding->occurrence, finding->escape, finding->method, finding->containment,
            finding->corrective);
    }
}

static void put_conclusion(const struct conclude *body, buffer_t *out) {
    put(out, body->opinion);
    for (size_t i = 0; i < body->answers.n; i++)
        put(out, body->answers.at[i].reason);
    for (size_t i = 0; i < body->disposition.n; i++) {
        const struct disposition *disposition = &body->disposition.at[i];
        PUT(out, disposition->text, disposition->occurrence, disposition->escape,
            disposition->read_across);
    }
}

static void put_rounds(const case_t *of, buffer_t *out) {
    for (size_t i = 0; i < of->rounds_n; i++) {
        const round_t *round = &of->rounds[i];
        for (size_t k = 0; k < round->verdicts_n; k++)
            put_verdict(&round->verdicts[k], out);
        if (round->conclusion)
            put_conclusion(round->conclusion, out);
        for (size_t k = 0; k < round->signatures_n; k++)
            put(out, round->signatures[k].remark);
    }
}

static void put_actions(const actions_t *actions, buffer_t *out) {
    for (size_t i = 0; i < actions->n; i++) {
        put(out, actions->at[i].text);
        for (size_t k = 0; k < actions->at[i].words_n; k++) {
            put(out, actions->at[i].words[k].text);
            put_names(actions->at[i].words[k].attachments, out);
        }
    }
}

/* ---- orders ---- */

static void put_content(const struct order_content *content, buffer_t *out) {
    PUT(out, content->customer_order, content->contract_number, content->earlier, content->note,
        content->custodian, content->place);
    for (size_t i = 0; i < content->lines.n; i++) {
        const struct order_line *line = &content->lines.at[i];
        PUT(out, line->product, line->name, line->drawing, line->modification,
            line->customer_product, line->note);
    }
    for (size_t i = 0; i < content->requirements.n; i++) {
        const struct requirement *requirement = &content->requirements.at[i];
        if (requirement->subject != SUBJECT_PRICE)
            PUT(out, requirement->text, requirement->standard, requirement->characteristic,
                requirement->promised_by);
    }
    put_names(&content->attachments, out);
}

static void put_order(const order_t *order, buffer_t *out) {
    const order_revision_t *current = order_revision(order);
    put_content(current->content, out);
    for (size_t i = 0; i < order->revisions_n; i++)
        put(out, order->revisions[i].reason);
    PUT(out, current->class_reason, order->end_reason, order->head.number);
}

/* ---- feedback ---- */

static void put_stages(const feedback_t *feedback, buffer_t *out) {
    for (size_t i = 0; i < feedback->acknowledged.n; i++)
        put(out, ((const struct acknowledge *) feedback->acknowledged.at[i].body)->text);
    for (size_t i = 0; i < feedback->assessed.n; i++)
        put(out, ((const struct triage *) feedback->assessed.at[i].body)->reason);
    for (size_t i = 0; i < feedback->contained.n; i++) {
        const struct containment *body = feedback->contained.at[i].body;
        PUT(out, body->customer, body->transit, body->stock, body->unneeded);
    }
    for (size_t i = 0; i < feedback->answered.n; i++) {
        const struct reply_given *body = feedback->answered.at[i].body;
        put(out, body->text);
        put_names(&body->attachments, out);
    }
    for (size_t i = 0; i < feedback->closed.n; i++)
        put(out, ((const struct closing *) feedback->closed.at[i].body)->text);
    for (size_t i = 0; i < feedback->reopened.n; i++)
        put(out, ((const struct revoke *) feedback->reopened.at[i].body)->reason);
}

/* The order's number holds from its registration on: the words need not be written again for it. */
static void put_feedback(chronicle_t *chronicle, const feedback_t *feedback, buffer_t *out) {
    const struct feedback_content *content = feedback_revision(feedback)->content;
    const order_t *order = chronicle_order(chronicle, content->order);
    PUT(out, content->text, content->sought, content->product, content->lot, content->delivery_note,
        content->note);
    put_names(&content->attachments, out);
    for (size_t i = 0; i < feedback->revisions_n; i++)
        put(out, feedback->revisions[i].reason);
    put_stages(feedback, out);
    PUT(out, feedback->complaint_number, feedback->other_number);
    if (order)
        put(out, order->head.number);
}

void register_text(chronicle_t *chronicle, const case_t *of, buffer_t *out) {
    const order_t *order = order_of_const(of);
    const feedback_t *feedback = feedback_of_const(of);
    if (!of->revision)
        return;
    if (order)
        put_order(order, out);
    else if (feedback)
        put_feedback(chronicle, feedback, out);
    put_rounds(of, out);
    put_actions(&of->actions, out);
}
