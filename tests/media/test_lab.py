"""The lab itself: every kind of NAT and firewall does what its name says, and nothing of the lab is left behind."""

import os
import socket
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from pathlib import Path

import pytest

from tests.media.lab import namespace
from tests.media.lab.firewall import Firewall
from tests.media.lab.namespace import Namespace, why_not
from tests.media.lab.network import RELAY_PORT, SERVERS, Network, Site

pytestmark = pytest.mark.skipif(bool(why_not()), reason=why_not() or "a lab can be had")

OPEN = Site(Firewall.OPEN)
PORT_RESTRICTED = Site(Firewall.PORT_RESTRICTED)
SYMMETRIC = Site(Firewall.SYMMETRIC)
NATS = [one for one in Firewall if one.translates]
#: How long nothing has to come for nothing to come. A packet takes well under a millisecond here.
SILENCE_S = 0.1

Place = tuple[str, int]


@pytest.fixture(scope="module")
def network() -> Iterator[Network]:
    made = Network()
    yield made
    made.close()


class Probe:
    """A UDP socket somewhere in the lab."""

    def __init__(self, where: Namespace, port: int = 0, ipv6: bool = False) -> None:
        with where.entered():
            self._socket = socket.socket(socket.AF_INET6 if ipv6 else socket.AF_INET, socket.SOCK_DGRAM)
        self._socket.bind(("", port))
        self.port = int(self._socket.getsockname()[1])

    def writes_to(self, place: Place, words: bytes = b"hello") -> None:
        try:
            self._socket.sendto(words, place)
        except OSError:
            pass  # refused on the way, as a firewall may

    def hears(self, patience_s: float = 1.0) -> Place | None:
        """From where the next packet comes; None when none does."""
        self._socket.settimeout(patience_s)
        try:
            return self._socket.recvfrom(100)[1][:2]  # type: ignore[no-any-return]
        except TimeoutError:
            return None

    def hears_nothing(self) -> bool:
        return self.hears(SILENCE_S) is None

    def close(self) -> None:
        self._socket.close()


@contextmanager
def probes(network: Network, *places: str, port: int = 0, ipv6: bool = False) -> Iterator[list[Probe]]:
    """Sockets at these places; at servers on ``port``, or the relay's."""
    with ExitStack() as stack:
        made = []
        for place in places:
            server = network.servers.get(place)
            where = server or network.sides[place].host
            probe = Probe(where, (port or RELAY_PORT) if server else 0, ipv6)
            stack.callback(probe.close)
            made.append(probe)
        yield made


def at(server: str, port: int = RELAY_PORT) -> Place:
    return SERVERS[server].ipv4, port


def tcp_goes_through(network: Network, side: str) -> bool:
    with network.servers["bridge"].entered():
        listening = socket.create_server(("", 8080))
    with listening, network.sides[side].host.entered():
        try:
            socket.create_connection(at("bridge", 8080), 1).close()
        except OSError:
            return False
    return True


def test_an_open_site_is_reached_by_anybody_at_its_own_address(network: Network) -> None:
    network.becomes(OPEN, OPEN)
    with probes(network, "kiosk", "advisor") as (kiosk, advisor):
        advisor.writes_to((network.sides["kiosk"].public_address, kiosk.port))
        assert kiosk.hears() == (network.sides["advisor"].private_address, advisor.port)


@pytest.mark.parametrize("kind", NATS)
def test_a_nat_hides_the_site_and_lets_nobody_in_unasked(network: Network, kind: Firewall) -> None:
    network.becomes(Site(kind), OPEN)
    kiosk_side = network.sides["kiosk"]
    with probes(network, "kiosk", "relay1", "advisor") as (kiosk, relay, advisor):
        kiosk.writes_to(at("relay1"))
        mapped = relay.hears(1.0 if kind is not Firewall.NO_UDP else SILENCE_S)
        for place in (mapped or (kiosk_side.public_address, kiosk.port), (kiosk_side.private_address, kiosk.port)):
            advisor.writes_to(place)
        assert kiosk.hears_nothing()
        if mapped is not None:
            assert mapped[0] == kiosk_side.public_address != kiosk_side.private_address
            relay.writes_to(mapped)
            assert kiosk.hears() == at("relay1")


