/* SPDX-License-Identifier: Apache-2.0
 *
 * enclosures: see enclosures.h.
 */
#include "common/exchange/enclosures.h"

#include "common/exchange/json.h"

static text_t beside(const char *file, text_t path, arena_t *arena) {
    const char *slash = file ? strrchr(file, '/') : NULL;
    if (!slash || (path.n > 0 && path.p[0] == '/'))
        return arena_text(arena, path);
    return arena_format(arena, "%.*s/%.*s", (int) (slash - file), file, (int) path.n, path.p);
}

int enclosures_take(json_t *object, const char *file, size_t max, arena_t *arena,
                    struct text_list *out, problem_t *problem) {
    json_t *list = json_object_get(object, "attachments");
    size_t n = list ? json_array_size(list) : 0;
    if (list && !json_is_array(list))
        return problem_set(problem, REASON_FIELD_RANGE, "attachments",
                           "a list of file names is expected");
    if (n > max)
        return problem_set(problem, REASON_FIELD_RANGE, "attachments", "at most %zu files", max);
    *out = (struct text_list){n ? arena_alloc(arena, n * sizeof *out->at) : NULL, n};
    for (size_t i = 0; i < n; i++) {
        text_t path = json_text(json_array_get(list, i));
        if (path.n == 0)
            return problem_set(problem, REASON_FIELD_RANGE, "attachments",
                               "a list of file names is expected");
        out->at[i] = beside(file, path, arena);
    }
    json_object_del(object, "attachments");
    return 0;
}
