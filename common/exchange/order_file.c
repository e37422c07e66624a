/* SPDX-License-Identifier: Apache-2.0
 *
 * order_file: see order_file.h. The JSON form is order_content's own (JSON.md), but for what its
 * writer cannot know.
 */
#include "common/exchange/order_file.h"

#include <ctype.h>
#include <stdio.h>

#include "common/base/moment.h"
#include "common/exchange/enclosures.h"
#include "common/exchange/input.h"
#include "common/exchange/json.h"
#include "common/exchange/ubl.h"

#define ATTACHMENTS_MAX 50 /* as order_content */

/* Lines and requirements that carry no number are counted; "wanted" may name a week. */
static int prepare_items(json_t *object, const char *key, day_t start, problem_t *problem) {
    size_t i;
    json_t *item;
    json_array_foreach (json_object_get(object, key), i, item) {
        if (!json_is_object(item))
            continue;
        if (!json_object_get(item, "no"))
            json_object_set_new(item, "no", json_integer((json_int_t) i + 1));
        json_t *wanted = json_object_get(item, "wanted");
        day_t day;
        char field[96];
        snprintf(field, sizeof field, "%.40s[%zu].wanted", key, i);
        if (!json_is_string(wanted))
            continue;
        if (!due_parse(json_text(wanted), start, &day))
            return problem_set(problem, REASON_FIELD_RANGE, field, "%s", week_forms);
        json_object_set_new(item, "wanted", json_of_day(day));
    }
    return 0;
}

static int from_json(json_t *json, const char *path, day_t start, arena_t *arena, order_file_t *out,
                     problem_t *problem) {
    if (!json_is_object(json))
        return problem_set(problem, REASON_FIELD_RANGE, "", "an order is one object in { }");
    if (json_take_text(json, "customer", arena, &out->customer, problem) != 0 ||
        json_take_text(json, "contact", arena, &out->contact, problem) != 0 ||
        enclosures_take(json, path, ATTACHMENTS_MAX, arena, &out->attachments, problem) != 0 ||
        prepare_items(json, "lines", start, problem) != 0 ||
        prepare_items(json, "requirements", start, problem) != 0)
        return -1;
    if (out->customer.n == 0)
        return problem_set(problem, REASON_FIELD_MISSING, "customer",
                           "the customer's number, code or name");
    return json_fill_record(json, &order_content_record, arena, &out->content, problem);
}

/* The content as it will be, but for the customer, which the caller knows how to find. */
static int check(const order_file_t *out, problem_t *problem) {
    struct order_content content = out->content;
    memset(content.customer.b, 0xff, sizeof content.customer.b);
    return record_validate(&order_content_record, &content, problem);
}

static bool looks_like_xml(bytes_t bytes) {
    size_t i = bytes.n >= 3 && memcmp(bytes.p, "\xef\xbb\xbf", 3) == 0 ? 3 : 0;
    while (i < bytes.n && isspace(bytes.p[i]))
        i++;
    return i < bytes.n && bytes.p[i] == '<';
}

static int read_json(bytes_t bytes, const char *path, day_t start, arena_t *arena,
                     order_file_t *out, problem_t *problem) {
    json_t *json = json_read_bytes(bytes, path, problem);
    if (!json)
        return -1;
    int rc = from_json(json, path, start, arena, out, problem);
    json_decref(json);
    return rc == 0 ? 0 : input_place(problem, path, 0);
}

int order_file_read(const char *path, day_t start, arena_t *arena, order_file_t *out,
                    problem_t *problem) {
    buffer_t bytes = {0};
    *out = (order_file_t){0};
    record_clear(&order_content_record, &out->content);
    record_clear(&customer_record, &out->party);
    if (start != NO_START && day_weekday(start) != 1)
        return problem_set(problem, REASON_USAGE, "start", "the start must be a Monday");
    int rc = input_read(path, INPUT_BYTES_MAX, &bytes, problem);
    if (rc == 0)
        rc = looks_like_xml(buffer_bytes(&bytes))
                 ? ubl_order_read(buffer_bytes(&bytes), path, start, arena, out, problem)
                 : read_json(buffer_bytes(&bytes), path, start, arena, out, problem);
    buffer_free(&bytes);
    if (rc == 0 && check(out, problem) != 0)
        rc = input_place(problem, path, 0);
    return rc;
}

const customer_entry_t *order_file_customer(const order_file_t *self, const context_t *context) {
    text_t names[] = {self->customer, self->party.name, self->party.short_name, self->party.code};
    for (size_t i = 0; i < sizeof names / sizeof *names; i++) {
        const customer_entry_t *found =
            names[i].n ? context_customer_by_name(context, names[i]) : NULL;
        if (found)
            return found;
    }
    return NULL;
}
