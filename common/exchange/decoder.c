/* SPDX-License-Identifier: Apache-2.0
 *
 * decoder: see decoder.h. A file could be UTF-8 for its first megabyte and not after it, so the
 * choice needs the whole of it; what is read the second time is hashed again, since a file can
 * change in between.
 */
#include "common/exchange/decoder.h"

#include <errno.h>
#include <fcntl.h>
#include <iconv.h>
#include <stdlib.h>
#include <sys/stat.h>
#include <unistd.h>

#include "common/base/memory.h"
#include "common/base/text.h"
#include "common/crypto/hash.h"
#include "common/exchange/input.h"

#define PIECE 16384

struct decoder {
    int fd;
    char path[256];
    digest_t digest, again;
    hashing_t hash;
    iconv_t iconv; /* (iconv_t) -1: UTF-8 */
    uint8_t raw[PIECE];
    size_t raw_n;           /* not yet converted, at the front of raw */
    uint8_t out[2 * PIECE]; /* GB18030 has at most 1.5 bytes of UTF-8 to a byte */
    size_t out_n, out_at;
    bool ended, bad; /* bad: what lies in raw begins with an illegal byte */
};

static ssize_t read_piece(decoder_t *self, uint8_t *to, size_t n) {
    for (;;) {
        ssize_t got = read(self->fd, to, n);
        if (got >= 0 || errno != EINTR)
            return got;
    }
}

/* The part of a piece that ends with a whole character, so that each part can be checked alone. */
static size_t whole_characters(const uint8_t *p, size_t n) {
    for (size_t back = 1; back <= 3 && back <= n; back++) {
        uint8_t c = p[n - back];
        if (c < 0x80)
            return n;
        if (c >= 0xc0)
            return back >= (c >= 0xf0 ? 4u : c >= 0xe0 ? 3u : 2u) ? n : n - back;
    }
    return n;
}

static int scan(decoder_t *self, size_t limit, bool *utf8, problem_t *problem) {
    size_t total = 0, kept = 0;
    *utf8 = true;
    for (;;) {
        ssize_t got = read_piece(self, self->raw + kept, PIECE - kept);
        if (got < 0)
            return input_refuse(problem, self->path, 0, "", "cannot read it: %s", strerror(errno));
        size_t n = kept + (size_t) got;
        if (got == 0) {
            *utf8 = *utf8 && kept == 0;
            return 0;
        }
        hashing_put(&self->hash, self->raw + kept, (size_t) got);
        total += (size_t) got;
        if (total > limit)
            return input_refuse(problem, self->path, 0, "", "more than %zu bytes", limit);
        if (total == n && n >= 2 &&
            (memcmp(self->raw, "\xff\xfe", 2) == 0 || memcmp(self->raw, "\xfe\xff", 2) == 0))
            return input_refuse(problem, self->path, 1, "", "it is UTF-16; save it as CSV UTF-8");
        if (memchr(self->raw + kept, 0, (size_t) got))
            return input_refuse(problem, self->path, 0, "", "it holds NUL bytes: not a text file");
        size_t whole = whole_characters(self->raw, n);
        *utf8 = *utf8 && text_valid_utf8((text_t){(const char *) self->raw, whole});
        kept = *utf8 ? n - whole : 0;
        memmove(self->raw, self->raw + whole, kept);
    }
}

static int start(decoder_t *self, size_t limit, problem_t *problem) {
    struct stat st;
    bool utf8;
    if (fstat(self->fd, &st) != 0 || !S_ISREG(st.st_mode))
        return input_refuse(problem, self->path, 0, "", "it is not a regular file");
    hashing_begin(&self->hash);
    if (scan(self, limit, &utf8, problem) != 0)
        return -1;
    self->digest = hashing_end(&self->hash);
    if (lseek(self->fd, 0, SEEK_SET) != 0)
        return input_refuse(problem, self->path, 0, "", "cannot read it twice: %s",
                            strerror(errno));
    hashing_begin(&self->hash);
    if (!utf8 && (self->iconv = iconv_open("UTF-8", "GB18030")) == (iconv_t) -1)
        return input_refuse(problem, self->path, 0, "",
                            "it is not UTF-8, and GB18030 cannot be converted here");
    return 0;
}

