/* SPDX-License-Identifier: Apache-2.0
 *
 * cited: see cited.h.
 */
#include "common/daemon/cited.h"

#include "common/base/text.h"

static void put_number(chronicle_t *chronicle, json_t *object, const char *key,
                       const char *number_key) {
    ident_t id;
    if (!ident_parse(json_text(json_object_get(object, key)), &id))
        return;
    const case_t *cited = chronicle_case(chronicle, id);
    if (cited)
        json_put_text(object, number_key, cited->number);
}

static ident_t forwarder(const case_t *of, ident_t id) {
    for (size_t i = 0; of && i < of->rounds_n; i++) {
        const round_forward_t *forward = round_forward_of(&of->rounds[i], id);
        if (forward)
            return forward->actor;
    }
    return (ident_t){{0}};
}

void cited_forwards(chronicle_t *chronicle, const view_t *view, json_t *events) {
    size_t i;
    json_t *event;
    ident_t id, object, actor;
    json_array_foreach(events, i, event) {
        const json_t *by = json_object_get(event, "by");
        const kind_info_t *kind = kind_by_name(json_text(json_object_get(event, "kind")));
        if (!kind || !kind_forwarded(kind->kind) || json_object_get(by, "for") ||
            !ident_parse(json_text(json_object_get(event, "mandate")), &id) ||
            !ident_parse(json_text(json_object_get(event, "case")), &object) ||
            !ident_parse(json_text(json_object_get(by, "id")), &actor))
            continue;
        ident_t behalf = forwarder(chronicle_case(chronicle, object), id);
        json_put(event, "by", view_acting_for(view, actor, id, behalf));
    }
}

void cited_numbers(chronicle_t *chronicle, json_t *json) {
    size_t i;
    json_t *item;
    const char *key;
    json_array_foreach(json, i, item)
        cited_numbers(chronicle, item);
    put_number(chronicle, json, "order", "order_number");
    put_number(chronicle, json, "duplicate", "duplicate_number");
    json_object_foreach(json, key, item)
        cited_numbers(chronicle, item);
}
