/* SPDX-License-Identifier: Apache-2.0
 *
 * order: the verbs on an order. Each looks at the order first, so that what is signed names the revision and the digest
 * that the person has seen.
 */
#include <czmq.h>
#include <stdio.h>
#include <stdlib.h>
#include <sysexits.h>

#include "common/base/moment.h"
#include "common/base/text.h"
#include "common/exchange/order_file.h"
#include "daemons/agent/cli/show.h"
#include "daemons/agent/cli/words.h"

#define FILE_BYTES_MAX (1024 * 1024)

typedef struct seen {
    ident_t id;
    int64_t revision, version;
    digest_t digest;
    json_t *json;
} seen_t;

static int look(cli_t *cli, const char *number, seen_t *seen) {
    memset(seen, 0, sizeof *seen);
    int rc = cli_query(cli, "order.show", json_pack("{s:s}", "order", number), &seen->json);
    if (rc != EX_OK)
        return rc;
    seen->revision = show_number(seen->json, "revision");
    seen->version = show_number(seen->json, "version");
    if (!ident_parse(text_of(show_string(seen->json, "id")), &seen->id) ||
        !hex_parse(text_of(show_string(seen->json, "digest")), seen->digest.b,
                   sizeof seen->digest.b))
        return cli_fail(EX_PROTOCOL, _("the answer cannot be read"));
    return EX_OK;
}

/* Judging: bound to revision and digest. */
static int judge(cli_t *cli, const seen_t *seen, kind_t kind, const void *body) {
    progress_t progress;
    int rc = cli_command(cli, kind, seen->id, seen->revision, seen->digest, 0, body, &progress);
    return rc == EX_OK ? cli_say(cli, &progress) : rc;
}

static text_t option_text(int *argc, char **argv, const char *name) {
    const char *value = cli_option(argc, argv, name);
    return value ? text_of(value) : (text_t){NULL, 0};
}

/* --who, --how, --when (now) */
static int option_confirmation(int *argc, char **argv, struct confirmation *out) {
    out->who = option_text(argc, argv, "--who");
    out->how = option_text(argc, argv, "--how");
    text_t when = option_text(argc, argv, "--when");
    out->when = zclock_time();
    if (when.n && !moment_parse(when, &out->when))
        return cli_fail(EX_USAGE, _("--when: an instant such as 2026-11-23T08:00:00+08:00"));
    return EX_OK;
}

static const command_row_t *row_of(const char *name) {
    const command_row_t *row = order_commands;
    while (strcmp(row->name, name) != 0)
        row++;
    return row;
}

/* ---- new, amend ---- */

static int read_whole(const char *path, buffer_t *out) {
    char block[65536];
    size_t n;
    FILE *f = fopen(path, "rbe");
    buffer_clear(out);
    while (f && (n = fread(block, 1, sizeof block, f)) > 0 && out->n <= FILE_BYTES_MAX)
        buffer_put(out, block, n);
    bool ok = f && !ferror(f);
    if (f)
        fclose(f);
    return ok && out->n ? EX_OK : cli_fail(EX_NOINPUT, _("%s: cannot be read, or is empty"), path);
}

static int attach(cli_t *cli, bytes_t content, text_t name, text_t media,
                  struct attachment_list *list) {
    struct attachment *one = &list->at[list->n];
    *one = (struct attachment){.name = name, .media = media, .size = (int64_t) content.n};
    int rc = cli_blob(cli, content, &one->blob);
    if (rc == EX_OK)
        list->n++;
    return rc;
}

static text_t base_name(text_t path) {
    for (size_t i = path.n; i-- > 0;)
        if (path.p[i] == '/')
            return (text_t){path.p + i + 1, path.n - i - 1};
    return path;
}

