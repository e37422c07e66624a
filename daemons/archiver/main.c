/* SPDX-License-Identifier: Apache-2.0
 *
 * countersign-archiver: the daemon that keeps the audit trail on a second disk and checks it; and
 * backup, restore and checkpoint, for whoever administers it.
 */
#include "daemons/archiver/archiver.h"

int main(int argc, char **argv) {
    int exit_code;
    return command_run(argc, argv, &exit_code) ? exit_code : daemon_run(&archiver_spec, argc, argv);
}
