/* SPDX-License-Identifier: Apache-2.0
 *
 * Key files: sealed, open, CURVE and public ones. A file that asks for much memory or time is
 * refused before it gets it.
 */
#include "common/crypto/keys.h"
#include "tests/fuzz/fuzz.h"

int LLVMFuzzerInitialize(int *argc, char ***argv) {
    (void) argc, (void) argv;
    crypto_start();
    return 0;
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size) {
    problem_t problem = {0};
    signer_t *signer = NULL;
    curve_pair_t pair;
    char label[64];
    pubkey_t key;
    const char *path = fuzz_file(data, size);
    fuzz_refusal(keyfile_read_public(path, label, &key, &problem), &problem);
    problem = (problem_t){0};
    fuzz_refusal(keyfile_read_curve(path, &pair, &problem), &problem);
    problem = (problem_t){0};
    int rc = keyfile_read_signer(path, NULL, &signer, &problem);
    fuzz_refusal(rc, &problem);
    HOLDS((rc == 0) == (signer != NULL), "a key, or a reason");
    signer_destroy(&signer);
    if (memmem(data, size, "argon", 5) && size < 400) { /* slow: seldom */
        problem = (problem_t){0};
        fuzz_refusal(keyfile_read_signer(path, "simulated", &signer, &problem), &problem);
        signer_destroy(&signer);
    }
    return 0;
}
