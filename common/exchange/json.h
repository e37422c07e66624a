/* SPDX-License-Identifier: Apache-2.0
 *
 * json: records as JSON (RFC 8259) and back, by walking their field tables. Field names are the
 * keys; a field that holds its empty value is left out, as on the wire. Enums stand by name,
 * decimals as texts in their shortest form ("12.5"), moments as RFC 3339, days as YYYY-MM-DD,
 * identifiers as UUIDs, digests, keys, signatures and bytes as lower-case hex. Reading is strict:
 * unknown or doubled keys, other types and numbers with a fraction are refused by name; nothing
 * passes through a double.
 */
#ifndef COUNTERSIGN_EXCHANGE_JSON_H
#define COUNTERSIGN_EXCHANGE_JSON_H

#include <jansson.h>

#include "common/event/record.h"

#define JSON_VALUES_MAX 200000 /* values in one file: bounds what jansson allocates */
#define JSON_NESTING_MAX 32

/* A new object; owned by the caller. */
json_t *json_from_record(const record_t *record, const void *body);
/* Types and keys only, into *body (cleared first); lists and texts in `arena`. Fields may be
 * missing. */
int json_fill_record(const json_t *json, const record_t *record, arena_t *arena, void *body,
                     problem_t *problem);
/* json_fill_record and record_validate. 0, or -1 with *problem naming the dotted path. */
int json_to_record(const json_t *json, const record_t *record, arena_t *arena, void *body,
                   problem_t *problem);

/* A JSON file of at most 10 MiB. A new value, or NULL with *problem: file and, for its form, line.
 */
json_t *json_read_file(const char *path, problem_t *problem);
json_t *json_read_bytes(bytes_t bytes, const char *file, problem_t *problem);

/* Values as json_from_record writes them; new references, never NULL. */
json_t *json_of_text(text_t text);
json_t *json_of_texts(const struct text_list *texts);
json_t *json_of_ident(ident_t id);
json_t *json_of_digest(digest_t digest);
json_t *json_of_hex(bytes_t bytes);
json_t *json_of_key(pubkey_t key);
json_t *json_of_enum(const enum_table_t *table, int value); /* by name; null: unset or unknown */
json_t *json_of_decimal(decimal_t value);
json_t *json_of_moment(moment_t moment);
json_t *json_of_day(day_t day);
json_t *json_of_position(position_t position);
/* Sets `key`, taking the value over; null sets nothing. */
void json_put(json_t *object, const char *key, json_t *value);
void json_put_text(json_t *object, const char *key, text_t text); /* nothing when empty */
/* A string value as text, pointing into it; empty when it is no string. */
text_t json_text(const json_t *json);
/* Takes a text out of the object into `arena`, so that the record's own field of that name is not
   met with it; empty when it is not there. 0, or -1 with *problem. */
int json_take_text(json_t *object, const char *key, arena_t *arena, text_t *out,
                   problem_t *problem);

#endif
