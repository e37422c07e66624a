/* SPDX-License-Identifier: Apache-2.0
 *
 * UBL 2.1 Orders: what becomes of each part of one, and what is refused. The orders that others
 * wrote are read, too, where they lie beside the sources.
 */
#include <stdlib.h>
#include <sys/stat.h>

#include "common/base/moment.h"
#include "common/exchange/order_file.h"
#include "tests/unit/exchange/files.h"

#define OTHERS "../shared/data/ubl/"

typedef struct read {
    arena_t *arena;
    order_file_t order;
    problem_t problem;
    int rc;
} read_t;

static read_t *reading(const char *path) {
    read_t *self = calloc(1, sizeof *self);
    assert_non_null(self);
    self->arena = arena_new(ORDER_FILE_ARENA);
    self->rc = order_file_read(path, NO_START, self->arena, &self->order, &self->problem);
    return self;
}

static read_t *accepted(const char *path) {
    read_t *self = reading(path);
    if (self->rc != 0)
        fail_msg("%s:%u: %s: %s", self->problem.file, self->problem.line, self->problem.field,
                 self->problem.detail);
    return self;
}

static void done(read_t *self) {
    arena_destroy(&self->arena);
    free(self);
}

static void refused(const char *text, const char *detail) {
    read_t *read = reading(file_of("r.xml", text));
    assert_int_equal(read->rc, -1);
    assert_contains(read->problem.detail, detail);
    assert_contains(read->problem.file, "r.xml");
    done(read);
}

static const struct requirement *requires(const read_t *read, int64_t line, const char *text) {
    const struct requirement_list *list = &read->order.content.requirements;
    for (size_t i = 0; i < list->n; i++)
        if (list->at[i].line == line && text_is(list->at[i].text, text))
            return &list->at[i];
    for (size_t i = 0; i < list->n; i++)
        print_message("%lld: %.*s\n", (long long) list->at[i].line, (int) list->at[i].text.n,
                      list->at[i].text.p);
    fail_msg("nothing requires \"%s\" of line %lld", text, (long long) line);
    return NULL;
}

static const char *unplaced(const read_t *read, const char *path) {
    static char value[200];
    for (size_t i = 0; i < read->order.unplaced_n; i++)
        if (text_is(read->order.unplaced[i].path, path)) {
            snprintf(value, sizeof value, "%.*s", (int) read->order.unplaced[i].value.n,
                     read->order.unplaced[i].value.p);
            return value;
        }
    return "";
}

TEST(the_order_itself) {
    read_t *read = accepted(DATA "order_full.xml");
    const struct order_content *content = &read->order.content;
    assert_int_equal(content->channel, CHANNEL_WRITTEN);
    assert_text(content->customer_order, "PO-34");
    assert_int_equal(content->ordered, day_from_civil(2026, 9, 1));
    assert_true(content->contract);
    assert_text(content->contract_number, "HT-9");
    assert_text(content->earlier, "quotation Q-7; order PO-33");
    assert_text(content->note, "First note\nSecond & last");
    done(read);
}

TEST(its_lines_with_units_prices_and_dates) {
    read_t *read = accepted(DATA "order_full.xml");
    const struct order_line *line = read->order.content.lines.at;
    assert_int_equal(read->order.content.lines.n, 2);
    assert_int_equal(line[0].no, 10);
    assert_text(line[0].product, "P04");
    assert_text(line[0].customer_product, "B-1");
    assert_text(line[0].drawing, "WY-P04 A");
    assert_int_equal(line[0].quantity, 120 * DECIMAL_ONE);
    assert_text(line[0].unit, "H87");
    assert_int_equal(line[0].price, 5 * DECIMAL_ONE);
    assert_text(line[0].currency, "USD");
    assert_int_equal(line[0].wanted, day_from_civil(2026, 10, 20));
    assert_text(line[0].note, "Pack in tens");
    assert_int_equal(line[1].no, 20);
    assert_text(line[1].product, "7560000012345");
    assert_int_equal(line[1].quantity, 15500000);
    assert_int_equal(line[1].price, 3333333);
    requires(read, 20, "Price 10 EUR per 3 KGM");
    assert_text(line[1].currency, "EUR");
    assert_int_equal(line[1].wanted, day_from_civil(2026, 11, 30));
    done(read);
}

