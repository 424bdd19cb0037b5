"""The wires of the lab, its addresses, and what goes wrong with them in mid-call."""

import atexit
import os
from dataclasses import dataclass, replace
from ipaddress import IPv4Network

from tests.media.lab.firewall import Firewall, RelayPort, rules
from tests.media.lab.line import SlowLine
from tests.media.lab.namespace import Namespace, remove_leftovers

#: The name under which browsers find the bridge, whichever kind of address they have.
BRIDGE_NAME = "gloria.test"
TURN_NAME = "turn.gloria.test"
BRIDGE_PORT = 8080
RELAY_PORT = 3479
TURN_PORT = 3478

_GATEWAY = "203.0.113.1"
_GATEWAY6 = "fe80::1"


@dataclass(frozen=True)
class Address:
    """Where a public server is found."""

    ipv4: str
    ipv6: str


SERVERS = {
    "bridge": Address("203.0.113.80", "2001:db8::80"),
    "relay1": Address("203.0.113.41", "2001:db8::41"),
    "relay2": Address("203.0.113.42", "2001:db8::42"),
    "turn": Address("203.0.113.50", "2001:db8::50"),
}
RELAYS = tuple(RelayPort(SERVERS[name].ipv4, SERVERS[name].ipv6, RELAY_PORT) for name in ("relay1", "relay2"))
_HOSTS = "".join(
    # WebRTC in Chromium asks for a name with a dot at its end, which the file has to have as it is.
    f"{address} {name} {name}.\n"
    for place, name in (("bridge", BRIDGE_NAME), ("turn", TURN_NAME))
    for address in (SERVERS[place].ipv4, SERVERS[place].ipv6)
)


@dataclass(frozen=True)
class Site:
    """How one side is joined to the internet."""

    firewall: Firewall
    ipv4: bool = True
    ipv6: bool = False


@dataclass(frozen=True)
class _Numbers:
    """The addresses of a side. ``host`` counts up when it changes its address."""

    private: IPv4Network
    public: IPv4Network
    ipv6: str
    wans: IPv4Network
    host: int = 2

    def lan(self, site: Site, host: int) -> str:
        """An IPv4 address in the LAN: private behind a NAT, otherwise one that the world may write to."""
        return str((self.private if site.firewall.translates else self.public)[host])

    @property
    def wan(self) -> str:
        """The router's own public IPv4 address."""
        return str(self.wans[self.host])


