/* SPDX-License-Identifier: Apache-2.0
 *
 * site.cfg, as a daemon reads it when it starts.
 */
#include <sys/stat.h>

#include "common/daemon/site.h"
#include "tests/fuzz/fuzz.h"

static char folder[] = "/tmp/countersign-fuzz-XXXXXX", path[64];

static void clean(void) {
    unlink(path);
    rmdir(folder);
}

int LLVMFuzzerInitialize(int *argc, char ***argv) {
    (void) argc, (void) argv;
    HOLDS(mkdtemp(folder), "there is a folder");
    snprintf(path, sizeof path, "%s/site.cfg", folder);
    return atexit(clean);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size) {
    problem_t problem = {0};
    FILE *file = fopen(path, "we");
    HOLDS(file && fwrite(data, 1, size, file) == size && fclose(file) == 0, "it could be written");
    site_t *site = site_open(folder, &problem);
    fuzz_refusal(site ? 0 : -1, &problem);
    site_close(&site);
    return 0;
}
