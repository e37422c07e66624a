/* SPDX-License-Identifier: Apache-2.0
 *
 * attachments: what a case's or a customer's events have attached, and who may have it: whoever may
 * read the case, and for a contact person whoever may read contacts (QP21-3). Answers of the desk.
 */
#ifndef COUNTERSIGN_DAEMON_ATTACHMENTS_H
#define COUNTERSIGN_DAEMON_ATTACHMENTS_H

#include "common/daemon/desk.h"
#include "common/exchange/view.h"

/* Of parameter `case`: a case's number or id, or a customer's number, code or name. The list, in the
   order in which they were said; NULL with *problem. */
json_t *attachments_list(const desk_view_t *desk, const struct query *query, problem_t *problem);
/* Of parameters `case` and `blob` (hexadecimal): 0 with the address of a piece that the reader may
   have, or -1 with *problem: UNKNOWN_REFERENCE, NOT_ALLOWED_TO_READ, ERASED, as for the list. */
int attachments_piece(const desk_view_t *desk, const struct query *query, digest_t *address,
                      problem_t *problem);
/* {"blob": address, "salted": base64 (RFC 4648, 4)}; appends. */
void attachments_write_piece(digest_t address, bytes_t salted, buffer_t *json);

#endif
