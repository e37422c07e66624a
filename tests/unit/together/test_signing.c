/* SPDX-License-Identifier: Apache-2.0
 *
 * What a workstation's agent signs: everyday words with a key that is unlocked, what has the meaning
 * of a signature only after the passphrase was given for that (21 CFR 11.200). Refused, it leaves
 * nothing in the outbox.
 */
#include "tests/unit/together/photo.h"

static void give(scene_t *s, const char *passphrase, bool signs) {
    struct local_unlock body = {
        .person = TEXT("linxiaohe"), .passphrase = text_of(passphrase), .signs = signs};
    bus_say(s->bus, s->local, MESSAGE_LOCAL_UNLOCK, &body);
    listen(s, 100);
}

/* A signature by its kind; whether the clerk may grant that is not the agent's business. */
static void sign(scene_t *s) {
    text_t classes[] = {TEXT("regular")};
    struct mandate body = {.department = TEXT("sales"),
                           .rule = TEXT("completeness"),
                           .classes = {classes, 1},
                           .until = COMPANY_START + 30 * DAY_MS};
    s->receipt = (struct receipt){0};
    say(s, KIND_MANDATE_GRANT, company_ident(s->company), &body);
    listen(s, 20);
}

static void say_everyday(scene_t *s) {
    struct customer customer = {.name = TEXT("another"), .short_name = TEXT("another")};
    s->receipt = (struct receipt){0};
    say(s, KIND_CUSTOMER_REGISTER, company_ident(s->company), &customer);
    listen(s, 20);
}

static void is_asked_to_sign(scene_t *s, int64_t queued) {
    assert_int_equal(s->receipt.state, RECEIPT_REFUSED);
    assert_int_equal(s->receipt.reason, REASON_LOCKED);
    assert_true(text_is(s->receipt.field, "passphrase"));
    assert_true(text_is(s->receipt.detail, "give your passphrase to sign"));
    assert_int_equal(rows(outbox_db_of(s), "outbox"), queued);
}

static scene_t *alone(const char *name) {
    scene_t *s = scene_new(name);
    listen(s, 3000);
    bus_kill(s->bus, s->department); /* what is signed stays in the outbox */
    assert_int_equal(rows(outbox_db_of(s), "outbox"), 0);
    return s;
}

TEST_CLAUSE(an_unlocked_key_says_everyday_words_and_is_asked_to_sign, "21-CFR-11.200", REFUSAL) {
    scene_t *s = alone("everyday");
    say_everyday(s);
    assert_int_equal(s->receipt.state, RECEIPT_BUSY);
    sign(s);
    is_asked_to_sign(s, 1);
    give(s, PASSPHRASE, true);
    sign(s);
    assert_int_equal(s->receipt.state, RECEIPT_BUSY);
    sign(s);
    assert_int_equal(s->receipt.state, RECEIPT_BUSY);
    assert_int_equal(rows(outbox_db_of(s), "outbox"), 3);
    scene_destroy(s);
}

TEST_CLAUSE(the_passphrase_is_asked_for_again_after_a_pause_a_lock_and_a_start, "21-CFR-11.200", REFUSAL) {
    scene_t *s = alone("again");
    for (int64_t i = 0; i < 3; i++) {
        give(s, PASSPHRASE, true);
        sign(s);
        assert_int_equal(s->receipt.state, RECEIPT_BUSY);
        listen(s, 14 * MINUTE_MS);
        sign(s);
        assert_int_equal(rows(outbox_db_of(s), "outbox"), 2 * i + 2);
        if (i == 0)
            listen(s, 15 * MINUTE_MS);
        else if (i == 1)
            give(s, "", false); /* locks */
        else
            kill_one(s, s->agent);
        if (i)
            give(s, PASSPHRASE, false);
        sign(s);
        is_asked_to_sign(s, 2 * i + 2);
    }
    scene_destroy(s);
}

TEST_CLAUSE(a_wrong_passphrase_signs_nothing, "21-CFR-11.200", REFUSAL) {
    scene_t *s = alone("wrong");
    give(s, "falsch", true);
    sign(s);
    is_asked_to_sign(s, 0);
    scene_destroy(s);
}
