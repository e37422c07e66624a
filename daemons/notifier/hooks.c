/* SPDX-License-Identifier: Apache-2.0
 *
 * hooks: read and validate, carry out, answer. A frame that is none is dropped: it comes from our
 * own process.
 */
#include "daemons/notifier/hooks.h"

#include <stdlib.h>

#include "common/base/diag.h"
#include "common/base/memory.h"
#include "daemons/notifier/program.h"
#include "daemons/notifier/smtp.h"

#define ARENA_LIMIT (4u << 20)

typedef struct hooks {
    const hooks_config_t *config;
    const atomic_bool *stop;
    smtp_t *smtp; /* NULL: no relay is configured */
    arena_t *arena;
} hooks_t;

static void by_mail(hooks_t *self, const struct delivery *d, attempt_t *out) {
    if (self->smtp)
        smtp_deliver(self->smtp, d->from, d->to, d->content, d->limit_ms, out);
    else
        attempt_ended(out, DELIVERY_DEFERRED, 0, TEXT("no relay is configured"), d->to);
}

/* The configuration's own spelling, NULL when it may not be run. */
static const char *allowed(const hooks_t *self, text_t program) {
    for (char **p = self->config->programs; *p; p++)
        if (text_is(program, *p))
            return *p;
    return NULL;
}

static void by_program(hooks_t *self, const struct delivery *d, attempt_t *out) {
    const char *path = allowed(self, d->program);
    int64_t limit = d->limit_ms > 0 ? d->limit_ms : self->config->program_seconds * 1000;
    if (path)
        program_run(path, d->content, limit, self->stop, out);
    else
        attempt_ended(out, DELIVERY_DEFERRED, 0, TEXT("the program is not among those allowed"),
                    (text_t){0});
}

static void carry_out(hooks_t *self, const struct delivery *d, attempt_t *out) {
    if (atomic_load(self->stop))
        attempt_ended(out, DELIVERY_DEFERRED, 0, TEXT("not begun: the daemon stops"), d->to);
    else if (text_is(d->hook, "email"))
        by_mail(self, d, out);
    else if (text_is(d->hook, "exec"))
        by_program(self, d, out);
    else
        attempt_ended(out, DELIVERY_REFUSED, 0, TEXT("no such hook"), d->to);
}

void hooks_work(void *hooks, bytes_t frame, buffer_t *reply) {
    hooks_t *self = hooks;
    message_type_t type;
    const void *body;
    problem_t problem = {0};
    attempt_t attempt = {0};
    arena_reset(self->arena);
    if (message_decode(frame, self->arena, &type, &body, &problem) != 0 ||
        type != MESSAGE_DELIVER) {
        diag_warn(DIAG_GENERAL, "not a delivery: %s", problem.detail);
        return;
    }
    const struct delivery *d = body;
    carry_out(self, d, &attempt);
    struct delivered delivered = {.id = d->id,
                                  .state = attempt.state,
                                  .code = attempt.code,
                                  .text = text_of(attempt.text),
                                  .unsure = attempt.unsure};
    message_encode(MESSAGE_DELIVERED, &delivered, reply);
}

void *hooks_open(const hooks_config_t *config, const atomic_bool *stop, problem_t *problem) {
    hooks_t *self = memory_new(1, sizeof *self);
    void *handle = self;
    self->config = config;
    self->stop = stop;
    self->arena = arena_new(ARENA_LIMIT);
    if (config->relay.host[0] && !(self->smtp = smtp_new(&config->relay, stop, problem)))
        hooks_close(&handle);
    return handle;
}

void hooks_close(void **hooks_p) {
    hooks_t *self = *hooks_p;
    if (!self)
        return;
    smtp_destroy(&self->smtp);
    arena_destroy(&self->arena);
    free(self);
    *hooks_p = NULL;
}
