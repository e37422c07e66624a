/* SPDX-License-Identifier: Apache-2.0
 *
 * procedure_time: whether an edition's times are consistent in themselves: shifts, the hours in
 * which nobody is nudged, and what customers are told of.
 */
#ifndef COUNTERSIGN_DOMAIN_PROCEDURE_TIME_H
#define COUNTERSIGN_DOMAIN_PROCEDURE_TIME_H

#include "common/domain/context.h"

/* 0, or -1 with PROCEDURE_INVALID and a field path: "working[2].from". Part of procedure_check. */
int procedure_check_time(const struct procedure *p, problem_t *problem);

#endif
