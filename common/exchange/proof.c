/* SPDX-License-Identifier: Apache-2.0
 *
 * proof: see proof.h. Nothing of the file is believed before its place in the tree, and nothing of the
 * tree before the archiver's signature; whose key that is follows from genesis alone.
 */
#include "common/exchange/proof.h"

#include "common/base/text.h"
#include "common/crypto/base64.h"
#include "common/crypto/signed.h"

#define HEADER "c2sp.org/tlog-proof@v1\n"

DEFINE_RECORD(proof_part)
DEFINE_RECORD(evidence)

bool proof_is(bytes_t file) {
    return file.n >= strlen(HEADER) && memcmp(file.p, HEADER, strlen(HEADER)) == 0;
}

int proof_write(const struct evidence *evidence, bytes_t note, buffer_t *out, problem_t *problem) {
    const struct proof_part *event = &evidence->parts.at[0];
    buffer_t extra = {0};
    int rc = record_encode(&evidence_record, evidence, &extra, problem);
    if (rc == 0) {
        buffer_text(out, HEADER "extra ");
        base64_put(out, buffer_bytes(&extra));
        buffer_format(out, "\nindex %llu\n", (unsigned long long) event->position - 1);
        for (size_t i = 0; i < event->proof.n; i++) {
            base64_put(out, (bytes_t){event->proof.at[i].hash.b, 32});
            buffer_text(out, "\n");
        }
        buffer_text(out, "\n");
        buffer_put(out, note.p, note.n);
    }
    buffer_free(&extra);
    return rc;
}

/* ---- reading ---- */

typedef struct reading {
    uint64_t index;
    digest_t hashes[64];
    size_t n;
    bytes_t extra, note;
} reading_t;

static text_t next_line(text_t *rest) {
    size_t n = 0;
    while (n < rest->n && rest->p[n] != '\n')
        n++;
    text_t line = {rest->p, n};
    size_t used = n < rest->n ? n + 1 : n;
    *rest = (text_t){rest->p + used, rest->n - used};
    return line;
}

static int malformed(problem_t *problem, const char *what) {
    return problem_set(problem, REASON_MALFORMED, "proof", "%s", what);
}

static int read_proof(bytes_t file, arena_t *arena, reading_t *out, problem_t *problem) {
    if (!proof_is(file))
        return malformed(problem, "it does not begin as a proof does");
    text_t rest = {(const char *) file.p + strlen(HEADER), file.n - strlen(HEADER)};
    text_t line = next_line(&rest);
    size_t n;
    int64_t index;
    *out = (reading_t){.index = 0};
    if (text_starts(line, "extra ")) {
        text_t base64 = {line.p + 6, line.n - 6};
        uint8_t *bytes = arena_alloc(arena, base64.n + 4);
        if (!base64_read(base64, bytes, base64.n + 4, &n))
            return malformed(problem, "its extra data is not base64");
        out->extra = (bytes_t){bytes, n};
        line = next_line(&rest);
    }
    if (!text_starts(line, "index ") ||
        !int_parse((text_t){line.p + 6, line.n - 6}, 0, INT64_MAX - 1, &index))
        return malformed(problem, "it names no index");
    out->index = (uint64_t) index;
    while ((line = next_line(&rest)).n > 0) {
        if (out->n == 64 || !base64_read(line, out->hashes[out->n].b, 32, &n) || n != 32)
            return malformed(problem, "a hash of it is not 32 bytes in base64");
        out->n++;
    }
    out->note = (bytes_t){(const uint8_t *) rest.p, rest.n};
    return out->extra.n ? 0 : malformed(problem, "it holds no event");
}

/* ---- checking ---- */

static bool part_holds(const struct proof_part *part, const tree_head_t *head) {
    digest_t hashes[64];
    for (size_t i = 0; i < part->proof.n; i++)
        hashes[i] = part->proof.at[i].hash;
    return merkle_inclusion_valid(hash_leaf(part->bytes), (uint64_t) part->position - 1,
                                  head->position, hashes, part->proof.n, head->root);
}

/* Each part in the tree, in the order of their positions behind the first, each signature by its key. */
static int check_parts(proof_t *self, arena_t *arena, problem_t *problem) {
    for (size_t i = 0; i < self->evidence.parts.n; i++) {
        const struct proof_part *part = &self->evidence.parts.at[i];
        decoded_t *e = &self->events[i];
        if (!part_holds(part, &self->head))
            return problem_set(problem, REASON_BAD_SIGNATURE, "proof",
                               "event %lld is not in the record that was signed for",
                               (long long) part->position);
        if (event_decode(part->bytes, arena, e, problem) != 0)
            return -1;
        if (e->event.position != part->position)
            return malformed(problem, "an event of it has another position");
        const struct signed_command sent = signed_of_event(&e->event);
        if (!e->derived && !signed_valid(&sent))
            return problem_set(problem, REASON_BAD_SIGNATURE, "signature", "of event %lld",
                               (long long) part->position);
    }
    return 0;
}

static const decoded_t *next_of(const proof_t *self, int64_t after) {
    const decoded_t *next = NULL;
    for (size_t i = 0; i < self->evidence.parts.n; i++)
        if (self->events[i].event.position > after &&
            (!next || self->events[i].event.position < next->event.position))
            next = &self->events[i];
    return next;
}

/* ---- whose the archiver's key is ---- */

/* Administrators, by what genesis says and what one of them signed: nobody vouches for themselves. That a
   second one confirmed it is the record's to say, not the proof's. */
