/* SPDX-License-Identifier: Apache-2.0
 *
 * show: the words of the catalogue go through gettext, so that a screen speaks the user's language;
 * what people wrote stays as it is. Cases are in show_case.c.
 */
#include "common/screen/show.h"

#include <stdio.h>
#include <stdlib.h>

#include "common/screen/words.h"

const char *show_string(const json_t *json, const char *key) {
    const char *value = json_string_value(json_object_get(json, key));
    return value ? value : "";
}

int64_t show_number(const json_t *json, const char *key) {
    return (int64_t) json_integer_value(json_object_get(json, key));
}

void show_line(const json_t *json) {
    json_dumpf(json, stdout, JSON_COMPACT);
    putchar('\n');
}

const char *show_word(const json_t *json, const char *context, const char *key) {
    return language_word(context, show_string(json, key));
}

const char *show_who(const json_t *json, const char *key) {
    return words_who(json_object_get(json, key));
}

const char *show_department(const json_t *json) {
    return words_name("departments", show_string(json, "department"));
}

void show_time(const char *time) {
    if (strlen(time) >= 16)
        printf("%.10s %.5s UTC", time, time + 11);
}

void show_when(const json_t *json, const char *key, const char *label, int indent) {
    if (!show_string(json, key)[0])
        return;
    printf("%*s%s: ", indent, "", label);
    show_time(show_string(json, key));
    putchar('\n');
}

void show_signer(const json_t *json) {
    printf(" · %s · ", show_who(json, "by"));
    show_time(show_string(json, "time"));
    putchar('\n');
}

void show_text(const json_t *json, const char *key, const char *label, int indent) {
    if (show_string(json, key)[0])
        printf("%*s%s: %s\n", indent, "", label, show_string(json, key));
}

void show_attachments(const json_t *json, int indent) {
    size_t i;
    json_t *a;
    json_array_foreach(json_object_get(json, "attachments"), i, a)
        printf("%*s%s: %s (%lld)%s%s\n", indent, "", _("attachment"), show_string(a, "name"),
               (long long) show_number(a, "size"),
               json_is_true(json_object_get(a, "erased")) ? " · " : "",
               json_is_true(json_object_get(a, "erased")) ? _("erased") : "");
}

/* "told 罗应时 of event 81 by e-mail at 09:12: the relay took it" */
static void print_told(const json_t *e, const json_t *body) {
    const char *who = show_who(e, "told"), *time = show_string(body, "time");
    bool program = strcmp(show_string(body, "hook"), "exec") == 0;
    printf("  %s", who[0] ? who : program ? _("a program") : _("the customer"));
    printf(_(" · of event %lld · "), (long long) show_number(body, "event"));
    printf("%s", show_word(body, "notify_outcome", "outcome"));
    printf(" · ");
    show_time(time);
    if (show_number(body, "attempts") > 1)
        printf(_(" · attempt %d"), (int) show_number(body, "attempts"));
    if (show_string(body, "text")[0])
        printf(" · %s", show_string(body, "text"));
    putchar('\n');
}

/* "checkpoint 81 · tuv · accepted · 09:12" */
static void print_mailed(const json_t *body) {
    printf("  ");
    printf(_("checkpoint at event %lld"), (long long) show_number(body, "position"));
    printf(" · %s · %s · ", show_string(body, "auditor"), show_word(body, "notify_outcome", "outcome"));
    show_time(show_string(body, "time"));
    if (show_number(body, "attempts") > 1)
        printf(_(" · attempt %d"), (int) show_number(body, "attempts"));
    if (show_string(body, "text")[0])
        printf(" · %s", show_string(body, "text"));
    putchar('\n');
}

