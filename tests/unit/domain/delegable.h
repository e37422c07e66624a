/* SPDX-License-Identifier: Apache-2.0
 *
 * delegable: the desk where policy lets people act for each other: planning's manager lets
 * production's act, the general manager the deputy, the head of sales the deputy and the clerks,
 * quality's manager the representative.
 */
#ifndef COUNTERSIGN_TESTS_DELEGABLE_H
#define COUNTERSIGN_TESTS_DELEGABLE_H

#include "tests/unit/domain/delegation_desk.h"
#include "tests/unit/domain/feedback_desk.h"

static inline desk_t *desk_new_delegable(void) {
    static const char *const reads[] = {"sales.head", "planning.manager", "production.manager",
                                        "management.deputy", "sales.clerk"};
    desk_t *desk = desk_new_feedback();
    desk_let(desk, "planning.manager", "production.manager");
    desk_let(desk, "management.general", "management.deputy");
    desk_let(desk, "sales.head", "management.deputy sales.clerk");
    desk_let(desk, "quality.manager", "management.representative");
    for (size_t i = 0; i < COUNT(reads); i++)
        desk_find_role(desk, reads[i])->reads = desk_texts(desk, "orders feedback");
    desk_find_role(desk, "planning.manager")->reads = desk_texts(desk, "orders prices");
    desk_adopt(desk);
    return desk;
}

#endif
