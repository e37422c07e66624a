/* SPDX-License-Identifier: Apache-2.0
 *
 * Templates: what is put in, left out and escaped, and how one that is wrong is named.
 */
#include "daemons/notifier/template.h"

#include <stdlib.h>

#include "tests/unit/harness.h"

static bool known(void *arg, text_t name) {
    (void) arg;
    return text_is(name, "name") || text_is(name, "none") || text_is(name, "text");
}

static text_t value(void *arg, text_t name) {
    (void) arg;
    return text_is(name, "name")   ? TEXT("乌有 & <Co>")
           : text_is(name, "text") ? TEXT("one\n\"two\"")
                                   : (text_t){NULL, 0};
}

static char *made(const char *source, bool html) {
    static buffer_t out;
    problem_t problem = {0};
    template_t *t = template_parse("t.txt", text_of(source), known, NULL, &problem);
    assert_non_null(t);
    buffer_clear(&out);
    template_render(t, html, value, NULL, &out);
    template_destroy(&t);
    return (char *) (uintptr_t) buffer_cstr(&out);
}

static void is_wrong(const char *source, unsigned line, const char *field) {
    problem_t problem = {0};
    assert_null(template_parse("t.txt", text_of(source), known, NULL, &problem));
    assert_int_equal(problem.reason, REASON_CONFIGURATION);
    assert_int_equal(problem.line, line);
    assert_string_equal(problem.field, field);
    assert_string_equal(problem.file, "t.txt");
}

TEST(values_stand_where_they_are_named) {
    assert_string_equal(made("{{name}}: {{ text }}.", false), "乌有 & <Co>: one\n\"two\".");
    assert_string_equal(made("no value, { braces }", false), "no value, { braces }");
    assert_string_equal(made("", false), "");
}

TEST(values_in_html_cannot_become_markup) {
    assert_string_equal(made("<p>{{name}}</p>", true), "<p>乌有 &amp; &lt;Co&gt;</p>");
    assert_string_equal(made("{{text}}", true), "one<br>\n&quot;two&quot;");
}

TEST(a_section_without_a_value_leaves_no_line) {
    assert_string_equal(made("a\n{{#if none}}\nnot here\n{{/if}}\nb\n", false), "a\nb\n");
    assert_string_equal(made("a\n{{#if name}}\nhere\n{{/if}}\nb\n", false), "a\nhere\nb\n");
    assert_string_equal(made("a{{#if none}} x{{/if}}b{{#if name}} y{{/if}}", false), "ab y");
    assert_string_equal(made("{{#if name}}1{{#if none}}2{{/if}}3{{/if}}", false), "13");
    assert_string_equal(made("{{#if none}}{{#if name}}2{{/if}}3{{/if}}4", false), "4");
}

TEST(what_is_wrong_is_named_with_its_line) {
    is_wrong("one\ntwo {{nome}}", 2, "nome");
    is_wrong("{{#if nome}}{{/if}}", 1, "nome");
    is_wrong("a\n{{name", 2, "");
    is_wrong("a\n\n{{/if}}", 3, "/if");
    is_wrong("{{#if name}}\nx", 2, "name");
    is_wrong("{{}}", 1, "");
    is_wrong("\xff", 1, "");
    is_wrong("{{#if name}}{{#if name}}{{#if name}}{{#if name}}{{#if name}}{{#if name}}{{#if name}}"
             "{{#if name}}{{#if name}}",
             1, "name");
}