static int attach_all(cli_t *cli, order_file_t *file) {
    struct attachment_list *list = &file->content.attachments;
    list->at =
        arena_alloc(cli->arena, (file->attachments.n + file->embedded_n + 1) * sizeof *list->at);
    list->n = 0;
    int rc = EX_OK;
    for (size_t i = 0; i < file->attachments.n && rc == EX_OK; i++) {
        buffer_t content = {0};
        text_t path = arena_text(cli->arena, file->attachments.at[i]);
        rc = read_whole(path.p, &content);
        if (rc == EX_OK)
            rc = attach(cli, buffer_bytes(&content), base_name(path), (text_t){NULL, 0}, list);
        buffer_free(&content);
    }
    for (size_t i = 0; i < file->embedded_n && rc == EX_OK; i++)
        rc = attach(cli, file->embedded[i].bytes, file->embedded[i].name, file->embedded[i].media,
                    list);
    if (rc == EX_OK && file->contact.n)
        rc = cli_blob(cli, (bytes_t){(const uint8_t *) file->contact.p, file->contact.n},
                      &file->content.contact);
    return rc;
}

static bool same_customer(const json_t *c, text_t name) {
    static const char *const keys[] = {"number", "code", "short_name", "name", NULL};
    for (size_t i = 0; name.n && keys[i]; i++)
        if (text_is(name, show_string(c, keys[i])))
            return true;
    return false;
}

static int find_customer(cli_t *cli, const order_file_t *file, ident_t *id) {
    json_t *customers, *c;
    size_t i;
    int rc = cli_query(cli, "customers", NULL, &customers);
    if (rc != EX_OK)
        return rc;
    *id = (ident_t){{0}};
    json_array_foreach(customers, i, c) if (same_customer(c, file->customer) ||
                                            same_customer(c, file->party.name) ||
                                            same_customer(c, file->party.short_name) ||
                                            same_customer(c, file->party.code))
        ident_parse(text_of(show_string(c, "id")), id);
    json_decref(customers);
    return EX_OK;
}

static int register_customer(cli_t *cli, const order_file_t *file, ident_t *id) {
    progress_t progress;
    struct customer body = file->party;
    if (body.name.n == 0)
        return cli_fail(
            EX_DATAERR,
            _("the file says too little of the customer; register it first: customer import"));
    if (body.short_name.n == 0)
        body.short_name = body.name.n <= 60 ? body.name : file->customer;
    int rc = cli_command(cli, KIND_CUSTOMER_REGISTER, (ident_t){{0}}, 0, (digest_t){{0}}, 0, &body,
                         &progress);
    *id = progress.id;
    return rc;
}

static int read_order(cli_t *cli, const char *path, int64_t start, bool new_customer,
                      order_file_t *file) {
    problem_t problem = {0};
    if (order_file_read(path, start, cli->arena, file, &problem) != 0)
        return cli_problem(&problem);
    int rc = find_customer(cli, file, &file->content.customer);
    if (rc == EX_OK && ident_none(file->content.customer)) {
        if (!new_customer)
            return cli_fail(EX_DATAERR,
                            _("%s: customer \"%.*s\" is not known; register it first (customer "
                              "import), or with --new-customer"),
                            path, (int) (file->customer.n ? file->customer.n : file->party.name.n),
                            file->customer.n ? file->customer.p : file->party.name.p);
        rc = register_customer(cli, file, &file->content.customer);
    }
    for (size_t i = 0; rc == EX_OK && i < file->unplaced_n; i++)
        fprintf(stderr, _("%s: has no place here: %.*s = %.*s\n"), path,
                (int) file->unplaced[i].path.n, file->unplaced[i].path.p,
                (int) file->unplaced[i].value.n, file->unplaced[i].value.p);
    return rc == EX_OK ? attach_all(cli, file) : rc;
}

static int option_start(int *argc, char **argv, day_t *start) {
    text_t text = option_text(argc, argv, "--start");
    *start = NO_START;
    if (text.n && (!day_parse(text, start) || day_weekday(*start) != 1))
        return cli_fail(EX_USAGE, _("--start: the Monday of W1, such as 2026-11-23"));
    return EX_OK;
}

