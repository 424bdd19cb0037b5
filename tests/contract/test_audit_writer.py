"""The contract of the audit writer, the same on SQLite and PostgreSQL: each deed at the desk is in the audit once."""

import logging
from collections.abc import AsyncIterator
from typing import Any

import pytest
from redis.exceptions import ConnectionError as RedisConnectionError
from redis.exceptions import TimeoutError as RedisTimeoutError

from bridge.accounts.audit import Deed
from bridge.accounts.audit_writer import AuditWriter
from bridge.accounts.store import Accounts
from bridge.database.schema import upgrade
from tests.contract.facts_in_memory import FactsInMemory, WatchedClock, at_work, warnings_in
from tests.postgres import AbsentDatabase

pytest_plugins = ["tests.postgres"]

AT_MS = 1_790_000_000_000
MARKER = "Fatima-0401234567"
DESK_DEEDS = [deed for deed in Deed if deed.startswith(("call_", "staff_", "language_", "notice_"))]


def fact(deed: object, about: object = "call-1", **changes: Any) -> dict[str, Any]:
    """A fact of the supervisor's hand, as the desk's scripts leave it."""
    audit = {"by": "helena", "deed": deed, "about": about, "detail": "", **changes}
    return {"name": "call.raised", "at_ms": AT_MS, "calls": [{"id": about}], "audit": audit}


@pytest.fixture
def facts() -> FactsInMemory:
    return FactsInMemory()


@pytest.fixture
def clock() -> WatchedClock:
    return WatchedClock()


@pytest.fixture
async def accounts(empty_database: str, clock: WatchedClock) -> AsyncIterator[Accounts]:
    await upgrade(empty_database)
    opened = Accounts.open(empty_database, clock)
    yield opened
    await opened.close()


async def kept(accounts: Accounts) -> list[tuple[str, str, str, str]]:
    return [(row.actor, row.deed, row.about, row.detail) for row in reversed(await accounts.audit(1000))]


async def test_what_a_supervisor_does_is_in_the_audit_at_the_time_of_the_fact(
    facts: FactsInMemory, accounts: Accounts, clock: WatchedClock
) -> None:
    await accounts.note(Deed.SIGNED_IN, "helena", "helena")
    await facts.append(
        {"name": "call.joined", "at_ms": 1},
        fact("call_given", detail="amina"),
        {"name": "call.ended", "at_ms": 2, "record": {"call": "call-1"}},
        fact("language_closed", "ti"),
        fact("notice_given", "all", detail="longer_wait"),
        fact("staff_set", "yusuf", detail="away"),
    )
    async with at_work(AuditWriter(facts, accounts, clock)):
        await facts.drained()
        await facts.append(fact("call_ended", "call-2"))
        await facts.drained()
    assert facts.aside == []
    assert await kept(accounts) == [
        ("helena", "signed_in", "helena", ""),
        ("helena", "call_given", "call-1", "amina"),
        ("helena", "language_closed", "ti", ""),
        ("helena", "notice_given", "all", "longer_wait"),
        ("helena", "staff_set", "yusuf", "away"),
        ("helena", "call_ended", "call-2", ""),
    ]
    assert {row.at_ms for row in await accounts.audit(5)} == {AT_MS}


async def test_every_deed_at_the_desk_is_taken_also_one_of_a_newer_gloria(
    facts: FactsInMemory, accounts: Accounts, clock: WatchedClock
) -> None:
    words = [*map(str, DESK_DEEDS), "roster_printed"]
    assert len(words) == 10
    await facts.append(*(fact(word) for word in words))
    async with at_work(AuditWriter(facts, accounts, clock)):
        await facts.drained()
    assert [deed for _, deed, _, _ in await kept(accounts)] == words


async def test_a_fact_that_comes_again_leaves_one_row(
    facts: FactsInMemory, accounts: Accounts, clock: WatchedClock
) -> None:
    """Between two facts that are alike in everything but their id."""
    await facts.append(fact("call_raised"), fact("call_raised"))
    again = dict(facts.stream)
    facts.lost_answers["acknowledge"] = [RedisTimeoutError("slow")]
    async with at_work(AuditWriter(facts, accounts, clock)):
        assert await clock.pass_sleep() == 0.2
        await facts.drained()
        facts.stream |= again
        await facts.append(fact("call_moved", detail="ar"))
        await facts.drained()
    assert [deed for _, deed, _, _ in await kept(accounts)] == ["call_raised", "call_raised", "call_moved"]


async def test_two_writers_that_hold_the_same_facts_write_them_once(
    empty_database: str, accounts: Accounts, clock: WatchedClock
) -> None:
    """One that was taken to be dead, and the one that took its facts over."""
    first, second = FactsInMemory(), FactsInMemory()
    other = Accounts.open(empty_database, clock)
    for facts in (first, second):
        await facts.append(*(fact("call_raised", f"call-{n:03}") for n in range(250)))
    async with at_work(AuditWriter(first, accounts, clock)), at_work(AuditWriter(second, other, clock)):
        await first.drained()
        await second.drained()
    await other.close()
    assert sorted(about for _, _, about, _ in await kept(accounts)) == [f"call-{n:03}" for n in range(250)]


BROKEN: list[dict[str, Any]] = [
    {"name": "call.raised", "at_ms": AT_MS, "audit": {}},
    {"name": "call.raised", "at_ms": AT_MS, "audit": [MARKER]},
    {"name": "call.raised", "audit": fact("call_raised")["audit"]},
    fact(MARKER),
    fact(7),
    fact("call_raised", {"id": MARKER}),
    fact("call_raised", by=""),
    fact("call_raised", detail=[MARKER]),
    fact("call_raised", about="\ud800"),
]


async def test_what_cannot_be_written_goes_aside_and_stops_nobody(
    facts: FactsInMemory, accounts: Accounts, clock: WatchedClock, caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level(logging.INFO)
    await facts.append(fact("call_raised"), *BROKEN, fact("call_ended"))
    async with at_work(AuditWriter(facts, accounts, clock)):
        await facts.drained()
    assert [deed for _, deed, _, _ in await kept(accounts)] == ["call_raised", "call_ended"]
    assert sorted(fact_id for fact_id, _ in facts.aside) == sorted(f"{n}-0" for n in range(2, len(BROKEN) + 2))
    alarms = [line.getMessage() for line in caplog.records if line.levelno >= logging.ERROR]
    assert len(alarms) == len(BROKEN)
    assert all(alarm.startswith("audit: the deed '") and "goes aside" in alarm for alarm in alarms)


async def test_nothing_is_lost_or_doubled_while_database_or_redis_is_away(
    absent_database: AbsentDatabase, facts: FactsInMemory, clock: WatchedClock, caplog: pytest.LogCaptureFixture
) -> None:
    accounts = Accounts.open(absent_database.url, clock)
    facts.failures["acknowledge"] = [RedisConnectionError("away")]
    await facts.append(fact("call_raised"))
    async with at_work(AuditWriter(facts, accounts, clock)):
        assert [await clock.pass_sleep() for _ in range(2)] == [0.2, 0.4]
        assert await clock.next_sleep() == 0.8
        absent_database.appear()
        await upgrade(absent_database.url)
        clock.advance(0.8)
        assert await clock.pass_sleep() == 1.6  # written, and not acknowledged
        await facts.drained()
    assert [deed for _, deed, _, _ in await kept(accounts)] == ["call_raised"]
    assert len(warnings_in(caplog)) == 1
    await accounts.close()
