"""From the desk's facts to contacts in SQL: every record exactly once, whatever restarts in between.

A fact is acknowledged only after its record is committed, and the store takes repetitions without harm: a
fact that comes twice leaves one contact. So nothing is kept in memory across an outage: the turn is begun
anew, and the group hands out again what was not acknowledged.
"""

import logging
from collections.abc import Sequence
from typing import Any, Protocol
from zoneinfo import ZoneInfo

from redis.exceptions import RedisError

from bridge.clock import Clock
from bridge.contacts.store import ContactStore, RowRefused, StoreUnavailable
from bridge.domain.contact import Contact, contact_from_fact

log = logging.getLogger(__name__)

BATCH = 200
BLOCK_MS = 5_000
FIRST_WAIT_S = 0.2
LONGEST_WAIT_S = 5.0

# Any trouble of Redis is one: a full disk or a missing group is mended by somebody, and nothing is lost meanwhile.
OUTAGES = (StoreUnavailable, RedisError)
# What contact_from_fact promises to raise, and what the calendar adds for a time thousands of years away.
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


class ContactWriter:
    """Writes the record of every fact that has one.

    A record that cannot be read, or that the database refuses, goes aside with an error in the log and does
    not stop the others. While the database or Redis is away it waits and tries again, 0.2 s to 5 s apart.
    """

    def __init__(self, facts: FactGroup, store: ContactStore, clock: Clock, zone: ZoneInfo) -> None:
        self._facts = facts
        self._store = store
        self._clock = clock
        self._zone = zone

    async def run(self) -> None:
        """Write until cancelled; at whatever point that happens, nothing is lost. Any other end is a bug."""
        wait_s = 0.0
        while True:
            try:
                await self._turn()
            except OUTAGES as error:
                if not wait_s:
                    log.warning("contacts wait, %s: %s", type(error).__name__, error)
                wait_s = min(wait_s * 2, LONGEST_WAIT_S) if wait_s else FIRST_WAIT_S
                await self._clock.sleep(wait_s)
            else:
                if wait_s:
                    log.info("contacts are being written again")
                wait_s = 0.0

    async def _turn(self) -> None:
        """Read a batch and see each of its facts acknowledged, or raise one of OUTAGES."""
        done: list[str] = []
        records: list[tuple[str, Contact]] = []
        for fact_id, fact in await self._facts.read(BATCH, BLOCK_MS):
            record = fact.get("record")
            if record is None:
                done.append(fact_id)
                continue
            try:
                records.append((fact_id, contact_from_fact(record, self._zone)))
            except UNREADABLE as error:
                await self._set_aside(fact_id, _call_of(record), type(error).__name__)
        done += await self._write(records)
        if done:
            await self._facts.acknowledge(done)

    async def _write(self, records: list[tuple[str, Contact]]) -> list[str]:
        """Write these, and return the ids of the facts whose record is safe; the others are aside."""
        try:
            await self._store.write([contact for _, contact in records])
        except RowRefused as refusal:
            if len(records) == 1:
                fact_id, contact = records[0]
                await self._set_aside(fact_id, contact.call, str(refusal))
                return []
            # One of them spoils the batch; the database does not say which.
            return [done for record in records for done in await self._write([record])]
        return [fact_id for fact_id, _ in records]

    async def _set_aside(self, fact_id: str, call: str, reason: str) -> None:
        await self._facts.set_aside(fact_id, reason)
        log.error("the record of call %r goes aside, fact %s: %s", call, fact_id, reason)


def _call_of(record: object) -> str:
    """The call id of a record that may be anything; never more of it than that."""
    call = record.get("call") if isinstance(record, dict) else None
    return call[:64] if isinstance(call, str) else "unknown"
