/* SPDX-License-Identifier: Apache-2.0
 *
 * feedback_json: see feedback_json.h.
 */
#include "common/exchange/feedback_json.h"

#include "common/base/text.h"
#include "common/exchange/case_json.h"

static json_t *content_json(const struct feedback_content *content, const view_t *view) {
    json_t *object = view_record(view, &feedback_content_record, content);
    view_mark_erased(view, object);
    json_put(object, "customer", customer_brief_json(view, content->customer));
    if (!view->contacts && !digest_none(content->contact))
        json_put(object, "contact_withheld", json_true());
    return object;
}

static json_t *revision_json(const feedback_t *self, size_t index, const view_t *view) {
    const feedback_revision_t *revision = &self->revisions[index];
    json_t *object = revision_head_json(
        &(revision_head_t){revision->no, revision->position, revision->time, revision->author,
                           revision->mandate, revision->digest, revision->reason},
        view);
    json_put(object, "content", content_json(revision->content, view));
    if (index > 0)
        json_put(object, "differences",
                 differences_json(&feedback_content_record, self->revisions[index - 1].content,
                                  revision->content, view));
    return object;
}

static json_t *said_json(const said_t *said, const record_t *record, const view_t *view) {
    json_t *object = view_record(view, record, said->body);
    view_mark_erased(view, object);
    json_put(object, "by", view_acting(view, said->actor, said->mandate));
    json_put(object, "time", json_of_moment(said->time));
    json_put(object, "position", json_of_position(said->position));
    return object;
}

/* Everything that was said at a stage, oldest first. */
static void put_said(json_t *object, const char *key, const said_list_t *list,
                     const record_t *record, const view_t *view) {
    json_t *array = json_array();
    for (size_t i = 0; i < list->n; i++)
        json_array_append_new(array, said_json(&list->at[i], record, view));
    json_put(object, key, array);
}

static void put_stages(json_t *object, const feedback_t *self, const view_t *view) {
    put_said(object, "acknowledged", &self->acknowledged, &acknowledge_record, view);
    put_said(object, "assessed", &self->assessed, &triage_record, view);
    put_said(object, "contained", &self->contained, &containment_record, view);
    put_said(object, "answered", &self->answered, &reply_given_record, view);
    put_said(object, "closed", &self->closed, &closing_record, view);
    put_said(object, "reopened", &self->reopened, &revoke_record, view);
    put_said(object, "reclassified", &self->reclassified, &reclassify_record, view);
    if (self->disposed)
        json_put(object, "disposed", json_of_moment(self->disposed_at));
}

static json_t *head_json(const feedback_t *self, const view_t *view) {
    json_t *object = case_head_json(&self->head, view);
    const feedback_revision_t *revision = feedback_revision(self);
    if (!revision)
        return object;
    const struct review_class *class =
        feedback_class(self, case_procedure(&self->head, view->context));
    json_put(object, "kind", json_of_enum(&feedback_kind_table, (int) revision->content->kind));
    json_put(object, "registered", json_of_moment(self->revisions[0].time));
    json_put(object, "customer", customer_brief_json(view, revision->content->customer));
    json_put_text(object, "class", class ? class->key : (text_t){NULL, 0});
    json_put_text(object, "complaint_number", self->complaint_number);
    json_put_text(object, "other_number", self->other_number);
    const struct triage *triage = feedback_triage(self);
    if (triage) {
        json_put(object, "severity", json_of_enum(&severity_table, (int) triage->severity));
        json_put(object, "safety", json_boolean(triage->safety));
        json_put(object, "urgent", json_boolean(triage->urgent));
    }
    return object;
}

json_t *feedback_json(const feedback_t *self, const view_t *view) {
    json_t *object = head_json(self, view), *revisions = json_array();
    for (size_t i = 0; i < self->revisions_n; i++)
        json_array_append_new(revisions, revision_json(self, i, view));
    json_put(object, "revisions", revisions);
    put_stages(object, self, view);
    case_put_review(object, &self->head, view);
    return object;
}

json_t *feedback_summary_json(const feedback_t *self, const view_t *view) {
    json_t *object = head_json(self, view);
    const feedback_revision_t *revision = feedback_revision(self);
    if (!revision)
        return object;
    const struct feedback_content *content = revision->content;
    json_put(object, "medium", json_of_enum(&medium_table, (int) content->medium));
    json_put(object, "received", json_of_moment(content->received));
    json_put_text(object, "product", content->product);
    json_put_text(object, "lot", content->lot);
    if (content->affected)
        json_put(object, "affected", json_of_decimal(content->affected));
    json_put_text(object, "text", content->text);
    case_put_brief(object, &self->head, view);
    return object;
}
