/* SPDX-License-Identifier: Apache-2.0
 *
 * Checkpoints leave the house: the archiver signs one, the notifier mails it to the auditors when it is
 * due and says more than the last one, and the record says what became of it.
 */
#include "common/ledger/checkpoint.h"
#include "tests/unit/together/told_scene.h"

#define CERTIFIER "evidence@certifier.example.org"
#define BANK "ledger@bank.example.org"
#define AUDITORS \
    "auditors = ( { name = \"certifier\"; address = \"" CERTIFIER "\"; }," \
    " { name = \"bank\"; address = \"" BANK "\"; } ); rules = ( );\n"

typedef struct mailed { size_t accepted, failed; position_t at; char text[301]; } mailed_t;

static int mailed_add(void *arg, position_t position, bytes_t bytes) {
    mailed_t *m = arg;
    arena_t *arena = arena_new(0);
    decoded_t event;
    if (event_decode(bytes, arena, &event, NULL) == 0 && event.info->kind == KIND_NOTIFY_CHECKPOINT) {
        const struct checkpoint_told *body = event.body;
        m->accepted += body->outcome == NOTIFY_ACCEPTED;
        m->failed += body->outcome == NOTIFY_FAILED;
        m->at = (position_t) body->position;
        assert_true(m->at < position);
        if (body->outcome == NOTIFY_FAILED)
            snprintf(m->text, sizeof m->text, "%.*s", (int) body->text.n, body->text.p);
    }
    arena_destroy(&arena);
    return 0;
}

/* As the coordinator's record has it. */
static mailed_t mailed(told_t *s) {
    const coordinator_t *coordinator = bus_daemon(s->bus, s->coordinator);
    mailed_t m = {.at = 0};
    ledger_walk(chronicle_ledger(coordinator->chronicle), 1, INT64_MAX, mailed_add, &m);
    return m;
}

/* The archiver signs one now; returns its position. */
static position_t sign_one(told_t *s) {
    archiver_t *archiver = bus_daemon(s->bus, s->archiver);
    trail_ask(archiver);
    told_listen(s, 5000);
    return archiver->trail.signed_to;
}

TEST_CLAUSE(a_checkpoint_reaches_each_auditor_and_the_record_says_so, "QP21-5", RULE) {
    told_t *s = told_new("auditors", RULES_HEAD AUDITORS);
    told_complain(s, "a bag was torn", 2000);
    position_t first = sign_one(s);
    archiver_t *archiver = bus_daemon(s->bus, s->archiver);
    assert_true(first > 0);
    assert_int_equal(mails_to(CERTIFIER), 1);
    assert_int_equal(mails_to(BANK), 1);
    assert_true(mail_says(&played.at[0], buffer_cstr(&archiver->trail.note)));
    mailed_t m = mailed(s);
    assert_int_equal(m.accepted, 2);
    assert_int_equal(m.at, first);
    told_destroy(s);
}

TEST(once_a_day_at_its_hour_is_enough) {
    told_t *s = told_new("day", RULES_HEAD "checkpoint_at = \"10:20\"; " AUDITORS);
    told_complain(s, "one", 2000);
    position_t first = sign_one(s); /* of all, so it goes at once */
    assert_int_equal(mails_to(CERTIFIER), 1);
    told_complain(s, "two", 2000);
    position_t second = sign_one(s);
    assert_true(second > first);
    assert_int_equal(mails_to(CERTIFIER), 1);
    told_listen(s, 8 * MINUTE_MS); /* past the hour */
    assert_int_equal(mails_to(CERTIFIER), 2);
    assert_int_equal(mails_to(BANK), 2);
    assert_int_equal(mailed(s).at, second);
    told_complain(s, "three", 2000);
    sign_one(s);
    assert_int_equal(mails_to(CERTIFIER), 2);
    told_destroy(s);
}

#define EACH "checkpoint_at = \"\"; checkpoint_minutes = 1; "

TEST(each_that_is_signed_may_go_and_that_it_went_is_no_news) {
    told_t *s = told_new("each", RULES_HEAD EACH AUDITORS);
    told_complain(s, "one", 2000);
    position_t first = sign_one(s);
    assert_int_equal(mails_to(CERTIFIER), 1);
    told_listen(s, 2 * MINUTE_MS);
    assert_true(sign_one(s) > first); /* over the event that says that it was mailed */
    told_listen(s, 2 * MINUTE_MS);
    assert_int_equal(mails_to(CERTIFIER), 1);
    assert_int_equal(mailed(s).accepted, 2);
    told_complain(s, "two", 2000);
    sign_one(s);
    assert_int_equal(mails_to(CERTIFIER), 2);
    assert_true(mailed(s).at > first);
    told_destroy(s);
}

