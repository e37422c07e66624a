/* SPDX-License-Identifier: Apache-2.0
 *
 * prescan: walks a message once with a stack of its own, of fixed depth, and says whether it is
 * in canonical form. Only then is anything allocated for it.
 */
#include "common/base/text.h"
#include "common/event/record.h"
#include "common/event/scan.h"

typedef struct level {
    bool map, value_next;
    size_t left;
    int64_t last_key;
} level_t;

static int refuse(problem_t *problem, const char *what) {
    return problem_set(problem, REASON_MALFORMED, "", "%s", what);
}

/* A map's key: an integer above the one before. */
static int take_key(level_t *level, const scan_head_t *head, problem_t *problem) {
    if (head->type != HEAD_INT || head->value <= level->last_key)
        return refuse(problem, "the keys of a map must be integers, each above the one before");
    level->last_key = head->value;
    level->value_next = true;
    return 0;
}

static int check_text(const scan_head_t *head, problem_t *problem) {
    if (head->type == HEAD_STR && !text_valid_utf8((text_t){(const char *) head->p, head->n}))
        return problem_set(problem, REASON_FIELD_TEXT, "", "a text is not UTF-8");
    return 0;
}

int prescan(bytes_t bytes, size_t nodes_max, problem_t *problem) {
    if (bytes.n == 0)
        return refuse(problem, "nothing is there");
    scan_t scan = {bytes.p, bytes.p + bytes.n};
    level_t stack[RECORD_DEPTH_MAX];
    size_t depth = 0, nodes = 0;
    do {
        scan_head_t head;
        if (scan_next(&scan, &head) != 0)
            return refuse(problem, "cut short, or not the shortest form");
        if (++nodes > nodes_max)
            return problem_set(problem, REASON_TOO_LARGE, "", "more than %zu values", nodes_max);
        if (depth == 0 && head.type != HEAD_MAP)
            return refuse(problem, "a map is expected");
        level_t *level = depth ? &stack[depth - 1] : NULL;
        if (level && level->map && !level->value_next) {
            if (take_key(level, &head, problem) != 0)
                return -1;
            continue;
        }
        if (check_text(&head, problem) != 0)
            return -1;
        if (level) {
            level->value_next = false;
            level->left--;
        }
        if (head.type == HEAD_MAP || head.type == HEAD_ARRAY) {
            if (depth == RECORD_DEPTH_MAX)
                return refuse(problem, "nested too deeply");
            stack[depth++] =
                (level_t){.map = head.type == HEAD_MAP, .left = head.n, .last_key = -1};
        }
        while (depth && stack[depth - 1].left == 0 && !stack[depth - 1].value_next)
            depth--;
    } while (depth);
    return scan.p == scan.end ? 0 : refuse(problem, "something follows the end");
}
