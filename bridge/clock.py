"""Time as a parameter: whoever needs the hour is handed a clock.

All times of the desk are whole milliseconds since the Unix epoch (UTC), named ``…_ms``.
"""

import asyncio
import heapq
import itertools
import time
from typing import Protocol


class Clock(Protocol):
    """What tells the time and waits for it to pass."""

    def now_ms(self) -> int:
        """Milliseconds since the Unix epoch."""
        ...

    def desk_ms(self) -> int | None:
        """The time the desk is to take for now; None leaves it to the desk's server, one clock for every worker."""
        ...

    async def sleep(self, seconds: float) -> None:
        """Return when that much time has passed."""
        ...


class SystemClock:
    """The machine's own time."""

    def now_ms(self) -> int:
        return time.time_ns() // 1_000_000

    def desk_ms(self) -> None:
        return None

    async def sleep(self, seconds: float) -> None:
        await asyncio.sleep(seconds)


class SteppedClock:
    """A clock that stands still until it is advanced; for tests.

    ``advance`` wakes each sleeper whose time has come, in the order of their times. A loop that sleeps a second
    wakes once however far the clock is advanced, and finds the new time.
    """

    def __init__(self, start_ms: int = 1_790_000_000_000) -> None:
        self._now_ms = start_ms
        self._order = itertools.count()
        self._sleepers: list[tuple[int, int, asyncio.Future[None]]] = []
        self._woken = 0
        self._fell_asleep = asyncio.Condition()

    def now_ms(self) -> int:
        return self._now_ms

    def desk_ms(self) -> int:
        return self._now_ms

    async def sleep(self, seconds: float) -> None:
        woken: asyncio.Future[None] = asyncio.get_running_loop().create_future()
        heapq.heappush(self._sleepers, (self._now_ms + round(seconds * 1000), next(self._order), woken))
        async with self._fell_asleep:
            self._woken = max(0, self._woken - 1)
            self._fell_asleep.notify_all()
        await woken

    def advance(self, seconds: float) -> None:
        """Move the time forward and wake whoever's time has come. The sleepers run when the caller next awaits."""
        self._now_ms += round(seconds * 1000)
        while self._sleepers and self._sleepers[0][0] <= self._now_ms:
            _, _, woken = heapq.heappop(self._sleepers)
            if not woken.done():
                self._woken += 1
                woken.set_result(None)

    async def settled(self, patience_s: float) -> None:
        """Return when as many sleepers are asleep again as were woken: each has done what it woke for.

        Raises TimeoutError when that takes longer than ``patience_s`` seconds of real time.
        """
        async with asyncio.timeout(patience_s), self._fell_asleep:
            await self._fell_asleep.wait_for(lambda: self._woken == 0)
