/* SPDX-License-Identifier: Apache-2.0
 *
 * keys: see keys.h.
 */
#include "daemons/agent/cli/keys.h"

#define PATH_BYTES 512

int keys_curve(const site_t *site, const char *name, pubkey_t *key, problem_t *problem) {
    char path[PATH_BYTES];
    curve_pair_t pair;
    curve_pair_make(&pair);
    *key = pair.public_key;
    int rc = keyfile_write_curve(site_path(site, path, sizeof path, "keys", name, ".curve"), name,
                                 &pair, problem);
    secret_wipe(&pair, sizeof pair);
    return rc;
}

int keys_daemon(const site_t *site, const char *name, signer_t **signer, problem_t *problem) {
    char path[PATH_BYTES];
    *signer = signer_new();
    return keyfile_write_signer(site_path(site, path, sizeof path, "keys", name, ".sign"), name,
                                *signer, NULL, SEAL_MINIMAL, problem);
}

int keys_person(const site_t *site, const char *handle, const char *passphrase,
                seal_strength_t seal, signer_t **signer, problem_t *problem) {
    char path[PATH_BYTES];
    *signer = signer_new();
    return keyfile_write_signer(site_path(site, path, sizeof path, "people", handle, ".key"),
                                handle, *signer, passphrase, seal, problem);
}
