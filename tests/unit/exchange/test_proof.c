/* SPDX-License-Identifier: Apache-2.0
 *
 * proof: an event is proved by the archiver that genesis names, or by one whose key an administrator
 * replaced; whoever only holds the genesis, which everybody may read, proves nothing.
 */
#include "tests/unit/exchange/proving.h"
#include "tests/unit/harness.h"

static int checked(const buffer_t *file, const digest_t *ledger, problem_t *problem) {
    arena_t *arena = arena_new(0);
    proof_t *proof = arena_alloc(arena, sizeof *proof);
    context_t *context = context_new();
    *problem = (problem_t){0};
    int rc = proof_check(buffer_bytes(file), ledger, NULL, 0, arena, proof, problem);
    if (rc == 0)
        proof_fold(proof, context);
    context_destroy(&context);
    arena_destroy(&arena);
    return rc;
}

static ident_t register_customer(proving_t *p, const signer_t *signer) {
    struct customer body = {.name = TEXT("云岭摩托"), .short_name = TEXT("云岭")};
    return proving_put(p, KIND_CUSTOMER_REGISTER, (ident_t){{0}}, p->administrator_id, signer, &body);
}

/* Whose key is replaced by this signer, in the archiver's place; then what somebody likes. */
static signer_t *replace_archiver(proving_t *p, const signer_t *by, ident_t actor) {
    signer_t *key = proving_signer(90);
    struct key_replace body = {.key = signer_key(key), .reason = TEXT("换机器")};
    proving_put(p, KIND_KEY_REPLACE, proving_archiver_id(p), actor, by, &body);
    return key;
}

TEST(an_event_is_proved_by_the_archiver_of_genesis) {
    proving_t p;
    buffer_t file = {0};
    problem_t problem;
    proving_begin(&p);
    register_customer(&p, p.administrator);
    proving_prove(&p, (position_t[]){2, 1}, 2, p.archiver, &file);
    assert_int_equal(checked(&file, NULL, &problem), 0);
    assert_int_equal(checked(&file, &p.ledger, &problem), 0);
    digest_t other = p.ledger;
    other.b[0] ^= 1;
    assert_int_equal(checked(&file, &other, &problem), -1);
    assert_int_equal(problem.reason, REASON_WRONG_LEDGER);
    proving_prove(&p, (position_t[]){2}, 1, p.archiver, &file); /* without the genesis */
    assert_int_equal(checked(&file, NULL, &problem), -1);
    buffer_free(&file);
    proving_end(&p);
}

TEST(each_letter_of_it_counts) {
    proving_t p;
    buffer_t file = {0};
    problem_t problem;
    proving_begin(&p);
    register_customer(&p, p.administrator);
    proving_prove(&p, (position_t[]){2, 1}, 2, p.archiver, &file);
    for (size_t at = 0; at < file.n; at += 7) {
        uint8_t was = file.p[at];
        file.p[at] = was == 'A' ? 'B' : 'A';
        assert_int_equal(checked(&file, &p.ledger, &problem), -1);
        assert_int_not_equal(problem.reason, REASON_NONE);
        file.p[at] = was;
    }
    for (size_t n = 0; n < file.n; n += 5)
        assert_int_equal(checked(&(buffer_t){.p = file.p, .n = n}, &p.ledger, &problem), -1);
    buffer_free(&file);
    proving_end(&p);
}

TEST(an_administrator_replaces_the_archivers_key) {
    proving_t p;
    buffer_t file = {0};
    problem_t problem;
    proving_begin(&p);
    signer_t *key = replace_archiver(&p, p.administrator, p.administrator_id);
    register_customer(&p, p.administrator);
    proving_prove(&p, (position_t[]){3, 1, 2}, 3, key, &file);
    assert_int_equal(checked(&file, &p.ledger, &problem), 0);
    proving_prove(&p, (position_t[]){3, 1}, 2, key, &file); /* how, must be shown */
    assert_int_equal(checked(&file, &p.ledger, &problem), -1);
    proving_prove(&p, (position_t[]){3, 1, 2}, 3, p.archiver, &file); /* its old key is no more */
    assert_int_equal(checked(&file, &p.ledger, &problem), -1);
    signer_destroy(&key);
    buffer_free(&file);
    proving_end(&p);
}

TEST(a_second_administrator_may_have_replaced_it) {
    proving_t p;
    buffer_t file = {0};
    problem_t problem;
    proving_begin(&p);
    signer_t *second = proving_signer(91);
    struct person_enrol body = {.handle = TEXT("wenrushi"),
                                .name = TEXT("温如实"),
                                .department = TEXT("management"),
                                .key = signer_key(second),
                                .administrator = true};
    ident_t id = proving_put(&p, KIND_PERSON_ENROL, (ident_t){{0}}, p.administrator_id,
                             p.administrator, &body);
    signer_t *key = replace_archiver(&p, second, id);
    proving_prove(&p, (position_t[]){3, 1, 2}, 3, key, &file);
    assert_int_equal(checked(&file, &p.ledger, &problem), 0);
    proving_prove(&p, (position_t[]){3, 1}, 2, key, &file); /* who that is, must be shown */
    assert_int_equal(checked(&file, &p.ledger, &problem), -1);
    signer_destroy(&key);
    signer_destroy(&second);
    buffer_free(&file);
    proving_end(&p);
}

/* The genesis is known to everybody; all behind it is the forger's. */
TEST(a_forger_with_the_genesis_proves_nothing) {
    proving_t p;
    buffer_t file = {0};
    problem_t problem;
    signer_t *forger = proving_signer(92);
    proving_begin(&p);
    signer_t *key = replace_archiver(&p, forger, p.administrator_id);
    register_customer(&p, forger);
    proving_prove(&p, (position_t[]){3, 1, 2}, 3, key, &file);
    assert_int_equal(checked(&file, &p.ledger, &problem), -1);
    assert_int_equal(problem.reason, REASON_BAD_SIGNATURE);
    struct person_enrol self = {.handle = TEXT("mallory"),
                                .name = TEXT("某人"),
                                .department = TEXT("management"),
                                .key = signer_key(forger),
                                .administrator = true};
    ident_t id = proving_put(&p, KIND_PERSON_ENROL, (ident_t){{0}}, p.administrator_id, forger, &self);
    signer_t *again = replace_archiver(&p, forger, id);
    proving_prove(&p, (position_t[]){3, 1, 2, 4, 5}, 5, again, &file);
    assert_int_equal(checked(&file, &p.ledger, &problem), -1);
    assert_int_equal(problem.reason, REASON_BAD_SIGNATURE);
    signer_destroy(&again);
    signer_destroy(&key);
    signer_destroy(&forger);
    buffer_free(&file);
    proving_end(&p);
}
