/* SPDX-License-Identifier: Apache-2.0
 *
 * ubl_line: the lines of a UBL Order: product, quantity, unit, price per unit, date, notes, and
 * what the item must be.
 */
#include "common/base/text.h"
#include "common/exchange/input.h"
#include "common/exchange/ubl_build.h"

/* amount / quantity in millionths, rounded half up; false if it cannot be said in them at all. */
static bool divide(decimal_t amount, decimal_t quantity, decimal_t *out, bool *exact) {
    if (amount < 0 || quantity <= 0 || quantity > INT64_C(100000000000000000))
        return false;
    int64_t result = amount / quantity, rest = amount % quantity;
    for (int i = 0; i < 6; i++) {
        if (result > INT64_MAX / 20)
            return false;
        result = result * 10 + rest * 10 / quantity;
        rest = rest * 10 % quantity;
    }
    *exact = rest == 0;
    *out = result + (rest >= quantity - rest ? 1 : 0);
    return true;
}

static void tell_price(ubl_t *self, const struct order_line *line, decimal_t amount, decimal_t base,
                       text_t unit) {
    char numbers[2][32];
    buffer_clear(&self->scratch);
    buffer_format(&self->scratch, "Price %s %.*s per %s %.*s", decimal_print(amount, numbers[0]),
                  (int) line->currency.n, line->currency.p, decimal_print(base, numbers[1]),
                  (int) unit.n, unit.p);
    ubl_require(self, SUBJECT_PRICE, line->no, ubl_words(&self->scratch));
}

static void read_price(ubl_t *self, xml_element_t *price, struct order_line *line) {
    line->currency = self->currency;
    decimal_t amount = 0, base = DECIMAL_ONE;
    xml_element_t *amount_at = xml_child(price, "PriceAmount"),
                  *base_at = xml_child(price, "BaseQuantity");
    if (!ubl_decimal(self, amount_at, &amount))
        return;
    text_t currency = xml_take_attribute(amount_at, "currencyID"),
           unit = xml_take_attribute(base_at, "unitCode");
    if (currency.n > 0)
        line->currency = currency;
    ubl_decimal(self, base_at, &base);
    bool other_unit = unit.n > 0 && !text_equal(unit, line->unit), exact = true;
    if (!other_unit && !divide(amount, base, &line->price, &exact))
        ubl_fail(self, price, "the price per unit cannot be worked out");
    if (other_unit || !exact)
        tell_price(self, line, amount, base, unit.n ? unit : line->unit);
    ubl_allowances(self, price, line->no, "Price: ");
}

static void properties(ubl_t *self, xml_element_t *item, int64_t line) {
    for (xml_element_t *e = xml_child(item, "AdditionalItemProperty"); e; e = xml_next(e)) {
        text_t name = xml_take_path(e, "Name"), value = xml_take_path(e, "Value");
        buffer_t words = {0};
        ubl_describe(e, true, &words);
        buffer_clear(&self->scratch);
        buffer_format(&self->scratch, "%.*s: %.*s%s%s%s", (int) name.n, name.p, (int) value.n,
                      value.p, words.n ? " (" : "", words.n ? buffer_cstr(&words) : "",
                      words.n ? ")" : "");
        ubl_require(self, SUBJECT_QUALITY, line, ubl_words(&self->scratch));
        buffer_free(&words);
    }
}

static void certificates(ubl_t *self, xml_element_t *item, int64_t line) {
    for (xml_element_t *e = xml_child(item, "Certificate"); e; e = xml_next(e)) {
        xml_element_t *id = xml_child(e, "ID");
        text_t standard = id ? id->text : (text_t){"", 0};
        struct requirement *requirement =
            ubl_require_element(self, SUBJECT_QUALITY, line, "Certificate", e, false);
        if (!requirement)
            continue;
        /* a certificate for this delivery is beyond the product's standard */
        requirement->special = true;
        if (standard.n <= 80)
            requirement->standard = standard;
    }
}

static text_t product_of(xml_element_t *item) {
    static const char *const ids[] = {
        "SellersItemIdentification/ID", "StandardItemIdentification/ID",
        "ManufacturersItemIdentification/ID", "BuyersItemIdentification/ID"};
    for (size_t i = 0; i < sizeof ids / sizeof *ids; i++) {
        text_t id = xml_take_path(item, ids[i]);
        if (id.n > 0)
            return id;
    }
    xml_element_t *name = xml_child(item, "Name");
    return name ? input_cut(name->text, 80) : (text_t){"", 0};
}

