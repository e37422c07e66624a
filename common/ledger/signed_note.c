/* SPDX-License-Identifier: Apache-2.0
 *
 * signed_note: see signed_note.h, and c2sp.org/signed-note, c2sp.org/tlog-cosignature.
 */
#include "common/ledger/signed_note.h"

#include <stdio.h>

#include "common/base/diag.h"
#include "common/base/text.h"
#include "common/crypto/hash.h"

#define DASH "\xe2\x80\x94 " /* U+2014 and a space */
#define ID_BYTES 4
#define TIME_BYTES 8
#define SIGNATURE_BYTES_MAX (ID_BYTES + TIME_BYTES + sizeof(signature_t))

static bool is_space(const char *p, size_t n) {
    /* U+0085, U+00A0, U+1680, U+2000 to U+200A, U+2028, U+2029, U+202F, U+205F, U+3000 */
    static const char *const spaces[] = {" ",            "\xc2\x85",     "\xc2\xa0",
                                         "\xe1\x9a\x80", "\xe2\x80\xa8", "\xe2\x80\xa9",
                                         "\xe2\x80\xaf", "\xe2\x81\x9f", "\xe3\x80\x80"};
    for (size_t i = 0; i < sizeof spaces / sizeof *spaces; i++)
        if (n >= strlen(spaces[i]) && memcmp(p, spaces[i], strlen(spaces[i])) == 0)
            return true;
    return n >= 3 && memcmp(p, "\xe2\x80", 2) == 0 && (uint8_t) p[2] >= 0x80 && (uint8_t) p[2] <= 0x8a;
}

bool verifier_name_fits(text_t name) {
    if (name.n == 0 || name.n > SIGNED_NOTE_NAME_MAX || !text_valid_utf8(name))
        return false;
    for (size_t i = 0; i < name.n; i++)
        if ((uint8_t) name.p[i] < 0x20 || name.p[i] == '+' || is_space(name.p + i, name.n - i))
            return false;
    return true;
}

uint32_t verifier_key_id(const verifier_key_t *key) {
    const uint8_t algorithm = (uint8_t) key->algorithm;
    buffer_t all = {0};
    buffer_put(&all, key->name.p, key->name.n);
    buffer_text(&all, "\n");
    buffer_put(&all, &algorithm, 1);
    buffer_put(&all, key->key.b, sizeof key->key.b);
    digest_t digest = hash_bytes(buffer_bytes(&all));
    buffer_free(&all);
    return (uint32_t) digest.b[0] << 24 | (uint32_t) digest.b[1] << 16 | (uint32_t) digest.b[2] << 8 |
           digest.b[3];
}

void verifier_key_print(const verifier_key_t *key, buffer_t *out) {
    uint8_t bytes[1 + sizeof key->key.b] = {(uint8_t) key->algorithm};
    memcpy(bytes + 1, key->key.b, sizeof key->key.b);
    buffer_format(out, "%.*s+%08x+", (int) key->name.n, key->name.p, verifier_key_id(key));
    base64_put(out, (bytes_t){bytes, sizeof bytes});
}

static int not_a_key(problem_t *problem) {
    return problem_set(problem, REASON_MALFORMED, "key", "a verifier key is NAME+ID+KEY (C2SP signed-note)");
}

int verifier_key_read(text_t text, verifier_key_t *out, problem_t *problem) {
    uint8_t id[ID_BYTES], bytes[1 + sizeof out->key.b + 1];
    size_t n = 0, name = 0;
    while (name < text.n && text.p[name] != '+')
        name++;
    if (text.n < name + 1 + 8 + 1 || text.p[name + 9] != '+' ||
        !hex_parse((text_t){text.p + name + 1, 8}, id, sizeof id) ||
        !base64_read((text_t){text.p + name + 10, text.n - name - 10}, bytes, sizeof bytes, &n) ||
        n != 1 + sizeof out->key.b || (bytes[0] != SIGNED_ED25519 && bytes[0] != SIGNED_COSIGNATURE))
        return not_a_key(problem);
    *out = (verifier_key_t){.name = {text.p, name}, .algorithm = (note_algorithm_t) bytes[0]};
    memcpy(out->key.b, bytes + 1, sizeof out->key.b);
    uint32_t said = (uint32_t) id[0] << 24 | (uint32_t) id[1] << 16 | (uint32_t) id[2] << 8 | id[3];
    return verifier_name_fits(out->name) && said == verifier_key_id(out) ? 0 : not_a_key(problem);
}

/* ---- reading ---- */

static int malformed(problem_t *problem, const char *what) {
    return problem_set(problem, REASON_MALFORMED, "note", "%s", what);
}

static int read_line(text_t line, signed_note_line_t *out, problem_t *problem) {
    uint8_t head[ID_BYTES + 2]; /* the first eight digits of base64 */
    size_t n = 0;
    if (line.n < strlen(DASH) || memcmp(line.p, DASH, strlen(DASH)) != 0)
        return malformed(problem, "behind the empty line come signatures alone");
    line = (text_t){line.p + strlen(DASH), line.n - strlen(DASH)};
    size_t name = 0;
    while (name < line.n && line.p[name] != ' ')
        name++;
    *out = (signed_note_line_t){.name = {line.p, name}};
    if (!verifier_name_fits(out->name) || name == line.n)
        return malformed(problem, "a signature line is: dash, name, signature");
    out->signature = (text_t){line.p + name + 1, line.n - name - 1};
    if (out->signature.n < 8 ||
        !base64_read((text_t){out->signature.p, 8}, head, sizeof head, &n) || n < ID_BYTES)
        return malformed(problem, "a signature is not base64");
    out->id = (uint32_t) head[0] << 24 | (uint32_t) head[1] << 16 | (uint32_t) head[2] << 8 | head[3];
    return 0;
}

