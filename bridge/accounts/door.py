"""The door: how somebody gets in, step by step, and how a kiosk does.

Staff: name and password; then the second factor, where there is one; then a new password, where the one they came with
was given to them; then a second factor, where the role asks for one and there is none. Only after the last step is
there a sign-in, with a new token. Between the steps there is a pending sign-in of ten minutes.
"""

import logging
import secrets
from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum

from redis.exceptions import RedisError

from bridge.accounts.audit import NOBODY, Deed
from bridge.accounts.codes import as_typed
from bridge.accounts.keyring import Keyring
from bridge.accounts.model import KioskAccount, StaffAccount
from bridge.accounts.passwords import LONGEST, Passwords, WeakPassword, check_strength
from bridge.accounts.roster import Roster
from bridge.accounts.second_factor import new_secret, step_of
from bridge.accounts.sign_in import SignedIn, SignIns, device_hash
from bridge.accounts.store import Accounts, NoSuchAccount, Secrets, StoreUnavailable
from bridge.accounts.tries import Counter, Tries, of_code, of_second_factor, of_sign_in
from bridge.clock import Clock
from bridge.settings import Settings

log = logging.getLogger(__name__)


class Step(StrEnum):
    """What is still asked of somebody whose password was right."""

    SECOND_FACTOR = "second_factor"
    NEW_PASSWORD = "new_password"  # noqa: S105 - a step, not a password
    SET_SECOND_FACTOR = "set_second_factor"


class Throttled(Exception):
    """Too many tries; the next may be made in ``wait_s`` seconds."""

    def __init__(self, wait_s: int) -> None:
        super().__init__(f"in {wait_s} s")
        self.wait_s = wait_s


class NotRight(Exception):
    """The name, password, code or digits are not right; which of them is not said."""


class SignInAgain(Exception):
    """It is done, and everybody is signed out by it; the new sign-in could not be given."""


class PendingOver(Exception):
    """It took longer than ten minutes, or the account has changed meanwhile: begin again."""


@dataclass(frozen=True)
class Entered:
    """In. ``token`` goes into the seat's cookie."""

    account: StaffAccount | KioskAccount
    token: str


@dataclass(frozen=True)
class Asked:
    """Not in yet. ``token`` goes into the pending cookie."""

    step: Step
    token: str


