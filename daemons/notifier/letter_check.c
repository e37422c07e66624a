/* SPDX-License-Identifier: Apache-2.0
 *
 * letter_check: every field of a letter by the strictest rule that an honest one passes.
 */
#include <stdio.h>

#include "common/base/text.h"
#include "daemons/notifier/address.h"
#include "daemons/notifier/letter.h"

#define TYPE_MAX 120
#define LANGUAGE_MAX 35

/* Of a header: not even a tab. */
static int check_line(text_t text, const char *field, size_t min, size_t max, problem_t *problem) {
    if (text.n < min)
        return problem_set(problem, REASON_FIELD_MISSING, field, "it is empty");
    if (text.n > max)
        return problem_set(problem, REASON_FIELD_RANGE, field, "%zu bytes; at most %zu", text.n,
                           max);
    if (!text_valid_utf8(text) || text_has_controls(text) || text_has(text, TEXT("\n")) ||
        text_has(text, TEXT("\t")))
        return problem_set(problem, REASON_FIELD_TEXT, field, "one line of text is expected");
    return 0;
}

/* Of a body: lines and tabs. */
static int check_body(text_t text, const char *field, problem_t *problem) {
    if (text.n > LETTER_BYTES_MAX)
        return problem_set(problem, REASON_TOO_LARGE, field, "%zu bytes", text.n);
    if (!text_valid_utf8(text) || text_has_controls(text))
        return problem_set(problem, REASON_FIELD_TEXT, field, "not UTF-8 or control characters");
    return 0;
}

static int check_address(text_t address, const char *field, problem_t *problem) {
    if (address.n == 0)
        return problem_set(problem, REASON_FIELD_MISSING, field, "it is empty");
    if (!address_valid(address))
        return problem_set(problem, REASON_FIELD_TEXT, field, "an address name@domain is expected");
    return 0;
}

static int check_person(const letter_person_t *person, const char *name, const char *address,
                        problem_t *problem) {
    if (check_address(person->address, address, problem) != 0)
        return -1;
    return check_line(person->name, name, 0, LETTER_NAME_MAX, problem);
}

/* ids have the form of addresses (RFC 5322 3.6.4) */
static int check_ids(const letter_t *letter, problem_t *problem) {
    if (check_address(letter->message_id, "message_id", problem) != 0)
        return -1;
    if (letter->in_reply_to.n && check_address(letter->in_reply_to, "in_reply_to", problem) != 0)
        return -1;
    if (letter->references_n > LETTER_REFERENCES_MAX)
        return problem_set(problem, REASON_FIELD_RANGE, "references", "at most %d",
                           LETTER_REFERENCES_MAX);
    for (size_t i = 0; i < letter->references_n; i++) {
        char field[40];
        snprintf(field, sizeof field, "references[%zu]", i);
        if (check_address(letter->references[i], field, problem) != 0)
            return -1;
    }
    return 0;
}

/* token of RFC 2045 5.1, without what nobody uses in a type */
static bool token(text_t text) {
    for (size_t i = 0; i < text.n; i++) {
        char c = text.p[i];
        bool known = (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') ||
                     c == '-' || c == '.' || c == '+' || c == '_';
        if (!known)
            return false;
    }
    return text.n > 0;
}

/* One message's structure is written here alone: parts are leaves. */
static bool media_type(text_t type) {
    const char *slash = type.n && type.n <= TYPE_MAX ? memchr(type.p, '/', type.n) : NULL;
    if (!slash || text_starts(type, "multipart/") || text_starts(type, "message/"))
        return false;
    size_t n = (size_t) (slash - type.p);
    return token((text_t){type.p, n}) && token((text_t){slash + 1, type.n - n - 1});
}

static int check_attachments(const letter_t *letter, problem_t *problem) {
    size_t bytes = 0;
    if (letter->attachments_n > LETTER_ATTACHMENTS_MAX)
        return problem_set(problem, REASON_FIELD_RANGE, "attachments", "at most %d",
                           LETTER_ATTACHMENTS_MAX);
    for (size_t i = 0; i < letter->attachments_n; i++) {
        const letter_attachment_t *a = &letter->attachments[i];
        char field[40];
        snprintf(field, sizeof field, "attachments[%zu].name", i);
        if (check_line(a->name, field, 1, LETTER_NAME_MAX, problem) != 0)
            return -1;
        snprintf(field, sizeof field, "attachments[%zu].type", i);
        if (!media_type(a->type))
            return problem_set(problem, REASON_FIELD_TEXT, field,
                               "a media type is expected: application/pdf");
        if (a->bytes.n > LETTER_BYTES_MAX - bytes)
            return problem_set(problem, REASON_TOO_LARGE, "attachments", "at most %d bytes in all",
                               LETTER_BYTES_MAX);
        bytes += a->bytes.n;
    }
    return 0;
}

static int check_language(text_t language, problem_t *problem) {
    for (size_t i = 0; i < language.n; i++)
        if (language.n > LANGUAGE_MAX || language.p[i] == '.' || language.p[i] == '+' ||
            language.p[i] == '_' || !token((text_t){language.p + i, 1}))
            return problem_set(problem, REASON_FIELD_TEXT, "language",
                               "a language tag is expected: zh-CN");
    return 0;
}

int letter_check(const letter_t *letter, problem_t *problem) {
    if (check_person(&letter->from, "from.name", "from.address", problem) != 0 ||
        check_person(&letter->to, "to.name", "to.address", problem) != 0 ||
        (letter->reply_to.n && check_address(letter->reply_to, "reply_to", problem) != 0) ||
        check_line(letter->subject, "subject", 1, LETTER_SUBJECT_MAX, problem) != 0 ||
        check_body(letter->text, "text", problem) != 0 ||
        check_body(letter->html, "html", problem) != 0 ||
        check_language(letter->language, problem) != 0 || check_ids(letter, problem) != 0)
        return -1;
    if (letter->date < 0 || letter->date > INT64_C(253402300799000)) /* the year 9999 */
        return problem_set(problem, REASON_FIELD_RANGE, "date", "not a date of this age");
    if (letter->offset_minutes < -16 * 60 || letter->offset_minutes > 16 * 60)
        return problem_set(problem, REASON_FIELD_RANGE, "offset_minutes", "at most 16 hours");
    return check_attachments(letter, problem);
}
