/* SPDX-License-Identifier: Apache-2.0
 *
 * keyfile: a secret on disk, as lines "name: value". Sealed ones carry the key derivation
 * (Argon2id: operations, bytes, salt) and the cipher (XChaCha20-Poly1305, RFC 8439 with the
 * extended nonce), so that limits can be raised and old files still read. The public lines are
 * bound to the sealed secret as associated data: a file whose label or key was changed does not
 * open.
 */
#include <errno.h>
#include <fcntl.h>
#include <sodium.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/stat.h>
#include <sysexits.h>
#include <unistd.h>

#include "common/base/buffer.h"
#include "common/base/diag.h"
#include "common/base/text.h"
#include "common/crypto/keys_internal.h"

#define FILE_BYTES_MAX 4096
#define TAG crypto_aead_xchacha20poly1305_ietf_ABYTES
#define NONCE crypto_aead_xchacha20poly1305_ietf_NPUBBYTES
#define SALT crypto_pwhash_SALTBYTES
#define SEALED (32 + TAG)
#define OPS_MAX 16
#define MEMORY_MAX (INT64_C(1) << 30)

typedef struct keyfile {
    char type[16], label[64];
    pubkey_t key;
    bool sealed;
    int64_t ops, memory;
    uint8_t salt[SALT], nonce[NONCE], box[SEALED];
    uint8_t secret[32]; /* unsealed only */
} keyfile_t;

static int failed(problem_t *problem, const char *path, reason_t reason, unsigned line,
                  const char *what) {
    problem_set(problem, reason, "", "%s", what);
    if (problem) {
        snprintf(problem->file, sizeof problem->file, "%s", path);
        problem->line = line;
    }
    return -1;
}

static int failed_errno(problem_t *problem, const char *path) {
    return failed(problem, path, REASON_INPUT_FILE, 0, strerror(errno));
}

/* ---- writing ---- */

/* The new name, too, must be there after a power cut: events will speak of this key. */
static bool sync_folder(const char *path) {
    char folder[4200];
    const char *slash = strrchr(path, '/');
    int n = !slash ? 0 : slash == path ? 1 : (int) (slash - path);
    snprintf(folder, sizeof folder, "%.*s", n ? n : 1, n ? path : ".");
    int fd = open(folder, O_RDONLY | O_DIRECTORY | O_CLOEXEC);
    bool ok = fd >= 0 && fsync(fd) == 0;
    return fd >= 0 ? close(fd) == 0 && ok : false;
}

static int write_file(const char *path, const buffer_t *text, problem_t *problem) {
    char temporary[4200];
    int n = snprintf(temporary, sizeof temporary, "%s.%ld.new", path, (long) getpid());
    if (n < 0 || (size_t) n >= sizeof temporary)
        return failed(problem, path, REASON_INPUT_FILE, 0, "the path is too long");
    int fd = open(temporary, O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC | O_NOFOLLOW, 0600);
    if (fd < 0)
        return failed_errno(problem, path);
    bool ok = write(fd, text->p, text->n) == (ssize_t) text->n && fsync(fd) == 0;
    ok = close(fd) == 0 && ok;
    ok = ok && link(temporary, path) == 0; /* fails where the name is taken */
    int error = errno;
    unlink(temporary);
    errno = error;
    ok = ok && sync_folder(path);
    return ok ? 0 : failed_errno(problem, path);
}

static void put_hex(buffer_t *out, const char *name, const uint8_t *bytes, size_t n) {
    char hex[2 * 128 + 1];
    insist(n <= 128);
    buffer_format(out, "%s: %s\n", name, hex_print(bytes, n, hex));
    sodium_memzero(hex, sizeof hex);
}

static void put_public(buffer_t *out, const char *type, const char *label, pubkey_t key) {
    buffer_format(out, "countersign-key: 1\ntype: %s\nlabel: %s\n", type, label);
    put_hex(out, "public", key.b, sizeof key.b);
}

