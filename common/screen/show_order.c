/* SPDX-License-Identifier: Apache-2.0
 *
 * show_order: what is particular to an order: a line of the register, revisions with their lines,
 * requirements and class. What every case has is in show_case.c.
 */
#include <stdio.h>

#include "common/screen/show.h"
#include "common/screen/words.h"

void show_order_head(const json_t *o) {
    const json_t *customer = json_object_get(o, "customer");
    printf("%-14s ", show_string(o, "number"));
    words_pad(show_string(customer, "short_name"), 12);
    printf(" %s", show_word(o, "state", "state"));
    if (show_string(o, "class")[0])
        printf(" · %s", words_name("classes", show_string(o, "class")));
    if (show_number(o, "revision") > 1)
        printf(" · %s %d", _("revision"), (int) show_number(o, "revision"));
    if (show_string(o, "wanted")[0])
        printf(" · %s", show_string(o, "wanted"));
    putchar('\n');
}

void show_orders(const json_t *answer) {
    show_register(answer, "orders", show_order_head);
}

static void print_lines(const json_t *content) {
    size_t i;
    json_t *l;
    json_array_foreach(json_object_get(content, "lines"), i, l)
        printf("  %lld  %s %s  %s %s  %s %s  %s %s%s%s\n", (long long) show_number(l, "no"),
               show_string(l, "product"), show_string(l, "name"), show_string(l, "quantity"),
               show_string(l, "unit"), show_string(l, "price"), show_string(l, "currency"),
               _("wanted"), show_string(l, "wanted"),
               show_string(l, "modification")[0] ? "  ！" : "", show_string(l, "modification"));
    json_array_foreach(json_object_get(content, "requirements"), i, l)
        printf("  %s %lld  %s/%s  %s%s%s\n", _("requirement"), (long long) show_number(l, "no"),
               show_word(l, "requirement_kind", "kind"), show_word(l, "subject", "subject"),
               show_string(l, "text"), show_string(l, "standard")[0] ? " · " : "",
               show_string(l, "standard"));
}

/* Before the review: the word of an unwritten order, and who signed for it. */
static void print_confirmed(const json_t *c) {
    printf("  %s: %s · %s", _("confirmed by the customer"), show_string(c, "who"),
           show_string(c, "how"));
    show_signer(c);
}

static void print_revision(const json_t *r) {
    const json_t *class = json_object_get(r, "class");
    show_revision_head(r);
    print_lines(json_object_get(r, "content"));
    if (json_object_get(r, "confirmed"))
        print_confirmed(json_object_get(r, "confirmed"));
    show_differences(r);
    if (show_string(class, "proposed")[0])
        printf("  %s: %s", _("class proposed"),
               words_name("classes", show_string(class, "proposed")));
    size_t i;
    json_t *reason;
    json_array_foreach(json_object_get(class, "reasons"), i, reason)
        printf("%s%s", i ? ", " : " (", words_test(json_string_value(reason)));
    if (show_string(class, "proposed")[0])
        printf("%s\n", i ? ")" : "");
    if (show_string(class, "confirmed")[0])
        printf("  %s: %s — %s (%s)\n", _("class confirmed"),
               words_name("classes", show_string(class, "confirmed")),
               show_string(class, "reason"), show_who(class, "by"));
}

void show_order_content(const json_t *o) {
    size_t i;
    json_t *item;
    json_array_foreach(json_object_get(o, "revisions"), i, item)
        print_revision(item);
}

void show_order_end(const json_t *o) {
    if (show_string(o, "end_reason")[0])
        printf("%s: %s\n", show_word(o, "state", "state"), show_string(o, "end_reason"));
}
