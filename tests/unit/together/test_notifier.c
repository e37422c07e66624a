/* SPDX-License-Identifier: Apache-2.0
 *
 * The notifier with coordinator and archive: who is told, what became of it in the record, and what
 * crashes, lost stores and replays do to it.
 */
#include "tests/unit/together/told_scene.h"

#define ONE_RULE RULES_HEAD "rules = ( " RULE_COMPLAINT " );\n"

TEST_CLAUSE(a_complaint_reaches_quality_at_once_and_the_record_says_so, "QP21-4.5c", RULE) {
    told_t *s = told_new("at-once", ONE_RULE);
    told_complain(s, "a bag was torn", 5000);
    assert_int_equal(s->receipt.state, RECEIPT_ACCEPTED);
    assert_int_equal(mails_to(QUALITY), 1);
    assert_int_equal(played.n, 1);
    outcomes_t o = told_outcomes(s);
    assert_int_equal(o.n, 1);
    assert_int_equal(o.last, NOTIFY_ACCEPTED);
    assert_int_equal(o.attempts, 1);
    assert_int_equal(told_counts(s).of[NOTE_ACCEPTED], 1);
    told_listen(s, 60000); /* what it said itself is told to nobody */
    assert_int_equal(played.n, 1);
    assert_int_equal(told_outcomes(s).n, 1);
    told_destroy(s);
}

TEST(a_relay_that_is_down_is_tried_again_and_longer_each_time) {
    told_t *s = told_new("down", ONE_RULE);
    played.mood = MOOD_DEFERS;
    told_complain(s, "first", 5000);
    assert_int_equal(told_counts(s).of[NOTE_DEFERRED], 1);
    assert_int_equal(told_outcomes(s).n, 0);
    told_listen(s, 60000);
    size_t asked = played.asked;
    assert_in_range(asked, 3, 5); /* 10 s, 20 s, 40 s, a quarter more or less */
    played.mood = MOOD_TAKES;
    told_listen(s, 120000);
    assert_int_equal(mails_to(QUALITY), 1);
    assert_int_equal(told_outcomes(s).attempts, (int64_t) asked + 1);
    told_destroy(s);
}

TEST(a_mail_that_nobody_takes_holds_no_other_one_back) {
    told_t *s =
        told_new("poison", RULES_HEAD
                 "in_flight = 1; rules = ( " RULE_COMPLAINT ","
                 "{ name = \"me\"; event = \"feedback.register\"; to = [ \"person:yiming\" ];"
                 " template = \"told\"; } );\n");
    played.refuses = QUALITY;
    played.says = "550 5.1.1 <" QUALITY "> unknown";
    told_complain(s, "first", 5000);
    assert_int_equal(mails_to("yiming@wuyou.example.com"), 1);
    assert_int_equal(told_counts(s).of[NOTE_FAILED], 1);
    outcomes_t o = told_outcomes(s);
    assert_int_equal(o.n, 2);
    played.refuses = NULL;
    told_listen(s, 10 * MINUTE_MS);
    assert_int_equal(played.asked, 2); /* no use in trying again */
    told_destroy(s);
}

TEST(no_address_comes_into_the_record) {
    told_t *s = told_new("no-address", ONE_RULE);
    played.mood = MOOD_REFUSES;
    played.says = "550 5.1.1 <" QUALITY ">: unknown here";
    told_complain(s, "first", 5000);
    outcomes_t o = told_outcomes(s);
    assert_int_equal(o.last, NOTIFY_FAILED);
    assert_string_equal(o.text, "550 5.1.1 … unknown here");
    told_destroy(s);
}

TEST(what_is_too_old_is_given_up_and_said_to_be) {
    told_t *s =
        told_new("expires", RULES_HEAD "max_age_hours = 1; rules = ( " RULE_COMPLAINT " );\n");
    played.mood = MOOD_DEFERS;
    told_complain(s, "first", 100 * MINUTE_MS);
    outcomes_t o = told_outcomes(s);
    assert_int_equal(o.n, 1);
    assert_int_equal(o.last, NOTIFY_EXPIRED);
    played.mood = MOOD_TAKES;
    told_listen(s, 30 * MINUTE_MS);
    assert_int_equal(played.n, 0);
    told_destroy(s);
}

/* ---- crashes ---- */

typedef struct cutter {
    told_t *s;
    message_type_t type;
    bool armed;
} cutter_t;

/* Dies the moment this frame is on the wire; the frame still arrives, unless it was for us. */
static void die_at(void *arg, passage_t *p) {
    cutter_t *c = arg;
    if (p->type == c->type && (p->from == c->s->notifier || p->to == c->s->notifier))
        c->armed = true;
}

static bool is_armed(void *arg) { return ((cutter_t *) arg)->armed; }

