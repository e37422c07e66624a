# SPDX-License-Identifier: Apache-2.0
"""What nobody may sign, signed well: each is the last event of a ledger that is sound without it. And checkpoints."""

import contextlib
import lzma
import os
import sqlite3
import sys

import pytest

HERE = os.path.dirname(os.path.abspath(__file__))
sys.path.insert(0, HERE)

from canonical import sha, write  # noqa: E402
from notes import COSIGNATURE  # noqa: E402
from tamper import FORGER, flipped, note_line  # noqa: E402
from verify import main, verify  # noqa: E402
from written import DAY, Written, golden_procedure  # noqa: E402


@pytest.fixture(scope="session", name="procedure")
def fixture_procedure(tmp_path_factory):
    path = tmp_path_factory.mktemp("golden") / "archive.db"
    with lzma.open(f"{HERE}/../golden/archive-1.db.xz") as packed:
        path.write_bytes(packed.read())
    return golden_procedure(path)


@pytest.fixture(name="company")
def fixture_company(procedure):
    return Written().settle(procedure)


def found(company, tmp_path, notes=(), **options):
    return verify(company.write(tmp_path / "archive.db", notes), **options).findings


def two_administrators(company):
    company.enrol("admin", "second", administrator=True)
    return company


# ---- what is right ----

def test_an_order_to_its_end_is_sound(company, tmp_path):
    company.register().review().tallied().conclude().effective()
    assert not found(company, tmp_path, [(company.tree.size, company.signed_note())])


def test_who_may_has_a_checkpoint_mailed_again(company, tmp_path):
    company.enrol("admin", "keeper", "management.representative", department="management")
    company.says("keeper", 134, {1: bytes([1] * 16), 2: "the mailbox is mended"}, company.people["admin"][0])
    assert not found(company, tmp_path)


def test_a_second_administrator_confirms(company, tmp_path):
    two_administrators(company)
    ident = company.enrol("admin", "late", "sales.clerk")
    company.says("second", 18, {1: ident}, ident)
    company.register("late")
    assert not found(company, tmp_path)


@pytest.mark.parametrize("count", range(2, 8))
def test_commands_signed_in_one_act_are_sound(company, tmp_path, count):
    for number in range(count):
        company.enrol("admin", f"person{number}", "sales.clerk")
    company.together("admin", count).register("person0")
    assert not found(company, tmp_path)


@pytest.mark.parametrize("field, change", [
    (13, lambda number: number + 1), (14, lambda size: size + 1), (14, lambda size: size - 1), (15, lambda path: path[:-32]),
    (15, lambda path: path + path[:32]), (15, lambda path: flipped(path, 40)), (8, lambda scheme: 1), (10, lambda mark: flipped(mark, 7))])
def test_another_place_in_the_batch_is_found(company, tmp_path, field, change):
    for number in range(5):
        company.enrol("admin", f"person{number}", "sales.clerk")
    company.together("admin", 5)
    assert not found(company, tmp_path)
    event = company.events[-3]
    event[field] = change(event[field])
    (tmp_path / "archive.db").unlink()
    assert "signature" in {kind for _, kind, _ in found(company, tmp_path)} or field == 8


def test_the_recovery_key_confirms(company, tmp_path):
    two_administrators(company)
    ident = company.enrol("admin", "late", "sales.clerk")
    company.says("recovery", 18, {1: ident}, ident)
    company.register("late")
    assert not found(company, tmp_path)


def test_an_act_that_was_refused_has_no_effect(company, tmp_path):
    two_administrators(company)
    ident = company.enrol("admin", "late", "sales.clerk")
    company.says("second", 18, {1: ident, 2: True, 3: "nobody knows them"}, ident)
    company.enrol("admin", "late", "sales.clerk")
    assert not found(company, tmp_path)


def test_a_delegate_concludes(company, tmp_path):
    company.register().review().tallied()
    company.conclude("deputy", delegation(company))
    assert not found(company, tmp_path)


