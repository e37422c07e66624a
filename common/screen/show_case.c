/* SPDX-License-Identifier: Apache-2.0
 *
 * show_case: what every case has, as text for people, be it an order or feedback: reviews with
 * verdicts and signatures, actions, what it waits for; and the inbox.
 */
#include <stdio.h>

#include "common/domain/assess/complaints.h"
#include "common/screen/show.h"
#include "common/screen/words.h"

static bool is_order(const json_t *o) { return strcmp(show_string(o, "case"), "order") == 0; }

static void show_head(const json_t *o) {
    if (is_order(o))
        show_order_head(o);
    else
        show_feedback_head(o);
}

static bool disposes(const json_t *o) {
    const char *kind = show_string(o, "kind");
    return strcmp(kind, "complaint") == 0 || strcmp(kind, "claim") == 0;
}

void show_register(const json_t *answer, const char *key, show_fn_t *head) {
    size_t i;
    json_t *o;
    json_array_foreach(json_object_get(answer, key), i, o)
        head(o);
    if (i == 0)
        printf("%s\n", _("there is none"));
    if (json_object_get(answer, "after"))
        printf(_("more: --after %lld\n"), (long long) show_number(answer, "after"));
}

/* ---- what it waits for ---- */

/* Which action, whose, and by when. */
static void print_step_action(const json_t *step) {
    printf(" %lld", (long long) show_number(step, "action"));
    if (show_string(step, "text")[0])
        printf(": %s", show_string(step, "text"));
    if (json_object_get(step, "owner"))
        printf(" · %s", show_who(step, "owner"));
    if (show_string(step, "due")[0])
        printf(" · %s %s", _("due"), show_string(step, "due"));
}

static void print_step(const json_t *o, const json_t *step) {
    bool disposition = disposes(o) && strcmp(show_string(step, "kind"), "round.conclude") == 0;
    printf("  - %s", disposition ? _("conclusion with the disposition")
                              : show_word(step, "kind", "kind"));
    if (show_string(step, "meaning")[0])
        printf(": %s", show_word(step, "meaning", "meaning"));
    if (show_string(step, "department")[0])
        printf(" · %s", show_department(step));
    if (show_string(step, "role")[0])
        printf(" · %s", words_name("roles", show_string(step, "role")));
    if (show_number(step, "action"))
        print_step_action(step);
}

/* By when, and that it was missed; or why nobody can say by when. */
static void print_deadline(const json_t *step) {
    if (show_string(step, "deadline")[0]) {
        printf(" · %s ", json_is_true(json_object_get(step, "missed")) ? _("overdue since")
                                                                       : _("by"));
        show_time(show_string(step, "deadline"));
    }
    if (show_string(step, "escalated")[0])
        printf(" · %s: %s", _("escalated to"), words_name("roles", show_string(step, "escalated")));
    if (show_number(step, "year_missing"))
        printf(_(" · no deadline yet: the holidays of %lld are not imported"),
               (long long) show_number(step, "year_missing"));
    if (show_number(step, "nudges"))
        printf(_(" · reminded %lld times"), (long long) show_number(step, "nudges"));
}

/* Who can do it; for whom and until when, where that is so. */
static void print_able(bool first, const json_t *person) {
    const char *until = show_string(person, "until");
    printf("%s%s", first ? " — " : "、", words_who(person));
    if (until[0])
        printf(_(" until %s"), words_day(until));
}

static void print_people(const json_t *list) {
    size_t i;
    json_t *person;
    json_array_foreach(list, i, person)
        print_able(i == 0, person);
}

static void print_may(const json_t *step) {
    const json_t *behalf = json_object_get(json_object_get(step, "as"), "for");
    if (behalf)
        printf(_("  ← you can do this for %s (--for %s)"), show_string(behalf, "name"),
               show_string(behalf, "handle"));
    else if (json_is_true(json_object_get(step, "may")))
        printf("  ← %s", _("you can do this"));
}

static void print_waiting(const json_t *o) {
    size_t i;
    json_t *step;
    json_array_foreach(json_object_get(o, "waiting"), i, step) {
        print_step(o, step);
        print_deadline(step);
        print_people(json_object_get(step, "who"));
        const json_t *refusal = json_object_get(step, "refusal");
        print_may(step);
        putchar('\n');
        if (refusal)
            printf("      %s: %s%s%s%s\n", _("not you"),
                   words_reason(show_string(refusal, "reason")),
                   show_string(refusal, "clause")[0] ? " [" : "", show_string(refusal, "clause"),
                   show_string(refusal, "clause")[0] ? "]" : "");
    }
}

