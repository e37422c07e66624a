/* SPDX-License-Identifier: Apache-2.0
 *
 * PROTOCOL.md is true: its tables and its worked example are those that the program makes. With
 * PROTOCOL_NEW=1 they are written into it (`make protocol`).
 */
#include <stdio.h>
#include <stdlib.h>

#include "common/base/text.h"
#include "common/bus/messages.h"
#include "common/crypto/hash.h"
#include "common/crypto/merkle.h"
#include "tests/unit/harness.h"

#define DOCUMENT "common/bus/PROTOCOL.md"
#define RECORDS_MAX 128

/* ---- tables ---- */

static void put_types(buffer_t *out) {
    buffer_text(out, "| type | message | record |\n|---|---|---|\n");
    for (int type = 1; type < 256; type++)
        if (message_record(type))
            buffer_format(out, "| %d | %s | `%s` |\n", type, message_name(type),
                          message_record(type)->name);
}

typedef struct collection {
    const record_t *at[RECORDS_MAX];
    size_t n;
} collection_t;

static void collect(collection_t *self, const record_t *record) {
    for (size_t i = 0; i < self->n; i++)
        if (self->at[i] == record)
            return;
    assert_true(self->n < RECORDS_MAX);
    self->at[self->n++] = record;
    for (size_t i = 0; i < record->n; i++)
        if (record->fields[i].record)
            collect(self, record->fields[i].record);
}

static void put_records(const collection_t *records, size_t from, buffer_t *out) {
    for (size_t i = from; i < records->n; i++) {
        buffer_format(out, "%s`%s`\n\n", i > from ? "\n" : "", records->at[i]->name);
        record_document(records->at[i], out);
    }
}

static void collect_messages(collection_t *out) {
    for (int type = 1; type < 256; type++)
        if (message_record(type))
            collect(out, message_record(type));
}

static void put_messages(buffer_t *out) {
    collection_t records = {{NULL}, 0};
    collect_messages(&records);
    put_records(&records, 0, out);
}

static void collect_envelopes(collection_t *out) {
    collect_messages(out);
    collect(out, &command_record);
    collect(out, &signed_command_record);
    collect(out, &event_record);
    collect(out, &head_record);
    collect(out, &checkpoint_record);
    collect(out, &query_record);
}

static void put_envelopes(buffer_t *out) {
    collection_t records = {{NULL}, 0};
    collect_messages(&records);
    size_t from = records.n;
    collect_envelopes(&records);
    put_records(&records, from, out);
}

static void put_bodies(buffer_t *out) {
    collection_t records = {{NULL}, 0};
    size_t n;
    const kind_info_t *kinds = kind_list(&n);
    collect_envelopes(&records);
    size_t from = records.n;
    for (size_t i = 0; i < n; i++)
        collect(&records, kinds[i].body);
    collect(&records, &procedure_record); /* lies within adopt as bytes */
    put_records(&records, from, out);
}

static void put_kinds(buffer_t *out) {
    static const struct {
        unsigned flag;
        const char *word;
    } words[] = {{OPENS, "opens a case"},
                 {JUDGES, "names revision and digest"},
                 {VERSIONED, "names the version"},
                 {ASIDE, "said aside"},
                 {DERIVED, "follows by itself"},
                 {BY_DAEMON, "a daemon may sign it"},
                 {SIGNS, "a signature: by a passphrase just given"},
                 {ADMINISTERS, "an administrator's, confirmed by a second"}};
    size_t n;
    const kind_info_t *kinds = kind_list(&n);
    buffer_text(out, "| kind | name | body | |\n|---|---|---|---|\n");
    for (size_t i = 0; i < n; i++) {
        const char *comma = "";
        buffer_format(out, "| %d | %s | `%s` | ", (int) kinds[i].kind, kinds[i].name,
                      kinds[i].body->name);
        for (size_t w = 0; w < sizeof words / sizeof *words; w++)
            if (kinds[i].flags & words[w].flag) {
                buffer_format(out, "%s%s", comma, words[w].word);
                comma = "; ";
            }
        buffer_text(out, " |\n");
    }
}

