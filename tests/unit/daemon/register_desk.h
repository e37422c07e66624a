/* SPDX-License-Identifier: Apache-2.0
 *
 * register_desk: a desk whose events are put into a chronicle with its register, as a department's
 * daemon does; complaints one call a step; and what the tables hold, as text to be compared.
 */
#ifndef COUNTERSIGN_TESTS_REGISTER_DESK_H
#define COUNTERSIGN_TESTS_REGISTER_DESK_H

#include <stdio.h>

#include "common/base/text.h"
#include "common/daemon/desk.h"
#include "common/exchange/json.h"
#include "tests/unit/daemon/register_dump.h"
#include "tests/unit/domain/order_desk.h"

typedef struct books {
    desk_t *desk;
    chronicle_t *chronicle;
    case_register_t *cases;
    size_t fed; /* of the desk's log */
    arena_t *arena;
    json_t *answer; /* the last one */
    problem_t problem;
    feedback_t *list[256]; /* beside the desk's own, which has room for few */
    size_t n;
} books_t;

/* ---- the company, with feedback ---- */

static inline struct review_class books_class(desk_t *desk, const char *key, const char *reviewers,
                                              enum feedback_kind kind) {
    static int64_t kinds[16];
    struct step steps[] = {{MEANING_DISPOSITION, TEXT("quality.manager"), {NULL, 0}}};
    kinds[kind] = kind;
    return (struct review_class){.key = text_of(key),
                                 .zh = text_of(key),
                                 .en = text_of(key),
                                 .kinds = {&kinds[kind], 1},
                                 .concluder = TEXT("quality.manager"),
                                 .steps = DESK_LIST(desk, steps),
                                 .reviewers = desk_reviewers(desk, reviewers, MODE_MANUAL)};
}

static inline void books_procedure(desk_t *desk) {
    struct review_class grave =
        books_class(desk, "grave", "quality production", FEEDBACK_COMPLAINT);
    struct review_class ordinary =
        books_class(desk, "complaint", "quality production", FEEDBACK_COMPLAINT);
    int64_t before[] = {STAGE_ASSESSED};
    grave.severity = SEVERITY_CRITICAL;
    ordinary.before = (struct int_list) DESK_LIST(desk, before);
    struct review_class classes[] = {grave, ordinary,
                                     books_class(desk, "praise", "", FEEDBACK_PRAISE),
                                     books_class(desk, "enquiry", "", FEEDBACK_ENQUIRY)};
    desk->procedure.feedback = (struct review_class_list) DESK_LIST(desk, classes);
    desk->procedure.complaint_prefix = TEXT("TS");
    desk->procedure.feedback_prefix = TEXT("FK");
    for (size_t i = 0; i < desk->procedure.roles.n; i++) {
        struct role *role = &desk->procedure.roles.at[i];
        bool sales = text_is(role->department, "sales"),
             quality = text_is(role->department, "quality");
        role->reads = desk_texts(desk, sales     ? "orders feedback prices customers"
                                       : quality ? "orders feedback"
                                       : text_is(role->department, "planning") ? "orders"
                                                                               : "");
    }
    desk_adopt(desk);
}

/* ---- from the desk to the tables ---- */

static inline chronicle_t *books_chronicle(const char *path) {
    problem_t problem = {0};
    chronicle_t *chronicle = chronicle_open(path, register_schema, 8, &problem);
    if (!chronicle)
        panic("%s: %s", path, problem.detail);
    return chronicle;
}

static inline void books_feed_one(books_t *b, chronicle_t *chronicle, case_register_t *cases,
                                  size_t at) {
    decoded_t event;
    arena_reset(b->arena);
    insist(event_decode(b->desk->log[at].bytes, b->arena, &event, NULL) == 0);
    chronicle_append(chronicle, &event, b->desk->log[at].bytes);
    if (cases)
        register_note(cases, &event);
}

/* What came since, in one transaction. */
static inline void books_feed(books_t *b) {
    ledger_begin(chronicle_ledger(b->chronicle));
    while (b->fed < b->desk->log_n)
        books_feed_one(b, b->chronicle, b->cases, b->fed++);
    register_flush(b->cases);
    assert_int_equal(ledger_commit(chronicle_ledger(b->chronicle)), LEDGER_OK);
}

static inline books_t *books_new(void) {
    books_t *b = calloc(1, sizeof *b);
    insist(b);
    crypto_start();
    b->desk = desk_new();
    books_procedure(b->desk);
    b->arena = arena_new(0);
    b->chronicle = books_chronicle(":memory:");
    b->cases = register_new(b->chronicle);
    return b;
}

static inline void books_close(books_t *b) {
    register_destroy(&b->cases);
    chronicle_close(&b->chronicle);
}

static inline void books_destroy(books_t **b_p) {
    books_t *b = *b_p;
    books_close(b);
    for (size_t i = 0; i < b->n; i++)
        feedback_destroy(&b->list[i]);
    json_decref(b->answer);
    arena_destroy(&b->arena);
    desk_destroy(&b->desk);
    free(b);
    *b_p = NULL;
}

/* ---- steps of a complaint ---- */

static inline void books_say(books_t *b, feedback_t *of, ident_t who, kind_t kind,
                             const void *body) {
    struct command command = desk_command(b->desk, of, kind, who, body);
    desk_record(b->desk, of, &command);
}

