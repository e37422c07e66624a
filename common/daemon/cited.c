/* SPDX-License-Identifier: Apache-2.0
 *
 * cited: see cited.h.
 */
#include "common/daemon/cited.h"

#include "common/base/text.h"
#include "common/exchange/json.h"

static void put_number(chronicle_t *chronicle, json_t *object, const char *key,
                       const char *number_key) {
    ident_t id;
    if (!ident_parse(json_text(json_object_get(object, key)), &id))
        return;
    const case_t *cited = chronicle_case(chronicle, id);
    if (cited)
        json_put_text(object, number_key, cited->number);
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
