/* SPDX-License-Identifier: Apache-2.0
 *
 * letter: built with GMime. Texts go as 7bit when they are plain ASCII in short lines, else as
 * base64 of their canonical form (CR LF, RFC 2046 4.1.1). Boundaries follow from the message id; no
 * text that could hold one goes out unencoded.
 */
#include "daemons/notifier/letter.h"

#include <gmime/gmime.h>
#include <pthread.h>

#include "common/base/arena.h"
#include "common/base/diag.h"
#include "common/base/text.h"
#include "common/crypto/hash.h"

#define BOUNDARY_MARK "=_cs" /* no base64 contains it */
#define LINE_MAX_BYTES 998   /* RFC 5322 2.1.1 */
#define PLAIN_LINE_MAX 200   /* of 7bit: some relays break what is longer */

static pthread_once_t once = PTHREAD_ONCE_INIT;
static void start(void) { g_mime_init(); }

/* ---- parts ---- */

static bool goes_plain(text_t text) {
    size_t line = 0;
    for (size_t i = 0; i < text.n; i++) {
        line = text.p[i] == '\n' ? 0 : line + 1;
        if ((unsigned char) text.p[i] >= 0x80 || line > PLAIN_LINE_MAX)
            return false;
    }
    return !text_has(text, TEXT(BOUNDARY_MARK));
}

static GMimePart *part_new(const char *type, const char *subtype, bytes_t bytes,
                           GMimeContentEncoding encoding) {
    GMimePart *part = g_mime_part_new_with_type(type, subtype);
    GMimeStream *stream = g_mime_stream_mem_new_with_buffer((const char *) bytes.p, bytes.n);
    GMimeDataWrapper *content =
        g_mime_data_wrapper_new_with_stream(stream, GMIME_CONTENT_ENCODING_DEFAULT);
    g_mime_part_set_content(part, content);
    g_mime_part_set_content_encoding(part, encoding);
    g_object_unref(content);
    g_object_unref(stream);
    return part;
}

/* The text with CR LF at each line's end, the last one's too. */
static GMimeObject *text_part(const char *subtype, text_t text) {
    buffer_t lines = {0};
    size_t from = 0;
    for (size_t i = 0; i < text.n; i++)
        if (text.p[i] == '\n') {
            buffer_put(&lines, text.p + from, i - from);
            buffer_text(&lines, "\r\n");
            from = i + 1;
        }
    buffer_put(&lines, text.p + from, text.n - from);
    if (from < text.n || text.n == 0)
        buffer_text(&lines, "\r\n");
    bool plain = goes_plain(text);
    GMimePart *part = part_new("text", subtype, buffer_bytes(&lines),
                               plain ? GMIME_CONTENT_ENCODING_7BIT : GMIME_CONTENT_ENCODING_BASE64);
    g_mime_object_set_content_type_parameter(GMIME_OBJECT(part), "charset", "utf-8");
    buffer_free(&lines);
    return GMIME_OBJECT(part);
}

static GMimeObject *file_part(const letter_attachment_t *file, arena_t *arena) {
    text_t type = arena_text(arena, file->type);
    char *slash = strchr((char *) (uintptr_t) type.p, '/');
    *slash = '\0';
    GMimePart *part = part_new(type.p, slash + 1, file->bytes, GMIME_CONTENT_ENCODING_BASE64);
    if (strcmp(type.p, "text") == 0) /* all of ours is */
        g_mime_object_set_content_type_parameter(GMIME_OBJECT(part), "charset", "utf-8");
    g_mime_part_set_filename(part, arena_text(arena, file->name).p);
    g_mime_object_set_disposition(GMIME_OBJECT(part), GMIME_DISPOSITION_ATTACHMENT);
    return GMIME_OBJECT(part);
}

static GMimeMultipart *multipart(const letter_t *letter, const char *subtype) {
    char hex[65], boundary[64];
    bytes_t id = {(const uint8_t *) letter->message_id.p, letter->message_id.n};
    GMimeMultipart *self = g_mime_multipart_new_with_subtype(subtype);
    digest_t digest = hash_bytes(id);
    snprintf(boundary, sizeof boundary, BOUNDARY_MARK "_%.1s_%.24s", subtype,
             hex_print(digest.b, sizeof digest.b, hex));
    g_mime_multipart_set_boundary(self, boundary);
    return self;
}

static void add(GMimeMultipart *to, GMimeObject *part) {
    g_mime_multipart_add(to, part);
    g_object_unref(part);
}

static GMimeObject *body(const letter_t *letter, arena_t *arena) {
    GMimeObject *words = text_part("plain", letter->text);
    if (letter->html.n) { /* the richest last (RFC 2046 5.1.4) */
        GMimeMultipart *both = multipart(letter, "alternative");
        add(both, words);
        add(both, text_part("html", letter->html));
        words = GMIME_OBJECT(both);
    }
    if (!letter->attachments_n)
        return words;
    GMimeMultipart *all = multipart(letter, "mixed");
    add(all, words);
    for (size_t i = 0; i < letter->attachments_n; i++)
        add(all, file_part(&letter->attachments[i], arena));
    return GMIME_OBJECT(all);
}

