/* SPDX-License-Identifier: Apache-2.0
 *
 * download: see download.h. Until the last piece is there PATH.part holds the pieces with their
 * salts, as they are addressed: what an interrupted call left is checked like what comes. Then the
 * salts are taken out, the file is synced, and gets its name.
 */
#include "daemons/agent/cli/download.h"

#include <czmq.h>
#include <errno.h>
#include <fcntl.h>
#include <sodium.h>
#include <stdio.h>
#include <sysexits.h>
#include <unistd.h>

#include "common/base/text.h"
#include "common/ledger/blobs.h"
#include "daemons/agent/cli/show.h"

#define SALTED_MAX (BLOB_SALT + BLOB_BYTES_MAX)
#define TRY_AGAIN_MS 200

typedef struct parcel {
    cli_t *cli;
    const char *id; /* of the case */
    const json_t *pieces;
    size_t n;
    char path[4200];
    int file;
    buffer_t salted;
    size_t last; /* bytes of the last piece with its salt */
} parcel_t;

static int trouble(const parcel_t *self) {
    return cli_fail(EX_IOERR, "%s: %s", self->path, strerror(errno));
}

static const char *address_of(const parcel_t *self, size_t i) {
    return json_string_value(json_array_get(self->pieces, i));
}

static bool fits(const parcel_t *self, size_t i) {
    digest_t wanted = {{0}};
    const char *hex = address_of(self, i);
    return hex && hex_parse(text_of(hex), wanted.b, sizeof wanted.b) &&
           self->salted.n > BLOB_SALT && (i + 1 == self->n || self->salted.n == SALTED_MAX) &&
           digest_equal(blob_address(buffer_bytes(&self->salted)), wanted);
}

/* Appends nothing: the buffer's room is made once. */
static bool read_at(parcel_t *self, off_t at, size_t most) {
    static const uint8_t zeros[SALTED_MAX];
    buffer_clear(&self->salted);
    buffer_put(&self->salted, zeros, most);
    size_t n = 0;
    for (ssize_t got = 1; n < most && got > 0; n += got > 0 ? (size_t) got : 0)
        got = pread(self->file, self->salted.p + n, most - n, at + (off_t) n);
    self->salted.n = n;
    return n > 0;
}

static bool write_at(const parcel_t *self, const uint8_t *bytes, size_t n, off_t at) {
    for (size_t done = 0; done < n;) {
        ssize_t put = pwrite(self->file, bytes + done, n - done, at + (off_t) done);
        if (put < 0)
            return false;
        done += (size_t) put;
    }
    return true;
}

/* How many pieces an earlier call left. */
static size_t found(parcel_t *self) {
    size_t i = 0;
    while (i < self->n && read_at(self, (off_t) (i * SALTED_MAX), SALTED_MAX) && fits(self, i)) {
        self->last = self->salted.n;
        i++;
    }
    return i;
}

static bool passing(reason_t reason) {
    return reason == REASON_OFFLINE || reason == REASON_BUSY || reason == REASON_BEHIND;
}

/* Until it comes, or nothing has come for --timeout. */
static int ask(parcel_t *self, size_t i, json_t **answer) {
    cli_t *cli = self->cli;
    int64_t until = zclock_mono() + cli->timeout_ms;
    int rc;
    do {
        arena_reset(cli->arena);
        cli->quiet = true;
        cli->refusal = (problem_t){0};
        rc = cli_query(cli, "attachment.piece",
                       json_pack("{s:s, s:s}", "case", self->id, "blob", address_of(self, i)),
                       answer);
        cli->quiet = false;
        if (rc != EX_OK && passing(cli->refusal.reason))
            zclock_sleep(TRY_AGAIN_MS);
    } while (rc != EX_OK && passing(cli->refusal.reason) && zclock_mono() < until);
    if (rc != EX_OK && i && passing(cli->refusal.reason))
        cli_fail(rc, _("%zu of %zu pieces are here; the same command goes on from there"), i,
                 self->n);
    return rc == EX_OK || !cli->refusal.reason ? rc : cli_refuse(cli, &cli->refusal);
}

static int fetch(parcel_t *self, size_t i) {
    json_t *answer = NULL;
    int rc = ask(self, i, &answer);
    if (rc != EX_OK)
        return rc;
    const char *text = show_string(answer, "salted");
    size_t n = 0;
    static const uint8_t zeros[SALTED_MAX];
    buffer_clear(&self->salted);
    buffer_put(&self->salted, zeros, sizeof zeros);
    if (sodium_base642bin(self->salted.p, self->salted.n, text, strlen(text), NULL, &n, NULL,
                          sodium_base64_VARIANT_ORIGINAL) != 0)
        n = 0;
    self->salted.n = n;
    json_decref(answer);
    if (!fits(self, i))
        return cli_fail(EX_PROTOCOL, _("piece %zu is not what was attached"), i + 1);
    self->last = n;
    return write_at(self, self->salted.p, n, (off_t) (i * SALTED_MAX)) ? EX_OK : trouble(self);
}

/* What stands behind a piece moves forward over its salt. */
static int take_salts_out(parcel_t *self, int64_t size) {
    int64_t total = (int64_t) ((self->n - 1) * BLOB_BYTES_MAX + self->last - BLOB_SALT);
    if (size && total != size)
        return cli_fail(EX_PROTOCOL, _("it has %lld bytes instead of %lld"), (long long) total,
                        (long long) size);
    for (size_t i = 0; i < self->n; i++) {
        size_t n = i + 1 == self->n ? self->last : SALTED_MAX;
        if (!read_at(self, (off_t) (i * SALTED_MAX), n) || self->salted.n != n ||
            !write_at(self, self->salted.p + BLOB_SALT, n - BLOB_SALT,
                      (off_t) (i * BLOB_BYTES_MAX)))
            return trouble(self);
    }
    return ftruncate(self->file, total) == 0 && fsync(self->file) == 0 ? EX_OK : trouble(self);
}

static int fill(parcel_t *self, int64_t size, size_t *fetched) {
    int rc = EX_OK;
    size_t here = found(self);
    for (size_t i = here; i < self->n && rc == EX_OK; i++) {
        rc = fetch(self, i);
        *fetched += rc == EX_OK;
    }
    return rc == EX_OK ? take_salts_out(self, size) : rc;
}

int download(cli_t *cli, const char *id, const json_t *one, const char *path, size_t *fetched) {
    parcel_t part = {.cli = cli, .id = id, .pieces = json_object_get(one, "pieces")};
    part.n = json_array_size(part.pieces);
    *fetched = 0;
    if (part.n == 0 || strlen(path) > sizeof part.path - 10)
        return cli_fail(EX_DATAERR, _("%s: cannot be written"), path);
    snprintf(part.path, sizeof part.path, "%s.part", path);
    part.file = open(part.path, O_RDWR | O_CREAT | O_CLOEXEC, 0600);
    if (part.file < 0)
        return cli_fail(EX_CANTCREAT, "%s: %s", part.path, strerror(errno));
    int rc = fill(&part, show_number(one, "size"), fetched);
    if (close(part.file) != 0 && rc == EX_OK)
        rc = trouble(&part);
    if (rc == EX_OK && rename(part.path, path) != 0)
        rc = trouble(&part);
    buffer_free(&part.salted);
    return rc;
}
