/* SPDX-License-Identifier: Apache-2.0
 *
 * letter: what is written, that the same letter gives the same bytes, and that no field gets a
 * control character into a header.
 */
#include "daemons/notifier/letter.h"

#include <locale.h>
#include <stdio.h>
#include <string.h>

#include "daemons/notifier/address.h"
#include "tests/unit/harness.h"

static const text_t thread[] = {{"case-1@example.com", 18}, {"case-2@example.com", 18}};
static const letter_attachment_t files[] = {
    {{"合同评审表.pdf", 19}, {"application/pdf", 15}, {(const uint8_t *) "%PDF\0\n", 6}}};

static letter_t sample(void) {
    return (letter_t){
        .from = {TEXT("会签"), TEXT("countersign@example.com")},
        .to = {TEXT("王芳"), TEXT("wang.fang@example.com")},
        .reply_to = TEXT("sales@example.com"),
        .subject = TEXT("请在今天 17:00 前评审订单 SO-2026-0012"),
        .text = TEXT("请评审。\n.一行以点开头\n"),
        .html = TEXT("<p>请评审。</p>"),
        .language = TEXT("zh-CN"),
        .message_id = TEXT("0195.wang@example.com"),
        .in_reply_to = TEXT("case-2@example.com"),
        .references = thread,
        .references_n = 2,
        .date = INT64_C(1795800000000),
        .offset_minutes = 480,
        .attachments = files,
        .attachments_n = 1,
    };
}

static char *built(const letter_t *letter, buffer_t *out) {
    problem_t problem = {0};
    if (letter_build(letter, out, &problem) != 0)
        fail_msg("%s: %s", problem.field, problem.detail);
    buffer_put(out, "", 1);
    return (char *) out->p;
}

static void has(const char *text, const char *line) {
    if (!strstr(text, line))
        fail_msg("not in it: %s\n%s", line, text);
}

TEST(the_headers_that_relays_and_readers_need_are_there) {
    buffer_t out = {0};
    letter_t letter = sample();
    const char *text = built(&letter, &out);
    has(text, "Message-Id: <0195.wang@example.com>\r\n");
    has(text, "In-Reply-To: <case-2@example.com>\r\n");
    has(text, "<case-1@example.com>");
    has(text, "Auto-Submitted: auto-generated\r\n");
    has(text, "MIME-Version: 1.0\r\n");
    has(text, "Content-Language: zh-CN\r\n");
    has(text, "Date: Sat, 28 Nov 2026 01:20:00 +0800\r\n");
    has(text, "<wang.fang@example.com>");
    has(text, "Reply-To: sales@example.com\r\n");
    has(text, "Subject: =?UTF-8?");
    has(text, "multipart/alternative");
    has(text, "filename*");
    buffer_free(&out);
}

TEST(the_same_letter_gives_the_same_bytes_in_every_language) {
    static const char *const languages[] = {"C", "C.UTF-8", "zh_CN.UTF-8", "de_DE.ISO-8859-1"};
    buffer_t first = {0}, again = {0};
    letter_t letter = sample();
    built(&letter, &first);
    for (size_t i = 0; i < sizeof languages / sizeof *languages; i++) {
        setlocale(LC_ALL, languages[i]);
        buffer_clear(&again);
        assert_string_equal(built(&letter, &again), (char *) first.p);
    }
    setlocale(LC_ALL, "C");
    letter.message_id = TEXT("another@example.com");
    buffer_clear(&again);
    assert_string_not_equal(built(&letter, &again), (char *) first.p);
    buffer_free(&first);
    buffer_free(&again);
}

static void refused(const letter_t *letter, const char *field) {
    buffer_t out = {0};
    problem_t problem = {0};
    assert_int_equal(letter_build(letter, &out, &problem), -1);
    assert_string_equal(problem.field, field);
    assert_int_equal(problem.reason, REASON_FIELD_TEXT);
    assert_int_equal(out.n, 0);
    buffer_free(&out);
}