TEST_CLAUSE(what_it_asks_for_becomes_requirements, "QP21-4.1", RULE) {
    read_t *read = accepted(DATA "order_full.xml");
    assert_int_equal(requires(read, 0, "Delivery from 2026-10-10 to 2026-10-20")->subject,
                     SUBJECT_DELIVERY);
    assert_int_equal(requires(read, 0, "Deliver to: Utopia Dock, Harbour 2, Amaurot")->subject,
                     SUBJECT_DELIVERY);
    requires(read, 0, "Delivery: requested despatch date 2026-10-05");
    requires(read, 0, "Delivery terms: FOB");
    assert_int_equal(requires(read, 0, "Payment terms: 30 days net")->subject, SUBJECT_PRICE);
    assert_int_equal(
        requires(read, 0, "Charge: allowance charge reason Pallets, amount 40.00 EUR")->subject,
        SUBJECT_PRICE);
    assert_int_equal(requires(read, 0, "Validity of the order: end date 2026-09-30")->subject,
                     SUBJECT_OTHER);
    requires(read, 10, "No partial delivery");
    assert_int_equal(requires(read, 10, "Length: 210 mm")->subject, SUBJECT_QUALITY);
    const struct requirement *certificate =
        requires(read, 10, "Certificate: EN 10204 3.1, Inspection certificate");
    assert_true(certificate->special);
    assert_text(certificate->standard, "EN 10204 3.1");
    for (size_t i = 0; i < read->order.content.requirements.n; i++) {
        assert_int_equal(read->order.content.requirements.at[i].no, i + 1);
        assert_int_equal(read->order.content.requirements.at[i].kind, REQUIREMENT_STATED);
    }
    done(read);
}

TEST(who_orders) {
    read_t *read = accepted(DATA "order_full.xml");
    const struct customer *party = &read->order.party;
    assert_text(read->order.customer, "Utopia Machines plc");
    assert_text(party->name, "Utopia Machines plc");
    assert_text(party->short_name, "Utopia");
    assert_text(party->code, "555");
    assert_text(party->credit_code, "UT-1516");
    assert_text(party->address, "Main street 1, Amaurot, Gate 3, UT");
    assert_text(party->delivery_address, "Utopia Dock, Harbour 2, Amaurot");
    assert_text(party->terms, "30 days net");
    assert_text(party->currency, "EUR");
    done(read);
}

TEST(persons_are_kept_apart_from_the_order) {
    read_t *read = accepted(DATA "order_full.xml");
    assert_text(read->order.contact,
                "BuyerCustomerParty: Raphael Example, +99 1516\n"
                "DeliveryParty: dock@utopia.example.com\nOriginatorParty: Josef K.");
    buffer_t shown = {0};
    read->order.content.customer.b[0] = 1;
    record_print(&order_content_record, &read->order.content, 0, &shown);
    record_print(&customer_record, &read->order.party, 0, &shown);
    static const char *const personal[] = {"Raphael", "1516 ", "dock@", "Josef"};
    for (size_t i = 0; i < 4; i++)
        assert_null(strstr(buffer_cstr(&shown), personal[i]));
    for (size_t i = 0; i < read->order.unplaced_n; i++)
        assert_false(text_is(read->order.unplaced[i].value, "Josef K."));
    buffer_free(&shown);
    done(read);
}

TEST(what_has_no_place_is_listed) {
    read_t *read = accepted(DATA "order_full.xml");
    assert_string_equal(unplaced(read, "Order/SalesOrderID"), "S-1");
    assert_string_equal(unplaced(read, "Order/SellerSupplierParty/Party/PartyName/Name"), "We");
    assert_string_equal(unplaced(read, "Order/AnticipatedMonetaryTotal/PayableAmount"), "1.00");
    assert_string_equal(
        unplaced(read,
                 "Order/OrderLine[1]/LineItem/Item/CommodityClassification/ItemClassificationCode"),
        "848310");
    assert_string_equal(
        unplaced(read, "Order/OrderLine[2]/LineItem/Item/StandardItemIdentification/ID/@schemeID"),
        "0160");
    assert_string_equal(unplaced(read, "Order/ID"), "");
    done(read);
}

TEST(documents_inside_come_out_under_their_bare_name) {
    read_t *read = accepted(DATA "order_full.xml");
    assert_int_equal(read->order.embedded_n, 1);
    assert_text(read->order.embedded[0].name, "drawing.pdf");
    assert_text(read->order.embedded[0].media, "application/pdf");
    assert_int_equal(read->order.embedded[0].bytes.n, 5);
    assert_memory_equal(read->order.embedded[0].bytes.p, "hello", 5);
    done(read);
}

TEST(a_small_order_with_other_prefixes) {
    read_t *read = accepted(DATA "order_small.xml");
    const struct order_line *line = read->order.content.lines.at;
    assert_int_equal(line->no, 1);
    assert_text(line->product, "Translation");
    assert_text(line->name, "Translation, Translation service Swedish - Spanish");
    assert_text(line->unit, "DAY");
    assert_int_equal(line->price, 400 * DECIMAL_ONE);
    assert_int_equal(line->wanted, day_from_civil(2026, 7, 15));
    assert_string_equal(unplaced(read, "Order/OrderLine/LineItem/ID"), "A");
    assert_text(read->order.contact, "");
    done(read);
}

TEST(other_documents_are_refused_by_name) {
    read_t *read = reading(DATA "order_change.xml");
    assert_int_equal(read->rc, -1);
    assert_contains(read->problem.detail, "OrderChange");
    done(read);
    refused("<html><body/></html>", "html");
    refused("<Order xmlns=\"urn:other\"/>", "not a UBL");
}

