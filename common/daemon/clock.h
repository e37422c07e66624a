/* SPDX-License-Identifier: Apache-2.0
 *
 * clock: the two clocks and the source of randomness that a daemon's steps are told of.
 */
#ifndef COUNTERSIGN_DAEMON_CLOCK_H
#define COUNTERSIGN_DAEMON_CLOCK_H

#include "common/daemon/step.h"

moment_t clock_wall(void); /* UTC ms */
int64_t clock_boot(void);  /* ms since boot, sleep included */
surroundings_t clock_now(void);

#endif
