/* SPDX-License-Identifier: Apache-2.0
 *
 * standing_in: see the header.
 */
#include "tests/simulation/standing_in.h"

#include "common/base/text.h"

/* Who lets whom: those whom config/procedure.cfg lets, and the last, whom it does not. */
static const struct {
    const char *role, *delegate;
} PAIRS[] = {{"planning.manager", "production.manager"},
             {"production.manager", "planning.manager"},
             {"purchasing.manager", "planning.manager"},
             {"sales.head", "management.deputy"},
             {"sales.clerk", "sales.follow-up"},
             {"management.general", "management.deputy"},
             {"management.deputy", "management.general"},
             {"finance.checker", "management.deputy"},
             {"warehouse.keeper", "planning.follow-up"},
             {"quality.inspector", "quality.manager"},
             {"quality.manager", "quality.inspector"}};
enum { PAIRS_N = sizeof PAIRS / sizeof *PAIRS };

static const char *delegate_of(const char *role) {
    for (size_t i = 0; i < PAIRS_N; i++)
        if (strcmp(PAIRS[i].role, role) == 0)
            return PAIRS[i].delegate;
    return NULL;
}

static bool end_one(drawer_t *drawer, const works_person_t *who, doing_t *out) {
    struct revoke body = {.reason = TEXT("提前返回")};
    for (size_t i = 0; i < drawer->let_n; i++) {
        let_note_t *let = &drawer->let[i];
        if (let->grantor != who || !let->registered || let->ended)
            continue; /* what nobody knows would wait until its command expires */
        let->ended = true;
        doing_make(drawer, who, KIND_DELEGATION_END, &body, out);
        out->command.object = let->id;
        snprintf(out->on, sizeof out->on, "a delegation");
        return true;
    }
    return false;
}

bool standing_in_let(drawer_t *drawer, const works_person_t *who, luck_t *luck, doing_t *out) {
    const char *role = delegate_of(who->role);
    if (!role)
        return false;
    if (luck_percent(luck, 40) && end_one(drawer, who, out))
        return true;
    if (drawer->let_n == sizeof drawer->let / sizeof *drawer->let)
        return false;
    moment_t from = drawer->clock + (luck_percent(luck, 20) ? 20000 : 0);
    struct delegation body = {.delegate = works_role(drawer->works, role)->id,
                              .role = text_of(luck_percent(luck, 95) ? who->role : "sales.head"),
                              .from = from,
                              .until = from + 10000 + (int64_t) luck_below(luck, 20 * MINUTE_MS),
                              .reason = TEXT("出差")};
    doing_make(drawer, who, KIND_DELEGATION_GRANT, &body, out);
    drawer->let[drawer->let_n++] = (let_note_t){.id = out->command.id, .grantor = who};
    snprintf(out->on, sizeof out->on, "their role");
    return true;
}

void standing_in_cite(drawer_t *drawer, const json_t *step, doing_t *out) {
    const json_t *as = json_object_get(step, "as");
    const char *mandate = json_string_value(json_object_get(as, "mandate"));
    luck_t *luck = &drawer->apart;
    if (mandate && luck_percent(luck, 95))
        ident_parse(text_of(mandate), &out->command.mandate);
    else if (drawer->let_n && luck_percent(luck, 1))
        out->command.mandate = drawer->let[luck_below(luck, drawer->let_n)].id;
}

/* ---- who else is asked ---- */

void standing_in_forward(drawer_t *drawer, const works_person_t *who, luck_t *luck,
                         const char *department, doing_t *out) {
    const works_t *works = drawer->works;
    const char *role = delegate_of(who->role);
    const works_person_t *to = role && luck_percent(luck, 80)
                                   ? works_role(works, role)
                                   : &works->people[luck_below(luck, (uint64_t) works->people_n)];
    struct forward body = {
        .department = text_of(department[0] ? department : works->departments[who->department]),
        .to = to->id,
        .reason = TEXT("他更清楚")};
    doing_make(drawer, who, KIND_ROUND_FORWARD, &body, out);
}

void standing_in_add(drawer_t *drawer, const works_person_t *who, luck_t *luck, doing_t *out) {
    const works_t *works = drawer->works;
    struct add_reviewer body = {
        .department = text_of(works->departments[luck_below(luck, (uint64_t) works->departments_n)]),
        .reason = TEXT("涉及该部门")};
    doing_make(drawer, who, KIND_ROUND_ADD_REVIEWER, &body, out);
}
