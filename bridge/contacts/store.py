"""Contacts in SQL: written once whatever happens on the way, read back whole."""

from collections import defaultdict
from collections.abc import Iterable, Sequence
from datetime import date
from typing import Any, Self

from sqlalchemy import Row, Table, bindparam, delete, func, insert, select
from sqlalchemy.dialects import postgresql, sqlite
from sqlalchemy.ext.asyncio import AsyncConnection, AsyncEngine

from bridge.contacts.tables import contact, contact_offer, contact_onward, contact_person, contact_topic
from bridge.database.engine import RowRefused, StoreUnavailable, database_work, engine_for
from bridge.domain.call import EndReason
from bridge.domain.contact import (
    QUEUED,
    Channel,
    Contact,
    ContactOutcome,
    Media,
    OfferMade,
    Onward,
    ServedHow,
    TookPart,
    known,
)
from bridge.domain.figures import Served
from bridge.domain.media import NoRoute, Route, Trouble
from bridge.domain.offer import OfferState
from bridge.domain.staff import Role

__all__ = ["ContactStore", "RowRefused", "StoreUnavailable"]


class ContactStore:
    """The contacts of one database, whose tables ``bridge.database.schema`` has made.

    Topics and onward places of a contact are sets: written once each, read back in alphabetical order.
    Every method raises StoreUnavailable when the database cannot answer now; when cancelled, it ends what it
    began.
    """

    def __init__(self, engine: AsyncEngine) -> None:
        self._engine = engine
        # What is read in several statements must be of one moment. On SQLite any transaction is.
        snapshot = {"isolation_level": "REPEATABLE READ"} if engine.dialect.name == "postgresql" else {}
        self._snapshots = engine.execution_options(**snapshot)
        dialect = postgresql if engine.dialect.name == "postgresql" else sqlite
        put = dialect.insert(contact)
        self._put_newer = put.on_conflict_do_update(
            index_elements=[contact.c.call],
            set_={column.name: put.excluded[column.name] for column in contact.c if not column.primary_key},
            where=put.excluded.version > contact.c.version,
        ).returning(contact.c.call)

    @classmethod
    def open(cls, database_url: str) -> Self:
        """A store at that address. It connects when first used; whoever opened it closes it."""
        return cls(engine_for(database_url))

    def __repr__(self) -> str:
        return f"<ContactStore {self._engine.url.render_as_string(hide_password=True)}>"

    @database_work
    async def write(self, contacts: Sequence[Contact]) -> None:
        """Keep these contacts, all or none, each where it is newer than what is kept of its call.

        Repeating a write changes nothing; versions of a call may come in any order, within one write too.
        Raises RowRefused when the database refuses one of them, whichever.
        """
        newest: dict[str, Contact] = {}
        for one in contacts:
            if one.call not in newest or one.version > newest[one.call].version:
                newest[one.call] = one
        if not newest:
            return
        # In the order of calls: two writers that take rows in different orders wait for each other for ever.
        rows = [_row(newest[call]) for call in sorted(newest)]
        async with self._engine.begin() as connection:
            written = (await connection.scalars(self._put_newer, rows)).all()
            if written:
                await _replace_parts(connection, [newest[call] for call in written])

    @database_work
    async def latest(self, limit: int) -> list[Contact]:
        """At most ``limit`` contacts, newest first: by day and hour (no finer time is kept), then by call."""
        newest = (
            select(contact)
            .order_by(contact.c.began_on.desc(), contact.c.began_hour.desc(), contact.c.call.desc())
            .limit(limit)
        )
        calls = newest.with_only_columns(contact.c.call)
        async with self._snapshots.begin() as connection:
            rows = (await connection.execute(newest)).all()
            parts = {
                table: _by_call(
                    await connection.execute(select(table).where(table.c.call.in_(calls)).order_by(*table.primary_key))
                )
                for table in (contact_topic, contact_onward, contact_offer, contact_person)
            }
        return [_contact(row, parts) for row in rows]

    @database_work
    async def served(self, municipality: str, since: date, before: date) -> list[Served]:
        """What figures of the queue need of a municipality's contacts from one day to before another.

        Who touched and left is not counted, nor a visit or a phone call: they waited in no queue.
        """
        chosen = select(contact.c.began_on, contact.c.wait_ms, contact.c.advisor).where(
            contact.c.municipality == municipality,
            contact.c.began_on >= since,
            contact.c.began_on < before,
            contact.c.end_reason != EndReason.TOUCHED.value,
            contact.c.channel.in_([channel.value for channel in QUEUED]),
        )
        async with self._engine.connect() as connection:
            rows = (await connection.execute(chosen)).all()
        return [Served(row.began_on, row.wait_ms, row.advisor is not None) for row in rows]

    @database_work
    async def count(self) -> int:
        """How many contacts are kept."""
        async with self._engine.connect() as connection:
            return (await connection.scalars(select(func.count()).select_from(contact))).one()

    async def close(self) -> None:
        """Close every connection."""
        await self._engine.dispose()