static int derive(const char *passphrase, const keyfile_t *file, uint8_t key[32]) {
    return crypto_pwhash(key, 32, passphrase, strlen(passphrase), file->salt,
                         (unsigned long long) file->ops, (size_t) file->memory,
                         crypto_pwhash_ALG_ARGON2ID13);
}

static void limits_of(seal_strength_t strength, keyfile_t *file) {
    switch (strength) {
    case SEAL_MINIMAL:
        file->ops = crypto_pwhash_OPSLIMIT_MIN;
        file->memory = crypto_pwhash_MEMLIMIT_MIN;
        break;
    case SEAL_INTERACTIVE:
        file->ops = crypto_pwhash_OPSLIMIT_INTERACTIVE;
        file->memory = crypto_pwhash_MEMLIMIT_INTERACTIVE;
        break;
    case SEAL_MODERATE:
        file->ops = crypto_pwhash_OPSLIMIT_MODERATE;
        file->memory = crypto_pwhash_MEMLIMIT_MODERATE;
        break;
    }
}

static int put_sealed(buffer_t *out, const uint8_t secret[32], const char *passphrase,
                      seal_strength_t strength) {
    keyfile_t file = {0};
    uint8_t key[32], box[SEALED];
    buffer_t bound = {0};
    limits_of(strength, &file);
    randombytes_buf(file.salt, sizeof file.salt);
    randombytes_buf(file.nonce, sizeof file.nonce);
    if (derive(passphrase, &file, key) != 0)
        return -1;
    buffer_put(&bound, out->p, out->n); /* the public lines written so far */
    crypto_aead_xchacha20poly1305_ietf_encrypt(box, NULL, secret, 32, bound.p, bound.n, NULL,
                                               file.nonce, key);
    buffer_free(&bound);
    sodium_memzero(key, sizeof key);
    buffer_format(out, "kdf: argon2id13\noperations: %lld\nmemory: %lld\n", (long long) file.ops,
                  (long long) file.memory);
    put_hex(out, "salt", file.salt, sizeof file.salt);
    buffer_text(out, "cipher: xchacha20-poly1305\n");
    put_hex(out, "nonce", file.nonce, sizeof file.nonce);
    put_hex(out, "sealed", box, sizeof box);
    return 0;
}

static bool label_fits(const char *label) {
    text_t text = text_of(label);
    return text.n >= 1 && text.n < 64 && text_valid_utf8(text) && !text_has_controls(text) &&
           !strchr(label, '\n');
}

static int write_secret(const char *path, const char *type, const char *label, pubkey_t key,
                        const uint8_t secret[32], const char *passphrase, seal_strength_t strength,
                        problem_t *problem) {
    buffer_t text = {0};
    if (!label_fits(label))
        return failed(problem, path, REASON_FIELD_TEXT, 0,
                      "the label must be one line of 1 to 63 bytes");
    put_public(&text, type, label, key);
    int rc = 0;
    if (!passphrase)
        put_hex(&text, "secret", secret, 32);
    else if (put_sealed(&text, secret, passphrase, strength) != 0)
        rc = failed(problem, path, REASON_INPUT_FILE, 0, "not enough memory to seal the key");
    if (rc == 0)
        rc = write_file(path, &text, problem);
    sodium_memzero(text.p, text.n);
    buffer_free(&text);
    return rc;
}

int keyfile_write_signer(const char *path, const char *label, const signer_t *signer,
                         const char *passphrase, seal_strength_t strength, problem_t *problem) {
    return write_secret(path, "ed25519", label, signer->key, signer->seed, passphrase, strength,
                        problem);
}

int keyfile_write_curve(const char *path, const char *label, const curve_pair_t *pair,
                        problem_t *problem) {
    return write_secret(path, "curve", label, pair->public_key, pair->secret, NULL, SEAL_MINIMAL,
                        problem);
}

/* ---- reading ---- */

