# SPDX-License-Identifier: Apache-2.0
"""reference: the data that people import by pieces, and what the products among them say of an order's class."""

from people import refuse_unless

PRODUCT = 1
LISTS = {1: "products", 2: "capacities", 3: "stocks", 4: "capabilities", 5: "days"}
REASONS_MAX = 32
# tests of a special_rule
UNKNOWN, NOT_STANDARD, MODIFIED, SOONER, SPECIAL, OF_COMPANY, DRAWING = range(1, 8)
COMPANY_REQUIREMENT = 4


class Import:
    def __init__(self, person, body):
        self.person, self.dataset, self.body, self.rows = person, body["dataset"], body, []


class Reference:
    """Products by number; of other data only how many rows there are."""

    def __init__(self):
        self.imports, self.products = {}, {}

    def check(self, event, person):
        """A piece, or the adoption of what was imported."""
        entry = self.imports.get(event.object)
        refuse_unless(entry, "no import has this id")
        refuse_unless(entry.person == person.ident, "who began the import goes on with it")
        body, there, all_rows = event.body, len(entry.rows), entry.body["rows"]
        if event.kind.name == "reference.adopt":
            refuse_unless(there == all_rows == body["rows"] and body["source"] == entry.body["source"],
                          "not all rows are there, or it is another file")
            return
        rows = [len(body[name]) for name in LISTS.values()]
        refuse_unless(sum(rows) == rows[entry.dataset - 1] > 0, "rows of other data, or none")
        refuse_unless(body["first"] == there and there + sum(rows) <= all_rows, f"row {there} comes next")

    def apply(self, event):
        if event.kind.opens:
            person, dataset = event.command["actor"], event.body["dataset"]
            self.imports = {ident: entry for ident, entry in self.imports.items()
                            if (entry.person, entry.dataset) != (person, dataset)}  # half done, and dropped
            self.imports[event.object] = Import(person, event.body)
        elif event.kind.name == "reference.chunk":
            entry = self.imports[event.object]
            entry.rows += event.body[LISTS[entry.dataset]]
        else:
            entry = self.imports.pop(event.object)
            if entry.dataset == PRODUCT:
                self.products = {row["product"]: row for row in entry.rows}

    # ---- the class of an order ----

    def line_is(self, test, line, today):
        product = self.products.get(line["product"])
        if test == UNKNOWN:
            return not product
        if test == MODIFIED:
            return bool(line["modification"])
        if not product:
            return False
        return test == NOT_STANDARD and not product["standard"] or \
            test == SOONER and line["wanted"] < today + product["lead_days"] or \
            test == DRAWING and line["drawing"] not in ("", product["drawing"])

    def lines_that_are(self, test, content, today):
        """Numbers of the lines for which this test holds; 0 for the order as a whole."""
        for line in content["lines"]:
            if self.line_is(test, line, today):
                yield line["no"]
        for requirement in content["requirements"]:
            if test == SPECIAL and requirement["special"] or \
                    test == OF_COMPANY and requirement["kind"] == COMPANY_REQUIREMENT:
                yield requirement["line"]

    def propose(self, content, today, edition, words):
        """(class, reasons): each rule has its share of the list, and the first that holds names the class."""
        review_class, reasons = None, []
        share = REASONS_MAX // max(len(edition["special"]), 1)
        for rule in edition["special"]:
            name, end, found = words[rule["test"]], min(len(reasons) + share, REASONS_MAX), False
            for number in self.lines_that_are(rule["test"], content, today):
                reason = f"{name}:{number}" if number else name
                if reason not in reasons and len(reasons) < end:
                    reasons.append(reason)
                    found = True
            if found and review_class is None:
                review_class = rule["order_class"]
        return review_class or edition["classes"][0]["key"], reasons
