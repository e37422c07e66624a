/* SPDX-License-Identifier: Apache-2.0
 *
 * register_read: lists, search, counts, times and actions from the tables. What could be anything
 * is bound, never written into a statement.
 */
#include <stdlib.h>
#include <sysexits.h>

#include "common/base/diag.h"
#include "common/base/memory.h"
#include "common/base/moment.h"
#include "common/daemon/register_internal.h"
#include "common/ledger/sql.h"

/* ---- lists ---- */

/* States of cases that stand open are found by their own index, which holds no other. */
static bool open_state(text_t state) {
    static const char *const others[] = {"closed", "withdrawn", "declined", "effective"};
    for (size_t i = 0; i < sizeof others / sizeof *others; i++)
        if (text_is(state, others[i]))
            return false;
    return true;
}

static sqlite3_stmt *list_statement(case_register_t *self, const register_filter_t *filter) {
    buffer_t sql = {0};
    buffer_text(&sql, "SELECT opened, object FROM case_row WHERE scope = ?1 AND opened > ?2");
    if (filter->state.n)
        buffer_text(&sql, open_state(filter->state) ? " AND standing = 0 AND state = ?3"
                                                    : " AND state = ?3");
    if (filter->class.n)
        buffer_text(&sql, " AND class = ?4");
    if (filter->kind)
        buffer_text(&sql, " AND kind = ?5");
    if (!ident_none(filter->customer))
        buffer_text(&sql, " AND customer = ?6");
    buffer_text(&sql, " ORDER BY opened LIMIT ?7");
    sqlite3_stmt *stmt = register_prepared(self, buffer_cstr(&sql));
    buffer_free(&sql);
    return stmt;
}

/* Ends the statement. */
static size_t collect(sqlite3_stmt *stmt, register_entry_t *out, size_t room) {
    size_t n = 0;
    while (n < room && sql_next(stmt, "desk.db"))
        out[n++] = (register_entry_t){(position_t) sqlite3_column_int64(stmt, 0),
                                      register_column_id(stmt, 1)};
    sqlite3_finalize(stmt);
    return n;
}

size_t register_list(case_register_t *self, const register_filter_t *filter, register_entry_t *out,
                     size_t room) {
    sqlite3_stmt *stmt = list_statement(self, filter);
    sqlite3_bind_int(stmt, 1, (int) filter->scope);
    sqlite3_bind_int64(stmt, 2, (int64_t) filter->after);
    register_bind_text(stmt, 3, filter->state);
    register_bind_text(stmt, 4, filter->class);
    sqlite3_bind_int(stmt, 5, (int) filter->kind);
    register_bind_id(stmt, 6, &filter->customer);
    sqlite3_bind_int64(stmt, 7, (int64_t) room);
    return collect(stmt, out, room);
}

/* ---- search ---- */

static ident_t object_of(case_register_t *self, position_t opened) {
    register_entry_t entry = {.opened = opened};
    sqlite3_stmt *stmt =
        register_prepared(self, "SELECT opened, object FROM case_row WHERE opened = ?1");
    sqlite3_bind_int64(stmt, 1, (int64_t) opened);
    collect(stmt, &entry, 1);
    return entry.id;
}

/* Of the cases registered within [first, end), newest first. */
static size_t look_through(case_register_t *self, const search_t *search, unsigned scopes,
                           position_t first, position_t end, register_entry_t *out, size_t room) {
    size_t n = 0;
    sqlite3_stmt *stmt = register_prepared(
        self, "SELECT opened, scope, customer, products, words FROM case_words WHERE opened >= ?1"
              " AND opened < ?2 ORDER BY opened DESC");
    sqlite3_bind_int64(stmt, 1, (int64_t) first);
    sqlite3_bind_int64(stmt, 2, (int64_t) end);
    while (n < room && sql_next(stmt, "desk.db")) {
        if (scopes >> sqlite3_column_int(stmt, 1) & 1 &&
            search_matches(search, register_column_text(stmt, 4), register_column_id(stmt, 2),
                           register_column_text(stmt, 3)))
            out[n++].opened = (position_t) sqlite3_column_int64(stmt, 0);
    }
    sqlite3_finalize(stmt);
    return n;
}

size_t register_search(case_register_t *self, const search_t *search, unsigned scopes,
                       position_t before, register_entry_t *out, size_t room) {
    size_t n = 0;
    position_t first, end, rest = before > INT64_MAX ? INT64_MAX : before;
    for (; n < room && register_marks_next(self, search, rest, &first, &end); rest = first)
        n += look_through(self, search, scopes, first, end, out + n, room - n);
    for (size_t i = 0; i < n; i++)
        out[i].id = object_of(self, out[i].opened);
    return n;
}

