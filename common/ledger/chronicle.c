/* SPDX-License-Identifier: Apache-2.0
 *
 * chronicle: folds a ledger into context and cases. Beside the ledger's own projections it keeps
 * two small tables in the same file, so that a start is bounded by open work: which number belongs
 * to which case, and how each case stands. Both can be rebuilt from the events.
 */
#include "common/ledger/chronicle.h"

#include <stdio.h>
#include <stdlib.h>
#include <sysexits.h>

#include "common/base/diag.h"
#include "common/base/memory.h"
#include "common/domain/deadline.h"
#include "common/ledger/cache.h"
#include "common/ledger/chronicle_internal.h"
#include "common/ledger/sql.h"

#define PROJECTION 2 /* goes up when the tables mean something else: they are made anew */
#define ACTIONS_UNKNOWN (-1)

#define NUMBERED_TABLE \
    " numbered (number TEXT PRIMARY KEY, object BLOB NOT NULL) WITHOUT ROWID;"
#define OPEN_CASE_TABLE \
    " open_case (object BLOB PRIMARY KEY, scope INTEGER NOT NULL, opened INTEGER NOT NULL, standing " \
    "INTEGER NOT NULL, actions INTEGER NOT NULL, changed INTEGER NOT NULL) WITHOUT ROWID;"
static const char dropped_schema[] = "DROP TABLE IF EXISTS open_order;";
static const char indexes_schema[] =
    "CREATE INDEX IF NOT EXISTS open_case_busy ON open_case (opened) WHERE standing = 0 OR actions "
    "<> 0;"
    "CREATE INDEX IF NOT EXISTS open_case_live ON open_case (scope, opened) WHERE standing < 2;"
    "CREATE INDEX IF NOT EXISTS open_case_by_change ON open_case (changed);";

/* The events that change how a case stands. */
static const struct turn {
    kind_t kind;
    standing_t standing;
} turns[] = {
    {KIND_ORDER_REGISTER, STANDING_OPEN},     {KIND_ORDER_AMEND, STANDING_OPEN},
    {KIND_ORDER_EFFECTIVE, STANDING_SETTLED}, {KIND_ORDER_DECLINE, STANDING_ENDED},
    {KIND_ORDER_WITHDRAW, STANDING_ENDED},    {KIND_FEEDBACK_REGISTER, STANDING_OPEN},
    {KIND_FEEDBACK_REOPEN, STANDING_OPEN},    {KIND_FEEDBACK_CLOSE, STANDING_ENDED},
};

static sqlite3_stmt *prepared(chronicle_t *self, const char *sql) {
    return sql_prepare(ledger_db(self->ledger), sql, "ledger");
}

static void put_standing(chronicle_t *self, const decoded_t *event, standing_t standing) {
    sqlite3_stmt *stmt = self->put_state;
    sqlite3_bind_blob(stmt, 1, event->event.object.b, 16, SQLITE_STATIC);
    sqlite3_bind_int64(stmt, 2, event->event.position);
    sqlite3_bind_int(stmt, 3, (int) standing);
    sqlite3_bind_int(stmt, 4, (int) event->info->scope);
    ledger_run(self->ledger, stmt);
}

static void put_actions(chronicle_t *self, ident_t object, int64_t open, position_t position) {
    sqlite3_stmt *stmt = self->put_actions;
    sqlite3_bind_blob(stmt, 1, object.b, 16, SQLITE_STATIC);
    sqlite3_bind_int64(stmt, 2, open);
    sqlite3_bind_int64(stmt, 3, (int64_t) position);
    ledger_run(self->ledger, stmt);
}

/* The events after which a case may have another number of open actions. */
static bool moves_actions(kind_t kind) {
    return kind == KIND_ROUND_CONCLUDE || kind == KIND_ACTION_ADD || kind == KIND_ACTION_VERIFY;
}

static void put_number(chronicle_t *self, const decoded_t *event) {
    const struct numbered *body = event->body;
    sqlite3_stmt *stmt = self->put_number;
    sqlite3_bind_text(stmt, 1, body->number.p, (int) body->number.n, SQLITE_STATIC);
    sqlite3_bind_blob(stmt, 2, event->event.object.b, 16, SQLITE_STATIC);
    ledger_run(self->ledger, stmt);
}

