"""Clients of the desk's server, each with the time-outs its work needs.

redis-py retries ten times and times out after 5 s by default: a script would run again and again, a blocking read
would break. So there are two clients, and neither retries: scripts get a short time-out (a repetition is the caller's,
with its idempotency key), blocking reads get none.
"""

from dataclasses import dataclass

from redis.asyncio import BlockingConnectionPool, Redis
from redis.asyncio.retry import Retry
from redis.backoff import NoBackoff

SCRIPT_TIMEOUT_S = 3.0


@dataclass(frozen=True)
class DeskServer:
    """The server that holds the desk, by its address (``redis://…`` or ``unix://…``)."""

    url: str

    def for_scripts(self) -> "Redis":
        """A client for short commands: ten connections, 3 s, no retry."""
        return self._client(max_connections=10, answer_within_s=SCRIPT_TIMEOUT_S)

    def for_blocking_reads(self) -> "Redis":
        """A client whose reads may wait: no time-out, no retry."""
        return self._client(max_connections=4, answer_within_s=None)

    def _client(self, max_connections: int, answer_within_s: float | None) -> "Redis":
        pool = BlockingConnectionPool.from_url(
            self.url,
            max_connections=max_connections,
            timeout=SCRIPT_TIMEOUT_S,
            socket_timeout=answer_within_s,
            socket_connect_timeout=SCRIPT_TIMEOUT_S,
            retry=Retry(NoBackoff(), 0),
            decode_responses=True,
        )
        return Redis(connection_pool=pool)


async def close(client: "Redis") -> None:
    """Close a client with its pool."""
    await client.aclose()
    await client.connection_pool.disconnect()
