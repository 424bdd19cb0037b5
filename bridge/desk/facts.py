"""Reading the stream of facts: by every bridge worker from where it stands, and by a consumer group once in all.

Delivery: at least once, in order. Consumers are idempotent.
"""

import asyncio
import json
from collections.abc import AsyncIterator, Sequence
from contextlib import asynccontextmanager, suppress
from typing import Any

from redis.asyncio import Redis
from redis.exceptions import TimeoutError as RedisTimeoutError

from bridge.desk.keys import Keys

#: A consumer that has not been heard of for this long is taken to be dead, and its facts are taken over.
CONSUMER_DEAD_AFTER_MS = 15_000
_ANSWER_WITHIN_S = 3.0
_AFTER_THE_PAGES_S = 0.01


class FactReader:
    """Tails the stream. Each worker has its own; no acknowledgement."""

    def __init__(self, redis: "Redis", keys: Keys) -> None:
        self._redis = redis
        self._key = keys["facts"]

    async def after(self, at: str, count: int = 500, block_ms: int = 5000) -> list[tuple[str, dict[str, Any]]]:
        """Facts after the stream id ``at``, at most ``count``; waits up to ``block_ms`` for the first one."""
        async with _not_for_ever(block_ms):
            answer = await self._redis.xread({self._key: at}, count=count, block=block_ms)
        return [(fact_id, json.loads(fields["fact"])) for fact_id, fields in _entries(answer)]

    async def can_follow(self, at: str) -> bool:
        """Whether every fact after ``at`` can still be read: none trimmed away, no id rolled back by a failover."""
        async with _not_for_ever(0):
            info = await self._redis.xinfo_stream(self._key)
        here, last = _order(at), _order(str(info["last-generated-id"]))
        if here >= last:
            return here == last
        first = info["first-entry"]
        nothing_trimmed = int(info["entries-added"]) == int(info["length"])
        # Between a place before the first entry that is left and that entry, others may have been.
        return nothing_trimmed or (first is not None and here >= _order(str(first[0])))


class FactGroup:
    """One consumer of a group: each fact is handled by one of the group's consumers.

    ``news``: set by whoever reads the same facts when there are new ones; then a client for short commands will do.
    Without it the server is asked to wait, and serves each group in the moment in which pages are to be told.
    """

    def __init__(
        self, redis: "Redis", keys: Keys, group: str, consumer: str, news: asyncio.Event | None = None
    ) -> None:
        self._redis = redis
        self._key = keys["facts"]
        self._aside = keys["aside"]
        self._group = group
        self._consumer = consumer
        self._news = news
        self._own_first = True
        self._given: set[str] = set()
        """Of the facts read last, if they were new, those not acknowledged."""
        self._claims_at_s = 0.0

    async def read(self, count: int, block_ms: int) -> list[tuple[str, dict[str, Any]]]:
        """Facts to handle: those this consumer has not acknowledged, then those of consumers that died, then new ones.

        Waits up to ``block_ms`` for new ones; empty when none came, or when news of them did.
        """
        self._given = set()
        if self._own_first:
            own = await self._redis.xreadgroup(self._group, self._consumer, {self._key: "0"}, count=count)
            entries = _entries(own)
            if entries:
                return _facts(entries)
            self._own_first = False
        left = await self._of_the_dead(count)
        if left:
            self._own_first = True
            return _facts(left)
        # What is delivered is this consumer's own until it is acknowledged, even if the answer is lost on its way.
        self._own_first = True
        entries = await self._new(count, block_ms)
        self._given = {fact_id for fact_id, _ in entries}
        self._own_first = bool(entries)
        return _facts(entries)

    async def _new(self, count: int, block_ms: int) -> list[tuple[str, dict[str, str]]]:
        new: dict[Any, Any] = {self._key: ">"}
        if self._news is None:
            async with _not_for_ever(block_ms):
                return _entries(
                    await self._redis.xreadgroup(self._group, self._consumer, new, count=count, block=block_ms)
                )
        self._news.clear()
        entries = _entries(await self._redis.xreadgroup(self._group, self._consumer, new, count=count))
        if not entries:
            with suppress(TimeoutError):
                async with asyncio.timeout(block_ms / 1000):
                    await self._news.wait()
            # A record can wait until whoever is rung has been told, and takes with it what has happened meanwhile.
            await asyncio.sleep(_AFTER_THE_PAGES_S)
        return entries

    async def _of_the_dead(self, count: int) -> list[tuple[str, dict[str, str]]]:
        now_s = asyncio.get_running_loop().time()
        if now_s < self._claims_at_s:
            return []
        claimed = await self._redis.xautoclaim(
            self._key, self._group, self._consumer, min_idle_time=CONSUMER_DEAD_AFTER_MS, count=count
        )
        left: list[tuple[str, dict[str, str]]] = claimed[1]
        # They are not looked for at each fact.
        self._claims_at_s = now_s if left else now_s + CONSUMER_DEAD_AFTER_MS / 10_000
        return left

    async def acknowledge(self, ids: Sequence[str]) -> None:
        """These facts are handled."""
        if ids:
            await self._redis.xack(self._key, self._group, *ids)
            self._has_handled(ids)

    def _has_handled(self, ids: Sequence[str]) -> None:
        if self._given:
            self._given.difference_update(ids)
            self._own_first = bool(self._given)

    async def set_aside(self, fact_id: str, reason: str) -> None:
        """Put a fact that cannot be handled into the aside stream and acknowledge it, both or neither."""
        found = await self._redis.xrange(self._key, fact_id, fact_id)
        async with self._redis.pipeline(transaction=True) as both:
            if found:
                kept: dict[Any, Any] = {
                    "fact": _fields(found[0])["fact"],
                    "id": fact_id,
                    "group": self._group,
                    "reason": reason,
                }
                both.xadd(self._aside, kept)
            both.xack(self._key, self._group, fact_id)
            await both.execute()
        self._has_handled([fact_id])


@asynccontextmanager
async def _not_for_ever(block_ms: int) -> AsyncIterator[None]:
    """A connection that a firewall has dropped says nothing for ever. Raises redis's TimeoutError."""
    try:
        async with asyncio.timeout(block_ms / 1000 + _ANSWER_WITHIN_S):
            yield
    except TimeoutError:
        raise RedisTimeoutError("the server says nothing") from None


def _order(stream_id: str) -> tuple[int, int]:
    milliseconds, _, number = stream_id.partition("-")
    return int(milliseconds), int(number)


def _entries(answer: Any) -> list[tuple[str, dict[str, str]]]:
    """The entries of one stream out of what XREAD answered."""
    if not answer:
        return []
    streams = answer.items() if isinstance(answer, dict) else answer
    for _, entries in streams:
        if entries and isinstance(entries[0], list):
            entries = entries[0]
        return [(fact_id, fields) for fact_id, fields in entries if fields]
    return []


def _fields(entry: Any) -> dict[str, str]:
    """The fields of an entry that XRANGE gave."""
    fields: dict[str, str] = entry[1]
    return fields


def _facts(entries: Sequence[tuple[str, dict[str, str]]]) -> list[tuple[str, dict[str, Any]]]:
    return [(fact_id, json.loads(fields["fact"])) for fact_id, fields in entries if fields]
