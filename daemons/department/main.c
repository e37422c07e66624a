/* SPDX-License-Identifier: Apache-2.0
 *
 * countersign-department KEY: the daemon of one department.
 */
#include "daemons/department/department.h"

int main(int argc, char **argv) { return daemon_run(&department_spec, argc, argv); }
