/* SPDX-License-Identifier: Apache-2.0
 *
 * round: what departments and signers say of a case under review, be it an order, a complaint or
 * other feedback: verdicts, the conclusion, signatures.
 */
#include <stdio.h>
#include <sysexits.h>

#include "common/base/text.h"
#include "common/screen/show.h"
#include "common/screen/words.h"
#include "daemons/agent/cli/answer.h"
#include "daemons/agent/cli/behalf.h"
#include "daemons/agent/cli/case.h"
#include "daemons/agent/cli/lookup.h"
#include "daemons/agent/cli/together.h"
#include "daemons/agent/cli/typed.h"

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

/* A department by key or name, else that of whoever one speaks for, else one's own. */
static text_t department(cli_t *cli, const char *number, text_t typed) {
    if (typed.n)
        return answer_key(cli, "departments", typed);
    return cli->behalf ? behalf_department(cli, number) : lookup_own_department(cli);
}

/* What was found on a complaint; none where none of its options is given. */
static int read_finding(int *argc, char **argv, struct finding *room, struct finding_list *out) {
    *room = (struct finding){.occurrence = option_text(argc, argv, "--occurrence"),
                             .escape = option_text(argc, argv, "--escape"),
                             .method = option_text(argc, argv, "--method"),
                             .containment = option_text(argc, argv, "--containment"),
                             .corrective = option_text(argc, argv, "--corrective")};
    int rc = typed_day(argc, argv, "--by", &room->by);
    bool any = room->occurrence.n || room->escape.n || room->method.n || room->containment.n ||
               room->corrective.n || room->by;
    *out = (struct finding_list){room, any};
    return rc;
}

/* ---- one word on all that waits ---- */

static int all_accepted(void *arg, const seen_t *seen, const json_t *step, buffer_t *out,
                        problem_t *problem) {
    struct verdict_given body = *(const struct verdict_given *) arg;
    (void) seen;
    body.department = text_of(show_string(step, "department"));
    return record_encode(&verdict_given_record, &body, out, problem);
}

/* Nothing but accept, which needs no reason of each case's own. */
static int verdict_on_all(cli_t *cli, int argc, char **argv) {
    struct verdict_given body = {.verdict = VERDICT_ACCEPT,
                                 .evidence = option_text(&argc, argv, "--evidence")};
    bool yes = option_flag(&argc, argv, "--yes");
    if (argc != 1 || strcmp(argv[0], "accept") != 0)
        return cli_usage(cli);
    return together_say(cli, KIND_ROUND_VERDICT, yes, all_accepted, &body);
}

int round_run_verdict(cli_t *cli, int argc, char **argv) {
    if (option_flag(&argc, argv, "--all"))
        return verdict_on_all(cli, argc, argv);
    struct condition conditions[50];
    struct finding finding;
    struct verdict_given body = {.department = option_text(&argc, argv, "--department"),
                                 .reason = option_text(&argc, argv, "--reason"),
                                 .evidence = option_text(&argc, argv, "--evidence"),
                                 .conditions = {conditions, 0}};
    text_t text, numbers = option_text(&argc, argv, "--requirements");
    int verdict;
    while (body.conditions.n < 50 && (text = option_text(&argc, argv, "--condition")).n)
        conditions[body.conditions.n++] = (struct condition){.text = text};
    int rc = typed_day(&argc, argv, "--confirmed", &body.confirmed);
    if (rc == EX_OK)
        rc = read_finding(&argc, argv, &finding, &body.finding);
    if (rc != EX_OK)
        return rc;
    if (argc != 2 || !typed_word(&verdict_table, text_of(argv[1]), &verdict) ||
        !read_numbers(cli->arena, numbers, &body.requirements))
        return cli_usage(cli);
    body.verdict = (enum verdict) verdict;
    cli->signs = true;
    body.department = department(cli, argv[0], body.department);
    return case_judge(cli, argv[0], KIND_ROUND_VERDICT, &body);
}

int round_run_retract(cli_t *cli, int argc, char **argv) {
    struct retract body = {.department = option_text(&argc, argv, "--department"),
                           .reason = option_text(&argc, argv, "--reason")};
    if (argc != 1 || cli_lacks("--reason", body.reason.n))
        return cli_usage(cli);
    body.department = department(cli, argv[0], body.department);
    return case_judge(cli, argv[0], KIND_ROUND_RETRACT, &body);
}

/* ---- who else is asked ---- */

int round_run_forward(cli_t *cli, int argc, char **argv) {
    text_t to = option_text(&argc, argv, "--to");
    struct forward body = {.department = option_text(&argc, argv, "--department"),
                           .reason = option_text(&argc, argv, "--reason")};
    if (argc != 1 || cli_lacks("--to", to.n) || cli_lacks("--reason", body.reason.n))
        return cli_usage(cli);
    int rc = lookup_entry(cli, "people", to, &body.to, NULL);
    if (rc != EX_OK)
        return rc;
    body.department = department(cli, argv[0], body.department);
    return case_judge(cli, argv[0], KIND_ROUND_FORWARD, &body);
}

int round_run_add_reviewer(cli_t *cli, int argc, char **argv) {
    struct add_reviewer body = {.reason = option_text(&argc, argv, "--reason")};
    if (argc != 2 || cli_lacks("--reason", body.reason.n))
        return cli_usage(cli);
    body.department = answer_key(cli, "departments", text_of(argv[1]));
    return case_judge(cli, argv[0], KIND_ROUND_ADD_REVIEWER, &body);
}

/* ---- the conclusion ---- */