def test_a_port_restricted_nat_has_one_port_towards_everybody(network: Network) -> None:
    network.becomes(PORT_RESTRICTED, OPEN)
    with probes(network, "kiosk", "relay1", "relay2") as (kiosk, one, other):
        for name in ("relay1", "relay2"):
            kiosk.writes_to(at(name))
        assert one.hears() == other.hears() == (network.sides["kiosk"].public_address, kiosk.port)


def test_a_symmetric_nat_has_another_port_towards_each(network: Network) -> None:
    network.becomes(SYMMETRIC, OPEN)
    with probes(network, "kiosk", "relay1", "relay2") as (kiosk, one, other):
        for name in ("relay1", "relay2"):
            kiosk.writes_to(at(name))
        seen = [one.hears(), other.hears()]
        assert None not in seen
        assert len({place[1] for place in seen if place} | {kiosk.port}) == 3


def test_two_port_restricted_sites_punch_a_hole_and_a_symmetric_one_cannot(network: Network) -> None:
    for kiosk_site, meets in ((PORT_RESTRICTED, True), (SYMMETRIC, False)):
        network.becomes(kiosk_site, PORT_RESTRICTED)
        with probes(network, "kiosk", "advisor", "relay1") as (kiosk, advisor, relay):
            places = []
            for person in (kiosk, advisor):
                person.writes_to(at("relay1"))
                seen = relay.hears()
                assert seen is not None
                places.append(seen)
            # Whoever comes first knocks at a closed door: that must not close the way for the other one's answer.
            for _ in range(2):
                kiosk.writes_to(places[1])
                advisor.writes_to(places[0])
            patience_s = 1.0 if meets else SILENCE_S
            assert (kiosk.hears(patience_s) is not None) is meets
            assert (advisor.hears(patience_s) is not None) is meets


def test_udp_reaches_the_relays_only(network: Network) -> None:
    network.becomes(Site(Firewall.UDP_TO_RELAY_ONLY), OPEN)
    with probes(network, "kiosk", "relay1", "relay2", "turn") as (kiosk, *servers):
        for name in ("relay1", "relay2", "turn"):
            kiosk.writes_to(at(name))
        relay1, relay2, turn = servers
        assert relay1.hears()
        assert relay2.hears()
        assert turn.hears_nothing()
    with probes(network, "kiosk", "relay1", port=RELAY_PORT + 1) as (kiosk, other_port):
        kiosk.writes_to(at("relay1", RELAY_PORT + 1))
        assert other_port.hears_nothing()
    assert tcp_goes_through(network, "kiosk")


def test_no_udp_gets_through_but_tcp_does(network: Network) -> None:
    network.becomes(Site(Firewall.NO_UDP), OPEN)
    with probes(network, "kiosk", "relay1", "turn") as (kiosk, relay, turn):
        for name in ("relay1", "turn"):
            kiosk.writes_to(at(name))
        assert relay.hears_nothing()
        assert turn.hears_nothing()
    assert tcp_goes_through(network, "kiosk")


def test_ipv6_reaches_a_site_that_has_it_and_only_as_an_answer(network: Network) -> None:
    network.becomes(Site(Firewall.IPV6_STATEFUL, ipv4=False, ipv6=True), Site(Firewall.PORT_RESTRICTED, ipv6=True))
    kiosk_at, advisor_at = (network.sides[side].ipv6_address for side in ("kiosk", "advisor"))
    with probes(network, "kiosk", "advisor", ipv6=True) as (kiosk, advisor):
        advisor.writes_to((kiosk_at, kiosk.port))
        assert kiosk.hears_nothing()
        kiosk.writes_to((advisor_at, advisor.port))
        assert advisor.hears() == (kiosk_at, kiosk.port)
    with probes(network, "kiosk", "relay1") as (kiosk, relay):
        kiosk.writes_to(at("relay1"))
        assert relay.hears_nothing()


def test_the_direct_path_is_blocked_and_the_way_to_the_servers_is_not(network: Network) -> None:
    network.becomes(OPEN, OPEN)
    with probes(network, "kiosk", "advisor", "relay1") as (kiosk, advisor, relay):
        there = (network.sides["advisor"].public_address, advisor.port)
        network.blocks_direct_path()
        kiosk.writes_to(there)
        kiosk.writes_to(at("relay1"))
        assert relay.hears()
        assert advisor.hears_nothing()
        network.opens_direct_path()
        kiosk.writes_to(there)
        assert advisor.hears()


