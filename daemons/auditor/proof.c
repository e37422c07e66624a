/* SPDX-License-Identifier: Apache-2.0
 *
 * proof: one event, and that it is in the record: a C2SP tlog-proof, which any verifier of
 * transparency logs reads, whose extra data is what a person needs beside it: the event itself, the
 * genesis that names the archiver and whose hash is the ledger's id, and the events by which whoever
 * signed got their key, each with its own inclusion proof (RFC 9162 2.1.3).
 */
#include <stdio.h>

#include "common/base/text.h"
#include "common/bus/messages.h"
#include "common/exchange/event_json.h"
#include "common/screen/arguments.h"
#include "common/screen/show.h"
#include "daemons/auditor/auditor.h"

#define HEADER "c2sp.org/tlog-proof@v1\n"
#define PARTS_MAX 16

#define RECORD_proof_part(F, S) \
    F(S, 1, INT, _, position, 1, INT64_MAX, "of the event") \
    F(S, 2, BYTES, _, bytes, 1, EVENT_BYTES_MAX, "canonical event") \
    F(S, 3, LIST, tree_hash, proof, 0, 64, "inclusion proof, from the leaf up")
DECLARE_RECORD(proof_part)
#define RECORD_evidence(F, S) /* the first part is the event that is proved */ \
    F(S, 1, LIST, proof_part, parts, 1, PARTS_MAX, "")
DECLARE_RECORD(evidence)
DEFINE_RECORD(proof_part)
DEFINE_RECORD(evidence)

bool proof_is(bytes_t file) {
    return file.n >= strlen(HEADER) && memcmp(file.p, HEADER, strlen(HEADER)) == 0;
}

/* ---- making ---- */

typedef struct wanted_key {
    pubkey_t key;
    position_t until, found[PARTS_MAX];
    size_t n;
} wanted_key_t;

/* Does this event of the directory bring the key? */
static bool brings(const decoded_t *event, pubkey_t key) {
    switch ((int) event->info->kind) {
    case KIND_PERSON_ENROL:
        return pubkey_equal(((const struct person_enrol *) event->body)->key, key);
    case KIND_KEY_REPLACE:
        return pubkey_equal(((const struct key_replace *) event->body)->key, key);
    case KIND_DAEMON_ENROL:
        return pubkey_equal(((const struct daemon_enrol *) event->body)->key, key);
    default: return false;
    }
}

static int look_at(void *arg, position_t position, bytes_t bytes) {
    wanted_key_t *wanted = arg;
    decoded_t event;
    if (position > wanted->until || wanted->n == PARTS_MAX - 4)
        return 1;
    arena_t *arena = arena_new(0);
    if (event_decode(bytes, arena, &event, NULL) == 0 && brings(&event, wanted->key))
        wanted->found[wanted->n++] = position;
    arena_destroy(&arena);
    return 0;
}

typedef struct making {
    auditor_t *self;
    position_t size;
    arena_t *arena;
    struct proof_part parts[PARTS_MAX];
    size_t n;
} making_t;

static bool add_part(making_t *m, position_t position) {
    ledger_t *ledger = chronicle_ledger(m->self->chronicle);
    digest_t proof[64];
    size_t n;
    buffer_t bytes = {0};
    for (size_t i = 0; i < m->n; i++)
        if (m->parts[i].position == (int64_t) position)
            return true;
    if (m->n == PARTS_MAX || ledger_read(ledger, position, &bytes) != LEDGER_OK ||
        ledger_inclusion(ledger, position, m->size, proof, &n) != 0) {
        buffer_free(&bytes);
        return false;
    }
    struct tree_hash *hashes = arena_alloc(m->arena, (n + 1) * sizeof *hashes);
    for (size_t i = 0; i < n; i++)
        hashes[i] = (struct tree_hash){proof[i]};
    m->parts[m->n++] = (struct proof_part){.position = (int64_t) position,
                                           .bytes = arena_bytes(m->arena, buffer_bytes(&bytes)),
                                           .proof = {hashes, n}};
    buffer_free(&bytes);
    return true;
}

