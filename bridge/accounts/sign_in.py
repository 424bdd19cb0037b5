"""Sign-ins: a random token in a cookie, and in Redis what it stands for, under the token's hash.

A browser may hold several (two kiosks and a console while trying things out): each seat has a cookie of its own, and a
page says which seat it is.
"""

import hashlib
import json
import secrets
from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from redis.asyncio import Redis

from bridge.desk.keys import Keys
from bridge.domain.staff import Role


@dataclass(frozen=True)
class SignedIn:
    """Who a token stands for."""

    role: Role
    seat: str


def cookie_name(seat: str) -> str:
    """Name of the cookie that holds a seat's token."""
    return f"gloria-{seat}"


class SignIns:
    """Gives, reads and takes back tokens."""

    def __init__(self, redis: "Redis", keys: Keys) -> None:
        self._redis = redis
        self._keys = keys

    async def give(self, who: SignedIn, lifetime_s: int) -> str:
        """A new token for this seat, good for ``lifetime_s`` seconds."""
        token = secrets.token_urlsafe(32)
        value = json.dumps({"role": who.role, "seat": who.seat})
        await self._redis.set(self._key(token), value, ex=lifetime_s)
        return token

    async def read(self, cookies: Mapping[str, str], seat: str) -> SignedIn | None:
        """Who the cookie of this seat stands for; None when it is missing, expired or another seat's."""
        token = cookies.get(cookie_name(seat))
        if not token:
            return None
        value = await self._redis.get(self._key(token))
        if not value:
            return None
        found = json.loads(value)
        return SignedIn(Role(found["role"]), found["seat"]) if found["seat"] == seat else None

    def token(self, cookies: Mapping[str, str], seat: str) -> str:
        """The token in this seat's cookie; empty when there is none."""
        return cookies.get(cookie_name(seat), "")

    async def still_good(self, tokens: Iterable[str]) -> set[str]:
        """Those of the tokens that have neither expired nor been taken back."""
        asked = list(tokens)
        if not asked:
            return set()
        values = await self._redis.mget([self._key(token) for token in asked])
        return {token for token, value in zip(asked, values, strict=True) if value}

    async def take_back(self, cookies: Mapping[str, str], seat: str) -> None:
        """The seat's token is good no longer."""
        token = cookies.get(cookie_name(seat))
        if token:
            await self._redis.delete(self._key(token))

    def _key(self, token: str) -> str:
        return self._keys[f"session:{hashlib.sha256(token.encode()).hexdigest()}"]