typedef struct trusted {
    struct { ident_t id; pubkey_t key; } at[PROOF_PARTS_MAX + 1];
    size_t n;
    ident_t archiver_id;
    pubkey_t archiver;
} trusted_t;

static bool is_trusted(const trusted_t *self, ident_t id, const pubkey_t *key) {
    for (size_t i = 0; i < self->n; i++)
        if (ident_equal(self->at[i].id, id) && (!key || pubkey_equal(self->at[i].key, *key)))
            return true;
    return false;
}

static void trust(trusted_t *self, ident_t id, pubkey_t key) {
    self->at[self->n].id = id;
    self->at[self->n++].key = key;
}

static void trust_genesis(trusted_t *self, const decoded_t *event) {
    const struct genesis *genesis = event->body;
    *self = (trusted_t){.archiver = genesis->archiver_key,
                        .archiver_id = context_archiver_id(genesis->archiver_key)};
    trust(self, event->event.object, genesis->administrator_key);
}

/* An administrator's act, by a key that is known to be an administrator's. */
static void trust_by(trusted_t *self, const decoded_t *event) {
    if (event->derived || !is_trusted(self, event->command.actor, &event->event.key))
        return;
    if (event->info->kind == KIND_PERSON_ENROL) {
        const struct person_enrol *person = event->body;
        if (person->administrator)
            trust(self, event->event.object, person->key);
    } else if (event->info->kind == KIND_KEY_REPLACE) {
        pubkey_t key = ((const struct key_replace *) event->body)->key;
        if (ident_equal(event->event.object, self->archiver_id))
            self->archiver = key;
        else if (is_trusted(self, event->event.object, NULL))
            trust(self, event->event.object, key);
    }
}

static int archiver_of(const proof_t *self, pubkey_t *out, problem_t *problem) {
    const decoded_t *event = next_of(self, 0);
    trusted_t trusted;
    if (event->event.position != 1 || event->info->kind != KIND_LEDGER_GENESIS)
        return malformed(problem, "it lacks the genesis");
    trust_genesis(&trusted, event);
    while ((event = next_of(self, event->event.position)) != NULL)
        trust_by(&trusted, event);
    *out = trusted.archiver;
    return 0;
}

/* ---- the whole ---- */

static int read_parts(proof_t *self, bytes_t file, arena_t *arena, bytes_t *note, problem_t *problem) {
    reading_t reading;
    signed_note_t read;
    if (read_proof(file, arena, &reading, problem) != 0 ||
        checkpoint_read(reading.note, &read, &self->head, problem) != 0 ||
        record_decode(&evidence_record, reading.extra, arena, &self->evidence, problem) != 0)
        return -1;
    const struct proof_part *event = &self->evidence.parts.at[0];
    if (event->position - 1 != (int64_t) reading.index ||
        !merkle_inclusion_valid(hash_leaf(event->bytes), reading.index, self->head.position,
                                reading.hashes, reading.n, self->head.root))
        return problem_set(problem, REASON_BAD_SIGNATURE, "proof",
                           "the event is not in the record that was signed for");
    *note = reading.note;
    return 0;
}

static bool begins(const proof_t *self) {
    for (size_t i = 0; i < self->evidence.parts.n; i++)
        if (self->evidence.parts.at[i].position == 1)
            return digest_equal(hash_leaf(self->evidence.parts.at[i].bytes), self->head.ledger);
    return false;
}

static int check_witnesses(proof_t *self, bytes_t note, const verifier_key_t *witnesses, size_t n,
                           problem_t *problem) {
    signed_note_t read;
    tree_head_t head;
    if (checkpoint_read(note, &read, &head, problem) != 0)
        return -1;
    for (size_t i = 0; i < n; i++) {
        signed_by_t by = signed_note_by(&read, &witnesses[i], NULL);
        if (by == SIGNED_INVALID)
            return problem_set(problem, REASON_BAD_SIGNATURE, "witness", "%.*s",
                               (int) witnesses[i].name.n, witnesses[i].name.p);
        self->cosignatures += by == SIGNED_VALID;
    }
    return 0;
}

int proof_check(bytes_t file, const digest_t *ledger, const verifier_key_t *witnesses, size_t n,
                arena_t *arena, proof_t *out, problem_t *problem) {
    bytes_t note;
    pubkey_t archiver;
    *out = (proof_t){.cosignatures = 0};
    if (read_parts(out, file, arena, &note, problem) != 0)
        return -1;
    if (!begins(out))
        return problem_set(problem, REASON_WRONG_LEDGER, "ledger",
                           "its genesis is not the beginning of the record that it names");
    if (ledger && !digest_equal(*ledger, out->head.ledger))
        return problem_set(problem, REASON_WRONG_LEDGER, "ledger", "the record is another one");
    if (check_parts(out, arena, problem) != 0 || archiver_of(out, &archiver, problem) != 0 ||
        check_witnesses(out, note, witnesses, n, problem) != 0)
        return -1;
    if (checkpoint_verify(note, out->head.ledger, archiver, &out->head, problem) != 0)
        return -1;
    return out->head.time ? 0
                          : problem_set(problem, REASON_BAD_SIGNATURE, "checkpoint",
                                        "its archiver does not say when it was signed");
}

void proof_fold(const proof_t *self, context_t *context) {
    context_set_ledger(context, self->head.ledger);
    for (const decoded_t *e = next_of(self, 0); e; e = next_of(self, e->event.position))
        if (e->info->scope == SCOPE_LEDGER || e->info->scope == SCOPE_DIRECTORY)
            context_apply(context, e);
}
