"""How often a sign-in or an enrolment code may be tried: counted per account and address, never in one place for all,
so that a stranger who guesses locks out nobody but themselves, unless they have many networks to guess from.

A name from one address has few tries; an address has more; a name from everywhere has a hundred an hour (OWASP ASVS
2.2.1), so that a botnet's guessing stays hopeless. What succeeded gives its tries back.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from redis.asyncio import Redis

from bridge.accounts.keyring import Keyring
from bridge.clock import Clock
from bridge.desk.keys import Keys

_SCRIPTS = Path(__file__).parent / "scripts"


@dataclass(frozen=True)
class Counter:
    """So many tries in so many seconds of what ``of`` names."""

    kind: str
    of: str
    tries: int
    in_s: int


def of_sign_in(account: str, address: str) -> tuple[Counter, ...]:
    """What a try to sign in counts against."""
    return (
        Counter("account at address", f"{account} {address}", 6, 900),
        Counter("address", address, 60, 900),
        Counter("account", account, 100, 3600),
    )


def of_second_factor(account: str, address: str) -> tuple[Counter, ...]:
    """What a try of an authenticator's digits counts against; the password was right by then."""
    return (
        Counter("second factor at address", f"{account} {address}", 6, 900),
        Counter("second factor", account, 60, 3600),
    )


def of_code(address: str) -> tuple[Counter, ...]:
    """What a try of an enrolment code counts against."""
    return (Counter("code at address", address, 10, 600),)


class Tries:
    """Counts tries, in Redis, under keyed hashes."""

    def __init__(self, redis: "Redis", keys: Keys, keyring: Keyring, clock: Clock) -> None:
        self._redis = redis
        self._keys = keys
        self._keyring = keyring
        self._clock = clock
        self._take = redis.register_script((_SCRIPTS / "take_try.lua").read_text(encoding="utf-8"))
        self._give_back = redis.register_script((_SCRIPTS / "give_try_back.lua").read_text(encoding="utf-8"))

    async def take(self, counters: Sequence[Counter]) -> int:
        """Count a try before it is made; 0, or how many seconds to wait when it may not be made.

        Raises redis's errors.
        """
        limits = [number for counter in counters for number in (counter.tries, counter.in_s * 1000)]
        wait_ms = await self._take(
            keys=[self._key(counter) for counter in counters], args=[self._clock.desk_ms() or "", *limits]
        )
        return -(-int(wait_ms) // 1000)

    async def give_back(self, counters: Sequence[Counter]) -> None:
        """It was the right one: it counts no longer, and the first counter, the narrowest, begins anew."""
        await self._give_back(keys=[self._key(counter) for counter in counters])

    def _key(self, counter: Counter) -> str:
        return self._keys[f"tries:{self._keyring.hashed(counter.kind, counter.of)}"]
