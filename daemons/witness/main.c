/* SPDX-License-Identifier: Apache-2.0
 *
 * countersign-witness: keeps the last checkpoint of the archive, and cosigns what goes on from it.
 */
#include "daemons/witness/witness.h"

int main(int argc, char **argv) { return daemon_run(&witness_spec, argc, argv); }
