/* SPDX-License-Identifier: Apache-2.0
 *
 * standalone: a main for a fuzz target without a fuzzer's library: each file that is named is one
 * input. For replaying findings with any compiler, and for `afl-fuzz ... -- TARGET @@`.
 */
#include "tests/fuzz/fuzz.h"

__attribute__((weak)) int LLVMFuzzerInitialize(int *argc, char ***argv) {
    (void) argc, (void) argv;
    return 0;
}

static int play(const char *path) {
    FILE *file = fopen(path, "re");
    buffer_t bytes = {0};
    uint8_t part[4096];
    size_t n;
    if (!file) {
        perror(path);
        return 1;
    }
    while ((n = fread(part, 1, sizeof part, file)) > 0)
        buffer_put(&bytes, part, n);
    fclose(file);
    LLVMFuzzerTestOneInput(bytes.p, bytes.n);
    buffer_free(&bytes);
    return 0;
}

int main(int argc, char **argv) {
    int failed = LLVMFuzzerInitialize(&argc, &argv);
    for (int i = 1; i < argc; i++)
        failed += play(argv[i]);
    return failed ? 1 : 0;
}
