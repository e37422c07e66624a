/* SPDX-License-Identifier: Apache-2.0
 *
 * proof: makes a proof of an event out of an archive, and tells what one that was given shows.
 */
#include <stdio.h>

#include "common/base/text.h"
#include "common/exchange/event_json.h"
#include "common/exchange/proof.h"
#include "common/screen/arguments.h"
#include "common/screen/show.h"
#include "daemons/auditor/auditor.h"

/* ---- making ---- */

/* Events of the directory up to a position by which a key came, or the archiver got another one. */
typedef struct wanted_key {
    pubkey_t key;
    ident_t archiver;
    position_t until, found[PROOF_PARTS_MAX];
    size_t n;
} wanted_key_t;

static bool brings(const decoded_t *event, const wanted_key_t *wanted) {
    switch ((int) event->info->kind) {
    case KIND_PERSON_ENROL:
        return pubkey_equal(((const struct person_enrol *) event->body)->key, wanted->key);
    case KIND_KEY_REPLACE:
        return pubkey_equal(((const struct key_replace *) event->body)->key, wanted->key) ||
               (!ident_none(wanted->archiver) && ident_equal(event->event.object, wanted->archiver));
    case KIND_DAEMON_ENROL:
        return pubkey_equal(((const struct daemon_enrol *) event->body)->key, wanted->key);
    default: return false;
    }
}

static int look_at(void *arg, position_t position, bytes_t bytes) {
    wanted_key_t *wanted = arg;
    decoded_t event;
    if (position > wanted->until || wanted->n == PROOF_PARTS_MAX)
        return 1;
    arena_t *arena = arena_new(0);
    if (event_decode(bytes, arena, &event, NULL) == 0 && brings(&event, wanted))
        wanted->found[wanted->n++] = position;
    arena_destroy(&arena);
    return 0;
}

typedef struct making {
    auditor_t *self;
    position_t size;
    arena_t *arena;
    struct proof_part parts[PROOF_PARTS_MAX];
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
    if (m->n == PROOF_PARTS_MAX || ledger_read(ledger, position, &bytes) != LEDGER_OK ||
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

static bool add_wanted(making_t *m, wanted_key_t wanted) {
    bool all = true;
    ledger_walk_scopes(chronicle_ledger(m->self->chronicle), 1u << SCOPE_DIRECTORY, look_at, &wanted);
    for (size_t k = 0; k < wanted.n && all; k++)
        all = add_part(m, wanted.found[k]);
    return all;
}

/* The event, for a derived one its cause, too, the genesis, where the archiver's key was replaced, and how
   each who signed one of these got their key. */
static bool add_all(making_t *m, position_t position) {
    decoded_t event;
    if (!add_part(m, position) || event_decode(m->parts[0].bytes, m->arena, &event, NULL) != 0 ||
        (event.event.cause && !add_part(m, (position_t) event.event.cause)) || !add_part(m, 1))
        return false;
    const struct genesis *genesis = context_genesis(chronicle_context(m->self->chronicle));
    if (!add_wanted(m, (wanted_key_t){.key = genesis->archiver_key,
                                      .archiver = context_archiver_id(genesis->archiver_key),
                                      .until = m->size}))
        return false;
    for (size_t i = 0; i < m->n; i++) {
        if (event_decode(m->parts[i].bytes, m->arena, &event, NULL) != 0)
            return false;
        wanted_key_t wanted = {.key = event.event.key, .until = (position_t) event.event.position};
        if (!event.derived && !add_wanted(m, wanted))
            return false;
    }
    return true;
}

int proof_make(auditor_t *self, position_t position, buffer_t *out, problem_t *problem) {
    buffer_t note = {0};
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
        rc = proof_write(&evidence, buffer_bytes(&note), out, problem);
    }
    arena_destroy(&m.arena);
    buffer_free(&note);
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

static void tell(auditor_t *self, const proof_t *proved, const view_t *view) {
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
    proof_t *proved = arena_alloc(self->arena, sizeof *proved);
    context_t *context = context_new();
    int code = AUDIT_SOUND;
    if (proof_check(file, ledger, witnesses, witnesses_n, self->arena, proved, &problem) != 0) {
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
        proof_fold(proved, context);
        view_t view = {.context = context, .prices = true, .contacts = true};
        tell(self, proved, &view);
    }
    context_destroy(&context);
    return code;
}