class _Side:
    """A LAN with one machine, and its router."""

    def __init__(self, name: str, numbers: _Numbers, internet: Namespace) -> None:
        self.name = name
        self.internet = internet
        self.host = Namespace(name, _HOSTS)
        self.router = Namespace(f"{name}-router")
        self.site = Site(Firewall.OPEN)
        self._numbers = numbers
        self._slow: SlowLine | None = None
        self._shape = (0.0, 0.0)
        internet.ip(f"link add {name} type veth peer name wan netns {self.router.name}")
        self.router.ip(f"link add lan type veth peer name lan netns {self.host.name}")
        internet.ip(
            f"link set {name} up", f"addr add {_GATEWAY}/32 dev {name}", f"addr add {_GATEWAY6}/64 dev {name} nodad"
        )
        _forwards(self.router)
        self.router.ip("link set lan up", "link set wan up", "addr add fe80::2/64 dev wan nodad")
        self.host.ip("link set lan up")

    @property
    def private_address(self) -> str:
        """The machine's own IPv4 address."""
        return self._numbers.lan(self.site, self._numbers.host)

    @property
    def public_address(self) -> str:
        """The IPv4 address that the world sees."""
        return self._numbers.wan if self.site.firewall.translates else self.private_address

    @property
    def ipv6_address(self) -> str:
        """The machine's IPv6 address."""
        return f"{self._numbers.ipv6}::{self._numbers.host}"

    def becomes(self, site: Site) -> None:
        """Join it to the internet in this way. What was connected is not any longer."""
        self.site = site
        self._numbers = replace(self._numbers, host=2)
        self._address()
        self.router.nft(rules(site.firewall, RELAYS))

    def changes_address(self) -> None:
        """The machine gets another address from its router, and the router another one from its provider."""
        self._numbers = replace(self._numbers, host=self._numbers.host + 1)
        self._address()
        self.is_shaped(*self._shape)

    def _address(self) -> None:
        numbers, site = self._numbers, self.site
        # An address that is taken away takes the translations with it that were made with it.
        self.host.ip("addr flush dev lan scope global")
        self.host.ip6("route flush default")
        self.router.ip("addr flush dev lan scope global", "addr flush dev wan scope global")
        at_host, at_router, outside = [], [f"addr add {numbers.wan}/32 dev wan"], []
        at_router.append(f"route replace default via {_GATEWAY} dev wan onlink metric 100 src {numbers.wan}")
        outside.append(f"route replace {numbers.wan}/32 dev {self.name} metric 100")
        if site.ipv4:
            gateway = numbers.lan(site, 1)
            at_router.append(f"addr add {gateway}/{numbers.private.prefixlen} dev lan")
            at_host.append(f"addr add {self.private_address}/{numbers.private.prefixlen} dev lan")
            if not site.firewall.translates:
                outside.append(f"route replace {numbers.public} via {numbers.wan} dev {self.name} onlink metric 100")
        if site.ipv6:
            at_router += [
                f"addr add {numbers.ipv6}::1/64 dev lan nodad",
                f"route replace ::/0 via {_GATEWAY6} dev wan metric 100",
            ]
            at_host.append(f"addr add {self.ipv6_address}/64 dev lan nodad")
            outside.append(f"route replace {numbers.ipv6}::/64 via fe80::2 dev {self.name} metric 100")
        self.internet.ip(f"route flush dev {self.name} scope global", f"route flush dev {self.name} scope link")
        self.internet.ip(*outside)
        self.router.ip(*at_router)
        self.host.ip(*at_host)
        self.plugs_in()

    def plugs_in(self) -> None:
        """The machine's cable is in, and it knows the way out."""
        ways = ["link set lan up"]
        if self.site.ipv4:
            ways.append(f"route replace default via {self._numbers.lan(self.site, 1)} dev lan")
        if self.site.ipv6:
            ways.append(f"route replace ::/0 via {self._numbers.ipv6}::1 dev lan")
        self.host.ip(*ways)

    def is_shaped(self, delay_ms: float, loss: float) -> None:
        """Delay and loss between the router and the internet, each way; nothing of either takes it away."""
        if self._slow is not None:
            self._slow.stop()
            self._slow = None
        self._shape = (delay_ms, loss)
        if not delay_ms and not loss:
            return
        outside = f"{self.name}-slow"
        self._slow = SlowLine(((self.router, "wan-slow"), (self.internet, outside)), delay_ms, loss)
        numbers, site = self._numbers, self.site
        self.router.ip(
            "link set wan-slow up",
            f"addr add {numbers.wan}/32 dev wan-slow",
            f"route replace default dev wan-slow metric 10 src {numbers.wan}",
            *(["route replace ::/0 dev wan-slow metric 10"] if site.ipv6 else []),
        )
        self.internet.ip(
            f"link set {outside} up",
            f"route replace {numbers.wan}/32 dev {outside} metric 10",
            *([f"route replace {numbers.public} dev {outside} metric 10"] if not site.firewall.translates else []),
            *([f"route replace {numbers.ipv6}::/64 dev {outside} metric 10"] if site.ipv6 else []),
        )

    def remove(self) -> None:
        if self._slow is not None:
            self._slow.stop()
        self.host.remove()
        self.router.remove()


