/* SPDX-License-Identifier: Apache-2.0
 *
 * keys: new keys in the site's folders, each in a file of its own that never replaces another. The
 * public half is what an enrolment takes.
 */
#ifndef COUNTERSIGN_CLI_KEYS_H
#define COUNTERSIGN_CLI_KEYS_H

#include "common/daemon/site.h"

/* keys/NAME.curve: how a daemon or a workstation connects. 0, or -1 with *problem, as below. */
int keys_curve(const site_t *site, const char *name, pubkey_t *key, problem_t *problem);
/* keys/NAME.sign: with which a daemon signs; not sealed, no one is there to open it. *signer is the
   caller's, also after -1. */
int keys_daemon(const site_t *site, const char *name, signer_t **signer, problem_t *problem);
/* people/HANDLE.key: with which a person signs; sealed by the passphrase. *signer as above. */
int keys_person(const site_t *site, const char *handle, const char *passphrase,
                seal_strength_t seal, signer_t **signer, problem_t *problem);

#endif