static void put_running(chronicle_t *self, const struct numbered *body) {
    char key[40];
    snprintf(key, sizeof key, "running.%d.year", (int) body->series);
    ledger_put_number(self->ledger, key, body->year);
    snprintf(key, sizeof key, "running.%d.last", (int) body->series);
    ledger_put_number(self->ledger, key, body->running);
}

static void load_running(chronicle_t *self) {
    for (size_t i = 0; i < series_table.n; i++) {
        int series = series_table.values[i].value;
        char key[40];
        snprintf(key, sizeof key, "running.%d.year", series);
        int64_t year = ledger_get_number(self->ledger, key, 0);
        snprintf(key, sizeof key, "running.%d.last", series);
        if (year)
            context_set_running(self->context, (enum series) series, year,
                                ledger_get_number(self->ledger, key, 0));
    }
}

static void project_case(chronicle_t *self, const decoded_t *event) {
    kind_t kind = event->info->kind;
    for (size_t i = 0; i < sizeof turns / sizeof *turns; i++)
        if (turns[i].kind == kind)
            put_standing(self, event, turns[i].standing);
    if (kind == KIND_NUMBERED)
        put_number(self, event);
}

static void fold_case(chronicle_t *self, const decoded_t *event) {
    case_t *of = cache_find(self->cache, event->event.object);
    if (event->info->flags & OPENS) {
        insist(!of);
        of = case_new(case_ops_of(event->info->scope), event->event.object);
        case_apply(of, self->context, event);
        cache_put(self->cache, &of);
    } else if (of)
        case_apply(of, self->context, event);
}

static void remember_last(chronicle_t *self, const decoded_t *event) {
    self->position = (position_t) event->event.position;
    self->time = event->event.time;
    self->last_object = event->event.object;
    self->last_cause = event->derived ? event->event.cause : event->event.position;
}

/* After these a case may wait for something else without an event of its own. */
static bool moves_deadlines(kind_t kind) {
    return kind == KIND_PROCEDURE_ADOPT || kind == KIND_REFERENCE_ADOPT;
}

static void fold_deadlines(chronicle_t *self, const decoded_t *event) {
    if (!self->timetable || self->timetable_stale)
        return;
    if (moves_deadlines(event->info->kind))
        self->timetable_stale = true;
    else if (scope_of_cases(event->info->scope)) {
        const case_t *of = chronicle_case(self, event->event.object);
        timetable_put(self->timetable, event->event.object,
                      of ? deadline_next(of, self->context) : 0);
    }
}

/* How many actions are open, only the case itself knows; of what is no case none is. */
static void count_actions_of(chronicle_t *self, ident_t object) {
    const case_t *of = chronicle_case(self, object);
    put_actions(self, object, of ? (int64_t) actions_open(&of->actions) : 0, self->position);
}

void chronicle_fold(chronicle_t *self, const decoded_t *event, bytes_t bytes) {
    bool of_case = scope_of_cases(event->info->scope);
    if (event->event.position == 1)
        context_set_ledger(self->context, hash_leaf(bytes));
    if (!of_case || event->info->kind == KIND_NUMBERED)
        context_apply(self->context, event);
    bool numbers = event->info->kind == KIND_NUMBERED || event->info->kind == KIND_CUSTOMER_NUMBERED;
    if (numbers && !ledger_sealed(self->ledger)) /* kept for the next start, and that has none */
        put_running(self, event->body);
    if (of_case) {
        project_case(self, event);
        fold_case(self, event);
    }
    remember_last(self, event);
    if (moves_actions(event->info->kind))
        count_actions_of(self, event->event.object);
    fold_deadlines(self, event);
}

void chronicle_append(chronicle_t *self, const decoded_t *event, bytes_t bytes) {
    ledger_append(self->ledger, event, bytes);
    chronicle_fold(self, event, bytes);
}

/* ---- loading ---- */

static int load_event(void *arg, position_t position, bytes_t bytes) {
    chronicle_t *self = arg;
    decoded_t event;
    arena_reset(self->arena);
    if (event_decode(bytes, self->arena, &event, NULL) != 0)
        diag_fatal(EX_DATAERR, DIAG_IO_ERROR,
                   "ledger: event %llu cannot be read; restore it from the archive",
                   (unsigned long long) position);
    if (position == 1)
        context_set_ledger(self->context, hash_leaf(bytes));
    context_apply(self->context, &event);
    return 0;
}