static int say_new(cli_t *cli, const char *path, const progress_t *progress) {
    json_t *order;
    char id[37];
    if (progress->position && !cli->json &&
        cli_query(cli, "order.show", json_pack("{s:s}", "order", ident_print(progress->id, id)),
                  &order) == EX_OK) {
        const json_t *revision = json_array_get(json_object_get(order, "revisions"), 0);
        const json_t *class = json_object_get(revision, "class");
        words_load(cli);
        printf(_("%s: %s, class proposed: %s; "), path, show_string(order, "number"),
               words_name("classes", show_string(class, "proposed")));
        json_decref(order);
    }
    return cli_say(cli, progress);
}

static int run_new(cli_t *cli, int argc, char **argv) {
    day_t start;
    bool new_customer = cli_flag(&argc, argv, "--new-customer");
    int rc = option_start(&argc, argv, &start);
    if (rc == EX_OK && argc == 0)
        return cli_usage(row_of("order new"));
    for (int i = 0; i < argc && rc == EX_OK; i++) {
        order_file_t file;
        progress_t progress;
        rc = read_order(cli, argv[i], start, new_customer, &file);
        if (rc == EX_OK)
            rc = cli_command(cli, KIND_ORDER_REGISTER, (ident_t){{0}}, 0, (digest_t){{0}}, 0,
                             &file.content, &progress);
        if (rc == EX_OK)
            rc = say_new(cli, argv[i], &progress);
    }
    return rc;
}

static int run_amend(cli_t *cli, int argc, char **argv) {
    day_t start;
    order_file_t file;
    seen_t seen;
    struct confirmation agreement;
    progress_t progress;
    struct amend body = {.reason = option_text(&argc, argv, "--reason")};
    int rc = option_start(&argc, argv, &start);
    if (rc == EX_OK)
        rc = option_confirmation(&argc, argv, &agreement);
    if (rc != EX_OK)
        return rc;
    if (argc != 2 || !body.reason.n || !agreement.who.n || !agreement.how.n)
        return cli_usage(row_of("order amend"));
    rc = look(cli, argv[0], &seen);
    if (rc == EX_OK)
        rc = read_order(cli, argv[1], start, false, &file);
    body.content = (struct order_content_list){&file.content, 1};
    body.agreement = (struct confirmation_list){&agreement, 1};
    if (rc == EX_OK)
        rc = cli_command(cli, KIND_ORDER_AMEND, seen.id, 0, (digest_t){{0}}, seen.version, &body,
                         &progress);
    json_decref(seen.json);
    return rc == EX_OK ? cli_say(cli, &progress) : rc;
}

/* ---- class, customer, convening ---- */

static int run_classify(cli_t *cli, int argc, char **argv) {
    struct classify body = {.reason = option_text(&argc, argv, "--reason")};
    seen_t seen;
    if (argc != 2 || !body.reason.n)
        return cli_usage(row_of("order classify"));
    body.order_class = text_of(argv[1]);
    int rc = look(cli, argv[0], &seen);
    if (rc == EX_OK)
        rc = judge(cli, &seen, KIND_ORDER_CLASSIFY, &body);
    json_decref(seen.json);
    return rc;
}

static const json_t *current_revision(const seen_t *seen) {
    const json_t *list = json_object_get(seen->json, "revisions");
    return json_array_get(list, json_array_size(list) - 1);
}

/* The class as the rules propose it. */
static int run_confirm(cli_t *cli, int argc, char **argv) {
    struct classify body = {.reason = option_text(&argc, argv, "--reason")};
    seen_t seen;
    if (argc != 1)
        return cli_usage(row_of("order confirm"));
    if (!body.reason.n)
        body.reason = text_of(_("as the rules propose"));
    int rc = look(cli, argv[0], &seen);
    if (rc == EX_OK) {
        body.order_class =
            text_of(show_string(json_object_get(current_revision(&seen), "class"), "proposed"));
        rc = judge(cli, &seen, KIND_ORDER_CLASSIFY, &body);
    }
    json_decref(seen.json);
    return rc;
}

