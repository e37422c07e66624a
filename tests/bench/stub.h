/* SPDX-License-Identifier: Apache-2.0
 *
 * stub: signatures that are taken for good unchecked, while the program that includes this says so. For programs
 * of the benchmark alone, linked with --wrap=signature_valid; test_install proves that installed ones have no such
 * thing. In one file of a program.
 */
#ifndef COUNTERSIGN_BENCH_STUB_H
#define COUNTERSIGN_BENCH_STUB_H

#include "common/crypto/keys.h"

static bool signatures_pass;

bool __real_signature_valid(pubkey_t key, const char *domain, bytes_t bytes,
                            const signature_t *signature);
bool __wrap_signature_valid(pubkey_t key, const char *domain, bytes_t bytes,
                            const signature_t *signature);
bool __wrap_signature_valid(pubkey_t key, const char *domain, bytes_t bytes,
                            const signature_t *signature) {
    return signatures_pass || __real_signature_valid(key, domain, bytes, signature);
}

#endif
