"""From the desk's facts to contacts in SQL: every record exactly once (``bridge/database/fact_writer.py``)."""

from collections.abc import Sequence
from typing import Any
from zoneinfo import ZoneInfo

from bridge.clock import Clock
from bridge.contacts.store import ContactStore
from bridge.database.fact_writer import FactGroup, FactWriter
from bridge.domain.contact import Contact, contact_from_fact


class ContactWriter(FactWriter[Contact]):
    """Writes the record of every fact that has one."""

    what = "contacts"

    def __init__(self, facts: FactGroup, store: ContactStore, clock: Clock, zone: ZoneInfo) -> None:
        super().__init__(facts, clock)
        self._store = store
        self._zone = zone

    def read(self, fact_id: str, fact: dict[str, Any]) -> Contact | None:
        """The contact of a fact with a record."""
        record = fact.get("record")
        return None if record is None else contact_from_fact(record, self._zone)

    async def keep(self, rows: Sequence[Contact]) -> None:
        """One contact a call: the highest version holds."""
        await self._store.write(rows)

    def named(self, fact: dict[str, Any]) -> str:
        """By the id of the call."""
        record = fact.get("record")
        call = record.get("call") if isinstance(record, dict) else None
        return f"the record of call {call[:64] if isinstance(call, str) else 'unknown'!r}"
