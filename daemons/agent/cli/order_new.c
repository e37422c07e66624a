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
#include "daemons/agent/cli/order.h"
#include "daemons/agent/cli/show.h"
#include "daemons/agent/cli/words.h"

#define FILE_BYTES_MAX (1024 * 1024)

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
    json_array_foreach(customers, i, c) {
        if (same_customer(c, file->customer) || same_customer(c, file->party.name) ||
            same_customer(c, file->party.short_name) || same_customer(c, file->party.code))
            ident_parse(text_of(show_string(c, "id")), id);
    }
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
    progress_t progress;
    struct amend body = {.reason = option_text(&argc, argv, "--reason")};
    int rc = option_start(&argc, argv, &start);
    if (rc == EX_OK)
        rc = order_confirmation(&argc, argv, &agreement);
    if (rc != EX_OK)
        return rc;
    if (argc != 2 || !body.reason.n || !agreement.who.n || !agreement.how.n)
        return cli_usage(cli);
    rc = order_look(cli, argv[0], &seen);
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
