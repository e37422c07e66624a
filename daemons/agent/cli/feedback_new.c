/* SPDX-License-Identifier: Apache-2.0
 *
 * feedback_new: a complaint or other feedback is registered and amended, from options or from
 * files: the customer and the order found, files and who spoke stored as blobs, then the command.
 */
#include <czmq.h>
#include <stdio.h>
#include <sysexits.h>

#include "common/base/moment.h"
#include "common/base/text.h"
#include "common/exchange/feedback_file.h"
#include "common/exchange/json.h"
#include "common/screen/show.h"
#include "daemons/agent/cli/attach.h"
#include "daemons/agent/cli/case.h"
#include "daemons/agent/cli/feedback.h"
#include "daemons/agent/cli/lookup.h"
#include "daemons/agent/cli/typed.h"

/* What is typed of it: keys as a document has them, and the files. */
typedef struct told {
    json_t *json;
    struct text_list files;
} told_t;

/* The option's word as the record names it; what is none stays as it is, and is refused by field. */
static void name_word(json_t *json, const char *key, const enum_table_t *table) {
    int value;
    if (typed_word(table, json_text(json_object_get(json, key)), &value))
        json_put(json, key, json_of_enum(table, value));
}

static told_t read_options(cli_t *cli, int *argc, char **argv) {
    static const char *const names[] = {
        "kind",  "customer",      "medium", "received", "order",   "product", "lot", "delivered",
        "affected", "unit", "text",   "sought",   "contact", "note",    NULL};
    told_t told = {option_object(argc, argv, names),
                   option_texts(cli->arena, argc, argv, "--attach")};
    const char *note = option_value(argc, argv, "--delivery-note");
    if (note)
        json_object_set_new(told.json, "delivery_note", json_string(note));
    name_word(told.json, "kind", &feedback_kind_table);
    name_word(told.json, "medium", &medium_table);
    return told;
}

/* A day, or the company's clock, as the instant that a document has. */
static int settle_received(cli_t *cli, told_t *told) {
    char text[32];
    moment_t received;
    text_t typed = json_text(json_object_get(told->json, "received"));
    int rc = typed_time(cli, "--received", typed, &received);
    if (rc == EX_OK && typed.n)
        json_put(told->json, "received", json_string(moment_print(received, text)));
    return rc;
}

static bool has(const told_t *told, const char *key) {
    return json_object_get(told->json, key) != NULL;
}

static bool is_empty(const told_t *told) {
    return json_object_size(told->json) == 0 && told->files.n == 0;
}

/* An option that is none of ours is no file either. */
static bool any_option(int argc, char **argv) {
    for (int i = 0; i < argc; i++)
        if (strncmp(argv[i], "--", 2) == 0)
            return true;
    return false;
}

/* ---- what only we know ---- */

static int find_customer(cli_t *cli, text_t name, ident_t *id) {
    int rc = lookup_customer(cli, &name, 1, id);
    if (rc == EX_OK && ident_none(*id))
        return cli_fail(EX_DATAERR,
                        _("customer \"%.*s\" is not known; register it first (customer import)"),
                        (int) name.n, name.p);
    return rc;
}

/* Finds customer and order, stores files and contact, and takes now for a time that is not said. */
static int settle(cli_t *cli, feedback_file_t *file) {
    struct feedback_content *content = &file->content;
    int rc = find_customer(cli, file->customer, &content->customer);
    if (rc == EX_OK && file->order.n)
        rc = lookup_case(cli, file->order, "order", &content->order);
    if (rc == EX_OK)
        rc = attach_files(cli, &file->attachments, &content->attachments);
    if (rc == EX_OK)
        rc = attach_contact(cli, file->contact, &content->contact);
    if (!content->received)
        content->received = zclock_time();
    return rc;
}

/* ---- new ---- */

/* What `complaint new` registers is one, whatever the document says. */
static int check_kind(const cli_t *cli, enum feedback_kind kind, const char *path) {
    if (!case_noun(cli, "complaint") || kind == FEEDBACK_COMPLAINT)
        return EX_OK;
    return cli_fail(EX_DATAERR, _("%s: %s; use countersign feedback new"), path ? path : "--kind",
                    language_word("feedback_kind", enum_name(&feedback_kind_table, (int) kind)));
}

