"""Tells the sockets of this worker what happens at the desk.

It reads the stream into the projection and works out what each audience sees of a fact, for the outbox to send
(bridge/signaling/outbox.py). Snapshots go the same way: a page never gets a fact before the snapshot it follows.
"""

import asyncio
import logging
from collections import Counter
from collections.abc import Iterator, Sequence
from functools import partial
from typing import Any

from redis.exceptions import RedisError

from bridge.clock import Clock
from bridge.desk.desk import Desk, DeskUnavailable
from bridge.desk.facts import FactReader
from bridge.desk.projection import Name, Projection
from bridge.settings import RoutingSettings
from bridge.signaling.messages import PROTOCOL_VERSION, FactName, Snapshot
from bridge.signaling.outbox import Outbox, Socket
from bridge.signaling.scopes import (
    CONSOLES,
    GROUP_OF,
    Appearances,
    Audience,
    appearances,
    differences,
    snapshot_entities,
    together,
)

log = logging.getLogger(__name__)

_RETRY_FIRST_S = 0.05
_RETRY_LONGEST_S = 1.0
_REACH_WITHIN_S = 3.0
_END_SIGN_INS = frozenset({FactName.SIGN_INS_ENDED, FactName.KIOSK_REMOVED, FactName.STAFF_REMOVED})


