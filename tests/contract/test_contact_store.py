"""The contract of the contact store, the same on SQLite and PostgreSQL: everything once, in any order."""

import asyncio
from collections.abc import AsyncIterator, Callable, Sequence
from dataclasses import replace
from datetime import date
from itertools import count, permutations
from pathlib import Path
from typing import TypeVar

import pytest
from alembic.autogenerate import compare_metadata
from alembic.migration import MigrationContext
from sqlalchemy import CheckConstraint, Connection, delete, event, inspect, select, text
from sqlalchemy.ext.asyncio import AsyncEngine

from bridge.contacts.store import ContactStore, RowRefused, StoreUnavailable
from bridge.contacts.tables import contact
from bridge.database.engine import engine_for
from bridge.database.metadata import metadata
from bridge.database.schema import SchemaError, downgrade, upgrade
from bridge.domain.call import EndReason
from bridge.domain.contact import Channel, Contact, ContactOutcome, Media, OfferMade, Onward, ServedHow, TookPart
from bridge.domain.media import NoRoute, Route, Trouble
from bridge.domain.offer import OfferState
from bridge.domain.staff import Role
from tests.postgres import AbsentDatabase

pytest_plugins = ["tests.postgres"]

T = TypeVar("T")

SERVED = Contact(
    call="call-1",
    version=2,
    channel=Channel.KIOSK_VIDEO,
    kiosk="saarijarvi-library",
    municipality="077",
    language_asked="prs",
    language_served="prs",
    served_how=ServedHow.ADVISOR_WITH_INTERPRETER,
    began_on=date(2026, 3, 29),
    began_hour=23,
    wait_ms=95_000,
    offer_ms=40_000,
    talk_ms=3_000_000_000,
    wrap_up_ms=120_000,
    end_reason=EndReason.COMPLETED,
    advisor="advisor-7",
    interpreter="interpreter-2",
    interpreter_wait_ms=3_000_000_000,
    transfers=1,
    people=(
        TookPart("advisor-3", Role.ADVISOR, 60_000),
        TookPart("advisor-7", Role.ADVISOR, 3_000_000_000),
        TookPart("interpreter-2", Role.INTERPRETER, 2_000_000_000),
    ),
    outcome=ContactOutcome.FORM_DONE,
    topics=("form", "social"),
    onward=(Onward.DVV, Onward.KELA),
    offers=(
        OfferMade("advisor-9", OfferState.TIMED_OUT, 25_000),
        OfferMade("advisor-3", OfferState.DECLINED, 4_000),
        OfferMade("advisor-7", OfferState.ACCEPTED, 11_000),
    ),
    media=Media(
        route=Route.TURN_TLS,
        route_changes=2,
        no_route=NoRoute.BLOCKED,
        connect_ms=412,
        good_s=2900,
        fair_s=90,
        poor_s=10,
        trouble=Trouble.LOSS,
    ),
)

ABANDONED = replace(
    SERVED,
    call="call-2",
    version=1,
    language_served=None,
    served_how=ServedHow.NOT_SERVED,
    began_hour=9,
    talk_ms=0,
    wrap_up_ms=0,
    end_reason=EndReason.ABANDONED,
    advisor=None,
    interpreter=None,
    interpreter_wait_ms=0,
    transfers=0,
    people=(),
    outcome=None,
    topics=(),
    onward=(),
    offers=(),
)


def version(number: int) -> Contact:
    """The contact of call-1 as its n-th version says it; nothing of one version is the same in another."""
    return replace(
        SERVED,
        version=number,
        talk_ms=number * 1000,
        topics=(f"topic-{number}",),
        onward=(list(Onward)[number],),
        offers=tuple(OfferMade(f"advisor-{number}", OfferState.DECLINED, n) for n in range(4 - number)),
        people=tuple(TookPart(f"advisor-{number}", Role.ADVISOR, n) for n in range(4 - number)),
    )


@pytest.fixture
async def store(empty_database: str) -> AsyncIterator[ContactStore]:
    await upgrade(empty_database)
    store = ContactStore.open(empty_database)
    yield store
    await store.close()


