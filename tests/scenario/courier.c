/* SPDX-License-Identifier: Apache-2.0
 *
 * courier: hands single notifications to the notifier's hooks, so that they can be tried against
 * mail servers without a company around them.
 *
 *   courier NOTIFY.CFG               one JSON object a line: a delivery, or a letter to deliver;
 *                                    answers one a line. SIGTERM: stop, as a daemon that ends.
 *   courier NOTIFY.CFG --rate N      N letters one after the other; prints letters per second.
 */
#include <jansson.h>
#include <libconfig.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <sysexits.h>

#include "common/base/memory.h"
#include "common/base/settings.h"
#include "common/bus/messages.h"
#include "common/daemon/clock.h"
#include "daemons/notifier/hooks.h"
#include "daemons/notifier/letter.h"

static atomic_bool stop;

static void on_term(int signal) {
    (void) signal;
    atomic_store(&stop, true);
}

static text_t text(const json_t *object, const char *key) {
    const json_t *value = json_object_get(object, key);
    return (text_t){json_string_value(value), json_string_length(value)};
}

static void tell(json_t *answer) {
    char *line = json_dumps(answer, JSON_COMPACT);
    printf("%s\n", line);
    fflush(stdout);
    free(line);
    json_decref(answer);
}

static void tell_problem(const problem_t *problem) {
    tell(json_pack("{ss ss ss}", "problem", reason_name(problem->reason), "field", problem->field,
                   "detail", problem->detail));
}

/* ---- letters ---- */

static size_t references(const json_t *list, text_t out[LETTER_REFERENCES_MAX]) {
    size_t n = 0;
    for (; n < json_array_size(list) && n < LETTER_REFERENCES_MAX; n++) {
        const json_t *id = json_array_get(list, n);
        out[n] = (text_t){json_string_value(id), json_string_length(id)};
    }
    return n;
}

static size_t attachments(const json_t *list, letter_attachment_t out[LETTER_ATTACHMENTS_MAX]) {
    size_t n = 0;
    for (; n < json_array_size(list) && n < LETTER_ATTACHMENTS_MAX; n++) {
        const json_t *file = json_array_get(list, n);
        text_t bytes = text(file, "text");
        out[n] = (letter_attachment_t){
            text(file, "name"), text(file, "type"), {(const uint8_t *) bytes.p, bytes.n}};
    }
    return n;
}

static int build(const json_t *from, buffer_t *out, problem_t *problem) {
    text_t ids[LETTER_REFERENCES_MAX];
    letter_attachment_t files[LETTER_ATTACHMENTS_MAX];
    letter_t letter = {
        .from = {text(from, "from_name"), text(from, "from")},
        .to = {text(from, "to_name"), text(from, "to")},
        .reply_to = text(from, "reply_to"),
        .subject = text(from, "subject"),
        .text = text(from, "text"),
        .html = text(from, "html"),
        .language = text(from, "language"),
        .message_id = text(from, "message_id"),
        .in_reply_to = text(from, "in_reply_to"),
        .references = ids,
        .references_n = references(json_object_get(from, "references"), ids),
        .date = INT64_C(1795800000000),
        .offset_minutes = 480,
        .attachments = files,
        .attachments_n = attachments(json_object_get(from, "attachments"), files),
    };
    return letter_build(&letter, out, problem);
}

/* ---- deliveries ---- */

static const struct delivered *deliver(void *hooks, const struct delivery *delivery,
                                       arena_t *arena) {
    buffer_t frame = {0}, reply = {0};
    message_type_t type;
    const void *body;
    problem_t problem = {0};
    message_encode(MESSAGE_DELIVER, delivery, &frame);
    hooks_work(hooks, buffer_bytes(&frame), &reply);
    bytes_t bytes = arena_bytes(arena, buffer_bytes(&reply));
    buffer_free(&frame);
    buffer_free(&reply);
    if (message_decode(bytes, arena, &type, &body, &problem) != 0 || type != MESSAGE_DELIVERED ||
        !ident_equal(((const struct delivered *) body)->id, delivery->id)) {
        fprintf(stderr, "courier: no answer\n");
        exit(EX_SOFTWARE);
    }
    return body;
}

