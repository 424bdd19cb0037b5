"""How often one address may ask: token buckets in memory, and the 429 that says when to come again.

Every worker counts for itself: behind N workers an address may have up to N times its allowance.
"""

import math
from collections import OrderedDict
from collections.abc import Callable
from ipaddress import IPv4Address, IPv6Network

from aiohttp import web
from aiohttp.typedefs import Handler, Middleware

from bridge.clock import Clock
from bridge.edge.addresses import plain_address

UNKNOWN = "unknown"

#: Rounding of floats must not refuse what the answer before has promised.
_ROUNDING = 1e-6


class Allowance:
    """A token bucket for each key: ``burst`` at once, then ``per_s`` a second.

    Within any t seconds one key is allowed at most ``burst + per_s * t``. What was refused costs nothing. At most
    ``keys`` keys are remembered: those whose bucket is full again are forgotten first, then the one that has asked
    least recently (which gets a full bucket when it comes back).
    """

    def __init__(self, burst: float, per_s: float, keys: int = 20_000) -> None:
        """Raises ValueError for a burst below 1, a rate of 0 or less, or no keys."""
        if burst < 1 or per_s <= 0 or keys < 1:
            raise ValueError(f"expected burst >= 1, per_s > 0 and keys >= 1, got {burst}, {per_s} and {keys}")
        self._burst = burst
        self._per_ms = per_s / 1000
        self._keys = keys
        # Tokens left and when that was, by key; who asked last stands last.
        self._buckets: OrderedDict[str, tuple[float, int]] = OrderedDict()

    def __len__(self) -> int:
        """How many keys are remembered."""
        return len(self._buckets)

    def take(self, key: str, now_ms: int, cost: float = 1) -> float:
        """Take ``cost`` tokens: 0.0 if they were there, otherwise the seconds until they will be.

        A clock that is set back neither refills nor blocks. Raises ValueError for a cost that no bucket can hold.
        """
        if not 0 < cost <= self._burst:
            raise ValueError(f"expected a cost above 0 and at most {self._burst}, got {cost}")
        self._forget_full(now_ms)
        tokens, at_ms = self._buckets.pop(key, (self._burst, now_ms))
        tokens = min(self._burst, tokens + max(0, now_ms - at_ms) * self._per_ms)
        missing = cost - tokens
        if missing <= _ROUNDING:
            tokens, missing = max(0.0, tokens - cost), 0.0
        if len(self._buckets) >= self._keys:
            self._buckets.popitem(last=False)
        self._buckets[key] = (tokens, now_ms)
        return missing / self._per_ms / 1000

    def _forget_full(self, now_ms: int) -> None:
        full_after_ms = self._burst / self._per_ms
        while self._buckets:
            key, (_, at_ms) = next(iter(self._buckets.items()))
            if now_ms - at_ms < full_after_ms:
                return
            del self._buckets[key]


def network_of(address: str | None) -> str:
    """Who is asking, as a key: an IPv4 address, or the /64 of an IPv6 address (one household); else "unknown"."""
    plain = plain_address(address or "")
    if plain is None:
        return UNKNOWN
    return str(plain) if isinstance(plain, IPv4Address) else str(IPv6Network((plain, 64), strict=False))


def limited(allowance_for: Callable[[web.Request], Allowance | None], clock: Clock) -> Middleware:
    """A middleware that answers 429 with Retry-After (whole seconds, at least 1) before the handler runs.

    ``allowance_for`` names the allowance that counts for a request, None for none. It stands behind
    ``behind_proxies``, so that ``request.remote`` is the one who asks and not the proxy.
    """

    @web.middleware
    async def limit(request: web.Request, handler: Handler) -> web.StreamResponse:
        allowance = allowance_for(request)
        if allowance is not None:
            wait_s = allowance.take(network_of(request.remote), clock.now_ms())
            if wait_s > 0:
                raise web.HTTPTooManyRequests(headers={"Retry-After": str(max(1, math.ceil(wait_s)))})
        return await handler(request)

    return limit
