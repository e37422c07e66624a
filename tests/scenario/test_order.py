# SPDX-License-Identifier: Apache-2.0
"""An order's way from the register to taking effect, or to its other ends."""


def test_a_regular_order_goes_all_the_way(company):
    """[QP21-4.3.1.1 rule] sales checks, planning confirms the date, the planning manager completes.
    [QP21-4.4.1 rule] The sales head's signature makes it effective; then it is archived and verified."""
    order = company.person("林小禾").order_new("O01.json")
    company.person("林小禾").confirm(order)
    order.wait_tally("able")
    assert order.standing() == {"sales": "accept", "planning": "accept", "purchasing": "accept"}
    assert all(v["by"]["daemon"] and v["mandate"] for v in order.round()["verdicts"])
    company.person("宋知行").conclude(order, "able")
    company.person("罗应时").sign(order, "complete")
    assert order.show()["review_completed"]
    company.person("宋知行").sign(order, "effective")
    order.wait_state("effective")
    assert [s["by"]["name"] for s in order.round()["signatures"]] == ["罗应时", "宋知行"]
    company.check_nothing_lost()
    status = company.status()
    assert status["verified"] == status["archived"] == status["position"]