def test_a_verdict_is_forwarded(company, tmp_path):
    company.register().review()
    forward = company.says("head", 72, {1: "sales", 2: company.people["clerk"][0], 3: "away"}, company.order, company.judged())
    company.verdict("clerk", "sales", forward)
    assert not found(company, tmp_path)


def test_an_amendment_starts_a_new_review(company, tmp_path):
    company.register().review().tallied()
    amend(company)
    company.verdict("head", "sales", judged=company.judged(2))
    assert not found(company, tmp_path)


# ---- what is not ----

def delegation(company, until=DAY):
    return company.says("head", 27, {1: company.people["deputy"][0], 2: "sales.head", 3: company.time,
                                     4: company.time + until, 5: "away"})


def amend(company):
    company.content = {**company.content, 11: "soon, please"}
    word = {1: "the buyer", 2: "by letter", 3: company.time}
    version = sum(event[4] == company.order for event in company.events)
    company.says("clerk", 69, {1: [company.content], 2: "a remark", 3: [word]}, company.order, version=version)
    company.follows(81, company.order, {1: 2, 2: "special", 3: ["product-unknown:1"]})
    company.opened(2, 2)  # the class stays, and the review begins anew


def who_registered_it_concludes(company):
    company.register("head").review().tallied().conclude("head")


def who_registered_it_signs(company):
    company.register("head").review().tallied().conclude("deputy").sign("planner", 1)
    company.follows(84, company.order, {1: 1})
    company.sign("head", 5)


def the_delegate_of_who_registered_it_concludes(company):
    company.register("head").review().tallied().conclude("deputy", delegation(company))


def a_stand_in_where_none_is_needed(company):
    company.register().review().tallied().conclude("deputy")


def a_verdict_of_another_department(company):
    company.register().review().verdict("buyer", "planning")


def a_verdict_that_nobody_asked_for(company):
    company.register().review().verdict("deputy", "management")


def a_verdict_on_other_requirements(company):
    company.register().review().verdict("head", "sales", judged=(1, sha(b"other")))


def a_verdict_on_an_old_revision(company):
    company.register().review()
    old = company.judged()
    amend(company)
    company.verdict("head", "sales", judged=old)


def a_verdict_without_a_review(company):
    company.register().verdict("head", "sales")


def concluded_before_all_have_spoken(company):
    company.register().review().verdict("head", "sales")
    company.conclude()


def signed_out_of_turn(company):
    company.register().review().tallied().conclude().sign("head", 5)


def signed_by_another_role(company):
    company.register().review().tallied().conclude().sign("buyer", 1)


def said_after_leaving(company):
    company.says("admin", 12, {1: "left"}, company.people["clerk"][0])
    company.register("clerk")


def said_with_a_key_that_was_replaced(company):
    company.says("admin", 13, {1: company.public("new"), 2: "lost"}, company.people["clerk"][0])
    company.register("clerk")


def said_for_somebody_else(company):
    company.people["mask"] = (company.people["clerk"][0], company.key("head"))
    company.register("mask")


def said_before_it_was_confirmed(company):
    two_administrators(company).enrol("admin", "late", "sales.clerk")
    company.register("late")


def confirmed_by_who_asked(company):
    ident = two_administrators(company).enrol("admin", "late", "sales.clerk")
    company.says("admin", 18, {1: ident}, ident)


def confirmed_by_no_administrator(company):
    ident = two_administrators(company).enrol("admin", "late", "sales.clerk")
    company.says("clerk", 18, {1: ident}, ident)


def enrolled_by_no_administrator(company):
    company.enrol("clerk", "friend", "sales.head")


def a_key_used_twice(company):
    company.says("admin", 10, {1: "twin", 2: "Twin", 4: company.public("clerk"), 6: "sales"})


def registered_by_who_may_not(company):
    company.register("planner")


def at_a_workstation_that_is_gone(company):
    company.says("admin", 15, {1: "broken"}, company.station)
    company.register()


