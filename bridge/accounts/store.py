"""Accounts in SQL. Every change is one transaction with its row in the audit, and is told to the desk afterwards
(roster).

``by`` is the actor of the audit (bridge/accounts/audit.py). Every method raises StoreUnavailable when the database
cannot answer now; what was asked has then not happened, or wholly.
"""

from collections import defaultdict
from collections.abc import AsyncIterator, Mapping, Sequence
from contextlib import asynccontextmanager
from dataclasses import dataclass
from typing import Any, Self

from sqlalchemy import Row, Table, delete, insert, select, text, update
from sqlalchemy.ext.asyncio import AsyncConnection, AsyncEngine

from bridge.accounts.audit import Deed, DeskDeed, Entry, entries, note, note_facts
from bridge.accounts.model import Account, KioskAccount, KioskDraft, StaffAccount, StaffDraft
from bridge.accounts.tables import account, account_language, kiosk
from bridge.clock import Clock
from bridge.database.engine import StoreUnavailable, database_work, engine_for
from bridge.desk.desk import Behind
from bridge.domain.staff import Gender, Level, Role

__all__ = ["Accounts", "LastAdministrator", "NoSuchAccount", "StoreUnavailable", "Taken"]

# Any number that nobody else takes: "accounts" in ASCII.
_ADVISORY_LOCK = 0x6163636F756E7473


class Taken(ValueError):
    """The id belongs to a kiosk or a member of the staff already."""


class NoSuchAccount(LookupError):
    """There is no kiosk or member of the staff with that id."""


class LastAdministrator(ValueError):
    """Refused: nobody could administer Gloria any more."""


@dataclass(frozen=True)
class Secrets:
    """What is kept to check a sign-in against."""

    account: StaffAccount
    password: str | None
    totp: str | None


