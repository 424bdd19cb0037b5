"""The contract of the contact writer: every fact ends as one contact, or aside, whatever is away in between.

The store is real, on both databases. The facts come from a group in memory whose only use is to fail on
demand; the group in Valkey has tests of its own.
"""

import asyncio
import logging
from collections.abc import AsyncIterator, Iterator, Sequence
from contextlib import asynccontextmanager
from itertools import count
from typing import Any
from zoneinfo import ZoneInfo

import pytest
from redis.exceptions import BusyLoadingError
from redis.exceptions import ConnectionError as RedisConnectionError
from redis.exceptions import TimeoutError as RedisTimeoutError

from bridge.clock import SteppedClock
from bridge.contacts.store import ContactStore
from bridge.contacts.writer import BATCH, ContactWriter
from bridge.database.schema import upgrade
from bridge.domain.contact import contact_from_fact
from tests.postgres import AbsentDatabase

pytest_plugins = ["tests.postgres"]

HELSINKI = ZoneInfo("Europe/Helsinki")
MARKER = "Fatima-0401234567"


def record(call: str, version: int = 1, **changes: Any) -> dict[str, Any]:
    """The record of an ended call as the desk's scripts leave it; Lua writes an empty list as {}."""
    return {
        "call": call,
        "version": version,
        "kiosk": "saarijarvi-library",
        "municipality": "729",
        "language": "ar",
        "joined_at_ms": 1_790_000_000_000,
        "wait_ms": 60_000,
        "offer_ms": 9_000,
        "talk_ms": 2_400_000,
        "wrap_up_ms": 30_000 * version,
        "end_reason": "completed",
        "advisor": "advisor-1",
        "level": "native",
        "outcome": "guided",
        "topics": ["form"],
        "onward": {},
        "offers": [{"staff": "advisor-1", "outcome": "accepted", "rang_ms": 9_000}],
        **changes,
    }


class FactsInMemory:
    """A consumer group with one consumer, that hands out what is unacknowledged first.

    ``failures`` are raised one after the other by the method they are listed for, before it takes effect;
    ``lost_answers`` after it did.
    """

    def __init__(self) -> None:
        self.stream: dict[str, dict[str, Any]] = {}
        self.aside: list[tuple[str, str]] = []
        self.failures: dict[str, list[Exception]] = {}
        self.lost_answers: dict[str, list[Exception]] = {}
        self._numbers = count(1)
        self._changed = asyncio.Condition()

    async def append(self, *facts: dict[str, Any]) -> None:
        async with self._changed:
            for fact in facts:
                self.stream[f"{next(self._numbers)}-0"] = fact
            self._changed.notify_all()

    async def read(self, count: int, block_ms: int) -> list[tuple[str, dict[str, Any]]]:
        self._fail(self.failures, "read")
        async with self._changed:
            await self._changed.wait_for(lambda: self.stream)
            return list(self.stream.items())[:count]

    async def acknowledge(self, ids: Sequence[str]) -> None:
        self._fail(self.failures, "acknowledge")
        async with self._changed:
            for fact_id in ids:
                self.stream.pop(fact_id, None)
            self._changed.notify_all()
        self._fail(self.lost_answers, "acknowledge")

    async def set_aside(self, fact_id: str, reason: str) -> None:
        self._fail(self.failures, "set_aside")
        async with self._changed:
            if self.stream.pop(fact_id, None) is not None:
                self.aside.append((fact_id, reason))
            self._changed.notify_all()

    async def drained(self) -> None:
        """Return when every fact is acknowledged."""
        async with self._changed:
            await self._changed.wait_for(lambda: not self.stream)

    def _fail(self, planned: dict[str, list[Exception]], method: str) -> None:
        if planned.get(method):
            raise planned[method].pop(0)


class WatchedClock(SteppedClock):
    """A stepped clock that tells when somebody went to sleep on it, and for how long."""

    def __init__(self) -> None:
        super().__init__()
        self._sleeps: asyncio.Queue[float] = asyncio.Queue()

    async def sleep(self, seconds: float) -> None:
        self._sleeps.put_nowait(seconds)
        await super().sleep(seconds)

    async def next_sleep(self) -> float:
        """Wait until somebody sleeps, and say for how many seconds; the sleeper goes on sleeping."""
        return await self._sleeps.get()

    async def pass_sleep(self) -> float:
        """Wait until somebody sleeps, let that time pass, and say how many seconds it was."""
        seconds = await self.next_sleep()
        self.advance(seconds)
        return seconds


@pytest.fixture
def facts() -> FactsInMemory:
    return FactsInMemory()


@pytest.fixture
def clock() -> WatchedClock:
    return WatchedClock()


@pytest.fixture
async def store(empty_database: str) -> AsyncIterator[ContactStore]:
    await upgrade(empty_database)
    store = ContactStore.open(empty_database)
    yield store
    await store.close()


@pytest.fixture(autouse=True)
def everything_logged(caplog: pytest.LogCaptureFixture) -> Iterator[None]:
    """No log line holds what a record says, whatever a test does."""
    caplog.set_level(logging.INFO)
    yield
    assert MARKER not in caplog.text


