"""What administrators do, by page or by command: change accounts, and tell the desk at once.

``by`` is who does it, for the audit. Every method raises StoreUnavailable; what was asked has then not happened. When
only the desk does not answer it has happened, and the desk learns of it as soon as it is back (roster).
"""

from bridge.accounts.codes import GOOD_FOR_S, new_code
from bridge.accounts.keyring import Keyring
from bridge.accounts.model import KioskAccount, KioskDraft, StaffAccount, StaffDraft
from bridge.accounts.passwords import Passwords, generated_password
from bridge.accounts.roster import Roster
from bridge.accounts.store import Accounts, NoSuchAccount
from bridge.clock import Clock
from bridge.domain.staff import Role


class Office:
    """Changes accounts."""

    def __init__(
        self, accounts: Accounts, roster: Roster | None, passwords: Passwords, keyring: Keyring, clock: Clock
    ) -> None:
        """``roster`` is None where the desk does not run; it learns of changes when it starts."""
        self._accounts = accounts
        self._roster = roster
        self._passwords = passwords
        self._keyring = keyring
        self._clock = clock

    # ------------------------------------------------------------------ staff

    async def add_staff(self, draft: StaffDraft, by: str) -> tuple[StaffAccount, str]:
        """A new member of the staff, with the password to give them. Raises Taken."""
        password = generated_password()
        account = await self._accounts.add_staff(draft, by, await self._passwords.hash(password))
        await self._tell()
        return account, password

    async def add_first_administrator(self, seat: StaffDraft, password: str) -> StaffAccount:
        """An administrator with a password of their own. Raises Taken."""
        assert seat.role is Role.ADMINISTRATOR
        account = await self._accounts.add_first_administrator(seat, await self._passwords.hash(password))
        await self._tell()
        return account

    async def change_staff(self, draft: StaffDraft, by: str) -> StaffAccount:
        """Raises NoSuchAccount, LastAdministrator."""
        account = await self._accounts.change_staff(draft, by)
        await self._tell()
        return account

    async def reset_password(self, seat: str, by: str) -> str:
        """A new password to give them, to be changed when they sign in; they are signed out. Raises NoSuchAccount."""
        password = generated_password()
        await self._accounts.set_password(seat, await self._passwords.hash(password), by, must_change=True)
        await self._tell()
        return password

    async def reset_second_factor(self, seat: str, by: str) -> None:
        """Their authenticator is lost: they set a new one when they sign in. Raises NoSuchAccount."""
        await self._accounts.set_second_factor(seat, None, 0, by)
        await self._tell()

    async def end_sign_ins(self, seat: str, by: str) -> None:
        """Sign them out everywhere. Raises NoSuchAccount."""
        await self._accounts.end_sign_ins(seat, by)
        await self._tell()

    async def set_active(self, seat: str, active: bool, by: str) -> None:
        """Let a member of the staff or a kiosk in, or shut them out. Raises NoSuchAccount, LastAdministrator."""
        await self._accounts.set_active(seat, active, by)
        await self._tell()

    # ------------------------------------------------------------------ kiosks

    async def add_kiosk(self, draft: KioskDraft, by: str) -> tuple[KioskAccount, str]:
        """A new kiosk, with the code that enrols it. Raises Taken."""
        await self._accounts.add_kiosk(draft, by)
        code = await self.give_code(draft.id, by)
        account = await self._accounts.find(draft.id)
        if not isinstance(account, KioskAccount):
            raise NoSuchAccount(draft.id)
        return account, code

    async def change_kiosk(self, draft: KioskDraft, by: str) -> KioskAccount:
        """Raises NoSuchAccount."""
        account = await self._accounts.change_kiosk(draft, by)
        await self._tell()
        return account

    async def give_code(self, seat: str, by: str) -> str:
        """A code that enrols the kiosk's screen within a day, once; a former one no longer. Raises NoSuchAccount."""
        code = new_code()
        until_ms = self._clock.now_ms() + GOOD_FOR_S * 1000
        await self._accounts.give_code(seat, self._keyring.hashed("enrolment code", code), until_ms, by)
        await self._tell()
        return code

    async def revoke_device(self, seat: str, by: str) -> None:
        """The kiosk's screen is let in no longer, until it is enrolled again. Raises NoSuchAccount."""
        await self._accounts.revoke_device(seat, by)
        await self._tell()

    async def _tell(self) -> None:
        if self._roster is not None:
            await self._roster.tell_of_a_change()
