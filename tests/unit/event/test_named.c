/* SPDX-License-Identifier: Apache-2.0
 *
 * named: every blob that a body names is found, or an event would be durable before what it
 * speaks of.
 */
#include "common/event/named.h"
#include "tests/unit/harness.h"

#define ATTACHMENTS_MAX 50 /* as order_content bounds them */

typedef struct named {
    digest_t at[80];
    size_t n;
} named_t;

static bool note(void *arg, digest_t blob) {
    named_t *named = arg;
    named->at[named->n++] = blob;
    return true;
}

static size_t names(kind_t kind, const void *body, named_t *named) {
    named->n = 0;
    assert_true(named_blobs(kind, body, note, named));
    return named->n;
}

static bool enough(void *arg, digest_t blob) {
    (void) blob;
    return ++*(int *) arg < 2;
}

TEST(an_order_names_its_attachments_and_its_contact) {
    struct attachment attachments[ATTACHMENTS_MAX];
    named_t named;
    for (size_t i = 0; i < ATTACHMENTS_MAX; i++)
        attachments[i] = (struct attachment){.blob = {{(uint8_t) (i + 1)}}};
    struct order_content content = {.attachments = {attachments, ATTACHMENTS_MAX},
                                    .contact = {{200}}};
    assert_int_equal(names(KIND_ORDER_REGISTER, &content, &named), ATTACHMENTS_MAX + 1);
    assert_int_equal(named.at[0].b[0], 1);
    assert_int_equal(named.at[ATTACHMENTS_MAX - 1].b[0], ATTACHMENTS_MAX);
    assert_int_equal(named.at[ATTACHMENTS_MAX].b[0], 200);
    struct amend amend = {.content = {&content, 1}};
    assert_int_equal(names(KIND_ORDER_AMEND, &amend, &named), ATTACHMENTS_MAX + 1);
    content = (struct order_content){.note = TEXT("no blobs")};
    assert_int_equal(names(KIND_ORDER_REGISTER, &content, &named), 0);
}

TEST(a_customer_names_its_contact) {
    named_t named;
    struct customer customer = {.contact = {{7}}};
    assert_int_equal(names(KIND_CUSTOMER_REGISTER, &customer, &named), 1);
    assert_int_equal(named.at[0].b[0], 7);
    assert_int_equal(names(KIND_CUSTOMER_CHANGE, &customer, &named), 1);
    customer.contact = (digest_t){{0}};
    assert_int_equal(names(KIND_CUSTOMER_REGISTER, &customer, &named), 0);
}

TEST(other_kinds_name_none) {
    named_t named;
    struct round_opened opened = {.digest = {{1}}}; /* a digest, but of no blob */
    assert_int_equal(names(KIND_ROUND_OPENED, &opened, &named), 0);
}

TEST(a_photograph_in_pieces_names_each_of_them) {
    struct blob_piece pieces[] = {{{{2}}}, {{{3}}}};
    struct attachment photograph = {.blob = {{1}}, .pieces = {pieces, 2}};
    struct feedback_content content = {.attachments = {&photograph, 1}, .contact = {{4}}};
    struct action_report report = {.attachments = {&photograph, 1}};
    named_t named;
    assert_int_equal(names(KIND_FEEDBACK_REGISTER, &content, &named), 4);
    for (size_t i = 0; i < 4; i++)
        assert_int_equal(named.at[i].b[0], i + 1);
    assert_int_equal(names(KIND_ACTION_REPORT, &report, &named), 3);
    int asked = 0;
    assert_false(named_blobs(KIND_FEEDBACK_REGISTER, &content, enough, &asked));
    assert_int_equal(asked, 2); /* and no more */
}

TEST(what_is_erased_is_not_named) {
    struct blob_erase erase = {.blob = {{1}}};
    named_t named;
    assert_int_equal(names(KIND_BLOB_ERASE, &erase, &named), 0);
}

/* ---- as people see them ---- */

typedef struct seen {
    const struct attachment *attachments[8];
    digest_t contacts[8];
    size_t n, contacts_n;
} seen_t;

static bool see(void *arg, const struct attachment *attachment, digest_t contact) {
    seen_t *seen = arg;
    if (attachment)
        seen->attachments[seen->n++] = attachment;
    else
        seen->contacts[seen->contacts_n++] = contact;
    return true;
}

static bool see_one(void *arg, const struct attachment *attachment, digest_t contact) {
    see(arg, attachment, contact);
    return false;
}

TEST(an_attachment_is_one_document_however_many_pieces_it_has) {
    seen_t seen = {0};
    struct blob_piece pieces[3] = {{.blob = {{2}}}, {.blob = {{3}}}, {.blob = {{4}}}};
    struct attachment attachments[2] = {{.blob = {{1}}, .pieces = {pieces, 3}}, {.blob = {{5}}}};
    struct feedback_content content = {.attachments = {attachments, 2}, .contact = {{9}}};
    struct feedback_amend amend = {.content = {&content, 1}};
    assert_true(named_documents(KIND_FEEDBACK_AMEND, &amend, see, &seen));
    assert_int_equal(seen.n, 2);
    assert_ptr_equal(seen.attachments[0], &attachments[0]);
    assert_ptr_equal(seen.attachments[1], &attachments[1]);
    assert_int_equal(seen.contacts_n, 1);
    assert_int_equal(seen.contacts[0].b[0], 9);
    seen = (seen_t){0};
    assert_false(named_documents(KIND_FEEDBACK_AMEND, &amend, see_one, &seen));
    assert_int_equal(seen.n + seen.contacts_n, 1);
    content.attachments.n = 0;
    seen = (seen_t){0};
    assert_false(named_documents(KIND_FEEDBACK_AMEND, &amend, see_one, &seen));
    assert_int_equal(seen.contacts_n, 1);
}

TEST(neither_an_erasure_nor_what_follows_by_itself_has_documents) {
    seen_t seen = {0};
    struct blob_erase erase = {.blob = {{1}}};
    struct numbered numbered = {.number = TEXT("DD2026-0001")};
    assert_true(named_documents(KIND_BLOB_ERASE, &erase, see_one, &seen));
    assert_true(named_documents(KIND_NUMBERED, &numbered, see_one, &seen));
    assert_int_equal(seen.n + seen.contacts_n, 0);
}
