/* SPDX-License-Identifier: Apache-2.0
 *
 * order_verdict: what departments and signers say: verdicts, the conclusion with its five answers,
 * signatures.
 */
#include <stdio.h>
#include <stdlib.h>
#include <sysexits.h>

#include "common/base/moment.h"
#include "common/base/text.h"
#include "daemons/agent/cli/order.h"
#include "daemons/agent/cli/show.h"

/* ---- verdicts ---- */

/* "1,2"; false when one is no number of a requirement: what is signed is what was meant. */
static bool read_numbers(arena_t *arena, text_t text, struct int_list *out) {
    text_t item;
    *out = (struct int_list){arena_alloc(arena, (text.n + 1) * sizeof(int64_t)), 0};
    while (option_item(&text, &item))
        if (!int_parse(item, 1, 9999, &out->at[out->n++]))
            return false;
    return true;
}

static text_t own_department(cli_t *cli) {
    json_t *me;
    if (cli_query(cli, "whoami", NULL, &me) != EX_OK)
        return (text_t){NULL, 0};
    text_t department = arena_text(cli->arena, text_of(show_string(me, "department")));
    json_decref(me);
    return department;
}

static bool verdict_word(const char *word, enum verdict *out) {
    static const struct {
        const char *word;
        enum verdict value;
    } words[] = {{"accept", VERDICT_ACCEPT},         {"conditions", VERDICT_CONDITIONS},
                 {"reject", VERDICT_REJECT},         {"同意", VERDICT_ACCEPT},
                 {"有条件同意", VERDICT_CONDITIONS}, {"不同意", VERDICT_REJECT}};
    for (size_t i = 0; i < sizeof words / sizeof *words; i++)
        if (strcmp(word, words[i].word) == 0) {
            *out = words[i].value;
            return true;
        }
    return false;
}

int order_run_verdict(cli_t *cli, int argc, char **argv) {
    struct condition conditions[50];
    struct verdict_given body = {.department = option_text(&argc, argv, "--department"),
                                 .reason = option_text(&argc, argv, "--reason"),
                                 .evidence = option_text(&argc, argv, "--evidence"),
                                 .conditions = {conditions, 0}};
    text_t text, confirmed = option_text(&argc, argv, "--confirmed"),
                 numbers = option_text(&argc, argv, "--requirements");
    while (body.conditions.n < 50 && (text = option_text(&argc, argv, "--condition")).n)
        conditions[body.conditions.n++] = (struct condition){.text = text};
    if (argc != 2 || !verdict_word(argv[1], &body.verdict) ||
        (confirmed.n && !day_parse(confirmed, &body.confirmed)) ||
        !read_numbers(cli->arena, numbers, &body.requirements))
        return cli_usage(cli);
    if (!body.department.n)
        body.department = own_department(cli);
    return order_judge(cli, argv[0], KIND_ROUND_VERDICT, &body);
}

int order_run_retract(cli_t *cli, int argc, char **argv) {
    struct retract body = {.department = option_text(&argc, argv, "--department"),
                           .reason = option_text(&argc, argv, "--reason")};
    if (argc != 1 || !body.reason.n)
        return cli_usage(cli);
    if (!body.department.n)
        body.department = own_department(cli);
    return order_judge(cli, argv[0], KIND_ROUND_RETRACT, &body);
}

/* ---- conclusion and signatures ---- */

/* "yes", "no:why", "na:why" */
static int parse_answer(const char *name, const char *value, struct answer *out) {
    int question;
    const char *colon = value ? strchr(value, ':') : NULL;
    size_t n = !value ? 0 : colon ? (size_t) (colon - value) : strlen(value);
    text_t word = {value, n};
    if (!value || !enum_value(&question_table, text_of(name), &question) ||
        !(text_is(word, "yes") || text_is(word, "no") || text_is(word, "na")))
        return cli_fail(EX_USAGE, _("--%s: yes, no:REASON or na:REASON (QP21-4.2.2)"), name);
    out->question = (enum question) question;
    out->answer = text_is(word, "yes")  ? ANSWER_YES
                  : text_is(word, "no") ? ANSWER_NO
                                        : ANSWER_NOT_APPLICABLE;
    out->reason = colon ? text_of(colon + 1) : (text_t){NULL, 0};
    return EX_OK;
}