/* The event, for a derived one its cause, too, the genesis, and how the signers got their keys. */
static bool add_all(making_t *m, position_t position) {
    decoded_t event;
    ledger_t *ledger = chronicle_ledger(m->self->chronicle);
    if (!add_part(m, position) || event_decode(m->parts[0].bytes, m->arena, &event, NULL) != 0)
        return false;
    if (event.event.cause && !add_part(m, (position_t) event.event.cause))
        return false;
    size_t said = m->n;
    wanted_key_t archiver = {
        .key = context_archiver_key(chronicle_context(m->self->chronicle)), .until = m->size};
    if (!add_part(m, 1))
        return false;
    ledger_walk_scopes(ledger, 1u << SCOPE_DIRECTORY, look_at, &archiver); /* it was replaced */
    for (size_t k = 0; k < archiver.n; k++)
        if (!add_part(m, archiver.found[k]))
            return false;
    for (size_t i = 0; i < said; i++) {
        if (event_decode(m->parts[i].bytes, m->arena, &event, NULL) != 0)
            return false;
        wanted_key_t wanted = {.key = event.event.key, .until = m->size};
        if (!event.derived)
            ledger_walk_scopes(ledger, 1u << SCOPE_DIRECTORY, look_at, &wanted);
        for (size_t k = 0; k < wanted.n; k++)
            if (!add_part(m, wanted.found[k]))
                return false;
    }
    return true;
}

int proof_make(auditor_t *self, position_t position, buffer_t *out, problem_t *problem) {
    buffer_t note = {0}, extra = {0};
    tree_head_t head;
    int rc = -1;
    if (!checkpoint_find(self, position, &note, &head) ||
        head.position > ledger_last(chronicle_ledger(self->chronicle))) {
        problem_set(problem, REASON_BEHIND, "position",
                    "no checkpoint vouches for event %llu yet; the archiver signs one every quarter of an "
                    "hour",
                    (unsigned long long) position);
        buffer_free(&note);
        return -1;
    }
    making_t m = {.self = self, .size = head.position, .arena = arena_new(0)};
    if (!add_all(&m, position))
        problem_set(problem, REASON_INPUT_FILE, "", "event %llu cannot be read",
                    (unsigned long long) position);
    else {
        const struct evidence evidence = {.parts = {m.parts, m.n}};
        rc = record_encode(&evidence_record, &evidence, &extra, problem);
    }
    if (rc == 0) {
        buffer_text(out, HEADER "extra ");
        base64_put(out, buffer_bytes(&extra));
        buffer_format(out, "\nindex %llu\n", (unsigned long long) position - 1);
        for (size_t i = 0; i < m.parts[0].proof.n; i++) {
            base64_put(out, (bytes_t){m.parts[0].proof.at[i].hash.b, 32});
            buffer_text(out, "\n");
        }
        buffer_text(out, "\n");
        buffer_put(out, note.p, note.n);
    }
    arena_destroy(&m.arena);
    buffer_free(&note);
    buffer_free(&extra);
    return rc;
}

/* A position, or the event by which a document got its number. */
static position_t find_event(auditor_t *self, const char *what) {
    int64_t number;
    if (int_parse(text_of(what), 1, INT64_MAX, &number))
        return (position_t) number <= archive_last(self) ? (position_t) number : 0;
    const case_t *of = chronicle_case_by_number(self->chronicle, text_of(what));
    if (!of)
        return 0;
    /* what a customer asks for: that it is in effect, or answered; else its last */
    return of->last;
}

