/* SPDX-License-Identifier: Apache-2.0
 *
 * event_json: one event, decoded, for `countersign events --json`.
 */
#ifndef COUNTERSIGN_EXCHANGE_EVENT_JSON_H
#define COUNTERSIGN_EXCHANGE_EVENT_JSON_H

#include "common/event/event.h"
#include "common/exchange/view.h"

json_t *event_json(const decoded_t *event, const view_t *view);

#endif
