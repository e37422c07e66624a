/* SPDX-License-Identifier: Apache-2.0
 *
 * authority: who signed a command, and whether that key still counts at this position. Judged with
 * the context as it stood then, so what was signed before a revocation stays valid.
 */
#include "common/base/moment.h"
#include "common/crypto/signed.h"
#include "common/domain/context_internal.h"

#define AHEAD_MS (10 * MINUTE_MS)
#define LIFE_MAX_MS (90 * DAY_MS)

static int check_times(const struct command *command, moment_t time, problem_t *problem) {
    if (command->claimed > time + AHEAD_MS)
        return problem_set(problem, REASON_FIELD_RANGE, "claimed",
                           "the sender's clock is ahead; set it");
    if (command->expiry - command->claimed > LIFE_MAX_MS)
        return problem_set(problem, REASON_FIELD_RANGE, "expiry",
                           "at most 90 days after the claimed time");
    if (command->expiry < time)
        return problem_set(problem, REASON_EXPIRED, "expiry", "%s", "");
    return 0;
}

/* The first event of all brings the key that signs it. */
static int check_genesis(const context_t *self, const struct signed_command *s,
                         const struct command *command, problem_t *problem) {
    struct genesis genesis;
    arena_t *arena = arena_new(65536);
    int rc = record_decode(&genesis_record, command->body, arena, &genesis, problem);
    if (rc == 0 && (!pubkey_equal(genesis.administrator_key, s->key) ||
                    !ident_equal(command->actor, command->id)))
        rc = problem_set(problem, REASON_BAD_SIGNATURE, "key",
                         "the administrator that it names signs a genesis");
    if (rc == 0 && self->genesis)
        rc = problem_set(problem, REASON_ALREADY, "", "a ledger has one genesis");
    arena_destroy(&arena);
    return rc;
}

static int check_station(const context_t *self, const struct command *command,
                         const person_t *person, problem_t *problem) {
    const station_t *list, *station = context_station(self, command->station);
    if (ident_none(command->station)) {
        if (context_stations(self, &list) == 0 || person->administrator)
            return 0;
        return problem_set(problem, REASON_WRONG_STATION, "station",
                           "sign it at an enrolled workstation");
    }
    if (!station || station->revoked)
        return problem_set(problem, REASON_WRONG_STATION, "station",
                           "this workstation is not enrolled (any more)");
    return 0;
}

static int check_daemon(const context_t *self, const struct signed_command *s,
                        const struct command *command, authority_t *out, problem_t *problem) {
    const daemon_entry_t *daemon = context_daemon(self, command->actor);
    if (!daemon || !pubkey_equal(daemon->key, s->key))
        return problem_set(problem, REASON_UNKNOWN_PERSON, "actor",
                           "the key is not that of whoever is named");
    if (daemon->revoked)
        return problem_set(problem, REASON_KEY_REVOKED, "key", "%s", "");
    if (!(kind_info(command->kind)->flags & BY_DAEMON))
        return problem_set(problem, REASON_NOT_A_PERSON, "actor", "%s", "");
    out->daemon = daemon;
    return 0;
}

static int check_person(const context_t *self, const struct signed_command *s,
                        const struct command *command, moment_t time, authority_t *out,
                        problem_t *problem) {
    bool revoked;
    const person_t *person = context_person_by_key(self, s->key, &revoked);
    if (!person)
        return check_daemon(self, s, command, out, problem);
    if (!ident_equal(person->id, command->actor))
        return problem_set(problem, REASON_UNKNOWN_PERSON, "actor",
                           "the key is not that of whoever is named");
    if (revoked)
        return problem_set(problem, REASON_KEY_REVOKED, "key", "%s", "");
    out->person = person;
    return check_station(self, command, person, problem)
               ? -1
               : authority_behalf(self, command, time, out, problem);
}

void context_check_by(context_t *self, signature_fn *holds, void *arg) {
    self->holds = holds;
    self->holds_arg = arg;
}

static bool signature_holds(const context_t *self, const struct signed_command *s) {
    return self->holds ? self->holds(self->holds_arg, s) : signed_valid(s);
}

int authority_check(const context_t *self, const struct signed_command *s,
                    const struct command *command, moment_t time, authority_t *out,
                    problem_t *problem) {
    *out = (authority_t){0};
    if (s->scheme != SCHEME_ED25519 && s->scheme != SCHEME_BATCH)
        return problem_set(problem, REASON_BAD_SIGNATURE, "scheme", "1 and 2 are those there are");
    bool genesis = command->kind == KIND_LEDGER_GENESIS;
    if (!genesis && !digest_equal(command->ledger, self->ledger))
        return problem_set(problem, REASON_WRONG_LEDGER, "ledger", "%s", "");
    if (!signature_holds(self, s))
        return problem_set(problem, REASON_BAD_SIGNATURE, "signature", "%s", "");
    if (check_times(command, time, problem) != 0)
        return -1;
    if (genesis)
        return check_genesis(self, s, command, problem);
    bool recovery = self->genesis && pubkey_equal(s->key, self->genesis->recovery_key) &&
                    ident_equal(command->actor, self->genesis_case) &&
                    command->kind == KIND_CONFIRM;
    return recovery ? 0 : check_person(self, s, command, time, out, problem);
}