class Accounts:
    """The accounts of one database, whose tables ``bridge.database.schema`` has made."""

    def __init__(self, engine: AsyncEngine, clock: Clock, demo: bool = False) -> None:
        """On the demo desk (``demo``) whatever is added is the demo's, and shut outside it."""
        self._engine = engine
        self._demo = demo
        # Locked from the first statement: what a change decides by must not change before it is written.
        self._changes = engine.execution_options(sqlite_begin="BEGIN IMMEDIATE")
        self._clock = clock

    @asynccontextmanager
    async def _change(self) -> AsyncIterator[AsyncConnection]:
        """A transaction; one change of accounts at a time, over all processes."""
        async with self._changes.begin() as connection:
            if connection.dialect.name == "postgresql":
                await connection.execute(text("SELECT pg_advisory_xact_lock(:lock)"), {"lock": _ADVISORY_LOCK})
            yield connection

    @classmethod
    def open(cls, database_url: str, clock: Clock, demo: bool = False) -> Self:
        """Accounts at that address. It connects when first used; whoever opened it closes it."""
        return cls(engine_for(database_url), clock, demo)

    async def close(self) -> None:
        """Close every connection."""
        await self._engine.dispose()

    # ------------------------------------------------------------------ reading

    @database_work
    async def everybody(self) -> tuple[list[StaffAccount], list[KioskAccount]]:
        """All staff and all kiosks, in the order of their names."""
        async with self._engine.connect() as connection:
            return await _staff(connection), await _kiosks(connection)

    @database_work
    async def find(self, seat: str) -> Account | None:
        """The kiosk or staff member with this id."""
        async with self._engine.connect() as connection:
            return await _find(connection, seat)

    @database_work
    async def secrets_of(self, seat: str) -> Secrets | None:
        """A staff member with what their sign-in is checked against."""
        async with self._engine.connect() as connection:
            found = await _staff(connection, seat)
            if not found:
                return None
            row = (
                await connection.execute(select(account.c.password, account.c.totp).where(account.c.id == seat))
            ).one()
            return Secrets(found[0], row.password, row.totp)

    @database_work
    async def a_sealed_secret(self) -> str | None:
        """One of the second factors' sealed secrets; None when there is none."""
        async with self._engine.connect() as connection:
            chosen = select(account.c.totp).where(account.c.totp.is_not(None)).limit(1)
            return (await connection.scalars(chosen)).first()

    @database_work
    async def kiosk_of_device(self, device: str) -> KioskAccount | None:
        """The kiosk that holds the device token with this hash."""
        async with self._engine.connect() as connection:
            seat = (await connection.scalars(select(kiosk.c.id).where(kiosk.c.device == device))).one_or_none()
            found = await _kiosks(connection, seat) if seat else []
            return found[0] if found and found[0].active else None

    @database_work
    async def audit(
        self, limit: int, before: int | None = None, about: str | None = None, actor: str | None = None
    ) -> list[Entry]:
        """At most ``limit`` rows of the audit, newest first, with numbers below ``before``."""
        async with self._engine.connect() as connection:
            return await entries(connection, limit, before, about, actor)

    # ------------------------------------------------------------------ adding and changing

    @database_work
    async def add_staff(self, draft: StaffDraft, by: str, password: str | None = None) -> StaffAccount:
        """Add a member of the staff, whose password (a hash) is to be changed at the first sign-in. Raises Taken."""
        async with self._change() as connection:
            return await self._add_staff(connection, draft, by, password)

    @database_work
    async def add_first_administrator(self, draft: StaffDraft, password: str) -> StaffAccount:
        """Add an administrator with a password (a hash) of their own. Raises Taken."""
        async with self._change() as connection:
            await self._add_staff(connection, draft, "command", password)
            await connection.execute(update(account).where(account.c.id == draft.id).values(must_change=False))
            return (await _staff(connection, draft.id))[0]

    @database_work
    async def add_kiosk(self, draft: KioskDraft, by: str) -> KioskAccount:
        """Add a kiosk. Raises Taken."""
        async with self._change() as connection:
            return await self._add_kiosk(connection, draft, by)

    @database_work
    async def change_staff(self, draft: StaffDraft, by: str) -> StaffAccount:
        """The account is as the draft says from now on. Another role or municipality ends its sign-ins.

        Raises NoSuchAccount, LastAdministrator.
        """
        async with self._change() as connection:
            was = await self._staff_member(connection, draft.id)
            if was.role is Role.ADMINISTRATOR and draft.role is not Role.ADMINISTRATOR:
                await _keep_an_administrator(connection, draft.id)
            rights = (was.role, was.municipality) != (draft.role, draft.municipality)
            values = draft.model_dump(mode="json", exclude={"id", "languages"})
            changed = [name for name, value in values.items() if getattr(was, name) != value]
            if was.role is not draft.role:
                changed = [f"role {was.role} to {draft.role}" if name == "role" else name for name in changed]
            if was.languages != draft.languages:
                changed.append("languages")
            if changed:
                await self._touch(connection, account, draft.id, by, Deed.CHANGED, ", ".join(changed), rights, values)
                await _put_languages(connection, draft)
            return (await _staff(connection, draft.id))[0]

    @database_work
    async def change_kiosk(self, draft: KioskDraft, by: str) -> KioskAccount:
        """The kiosk is as the draft says from now on. Raises NoSuchAccount."""
        async with self._change() as connection:
            was = await self._kiosk(connection, draft.id)
            values = draft.model_dump(mode="json", exclude={"id"})
            changed = [name for name, value in values.items() if getattr(was, name) != value]
            if changed:
                await self._touch(connection, kiosk, draft.id, by, Deed.CHANGED, ", ".join(changed), False, values)
            return (await _kiosks(connection, draft.id))[0]

    @database_work
    async def set_active(self, seat: str, active: bool, by: str) -> None:
        """Let somebody in, or shut them out at once. Raises NoSuchAccount, LastAdministrator."""
        async with self._change() as connection:
            found = await _find(connection, seat)
            if found is None:
                raise NoSuchAccount(seat)
            if found.active == active:
                return
            if not active and found.role is Role.ADMINISTRATOR:
                await _keep_an_administrator(connection, seat)
            deed = Deed.ENABLED if active else Deed.DISABLED
            await self._touch(connection, _table_of(found), seat, by, deed, "", not active, {"active": active})

    @database_work
    async def end_sign_ins(self, seat: str, by: str) -> None:
        """Every sign-in of a member of the staff given so far is void. Raises NoSuchAccount."""
        async with self._change() as connection:
            await self._staff_member(connection, seat)
            await self._touch(connection, account, seat, by, Deed.SIGNED_OUT_EVERYWHERE, "", True, {})

    # ------------------------------------------------------------------ passwords and second factors

    @database_work
    async def set_password(self, seat: str, password: str, by: str, must_change: bool) -> StaffAccount:
        """Keep this password's hash; sign-ins given so far are void. Raises NoSuchAccount."""
        async with self._change() as connection:
            await self._staff_member(connection, seat)
            deed = Deed.PASSWORD_RESET if must_change else Deed.PASSWORD_CHANGED
            values = {"password": password, "must_change": must_change}
            await self._touch(connection, account, seat, by, deed, "", True, values)
            return (await _staff(connection, seat))[0]

    @database_work
    async def set_second_factor(self, seat: str, sealed: str | None, step: int, by: str) -> StaffAccount:
        """Keep a second factor's sealed secret, whose code of ``step`` was shown; None takes it away. Sign-ins given so
        far are void. Raises NoSuchAccount."""
        async with self._change() as connection:
            await self._staff_member(connection, seat)
            deed = Deed.SECOND_FACTOR_SET if sealed else Deed.SECOND_FACTOR_RESET
            await self._touch(connection, account, seat, by, deed, "", True, {"totp": sealed, "totp_step": step})
            return (await _staff(connection, seat))[0]

    @database_work
    async def use_step(self, seat: str, step: int) -> bool:
        """Use up a code of the second factor: false when it, or a later one, was used before."""
        async with self._change() as connection:
            used = await connection.execute(
                update(account).where(account.c.id == seat, account.c.totp_step < step).values(totp_step=step)
            )
            return used.rowcount == 1

    @database_work
    async def note(self, deed: Deed, about: str, by: str, detail: str = "") -> None:
        """Something was done that changes no account."""
        async with self._change() as connection:
            await note(connection, self._clock.now_ms(), by, deed, about, detail)

    @database_work
    async def note_desk_deeds(self, deeds: Sequence[DeskDeed]) -> None:
        """These were done at the desk; those that are in the audit already stay as they are. Raises RowRefused."""
        async with self._change() as connection:
            await note_facts(connection, deeds)

    # ------------------------------------------------------------------ kiosks' codes and devices

    @database_work
    async def give_code(self, seat: str, code: str, until_ms: int, by: str) -> None:
        """This enrolment code (hashed) is good until then, once; a former one no longer. Raises NoSuchAccount."""
        async with self._change() as connection:
            await self._kiosk(connection, seat)
            values = {"code": code, "code_until": until_ms}
            await self._touch(connection, kiosk, seat, by, Deed.CODE_GIVEN, "", False, values)

    @database_work
    async def enrol(self, code: str, device: str) -> KioskAccount | None:
        """Trade a code (hashed) for a device token (hashed). None when the code is unknown, used or too old.

        A former device of the kiosk is let in no longer.
        """
        now_ms = self._clock.now_ms()
        async with self._change() as connection:
            taken = await connection.scalars(
                update(kiosk)
                .where(kiosk.c.code == code, kiosk.c.code_until > now_ms, kiosk.c.active)
                .values(code=None, code_until=None, device=device, device_since=now_ms)
                .returning(kiosk.c.id)
            )
            seat = taken.one_or_none()
            if seat is None:
                return None
            await self._touch(connection, kiosk, seat, seat, Deed.ENROLLED, "", True, {})
            return (await _kiosks(connection, seat))[0]

    @database_work
    async def revoke_device(self, seat: str, by: str) -> None:
        """The kiosk's device is let in no longer, nor is an open code good. Raises NoSuchAccount."""
        async with self._change() as connection:
            await self._kiosk(connection, seat)
            values = {"device": None, "device_since": None, "code": None, "code_until": None}
            await self._touch(connection, kiosk, seat, by, Deed.DEVICE_REVOKED, "", True, values)

    # ------------------------------------------------------------------ after a backup

    @database_work
    async def catch_up(self, behind: Sequence[Behind]) -> None:
        """Go beyond the numbers that the desk knows, so that it takes what stands here; sign-ins given before are void.

        An account that has gone beyond them meanwhile is left alone.
        """
        async with self._change() as connection:
            for one in behind:
                for table in (account, kiosk):
                    await connection.execute(
                        update(table)
                        .where(
                            table.c.id == one.id,
                            (table.c.revision < one.revision) | (table.c.sign_in_epoch < one.sign_in_epoch),
                        )
                        .values(revision=one.revision + 1, sign_in_epoch=one.sign_in_epoch + 1)
                    )

    # ------------------------------------------------------------------ the demo desk

    @database_work
    async def keep_demo(self, staff: Sequence[StaffDraft], kiosks: Sequence[KioskDraft]) -> None:
        """The demo desk's seats exist; those that do already are left alone."""
        async with self._change() as connection:
            known = {row.id for row in (await connection.execute(select(account.c.id).union(select(kiosk.c.id)))).all()}
            for member in staff:
                if member.id not in known:
                    await self._add_staff(connection, member, "gloria", None)
            for one in kiosks:
                if one.id not in known:
                    await self._add_kiosk(connection, one, "gloria")

    @database_work
    async def close_demo(self) -> None:
        """The demo desk's seats are shut: this is not the demo desk."""
        async with self._change() as connection:
            for table in (account, kiosk):
                seats = (await connection.scalars(select(table.c.id).where(table.c.demo, table.c.active))).all()
                for seat in seats:
                    await self._touch(connection, table, seat, "gloria", Deed.DISABLED, "demo", True, {"active": False})

    # ------------------------------------------------------------------ parts

    async def _add_staff(
        self, connection: AsyncConnection, draft: StaffDraft, by: str, password: str | None
    ) -> StaffAccount:
        await _still_free(connection, draft.id)
        now_ms = self._clock.now_ms()
        row = {
            **draft.model_dump(mode="json", exclude={"languages"}),
            "active": True,
            "demo": self._demo,
            "password": password,
            "must_change": True,
            "totp": None,
            "totp_step": 0,
            "revision": now_ms,
            "sign_in_epoch": now_ms,
        }
        await connection.execute(insert(account), [row])
        await _put_languages(connection, draft)
        await note(connection, now_ms, by, Deed.ADDED, draft.id, str(draft.role))
        return (await _staff(connection, draft.id))[0]

    async def _add_kiosk(self, connection: AsyncConnection, draft: KioskDraft, by: str) -> KioskAccount:
        await _still_free(connection, draft.id)
        now_ms = self._clock.now_ms()
        row = {
            **draft.model_dump(mode="json"),
            "active": True,
            "demo": self._demo,
            "revision": now_ms,
            "sign_in_epoch": now_ms,
        }
        await connection.execute(insert(kiosk), [row])
        await note(connection, now_ms, by, Deed.ADDED, draft.id, "kiosk")
        return (await _kiosks(connection, draft.id))[0]

    async def _touch(
        self,
        connection: AsyncConnection,
        table: Table,
        seat: str,
        by: str,
        deed: Deed,
        detail: str,
        ends_sign_ins: bool,
        values: Mapping[str, Any],
    ) -> None:
        """Change a row, move its revision on and note it. The clock may stand still or go back; revisions do not."""
        now_ms = self._clock.now_ms()
        times = (
            await connection.execute(select(table.c.revision, table.c.sign_in_epoch).where(table.c.id == seat))
        ).one()
        moved = {"revision": max(now_ms, times.revision + 1)}
        if ends_sign_ins:
            moved["sign_in_epoch"] = max(now_ms, times.sign_in_epoch + 1)
        await connection.execute(update(table).where(table.c.id == seat).values(**values, **moved))
        await note(connection, now_ms, by, deed, seat, detail)

    async def _staff_member(self, connection: AsyncConnection, seat: str) -> StaffAccount:
        found = await _staff(connection, seat)
        if not found:
            raise NoSuchAccount(seat)
        return found[0]

    async def _kiosk(self, connection: AsyncConnection, seat: str) -> KioskAccount:
        found = await _kiosks(connection, seat)
        if not found:
            raise NoSuchAccount(seat)
        return found[0]


