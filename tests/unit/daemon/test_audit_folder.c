/* SPDX-License-Identifier: Apache-2.0
 *
 * An exported folder against its SHA256SUMS: what is missing, changed or put there since is named, and a
 * list that is none, or that leads out of the folder, is no list.
 */
#include <stdio.h>
#include <stdlib.h>
#include <sys/stat.h>
#include <unistd.h>

#include "common/base/text.h"
#include "common/crypto/hash.h"
#include "common/daemon/audit.h"
#include "tests/unit/harness.h"

static void put(const char *folder, const char *name, const char *content) {
    char path[700];
    snprintf(path, sizeof path, "%s/%s", folder, name);
    FILE *file = fopen(path, "we");
    assert_non_null(file);
    assert_true(fputs(content, file) >= 0);
    assert_int_equal(fclose(file), 0);
}

static const char *line(const char *name, const char *content, char out[300]) {
    char hex[65];
    digest_t digest = hash_bytes((bytes_t){(const uint8_t *) content, strlen(content)});
    snprintf(out, 300, "%s  %s\n", hex_print(digest.b, 32, hex), name);
    return out;
}

/* Two files and their list. */
static const char *exported(const char *name) {
    static char folder[600];
    char path[700], lines[600], one[300], other[300];
    snprintf(folder, sizeof folder, "%s/%s", harness_folder(), name);
    snprintf(path, sizeof path, "%s/proofs", folder);
    assert_int_equal(mkdir(folder, 0700), 0);
    assert_int_equal(mkdir(path, 0700), 0);
    put(folder, "report.html", "<p>");
    put(folder, "proofs/DD2026-0001", "proof");
    snprintf(lines, sizeof lines, "%s%s", line("report.html", "<p>", one), line("proofs/DD2026-0001", "proof", other));
    put(folder, "SHA256SUMS", lines);
    return folder;
}

static audit_t looked_at(const char *folder) {
    audit_t audit = {.last = 0};
    audit_folder(folder, &audit);
    assert_int_equal(audit.found, audit.findings_n);
    return audit;
}

static void finds_one(const char *folder, finding_kind_t kind, const char *file) {
    audit_t audit = looked_at(folder);
    assert_int_equal(audit.found, 1);
    assert_int_equal(audit.findings[0].kind, kind);
    assert_int_equal(audit.findings[0].position, 0);
    assert_string_equal(audit.findings[0].problem.file, file);
    audit_free(&audit);
}

TEST(a_folder_as_it_was_exported_has_no_finding) {
    audit_t audit = looked_at(exported("whole"));
    assert_int_equal(audit.found, 0);
    audit_free(&audit);
}

TEST(a_file_that_is_missing_changed_or_put_there_is_named) {
    const char *folder = exported("touched");
    char path[700];
    put(folder, "report.html", "<p>!");
    finds_one(folder, FINDING_FILE_CHANGED, "report.html");
    put(folder, "report.html", "<p>");
    put(folder, "proofs/\033new", "");
    finds_one(folder, FINDING_FILE_UNLISTED, "proofs/?new"); /* not sent to a terminal as it is */
    snprintf(path, sizeof path, "%s/proofs/\033new", folder);
    assert_int_equal(unlink(path), 0);
    snprintf(path, sizeof path, "%s/proofs/DD2026-0001", folder);
    assert_int_equal(unlink(path), 0);
    finds_one(folder, FINDING_FILE_MISSING, "proofs/DD2026-0001");
}

/* Nor is a pipe waited for. */
TEST(a_link_is_not_the_file_that_was_exported) {
    const char *folder = exported("link");
    char path[700], target[700];
    snprintf(path, sizeof path, "%s/report.html", folder);
    snprintf(target, sizeof target, "%s/../link-target", folder);
    put(folder, "../link-target", "<p>");
    assert_int_equal(unlink(path), 0);
    assert_int_equal(symlink(target, path), 0);
    finds_one(folder, FINDING_FILE_CHANGED, "report.html");
    assert_int_equal(unlink(path), 0);
    assert_int_equal(mkfifo(path, 0600), 0);
    finds_one(folder, FINDING_FILE_CHANGED, "report.html");
}

TEST(what_is_no_list_of_files_in_the_folder_is_found) {
    const char *folder = exported("list");
    char path[700], one[300], twice[600], short_line[300];
    static const char *const outside[] = {"/etc/passwd", "../link-target", "proofs/../../x", "proofs//x", "", "./x"};
    for (size_t i = 0; i < sizeof outside / sizeof *outside; i++) {
        put(folder, "SHA256SUMS", line(outside[i], "", one));
        finds_one(folder, FINDING_FILE_LIST, "SHA256SUMS");
    }
    put(folder, "SHA256SUMS", "not a digest  report.html\n");
    finds_one(folder, FINDING_FILE_LIST, "SHA256SUMS");
    snprintf(twice, sizeof twice, "%s%s", line("report.html", "<p>", one), one);
    put(folder, "SHA256SUMS", twice);
    finds_one(folder, FINDING_FILE_LIST, "SHA256SUMS");
    snprintf(short_line, sizeof short_line, "%.*s", (int) strlen(one) - 1, one);
    put(folder, "SHA256SUMS", short_line);
    finds_one(folder, FINDING_FILE_LIST, "SHA256SUMS");
    snprintf(path, sizeof path, "%s/SHA256SUMS", folder);
    assert_int_equal(unlink(path), 0);
    finds_one(folder, FINDING_FILE_LIST, "SHA256SUMS");
}

/* As if nothing had been exported: everything that lies there was put there. */
TEST(an_empty_list_lists_nothing) {
    const char *folder = exported("empty");
    put(folder, "SHA256SUMS", "");
    audit_t audit = looked_at(folder);
    assert_int_equal(audit.found, 2);
    assert_int_equal(audit.findings[0].kind, FINDING_FILE_UNLISTED);
    audit_free(&audit);
}
