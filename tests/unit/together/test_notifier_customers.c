/* SPDX-License-Identifier: Apache-2.0
 *
 * What customers hear (QP21-4.5b): milestones that policy lists, nothing internal, and nothing at all
 * once their contact person was erased.
 */
#include "tests/unit/together/told_scene.h"

#define RULES \
    RULES_HEAD "rules = ( { name = \"c\"; event = \"feedback.register\"; to = [ \"customer\" ];" \
               " template = \"customer\"; } );\n"
#define BUYER "buyer@c02.example.com"

static const uint8_t contact_salted[] =
    "0123456789abcdef\xe9\x87\x87\xe8\xb4\xad buyer@c02.example.com 023-1234";
static bytes_t contact(void) { return (bytes_t){contact_salted, sizeof contact_salted - 1}; }

static told_t *told_policy(const char *name, bool listed) {
    int64_t milestones[] = {MILESTONE_RECEIVED};
    return told_with(name, RULES, 10, (struct int_list){milestones, listed ? 1 : 0});
}

/* With that contact person in a blob; time goes on by `ms`. */
static ident_t complain_of(told_t *s, bytes_t person, int64_t ms) {
    ident_t id = company_ident(s->company);
    struct blob_put put = {.address = blob_address(person), .salted = person};
    struct feedback_content body = {.kind = FEEDBACK_COMPLAINT,
                                    .customer = s->customer,
                                    .medium = MEDIUM_TELEPHONE,
                                    .received = bus_now(s->bus) - HOUR_MS,
                                    .contact = put.address,
                                    .note = TEXT("internal: blame the supplier"),
                                    .text = TEXT("a bag was torn")};
    bus_say(s->bus, s->hub_line, MESSAGE_BLOB_PUT, &put);
    told_listen(s, 1000);
    told_submit(s, s->company->clerk, s->company->clerk_id, id, KIND_FEEDBACK_REGISTER,
                (ident_t){{0}}, &body);
    told_listen(s, ms);
    assert_int_equal(s->receipt.state, RECEIPT_ACCEPTED);
    return id;
}

static ident_t complain(told_t *s, int64_t ms) { return complain_of(s, contact(), ms); }

TEST_CLAUSE(a_customer_hears_of_a_milestone_and_of_nothing_internal, "QP21-4.5b", RULE) {
    told_t *s = told_policy("hears", true);
    complain(s, 10000);
    assert_int_equal(mails_to(BUYER), 1);
    assert_int_equal(played.n, 1);
    assert_true(mail_says(&played.at[0], "TS2026-0001"));
    assert_true(mail_says(&played.at[0], "We have received"));
    static const char *const internal[] = {"blame", "torn", "linxiaohe", "countersign --as",
                                           "林小禾"};
    for (size_t i = 0; i < sizeof internal / sizeof *internal; i++)
        assert_false(mail_says(&played.at[0], internal[i]));
    outcomes_t o = told_outcomes(s);
    assert_int_equal(o.n, 1);
    assert_int_equal(o.last, NOTIFY_ACCEPTED);
    told_destroy(s);
}

TEST_CLAUSE(what_policy_does_not_list_no_customer_hears, "QP21-4.5b", REFUSAL) {
    told_t *s = told_policy("not-listed", false);
    complain(s, 10000);
    assert_int_equal(played.asked, 0);
    assert_int_equal(told_outcomes(s).n, 0);
    told_destroy(s);
}

TEST(an_erased_contact_person_gets_no_mail_and_the_record_says_why) {
    told_t *s = told_policy("erased", true);
    bus_kill(s->bus, s->notifier);
    complain(s, 5000);
    signer_t *signer = quality_signer();
    struct blob_erase body = {.blob = blob_address(contact()), .reason = TEXT("the person's wish")};
    const coordinator_t *coordinator = bus_daemon(s->bus, s->coordinator);
    told_submit(s, signer, s->quality, company_ident(s->company), KIND_BLOB_ERASE,
                context_genesis_case(chronicle_context(coordinator->chronicle)), &body);
    told_listen(s, 5000);
    assert_int_equal(s->receipt.state, RECEIPT_ACCEPTED);
    bus_start(s->bus, s->notifier);
    told_listen(s, 10000);
    assert_int_equal(played.asked, 0);
    outcomes_t o = told_outcomes(s);
    assert_int_equal(o.last, NOTIFY_FAILED);
    assert_string_equal(o.text, "the customer's contact person was erased");
    signer_destroy(&signer);
    told_destroy(s);
}

TEST(a_customer_without_an_address_holds_nobody_up) {
    told_t *s = told_policy("no-address", true);
    told_complain(s, "by telephone", 10000);
    assert_int_equal(played.asked, 0);
    assert_int_equal(told_outcomes(s).last, NOTIFY_FAILED);
    complain(s, 10000);
    assert_int_equal(mails_to(BUYER), 1);
    told_destroy(s);
}

/* Found neither here nor there. */
static void lose(void *arg, passage_t *p) {
    const bool *lost = arg;
    if (*lost && p->type == MESSAGE_BLOB_PUT)
        p->copies = 0;
}

/* More than there are places for contacts at once: who was told makes room. */
TEST(forty_customers_in_a_minute_are_all_told_within_it) {
    enum { CUSTOMERS = 40 };
    told_t *s = told_policy("forty", true);
    uint8_t person[sizeof contact_salted - 1];
    memcpy(person, contact_salted, sizeof person);
    for (uint8_t i = 0; i < CUSTOMERS; i++) {
        person[0] = i; /* of the salt: another blob, the same mailbox */
        complain_of(s, (bytes_t){person, sizeof person}, 0);
    }
    told_listen(s, 10000);
    assert_int_equal(mails_to(BUYER), CUSTOMERS);
    told_destroy(s);
}

TEST(a_contact_that_is_slow_to_come_is_waited_for) {
    told_t *s = told_policy("slow", true);
    bool lost = false;
    complain(s, 0);
    lost = true;
    bus_hook(s->bus, lose, &lost);
    told_listen(s, 20000);
    assert_int_equal(played.asked, 0);
    lost = false;
    told_listen(s, 10000);
    assert_int_equal(mails_to(BUYER), 1);
    told_destroy(s);
}