/* ---- headers ---- */

static void add_person(GMimeMessage *message, GMimeAddressType type, text_t name, text_t address,
                       arena_t *arena) {
    InternetAddressList *list = g_mime_message_get_addresses(message, type);
    InternetAddress *person = internet_address_mailbox_new(
        name.n ? arena_text(arena, name).p : NULL, arena_text(arena, address).p);
    internet_address_set_charset(person, "utf-8");
    internet_address_list_add(list, person);
    g_object_unref(person);
}

static void set_date(GMimeMessage *message, const letter_t *letter) {
    GTimeZone *zone = g_time_zone_new_offset(letter->offset_minutes * 60);
    GDateTime *utc = g_date_time_new_from_unix_utc(letter->date / 1000);
    insist(utc);
    GDateTime *local = g_date_time_to_timezone(utc, zone);
    g_mime_message_set_date(message, local);
    g_date_time_unref(local);
    g_date_time_unref(utc);
    g_time_zone_unref(zone);
}

static void set_ids(GMimeMessage *message, const letter_t *letter, arena_t *arena) {
    buffer_t all = {0};
    g_mime_message_set_message_id(message, arena_text(arena, letter->message_id).p);
    if (letter->in_reply_to.n) {
        text_t id = letter->in_reply_to;
        g_mime_object_set_header(GMIME_OBJECT(message), "In-Reply-To",
                                 arena_format(arena, "<%.*s>", (int) id.n, id.p).p, NULL);
    }
    for (size_t i = 0; i < letter->references_n; i++) {
        text_t id = letter->references[i];
        buffer_format(&all, "%s<%.*s>", i ? " " : "", (int) id.n, id.p);
    }
    if (all.n)
        g_mime_object_set_header(GMIME_OBJECT(message), "References", buffer_cstr(&all), NULL);
    buffer_free(&all);
}

static GMimeMessage *message_new(const letter_t *letter, arena_t *arena) {
    GMimeMessage *message = g_mime_message_new(TRUE);
    add_person(message, GMIME_ADDRESS_TYPE_FROM, letter->from.name, letter->from.address, arena);
    add_person(message, GMIME_ADDRESS_TYPE_TO, letter->to.name, letter->to.address, arena);
    if (letter->reply_to.n)
        add_person(message, GMIME_ADDRESS_TYPE_REPLY_TO, (text_t){0}, letter->reply_to, arena);
    g_mime_message_set_subject(message, arena_text(arena, letter->subject).p, "utf-8");
    set_date(message, letter);
    set_ids(message, letter, arena);
    if (letter->language.n)
        g_mime_object_set_header(GMIME_OBJECT(message), "Content-Language",
                                 arena_text(arena, letter->language).p, NULL);
    /* RFC 3834 5: nobody's absence notice answers it */
    g_mime_object_set_header(GMIME_OBJECT(message), "Auto-Submitted", "auto-generated", NULL);
    GMimeObject *content = body(letter, arena);
    g_mime_message_set_mime_part(message, content);
    g_object_unref(content);
    return message;
}

/* ---- the whole ---- */

bool letter_fits(bytes_t message) {
    const uint8_t *p = message.p;
    size_t n = message.n, line = 0;
    for (size_t i = 0; i < n; i++) {
        if (p[i] >= 0x80 || p[i] == '\0' || (p[i] == '\n' && (i == 0 || p[i - 1] != '\r')) ||
            (p[i] == '\r' && (i + 1 == n || p[i + 1] != '\n')))
            return false;
        line = p[i] == '\n' ? 0 : line + 1;
        if (line > LINE_MAX_BYTES + 1) /* its CR is none of them */
            return false;
    }
    return n > 0;
}

int letter_build(const letter_t *letter, buffer_t *out, problem_t *problem) {
    if (letter_check(letter, problem) != 0)
        return -1;
    pthread_once(&once, start);
    arena_t *arena = arena_new(0);
    GMimeMessage *message = message_new(letter, arena);
    GMimeFormatOptions *options = g_mime_format_options_new();
    GMimeStream *stream = g_mime_stream_mem_new();
    g_mime_format_options_set_newline_format(options, GMIME_NEWLINE_FORMAT_DOS);
    ssize_t written = g_mime_object_write_to_stream(GMIME_OBJECT(message), options, stream);
    const GByteArray *bytes = g_mime_stream_mem_get_byte_array(GMIME_STREAM_MEM(stream));
    int rc = 0;
    if (bytes->len > LETTER_BYTES_MAX)
        rc = problem_set(problem, REASON_TOO_LARGE, "", "%u bytes; at most %d", bytes->len,
                         LETTER_BYTES_MAX);
    else if (written < 0 || !letter_fits((bytes_t){bytes->data, bytes->len}))
        rc = problem_set(problem, REASON_FIELD_TEXT, "", "a relay would not take it as it is");
    else
        buffer_put(out, bytes->data, bytes->len);
    g_object_unref(stream);
    g_mime_format_options_free(options);
    g_object_unref(message);
    arena_destroy(&arena);
    return rc;
}