/* Every text of a letter in turn; whatever is added to it must not reach a header. */
TEST(no_field_gets_a_control_character_through) {
    static const struct {
        size_t offset;
        const char *field;
    } fields[] = {
        {offsetof(letter_t, from.name), "from.name"},
        {offsetof(letter_t, from.address), "from.address"},
        {offsetof(letter_t, to.name), "to.name"},
        {offsetof(letter_t, to.address), "to.address"},
        {offsetof(letter_t, reply_to), "reply_to"},
        {offsetof(letter_t, subject), "subject"},
        {offsetof(letter_t, language), "language"},
        {offsetof(letter_t, message_id), "message_id"},
        {offsetof(letter_t, in_reply_to), "in_reply_to"},
    };
    static const char *const injections[] = {
        "\r\nBcc: all@example.com", "\nBcc: all@example.com", "\rX", "\x01", "\x7f", "\t",
        "\xc2\x85", "\xe2\x80\xae", "\xff",
    };
    for (size_t i = 0; i < sizeof fields / sizeof *fields; i++)
        for (size_t k = 0; k < sizeof injections / sizeof *injections; k++) {
            letter_t letter = sample();
            char text[300];
            text_t *at = (text_t *) (void *) ((char *) &letter + fields[i].offset);
            snprintf(text, sizeof text, "%.*s%s", (int) at->n, at->p, injections[k]);
            *at = text_of(text);
            refused(&letter, fields[i].field);
            snprintf(text, sizeof text, "%s%s", injections[k], "x@example.com");
            *at = text_of(text);
            refused(&letter, fields[i].field);
        }
}

TEST(a_nul_ends_no_field_early) {
    letter_t letter = sample();
    letter.subject = (text_t){"a\0b", 3};
    refused(&letter, "subject");
    letter = sample();
    letter.to.address = (text_t){"a@b\0c", 5};
    refused(&letter, "to.address");
    letter = sample();
    letter.text = (text_t){"a\0b", 3};
    refused(&letter, "text");
}

TEST(lists_are_held_to_the_same_rule) {
    text_t ids[] = {TEXT("a@example.com"), TEXT("b@example.com>\r\nBcc: c@example.com")};
    letter_t letter = sample();
    letter.references = ids;
    refused(&letter, "references[1]");
    letter_attachment_t two[] = {files[0], files[0]};
    letter = sample();
    letter.attachments = two;
    letter.attachments_n = 2;
    two[1].name = TEXT("a\r\nContent-Type: text/html");
    refused(&letter, "attachments[1].name");
    two[1] = files[0];
    two[1].type = TEXT("text/html; charset=\"x\"\r\nBcc: c@example.com");
    refused(&letter, "attachments[1].type");
    two[1].type = TEXT("message/rfc822");
    refused(&letter, "attachments[1].type");
    letter = sample();
    letter.html = TEXT("<p>\r\n</p>");
    refused(&letter, "html");
}

TEST(what_a_quotation_mark_or_bracket_would_end_is_encoded) {
    buffer_t out = {0};
    letter_t letter = sample();
    letter.to.name = TEXT("Bobby\" <all@example.com>, \"x");
    letter.subject = TEXT("=?utf-8?q?Bcc:_all=40example.com?=");
    const char *text = built(&letter, &out);
    const char *to = strstr(text, "\r\nTo: ");
    assert_non_null(to);
    assert_null(strstr(text, "\r\nBcc"));
    has(text, "<wang.fang@example.com>");
    buffer_free(&out);
}

TEST(a_text_that_holds_the_boundary_goes_encoded) {
    buffer_t first = {0}, out = {0};
    letter_t letter = sample();
    letter.text = TEXT("Please review.\n");
    const char *at = strstr(built(&letter, &first), "boundary=\"");
    assert_non_null(at);
    char body[200], boundary[80] = "";
    assert_int_equal(sscanf(at, "boundary=\"%79[^\"]", boundary), 1);
    snprintf(body, sizeof body, "x\n--%s\nContent-Type: text/html\n\nno\n", boundary);
    letter.text = text_of(body);
    const char *text = built(&letter, &out);
    assert_null(strstr(text, "\r\n\r\nno\r\n"));
    buffer_free(&first);
    buffer_free(&out);
}