static inline struct feedback_content books_content(const books_t *b, const char *text) {
    return (struct feedback_content){.kind = FEEDBACK_COMPLAINT,
                                     .customer = b->desk->customer,
                                     .medium = MEDIUM_TELEPHONE,
                                     .received = b->desk->time - HOUR_MS,
                                     .product = TEXT("P07"),
                                     .lot = TEXT("L-P07-017"),
                                     .text = text_of(text)};
}

static inline feedback_t *books_register(books_t *b, const struct feedback_content *content) {
    insist(b->n < COUNT(b->list));
    feedback_t *of = b->list[b->n++] = feedback_new((ident_t){{0}});
    struct command command =
        desk_command(b->desk, NULL, KIND_FEEDBACK_REGISTER, b->desk->lin, content);
    of->head.id = command.id;
    desk_record(b->desk, of, &command);
    return of;
}

static inline feedback_t *books_complaint(books_t *b, const char *text) {
    struct feedback_content content = books_content(b, text);
    return books_register(b, &content);
}

static inline void books_assess(books_t *b, feedback_t *of, enum severity severity) {
    books_say(b, of, b->desk->yan, KIND_FEEDBACK_ASSESS,
              &(struct triage){.severity = severity, .reason = TEXT("as reported")});
}

static inline void books_verdicts(books_t *b, feedback_t *of, const char *occurrence) {
    struct finding finding = {.occurrence = text_of(occurrence)};
    struct verdict_given body = {
        .department = TEXT("production"), .verdict = VERDICT_OURS, .finding = {&finding, 1}};
    books_say(b, of, b->desk->qin, KIND_ROUND_VERDICT, &body);
    body.department = TEXT("quality");
    books_say(b, of, b->desk->yan, KIND_ROUND_VERDICT, &body);
}

/* With a measure that qin owns. */
static inline void books_conclude(books_t *b, feedback_t *of, enum cause cause,
                                  const char *department) {
    struct disposition disposition = {
        .remedy = REMEDY_REPLACE, .cause = cause, .department = text_of(department)};
    struct measure measure = {.text = TEXT("周转筐加隔板"),
                              .owner = b->desk->qin,
                              .due = TODAY + 7,
                              .type = ACTION_CORRECTIVE};
    books_say(b, of, b->desk->yan, KIND_ROUND_CONCLUDE,
              &(struct conclude){.outcome = OUTCOME_OURS,
                                 .opinion = TEXT("属我方责任"),
                                 .measures = {&measure, 1},
                                 .disposition = {&disposition, 1}});
    books_say(b, of, b->desk->yan, KIND_ROUND_SIGN, &(struct sign){.meaning = MEANING_DISPOSITION});
}

static inline void books_answer(books_t *b, feedback_t *of, const char *text) {
    books_say(b, of, b->desk->lin, KIND_FEEDBACK_ANSWER,
              &(struct reply_given){text_of(text), MEDIUM_EMAIL, b->desk->time, {NULL, 0}});
}

static inline void books_end(books_t *b, feedback_t *of) {
    books_say(b, of, b->desk->lin, KIND_FEEDBACK_CLOSE, &(struct closing){.ending = ENDING_AGREED});
}

static inline void books_action(books_t *b, feedback_t *of, kind_t kind, ident_t who,
                                bool effective) {
    if (kind == KIND_ACTION_REPORT)
        books_say(b, of, who, kind, &(struct action_report){.no = 1, .text = TEXT("done")});
    else
        books_say(b, of, who, kind,
                  &(struct action_verify){.no = 1, .effective = effective, .text = TEXT("seen")});
}

/* ---- questions ---- */

/* "name value name value ..." by pairs, NULL-ended. False: refused, with b->problem. */
static inline bool books_ask(books_t *b, ident_t reader, const char *name,
                             const char *const parameters[]) {
    struct parameter list[8];
    struct query query = {.name = text_of(name), .parameters = {list, 0}};
    for (size_t i = 0; parameters[i]; i += 2)
        list[query.parameters.n++] =
            (struct parameter){.name = text_of(parameters[i]), .value = text_of(parameters[i + 1])};
    desk_view_t view = {.chronicle = b->chronicle,
                        .cases = b->cases,
                        .person = context_person(chronicle_context(b->chronicle), reader),
                        .now = b->desk->time};
    buffer_t json = {0};
    b->problem = (problem_t){.reason = REASON_NONE};
    json_decref(b->answer);
    b->answer = NULL;
    bool answered = desk_answer(&view, &query, &json, &b->problem) == 0;
    if (answered)
        b->answer = json_read_bytes(buffer_bytes(&json), "answer", &b->problem);
    buffer_free(&json);
    return answered;
}
#define ASK(b, reader, name, ...) \
    books_ask((b), (reader), (name), (const char *const[]){__VA_ARGS__})

static inline json_t *books_list(const books_t *b, const char *key) {
    return json_object_get(b->answer, key);
}

/* ---- what the tables hold ---- */

static inline void books_same(buffer_t *a, buffer_t *b) {
    assert_string_equal(buffer_cstr(a), buffer_cstr(b));
}

/* The tables as another version's would be made anew, from the first `events` alone. */
static inline void books_anew(books_t *b, size_t events, buffer_t *out) {
    chronicle_t *chronicle = books_chronicle(":memory:");
    ledger_begin(chronicle_ledger(chronicle));
    for (size_t i = 0; i < events; i++)
        books_feed_one(b, chronicle, NULL, i);
    assert_int_equal(ledger_commit(chronicle_ledger(chronicle)), LEDGER_OK);
    case_register_t *cases = register_new(chronicle);
    register_dump(chronicle, out);
    register_destroy(&cases);
    chronicle_close(&chronicle);
}

#endif
