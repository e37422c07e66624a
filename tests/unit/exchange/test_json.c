/* SPDX-License-Identifier: Apache-2.0
 *
 * Records as JSON and back, and what strict reading refuses.
 */
#include "common/event/catalogue.h"
#include "common/exchange/json.h"
#include "tests/unit/exchange/files.h"

static const char order[] = "{\"customer\":\"0192f0c1-2345-7abc-8def-0123456789ab\",\"channel\":"
                            "\"phone\",\"contract\":true,"
                            "\"lines\":[{\"no\":1,\"product\":\"P01\",\"quantity\":\"12.5\","
                            "\"unit\":\"kg\",\"currency\":\"CNY\",\"wanted\":\"2026-12-04\"}],"
                            "\"requirements\":[{\"no\":1,\"kind\":\"implied\",\"subject\":"
                            "\"usability\",\"text\":\"\xe5\x90\x88\xe7\x94\xa8\","
                            "\"value\":\"-0.25\"}]}";

static int read_order(const char *text, arena_t *arena, struct order_content *out,
                      problem_t *problem) {
    json_t *json =
        json_read_bytes((bytes_t){(const uint8_t *) text, strlen(text)}, "t.json", problem);
    int rc = json ? json_to_record(json, &order_content_record, arena, out, problem) : -1;
    json_decref(json);
    return rc;
}

/* Replaces the first `from` in the order by `to` and expects the refusal to name `field` and say
 * `detail`. */
static void refused(const char *from, const char *to, const char *field, const char *detail) {
    char text[2048];
    const char *at = strstr(order, from);
    assert_non_null(at);
    snprintf(text, sizeof text, "%.*s%s%s", (int) (at - order), order, to, at + strlen(from));
    arena_t *arena = arena_new(0);
    struct order_content content;
    problem_t problem = {0};
    assert_int_equal(read_order(text, arena, &content, &problem), -1);
    assert_string_equal(problem.field, field);
    assert_contains(problem.detail, detail);
    arena_destroy(&arena);
}

TEST(what_is_read_is_written_alike) {
    arena_t *arena = arena_new(0);
    struct order_content content;
    problem_t problem = {0};
    assert_int_equal(read_order(order, arena, &content, &problem), 0);
    assert_int_equal(content.channel, CHANNEL_PHONE);
    assert_int_equal(content.lines.at[0].quantity, 12500000);
    assert_int_equal(content.requirements.at[0].value, -250000);
    json_t *json = json_from_record(&order_content_record, &content);
    char *text = json_dumps(json, JSON_COMPACT);
    assert_string_equal(text, order);
    free(text);
    json_decref(json);
    arena_destroy(&arena);
}

TEST(every_type_has_its_form) {
    struct mandate mandate = {
        .department = TEXT("planning"), .rule = TEXT("delivery"), .until = 1766000000123};
    text_t classes[] = {TEXT("regular"), TEXT("special")};
    mandate.classes = (struct text_list){classes, 2};
    struct key_replace replace = {.reason = TEXT("lost")};
    replace.key.b[31] = 0xab;
    json_t *json = json_from_record(&mandate_record, &mandate);
    char *text = json_dumps(json, JSON_COMPACT);
    assert_string_equal(
        text,
        "{\"department\":\"planning\",\"rule\":\"delivery\",\"classes\":[\"regular\",\"special\"],"
        "\"until\":\"2025-12-17T19:33:20.123Z\"}");
    free(text);
    json_decref(json);
    json = json_from_record(&key_replace_record, &replace);
    assert_string_equal(json_string_value(json_object_get(json, "key")),
                        "00000000000000000000000000000000000000000000000000000000000000ab");
    arena_t *arena = arena_new(0);
    struct key_replace again;
    assert_int_equal(json_to_record(json, &key_replace_record, arena, &again, NULL), 0);
    assert_true(record_equal(&key_replace_record, &replace, &again));
    json_decref(json);
    arena_destroy(&arena);
}

TEST(an_unknown_key_is_refused_by_its_path) {
    refused("\"unit\":\"kg\"", "\"units\":\"kg\"", "lines[0].units", "not known");
    refused("\"contract\":true", "\"kontrakt\":true", "kontrakt", "not known");
}