def of_another_ledger(company):
    company.ledger = sha(b"another")
    company.register()


def expired(company):
    company.says("clerk", 50, {1: "Late Ltd", 2: "Late"}, fields={11: company.time + 60_000, 10: company.time})
    company.events[-1][2] += 3 * 60_000


def a_delegation_that_is_over(company):
    company.register().review().tallied().conclude("deputy", delegation(company, until=1))


def a_delegation_to_somebody_else(company):
    company.register().review().tallied().conclude("planner", delegation(company))


def a_blob_that_was_erased(company):
    company.enrol("admin", "keeper", "management.representative", department="management")
    genesis = company.people["admin"][0]
    company.says("keeper", 120, {1: sha(b"blob"), 3: "they asked"}, genesis)
    company.says("clerk", 50, {1: "Other Ltd", 2: "Other", 13: sha(b"blob")})


def restored_by_a_person(company):
    company.says("admin", 2, {1: 3, 2: 2, 4: "why not"}, company.people["admin"][0])


def a_checkpoint_mailed_again_by_who_may_not(company):
    company.says("clerk", 134, {1: bytes([1] * 16), 2: "the mailbox is mended"}, company.people["admin"][0])


WRONG = (
    (who_registered_it_concludes, "four eyes"),
    (who_registered_it_signs, "four eyes"),
    (the_delegate_of_who_registered_it_concludes, "four eyes"),
    (a_stand_in_where_none_is_needed, "steps in only where"),
    (a_verdict_of_another_department, "does not speak for"),
    (a_verdict_that_nobody_asked_for, "was not asked"),
    (a_verdict_on_other_requirements, "the digest is not"),
    (a_verdict_on_an_old_revision, "at revision 2"),
    (a_verdict_without_a_review, "that is registered"),
    (concluded_before_all_have_spoken, "have still to speak"),
    (signed_out_of_turn, "not the signature that is next"),
    (signed_by_another_role, "this is for the role"),
    (said_after_leaving, "revoked or replaced"),
    (said_with_a_key_that_was_replaced, "revoked or replaced"),
    (said_for_somebody_else, "not that of whoever is named"),
    (said_before_it_was_confirmed, "belongs to nobody"),
    (confirmed_by_who_asked, "by the administrator who asked"),
    (confirmed_by_no_administrator, "not confirmed by an administrator"),
    (enrolled_by_no_administrator, "not by an administrator"),
    (a_key_used_twice, "used before"),
    (registered_by_who_may_not, "none of the signer's roles"),
    (at_a_workstation_that_is_gone, "the workstation is not enrolled"),
    (of_another_ledger, "of another ledger"),
    (expired, "had expired"),
    (a_delegation_that_is_over, "did not hold"),
    (a_delegation_to_somebody_else, "cites no delegation"),
    (a_blob_that_was_erased, "what was erased"),
    (restored_by_a_person, "the coordinator alone"),
    (a_checkpoint_mailed_again_by_who_may_not, "not asked for by who may"),
)


@pytest.mark.parametrize("act, why", WRONG, ids=[act.__name__ for act, _ in WRONG])
def test_what_nobody_may_sign_is_found(company, tmp_path, act, why):
    act(company)
    position, what, text = found(company, tmp_path)[0]
    last = max(event[1] for event in company.events if 11 in event)
    assert (position, what) == (last, "decision") and why in text, text


# ---- checkpoints ----

def whats(findings):
    return [what for _, what, _ in findings]


def test_checkpoints_in_files(company, tmp_path, capsys):
    early = company.signed_note()
    company.register()
    for name, note in (("early", early), ("late", company.signed_note())):
        (tmp_path / name).write_bytes(note)
    archive = company.write(tmp_path / "archive.db")
    assert main([str(archive), "--checkpoint", str(tmp_path / "early"), "--checkpoint", str(tmp_path / "late"),
                 "--ledger", company.ledger.hex()]) == 0
    assert "2 checkpoints, sound" in capsys.readouterr().out
    assert main([str(archive), "--ledger", sha(b"").hex()]) == 1
    assert main([str(archive), "--checkpoint", str(tmp_path / "none")]) == 2


