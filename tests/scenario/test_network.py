# SPDX-License-Identifier: Apache-2.0
"""Station, hub and archive on hosts of their own, the network cut and healed in the middle of a review."""

import pytest

from company import HUB
from network import REASON, Network, Spread


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
