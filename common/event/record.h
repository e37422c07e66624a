/* SPDX-License-Identifier: Apache-2.0
 *
 * record: what a structure looks like as bytes, as data. A record is declared once as an X-macro
 * RECORD_name (F, S) with rows F(S, key, TYPE, param, field, min, max, doc), S being the record's
 * own name; the macros here emit from it a struct and a field table, and the functions here walk
 * the table to encode, decode, validate, print and document. Nothing else knows the format.
 *
 * The canonical form (see common/bus/PROTOCOL.md): a MessagePack map, keys are the field keys in
 * ascending order, each value in its shortest form; a field that holds its empty value (0, "", no
 * bytes, empty list, false) is left out, so there is one encoding for one content. Texts are valid
 * UTF-8 without control characters. `record_decode` refuses all else; other forms before anything
 * is allocated.
 *
 * TYPE param C type bounds mean on the wire INT _ int64_t value integer BOOL _ bool (min 1: must be
 * true) true TEXT _ text_t bytes str BYTES _ bytes_t bytes bin IDENT _ ident_t min 1: required bin
 * 16 DIGEST _ digest_t min 1: required bin 32 PUBKEY _ pubkey_t min 1: required bin 32 SIGNATURE _
 * signature_t min 1: required bin 64 DECIMAL _ decimal_t value in millionths integer MOMENT _
 * moment_t value integer DAY _ day_t value integer ENUM an enum enum name min 1: required integer
 * LIST a record struct name_list items array of maps TEXTS _ struct text_list items (each 1..255
 * bytes) array of str INTS _ struct int_list items (each >= 0) array of integers
 *
 * min 0 makes a field optional; INT with min <= 0 may be absent, which reads as 0.
 */
#ifndef COUNTERSIGN_EVENT_RECORD_H
#define COUNTERSIGN_EVENT_RECORD_H

#include "common/base/arena.h"
#include "common/base/buffer.h"
#include "common/base/problem.h"

struct text_list { text_t *at; size_t n; };
struct int_list { int64_t *at; size_t n; };

typedef enum field_type {
    TYPE_INT,
    TYPE_BOOL,
    TYPE_TEXT,
    TYPE_BYTES,
    TYPE_IDENT,
    TYPE_DIGEST,
    TYPE_PUBKEY,
    TYPE_SIGNATURE,
    TYPE_DECIMAL,
    TYPE_MOMENT,
    TYPE_DAY,
    TYPE_ENUM,
    TYPE_LIST,
    TYPE_TEXTS,
    TYPE_INTS
} field_type_t;

typedef struct enum_value { int value; const char *name; } enum_value_t;
typedef struct enum_table { const char *name; const enum_value_t *values; size_t n; } enum_table_t;

typedef struct field {
    unsigned key;                  /* on the wire; ascending in the table */
    field_type_t type;
    const char *name;
    size_t offset;
    int64_t min, max;
    const struct record *record;   /* of a LIST */
    const enum_table_t *enums;     /* of an ENUM */
    const char *doc;
} field_t;

typedef struct record { const char *name; size_t size; const field_t *fields; size_t n; } record_t;

#define RECORD_DEPTH_MAX 8
#define RECORD_NODES_MAX 65536

/* Appends the canonical form of *body. Returns 0, or -1 with *problem naming the field that is
   missing or out of bounds (out is then as it was). */
int record_encode(const record_t *record, const void *body, buffer_t *out, problem_t *problem);
/* Decodes exactly `bytes` into *body (record->size bytes, overwritten); texts and bytes point into
   `bytes`, lists come from `arena`. Returns 0, or -1 with *problem: MALFORMED, TOO_LARGE,
   FIELD_*. */
int record_decode(const record_t *record, bytes_t bytes, arena_t *arena, void *body,
                  problem_t *problem);
/* A deep copy whose texts, bytes and lists live in `arena`. 0, or -1 when the arena's limit is
   reached. */
int record_copy(const record_t *record, const void *body, arena_t *arena, void *copy);
bool record_equal(const record_t *record, const void *a, const void *b);
/* Bounds, texts, enums of a body built by us or read from JSON. */
int record_validate(const record_t *record, const void *body, problem_t *problem);
/* Indented lines "name: value" for people and logs; controls made visible. */
void record_print(const record_t *record, const void *body, unsigned indent, buffer_t *out);
/* A Markdown table of the fields, for PROTOCOL.md. */
void record_document(const record_t *record, buffer_t *out);
/* The empty body: all fields at their empty value. */
void record_clear(const record_t *record, void *body);

/* Canonical check without allocation: one map, shortest forms, integer keys ascending and unique,
   UTF-8, no trailer, depth <= RECORD_DEPTH_MAX, nodes <= nodes_max, counts <= bytes left. */
