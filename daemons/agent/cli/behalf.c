/* SPDX-License-Identifier: Apache-2.0
 *
 * behalf: see behalf.h.
 */
#include "daemons/agent/cli/behalf.h"

#include <stdio.h>
#include <stdlib.h>
#include <sysexits.h>

#include "common/base/text.h"
#include "common/domain/context.h"
#include "common/screen/show.h"
#include "common/screen/words.h"

/* ---- whom --for names ---- */

static text_t typed_grantor(const cli_t *cli) {
    return (text_t){cli->behalf, strcspn(cli->behalf, ":")};
}

static const char *typed_role(const cli_t *cli) {
    const char *colon = strchr(cli->behalf, ':');
    return colon ? colon + 1 : "";
}

static bool is_typed(const cli_t *cli, const json_t *person) {
    text_t name = typed_grantor(cli);
    return text_is(name, show_string(person, "handle")) || text_is(name, show_string(person, "name"));
}

static bool same_person(const json_t *a, const json_t *b) {
    return show_string(a, "id")[0] && strcmp(show_string(a, "id"), show_string(b, "id")) == 0;
}

/* ---- forwards, delegations ---- */

/* The forward to `me` of the review that is open. NULL: none. */
static const json_t *forward_to(const cli_t *cli, const json_t *seen, const json_t *me) {
    size_t i;
    json_t *forward;
    const json_t *rounds = json_object_get(seen, "rounds");
    const json_t *round = json_array_get(rounds, json_array_size(rounds) - 1);
    json_array_foreach(json_object_get(round, "forwards"), i, forward) {
        if (same_person(json_object_get(forward, "to"), me) &&
            is_typed(cli, json_object_get(forward, "by")))
            return forward;
    }
    return NULL;
}

static bool fits(const cli_t *cli, const json_t *delegation, const json_t *me) {
    const char *role = typed_role(cli);
    return same_person(json_object_get(delegation, "delegate"), me) &&
           is_typed(cli, json_object_get(delegation, "grantor")) &&
           (!role[0] || strcmp(role, show_string(delegation, "role")) == 0);
}

/* One that holds, else the last that did. *several: others hold, too, of another role. */
static const json_t *delegation_to(const cli_t *cli, const json_t *me, bool *several) {
    size_t i;
    json_t *d;
    const json_t *best = NULL;
    *several = false;
    json_array_foreach(json_object_get(me, "delegations"), i, d) {
        bool held = json_is_true(json_object_get(best, "holds"));
        if (!fits(cli, d, me))
            continue;
        if (!json_is_true(json_object_get(d, "holds"))) {
            best = held ? best : d;
            continue;
        }
        *several |= held && strcmp(show_string(best, "role"), show_string(d, "role")) != 0;
        best = held ? best : d;
    }
    return best;
}

/* What the department's daemon says of the case: under which mandate a step could be taken. */
static bool ask_why(cli_t *cli, const char *id, json_t **answer) {
    bool quiet = cli->quiet;
    problem_t refusal = cli->refusal;
    cli->quiet = true;
    bool answered = cli_query(cli, "why", json_pack("{s:s}", "case", id), answer) == EX_OK;
    cli->quiet = quiet;
    cli->refusal = refusal;
    return answered;
}

static const json_t *step_of(const json_t *why, kind_t kind, size_t from) {
    const json_t *list = json_object_get(why, "waiting");
    for (size_t i = from; i < json_array_size(list); i++) {
        const json_t *step = json_array_get(list, i);
        if (strcmp(show_string(step, "kind"), kind_info(kind)->name) == 0 &&
            json_object_get(step, "as"))
            return step;
    }
    return NULL;
}

/* Of several roles the one in which the step is theirs. */
static bool by_step(cli_t *cli, kind_t kind, const json_t *seen) {
    json_t *why = NULL;
    bool found = false;
    if (!seen || !ask_why(cli, show_string(seen, "id"), &why))
        return false;
    const json_t *step = step_of(why, kind, 0), *as = json_object_get(step, "as");
    if (as && is_typed(cli, json_object_get(as, "for")))
        found = ident_parse(text_of(show_string(as, "mandate")), &cli->mandate);
    json_decref(why);
    return found;
}

