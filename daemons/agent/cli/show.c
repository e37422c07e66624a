/* SPDX-License-Identifier: Apache-2.0
 *
 * show: the words of the catalogue go through gettext, so that a screen speaks the user's language; what people wrote stays as it is.
 */
#include "daemons/agent/cli/show.h"

#include <stdio.h>
#include <stdlib.h>
#include <sysexits.h>

#include "daemons/agent/cli/words.h"

const char *show_string(const json_t *json, const char *key) {
    const char *value = json_string_value(json_object_get(json, key));
    return value ? value : "";
}

int64_t show_number(const json_t *json, const char *key) {
    return (int64_t) json_integer_value(json_object_get(json, key));
}

int show_answer(cli_t *cli, json_t *answer, void (*text)(const json_t *)) {
    if (cli->json) {
        json_dumpf(answer, stdout, JSON_INDENT(2) | JSON_PRESERVE_ORDER);
        putchar('\n');
    } else {
        words_load(cli);
        text(answer);
    }
    json_decref(answer);
    return EX_OK;
}

/* The value at `key` as the word of `context` that it is. */
static const char *word(const json_t *json, const char *context, const char *key) {
    return language_word(context, show_string(json, key));
}

static const char *who(const json_t *json, const char *key) {
    return words_who(json_object_get(json, key));
}

static const char *department(const json_t *json) {
    return words_name("departments", show_string(json, "department"));
}

/* "2026-11-23T08:00:00.000Z" as "2026-11-23 08:00 UTC" */
static void print_time(const char *time) {
    if (strlen(time) >= 16)
        printf("%.10s %.5s UTC", time, time + 11);
}

/* ---- orders ---- */

static void print_head(const json_t *o) {
    const json_t *customer = json_object_get(o, "customer");
    printf("%-14s ", show_string(o, "number"));
    words_pad(show_string(customer, "short_name"), 12);
    printf(" %s", word(o, "state", "state"));
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
    json_array_foreach(json_object_get(answer, "orders"), i, o) print_head(o);
    if (json_object_get(answer, "after"))
        printf(_("more: --after %lld\n"), (long long) show_number(answer, "after"));
}

static void print_step(const json_t *step) {
    printf("  - %s", word(step, "kind", "kind"));
    if (show_string(step, "meaning")[0])
        printf(": %s", word(step, "meaning", "meaning"));
    if (show_string(step, "department")[0])
        printf(" · %s", department(step));
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
    json_array_foreach(json_object_get(content, "requirements"), i, l) printf(
        "  %s %lld  %s/%s  %s%s%s\n", _("requirement"), (long long) show_number(l, "no"),
        word(l, "requirement_kind", "kind"), word(l, "subject", "subject"), show_string(l, "text"),
        show_string(l, "standard")[0] ? " · " : "", show_string(l, "standard"));
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
    printf(_("Revision %lld, by %s, "), (long long) show_number(r, "no"), who(r, "by"));
    print_time(show_string(r, "time"));
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
               show_string(class, "reason"), who(class, "by"));
}

static void print_verdict(const json_t *v) {
    size_t i;
    json_t *c;
    if (!json_is_true(json_object_get(v, "standing")))
        printf("    (%s) ",
               json_is_true(json_object_get(v, "retracted")) ? _("retracted") : _("replaced"));
    else
        printf("    ");
    printf("%s: %s · ", department(v), word(v, "verdict", "verdict"));
    if (json_object_get(v, "mandate"))
        printf(_("automatic; %s answers"), who(v, "answers"));
    else
        printf("%s", who(v, "by"));
    const char *text =
        show_string(v, "reason")[0] ? show_string(v, "reason") : show_string(v, "evidence");
    printf("%s%s\n", text[0] ? " · " : "", text);
    json_array_foreach(json_object_get(v, "conditions"), i, c)
        printf("        %s: %s\n", _("condition"), show_string(c, "text"));
}

