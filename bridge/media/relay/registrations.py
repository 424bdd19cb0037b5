"""What a relay and the bridge tell each other: which paths there are, and that the relay is there."""

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Protocol

from bridge.media.relay.switchboard import Path


@dataclass(frozen=True, slots=True)
class RelayAddress:
    """Where browsers reach a relay: an IP address as text, a UDP port, and 4 or 6."""

    host: str
    port: int
    family: int


@dataclass(frozen=True, slots=True)
class RelayStatus:
    """A relay says that it is there: its name (the same after a restart), its addresses, how full it is."""

    name: str
    addresses: tuple[RelayAddress, ...]
    paths: int
    paths_limit: int
    stun_port: int = 0
    """The port at the same addresses where it is a STUN server; 0 where it is none."""


class PathTable(Protocol):
    """The paths of a relay, as its registrations see them. Called in the relay's event loop; nothing waits."""

    def put(self, path: Path) -> bool:
        """Add a path, or replace the credentials of the one with this id. False: the relay has as many as it may."""
        ...

    def remove(self, path_id: str) -> None:
        """Forget a path and its addresses at once; one that is not known is forgotten already."""
        ...

    def replace_all(self, paths: Iterable[Path]) -> int:
        """Have exactly these; those that stay keep the addresses learned. Returns how many were refused."""
        ...


class Registrations(Protocol):
    """Where a relay learns of its paths."""

    async def follow(self, table: PathTable) -> None:
        """Keep the table as the bridge wants it, for ever: all paths first, and again whenever some may have been
        missed; then each change. Comes back from every outage by itself; what it raises ends the relay."""
        ...

    async def seen(self, status: RelayStatus) -> None:
        """Announce the relay. Called every few seconds, so that one which is not heard of any more is not offered.

        May raise OSError when nobody listens just now: the relay logs it and goes on.
        """
        ...

    async def leave(self, name: str) -> None:
        """The relay of this name stops: offer it no longer. Raises like ``seen``."""
        ...