/* "yes", "no:why", "na:why" */
static int read_answer(const char *name, const char *value, struct answer *out) {
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

/* The five answers to QP21-4.2.2, of an order. */
static int read_answers(int *argc, char **argv, struct answer_list *out) {
    static const char *const names[] = {"a1", "a2", "b", "c", "d"};
    int rc = EX_OK;
    for (; out->n < sizeof names / sizeof *names && rc == EX_OK; out->n++) {
        char option[8];
        snprintf(option, sizeof option, "--%s", names[out->n]);
        rc = read_answer(names[out->n], option_value(argc, argv, option), &out->at[out->n]);
    }
    return rc;
}

/* What becomes of a complaint or claim. Other feedback has none; whether this is such, only the
   coordinator knows. */
static int read_disposition(cli_t *cli, int *argc, char **argv, struct disposition *room,
                            struct disposition_list *out) {
    int remedy, cause = 0;
    text_t loss = option_text(argc, argv, "--loss");
    *room = (struct disposition){.text = option_text(argc, argv, "--text"),
                                 .occurrence = option_text(argc, argv, "--occurrence"),
                                 .escape = option_text(argc, argv, "--escape"),
                                 .department = option_text(argc, argv, "--department"),
                                 .read_across = option_text(argc, argv, "--read-across"),
                                 .currency = option_text(argc, argv, "--currency")};
    bool needed = case_noun(cli, "complaint") || loss.n || room->text.n || room->occurrence.n ||
                  room->escape.n || room->department.n || room->read_across.n;
    int rc = typed_option(argc, argv, "--remedy", &remedy_table, needed, &remedy);
    if (rc == EX_OK)
        rc = typed_option(argc, argv, "--cause", &cause_table, needed || remedy, &cause);
    if (rc == EX_OK && loss.n && !decimal_parse(loss, &room->loss))
        rc = cli_fail(EX_USAGE, _("--loss: an amount such as 1250.50"));
    room->remedy = (enum remedy) remedy;
    room->cause = (enum cause) cause;
    *out = (struct disposition_list){room, remedy != 0};
    return rc;
}

static int read_measures(cli_t *cli, int *argc, char **argv, struct measure_list *out,
                         size_t room) {
    const char *value;
    int rc = EX_OK;
    while (rc == EX_OK && out->n < room && (value = option_value(argc, argv, "--measure")) != NULL)
        rc = measure_read(cli, value, &out->at[out->n++]);
    return rc;
}

int round_run_conclude(cli_t *cli, int argc, char **argv) {
    struct answer answers[5];
    struct measure measures[50];
    struct disposition disposition = {.department = {NULL, 0}};
    struct conclude body = {.opinion = option_text(&argc, argv, "--opinion"),
                            .answers = {answers, 0},
                            .measures = {measures, 0}};
    int outcome, rc = case_noun(cli, "order")
                          ? read_answers(&argc, argv, &body.answers)
                          : read_disposition(cli, &argc, argv, &disposition, &body.disposition);
    if (rc == EX_OK)
        rc = read_measures(cli, &argc, argv, &body.measures, sizeof measures / sizeof *measures);
    if (rc != EX_OK)
        return rc;
    if (argc != 2 || !typed_word(&outcome_table, text_of(argv[1]), &outcome) ||
        cli_lacks("--opinion", body.opinion.n))
        return cli_usage(cli);
    body.outcome = (enum outcome) outcome;
    if (body.disposition.n && disposition.department.n)
        disposition.department = answer_key(cli, "departments", disposition.department);
    return case_judge(cli, argv[0], KIND_ROUND_CONCLUDE, &body);
}

/* ---- signatures ---- */

/* The signature that is waited for; where none is, one that the coordinator says why not. */
static enum meaning next_meaning(const seen_t *seen) {
    size_t i;
    json_t *step;
    int value;
    json_array_foreach(json_object_get(seen->json, "waiting"), i, step) {
        if (strcmp(show_string(step, "kind"), "round.sign") == 0 &&
            enum_value(&meaning_table, text_of(show_string(step, "meaning")), &value))
            return (enum meaning) value;
    }
    return strcmp(show_string(seen->json, "case"), "order") == 0 ? MEANING_COMPLETE
                                                                 : MEANING_DISPOSITION;
}

static int all_signed(void *arg, const seen_t *seen, const json_t *step, buffer_t *out,
                      problem_t *problem) {
    struct sign body = *(const struct sign *) arg;
    int meaning;
    (void) seen;
    if (!enum_value(&meaning_table, text_of(show_string(step, "meaning")), &meaning))
        return problem_set(problem, REASON_FIELD_RANGE, "meaning", "%s",
                           _("the answer cannot be read"));
    body.meaning = (enum meaning) meaning;
    return record_encode(&sign_record, &body, out, problem);
}

static int sign_all(cli_t *cli, int argc, char **argv) {
    struct sign body = {.remark = option_text(&argc, argv, "--remark")};
    bool yes = option_flag(&argc, argv, "--yes");
    return argc ? cli_usage(cli) : together_say(cli, KIND_ROUND_SIGN, yes, all_signed, &body);
}

int round_run_sign(cli_t *cli, int argc, char **argv) {
    if (option_flag(&argc, argv, "--all"))
        return sign_all(cli, argc, argv);
    struct sign body = {.remark = option_text(&argc, argv, "--remark")};
    int meaning;
    seen_t seen;
    int rc = typed_option(&argc, argv, "--meaning", &meaning_table, false, &meaning);
    if (rc != EX_OK)
        return rc;
    if (argc != 1)
        return cli_usage(cli);
    cli->signs = true;
    rc = case_look(cli, argv[0], &seen);
    if (rc == EX_OK) {
        body.meaning = meaning ? (enum meaning) meaning : next_meaning(&seen);
        rc = case_say(cli, &seen, KIND_ROUND_SIGN, &body);
    }
    json_decref(seen.json);
    return rc;
}