void show_event(const json_t *e) {
    printf("%6lld  ", (long long) show_number(e, "position"));
    show_time(show_string(e, "time"));
    printf("  ");
    words_pad(show_word(e, "kind", "kind"), 24);
    printf(" %s", show_who(e, "by"));
    const json_t *body = json_object_get(e, "body");
    if (strcmp(show_string(e, "kind"), "notify.outcome") == 0) {
        print_told(e, body);
        return;
    }
    if (strcmp(show_string(e, "kind"), "notify.checkpoint") == 0) {
        print_mailed(body);
        return;
    }
    static const char *const words[] = {"verdict", "outcome", "meaning", "severity", "ending", NULL};
    static const char *const texts[] = {"number", "name", "who", "reason", NULL};
    for (size_t i = 0; words[i]; i++)
        if (show_string(body, words[i])[0])
            printf("  %s", show_word(body, words[i], words[i]));
    if (show_string(body, "order_class")[0])
        printf("  %s", words_name("classes", show_string(body, "order_class")));
    if (strcmp(show_string(e, "kind"), "action.verify") == 0)
        printf("  %s", json_is_true(json_object_get(body, "effective")) ? _("effective")
                                                                        : _("without effect"));
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
    words_pad(show_department(p), 12);
    json_array_foreach(json_object_get(p, "roles"), i, role)
        print_role(json_string_value(role));
    print_if(p, "administrator", _("administrator"));
    print_if(p, "revoked", _("revoked"));
    putchar('\n');
}

static void print_delegation(const json_t *d) {
    printf("%s  %s → ", show_string(d, "id"), show_who(d, "grantor"));
    printf("%s ·", show_who(d, "delegate"));
    print_role(show_string(d, "role"));
    printf(" · %s", words_day(show_string(d, "from")));
    printf(" – %s · %s", words_day(show_string(d, "until")), show_string(d, "reason"));
    if (!json_is_true(json_object_get(d, "holds")))
        printf(" · %s", json_is_true(json_object_get(d, "ended")) ? _("ended") : _("does not hold now"));
    putchar('\n');
}

void show_delegations(const json_t *list) {
    size_t i;
    json_t *d;
    json_array_foreach(list, i, d)
        print_delegation(d);
}

void show_people(const json_t *people) {
    size_t i;
    json_t *p;
    json_array_foreach(json_object_get(people, "people"), i, p)
        print_person(p);
    json_array_foreach(json_object_get(people, "stations"), i, p) {
        printf("%s %-16s %s", _("station"), show_string(p, "name"), show_department(p));
        print_if(p, "revoked", _("revoked"));
        putchar('\n');
    }
    json_array_foreach(json_object_get(people, "daemons"), i, p) {
        printf("%s %-24s", _("daemon"), show_string(p, "name"));
        print_if(p, "revoked", _("revoked"));
        putchar('\n');
    }
    show_delegations(json_object_get(people, "delegations"));
    json_array_foreach(json_object_get(people, "pending"), i, p)
        printf("%s %s %s\n", _("waits for a second administrator:"), show_word(p, "kind", "kind"),
               show_string(p, "id"));
}

static void print_key(const json_t *k) {
    printf("%-16s ", show_string(k, "handle"));
    words_pad(show_string(k, "name"), 8);
    putchar(' ');
    words_pad(show_department(k), 12);
    if (show_string(k, "signed")[0]) {
        printf(_(" last signed at %lld, "), (long long) show_number(k, "position"));
        show_time(show_string(k, "signed"));
    } else {
        printf("%s", _(" never signed; there since "));
        show_time(show_string(k, "since"));
    }
    printf(_(" · unused for %lld days"), (long long) show_number(k, "unused"));
    print_if(k, "revoked", _("revoked"));
    putchar('\n');
}

void show_keys(const json_t *answer) {
    size_t i;
    json_t *k;
    json_array_foreach(json_object_get(answer, "keys"), i, k)
        print_key(k);
    if (i == 0)
        printf("%s\n", _("there is none"));
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

static bool nests(const json_t *value) {
    return json_is_object(value) || json_is_array(value);
}

/* A value on the line that has begun. */
static void end_line(const json_t *value) {
    char *text = json_dumps(value, JSON_ENCODE_ANY);
    printf(" %s\n", json_is_string(value) ? json_string_value(value) : text);
    free(text);
}

static void plain(const json_t *json, int indent) {
    json_t *value;
    size_t i;
    json_array_foreach(json, i, value) {
        printf("%*s-", indent, "");
        if (nests(value)) {
            putchar('\n');
            plain(value, indent + 2);
        } else {
            end_line(value);
        }
    }
    void *iter = json_object_iter((json_t *) (uintptr_t) json);
    for (; iter; iter = json_object_iter_next((json_t *) (uintptr_t) json, iter)) {
        value = json_object_iter_value(iter);
        printf("%*s%s:", indent, "", label(json_object_iter_key(iter)));
        if (nests(value)) {
            putchar('\n');
            plain(value, indent + 2);
        } else {
            end_line(value);
        }
    }
}

void show_plain(const json_t *json) { plain(json, 0); }
