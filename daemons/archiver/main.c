/* SPDX-License-Identifier: Apache-2.0
 *
 * countersign-archiver: the daemon that keeps the audit trail on a second disk and checks it.
 */
#include "daemons/archiver/archiver.h"

int main(int argc, char **argv) { return daemon_run(&archiver_spec, argc, argv); }
