/* SPDX-License-Identifier: Apache-2.0
 *
 * rules: the rules there are. A new one is a file, a line here and a row in assess.c.
 */
#ifndef COUNTERSIGN_DOMAIN_RULES_H
#define COUNTERSIGN_DOMAIN_RULES_H

#include "common/domain/assess/assess.h"

extern const assessor_t completeness_rule, delivery_rule, capacity_rule, material_rule,
    inspection_rule;                                               /* of orders */
extern const assessor_t recurrence_rule, promise_rule, corrective_rule; /* of complaints */

#endif