/* ---- counts ---- */

static void bind_range(sqlite3_stmt *stmt, const register_range_t *range) {
    sqlite3_bind_int(stmt, 1, SCOPE_FEEDBACK);
    sqlite3_bind_int64(stmt, 2, range->from);
    sqlite3_bind_int64(stmt, 3, range->to);
    sqlite3_bind_int(stmt, 4, (int) range->kind);
}
/* The tables are read through: by an index the rows would come one by one from everywhere. */
#define IN_RANGE \
    " FROM case_row NOT INDEXED WHERE scope = ?1 AND received >= ?2 AND received < ?3 AND (?4 = " \
    "0 OR kind = ?4)"

/* month_of (instant in ms, minutes east of UTC): months since year 0. */
static void month_of(sqlite3_context *context, int n, sqlite3_value **values) {
    int year;
    unsigned month, day;
    (void) n;
    day_to_civil(moment_day(sqlite3_value_int64(values[0]), sqlite3_value_int(values[1])), &year,
                 &month, &day);
    sqlite3_result_int64(context, (int64_t) year * 12 + month - 1);
}

void register_read_open(case_register_t *self) {
    sqlite3 *db = ledger_db(self->ledger);
    if (sqlite3_create_function(db, "month_of", 2, SQLITE_UTF8 | SQLITE_DETERMINISTIC, NULL,
                                month_of, NULL, NULL) != SQLITE_OK)
        diag_fatal(EX_SOFTWARE, DIAG_GENERAL, "desk.db: month_of: %s", sqlite3_errmsg(db));
}

static const char *const key_columns[] = {
    [REGISTER_PRODUCT] = "product",   [REGISTER_CAUSE] = "cause",
    [REGISTER_CUSTOMER] = "customer", [REGISTER_DEPARTMENT] = "department",
    [REGISTER_SEVERITY] = "severity", [REGISTER_KIND] = "kind",
    [REGISTER_OUTCOME] = "outcome",   [REGISTER_REMEDY] = "remedy",
    [REGISTER_MONTH] = "0",
};

static void take_key(register_count_t *count, sqlite3_stmt *stmt) {
    int type = sqlite3_column_type(stmt, 0);
    if (type == SQLITE_TEXT)
        count->text = register_column_text(stmt, 0);
    else if (type == SQLITE_BLOB)
        count->customer = register_column_id(stmt, 0);
    else
        count->value = sqlite3_column_int(stmt, 0);
}

void register_counts(case_register_t *self, register_key_t key, const register_range_t *range,
                     int offset_minutes, register_count_fn *fn, void *arg) {
    buffer_t sql = {0};
    buffer_format(
        &sql,
        "SELECT %s, month_of (received, ?5), count (*), sum (standing = 0), sum (safety)" IN_RANGE
        " GROUP BY 1, 2 ORDER BY 1, 2",
        key_columns[key]);
    sqlite3_stmt *stmt = register_prepared(self, buffer_cstr(&sql));
    buffer_free(&sql);
    bind_range(stmt, range);
    sqlite3_bind_int(stmt, 5, offset_minutes);
    while (sql_next(stmt, "desk.db")) {
        register_count_t count = {.month = sqlite3_column_int64(stmt, 1),
                                  .count = sqlite3_column_int64(stmt, 2),
                                  .open = sqlite3_column_int64(stmt, 3),
                                  .safety = sqlite3_column_int64(stmt, 4)};
        take_key(&count, stmt);
        fn(arg, &count);
    }
    sqlite3_finalize(stmt);
}

/* ---- time in each stage ---- */

static const struct {
    const char *name;
    register_time_t from, to;
} stages[] = {
#define STAGE_ROW(name, FROM, TO) {name, REGISTER_##FROM, REGISTER_##TO},
    REGISTER_STAGES(STAGE_ROW)
#undef STAGE_ROW
};
#define STAGES (sizeof stages / sizeof *stages)
_Static_assert(sizeof stages / sizeof *stages == REGISTER_STAGES_MAX, "what callers have room for");

typedef struct spans {
    int64_t *at;
    size_t n, room;
} spans_t;

static void add_span(spans_t *spans, const moment_t times[], size_t stage) {
    moment_t from = times[stages[stage].from], to = times[stages[stage].to];
    if (stages[stage].from == REGISTER_DISPOSED && !from)
        from = times[REGISTER_REGISTERED]; /* what needed no review is answered at once */
    if (!from || !to)
        return;
    if (spans->n == spans->room)
        spans->at = memory_grow(spans->at, spans->room = spans->room * 2 + 256, sizeof *spans->at);
    spans->at[spans->n++] = to > from ? to - from : 0;
}

