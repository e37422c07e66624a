/* SPDX-License-Identifier: Apache-2.0
 *
 * selftest: proves at every start that a key which nobody enrolled is refused. libzmq's CURVE lets
 * everybody in when the ZAP handler is missing, and no option of the stable library changes that.
 */
#ifndef COUNTERSIGN_BUS_SELFTEST_H
#define COUNTERSIGN_BUS_SELFTEST_H

#include "common/bus/sockets.h"
#include "common/bus/zap.h"

/* Connects over loopback with a random key to a socket like that of the role and domain. 0 =
   refused, as it must be; -1 with *problem: let in, or no answer. `zap` NULL: none runs. */
int selftest_run(socket_role_t role, const char *domain, const curve_pair_t *own, zap_t *zap,
                 problem_t *problem);

#endif