int prescan(bytes_t bytes, size_t nodes_max, problem_t *problem);

const char *enum_name(const enum_table_t *table, int value);         /* NULL if unknown */
bool enum_value(const enum_table_t *table, text_t name, int *value);

/* ---- macros that turn a declaration into data ---- */
#define CTYPE_INT(p) int64_t
#define CTYPE_BOOL(p) bool
#define CTYPE_TEXT(p) text_t
#define CTYPE_BYTES(p) bytes_t
#define CTYPE_IDENT(p) ident_t
#define CTYPE_DIGEST(p) digest_t
#define CTYPE_PUBKEY(p) pubkey_t
#define CTYPE_SIGNATURE(p) signature_t
#define CTYPE_DECIMAL(p) decimal_t
#define CTYPE_MOMENT(p) moment_t
#define CTYPE_DAY(p) day_t
#define CTYPE_ENUM(p) enum p
#define CTYPE_LIST(p) struct p##_list
#define CTYPE_TEXTS(p) struct text_list
#define CTYPE_INTS(p) struct int_list

#define RECORD_REF_INT(p) NULL
#define RECORD_REF_BOOL(p) NULL
#define RECORD_REF_TEXT(p) NULL
#define RECORD_REF_BYTES(p) NULL
#define RECORD_REF_IDENT(p) NULL
#define RECORD_REF_DIGEST(p) NULL
#define RECORD_REF_PUBKEY(p) NULL
#define RECORD_REF_SIGNATURE(p) NULL
#define RECORD_REF_DECIMAL(p) NULL
#define RECORD_REF_MOMENT(p) NULL
#define RECORD_REF_DAY(p) NULL
#define RECORD_REF_ENUM(p) NULL
#define RECORD_REF_LIST(p) &p##_record
#define RECORD_REF_TEXTS(p) NULL
#define RECORD_REF_INTS(p) NULL

#define ENUM_REF_INT(p) NULL
#define ENUM_REF_BOOL(p) NULL
#define ENUM_REF_TEXT(p) NULL
#define ENUM_REF_BYTES(p) NULL
#define ENUM_REF_IDENT(p) NULL
#define ENUM_REF_DIGEST(p) NULL
#define ENUM_REF_PUBKEY(p) NULL
#define ENUM_REF_SIGNATURE(p) NULL
#define ENUM_REF_DECIMAL(p) NULL
#define ENUM_REF_MOMENT(p) NULL
#define ENUM_REF_DAY(p) NULL
#define ENUM_REF_ENUM(p) &p##_table
#define ENUM_REF_LIST(p) NULL
#define ENUM_REF_TEXTS(p) NULL
#define ENUM_REF_INTS(p) NULL

#define STRUCT_ROW(S, key, TYPE, param, field, min, max, doc) CTYPE_##TYPE(param) field;
#define FIELD_ROW(S, key_, TYPE, param, field_, min_, max_, doc_) \
    {.key = (key_), .type = TYPE_##TYPE, .name = #field_, .offset = offsetof(struct S, field_), \
     .min = (min_), .max = (max_), .record = RECORD_REF_##TYPE(param), .enums = ENUM_REF_##TYPE(param), \
     .doc = (doc_)},

/* in a header: struct NAME, struct NAME_list, NAME_record */
#define DECLARE_RECORD(NAME) \
    struct NAME { RECORD_##NAME(STRUCT_ROW, NAME) }; \
    struct NAME##_list { struct NAME *at; size_t n; }; \
    extern const record_t NAME##_record;
/* in one .c file */
#define DEFINE_RECORD(NAME) \
    static const field_t NAME##_fields[] = {RECORD_##NAME(FIELD_ROW, NAME)}; \
    const record_t NAME##_record = {#NAME, sizeof(struct NAME), NAME##_fields, \
                                    sizeof NAME##_fields / sizeof *NAME##_fields};

/* enum NAME is declared as ENUM_NAME (V) with rows V(value, CONSTANT, "name") */
#define ENUM_ROW(value, CONSTANT, name) CONSTANT = (value),
#define DECLARE_ENUM(NAME) \
    enum NAME { NAME##_unset = 0, ENUM_##NAME(ENUM_ROW) }; \
    extern const enum_table_t NAME##_table;
#define ENUM_TABLE_ROW(value_, CONSTANT, name_) {.value = (value_), .name = (name_)},
#define DEFINE_ENUM(NAME) \
    static const enum_value_t NAME##_values[] = {ENUM_##NAME(ENUM_TABLE_ROW)}; \
    const enum_table_t NAME##_table = {#NAME, NAME##_values, \
                                       sizeof NAME##_values / sizeof *NAME##_values};

#endif
