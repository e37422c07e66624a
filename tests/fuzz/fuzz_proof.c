/* SPDX-License-Identifier: Apache-2.0
 *
 * Proof files, as a customer hands one in: what is taken proves an event of the one record whose genesis
 * this is, since nobody here has its archiver's key. The first byte says what the rest is: 0, the file;
 * 1, what is behind "extra", in a file that is right otherwise; 2, changes to a right file, three bytes
 * each: where, and which letter.
 */
#include "tests/fuzz/fuzz.h"
#include "tests/unit/exchange/proving.h"

static proving_t record;
static buffer_t right;
static size_t extra_from, extra_to; /* of its base64 */

int LLVMFuzzerInitialize(int *argc, char ***argv) {
    (void) argc, (void) argv;
    proving_begin(&record);
    struct customer body = {.name = TEXT("云岭摩托"), .short_name = TEXT("云岭")};
    signer_t *key = proving_signer(90);
    struct key_replace replaced = {.key = signer_key(key), .reason = TEXT("换机器")};
    proving_put(&record, KIND_KEY_REPLACE, proving_archiver_id(&record), record.administrator_id,
                record.administrator, &replaced);
    for (int i = 0; i < 5; i++)
        proving_put(&record, KIND_CUSTOMER_REGISTER, (ident_t){{0}}, record.administrator_id,
                    record.administrator, &body);
    proving_prove(&record, (position_t[]){4, 1, 2}, 3, key, &right);
    signer_destroy(&key);
    const char *extra = strstr(buffer_cstr(&right), "extra ");
    extra_from = (size_t) (extra + strlen("extra ") - (const char *) right.p);
    extra_to = extra_from + strcspn(extra + strlen("extra "), "\n");
    return 0;
}

static void make_input(const uint8_t *data, size_t size, buffer_t *out) {
    buffer_clear(out);
    if (data[0] == 0) {
        buffer_put(out, data + 1, size - 1);
        return;
    }
    if (data[0] == 1) {
        buffer_put(out, right.p, extra_from);
        base64_put(out, (bytes_t){data + 1, size - 1});
        buffer_put(out, right.p + extra_to, right.n - extra_to);
        return;
    }
    buffer_put(out, right.p, right.n);
    for (size_t i = 1; i + 3 <= size; i += 3)
        out->p[((size_t) data[i] << 8 | data[i + 1]) % out->n] = data[i + 2];
}

static bool same(bytes_t a, bytes_t b) { return a.n == b.n && memcmp(a.p, b.p, a.n) == 0; }

/* Nothing in it is of another record. */
static void compare(const proof_t *proof) {
    HOLDS(digest_equal(proof->head.ledger, record.ledger), "it is of the record");
    HOLDS(proof->head.position == record.n, "nobody else has signed");
    for (size_t i = 0; i < proof->evidence.parts.n; i++) {
        const struct proof_part *part = &proof->evidence.parts.at[i];
        HOLDS(part->position <= (int64_t) record.n &&
                  same(part->bytes, record.events[part->position - 1]),
              "what is proved is in the record");
    }
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size) {
    static proof_t proof;
    static buffer_t input;
    problem_t problem = {0};
    if (size < 1)
        return 0;
    make_input(data, size, &input);
    arena_t *arena = arena_new(0);
    int rc = proof_check(buffer_bytes(&input), NULL, NULL, 0, arena, &proof, &problem);
    fuzz_refusal(rc, &problem);
    if (rc == 0) {
        context_t *context = context_new();
        compare(&proof);
        proof_fold(&proof, context);
        context_destroy(&context);
    }
    arena_destroy(&arena);
    return 0;
}
