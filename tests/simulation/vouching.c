/* SPDX-License-Identifier: Apache-2.0
 *
 * vouching: see the header. A checkpoint is made again from the archive's events; a signature over
 * anything else does not hold over that.
 */
#include "tests/simulation/vouching.h"

#include <sodium.h>
#include <sqlite3.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define TEXT_MAX 240
#define DASH "\xe2\x80\x94 "
enum { PLAIN = 1, TIMED = 4 }; /* C2SP signed-note: the algorithm's byte */

typedef struct cosigned {
    int64_t position;
    char line[400];
} cosigned_t;

struct vouching {
    cosigned_t *at;
    size_t n, room;
    char why[300];
};

vouching_t *vouching_new(void) {
    vouching_t *self = calloc(1, sizeof *self);
    if (!self)
        abort();
    return self;
}

void vouching_destroy(vouching_t **self_p) {
    if (!*self_p)
        return;
    free((*self_p)->at);
    free(*self_p);
    *self_p = NULL;
}

static const char *wrong(vouching_t *self, const char *format, ...)
    __attribute__((format(printf, 2, 3)));
static const char *wrong(vouching_t *self, const char *format, ...) {
    va_list list;
    va_start(list, format);
    vsnprintf(self->why, sizeof self->why, format, list);
    va_end(list);
    return self->why;
}

void vouching_cosigned(vouching_t *self, int64_t position, const uint8_t *line, size_t n) {
    if (self->n == self->room) {
        self->room = self->room * 2 + 16;
        self->at = realloc(self->at, self->room * sizeof *self->at);
        if (!self->at)
            abort();
    }
    cosigned_t *c = &self->at[self->n++];
    *c = (cosigned_t){.position = position};
    memcpy(c->line, line, n < sizeof c->line ? n : sizeof c->line - 1);
}

/* ---- the text ---- */

static void print_hex(const uint8_t bytes[32], char out[65]) {
    for (int i = 0; i < 32; i++)
        snprintf(out + (ptrdiff_t) 2 * i, 3, "%02x", bytes[i]);
}

static void origin_of(const model_t *model, char out[80]) {
    uint8_t ledger[32];
    char hex[65];
    model_root(model, 1, ledger);
    print_hex(ledger, hex);
    snprintf(out, 80, "countersign/%s", hex);
}

/* false: there are not so many events. */
static bool text_at(const model_t *model, int64_t position, char out[TEXT_MAX]) {
    uint8_t root[32];
    char origin[80], base64[64];
    if (position < 1 || !model_root(model, (size_t) position, root))
        return false;
    origin_of(model, origin);
    sodium_bin2base64(base64, sizeof base64, root, sizeof root, sodium_base64_VARIANT_ORIGINAL);
    snprintf(out, TEXT_MAX, "%s\n%lld\n%s\n", origin, (long long) position, base64);
    return true;
}

/* ---- signatures ---- */

static void key_id(const char *name, uint8_t algorithm, const uint8_t key[32], uint8_t out[4]) {
    uint8_t hash[32];
    crypto_hash_sha256_state c;
    crypto_hash_sha256_init(&c);
    crypto_hash_sha256_update(&c, (const uint8_t *) name, strlen(name));
    crypto_hash_sha256_update(&c, (const uint8_t *) "\n", 1);
    crypto_hash_sha256_update(&c, &algorithm, 1);
    crypto_hash_sha256_update(&c, key, 32);
    crypto_hash_sha256_final(&c, hash);
    memcpy(out, hash, 4);
}

/* What stands behind the name, decoded; 0: the line is of somebody else. */
static size_t bytes_of(const char *line, const char *name, uint8_t *out, size_t room) {
    size_t skip = strlen(DASH), n = strlen(name), found = 0;
    size_t end = strcspn(line, "\n");
    if (end < skip + n + 1 || memcmp(line, DASH, skip) != 0 ||
        memcmp(line + skip, name, n) != 0 || line[skip + n] != ' ')
        return 0;
    const char *from = line + skip + n + 1;
    return sodium_base642bin(out, room, from, (size_t) (line + end - from), NULL, &found, NULL,
                             sodium_base64_VARIANT_ORIGINAL) == 0
               ? found
               : 0;
}

/* C2SP signed-note, and tlog-cosignature, as they are written there. */
static bool signed_by(const char *text, const char *line, const char *name, uint8_t algorithm,
                      const uint8_t key[32]) {
    uint8_t bytes[128], id[4];
    char timed[TEXT_MAX + 64];
    uint64_t time = 0;
    size_t n = bytes_of(line, name, bytes, sizeof bytes);
    key_id(name, algorithm, key, id);
    if (n < 4 || memcmp(bytes, id, 4) != 0)
        return false;
    if (algorithm == PLAIN)
        return n == 4 + 64 && crypto_sign_verify_detached(bytes + 4, (const uint8_t *) text,
                                                          strlen(text), key) == 0;
    if (n != 4 + 8 + 64)
        return false;
    for (int i = 0; i < 8; i++)
        time = time << 8 | bytes[4 + i];
    snprintf(timed, sizeof timed, "cosignature/v1\ntime %llu\n%s", (unsigned long long) time, text);
    return crypto_sign_verify_detached(bytes + 12, (const uint8_t *) timed, strlen(timed), key) == 0;
}

