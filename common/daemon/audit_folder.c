/* SPDX-License-Identifier: Apache-2.0
 *
 * audit_folder: an exported folder against the SHA256SUMS that was written with it (a line as sha256sum
 * writes it: digest, two spaces, name). The list is a stranger's: its names lead nowhere but into the
 * folder, and nothing but files is read there.
 */
#include <errno.h>
#include <fcntl.h>
#include <fts.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/stat.h>
#include <unistd.h>

#include "common/base/buffer.h"
#include "common/base/memory.h"
#include "common/base/text.h"
#include "common/crypto/hash.h"
#include "common/daemon/audit_internal.h"

#define LIST "SHA256SUMS"
#define LIST_BYTES_MAX (16u << 20)
#define NAME_MAX_BYTES 1000

typedef struct listed { text_t name; digest_t digest; } listed_t;
typedef struct folder {
    const char *path;
    audit_t *out;
    buffer_t text;
    listed_t *list; size_t n; /* by name */
} folder_t;

/* A name from a stranger's folder is shown, not obeyed. */
static void find(const folder_t *self, finding_kind_t kind, text_t name, const char *detail) {
    finding_t *finding = audit_put(self->out, kind, 0);
    if (detail[0])
        problem_set(&finding->problem, REASON_INPUT_FILE, "", "%s", detail);
    snprintf(finding->problem.file, sizeof finding->problem.file, "%.*s",
             (int) (name.n < sizeof finding->problem.file ? name.n : sizeof finding->problem.file - 1),
             name.p);
    for (char *p = finding->problem.file; *p; p++)
        if ((unsigned char) *p < 0x20 || *p == 0x7f)
            *p = '?';
}

/* Of a file alone: no link is followed, and no pipe waited for. -1 with errno: there is none. */
static int open_file(const folder_t *self, text_t name, struct stat *status) {
    char path[SEALED_PATH + NAME_MAX_BYTES + 8];
    snprintf(path, sizeof path, "%.1000s/%.*s", self->path, (int) name.n, name.p);
    int fd = open(path, O_RDONLY | O_NOFOLLOW | O_NONBLOCK | O_CLOEXEC);
    if (fd >= 0 && (fstat(fd, status) != 0 || !S_ISREG(status->st_mode))) {
        close(fd);
        errno = EINVAL;
        fd = -1;
    }
    return fd;
}

/* ---- the list ---- */

static bool into_folder(text_t name) {
    if (name.n == 0 || name.n > NAME_MAX_BYTES || memchr(name.p, '\0', name.n))
        return false;
    for (size_t at = 0; at <= name.n;) {
        const char *end = memchr(name.p + at, '/', name.n - at);
        size_t n = end ? (size_t) (end - name.p) - at : name.n - at;
        if (n == 0 || (n <= 2 && memcmp(name.p + at, "..", n) == 0))
            return false;
        at += n + 1;
    }
    return true;
}

static bool read_line(text_t line, listed_t *out) {
    enum { HEX = 2 * sizeof out->digest.b };
    if (line.n < HEX + 3 || line.p[HEX] != ' ' || (line.p[HEX + 1] != ' ' && line.p[HEX + 1] != '*'))
        return false;
    out->name = (text_t){line.p + HEX + 2, line.n - HEX - 2};
    return hex_parse((text_t){line.p, HEX}, out->digest.b, sizeof out->digest.b) &&
           into_folder(out->name);
}

static int by_name(const void *a, const void *b) {
    const listed_t *one = a, *other = b;
    size_t n = one->name.n < other->name.n ? one->name.n : other->name.n;
    int order = memcmp(one->name.p, other->name.p, n);
    return order ? order : (one->name.n > other->name.n) - (one->name.n < other->name.n);
}