decoder_t *decoder_open(const char *path, size_t limit, problem_t *problem) {
    decoder_t *self = memory_new(1, sizeof *self);
    self->iconv = (iconv_t) -1;
    size_t n = strlen(path) < sizeof self->path ? strlen(path) : sizeof self->path - 1;
    memcpy(self->path, path, n);
    self->fd = open(path, O_RDONLY | O_CLOEXEC | O_NONBLOCK);
    if (self->fd < 0)
        input_refuse(problem, path, 0, "", "cannot open it: %s", strerror(errno));
    if (self->fd < 0 || start(self, limit, problem) != 0)
        decoder_destroy(&self);
    return self;
}

void decoder_destroy(decoder_t **self_p) {
    decoder_t *self = *self_p;
    if (!self)
        return;
    if (self->iconv != (iconv_t) -1)
        iconv_close(self->iconv);
    if (self->fd >= 0)
        close(self->fd);
    free(self);
    *self_p = NULL;
}

/* Converts what lies in raw; a character cut off at its end waits for the next piece. What comes
   before an illegal byte is still given out, so that the refusal names its line. */
static void convert(decoder_t *self) {
    char *in = (char *) self->raw, *out = (char *) self->out;
    size_t in_left = self->raw_n, out_left = sizeof self->out;
    size_t rc = iconv(self->iconv, &in, &in_left, &out, &out_left);
    self->bad = rc == (size_t) -1 && errno == EILSEQ;
    memmove(self->raw, in, in_left);
    self->raw_n = in_left;
    self->out_n = sizeof self->out - out_left;
}

static int refill(decoder_t *self, problem_t *problem) {
    bool first = self->out_n == 0 && self->out_at == 0;
    self->out_at = self->out_n = 0;
    while (self->out_n == 0 && !self->ended) {
        if (self->bad)
            return problem_set(problem, REASON_FIELD_TEXT, "",
                               "neither UTF-8 nor GB18030; save it as CSV UTF-8");
        ssize_t got = read_piece(self, self->raw + self->raw_n, PIECE - self->raw_n);
        if (got < 0)
            return problem_set(problem, REASON_INPUT_FILE, "", "cannot read it: %s",
                               strerror(errno));
        hashing_put(&self->hash, self->raw + self->raw_n, (size_t) got);
        self->raw_n += (size_t) got;
        self->ended = got == 0;
        if (self->ended && self->raw_n > 0)
            return problem_set(problem, REASON_FIELD_TEXT, "", "the last character is cut off");
        if (self->iconv != (iconv_t) -1) {
            convert(self);
            continue;
        }
        memcpy(self->out, self->raw, self->raw_n);
        self->out_n = self->raw_n;
        self->raw_n = 0;
    }
    if (first && self->out_n >= 3 && memcmp(self->out, "\xef\xbb\xbf", 3) == 0)
        self->out_at = 3;
    return 0;
}

int decoder_next(decoder_t *self, problem_t *problem) {
    if (self->out_at == self->out_n) {
        if (!self->ended && refill(self, problem) != 0)
            return -2;
        if (self->out_at == self->out_n)
            return -1;
    }
    return self->out[self->out_at++];
}

digest_t decoder_digest(const decoder_t *self) { return self->digest; }

bool decoder_unchanged(decoder_t *self) {
    hashing_t copy = self->hash;
    self->again = hashing_end(&copy);
    return self->ended && digest_equal(self->digest, self->again);
}

bool decoder_converted(const decoder_t *self) { return self->iconv != (iconv_t) -1; }