static void crash_at(message_type_t type, const char *name) {
    told_t *s = told_new(name, ONE_RULE);
    cutter_t cutter = {.s = s, .type = type};
    bus_hook(s->bus, die_at, &cutter);
    told_complain(s, "first", 0);
    assert_true(bus_until(s->bus, is_armed, &cutter, 20000));
    bus_hook(s->bus, NULL, NULL);
    bus_kill(s->bus, s->notifier);
    told_listen(s, 1000);
    bus_start(s->bus, s->notifier);
    told_listen(s, 30000);
    queue_counts_t counts = told_counts(s);
    assert_int_equal(counts.of[NOTE_ACCEPTED], 1);
    assert_true(mails_to(QUALITY) >= 1);
    assert_true((int64_t) mails_to(QUALITY) <= 1 + counts.unsure); /* each second one is counted */
    assert_int_equal(told_outcomes(s).n, 1);
    told_destroy(s);
}

TEST(a_crash_while_the_event_arrives_loses_nothing) { crash_at(MESSAGE_COMMIT, "crash-commit"); }
TEST(a_crash_while_it_is_handed_over_loses_nothing) { crash_at(MESSAGE_DELIVER, "crash-deliver"); }
TEST(a_crash_before_the_answer_loses_nothing) { crash_at(MESSAGE_DELIVERED, "crash-delivered"); }
TEST(a_crash_while_the_outcome_is_posted_loses_nothing) {
    crash_at(MESSAGE_SUBMIT, "crash-submit");
}
TEST(a_crash_before_the_receipt_loses_nothing) { crash_at(MESSAGE_RECEIPT, "crash-receipt"); }

TEST(many_crashes_in_a_row_lose_nothing_and_count_what_may_be_double) {
    told_t *s = told_new("crashes", ONE_RULE);
    for (int i = 0; i < 12; i++) {
        told_complain(s, "again", 50 + 37 * i % 400);
        bus_kill(s->bus, s->notifier);
        bus_start(s->bus, s->notifier);
        told_listen(s, 13 * i % 300);
    }
    told_listen(s, 120000);
    queue_counts_t counts = told_counts(s);
    assert_int_equal(counts.of[NOTE_ACCEPTED], s->complaints);
    assert_in_range(played.n, s->complaints, s->complaints + (size_t) counts.unsure);
    assert_int_equal(told_outcomes(s).n, s->complaints);
    told_destroy(s);
}

/* ---- lost stores, replays ---- */

TEST(a_rebuilt_notifier_tells_nobody_again_of_what_has_an_outcome) {
    told_t *s = told_new("rebuilt", ONE_RULE);
    told_complain(s, "first", 10000);
    bus_kill(s->bus, s->notifier);
    told_lose_store(s);
    bus_start(s->bus, s->notifier);
    told_listen(s, 30000);
    assert_int_equal(played.n, 1);
    assert_int_equal(told_counts(s).again, 0);
    told_complain(s, "second", 10000);
    assert_int_equal(played.n, 2);
    assert_int_equal(told_counts(s).again, 0);
    told_destroy(s);
}

TEST(a_rebuilt_notifier_sends_what_has_no_outcome_and_counts_it) {
    told_t *s = told_new("again", ONE_RULE);
    played.mood = MOOD_SILENT;
    told_complain(s, "first", 10000);
    bus_kill(s->bus, s->notifier);
    told_lose_store(s);
    played.mood = MOOD_TAKES;
    bus_start(s->bus, s->notifier);
    told_listen(s, 30000);
    assert_int_equal(mails_to(QUALITY), 2); /* the silent one had taken the first */
    assert_int_equal(told_counts(s).again, 1);
    assert_int_equal(told_outcomes(s).n, 1);
    told_destroy(s);
}

TEST(a_rebuilt_notifier_leaves_what_is_older_than_the_queue_allows) {
    told_t *s = told_new("old", RULES_HEAD "max_age_hours = 1; rules = ( " RULE_COMPLAINT " );\n");
    bus_kill(s->bus, s->notifier);
    told_complain(s, "first", 61 * MINUTE_MS);
    told_lose_store(s);
    bus_start(s->bus, s->notifier);
    told_listen(s, 30000);
    assert_int_equal(played.n, 0);
    told_destroy(s);
}

TEST(one_that_was_down_tells_when_it_is_back) {
    told_t *s = told_new("was-down", ONE_RULE);
    bus_kill(s->bus, s->notifier);
    told_complain(s, "first", 60000);
    bus_start(s->bus, s->notifier);
    told_listen(s, 10000);
    assert_int_equal(mails_to(QUALITY), 1);
    assert_int_equal(told_counts(s).again, 0);
    told_destroy(s);
}