void show_why(const json_t *o) {
    show_head(o);
    if (json_array_size(json_object_get(o, "waiting")) == 0)
        printf("  %s\n", _("nothing is waited for"));
    print_waiting(o);
}

/* ---- revisions, reviews ---- */

void show_revision_head(const json_t *r) {
    printf(_("Revision %lld, by %s, "), (long long) show_number(r, "no"), show_who(r, "by"));
    show_time(show_string(r, "time"));
    putchar('\n');
    if (show_string(r, "reason")[0])
        printf("  %s: %s\n", _("reason"), show_string(r, "reason"));
}

void show_differences(const json_t *revision) {
    size_t i;
    json_t *d;
    json_array_foreach(json_object_get(revision, "differences"), i, d)
        printf("    %s: %s → %s\n", show_string(d, "path"), show_string(d, "before"),
               show_string(d, "after"));
}

static void print_finding(const json_t *v) {
    const json_t *finding = json_array_get(json_object_get(v, "finding"), 0);
    show_text(finding, "occurrence", _("cause of occurrence"), 8);
    show_text(finding, "escape", _("cause of escape"), 8);
    show_text(finding, "method", _("found by"), 8);
    show_text(finding, "containment", _("containment"), 8);
    show_text(finding, "corrective", _("corrective action"), 8);
    show_text(finding, "by", _("by when"), 8);
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
    if (json_object_get(v, "mandate")) /* a standing one, of a daemon */
        printf(_("automatic; %s answers"), show_who(v, "answers"));
    else
        printf("%s", show_who(v, "by"));
    printf(" · ");
    show_time(show_string(v, "time"));
    printf("%s%s\n", show_string(v, "reason")[0] ? " · " : "", show_string(v, "reason"));
    show_text(v, "evidence", _("evidence"), 8);
    json_array_foreach(json_object_get(v, "conditions"), i, c)
        printf("        %s: %s\n", _("condition"), show_string(c, "text"));
    print_finding(v);
}

/* The verdict of a rule that leans nowhere would read as a finding. */
static bool leans(const json_t *assessment) {
    return json_is_true(json_object_get(assessment, "certain")) ||
           strncmp(show_string(assessment, "reason"), LEANS_NOWHERE, strlen(LEANS_NOWHERE)) != 0;
}

static void print_advice(const json_t *a) {
    const json_t *assessment = json_array_get(json_object_get(a, "assessment"), 0);
    const char *reason = show_string(assessment, "reason");
    printf("    %s %s: ", _("advice"), show_department(a));
    if (leans(assessment))
        printf("%s · ", show_word(assessment, "verdict", "verdict"));
    printf("%s\n", reason);
}

static void print_disposition(const json_t *c) {
    const json_t *d = json_array_get(json_object_get(c, "disposition"), 0);
    if (!d)
        return;
    printf("        %s: %s%s%s\n", _("disposition"), show_word(d, "remedy", "remedy"),
           show_string(d, "text")[0] ? " · " : "", show_string(d, "text"));
    printf("        %s: %s%s%s\n", _("kind of cause"), show_word(d, "cause", "cause"),
           show_string(d, "department")[0] ? " · " : "", show_department(d));
    show_text(d, "occurrence", _("cause of occurrence"), 8);
    show_text(d, "escape", _("cause of escape"), 8);
    show_text(d, "read_across", _("read-across"), 8);
    if (show_string(d, "loss")[0])
        printf("        %s: %s %s\n", _("loss"), show_string(d, "loss"),
               show_string(d, "currency"));
}

static void print_conclusion(const json_t *o, const json_t *c) {
    size_t i;
    json_t *a;
    printf("    %s: %s — %s", disposes(o) ? _("conclusion with the disposition") : _("conclusion"),
           show_word(c, "outcome", "outcome"), show_string(c, "opinion"));
    show_signer(c);
    json_array_foreach(json_object_get(c, "answers"), i, a)
        printf("        %s %s %s\n", show_string(a, "question"),
               show_word(a, "answer_value", "answer"), show_string(a, "reason"));
    print_disposition(c);
}

