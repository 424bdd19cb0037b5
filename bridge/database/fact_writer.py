"""From the desk's facts to rows in SQL: each exactly once, whatever restarts in between.

A fact is acknowledged only after what it says is committed, and what keeps it takes repetitions without harm: a fact
that comes twice leaves one row. So nothing is kept in memory across an outage: the turn is begun anew, and the group
hands out again what was not acknowledged.
"""

import logging
from abc import ABC, abstractmethod
from collections.abc import Sequence
from typing import Any, Generic, Protocol, TypeVar

from redis.exceptions import RedisError

from bridge.clock import Clock
from bridge.database.engine import RowRefused, StoreUnavailable

log = logging.getLogger(__name__)

R = TypeVar("R")

BATCH = 200
BLOCK_MS = 5_000
FIRST_WAIT_S = 0.2
LONGEST_WAIT_S = 5.0

# Any trouble of Redis is one: a full disk or a missing group is mended by somebody, and nothing is lost meanwhile.
OUTAGES = (StoreUnavailable, RedisError)
# What ``read`` may raise, and what the calendar adds for a time thousands of years away.
UNREADABLE = (KeyError, TypeError, ValueError, OverflowError, OSError)


class FactGroup(Protocol):
    """The facts of the desk as one consumer group gets them: each at least once, in order.

    Every method may raise redis's ConnectionError or TimeoutError; whether it took effect is then unknown.
    """

    async def read(self, count: int, block_ms: int) -> list[tuple[str, dict[str, Any]]]:
        """At most ``count`` facts with their stream ids: this consumer's own unacknowledged ones first, then
        those of dead consumers, then new ones. Waits ``block_ms`` for a first one; empty when none came."""
        ...

    async def acknowledge(self, ids: Sequence[str]) -> None:
        """Never hand these out again."""
        ...

    async def set_aside(self, fact_id: str, reason: str) -> None:
        """Put the fact into the aside stream with the reason and acknowledge it, atomically."""
        ...


class FactWriter(ABC, Generic[R]):
    """Writes a row (``R``) of every fact that has one.

    What cannot be read, or what the database refuses, goes aside with an error in the log and does not stop the
    others. While the database or Redis is away it waits and tries again, 0.2 s to 5 s apart.
    """

    #: What is written, for the log.
    what: str

    def __init__(self, facts: FactGroup, clock: Clock) -> None:
        self._facts = facts
        self._clock = clock

    @abstractmethod
    def read(self, fact_id: str, fact: dict[str, Any]) -> R | None:
        """The row of a fact; None when it has none. Raises one of UNREADABLE."""

    @abstractmethod
    async def keep(self, rows: Sequence[R]) -> None:
        """Commit these, all or none; what is kept already changes nothing. Raises StoreUnavailable, RowRefused."""

    @abstractmethod
    def named(self, fact: dict[str, Any]) -> str:
        """A fact that goes aside, as the log calls it: an id or a code of it that may be anything, never more."""

    async def run(self) -> None:
        """Write until cancelled; at whatever point that happens, nothing is lost. Any other end is a bug."""
        wait_s = 0.0
        while True:
            try:
                await self._turn()
            except OUTAGES as error:
                if not wait_s:
                    log.warning("%s: waiting, %s: %s", self.what, type(error).__name__, error)
                wait_s = min(wait_s * 2, LONGEST_WAIT_S) if wait_s else FIRST_WAIT_S
                await self._clock.sleep(wait_s)
            else:
                if wait_s:
                    log.info("%s: being written again", self.what)
                wait_s = 0.0

    async def _turn(self) -> None:
        """Read a batch and see each of its facts acknowledged, or raise one of OUTAGES."""
        done: list[str] = []
        found: list[tuple[str, dict[str, Any], R]] = []
        for fact_id, fact in await self._facts.read(BATCH, BLOCK_MS):
            try:
                row = self.read(fact_id, fact)
            except UNREADABLE as error:
                await self._set_aside(fact_id, fact, type(error).__name__)
                continue
            if row is None:
                done.append(fact_id)
            else:
                found.append((fact_id, fact, row))
        done += await self._write(found)
        if done:
            await self._facts.acknowledge(done)

    async def _write(self, found: list[tuple[str, dict[str, Any], R]]) -> list[str]:
        """Write these, and return the ids of the facts whose row is safe; the others are aside."""
        if not found:
            return []
        try:
            await self.keep([row for _, _, row in found])
        except RowRefused as refusal:
            if len(found) == 1:
                fact_id, fact, _ = found[0]
                await self._set_aside(fact_id, fact, str(refusal))
                return []
            # One of them spoils the batch; the database does not say which.
            return [done for one in found for done in await self._write([one])]
        return [fact_id for fact_id, _, _ in found]

    async def _set_aside(self, fact_id: str, fact: dict[str, Any], reason: str) -> None:
        await self._facts.set_aside(fact_id, reason)
        log.error("%s: %s goes aside, fact %s: %s", self.what, self.named(fact), fact_id, reason)
