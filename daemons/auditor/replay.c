/* SPDX-License-Identifier: Apache-2.0
 *
 * replay: the company again, event by event, as people were called and roles were held then.
 */
#include <stdio.h>
#include <stdlib.h>
#include <time.h>

#include "common/base/text.h"
#include "common/daemon/cited.h"
#include "common/exchange/event_json.h"
#include "common/screen/arguments.h"
#include "common/screen/show.h"
#include "daemons/auditor/auditor.h"
#include "daemons/auditor/stage.h"

#define WAIT_MAX_MS 10000 /* a night is not waited for */

typedef struct show {
    auditor_t *self;
    ident_t only;         /* none: all */
    int64_t speed;        /* 0: as fast as it goes */
    moment_t last;
} show_t;

static void wait_for(const show_t *show, moment_t time) {
    if (!show->speed || !show->last || time <= show->last)
        return;
    int64_t ms = (time - show->last) / show->speed;
    if (ms > WAIT_MAX_MS)
        ms = WAIT_MAX_MS;
    struct timespec pause = {ms / 1000, (long) (ms % 1000) * 1000000};
    fflush(stdout);
    nanosleep(&pause, NULL);
}

static void show_one(show_t *show, const decoded_t *event) {
    if (!ident_none(show->only) && !ident_equal(show->only, event->event.object))
        return;
    view_t view = archive_view(show->self);
    json_t *json = event_json(event, &view);
    const case_t *of = scope_of_cases(event->info->scope)
                           ? chronicle_case(show->self->chronicle, event->event.object)
                           : NULL;
    if (of)
        json_put_text(json, "number", of->number);
    wait_for(show, event->event.time);
    show->last = event->event.time;
    if (show->self->json)
        show_line(json);
    else {
        if (event->info->kind == KIND_PROCEDURE_ADOPT)
            archive_words(show->self);
        if (of && of->number.n)
            printf("%.*s ", (int) of->number.n, of->number.p);
        show_event(json);
    }
    json_decref(json);
}

static int replay(show_t *show, position_t from, position_t until) {
    chronicle_t *chronicle = show->self->chronicle;
    frontier_t tree = *ledger_frontier(chronicle_ledger(chronicle));
    buffer_t bytes = {0};
    arena_t *arena = arena_new(0);
    decoded_t event;
    int code = AUDIT_SOUND;
    for (position_t at = from; at <= until && code == AUDIT_SOUND; at++) {
        arena_reset(arena);
        if (ledger_read(chronicle_ledger(chronicle), at, &bytes) != LEDGER_OK ||
            event_decode(buffer_bytes(&bytes), arena, &event, NULL) != 0) {
            code = auditor_fail(AUDIT_UNABLE, _("event %llu cannot be read; verify says more"),
                                (unsigned long long) at);
            break;
        }
        frontier_append(&tree, hash_leaf(buffer_bytes(&bytes)));
        ledger_take(chronicle_ledger(chronicle), &event, &tree);
        chronicle_fold(chronicle, &event, buffer_bytes(&bytes));
        show_one(show, &event);
    }
    arena_destroy(&arena);
    buffer_free(&bytes);
    return code;
}

/* `from` shown, or asked of agents, from the beginning on when nothing else is said. */
static int replay_onto(stage_t *stage, const char *archive, const char *from, const char *until) {
    auditor_t *self = stage->audit;
    stage->from = 1;
    if (archive_open(self, archive, NULL) != 0 || !archive_position(self, until, &stage->until) ||
        (from && !archive_position(self, from, &stage->from)))
        return AUDIT_UNABLE;
    archive_words(self);
    if (stage->from > stage->until)
        return auditor_fail(AUDIT_UNABLE, _("it would begin behind its end"));
    return stage_run(stage);
}

int run_replay(auditor_t *self, int argc, char **argv) {
    stage_t stage = {.audit = self,
                     .folder = option_value(&argc, argv, "--onto"),
                     .as = option_value(&argc, argv, "--as"),
                     .listen = option_value(&argc, argv, "--listen")};
    const char *only = option_value(&argc, argv, "--case"), *from_text = option_value(&argc, argv, "--from"),
               *until_text = option_value(&argc, argv, "--until"),
               *speed = option_value(&argc, argv, "--speed");
    show_t show = {.self = self};
    position_t from = 1, until;
    if (argc != 1 || (speed && !int_parse(text_of(speed), 1, 1000000000, &show.speed)))
        return auditor_usage(self);
    stage.speed = show.speed;
    if (stage.folder && !only)
        return replay_onto(&stage, argv[0], from_text, until_text);
    if (stage.folder || stage.as || stage.listen)
        return auditor_usage(self);
    if (archive_open(self, argv[0], NULL) != 0 || !archive_position(self, until_text, &until) ||
        (from_text && !archive_position(self, from_text, &from)))
        return AUDIT_UNABLE;
    if (only) {
        const case_t *of = archive_case(self, only);
        if (!of)
            return AUDIT_UNABLE;
        show.only = of->id;
    }
    if (!archive_go(self, from - 1))
        return AUDIT_UNABLE;
    archive_words(self);
    return replay(&show, from, until);
}