int run_prove(auditor_t *self, int argc, char **argv) {
    const char *to = option_value(&argc, argv, "--out");
    buffer_t proof = {0};
    problem_t problem = {0};
    if (argc != 2)
        return auditor_usage(self);
    if (archive_open(self, argv[0], NULL) != 0)
        return AUDIT_UNABLE;
    position_t position = find_event(self, argv[1]);
    if (!position)
        return auditor_fail(AUDIT_UNABLE, _("no event %s here"), argv[1]);
    if (proof_make(self, position, &proof, &problem) != 0) {
        buffer_free(&proof);
        return auditor_problem(&problem);
    }
    FILE *file = to ? fopen(to, "wxe") : stdout;
    bool ok = file && fwrite(proof.p, 1, proof.n, file) == proof.n && fflush(file) == 0;
    if (to && file)
        ok = fclose(file) == 0 && ok;
    buffer_free(&proof);
    if (!ok)
        return auditor_fail(AUDIT_UNABLE, _("%s cannot be written, or is there already"), to ? to : "stdout");
    if (to && !self->json)
        printf(_("event %llu, proved in %s; whoever has it types: countersign-audit verify %s\n"),
               (unsigned long long) position, to, to);
    return AUDIT_SOUND;
}

/* ---- checking ---- */

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

static bool part_holds(const struct proof_part *part, const tree_head_t *head) {
    digest_t hashes[64];
    for (size_t i = 0; i < part->proof.n; i++)
        hashes[i] = part->proof.at[i].hash;
    return merkle_inclusion_valid(hash_leaf(part->bytes), (uint64_t) part->position - 1,
                                  head->position, hashes, part->proof.n, head->root);
}

/* Each part in the tree, each signature by its key; the directory of the parts goes into `context`. */
static int check_parts(const struct evidence *evidence, const tree_head_t *head, context_t *context,
                       arena_t *arena, decoded_t *events, problem_t *problem) {
    for (size_t i = 0; i < evidence->parts.n; i++) {
        const struct proof_part *part = &evidence->parts.at[i];
        decoded_t *e = &events[i];
        if (!part_holds(part, head))
            return problem_set(problem, REASON_BAD_SIGNATURE, "proof",
                               "event %lld is not in the record that was signed for",
                               (long long) part->position);
        if (event_decode(part->bytes, arena, e, problem) != 0)
            return -1;
        if (e->event.position != part->position)
            return malformed(problem, "an event of it has another position");
        if (!e->derived && !signature_valid(e->event.key, DOMAIN_COMMAND, e->event.command,
                                            &e->event.signature))
            return problem_set(problem, REASON_BAD_SIGNATURE, "signature", "of event %lld",
                               (long long) part->position);
    }
    for (int64_t at = 0;;) { /* in the order of their positions */
        const decoded_t *next = NULL;
        for (size_t i = 0; i < evidence->parts.n; i++)
            if (events[i].event.position > at &&
                (!next || events[i].event.position < next->event.position))
                next = &events[i];
        if (!next)
            return 0;
        at = next->event.position;
        if (next->info->scope == SCOPE_LEDGER || next->info->scope == SCOPE_DIRECTORY)
            context_apply(context, next);
    }
}

static const struct proof_part *genesis_of(const struct evidence *evidence) {
    for (size_t i = 0; i < evidence->parts.n; i++)
        if (evidence->parts.at[i].position == 1)
            return &evidence->parts.at[i];
    return NULL;
}

typedef struct proved {
    reading_t reading;
    tree_head_t head;
    struct evidence evidence;
    decoded_t events[PARTS_MAX];
    uint64_t cosignatures;
} proved_t;

