/* SPDX-License-Identifier: Apache-2.0
 *
 * checkpoint: what is to leave the house: on paper as a QR code, by mail, in a customer's hands. Whoever
 * has one can say later whether the record still is the one that it was.
 */
#include <qrencode.h>
#include <stdio.h>
#include <string.h>

#include "common/screen/arguments.h"
#include "daemons/auditor/auditor.h"

bool checkpoint_find(auditor_t *self, position_t from, buffer_t *note, tree_head_t *head) {
    sqlite3_stmt *stmt = NULL;
    signed_note_t read;
    bool found = false;
    if (sqlite3_prepare_v2(ledger_db(chronicle_ledger(self->chronicle)),
                           "SELECT note FROM main.note WHERE position >= ?1 ORDER BY position DESC LIMIT 1",
                           -1, &stmt, NULL) != SQLITE_OK)
        return false; /* an archive from before there were notes */
    sqlite3_bind_int64(stmt, 1, (int64_t) from);
    if (sqlite3_step(stmt) == SQLITE_ROW) {
        buffer_clear(note);
        buffer_put(note, sqlite3_column_blob(stmt, 0), (size_t) sqlite3_column_bytes(stmt, 0));
        found = checkpoint_read(buffer_bytes(note), &read, head, NULL) == 0;
    }
    sqlite3_finalize(stmt);
    return found;
}

/* Two modules in a character's height; dark on light, with the margin that readers need. */
static int print_qr(const buffer_t *note) {
    QRcode *code = QRcode_encodeData((int) note->n, note->p, 0, QR_ECLEVEL_M);
    enum { MARGIN = 4 };
    static const char *const halves[] = {" ", "▄", "▀", "█"};
    if (!code)
        return auditor_fail(AUDIT_UNABLE, _("it does not fit into a QR code"));
    for (int y = -MARGIN; y < code->width + MARGIN; y += 2) {
        for (int x = -MARGIN; x < code->width + MARGIN; x++) {
            int light = 0;
            for (int half = 0; half < 2; half++) {
                int row = y + half;
                bool inside = x >= 0 && x < code->width && row >= 0 && row < code->width;
                bool dark = inside && (code->data[row * code->width + x] & 1);
                light |= !dark << (1 - half);
            }
            fputs(halves[light], stdout);
        }
        putchar('\n');
    }
    QRcode_free(code);
    return AUDIT_SOUND;
}

int run_checkpoint(auditor_t *self, int argc, char **argv) {
    bool qr = option_flag(&argc, argv, "--qr");
    buffer_t note = {0};
    tree_head_t head;
    if (argc != 1)
        return auditor_usage(self);
    if (archive_open(self, argv[0], NULL) != 0)
        return AUDIT_UNABLE;
    if (!checkpoint_find(self, 0, &note, &head)) {
        buffer_free(&note);
        return auditor_fail(AUDIT_UNABLE, _("it holds no checkpoint yet: the archiver signs one every "
                                            "quarter of an hour, and when it is stopped"));
    }
    int code = AUDIT_SOUND;
    if (qr)
        code = print_qr(&note);
    else
        fwrite(note.p, 1, note.n, stdout);
    buffer_free(&note);
    return code;
}
