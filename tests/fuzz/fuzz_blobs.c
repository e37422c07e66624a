/* SPDX-License-Identifier: Apache-2.0
 *
 * Blobs: any sequence of putting, getting and erasing gives back what was put and not erased, and
 * nothing else. Three bytes an act: what, which, how long.
 */
#include "common/ledger/blobs.h"
#include "tests/fuzz/fuzz.h"

enum { CONTENTS = 16 };

typedef struct content {
    uint8_t bytes[BLOB_SALT + 255];
    size_t n;
    digest_t address;
    bool here;
} content_t;

static content_t contents[CONTENTS];
static sqlite3 *db;

int LLVMFuzzerInitialize(int *argc, char ***argv) {
    (void) argc, (void) argv;
    HOLDS(sqlite3_open(":memory:", &db) == SQLITE_OK &&
              sqlite3_exec(db, blobs_schema, NULL, NULL, NULL) == SQLITE_OK &&
              sqlite3_exec(db, "BEGIN", NULL, NULL, NULL) == SQLITE_OK,
          "there is a store");
    return 0;
}

static void put(content_t *c, uint8_t which, uint8_t length, bool wrong) {
    problem_t problem = {0};
    content_t new = {.n = (size_t) BLOB_SALT + length};
    memset(new.bytes, which, new.n);
    new.address = blob_address((bytes_t){new.bytes, new.n});
    digest_t claimed = new.address;
    if (wrong)
        claimed.b[which] ^= 1;
    int rc = blobs_put(db, claimed, (bytes_t){new.bytes, new.n}, &problem);
    fuzz_refusal(rc, &problem);
    HOLDS((rc == 0) == (!wrong && length > 0), "what fits its address, and has a content, is put");
    if (rc != 0)
        return;
    if (c->here && !digest_equal(c->address, new.address))
        HOLDS(blobs_erase(db, c->address), "what is here can be erased");
    new.here = true;
    *c = new;
}

static void compare(const content_t *c) {
    buffer_t found = {0};
    bool here = blobs_get(db, c->address, &found);
    HOLDS(here == c->here && here == blobs_have(db, c->address), "here is what was put");
    HOLDS(!here || (found.n == c->n && memcmp(found.p, c->bytes, c->n) == 0), "as it was put");
    buffer_free(&found);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size) {
    HOLDS(sqlite3_exec(db, "DELETE FROM blob", NULL, NULL, NULL) == SQLITE_OK, "it is emptied");
    memset(contents, 0, sizeof contents);
    for (size_t i = 0; i + 3 <= size; i += 3) {
        uint8_t which = data[i + 1] % CONTENTS;
        content_t *c = &contents[which];
        if (data[i] % 4 < 2)
            put(c, which, data[i + 2], data[i] % 4 == 1);
        else if (data[i] % 4 == 2) {
            HOLDS(blobs_erase(db, c->address) == c->here, "erased is what was here");
            c->here = false;
        }
        compare(c);
    }
    return 0;
}
