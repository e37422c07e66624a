/* SPDX-License-Identifier: Apache-2.0
 *
 * attach: a file or a document becomes an attachment: cut into pieces of 1 MiB, each stored at the
 * agent before the command that names them is given. A file is read piece by piece, never whole.
 */
#include "daemons/agent/cli/attach.h"

#include <errno.h>
#include <stdio.h>
#include <sysexits.h>

#include "common/base/text.h"
#include "common/ledger/blobs.h"

#define PIECES_MAX 64 /* 64 MiB */

static text_t base_name(text_t path) {
    for (size_t i = path.n; i-- > 0;)
        if (path.p[i] == '/')
            return (text_t){path.p + i + 1, path.n - i - 1};
    return path;
}

static void begin(cli_t *cli, text_t name, text_t media, struct attachment *out) {
    *out = (struct attachment){.name = name, .media = media};
    out->pieces.at = arena_alloc(cli->arena, (PIECES_MAX - 1) * sizeof *out->pieces.at);
}

static int add_piece(cli_t *cli, bytes_t content, struct attachment *out) {
    digest_t address;
    if (out->pieces.n == PIECES_MAX - 1)
        return cli_fail(EX_DATAERR, _("%.*s: an attachment may have 64 MiB"), (int) out->name.n,
                        out->name.p);
    int rc = cli_blob(cli, content, &address);
    if (rc != EX_OK)
        return rc;
    if (out->size == 0)
        out->blob = address;
    else
        out->pieces.at[out->pieces.n++].blob = address;
    out->size += (int64_t) content.n;
    return EX_OK;
}

int attach_bytes(cli_t *cli, bytes_t content, text_t name, text_t media, struct attachment *out) {
    int rc = content.n
                 ? EX_OK
                 : cli_fail(EX_DATAERR, _("%.*s: it is empty"), (int) name.n, name.n ? name.p : "");
    begin(cli, name, media, out);
    for (size_t at = 0; at < content.n && rc == EX_OK; at += BLOB_BYTES_MAX) {
        size_t n = content.n - at < BLOB_BYTES_MAX ? content.n - at : BLOB_BYTES_MAX;
        rc = add_piece(cli, (bytes_t){content.p + at, n}, out);
    }
    return rc;
}

/* The next piece; fewer bytes than asked for only at the end. */
static int read_piece(FILE *file, const char *path, buffer_t *piece) {
    char block[65536];
    buffer_clear(piece);
    while (piece->n < BLOB_BYTES_MAX) {
        size_t n = fread(block, 1, sizeof block, file);
        if (n == 0)
            break;
        buffer_put(piece, block, n);
    }
    return ferror(file) ? cli_fail(EX_NOINPUT, _("%s: cannot be read: %s"), path, strerror(errno))
                        : EX_OK;
}

_Static_assert(BLOB_BYTES_MAX % 65536 == 0, "whole blocks make a piece");

/* Before anything of it is stored: a file that is too large. */
static int check_size(FILE *file, const char *path) {
    bool seekable = fseeko(file, 0, SEEK_END) == 0;
    off_t size = seekable ? ftello(file) : 0;
    if (seekable && fseeko(file, 0, SEEK_SET) != 0)
        return cli_fail(EX_NOINPUT, _("%s: cannot be read: %s"), path, strerror(errno));
    if (size > (off_t) PIECES_MAX * BLOB_BYTES_MAX)
        return cli_fail(EX_DATAERR,
                        _("%s: an attachment may have 64 MiB; this file has %lld bytes"), path,
                        (long long) size);
    return EX_OK;
}

int attach_file(cli_t *cli, text_t path, struct attachment *out) {
    buffer_t piece = {0};
    text_t name = arena_text(cli->arena, path); /* ends with a zero */
    FILE *file = fopen(name.p, "rbe");
    if (!file)
        return cli_fail(EX_NOINPUT, _("%s: cannot be read: %s"), name.p, strerror(errno));
    begin(cli, base_name(name), (text_t){NULL, 0}, out);
    int rc = check_size(file, name.p);
    while (rc == EX_OK && (rc = read_piece(file, name.p, &piece)) == EX_OK && piece.n)
        rc = add_piece(cli, buffer_bytes(&piece), out);
    if (rc == EX_OK && out->size == 0)
        rc = cli_fail(EX_NOINPUT, _("%s: cannot be read, or is empty"), name.p);
    fclose(file);
    buffer_free(&piece);
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
