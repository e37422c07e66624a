/* SPDX-License-Identifier: Apache-2.0
 *
 * lookup: see lookup.h.
 */
#include "daemons/agent/cli/lookup.h"

#include <sysexits.h>

#include "common/base/text.h"
#include "common/screen/show.h"

static bool is_called(const json_t *entry, const char *const keys[], text_t name) {
    for (size_t i = 0; name.n && keys[i]; i++)
        if (text_is(name, show_string(entry, keys[i])))
            return true;
    return false;
}

int lookup_entry(cli_t *cli, const char *what, text_t name, ident_t *id, json_t **entry) {
    static const char *const keys[] = {"handle", "name", "id", NULL};
    json_t *all, *e, *found = NULL;
    size_t i;
    int rc = cli_query(cli, "people", NULL, &all);
    if (rc != EX_OK)
        return rc;
    *id = (ident_t){{0}};
    json_array_foreach(json_object_get(all, what), i, e) {
        if (!json_is_true(json_object_get(e, "revoked")) && is_called(e, keys, name))
            found = e;
    }
    if (found)
        ident_parse(text_of(show_string(found, "id")), id);
    if (found && entry)
        *entry = json_incref(found);
    json_decref(all);
    return ident_none(*id) ? cli_fail(EX_DATAERR, _("%.*s is not in the directory"), (int) name.n,
                                      name.n ? name.p : "")
                           : EX_OK;
}

int lookup_customer(cli_t *cli, const text_t *names, size_t n, ident_t *id) {
    static const char *const keys[] = {"number", "code", "short_name", "name", "id", NULL};
    json_t *customers, *c;
    size_t i;
    int rc = cli_query(cli, "customers", NULL, &customers);
    if (rc != EX_OK)
        return rc;
    *id = (ident_t){{0}};
    for (size_t k = 0; k < n && ident_none(*id); k++)
        json_array_foreach(customers, i, c) {
            if (ident_none(*id) && is_called(c, keys, names[k]))
                ident_parse(text_of(show_string(c, "id")), id);
        }
    json_decref(customers);
    return EX_OK;
}

int lookup_case(cli_t *cli, text_t number, const char *kind, ident_t *id) {
    json_t *found;
    int rc = cli_query(cli, "case.show",
                       json_pack("{s:s%}", "case", number.n ? number.p : "", number.n), &found);
    if (rc != EX_OK)
        return rc;
    if (strcmp(show_string(found, "case"), kind) != 0)
        rc = cli_fail(EX_DATAERR, strcmp(kind, "order") == 0 ? _("%.*s is no order")
                                                             : _("%.*s is no feedback"),
                      (int) number.n, number.n ? number.p : "");
    else if (!ident_parse(text_of(show_string(found, "id")), id))
        rc = cli_fail(EX_PROTOCOL, _("the answer cannot be read"));
    json_decref(found);
    return rc;
}

text_t lookup_own_department(cli_t *cli) {
    json_t *me;
    if (cli_query(cli, "whoami", NULL, &me) != EX_OK)
        return (text_t){NULL, 0};
    text_t department = arena_text(cli->arena, text_of(show_string(me, "department")));
    json_decref(me);
    return department;
}
