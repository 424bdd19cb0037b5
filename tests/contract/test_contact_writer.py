"""The contract of the contact writer: every fact ends as one contact, or aside, whatever is away in between.

The store is real, on both databases. The facts come from a group in memory whose only use is to fail on
demand; the group in Valkey has tests of its own.
"""

import logging
from collections.abc import AsyncIterator, Iterator
from typing import Any
from zoneinfo import ZoneInfo

import pytest
from redis.exceptions import BusyLoadingError
from redis.exceptions import ConnectionError as RedisConnectionError
from redis.exceptions import TimeoutError as RedisTimeoutError

from bridge.contacts.store import ContactStore
from bridge.contacts.writer import ContactWriter
from bridge.database.fact_writer import BATCH
from bridge.database.schema import upgrade
from bridge.domain.contact import Channel, ServedHow, TookPart, contact_from_fact
from bridge.domain.staff import Role
from tests.contract.facts_in_memory import FactsInMemory, WatchedClock, at_work, warnings_in
from tests.postgres import AbsentDatabase

pytest_plugins = ["tests.postgres"]

HELSINKI = ZoneInfo("Europe/Helsinki")
MARKER = "Fatima-0401234567"


def record(call: str, version: int = 1, **changes: Any) -> dict[str, Any]:
    """The record of an ended call as the desk's scripts leave it; Lua writes an empty list as {}."""
    return {
        "call": call,
        "version": version,
        "channel": "video",
        "kiosk": "saarijarvi-library",
        "municipality": "729",
        "language": "ar",
        "language_served": "ar",
        "joined_at_ms": 1_790_000_000_000,
        "wait_ms": 60_000,
        "offer_ms": 9_000,
        "talk_ms": 2_400_000,
        "wrap_up_ms": 30_000 * version,
        "end_reason": "completed",
        "advisor": "advisor-1",
        "level": "native",
        "interpreter_wait_ms": 0,
        "transfers": 0,
        "people": [{"staff": "advisor-1", "role": "advisor", "talk_ms": 2_400_000}],
        "outcome": "guided",
        "topics": ["form"],
        "onward": {},
        "offers": [{"staff": "advisor-1", "outcome": "accepted", "rang_ms": 9_000}],
        **changes,
    }


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
        {"name": "call_ended", "at_ms": 5, "record": record("call-2", **UNSERVED, topics={}, offers={})},
    )
    async with at_work(ContactWriter(facts, store, clock, HELSINKI)):
        await facts.drained()
        await facts.append({"name": "call_ended", "at_ms": 6, "record": record("call-3")})
        await facts.drained()
    assert facts.aside == []
    assert await store.latest(10) == [
        contact_from_fact(record("call-3"), HELSINKI),
        contact_from_fact(record("call-2", **UNSERVED, topics={}, offers={}), HELSINKI),
        contact_from_fact(record("call-1", version=2), HELSINKI),
    ]


UNSERVED: dict[str, Any] = {"advisor": None, "level": None, "language_served": None, "people": {}}
TOGETHER = [
    {"staff": "advisor-1", "role": "advisor", "talk_ms": 2_400_000},
    {"staff": "interpreter-1", "role": "interpreter", "talk_ms": 2_000_000},
]


@pytest.mark.parametrize(
    ("said", "channel", "how"),
    [
        ({}, Channel.KIOSK_VIDEO, ServedHow.NATIVE_ADVISOR),
        ({"level": "fluent"}, Channel.KIOSK_VIDEO, ServedHow.OTHER_ADVISOR),
        # The advisor's own language, and not the one that was asked for.
        ({"language_served": "fi"}, Channel.KIOSK_VIDEO, ServedHow.OTHER_ADVISOR),
        ({"level": None}, Channel.KIOSK_VIDEO, ServedHow.OTHER_ADVISOR),
        (UNSERVED, Channel.KIOSK_VIDEO, ServedHow.NOT_SERVED),
        ({"channel": "chat"}, Channel.KIOSK_CHAT, ServedHow.NATIVE_ADVISOR),
        ({"media": {"route": "bridge"}}, Channel.KIOSK_CHAT, ServedHow.NATIVE_ADVISOR),
        ({"media": {"route": "bridge", "connect_ms": 400}}, Channel.KIOSK_VIDEO, ServedHow.NATIVE_ADVISOR),
        ({"interpreter": "interpreter-1"}, Channel.KIOSK_VIDEO, ServedHow.ADVISOR_WITH_INTERPRETER),
        ({"channel": "visit", "kiosk": "", "level": "fluent"}, Channel.VISIT, ServedHow.OTHER_ADVISOR),
        ({"channel": "phone", "kiosk": "", "language": ""}, Channel.PHONE, ServedHow.NATIVE_ADVISOR),
        (
            {"channel": "phone", "kiosk": "", "language": "", "level": None, "language_served": None},
            Channel.PHONE,
            ServedHow.OTHER_ADVISOR,
        ),
    ],
)
def test_how_somebody_came_and_was_served(said: dict[str, Any], channel: Channel, how: ServedHow) -> None:
    contact = contact_from_fact(record("call-1", **said), HELSINKI)
    assert (contact.channel, contact.served_how) == (channel, how)


