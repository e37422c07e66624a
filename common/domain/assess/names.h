/* SPDX-License-Identifier: Apache-2.0
 *
 * names: texts that come again and again, numbered from 0 as they first come, so that what is known
 * of each can lie in an array. A name stays until all go.
 */
#ifndef COUNTERSIGN_DOMAIN_NAMES_H
#define COUNTERSIGN_DOMAIN_NAMES_H

#include "common/base/types.h"

typedef struct names names_t;

names_t *names_new(void);
void names_destroy(names_t **self_p);
/* The number of the name, a new one where it was not there. */
size_t names_number(names_t *self, text_t name);
size_t names_count(const names_t *self);
text_t names_at(const names_t *self, size_t number); /* as long as the names live */

#endif