async def ask(database_url: str, question: Callable[[Connection], T]) -> T:
    """The answer to a question that goes past the store."""
    engine = engine_for(database_url)
    try:
        async with engine.begin() as connection:
            return await connection.run_sync(question)
    finally:
        await engine.dispose()


def tables_of(connection: Connection) -> set[str]:
    return set(inspect(connection).get_table_names()) - {"alembic_version"}


# The schema


async def test_the_migrations_make_the_tables_that_the_code_knows(empty_database: str) -> None:
    await upgrade(empty_database)

    def differences(connection: Connection) -> object:
        context = MigrationContext.configure(connection, opts={"compare_type": True, "compare_server_default": True})
        return compare_metadata(context, metadata)

    def checks(connection: Connection) -> dict[str, set[str | None]]:
        inspector = inspect(connection)
        return {table: {check["name"] for check in inspector.get_check_constraints(table)} for table in metadata.tables}

    assert await ask(empty_database, differences) == []
    assert await ask(empty_database, checks) == {
        name: {str(check.name) for check in table.constraints if isinstance(check, CheckConstraint)}
        for name, table in metadata.tables.items()
    }


async def test_up_down_and_up_again(empty_database: str) -> None:
    for _ in range(2):
        await upgrade(empty_database)
        await upgrade(empty_database)
        assert await ask(empty_database, tables_of) == set(metadata.tables)
        store = ContactStore.open(empty_database)
        assert await store.count() == 0
        await store.write([SERVED, ABANDONED])
        assert await store.latest(10) == [SERVED, ABANDONED]
        await store.close()
        await downgrade(empty_database, "base")
        assert await ask(empty_database, tables_of) == set()


async def test_processes_that_start_at_once_upgrade_once(empty_database: str) -> None:
    await asyncio.gather(*(upgrade(empty_database) for _ in range(3)))
    assert await ask(empty_database, tables_of) == set(metadata.tables)
    if empty_database.startswith("sqlite"):
        mode = await ask(empty_database, lambda c: c.execute(text("PRAGMA journal_mode")).scalar_one())
        assert mode == "wal"


async def test_an_upgrade_keeps_what_is_there(empty_database: str, store: ContactStore) -> None:
    await store.write([SERVED])
    await upgrade(empty_database)
    assert await store.latest(1) == [SERVED]


async def test_a_database_of_a_newer_gloria_is_left_alone(empty_database: str, store: ContactStore) -> None:
    await ask(empty_database, lambda c: c.execute(text("UPDATE alembic_version SET version_num = '9999'")))
    with pytest.raises(SchemaError, match="9999"):
        await upgrade(empty_database)
    assert await store.count() == 0


# Writing and reading


async def test_a_contact_is_read_as_it_was_written(store: ContactStore) -> None:
    await store.write([SERVED, ABANDONED])
    assert await store.latest(10) == [SERVED, ABANDONED]
    assert await store.count() == 2


async def test_an_empty_store(store: ContactStore) -> None:
    await store.write([])
    assert await store.latest(10) == []
    assert await store.count() == 0


async def test_the_newest_come_first_and_no_more_than_asked(store: ContactStore) -> None:
    contacts = [
        replace(SERVED, call=f"call-{day}-{hour}", began_on=date(2026, 5, day), began_hour=hour)
        for day in (3, 1, 2)
        for hour in (8, 15, 9)
    ]
    await store.write(contacts)
    latest = await store.latest(4)
    assert [one.call for one in latest] == ["call-3-15", "call-3-9", "call-3-8", "call-2-15"]
    assert all(one.offers == SERVED.offers and one.topics == SERVED.topics for one in latest)


async def test_topics_and_places_are_sets(store: ContactStore) -> None:
    await store.write([replace(SERVED, topics=("work", "form", "work"), onward=(Onward.TAX, Onward.KELA, Onward.TAX))])
    [one] = await store.latest(1)
    assert one.topics == ("form", "work")
    assert one.onward == (Onward.KELA, Onward.TAX)