/* False with *why: it is no such list. */
static bool read_lines(folder_t *self, const char **why) {
    const char *p = self->text.n ? (const char *) self->text.p : "", *end = p + self->text.n;
    while (p < end) {
        const char *newline = memchr(p, '\n', (size_t) (end - p));
        self->list = memory_grow(self->list, self->n + 1, sizeof *self->list);
        *why = "a line is cut short";
        if (!newline)
            return false;
        *why = "a line is not a digest and the name of a file in this folder";
        if (!read_line((text_t){p, (size_t) (newline - p)}, &self->list[self->n]))
            return false;
        self->n++;
        p = newline + 1;
    }
    if (self->n)
        qsort(self->list, self->n, sizeof *self->list, by_name);
    *why = "a file is listed twice";
    for (size_t i = 1; i < self->n; i++)
        if (by_name(&self->list[i - 1], &self->list[i]) == 0)
            return false;
    return true;
}

static bool read_list(folder_t *self) {
    const text_t name = {LIST, sizeof LIST - 1};
    struct stat status;
    const char *why = "it is not there";
    int fd = open_file(self, name, &status);
    bool read_whole = fd >= 0;
    if (fd >= 0 && status.st_size > LIST_BYTES_MAX) {
        why = "it is too large";
        read_whole = false;
    }
    uint8_t piece[16384];
    ssize_t n = 0;
    while (read_whole && self->text.n <= LIST_BYTES_MAX && (n = read(fd, piece, sizeof piece)) > 0)
        buffer_put(&self->text, piece, (size_t) n);
    if (fd >= 0)
        close(fd);
    if (read_whole && n == 0 && read_lines(self, &why))
        return true;
    find(self, FINDING_FILE_LIST, name, n < 0 ? "it cannot be read" : why);
    return false;
}

/* ---- the files ---- */

static bool hash_file(int fd, digest_t *out) {
    hashing_t hashing;
    uint8_t piece[65536];
    ssize_t n;
    hashing_begin(&hashing);
    while ((n = read(fd, piece, sizeof piece)) > 0)
        hashing_put(&hashing, piece, (size_t) n);
    *out = hashing_end(&hashing);
    return n == 0;
}

static void check_listed(const folder_t *self, const listed_t *listed) {
    struct stat status;
    digest_t digest;
    int fd = open_file(self, listed->name, &status);
    if (fd < 0 && (errno == ENOENT || errno == ENOTDIR))
        find(self, FINDING_FILE_MISSING, listed->name, "");
    else if (fd < 0 || !hash_file(fd, &digest))
        find(self, FINDING_FILE_CHANGED, listed->name, "it cannot be read");
    else if (!digest_equal(digest, listed->digest))
        find(self, FINDING_FILE_CHANGED, listed->name, "");
    if (fd >= 0)
        close(fd);
}

static void check_found(const folder_t *self, const char *name) {
    const listed_t wanted = {.name = {name, strlen(name)}};
    if (strcmp(name, LIST) != 0 &&
        (self->n == 0 || !bsearch(&wanted, self->list, self->n, sizeof *self->list, by_name)))
        find(self, FINDING_FILE_UNLISTED, wanted.name, "");
}

static void walk(const folder_t *self) {
    char *path = memory_text((text_t){self->path, strlen(self->path)});
    char *const roots[] = {path, NULL};
    FTS *fts = fts_open(roots, FTS_PHYSICAL | FTS_NOCHDIR | FTS_NOSTAT, NULL);
    const FTSENT *entry;
    while (fts && (entry = fts_read(fts)) != NULL) {
        bool folder = entry->fts_info == FTS_D || entry->fts_info == FTS_DP;
        if (entry->fts_level > 0 && !folder) {
            const char *name = entry->fts_path + strlen(path);
            check_found(self, name + strspn(name, "/"));
        }
    }
    if (fts)
        fts_close(fts);
    free(path);
}

void audit_folder(const char *path, audit_t *out) {
    folder_t self = {.path = path, .out = out};
    if (read_list(&self)) {
        for (size_t i = 0; i < self.n; i++)
            check_listed(&self, &self.list[i]);
        walk(&self);
    }
    free(self.list);
    buffer_free(&self.text);
}
