# SPDX-License-Identifier: Apache-2.0
"""The working calendar: the State Council's yearly arrangements and the company's own days, brought in by a signed event; what is not
published is said."""

import glob
import json

import pytest

from company import ROOT
from test_complaint_cli import chinese, file_of, say

SHIPPED = sorted(glob.glob(f"{ROOT}/config/calendar/*.json"))
SPRING = (("2026-02-14", False), ("2026-02-15", True), ("2026-02-28", False))


def arrangement(company, year, *days, name=None):
    """A file as holiday-cn publishes it; without days: not published yet."""
    text = json.dumps({"$schema": "x", "year": year, "papers": [],
                       "days": [{"name": "春节", "date": date, "isOffDay": off} for date, off in days]})
    return file_of(company, name or f"{year}.json", text)


def kinds(calendar):
    return {row["day"]: "off" if row.get("off") else "work" for row in calendar["rows"]}


def test_the_shipped_calendar_is_imported_by_one_signed_event(company):
    """[QP21-2 rule] Who imported it, from which files, is on the record; all of it counts from one event on."""
    planner = company.person("田小满")
    before = planner.does("calendar", "show", "2026")
    assert before["rows"] == [] and before["missing"] == [2026, 2027]
    receipt = planner.does("calendar", "import", *SHIPPED)
    shown = planner.does("calendar", "show", "2025")
    assert shown["years"][:3] == [2024, 2025, 2026] and shown["missing"] == []
    assert shown["position"] == receipt["position"]
    spring = kinds(planner.does("calendar", "show", "2026"))
    assert (spring["2026-02-14"], spring["2026-02-17"], spring["2026-02-28"]) == ("work", "off", "work")
    assert all(day.startswith("2026") for day in spring)
    assert kinds(planner.does("calendar", "show"))["2024-02-04"] == "work"
    begun = [e for e in company.events() if e["kind"] == "reference.begin"][-1]
    assert begun["body"]["dataset"] == "calendar" and begun["by"]["name"] == "田小满"
    assert begun["body"]["name"] == ", ".join(path.rsplit("/", 1)[1] for path in SHIPPED)


def test_a_new_year_is_added_and_the_others_stay(company):
    planner = company.person("田小满")
    own = file_of(company, "own.csv", "日期,休/班,名称\n2026-05-20,休,厂庆\n2026-02-14,休,本厂照常休息\n")
    first = planner.call("calendar", "import", arrangement(company, 2026, *SPRING), own, arrangement(company, 2027))
    assert first.code == 0, first
    assert first.json()[0] == {"years": [2026], "unpublished": [2027], "own": True, "kept": [], "days": 5}
    second = planner.call("calendar", "import", arrangement(company, 2027, ("2026-12-31", True), ("2027-01-01", True)))
    assert second.json()[0] == {"years": [2027], "unpublished": [], "own": False, "kept": [0, 2026], "days": 7}
    shown = planner.does("calendar", "show", "2026")
    assert shown["years"] == [2026, 2027] and shown["missing"] == []
    assert [row.get("year", 0) for row in shown["rows"] if row["day"] == "2026-02-14"] == [0, 2026]
    assert kinds(shown)["2026-12-31"] == "off"
    none = file_of(company, "none.csv", "date,off,name\n")
    planner.does("calendar", "import", none, arrangement(company, 2027))
    assert "2026-05-20" not in kinds(planner.does("calendar", "show", "2026")), "the company's own days were replaced"
    assert planner.does("calendar", "show", "2027")["years"] == [2026, 2027], "a year without days replaces none"


def test_a_year_that_is_not_published_is_said(company):
    """[ISO-10002-limits refusal] A year without days is no year without holidays: it is said, and nothing is guessed."""
    files = arrangement(company, 2026, *SPRING), arrangement(company, 2027)
    said = say(company, "田小满", "calendar", "import", *files)
    assert said.code == 0, said
    assert "2027: not published yet; deadlines that run into it are not set until it is imported\n" in said.out
    assert "3 days in the calendar; accepted at" in said.out
    said = chinese(company, "田小满", "calendar", "import", *files)
    assert said.code == 0 and "2027 年：未公布；延续到该年的期限，导入之后才能确定\n" in said.out, said
    said = say(company, "田小满", "calendar", "show", "2026")
    assert "2027: not published yet, or not imported; deadlines that run into it are not set" in said.out, said
    said = chinese(company, "田小满", "calendar", "show", "2026")
    assert "2027 年：未公布，或尚未导入" in said.out and "已有的年份: 2026\n" in said.out
    assert [line.split() for line in said.out.splitlines()[:2]] == [
        ["日期", "星期", "休/班", "名称", "安排"], ["2026-02-14", "星期六", "调休上班", "春节", "2026"]]
    last = company.status()["position"]
    said = say(company, "田小满", "calendar", "import", files[1])
    assert said.code == 65 and "no file has a day: nothing is imported" in said.err
    assert company.status()["position"] == last


@pytest.mark.parametrize("days, place", [
    ((("2026-01-01", True), ("2026-01-01", False)), "days[1]"),
    ((("2026-02-29", True),), "days[0].date"),
    ((("2028-02-28", True),), "days[0].date"),
], ids=["twice", "no such date", "other year"])
def test_a_wrong_day_refuses_the_file(company, days, place):
    """[QP21-2 refusal] The file is refused at the day's place; nothing of it is on the record."""
    planner, last = company.person("田小满"), company.status()["position"]
    path = arrangement(company, 2026, *days)
    said = planner.call("calendar", "import", path)
    assert said.code != 0 and f"{path}: {place}" in said.err, said
    assert company.status()["position"] == last


def test_half_a_file_and_a_year_given_twice_are_refused(company):
    planner = company.person("田小满")
    with open(SHIPPED[0], encoding="utf-8") as file:
        half = file_of(company, "half.json", file.read()[:1000])
    said = planner.call("calendar", "import", half)
    assert said.code != 0 and f"{half}:" in said.err, said
    twice = planner.call("calendar", "import", arrangement(company, 2026, *SPRING), arrangement(company, 2026, *SPRING, name="again.json"))
    assert twice.code != 0 and "2026 is in" in twice.err, twice
    wrong = planner.call("calendar", "import", file_of(company, "own.csv", "date,off\n2026-05-20,perhaps\n"))
    assert wrong.code != 0 and "own.csv:2" in wrong.err, wrong


def test_who_may_not_import_is_refused(company):
    """[QP21-3 refusal] Reference data are imported by whose role has the act."""
    refusal = company.person("林小禾").is_refused("calendar", "import", arrangement(company, 2026, *SPRING))
    assert refusal["reason"] == "WRONG_ROLE"
    assert company.person("田小满").does("calendar", "show", "2026")["position"] == 0


def test_the_procedure_says_its_shifts_by_name(company):
    procedure = company.person("石开").does("procedure", "show")
    assert procedure["working"][0] == {"days": ["monday", "tuesday", "wednesday", "thursday", "friday"], "from": "08:00", "to": "12:00"}
    assert procedure["customer_told"][0] == "registered" and procedure["quiet_from"] == "22:00"
