# SPDX-License-Identifier: Apache-2.0
"""What a company sets and brings in: its procedure, reference data, capacity; and what is too much."""

import contextlib
import json
import re
import sqlite3

import pytest

from complaints import complains

from company import DEMO, PROCEDURE, friday, monday


@pytest.fixture(name="procedure")
def fixture_procedure(tmp_path):
    """The shipped procedure with replacements, as a file."""
    def write(*replacements):
        with open(PROCEDURE, encoding="utf-8") as file:
            text = file.read()
        for old, new in replacements:
            assert old in text, old
            text = text.replace(old, new, 1)
        path = tmp_path / "procedure.cfg"
        path.write_text(text, encoding="utf-8")
        return str(path)
    return write


# ---- procedure ----

@pytest.mark.parametrize("old, new, word", [
    ('concluder = "sales.head"', 'concluder = "sales.boss"', "sales.boss"),
    ('department = "planning"; mode = "auto"', 'department = "planing"; mode = "auto"', "planing"),
    ("four_eyes = true;", "four_eyes = true; four_eyes = false;", "duplicate"),
    ('assessor = "delivery"', 'assessor = "delivry"', "delivry"),
    ("utc_offset_minutes = 480;", "utc_offset_minutes = ;", "syntax"),
], ids=["role", "department", "twice", "rule", "syntax"])
def test_procedure_check_names_file_and_line(company, procedure, old, new, word):
    """[QP21-5 refusal] What is wrong in a procedure is named with its file and line, and not adopted."""
    path = procedure((old, new))
    with open(path, encoding="utf-8") as file:
        line = file.read()[:].split(new)[0].count("\n") + 1
    said = company.run("procedure", "check", path)
    assert said.code != 0
    found = re.search(rf"{re.escape(path)}:(\d+)", said.err)
    assert found and abs(int(found.group(1)) - line) <= 1, (line, said)
    assert word in said.err
    assert company.person("易明").call("procedure", "adopt", path).code != 0
    assert company.status()["position"] == company.status()["head"]


# one more department, with an assessor that exists, as another company would have it
LOGISTICS = (
    ('edition = "A/0"', 'edition = "A/1"'),
    ('  { key = "finance";', '  { key = "logistics"; zh = "物流部"; en = "Logistics"; assessor = "material"; '
                             'reviewers = [ "logistics.manager" ]; manager = "logistics.manager"; },\n  { key = "finance";'),
    ('  { key = "warehouse.keeper";', '  { key = "logistics.manager"; department = "logistics"; zh = "物流部经理"; '
                                      'en = "Logistics manager"; reads = [ "orders", "people", "reference" ]; '
                                      'may = [ "mandate" ]; },\n  { key = "warehouse.keeper";'),
    ('{ department = "purchasing"; mode = "auto"; } );', '{ department = "purchasing"; mode = "auto"; }, '
                                                         '{ department = "logistics"; mode = "auto"; } );'),
)


def test_a_department_more_needs_no_rebuild(company, procedure):
    """[QP21-5 rule] The edition is adopted by a signed event with its number; the department's daemon is
    enrolled and assesses with a rule that is there, and the next regular order waits for it."""
    admin, other = company.person("易明"), company.person("温如实")
    earlier = company.person("林小禾").order_new("O04.json")
    company.person("林小禾").confirm(earlier)
    earlier.wait_tally("able")
    admin.does("procedure", "adopt", procedure(*LOGISTICS))
    admin.does("enrol", "wuliu", "吴流", "--department", "logistics", "--roles", "logistics.manager")
    admin.does("daemon", "enrol", "department-logistics", "department", "--department", "logistics", "--answers", "yiming",
               "--service", f"ipc://{company.site}/run/department-logistics.sock")
    admin.does("station", "enrol", "logistics", "logistics", "--people", "wuliu")
    company.wait_settled()
    for pending in other.does("inbox")["pending"]:
        other.does("confirm", pending["id"])
    company.staff["吴流"] = ("wuliu", "logistics")
    company.start("department logistics")
    company.person("吴流").does("mandate", "grant", "logistics", "material", "--classes", "regular", "--until",
                              "2099-12-31")
    order = company.person("林小禾").order_new("O01.json")
    company.person("林小禾").confirm(order)
    order.wait_tally("able")
    assert order.standing() == dict.fromkeys(("sales", "planning", "purchasing", "logistics"), "accept")
    assert "logistics" not in earlier.standing(), "a review keeps the edition under which it opened"
    assert company.person("易明").does("procedure", "show")["edition"] == "A/1"