static void print_advice(const json_t *a) {
    const json_t *assessment = json_array_get(json_object_get(a, "assessment"), 0);
    printf("    %s %s: %s · %s\n", _("advice"), department(a),
           word(assessment, "verdict", "verdict"), show_string(assessment, "reason"));
}

static void print_conclusion(const json_t *c) {
    size_t i;
    json_t *a;
    printf("    %s: %s — %s (%s)\n", _("conclusion"), word(c, "outcome", "outcome"),
           show_string(c, "opinion"), who(c, "by"));
    json_array_foreach(json_object_get(c, "answers"), i, a)
        printf("        %s %s %s\n", show_string(a, "question"), word(a, "answer_value", "answer"),
               show_string(a, "reason"));
}

static void print_round(const json_t *r) {
    size_t i;
    json_t *item;
    printf(_("Review %lld of revision %lld%s\n"), (long long) show_number(r, "no"),
           (long long) show_number(r, "revision"),
           json_is_true(json_object_get(r, "superseded")) ? _(" (superseded)") : "");
    json_array_foreach(json_object_get(r, "advices"), i, item) print_advice(item);
    json_array_foreach(json_object_get(r, "verdicts"), i, item) print_verdict(item);
    const json_t *tally = json_object_get(r, "tally");
    if (tally)
        printf("    %s: %s\n", _("tally"), word(tally, "outcome", "outcome"));
    if (json_object_get(r, "conclusion"))
        print_conclusion(json_object_get(r, "conclusion"));
    json_array_foreach(json_object_get(r, "signatures"), i, item) {
        printf("    %s: %s · %s · ", _("signed"), word(item, "meaning", "meaning"),
               who(item, "by"));
        print_time(show_string(item, "time"));
        putchar('\n');
    }
    json_array_foreach(json_object_get(r, "measures"), i, item)
        printf("    %s: %s · %s · %s\n", _("measure"), show_string(item, "text"),
               who(item, "owner"), show_string(item, "due"));
}

void show_order(const json_t *o) {
    size_t i;
    json_t *item;
    print_head(o);
    json_array_foreach(json_object_get(o, "revisions"), i, item) print_revision(item);
    json_array_foreach(json_object_get(o, "rounds"), i, item) print_round(item);
    if (show_string(o, "end_reason")[0])
        printf("%s: %s\n", word(o, "state", "state"), show_string(o, "end_reason"));
    if (json_array_size(json_object_get(o, "waiting"))) {
        printf("%s\n", _("Waits for:"));
        print_waiting(json_object_get(o, "waiting"));
    }
}

void show_inbox(const json_t *inbox) {
    size_t i, k;
    json_t *o, *step;
    json_array_foreach(json_object_get(inbox, "orders"), i, o) {
        print_head(o);
        json_array_foreach(json_object_get(o, "mine"), k, step) {
            print_step(step);
            putchar('\n');
        }
    }
    json_array_foreach(json_object_get(inbox, "pending"), k, o)
        printf("%s  %s · %s\n", show_string(o, "id"), word(o, "kind", "kind"), who(o, "by"));
    if (i + k == 0 && !json_array_size(json_object_get(inbox, "orders")))
        printf("%s\n", _("nothing waits for you"));
}

/* ---- the rest ---- */

void show_event(const json_t *e) {
    printf("%6lld  ", (long long) show_number(e, "position"));
    print_time(show_string(e, "time"));
    printf("  ");
    words_pad(word(e, "kind", "kind"), 24);
    printf(" %s", who(e, "by"));
    const json_t *body = json_object_get(e, "body");
    static const char *const words[] = {"verdict", "outcome", "meaning", NULL};
    static const char *const texts[] = {"number", "name", "reason", NULL};
    for (size_t i = 0; words[i]; i++)
        if (show_string(body, words[i])[0])
            printf("  %s", word(body, words[i], words[i]));
    if (show_string(body, "order_class")[0])
        printf("  %s", words_name("classes", show_string(body, "order_class")));
    for (size_t i = 0; texts[i]; i++)
        if (show_string(body, texts[i])[0])
            printf("  %s", show_string(body, texts[i]));
    putchar('\n');
}

