/* SPDX-License-Identifier: Apache-2.0
 *
 * show_feedback: what is particular to a complaint or other feedback: a line of the register, what
 * came in, and what was said at each stage. What every case has is in show_case.c.
 */
#include <stdio.h>

#include "common/screen/show.h"
#include "common/screen/words.h"

static void print_mark(const json_t *json, const char *key, const char *mark) {
    if (json_is_true(json_object_get(json, key)))
        printf(" · %s", mark);
}

/* Severity and what goes with it, of the head and of each assessment. */
static void print_triage(const json_t *json) {
    if (show_string(json, "severity")[0])
        printf(" · %s", show_word(json, "severity", "severity"));
    print_mark(json, "safety", _("safety"));
    print_mark(json, "urgent", _("urgent"));
    print_mark(json, "complex", _("complex"));
}

void show_feedback_head(const json_t *f) {
    printf("%-14s ", show_string(f, "number"));
    words_pad(show_string(json_object_get(f, "customer"), "short_name"), 12);
    printf(" %s · %s", show_word(f, "state", "state"), show_word(f, "feedback_kind", "kind"));
    print_triage(f);
    if (show_string(f, "product")[0])
        printf(" · %s", show_string(f, "product"));
    if (show_string(f, "lot")[0])
        printf(" · %s %s", _("lot"), show_string(f, "lot"));
    putchar('\n');
}

void show_feedback_list(const json_t *answer) {
    show_register(answer, "feedback", show_feedback_head);
}

/* ---- what came in ---- */

static void print_quantity(const json_t *content, const char *key, const char *label) {
    if (show_string(content, key)[0])
        printf("  %s: %s %s\n", label, show_string(content, key), show_string(content, "unit"));
}

static void print_revision(const json_t *r) {
    const json_t *content = json_object_get(r, "content");
    show_revision_head(r);
    printf("  %s · ", show_word(content, "medium", "medium"));
    show_time(show_string(content, "received"));
    putchar('\n');
    show_text(content, "order_number", _("order"), 2);
    show_text(content, "product", _("product"), 2);
    show_text(content, "lot", _("lot"), 2);
    print_quantity(content, "delivered", _("delivered"));
    print_quantity(content, "affected", _("affected"));
    show_text(content, "delivery_note", _("delivery note"), 2);
    show_text(content, "text", _("what happened"), 2);
    show_text(content, "sought", _("sought"), 2);
    show_text(content, "note", _("remark"), 2);
    show_attachments(content, 2);
    show_differences(r);
}

/* ---- what was said at each stage ---- */

static void print_acknowledged(const json_t *said) {
    printf("%s: %s", _("acknowledged"), show_word(said, "medium", "medium"));
    show_signer(said);
    show_when(said, "when", _("told at"), 2);
    show_text(said, "text", _("told"), 2);
}

static void print_assessed(const json_t *said) {
    size_t i;
    json_t *department;
    printf("%s", _("assessed"));
    print_triage(said);
    show_signer(said);
    show_text(said, "duplicate_number", _("duplicate of"), 2);
    json_array_foreach(json_object_get(said, "departments"), i, department)
        printf("%s%s", i ? "、" : "  → ", words_name("departments", json_string_value(department)));
    if (i)
        putchar('\n');
    show_text(said, "reason", _("reason"), 2);
}

static void print_contained(const json_t *said) {
    printf("%s", _("contained"));
    show_signer(said);
    show_text(said, "customer", _("at the customer's"), 2);
    show_text(said, "transit", _("on its way"), 2);
    show_text(said, "stock", _("in stock"), 2);
    show_text(said, "unneeded", _("nothing has to be contained"), 2);
}

static void print_answered(const json_t *said) {
    printf("%s: %s", _("answered"), show_word(said, "medium", "medium"));
    show_signer(said);
    show_when(said, "when", _("told at"), 2);
    show_text(said, "text", _("told"), 2);
    show_attachments(said, 2);
}

static void print_closed(const json_t *said) {
    printf("%s: %s", _("closed"), show_word(said, "ending", "ending"));
    show_signer(said);
    show_text(said, "text", _("remark"), 2);
}

static void print_reopened(const json_t *said) {
    printf("%s: %s", _("reopened"), show_string(said, "reason"));
    show_signer(said);
}

static void print_reclassified(const json_t *said) {
    printf("%s: %s", _("reclassified"), show_word(said, "feedback_kind", "kind"));
    show_signer(said);
    show_text(said, "reason", _("reason"), 2);
}

static void print_all(const json_t *f, const char *key, void (*print)(const json_t *said)) {
    size_t i;
    json_t *said;
    json_array_foreach(json_object_get(f, key), i, said)
        print(said);
}

void show_feedback_content(const json_t *f) {
    if (show_string(f, "class")[0])
        printf("%s: %s\n", _("class"), words_name("classes", show_string(f, "class")));
    print_all(f, "revisions", print_revision);
    print_all(f, "reclassified", print_reclassified);
    print_all(f, "acknowledged", print_acknowledged);
    print_all(f, "assessed", print_assessed);
    print_all(f, "contained", print_contained);
}

void show_feedback_end(const json_t *f) {
    print_all(f, "answered", print_answered);
    print_all(f, "closed", print_closed);
    print_all(f, "reopened", print_reopened);
}