class Door:
    """Lets people in. Methods raise StoreUnavailable and redis's errors when what they ask does not answer."""

    def __init__(
        self,
        settings: Settings,
        accounts: Accounts,
        sign_ins: SignIns,
        tries: Tries,
        passwords: Passwords,
        keyring: Keyring,
        roster: Roster,
        clock: Clock,
    ) -> None:
        self._roles_with_second_factor = frozenset(settings.accounts.second_factor_roles)
        self._demo = settings.demo
        self._accounts = accounts
        self._sign_ins = sign_ins
        self._tries = tries
        self._passwords = passwords
        self._keyring = keyring
        self._roster = roster
        self._clock = clock

    # ------------------------------------------------------------------ staff

    async def sign_in(self, name: str, password: str, address: str) -> Entered | Asked:
        """Try a name and a password. Raises Throttled, NotRight."""
        seat = name.strip().lower()[:64]
        counters = of_sign_in(seat, address)
        await self._count(counters, "sign-in")
        found = await self._accounts.secrets_of(seat)
        fits = await self._passwords.fits(found.password if found else None, password[: LONGEST + 1])
        if found is None or not fits or not found.account.active:
            if found is not None:
                # A name that nobody has may be anything that somebody typed by mistake, and endless.
                await self._accounts.note(Deed.SIGN_IN_REFUSED, seat, NOBODY, "password")
            raise NotRight
        await self._tries.give_back(counters)
        shown = "" if found.account.has_second_factor else "1"
        token = await self._sign_ins.give_pending(
            seat, {"epoch": str(found.account.sign_in_epoch), "second_factor_shown": shown}
        )
        return await self._next(token, found, {"second_factor_shown": shown})

    async def step(self, token: str) -> tuple[Step, StaffAccount]:
        """What is asked next of whoever holds this pending token. Raises PendingOver."""
        pending, found = await self._pending(token)
        step = self._step(found, pending)
        if step is None:
            raise PendingOver
        return step, found.account

    async def show_second_factor(self, token: str, digits: str, address: str) -> Entered | Asked:
        """Try the digits of the authenticator. Raises Throttled, NotRight, PendingOver."""
        pending, found = await self._pending(token)
        if found.totp is None:
            raise PendingOver
        counters = of_second_factor(found.account.id, address)
        await self._count(counters, "second factor")
        if not await self._uses_digits(found, digits):
            await self._accounts.note(Deed.SIGN_IN_REFUSED, found.account.id, NOBODY, "second factor")
            raise NotRight
        await self._tries.give_back(counters)
        shown = {"second_factor_shown": "1"}
        await self._sign_ins.note_pending(token, shown)
        return await self._next(token, found, {**pending, **shown})

    async def set_first_password(self, token: str, password: str) -> Entered | Asked:
        """A password of one's own instead of the one that was given. Raises WeakPassword, PendingOver."""
        pending, found = await self._pending(token)
        if self._step(found, pending) is not Step.NEW_PASSWORD:
            raise PendingOver
        account = await self._new_password(found, password)
        return await self._on(token, pending, account)

    async def second_factor_to_set(self, token: str) -> str:
        """The secret to share with an authenticator, the same until it is set. Raises PendingOver."""
        pending, found = await self._pending(token)
        if self._step(found, pending) is not Step.SET_SECOND_FACTOR:
            raise PendingOver
        if "secret" in pending:
            return self._keyring.opened(pending["secret"])
        secret = new_secret()
        await self._sign_ins.note_pending(token, {"secret": self._keyring.sealed(secret)})
        return secret

    async def set_second_factor(self, token: str, digits: str, address: str) -> Entered | Asked:
        """Take the shared secret; its digits prove that it arrived. Raises Throttled, NotRight, PendingOver."""
        pending, found = await self._pending(token)
        if self._step(found, pending) is not Step.SET_SECOND_FACTOR or "secret" not in pending:
            raise PendingOver
        await self._count(of_second_factor(found.account.id, address), "second factor")
        step = step_of(self._keyring.opened(pending["secret"]), digits, self._clock.now_ms())
        if step is None:
            raise NotRight
        seat = found.account.id
        account = await self._accounts.set_second_factor(seat, pending["secret"], step, seat)
        return await self._on(token, {**pending, "second_factor_shown": "1"}, account)

    async def change_password(self, seat: str, old: str, new: str, address: str) -> Entered:
        """Change one's own password; every other sign-in ends. Raises Throttled, NotRight, WeakPassword."""
        counters = of_sign_in(seat, address)
        await self._count(counters, "password change")
        found = await self._accounts.secrets_of(seat)
        if found is None:
            raise NoSuchAccount(seat)
        if not await self._passwords.fits(found.password, old[: LONGEST + 1]):
            await self._accounts.note(Deed.SIGN_IN_REFUSED, seat, seat, "password change")
            raise NotRight
        await self._tries.give_back(counters)
        return await self._enter(await self._new_password(found, new), Deed.PASSWORD_CHANGED)

    async def renew_second_factor(self, seat: str, password: str, address: str) -> Asked:
        """Begin to set a (new) second factor, having shown the password. Raises Throttled, NotRight."""
        counters = of_sign_in(seat, address)
        await self._count(counters, "second factor change")
        found = await self._accounts.secrets_of(seat)
        if found is None:
            raise NoSuchAccount(seat)
        if not await self._passwords.fits(found.password, password[: LONGEST + 1]):
            await self._accounts.note(Deed.SIGN_IN_REFUSED, seat, seat, "second factor change")
            raise NotRight
        await self._tries.give_back(counters)
        fields = {"epoch": str(found.account.sign_in_epoch), "second_factor_shown": "1", "renews": "1"}
        return Asked(Step.SET_SECOND_FACTOR, await self._sign_ins.give_pending(seat, fields))

    async def sign_out_everywhere(self, seat: str) -> None:
        """Every sign-in of one's own ends."""
        await self._accounts.end_sign_ins(seat, seat)
        await self._roster.tell_of_a_change()

    async def demo_sign_in(self, seat: str) -> Entered | None:
        """One click on the demo desk; None for a seat that is not the demo's."""
        found = await self._accounts.find(seat)
        if not self._demo or found is None or not found.active or not found.demo:
            return None
        await self._roster.tell()
        return Entered(found, await self._sign_ins.give(found, demo=True))

    # ------------------------------------------------------------------ kiosks

    async def enrol(self, typed: str, address: str) -> Entered:
        """Trade an enrolment code for a device token. Raises Throttled, NotRight."""
        counters = of_code(address)
        await self._count(counters, "enrolment")
        code = as_typed(typed)
        token = secrets.token_urlsafe(32)
        kiosk = await self._accounts.enrol(self.hashed_code(code), device_hash(token)) if code else None
        if kiosk is None:
            log.warning("enrolment: a code that is not good")
            raise NotRight
        await self._roster.tell_of_a_change()
        try:
            await self._tries.give_back(counters)
            await self._sign_ins.give(kiosk, token)
        except RedisError as error:
            # The device token is in the database: it lets the kiosk in as soon as the desk is back.
            log.warning("enrolment: %s", type(error).__name__)
        return Entered(kiosk, token)

    def hashed_code(self, code: str) -> str:
        """What is kept of an enrolment code."""
        return self._keyring.hashed("enrolment code", code)

    async def who(self, cookies: Mapping[str, str], seat: str, secure: bool) -> SignedIn | None:
        """Who the cookie of this seat stands for.

        A kiosk whose sign-in the desk has lost (it was emptied, or never knew) is let in again by its device token.
        """
        who = await self._sign_ins.read(cookies, seat, secure)
        token = self._sign_ins.token(cookies, seat, secure)
        if who is not None or not token:
            return who
        try:
            kiosk = await self._accounts.kiosk_of_device(device_hash(token))
            if kiosk is None or kiosk.id != seat or (kiosk.demo and not self._demo):
                return None
            await self._roster.tell()
        except StoreUnavailable as error:
            log.warning("device: %s", error)
            return None
        await self._sign_ins.give(kiosk, token)
        return await self._sign_ins.read(cookies, seat, secure)

    # ------------------------------------------------------------------ parts

    async def _count(self, counters: tuple[Counter, ...], what: str) -> None:
        wait_s = await self._tries.take(counters)
        if wait_s:
            log.warning("%s: too many tries, %d s to wait", what, wait_s)
            raise Throttled(wait_s)

    async def _pending(self, token: str) -> tuple[dict[str, str], Secrets]:
        pending = await self._sign_ins.pending(token)
        found = await self._accounts.secrets_of(pending["seat"]) if pending else None
        if found is None or not found.account.active or str(found.account.sign_in_epoch) != pending["epoch"]:
            raise PendingOver
        return pending, found

    def _step(self, found: Secrets, pending: Mapping[str, str]) -> Step | None:
        if not pending.get("second_factor_shown"):
            return Step.SECOND_FACTOR
        if found.account.must_change:
            return Step.NEW_PASSWORD
        required = str(found.account.role) in self._roles_with_second_factor
        if pending.get("renews") or (required and not found.account.has_second_factor):
            return Step.SET_SECOND_FACTOR
        return None

    async def _next(self, token: str, found: Secrets, pending: Mapping[str, str]) -> Entered | Asked:
        step = self._step(found, pending)
        if step is not None:
            return Asked(step, token)
        await self._sign_ins.drop_pending(token)
        return await self._enter(found.account, Deed.SIGNED_IN)

    async def _on(self, token: str, pending: Mapping[str, str], account: StaffAccount) -> Entered | Asked:
        """After a step that voided earlier sign-ins, this one goes on under the new epoch."""
        moved = {
            "epoch": str(account.sign_in_epoch),
            "second_factor_shown": pending.get("second_factor_shown", ""),
            "renews": "",
        }
        await self._sign_ins.note_pending(token, moved)
        return await self._next(token, Secrets(account, None, None), moved)

    async def _enter(self, account: StaffAccount, deed: Deed) -> Entered:
        await self._roster.tell_of_a_change()
        try:
            token = await self._sign_ins.give(account)
        except RedisError as error:
            if deed is Deed.PASSWORD_CHANGED:
                raise SignInAgain from error
            raise
        if deed is Deed.SIGNED_IN:
            await self._accounts.note(deed, account.id, account.id)
        return Entered(account, token)

    async def _new_password(self, found: Secrets, password: str) -> StaffAccount:
        seat = found.account.id
        check_strength(password, [seat, found.account.name, found.account.provider])
        if await self._passwords.fits(found.password, password):
            raise WeakPassword("not_new")
        return await self._accounts.set_password(seat, await self._passwords.hash(password), seat, must_change=False)

    async def _uses_digits(self, found: Secrets, digits: str) -> bool:
        """Whether the digits are right and have not been used before."""
        assert found.totp is not None
        step = step_of(self._keyring.opened(found.totp), digits, self._clock.now_ms())
        return step is not None and await self._accounts.use_step(found.account.id, step)