def test_a_servers_machine_goes_and_a_sites_line_goes(network: Network) -> None:
    network.becomes(PORT_RESTRICTED, OPEN)
    with probes(network, "kiosk", "advisor", "relay1", "relay2") as (kiosk, advisor, one, other):
        network.blocks_server("relay1")
        for name in ("relay1", "relay2"):
            kiosk.writes_to(at(name))
        assert other.hears()
        assert one.hears_nothing()
        network.opens_server("relay1")
        for breaks, mends in ((network.cuts_off, network.restores), (network.unplugs, network.plugs_in)):
            breaks("kiosk")
            kiosk.writes_to(at("relay1"))
            assert one.hears_nothing()
            advisor.writes_to(at("relay1"))
            assert one.hears()
            mends("kiosk")
            kiosk.writes_to(at("relay1"))
            assert one.hears() == (network.sides["kiosk"].public_address, kiosk.port)


@pytest.mark.parametrize("site", [OPEN, PORT_RESTRICTED])
def test_a_site_whose_address_changes_is_somebody_else(network: Network, site: Site) -> None:
    network.becomes(site, OPEN)
    side = network.sides["kiosk"]
    with probes(network, "kiosk", "relay1") as (kiosk, relay):
        kiosk.writes_to(at("relay1"))
        before = relay.hears()
        assert before
        private_before = side.private_address
        network.changes_address("kiosk")
        assert side.private_address != private_before
        relay.writes_to(before)
        assert kiosk.hears_nothing(), "what was connected is not any longer"
        kiosk.writes_to(at("relay1"))
        after = relay.hears()
        assert after
        assert after[0] == side.public_address != before[0]


def test_delay_and_loss(network: Network) -> None:
    network.becomes(PORT_RESTRICTED, SYMMETRIC)
    network.shaped(delay_ms=30, loss=0)
    with probes(network, "kiosk", "relay1") as (kiosk, relay):
        taken_s = []
        for _ in range(5):
            began = time.monotonic()
            kiosk.writes_to(at("relay1"))
            mapped = relay.hears()
            assert mapped
            relay.writes_to(mapped)
            assert kiosk.hears() == at("relay1")
            taken_s.append(time.monotonic() - began)
        # A busy machine delays more, never less.
        assert 0.06 <= min(taken_s) < 0.3, taken_s
        network.shaped(delay_ms=0, loss=0.3)
        for _ in range(300):
            kiosk.writes_to(at("relay1"))
        arrived = 0
        while relay.hears(SILENCE_S):
            arrived += 1
        assert 150 < arrived < 270
        network.shaped(0, 0)
        for _ in range(50):
            kiosk.writes_to(at("relay1"))
            assert relay.hears()


#: A run that is killed in the middle, once a program runs in its lab.
KILLED_RUN = """
import os, pathlib, signal, subprocess, time
from tests.media.lab.network import Network
turn = Network().servers["turn"]
turn.spawn(["sleep", "600"], pathlib.Path(os.devnull))
while not subprocess.check_output(["ip", "netns", "pids", turn.name]).split():
    time.sleep(0.01)
print(os.getpid(), flush=True)
os.kill(os.getpid(), signal.SIGKILL)
"""


def test_a_killed_run_leaves_nothing_for_the_next() -> None:
    killed = subprocess.run([sys.executable, "-c", KILLED_RUN], capture_output=True, text=True, check=False)
    assert killed.stdout.strip(), killed.stderr
    owner = f"{namespace.PREFIX}{killed.stdout.strip()}-"
    left = _named(owner)
    [turn] = [name for name in left if name.startswith(f"{owner}turn-")]
    inside = subprocess.run(["ip", "netns", "pids", turn], capture_output=True, text=True, check=True).stdout
    assert inside.split()
    living = _named(f"{namespace.PREFIX}{os.getpid()}-")
    removed = namespace.remove_leftovers()
    assert left <= set(removed)
    assert _named(owner) == set()
    assert _named(f"{namespace.PREFIX}{os.getpid()}-") == living, "those of the living stay"
    deadline = time.monotonic() + 2
    while any(_is_alive(int(pid)) for pid in inside.split()):
        assert time.monotonic() < deadline, "its programs live on"
        time.sleep(0.01)


def _named(prefix: str) -> set[str]:
    return {one.name for one in Path("/run/netns").iterdir() if one.name.startswith(prefix)}


def _is_alive(pid: int) -> bool:
    try:
        return ") Z" not in Path("/proc", str(pid), "stat").read_text()
    except FileNotFoundError:
        return False
