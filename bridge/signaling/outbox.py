"""What pages are told, in order: first whatever is for one seat, then what everybody of a group sees.

A visitor who joins is news to two hundred consoles, and a ring to one. To send the news takes the worker longer than
all that leads to the ring; so it waits, and it is gathered: what happens within ``GATHER_S`` is one message to a group.
It is put together and encoded once, and sent to a few at a time.

No page hears of a fact before the ones it follows: whoever is told something of their own is told, in the same message,
what their group has not been told yet. Pages ignore what is not newer than what they know.
"""

import asyncio
from collections import deque
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from typing import Any

from engineio.packet import Packet

from bridge.domain.staff import Role
from bridge.signaling.lines import SignalServer
from bridge.signaling.messages import Fact

#: What changed for an audience: a ``Fact`` as it goes over the wire.
Told = dict[str, Any]

GATHER_S = 0.02
#: Of a group, at a time: about a millisecond.
FEW = 8


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


def gathered(facts: Sequence[Told]) -> Told:
    """One fact that leaves a page where these, one after the other, would; named after the last."""
    if len(facts) == 1:
        return facts[0]
    put: dict[tuple[str, str], Any] = {}
    gone: dict[tuple[str, str], Any] = {}
    for fact in facts:
        for entity in fact["gone"]:
            name = (entity["kind"], entity["id"])
            put.pop(name, None)
            gone[name] = entity
        for entity in fact["put"]:
            put[(entity["kind"], entity["id"])] = entity
    return {**facts[-1], "put": list(put.values()), "gone": list(gone.values())}


class _Group:
    """Everybody who sees the same of the desk, and the facts that not all of them have been told."""

    def __init__(self) -> None:
        self.told: dict[Socket, int] = {}
        """Of each page, how many of the group's facts it has been told."""
        self.due_at_s: float | None = None
        """When the next are told, on the loop's clock; None while there are none."""
        self._facts: deque[Told] = deque()
        self._forgotten = 0
        self._behind: deque[Socket] = deque()
        self._sealed: dict[tuple[int, int, str], Packet] = {}

    @property
    def count(self) -> int:
        """How many facts there have been."""
        return self._forgotten + len(self._facts)

    def add(self, fact: Told, now_s: float) -> None:
        self._facts.append(fact)
        if self.due_at_s is None:
            self.due_at_s = now_s + GATHER_S

    def pending(self, socket: Socket) -> list[Told]:
        """What a page has not been told yet; from now on it has."""
        facts = list(self._facts)[self.told[socket] - self._forgotten :]
        self.told[socket] = self.count
        return facts

    def few(self, sio: SignalServer, now_s: float) -> list[tuple[Socket, Packet]]:
        """The next few who are told, each with what it has not heard. What all have heard is forgotten."""
        if not self._behind:
            self._behind.extend(socket for socket, told in self.told.items() if told < self.count)
        found: list[tuple[Socket, Packet]] = []
        while self._behind and len(found) < FEW:
            socket = self._behind.popleft()
            known = self.told.get(socket, self.count)
            if known < self.count:
                of_range = (known, self.count, socket.namespace)
                if of_range not in self._sealed:
                    facts = list(self._facts)[known - self._forgotten :]
                    self._sealed[of_range] = sio.sealed(socket.namespace, Fact.EVENT, gathered(facts))
                self.told[socket] = self.count
                found.append((socket, self._sealed[of_range]))
        if not self._behind:
            self._forget(now_s)
        return found

    def _forget(self, now_s: float) -> None:
        heard = min(self.told.values(), default=self.count)
        for _ in range(heard - self._forgotten):
            self._facts.popleft()
        self._forgotten = heard
        self._sealed.clear()
        self.due_at_s = now_s + GATHER_S if self._facts else None


class Outbox:
    """Everything that is to be sent to the pages of this worker."""

    def __init__(self, sio: SignalServer) -> None:
        self._sio = sio
        self._groups: dict[str, _Group] = {}
        self._group_of: dict[Socket, _Group] = {}
        self._first: deque[tuple[Socket, str, Callable[[], dict[str, Any]]]] = deque()
        """Snapshots, made when they are sent, and what comes behind them."""
        self._something = asyncio.Event()

    def add(self, socket: Socket, group: str) -> None:
        """A page that is to be told what this group is told from now on."""
        found = self._groups.setdefault(group, _Group())
        found.told[socket] = found.count
        self._group_of[socket] = found

    def remove(self, socket: Socket) -> None:
        """A page is gone; what was still meant for it is forgotten."""
        self._group_of.pop(socket).told.pop(socket)

    def begin_anew(self, socket: Socket, event: str, snapshot: Callable[[], dict[str, Any]]) -> None:
        """Tell a page everything: what its group has not been told yet is in it, and perhaps what comes meanwhile."""
        self._group_of[socket].pending(socket)
        # Not at once: Socket.IO has yet to answer a page that connects.
        self._first.append((socket, event, snapshot))
        self._something.set()

    def tell(self, socket: Socket, fact: Told) -> None:
        """Tell one page, with all that comes before it."""
        message = gathered([*self._group_of[socket].pending(socket), fact])
        if self._first:
            # Perhaps this page's snapshot.
            self._first.append((socket, Fact.EVENT, lambda: message))
        else:
            self._send(socket, self._sio.sealed(socket.namespace, Fact.EVENT, message))

    def tell_group(self, group: str, fact: Told) -> None:
        """Tell everybody of a group."""
        found = self._groups.get(group)
        if found is not None and found.told:
            found.add(fact, self._now_s())
            self._something.set()

    async def deliver(self) -> None:
        """Send, for ever."""
        while True:
            self._something.clear()
            while self._first:
                self._send_the_first()
                await asyncio.sleep(0)
            due_at_s = [group.due_at_s for group in self._groups.values() if group.due_at_s is not None]
            now_s = self._now_s()
            if any(at_s <= now_s for at_s in due_at_s):
                self._tell_a_few(now_s)
                # Everybody else at the worker has a turn.
                await asyncio.sleep(0)
                continue
            try:
                async with asyncio.timeout_at(min(due_at_s, default=None)):
                    await self._something.wait()
            except TimeoutError:
                continue

    def _send_the_first(self) -> None:
        for _ in range(min(FEW, len(self._first))):
            socket, event, message = self._first.popleft()
            if socket in self._group_of:
                self._send(socket, self._sio.sealed(socket.namespace, event, message()))

    def _tell_a_few(self, now_s: float) -> None:
        for group in self._groups.values():
            if group.due_at_s is not None and group.due_at_s <= now_s:
                for socket, packet in group.few(self._sio, now_s):
                    self._send(socket, packet)

    def _send(self, socket: Socket, packet: Packet) -> None:
        if socket in self._group_of:
            self._sio.send(socket.sid, socket.namespace, packet)

    def _now_s(self) -> float:
        return asyncio.get_running_loop().time()
