"""Tells the sockets of this worker what happens at the desk.

One task reads the stream into the projection and works out what each audience sees of a fact; another sends. Snapshots
go through the same queue as facts, so that a page never gets a fact before the snapshot it follows.
"""

import asyncio
import logging
from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Any

import socketio
from redis.exceptions import RedisError

from bridge.clock import Clock
from bridge.desk.desk import Desk, DeskUnavailable
from bridge.desk.facts import FactReader
from bridge.desk.projection import Projection
from bridge.domain.staff import Role
from bridge.settings import RoutingSettings
from bridge.signaling.messages import PROTOCOL_VERSION, Fact, FactName, Snapshot
from bridge.signaling.scopes import (
    GROUP_OF,
    Audience,
    appearances,
    differences,
    snapshot_entities,
)

log = logging.getLogger(__name__)

_RETRY_FIRST_S = 0.05
_RETRY_LONGEST_S = 1.0
_REACH_WITHIN_S = 3.0
_END_SIGN_INS = frozenset({FactName.SIGN_INS_ENDED, FactName.KIOSK_REMOVED, FactName.STAFF_REMOVED})


@dataclass(frozen=True)
class Socket:
    """A connected page, and the token it was let in with."""

    sid: str
    role: Role
    seat: str
    page: str
    token: str = field(default="", repr=False)

    @property
    def namespace(self) -> str:
        return f"/{self.role}"


class Announcer:
    """The projection of this worker and the sockets that hear of it."""

    def __init__(
        self,
        sio: socketio.AsyncServer,
        desk: Desk,
        reader: FactReader,
        clock: Clock,
        keep_s: int,
        routing: RoutingSettings,
    ) -> None:
        self.projection = Projection(routing)
        self._sio = sio
        self._desk = desk
        self._reader = reader
        self._clock = clock
        self._block_ms = max(1000, keep_s * 1000 // 4)
        self._sockets: dict[str, Socket] = {}
        self._audience: dict[str, dict[str, Socket]] = {}
        self._outbox: asyncio.Queue[tuple[Socket, str, dict[str, Any]]] = asyncio.Queue()
        self._moved = asyncio.Condition()
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
        self._audience.setdefault(GROUP_OF[socket.role], {})[socket.sid] = socket
        self._send_snapshot(socket)

    def remove(self, sid: str) -> Socket | None:
        """A page is gone."""
        self.leaving.discard(sid)
        socket = self._sockets.pop(sid, None)
        if socket:
            self._audience[GROUP_OF[socket.role]].pop(sid, None)
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

    async def deliver(self) -> None:
        """Send what is in the outbox, in order, for ever."""
        while True:
            socket, event, message = await self._outbox.get()
            if socket.sid in self._sockets and not await self._sio.drop_if_deaf(socket.sid, socket.namespace):
                # Straight to this worker's own socket: other workers tell their own.
                await self._sio.emit(event, message, to=socket.sid, namespace=socket.namespace, ignore_queue=True)

    async def _begin(self) -> None:
        snapshot = await self._desk.snapshot()
        self.projection.replace(snapshot)
        for socket in self:
            self._send_snapshot(socket)
        self.following.set()
        async with self._moved:
            self._moved.notify_all()

    async def _read(self) -> None:
        facts = await self._reader.after(self.projection.at, block_ms=self._block_ms)
        for at, fact in facts:
            self._tell(at, fact)
        if facts:
            async with self._moved:
                self._moved.notify_all()

    def _tell(self, at: str, fact: dict[str, Any]) -> None:
        touched = self.projection.touched_by(fact)
        before = appearances(self.projection, touched)
        self.projection.apply(at, fact)
        if fact["name"] in _END_SIGN_INS:
            self.sign_ins_ended.set()
        changes = differences(before, appearances(self.projection, touched), fact)
        head = {"at": at, "at_ms": fact["at_ms"], "name": fact["name"]}
        for socket, change in self._concerned(changes):
            self._outbox.put_nowait((socket, Fact.EVENT, {**head, **change}))

    def _concerned(self, changes: dict[Audience, dict[str, Any]]) -> Iterator[tuple[Socket, dict[str, Any]]]:
        """The sockets that see something of these changes, each with all that it sees."""
        for group in {group for group, _ in changes}:
            common = changes.get((group, None))
            for socket in self._audience.get(group, {}).values():
                own = changes.get((group, socket.seat))
                if common and own:
                    yield (
                        socket,
                        {"put": common["put"] + own["put"], "gone": common["gone"] + own["gone"]},
                    )
                elif common or own:
                    yield socket, common or own or {}

    def _send_snapshot(self, socket: Socket) -> None:
        message = {
            "at": self.projection.at,
            "now_ms": self._clock.now_ms(),
            "version": PROTOCOL_VERSION,
            "entities": snapshot_entities(self.projection, socket.role, socket.seat),
        }
        self._outbox.put_nowait((socket, Snapshot.EVENT, message))


def _order(stream_id: str) -> tuple[int, int]:
    milliseconds, _, number = stream_id.partition("-")
    return int(milliseconds), int(number)
