"""Clients of the desk's server, each with the time-outs its work needs.

redis-py retries ten times and times out after 5 s by default: a script would run again and again, a blocking read
would break. So there are two clients, and neither retries: scripts get a short time-out (a repetition is the caller's,
with its idempotency key), blocking reads get none.
"""

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass
from typing import Any

from redis.asyncio import BlockingConnectionPool, Redis
from redis.asyncio.client import Pipeline
from redis.asyncio.retry import Retry
from redis.backoff import NoBackoff
from redis.exceptions import TimeoutError as RedisTimeoutError

SCRIPT_TIMEOUT_S = 3.0


@asynccontextmanager
async def _in_time() -> AsyncIterator[None]:
    """Raises redis's TimeoutError. The connection of a command that is cut off is closed."""
    try:
        async with asyncio.timeout(SCRIPT_TIMEOUT_S):
            yield
    except TimeoutError:
        raise RedisTimeoutError(f"no answer in {SCRIPT_TIMEOUT_S:g} s") from None


class _PipelineInTime(Pipeline):
    async def execute(self, *args: Any, **options: Any) -> Any:
        async with _in_time():
            return await super().execute(*args, **options)


class _InTime(Redis):
    """A client that answers or fails within ``SCRIPT_TIMEOUT_S``.

    redis-py's own time-out is not used: it makes a task of each command and waits for it with ``asyncio.wait_for``,
    which in Python 3.11 loses a cancellation that comes in the moment in which the command has been sent.
    """

    async def execute_command(self, *args: Any, **options: Any) -> Any:
        async with _in_time():
            return await super().execute_command(*args, **options)  # type: ignore[no-untyped-call]

    def pipeline(self, transaction: bool = True, shard_hint: Any = None) -> Pipeline:
        return _PipelineInTime(self.connection_pool, self.response_callbacks, transaction, shard_hint)


@dataclass(frozen=True)
class DeskServer:
    """The server that holds the desk, by its address (``redis://…`` or ``unix://…``)."""

    url: str

    def for_scripts(self) -> "Redis":
        """A client for short commands: ten connections, 3 s, no retry."""
        return _InTime(connection_pool=self._pool(10))

    def for_blocking_reads(self) -> "Redis":
        """A client whose reads may wait: no time-out, no retry."""
        return Redis(connection_pool=self._pool(4))

    def _pool(self, max_connections: int) -> BlockingConnectionPool:
        return BlockingConnectionPool.from_url(
            self.url,
            max_connections=max_connections,
            timeout=SCRIPT_TIMEOUT_S,
            socket_timeout=None,
            socket_connect_timeout=SCRIPT_TIMEOUT_S,
            retry=Retry(NoBackoff(), 0),
            decode_responses=True,
        )


async def close(client: "Redis") -> None:
    """Close a client with its pool."""
    await client.aclose()
    await client.connection_pool.disconnect()
