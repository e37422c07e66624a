/* SPDX-License-Identifier: Apache-2.0
 *
 * ubl: a UBL 2.1 Order (OASIS, ISO/IEC 19845) as an order of ours. Lines, quantities with unit
 * codes (UN/ECE Rec 20), prices, dates and notes find their fields; delivery, payment, allowances,
 * certificates and the like become stated requirements (QP21-4.1); contacts are kept apart; the
 * rest is listed.
 */
#ifndef COUNTERSIGN_EXCHANGE_UBL_H
#define COUNTERSIGN_EXCHANGE_UBL_H

#include "common/exchange/order_file.h"

/* 0, or -1 with *problem (file and line). Other UBL documents are refused by their name. With a
   start (see week.h) a date may be a week, which UBL itself does not know. */
int ubl_order_read(bytes_t bytes, const char *file, day_t start, arena_t *arena, order_file_t *out,
                   problem_t *problem);

#endif