static const char *const line_names[] = {
    "countersign-key", "type",   "label", "public", "secret", "kdf",
    "operations",      "memory", "salt",  "cipher", "nonce",  "sealed"};
enum { PLAIN_LINES = 0x01f, SEALED_LINES = 0xfef }; /* by their place above: all but the others' */

static bool first_of_its_name(text_t name, unsigned *seen) {
    for (size_t i = 0; i < sizeof line_names / sizeof *line_names; i++)
        if (text_is(name, line_names[i])) {
            bool first = !(*seen & 1u << i);
            *seen |= 1u << i;
            return first;
        }
    return true; /* not one of ours: take_line says so */
}

static int take_line(keyfile_t *file, text_t name, text_t value) {
    int64_t one;
    if (text_is(name, "countersign-key"))
        return int_parse(value, 1, 1, &one) ? 0 : -1;
    if (text_is(name, "type") || text_is(name, "label")) {
        bool type = text_is(name, "type");
        size_t room = type ? sizeof file->type : sizeof file->label;
        if (value.n < 1 || value.n >= room || text_has_controls(value))
            return -1;
        memcpy(type ? file->type : file->label, value.p, value.n);
        return 0;
    }
    if (text_is(name, "public"))
        return hex_parse(value, file->key.b, sizeof file->key.b) ? 0 : -1;
    if (text_is(name, "secret"))
        return hex_parse(value, file->secret, sizeof file->secret) ? 0 : -1;
    if (text_is(name, "kdf")) {
        file->sealed = true;
        return text_is(value, "argon2id13") ? 0 : -1;
    }
    if (text_is(name, "cipher"))
        return text_is(value, "xchacha20-poly1305") ? 0 : -1;
    if (text_is(name, "operations"))
        return int_parse(value, 1, OPS_MAX, &file->ops) ? 0 : -1;
    if (text_is(name, "memory"))
        return int_parse(value, (int64_t) crypto_pwhash_MEMLIMIT_MIN, MEMORY_MAX, &file->memory)
                   ? 0
                   : -1;
    if (text_is(name, "salt"))
        return hex_parse(value, file->salt, sizeof file->salt) ? 0 : -1;
    if (text_is(name, "nonce"))
        return hex_parse(value, file->nonce, sizeof file->nonce) ? 0 : -1;
    if (text_is(name, "sealed"))
        return hex_parse(value, file->box, sizeof file->box) ? 0 : -1;
    return -1;
}

static int parse(const char *path, text_t text, keyfile_t *file, problem_t *problem) {
    unsigned line = 0, seen = 0;
    while (text.n) {
        const char *end = memchr(text.p, '\n', text.n);
        size_t n = end ? (size_t) (end - text.p) : text.n;
        const char *colon = memchr(text.p, ':', n);
        line++;
        if (!colon)
            return failed(problem, path, REASON_INPUT_FILE, line,
                          "a line \"name: value\" is expected");
        text_t name = {text.p, (size_t) (colon - text.p)};
        text_t value = text_trim((text_t){colon + 1, n - name.n - 1});
        if (!first_of_its_name(name, &seen))
            return failed(problem, path, REASON_INPUT_FILE, line, "it is given twice");
        if (take_line(file, name, value) != 0)
            return failed(problem, path, REASON_INPUT_FILE, line,
                          "not a line of a key file that this program can read");
        text.p += n + (end != NULL);
        text.n -= n + (end != NULL);
    }
    if (seen != (file->sealed ? SEALED_LINES : PLAIN_LINES))
        return failed(problem, path, REASON_INPUT_FILE, 0,
                      "lines are missing: take the file from its backup");
    return 0;
}

