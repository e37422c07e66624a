/* SPDX-License-Identifier: Apache-2.0
 *
 * signed: see the header. What a batch's signature covers: 8 bytes size (big-endian), 32 bytes root.
 */
#include "common/crypto/signed.h"

#include <string.h>

#include "common/base/diag.h"
#include "common/crypto/merkle.h"

#define SIZE_BYTES 8
#define SEEN 16 /* batches of several senders come mixed */

typedef struct covered { uint8_t b[SIZE_BYTES + sizeof(digest_t)]; } covered_t;

static covered_t cover(uint64_t size, digest_t root) {
    covered_t covered;
    for (int i = 0; i < SIZE_BYTES; i++)
        covered.b[i] = (uint8_t) (size >> (8 * (SIZE_BYTES - 1 - i)));
    memcpy(covered.b + SIZE_BYTES, root.b, sizeof root.b);
    return covered;
}

struct signed_command signed_of_event(const struct event *event) {
    return (struct signed_command){.scheme = event->scheme,
                                   .key = event->key,
                                   .signature = event->signature,
                                   .command = event->command,
                                   .index = event->index,
                                   .size = event->size,
                                   .path = event->path};
}

/* ---- signing ---- */

void signed_alone(const signer_t *signer, bytes_t command, struct signed_command *out) {
    *out = (struct signed_command){.scheme = SCHEME_ED25519,
                                   .key = signer_key(signer),
                                   .signature = signer_sign(signer, DOMAIN_COMMAND, command),
                                   .command = command};
}

/* The roots of the perfect subtrees: of level l there are n >> l, behind those of the levels below. */
typedef struct tree { digest_t at[2 * BATCH_MAX]; size_t from[10]; } tree_t;
_Static_assert(BATCH_MAX <= 1 << 9, "so many levels");

static void grow(tree_t *self, const bytes_t *commands, size_t n) {
    self->from[0] = 0;
    for (size_t i = 0; i < n; i++)
        self->at[i] = hash_leaf(commands[i]);
    for (unsigned level = 1; n >> level; level++) {
        const digest_t *below = self->at + self->from[level - 1];
        self->from[level] = self->from[level - 1] + (n >> (level - 1));
        for (size_t i = 0; i < n >> level; i++)
            self->at[self->from[level] + i] = hash_node(below[2 * i], below[2 * i + 1]);
    }
}

static int node(void *arg, unsigned level, uint64_t number, digest_t *out) {
    const tree_t *self = arg;
    *out = self->at[self->from[level] + number];
    return 0;
}

void signed_batch(const signer_t *signer, const bytes_t *commands, size_t n,
                  struct signed_command *out, buffer_t *paths) {
    tree_t tree;
    frontier_t all;
    size_t steps[BATCH_MAX];
    insist(n >= 1 && n <= BATCH_MAX);
    buffer_clear(paths);
    if (n == 1) {
        signed_alone(signer, commands[0], out);
        return;
    }
    grow(&tree, commands, n);
    merkle_frontier(node, &tree, n, &all);
    covered_t covered = cover(n, frontier_root(&all));
    signature_t signature = signer_sign_scheme(signer, DOMAIN_COMMAND, SCHEME_BATCH,
                                               (bytes_t){covered.b, sizeof covered.b});
    for (size_t i = 0; i < n; i++) {
        digest_t path[64];
        merkle_inclusion(node, &tree, i, n, path, &steps[i]);
        buffer_put(paths, path, steps[i] * sizeof *path);
    }
    const uint8_t *at = paths->p;
    for (size_t i = 0; i < n; i++) {
        out[i] = (struct signed_command){.scheme = SCHEME_BATCH,
                                         .key = signer_key(signer),
                                         .signature = signature,
                                         .command = commands[i],
                                         .index = (int64_t) i,
                                         .size = (int64_t) n,
                                         .path = {at, steps[i] * sizeof(digest_t)}};
        at += out[i].path.n;
    }
}

int signed_commands(const signer_t *signer, buffer_t *const *commands, size_t n,
                    problem_t *problem) {
    struct signed_command sent[BATCH_MAX];
    bytes_t bytes[BATCH_MAX] = {{NULL, 0}};
    buffer_t paths = {0};
    int rc = 0;
    insist(n >= 1 && n <= BATCH_MAX);
    for (size_t i = 0; i < n; i++)
        bytes[i] = buffer_bytes(commands[i]);
    signed_batch(signer, bytes, n, sent, &paths);
    for (size_t i = 0; i < n && rc == 0; i++) {
        buffer_t whole = {0};
        rc = record_encode(&signed_command_record, &sent[i], &whole, problem);
        buffer_free(commands[i]);
        *commands[i] = whole;
    }
    buffer_free(&paths);
    return rc;
}

/* ---- checking ---- */

/* RFC 9162 2.1.3.2, turned round: the only root of which this leaf is the index-th of `size` by this
   path. false: no path of this length leads anywhere. */
static bool root_of(const struct signed_command *self, digest_t *root) {
    digest_t path[64];
    size_t n = self->path.n / sizeof *path;
    if (n == 0 || n > 64 || n * sizeof *path != self->path.n)
        return false;
    memcpy(path, self->path.p, self->path.n);
    return merkle_inclusion_root(hash_leaf(self->command), (uint64_t) self->index,
                                 (uint64_t) self->size, path, n, root);
}

typedef struct seen { pubkey_t key; covered_t covered; signature_t signature; } seen_t;
static _Thread_local struct { seen_t at[SEEN]; size_t n; } good;

static bool batch_valid(pubkey_t key, const covered_t *covered, const signature_t *signature) {
    seen_t this = {key, *covered, *signature};
    for (size_t i = 0; i < SEEN && i < good.n; i++)
        if (memcmp(&good.at[i], &this, sizeof this) == 0)
            return true;
    if (!signature_valid_scheme(key, DOMAIN_COMMAND, SCHEME_BATCH,
                                (bytes_t){covered->b, sizeof covered->b}, signature))
        return false;
    good.at[good.n++ % SEEN] = this;
    return true;
}

bool signed_valid(const struct signed_command *self) {
    digest_t root;
    if (self->scheme == SCHEME_ED25519)
        return signature_valid(self->key, DOMAIN_COMMAND, self->command, &self->signature);
    if (self->scheme != SCHEME_BATCH || !root_of(self, &root))
        return false;
    covered_t covered = cover((uint64_t) self->size, root);
    return batch_valid(self->key, &covered, &self->signature);
}