class Announcer:
    """The projection of this worker and the sockets that hear of it."""

    def __init__(
        self,
        outbox: Outbox,
        desk: Desk,
        reader: FactReader,
        clock: Clock,
        keep_s: int,
        routing: RoutingSettings,
    ) -> None:
        self.projection = Projection(routing)
        self._outbox = outbox
        self._desk = desk
        self._reader = reader
        self._clock = clock
        self._block_ms = max(1000, keep_s * 1000 // 4)
        self._sockets: dict[str, Socket] = {}
        self._pages: dict[Audience, list[Socket]] = {}
        self._groups: Counter[str] = Counter()
        self._moved = asyncio.Condition()
        self._news: list[asyncio.Event] = []
        #: How what was touched last appears to those who are here; forgotten when others are.
        self._shown: dict[Name, Appearances] = {}
        #: Set while the facts are being read; whoever connects waits for it.
        self.following = asyncio.Event()
        #: Pages in a call whose sign-in has ended: they finish it and begin nothing.
        self.leaving: set[str] = set()
        #: Set when sign-ins have ended, for whoever closes their pages' sockets.
        self.sign_ins_ended = asyncio.Event()

    def __iter__(self) -> Iterator[Socket]:
        return iter(list(self._sockets.values()))

    def socket(self, sid: str) -> Socket | None:
        """The page behind a Socket.IO id, while it is connected."""
        return self._sockets.get(sid)

    def add(self, socket: Socket) -> None:
        """A page is connected: it gets a snapshot, then every fact after it."""
        self._sockets[socket.sid] = socket
        self._shown.clear()
        group = GROUP_OF[socket.role]
        self._pages.setdefault((group, socket.seat), []).append(socket)
        self._groups[group] += 1
        self._outbox.add(socket, group)
        self._send_snapshot(socket)

    def remove(self, sid: str) -> Socket | None:
        """A page is gone."""
        self.leaving.discard(sid)
        socket = self._sockets.pop(sid, None)
        if socket:
            self._outbox.remove(socket)
            group = GROUP_OF[socket.role]
            self._groups -= Counter([group])
            self._pages[group, socket.seat].remove(socket)
            if not self._pages[group, socket.seat]:
                del self._pages[group, socket.seat]
        return socket

    async def reached(self, at: str) -> None:
        """Return when the projection holds the fact ``at``. Raises DeskUnavailable after three seconds."""
        try:
            async with asyncio.timeout(_REACH_WITHIN_S), self._moved:
                await self._moved.wait_for(lambda: _order(self.projection.at) >= _order(at))
        except TimeoutError:
            raise DeskUnavailable("the facts do not arrive") from None

    async def ready(self) -> None:
        """Return when the facts are being read. Raises DeskUnavailable after three seconds."""
        try:
            async with asyncio.timeout(_REACH_WITHIN_S):
                await self.following.wait()
        except TimeoutError:
            raise DeskUnavailable("the facts do not arrive") from None

    def news(self) -> asyncio.Event:
        """An event that is set whenever there are new facts, when those whom they concern are told; for one waiter."""
        event = asyncio.Event()
        self._news.append(event)
        return event

    def _bring_news(self) -> None:
        for event in self._news:
            event.set()

    async def follow(self) -> None:
        """Read the stream for ever; after any trouble begin again from a snapshot."""
        delay_s = _RETRY_FIRST_S
        while True:
            try:
                await self._begin()
                delay_s = _RETRY_FIRST_S
                while await self._reader.can_follow(self.projection.at):
                    await self._read()
                log.warning("facts: the stream moved away under the reader, beginning again")
            except (DeskUnavailable, RedisError, OSError) as error:
                self.following.clear()
                log.warning("facts: %s, trying again in %.2f s", type(error).__name__, delay_s)
                await asyncio.sleep(delay_s)
                delay_s = min(delay_s * 2, _RETRY_LONGEST_S)

    async def _begin(self) -> None:
        snapshot = await self._desk.snapshot()
        self.projection.replace(snapshot)
        self._shown.clear()
        for socket in self:
            self._send_snapshot(socket)
        self.following.set()
        self._bring_news()
        async with self._moved:
            self._moved.notify_all()

    async def _read(self) -> None:
        facts = await self._reader.after(self.projection.at, block_ms=self._block_ms)
        if facts:
            self._tell(facts)
            self._bring_news()
            async with self._moved:
                self._moved.notify_all()

    def _tell(self, facts: Sequence[tuple[str, dict[str, Any]]]) -> None:
        """Facts that were read together are told as one, named after the last."""
        before: dict[Name, Appearances] = {}
        for at, fact in facts:
            # What no earlier one has touched looks as it did before them, and as it did when it was last touched.
            for name in self.projection.touched_by(fact) - before.keys():
                before[name] = self._shown.get(name) or self._look(name)
            self.projection.apply(at, fact)
            if fact["name"] in _END_SIGN_INS:
                self.sign_ins_ended.set()
        after = {name: self._look(name) for name in before}
        for name, seen in after.items():
            self._shown[name] = seen
            if not seen:
                del self._shown[name]
        changes = differences(together(before.values()), together(after.values()), [fact for _, fact in facts])
        at, last = facts[-1]
        head = {"at": at, "at_ms": last["at_ms"], "name": last["name"]}
        for (group, seat), change in changes.items():
            if seat is None:
                self._outbox.tell_group(group, {**head, **change})
        # After their group: that it happened is told them in the same message. Whoever is rung before whoever waits.
        for (group, seat), change in sorted(changes.items(), key=_rung_first):
            for socket in self._pages.get((group, seat), ()) if seat else ():
                self._outbox.tell(socket, {**head, **change})

    def _look(self, name: Name) -> Appearances:
        return appearances(self.projection, [name], self._is_here)

    def _is_here(self, audience: Audience) -> bool:
        group, seat = audience
        return audience in self._pages if seat else group in self._groups

    def _send_snapshot(self, socket: Socket) -> None:
        self._outbox.begin_anew(socket, Snapshot.EVENT, partial(self._snapshot, socket))

    def _snapshot(self, socket: Socket) -> dict[str, Any]:
        return {
            "at": self.projection.at,
            "now_ms": self._clock.now_ms(),
            "version": PROTOCOL_VERSION,
            "entities": snapshot_entities(self.projection, socket.role, socket.seat),
        }


def _rung_first(change: tuple[Audience, Any]) -> bool:
    return change[0][0] != CONSOLES


def _order(stream_id: str) -> tuple[int, int]:
    milliseconds, _, number = stream_id.partition("-")
    return int(milliseconds), int(number)
