/* SPDX-License-Identifier: Apache-2.0
 *
 * reach: see the header. Goals are numbered: refusals, kinds, steps by state.
 */
#include "tests/simulation/reach.h"

#include <stdio.h>
#include <stdlib.h>
#include <sys/mman.h>

#include "common/base/diag.h"
#include "common/base/memory.h"
#include "common/bus/messages.h"
#include "common/domain/feedback.h"
#include "common/ledger/chronicle.h"

/* Steps of an order in its states, then of feedback in its own. */
enum {
    REFUSALS_MAX = 64,
    KINDS_MAX = 160,
    ORDER_STATES = ORDER_DECLINED + 1,
    STATES = ORDER_STATES + FEEDBACK_CLOSED + 1
};
enum {
    FIRST_KIND = REFUSALS_MAX,
    FIRST_STEP = FIRST_KIND + KINDS_MAX,
    GOALS = FIRST_STEP + KINDS_MAX * STATES
};
enum { BEFORE = 1, DURING = 2, AFTER = 4 };

/* Kinds of fault that hurt the same thing. */
typedef enum fault_class {
    PROCESS,
    POWER,
    WIRES,
    DISK,
    STORE,
    CLOCK,
    MEMORY,
    CLASSES
} fault_class_t;
static const char *const class_names[CLASSES] = {"a killed process", "power",  "wires", "the disk",
                                                 "a spoilt store",   "clocks", "memory"};
static const fault_class_t classes[FAULTS] = {
    [FAULT_KILL] = PROCESS,   [FAULT_POWER] = POWER,   [FAULT_BOTH] = POWER,
    [FAULT_BLACKOUT] = POWER, [FAULT_NOISE] = WIRES,   [FAULT_PARTITION] = WIRES,
    [FAULT_ONE_WAY] = WIRES,  [FAULT_SLOW] = WIRES,    [FAULT_EIO] = DISK,
    [FAULT_FULL] = DISK,      [FAULT_LIE] = STORE,     [FAULT_ROT] = STORE,
    [FAULT_LOSE] = STORE,     [FAULT_RESTORE] = STORE, [FAULT_JUMP] = CLOCK,
    [FAULT_DRIFT] = CLOCK,    [FAULT_STARVE] = MEMORY};
enum { COLUMNS = FAULTS + CLASSES };

/* What only a fault of this class brings about is not there before the first of them, nor a full
   disk when there is room again. */
static const struct {
    size_t goal;
    fault_class_t class;
    int never;
} CAUSED[] = {{REASON_DISK_FULL, DISK, BEFORE | AFTER},
              {REASON_CLOCK_JUMP, CLOCK, BEFORE},
              {FIRST_KIND + KIND_LEDGER_CLOCK, CLOCK, BEFORE},
              /* what was synced is lost with a store alone */
              {FIRST_KIND + KIND_LEDGER_RESTORED, STORE, BEFORE}};

/* Never seen on a wire here: they are the command line's own, or said where no wire is. */
static const reason_t ELSEWHERE[] = {REASON_CONFIGURATION, REASON_USAGE, REASON_INPUT_FILE,
                                     REASON_REPLAY};

typedef struct tried { /* a case's command on its way */
    ident_t object;
    kind_t kind;
    position_t at;
    uint8_t times[COLUMNS];
} tried_t;

typedef struct met {
    uint64_t goals[GOALS];
    uint8_t cells[GOALS][COLUMNS]; /* by kind of fault, then by class */
} met_t;

static struct {
    const faults_t *faults;
    met_t *all; /* of every process that plays */
    tried_t *attempts;
    size_t attempts_n, attempts_room;
    arena_t *arena;
} reach;

void reach_share(void) {
    void *p = mmap(NULL, sizeof *reach.all, PROT_READ | PROT_WRITE, MAP_SHARED | MAP_ANONYMOUS, -1, 0);
    insist(p != MAP_FAILED);
    reach.all = p;
}

void reach_case(const faults_t *faults) {
    reach.faults = faults;
    reach.attempts_n = 0;
    if (!reach.arena)
        reach.arena = arena_new(0);
}

/* ---- when ---- */

typedef struct column {
    bool drawn, about, over, healed;
} column_t;

static void look_at(column_t *column, const fault_t *f) {
    column->drawn |= !f->off;
    column->healed |= f->ended && !f->happened;
    column->about |= f->begun && !f->ended;
    column->over |= f->happened && f->ended;
}

static void look_at_faults(uint8_t times[COLUMNS]) {
    column_t at[COLUMNS] = {{0}};
    for (size_t i = 0; i < reach.faults->n; i++) {
        const fault_t *f = &reach.faults->at[i];
        look_at(&at[f->type], f);
        look_at(&at[FAULTS + classes[f->type]], f);
    }
    for (int i = 0; i < COLUMNS; i++)
        times[i] = !at[i].drawn   ? 0
                   : at[i].about  ? DURING
                   : at[i].over   ? AFTER
                   : at[i].healed ? 0
                                  : BEFORE;
}

