/* SPDX-License-Identifier: Apache-2.0
 *
 * image: see the header.
 */
#include "tests/simulation/image.h"

#include <sqlite3.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>

#define CHUNK 4096
#define SLAB ((size_t) 2 << 20) /* allocated at a time: a large page of the system's */
#define MARK 32
#define FIND_MAX 1024

/* The bytes lie elsewhere: what counts references does not touch them. */
typedef struct chunk {
    uint8_t *bytes;
    unsigned refs, life; /* life: of the process */
    bool marked;
    uint8_t mark[MARK]; /* digest of the bytes, if marked; zeros for zeros, as of a hole */
    struct chunk *next; /* while it is free */
} chunk_t;

static const uint8_t zeros[CHUNK];
static chunk_t *free_chunks; /* of one case, and of the next */
static unsigned life;

static void *must(void *p) {
    if (!p)
        abort();
    return p;
}

static uint8_t *slab(void) {
    uint8_t *p = must(aligned_alloc(SLAB, SLAB));
    madvise(p, SLAB, MADV_HUGEPAGE);
    return p;
}

static void make_chunks(void) {
    size_t n = SLAB / CHUNK;
    chunk_t *chunks = must(sqlite3_malloc64(n * sizeof *chunks));
    uint8_t *bytes = slab();
    while (n-- > 0) {
        chunks[n] = (chunk_t){.bytes = bytes + n * CHUNK, .life = life, .next = free_chunks};
        free_chunks = &chunks[n];
    }
}

/* Its bytes are anything. */
static chunk_t *chunk_new(void) {
    if (!free_chunks)
        make_chunks();
    chunk_t *self = free_chunks;
    free_chunks = self->next;
    self->refs = 1;
    self->marked = false;
    return self;
}

static bool inherited(const chunk_t *self) { return self->life != life; }

static void chunk_keep(chunk_t *self) {
    if (self && !inherited(self))
        self->refs++;
}

static void chunk_drop(chunk_t *self) {
    if (!self || inherited(self) || --self->refs)
        return;
    self->next = free_chunks;
    free_chunks = self;
}

void image_forked(void) {
    life++;
    free_chunks = NULL;
}

static size_t chunks_of(size_t n) { return (n + CHUNK - 1) / CHUNK; }

static const uint8_t *bytes_of(const image_t *self, size_t i) {
    return self->chunks[i] ? self->chunks[i]->bytes : zeros;
}

/* A chunk of its own to be written; `whole`: what is in it will not be needed. */
static uint8_t *own(image_t *self, size_t i, bool whole) {
    chunk_t *old = self->chunks[i];
    if (!old || old->refs > 1 || inherited(old)) {
        chunk_t *chunk = chunk_new();
        if (!whole)
            memcpy(chunk->bytes, old ? old->bytes : zeros, CHUNK);
        chunk_drop(old);
        self->chunks[i] = chunk;
    }
    if (self->chunks[i]->marked)
        self->chunks[i]->marked = false;
    return self->chunks[i]->bytes;
}

void image_free(image_t *self) {
    image_resize(self, 0);
    sqlite3_free(self->chunks);
    *self = (image_t){.n = 0};
}

/* Beyond its length there are zeros in its last chunk, and no chunks. */
void image_resize(image_t *self, size_t n) {
    size_t had = chunks_of(self->n), has = chunks_of(n);
    for (size_t i = has; i < had; i++)
        chunk_drop(self->chunks[i]);
    if (n < self->n && n % CHUNK && self->chunks[has - 1])
        memset(own(self, has - 1, false) + n % CHUNK, 0, CHUNK - n % CHUNK);
    if (has > self->room) {
        self->room = has + has / 2 + 16;
        self->chunks = must(sqlite3_realloc64(self->chunks, self->room * sizeof *self->chunks));
    }
    for (size_t i = had; i < has; i++)
        self->chunks[i] = NULL;
    self->n = n;
}

void image_write(image_t *self, size_t offset, const void *bytes, size_t n) {
    if (offset + n > self->n)
        image_resize(self, offset + n);
    for (size_t done = 0; done < n;) {
        size_t at = (offset + done) % CHUNK, part = CHUNK - at < n - done ? CHUNK - at : n - done;
        memcpy(own(self, (offset + done) / CHUNK, part == CHUNK) + at,
               (const uint8_t *) bytes + done, part);
        done += part;
    }
}

void image_read(const image_t *self, size_t offset, void *out, size_t n) {
    for (size_t done = 0; done < n;) {
        size_t at = (offset + done) % CHUNK, part = CHUNK - at < n - done ? CHUNK - at : n - done;
        memcpy((uint8_t *) out + done, bytes_of(self, (offset + done) / CHUNK) + at, part);
        done += part;
    }
}

void image_copy(image_t *self, const image_t *other) {
    image_resize(self, other->n);
    for (size_t i = 0; i < chunks_of(other->n); i++) {
        if (self->chunks[i] == other->chunks[i])
            continue;
        chunk_keep(other->chunks[i]);
        chunk_drop(self->chunks[i]);
        self->chunks[i] = other->chunks[i];
    }
}

static const uint8_t *mark_of(chunk_t *self) {
    if (!self)
        return zeros;
    if (self->marked)
        return self->mark;
    if (memcmp(self->bytes, zeros, CHUNK) == 0)
        memset(self->mark, 0, MARK);
    else
        crypto_generichash(self->mark, MARK, self->bytes, CHUNK, NULL, 0);
    self->marked = true;
    return self->mark;
}

void image_digest(const image_t *self, crypto_generichash_state *state) {
    uint64_t n = self->n;
    crypto_generichash_update(state, (const uint8_t *) &n, sizeof n);
    for (size_t i = 0; i < chunks_of(self->n); i++)
        crypto_generichash_update(state, mark_of(self->chunks[i]), MARK);
}

static bool across(const image_t *self, size_t i, const uint8_t *bytes, size_t n) {
    uint8_t seam[2 * FIND_MAX];
    size_t from = (i + 1) * CHUNK - (n - 1), to = (i + 1) * CHUNK + (n - 1);
    if (to > self->n)
        to = self->n;
    if (to <= from + n - 1)
        return false;
    image_read(self, from, seam, to - from);
    return memmem(seam, to - from, bytes, n) != NULL;
}

bool image_find(const image_t *self, const uint8_t *bytes, size_t n, size_t offset, size_t within) {
    if (n == 0 || n > FIND_MAX)
        abort();
    if (offset >= self->n)
        return false;
    size_t first = offset / CHUNK, end = within < self->n - offset ? offset + within : self->n;
    for (size_t i = first ? first - 1 : 0; i < chunks_of(end); i++) {
        size_t here = self->n - i * CHUNK < CHUNK ? self->n - i * CHUNK : CHUNK;
        if ((i >= first && memmem(bytes_of(self, i), here, bytes, n)) || across(self, i, bytes, n))
            return true;
    }
    return false;
}
