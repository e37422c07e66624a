/* SPDX-License-Identifier: Apache-2.0
 *
 * ubl_party: who orders. Everything about persons goes into the contact text and nowhere else, so
 * that it can be erased.
 */
#include "common/base/text.h"
#include "common/exchange/input.h"
#include "common/exchange/ubl_build.h"

static bool about_persons(const xml_element_t *e) {
    return (e->name.n >= 7 && memcmp(e->name.p + e->name.n - 7, "Contact", 7) == 0) ||
           text_is(e->name, "Person") || text_is(e->name, "OriginatorParty") ||
           text_is(e->name, "OriginatorCustomerParty");
}

/* The party in whose name the person acts: BuyerCustomerParty, DeliveryParty. */
static text_t owner_of(const xml_element_t *e) {
    while (e->parent && e->parent->parent && !text_is(e->name, "OriginatorParty") &&
           (about_persons(e) || text_is(e->name, "Party")))
        e = e->parent;
    return e->name;
}

void ubl_contacts(ubl_t *self, xml_element_t *element) {
    for (xml_element_t *child = element->first; child; child = child->next) {
        if (!about_persons(child)) {
            ubl_contacts(self, child);
            continue;
        }
        buffer_t words = {0};
        ubl_describe(child, false, &words);
        text_t owner = owner_of(child);
        if (words.n > 0)
            buffer_format(&self->contact, "%s%.*s: %s", self->contact.n ? "\n" : "", (int) owner.n,
                          owner.p, buffer_cstr(&words));
        buffer_free(&words);
    }
}

static text_t described(ubl_t *self, xml_element_t *element) {
    if (!element)
        return TEXT("");
    buffer_clear(&self->scratch);
    ubl_describe(element, false, &self->scratch);
    return ubl_keep(self, ubl_words(&self->scratch));
}

static text_t first_of(text_t a, text_t b) { return a.n > 0 ? a : b; }

/* One of two elements of which the second may repeat the first: what differs stays untaken and is
 * listed. */
static text_t take_either(xml_element_t *a, xml_element_t *b) {
    if (a && b && text_equal(a->text, b->text))
        xml_take(b);
    return a ? xml_take(a) : xml_take(b);
}

void ubl_buyer(ubl_t *self, xml_element_t *buyer) {
    xml_element_t *party = xml_child(buyer, "Party");
    if (!party) {
        ubl_fail(self, buyer, "the order does not say who orders (BuyerCustomerParty)");
        return;
    }
    struct customer *customer = &self->out->party;
    text_t registered = xml_take_path(party, "PartyLegalEntity/RegistrationName");
    text_t trading = xml_take_path(party, "PartyName/Name");
    customer->name = first_of(registered, trading);
    customer->short_name = input_cut(first_of(trading, registered), 60);
    customer->code =
        take_either(xml_find(party, "PartyIdentification/ID"), xml_child(party, "EndpointID"));
    customer->credit_code = take_either(xml_find(party, "PartyLegalEntity/CompanyID"),
                                        xml_find(party, "PartyTaxScheme/CompanyID"));
    xml_element_t *postal = xml_child(party, "PostalAddress");
    customer->address =
        described(self, postal ? postal : xml_find(party, "PartyLegalEntity/RegistrationAddress"));
    customer->currency = self->currency;
    if (customer->name.n == 0)
        ubl_fail(self, party, "the order does not name who orders");
    self->out->customer = customer->name;
    problem_t found;
    if (!self->failed && record_validate(&customer_record, customer, &found) != 0) {
        self->failed = true;
        if (self->problem)
            *self->problem = found;
        input_place(self->problem, self->file, party->line);
    }
}
