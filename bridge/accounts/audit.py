"""The audit: who did what to whom and when. Rows are never changed.

A row is added in the transaction of the deed. What a supervisor does at the desk is done in Redis: its row is made
from the fact it left there (``bridge/accounts/audit_writer.py``), moments later, and never twice.

``actor`` is the id of who did it, or one of ``command`` (somebody at the server's own command line), ``nobody``
(somebody who has not signed in) and ``gloria`` (the service by itself). ``about`` is the id of the staff member or
kiosk; of a deed at the desk also the id of the call, the code of the language, or ``all`` languages. ``detail`` holds
names of fields and codes, nothing that people wrote.
"""

import re
from collections.abc import Sequence
from dataclasses import asdict, dataclass
from enum import StrEnum
from typing import Any

from sqlalchemy import Row, insert, select
from sqlalchemy.dialects import postgresql, sqlite
from sqlalchemy.ext.asyncio import AsyncConnection

from bridge.accounts.tables import audit

COMMAND, NOBODY, GLORIA = "command", "nobody", "gloria"

_DETAIL_AT_MOST = 200
_CODE = re.compile(r"[a-z_]{1,32}")


class Deed(StrEnum):
    """What can be done to an account, and what a supervisor can do at the desk."""

    SIGNED_IN = "signed_in"
    SIGN_IN_REFUSED = "sign_in_refused"
    SIGNED_OUT = "signed_out"
    SIGNED_OUT_EVERYWHERE = "signed_out_everywhere"
    ADDED = "added"
    CHANGED = "changed"
    DISABLED = "disabled"
    ENABLED = "enabled"
    PASSWORD_CHANGED = "password_changed"  # noqa: S105 - a deed, not a password
    PASSWORD_RESET = "password_reset"  # noqa: S105 - a deed, not a password
    SECOND_FACTOR_SET = "second_factor_set"
    SECOND_FACTOR_RESET = "second_factor_reset"
    CODE_GIVEN = "code_given"
    ENROLLED = "enrolled"
    DEVICE_REVOKED = "device_revoked"
    CALL_RAISED = "call_raised"
    CALL_GIVEN = "call_given"
    CALL_MOVED = "call_moved"
    CALL_ENDED = "call_ended"
    STAFF_SET = "staff_set"
    LANGUAGE_CLOSED = "language_closed"
    LANGUAGE_OPENED = "language_opened"
    NOTICE_GIVEN = "notice_given"
    NOTICE_OVER = "notice_over"


@dataclass(frozen=True)
class Entry:
    """One row of the audit. ``deed`` is a Deed, or the word of a newer Gloria."""

    number: int
    at_ms: int
    actor: str
    deed: str
    about: str
    detail: str


@dataclass(frozen=True)
class DeskDeed:
    """What was done at the desk, as the fact with this stream id says. ``deed`` as in Entry."""

    fact: str
    at_ms: int
    actor: str
    deed: str
    about: str
    detail: str


def deed_from_fact(fact_id: str, fact: dict[str, Any]) -> DeskDeed:
    """What the ``audit`` of a fact says: ``{by, deed, about, detail}``, ids and codes; ``detail`` may be missing.

    Raises KeyError, TypeError or ValueError when it is not such a fact.
    """
    audit = fact["audit"]
    by, deed, about, detail = words = [audit["by"], audit["deed"], audit["about"], audit.get("detail", "")]
    if not all(isinstance(word, str) for word in words):
        raise TypeError("expected ids and codes")
    if not by or not _CODE.fullmatch(deed):
        raise ValueError("expected who did it, and the code of what they did")
    return DeskDeed(fact_id, int(fact["at_ms"]), by, deed, about, detail[:_DETAIL_AT_MOST])


async def note(connection: AsyncConnection, at_ms: int, actor: str, deed: Deed, about: str, detail: str = "") -> None:
    """Add a row in the caller's transaction."""
    row = {"at_ms": at_ms, "actor": actor, "deed": str(deed), "about": about, "detail": detail[:_DETAIL_AT_MOST]}
    await connection.execute(insert(audit), [row])


async def note_facts(connection: AsyncConnection, deeds: Sequence[DeskDeed]) -> None:
    """Add a row for each whose fact has none yet."""
    put = (postgresql if connection.dialect.name == "postgresql" else sqlite).insert(audit)
    once = put.on_conflict_do_nothing(index_elements=[audit.c.fact])
    await connection.execute(once, [asdict(deed) for deed in deeds])


async def entries(
    connection: AsyncConnection, limit: int, before: int | None, about: str | None, actor: str | None
) -> list[Entry]:
    """At most ``limit`` rows, newest first, with numbers below ``before``."""
    chosen = select(audit).order_by(audit.c.number.desc()).limit(limit)
    if before is not None:
        chosen = chosen.where(audit.c.number < before)
    if about:
        chosen = chosen.where(audit.c.about == about)
    if actor:
        chosen = chosen.where(audit.c.actor == actor)
    return [_entry(row) for row in (await connection.execute(chosen)).all()]


def _entry(row: Row[Any]) -> Entry:
    return Entry(row.number, row.at_ms, row.actor, row.deed, row.about, row.detail)