/* The small order with one piece of text replaced. */
static void refused_with(const char *from, const char *to, const char *detail) {
    buffer_t text = {0}, changed = {0};
    FILE *file = fopen(DATA "order_small.xml", "rb");
    assert_non_null(file);
    char piece[4096];
    buffer_put(&text, piece, fread(piece, 1, sizeof piece, file));
    fclose(file);
    const char *whole = buffer_cstr(&text), *at = strstr(whole, from);
    assert_non_null(at);
    buffer_put(&changed, whole, (size_t) (at - whole));
    buffer_text(&changed, to);
    buffer_text(&changed, at + strlen(from));
    refused(buffer_cstr(&changed), detail);
    buffer_free(&text);
    buffer_free(&changed);
}

TEST(what_an_order_must_say_is_missed) {
    refused_with("<StartDate>2026-07-15</StartDate>", "", "delivery date");
    refused_with(" unitCode=\"DAY\"", "", "unit code");
    refused_with(">1</Quantity>", ">-1</Quantity>", "quantity");
    refused_with(">1</Quantity>", ">1e3</Quantity>", "number");
    refused_with("2026-07-15", "15.07.2026", "date");
    refused_with("<Name>City Hospital</Name>", "", "who orders");
    refused_with("<Name>Translation</Name>", "<Name></Name>", "");
    refused_with("</o:Order>", "", "not well-formed");
}

TEST(entities_and_document_types_are_refused) {
    refused("<!DOCTYPE o [<!ENTITY a \"aaaaaaaaaa\"><!ENTITY b "
            "\"&a;&a;&a;&a;&a;&a;&a;&a;&a;&a;\">]><o>&b;</o>",
            "entities");
    refused("<!DOCTYPE o SYSTEM \"file:///etc/passwd\"><o/>", "entities");
    refused("<!DOCTYPE o [<!ENTITY x SYSTEM \"file:///etc/passwd\">]><o>&x;</o>", "entities");
    refused_with("City Hospital", "&undefined;", "not well-formed");
}

static char *repeated(const char *text, size_t times, const char *head, const char *tail) {
    size_t n = strlen(text), h = strlen(head);
    char *out = malloc(h + n * times + strlen(tail) + 1);
    assert_non_null(out);
    memcpy(out, head, h);
    for (size_t i = 0; i < times; i++)
        memcpy(out + h + i * n, text, n);
    strcpy(out + h + n * times, tail);
    return out;
}

TEST(depth_size_and_count_are_bounded) {
    static const char root[] =
        "<Order xmlns=\"urn:oasis:names:specification:ubl:schema:xsd:Order-2\">";
    struct {
        char *text;
        const char *detail;
    } bombs[] = {{repeated("<a>", 100000, "", ""), "deep"},
                 {repeated("<a/>", 200000, root, "</Order>"), "too many elements"},
                 {repeated("<a b=''>", 1, root, ""), "not well-formed"},
                 {repeated("x", 10 * 1024 * 1024, "<Order>", "</Order>"), ""},
                 {repeated("a<!---->", 400000, root, "</Order>"), ""}};
    long before = peak_kib();
    for (size_t i = 0; i < sizeof bombs / sizeof *bombs; i++) {
        refused(bombs[i].text, bombs[i].detail);
        free(bombs[i].text);
    }
    assert_true(peak_kib() < before + 64 * 1024);
}

TEST(the_orders_that_others_wrote_come_in_whole) {
    static const struct {
        const char *name;
        size_t lines;
    } files[] = {
        {"UC1_Order.xml", 3}, {"UC2_Order.xml", 2}, {"UC3_Order.xml", 1}, {"Order_Example.xml", 2}};
    struct stat st;
    if (stat(OTHERS "UC1_Order.xml", &st) != 0) {
        print_message("skipped: " OTHERS " is not here\n");
        skip();
    }
    for (size_t i = 0; i < sizeof files / sizeof *files; i++) {
        char path[256];
        snprintf(path, sizeof path, OTHERS "%s", files[i].name);
        read_t *read = accepted(path);
        const struct order_content *content = &read->order.content;
        assert_int_equal(content->lines.n, files[i].lines);
        for (size_t k = 0; k < content->lines.n; k++) {
            assert_true(content->lines.at[k].price > 0);
            assert_true(content->lines.at[k].unit.n > 0);
            assert_true(content->lines.at[k].wanted > 0);
        }
        assert_true(read->order.party.name.n > 0);
        assert_true(read->order.contact.n > 0);
        assert_true(read->order.unplaced_n > 0);
        done(read);
    }
}

TEST(their_other_documents_are_refused) {
    static const char *const names[] = {"OrderResponse", "OrderChange", "OrderCancellation"};
    struct stat st;
    if (stat(OTHERS "OrderChange_Example.xml", &st) != 0) {
        print_message("skipped: " OTHERS " is not here\n");
        skip();
    }
    for (size_t i = 0; i < 3; i++) {
        char path[256];
        snprintf(path, sizeof path, OTHERS "%s_Example.xml", names[i]);
        read_t *read = reading(path);
        assert_int_equal(read->rc, -1);
        assert_contains(read->problem.detail, names[i]);
        done(read);
    }
}
