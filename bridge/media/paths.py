"""The paths of calls as the bridge sees them: over which servers a connection may go, and what of a side's address the
other side may learn.
"""

import logging
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from ipaddress import IPv4Network, IPv6Network, ip_address, ip_network
from typing import Any

from bridge.clock import Clock
from bridge.desk.desk import Desk, Kind, Relay
from bridge.domain.media import PathPolicy, strictest
from bridge.domain.staff import Role
from bridge.media.descriptions import (
    candidate_for_other_side,
    description_for_other_side,
    ice_credentials,
    passage,
)
from bridge.media.turn import TurnServers
from bridge.settings import MediaSettings

log = logging.getLogger(__name__)

#: Two, so that one may be lost without anybody noticing.
RELAYS_OF_A_CALL = 2


@dataclass(frozen=True)
class Servers:
    """What a browser is told before it looks for paths: RTCIceServer dictionaries, ``address:port`` of each relay."""

    ice_servers: list[dict[str, Any]]
    relays: list[str]


@dataclass(frozen=True)
class End:
    """One side of a call: whose page it is, and what the other side may learn of it."""

    kind: Kind
    seat: str
    policy: PathPolicy


class Paths:
    """Describes one side of a call to the other."""

    def __init__(self, desk: Desk, settings: MediaSettings, clock: Clock) -> None:
        self._desk = desk
        self._settings = settings
        self._clock = clock
        self._turn = TurnServers(settings)

    async def servers_for(self, path: str, stranger: str | None = None) -> Servers:
        """The servers for a connection that begins or begins anew, with fresh credentials. Raises DeskUnavailable.

        ``stranger``: the network of somebody who is not signed in; they get no password that lasts.
        """
        return self.servers(await self._desk.relays_for(path, RELAYS_OF_A_CALL), stranger)

    def servers(self, relays: Sequence[Relay], stranger: str | None = None) -> Servers:
        """The servers that go with these relays, which are STUN servers too, on a port of its own."""
        addresses = [place for relay in relays for place in relay.addresses]
        ice_servers: list[dict[str, Any]] = [
            {**server, "urls": [server["urls"]]} if isinstance(server.get("urls"), str) else dict(server)
            for server in self._settings.ice_servers
            if stranger is None or "credential" not in server
        ]
        stun = [
            f"stun:{_written(host, relay.stun_port)}"
            for relay in relays
            if relay.stun_port
            for host, _ in relay.addresses
        ]
        if stun:
            ice_servers.append({"urls": stun})
        turn = self._turn.ice_server(self._clock.now_ms(), stranger)
        if turn is not None:
            ice_servers.append({"urls": turn["urls"], "username": turn["username"], "credential": turn["credential"]})
        return Servers(ice_servers, [_written(*place) for place in addresses])

    async def description(self, call: str, link: int, sender: End, receiver: PathPolicy, kind: str, sdp: str) -> str:
        """The sender's description as the other side of the link gets it; the relays learn of it first.

        ``kind``: offer or answer. Raises Refused where the call is not the sender's, DeskUnavailable, and
        UnreadableDescription.
        """
        relays = await self._desk.open_path(
            call,
            link,
            sender.kind,
            sender.seat,
            ice_credentials(sdp),
            # The side that begins chooses the relays.
            anew=kind == "offer",
            relays_at_most=RELAYS_OF_A_CALL,
        )
        addresses = [place for relay in relays for place in relay.addresses]
        return description_for_other_side(sdp, passage(sender.policy, receiver), addresses)

    @staticmethod
    def candidate(sender: PathPolicy, receiver: PathPolicy, candidate: str) -> str | None:
        """The sender's candidate as the other side gets it; None when it is kept back."""
        return candidate_for_other_side(candidate, passage(sender, receiver))


class Endpoints:
    """Which policy an endpoint has: by what it is, and for staff by where they are."""

    def __init__(self, settings: MediaSettings) -> None:
        self._settings = settings
        self._offices: list[IPv4Network | IPv6Network] = [ip_network(one) for one in settings.office_networks]

    def policy_of_page(self, role: Role, entity: Mapping[str, Any] | None, remote: str | None) -> PathPolicy:
        """The policy of a page that connects from ``remote``. ``entity``: kiosk or staff member, as the desk has it."""
        if role is Role.KIOSK:
            own = str((entity or {}).get("path_policy") or "")
            return PathPolicy(own or self._settings.kiosk_path)
        return PathPolicy(self._settings.desk_path if self._in_office(remote) else self._settings.home_path)

    def policy_of_anybody(self) -> PathPolicy:
        """The policy of a browser that has no place here, as in a line check."""
        return PathPolicy(self._settings.phone_path)

    def _in_office(self, remote: str | None) -> bool:
        if not self._offices:
            return True
        try:
            address = ip_address(remote or "")
        except ValueError:
            return False
        mapped = getattr(address, "ipv4_mapped", None)
        return any((mapped or address) in network for network in self._offices)


def policy_of(entity: Mapping[str, Any] | None) -> PathPolicy:
    """The policy of a kiosk or staff member, as the desk has it. One that is not known hides."""
    path = str((entity or {}).get("path_policy") or (entity or {}).get("path") or "")
    return PathPolicy(path) if path in set(PathPolicy) else PathPolicy.HIDDEN


def hides(one: PathPolicy, other: PathPolicy) -> bool:
    """Whether one of two sides keeps its address from the other."""
    return strictest(one, other) is not PathPolicy.DIRECT


def _written(address: str, port: int) -> str:
    return f"[{address}]:{port}" if ":" in address else f"{address}:{port}"
