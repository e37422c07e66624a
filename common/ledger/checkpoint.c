/* SPDX-License-Identifier: Apache-2.0
 *
 * checkpoint: heads as canonical bytes with a signature over them, checkpoints as notes.
 */
#include "common/ledger/checkpoint.h"

#include "common/base/diag.h"
#include "common/base/text.h"

DEFINE_RECORD(head)
DEFINE_RECORD(checkpoint)

static bytes_t encoded(const record_t *record, const void *body, buffer_t *room) {
    problem_t problem = {0};
    buffer_clear(room);
    if (record_encode(record, body, room, &problem) != 0)
        panic("a %s cannot be written: %s", record->name, problem.field);
    return buffer_bytes(room);
}

static int verified(const record_t *record, bytes_t bytes, pubkey_t key, pubkey_t expected,
                    const char *domain, const signature_t *signature, void *out,
                    problem_t *problem) {
    if (!pubkey_equal(key, expected) || !signature_valid(key, domain, bytes, signature))
        return problem_set(problem, REASON_BAD_SIGNATURE, record->name, "signed by somebody else");
    arena_t *arena = arena_new(4096);
    int rc = record_decode(record, bytes, arena, out,
                           problem); /* holds no texts: nothing stays in the arena */
    arena_destroy(&arena);
    return rc;
}

void head_sign(const signer_t *signer, const struct head *head, buffer_t *room,
               struct signed_head *out) {
    out->head = encoded(&head_record, head, room);
    out->key = signer_key(signer);
    out->signature = signer_sign(signer, DOMAIN_HEAD, out->head);
}

int head_verify(const struct signed_head *s, pubkey_t expected, struct head *out,
                problem_t *problem) {
    return verified(&head_record, s->head, s->key, expected, DOMAIN_HEAD, &s->signature, out,
                    problem);
}

int checkpoint_record_verify(const struct signed_checkpoint *s, pubkey_t expected,
                             struct checkpoint *out, problem_t *problem) {
    return verified(&checkpoint_record, s->checkpoint, s->key, expected, DOMAIN_CHECKPOINT,
                    &s->signature, out, problem);
}

/* ---- as notes ---- */

#define ORIGIN "countersign/"

text_t checkpoint_origin(digest_t ledger, char out[CHECKPOINT_ORIGIN_MAX]) {
    memcpy(out, ORIGIN, sizeof ORIGIN);
    hex_print(ledger.b, sizeof ledger.b, out + strlen(ORIGIN));
    return text_of(out);
}

void checkpoint_write(const signer_t *archiver, const tree_head_t *head, buffer_t *out) {
    char name[CHECKPOINT_ORIGIN_MAX];
    text_t origin = checkpoint_origin(head->ledger, name);
    buffer_t text = {0};
    buffer_format(&text, "%s\n%llu\n", name, (unsigned long long) head->position);
    base64_put(&text, (bytes_t){head->root.b, sizeof head->root.b});
    buffer_text(&text, "\n");
    const text_t body = {(const char *) text.p, text.n};
    buffer_put(out, text.p, text.n);
    buffer_text(out, "\n");
    signed_note_sign(out, body, origin, SIGNED_ED25519, archiver, 0);
    signed_note_sign(out, body, origin, SIGNED_COSIGNATURE, archiver, head->time);
    buffer_free(&text);
}

/* The next line of `rest`, which loses it with its newline. */
static text_t next_line(text_t *rest) {
    size_t n = 0;
    while (n < rest->n && rest->p[n] != '\n')
        n++;
    const text_t line = {rest->p, n};
    size_t used = n < rest->n ? n + 1 : n;
    *rest = (text_t){rest->p + used, rest->n - used};
    return line;
}

static bool read_origin(text_t line, digest_t *ledger) {
    char name[CHECKPOINT_ORIGIN_MAX];
    const size_t skip = strlen(ORIGIN);
    return line.n > skip &&
           hex_parse((text_t){line.p + skip, line.n - skip}, ledger->b, sizeof ledger->b) &&
           text_equal(line, checkpoint_origin(*ledger, name)); /* one spelling alone */
}

static int read_text(text_t text, tree_head_t *out, problem_t *problem) {
    text_t origin = next_line(&text), size = next_line(&text), root = next_line(&text);
    int64_t position = 0;
    size_t n = 0;
    *out = (tree_head_t){.position = 0};
    if (!read_origin(origin, &out->ledger))
        return problem_set(problem, REASON_MALFORMED, "origin", "not a checkpoint of such a ledger");
    if (!int_parse(size, 1, INT64_MAX, &position) || size.p[0] == '0')
        return problem_set(problem, REASON_MALFORMED, "size", "a number of events, from 1");
    if (!base64_read(root, out->root.b, sizeof out->root.b, &n) || n != sizeof out->root.b)
        return problem_set(problem, REASON_MALFORMED, "root", "the root is 32 bytes in base64");
    out->position = (position_t) position;
    while (text.n)
        if (next_line(&text).n == 0)
            return problem_set(problem, REASON_MALFORMED, "text", "an empty line");
    return 0;
}

int checkpoint_read(bytes_t bytes, signed_note_t *note, tree_head_t *out, problem_t *problem) {
    const text_t whole = {(const char *) bytes.p, bytes.n};
    return signed_note_read(whole, note, problem) == 0 ? read_text(note->text, out, problem) : -1;
}

int checkpoint_verify(bytes_t bytes, digest_t ledger, pubkey_t archiver, tree_head_t *out,
                      problem_t *problem) {
    signed_note_t note;
    char name[CHECKPOINT_ORIGIN_MAX];
    if (checkpoint_read(bytes, &note, out, problem) != 0)
        return -1;
    if (!digest_equal(out->ledger, ledger))
        return problem_set(problem, REASON_WRONG_LEDGER, "origin", "it is another ledger's");
    const text_t origin = checkpoint_origin(ledger, name);
    const verifier_key_t plain = {origin, SIGNED_ED25519, archiver},
                     timed = {origin, SIGNED_COSIGNATURE, archiver};
    if (signed_note_by(&note, &plain, NULL) != SIGNED_VALID ||
        signed_note_by(&note, &timed, &out->time) == SIGNED_INVALID)
        return problem_set(problem, REASON_BAD_SIGNATURE, "checkpoint",
                           "not signed by the archiver of this ledger");
    return 0;
}

void checkpoint_cosign(const signer_t *witness, text_t name, text_t text, moment_t time,
                       buffer_t *out) {
    signed_note_sign(out, text, name, SIGNED_COSIGNATURE, witness, time);
}