async def _replace_parts(connection: AsyncConnection, contacts: Sequence[Contact]) -> None:
    calls = [{"changed": one.call} for one in contacts]
    parts: dict[Table, list[dict[str, Any]]] = {
        contact_topic: [{"call": one.call, "topic": topic} for one in contacts for topic in sorted(set(one.topics))],
        contact_onward: [
            {"call": one.call, "place": place.value} for one in contacts for place in sorted(set(one.onward))
        ],
        contact_offer: [
            {
                "call": one.call,
                "position": position,
                "staff": offer.staff,
                "outcome": offer.outcome.value,
                "rang_ms": offer.rang_ms,
            }
            for one in contacts
            for position, offer in enumerate(one.offers)
        ],
        contact_person: [
            {
                "call": one.call,
                "position": position,
                "staff": person.staff,
                "role": person.role.value,
                "talk_ms": person.talk_ms,
            }
            for one in contacts
            for position, person in enumerate(one.people)
        ],
    }
    for table, rows in parts.items():
        await connection.execute(delete(table).where(table.c.call == bindparam("changed")), calls)
        if rows:
            await connection.execute(insert(table), rows)


def _row(one: Contact) -> dict[str, Any]:
    return {
        "call": one.call,
        "version": one.version,
        "channel": one.channel.value,
        "kiosk": one.kiosk,
        "municipality": one.municipality,
        "language_asked": one.language_asked,
        "language_served": one.language_served,
        "served_how": one.served_how.value,
        "began_on": one.began_on,
        "began_hour": one.began_hour,
        "wait_ms": one.wait_ms,
        "offer_ms": one.offer_ms,
        "talk_ms": one.talk_ms,
        "wrap_up_ms": one.wrap_up_ms,
        "end_reason": one.end_reason.value,
        "advisor": one.advisor,
        "interpreter": one.interpreter,
        "interpreter_wait_ms": one.interpreter_wait_ms,
        "transfers": one.transfers,
        "outcome": one.outcome.value if one.outcome else None,
        "route": one.media.route.value if one.media.route else None,
        "route_changes": one.media.route_changes,
        "no_route": one.media.no_route.value if one.media.no_route else None,
        "connect_ms": one.media.connect_ms,
        "good_s": one.media.good_s,
        "fair_s": one.media.fair_s,
        "poor_s": one.media.poor_s,
        "trouble": one.media.trouble.value,
    }


def _by_call(rows: Iterable[Row[Any]]) -> dict[str, list[Row[Any]]]:
    grouped: dict[str, list[Row[Any]]] = defaultdict(list)
    for row in rows:
        grouped[row.call].append(row)
    return grouped


def _contact(row: Row[Any], parts: dict[Table, dict[str, list[Row[Any]]]]) -> Contact:
    return Contact(
        call=row.call,
        version=row.version,
        channel=Channel(row.channel),
        kiosk=row.kiosk,
        municipality=row.municipality,
        language_asked=row.language_asked,
        language_served=row.language_served,
        served_how=ServedHow(row.served_how),
        began_on=row.began_on,
        began_hour=row.began_hour,
        wait_ms=row.wait_ms,
        offer_ms=row.offer_ms,
        talk_ms=row.talk_ms,
        wrap_up_ms=row.wrap_up_ms,
        end_reason=EndReason(row.end_reason),
        advisor=row.advisor,
        interpreter=row.interpreter,
        interpreter_wait_ms=row.interpreter_wait_ms,
        transfers=row.transfers,
        people=tuple(
            TookPart(part.staff, Role(part.role), part.talk_ms) for part in parts[contact_person].get(row.call, ())
        ),
        outcome=ContactOutcome(row.outcome) if row.outcome else None,
        topics=tuple(part.topic for part in parts[contact_topic].get(row.call, ())),
        onward=tuple(Onward(part.place) for part in parts[contact_onward].get(row.call, ())),
        offers=tuple(
            OfferMade(part.staff, OfferState(part.outcome), part.rang_ms)
            for part in parts[contact_offer].get(row.call, ())
        ),
        media=Media(
            route=known(Route, row.route),
            route_changes=row.route_changes,
            no_route=known(NoRoute, row.no_route),
            connect_ms=row.connect_ms,
            good_s=row.good_s,
            fair_s=row.fair_s,
            poor_s=row.poor_s,
            trouble=known(Trouble, row.trouble) or Trouble.NONE,
        ),
    )
