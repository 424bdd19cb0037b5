"""What tests of bridge/database/fact_writer.py and its writers share: facts that fail on demand, a clock to watch."""

import asyncio
import logging
from collections.abc import AsyncIterator, Sequence
from contextlib import asynccontextmanager
from itertools import count
from typing import Any

import pytest

from bridge.clock import SteppedClock
from bridge.database.fact_writer import FactWriter


class FactsInMemory:
    """A consumer group with one consumer, that hands out what is unacknowledged first.

    ``failures`` are raised one after the other by the method they are listed for, before it takes effect;
    ``lost_answers`` after it did.
    """

    def __init__(self) -> None:
        self.stream: dict[str, dict[str, Any]] = {}
        self.aside: list[tuple[str, str]] = []
        self.failures: dict[str, list[Exception]] = {}
        self.lost_answers: dict[str, list[Exception]] = {}
        self._numbers = count(1)
        self._changed = asyncio.Condition()

    async def append(self, *facts: dict[str, Any]) -> None:
        async with self._changed:
            for fact in facts:
                self.stream[f"{next(self._numbers)}-0"] = fact
            self._changed.notify_all()

    async def read(self, count: int, block_ms: int) -> list[tuple[str, dict[str, Any]]]:
        self._fail(self.failures, "read")
        async with self._changed:
            await self._changed.wait_for(lambda: self.stream)
            return list(self.stream.items())[:count]

    async def acknowledge(self, ids: Sequence[str]) -> None:
        self._fail(self.failures, "acknowledge")
        async with self._changed:
            for fact_id in ids:
                self.stream.pop(fact_id, None)
            self._changed.notify_all()
        self._fail(self.lost_answers, "acknowledge")

    async def set_aside(self, fact_id: str, reason: str) -> None:
        self._fail(self.failures, "set_aside")
        async with self._changed:
            if self.stream.pop(fact_id, None) is not None:
                self.aside.append((fact_id, reason))
            self._changed.notify_all()

    async def drained(self) -> None:
        """Return when every fact is acknowledged."""
        async with self._changed:
            await self._changed.wait_for(lambda: not self.stream)

    def _fail(self, planned: dict[str, list[Exception]], method: str) -> None:
        if planned.get(method):
            raise planned[method].pop(0)


class WatchedClock(SteppedClock):
    """A stepped clock that tells when somebody went to sleep on it, and for how long."""

    def __init__(self) -> None:
        super().__init__()
        self._sleeps: asyncio.Queue[float] = asyncio.Queue()

    async def sleep(self, seconds: float) -> None:
        self._sleeps.put_nowait(seconds)
        await super().sleep(seconds)

    async def next_sleep(self) -> float:
        """Wait until somebody sleeps, and say for how many seconds; the sleeper goes on sleeping."""
        return await self._sleeps.get()

    async def pass_sleep(self) -> float:
        """Wait until somebody sleeps, let that time pass, and say how many seconds it was."""
        seconds = await self.next_sleep()
        self.advance(seconds)
        return seconds


@asynccontextmanager
async def at_work(writer: FactWriter[Any]) -> AsyncIterator[None]:
    """A writer at work, which its owner cancels at the end."""
    task = asyncio.create_task(writer.run())
    try:
        yield
    finally:
        task.cancel()
        [ended] = await asyncio.gather(task, return_exceptions=True)
        assert isinstance(ended, asyncio.CancelledError), ended


def warnings_in(caplog: pytest.LogCaptureFixture) -> list[str]:
    return [line.getMessage() for line in caplog.records if line.levelno == logging.WARNING]
