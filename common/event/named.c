/* SPDX-License-Identifier: Apache-2.0
 *
 * named: attachments and contact persons of orders and customers.
 */
#include "common/event/named.h"

static size_t of_content(const struct order_content *content, digest_t *out) {
    size_t n = 0;
    for (size_t i = 0; i < content->attachments.n && n < NAMED_BLOBS_MAX - 1; i++)
        out[n++] = content->attachments.at[i].blob;
    if (!digest_none(content->contact))
        out[n++] = content->contact;
    return n;
}

size_t named_blobs(kind_t kind, const void *body, digest_t out[NAMED_BLOBS_MAX]) {
    if (kind == KIND_ORDER_REGISTER)
        return of_content(body, out);
    if (kind == KIND_ORDER_AMEND)
        return of_content(((const struct amend *) body)->content.at, out);
    if (kind != KIND_CUSTOMER_REGISTER && kind != KIND_CUSTOMER_CHANGE)
        return 0;
    out[0] = ((const struct customer *) body)->contact;
    return !digest_none(out[0]);
}
