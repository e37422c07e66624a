/* SPDX-License-Identifier: Apache-2.0
 *
 * pages: whose each page of the sealed file is, and the rows that SQLite reads from one alone. A page is
 * read as the root of a table that is declared over it (an imposter table, which only the connection knows
 * of): SQLite takes the cells of a leaf in their order, and what they say depends on its bytes and on those
 * of the pages that they overflow into, and on no others. So a tree says something else after a bit of a
 * leaf was turned only if that leaf does.
 */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "common/base/diag.h"
#include "common/base/memory.h"
#include "tests/seal/seal.h"

size_t page_size;
static page_t *pages;
static size_t pages_n;

/* ---- whose ---- */

static const struct {
    const char *name;
    holds_t holds;
    bool rowid;
} tables[] = {
    {"event", HOLDS_EVENTS, true},      {"command", HOLDS_COMMANDS, false}, {"note", HOLDS_NOTES, true},
    {"checkpoint", HOLDS_RECORDS, true}, {"blob", HOLDS_DOCUMENTS, false},   {"blob_key", HOLDS_KEYS, false},
    {"sqlite_schema", HOLDS_SCHEMA, true},
};

static int count(sqlite3 *db, const char *query, const char *name) {
    sqlite3_stmt *stmt = NULL;
    insist(sqlite3_prepare_v2(db, query, -1, &stmt, NULL) == SQLITE_OK);
    sqlite3_bind_text(stmt, 1, name, -1, SQLITE_STATIC);
    int n = sqlite3_step(stmt) == SQLITE_ROW ? sqlite3_column_int(stmt, 0) : 0;
    sqlite3_finalize(stmt);
    return n;
}

static void learn_tree(sqlite3 *db, const char *name, page_t *page) {
    for (size_t i = 0; i < sizeof tables / sizeof *tables; i++)
        if (strcmp(name, tables[i].name) == 0) {
            page->holds = tables[i].holds;
            page->rowid = tables[i].rowid;
            page->columns = count(db, "SELECT count (*) FROM pragma_table_info (?1)", name);
        }
    if (count(db, "SELECT count (*) FROM sqlite_schema WHERE type = 'index' AND name = ?1 AND tbl_name IN "
                  "('event', 'command')", name)) {
        page->holds = HOLDS_INDEX;
        page->columns = count(db, "SELECT count (*) FROM pragma_index_xinfo (?1)", name);
    }
}

/* dbstat calls an overflowing page's overflow "PATH" and ten characters: its cell's and its own number. */
static void learn_page(sqlite3 *db, sqlite3_stmt *stmt) {
    static const char leaf_of[] =
        "SELECT pageno FROM dbstat WHERE name = ?1 AND path = ?2 AND pagetype = 'leaf'";
    const char *name = (const char *) sqlite3_column_text(stmt, 1), *type = (const char *) sqlite3_column_text(stmt, 2);
    page_t *page = &pages[sqlite3_column_int(stmt, 0) - 1];
    page->from = (uint32_t) sqlite3_column_int(stmt, 0);
    page->inner = strcmp(type, "internal") == 0;
    learn_tree(db, name, page);
    if (strcmp(type, "overflow") == 0) {
        sqlite3_stmt *leaf = NULL;
        insist(sqlite3_prepare_v2(db, leaf_of, -1, &leaf, NULL) == SQLITE_OK);
        sqlite3_bind_text(leaf, 1, name, -1, SQLITE_STATIC);
        sqlite3_bind_text(leaf, 2, (const char *) sqlite3_column_text(stmt, 3), sqlite3_column_bytes(stmt, 3) - 10,
                          SQLITE_STATIC);
        page->inner = sqlite3_step(leaf) != SQLITE_ROW; /* no leaf's: a key that lies in the tree above */
        if (!page->inner)
            page->from = (uint32_t) sqlite3_column_int(leaf, 0);
        sqlite3_finalize(leaf);
    }
    if (page->inner)
        page->from = (uint32_t) count(db, "SELECT pageno FROM dbstat WHERE name = ?1 AND path = '/'", name);
}

void pages_learn(void) {
    sqlite3 *db = image_open(sealed.file.p, sealed.file.n);
    sqlite3_stmt *stmt = NULL;
    insist(db && sqlite3_exec(db, "SELECT 1 FROM sqlite_schema", NULL, NULL, NULL) == SQLITE_OK && /* else its default */
           sqlite3_prepare_v2(db, "PRAGMA page_size", -1, &stmt, NULL) == SQLITE_OK &&
           sqlite3_step(stmt) == SQLITE_ROW);
    page_size = (size_t) sqlite3_column_int64(stmt, 0);
    sqlite3_finalize(stmt);
    pages_n = sealed.file.n / page_size + 1;
    pages = memory_new(pages_n, sizeof *pages);
    insist(sqlite3_prepare_v2(db, "SELECT pageno, name, pagetype, path FROM dbstat", -1, &stmt, NULL) == SQLITE_OK);
    while (sqlite3_step(stmt) == SQLITE_ROW)
        learn_page(db, stmt);
    insist(sqlite3_finalize(stmt) == SQLITE_OK);
    sqlite3_close(db);
}