@asynccontextmanager
async def writing(facts: FactsInMemory, store: ContactStore, clock: SteppedClock) -> AsyncIterator[None]:
    """A writer at work, which its owner cancels at the end."""
    task = asyncio.create_task(ContactWriter(facts, store, clock, HELSINKI).run())
    try:
        yield
    finally:
        task.cancel()
        [ended] = await asyncio.gather(task, return_exceptions=True)
        assert isinstance(ended, asyncio.CancelledError), ended


def warnings_in(caplog: pytest.LogCaptureFixture) -> list[str]:
    return [line.getMessage() for line in caplog.records if line.levelno == logging.WARNING]


async def kept(store: ContactStore) -> dict[str, int]:
    """The version that is kept of each call."""
    return {contact.call: contact.version for contact in await store.latest(1000)}


async def test_records_become_contacts_and_other_facts_are_acknowledged(
    facts: FactsInMemory, store: ContactStore, clock: WatchedClock
) -> None:
    await facts.append(
        {"name": "call_joined", "at_ms": 1},
        {"name": "call_ended", "at_ms": 2, "record": record("call-1")},
        {"name": "staff_available", "at_ms": 3, "record": None},
        {"name": "wrap_up_finished", "at_ms": 4, "record": record("call-1", version=2)},
        {"name": "call_ended", "at_ms": 5, "record": record("call-2", advisor=None, topics={}, offers={})},
    )
    async with writing(facts, store, clock):
        await facts.drained()
        await facts.append({"name": "call_ended", "at_ms": 6, "record": record("call-3")})
        await facts.drained()
    assert facts.aside == []
    assert await store.latest(10) == [
        contact_from_fact(record("call-3"), HELSINKI),
        contact_from_fact(record("call-2", advisor=None, topics={}, offers={}), HELSINKI),
        contact_from_fact(record("call-1", version=2), HELSINKI),
    ]


async def test_more_facts_than_a_batch(facts: FactsInMemory, store: ContactStore, clock: WatchedClock) -> None:
    number = 2 * BATCH + 1
    await facts.append(*({"name": "call_ended", "record": record(f"call-{n}")} for n in range(number)))
    async with writing(facts, store, clock):
        await facts.drained()
    assert await kept(store) == {f"call-{n}": 1 for n in range(number)}


BROKEN = [
    ({"call": "call-9", "kiosk": MARKER}, "KeyError"),
    ({}, "KeyError"),
    ([MARKER], "TypeError"),
    (MARKER, "TypeError"),
    (record("call-9", end_reason=MARKER), "ValueError"),
    (record("call-9", wait_ms=MARKER), "ValueError"),
    (record("call-9", topics=7), "TypeError"),
    (record("call-9", offers=[MARKER]), "TypeError"),
    (record("call-9", joined_at_ms=1e300), "OverflowError"),
    (record("call-9", joined_at_ms=10**20), "OSError"),
    (
        record("call-9", kiosk=MARKER, wait_ms=-1),
        "IntegrityError SQLITE_CONSTRAINT_CHECK|CheckViolation 23514",
    ),
    (record("call-9", kiosk=MARKER, talk_ms=2**63), "OverflowError|NumericValueOutOfRange 22003"),
    (record("call-9", kiosk=MARKER, topics=["\ud800"]), "UnicodeEncodeError"),
    (record("\ud800", kiosk=MARKER), "UnicodeEncodeError"),
]


async def test_a_record_that_cannot_be_written_goes_aside_and_stops_nobody(
    facts: FactsInMemory, store: ContactStore, clock: WatchedClock, caplog: pytest.LogCaptureFixture
) -> None:
    await facts.append({"name": "call_ended", "record": record("call-1")})
    await facts.append(*({"name": "call_ended", "record": broken} for broken, _ in BROKEN))
    await facts.append({"name": "call_ended", "record": record("call-2")})
    async with writing(facts, store, clock):
        await facts.drained()
    assert await kept(store) == {"call-1": 1, "call-2": 1}
    assert [fact_id for fact_id, _ in facts.aside] == [f"{n}-0" for n in range(2, len(BROKEN) + 2)]
    for (_, reason), (_, expected) in zip(facts.aside, BROKEN, strict=True):
        assert reason in expected.split("|")
    alarms = [line.getMessage() for line in caplog.records if line.levelno >= logging.ERROR]
    assert len(alarms) == len(BROKEN)
    assert warnings_in(caplog) == []


async def test_the_alarm_names_the_call(
    facts: FactsInMemory, store: ContactStore, clock: WatchedClock, caplog: pytest.LogCaptureFixture
) -> None:
    await facts.append(
        {"name": "call_ended", "record": record("call-8", end_reason=MARKER)},
        {"name": "call_ended", "record": record("call-9", kiosk=MARKER, wait_ms=-1)},
    )
    async with writing(facts, store, clock):
        await facts.drained()
    alarms = [line.getMessage() for line in caplog.records if line.levelno >= logging.ERROR]
    assert ["call-8" in alarms[0], "call-9" in alarms[1]] == [True, True]


