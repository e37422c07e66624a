/* SPDX-License-Identifier: Apache-2.0
 *
 * registers: whether a department's register says, after all that befell it, what its events say.
 */
#ifndef COUNTERSIGN_TESTS_SIMULATION_REGISTERS_H
#define COUNTERSIGN_TESTS_SIMULATION_REGISTERS_H

/* Of a desk.db that nobody has open. NULL: it does; else what does not fit, valid until the next
   call. */
const char *registers_check(const char *path);

#endif
