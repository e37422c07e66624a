/* SPDX-License-Identifier: Apache-2.0
 *
 * Signed notes, checkpoints and verifier keys, as they come back from a mailbox, a witness or a printed
 * code: read or refused with a reason; what a reader takes apart is what stands there; nobody has signed
 * who did not.
 */
#include "common/ledger/checkpoint.h"
#include "tests/fuzz/fuzz.h"

static signer_t *nobody;

int LLVMFuzzerInitialize(int *argc, char ***argv) {
    (void) argc, (void) argv;
    crypto_start();
    nobody = signer_new();
    return 0;
}

static bool within(text_t part, text_t whole) {
    return part.p >= whole.p && part.p + part.n <= whole.p + whole.n;
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size) {
    static signed_note_t note;
    const text_t whole = {(const char *) data, size};
    tree_head_t head;
    verifier_key_t key;
    problem_t problem = {0};
    int rc = signed_note_read(whole, &note, &problem);
    fuzz_refusal(rc, &problem);
    if (rc == 0) {
        HOLDS(within(note.text, whole) && note.n > 0, "what is signed stands there");
        const verifier_key_t mine = {note.lines[0].name, SIGNED_ED25519, signer_key(nobody)},
                             timed = {note.lines[0].name, SIGNED_COSIGNATURE, signer_key(nobody)};
        HOLDS(signed_note_by(&note, &mine, NULL) != SIGNED_VALID &&
                  signed_note_by(&note, &timed, NULL) != SIGNED_VALID,
              "nobody has signed it");
    }
    problem = (problem_t){0};
    rc = checkpoint_read((bytes_t){data, size}, &note, &head, &problem);
    fuzz_refusal(rc, &problem);
    HOLDS(rc != 0 || head.position > 0, "a checkpoint is of events");
    problem = (problem_t){0};
    rc = verifier_key_read(whole, &key, &problem);
    fuzz_refusal(rc, &problem);
    if (rc == 0) {
        buffer_t again = {0};
        verifier_key_print(&key, &again);
        HOLDS(strlen(buffer_cstr(&again)) == size, "one text for one key");
        buffer_free(&again);
    }
    return 0;
}
