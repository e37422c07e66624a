/* SPDX-License-Identifier: Apache-2.0
 *
 * template: text with {{name}} in it, which an administrator may change. {{#if name}} ... {{/if}}
 * is left out where the value is empty; there is no other logic. Values in HTML are escaped.
 */
#ifndef COUNTERSIGN_NOTIFIER_TEMPLATE_H
#define COUNTERSIGN_NOTIFIER_TEMPLATE_H

#include "common/base/buffer.h"
#include "common/base/problem.h"

typedef struct template template_t;

/* The value of a name; empty where there is none. */
typedef text_t template_value_fn(void *arg, text_t name);
/* Is this a name that this template may use? */
typedef bool template_known_fn(void *arg, text_t name);

/* Copies what it needs. NULL with *problem: CONFIGURATION with file, line and the name at fault. */
template_t *template_parse(const char *file, text_t source, template_known_fn *known, void *arg,
                           problem_t *problem);
void template_destroy(template_t **self_p);
/* Appends to out. `html`: values are escaped (WHATWG HTML 13.3), their line ends are <br>. */
void template_render(const template_t *self, bool html, template_value_fn *value, void *arg,
                     buffer_t *out);

#endif