static void print_role(const char *key) {
    const char *name = words_name("roles", key);
    printf(" %s", name);
    if (name != key)
        printf(" (%s)", key); /* what --roles takes */
}

static void print_if(const json_t *json, const char *key, const char *text) {
    if (json_is_true(json_object_get(json, key)))
        printf(" · %s", text);
}

static void print_person(const json_t *p) {
    size_t i;
    json_t *role;
    printf("%-16s ", show_string(p, "handle"));
    words_pad(show_string(p, "name"), 8);
    putchar(' ');
    words_pad(department(p), 12);
    json_array_foreach(json_object_get(p, "roles"), i, role) print_role(json_string_value(role));
    print_if(p, "administrator", _("administrator"));
    print_if(p, "revoked", _("revoked"));
    putchar('\n');
}

void show_people(const json_t *people) {
    size_t i;
    json_t *p;
    json_array_foreach(json_object_get(people, "people"), i, p) print_person(p);
    json_array_foreach(json_object_get(people, "stations"), i, p) {
        printf("%s %-16s %s", _("station"), show_string(p, "name"), department(p));
        print_if(p, "revoked", _("revoked"));
        putchar('\n');
    }
    json_array_foreach(json_object_get(people, "daemons"), i, p) {
        printf("%s %-24s", _("daemon"), show_string(p, "name"));
        print_if(p, "revoked", _("revoked"));
        putchar('\n');
    }
    json_array_foreach(json_object_get(people, "pending"), i, p)
        printf("%s %s %s\n", _("waits for a second administrator:"), word(p, "kind", "kind"),
               show_string(p, "id"));
}

void show_customers(const json_t *customers) {
    size_t i;
    json_t *c;
    json_array_foreach(customers, i, c) {
        printf("%-12s %-6s ", show_string(c, "number"), show_string(c, "code"));
        words_pad(show_string(c, "short_name"), 16);
        printf(" %s\n", show_string(c, "name"));
    }
}

/* The keys that a screen shows; of others, the key itself. */
static const char *label(const char *key) {
    static const char *const texts[] = {
        N_("agent"),    N_("archived"),  N_("company"), N_("connected"), N_("dataset"),
        N_("department"), N_("departments"), N_("document"), N_("edition"), N_("epoch"),
        N_("head"),     N_("ledger"),    N_("name"),    N_("outbox"),    N_("position"),
        N_("reviewers"), N_("role"),      N_("roles"),   N_("root"),      N_("rows"),
        N_("station"),  N_("verified"),
    };
    for (size_t i = 0; i < sizeof texts / sizeof *texts; i++)
        if (strcmp(key, texts[i]) == 0)
            return _(key);
    return key;
}

static void plain(const json_t *json, int indent) {
    const char *key;
    json_t *value;
    size_t i;
    if (json_is_array(json))
        json_array_foreach(json, i, value) {
            if (json_is_object(value) || json_is_array(value)) {
                printf("%*s-\n", indent, "");
                plain(value, indent + 2);
            } else {
                char *text = json_dumps(value, JSON_ENCODE_ANY);
                printf("%*s- %s\n", indent, "",
                       json_is_string(value) ? json_string_value(value) : text);
                free(text);
            }
        }
    void *iter = json_is_object(json) ? json_object_iter((json_t *) (uintptr_t) json) : NULL;
    for (; iter; iter = json_object_iter_next((json_t *) (uintptr_t) json, iter)) {
        key = json_object_iter_key(iter);
        value = json_object_iter_value(iter);
        if (json_is_object(value) || json_is_array(value)) {
            printf("%*s%s:\n", indent, "", label(key));
            plain(value, indent + 2);
            continue;
        }
        char *text = json_dumps(value, JSON_ENCODE_ANY);
        printf("%*s%s: %s\n", indent, "", label(key),
               json_is_string(value) ? json_string_value(value) : text);
        free(text);
    }
}

void show_plain(const json_t *json) { plain(json, 0); }