TEST(a_mailbox_that_is_refused_is_on_the_record_without_its_address) {
    told_t *s = told_new("refused", RULES_HEAD AUDITORS);
    played.refuses = CERTIFIER;
    played.says = "550 5.1.1 <" CERTIFIER "> unknown";
    told_complain(s, "one", 2000);
    sign_one(s);
    mailed_t m = mailed(s);
    assert_int_equal(m.accepted, 1);
    assert_int_equal(m.failed, 1);
    assert_string_equal(m.text, "550 5.1.1 … unknown");
    told_destroy(s);
}

static ident_t failed_note(told_t *s) {
    note_t notes[8];
    size_t n = queue_list(told_notifier(s)->queue, 0, true, notes, 8);
    for (size_t i = 0; i < n; i++)
        if (notes[i].state == NOTE_FAILED)
            return notes[i].id;
    fail_msg("no notification failed");
    return (ident_t){{0}};
}

static void retry(told_t *s, kind_t kind, ident_t object, ident_t note) {
    signer_t *signer = quality_signer();
    struct notify_act body = {.notification = note, .reason = TEXT("the mailbox is mended")};
    told_submit(s, signer, s->quality, company_ident(s->company), kind, object, &body);
    told_listen(s, 5000);
    assert_int_equal(s->receipt.state, RECEIPT_ACCEPTED);
    signer_destroy(&signer);
}

TEST_CLAUSE(what_an_auditors_mailbox_refused_is_sent_again_by_hand, "QP21-5", RULE) {
    told_t *s = told_new("again", RULES_HEAD EACH AUDITORS);
    played.refuses = CERTIFIER;
    ident_t complaint = told_complain(s, "one", 2000);
    position_t first = sign_one(s);
    assert_int_equal(mailed(s).failed, 1);
    played.refuses = NULL;
    ident_t note = failed_note(s);
    ident_t ledger = context_genesis_case(chronicle_context(told_notifier(s)->chronicle));
    retry(s, KIND_NOTIFY_RETRY, complaint, note); /* of a case: this one is of none */
    assert_int_equal(mails_to(CERTIFIER), 0);
    retry(s, KIND_NOTIFY_CHECKPOINT_RETRY, ledger, note);
    assert_int_equal(mails_to(CERTIFIER), 1);
    assert_int_equal(mails_to(BANK), 1); /* who has it is not written to again */
    mailed_t m = mailed(s);
    assert_int_equal(m.accepted, 2);
    assert_int_equal(m.failed, 1);
    assert_int_equal(m.at, first);
    retry(s, KIND_NOTIFY_CHECKPOINT_RETRY, ledger, (ident_t){{9}}); /* of no notification of ours */
    assert_int_equal(mails_to(CERTIFIER) + mails_to(BANK), 2);
    told_destroy(s);
}

TEST(what_waits_for_a_relay_gives_way_to_a_newer_one) {
    told_t *s = told_new("waits", RULES_HEAD EACH "backoff_limit_seconds = 10; " AUDITORS);
    played.mood = MOOD_DEFERS;
    told_complain(s, "one", 2000);
    position_t first = sign_one(s);
    told_complain(s, "two", MINUTE_MS);
    position_t second = sign_one(s);
    assert_true(second > first);
    assert_int_equal(played.n, 0);
    played.mood = MOOD_TAKES;
    told_listen(s, 20000);
    assert_int_equal(mails_to(CERTIFIER), 1);
    mailed_t m = mailed(s);
    assert_int_equal(m.accepted, 2);
    assert_int_equal(m.at, second);
    assert_int_equal(told_counts(s).of[NOTE_EXPIRED], 2);
    told_destroy(s);
}

TEST(a_notifier_that_lost_its_store_goes_by_the_record) {
    told_t *s = told_new("lost", RULES_HEAD EACH AUDITORS);
    told_complain(s, "one", 2000);
    position_t first = sign_one(s);
    bus_kill(s->bus, s->notifier);
    told_lose_store(s);
    bus_start(s->bus, s->notifier);
    told_listen(s, 65000);
    assert_int_equal(mails_to(CERTIFIER), 1);
    told_complain(s, "two", 2000);
    assert_true(sign_one(s) > first);
    assert_int_equal(mails_to(CERTIFIER), 2);
    assert_int_equal(mailed(s).accepted, 4);
    told_destroy(s);
}