class Network:
    """Two sites, the internet, and the public servers' machines. ``close`` takes everything away."""

    def __init__(self) -> None:
        remove_leftovers()
        self._owner = os.getpid()
        self._all: list[Namespace | _Side] = []
        self._unplugged: set[str] = set()
        atexit.register(self.close)
        self.internet = Namespace("internet")
        self._all.append(self.internet)
        _forwards(self.internet)
        self.servers: dict[str, Namespace] = {}
        for name, address in SERVERS.items():
            self.servers[name] = self._server(name, address)
        self.sides: dict[str, _Side] = {}
        for name, numbers in (
            (
                "kiosk",
                _Numbers(
                    IPv4Network("192.168.10.0/25"),
                    IPv4Network("198.51.100.0/25"),
                    "2001:db8:10",
                    IPv4Network("203.0.113.96/28"),
                ),
            ),
            (
                "advisor",
                _Numbers(
                    IPv4Network("192.168.20.0/25"),
                    IPv4Network("198.51.100.128/25"),
                    "2001:db8:20",
                    IPv4Network("203.0.113.112/28"),
                ),
            ),
        ):
            side = _Side(name, numbers, self.internet)
            self.sides[name] = side
            self._all.append(side)

    def _server(self, name: str, address: Address) -> Namespace:
        namespace = Namespace(name, _HOSTS)
        self._all.append(namespace)
        self.internet.ip(
            f"link add {name} type veth peer name wan netns {namespace.name}",
            f"link set {name} up",
            f"addr add {_GATEWAY}/32 dev {name}",
            f"addr add {_GATEWAY6}/64 dev {name} nodad",
        )
        namespace.ip(
            "link set wan up",
            f"addr add {address.ipv4}/32 dev wan",
            f"addr add {address.ipv6}/128 dev wan nodad",
            # A server without a default route is one that coturn takes for offline.
            f"route add default via {_GATEWAY} dev wan onlink",
            f"route add ::/0 via {_GATEWAY6} dev wan",
        )
        self.internet.ip(f"route add {address.ipv4}/32 dev {name}", f"route add {address.ipv6}/128 dev {name}")
        return namespace

    def becomes(self, kiosk: Site, advisor: Site) -> None:
        """Join both sites to the internet in these ways, with every wire whole and unshaped."""
        self.mends()
        for name, site in (("kiosk", kiosk), ("advisor", advisor)):
            side = self.sides[name]
            side.is_shaped(0, 0)
            side.becomes(site)

    def mends(self) -> None:
        """Nothing is blocked, cut off or unplugged any longer."""
        self.internet.nft("flush ruleset")
        for side in sorted(self._unplugged):
            self.plugs_in(side)

    def shaped(self, delay_ms: float, loss: float) -> None:
        """Delay each way and loss on both sites' lines; (0, 0) is the plain wire again."""
        for side in self.sides.values():
            side.is_shaped(delay_ms, loss)

    def blocks_direct_path(self) -> None:
        """UDP from site to site gets nowhere; the way to the servers stays."""
        self._drops("direct", 'iifname "kiosk*" oifname "advisor*" meta l4proto udp', _back("kiosk*", "advisor*"))

    def opens_direct_path(self) -> None:
        """Take it back."""
        self._lets("direct")

    def blocks_server(self, name: str) -> None:
        """As if this server's machine were gone: no answer, no refusal."""
        self._drops(name, f'iifname "{name}"', f'oifname "{name}"')

    def opens_server(self, name: str) -> None:
        """Take it back."""
        self._lets(name)

    def cuts_off(self, side: str) -> None:
        """The site's line is dead, which nobody in its LAN is told."""
        self._drops(f"line_{side}", f'iifname "{side}*"', f'oifname "{side}*"')

    def restores(self, side: str) -> None:
        """Take it back."""
        self._lets(f"line_{side}")

    def unplugs(self, side: str) -> None:
        """Pull the cable out of the site's machine, which sees it."""
        self.sides[side].host.ip("link set lan down")
        self._unplugged.add(side)

    def plugs_in(self, side: str) -> None:
        """Put it back."""
        self.sides[side].plugs_in()
        self._unplugged.discard(side)

    def changes_address(self, side: str) -> None:
        """Another address for the site's machine and for its router; what was connected is not any longer."""
        self.sides[side].changes_address()

    def close(self) -> None:
        """Take everything away; programs inside are ended."""
        if os.getpid() != self._owner:
            return
        atexit.unregister(self.close)
        while self._all:
            self._all.pop().remove()

    def _drops(self, name: str, *matches: str) -> None:
        lines = "".join(f"    {match} drop\n" for match in matches)
        chain = f"  chain through {{\n    type filter hook forward priority filter; policy accept;\n{lines}  }}\n"
        self.internet.nft(f"table inet {name} {{\n{chain}}}\n")

    def _lets(self, name: str) -> None:
        self.internet.nft(f"delete table inet {name}")


def _back(one: str, other: str) -> str:
    return f'iifname "{other}" oifname "{one}" meta l4proto udp'


def _forwards(router: Namespace) -> None:
    router.sets("net/ipv4/ip_forward", 1)
    router.sets("net/ipv6/conf/all/forwarding", 1)