static void read_item(ubl_t *self, xml_element_t *item, struct order_line *line) {
    line->product = product_of(item);
    line->customer_product = xml_take_path(item, "BuyersItemIdentification/ID");
    if (text_equal(line->customer_product, line->product))
        line->customer_product = (text_t){"", 0};
    line->drawing = xml_take_path(item, "ItemSpecificationDocumentReference/ID");
    text_t name = xml_take_path(item, "Name");
    xml_element_t *description = xml_child(item, "Description");
    text_t more = description ? description->text : (text_t){"", 0};
    line->name = name;
    if (more.n > 0 && text_has(name, more)) {
        xml_take(description);
    } else if (more.n > 0 && name.n + more.n + 2 <= 200) {
        buffer_clear(&self->scratch);
        buffer_format(&self->scratch, "%.*s%s%.*s", (int) name.n, name.p, name.n ? ", " : "",
                      (int) more.n, more.p);
        line->name = ubl_keep(self, ubl_words(&self->scratch));
        xml_take(description);
    }
    for (; description; description = xml_next(description))
        ubl_require_element(self, SUBJECT_QUALITY, line->no, "Description", description, false);
    properties(self, item, line->no);
    certificates(self, item, line->no);
    for (xml_element_t *e = xml_child(item, "ItemInstance"); e; e = xml_next(e))
        ubl_require_element(self, SUBJECT_QUALITY, line->no, "Instance", e, true);
}

static void read_deliveries(ubl_t *self, xml_element_t *item, struct order_line *line) {
    line->wanted = self->wanted;
    day_t first = 0;
    for (xml_element_t *e = xml_child(item, "Delivery"); e; e = xml_next(e)) {
        day_t wanted = 0;
        ubl_delivery(self, e, line->no, &wanted);
        if (!first || (wanted && wanted <= first)) /* in parts: the earliest binds */
            first = wanted;
    }
    if (first)
        line->wanted = first;
    if (!line->wanted)
        ubl_fail(self, item, "no delivery date is asked for, on the line or on the order");
    xml_element_t *partial = xml_child(item, "PartialDeliveryIndicator");
    if (partial)
        ubl_require(self, SUBJECT_DELIVERY, line->no,
                    text_is(xml_take(partial), "true") ? TEXT("Partial delivery is allowed")
                                                       : TEXT("No partial delivery"));
}

static void read_line(ubl_t *self, xml_element_t *order_line, struct order_line *line) {
    xml_element_t *item = xml_child(order_line, "LineItem");
    xml_element_t *quantity = xml_child(item, "Quantity");
    if (!ubl_decimal(self, quantity, &line->quantity) || line->quantity <= 0) {
        ubl_fail(self, quantity ? quantity : order_line, "a line needs a quantity above 0");
        return;
    }
    line->unit = xml_take_attribute(quantity, "unitCode");
    if (line->unit.n == 0)
        ubl_fail(self, quantity, "the quantity has no unit code (UN/ECE Rec 20)");
    read_price(self, xml_child(item, "Price"), line);
    if (!xml_child(item, "Item"))
        ubl_fail(self, order_line, "a line needs an item");
    else
        read_item(self, xml_child(item, "Item"), line);
    read_deliveries(self, item, line);
    ubl_allowances(self, item, line->no, "");
    xml_element_t *note = xml_child(order_line, "Note");
    line->note = xml_take(note ? note : xml_child(item, "Note"));
}

/* The customer's line numbers are kept when they are numbers that rise; otherwise the lines are
   counted, and what the customer calls them is listed with the rest. */
static bool rising_numbers(const xml_element_t *root) {
    int64_t last = 0;
    for (xml_element_t *e = xml_child(root, "OrderLine"); e; e = xml_next(e)) {
        xml_element_t *id = xml_find(e, "LineItem/ID");
        if (!id || !int_parse(id->text, last + 1, 9999, &last))
            return false;
    }
    return true;
}

void ubl_lines(ubl_t *self, xml_element_t *root) {
    struct order_line_list *lines = &self->out->content.lines;
    size_t n = 0;
    for (xml_element_t *e = xml_child(root, "OrderLine"); e; e = xml_next(e))
        n++;
    if (n == 0 || n > UBL_LINES_MAX ||
        !(lines->at = arena_alloc(self->arena, n * sizeof *lines->at))) {
        ubl_fail(self, root,
                 n == 0 ? "the order has no lines" : "the order has more than 500 lines");
        return;
    }
    bool numbered = rising_numbers(root);
    for (xml_element_t *e = xml_child(root, "OrderLine"); e && !self->failed; e = xml_next(e)) {
        struct order_line *line = &lines->at[lines->n++];
        record_clear(&order_line_record, line);
        line->no = (int64_t) lines->n;
        if (numbered)
            int_parse(xml_take_path(e, "LineItem/ID"), 1, 9999, &line->no);
        read_line(self, e, line);
    }
}
