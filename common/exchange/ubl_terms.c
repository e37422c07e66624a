/* SPDX-License-Identifier: Apache-2.0
 *
 * ubl_terms: what an order says beyond its lines, as stated requirements by subject (QP21-4.1).
 */
#include <stdio.h>

#include "common/base/moment.h"
#include "common/base/text.h"
#include "common/exchange/ubl_build.h"

/* "2026-10-10 12:30:00", or whichever of the two there is */
static void say_end(buffer_t *out, const char *word, bool known, day_t day, text_t time) {
    char printed[16];
    if (!known && time.n == 0)
        return;
    buffer_text(out, word);
    if (known)
        buffer_format(out, " %s", day_print(day, printed));
    if (time.n > 0)
        buffer_format(out, " %.*s", (int) time.n, time.p);
}

static void period(ubl_t *self, xml_element_t *element, int64_t line, day_t *wanted) {
    day_t from = 0, to = 0;
    bool starts = ubl_day(self, xml_child(element, "StartDate"), &from);
    bool ends = ubl_day(self, xml_child(element, "EndDate"), &to);
    text_t start_time = xml_take_path(element, "StartTime"),
           end_time = xml_take_path(element, "EndTime");
    if (starts || ends)
        *wanted = ends ? to : from;
    if (!(starts && ends) && start_time.n == 0 && end_time.n == 0)
        return; /* one day alone is the line's wanted date */
    buffer_clear(&self->scratch);
    buffer_text(&self->scratch, "Delivery");
    say_end(&self->scratch, " from", starts, from, start_time);
    say_end(&self->scratch, " to", ends, to, end_time);
    ubl_require(self, SUBJECT_DELIVERY, line, ubl_words(&self->scratch));
}

static void place(ubl_t *self, xml_element_t *delivery, int64_t line) {
    buffer_t words = {0};
    xml_element_t *party = xml_child(delivery, "DeliveryParty");
    xml_element_t *places[] = {party, xml_child(delivery, "DeliveryLocation"),
                               xml_child(delivery, "DeliveryAddress")};
    for (size_t i = 0; i < 3; i++)
        if (places[i])
            ubl_describe(places[i], false, &words);
    text_t text = ubl_words(&words);
    if (line == 0 && self->out->party.delivery_address.n == 0 && text.n <= 300)
        self->out->party.delivery_address = ubl_keep(self, text);
    buffer_clear(&self->scratch);
    if (words.n > 0) {
        buffer_format(&self->scratch, "Deliver to: %.*s", (int) text.n, text.p);
        ubl_require(self, SUBJECT_DELIVERY, line, ubl_words(&self->scratch));
    }
    buffer_free(&words);
}

void ubl_delivery(ubl_t *self, xml_element_t *delivery, int64_t line, day_t *wanted) {
    xml_element_t *requested = xml_child(delivery, "RequestedDeliveryPeriod");
    if (requested)
        period(self, requested, line, wanted);
    day_t latest = 0;
    if (ubl_day(self, xml_child(delivery, "LatestDeliveryDate"), &latest))
        *wanted = latest;
    place(self, delivery, line);
    for (xml_element_t *e = delivery->first; e; e = e->next)
        ubl_require_element(self, SUBJECT_DELIVERY, line, "Delivery", e, true);
}

void ubl_allowances(ubl_t *self, xml_element_t *parent, int64_t line, const char *label) {
    for (xml_element_t *e = xml_child(parent, "AllowanceCharge"); e; e = xml_next(e)) {
        bool charge = text_is(xml_take_path(e, "ChargeIndicator"), "true");
        char text[64];
        snprintf(text, sizeof text, "%s%s", label, charge ? "Charge" : "Allowance");
        ubl_require_element(self, SUBJECT_PRICE, line, text, e, true);
    }
}

void ubl_terms(ubl_t *self, xml_element_t *root) {
    static const struct {
        const char *element, *label;
        enum subject subject;
        bool names;
    } parts[] = {
        {"DeliveryTerms", "Delivery terms", SUBJECT_DELIVERY, false},
        {"AccountingCustomerParty", "Invoice to", SUBJECT_PRICE, false},
        {"PaymentMeans", "Payment means", SUBJECT_PRICE, true},
        {"TransactionConditions", "Conditions", SUBJECT_OTHER, false},
        {"ValidityPeriod", "Validity of the order", SUBJECT_OTHER, true},
    };
    for (xml_element_t *e = xml_child(root, "Delivery"); e; e = xml_next(e))
        ubl_delivery(self, e, 0, &self->wanted);
    for (size_t i = 0; i < sizeof parts / sizeof *parts; i++)
        for (xml_element_t *e = xml_child(root, parts[i].element); e; e = xml_next(e))
            ubl_require_element(self, parts[i].subject, 0, parts[i].label, e, parts[i].names);
    xml_element_t *note = xml_find(root, "PaymentTerms/Note");
    if (note && note->text.n <= 120)
        self->out->party.terms = note->text;
    for (xml_element_t *e = xml_child(root, "PaymentTerms"); e; e = xml_next(e))
        ubl_require_element(self, SUBJECT_PRICE, 0, "Payment terms", e, false);
    ubl_allowances(self, root, 0, "");
}