TEST(long_lines_subjects_and_threads_are_folded) {
    enum { LONG = 5000 };
    static char text[LONG], name[LETTER_NAME_MAX + 1], subject[LETTER_SUBJECT_MAX + 1];
    static char ids[LETTER_REFERENCES_MAX][80];
    text_t references[LETTER_REFERENCES_MAX];
    letter_t letter = sample();
    memset(text, 'x', sizeof text);
    memset(name, 'n', sizeof name - 1);
    memset(subject, 's', sizeof subject - 1);
    for (size_t i = 0; i < LETTER_REFERENCES_MAX; i++) {
        snprintf(ids[i], sizeof ids[i], "%064zu@example.com", i);
        references[i] = text_of(ids[i]);
    }
    letter.text = (text_t){text, sizeof text};
    letter.from.name = letter.to.name = text_of(name);
    letter.subject = text_of(subject);
    letter.references = references;
    letter.references_n = LETTER_REFERENCES_MAX;
    letter_attachment_t file = files[0];
    file.name = text_of(name);
    letter.attachments = &file;
    buffer_t out = {0};
    const char *line = built(&letter, &out);
    for (const char *end; (end = strstr(line, "\r\n")); line = end + 2) {
        if (end - line > 998)
            fail_msg("%.100s", line);
        assert_null(memchr(line, '\n', (size_t) (end - line)));
    }
    buffer_free(&out);
}

TEST(what_is_missing_or_too_large_is_named) {
    static char subject[LETTER_SUBJECT_MAX + 2];
    static uint8_t bulk[LETTER_BYTES_MAX];
    letter_attachment_t file = files[0];
    buffer_t out = {0};
    problem_t problem = {0};
    letter_t letter = sample();
    letter.to.address = (text_t){0};
    assert_int_equal(letter_build(&letter, &out, &problem), -1);
    assert_int_equal(problem.reason, REASON_FIELD_MISSING);
    memset(subject, 's', sizeof subject - 1);
    letter = sample();
    letter.subject = text_of(subject);
    assert_int_equal(letter_build(&letter, &out, &problem), -1);
    assert_int_equal(problem.reason, REASON_FIELD_RANGE);
    letter = sample();
    file.bytes = (bytes_t){bulk, sizeof bulk};
    letter.attachments = &file;
    assert_int_equal(letter_build(&letter, &out, &problem), -1);
    assert_int_equal(problem.reason, REASON_TOO_LARGE);
    assert_int_equal(out.n, 0);
}

TEST(addresses_are_one_form_only) {
    static const char *const good[] = {"a@b",
                                       "wang.fang+orders@mail.example.com",
                                       "o'brien@example.com",
                                       "x@xn--fiqs8s.example",
                                       "1-2_3@4.example"};
    static const char *const bad[] = {
        "",           "a",           "@b",          "a@",          "a@b@c",       "a b@c",
        "a@b c",      "<a@b>",       "a@b>",        "\"a b\"@c",   "a,b@c",       "a@b,c@d",
        "a..b@c",     ".a@b",        "a.@b",        "a@b.",        "a@.b",        "a@b..c",
        "a@-b",       "a@b-",        "a@b-.c",      "a@[1.2.3.4]", "a(x)@b",      "a\\@b",
        "a@b\n",      "a\r\n@b",     "王@b",        "a@例.中国",   "a:b@c",       "a;b@c",
        "a@b_c",      " a@b",        "a@b ",
    };
    char local[70], host[400];
    for (size_t i = 0; i < sizeof good / sizeof *good; i++)
        assert_true(address_valid(text_of(good[i])));
    for (size_t i = 0; i < sizeof bad / sizeof *bad; i++)
        if (address_valid(text_of(bad[i])))
            fail_msg("taken: %s", bad[i]);
    snprintf(local, sizeof local, "%065d@b", 0);
    assert_false(address_valid(text_of(local)));
    assert_true(address_valid(text_of(local + 1)));
    snprintf(host, sizeof host, "a@%064d", 0);
    assert_false(address_valid(text_of(host)));
    snprintf(host, sizeof host, "a@%063d.%063d.%063d.%063d.%063d", 0, 0, 0, 0, 0);
    assert_false(address_valid(text_of(host)));
}
