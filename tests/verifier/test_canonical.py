# SPDX-License-Identifier: Apache-2.0
"""The one encoding, as the second verifier reads it: the golden records fit their tables, other spellings do not."""

import glob
import os
import re
import sys

import pytest

HERE = os.path.dirname(os.path.abspath(__file__))
sys.path.insert(0, HERE)

from canonical import Malformed, read, write  # noqa: E402
from tables import PROTOCOL, Tables  # noqa: E402

GOLDEN = sorted(glob.glob(f"{HERE}/../golden/*.hex"))
TABLES = Tables()


def golden(path):
    """(record's name, bytes)"""
    with open(path, encoding="utf-8") as file:
        first, *lines = file.read().splitlines()
    return re.search(r"canonical (\w+)", first)[1], bytes.fromhex("".join(lines))


def example(name):
    """Bytes of the document's worked example."""
    with open(PROTOCOL, encoding="utf-8") as file:
        text = file.read().split("<!-- example -->")[1]
    return bytes.fromhex("".join(re.search(rf"^{name}.*\n((?:    [0-9a-f]+\n)+)", text, re.M)[1].split()))


@pytest.mark.parametrize("path", GOLDEN, ids=map(os.path.basename, GOLDEN))
def test_a_golden_record_fits_its_table(path):
    name, data = golden(path)
    assert write(TABLES.read(name, data)) == data


@pytest.mark.parametrize("path", GOLDEN, ids=map(os.path.basename, GOLDEN))
def test_none_can_be_cut_or_go_on(path):
    name, data = golden(path)
    for wrong in (*(data[:i] for i in range(len(data))), data + b"\0"):
        with pytest.raises(Malformed):
            TABLES.read(name, wrong)


def test_the_worked_example():
    assert TABLES.read("order_content", example("order_content"))[6][0][6] == 500_000_000
    command = TABLES.read("command", example("command, kind 50"))
    assert command[13] == example("body: customer")
    assert write(command) == example("command, kind 50")


@pytest.mark.parametrize("number", [0, 127, 128, 255, 256, 65535, 65536, 2**32 - 1, 2**32, 2**63 - 1, -1, -32, -33, -128,
                                    -129, -2**15, -2**15 - 1, -2**31, -2**31 - 1, -2**63])
def test_integers_at_their_bounds(number):
    assert read(write({1: number})) == {1: number}


OTHER_SPELLINGS = {
    "an integer in a byte that it does not need": "81 01 cc 05",
    "an integer in two": "81 01 cd 00 80",
    "in four": "81 01 ce 00 00 ff ff",
    "in eight": "81 01 cf 00 00 00 00 ff ff ff ff",
    "a positive integer as a signed one": "81 01 d0 05",
    "a negative integer in a byte that it does not need": "81 01 d0 ff",
    "a negative integer in two": "81 01 d1 ff 80",
    "beyond 2^63 - 1": "81 01 cf 80 00 00 00 00 00 00 00",
    "a short text with a length of its own": "81 01 d9 01 61",
    "bytes with a length of two": "81 01 c5 00 01 61",
    "a short list with a length of two": "81 01 dc 00 01 01",
    "a short map with a length of two": "de 00 01 01 01",
    "false": "81 01 c2",
    "nil": "81 01 c0",
    "a float": "81 01 ca 00 00 00 00",
    "ext": "81 01 d4 00 00",
    "keys in another order": "82 02 01 01 01",
    "a key twice": "82 01 01 01 01",
    "a key below zero": "81 ff 01",
    "true as a key": "81 c3 01",
    "a text as a key": "81 a1 61 01",
    "a text that is not UTF-8": "81 01 a1 ff",
    "a surrogate": "81 01 a3 ed a0 80",
    "too long a form of UTF-8": "81 01 a2 c0 80",
    "a list": "91 01",
    "nothing": "",
    "nested nine times": "81 01 91 91 91 91 91 91 91 91 01",
}


@pytest.mark.parametrize("data", map(bytes.fromhex, OTHER_SPELLINGS.values()), ids=OTHER_SPELLINGS)
def test_another_spelling_is_refused(data):
    with pytest.raises(Malformed):
        read(data)


def test_nested_eight_times():
    assert read(bytes.fromhex("81 01 91 91 91 91 91 91 91 01"))


def customer(**changes):
    return {**{1: "Nowhere Ltd", 2: "Nowhere"}, **{int(key[1:]): value for key, value in changes.items()}}


NO_CUSTOMERS = {"a key that is not in the table": customer(_99=1),
                "a required field missing": {1: "Nowhere Ltd"},
                "an empty text": customer(_5=""),
                "no bytes": customer(_13=b""),
                "a digest of zeros": customer(_13=bytes(32)),
                "a digest that is short": customer(_13=bytes(range(31))),
                "a number of zero": customer(_8=0),
                "a number below its bounds": customer(_8=-1),
                "a number for a text": customer(_1=7),
                "bytes for a text": customer(_1=b"Nowhere Ltd"),
                "true for a number": customer(_8=True),
                "a text too long": customer(_2="x" * 61),
                "a control character": customer(_5="a\x01b"),
                "a C1 control character": customer(_5="a\x85b"),
                "a direction turned around": customer(_5="a\u202eb"),
                "a day out of bounds": customer(_14=2932897)}


@pytest.mark.parametrize("value", NO_CUSTOMERS.values(), ids=NO_CUSTOMERS)
def test_what_the_table_does_not_hold_is_refused(value):
    with pytest.raises(Malformed):
        TABLES.read("customer", write(value))


def test_what_the_table_holds():
    assert TABLES.read("customer", write(customer(_5="a\tb\nc", _8=12_500_000, _14=2932896)))


def test_words_are_checked():
    assert TABLES.read("sign", write({1: 6}))
    for wrong in (7, -1):
        with pytest.raises(Malformed):
            TABLES.read("sign", write({1: wrong}))
