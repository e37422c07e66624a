# SPDX-License-Identifier: Apache-2.0
"""Station, hub and archive on hosts of their own, the network cut and healed in the middle of a review."""

import os

import pytest

from company import HUB, monday
from network import REASON, Network, Spread
from test_attachments import MIB, make_file, order_with, pieces, same


@pytest.fixture(name="spread")
def fixture_spread(filled):
    if REASON:
        pytest.skip(REASON)
    network = Network()
    company = filled.copy()
    company.__class__ = Spread
    company.network = network
    company.move_to_tcp()
    try:
        company.start(*HUB)
        yield company
    finally:
        company.remove()
        network.remove()


def test_a_workstation_that_is_cut_off_queues_and_nothing_is_lost_or_doubled(spread):
    order = spread.person("林小禾").order_new("O07.json")
    spread.person("林小禾").confirm(order)
    spread.person("石开").convene(order)
    for name in ("罗应时", "邓采薇", "秦铁山", "宋知行", "严明德"):
        spread.person(name).inbox()  # signed in before the cut
    seen = order.show()
    spread.network.cut("station")
    said = spread.person("罗应时").call("order", "verdict", order.id, "accept", seconds=2)
    assert said.code != 0  # what is not seen cannot be judged
    before = spread.person("林小禾").call("customer", "import", spread.order_file([{"name": "断网客户", "short_name": "断网"}]), seconds=2)
    assert before.last()["state"] == "queued", before
    spread.network.heal("station")
    spread.wait_until(lambda: not spread.outbox("sales"), "the outbox drains", seconds=40)
    spread.person("罗应时").verdict(order)
    assert seen["revision"] == order.show()["revision"]
    spread.wait_settled()
    names = [c["short_name"] for c in spread.person("林小禾").does("customer", "list")]
    assert names.count("断网") == 1
    spread.check_nothing_lost()


def test_an_archive_that_is_cut_off_holds_nobody_up_and_catches_up(spread):
    order = spread.person("林小禾").order_new("O01.json")
    spread.wait_settled()
    spread.network.cut("archive")
    receipt = spread.person("林小禾").confirm(order)
    assert receipt["state"] == "accepted"  # not archived yet, and it says so
    order.wait_tally("able")
    spread.person("宋知行").conclude(order)
    status = spread.status()
    assert status["archived"] < status["position"]
    spread.network.heal("archive")
    spread.wait_settled()
    spread.check_nothing_lost()


def is_cut_off(person):
    """A question got no answer for as long as the workstation waits."""
    assert person.is_refused("status")["reason"] == "OFFLINE"


def test_an_attachment_goes_on_over_a_line_that_was_cut(spread):
    """Up and down: what had arrived before the cut is not carried again."""
    total, out = 28, f"{spread.folder}/out"
    path = make_file(spread, "film.mp4", total * MIB)
    clerk = spread.person("林小禾")
    clerk.inbox()  # signed in before the cut
    spread.seconds = 40
    spread.kill("coordinator")
    spread.launch("coordinator", "-v")
    spread.start(*HUB)
    said = clerk.begins("order", "new", order_with(spread, path), "--start", str(monday()))
    spread.wait_until(lambda: pieces(spread)[0] >= 6, "some of it is at the hub")
    spread.network.cut("station")
    seen = pieces(spread)[0]
    assert seen < total and said.poll() is None
    is_cut_off(clerk)
    row, = spread.outbox("sales")
    assert row["state"] == "queued" and 0 < row["stored"] < row["pieces"] == total, row
    spread.network.heal("station")
    spread.wait_until(lambda: not spread.outbox("sales"), "it is archived", spread.outbox, seconds=60)
    spread.end(said)
    came, again = pieces(spread)
    assert came == total and again <= 4, "what was under way at the cut, at most"

    manager = spread.person("石开")
    order = spread.order(manager.does("order", "list")["orders"][0]["id"])
    call = manager.begins("attachment", "get", order.id, "film.mp4", "--out", out)
    spread.wait_until(lambda: os.path.exists(f"{out}.part") and os.path.getsize(f"{out}.part") > 4 * MIB, "some of it is here")
    spread.network.cut("station")
    assert not os.path.exists(out)
    is_cut_off(manager)
    spread.network.heal("station")
    done = spread.end(call)
    assert done.code == 0 and done.last()["fetched"] == total, done
    assert same(path, out)
