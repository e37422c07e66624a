/* SPDX-License-Identifier: Apache-2.0
 *
 * ubl: the order's own fields, its references and documents; see ubl.h.
 */
#include "common/exchange/ubl.h"

#include <sodium.h>

#include "common/exchange/input.h"
#include "common/exchange/ubl_build.h"

#define UBL "urn:oasis:names:specification:ubl:schema:xsd:"
#define ATTACHMENT_BYTES_MAX 1048576

static int check_root(const xml_element_t *root, const char *file, problem_t *problem) {
    if (text_is(root->space, UBL "Order-2") && text_is(root->name, "Order"))
        return 0;
    text_t name = input_cut(root->name, 60);
    if (root->space.n > strlen(UBL) && memcmp(root->space.p, UBL, strlen(UBL)) == 0)
        return input_refuse(problem, file, root->line, "",
                            "this is a UBL %.*s; only a UBL 2.1 Order becomes an order here",
                            (int) name.n, name.p);
    return input_refuse(problem, file, root->line, "",
                        "the root element \"%.*s\" is not a UBL 2.1 Order", (int) name.n, name.p);
}

/* QP21-4.2.2 b: what the order refers to */
static text_t references(ubl_t *self, xml_element_t *root) {
    static const struct {
        const char *element, *label;
    } kinds[] = {{"QuotationDocumentReference", "quotation"}, {"OrderDocumentReference", "order"}};
    buffer_clear(&self->scratch);
    for (size_t i = 0; i < sizeof kinds / sizeof *kinds; i++)
        for (xml_element_t *e = xml_child(root, kinds[i].element); e; e = xml_next(e)) {
            text_t id = xml_take_path(e, "ID");
            if (id.n > 0)
                buffer_format(&self->scratch, "%s%s %.*s", self->scratch.n ? "; " : "",
                              kinds[i].label, (int) id.n, id.p);
        }
    return ubl_keep(self, ubl_words(&self->scratch));
}

static bool decode(ubl_t *self, const xml_element_t *element, text_t base64, bytes_t *out) {
    size_t room = base64.n / 4 * 3 + 3;
    uint8_t *bytes = arena_alloc(self->arena, room);
    size_t n = 0;
    if (!bytes || sodium_base642bin(bytes, room, base64.p, base64.n, " \t\r\n", &n, NULL,
                                    sodium_base64_VARIANT_ORIGINAL) != 0) {
        ubl_fail(self, element, "the embedded document is not base64, or too large");
        return false;
    }
    if (n == 0 || n > ATTACHMENT_BYTES_MAX) {
        ubl_fail(self, element, "an embedded document has 1 byte to 1 MiB");
        return false;
    }
    *out = (bytes_t){bytes, n};
    return true;
}

static text_t base_name(text_t path) {
    for (size_t i = path.n; i > 0; i--)
        if (path.p[i - 1] == '/' || path.p[i - 1] == '\\')
            return (text_t){path.p + i, path.n - i};
    return path;
}

static void documents(ubl_t *self, xml_element_t *root) {
    order_file_t *out = self->out;
    for (xml_element_t *e = xml_child(root, "AdditionalDocumentReference"); e; e = xml_next(e)) {
        xml_element_t *object = xml_find(e, "Attachment/EmbeddedDocumentBinaryObject");
        if (!object)
            continue;
        if (!out->embedded)
            out->embedded = arena_alloc(self->arena, UBL_EMBEDDED_MAX * sizeof *out->embedded);
        if (!out->embedded || out->embedded_n == UBL_EMBEDDED_MAX) {
            ubl_fail(self, e, "too many embedded documents");
            return;
        }
        text_t name = base_name(xml_take_attribute(object, "filename"));
        embedded_t *embedded = &out->embedded[out->embedded_n];
        embedded->name = name.n ? name : xml_take_path(e, "ID");
        embedded->media = xml_take_attribute(object, "mimeCode");
        if (!decode(self, object, xml_take(object), &embedded->bytes))
            return;
        out->embedded_n++;
    }
}

static void notes(ubl_t *self, xml_element_t *root) {
    for (xml_element_t *e = xml_child(root, "Note"); e; e = xml_next(e)) {
        text_t text = xml_take(e);
        buffer_format(&self->note, "%s%.*s", self->note.n ? "\n" : "", (int) text.n, text.p);
    }
}

static void header(ubl_t *self, xml_element_t *root) {
    struct order_content *content = &self->out->content;
    content->channel = CHANNEL_WRITTEN;
    content->customer_order = xml_take_path(root, "ID");
    ubl_day(self, xml_child(root, "IssueDate"), &content->ordered);
    self->currency = xml_take_path(root, "DocumentCurrencyCode");
    xml_element_t *contract = xml_child(root, "Contract");
    content->contract = contract != NULL;
    content->contract_number = xml_take_path(contract, "ID");
    content->earlier = references(self, root);
    documents(self, root);
    notes(self, root);
}

typedef struct rest {
    order_file_t *out;
    arena_t *arena;
    size_t room;
    bool full;
} rest_t;

static void count_rest(text_t path, text_t value, void *arg) {
    (void) path, (void) value;
    ((rest_t *) arg)->room++;
}

static void list_rest(text_t path, text_t value, void *arg) {
    rest_t *self = arg;
    text_t kept = arena_text(self->arena, path);
    self->full = self->full || !kept.p;
    self->out->unplaced[self->out->unplaced_n++] = (unplaced_t){kept, value};
}

static void rest(ubl_t *self, const xml_element_t *root) {
    rest_t list = {.out = self->out, .arena = self->arena};
    xml_untaken(root, count_rest, &list);
    if (list.room == 0)
        return;
    self->out->unplaced = arena_alloc(self->arena, list.room * sizeof *self->out->unplaced);
    if (self->out->unplaced)
        xml_untaken(root, list_rest, &list);
    if (!self->out->unplaced || list.full)
        ubl_fail(self, root, "too large");
}

static void build(ubl_t *self, xml_element_t *root) {
    ubl_contacts(self, root);
    header(self, root);
    ubl_terms(self, root);
    ubl_buyer(self, xml_child(root, "BuyerCustomerParty"));
    ubl_lines(self, root);
    struct order_content *content = &self->out->content;
    content->note = ubl_keep(self, ubl_words(&self->note));
    self->out->contact = ubl_keep(self, ubl_words(&self->contact));
    rest(self, root);
}

int ubl_order_read(bytes_t bytes, const char *file, day_t start, arena_t *arena, order_file_t *out,
                   problem_t *problem) {
    xml_element_t *root = xml_read(bytes, file, arena, problem);
    if (!root || check_root(root, file, problem) != 0)
        return -1;
    *out = (order_file_t){0};
    record_clear(&order_content_record, &out->content);
    record_clear(&customer_record, &out->party);
    ubl_t self = {.file = file, .start = start, .arena = arena, .problem = problem, .out = out};
    build(&self, root);
    buffer_free(&self.contact);
    buffer_free(&self.note);
    buffer_free(&self.scratch);
    return self.failed ? -1 : 0;
}