async def _still_free(connection: AsyncConnection, seat: str) -> None:
    if await _find(connection, seat) is not None:
        raise Taken(seat)


async def _keep_an_administrator(connection: AsyncConnection, apart_from: str) -> None:
    others = await connection.scalars(
        select(account.c.id).where(
            account.c.role == str(Role.ADMINISTRATOR), account.c.active, account.c.id != apart_from
        )
    )
    if others.first() is None:
        raise LastAdministrator(apart_from)


async def _put_languages(connection: AsyncConnection, draft: StaffDraft) -> None:
    await connection.execute(delete(account_language).where(account_language.c.account == draft.id))
    rows = [{"account": draft.id, "language": code, "level": str(level)} for code, level in draft.languages.items()]
    if rows:
        await connection.execute(insert(account_language), rows)


async def _find(connection: AsyncConnection, seat: str) -> Account | None:
    found: Sequence[Account] = [*await _staff(connection, seat), *await _kiosks(connection, seat)]
    return found[0] if found else None


async def _staff(connection: AsyncConnection, seat: str | None = None) -> list[StaffAccount]:
    chosen, spoken = select(account).order_by(account.c.name, account.c.id), select(account_language)
    if seat is not None:
        chosen, spoken = chosen.where(account.c.id == seat), spoken.where(account_language.c.account == seat)
    languages: dict[str, dict[str, Level]] = defaultdict(dict)
    for row in (await connection.execute(spoken.order_by(account_language.c.language))).all():
        languages[row.account][row.language] = Level(row.level)
    return [_staff_account(row, languages[row.id]) for row in (await connection.execute(chosen)).all()]


