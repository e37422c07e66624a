/* SPDX-License-Identifier: Apache-2.0
 *
 * order_json: see order_json.h.
 */
#include "common/exchange/order_json.h"

#include "common/base/text.h"
#include "common/exchange/case_json.h"

static json_t *class_json(const order_revision_t *revision, const view_t *view) {
    json_t *object = json_object();
    if (revision->proposed) {
        json_put_text(object, "proposed", revision->proposed->order_class);
        json_put(object, "reasons", json_of_texts(&revision->proposed->reasons));
    }
    json_put_text(object, "confirmed", revision->order_class);
    json_put_text(object, "reason", revision->class_reason);
    json_put(object, "by", view_acting(view, revision->classifier, revision->classifier_mandate));
    return object;
}

static json_t *confirmation_json(const struct confirmation *confirmation, const view_t *view) {
    return confirmation ? view_record(view, &confirmation_record, confirmation) : json_null();
}

/* With who signed for it and when, as any signature (21 CFR 11.50). */
static json_t *confirmed_json(const order_revision_t *revision, const view_t *view) {
    json_t *object = confirmation_json(revision->confirmed, view);
    if (!revision->confirmed)
        return object;
    json_put(object, "by", view_acting(view, revision->confirmer, revision->confirmer_mandate));
    json_put(object, "time", json_of_moment(revision->confirmed_at));
    return object;
}

static json_t *content_json(const struct order_content *content, const view_t *view) {
    json_t *object = view_record(view, &order_content_record, content);
    view_mark_erased(view, object);
    json_put(object, "customer", customer_brief_json(view, content->customer));
    return object;
}

static json_t *revision_json(const order_t *order, size_t index, const view_t *view) {
    const order_revision_t *revision = &order->revisions[index];
    json_t *object = revision_head_json(
        &(revision_head_t){revision->no, revision->position, revision->time, revision->author,
                           revision->mandate, revision->digest, revision->reason},
        view);
    json_put(object, "agreement", confirmation_json(revision->agreement, view));
    json_put(object, "class", class_json(revision, view));
    json_put(object, "confirmed", confirmed_json(revision, view));
    json_put(object, "contract", confirmation_json(revision->contract, view));
    json_put(object, "content", content_json(revision->content, view));
    if (index > 0)
        json_put(object, "differences",
                 differences_json(&order_content_record, order->revisions[index - 1].content,
                                  revision->content, view));
    return object;
}

/* What every document of an order begins with. */
static json_t *head_json(const order_t *order, const view_t *view) {
    json_t *object = case_head_json(&order->head, view);
    const order_revision_t *revision = order_revision(order);
    if (!revision)
        return object;
    json_put(object, "registered", json_of_moment(order->revisions[0].time));
    json_put(object, "customer", customer_brief_json(view, revision->content->customer));
    json_put(object, "channel",
             json_of_enum(&channel_table, (int) revision->content->channel));
    json_put_text(object, "class", revision->order_class);
    if (order->effective)
        json_put(object, "effective", json_of_position(order->effective));
    json_put_text(object, "end_reason", order->end_reason);
    return object;
}

json_t *order_json(const order_t *order, const view_t *view) {
    json_t *object = head_json(order, view), *revisions = json_array();
    json_put(object, "convened", json_boolean(order->convened));
    json_put(object, "convener", view_acting(view, order->convener, order->convener_mandate));
    json_put(object, "review_completed", json_boolean(order->review_completed));
    for (size_t i = 0; i < order->revisions_n; i++)
        json_array_append_new(revisions, revision_json(order, i, view));
    json_put(object, "revisions", revisions);
    case_put_review(object, &order->head, view);
    return object;
}

json_t *order_summary_json(const order_t *order, const view_t *view) {
    json_t *object = head_json(order, view);
    const order_revision_t *revision = order_revision(order);
    if (!revision)
        return object;
    const struct order_line_list *lines = &revision->content->lines;
    day_t wanted = 0;
    json_t *products = json_array();
    for (size_t i = 0; i < lines->n; i++) {
        wanted = !wanted || lines->at[i].wanted < wanted ? lines->at[i].wanted : wanted;
        json_array_append_new(products, json_of_text(lines->at[i].product));
    }
    json_put_text(object, "customer_order", revision->content->customer_order);
    json_put(object, "lines", json_integer((json_int_t) lines->n));
    json_put(object, "products", products);
    json_put(object, "wanted", json_of_day(wanted));
    case_put_brief(object, &order->head, view);
    return object;
}