static void met_at(size_t goal, const uint8_t times[COLUMNS]) {
    __atomic_fetch_add(&reach.all->goals[goal], 1, __ATOMIC_RELAXED);
    for (int i = 0; i < COLUMNS; i++)
        __atomic_fetch_or(&reach.all->cells[goal][i], times[i], __ATOMIC_RELAXED);
}

static void met(size_t goal) {
    uint8_t times[COLUMNS];
    look_at_faults(times);
    met_at(goal, times);
}

static void met_refusal(int64_t reason) {
    if (reason > 0 && reason < REFUSALS_MAX)
        met((size_t) reason);
}

/* ---- what passes ---- */

static void take_events(const struct raw_list *list) {
    for (size_t i = 0; i < list->n; i++) {
        decoded_t event;
        if (event_decode(list->at[i].bytes, reach.arena, &event, NULL) == 0)
            met(FIRST_KIND + (size_t) event.info->kind);
    }
}

static void take_command(const struct submit *submit, position_t position) {
    struct signed_command signed_command;
    struct command command;
    const void *body;
    if (command_decode(submit->signed_command, reach.arena, &signed_command, &command, &body,
                       NULL) != 0 ||
        !scope_of_cases(kind_info(command.kind)->scope))
        return;
    if (reach.attempts_n == reach.attempts_room) {
        reach.attempts_room = reach.attempts_room * 2 + 256;
        reach.attempts = memory_grow(reach.attempts, reach.attempts_room, sizeof *reach.attempts);
    }
    tried_t *attempt = &reach.attempts[reach.attempts_n++];
    *attempt = (tried_t){.object = ident_none(command.object) ? command.id : command.object,
                         .kind = (kind_t) command.kind,
                         .at = position};
    look_at_faults(attempt->times);
}

void reach_passage(const passage_t *p, position_t position, int coordinator, int archiver) {
    message_type_t type = p->type;
    const void *body;
    bool news = (type == MESSAGE_COMMIT || type == MESSAGE_EVENTS) && p->from == coordinator &&
                p->to == archiver;
    bool asks = type == MESSAGE_SUBMIT && p->to == coordinator;
    if (!news && !asks && type != MESSAGE_RECEIPT && type != MESSAGE_ANSWER &&
        type != MESSAGE_BLOB_STATE)
        return;
    arena_reset(reach.arena);
    if (message_decode(p->frame, reach.arena, &type, &body, NULL) != 0)
        return;
    if (type == MESSAGE_EVENTS)
        take_events(&((const struct events *) body)->events);
    else if (news)
        take_events(&((const struct commit *) body)->events);
    else if (asks)
        take_command(body, position);
    else if (type == MESSAGE_RECEIPT)
        met_refusal(((const struct receipt *) body)->reason);
    else if (type == MESSAGE_ANSWER)
        met_refusal(((const struct reply *) body)->reason);
    else
        met_refusal(((const struct blob_state *) body)->reason);
}

/* ---- steps by state: told by the archive, afterwards ---- */

typedef struct state_note { /* from `at` on */
    ident_t object;
    position_t at;
    size_t state;
} state_note_t;
typedef struct history {
    chronicle_t *into;
    state_note_t *notes;
    size_t n, room;
    arena_t *arena;
} history_t;

static size_t state_of(const case_t *of) {
    const order_t *order = order_of_const(of);
    return order ? (size_t) order->state
                 : ORDER_STATES + (size_t) feedback_of_const(of)->state;
}

static int relive(void *arg, position_t position, bytes_t bytes) {
    history_t *self = arg;
    decoded_t event;
    arena_reset(self->arena);
    if (event_decode(bytes, self->arena, &event, NULL) != 0)
        return -1;
    chronicle_append(self->into, &event, bytes);
    if (!scope_of_cases(event.info->scope))
        return 0;
    if (self->n == self->room) {
        self->room = self->room * 2 + 256;
        self->notes = memory_grow(self->notes, self->room, sizeof *self->notes);
    }
    const case_t *of = chronicle_case(self->into, event.event.object);
    self->notes[self->n++] = (state_note_t){event.event.object, position, state_of(of)};
    return 0;
}

static size_t state_at(const history_t *history, const tried_t *tried) {
    for (size_t i = history->n; i-- > 0;)
        if (history->notes[i].at <= tried->at &&
            ident_equal(history->notes[i].object, tried->object))
            return history->notes[i].state;
    return kind_info(tried->kind)->scope == SCOPE_FEEDBACK ? ORDER_STATES + FEEDBACK_NEW
                                                           : ORDER_NEW;
}

void reach_archive(const char *path) {
    problem_t problem = {0};
    ledger_t *archive = ledger_open(path, NULL, &problem);
    history_t history = {.into = chronicle_open(":memory:", NULL, 4096, &problem),
                         .arena = arena_new(0)};
    if (!archive || !history.into)
        panic("%s", problem.detail);
    ledger_begin(chronicle_ledger(history.into));
    ledger_walk(archive, 1, ledger_last(archive), relive, &history);
    for (size_t i = 0; i < reach.attempts_n; i++) {
        const tried_t *attempt = &reach.attempts[i];
        met_at(FIRST_STEP + (size_t) attempt->kind * STATES + state_at(&history, attempt),
               attempt->times);
    }
    ledger_rollback(chronicle_ledger(history.into));
    chronicle_close(&history.into);
    ledger_close(&archive);
    arena_destroy(&history.arena);
    free(history.notes);
}

