"""From the desk's facts to the audit: what a supervisor does at the desk, each deed exactly once
(``bridge/database/fact_writer.py``). The audit's rows are never changed, so the fact's id is kept in them."""

from collections.abc import Sequence
from typing import Any

from bridge.accounts.audit import DeskDeed, deed_from_fact
from bridge.accounts.store import Accounts
from bridge.clock import Clock
from bridge.database.fact_writer import FactGroup, FactWriter


class AuditWriter(FactWriter[DeskDeed]):
    """Writes the deed of every fact that has one."""

    what = "audit"

    def __init__(self, facts: FactGroup, accounts: Accounts, clock: Clock) -> None:
        super().__init__(facts, clock)
        self._accounts = accounts

    def read(self, fact_id: str, fact: dict[str, Any]) -> DeskDeed | None:
        """The deed of a fact that somebody has to answer for."""
        return None if fact.get("audit") is None else deed_from_fact(fact_id, fact)

    async def keep(self, rows: Sequence[DeskDeed]) -> None:
        """One row a fact."""
        await self._accounts.note_desk_deeds(rows)

    def named(self, fact: dict[str, Any]) -> str:
        """By its code."""
        audit = fact.get("audit")
        deed = audit.get("deed") if isinstance(audit, dict) else None
        return f"the deed {deed[:32] if isinstance(deed, str) else 'unknown'!r}"
