/* SPDX-License-Identifier: Apache-2.0
 *
 * clock: CLOCK_REALTIME for what people read, CLOCK_BOOTTIME for how long something took.
 */
#include "common/daemon/clock.h"

#include <sysexits.h>
#include <time.h>

#include "common/base/diag.h"
#include "common/crypto/keys.h"

static int64_t read_ms(clockid_t id) {
    struct timespec t;
    if (clock_gettime(id, &t) != 0)
        diag_fatal(EX_OSERR, DIAG_GENERAL, "no clock");
    return (int64_t) t.tv_sec * 1000 + t.tv_nsec / 1000000;
}

moment_t clock_wall(void) { return read_ms(CLOCK_REALTIME); }
int64_t clock_boot(void) { return read_ms(CLOCK_BOOTTIME); }

surroundings_t clock_now(void) {
    return (surroundings_t){.wall = clock_wall(), .boot = clock_boot(), .random = random_bytes};
}
