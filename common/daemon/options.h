/* SPDX-License-Identifier: Apache-2.0
 *
 * options: a daemon's command line. The table in options.c is what --help prints.
 */
#ifndef COUNTERSIGN_DAEMON_OPTIONS_H
#define COUNTERSIGN_DAEMON_OPTIONS_H

#include "common/daemon/step.h"

typedef struct options {
    const char *site;
    const char *argument; /* NULL when the daemon takes none */
    const char *restore;  /* reason; NULL: no */
    bool check_only, foreground, verbose;
} options_t;

/* true: go on. false: help, version or a mistake was printed; exit with *exit_code. */
bool options_read(const daemon_spec_t *spec, int argc, char **argv, options_t *out, int *exit_code);

#endif
