/* SPDX-License-Identifier: Apache-2.0
 *
 * named: every blob that a body names is found, or an event would be durable before what it
 * speaks of.
 */
#include "common/event/named.h"
#include "tests/unit/harness.h"

#define ATTACHMENTS_MAX 50 /* as order_content bounds them */

TEST(an_order_names_its_attachments_and_its_contact) {
    struct attachment attachments[ATTACHMENTS_MAX];
    digest_t named[NAMED_BLOBS_MAX];
    for (size_t i = 0; i < ATTACHMENTS_MAX; i++)
        attachments[i] = (struct attachment){.blob = {{(uint8_t) (i + 1)}}};
    struct order_content content = {.attachments = {attachments, ATTACHMENTS_MAX},
                                    .contact = {{200}}};
    assert_int_equal(named_blobs(KIND_ORDER_REGISTER, &content, named), ATTACHMENTS_MAX + 1);
    assert_int_equal(named[0].b[0], 1);
    assert_int_equal(named[ATTACHMENTS_MAX - 1].b[0], ATTACHMENTS_MAX);
    assert_int_equal(named[ATTACHMENTS_MAX].b[0], 200);
    struct amend amend = {.content = {&content, 1}};
    assert_int_equal(named_blobs(KIND_ORDER_AMEND, &amend, named), ATTACHMENTS_MAX + 1);
    content = (struct order_content){.note = TEXT("no blobs")};
    assert_int_equal(named_blobs(KIND_ORDER_REGISTER, &content, named), 0);
}

TEST(a_customer_names_its_contact) {
    digest_t named[NAMED_BLOBS_MAX];
    struct customer customer = {.contact = {{7}}};
    assert_int_equal(named_blobs(KIND_CUSTOMER_REGISTER, &customer, named), 1);
    assert_int_equal(named[0].b[0], 7);
    assert_int_equal(named_blobs(KIND_CUSTOMER_CHANGE, &customer, named), 1);
    customer.contact = (digest_t){{0}};
    assert_int_equal(named_blobs(KIND_CUSTOMER_REGISTER, &customer, named), 0);
}

TEST(other_kinds_name_none) {
    digest_t named[NAMED_BLOBS_MAX];
    struct round_opened opened = {.digest = {{1}}}; /* a digest, but of no blob */
    assert_int_equal(named_blobs(KIND_ROUND_OPENED, &opened, named), 0);
}
