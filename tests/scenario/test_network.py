# SPDX-License-Identifier: Apache-2.0
"""Station, hub and archive on hosts of their own (network namespaces), the network cut and healed in the middle of a review."""

import os
import re
import shutil
import subprocess

import pytest

from company import HUB, Company

NET = "10.231.77"
HOSTS = {"hub": 1, "archive": 2, "station": 3}


def ip(*words):
    subprocess.run(["ip", *words], check=True, capture_output=True)


def enter(name):
    """Words before a command that runs it in a namespace; unlike `ip netns exec` they work where / is no mount point, too."""
    return ["nsenter", f"--net=/run/netns/{name}"]


def why_not():
    if os.geteuid() != 0:
        return "not root: no network namespaces"
    if not shutil.which("ip"):
        return "no ip command (iproute2)"
    name = f"cs{os.getpid()}probe"
    if subprocess.run(["ip", "netns", "add", name], capture_output=True).returncode != 0:
        return "network namespaces are not allowed here"
    subprocess.run(["ip", "netns", "delete", name], capture_output=True)
    return None


REASON = why_not()


class Network:
    """Three hosts on one switch, which is a bridge in a namespace of its own: nothing of it is seen outside."""

    def __init__(self):
        self.name = lambda host: f"cs{os.getpid()}{host}"
        self.made = []
        try:
            for host in ("switch", *HOSTS):
                ip("netns", "add", self.name(host))
                self.made.append(host)
            self.inside("switch", "link", "add", "br0", "type", "bridge")
            self.inside("switch", "link", "set", "br0", "up")
            for host, number in HOSTS.items():
                self.plug_in(host, number)
        except BaseException:
            self.remove()
            raise

    def inside(self, host, *words):
        subprocess.run([*enter(self.name(host)), "ip", *words], check=True, capture_output=True)

    def plug_in(self, host, number):
        ip("link", "add", "eth0", "netns", self.name(host), "type", "veth", "peer", "name", host, "netns", self.name("switch"))
        self.inside("switch", "link", "set", host, "master", "br0", "up")
        self.inside(host, "addr", "add", f"{NET}.{number}/24", "dev", "eth0")
        self.inside(host, "link", "set", "lo", "up")
        self.inside(host, "link", "set", "eth0", "up")

    def cut(self, host):
        self.inside("switch", "link", "set", host, "down")

    def heal(self, host):
        self.inside("switch", "link", "set", host, "up")

    def remove(self):
        for host in self.made:
            subprocess.run(["ip", "netns", "delete", self.name(host)], capture_output=True)


class Spread(Company):
    """A company whose processes run on different hosts."""

    network = None

    def host_of(self, daemon):
        return "archive" if daemon == "archiver" else "station" if daemon.startswith("agent") else "hub"

    def prefix(self, daemon):
        return enter(self.network.name(self.host_of(daemon)))

    def move_to_tcp(self):
        """Each endpoint on its host's address; ports are free there, for nobody else lives in the namespaces."""
        ports = iter(range(7001, 7100))
        where = lambda host: f"tcp://{NET}.{HOSTS[host]}:{next(ports)}"
        site = f"{self.site}/site.cfg"
        with open(site, encoding="utf-8") as file:
            text = file.read()
        text = re.sub(r'ipc://[^"]*archiver[^"]*', lambda _: where("archive"), text)
        text = re.sub(r'ipc://[^"]*', lambda _: where("hub"), text)
        with open(site, "w", encoding="utf-8") as file:
            file.write(text)
        for name in os.listdir(f"{self.site}/departments"):
            path = f"{self.site}/departments/{name}"
            with open(path, encoding="utf-8") as file:
                text = file.read()
            with open(path, "w", encoding="utf-8") as file:
                file.write(re.sub(r'ipc://[^"]*', lambda _: where("hub"), text))


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
