# SPDX-License-Identifier: Apache-2.0
"""Daemons die without a word, at every stage of an order: what was acknowledged stays, and happens once."""

import time

import pytest

from company import DEPARTMENTS, YES

# how far the command has come when the power goes, in seconds after it was typed: another moment at each stage
MOMENTS = (0.0, 0.004, 0.008, 0.012, 0.016)

VICTIMS = {
    "coordinator": ["coordinator"],
    "archiver": ["archiver"],
    "both": ["coordinator", "archiver"],
    "planning": ["department planning"],
    "sales": ["department sales"],
    "workstation": ["agent sales"],
    "hub": ["coordinator", "archiver", *(f"department {key}" for key in DEPARTMENTS)],
}


def in_the_dark(company, victims, moment, person, words, done):
    """The command is typed; its way is cut; everything comes back; it is done, once."""
    call = person.begins(*words)
    time.sleep(moment)
    for daemon in victims:
        company.kill(daemon)
    company.start(*victims)
    said = company.end(call)
    company.wait_until(lambda: done() or not company.outbox(person.department), f"{words} has arrived or never left")
    if not done():
        assert said.code != 0, f"{words} was said to be queued and is nowhere: {said}"
        person.does(*words)
    elif said.code == 0:
        company.note_receipt(said.last())
    company.wait_until(done, f"{words} is in the record")


@pytest.mark.parametrize("victims", VICTIMS.values(), ids=VICTIMS.keys())
def test_killed_at_each_stage_of_an_order(company, victims):
    clerk, head, planner = company.person("林小禾"), company.person("宋知行"), company.person("罗应时")
    company.start("agent sales", "agent planning", "agent management")
    company.seconds = 3

    def orders():
        return [o["id"] for o in company.reader.does("order", "list")["orders"]]

    def round_():
        return order.round()

    in_the_dark(company, victims, MOMENTS[0], clerk, clerk.new("O01.json"), lambda: len(orders()) == 1)
    order = company.order(orders()[0])
    in_the_dark(company, victims, MOMENTS[1], clerk, ("order", "confirm", order.id), lambda: "class" in order.show())
    for daemon in victims:  # while the departments assess
        company.kill(daemon)
    company.start(*victims)
    order.wait_tally("able")
    in_the_dark(company, victims, MOMENTS[2], head, ("order", "conclude", order.id, "able", "--opinion", "能", *YES),
                lambda: "conclusion" in round_())
    in_the_dark(company, victims, MOMENTS[3], planner, ("order", "sign", order.id, "--meaning", "complete"),
                lambda: len(round_()["signatures"]) == 1)
    in_the_dark(company, victims, MOMENTS[4], head, ("order", "sign", order.id, "--meaning", "effective"),
                lambda: order.state == "effective")
    events = company.check_nothing_lost()
    kinds = [e["kind"] for e in events if e["case"] == order.id]
    assert {k: kinds.count(k) for k in set(kinds)} == {
        "order.register": 1, "order.class-proposed": 1, "document.numbered": 1, "order.classify": 1, "round.opened": 1,
        "round.verdict": 3, "round.tallied": 1, "round.conclude": 1, "round.sign": 2, "review.completed": 1,
        "order.effective": 1}


def test_what_the_archiver_misses_it_gets(company):
    """Accepted, and said not to be archived; archived as soon as the archiver is there again."""
    company.stop("archiver")
    clerk = company.person("林小禾")
    order = clerk.order_new("O01.json", seconds=1)
    said = company.run("--as", clerk.handle, "--timeout", "1", "order", "confirm", order.id)
    assert said.code == 0 and "not archived yet" in said.out
    order.wait_tally("able")
    last = company.status()
    assert last["archived"] < last["position"]
    assert [row["state"] for row in company.outbox("sales")] == ["accepted", "accepted"]
    company.start("archiver")
    company.check_nothing_lost()
    assert company.status()["archived"] == last["position"]
    assert company.outbox("sales") == []


def test_work_goes_on_while_the_coordinator_is_down(company):
    """Queued here, in order, and sent when it is back; reading goes on meanwhile."""
    clerk = company.person("林小禾")
    order = clerk.order_new("O01.json")
    company.kill("coordinator")
    assert clerk.confirm(order, seconds=1)["state"] == "queued"
    assert clerk.shows(order)["state"] == "registered"
    assert [row["state"] for row in company.outbox("sales")] == ["queued"]
    company.start("coordinator")
    order.wait_tally("able")
    company.check_nothing_lost()


def test_a_station_that_is_alone_keeps_its_command(company):
    """The department's daemon is down and the workstation restarts: the command outlives both."""
    clerk = company.person("林小禾")
    order = clerk.order_new("O01.json")
    company.freeze("coordinator")
    assert clerk.confirm(order, seconds=1)["state"] == "queued"
    company.kill("department sales", "agent sales")
    company.thaw("coordinator")
    company.start("agent sales", "department sales")
    order.wait_tally("able")
    company.check_nothing_lost()


def test_a_rebuilt_desk_posts_nothing_again(company):
    """A department's read model is lost: rebuilt from the archive, and no verdict is given twice."""
    order = company.person("林小禾").order_new("O01.json")
    company.person("林小禾").confirm(order)
    order.wait_tally("able")
    special = company.person("林小禾").order_new("O07.json")
    company.person("林小禾").confirm(special)
    company.person("石开").convene(special)
    special.wait_advice("planning", "purchasing", "production", "sales", "quality")
    company.wait_settled()
    before, root = company.events(), company.root()
    for key in ("planning", "purchasing", "sales"):
        company.kill(f"department {key}")
        company.forget(f"department {key}")
    company.start("department planning", "department purchasing", "department sales")
    company.wait_settled()
    # what they would post they would post while the next order comes in
    later = company.person("林小禾").order_new("O04.json")
    company.person("林小禾").confirm(later)
    later.wait_tally("able")
    events = company.check_nothing_lost()
    assert events[:len(before)] == before and root != company.root()
    assert not [e for e in events[len(before):] if e["case"] in (order.id, special.id)]


def test_a_slow_department_slows_nobody(company):
    """One that stands still is not waited for, and catches up."""
    company.freeze("department quality")
    order = company.person("林小禾").order_new("O01.json")
    company.person("林小禾").confirm(order)
    order.wait_tally("able")
    company.thaw("department quality")
    company.check_nothing_lost()