static int compare_spans(const void *a, const void *b) {
    int64_t x = *(const int64_t *) a, y = *(const int64_t *) b;
    return (x > y) - (x < y);
}

static register_stage_t sum_up(const char *name, spans_t *spans) {
    register_stage_t stage = {.name = name, .count = (int64_t) spans->n};
    int64_t sum = 0;
    if (spans->n == 0)
        return stage;
    qsort(spans->at, spans->n, sizeof *spans->at, compare_spans);
    for (size_t i = 0; i < spans->n; i++)
        sum += spans->at[i];
    size_t upper = spans->n / 2, lower = (spans->n - 1) / 2;
    stage.median = spans->at[lower] + (spans->at[upper] - spans->at[lower]) / 2;
    stage.mean = sum / (int64_t) spans->n;
    stage.most = spans->at[spans->n - 1];
    return stage;
}

#define TIME_NAME(NAME, name) ", " #name
size_t register_stages(case_register_t *self, const register_range_t *range,
                       register_stage_t out[REGISTER_STAGES_MAX]) {
    spans_t spans[STAGES] = {{0}};
    sqlite3_stmt *stmt = register_prepared(self, "SELECT 0" REGISTER_TIMES(TIME_NAME) IN_RANGE);
    bind_range(stmt, range);
    while (sql_next(stmt, "desk.db")) {
        moment_t times[REGISTER_TIME_N];
        for (int i = 0; i < REGISTER_TIME_N; i++)
            times[i] = sqlite3_column_int64(stmt, i + 1);
        for (size_t i = 0; i < STAGES; i++)
            add_span(&spans[i], times, i);
    }
    sqlite3_finalize(stmt);
    for (size_t i = 0; i < STAGES; i++) {
        out[i] = sum_up(stages[i].name, &spans[i]);
        free(spans[i].at);
    }
    return STAGES;
}

/* ---- actions ---- */

static sqlite3_stmt *action_statement(case_register_t *self, const register_actions_t *filter) {
    buffer_t sql = {0};
    buffer_text(&sql, "SELECT r.opened, r.object, r.customer, r.scope, r.number, a.owner, a.no,"
                      " a.setbacks, a.type, a.state, a.due, a.since, a.closed, a.text"
                      " FROM case_action a CROSS JOIN case_row r ON r.opened = a.opened"
                      " WHERE ((?1 >> r.scope) & 1) AND (?2 = 0 OR r.kind = ?2)");
    if (!filter->verified)
        buffer_text(&sql, " AND a.state < 2");
    if (filter->due_before)
        buffer_text(&sql, " AND a.state = 0 AND a.due < ?3");
    if (!ident_none(filter->owner))
        buffer_text(&sql, " AND a.owner = ?4");
    if (filter->opened)
        buffer_text(&sql, " AND a.opened = ?5");
    buffer_text(&sql, " ORDER BY a.due, a.opened, a.no LIMIT ?6");
    sqlite3_stmt *stmt = register_prepared(self, buffer_cstr(&sql));
    buffer_free(&sql);
    return stmt;
}

static register_action_t action_of(sqlite3_stmt *stmt) {
    return (register_action_t){.opened = (position_t) sqlite3_column_int64(stmt, 0),
                               .id = register_column_id(stmt, 1),
                               .customer = register_column_id(stmt, 2),
                               .scope = (scope_t) sqlite3_column_int(stmt, 3),
                               .number = register_column_text(stmt, 4),
                               .owner = register_column_id(stmt, 5),
                               .no = sqlite3_column_int64(stmt, 6),
                               .setbacks = sqlite3_column_int64(stmt, 7),
                               .type = (enum action_type) sqlite3_column_int(stmt, 8),
                               .state = (action_state_t) sqlite3_column_int(stmt, 9),
                               .due = sqlite3_column_int64(stmt, 10),
                               .since = sqlite3_column_int64(stmt, 11),
                               .closed = sqlite3_column_int64(stmt, 12),
                               .text = register_column_text(stmt, 13)};
}

void register_each_action(case_register_t *self, const register_actions_t *filter,
                          register_action_fn *fn, void *arg) {
    sqlite3_stmt *stmt = action_statement(self, filter);
    sqlite3_bind_int64(stmt, 1, filter->scopes);
    sqlite3_bind_int(stmt, 2, (int) filter->kind);
    sqlite3_bind_int64(stmt, 3, filter->due_before);
    register_bind_id(stmt, 4, &filter->owner);
    sqlite3_bind_int64(stmt, 5, (int64_t) filter->opened);
    sqlite3_bind_int64(stmt, 6, (int64_t) filter->limit);
    while (sql_next(stmt, "desk.db")) {
        register_action_t action = action_of(stmt);
        fn(arg, &action);
    }
    sqlite3_finalize(stmt);
}
