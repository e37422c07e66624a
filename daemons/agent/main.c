/* SPDX-License-Identifier: Apache-2.0
 *
 * countersign-agent STATION: the daemon of one workstation.
 */
#include "daemons/agent/agent.h"

int main(int argc, char **argv) { return daemon_run(&agent_spec, argc, argv); }