/* A number that was misread on the telephone; what is no product of ours may still be complained
   of. Without the right to read the table, or without a table, nobody knows. */
static void warn_of_product(cli_t *cli, text_t product) {
    json_t *answer, *row;
    size_t i;
    bool quiet = cli->quiet, found = false;
    cli->quiet = true;
    int rc = product.n ? cli_query(cli, "reference", json_pack("{s:s}", "dataset", "product"),
                                   &answer)
                       : EX_UNAVAILABLE;
    cli->quiet = quiet;
    if (rc != EX_OK)
        return;
    const json_t *rows = json_object_get(answer, "rows");
    json_array_foreach(rows, i, row)
        found = found || text_is(product, show_string(row, "product"));
    if (!found && i)
        fprintf(stderr, _("product %.*s is not in the product list; checked?\n"), (int) product.n,
                product.p);
    json_decref(answer);
}

static int register_one(cli_t *cli, feedback_file_t *file, const char *path) {
    progress_t progress = {.state = receipt_state_unset};
    int rc = check_kind(cli, file->content.kind, path);
    if (rc == EX_OK)
        rc = settle(cli, file);
    if (rc == EX_OK)
        warn_of_product(cli, file->content.product);
    if (rc == EX_OK)
        rc = cli_command(cli, KIND_FEEDBACK_REGISTER, (ident_t){{0}}, 0, (digest_t){{0}}, 0,
                         &file->content, &progress);
    return rc == EX_OK ? case_say_number(cli, progress.id, &progress) : rc;
}

static enum feedback_kind kind_meant(const cli_t *cli) {
    return case_noun(cli, "complaint") ? FEEDBACK_COMPLAINT : feedback_kind_unset;
}

static int new_from_options(cli_t *cli, const told_t *told) {
    feedback_file_t file;
    problem_t problem = {0};
    if (cli_lacks("--kind", kind_meant(cli) || has(told, "kind")) ||
        cli_lacks("--customer", has(told, "customer")) ||
        cli_lacks("--medium", has(told, "medium")) || cli_lacks("--text", has(told, "text")))
        return cli_usage(cli);
    if (feedback_file_take(told->json, kind_meant(cli), cli->arena, &file, &problem) != 0)
        return cli_problem(&problem);
    file.attachments = told->files;
    return register_one(cli, &file, NULL);
}

int feedback_run_new(cli_t *cli, int argc, char **argv) {
    told_t told = read_options(cli, &argc, argv);
    int rc = any_option(argc, argv) || (argc && !is_empty(&told)) ? cli_usage(cli)
                                                                  : settle_received(cli, &told);
    if (rc == EX_OK && !argc)
        rc = new_from_options(cli, &told);
    for (int i = 0; i < argc && rc == EX_OK; i++) {
        feedback_file_t file;
        problem_t problem = {0};
        rc = feedback_file_read(argv[i], kind_meant(cli), cli->arena, &file, &problem) == 0
                 ? register_one(cli, &file, argv[i])
                 : cli_problem(&problem);
    }
    json_decref(told.json);
    return rc;
}

/* ---- amend ---- */

static const json_t *current_content(const seen_t *seen) {
    const json_t *list = json_object_get(seen->json, "revisions");
    return json_object_get(json_array_get(list, json_array_size(list) - 1), "content");
}

/* What lies at that address, in the list of what is attached to the case. */
static const json_t *listed(const json_t *list, digest_t address) {
    char hex[65];
    size_t i;
    json_t *one;
    hex_print(address.b, sizeof address.b, hex);
    json_array_foreach(list, i, one) {
        const json_t *first = json_array_get(json_object_get(one, "pieces"), 0);
        if (text_is(json_text(first), hex))
            return one;
    }
    return NULL;
}

static bool erased(const json_t *list, digest_t address) {
    return json_is_true(json_object_get(listed(list, address), "erased"));
}