static int check(bytes_t file, const digest_t *ledger, const verifier_key_t *witnesses, size_t n,
                 context_t *context, arena_t *arena, proved_t *out, problem_t *problem) {
    signed_note_t note;
    if (read_proof(file, arena, &out->reading, problem) != 0 ||
        checkpoint_read(out->reading.note, &note, &out->head, problem) != 0 ||
        record_decode(&evidence_record, out->reading.extra, arena, &out->evidence, problem) != 0)
        return -1;
    const struct proof_part *genesis = genesis_of(&out->evidence), *event = &out->evidence.parts.at[0];
    if (!genesis || !digest_equal(hash_leaf(genesis->bytes), out->head.ledger))
        return problem_set(problem, REASON_WRONG_LEDGER, "ledger",
                           "its genesis is not the beginning of the record that it names");
    if (ledger && !digest_equal(*ledger, out->head.ledger))
        return problem_set(problem, REASON_WRONG_LEDGER, "ledger", "the record is another one");
    if (event->position - 1 != (int64_t) out->reading.index ||
        !merkle_inclusion_valid(hash_leaf(event->bytes), out->reading.index, out->head.position,
                                out->reading.hashes, out->reading.n, out->head.root))
        return problem_set(problem, REASON_BAD_SIGNATURE, "proof",
                           "the event is not in the record that was signed for");
    context_set_ledger(context, out->head.ledger);
    if (check_parts(&out->evidence, &out->head, context, arena, out->events, problem) != 0)
        return -1;
    for (size_t i = 0; i < n; i++) {
        signed_by_t by = signed_note_by(&note, &witnesses[i], NULL);
        if (by == SIGNED_INVALID)
            return problem_set(problem, REASON_BAD_SIGNATURE, "witness", "%.*s",
                               (int) witnesses[i].name.n, witnesses[i].name.p);
        out->cosignatures += by == SIGNED_VALID;
    }
    return checkpoint_verify(out->reading.note, out->head.ledger, context_archiver_key(context),
                             &out->head, problem);
}

static void tell(auditor_t *self, const proved_t *proved, const view_t *view) {
    const decoded_t *event = &proved->events[0];
    char hex[65], time[32];
    json_t *json = event_json(event, view);
    if (self->json) {
        json_t *all = json_object();
        json_put(all, "sound", json_true());
        json_put(all, "ledger", json_of_digest(proved->head.ledger));
        json_put(all, "position", json_of_position((position_t) event->event.position));
        json_put(all, "events", json_of_position(proved->head.position));
        json_put(all, "root", json_of_digest(proved->head.root));
        json_put(all, "time", json_of_moment(proved->head.time));
        json_put(all, "cosignatures", json_integer((json_int_t) proved->cosignatures));
        json_put(all, "event", json);
        auditor_print(all);
        return;
    }
    printf(_("record %s\n"), hex_print(proved->head.ledger.b, 32, hex));
    show_event(json);
    json_decref(json);
    printf(_("is event %lld of the %llu for which its archiver signed, "),
           (long long) event->event.position, (unsigned long long) proved->head.position);
    show_time(moment_print(proved->head.time, time));
    printf(_("; %llu cosignatures\n"), (unsigned long long) proved->cosignatures);
    puts(_("Sound. That the record is the one that you were told of, its id shows: compare it."));
}

int proof_verify(auditor_t *self, bytes_t file, const char *name, const digest_t *ledger,
                 const verifier_key_t *witnesses, size_t witnesses_n) {
    problem_t problem = {0};
    proved_t *proved = arena_alloc(self->arena, sizeof *proved);
    context_t *context = context_new();
    memset(proved, 0, sizeof *proved);
    int code = AUDIT_SOUND;
    if (check(file, ledger, witnesses, witnesses_n, context, self->arena, proved, &problem) != 0) {
        snprintf(problem.file, sizeof problem.file, "%.200s", name);
        if (self->json) {
            json_t *json = json_object();
            json_put(json, "sound", json_false());
            json_put(json, "reason", json_string(reason_name(problem.reason)));
            json_put_text(json, "detail", text_of(problem.detail));
            auditor_print(json);
        } else {
            auditor_problem(&problem);
            puts(_("NOT sound."));
        }
        code = AUDIT_FOUND;
    } else {
        view_t view = {.context = context, .prices = true, .contacts = true};
        tell(self, proved, &view);
    }
    context_destroy(&context);
    return code;
}
