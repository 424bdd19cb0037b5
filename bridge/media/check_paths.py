"""The way of a line check through the relays: a path at the desk that belongs to no call and ends by itself."""

import logging

from bridge.clock import Clock
from bridge.desk.desk import Desk, DeskUnavailable, IceCredentials
from bridge.media.line_check.paths import Side

log = logging.getLogger(__name__)

#: Longer than any line check takes.
_ENDS_AFTER_MS = 180_000


class DeskCheckPaths:
    """Registers line checks with the relays."""

    def __init__(self, desk: Desk, clock: Clock) -> None:
        self._desk = desk
        self._clock = clock

    async def register(self, check: str, side: Side, ufrag: str, pwd: str) -> list[tuple[str, int]]:
        """One side's ICE credentials; the addresses of the relays, empty where there is none, or no desk just now."""
        try:
            relays = await self._desk.open_check_path(
                _path(check),
                "first" if side == "ours" else "second",
                [IceCredentials(ufrag, pwd)],
                anew=False,
                until_ms=self._clock.now_ms() + _ENDS_AFTER_MS,
            )
        except DeskUnavailable as error:
            log.warning("line check: %s", error)
            return []
        return [address for relay in relays for address in relay.addresses]

    async def release(self, check: str) -> None:
        """The check is over. Where the desk does not answer, its path ends by itself."""
        try:
            await self._desk.close_path(_path(check))
        except DeskUnavailable as error:
            log.warning("line check: %s", error)


def _path(check: str) -> str:
    return f"check.{check}"
