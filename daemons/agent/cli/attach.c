/* SPDX-License-Identifier: Apache-2.0
 *
 * attach: see attach.h.
 */
#include "daemons/agent/cli/attach.h"

#include <stdio.h>
#include <sysexits.h>

#define FILE_BYTES_MAX (1024 * 1024)

static int read_whole(const char *path, buffer_t *out) {
    char block[65536];
    size_t n;
    FILE *f = fopen(path, "rbe");
    buffer_clear(out);
    while (f && (n = fread(block, 1, sizeof block, f)) > 0 && out->n <= FILE_BYTES_MAX)
        buffer_put(out, block, n);
    bool ok = f && !ferror(f);
    if (f)
        fclose(f);
    return ok && out->n ? EX_OK : cli_fail(EX_NOINPUT, _("%s: cannot be read, or is empty"), path);
}

static text_t base_name(text_t path) {
    for (size_t i = path.n; i-- > 0;)
        if (path.p[i] == '/')
            return (text_t){path.p + i + 1, path.n - i - 1};
    return path;
}

int attach_bytes(cli_t *cli, bytes_t content, text_t name, text_t media, struct attachment *out) {
    *out = (struct attachment){.name = name, .media = media, .size = (int64_t) content.n};
    return cli_blob(cli, content, &out->blob);
}

int attach_file(cli_t *cli, text_t path, struct attachment *out) {
    buffer_t content = {0};
    text_t name = arena_text(cli->arena, path);
    int rc = read_whole(name.p, &content);
    if (rc == EX_OK)
        rc = attach_bytes(cli, buffer_bytes(&content), base_name(name), (text_t){NULL, 0}, out);
    buffer_free(&content);
    return rc;
}

int attach_files(cli_t *cli, const struct text_list *paths, struct attachment_list *list) {
    struct attachment *at = arena_alloc(cli->arena, (list->n + paths->n + 1) * sizeof *at);
    for (size_t i = 0; i < list->n; i++)
        at[i] = list->at[i];
    list->at = at;
    for (size_t i = 0; i < paths->n; i++) {
        int rc = attach_file(cli, paths->at[i], &at[list->n]);
        if (rc != EX_OK)
            return rc;
        list->n++;
    }
    return EX_OK;
}

int attach_contact(cli_t *cli, text_t contact, digest_t *out) {
    return contact.n ? cli_blob(cli, (bytes_t){(const uint8_t *) contact.p, contact.n}, out)
                     : EX_OK;
}