static void print_forward(const json_t *f) {
    printf("    %s: %s · %s → ", _("forwarded"), show_department(f), show_who(f, "by"));
    printf("%s · %s\n", show_who(f, "to"), show_string(f, "reason"));
}

static void print_round(const json_t *o, const json_t *r) {
    size_t i;
    json_t *item;
    printf(_("Review %lld of revision %lld%s\n"), (long long) show_number(r, "no"),
           (long long) show_number(r, "revision"),
           json_is_true(json_object_get(r, "superseded")) ? _(" (superseded)") : "");
    json_array_foreach(json_object_get(r, "added"), i, item)
        printf("    %s: %s · %s · %s\n", _("added reviewer"), show_department(item),
               show_who(item, "by"), show_string(item, "reason"));
    json_array_foreach(json_object_get(r, "forwards"), i, item)
        print_forward(item);
    json_array_foreach(json_object_get(r, "advices"), i, item)
        print_advice(item);
    json_array_foreach(json_object_get(r, "verdicts"), i, item)
        print_verdict(item);
    const json_t *tally = json_object_get(r, "tally");
    if (tally)
        printf("    %s: %s\n", _("tally"), show_word(tally, "outcome", "outcome"));
    if (json_object_get(r, "conclusion"))
        print_conclusion(o, json_object_get(r, "conclusion"));
    json_array_foreach(json_object_get(r, "signatures"), i, item) {
        printf("    %s: %s", _("signed"), show_word(item, "meaning", "meaning"));
        show_signer(item);
        show_text(item, "remark", _("remark"), 8);
    }
}

/* ---- actions ---- */

void show_action(const json_t *action) {
    printf("  %s %d: %s · %s · %s · %s", _("action"), (int) show_number(action, "no"),
           show_string(action, "text"), show_who(action, "owner"), show_string(action, "due"),
           show_word(action, "action state", "state"));
    if (show_string(action, "type")[0])
        printf(" · %s", show_word(action, "action_type", "type"));
    putchar('\n');
}

static void print_word(const json_t *word) {
    bool verification = strcmp(show_string(word, "what"), "verification") == 0;
    bool effective = json_is_true(json_object_get(word, "effective"));
    printf("      %s: %s",
           !verification ? _("reported")
           : effective   ? _("effective")
                         : _("without effect"),
           show_string(word, "text"));
    show_signer(word);
    show_attachments(word, 6);
}

static void print_actions(const json_t *list) {
    size_t i, k;
    json_t *action, *word;
    json_array_foreach(list, i, action) {
        show_action(action);
        json_array_foreach(json_object_get(action, "words"), k, word)
            print_word(word);
    }
}

/* ---- the whole ---- */

void show_case(const json_t *o) {
    size_t i;
    json_t *round;
    show_head(o);
    if (is_order(o))
        show_order_content(o);
    else
        show_feedback_content(o);
    json_array_foreach(json_object_get(o, "rounds"), i, round)
        print_round(o, round);
    print_actions(json_object_get(o, "actions"));
    if (is_order(o))
        show_order_end(o);
    else
        show_feedback_end(o);
    if (json_array_size(json_object_get(o, "waiting"))) {
        printf("%s\n", _("Waits for:"));
        print_waiting(o);
    }
}

void show_inbox(const json_t *inbox) {
    size_t i, k;
    json_t *o, *step;
    json_array_foreach(json_object_get(inbox, "cases"), i, o) {
        show_head(o);
        json_array_foreach(json_object_get(o, "mine"), k, step) {
            print_step(o, step);
            print_deadline(step);
            if (json_object_get(step, "as"))
                print_may(step);
            putchar('\n');
        }
        json_array_foreach(json_object_get(o, "escalated"), k, step) {
            print_step(o, step);
            print_deadline(step);
            printf("  ← %s\n", _("escalated to you: see that it is done"));
        }
    }
    json_array_foreach(json_object_get(inbox, "pending"), k, o)
        printf("%s  %s · %s\n", show_string(o, "id"), show_word(o, "kind", "kind"),
               show_who(o, "by"));
    if (json_is_true(json_object_get(inbox, "more")))
        printf("%s\n", _("more waits for you than is listed here"));
    if (i + k == 0 && !json_array_size(json_object_get(inbox, "cases")))
        printf("%s\n", _("nothing waits for you"));
}
