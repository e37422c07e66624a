/* SPDX-License-Identifier: Apache-2.0
 *
 * settings_scan: what has to be read from the configuration's own text, because libconfig does not
 * tell. For settings.c only.
 */
#ifndef COUNTERSIGN_BASE_SETTINGS_SCAN_H
#define COUNTERSIGN_BASE_SETTINGS_SCAN_H

#include <stdio.h>

#include "common/base/types.h"

/* The name before the first '=', ':', '{' or ';' of that line; "" if there is none. */
void settings_scan_name(const char *file, int line, char *out, size_t size);
/* The first line with a whole number beyond 32 bits that is not marked by an L, or 0. libconfig 1.5
   would silently read 4000000000 as -294967296. Leaves f where it was found. */
unsigned settings_scan_wide_number(FILE *f);

#endif