static void load_last(chronicle_t *self) {
    position_t last = ledger_last(self->ledger);
    self->position = 0;
    self->time = 0;
    self->last_cause = 0;
    self->last_object = (ident_t){{0}};
    buffer_t bytes = {0};
    decoded_t event;
    if (last) {
        arena_reset(self->arena);
        insist(ledger_read(self->ledger, last, &bytes) == LEDGER_OK);
        insist(event_decode(buffer_bytes(&bytes), self->arena, &event, NULL) == 0);
        remember_last(self, &event);
    }
    buffer_free(&bytes);
}

static void load(chronicle_t *self) {
    context_destroy(&self->context);
    self->context = context_new();
    context_check_by(self->context, self->holds, self->holds_arg);
    cache_clear(self->cache);
    self->timetable_stale = true;
    unsigned scopes = 1u << SCOPE_LEDGER | 1u << SCOPE_DIRECTORY | 1u << SCOPE_PROCEDURE |
                      1u << SCOPE_REFERENCE | 1u << SCOPE_CUSTOMER;
    ledger_walk_scopes(self->ledger, scopes, load_event, self);
    load_running(self);
    load_last(self);
}

static int reproject_event(void *arg, position_t position, bytes_t bytes) {
    chronicle_t *self = arg;
    decoded_t event;
    arena_reset(self->arena);
    if (event_decode(bytes, self->arena, &event, NULL) != 0)
        diag_fatal(EX_DATAERR, DIAG_IO_ERROR, "ledger: an event cannot be read");
    if (event.info->kind == KIND_NUMBERED || event.info->kind == KIND_CUSTOMER_NUMBERED)
        put_running(self, event.body);
    if (scope_of_cases(event.info->scope))
        project_case(self, &event);
    if (moves_actions(event.info->kind))
        put_actions(self, event.event.object, ACTIONS_UNKNOWN, position);
    return 0;
}

static bool projection_fits(chronicle_t *self) {
    sqlite3_stmt *stmt = prepared(self, "SELECT coalesce (max (changed), 0) FROM open_case");
    if (sqlite3_step(stmt) != SQLITE_ROW) /* an aggregate has one row */
        sql_fail(ledger_db(self->ledger), "ledger");
    position_t changed = (position_t) sqlite3_column_int64(stmt, 0);
    sqlite3_finalize(stmt);
    return changed <= ledger_last(self->ledger) &&
           ledger_get_number(self->ledger, "projection", 0) == PROJECTION;
}

static void commit_projection(chronicle_t *self) {
    if (ledger_commit(self->ledger) != LEDGER_OK)
        diag_fatal(EX_IOERR, DIAG_DISK_FULL, "the disk is full; make room and start again");
}

/* From the events, all of them. */
static void project_all(chronicle_t *self) {
    if (sqlite3_exec(ledger_db(self->ledger), "DELETE FROM open_case; DELETE FROM numbered;", NULL,
                     NULL, NULL) != SQLITE_OK)
        sql_fail(ledger_db(self->ledger), "ledger");
    if (ledger_last(self->ledger))
        ledger_walk(self->ledger, 1, ledger_last(self->ledger), reproject_event, self);
    ledger_put_number(self->ledger, "projection", PROJECTION);
}

/* The tables speak of events that are no more, or are an older version's: make them anew. Seldom
   (after a restore), so the whole ledger is walked. */
static void reproject_if_cut(chronicle_t *self) {
    if (projection_fits(self))
        return;
    ledger_begin(self->ledger);
    project_all(self);
    commit_projection(self);
}

/* Ends the statement. */
static size_t collect(sqlite3_stmt *stmt, ident_t *out, size_t room) {
    size_t n = 0;
    while (n < room && sql_next(stmt, "ledger"))
        memcpy(out[n++].b, sqlite3_column_blob(stmt, 0), 16);
    sqlite3_finalize(stmt);
    return n;
}