TEST(without_a_living_coordinator_nothing_is_sent) {
    told_t *s = told_new("replay", ONE_RULE);
    played.mood = MOOD_DEFERS;
    told_complain(s, "first", 5000);
    bus_kill(s->bus, s->notifier);
    bus_kill(s->bus, s->coordinator);
    played.mood = MOOD_TAKES;
    bus_start(s->bus, s->notifier);
    told_listen(s, 10 * MINUTE_MS); /* its queue is full, its archive speaks: no head, no mail */
    assert_int_equal(played.n, 0);
    bus_start(s->bus, s->coordinator);
    told_listen(s, 60000);
    assert_int_equal(mails_to(QUALITY), 1);
    told_destroy(s);
}

TEST(nothing_is_told_before_it_is_archived) {
    told_t *s = told_new("archived", ONE_RULE);
    bus_kill(s->bus, s->archiver);
    told_complain(s, "first", 60000);
    assert_int_equal(s->receipt.state, RECEIPT_ACCEPTED);
    assert_int_equal(played.asked, 0);
    bus_start(s->bus, s->archiver);
    told_listen(s, 10000);
    assert_int_equal(mails_to(QUALITY), 1);
    told_destroy(s);
}

/* ---- what people do about it ---- */

static ident_t first_note(told_t *s) {
    note_t note;
    assert_int_equal(queue_list(told_notifier(s)->queue, 0, true, &note, 1), 1);
    return note.id;
}

static void act(told_t *s, kind_t kind, ident_t object) {
    signer_t *signer = quality_signer();
    struct notify_act body = {.notification = first_note(s), .reason = TEXT("the box is gone")};
    told_submit(s, signer, s->quality, company_ident(s->company), kind, object, &body);
    told_listen(s, 5000);
    assert_int_equal(s->receipt.state, RECEIPT_ACCEPTED);
    signer_destroy(&signer);
}

TEST(a_drop_is_recorded_and_nothing_is_sent_any_more) {
    told_t *s = told_new("drop", ONE_RULE);
    played.mood = MOOD_DEFERS;
    ident_t object = told_complain(s, "first", 5000);
    act(s, KIND_NOTIFY_DROP, object);
    assert_int_equal(told_outcomes(s).last, NOTIFY_DROPPED);
    played.mood = MOOD_TAKES;
    told_listen(s, 10 * MINUTE_MS);
    assert_int_equal(played.n, 0);
    told_destroy(s);
}

TEST(a_retry_is_at_once_and_has_an_outcome_of_its_own) {
    told_t *s = told_new("retry", ONE_RULE);
    played.mood = MOOD_REFUSES;
    ident_t object = told_complain(s, "first", 5000);
    assert_int_equal(told_outcomes(s).last, NOTIFY_FAILED);
    played.mood = MOOD_TAKES;
    act(s, KIND_NOTIFY_RETRY, object);
    assert_int_equal(mails_to(QUALITY), 1);
    outcomes_t o = told_outcomes(s);
    assert_int_equal(o.n, 2);
    assert_int_equal(o.last, NOTIFY_ACCEPTED);
    told_destroy(s);
}

/* ---- when ---- */

TEST(quiet_hours_hold_what_is_not_urgent) {
    told_t *s = told_at(
        "quiet",
        RULES_HEAD "quiet_from = \"22:00\"; quiet_to = \"07:00\"; rules = ( " RULE_COMPLAINT ","
                   "{ name = \"urgent\"; event = \"feedback.register\"; urgent = true;"
                   " to = [ \"person:yiming\" ]; template = \"told\"; } );\n",
        6);
    told_complain(s, "before seven", 60000);
    assert_int_equal(mails_to("yiming@wuyou.example.com"), 1);
    assert_int_equal(mails_to(QUALITY), 0);
    told_listen(s, 44 * MINUTE_MS);
    assert_int_equal(mails_to(QUALITY), 0);
    told_listen(s, 4 * MINUTE_MS);
    assert_int_equal(mails_to(QUALITY), 1);
    told_destroy(s);
}

TEST(collected_mails_go_once_a_day_as_one) {
    told_t *s = told_new("digest", RULES_HEAD
                         "digest_at = \"10:30\"; rules = ( { name = \"d\"; event = "
                         "\"feedback.register\"; digest = true;"
                         " to = [ \"department:quality\" ]; template = \"told\"; } );\n");
    told_complain(s, "one", 1000);
    told_complain(s, "two", 1000);
    told_complain(s, "three", 60000);
    assert_int_equal(played.n, 0);
    told_listen(s, 20 * MINUTE_MS);
    assert_int_equal(mails_to(QUALITY), 1);
    assert_true(mail_says(&played.at[0], "TS2026-0001"));
    assert_true(mail_says(&played.at[0], "TS2026-0003"));
    assert_int_equal(told_outcomes(s).n, 3);
    told_destroy(s);
}