/* ---- what was cosigned ---- */

const char *vouching_check(vouching_t *self, const model_t *model, const voucher_t *archiver,
                           const voucher_t *witness) {
    char text[TEXT_MAX];
    int64_t last = 0;
    (void) archiver;
    for (size_t i = 0; i < self->n; i++) {
        const cosigned_t *c = &self->at[i];
        if (c->position < last)
            return wrong(self, "the witness cosigned %lld after %lld", (long long) c->position,
                         (long long) last);
        last = c->position;
        if (!text_at(model, c->position, text))
            return wrong(self, "the witness cosigned %lld events, which the archive has not",
                         (long long) c->position);
        if (!signed_by(text, c->line, witness->name, TIMED, witness->key))
            return wrong(self, "what the witness cosigned at %lld is not the archive's history",
                         (long long) c->position);
    }
    return NULL;
}

/* ---- what is kept ---- */

/* A whole note: its text is the archive's at its position; the archiver signed it, plain and with the
   time; no line of the witness's is wrong. *position: of it. */
static const char *check_note(vouching_t *self, const model_t *model, const char *note,
                              const voucher_t *archiver, const voucher_t *witness,
                              int64_t *position) {
    char text[TEXT_MAX], origin[80];
    const char *second = strchr(note, '\n'), *lines = strstr(note, "\n\n");
    bool plain = false, timed = false;
    *position = second ? strtoll(second + 1, NULL, 10) : 0;
    if (!lines || !text_at(model, *position, text) ||
        strlen(text) != (size_t) (lines + 1 - note) || memcmp(text, note, strlen(text)) != 0)
        return wrong(self, "a checkpoint at %lld is not of the archive's history",
                     (long long) *position);
    origin_of(model, origin);
    for (const char *line = lines + 2; *line; line += strcspn(line, "\n") + 1) {
        uint8_t bytes[128];
        plain |= signed_by(text, line, origin, PLAIN, archiver->key);
        timed |= signed_by(text, line, origin, TIMED, archiver->key);
        if (witness && bytes_of(line, witness->name, bytes, sizeof bytes) &&
            !signed_by(text, line, witness->name, TIMED, witness->key))
            return wrong(self, "the witness's line at %lld is not its own", (long long) *position);
    }
    return plain && timed ? NULL
                          : wrong(self, "the checkpoint at %lld is not signed by the archiver",
                                  (long long) *position);
}

/* `sql` gives notes, in the order of their positions. *last: of the last one; 0: there was none. */
static const char *check_notes(vouching_t *self, const model_t *model, const char *path,
                               const char *sql, const voucher_t *archiver, const voucher_t *witness,
                               int64_t *last) {
    sqlite3 *db = NULL;
    sqlite3_stmt *stmt = NULL;
    const char *why = NULL;
    char note[4096];
    *last = 0;
    if (sqlite3_open_v2(path, &db, SQLITE_OPEN_READWRITE, NULL) != SQLITE_OK ||
        sqlite3_exec(db, "PRAGMA locking_mode = EXCLUSIVE", NULL, NULL, NULL) != SQLITE_OK ||
        sqlite3_prepare_v2(db, sql, -1, &stmt, NULL) != SQLITE_OK)
        why = wrong(self, "%s cannot be read: %s", path, sqlite3_errmsg(db));
    while (!why && sqlite3_step(stmt) == SQLITE_ROW) {
        snprintf(note, sizeof note, "%.*s", sqlite3_column_bytes(stmt, 0),
                 (const char *) sqlite3_column_blob(stmt, 0));
        why = check_note(self, model, note, archiver, witness, last);
    }
    sqlite3_finalize(stmt);
    sqlite3_close(db);
    return why;
}

const char *vouching_archive(vouching_t *self, const model_t *model, const char *path, bool ends,
                             const voucher_t *archiver, const voucher_t *witness) {
    int64_t last;
    uint8_t root[32];
    const char *why = check_notes(self, model, path, "SELECT note FROM note ORDER BY position",
                                  archiver, witness, &last);
    if (!why && ends && model_root(model, (size_t) last + 1, root))
        why = wrong(self, "the archiver stopped in order and left events after %lld unsigned",
                    (long long) last);
    return why;
}

const char *vouching_kept(vouching_t *self, const model_t *model, const char *path, bool witness,
                          const voucher_t *archiver) {
    int64_t last;
    const char *sql =
        witness ? "SELECT note FROM seen" : "SELECT value FROM meta WHERE key = 'checkpoint'";
    const char *why = check_notes(self, model, path, sql, archiver, NULL, &last);
    if (!why && witness && self->n && last < self->at[self->n - 1].position)
        why = wrong(self, "the witness cosigned %lld and keeps %lld",
                    (long long) self->at[self->n - 1].position, (long long) last);
    return why;
}