def test_a_record_of_the_desk_before_this_is_read_too() -> None:
    """It waits in the stream where the database was away while Gloria was brought up to date."""
    old = {
        name: value
        for name, value in record("call-1").items()
        if name not in {"channel", "language_served", "interpreter_wait_ms", "transfers", "people"}
    }
    assert contact_from_fact(old, HELSINKI) == contact_from_fact(record("call-1", people={}), HELSINKI)


async def test_everybody_who_took_part_is_kept_and_a_visit_has_no_kiosk(
    facts: FactsInMemory, store: ContactStore, clock: WatchedClock
) -> None:
    interpreted = record(
        "call-1",
        language_served="ti",
        language="ti",
        level=None,
        interpreter="interpreter-1",
        interpreter_wait_ms=45_000,
        transfers=2,
        people=TOGETHER,
    )
    visit = record("call-2", channel="visit", kiosk="", municipality="", language="", offers={})
    await facts.append({"name": "call_ended", "record": interpreted}, {"name": "staff.served", "record": visit})
    async with at_work(ContactWriter(facts, store, clock, HELSINKI)):
        await facts.drained()
    assert facts.aside == []
    second, first = await store.latest(10)
    assert (first.interpreter, first.interpreter_wait_ms, first.transfers) == ("interpreter-1", 45_000, 2)
    assert first.people == (
        TookPart("advisor-1", Role.ADVISOR, 2_400_000),
        TookPart("interpreter-1", Role.INTERPRETER, 2_000_000),
    )
    assert (second.channel, second.kiosk, second.language_asked) == (Channel.VISIT, "", "")
    assert second == contact_from_fact(visit, HELSINKI)


async def test_more_facts_than_a_batch(facts: FactsInMemory, store: ContactStore, clock: WatchedClock) -> None:
    number = 2 * BATCH + 1
    await facts.append(*({"name": "call_ended", "record": record(f"call-{n}")} for n in range(number)))
    async with at_work(ContactWriter(facts, store, clock, HELSINKI)):
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
    (record("call-9", channel=MARKER), "KeyError"),
    (record("call-9", people=[{"staff": MARKER, "role": MARKER, "talk_ms": 1}]), "ValueError"),
    (record("call-9", people=[MARKER]), "TypeError"),
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
    async with at_work(ContactWriter(facts, store, clock, HELSINKI)):
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
    async with at_work(ContactWriter(facts, store, clock, HELSINKI)):
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
    async with at_work(ContactWriter(facts, store, clock, HELSINKI)):
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
    async with at_work(ContactWriter(facts, store, clock, HELSINKI)):
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
    async with at_work(ContactWriter(facts, store, clock, HELSINKI)):
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
    async with at_work(ContactWriter(facts, store, clock, HELSINKI)):
        assert [await clock.pass_sleep() for _ in range(3)] == [0.2, 0.4, 0.8]
        await facts.drained()
    assert await kept(store) == {"call-1": 1, "call-2": 1}
    assert sorted(fact_id for fact_id, _ in facts.aside) == ["2-0", "3-0"]


async def test_an_acknowledgement_whose_answer_was_lost(
    facts: FactsInMemory, store: ContactStore, clock: WatchedClock
) -> None:
    facts.lost_answers["acknowledge"] = [RedisTimeoutError("slow")]
    await facts.append({"name": "call_ended", "record": record("call-1")})
    async with at_work(ContactWriter(facts, store, clock, HELSINKI)):
        assert await clock.pass_sleep() == 0.2
        await facts.append({"name": "call_ended", "record": record("call-2")})
        await facts.drained()
    assert await kept(store) == {"call-1": 1, "call-2": 1}


async def test_another_writer_takes_up_what_one_left_in_an_outage(
    absent_database: AbsentDatabase, facts: FactsInMemory, clock: WatchedClock
) -> None:
    store = ContactStore.open(absent_database.url)
    await facts.append({"name": "call_ended", "record": record("call-1")})
    async with at_work(ContactWriter(facts, store, clock, HELSINKI)):
        await clock.next_sleep()
    absent_database.appear()
    await upgrade(absent_database.url)
    async with at_work(ContactWriter(facts, store, clock, HELSINKI)):
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
    async with at_work(ContactWriter(facts, store, clock, HELSINKI)):
        await facts.drained()
    assert await kept(store) == {"call-1": 1}
