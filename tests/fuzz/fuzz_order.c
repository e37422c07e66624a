/* SPDX-License-Identifier: Apache-2.0
 *
 * An order's file, JSON or UBL 2.1: what is read can be written into a command, once the caller has
 * settled the customer.
 */
#include "common/base/moment.h"
#include "common/exchange/order_file.h"
#include "tests/fuzz/fuzz.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size) {
    problem_t problem = {0};
    order_file_t order;
    buffer_t bytes = {0};
    arena_t *arena = arena_new(ORDER_FILE_ARENA);
    day_t monday = day_week(day_from_civil(2026, 7, 8));
    int rc = order_file_read(fuzz_file(data, size), monday, arena, &order, &problem);
    fuzz_refusal(rc, &problem);
    if (rc == 0) {
        order.content.customer = (ident_t){{1}};
        HOLDS(record_encode(&order_content_record, &order.content, &bytes, &problem) == 0,
              "what is read can be registered");
    }
    buffer_free(&bytes);
    arena_destroy(&arena);
    return 0;
}
