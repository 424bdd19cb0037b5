"""Sign-ins: a random token in a cookie, and in Redis what it stands for, under the token's hash.

A browser may hold several (two kiosks and a console while trying things out): each seat has a cookie of its own, and a
page says which seat it is. A sign-in ends when it is taken back, when nobody has used it for a while (an open page is
use), when its time is over, and when the account says that sign-ins given until now are void.
"""

import hashlib
import json
import secrets
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any, cast

from redis.asyncio import Redis

from bridge.accounts.model import Account
from bridge.clock import Clock
from bridge.desk.desk import Desk, few_at_a_time, pause_ms
from bridge.desk.keys import Keys
from bridge.domain.staff import Role
from bridge.settings import Settings

_SCRIPT = Path(__file__).parent / "scripts" / "read_sign_ins.lua"
_MOST_COOKIES = 12
PENDING_FOR_S = 600
#: A browser keeps no cookie for longer.
KIOSK_FOR_S = 400 * 86_400


@dataclass(frozen=True)
class SignedIn:
    """Who a token stands for."""

    role: Role
    seat: str
    name: str
    municipality: str = ""
    demo: bool = False


def pending_cookie(secure: bool) -> str:
    """Name of the cookie of a pending sign-in. No seat's id begins with a hyphen, so it is no seat's."""
    return f"{'__Host-' if secure else ''}gloria--pending"


def cookie_name(seat: str, secure: bool = False) -> str:
    """Name of the cookie that holds a seat's token. Under https no other host, path or plain page can set it."""
    return f"{'__Host-' if secure else ''}gloria-{seat}"


class SignIns:
    """Gives, reads and takes back tokens. Every method raises redis's errors, ``take_back`` DeskUnavailable."""

    def __init__(self, redis: "Redis", desk: Desk, keys: Keys, clock: Clock, settings: Settings) -> None:
        self._redis = redis
        self._desk = desk
        self._keys = keys
        self._clock = clock
        self._settings = settings.accounts
        self._demo = settings.demo
        self._pause_ms = pause_ms(settings.timing)
        self._read = redis.register_script(_SCRIPT.read_text(encoding="utf-8"))

    async def give(self, account: Account, token: str = "", demo: bool = False) -> str:
        """A new token for this account, or this one (a kiosk's device token)."""
        token = token or secrets.token_urlsafe(32)
        now_ms = await self._now_ms()
        lasts_s = self.lifetime_s(account.role)
        fields: dict[Any, Any] = {
            "role": str(account.role),
            "seat": account.id,
            "name": account.name,
            "municipality": account.municipality or "",
            "demo": "1" if demo else "",
            "epoch": account.sign_in_epoch,
            "used_at_ms": now_ms,
            "until_ms": now_ms + lasts_s * 1000,
        }
        key = self._keys[_name(token)]
        async with self._redis.pipeline(transaction=True) as pipeline:
            pipeline.delete(key)
            pipeline.hset(key, mapping=fields)
            pipeline.expire(key, lasts_s)
            await pipeline.execute()
        return token

    def lifetime_s(self, role: Role) -> int:
        """How long a sign-in of this role lasts at most."""
        return KIOSK_FOR_S if role is Role.KIOSK else self._settings.session_hours * 3600

    async def read(self, cookies: Mapping[str, str], seat: str, secure: bool) -> SignedIn | None:
        """Who the cookie of this seat stands for; None when it is missing, void or another seat's. This is use."""
        token = self.token(cookies, seat, secure)
        if not token:
            return None
        [found] = await self._look([token], use=True)
        return found if found and found.seat == seat else None

    async def everyone(self, cookies: Mapping[str, str], secure: bool) -> list[SignedIn]:
        """Everybody this browser is signed in as. Being looked through is no use."""
        prefix = cookie_name("", secure)
        held = [(name.removeprefix(prefix), token) for name, token in cookies.items() if name.startswith(prefix)]
        held = held[:_MOST_COOKIES]
        found = await self._look([token for _, token in held], use=False)
        return [who for (seat, _), who in zip(held, found, strict=True) if who and who.seat == seat]

    def token(self, cookies: Mapping[str, str], seat: str, secure: bool) -> str:
        """The token in this seat's cookie; empty when there is none."""
        return cookies.get(cookie_name(seat, secure), "")[:128]

    async def still_good(self, tokens: Iterable[str]) -> set[str]:
        """Those of the tokens that are good. Whoever asks has their pages open: this is use."""
        good: set[str] = set()
        for some in few_at_a_time(list(tokens)):
            found = await self._look(some, use=True)
            good.update(token for token, who in zip(some, found, strict=True) if who)
        return good

    async def take_back(self, token: str, seat: str) -> None:
        """The seat's token is good no longer; every worker hears of it."""
        await self._desk.end_sign_in(_name(token), seat)

    # ------------------------------------------------------------------ between the password and the rest

    async def give_pending(self, seat: str, fields: Mapping[str, str]) -> str:
        """A token for somebody whose password was right, and who is to show or set the rest within ten minutes."""
        token = secrets.token_urlsafe(32)
        await self.note_pending(token, {"seat": seat, **fields})
        return token

    async def pending(self, token: str) -> dict[str, str]:
        """What was put down with this token; empty when it is too old or unknown."""
        if not token:
            return {}
        found = cast(dict[str, str], await self._redis.hgetall(self._keys[_pending(token[:128])]))
        return found if "seat" in found else {}

    async def note_pending(self, token: str, fields: Mapping[str, str]) -> None:
        """Put down more."""
        key = self._keys[_pending(token)]
        async with self._redis.pipeline(transaction=True) as pipeline:
            pipeline.hset(key, mapping=cast(Any, dict(fields)))
            pipeline.expire(key, PENDING_FOR_S)
            await pipeline.execute()

    async def drop_pending(self, token: str) -> None:
        """Forget it."""
        await self._redis.delete(self._keys[_pending(token)])

    # ------------------------------------------------------------------ parts

    async def _look(self, tokens: Sequence[str], use: bool) -> list[SignedIn | None]:
        if not tokens:
            return []
        texts = await self._read(
            keys=[self._keys["signs"], self._keys["meta"], *(self._keys[_name(token)] for token in tokens)],
            args=[
                self._clock.desk_ms() or "",
                self._settings.idle_minutes * 60_000,
                "1" if use else "",
                self._pause_ms,
            ],
        )
        found = [_signed_in(json.loads(text)) if text else None for text in texts]
        # One click on the demo desk opens no door of a real one.
        return [who if who and (self._demo or not who.demo) else None for who in found]

    async def _now_ms(self) -> int:
        now_ms = self._clock.desk_ms()
        if now_ms is not None:
            return now_ms
        seconds, microseconds = await self._redis.time()
        return int(seconds) * 1000 + int(microseconds) // 1000


def device_hash(token: str) -> str:
    """What is kept of a device token. It is random and long: a plain hash tells nothing."""
    return hashlib.sha256(token.encode()).hexdigest()


def _name(token: str) -> str:
    return f"sign_in:{hashlib.sha256(token.encode()).hexdigest()}"


def _pending(token: str) -> str:
    return f"pending:{hashlib.sha256(token.encode()).hexdigest()}"


def _signed_in(found: dict[str, str]) -> SignedIn:
    return SignedIn(Role(found["role"]), found["seat"], found["name"], found["municipality"], bool(found["demo"]))
