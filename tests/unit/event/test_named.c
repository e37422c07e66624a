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
