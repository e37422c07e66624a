/* SPDX-License-Identifier: Apache-2.0
 *
 * download: see download.h. PATH.part holds the pieces with their salts, as they are addressed:
 * what an interrupted call left is checked like what comes. Once the last piece is there, all are
 * read and checked again on their way, without their salts, into PATH.part.whole; that is synced
 * and gets the name. Both files belong to whoever holds the lock on PATH.part.
 */
#include "daemons/agent/cli/download.h"

#include <czmq.h>
#include <errno.h>
#include <fcntl.h>
#include <sodium.h>
#include <stdio.h>
#include <sys/file.h>
#include <sys/stat.h>
#include <sysexits.h>
#include <unistd.h>

#include "common/base/memory.h"
#include "common/base/text.h"
#include "common/ledger/blobs.h"
#include "daemons/agent/cli/refusal.h"
#include "common/screen/show.h"

#define SALTED_MAX (BLOB_SALT + BLOB_BYTES_MAX)
#define TRY_AGAIN_MS 200

typedef struct parcel {
    cli_t *cli;
    const char *id; /* of the case */
    const json_t *pieces;
    size_t n;
    const char *path;
    char part[4200], whole[4210];
    int file;        /* of part */
    uint8_t *salted; /* one piece: room for SALTED_MAX */
    size_t salted_n;
    size_t last; /* bytes of the last piece with its salt */
} parcel_t;

static int trouble(const char *path) { return cli_fail(EX_IOERR, "%s: %s", path, strerror(errno)); }

static const char *address_of(const parcel_t *self, size_t i) {
    return json_string_value(json_array_get(self->pieces, i));
}

static bool fits(const parcel_t *self, size_t i) {
    digest_t wanted = {{0}};
    const char *hex = address_of(self, i);
    return hex && hex_parse(text_of(hex), wanted.b, sizeof wanted.b) &&
           self->salted_n > BLOB_SALT && (i + 1 == self->n || self->salted_n == SALTED_MAX) &&
           digest_equal(blob_address((bytes_t){self->salted, self->salted_n}), wanted);
}

static off_t place_of(size_t i) { return (off_t) (i * SALTED_MAX); }

/* As much as there is, at most `most`; false with errno. */
static bool read_at(parcel_t *self, off_t at, size_t most) {
    ssize_t got = 1;
    for (self->salted_n = 0; self->salted_n < most && got > 0;) {
        got = pread(self->file, self->salted + self->salted_n, most - self->salted_n,
                    at + (off_t) self->salted_n);
        self->salted_n += got > 0 ? (size_t) got : 0;
    }
    return got >= 0;
}

static bool write_at(int file, const uint8_t *bytes, size_t n, off_t at) {
    for (size_t done = 0; done < n;) {
        ssize_t put = pwrite(file, bytes + done, n - done, at + (off_t) done);
        if (put < 0)
            return false;
        done += (size_t) put;
    }
    return true;
}

/* How many pieces an earlier call left. What stands behind them goes: it may be another's. */
static int find(parcel_t *self, size_t *here) {
    size_t i = 0;
    while (i < self->n) {
        if (!read_at(self, place_of(i), SALTED_MAX))
            return trouble(self->part);
        if (!fits(self, i))
            break;
        self->last = self->salted_n;
        i++;
    }
    *here = i;
    return i == self->n || ftruncate(self->file, place_of(i)) == 0 ? EX_OK : trouble(self->part);
}

static bool passing(reason_t reason) {
    return reason == REASON_OFFLINE || reason == REASON_BUSY || reason == REASON_BEHIND;
}

/* Until it comes, or nothing has happened for --timeout: while others are first they are served. */
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
        if (rc != EX_OK && cli->refusal.reason == REASON_BUSY)
            until = zclock_mono() + cli->timeout_ms;
        if (rc != EX_OK && passing(cli->refusal.reason))
            zclock_sleep(TRY_AGAIN_MS);
    } while (rc != EX_OK && passing(cli->refusal.reason) && zclock_mono() < until);
    if (rc != EX_OK && i && passing(cli->refusal.reason))
        cli_fail(rc, _("%zu of %zu pieces are here; the same command goes on from there"), i,
                 self->n);
    return rc == EX_OK || !cli->refusal.reason ? rc : refusal_question(cli);
}

