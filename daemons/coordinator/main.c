/* SPDX-License-Identifier: Apache-2.0
 *
 * countersign-coordinator: the daemon that orders commands into the ledger.
 */
#include "daemons/coordinator/coordinator.h"

int main(int argc, char **argv) { return daemon_run(&coordinator_spec, argc, argv); }
