/* SPDX-License-Identifier: Apache-2.0
 *
 * event: envelopes and what they hold, decoded together. Form is judged here; whether it may
 * happen is the domain's.
 */
#include "common/event/event.h"

DEFINE_RECORD(command)
DEFINE_RECORD(signed_command)
DEFINE_RECORD(event)

static int decode_body(const kind_info_t *info, bytes_t bytes, arena_t *arena, const void **out,
                       problem_t *problem) {
    void *body = arena_alloc(arena, info->body->size);
    if (!body)
        return problem_set(problem, REASON_TOO_LARGE, "body", "more than this part takes at once");
    static const uint8_t empty[] = {0x80}; /* a body in which every field is empty is left out */
    bytes_t whole = bytes.n ? bytes : (bytes_t){empty, sizeof empty};
    if (bytes.n == 1 && bytes.p[0] == empty[0])
        return problem_set(problem, REASON_MALFORMED, "body", "what is empty is left out");
    *out = body;
    return record_decode(info->body, whole, arena, body, problem);
}

static int check_size(bytes_t bytes, problem_t *problem) {
    if (bytes.n > EVENT_BYTES_MAX)
        return problem_set(problem, REASON_TOO_LARGE, "", "%zu bytes, at most %d", bytes.n,
                           EVENT_BYTES_MAX);
    return 0;
}

static int check_shape(const struct command *command, const kind_info_t *info, problem_t *problem) {
    bool opens = info->flags & OPENS;
    if (info->flags & DERIVED)
        return problem_set(problem, REASON_UNKNOWN_KIND, "kind",
                           "%s follows by itself, nobody can ask for it", info->name);
    if (opens != ident_none(command->object) && info->kind != KIND_PROCEDURE_ADOPT)
        return problem_set(problem, opens ? REASON_MALFORMED : REASON_FIELD_MISSING, "object",
                           opens ? "this command opens a case of its own"
                                 : "the case it speaks of");
    if (digest_none(command->ledger) != (info->kind == KIND_LEDGER_GENESIS))
        return problem_set(problem, REASON_WRONG_LEDGER, "ledger", "the ledger's id is expected");
    if ((info->flags & JUDGES) && (command->revision < 1 || digest_none(command->digest)))
        return problem_set(problem, REASON_FIELD_MISSING, "revision",
                           "revision and digest of what was judged");
    if ((info->flags & VERSIONED) && command->version < 1)
        return problem_set(problem, REASON_FIELD_MISSING, "version", "the version that was seen");
    if (command->expiry < command->claimed)
        return problem_set(problem, REASON_FIELD_RANGE, "expiry", "not before the claimed time");
    return 0;
}

static int decode_command(bytes_t bytes, arena_t *arena, struct command *command,
                          const kind_info_t **info, const void **body, problem_t *problem) {
    if (record_decode(&command_record, bytes, arena, command, problem) != 0)
        return -1;
    *info = kind_info(command->kind);
    if (!*info)
        return problem_set(problem, REASON_UNKNOWN_KIND, "kind", "%lld; this part may be too old",
                           (long long) command->kind);
    if (check_shape(command, *info, problem) != 0)
        return -1;
    return decode_body(*info, command->body, arena, body, problem);
}

/* Where in its batch a command stands is said of those that are in one, and of them alone. */
static int check_place(int64_t scheme, int64_t index, int64_t size, bytes_t path,
                       problem_t *problem) {
    bool placed = index || size || path.n;
    if (scheme != SCHEME_BATCH)
        return placed ? problem_set(problem, REASON_MALFORMED, "size", "it is in no batch") : 0;
    if (size < 2 || index >= size)
        return problem_set(problem, REASON_MALFORMED, "size", "no place in a batch");
    return path.n == 0 || path.n % sizeof(digest_t)
               ? problem_set(problem, REASON_MALFORMED, "path", "no path to the batch's root")
               : 0;
}

int command_decode(bytes_t bytes, arena_t *arena, struct signed_command *signed_out,
                   struct command *command, const void **body, problem_t *problem) {
    const kind_info_t *info;
    if (check_size(bytes, problem) != 0)
        return -1;
    if (record_decode(&signed_command_record, bytes, arena, signed_out, problem) != 0 ||
        check_place(signed_out->scheme, signed_out->index, signed_out->size, signed_out->path,
                    problem) != 0)
        return -1;
    return decode_command(signed_out->command, arena, command, &info, body, problem);
}

/* The envelope must say what the command says: nothing is told twice in two ways. */
static int check_envelope(const decoded_t *d, problem_t *problem) {
    const struct event *e = &d->event;
    bool opens = d->info->flags & OPENS;
    ident_t object = opens || ident_none(d->command.object) ? d->command.id : d->command.object;
    if (e->kind != d->command.kind || !ident_equal(e->object, object) || e->cause || e->body.n)
        return problem_set(problem, REASON_MALFORMED, "event", "envelope and command differ");
    if (!e->scheme)
        return problem_set(problem, REASON_MALFORMED, "event", "a command has a signature");
    return 0;
}

static int check_derived(const decoded_t *d, problem_t *problem) {
    static const signature_t none;
    const struct event *e = &d->event;
    if (!d->info || !(d->info->flags & DERIVED))
        return problem_set(problem, REASON_UNKNOWN_KIND, "kind",
                           "nothing of this kind follows by itself");
    if (e->scheme || !pubkey_equal(e->key, (pubkey_t){{0}}) ||
        memcmp(&e->signature, &none, sizeof none) != 0)
        return problem_set(problem, REASON_MALFORMED, "event",
                           "what follows by itself has no signature");
    if (e->cause < 1 || e->cause >= e->position)
        return problem_set(problem, REASON_MALFORMED, "cause", "an earlier event is its cause");
    return 0;
}

int event_decode(bytes_t bytes, arena_t *arena, decoded_t *out, problem_t *problem) {
    memset(out, 0, sizeof *out);
    if (check_size(bytes, problem) != 0)
        return -1;
    const struct event *e = &out->event;
    if (record_decode(&event_record, bytes, arena, &out->event, problem) != 0 ||
        check_place(e->scheme, e->index, e->size, e->path, problem) != 0)
        return -1;
    out->derived = out->event.command.n == 0;
    if (!out->derived) {
        if (decode_command(out->event.command, arena, &out->command, &out->info, &out->body,
                           problem) != 0)
            return -1;
        return check_envelope(out, problem);
    }
    out->info = kind_info(out->event.kind);
    if (check_derived(out, problem) != 0)
        return -1;
    return decode_body(out->info, out->event.body, arena, &out->body, problem);
}
