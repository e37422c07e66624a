/* SPDX-License-Identifier: Apache-2.0
 *
 * show_order: orders as text for people: a line of the register, what one waits for, and the whole
 * with its revisions and reviews.
 */
#include <stdio.h>

#include "daemons/agent/cli/show.h"
#include "daemons/agent/cli/words.h"

static void print_head(const json_t *o) {
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
    size_t i;
    json_t *o;
    json_array_foreach(json_object_get(answer, "orders"), i, o)
        print_head(o);
    if (json_object_get(answer, "after"))
        printf(_("more: --after %lld\n"), (long long) show_number(answer, "after"));
}

static void print_step(const json_t *step) {
    printf("  - %s", show_word(step, "kind", "kind"));
    if (show_string(step, "meaning")[0])
        printf(": %s", show_word(step, "meaning", "meaning"));
    if (show_string(step, "department")[0])
        printf(" · %s", show_department(step));
    if (show_string(step, "role")[0])
        printf(" · %s", words_name("roles", show_string(step, "role")));
}

static void print_people(const json_t *list) {
    size_t i;
    json_t *person;
    json_array_foreach(list, i, person)
        printf("%s%s", i ? "、" : " — ", show_string(person, "name"));
}

static void print_waiting(const json_t *list) {
    size_t i;
    json_t *step;
    json_array_foreach(list, i, step) {
        print_step(step);
        print_people(json_object_get(step, "who"));
        const json_t *refusal = json_object_get(step, "refusal");
        if (json_is_true(json_object_get(step, "may")))
            printf("  ← %s", _("you can do this"));
        putchar('\n');
        if (refusal)
            printf("      %s: %s%s%s%s\n", _("not you"),
                   words_reason(show_string(refusal, "reason")),
                   show_string(refusal, "clause")[0] ? " [" : "", show_string(refusal, "clause"),
                   show_string(refusal, "clause")[0] ? "]" : "");
    }
}

void show_why(const json_t *o) {
    print_head(o);
    if (json_array_size(json_object_get(o, "waiting")) == 0)
        printf("  %s\n", _("nothing is waited for"));
    print_waiting(json_object_get(o, "waiting"));
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

static void print_difference(const json_t *revision) {
    size_t i;
    json_t *d;
    json_array_foreach(json_object_get(revision, "differences"), i, d)
        printf("    %s: %s → %s\n", show_string(d, "path"), show_string(d, "before"),
               show_string(d, "after"));
}

static void print_revision(const json_t *r) {
    const json_t *class = json_object_get(r, "class");
    printf(_("Revision %lld, by %s, "), (long long) show_number(r, "no"), show_who(r, "by"));
    show_time(show_string(r, "time"));
    putchar('\n');
    if (show_string(r, "reason")[0])
        printf("  %s: %s\n", _("reason"), show_string(r, "reason"));
    print_lines(json_object_get(r, "content"));
    print_difference(r);
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

static void print_verdict(const json_t *v) {
    size_t i;
    json_t *c;
    if (!json_is_true(json_object_get(v, "standing")))
        printf("    (%s) ",
               json_is_true(json_object_get(v, "retracted")) ? _("retracted") : _("replaced"));
    else
        printf("    ");
    printf("%s: %s · ", show_department(v), show_word(v, "verdict", "verdict"));
    if (json_object_get(v, "mandate"))
        printf(_("automatic; %s answers"), show_who(v, "answers"));
    else
        printf("%s", show_who(v, "by"));
    const char *text =
        show_string(v, "reason")[0] ? show_string(v, "reason") : show_string(v, "evidence");
    printf("%s%s\n", text[0] ? " · " : "", text);
    json_array_foreach(json_object_get(v, "conditions"), i, c)
        printf("        %s: %s\n", _("condition"), show_string(c, "text"));
}

static void print_advice(const json_t *a) {
    const json_t *assessment = json_array_get(json_object_get(a, "assessment"), 0);
    printf("    %s %s: %s · %s\n", _("advice"), show_department(a),
           show_word(assessment, "verdict", "verdict"), show_string(assessment, "reason"));
}

static void print_conclusion(const json_t *c) {
    size_t i;
    json_t *a;
    printf("    %s: %s — %s (%s)\n", _("conclusion"), show_word(c, "outcome", "outcome"),
           show_string(c, "opinion"), show_who(c, "by"));
    json_array_foreach(json_object_get(c, "answers"), i, a)
        printf("        %s %s %s\n", show_string(a, "question"),
               show_word(a, "answer_value", "answer"), show_string(a, "reason"));
}

static void print_round(const json_t *r) {
    size_t i;
    json_t *item;
    printf(_("Review %lld of revision %lld%s\n"), (long long) show_number(r, "no"),
           (long long) show_number(r, "revision"),
           json_is_true(json_object_get(r, "superseded")) ? _(" (superseded)") : "");
    json_array_foreach(json_object_get(r, "advices"), i, item)
        print_advice(item);
    json_array_foreach(json_object_get(r, "verdicts"), i, item)
        print_verdict(item);
    const json_t *tally = json_object_get(r, "tally");
    if (tally)
        printf("    %s: %s\n", _("tally"), show_word(tally, "outcome", "outcome"));
    if (json_object_get(r, "conclusion"))
        print_conclusion(json_object_get(r, "conclusion"));
    json_array_foreach(json_object_get(r, "signatures"), i, item) {
        printf("    %s: %s · %s · ", _("signed"), show_word(item, "meaning", "meaning"),
               show_who(item, "by"));
        show_time(show_string(item, "time"));
        putchar('\n');
    }
}

void show_action(const json_t *action) {
    printf("  %s %d: %s · %s · %s · %s\n", _("action"), (int) show_number(action, "no"),
           show_string(action, "text"), show_who(action, "owner"), show_string(action, "due"),
           show_word(action, "action state", "state"));
}

void show_order(const json_t *o) {
    size_t i;
    json_t *item;
    print_head(o);
    json_array_foreach(json_object_get(o, "revisions"), i, item)
        print_revision(item);
    json_array_foreach(json_object_get(o, "rounds"), i, item)
        print_round(item);
    json_array_foreach(json_object_get(o, "actions"), i, item)
        show_action(item);
    if (show_string(o, "end_reason")[0])
        printf("%s: %s\n", show_word(o, "state", "state"), show_string(o, "end_reason"));
    if (json_array_size(json_object_get(o, "waiting"))) {
        printf("%s\n", _("Waits for:"));
        print_waiting(json_object_get(o, "waiting"));
    }
}

void show_inbox(const json_t *inbox) {
    size_t i, k;
    json_t *o, *step;
    json_array_foreach(json_object_get(inbox, "cases"), i, o) {
        print_head(o);
        json_array_foreach(json_object_get(o, "mine"), k, step) {
            print_step(step);
            putchar('\n');
        }
    }
    json_array_foreach(json_object_get(inbox, "pending"), k, o)
        printf("%s  %s · %s\n", show_string(o, "id"), show_word(o, "kind", "kind"),
               show_who(o, "by"));
    if (i + k == 0 && !json_array_size(json_object_get(inbox, "cases")))
        printf("%s\n", _("nothing waits for you"));
}