static int run_customer_confirm(cli_t *cli, int argc, char **argv) {
    struct confirmation body;
    seen_t seen;
    int rc = option_confirmation(&argc, argv, &body);
    if (rc != EX_OK)
        return rc;
    if (argc != 1 || !body.who.n || !body.how.n)
        return cli_usage(row_of("order customer-confirm"));
    rc = look(cli, argv[0], &seen);
    if (rc == EX_OK)
        rc = judge(cli, &seen, KIND_ORDER_CUSTOMER_CONFIRM, &body);
    json_decref(seen.json);
    return rc;
}

static int run_convene(cli_t *cli, int argc, char **argv) {
    struct convene body = {.note = option_text(&argc, argv, "--note")};
    seen_t seen;
    if (argc != 1)
        return cli_usage(row_of("order convene"));
    int rc = look(cli, argv[0], &seen);
    if (rc == EX_OK)
        rc = judge(cli, &seen, KIND_ORDER_CONVENE, &body);
    json_decref(seen.json);
    return rc;
}

/* ---- verdicts ---- */

static struct int_list option_numbers(cli_t *cli, int *argc, char **argv, const char *name) {
    text_t text = option_text(argc, argv, name);
    struct int_list list = {arena_alloc(cli->arena, (text.n + 1) * sizeof(int64_t)), 0};
    while (text.n) {
        const char *comma = memchr(text.p, ',', text.n);
        size_t n = comma ? (size_t) (comma - text.p) : text.n;
        int64_t value;
        if (int_parse((text_t){text.p, n}, 1, 9999, &value))
            list.at[list.n++] = value;
        text.p += n + (comma != NULL);
        text.n -= n + (comma != NULL);
    }
    return list;
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

static int run_verdict(cli_t *cli, int argc, char **argv) {
    struct condition conditions[50];
    struct verdict_given body = {.department = option_text(&argc, argv, "--department"),
                                 .reason = option_text(&argc, argv, "--reason"),
                                 .evidence = option_text(&argc, argv, "--evidence"),
                                 .requirements = option_numbers(cli, &argc, argv, "--requirements"),
                                 .conditions = {conditions, 0}};
    text_t text, confirmed = option_text(&argc, argv, "--confirmed");
    seen_t seen;
    while (body.conditions.n < 50 && (text = option_text(&argc, argv, "--condition")).n)
        conditions[body.conditions.n++] = (struct condition){.text = text};
    if (argc != 2 || !verdict_word(argv[1], &body.verdict) ||
        (confirmed.n && !day_parse(confirmed, &body.confirmed)))
        return cli_usage(row_of("order verdict"));
    if (!body.department.n)
        body.department = own_department(cli);
    int rc = look(cli, argv[0], &seen);
    if (rc == EX_OK)
        rc = judge(cli, &seen, KIND_ORDER_VERDICT, &body);
    json_decref(seen.json);
    return rc;
}

static int run_retract(cli_t *cli, int argc, char **argv) {
    struct retract body = {.department = option_text(&argc, argv, "--department"),
                           .reason = option_text(&argc, argv, "--reason")};
    seen_t seen;
    if (argc != 1 || !body.reason.n)
        return cli_usage(row_of("order retract"));
    if (!body.department.n)
        body.department = own_department(cli);
    int rc = look(cli, argv[0], &seen);
    if (rc == EX_OK)
        rc = judge(cli, &seen, KIND_ORDER_RETRACT, &body);
    json_decref(seen.json);
    return rc;
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
    json_array_foreach(json_object_get(people, "people"), i,
                       p) if (text_is(name, show_string(p, "handle")) ||
                              text_is(name, show_string(p, "name")))
        ident_parse(text_of(show_string(p, "id")), id);
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

static int run_conclude(cli_t *cli, int argc, char **argv) {
    static const char *const names[] = {"a1", "a2", "b", "c", "d"};
    struct answer answers[5];
    struct measure measures[50];
    struct conclude body = {.opinion = option_text(&argc, argv, "--opinion"),
                            .answers = {answers, 5},
                            .measures = {measures, 0}};
    const char *value;
    seen_t seen;
    int rc = EX_OK;
    for (size_t i = 0; i < 5 && rc == EX_OK; i++) {
        char option[8];
        snprintf(option, sizeof option, "--%s", names[i]);
        rc = parse_answer(names[i], cli_option(&argc, argv, option), &answers[i]);
    }
    while (rc == EX_OK && body.measures.n < 50 &&
           (value = cli_option(&argc, argv, "--measure")) != NULL)
        rc = parse_measure(cli, value, &measures[body.measures.n++]);
    if (rc != EX_OK)
        return rc;
    if (argc == 2)
        body.outcome = strcmp(argv[1], "able") == 0        ? OUTCOME_ABLE
                       : strcmp(argv[1], "negotiate") == 0 ? OUTCOME_NEGOTIATE
                       : strcmp(argv[1], "not-able") == 0  ? OUTCOME_NOT_ABLE
                                                           : outcome_unset;
    if (argc != 2 || body.outcome == outcome_unset || !body.opinion.n)
        return cli_usage(row_of("order conclude"));
    rc = look(cli, argv[0], &seen);
    if (rc == EX_OK)
        rc = judge(cli, &seen, KIND_ORDER_CONCLUDE, &body);
    json_decref(seen.json);
    return rc;
}

static int next_meaning(const seen_t *seen, enum meaning *out) {
    size_t i;
    json_t *step;
    int value;
    json_array_foreach(
        json_object_get(seen->json, "waiting"), i,
        step) if (strcmp(show_string(step, "kind"), "order.sign") == 0 &&
                  enum_value(&meaning_table, text_of(show_string(step, "meaning")), &value)) {
        *out = (enum meaning) value;
        return EX_OK;
    }
    *out = MEANING_COMPLETE; /* the coordinator says why not */
    return EX_OK;
}

static int run_sign(cli_t *cli, int argc, char **argv) {
    struct sign body = {.remark = option_text(&argc, argv, "--remark")};
    text_t meaning = option_text(&argc, argv, "--meaning");
    int value = 0;
    seen_t seen;
    if (argc != 1 || (meaning.n && !enum_value(&meaning_table, meaning, &value)))
        return cli_usage(row_of("order sign"));
    int rc = look(cli, argv[0], &seen);
    body.meaning = (enum meaning) value;
    if (rc == EX_OK && !meaning.n)
        rc = next_meaning(&seen, &body.meaning);
    if (rc == EX_OK)
        rc = judge(cli, &seen, KIND_ORDER_SIGN, &body);
    json_decref(seen.json);
    return rc;
}

/* ---- endings ---- */

static int run_decline(cli_t *cli, int argc, char **argv) {
    struct decline body = {.reason = option_text(&argc, argv, "--reason"),
                           .told = option_text(&argc, argv, "--told")};
    seen_t seen;
    if (argc != 1 || !body.reason.n)
        return cli_usage(row_of("order decline"));
    int rc = look(cli, argv[0], &seen);
    if (rc == EX_OK)
        rc = judge(cli, &seen, KIND_ORDER_DECLINE, &body);
    json_decref(seen.json);
    return rc;
}

static int run_withdraw(cli_t *cli, int argc, char **argv) {
    struct confirmation word;
    struct withdraw body = {.reason = option_text(&argc, argv, "--reason"), .word = {&word, 1}};
    seen_t seen;
    int rc = option_confirmation(&argc, argv, &word);
    if (rc != EX_OK)
        return rc;
    if (argc != 1 || !body.reason.n || !word.who.n || !word.how.n)
        return cli_usage(row_of("order withdraw"));
    rc = look(cli, argv[0], &seen);
    if (rc == EX_OK)
        rc = judge(cli, &seen, KIND_ORDER_WITHDRAW, &body);
    json_decref(seen.json);
    return rc;
}

/* ---- reading ---- */

static int run_list(cli_t *cli, int argc, char **argv) {
    json_t *answer, *parameters = json_object();
    static const char *const names[] = {"state", "class", "after", "limit", NULL};
    for (size_t i = 0; names[i]; i++) {
        char option[16];
        snprintf(option, sizeof option, "--%s", names[i]);
        const char *value = cli_option(&argc, argv, option);
        if (value)
            json_object_set_new(parameters, names[i], json_string(value));
    }
    if (argc) {
        json_decref(parameters);
        return cli_usage(row_of("order list"));
    }
    int rc = cli_query(cli, "order.list", parameters, &answer);
    return rc == EX_OK ? show_answer(cli, answer, show_orders) : rc;
}

static int run_show(cli_t *cli, int argc, char **argv) {
    json_t *answer;
    if (argc != 1)
        return cli_usage(row_of("order show"));
    int rc = cli_query(cli, "order.show", json_pack("{s:s}", "order", argv[0]), &answer);
    return rc == EX_OK ? show_answer(cli, answer, show_order) : rc;
}

const command_row_t order_commands[] = {
    {"order new", "FILE... [--start MONDAY] [--new-customer]",
     "register orders from JSON or UBL 2.1 files",
     "countersign --as linxiaohe order new order.json", run_new},
    {"order list", "[--state STATE] [--class CLASS] [--after N] [--limit N]", "the order register",
     "countersign --as linxiaohe order list --state \"in review\"", run_list},
    {"order show", "ORDER", "an order with its revisions, reviews and signatures",
     "countersign --as linxiaohe order show DD2026-0001", run_show},
    {"order classify", "ORDER CLASS --reason TEXT", "confirm or change the class",
     "countersign --as linxiaohe order classify DD2026-0001 special --reason 交期短", run_classify},
    {"order confirm", "ORDER [--reason TEXT]", "confirm the class that the rules propose",
     "countersign --as linxiaohe order confirm DD2026-0001", run_confirm},
    {"order customer-confirm", "ORDER --who NAME --how TEXT [--when TIME]",
     "record the customer's confirmation",
     "countersign --as linxiaohe order customer-confirm DD2026-0003 --who 采购员 --how 传真",
     run_customer_confirm},
    {"order convene", "ORDER [--note TEXT]", "convene the review of a special order",
     "countersign --as shikai order convene DD2026-0007", run_convene},
    {"order verdict",
     "ORDER accept|conditions|reject [--condition TEXT]... [--reason TEXT] [--evidence TEXT] "
     "[--requirements 1,2] [--confirmed DATE] [--department KEY]",
     "give your department's verdict",
     "countersign --as luoyingshi order verdict DD2026-0008 conditions --condition \"W2 1000 "
     "件，W4 2000 件\"",
     run_verdict},
    {"order retract", "ORDER --reason TEXT [--department KEY]",
     "take your department's verdict back",
     "countersign --as luoyingshi order retract DD2026-0008 --reason 看错图号", run_retract},
    {"order conclude",
     "ORDER able|negotiate|not-able --opinion TEXT --a1 yes --a2 na:REASON --b yes --c yes --d "
     "na:REASON [--measure \"TEXT;OWNER;DUE\"]...",
     "sum up the review",
     "countersign --as songzhixing order conclude DD2026-0001 able --opinion 能履行 --a1 yes --a2 "
     "na:书面订单 --b yes --c yes --d na:无变更",
     run_conclude},
    {"order amend", "ORDER FILE --reason TEXT --who NAME --how TEXT [--when TIME] [--start MONDAY]",
     "a new revision, agreed with the customer",
     "countersign --as linxiaohe order amend DD2026-0008 order-2.json --reason 分批交货 --who "
     "采购员 --how 邮件",
     run_amend},
    {"order sign", "ORDER [--meaning MEANING] [--remark TEXT]", "sign the next step",
     "countersign --as jianghuaiyuan order sign DD2026-0007", run_sign},
    {"order decline", "ORDER --reason TEXT [--told TEXT]", "do not take the order",
     "countersign --as songzhixing order decline DD2026-0010 --reason 材料交期45天", run_decline},
    {"order withdraw", "ORDER --reason TEXT --who NAME --how TEXT [--when TIME]",
     "the customer withdraws it",
     "countersign --as linxiaohe order withdraw DD2026-0012 --reason 项目取消 --who 采购员 --how "
     "电话",
     run_withdraw},
    {NULL, NULL, NULL, NULL, NULL},
};