/* Where the last empty line begins that is not the end; 0: there is none. */
static size_t last_empty(text_t whole) {
    for (size_t i = whole.n - 1; i > 0; i--)
        if (whole.p[i] == '\n' && whole.p[i - 1] == '\n')
            return i;
    return 0;
}

static int check_text(text_t whole, problem_t *problem) {
    if (whole.n == 0 || whole.n > SIGNED_NOTE_BYTES_MAX)
        return malformed(problem, "it is empty or too large");
    for (size_t i = 0; i < whole.n; i++)
        if ((uint8_t) whole.p[i] < 0x20 && whole.p[i] != '\n')
            return malformed(problem, "it holds control characters");
    return text_valid_utf8(whole) && whole.p[whole.n - 1] == '\n'
               ? 0
               : malformed(problem, "it is not lines of UTF-8");
}

int signed_note_read(text_t whole, signed_note_t *out, problem_t *problem) {
    out->n = 0;
    if (check_text(whole, problem) != 0)
        return -1;
    size_t at = last_empty(whole);
    if (at == 0)
        return malformed(problem, "an empty line comes before the signatures");
    out->text = (text_t){whole.p, at};
    for (at++; at < whole.n; at++) {
        size_t from = at;
        while (whole.p[at] != '\n')
            at++;
        if (out->n == SIGNED_NOTE_SIGNATURES_MAX)
            return malformed(problem, "too many signatures");
        if (read_line((text_t){whole.p + from, at - from}, &out->lines[out->n++], problem) != 0)
            return -1;
    }
    return out->n ? 0 : malformed(problem, "nobody signed it");
}

/* ---- signatures ---- */

/* What a cosignature is over (C2SP tlog-cosignature). */
static void cosigned(buffer_t *out, text_t text, uint64_t seconds) {
    buffer_clear(out);
    buffer_format(out, "cosignature/v1\ntime %llu\n", (unsigned long long) seconds);
    buffer_put(out, text.p, text.n);
}

static bool valid_line(const signed_note_t *self, const signed_note_line_t *line, const verifier_key_t *key,
                       moment_t *time) {
    uint8_t bytes[SIGNATURE_BYTES_MAX + 1];
    size_t n = 0, head = key->algorithm == SIGNED_COSIGNATURE ? ID_BYTES + TIME_BYTES : ID_BYTES;
    signature_t signature;
    if (!base64_read(line->signature, bytes, sizeof bytes, &n) || n != head + sizeof signature.b)
        return false;
    memcpy(signature.b, bytes + head, sizeof signature.b);
    if (key->algorithm == SIGNED_ED25519)
        return signature_valid_plain(key->key, (bytes_t){(const uint8_t *) self->text.p, self->text.n},
                                     &signature);
    uint64_t seconds = 0;
    for (size_t i = 0; i < TIME_BYTES; i++)
        seconds = seconds << 8 | bytes[ID_BYTES + i];
    if (seconds > INT64_MAX / 1000)
        return false;
    buffer_t all = {0};
    cosigned(&all, self->text, seconds);
    bool valid = signature_valid_plain(key->key, buffer_bytes(&all), &signature);
    buffer_free(&all);
    *time = (moment_t) seconds * 1000;
    return valid;
}

signed_by_t signed_note_by(const signed_note_t *self, const verifier_key_t *key, moment_t *time) {
    signed_by_t answer = SIGNED_ABSENT;
    uint32_t id = verifier_key_id(key);
    moment_t at = 0;
    for (size_t i = 0; i < self->n; i++) {
        const signed_note_line_t *line = &self->lines[i];
        if (line->id != id || !text_equal(line->name, key->name))
            continue;
        if (!valid_line(self, line, key, &at))
            return SIGNED_INVALID;
        answer = SIGNED_VALID;
    }
    if (time)
        *time = at;
    return answer;
}

void signed_note_sign(buffer_t *out, text_t text, text_t name, note_algorithm_t algorithm,
               const signer_t *signer, moment_t time) {
    const verifier_key_t key = {name, algorithm, signer_key(signer)};
    uint32_t id = verifier_key_id(&key);
    uint64_t seconds = (uint64_t) time / 1000;
    uint8_t bytes[SIGNATURE_BYTES_MAX];
    size_t n = 0;
    insist(verifier_name_fits(name) && text.n && text.p[text.n - 1] == '\n');
    buffer_t all = {0};
    for (int shift = 24; shift >= 0; shift -= 8)
        bytes[n++] = (uint8_t) (id >> shift);
    if (algorithm == SIGNED_COSIGNATURE) {
        for (int shift = 56; shift >= 0; shift -= 8)
            bytes[n++] = (uint8_t) (seconds >> shift);
        cosigned(&all, text, seconds);
    } else {
        buffer_put(&all, text.p, text.n);
    }
    signature_t signature = signer_sign_plain(signer, buffer_bytes(&all));
    memcpy(bytes + n, signature.b, sizeof signature.b);
    buffer_free(&all);
    buffer_format(out, DASH "%.*s ", (int) name.n, name.p);
    base64_put(out, (bytes_t){bytes, n + sizeof signature.b});
    buffer_text(out, "\n");
}