/* Of the cases that the walk has marked. */
static void count_actions(chronicle_t *self) {
    enum { AT_ONCE = 256 };
    ident_t marked[AT_ONCE];
    size_t n;
    while ((n = collect(prepared(self, "SELECT object FROM open_case WHERE actions < 0 LIMIT 256"),
                        marked, AT_ONCE)) > 0) {
        bool sealed = ledger_in_transaction(self->ledger); /* and stays so */
        if (!sealed)
            ledger_begin(self->ledger);
        for (size_t i = 0; i < n; i++)
            count_actions_of(self, marked[i]);
        if (!sealed)
            commit_projection(self);
    }
}

static void open_projection(chronicle_t *self) {
    reproject_if_cut(self);
    load(self);
    count_actions(self);
}

static chronicle_t *open_on(ledger_t *ledger, size_t cache) {
    chronicle_t *self = memory_new(1, sizeof *self);
    self->ledger = ledger;
    self->arena = arena_new(0);
    self->cache = cache_new(cache);
    self->put_state =
        prepared(self, "INSERT INTO open_case VALUES (?1, ?4, ?2, ?3, 0, ?2)"
                       " ON CONFLICT (object) DO UPDATE SET standing = ?3, changed = ?2");
    self->put_actions =
        prepared(self, "UPDATE open_case SET actions = ?2, changed = ?3 WHERE object = ?1");
    self->put_number = prepared(self, "INSERT OR REPLACE INTO numbered VALUES (?1, ?2)");
    self->find_number = prepared(self, "SELECT object FROM numbered WHERE number = ?1");
    return self;
}

chronicle_t *chronicle_open(const char *path, const char *extra_schema, size_t cache,
                            problem_t *problem) {
    buffer_t schema = {0};
    buffer_text(&schema, dropped_schema);
    buffer_text(&schema, "CREATE TABLE IF NOT EXISTS" NUMBERED_TABLE
                         "CREATE TABLE IF NOT EXISTS" OPEN_CASE_TABLE);
    buffer_text(&schema, indexes_schema);
    buffer_text(&schema, extra_schema ? extra_schema : "");
    ledger_t *ledger = ledger_open(path, buffer_cstr(&schema), problem);
    buffer_free(&schema);
    chronicle_t *self = ledger ? open_on(ledger, cache) : NULL;
    if (self)
        open_projection(self);
    return self;
}

/* The projections are temporary, and in one transaction that is never committed. */
chronicle_t *chronicle_open_sealed(const char *path, size_t cache, problem_t *problem) {
    static const char schema[] = "CREATE TEMP TABLE" NUMBERED_TABLE
                                 "CREATE TEMP TABLE" OPEN_CASE_TABLE
                                 "CREATE INDEX temp.case_busy ON open_case (opened) WHERE standing = 0 "
                                 "OR actions <> 0;"; /* chronicle_each_case has no asker there */
    ledger_t *ledger = ledger_open_sealed(path, schema, problem);
    chronicle_t *self = ledger ? open_on(ledger, cache) : NULL;
    if (self) {
        load(self);
        ledger_begin(ledger);
    }
    return self;
}

bool chronicle_jump(chronicle_t *self, position_t position) {
    if (!ledger_take_to(self->ledger, position))
        return false;
    project_all(self);
    load(self);
    count_actions(self);
    return true;
}

void chronicle_close(chronicle_t **self_p) {
    chronicle_t *self = *self_p;
    if (!self)
        return;
    sqlite3_finalize(self->put_state);
    sqlite3_finalize(self->put_actions);
    sqlite3_finalize(self->put_number);
    sqlite3_finalize(self->find_number);
    timetable_destroy(&self->timetable);
    cache_destroy(&self->cache);
    context_destroy(&self->context);
    arena_destroy(&self->arena);
    ledger_close(&self->ledger);
    free(self);
    *self_p = NULL;
}

void chronicle_reload(chronicle_t *self) {
    insist(!ledger_in_transaction(self->ledger));
    open_projection(self);
}

/* ---- reading ---- */

ledger_t *chronicle_ledger(chronicle_t *self) { return self->ledger; }
const context_t *chronicle_context(const chronicle_t *self) { return self->context; }

typedef struct rebuild {
    chronicle_t *self;
    case_t *of;
} rebuild_t;