def test_what_was_signed_and_is_not_there_is_found(company, tmp_path):
    (tmp_path / "note").write_bytes(company.signed_note(size=company.tree.size + 5))
    findings = found(company, tmp_path, checkpoints=[tmp_path / "note"])
    assert whats(findings) == ["short"] and findings[0][0] == company.tree.size


def test_another_history_is_found(company, tmp_path):
    """All well signed, by everybody: only what was signed before tells."""
    note = company.signed_note()
    company.events.pop()
    company.events[-1][2] += 1
    company.follows(86, company.customer, {1: 2, 2: "KH2026-0001", 3: 1, 4: 2026})
    company.events[-1][2] += 1
    company.tree = type(company.tree)()
    for event in company.events:
        company.tree.append(sha(b"\0", write(event)))
    assert not found(company, tmp_path)
    (tmp_path / "note").write_bytes(note)
    assert whats(verify(tmp_path / "archive.db", [tmp_path / "note"]).findings) == ["root"]


def test_witnesses_are_no_concern(company, tmp_path):
    note = company.signed_note() + note_line("witness.example", COSIGNATURE, FORGER, bytes(72))
    assert not found(company, tmp_path, [(company.tree.size, note)])


def last_line_flipped(company):
    """The cosignature's time is another one."""
    note = company.signed_note()
    at = note.rindex(b" ") + 1
    return note[:at + 10] + (b"A" if note[at + 10:at + 11] != b"A" else b"B") + note[at + 11:]


BAD = {"by a stranger": lambda c: c.signed_note(key=FORGER),
       "of another ledger": lambda c: c.signed_note(ledger=sha(b"")),
       "with another time": last_line_flipped,
       "without an empty line": lambda c: c.signed_note().replace(b"\n\n", b"\n"),
       "of a size that begins with 0": lambda c: c.signed_note().replace(b"\n%d\n" % c.tree.size, b"\n0%d\n" % c.tree.size),
       "without the plain signature": lambda c: c.signed_note().replace(
           c.signed_note().split(b"\n\n")[1].split(b"\n")[0] + b"\n", b""),
       "with a bit flipped": lambda c: flipped(c.signed_note(), 40),
       "empty": lambda c: b""}


@pytest.mark.parametrize("bad", BAD.values(), ids=BAD)
def test_a_note_that_is_wrong_is_found(company, tmp_path, bad):
    size = company.tree.size
    assert found(company, tmp_path, [(size, bad(company))])[0][:2] == (size, "checkpoint")


# ---- the tree's own table ----

@pytest.mark.parametrize("row", [(2, 1), (1, 500)], ids=["another hash", "of no events"])
def test_a_node_that_is_wrong_is_found(company, tmp_path, row):
    archive = company.write(tmp_path / "archive.db")
    with contextlib.closing(sqlite3.connect(archive)) as db, db:
        db.execute("INSERT OR REPLACE INTO node VALUES (?, ?, ?)", (*row, bytes(32)))
    assert whats(verify(archive).findings) == ["node"]


# ---- cannot tell ----

@pytest.mark.parametrize("data", [None, b"", b"not a database at all" * 100], ids=["no file", "empty", "another file"])
def test_what_is_no_archive_it_cannot_tell(tmp_path, data):
    if data is not None:
        (tmp_path / "archive.db").write_bytes(data)
    assert main([str(tmp_path / "archive.db")]) == 2


def test_a_log_beside_the_file_it_cannot_tell(company, tmp_path):
    archive = company.write(tmp_path / "archive.db")
    (tmp_path / "archive.db-wal").write_bytes(b"newer events")
    assert main([str(archive)]) == 2