TEST(other_types_are_refused) {
    refused("\"contract\":true", "\"contract\":\"true\"", "contract", "true or false");
    refused("\"no\":1", "\"no\":\"1\"", "lines[0].no", "whole number");
    refused("\"P01\"", "17", "lines[0].product", "text");
    refused("\"phone\"", "\"pigeon\"", "channel", "written, phone, oral");
    refused("\"2026-12-04\"", "\"2026-02-30\"", "lines[0].wanted", "day");
    refused("\"0192f0c1-2345-7abc-8def-0123456789ab\"", "\"C01\"", "customer", "UUID");
    refused("[{\"no\":1,\"product\"", "{\"no\":[{}],\"product\"", "", "");
}

TEST(a_number_with_a_fraction_must_be_a_text) {
    refused("\"12.5\"", "12.5", "lines[0].quantity", "\"12.5\"");
    refused("\"12.5\"", "1e3", "lines[0].quantity", "\"12.5\"");
    refused("\"12.5\"", "\"12.1234567\"", "lines[0].quantity", "6 decimals");
    refused("\"12.5\"", "9223372036854", "lines[0].quantity", "largest");
}

TEST(a_whole_number_may_be_a_number) {
    char text[1024];
    const char *at = strstr(order, "\"12.5\"");
    snprintf(text, sizeof text, "%.*s9007199254%s", (int) (at - order), order, at + 6);
    arena_t *arena = arena_new(0);
    struct order_content content;
    assert_int_equal(read_order(text, arena, &content, NULL), 0);
    assert_int_equal(content.lines.at[0].quantity, INT64_C(9007199254000000));
    arena_destroy(&arena);
}

TEST(bounds_and_missing_fields_are_found) {
    refused("\"no\":1,\"product\"", "\"no\":10000,\"product\"", "lines[0].no", "9999");
    refused("\"product\":\"P01\",", "", "lines[0].product", "");
    refused("P01", "P\\u0007", "lines[0].product", "control");
}

TEST(a_doubled_key_is_refused_with_its_line) {
    problem_t problem = {0};
    assert_null(json_read_file(file_of("d.json", "{\n \"a\": 1,\n \"a\": 2\n}"), &problem));
    assert_int_equal(problem.reason, REASON_INPUT_FILE);
    assert_int_equal(problem.line, 3);
    assert_contains(problem.file, "d.json");
    assert_contains(problem.detail, "duplicate");
}

TEST(a_file_of_commas_costs_no_memory) {
    size_t n = 9 * 1024 * 1024;
    char *text = malloc(n);
    assert_non_null(text);
    memset(text, ',', n);
    for (size_t i = 1; i < n; i += 2)
        text[i] = '0';
    text[0] = '[';
    text[n - 1] = ']';
    problem_t problem = {0};
    long before = peak_kib();
    assert_null(json_read_bytes((bytes_t){(const uint8_t *) text, n}, "commas.json", &problem));
    assert_contains(problem.detail, "values");
    memset(text, '[', n);
    assert_null(json_read_bytes((bytes_t){(const uint8_t *) text, n}, "deep.json", &problem));
    assert_contains(problem.detail, "deep");
    assert_true(peak_kib() < before + 8 * 1024);
    free(text);
}

TEST(a_text_full_of_brackets_is_not_deep) {
    char text[200];
    snprintf(text, sizeof text, "[\"%s\\\"%s\"]", "[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[",
             "{{{{{{{{{{{{{{{{{{{{{{{{{{{{{{{{{{{{{");
    json_t *json = json_read_bytes((bytes_t){(const uint8_t *) text, strlen(text)}, "b.json", NULL);
    assert_non_null(json);
    json_decref(json);
}

TEST(a_file_beyond_10_mib_is_refused_before_it_is_read) {
    char path[512];
    snprintf(path, sizeof path, "%s/big.json", harness_folder());
    FILE *file = fopen(path, "wb");
    assert_non_null(file);
    assert_int_equal(fseek(file, 10 * 1024 * 1024, SEEK_SET), 0);
    fputc(' ', file);
    fclose(file);
    problem_t problem = {0};
    assert_null(json_read_file(path, &problem));
    assert_int_equal(problem.reason, REASON_TOO_LARGE);
    assert_null(json_read_file("/dev/zero", &problem));
    assert_contains(problem.detail, "regular");
    assert_null(json_read_file("/nonexistent/x", &problem));
    assert_contains(problem.detail, "cannot open");
}