static int rebuild_event(void *arg, position_t position, bytes_t bytes) {
    rebuild_t *r = arg;
    decoded_t event;
    if (position > r->self->position)
        /* a follower stores first and folds then: what is not folded yet is not to be seen */
        return 1;
    arena_reset(r->self->reading);
    if (event_decode(bytes, r->self->reading, &event, NULL) != 0)
        diag_fatal(EX_DATAERR, DIAG_IO_ERROR, "ledger: event %llu cannot be read",
                   (unsigned long long) position);
    const case_ops_t *ops = r->of ? r->of->ops : case_ops_of(event.info->scope);
    if (!ops)
        return 1;
    if (!r->of)
        r->of = case_new(ops, event.event.object);
    case_apply(r->of, r->self->context, &event);
    return 0;
}

case_t *chronicle_case(chronicle_t *self, ident_t id) {
    case_t *of = cache_find(self->cache, id);
    if (of)
        return of;
    rebuild_t r = {self, NULL};
    self->reading = arena_new(0);
    ledger_walk_case(self->ledger, id, rebuild_event, &r);
    arena_destroy(&self->reading);
    if (!r.of)
        return NULL;
    of = r.of;
    cache_put(self->cache, &r.of);
    return of;
}

order_t *chronicle_order(chronicle_t *self, ident_t id) {
    return order_of(chronicle_case(self, id));
}

case_t *chronicle_case_by_number(chronicle_t *self, text_t number) {
    sqlite3_bind_text(self->find_number, 1, number.p, (int) number.n, SQLITE_STATIC);
    ident_t id = {{0}};
    bool found = sql_next(self->find_number, "ledger");
    insist(!found || sqlite3_column_bytes(self->find_number, 0) == 16);
    if (found)
        memcpy(id.b, sqlite3_column_blob(self->find_number, 0), 16);
    sqlite3_reset(self->find_number);
    return found ? chronicle_case(self, id) : NULL;
}

void chronicle_each_case(chronicle_t *self, scope_t scope, standing_t standing,
                         void (*fn)(void *arg, ident_t id), void *arg) {
    sqlite3_stmt *stmt =
        prepared(self, "SELECT object FROM open_case WHERE scope = ?1 AND standing < 2 AND"
                       " standing <= ?2 ORDER BY opened");
    sqlite3_bind_int(stmt, 1, (int) scope);
    sqlite3_bind_int(stmt, 2, (int) standing);
    while (sql_next(stmt, "ledger")) {
        ident_t id;
        memcpy(id.b, sqlite3_column_blob(stmt, 0), sizeof id.b);
        fn(arg, id);
    }
    sqlite3_finalize(stmt);
}

size_t chronicle_busy_cases(chronicle_t *self, ident_t *out, size_t room) {
    return collect(prepared(self, "SELECT object FROM open_case WHERE standing = 0 OR actions <> 0"
                                  " ORDER BY opened"),
                   out, room);
}

/* ---- deadlines ---- */

void chronicle_check_by(chronicle_t *self, signature_fn *holds, void *arg) {
    self->holds = holds;
    self->holds_arg = arg;
    context_check_by(self->context, holds, arg);
}

void chronicle_watch(chronicle_t *self) {
    if (!self->timetable)
        self->timetable = timetable_new();
    self->timetable_stale = true;
}

static void make_timetable(chronicle_t *self) {
    enum { ROOM = 100000 };
    ident_t *ids = memory_new(ROOM, sizeof *ids);
    size_t n = chronicle_busy_cases(self, ids, ROOM);
    timetable_clear(self->timetable);
    for (size_t i = 0; i < n; i++) {
        const case_t *of = chronicle_case(self, ids[i]);
        timetable_put(self->timetable, ids[i], of ? deadline_next(of, self->context) : 0);
    }
    free(ids);
    self->timetable_stale = false;
}

moment_t chronicle_first_deadline(chronicle_t *self, ident_t *object) {
    if (!self->timetable)
        return 0;
    if (self->timetable_stale)
        make_timetable(self);
    return timetable_first(self->timetable, object);
}

moment_t chronicle_next_deadline(chronicle_t *self) {
    ident_t object;
    return chronicle_first_deadline(self, &object);
}
