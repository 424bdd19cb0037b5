"""Passwords: hashed with argon2id, judged by how they would be guessed, not by what characters they hold."""

import asyncio
import secrets

from argon2 import PasswordHasher
from argon2.exceptions import InvalidHashError, VerificationError
from argon2.profiles import RFC_9106_LOW_MEMORY
from zxcvbn import zxcvbn

SHORTEST, LONGEST = 12, 128
#: zxcvbn's scale, 0 to 4: 3 is "safely unguessable", 10^8 guesses or more.
STRONG_ENOUGH = 3
#: What the estimate reads of a password: its time grows with the square, and the rest only adds strength.
_JUDGED = 72

# 64 MiB a hash: two at once are what a small machine has to spare.
_AT_ONCE = 2
# Some seconds' worth; whoever comes then is told to come again, before the whole service waits for guessers.
_WAITING_AT_MOST = 40
_GENERATED_FROM = "abcdefghjkmnpqrstuvwxyz23456789"


class TooBusy(Exception):
    """So many passwords are being checked that this one would have to wait for long."""


class WeakPassword(ValueError):
    """The password cannot be taken. ``code``: too_short, too_long, too_easy or not_new."""

    def __init__(self, code: str) -> None:
        super().__init__(code)
        self.code = code


class Passwords:
    """Hashes and checks, off the event loop, at most two at a time."""

    def __init__(self, hasher: PasswordHasher | None = None) -> None:
        self._hasher = hasher or PasswordHasher.from_parameters(RFC_9106_LOW_MEMORY)
        self._turn = asyncio.Semaphore(_AT_ONCE)
        self._waiting = 0
        self._nobodys = self._hasher.hash(secrets.token_urlsafe(16))

    async def hash(self, password: str) -> str:
        """The argon2id hash to keep."""
        async with self._turn:
            return await asyncio.to_thread(self._hasher.hash, password)

    async def fits(self, kept: str | None, password: str) -> bool:
        """Whether the password is the one kept. Takes as long when nothing is kept, so that time tells no names.

        Raises TooBusy.
        """
        if self._waiting >= _WAITING_AT_MOST:
            raise TooBusy
        self._waiting += 1
        try:
            async with self._turn:
                return await asyncio.to_thread(self._fits, kept, password)
        finally:
            self._waiting -= 1

    def _fits(self, kept: str | None, password: str) -> bool:
        try:
            self._hasher.verify(kept or self._nobodys, password)
        except (VerificationError, InvalidHashError):
            return False
        return kept is not None


def check_strength(password: str, known: list[str]) -> None:
    """Whether a new password will do; ``known`` are words a guesser would try first. Raises WeakPassword."""
    if len(password) < SHORTEST:
        raise WeakPassword("too_short")
    if len(password) > LONGEST:
        raise WeakPassword("too_long")
    if zxcvbn(password[:_JUDGED], [*known, "gloria"])["score"] < STRONG_ENOUGH:
        raise WeakPassword("too_easy")


def generated_password() -> str:
    """A password to begin with, 79 bits, easy to read out: to be changed at the first sign-in."""
    return "-".join("".join(secrets.choice(_GENERATED_FROM) for _ in range(4)) for _ in range(4))