@pytest.mark.parametrize("together", [True, False], ids=["one-write", "one-by-one"])
async def test_the_highest_version_holds_in_any_order(store: ContactStore, together: bool) -> None:
    for number, order in enumerate(permutations([version(1), version(2), version(3)])):
        contacts = [replace(one, call=f"call-{number}") for one in order]
        for batch in [contacts] if together else [[one] for one in contacts]:
            await store.write(batch)
    expected = [replace(version(3), call=f"call-{number}") for number in range(6)]
    assert sorted(await store.latest(10), key=lambda one: one.call) == expected


async def test_a_repeated_write_changes_nothing(store: ContactStore) -> None:
    await store.write([SERVED, ABANDONED])
    await store.write([ABANDONED, SERVED])
    await store.write([replace(SERVED, talk_ms=1, topics=("other",), offers=())])
    assert await store.latest(10) == [SERVED, ABANDONED]


async def test_an_older_version_is_passed_over_beside_a_newer_one(store: ContactStore) -> None:
    await store.write([version(2), ABANDONED])
    newer = replace(ABANDONED, version=9, topics=("work",))
    await store.write([version(1), newer])
    assert await store.latest(10) == [version(2), newer]


async def test_what_a_newer_version_no_longer_has_is_gone(store: ContactStore) -> None:
    await store.write([SERVED])
    bare = replace(SERVED, version=3, topics=(), onward=(), offers=(), people=(), interpreter=None, outcome=None)
    await store.write([bare])
    assert await store.latest(10) == [bare]


async def test_a_batch_larger_than_one_statement_takes(store: ContactStore) -> None:
    calls = [f"call-{number:05}" for number in range(2_500)]
    for number in (1, 2):
        await store.write([replace(ABANDONED, call=call, version=number, topics=("work",)) for call in calls])
    assert await store.count() == len(calls)
    [last] = await store.latest(1)
    assert (last.call, last.version, last.topics) == ("call-02499", 2, ("work",))


async def test_two_writers_at_once(empty_database: str, store: ContactStore) -> None:
    other = ContactStore.open(empty_database)
    calls = [f"call-{number:02}" for number in range(20)]

    def contacts(number: int, order: Sequence[str]) -> list[Contact]:
        return [replace(version(number), call=call) for call in order]

    await asyncio.gather(
        *(store.write(contacts(number, calls)) for number in (1, 3, 2)),
        *(other.write(contacts(number, calls[::-1])) for number in (3, 2, 1)),
    )
    assert sorted(await other.latest(100), key=lambda one: one.call) == contacts(3, calls)
    await other.close()


async def test_a_contact_that_is_deleted_takes_its_parts_along(empty_database: str, store: ContactStore) -> None:
    await store.write([SERVED])
    await ask(empty_database, lambda c: c.execute(delete(contact)))

    def rows(connection: Connection) -> int:
        return sum(len(connection.execute(select(table)).all()) for table in metadata.sorted_tables)

    assert await ask(empty_database, rows) == 0


async def test_a_reader_never_sees_half_of_a_version(empty_database: str, store: ContactStore) -> None:
    other = ContactStore.open(empty_database)
    seen: list[Contact] = []

    async def read() -> None:
        while not seen or seen[-1].version < 40:
            seen.extend(await other.latest(1))

    reading = asyncio.create_task(read())
    for number in range(1, 41):
        await store.write([replace(version(number % 4), version=number)])
    await reading
    assert seen == [replace(version(one.version % 4), version=one.version) for one in seen]
    await other.close()


# What goes wrong


async def test_what_can_never_be_written_is_refused_with_its_batch(store: ContactStore) -> None:
    await store.write([replace(SERVED, version=1)])
    for impossible in (
        replace(SERVED, wait_ms=-1),
        replace(SERVED, talk_ms=2**63),
        replace(SERVED, began_hour=24),
        replace(SERVED, interpreter_wait_ms=-1),
        replace(SERVED, transfers=-1),
        replace(SERVED, people=(TookPart("advisor-9", Role.ADVISOR, -1),)),
        replace(SERVED, kiosk="\ud800"),
        replace(SERVED, topics=("\ud800",)),
        replace(SERVED, offers=(OfferMade("advisor-9", OfferState.DECLINED, -1),)),
    ):
        with pytest.raises(RowRefused) as refusal:
            await store.write([ABANDONED, impossible])
        assert "saarijarvi-library" not in str(refusal.value)
        assert await store.latest(10) == [replace(SERVED, version=1)]


