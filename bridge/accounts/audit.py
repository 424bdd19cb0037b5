"""The audit: who did what to whom and when. Rows are added in the transaction of the deed, and never changed.

``actor`` is the id of who did it, or one of ``command`` (somebody at the server's own command line), ``nobody``
(somebody who has not signed in) and ``gloria`` (the service by itself). ``about`` is the id of the staff member or
kiosk. ``detail`` holds names of fields and codes, nothing that people wrote.
"""

from dataclasses import dataclass
from enum import StrEnum
from typing import Any

from sqlalchemy import Row, insert, select
from sqlalchemy.ext.asyncio import AsyncConnection

from bridge.accounts.tables import audit

COMMAND, NOBODY, GLORIA = "command", "nobody", "gloria"


class Deed(StrEnum):
    """What can be done to an account."""

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


@dataclass(frozen=True)
class Entry:
    """One row of the audit."""

    number: int
    at_ms: int
    actor: str
    deed: Deed
    about: str
    detail: str


async def note(connection: AsyncConnection, at_ms: int, actor: str, deed: Deed, about: str, detail: str = "") -> None:
    """Add a row in the caller's transaction."""
    row = {"at_ms": at_ms, "actor": actor, "deed": str(deed), "about": about, "detail": detail[:200]}
    await connection.execute(insert(audit), [row])


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
    return Entry(row.number, row.at_ms, row.actor, Deed(row.deed), row.about, row.detail)
