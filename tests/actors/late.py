"""A line on which what is told arrives late, in order. What a test takes for granted too soon fails on it every time.

An answer may overtake the facts of its command, and usually does not: that is a test which fails once in a hundred
runs. With ``GLORIA_TEST_LATE_S=0.05`` every actor hears facts and signals so many seconds after they came, and answers
at once. (What a test takes for granted not to come passes more easily.)
"""

import asyncio
import os
from collections import deque
from collections.abc import Awaitable, Callable
from typing import Any

LATE_S = float(os.environ.get("GLORIA_TEST_LATE_S", "0"))

Handler = Callable[[dict[str, Any]], Awaitable[None]]


class LateLine:
    """Hands messages on ``late_s`` after they came, in the order in which they came; 0 hands them on at once."""

    def __init__(self, late_s: float = LATE_S) -> None:
        self._late_s = late_s
        self._coming: deque[tuple[Handler, dict[str, Any]]] = deque()
        self._tasks: set[asyncio.Task[None]] = set()

    def to(self, handler: Handler) -> Handler:
        """``handler`` at the end of this line."""
        if not self._late_s:
            return handler

        async def comes(message: dict[str, Any]) -> None:
            self._coming.append((handler, message))
            task = asyncio.create_task(self._hands_on())
            self._tasks.add(task)
            task.add_done_callback(self._tasks.discard)

        return comes

    def cut(self) -> None:
        """What is still on its way never arrives."""
        for task in self._tasks:
            task.cancel()
        self._coming.clear()

    async def _hands_on(self) -> None:
        await asyncio.sleep(self._late_s)
        handler, message = self._coming.popleft()
        await handler(message)