static int fetch(parcel_t *self, size_t i) {
    json_t *answer = NULL;
    int rc = ask(self, i, &answer);
    if (rc != EX_OK)
        return rc;
    const char *text = show_string(answer, "salted");
    if (sodium_base642bin(self->salted, SALTED_MAX, text, strlen(text), NULL, &self->salted_n, NULL,
                          sodium_base64_VARIANT_ORIGINAL) != 0)
        self->salted_n = 0;
    json_decref(answer);
    if (!fits(self, i))
        return cli_fail(EX_PROTOCOL, _("piece %zu is not what was attached"), i + 1);
    self->last = self->salted_n;
    return write_at(self->file, self->salted, self->salted_n, place_of(i)) ? EX_OK
                                                                           : trouble(self->part);
}

static int fetch_all(parcel_t *self, size_t *fetched) {
    size_t here = 0;
    int rc = find(self, &here);
    for (size_t i = here; i < self->n && rc == EX_OK; i++) {
        rc = fetch(self, i);
        *fetched += rc == EX_OK;
    }
    return rc;
}

/* ---- without the salts ---- */

/* What was checked when it came may have changed on this disk since. */
static int copy_pieces(parcel_t *self, int whole) {
    for (size_t i = 0; i < self->n; i++) {
        size_t n = i + 1 == self->n ? self->last : SALTED_MAX;
        if (!read_at(self, place_of(i), n))
            return trouble(self->part);
        if (self->salted_n < n)
            return cli_fail(EX_IOERR, _("%s: ends within piece %zu"), self->part, i + 1);
        if (!fits(self, i))
            return cli_fail(EX_IOERR, _("%s: piece %zu has changed on this disk"), self->part,
                            i + 1);
        if (!write_at(whole, self->salted + BLOB_SALT, n - BLOB_SALT, (off_t) (i * BLOB_BYTES_MAX)))
            return trouble(self->whole);
    }
    return EX_OK;
}

static int write_whole(parcel_t *self, int64_t size) {
    int64_t total = (int64_t) ((self->n - 1) * BLOB_BYTES_MAX + self->last - BLOB_SALT);
    if (size && total != size)
        return cli_fail(EX_PROTOCOL, _("it has %lld bytes instead of %lld"), (long long) total,
                        (long long) size);
    int whole = open(self->whole, O_WRONLY | O_CREAT | O_TRUNC | O_NOFOLLOW | O_CLOEXEC, 0600);
    if (whole < 0)
        return trouble(self->whole);
    int rc = copy_pieces(self, whole);
    if (rc == EX_OK && fsync(whole) != 0)
        rc = trouble(self->whole);
    if (close(whole) != 0 && rc == EX_OK)
        rc = trouble(self->whole);
    return rc;
}

/* ---- its name ---- */

static int refuse_replacing(const parcel_t *self) {
    return cli_fail(EX_CANTCREAT, _("%s: there is another file of that name; --force replaces it"),
                    self->path);
}

/* Before anything is fetched: what can be told from names and sizes. */
static int check_path(const parcel_t *self, int64_t size, bool force) {
    struct stat there;
    if (stat(self->path, &there) != 0)
        return EX_OK;
    if (S_ISDIR(there.st_mode))
        return cli_fail(EX_CANTCREAT, _("%s: is a folder; name a file in it"), self->path);
    if (!S_ISREG(there.st_mode))
        return cli_fail(EX_CANTCREAT, _("%s: is no file"), self->path);
    return size && there.st_size != size && !force ? refuse_replacing(self) : EX_OK;
}