static int find_person(cli_t *cli, text_t name, ident_t *id) {
    json_t *people, *p;
    size_t i;
    int rc = cli_query(cli, "people", NULL, &people);
    if (rc != EX_OK)
        return rc;
    *id = (ident_t){{0}};
    json_array_foreach(json_object_get(people, "people"), i, p) {
        if (text_is(name, show_string(p, "handle")) || text_is(name, show_string(p, "name")))
            ident_parse(text_of(show_string(p, "id")), id);
    }
    json_decref(people);
    return ident_none(*id) ? cli_fail(EX_DATAERR, _("nobody is called %.*s"), (int) name.n, name.p)
                           : EX_OK;
}

/* "TEXT;OWNER;DUE" */
static int parse_measure(cli_t *cli, const char *value, struct measure *out) {
    const char *first = strchr(value, ';'), *second = first ? strchr(first + 1, ';') : NULL;
    if (!second || !day_parse(text_of(second + 1), &out->due))
        return cli_fail(EX_USAGE, _("--measure: \"TEXT;OWNER;2026-12-31\""));
    out->text = (text_t){value, (size_t) (first - value)};
    return find_person(cli, (text_t){first + 1, (size_t) (second - first - 1)}, &out->owner);
}

int order_run_conclude(cli_t *cli, int argc, char **argv) {
    static const char *const names[] = {"a1", "a2", "b", "c", "d"};
    struct answer answers[5];
    struct measure measures[50];
    struct conclude body = {.opinion = option_text(&argc, argv, "--opinion"),
                            .answers = {answers, 5},
                            .measures = {measures, 0}};
    const char *value;
    int rc = EX_OK;
    for (size_t i = 0; i < 5 && rc == EX_OK; i++) {
        char option[8];
        snprintf(option, sizeof option, "--%s", names[i]);
        rc = parse_answer(names[i], option_value(&argc, argv, option), &answers[i]);
    }
    while (rc == EX_OK && body.measures.n < 50 &&
           (value = option_value(&argc, argv, "--measure")) != NULL)
        rc = parse_measure(cli, value, &measures[body.measures.n++]);
    if (rc != EX_OK)
        return rc;
    if (argc == 2)
        body.outcome = strcmp(argv[1], "able") == 0        ? OUTCOME_ABLE
                       : strcmp(argv[1], "negotiate") == 0 ? OUTCOME_NEGOTIATE
                       : strcmp(argv[1], "not-able") == 0  ? OUTCOME_NOT_ABLE
                                                           : outcome_unset;
    if (argc != 2 || body.outcome == outcome_unset || !body.opinion.n)
        return cli_usage(cli);
    return order_judge(cli, argv[0], KIND_ROUND_CONCLUDE, &body);
}

static enum meaning next_meaning(const seen_t *seen) {
    size_t i;
    json_t *step;
    int value;
    json_array_foreach(json_object_get(seen->json, "waiting"), i, step) {
        if (strcmp(show_string(step, "kind"), "round.sign") == 0 &&
            enum_value(&meaning_table, text_of(show_string(step, "meaning")), &value))
            return (enum meaning) value;
    }
    return MEANING_COMPLETE; /* the coordinator says why not */
}

int order_run_sign(cli_t *cli, int argc, char **argv) {
    struct sign body = {.remark = option_text(&argc, argv, "--remark")};
    text_t meaning = option_text(&argc, argv, "--meaning");
    int value = 0;
    seen_t seen;
    if (argc != 1 || (meaning.n && !enum_value(&meaning_table, meaning, &value)))
        return cli_usage(cli);
    int rc = order_look(cli, argv[0], &seen);
    body.meaning = (enum meaning) value;
    if (rc == EX_OK && !meaning.n)
        body.meaning = next_meaning(&seen);
    if (rc == EX_OK)
        rc = order_say(cli, &seen, KIND_ROUND_SIGN, &body);
    json_decref(seen.json);
    return rc;
}
