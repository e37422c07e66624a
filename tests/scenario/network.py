# SPDX-License-Identifier: Apache-2.0
"""network: hosts of our own on one machine (network namespaces) on one switch, and a company whose processes run on them."""

import os
import re
import shutil
import subprocess

from company import Company

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