async def test_a_refused_version_leaves_the_one_before(
    facts: FactsInMemory, store: ContactStore, clock: WatchedClock
) -> None:
    await facts.append(
        {"name": "call_ended", "record": record("call-1")},
        {"name": "wrap_up_finished", "record": record("call-1", version=2, talk_ms=-1)},
    )
    async with writing(facts, store, clock):
        await facts.drained()
    assert await kept(store) == {"call-1": 1}
    assert [fact_id for fact_id, _ in facts.aside] == ["2-0"]


async def test_nothing_is_lost_while_the_database_is_away(
    absent_database: AbsentDatabase,
    facts: FactsInMemory,
    clock: WatchedClock,
    caplog: pytest.LogCaptureFixture,
) -> None:
    store = ContactStore.open(absent_database.url)
    await facts.append(
        {"name": "call_ended", "record": record("call-1")},
        {"name": "call_ended", "record": record("call-9", end_reason="unheard_of")},
    )
    async with writing(facts, store, clock):
        assert [await clock.pass_sleep() for _ in range(6)] == [0.2, 0.4, 0.8, 1.6, 3.2, 5.0]
        assert await clock.next_sleep() == 5.0
        await facts.append({"name": "call_ended", "record": record("call-2")})
        absent_database.appear()
        clock.advance(5.0)
        assert await clock.next_sleep() == 5.0  # its tables are still missing
        await upgrade(absent_database.url)
        clock.advance(5.0)
        await facts.drained()
    assert await kept(store) == {"call-1": 1, "call-2": 1}
    assert [fact_id for fact_id, _ in facts.aside] == ["2-0"]
    assert len(warnings_in(caplog)) == 1
    await store.close()


async def test_every_outage_is_told_once_and_waited_for_from_the_beginning(
    facts: FactsInMemory, store: ContactStore, clock: WatchedClock, caplog: pytest.LogCaptureFixture
) -> None:
    async with writing(facts, store, clock):
        for call in ("call-1", "call-2"):
            facts.failures["acknowledge"] = [RedisConnectionError("away"), RedisTimeoutError("slow")]
            await facts.append({"name": "call_ended", "record": record(call)})
            assert [await clock.pass_sleep() for _ in range(2)] == [0.2, 0.4]
            await facts.drained()
    assert len(warnings_in(caplog)) == 2
    assert await kept(store) == {"call-1": 1, "call-2": 1}


@pytest.mark.parametrize("method", ["read", "set_aside", "acknowledge"])
async def test_nothing_is_lost_or_doubled_while_redis_is_away(
    facts: FactsInMemory, store: ContactStore, clock: WatchedClock, method: str
) -> None:
    facts.failures[method] = [RedisConnectionError("away"), RedisTimeoutError("slow"), BusyLoadingError()]
    await facts.append(
        {"name": "call_ended", "record": record("call-1")},
        {"name": "call_ended", "record": record("call-8", end_reason="unheard_of")},
        {"name": "call_ended", "record": record("call-9", wait_ms=-1)},
        {"name": "call_ended", "record": record("call-2")},
    )
    async with writing(facts, store, clock):
        assert [await clock.pass_sleep() for _ in range(3)] == [0.2, 0.4, 0.8]
        await facts.drained()
    assert await kept(store) == {"call-1": 1, "call-2": 1}
    assert sorted(fact_id for fact_id, _ in facts.aside) == ["2-0", "3-0"]


async def test_an_acknowledgement_whose_answer_was_lost(
    facts: FactsInMemory, store: ContactStore, clock: WatchedClock
) -> None:
    facts.lost_answers["acknowledge"] = [RedisTimeoutError("slow")]
    await facts.append({"name": "call_ended", "record": record("call-1")})
    async with writing(facts, store, clock):
        assert await clock.pass_sleep() == 0.2
        await facts.append({"name": "call_ended", "record": record("call-2")})
        await facts.drained()
    assert await kept(store) == {"call-1": 1, "call-2": 1}


async def test_another_writer_takes_up_what_one_left_in_an_outage(
    absent_database: AbsentDatabase, facts: FactsInMemory, clock: WatchedClock
) -> None:
    store = ContactStore.open(absent_database.url)
    await facts.append({"name": "call_ended", "record": record("call-1")})
    async with writing(facts, store, clock):
        await clock.next_sleep()
    absent_database.appear()
    await upgrade(absent_database.url)
    async with writing(facts, store, clock):
        await facts.drained()
    assert await kept(store) == {"call-1": 1}
    await store.close()


async def test_what_nobody_foresaw_ends_the_writer_and_loses_nothing(
    facts: FactsInMemory, store: ContactStore, clock: WatchedClock
) -> None:
    facts.failures["acknowledge"] = [RuntimeError("a bug")]
    await facts.append({"name": "call_ended", "record": record("call-1")})
    with pytest.raises(RuntimeError, match="a bug"):
        await ContactWriter(facts, store, clock, HELSINKI).run()
    async with writing(facts, store, clock):
        await facts.drained()
    assert await kept(store) == {"call-1": 1}