async def test_a_database_that_is_away_is_no_fault_of_the_record(absent_database: AbsentDatabase) -> None:
    store = ContactStore.open(absent_database.url)
    with pytest.raises(StoreUnavailable):
        await store.write([SERVED])
    with pytest.raises(StoreUnavailable):
        await store.latest(1)
    with pytest.raises(StoreUnavailable):
        await upgrade(absent_database.url)

    absent_database.appear()
    with pytest.raises(StoreUnavailable):  # its tables are still missing
        await store.write([SERVED])

    await upgrade(absent_database.url)
    await store.write([SERVED])
    assert await store.latest(10) == [SERVED]
    await store.close()


def cancel_at_statement(number: int, engine: AsyncEngine, task: asyncio.Task[None]) -> None:
    """Cancel the task in the middle of the n-th statement of the engine, from 0."""
    statements = count()

    def cancel(*_: object) -> None:
        if next(statements) == number:
            task.cancel()

    event.listen(engine.sync_engine, "before_cursor_execute", cancel)


async def test_a_write_that_is_cancelled_is_ended_and_locks_nobody_out(empty_database: str) -> None:
    await upgrade(empty_database)
    other = ContactStore.open(empty_database)
    ended: list[object] = []  # kept: no lock may hang on somebody forgetting an error and its traceback
    for number in range(6):
        engine = engine_for(empty_database)
        store = ContactStore(engine)
        writing = asyncio.create_task(store.write([replace(SERVED, version=2 * number + 1)]))
        cancel_at_statement(number, engine, writing)
        ended += await asyncio.gather(writing, return_exceptions=True)
        assert await other.latest(1) == [replace(SERVED, version=2 * number + 1)]
        await other.write([replace(SERVED, version=2 * number + 2)])
        await store.close()
    assert [type(end) for end in ended] == [asyncio.CancelledError] * 6
    await other.close()


async def test_nobody_listens(tmp_path: Path) -> None:
    store = ContactStore.open(f"postgresql://gloria:open-sesame@/gloria?host={tmp_path}")
    with pytest.raises(StoreUnavailable) as away:
        await store.count()
    assert "open-sesame" not in f"{away.value!r} {store!r}"
    await store.close()


async def test_a_locked_file_is_no_fault_of_the_record(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("bridge.database.engine.LOCK_WAIT_S", 0.01)
    url = f"sqlite+aiosqlite:///{tmp_path / 'contacts.sqlite'}"
    await upgrade(url)
    store = ContactStore.open(url)
    engine = engine_for(url).execution_options(sqlite_begin="BEGIN IMMEDIATE")
    async with engine.begin():
        with pytest.raises(StoreUnavailable, match="SQLITE_BUSY"):
            await store.write([SERVED])
        with pytest.raises(StoreUnavailable, match="SQLITE_BUSY"):
            await upgrade(url)
        assert await store.count() == 0
    await engine.dispose()
    await store.write([SERVED])
    assert await store.latest(10) == [SERVED]
    await store.close()


async def test_figures_of_the_queue_are_of_one_municipality_and_of_the_days_asked_for(
    empty_database: str, store: ContactStore
) -> None:
    await upgrade(empty_database)
    touched = replace(ABANDONED, call="touched", end_reason=EndReason.TOUCHED)
    elsewhere = replace(SERVED, call="elsewhere", municipality="729")
    later = replace(SERVED, call="later", began_on=date(2026, 4, 1))
    earlier = replace(SERVED, call="earlier", began_on=date(2026, 2, 28))
    desk_work = [
        replace(SERVED, call=channel, channel=channel, kiosk="", language_asked="")
        for channel in (Channel.VISIT, Channel.PHONE)
    ]
    await store.write([SERVED, ABANDONED, touched, elsewhere, later, earlier, *desk_work])
    found = await store.served("077", date(2026, 3, 1), before=date(2026, 4, 1))
    assert sorted(one.answered for one in found) == [False, True]
