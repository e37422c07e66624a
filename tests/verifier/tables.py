# SPDX-License-Identifier: Apache-2.0
"""tables: records and kinds as common/bus/PROTOCOL.md lists them, and canonical bytes held against them."""

import os
import re

import canonical
from canonical import INTEGER_MAX, INTEGER_MIN, Malformed

PROTOCOL = os.path.join(os.path.dirname(os.path.abspath(__file__)), "..", "..", "common", "bus", "PROTOCOL.md")
FIXED = {"bin 16": 16, "bin 32": 32, "bin 64": 64}
TEXTS_BYTES_MAX = 255
EVENT_BYTES_MAX = 512 * 1024 + 4096
FORBIDDEN = re.compile("[\x00-\x08\x0b-\x1f\x7f-\x9f\u202a-\u202e\u2066-\u2069]")
WORD = re.compile(r"^ *(\d+) ([^,]+)$")


def _bound(text, unbounded):
    return unbounded if text == "any" else int(text)


def _words(what):
    """{code: word} of an enumeration: `1 accept, 2 reject: what it says`."""
    found = [WORD.match(part) for part in what.split(":")[0].split(",")]
    if not found or not all(found):
        raise ValueError(what)
    return {int(word[1]): word[2] for word in found}


class Field:
    """One row of a record's table."""

    def __init__(self, row):
        self.name, self.form, bounds, what = row
        self.fixed = FIXED.get(self.form)
        self.required = bounds == "required"
        self.codes, self.least, self.most, self.items = None, None, None, None
        if " .. " in bounds:
            least, most = bounds.split(" .. ")
            self.least, self.most = _bound(least, INTEGER_MIN), _bound(most, INTEGER_MAX)
        elif self.form == "integer":
            self.codes = _words(what)
        if self.form.startswith("array of "):
            self.items = self.form[len("array of "):]

    def absent(self):
        if self.required or self.least is not None and (self.least > 0 or self.most < 0):
            raise Malformed(f"{self.name} is missing")

    def check(self, value, records):
        if value in (0, "", b"", []) and value is not True or self.fixed and value == bytes(len(value)):
            raise Malformed(f"{self.name}: what is empty is left out")
        if self.items:
            self.check_items(value, records)
        elif self.form == "true":
            self.want(value is True)
        elif self.form.startswith("integer"):
            self.want(type(value) is int)
            self.within(value)
        elif self.form == "str":
            self.want(isinstance(value, str))
            self.check_text(value, self.least, self.most)
        else:
            self.want(isinstance(value, bytes) and (not self.fixed or len(value) == self.fixed))
            if not self.fixed:
                self.within(len(value))

    def want(self, fits):
        if not fits:
            raise Malformed(f"{self.name}: of the wrong type or length")

    def within(self, number):
        if number not in self.codes if self.codes else not self.least <= number <= self.most:
            raise Malformed(f"{self.name}: {number} is out of bounds")

    def check_text(self, text, least, most):
        if not least <= len(text.encode()) <= most:
            raise Malformed(f"{self.name}: out of bounds")
        if FORBIDDEN.search(text):
            raise Malformed(f"{self.name}: a character that no text holds")

    def check_items(self, value, records):
        self.want(isinstance(value, list))
        self.within(len(value))
        for item in value:
            if self.items == "str":
                self.want(isinstance(item, str))
                self.check_text(item, 1, TEXTS_BYTES_MAX)
            elif self.items == "integers":
                self.want(type(item) is int and item >= 0)
            else:
                self.want(isinstance(item, dict))
                records[self.items].check(item, records)