def test_policy_lets_a_rule_speak_on_complaints(company, procedure):
    """[complaint-review rule] Where the edition says auto and the manager signed a mandate, quality's daemon posts the verdict itself, if
    the record leaves no doubt: the same lot was found to be ours before.
    [complaint-review refusal] Without certainty it advises, and people speak."""
    company.person("易明").does("procedure", "adopt", procedure(
        ('edition = "A/0"', 'edition = "A/1"'),
        ('key = "complaint"; zh = "投诉"; en = "Complaint"; kinds = [ "complaint" ];\n    before = [ "acknowledge", "assess", "contain" ];\n'
         '    reviewers = ( { department = "quality"; mode = "assist"; }',
         'key = "complaint"; zh = "投诉"; en = "Complaint"; kinds = [ "complaint" ];\n    before = [ "acknowledge", "assess", "contain" ];\n'
         '    reviewers = ( { department = "quality"; mode = "auto"; }')))
    company.person("严明德").does("mandate", "grant", "quality", "recurrence", "--classes", "complaint", "--until", "2099-12-31")
    first = complains(company).in_review()
    first.wait_advice("quality")
    assert not first.standing(), "nothing is known of this lot yet: advice alone"
    first.verdicts().disposed()
    second = complains(company).in_review()
    company.wait_until(lambda: second.standing().get("quality") == "ours", "the automatic verdict", second.standing)
    verdict = second.round()["verdicts"][0]
    assert verdict["by"]["daemon"] and verdict["mandate"] and verdict["answers"]["name"] == "严明德"
    assert first.show()["number"] in verdict["finding"][0]["occurrence"]


# ---- reference data ----

def table(path, rows, bad=None):
    with open(path, "w", encoding="utf-8") as file:
        file.write("材料,名称,库存,单位,采购周期(工作日)\n")
        for row in range(1, rows + 1):
            file.write(f"X{row:06},材料 {row},{'many' if row == bad else row},kg,10\n")
    return str(path)


def test_one_bad_row_in_100000_refuses_the_table(company, tmp_path):
    """[QP21-2 refusal] The whole table is refused with the row's line; nothing of it is in the record."""
    last = company.status()["head"]
    planner = company.person("田小满")
    before = planner.does("reference", "show", "stock")
    said = planner.call("reference", "import", table(tmp_path / "stock.csv", 100000, bad=77777))
    assert said.code != 0
    assert f"{tmp_path}/stock.csv:77778" in said.err, said
    assert company.status()["head"] == last
    assert planner.does("reference", "show", "stock") == before


def test_a_table_is_visible_only_once_it_is_whole(company, tmp_path):
    """[QP21-2 rule] Its chunks come one by one; until the last is adopted, all read the old table."""
    company.seconds = 2
    planner = company.person("田小满")
    before = planner.does("reference", "show", "stock")
    last = company.status()["head"]
    call = planner.begins("reference", "import", table(tmp_path / "stock.csv", 90000))
    company.wait_until(lambda: company.status()["head"] > last + 1, "a chunk")
    company.kill("agent planning")
    company.end(call)
    assert planner.does("reference", "show", "stock") == before
    planner.does("reference", "import", table(tmp_path / "stock.csv", 500))
    company.wait_until(lambda: len(planner.does("reference", "show", "stock")["rows"]) == 500, "adopted")


