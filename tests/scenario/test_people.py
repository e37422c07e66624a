# SPDX-License-Identifier: Apache-2.0
"""People, their keys and workstations come and go; four eyes on who may."""

import pytest

from company import DEMO, Company


@pytest.fixture(name="young")
def fixture_young():
    """A company with one administrator."""
    with open(f"{DEMO}/people.csv", encoding="utf-8") as file:
        rows = file.read().replace("温如实,management,management.representative,是",
                                   "温如实,management,management.representative,")
    company = Company.make(people=rows)
    try:
        company.start()
        yield company
    finally:
        company.remove()


def listed(company, what="people"):
    return {row.get("handle") or row["name"]: row for row in company.person("易明").does("person", "list")[what]}


ENROL = ("enrol", "zhaoqi", "赵七", "--department", "sales", "--roles", "sales.clerk")


def test_one_administrator_enrols_alone(young):
    """[QP21-3 rule] A new colleague works from the moment of the enrolment."""
    young.person("易明").does(*ENROL)
    assert listed(young)["zhaoqi"]["roles"] == ["sales.clerk"]
    young.staff["赵七"] = ("zhaoqi", "sales")
    young.wait_settled()
    assert young.person("赵七").does("inbox", station="sales")["cases"] == []


def test_two_administrators_are_needed_once_there_are_two(company):
    """[QP21-3 refusal] What one administrator asks for has no effect before another confirms it."""
    one, other = company.person("易明"), company.person("温如实")
    one.does(*ENROL)
    assert "zhaoqi" not in listed(company)
    (pending,) = company.person("温如实").does("inbox")["pending"]
    refusal = one.is_refused("confirm", pending["id"])
    assert refusal["reason"] == "SAME_ADMINISTRATOR"
    clerk = company.person("林小禾").is_refused("confirm", pending["id"])
    assert clerk["reason"] == "NOT_ADMINISTRATOR"
    other.does("confirm", pending["id"])
    company.wait_until(lambda: "zhaoqi" in listed(company), "enrolled")
    assert company.person("温如实").does("inbox")["pending"] == []
    company.check_nothing_lost()


def test_a_clerk_enrols_nobody(company):
    refusal = company.person("林小禾").is_refused(*ENROL)
    assert refusal["reason"] == "NOT_ADMINISTRATOR"


def revoke(company, *words):
    company.person("易明").does(*words)
    (pending,) = company.person("温如实").does("inbox")["pending"]
    company.person("温如实").does("confirm", pending["id"])


def test_a_revoked_key_is_refused_at_once(company):
    """[QP21-3 refusal] On the connection that is already open; what was said before stays valid.
    [21-CFR-11.300 refusal] Whoever leaves signs nothing any more."""
    leaver = company.person("何一帆")
    order = leaver.order_new("O04.json")
    revoke(company, "person", "revoke", "heyifan", "--reason", "离职")
    company.wait_until(lambda: listed(company)["heyifan"]["revoked"], "revoked")
    company.wait_settled()
    refusal = leaver.is_refused("order", "confirm", order.id)
    assert refusal["reason"] == "KEY_REVOKED"
    company.person("林小禾").confirm(order)
    order.wait_tally("able")
    assert order.show()["registrant"]["name"] == "何一帆"
    company.check_nothing_lost()


def test_what_a_revoked_key_had_queued_is_refused(company):
    """[QP21-3 refusal] Signed before, arrived after: roles and keys are judged where the event would stand."""
    leaver = company.person("何一帆")
    order = leaver.order_new("O04.json")
    company.says_alone(leaver, "order", "confirm", order.id)
    revoke(company, "person", "revoke", "heyifan", "--reason", "离职")
    company.thaw("agent sales")
    company.wait_until(lambda: [(r["state"], r.get("reason")) for r in company.outbox("sales")]
                       == [("refused", "KEY_REVOKED")], "refused", lambda: company.outbox("sales"))
    assert order.state == "registered"


def test_a_lost_key_is_replaced_and_the_old_one_ends(company):
    """[21-CFR-11.300 refusal] A lost key is refused from its replacement on; the person goes on with a new one, and what the
    old one signed stays."""
    person = company.person("何一帆")
    order = person.order_new("O04.json")
    company.run("person", "key", "heyifan-new")
    revoke(company, "person", "replace-key", "heyifan", "--key", f"{company.site}/people/heyifan-new.key",
           "--reason", "笔记本丢失")
    company.wait_settled()
    assert person.is_refused("order", "confirm", order.id)["reason"] == "KEY_REVOKED"
    company.stop("agent sales")
    company.replace_file("people/heyifan-new.key", "people/heyifan.key")
    person.confirm(order)
    order.wait_tally("able")
    company.check_nothing_lost()


def test_a_revoked_station_is_cut_off(company):
    """[QP21-3 refusal] A workstation that was scrapped is not listened to any more."""
    clerk = company.person("林小禾")
    order = clerk.order_new("O04.json")
    revoke(company, "station", "revoke", "sales", "--reason", "报废")
    company.wait_until(lambda: listed(company, "stations")["sales"]["revoked"], "revoked")
    company.seconds = 1
    said = clerk.call("order", "confirm", order.id)
    assert said.code != 0, said
    assert order.state == "registered"


def test_the_last_administrator_stays(young):
    refusal = young.person("易明").is_refused("person", "revoke", "yiming", "--reason", "试试")
    assert refusal["reason"] == "LAST_ADMINISTRATOR"


def test_reading_is_by_role(company):
    """[QP21-3 refusal] Prices are withheld from those whose role does not read them."""
    order = company.person("林小禾").order_new("O04.json")
    line = company.person("林小禾").shows(order)["revisions"][0]["content"]["lines"][0]
    assert "price" in line
    company.wait_settled()
    line = company.person("罗应时").shows(order)["revisions"][0]["content"]["lines"][0]
    assert "price" not in line
    assert company.person("段毅").is_refused("customer", "list")["reason"] == "NOT_ALLOWED_TO_READ"
