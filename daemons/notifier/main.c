/* SPDX-License-Identifier: Apache-2.0
 *
 * countersign-notifier: tells people what the record asks of them.
 */
#include "daemons/notifier/notifier.h"

int main(int argc, char **argv) { return daemon_run(&notifier_spec, argc, argv); }