async def _kiosks(connection: AsyncConnection, seat: str | None = None) -> list[KioskAccount]:
    chosen = select(kiosk).order_by(kiosk.c.name, kiosk.c.id)
    if seat is not None:
        chosen = chosen.where(kiosk.c.id == seat)
    return [_kiosk_account(row) for row in (await connection.execute(chosen)).all()]


def _table_of(found: Account) -> Table:
    return account if isinstance(found, StaffAccount) else kiosk


def _staff_account(row: Row[Any], languages: dict[str, Level]) -> StaffAccount:
    return StaffAccount(
        id=row.id,
        name=row.name,
        role=Role(row.role),
        languages=languages,
        provider=row.provider,
        municipality=row.municipality,
        gender=Gender(row.gender) if row.gender else None,
        active=row.active,
        demo=row.demo,
        has_password=row.password is not None,
        must_change=row.must_change,
        has_second_factor=row.totp is not None,
        revision=row.revision,
        sign_in_epoch=row.sign_in_epoch,
    )


def _kiosk_account(row: Row[Any]) -> KioskAccount:
    return KioskAccount(
        id=row.id,
        name=row.name,
        municipality=row.municipality,
        place=row.place,
        hours=row.hours,
        contact=row.contact,
        path_policy=row.path_policy,
        active=row.active,
        demo=row.demo,
        code_until=row.code_until,
        device_since=row.device_since,
        revision=row.revision,
        sign_in_epoch=row.sign_in_epoch,
    )