static void take(void *hooks, const json_t *order) {
    buffer_t message = {0};
    problem_t problem = {0};
    const json_t *letter = json_object_get(order, "letter");
    text_t content = text(order, "content");
    arena_t *arena = arena_new(0);
    buffer_put(&message, content.p, content.n);
    if (letter && build(letter, &message, &problem) != 0) {
        tell_problem(&problem);
    } else {
        struct delivery delivery = {
            .id = {{1}},
            .hook = text(order, "hook"),
            .from = text(order, "from"),
            .to = text(order, "to"),
            .content = buffer_bytes(&message),
            .program = text(order, "program"),
            .limit_ms = json_integer_value(json_object_get(order, "limit_ms"))};
        const struct delivered *d = deliver(hooks, &delivery, arena);
        tell(json_pack("{ss si ss# sb}", "state", enum_name(&delivery_state_table, (int) d->state),
                       "code", (int) d->code, "text", d->text.n ? d->text.p : "", (int) d->text.n,
                       "unsure", d->unsure));
    }
    buffer_free(&message);
    arena_destroy(&arena);
}

static int take_all(void *hooks) {
    char *line = NULL;
    size_t room = 0;
    while (getline(&line, &room, stdin) > 0) {
        json_error_t error;
        json_t *order = json_loads(line, JSON_ALLOW_NUL, &error);
        if (!order) {
            fprintf(stderr, "courier: %s\n", error.text);
            return EX_USAGE;
        }
        take(hooks, order);
        json_decref(order);
    }
    free(line);
    return EX_OK;
}

static int rate(void *hooks, int n) {
    arena_t *arena = arena_new(0);
    int64_t start = clock_boot();
    for (int i = 0; i < n; i++) {
        char id[80];
        buffer_t message = {0};
        problem_t problem = {0};
        snprintf(id, sizeof id, "%d@example.com", i);
        json_t *letter =
            json_pack("{ss ss ss ss ss ss ss}", "from", "countersign@example.com", "to",
                      "wang.fang@example.com", "to_name", "王芳", "subject",
                      "请在今天 17:00 前评审订单 SO-2026-0012", "text",
                      "请评审订单。\n客户：华东机电\n", "html", "<p>请评审订单。</p>", "message_id", id);
        if (build(letter, &message, &problem) != 0)
            return EX_SOFTWARE;
        struct delivery delivery = {.id = {{1}},
                                    .hook = TEXT("email"),
                                    .from = TEXT("countersign@example.com"),
                                    .to = TEXT("wang.fang@example.com"),
                                    .content = buffer_bytes(&message)};
        if (deliver(hooks, &delivery, arena)->state != DELIVERY_ACCEPTED)
            return EX_UNAVAILABLE;
        json_decref(letter);
        buffer_free(&message);
        arena_reset(arena);
    }
    int64_t ms = clock_boot() - start;
    printf("%d letters in %lld ms: %lld/s\n", n, (long long) ms,
           (long long) n * 1000 / (ms > 0 ? ms : 1));
    arena_destroy(&arena);
    return EX_OK;
}

int main(int argc, char **argv) {
    config_t parsed;
    hooks_config_t config;
    problem_t problem = {0};
    char said[1024];
    if (argc != 2 && (argc != 4 || strcmp(argv[2], "--rate") != 0))
        return EX_USAGE;
    signal(SIGPIPE, SIG_IGN);
    signal(SIGTERM, on_term);
    if (settings_parse(&parsed, argv[1], &problem) != 0 ||
        hooks_config_take(&parsed, argv[1], &config, &problem) != 0) {
        problem_print(&problem, said, sizeof said);
        fprintf(stderr, "%s\n", said);
        return EX_CONFIG;
    }
    void *hooks = hooks_open(&config, &stop, &problem);
    if (!hooks)
        return EX_CONFIG;
    int code = argc == 4 ? rate(hooks, (int) strtol(argv[3], NULL, 10)) : take_all(hooks);
    hooks_close(&hooks);
    hooks_config_free(&config);
    config_destroy(&parsed);
    return code;
}