const page_t *page_of(size_t byte) { return &pages[byte / page_size]; }

/* ---- its rows ---- */

/* A table over this page. Where rows have numbers the first column is theirs by name, as in the file: what is
   stored of it SQLite does not read. Without row numbers all columns are its key, in the order in which they lie there. */
static void declare(sqlite3 *db, uint32_t root, const page_t *page, const char *name) {
    buffer_t text = {0};
    buffer_format(&text, "CREATE TABLE %s (c0%s", name, page->rowid ? " INTEGER PRIMARY KEY" : "");
    for (int i = 1; i < page->columns; i++)
        buffer_format(&text, ", c%d", i);
    if (!page->rowid) {
        buffer_text(&text, ", PRIMARY KEY (c0");
        for (int i = 1; i < page->columns; i++)
            buffer_format(&text, ", c%d", i);
        buffer_text(&text, ")");
    }
    buffer_text(&text, page->rowid ? ")" : ") WITHOUT ROWID");
    insist(sqlite3_test_control(SQLITE_TESTCTRL_IMPOSTER, db, "main", 1, (int) root) == SQLITE_OK &&
           sqlite3_exec(db, buffer_cstr(&text), NULL, NULL, NULL) == SQLITE_OK &&
           sqlite3_test_control(SQLITE_TESTCTRL_IMPOSTER, db, "main", 0, 0) == SQLITE_OK);
    buffer_free(&text);
}

static sqlite3_stmt *prepared(sqlite3 *db, const char *query) {
    sqlite3_stmt *stmt = NULL;
    insist(sqlite3_prepare_v2(db, query, -1, &stmt, NULL) == SQLITE_OK);
    return stmt;
}

static void put_edge(page_reader_t *self, int64_t number) {
    self->edges = memory_grow(self->edges, self->edges_n + 1, sizeof *self->edges);
    self->edges[self->edges_n++] = number;
}

static void learn_edges(page_reader_t *self, const page_t *page) {
    for (size_t i = 0; i < pages_n; i++) {
        if (pages[i].holds != page->holds || pages[i].inner || pages[i].from != i + 1)
            continue;
        char name[32], query[96];
        snprintf(name, sizeof name, "leaf_%zu", i + 1);
        declare(self->db, pages[i].from, page, name);
        snprintf(query, sizeof query, "SELECT rowid FROM %s", name);
        sqlite3_stmt *stmt = prepared(self->db, query);
        int64_t last = 0;
        for (bool first = true; sqlite3_step(stmt) == SQLITE_ROW; first = false) {
            last = sqlite3_column_int64(stmt, 0);
            if (first)
                put_edge(self, last);
        }
        put_edge(self, last);
        sqlite3_finalize(stmt);
    }
}

void page_reader_open(page_reader_t *self, const page_t *page) {
    *self = (page_reader_t){.db = image_open(sealed.file.p, sealed.file.n)};
    insist(self->db && sqlite3_exec(self->db, "SELECT 1 FROM sqlite_schema", NULL, NULL, NULL) == SQLITE_OK);
    if (page->holds == HOLDS_SCHEMA) {
        self->all = prepared(self->db, "SELECT rowid, * FROM sqlite_schema");
    } else {
        declare(self->db, page->from, page, "one_page");
        self->all = prepared(self->db, page->rowid ? "SELECT rowid, * FROM one_page" : "SELECT * FROM one_page");
    }
    if (page->inner && page->rowid) {
        self->one = prepared(self->db, "SELECT rowid FROM one_page WHERE rowid = ?1");
        learn_edges(self, page);
    }
    while (sqlite3_step(self->all) == SQLITE_ROW)
        rows_put(&self->rows, self->all);
    insist(sqlite3_reset(self->all) == SQLITE_OK);
}

/* What SQLite keeps of pages in its memory is from before. */
void page_reader_again(page_reader_t *self) {
    sqlite3_reset(self->all);
    sqlite3_db_release_memory(self->db);
}

void page_reader_close(page_reader_t *self) {
    sqlite3_finalize(self->all);
    sqlite3_finalize(self->one);
    sqlite3_close(self->db);
    rows_free(&self->rows);
    free(self->edges);
}
