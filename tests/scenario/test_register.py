# SPDX-License-Identifier: Apache-2.0
"""What has been registered is found by any words, counted, and its actions are seen by those who own them."""

import csv
import io

from complaints import PRODUCTION, PURCHASING, QUALITY, SERVICE, complains, measure

FINANCE = "钱正"


def prints(company, person, *words):
    """What a person reads on the screen."""
    who = company.person(person)
    company.start(f"agent {who.department}")
    said = company.run("--as", who.handle, "--timeout", str(company.seconds), *words)
    assert said.code == 0, f"{person}: {words}: {said}"
    return said.out


def table(company, person, *words):
    return list(csv.DictReader(io.StringIO(prints(company, person, *words, "--csv"), newline="")))


def wait_found(company, person, words, numbers):
    """Each department reads its own desk, which follows."""
    def found():
        return [hit["number"] for hit in company.person(person).does("search", *words)["hits"]]
    company.wait_until(lambda: found() == numbers, f"{words} to be found by {person}", found)


def test_any_words_find_complaints_and_orders(company):
    """[QP21-4.6b rule] Two Chinese characters are enough; all words must be there."""
    order = company.person("林小禾").order_new("O03.json")
    first = complains(company, text="装配时发现齿面划伤").show()["number"]
    second = complains(company, customer="C05", product="P04", text="到货轴颈锈蚀，外箱破损").show()["number"]
    wait_found(company, FINANCE, ["锈蚀"], [second])
    wait_found(company, FINANCE, ["划伤", "装配"], [first])
    wait_found(company, FINANCE, ["划伤", "锈蚀"], [])
    wait_found(company, FINANCE, ["输出轴"], [second, order.show()["number"]])
    text = prints(company, QUALITY, "search", "锈蚀")
    assert text.splitlines()[0].startswith(second) and "轴颈锈蚀" in text.splitlines()[1]
    assert "nothing was found" in prints(company, QUALITY, "search", "没有的词")


def test_complaints_are_counted_for_the_management_review(company):
    """[QP21-4.6a rule] By product and severity, month by month, as a table, as CSV, as JSON.
    [QP21-4.7c rule] Praise is counted beside the complaints."""
    complains(company).acknowledged().assessed("critical", "--safety")
    complains(company)
    complains(company, customer="C05", product="P04", text="锈蚀")
    company.person(SERVICE).does("feedback", "new", "--kind", "praise", "--customer", "C03", "--medium", "letter", "--text", "准时交付")
    quality = company.person(QUALITY)
    company.wait_until(lambda: quality.does("stats", "feedback")["count"] == 4, "all to be counted")
    rows = table(company, QUALITY, "stats", "complaints", "--by", "product")
    assert [(r["product"], r["name"], r["count"], r["open"], r["safety"]) for r in rows] == [
        ("P08", "链轮 428-38T", "2", "2", "1"), ("P04", "输出轴 φ25×210", "1", "1", "0")]
    months = [k for k in rows[0] if k[:2] == "20"]
    assert len(months) == 60 and rows[0][months[-1]] == "2"
    by_severity = quality.does("stats", "complaints", "--by", "severity")["rows"]
    assert sorted((r["key"] or "", r["count"]) for r in by_severity) == [("", 2), ("critical", 1)]
    by_kind = {r["key"]: r["count"] for r in quality.does("stats", "feedback", "--by", "kind")["rows"]}
    assert by_kind == {"complaint": 3, "praise": 1}
    assert quality.does("stats", "feedback", "--kind", "praise")["count"] == 1
    assert quality.call("stats", "complaints", "--kind", "praise").code == 64
    stages = {r["stage"]: r["count"] for r in table(company, QUALITY, "stats", "complaints", "--by", "stage")}
    assert (stages["acknowledge"], stages["assess"], stages["close"]) == ("1", "1", "0")
    lines = prints(company, QUALITY, "stats", "complaints", "--by", "product").splitlines()
    assert lines[0].split()[:5] == ["product", "name", "count", "not", "closed"] and lines[1].startswith("P08")
    assert quality.is_refused("stats", "complaints", "--by", "weather")["field"] == "by"


def test_actions_are_seen_by_those_who_own_them(company):
    """[QP21-1 rule] Open actions by owner; and what somebody typed is no formula in a spreadsheet."""
    complaint = complains(company).in_review()
    complaint.verdicts().wait_until_tallied()
    complaint.concluded("ours", "--remedy", "replace", "--text", "更换", "--cause", "method", "--occurrence", "温度", "--department",
                        "production", *measure(text="=1+1"), *measure(owner="dengcaiwei", text="更换防锈袋"))
    number = complaint.show()["number"]
    production, quality = company.person(PRODUCTION), company.person(QUALITY)
    company.wait_until(lambda: len(quality.does("action", "list")["actions"]) == 2, "both actions to be listed")
    assert [a["text"] for a in production.does("action", "list", "--mine")["actions"]] == ["=1+1"]
    rows = table(company, QUALITY, "action", "list", "--case", number)
    assert {(r["case"], r["action"], r["owner"], r["state"]) for r in rows} == {
        (number, "'=1+1", "qintieshan", "open"), (number, "更换防锈袋", "dengcaiwei", "open")}
    owners = {r["key"]: r["open"] for r in quality.does("stats", "complaints", "--by", "owner")["rows"]}
    assert owners == {"qintieshan": 1, "dengcaiwei": 1}
    assert quality.does("action", "list", "--state", "overdue")["actions"] == []
    assert company.person(PURCHASING).is_refused("action", "list", "--owner", "nobody")["reason"] == "UNKNOWN_PERSON"
