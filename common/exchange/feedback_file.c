/* SPDX-License-Identifier: Apache-2.0
 *
 * feedback_file: see feedback_file.h. The JSON form is feedback_content's own (JSON.md), but for
 * what its writer cannot know.
 */
#include "common/exchange/feedback_file.h"

#include "common/exchange/enclosures.h"
#include "common/exchange/input.h"
#include "common/exchange/json.h"

#define ATTACHMENTS_MAX 20 /* as feedback_content */

/* The content as it will be, but for what the caller settles. */
static int check(const feedback_file_t *out, problem_t *problem) {
    struct feedback_content content = out->content;
    memset(content.customer.b, 0xff, sizeof content.customer.b);
    if (!content.received)
        content.received = 1;
    return record_validate(&feedback_content_record, &content, problem);
}

static int take(json_t *json, const char *path, enum feedback_kind kind, arena_t *arena,
                feedback_file_t *out, problem_t *problem) {
    *out = (feedback_file_t){.content = {.kind = feedback_kind_unset}};
    if (!json_is_object(json))
        return problem_set(problem, REASON_FIELD_RANGE, "",
                           "a complaint or other feedback is one object in { }");
    if (json_take_text(json, "customer", arena, &out->customer, problem) != 0 ||
        json_take_text(json, "order", arena, &out->order, problem) != 0 ||
        json_take_text(json, "contact", arena, &out->contact, problem) != 0 ||
        enclosures_take(json, path, ATTACHMENTS_MAX, arena, &out->attachments, problem) != 0)
        return -1;
    if (out->customer.n == 0)
        return problem_set(problem, REASON_FIELD_MISSING, "customer",
                           "the customer's number, code or name");
    if (json_fill_record(json, &feedback_content_record, arena, &out->content, problem) != 0)
        return -1;
    if (!out->content.kind)
        out->content.kind = kind;
    return check(out, problem);
}

int feedback_file_take(json_t *json, enum feedback_kind kind, arena_t *arena, feedback_file_t *out,
                       problem_t *problem) {
    return take(json, NULL, kind, arena, out, problem);
}

int feedback_file_read(const char *path, enum feedback_kind kind, arena_t *arena,
                       feedback_file_t *out, problem_t *problem) {
    json_t *json = json_read_file(path, problem);
    if (!json)
        return -1;
    int rc = take(json, path, kind, arena, out, problem);
    json_decref(json);
    return rc == 0 ? 0 : input_place(problem, path, 0);
}