/* ---- telling ---- */

static bool wanted_refusal(size_t reason) {
    for (size_t i = 0; i < sizeof ELSEWHERE / sizeof *ELSEWHERE; i++)
        if (ELSEWHERE[i] == (reason_t) reason)
            return false;
    return reason > 0 && strcmp(reason_name((reason_t) reason), "UNKNOWN") != 0;
}

/* A row of a transition table; what is done to an action, or said aside, asks for no state of its case. */
static bool wanted_step(const kind_info_t *info, size_t state) {
    bool feedback = state >= ORDER_STATES;
    if (!scope_of_cases(info->scope) || info->flags & (DERIVED | ASIDE) || action_kind(info->kind) ||
        info->scope == (feedback ? SCOPE_ORDER : SCOPE_FEEDBACK))
        return false;
    /* registering opens a case: it cannot meet one */
    return !(info->flags & OPENS) == (state != ORDER_NEW && state != ORDER_STATES + FEEDBACK_NEW);
}

static bool wanted(size_t goal) {
    if (goal < FIRST_KIND)
        return wanted_refusal(goal);
    const kind_info_t *info =
        kind_info((kind_t) (goal < FIRST_STEP ? goal - FIRST_KIND : (goal - FIRST_STEP) / STATES));
    if (!info || info->kind == KIND_LEDGER_GENESIS) /* before the first case begins */
        return false;
    if (goal < FIRST_STEP)
        return true;
    return wanted_step(info, (goal - FIRST_STEP) % STATES);
}

static const char *state_word(size_t state) {
    return state < ORDER_STATES ? order_state_name((order_state_t) state)
                                : feedback_state_name((feedback_state_t) (state - ORDER_STATES));
}

static void print_goal(size_t goal) {
    if (goal < FIRST_KIND)
        printf(" %s", reason_name((reason_t) goal));
    else if (goal < FIRST_STEP)
        printf(" %s", kind_info((kind_t) (goal - FIRST_KIND))->name);
    else
        printf(" %s(%s%s)", kind_info((kind_t) ((goal - FIRST_STEP) / STATES))->name,
               (goal - FIRST_STEP) % STATES < ORDER_STATES ? "order " : "",
               state_word((goal - FIRST_STEP) % STATES));
}

static size_t print_range(const char *what, size_t from, size_t to) {
    size_t all = 0, missed = 0;
    for (size_t i = from; i < to; i++)
        if (wanted(i)) {
            all++;
            missed += !reach.all->goals[i];
        }
    printf("%s: %zu of %zu met%s", what, all - missed, all, missed ? "; never:" : "");
    for (size_t i = from; i < to; i++)
        if (wanted(i) && !reach.all->goals[i])
            print_goal(i);
    printf("\n");
    return missed;
}

size_t reach_print(void) {
    size_t missed = print_range("refusals", 0, FIRST_KIND);
    missed += print_range("kinds of event", FIRST_KIND, FIRST_STEP);
    return missed + print_range("steps in states", FIRST_STEP, GOALS);
}

/* Can there be such a cell? Of a class: what it alone causes is not there before it. */
static bool possible(size_t goal, int column, int time) {
    for (size_t i = 0; i < sizeof CAUSED / sizeof *CAUSED; i++)
        if (time & CAUSED[i].never && CAUSED[i].goal == goal &&
            column == FAULTS + (int) CAUSED[i].class)
            return false;
    return wanted(goal);
}

static size_t count_cells(int from, int to, size_t *all) {
    size_t found = 0;
    *all = 0;
    for (size_t i = 0; i < GOALS; i++)
        for (int c = from; c < to; c++)
            for (int t = BEFORE; t <= AFTER; t <<= 1)
                if (possible(i, c, t)) {
                    ++*all;
                    found += (reach.all->cells[i][c] & t) != 0;
                }
    return found;
}

size_t reach_cells(size_t *all) { return count_cells(0, FAULTS, all); }
size_t reach_classes(size_t *all) { return count_cells(FAULTS, COLUMNS, all); }

void reach_print_cells(void) {
    static const struct {
        int bit;
        const char *word;
    } times[] = {{BEFORE, "before"}, {DURING, "during"}, {AFTER, "after"}};
    for (int c = FAULTS; c < COLUMNS; c++)
        for (size_t t = 0; t < 3; t++) {
            size_t missing = 0;
            for (size_t i = 0; i < GOALS; i++)
                if (possible(i, c, times[t].bit) && !(reach.all->cells[i][c] & times[t].bit)) {
                    if (!missing++)
                        printf("never %s %s:", times[t].word, class_names[c - FAULTS]);
                    print_goal(i);
                }
            if (missing)
                printf("\n");
        }
}