static void put_reasons(buffer_t *out) {
    buffer_text(out, "| reason | name | clause | meaning |\n|---|---|---|---|\n");
#define REASON_LINE(code, NAME, clause, text) \
    buffer_format(out, "| %d | %s | %s | %s |\n", code, #NAME, clause, text);
    REASONS(REASON_LINE)
#undef REASON_LINE
}

/* ---- the worked example ---- */

static void put_hex(buffer_t *out, const char *name, bytes_t bytes) {
    char hex[65];
    buffer_format(out, "%s (%zu bytes)\n", name, bytes.n);
    for (size_t i = 0; i < bytes.n; i += 32)
        buffer_format(out, "    %s\n",
                      hex_print(bytes.p + i, bytes.n - i < 32 ? bytes.n - i : 32, hex));
}

#define PUT_FIXED(out, name, value) put_hex(out, name, (bytes_t){(value).b, sizeof(value).b})

static void encoded(const record_t *record, const void *body, buffer_t *out) {
    problem_t problem = {0};
    buffer_clear(out);
    if (record_encode(record, body, out, &problem) != 0)
        fail_msg("%s: %s", record->name, problem.field);
}

static void put_signed(buffer_t *out, const char *domain, const char *name, bytes_t bytes,
                       const signer_t *signer, signature_t *signature) {
    buffer_t message = {0};
    buffer_put(&message, domain, strlen(domain) + 1);
    buffer_put(&message, "\1", 1);
    *signature = signer_sign(signer, domain, bytes);
    put_hex(out, name, bytes);
    put_hex(out, "what stands before it when it is signed", buffer_bytes(&message));
    PUT_FIXED(out, "signature", *signature);
    buffer_free(&message);
}

static ident_t ident_of(const char *text) {
    ident_t id;
    assert_true(ident_parse(text_of(text), &id));
    return id;
}

static digest_t example_ledger(void) {
    return hash_bytes((bytes_t){(const uint8_t *) "genesis", 7});
}

static void put_command(buffer_t *out, const signer_t *signer) {
    buffer_t body = {0}, command_bytes = {0}, signed_bytes = {0}, frame = {0};
    struct customer customer = {.name = TEXT("乌有机械有限公司"), .short_name = TEXT("乌有")};
    encoded(&customer_record, &customer, &body);
    struct command command = {.ledger = example_ledger(),
                              .id = ident_of("01a0d53f-5c00-7000-8000-000000000001"),
                              .kind = KIND_CUSTOMER_REGISTER,
                              .actor = ident_of("01a0d53f-5c00-7000-8000-00000000000a"),
                              .station = ident_of("01a0d53f-5c00-7000-8000-00000000000b"),
                              .claimed = INT64_C(1790000000000),
                              .expiry = INT64_C(1790000000000) + 30 * INT64_C(86400000),
                              .body = buffer_bytes(&body)};
    encoded(&command_record, &command, &command_bytes);
    put_hex(out, "body: customer {1: 乌有机械有限公司, 2: 乌有}", buffer_bytes(&body));
    struct signed_command s = {.scheme = SCHEME_ED25519,
                               .key = signer_key(signer),
                               .command = buffer_bytes(&command_bytes)};
    put_signed(out, DOMAIN_COMMAND, "command, kind 50", s.command, signer, &s.signature);
    encoded(&signed_command_record, &s, &signed_bytes);
    message_encode(MESSAGE_SUBMIT, &(struct submit){.signed_command = buffer_bytes(&signed_bytes)},
                   &frame);
    put_hex(out, "SUBMIT, the whole frame", buffer_bytes(&frame));
    buffer_free(&body);
    buffer_free(&command_bytes);
    buffer_free(&signed_bytes);
    buffer_free(&frame);
}

static void put_query(buffer_t *out, const signer_t *signer) {
    buffer_t bytes = {0};
    signature_t signature;
    struct parameter parameter = {.name = TEXT("order"), .value = TEXT("DD2026-0001")};
    struct query query = {.ledger = example_ledger(),
                          .id = ident_of("01a0d53f-5c00-7000-8000-000000000002"),
                          .claimed = INT64_C(1790000000000),
                          .name = TEXT("order.show"),
                          .parameters = {&parameter, 1},
                          .at_least = 300};
    encoded(&query_record, &query, &bytes);
    put_signed(out, DOMAIN_QUERY, "query", buffer_bytes(&bytes), signer, &signature);
    buffer_free(&bytes);
}

static void put_head(buffer_t *out, const signer_t *signer) {
    buffer_t room = {0};
    struct signed_head s;
    frontier_t tree = {0};
    char name[32];
    for (int i = 0; i < 3; i++) {
        digest_t leaf = hash_leaf((bytes_t){(const uint8_t *) "abc" + i, 1});
        frontier_append(&tree, leaf);
        snprintf(name, sizeof name, "leaf hash of the byte %c", 'a' + i);
        PUT_FIXED(out, name, leaf);
    }
    struct head head = {.ledger = example_ledger(),
                        .epoch = 1,
                        .position = 3,
                        .root = frontier_root(&tree),
                        .time = INT64_C(1790000000000)};
    PUT_FIXED(out, "root over those three", head.root);
    head_sign(signer, &head, &room, &s);
    put_signed(out, DOMAIN_HEAD, "head", s.head, signer, &s.signature);
    buffer_free(&room);
}

static void put_example(buffer_t *out) {
    uint8_t seed[32], salted[16 + 5] = {0};
    memset(seed, 1, sizeof seed);
    memcpy(salted + 16, "hello", 5);
    crypto_start();
    signer_t *signer = signer_from_seed(seed);
    pubkey_t key = signer_key(signer);
    buffer_t frame = {0}, content = {0};
    buffer_text(out, "```\n");
    put_hex(out, "secret seed (RFC 8032)", (bytes_t){seed, sizeof seed});
    PUT_FIXED(out, "public key", key);
    message_encode(MESSAGE_FETCH, &(struct fetch){.from = 2, .to = 300}, &frame);
    put_hex(out, "FETCH {from 2, to 300}, the whole frame", buffer_bytes(&frame));
    put_command(out, signer);
    put_query(out, signer);
    put_head(out, signer);
    put_hex(out, "16 bytes of salt (here zeros) and the content \"hello\"",
            (bytes_t){salted, sizeof salted});
    digest_t blob = hash_domain("countersign/blob/1", (bytes_t){salted, sizeof salted});
    PUT_FIXED(out, "address of that blob", blob);
    struct order_line line = {.no = 1,
                              .product = TEXT("GB-5782-M12"),
                              .quantity = 500 * DECIMAL_ONE,
                              .unit = TEXT("C62"),
                              .price = 12500000,
                              .currency = TEXT("CNY"),
                              .wanted = 20820};
    struct order_content order = {.customer = ident_of("01a0d53f-5c00-7000-8000-000000000001"),
                                  .channel = CHANNEL_WRITTEN,
                                  .lines = {&line, 1}};
    encoded(&order_content_record, &order, &content);
    put_hex(out, "order_content: one line, 500 pieces at 12.5 CNY", buffer_bytes(&content));
    digest_t digest = hash_domain(DOMAIN_REQUIREMENTS, buffer_bytes(&content));
    PUT_FIXED(out, "its digest", digest);
    buffer_text(out, "```\n");
    signer_destroy(&signer);
    buffer_free(&frame);
    buffer_free(&content);
}

/* ---- the document ---- */

static const struct {
    const char *name;
    void (*put)(buffer_t *out);
} parts[] = {{"types", put_types},    {"messages", put_messages}, {"envelopes", put_envelopes},
             {"kinds", put_kinds},    {"bodies", put_bodies},     {"reasons", put_reasons},
             {"example", put_example}};

static void read_document(buffer_t *out) {
    char chunk[4096];
    size_t n;
    FILE *file = fopen(DOCUMENT, "r");
    assert_non_null(file);
    while ((n = fread(chunk, 1, sizeof chunk, file)) > 0)
        buffer_put(out, chunk, n);
    fclose(file);
    buffer_put(out, "", 1);
}

/* The document as it should be: between <!-- NAME --> and <!-- /NAME --> stands what the program
   says. */
static void made_again(const char *now, buffer_t *out) {
    for (size_t i = 0; i < sizeof parts / sizeof *parts; i++) {
        char begin[64], end[64];
        snprintf(begin, sizeof begin, "<!-- %s -->\n", parts[i].name);
        snprintf(end, sizeof end, "<!-- /%s -->\n", parts[i].name);
        const char *from = strstr(now, begin), *to = from ? strstr(from, end) : NULL;
        if (!to)
            fail_msg("%s lacks %s", DOCUMENT, begin);
        buffer_put(out, now, (size_t) (from - now) + strlen(begin));
        parts[i].put(out);
        now = to;
    }
    buffer_text(out, now);
}

TEST(the_tables_and_the_example_in_the_document_are_those_of_the_program) {
    buffer_t now = {0}, wanted = {0};
    read_document(&now);
    made_again((const char *) now.p, &wanted);
    if (getenv("PROTOCOL_NEW")) {
        FILE *file = fopen(DOCUMENT, "w");
        assert_non_null(file);
        assert_int_equal(fwrite(wanted.p, 1, wanted.n, file), wanted.n);
        assert_int_equal(fclose(file), 0);
    } else if (strcmp((const char *) now.p, buffer_cstr(&wanted)) != 0)
        fail_msg("%s is out of date: make protocol", DOCUMENT);
    buffer_free(&now);
    buffer_free(&wanted);
}