static int read_file(const char *path, char text[FILE_BYTES_MAX], size_t *n, bool private_file,
                     problem_t *problem) {
    struct stat st;
    int fd = open(path, O_RDONLY | O_CLOEXEC);
    if (fd < 0)
        return failed_errno(problem, path);
    ssize_t got = fstat(fd, &st) == 0 && S_ISREG(st.st_mode) ? read(fd, text, FILE_BYTES_MAX) : -1;
    close(fd);
    if (got < 0 || got == FILE_BYTES_MAX)
        return failed(problem, path, REASON_INPUT_FILE, 0, "not a key file");
    if (private_file && (st.st_mode & 077))
        return failed(problem, path, REASON_INPUT_FILE, 0,
                      "others can read it: chmod 600, and make a new key if others did");
    *n = (size_t) got;
    return 0;
}

static int read_keyfile(const char *path, bool private_file, keyfile_t *file, problem_t *problem) {
    char text[FILE_BYTES_MAX];
    size_t n = 0;
    memset(file, 0, sizeof *file);
    int rc = read_file(path, text, &n, private_file, problem);
    if (rc == 0)
        rc = parse(path, (text_t){text, n}, file, problem);
    sodium_memzero(text, sizeof text);
    return rc;
}

static int unseal(const char *path, keyfile_t *file, const char *passphrase, problem_t *problem) {
    if (!file->sealed)
        return 0;
    if (!passphrase)
        return failed(problem, path, REASON_LOCKED, 0, "it is sealed by a passphrase");
    uint8_t key[32];
    buffer_t bound = {0};
    put_public(&bound, file->type, file->label, file->key);
    int rc = derive(passphrase, file, key);
    if (rc != 0)
        rc = failed(problem, path, REASON_INPUT_FILE, 0, "not enough memory to open it");
    else if (crypto_aead_xchacha20poly1305_ietf_decrypt(file->secret, NULL, NULL, file->box,
                                                        sizeof file->box, bound.p, bound.n,
                                                        file->nonce, key) != 0)
        rc = failed(problem, path, REASON_LOCKED, 0,
                    "the passphrase is wrong, or the file was changed");
    sodium_memzero(key, sizeof key);
    buffer_free(&bound);
    return rc;
}

int keyfile_read_signer(const char *path, const char *passphrase, signer_t **out,
                        problem_t *problem) {
    keyfile_t file;
    int rc = read_keyfile(path, true, &file, problem);
    if (rc == 0 && strcmp(file.type, "ed25519") != 0)
        rc = failed(problem, path, REASON_INPUT_FILE, 0, "not a signing key");
    if (rc == 0)
        rc = unseal(path, &file, passphrase, problem);
    if (rc == 0) {
        *out = signer_from_seed(file.secret);
        if (!pubkey_equal((*out)->key, file.key)) {
            signer_destroy(out);
            rc = failed(problem, path, REASON_INPUT_FILE, 0,
                        "its two halves do not belong together");
        }
    }
    sodium_memzero(&file, sizeof file);
    return rc;
}

int keyfile_read_curve(const char *path, curve_pair_t *out, problem_t *problem) {
    keyfile_t file;
    int rc = read_keyfile(path, true, &file, problem);
    if (rc == 0 && (strcmp(file.type, "curve") != 0 || file.sealed))
        rc = failed(problem, path, REASON_INPUT_FILE, 0, "not a CURVE key");
    if (rc == 0) {
        pubkey_t derived;
        memcpy(out->secret, file.secret, sizeof out->secret);
        out->public_key = file.key;
        crypto_scalarmult_base(derived.b, file.secret);
        if (!pubkey_equal(derived, file.key))
            rc = failed(problem, path, REASON_INPUT_FILE, 0,
                        "its two halves do not belong together");
    }
    sodium_memzero(&file, sizeof file);
    return rc;
}

int keyfile_read_public(const char *path, char label[64], pubkey_t *key, problem_t *problem) {
    keyfile_t file;
    int rc = read_keyfile(path, false, &file, problem);
    if (rc == 0) {
        memcpy(label, file.label, sizeof file.label);
        *key = file.key;
    }
    sodium_memzero(&file, sizeof file);
    return rc;
}