# ---- capacity ----

def gears(number, quantity):
    """Sprockets by the second week: 6,000 pieces are free until then."""
    return {"customer": "C01", "channel": "written", "customer_order": f"N-{number}",
            "lines": [{"product": "P07", "name": "链轮 428-15T", "drawing": "WY-P07 A", "quantity": str(quantity),
                       "unit": "件", "price": "8.60", "currency": "CNY", "wanted": friday(3)}],
            "requirements": [{"kind": "stated", "subject": "delivery", "text": "按期交货"}],
            "custodian": "白露", "place": "A-3"}


def test_of_two_orders_after_the_last_slot_one_gets_it(company):
    """[QP21-4.3.1.1 rule] Both come at once: planning accepts one, and says of the other what is missing.
    [QP21-3.3 refusal] Capacity that is promised is not promised again."""
    company.kill("department planning")
    orders = [company.person("林小禾").order_new(gears(n, 9000)) for n in (1, 2)]
    for order in orders:
        company.person("林小禾").confirm(order)
    company.start("department planning")

    def words():
        """For each order what planning said: the verdict that stands, else its last advice."""
        found = []
        for order in orders:
            advised = [a["assessment"][0] for a in order.round()["advices"] if a["department"] == "planning"]
            standing = [v["assessment"][0] for v in order.round()["verdicts"]
                        if v["department"] == "planning" and v["standing"]]
            found.append((standing or advised or [{"verdict": None}])[-1])
        return found

    company.wait_until(lambda: sorted(str(w["verdict"]) for w in words()) == ["accept", "accept with conditions"],
                       "one order has the slot", words)
    loser = next(w for w in words() if w["verdict"] != "accept")
    assert loser["conditions"] and "9000" in json.dumps(loser, ensure_ascii=False), loser
    company.check_nothing_lost()


def held(company):
    """What planning keeps of what accepted orders took: by order; its rows are written with the events that change them."""
    company.stop("department planning")
    with contextlib.closing(sqlite3.connect(company.state("department-planning", "desk.db"))) as db:
        return dict(db.execute("SELECT object, held FROM claim"))


WITHOUT_CLAIMS = ("DROP TABLE claim", "DELETE FROM meta WHERE key = 'claims.version'")  # a store of an earlier version
CUT = ("UPDATE claim SET object = zeroblob (16) WHERE object = (SELECT min (object) FROM claim)",  # as of events that are no more:
       "UPDATE meta SET value = x'0000000000ffffff' WHERE key = 'claims.position'")  # the last of them is behind the record's end


@pytest.mark.parametrize("changes", [WITHOUT_CLAIMS, CUT], ids=["earlier version", "cut"])
def test_what_orders_took_is_still_taken_after_a_restart(company, changes):
    """[QP21-3.3 refusal] An effective order keeps its slot: a department that starts again reads what is taken, and comes to
    the same when it has to make it from the events."""
    clerk = company.person("林小禾")
    orders = [clerk.order_new(gears(n, 9000)) for n in (1, 2)]
    clerk.confirm(orders[0])
    orders[0].wait_tally()
    company.person("宋知行").conclude(orders[0])
    company.person("罗应时").sign(orders[0])
    company.person("宋知行").sign(orders[0])
    orders[0].wait_state("effective")
    kept = held(company)
    assert len(kept) == 1 and "P07".encode() in next(iter(kept.values()))
    clerk.confirm(orders[1])
    company.start("department planning")
    company.wait_until(lambda: orders[1].standing() == {"sales": "accept", "planning": "accept with conditions", "purchasing": "accept"},
                       "planning knows what is taken", orders[1].standing)
    company.wait_settled()
    both = held(company)
    assert len(both) == 2 and kept.items() <= both.items()  # the others' words on the second take something, too
    with contextlib.closing(sqlite3.connect(company.state("department-planning", "desk.db"))) as db:
        assert all(db.execute(change) for change in changes) and db.total_changes > 0
        db.commit()
    company.start("department planning")
    assert held(company) == both
    company.start("department planning")
    company.check_nothing_lost()


