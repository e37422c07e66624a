/* SPDX-License-Identifier: Apache-2.0
 *
 * people_file: see people_file.h.
 */
#include "common/exchange/people_file.h"

#include <stdio.h>

#include "common/base/text.h"
#include "common/exchange/columns.h"
#include "common/exchange/input.h"
#include "common/exchange/json.h"
#include "common/exchange/week.h"

#define PEOPLE_MAX 5000
#define ROLES_MAX 16

/* A row as it stands in the file; roles come apart afterwards. */
#define RECORD_person_row(F, S)                                                                    \
    F(S, 1, TEXT, _, handle, 1, 32, "")                                                            \
    F(S, 2, TEXT, _, name, 1, 60, "")                                                              \
    F(S, 3, TEXT, _, department, 1, 32, "")                                                        \
    F(S, 4, TEXT, _, roles, 0, 600, "")                                                            \
    F(S, 5, BOOL, _, administrator, 0, 1, "")
DECLARE_RECORD(person_row)
DEFINE_RECORD(person_row)

static const column_name_t names[] = {{"handle", "拼音|登录名|账号"},
                                      {"name", "姓名"},
                                      {"department", "部门"},
                                      {"roles", "岗位|角色"},
                                      {"administrator", "管理员|系统管理员"},
                                      {0}};

static bool split_roles(text_t text, arena_t *arena, struct text_list *out) {
    *out = (struct text_list){arena_alloc(arena, ROLES_MAX * sizeof *out->at), 0};
    while (out->at && (text = text_trim(text)).n > 0) {
        size_t n = 0;
        while (n < text.n && text.p[n] != ' ' && text.p[n] != ';' && text.p[n] != '\n')
            n++;
        if (out->n == ROLES_MAX)
            return false;
        if (n > 0)
            out->at[out->n++] = arena_text(arena, (text_t){text.p, n});
        n += n < text.n;
        text = (text_t){text.p + n, text.n - n};
    }
    return out->at != NULL;
}

static int add_person(people_file_t *self, const csv_t *csv, const struct person_row *row,
                      arena_t *arena, problem_t *problem) {
    if (self->n == PEOPLE_MAX)
        return input_refuse(problem, csv_path(csv), csv_line(csv), "", "more than %d people",
                            PEOPLE_MAX);
    for (size_t i = 0; i < self->n; i++)
        if (text_equal(self->at[i].handle, row->handle))
            return input_refuse(problem, csv_path(csv), csv_line(csv), "handle",
                                "it is given twice");
    struct person_enrol *person = &self->at[self->n];
    record_clear(&person_enrol_record, person);
    person->handle = arena_text(arena, row->handle);
    person->name = arena_text(arena, row->name);
    person->department = arena_text(arena, row->department);
    person->administrator = row->administrator;
    if (!split_roles(row->roles, arena, &person->roles) || !person->department.p)
        return input_refuse(problem, csv_path(csv), csv_line(csv), "roles", "at most %d roles",
                            ROLES_MAX);
    self->n++;
    return 0;
}

static int read_people(csv_t *csv, arena_t *arena, people_file_t *out, problem_t *problem) {
    columns_t columns;
    struct person_row row;
    if (columns_match(&columns, csv, &person_row_record, names, NO_START, problem) != 0)
        return -1;
    *out = (people_file_t){arena_alloc(arena, PEOPLE_MAX * sizeof *out->at), 0};
    if (!out->at)
        return input_refuse(problem, csv_path(csv), 0, "", "too large");
    int rc;
    while ((rc = csv_next(csv, problem)) == 1)
        if (columns_row(&columns, csv, &row, problem) != 0 ||
            add_person(out, csv, &row, arena, problem) != 0)
            return -1;
    return rc;
}

int people_file_read(const char *path, arena_t *arena, people_file_t *out, problem_t *problem) {
    csv_t *csv = csv_open(path, problem);
    if (!csv)
        return -1;
    int rc = read_people(csv, arena, out, problem);
    csv_destroy(&csv);
    return rc;
}

static int read_customer(json_t *item, arena_t *arena, struct customer *out, text_t *contact,
                         problem_t *problem) {
    if (json_take_text(item, "contact", arena, contact, problem) != 0)
        return -1;
    return json_to_record(item, &customer_record, arena, out, problem);
}

static int read_customers(json_t *json, arena_t *arena, customer_file_t *out, problem_t *problem) {
    size_t n = json_array_size(json);
    if (!json_is_array(json))
        return problem_set(problem, REASON_FIELD_RANGE, "",
                           "a list of customers in [ ] is expected");
    *out = (customer_file_t){arena_alloc(arena, (n + 1) * sizeof *out->at),
                             arena_alloc(arena, (n + 1) * sizeof *out->contacts), n};
    if (!out->at || !out->contacts)
        return problem_set(problem, REASON_TOO_LARGE, "", "too many customers");
    for (size_t i = 0; i < n; i++)
        if (read_customer(json_array_get(json, i), arena, &out->at[i], &out->contacts[i],
                          problem) != 0) {
            char prefix[32];
            snprintf(prefix, sizeof prefix, "[%zu]", i);
            return input_prefix(problem, prefix);
        }
    return 0;
}

int customer_file_read(const char *path, arena_t *arena, customer_file_t *out, problem_t *problem) {
    json_t *json = json_read_file(path, problem);
    if (!json)
        return -1;
    int rc = read_customers(json, arena, out, problem);
    json_decref(json);
    return rc == 0 ? 0 : input_place(problem, path, 0);
}
