/* SPDX-License-Identifier: Apache-2.0
 *
 * order_new: orders from files: the customer found, documents and contact persons stored as blobs,
 * then the command.
 */
#include <stdio.h>
#include <stdlib.h>
#include <sysexits.h>

#include "common/base/moment.h"
#include "common/base/text.h"
#include "common/exchange/order_file.h"
#include "common/screen/arguments.h"
#include "common/screen/show.h"
#include "common/screen/words.h"
#include "daemons/agent/cli/answer.h"
#include "daemons/agent/cli/attach.h"
#include "daemons/agent/cli/case.h"
#include "daemons/agent/cli/lookup.h"
#include "daemons/agent/cli/order.h"

static int attach_all(cli_t *cli, order_file_t *file) {
    struct attachment_list *list = &file->content.attachments;
    *list = (struct attachment_list){
        arena_alloc(cli->arena, (file->embedded_n + 1) * sizeof *list->at), 0};
    int rc = EX_OK;
    for (size_t i = 0; i < file->embedded_n && rc == EX_OK; i++, list->n++)
        rc = attach_bytes(cli, file->embedded[i].bytes, file->embedded[i].name,
                          file->embedded[i].media, &list->at[list->n]);
    if (rc == EX_OK)
        rc = attach_files(cli, &file->attachments, list);
    return rc == EX_OK ? attach_contact(cli, file->contact, &file->content.contact) : rc;
}

static int find_customer(cli_t *cli, const order_file_t *file, ident_t *id) {
    text_t names[] = {file->customer, file->party.name, file->party.short_name, file->party.code};
    return lookup_customer(cli, names, sizeof names / sizeof *names, id);
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
        answer_words(cli);
        printf(_("%s: %s, class proposed: %s; "), path, show_string(order, "number"),
               words_name("classes", show_string(class, "proposed")));
        json_decref(order);
    }
    return cli_say(cli, progress);
}

int order_run_new(cli_t *cli, int argc, char **argv) {
    day_t start;
    bool new_customer = option_flag(&argc, argv, "--new-customer");
    int rc = option_start(&argc, argv, &start);
    if (rc == EX_OK && argc == 0)
        return cli_usage(cli);
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

int order_run_amend(cli_t *cli, int argc, char **argv) {
    day_t start;
    order_file_t file;
    seen_t seen;
    struct confirmation agreement;
    struct amend body = {.reason = option_text(&argc, argv, "--reason")};
    int rc = option_start(&argc, argv, &start);
    if (rc == EX_OK)
        rc = order_confirmation(cli, &argc, argv, &agreement);
    if (rc != EX_OK)
        return rc;
    if (argc != 2 || cli_lacks("--reason", body.reason.n) ||
        cli_lacks("--who", agreement.who.n) || cli_lacks("--how", agreement.how.n))
        return cli_usage(cli);
    rc = case_look(cli, argv[0], &seen);
    if (rc == EX_OK)
        rc = read_order(cli, argv[1], start, false, &file);
    body.content = (struct order_content_list){&file.content, 1};
    body.agreement = (struct confirmation_list){&agreement, 1};
    if (rc == EX_OK)
        rc = case_say(cli, &seen, KIND_ORDER_AMEND, &body);
    json_decref(seen.json);
    return rc;
}