static bool same_content(const char *one, const char *other) {
    char a[8192], b[8192];
    size_t n = 1, m = 1;
    FILE *f = fopen(one, "rbe"), *g = fopen(other, "rbe");
    bool same = f && g;
    while (same && n) {
        n = fread(a, 1, sizeof a, f);
        m = fread(b, 1, sizeof b, g);
        same = n == m && memcmp(a, b, n) == 0;
    }
    same = same && !ferror(f) && !ferror(g);
    if (f)
        fclose(f);
    if (g)
        fclose(g);
    return same;
}

/* The name outlives a power cut, as what it names does. Not every file system can be asked. */
static void sync_folder(const char *path) {
    char *copy = memory_text(text_of(path)), *slash = strrchr(copy, '/');
    if (slash)
        slash[slash == copy] = '\0';
    int folder = open(slash ? copy : ".", O_RDONLY | O_DIRECTORY | O_CLOEXEC);
    if (folder >= 0) {
        fsync(folder);
        close(folder);
    }
    free(copy);
}

/* Where a file system cannot rename without replacing, what is there was looked at a moment ago. */
static bool give_name(const parcel_t *self, bool replace) {
    if (replace)
        return rename(self->whole, self->path) == 0;
    if (renameat2(AT_FDCWD, self->whole, AT_FDCWD, self->path, RENAME_NOREPLACE) == 0)
        return true;
    return errno == EINVAL && access(self->path, F_OK) != 0 && errno == ENOENT &&
           rename(self->whole, self->path) == 0;
}

static int finish(parcel_t *self, bool force, bool *there) {
    *there = same_content(self->whole, self->path);
    if (*there)
        unlink(self->whole);
    else if (!give_name(self, force)) {
        int rc = errno == EEXIST ? refuse_replacing(self) : trouble(self->path);
        unlink(self->whole);
        return rc;
    }
    unlink(self->part);
    sync_folder(self->path);
    return EX_OK;
}

/* ---- one at a time ---- */

/* Whoever held the lock may just have taken the file away: then it is another one's turn to be
   made. */
static int open_part(parcel_t *self) {
    struct stat mine, named;
    while (true) {
        self->file = open(self->part, O_RDWR | O_CREAT | O_NOFOLLOW | O_CLOEXEC, 0600);
        if (self->file < 0)
            return cli_fail(EX_CANTCREAT, "%s: %s", self->part, strerror(errno));
        if (flock(self->file, LOCK_EX | LOCK_NB) != 0) {
            int rc =
                errno == EWOULDBLOCK
                    ? cli_fail(EX_TEMPFAIL, _("%s: somebody is fetching it already"), self->path)
                    : trouble(self->part);
            close(self->file);
            return rc;
        }
        if (fstat(self->file, &mine) == 0 && stat(self->part, &named) == 0 &&
            mine.st_ino == named.st_ino && mine.st_dev == named.st_dev)
            return EX_OK;
        close(self->file);
    }
}

int download(cli_t *cli, const char *id, const json_t *one, const char *path, bool force,
             got_t *got) {
    parcel_t self = {.cli = cli, .id = id, .pieces = json_object_get(one, "pieces"), .path = path};
    int64_t size = show_number(one, "size");
    self.n = json_array_size(self.pieces);
    *got = (got_t){0};
    if (self.n == 0 || !*path || strlen(path) > sizeof self.part - 10)
        return cli_fail(EX_DATAERR, _("%s: cannot be written"), path);
    snprintf(self.part, sizeof self.part, "%s.part", path);
    snprintf(self.whole, sizeof self.whole, "%s.whole", self.part);
    int rc = check_path(&self, size, force);
    if (rc == EX_OK)
        rc = open_part(&self);
    if (rc != EX_OK)
        return rc;
    self.salted = memory_new(1, SALTED_MAX);
    rc = fetch_all(&self, &got->fetched);
    if (rc == EX_OK) {
        rc = write_whole(&self, size);
        if (rc == EX_OK)
            rc = finish(&self, force, &got->there);
        else
            unlink(self.whole);
    }
    close(self.file); /* and the lock with it */
    free(self.salted);
    return rc;
}
