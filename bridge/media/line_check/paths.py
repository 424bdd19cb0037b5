"""What a line check needs of the relays."""

from typing import Literal, Protocol

Path = Literal["direct", "relay", "turn"]
#: In the order in which they are tried.
PATHS: tuple[Path, ...] = ("direct", "relay", "turn")

Side = Literal["page", "ours"]


class CheckPaths(Protocol):
    """Opens a way through the transparent relays for one check."""

    async def register(self, check: str, side: Side, ufrag: str, pwd: str) -> list[tuple[str, int]]:
        """Tell the relays one side's ICE credentials; the addresses at which they listen, empty when there is none."""
        ...

    async def release(self, check: str) -> None:
        """The check is over: its way is closed. Never raises for a check that has none."""
        ...


class NoRelays:
    """An installation without relays."""

    async def register(self, check: str, side: Side, ufrag: str, pwd: str) -> list[tuple[str, int]]:
        return []

    async def release(self, check: str) -> None:
        return