static int cite(cli_t *cli, const json_t *me, kind_t kind, const json_t *seen) {
    bool several;
    const json_t *forward = kind_forwarded(kind) ? forward_to(cli, seen, me) : NULL;
    const json_t *found = forward ? forward : delegation_to(cli, me, &several);
    if (!found)
        return cli_fail(EX_NOPERM,
                        _("%s lets you act in no role; countersign delegations lists who does"),
                        cli->behalf);
    if (!forward && several)
        return by_step(cli, kind, seen)
                   ? EX_OK
                   : cli_fail(EX_USAGE,
                              _("%s lets you act in several roles; name one: --for %.*s:ROLE"),
                              cli->behalf, (int) typed_grantor(cli).n, typed_grantor(cli).p);
    return ident_parse(text_of(show_string(found, "id")), &cli->mandate)
               ? EX_OK
               : cli_fail(EX_PROTOCOL, _("the answer cannot be read"));
}

int behalf_find(cli_t *cli, kind_t kind, const json_t *seen) {
    json_t *me;
    if (!cli->behalf || !ident_none(cli->mandate))
        return EX_OK;
    int rc = cli_query(cli, "whoami", NULL, &me);
    if (rc != EX_OK)
        return rc;
    rc = cite(cli, me, kind, seen);
    json_decref(me);
    return rc;
}

/* ---- whose verdict ---- */

static const char *department_of_role(const json_t *procedure, const char *key) {
    size_t i;
    json_t *role;
    json_array_foreach(json_object_get(procedure, "roles"), i, role) {
        if (strcmp(show_string(role, "key"), key) == 0)
            return show_string(role, "department");
    }
    return "";
}

text_t behalf_department(cli_t *cli, const char *number) {
    json_t *me = NULL, *seen = NULL, *procedure = NULL;
    text_t department = {NULL, 0};
    bool several;
    if (cli_query(cli, "whoami", NULL, &me) == EX_OK &&
        cli_query(cli, "case.show", json_pack("{s:s}", "case", number), &seen) == EX_OK &&
        cli_query(cli, "procedure", NULL, &procedure) == EX_OK) {
        const json_t *found = forward_to(cli, seen, me);
        const char *key = show_string(found, "department");
        if (!found && (found = delegation_to(cli, me, &several)))
            key = department_of_role(procedure, show_string(found, "role"));
        department = arena_text(cli->arena, text_of(key));
    }
    json_decref(procedure);
    json_decref(seen);
    json_decref(me);
    return department;
}

/* ---- who has not said it ---- */

static void hint(const json_t *as) {
    const json_t *grantor = json_object_get(as, "for");
    fprintf(stderr, _("countersign: you can do this for %s: repeat it with --for %s\n"),
            show_string(grantor, "name"), show_string(grantor, "handle"));
}

/* The one person for whom it could be done; NULL: none, or several. */
static const json_t *only_one(const json_t *why, kind_t kind) {
    const json_t *list = json_object_get(why, "waiting"), *one = NULL;
    for (size_t i = 0; i < json_array_size(list); i++) {
        const json_t *step = step_of(why, kind, i);
        const json_t *as = json_object_get(step, "as");
        if (one && as && !same_person(json_object_get(as, "for"), json_object_get(one, "for")))
            return NULL;
        one = as ? as : one;
    }
    return one;
}

void behalf_hint(cli_t *cli, kind_t kind, ident_t object) {
    char id[37];
    json_t *why = NULL;
    if (cli->behalf || cli->quiet || cli->refusal.reason != REASON_WRONG_ROLE ||
        !scope_of_cases(kind_info(kind)->scope) || ident_none(object) ||
        !ask_why(cli, ident_print(object, id), &why))
        return;
    const json_t *one = only_one(why, kind);
    if (one)
        hint(one);
    json_decref(why);
}
