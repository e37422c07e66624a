/* SPDX-License-Identifier: Apache-2.0
 *
 * delegation_desk: people at the desk who act for each other, forward verdicts, and ask one more
 * department.
 */
#ifndef COUNTERSIGN_TESTS_DELEGATION_DESK_H
#define COUNTERSIGN_TESTS_DELEGATION_DESK_H

#include "tests/unit/domain/context_desk.h"

static inline struct role *desk_find_role(desk_t *desk, const char *key) {
    for (size_t i = 0; i < desk->procedure.roles.n; i++)
        if (text_is(desk->procedure.roles.at[i].key, key))
            return &desk->procedure.roles.at[i];
    panic("no role %s", key);
}

static inline void desk_let(desk_t *desk, const char *role, const char *delegates) {
    desk_find_role(desk, role)->delegates = desk_texts(desk, delegates);
}

static inline struct delegation desk_delegation(const desk_t *desk, ident_t to, const char *role) {
    return (struct delegation){.delegate = to,
                               .role = text_of(role),
                               .from = desk->time,
                               .until = desk->time + 5 * DAY_MS,
                               .reason = TEXT("away on business")};
}

static inline reason_t desk_grant(desk_t *desk, ident_t grantor, const struct delegation *body) {
    return desk_ask(desk, grantor, KIND_DELEGATION_GRANT, NOTHING, body);
}

/* The delegation that was granted; five days from now. */
static inline ident_t desk_delegate(desk_t *desk, ident_t grantor, ident_t to, const char *role) {
    struct delegation body = desk_delegation(desk, to, role);
    OK(desk_grant(desk, grantor, &body));
    return desk_opened(desk);
}

static inline reason_t desk_end(desk_t *desk, ident_t actor, ident_t delegation) {
    return desk_ask(desk, actor, KIND_DELEGATION_END, delegation, &(struct revoke){TEXT("back")});
}

/* As desk_try, citing a mandate. */
static inline reason_t desk_try_for(desk_t *desk, void *of, ident_t actor, ident_t mandate,
                                    kind_t kind, const void *body) {
    struct command command = desk_command(desk, of, kind, actor, body);
    command.mandate = mandate;
    return desk_send(desk, of, &command);
}

static inline reason_t desk_sign_for(desk_t *desk, void *of, ident_t actor, ident_t mandate,
                                     enum meaning meaning) {
    return desk_try_for(desk, of, actor, mandate, KIND_ROUND_SIGN,
                        &(struct sign){.meaning = meaning});
}

static inline reason_t desk_accept_for(desk_t *desk, void *of, ident_t actor, ident_t mandate,
                                       const char *department) {
    return desk_try_for(desk, of, actor, mandate, KIND_ROUND_VERDICT,
                        &(struct verdict_given){.department = text_of(department),
                                                .verdict = VERDICT_ACCEPT});
}

static inline reason_t desk_forward(desk_t *desk, void *of, ident_t actor, const char *department,
                                    ident_t to) {
    return desk_try(desk, of, actor, KIND_ROUND_FORWARD,
                    &(struct forward){text_of(department), to, TEXT("knows the part")});
}

/* The forward that was accepted last. */
static inline ident_t desk_forwarded(const case_t *of) {
    const round_t *round = case_round(of);
    return round->forwards[round->forwards_n - 1].id;
}

static inline reason_t desk_add_reviewer(desk_t *desk, void *of, ident_t actor,
                                         const char *department) {
    return desk_try(desk, of, actor, KIND_ROUND_ADD_REVIEWER,
                    &(struct add_reviewer){text_of(department), TEXT("a question of inspection")});
}

#endif