/* The address of whoever spoke last: also for a reader who may not read what lies there. */
static digest_t last_contact(const json_t *list) {
    digest_t address = {{0}};
    size_t i;
    json_t *one;
    json_array_foreach(list, i, one) {
        const json_t *first = json_array_get(json_object_get(one, "pieces"), 0);
        if (json_is_true(json_object_get(one, "contact")) &&
            !hex_parse(json_text(first), address.b, sizeof address.b))
            address = (digest_t){{0}};
    }
    return address;
}

/* What stays of attachments and contact: all that was not erased, since that cannot be named again.
   `hidden`: there is a contact that the reader's role does not read. */
static int keep_enclosures(cli_t *cli, const seen_t *seen, bool hidden,
                           struct feedback_content *now) {
    json_t *answer;
    char id[37];
    size_t n = 0;
    int rc = cli_query(cli, "attachment.list", json_pack("{s:s}", "case", ident_print(seen->id, id)),
                       &answer);
    if (rc != EX_OK)
        return rc;
    const json_t *list = json_object_get(answer, "attachments");
    for (size_t i = 0; i < now->attachments.n; i++)
        if (!erased(list, now->attachments.at[i].blob))
            now->attachments.at[n++] = now->attachments.at[i];
    now->attachments.n = n;
    if (hidden)
        now->contact = last_contact(list);
    if (erased(list, now->contact))
        now->contact = (digest_t){{0}};
    json_decref(answer);
    return EX_OK;
}

/* Said of an attachment, and no part of it. */
static void forget_erased(json_t *content) {
    size_t i;
    json_t *one;
    json_array_foreach(json_object_get(content, "attachments"), i, one)
        json_object_del(one, "erased");
}

/* What it says now with what is typed in its place. Attachments and contact a document cannot name;
   they are taken from the record. */
static int amend_by_options(cli_t *cli, const seen_t *seen, told_t *told, feedback_file_t *file) {
    problem_t problem = {0};
    struct feedback_content now;
    json_t *json = json_deep_copy(current_content(seen));
    const char *id = show_string(json_object_get(json, "customer"), "id");
    json_put(json, "customer", json_string(id));
    bool hidden = json_object_get(json, "contact_withheld") != NULL;
    json_object_del(json, "contact_withheld");
    json_object_del(json, "order_number");
    forget_erased(json);
    int rc = json_to_record(json, &feedback_content_record, cli->arena, &now, &problem);
    json_object_del(json, "contact");
    json_object_del(json, "attachments");
    json_object_update(json, told->json);
    if (rc == 0)
        rc = feedback_file_take(json, now.kind, cli->arena, file, &problem);
    json_decref(json);
    if (rc != 0)
        return cli_problem(&problem);
    rc = keep_enclosures(cli, seen, hidden, &now);
    file->attachments = told->files;
    file->content.attachments = now.attachments;
    if (!has(told, "contact"))
        file->content.contact = now.contact;
    return rc;
}

int feedback_run_amend(cli_t *cli, int argc, char **argv) {
    feedback_file_t file;
    seen_t seen;
    problem_t problem = {0};
    text_t reason = option_text(&argc, argv, "--reason");
    told_t told = read_options(cli, &argc, argv);
    struct feedback_amend body = {.content = {&file.content, 1}, .reason = reason};
    int rc = argc < 1 || argc > 2 || any_option(argc, argv) || (argc == 2) != is_empty(&told) ||
                     cli_lacks("--reason", reason.n)
                 ? cli_usage(cli)
                 : EX_OK;
    seen.json = NULL;
    if (rc == EX_OK)
        rc = settle_received(cli, &told);
    if (rc == EX_OK)
        rc = case_look(cli, argv[0], &seen);
    if (rc == EX_OK && argc == 1)
        rc = amend_by_options(cli, &seen, &told, &file);
    else if (rc == EX_OK &&
             feedback_file_read(argv[1], kind_meant(cli), cli->arena, &file, &problem) != 0)
        rc = cli_problem(&problem);
    if (rc == EX_OK)
        rc = settle(cli, &file);
    if (rc == EX_OK)
        rc = case_say(cli, &seen, KIND_FEEDBACK_AMEND, &body);
    json_decref(seen.json);
    json_decref(told.json);
    return rc;
}
