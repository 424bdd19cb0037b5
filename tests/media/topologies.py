"""The networks between a kiosk and an advisor that Gloria is tested in, and the way a call takes in each."""

from dataclasses import dataclass

from tests.media.lab import call
from tests.media.lab.call import Route
from tests.media.lab.firewall import Firewall
from tests.media.lab.lab import Lab
from tests.media.lab.network import Site

_OPEN = Site(Firewall.OPEN)
_PORT_RESTRICTED = Site(Firewall.PORT_RESTRICTED)
_SYMMETRIC = Site(Firewall.SYMMETRIC)
_UDP_TO_RELAY_ONLY = Site(Firewall.UDP_TO_RELAY_ONLY)
_NO_UDP = Site(Firewall.NO_UDP)


@dataclass(frozen=True)
class Topology:
    """Two sites and what is between them. ``policy``: what the advisor's browser may learn of the kiosk's address."""

    name: str
    kiosk: Site
    advisor: Site
    expected: Route
    policy: str = "direct"
    quick: bool = False


TOPOLOGIES = (
    Topology("open – open", _OPEN, _OPEN, Route.DIRECT, quick=True),
    Topology("port-restricted NAT – open", _PORT_RESTRICTED, _OPEN, Route.DIRECT),
    Topology("symmetric NAT – port-restricted NAT", _SYMMETRIC, _PORT_RESTRICTED, Route.RELAY),
    Topology("symmetric NAT – symmetric NAT", _SYMMETRIC, _SYMMETRIC, Route.RELAY, quick=True),
    Topology("UDP to the relays only – open", _UDP_TO_RELAY_ONLY, _OPEN, Route.RELAY),
    Topology("UDP to the relays only – symmetric NAT", _UDP_TO_RELAY_ONLY, _SYMMETRIC, Route.RELAY),
    Topology("no UDP – open", _NO_UDP, _OPEN, Route.TURN_TCP, quick=True),
    Topology("no UDP – symmetric NAT", _NO_UDP, _SYMMETRIC, Route.TURN_TCP),
    Topology("no UDP – no UDP", _NO_UDP, _NO_UDP, Route.TURN_TCP),
    Topology("hidden address – open", _OPEN, _OPEN, Route.RELAY, policy="hidden"),
    Topology(
        "IPv6 only – dual stack",
        Site(Firewall.IPV6_STATEFUL, ipv4=False, ipv6=True),
        Site(Firewall.PORT_RESTRICTED, ipv4=True, ipv6=True),
        Route.DIRECT,
    ),
)


@dataclass(frozen=True)
class Outcome:
    """One call in one topology; times in seconds."""

    topology: str
    way: str
    prepared_s: float
    accept_to_picture_s: float


async def tried(lab: Lab, topology: Topology) -> Outcome:
    """A visitor and an advisor talk over this network, in picture and sound, on the way expected."""
    await lab.becomes(topology.kiosk, topology.advisor, topology.policy)
    begun = await call.begins(lab.pages)
    await lab.pages.visitor.sees_the_other(frames=call.FRAMES)
    await lab.pages.advisor.sees_the_other(frames=call.FRAMES)
    way = await call.settles_on(lab.pages, topology.expected)
    if topology.policy == "hidden":
        assert lab.network.sides["kiosk"].public_address not in await call.addresses_known(lab.pages.advisor)
    await call.ends(lab.pages)
    lab.check_pages()
    return Outcome(topology.name, way.described, begun.prepared_s, begun.accept_to_picture_s)