class Record:
    """A record's table: what a map must hold, and its values by name."""

    def __init__(self, name):
        self.name, self.fields = name, {}

    def check(self, value, records):
        for key in value:
            if key not in self.fields:
                raise Malformed(f"{self.name} has no key {key}")
        for key, field in self.fields.items():
            if key in value:
                field.check(value[key], records)
            else:
                field.absent()

    def named(self, value, records):
        """By name instead of by key, and what is absent as its empty value."""
        found = {}
        for key, field in self.fields.items():
            item = value.get(key)
            if item is None:
                item = [] if field.items else False if field.form == "true" else 0 if field.form.startswith("integer") \
                    else "" if field.form == "str" else b""
            elif field.items in records:
                item = [records[field.items].named(one, records) for one in item]
            found[field.name] = item
        return found

    def addresses(self, value, records):
        """The blobs that a body names: digests called `blob` or `contact`."""
        for key, field in self.fields.items():
            if key not in value:
                continue
            if field.form == "bin 32" and field.name in ("blob", "contact"):
                yield value[key]
            elif field.items in records:
                for item in value[key]:
                    yield from records[field.items].addresses(item, records)


class Kind:
    def __init__(self, code, name, body, notes):
        self.code, self.name, self.body = code, name, body
        self.opens = "opens a case" in notes
        self.judges = "names revision and digest" in notes
        self.versioned = "names the version" in notes
        self.by_daemon = "a daemon may sign it" in notes
        self.derived = "follows by itself" in notes
        self.administers = "an administrator's" in notes
        self.scope = scope(code)
        self.aside = code in ASIDE


LEDGER, DIRECTORY, PROCEDURE, REFERENCE, CUSTOMER, ORDER, FEEDBACK, CASE = range(8)

# What the document does not say: whose an event is (the archive's column `scope`), and which events of a case are
# said aside: they do not count in its version.
SCOPES = ((range(1, 7), LEDGER), (range(10, 29), DIRECTORY), ((30,), PROCEDURE), (range(40, 43), REFERENCE),
          ((50, 51, 86), CUSTOMER), ((60, 61, 62, 63, 69, 70, 71, 81, 84, 85), ORDER),
          ((87, *range(100, 109)), FEEDBACK), ((120, 133, 134), LEDGER))
ASIDE = frozenset((74, 88, 89, 130, 131, 132))


def scope(code):
    return next((of for codes, of in SCOPES if code in codes), CASE)


def _part(text, name):
    return text.split(f"<!-- {name} -->")[1].split(f"<!-- /{name} -->")[0]


def _rows(text):
    for line in text.splitlines():
        cells = [cell.strip() for cell in line.strip().strip("|").split("|")]
        if line.startswith("| ") and cells[0].isdigit():
            yield cells


class Tables:
    """All records and kinds of the document."""

    def __init__(self, path=PROTOCOL):
        with open(path, encoding="utf-8") as file:
            text = file.read()
        self.records = {}
        for part in ("messages", "envelopes", "bodies"):
            for name, table in re.findall(r"^`(\w+)`\n\n((?:\|.*\n)+)", _part(text, part), re.MULTILINE):
                record = self.records[name] = Record(name)
                for key, *row in _rows(table):
                    record.fields[int(key)] = Field(row)
        self.kinds = {int(code): Kind(int(code), name, body.strip("`"), notes)
                      for code, name, body, notes in _rows(_part(text, "kinds"))}

    def read(self, name, data):
        """The map, by key; Malformed if it is not what the table says."""
        if len(data) > EVENT_BYTES_MAX:
            raise Malformed("larger than any event")
        value = canonical.read(data)
        self.records[name].check(value, self.records)
        return value

    def words(self, name, field):
        """{code: word} of a field."""
        return next(entry.codes for entry in self.records[name].fields.values() if entry.name == field)

    def named(self, name, value):
        return self.records[name].named(value, self.records)

    def addresses(self, name, value):
        return self.records[name].addresses(value, self.records)

    def body(self, kind, data):
        """Of an event of this kind; one in which every field is empty is left out."""
        if data == b"\x80":
            raise Malformed("body: what is empty is left out")
        return self.read(kind.body, data or b"\x80")