def test_an_assessment_changes_when_the_slot_goes(company):
    """[QP21-4.3.2 rule] Both special orders fit alone. Once planning has accepted one, the advice on the
    other changes and says so, before anybody promised it."""
    orders = [company.person("林小禾").order_new(gears(n, 9000)) for n in (1, 2)]
    for order in orders:
        company.person("林小禾").classify(order, "special", "顾客要求")
        company.person("石开").convene(order)
        order.wait_advice("planning", "production", "sales", "purchasing", "quality")
        assert order.advised()["planning"] == "accept"
    company.person("罗应时").verdict(orders[0], "accept", "--confirmed", friday(3))
    company.wait_until(lambda: orders[1].advised()["planning"] == "accept with conditions", "the advice changed",
                       orders[1].advised)
    said = [a["assessment"][0] for a in orders[1].round()["advices"] if a["department"] == "planning"]
    assert [a["verdict"] for a in said] == ["accept", "accept with conditions"]
    assert said[1]["cause"] > said[0]["cause"]
    company.check_nothing_lost()


def test_the_same_data_brought_in_again_change_no_word(company):
    """[QP21-4.3.1.1 rule] A department's rule looks again, comes to the same result, and does not say it again."""
    def said(order):
        return [(e["kind"], e["body"]["department"]) for e in company.events()
                if e["kind"] in ("round.verdict", "round.advise") and e["by"].get("daemon") and e["case"] == order.id]

    clerk = company.person("林小禾")
    orders = [clerk.order_new(gears(1, 100))]
    clerk.confirm(orders[0])
    orders[0].wait_tally()
    before = said(orders[0])
    assert len(before) == len(set(before)) >= 2, before
    tables = [f"{DEMO}/{name}.csv" for name in ("capacity", "stock", "products")]
    company.person("田小满").does("reference", "import", *tables, "--start", str(monday()))
    orders.append(clerk.order_new(gears(2, 100)))
    clerk.confirm(orders[1])
    orders[1].wait_tally()  # by now they have looked at the first, too
    company.check_nothing_lost()
    assert said(orders[0]) == before


# ---- too much ----

def test_an_order_of_ten_megabytes_is_refused(company):
    """[QP21-4.1 refusal] Refused by its size before it leaves the workstation; nothing is in the record."""
    last = company.status()["head"]
    big = gears(1, 100)
    big["note"] = "长" * (10 * 1024 * 1024 // 3)
    said = company.person("林小禾").call(*company.person("林小禾").new(big))
    assert said.code == 65, said
    many = gears(2, 100)
    many["requirements"] = [{"kind": "stated", "subject": "quality", "text": f"第 {n} 项要求"} for n in range(100000)]
    assert company.person("林小禾").call(*company.person("林小禾").new(many)).code in (65, 66)
    assert company.status()["head"] == last and company.outbox("sales") == []


def test_a_big_attachment_is_refused(company, tmp_path):
    """One of more than 64 MiB, by name; the order is not entered without it."""
    order = gears(1, 100)
    with open(tmp_path / "drawing.pdf", "wb") as file:
        file.truncate(64 * 1024 * 1024 + 1)
    order["attachments"] = [str(tmp_path / "drawing.pdf")]
    path = tmp_path / "order.json"
    path.write_text(json.dumps(order, ensure_ascii=False), encoding="utf-8")
    last = company.status()["head"]
    said = company.person("林小禾").call("order", "new", str(path), "--start", str(monday()))
    assert said.code == 65 and "drawing.pdf" in said.err and "64 MiB" in said.err, said
    assert company.status()["head"] == last
