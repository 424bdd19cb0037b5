"""Where a relay learns of its paths: the desk's own, followed like everything at the desk, by a snapshot and the facts
after it.
"""

import asyncio
import logging
from collections.abc import Iterable, Mapping
from typing import Any

from redis.exceptions import RedisError

from bridge.desk.desk import Desk, DeskUnavailable
from bridge.desk.facts import FactReader
from bridge.media.relay.registrations import PathTable, RelayStatus
from bridge.media.relay.switchboard import Credentials, Path

log = logging.getLogger(__name__)

_RETRY_FIRST_S = 0.05
_RETRY_LONGEST_S = 1.0
_BLOCK_MS = 5000


class DeskRegistrations:
    """A relay's line to the desk."""

    def __init__(self, desk: Desk, reader: FactReader, name: str = "") -> None:
        """``name``: of the relay, which then takes only the paths it was chosen for; without it takes all."""
        self._desk = desk
        self._reader = reader
        self._name = name

    async def follow(self, table: PathTable) -> None:
        """Keep the table in step for ever; after any trouble begin again from a snapshot."""
        delay_s = _RETRY_FIRST_S
        while True:
            try:
                # Whoever comes first makes the desk's keys: at a first start that may be the relay.
                await self._desk.prepare()
                at, found = await self._desk.paths()
                self._warn(table.replace_all(self._own(found)))
                delay_s = _RETRY_FIRST_S
                while await self._reader.can_follow(at):
                    at = await self._follow_on(table, at)
                log.warning("facts: the stream moved away under the relay, beginning again")
            except (DeskUnavailable, RedisError, OSError) as error:
                log.warning("facts: %s, trying again in %.2f s", type(error).__name__, delay_s)
                await asyncio.sleep(delay_s)
                delay_s = min(delay_s * 2, _RETRY_LONGEST_S)

    async def _follow_on(self, table: PathTable, at: str) -> str:
        facts = await self._reader.after(at, block_ms=_BLOCK_MS)
        if not facts:
            return at
        touched = {path for _, fact in facts for path in _touched(fact)}
        if touched:
            # What is read now is at least as new as the facts: a later one will say so again.
            _, found = await self._desk.paths(sorted(touched))
            there = {path.id: path for path in self._own(found)}
            for gone in touched - there.keys():
                table.remove(gone)
            self._warn(sum(not table.put(path) for path in there.values()))
        return facts[-1][0]

    def _own(self, found: Iterable[Mapping[str, Any]]) -> Iterable[Path]:
        return _read(path for path in found if not self._name or self._name in _carriers(path))

    @staticmethod
    def _warn(refused: int) -> None:
        if refused:
            log.warning("%d conversations more than media.relay_paths allows", refused)

    async def seen(self, status: RelayStatus) -> None:
        """Say that the relay is there. Raises OSError while the desk does not answer."""
        addresses = [(address.host, address.port) for address in status.addresses]
        try:
            await self._desk.relay_seen(status.name, addresses, status.paths, status.paths_limit, status.stun_port)
        except DeskUnavailable as error:
            raise ConnectionError(str(error)) from None

    async def leave(self, name: str) -> None:
        """The relay stops. Raises OSError while the desk does not answer."""
        try:
            await self._desk.relay_left(name)
        except DeskUnavailable as error:
            raise ConnectionError(str(error)) from None


def _touched(fact: Mapping[str, Any]) -> Iterable[str]:
    """The paths that a fact may have changed or ended."""
    yield from fact.get("paths") or ()


def _carriers(path: Mapping[str, Any]) -> set[str]:
    """The relays that carry a path, those before its last restart included."""
    return {relay["name"] for relay in (*(path.get("relays") or ()), *(path.get("before") or ()))}


def _read(paths: Iterable[Mapping[str, Any]]) -> Iterable[Path]:
    for path in paths:
        try:
            yield Path(str(path["id"]), (_side(path["first"]), _side(path["second"])))
        except (KeyError, TypeError, ValueError) as error:
            log.warning("a path that cannot be read: %s", type(error).__name__)


def _side(credentials: Any) -> tuple[Credentials, ...]:
    # An empty list comes out of Lua as an empty object.
    return tuple(Credentials(one["ufrag"], one["pwd"]) for one in credentials or ())
