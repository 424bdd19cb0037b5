"""Socket.IO lines without a library's cost: the few messages that a client says, as it says them.

``python -m tests.bench.lines`` holds a crowd of them: it reads one line of JSON (``url`` and ``visitors``), says
"there" when all are connected, and goes when its input ends.
"""

import asyncio
import json
import sys
from collections.abc import Callable
from dataclasses import asdict, dataclass
from typing import Any

import aiohttp
import msgpack
import uvloop

_CONNECT, _EVENT, _ACK = 0, 2, 3


@dataclass(frozen=True)
class Visitor:
    """Whose line it is: their cookie, and what they say when they connect."""

    namespace: str
    cookie: str
    auth: dict[str, Any]


class Line:
    """A connected Socket.IO client. ``hears`` is called with the name and the message of each event."""

    def __init__(self, line: aiohttp.ClientWebSocketResponse, namespace: str) -> None:
        self._line = line
        self._namespace = namespace
        self._asked = 0
        self._answers: dict[int, asyncio.Future[Any]] = {}
        self.hears: Callable[[str, Any], None] | None = None
        self._reading = asyncio.create_task(self._read())

    @classmethod
    async def connect(cls, session: aiohttp.ClientSession, url: str, visitor: Visitor) -> "Line":
        """Connect; fails when the server refuses."""
        headers = {"Cookie": visitor.cookie, "Origin": url}
        address = f"{url}/socket.io/?EIO=4&transport=websocket"
        line = await session.ws_connect(address, headers=headers, compress=0)
        assert (await line.receive_str()).startswith("0")
        await line.send_bytes(msgpack.dumps({"type": _CONNECT, "data": visitor.auth, "nsp": visitor.namespace}))
        answer = msgpack.loads((await line.receive()).data)
        assert answer["type"] == _CONNECT, answer
        return cls(line, visitor.namespace)

    async def says(self, event: str, message: dict[str, Any]) -> Any:
        """Send an event; the answer to it."""
        self._asked += 1
        answer = self._answers[self._asked] = asyncio.get_running_loop().create_future()
        packet = {"type": _EVENT, "data": [event, message], "nsp": self._namespace, "id": self._asked}
        await self._line.send_bytes(msgpack.dumps(packet))
        return await answer

    async def close(self) -> None:
        """Let go of the line."""
        self._reading.cancel()
        await asyncio.gather(self._reading, return_exceptions=True)
        await self._line.close()

    async def _read(self) -> None:
        async for message in self._line:
            if message.data == "2":
                await self._line.send_str("3")
            elif self.hears is not None or self._answers:
                self._take(msgpack.loads(message.data))

    def _take(self, packet: dict[str, Any]) -> None:
        if packet["type"] == _ACK:
            self._answers.pop(packet["id"]).set_result(packet["data"][0])
        elif packet["type"] == _EVENT and self.hears is not None:
            self.hears(*packet["data"])


async def connect_all(session: aiohttp.ClientSession, url: str, visitors: list[Visitor]) -> list[Line]:
    """One after the other."""
    return [await Line.connect(session, url, visitor) for visitor in visitors]


class Crowd:
    """Lines that are there and only listen, held by a process of their own."""

    def __init__(self, url: str, visitors: list[Visitor]) -> None:
        self._told = json.dumps({"url": url, "visitors": [asdict(visitor) for visitor in visitors]}) + "\n"
        self._process: asyncio.subprocess.Process | None = None

    async def __aenter__(self) -> "Crowd":
        pipe = asyncio.subprocess.PIPE
        command = (sys.executable, "-m", "tests.bench.lines")
        self._process = await asyncio.create_subprocess_exec(*command, stdin=pipe, stdout=pipe, limit=2**24)
        assert self._process.stdin is not None
        assert self._process.stdout is not None
        self._process.stdin.write(self._told.encode())
        await self._process.stdin.drain()
        assert await self._process.stdout.readline() == b"there\n", "the crowd did not connect"
        return self

    async def __aexit__(self, *_: object) -> None:
        assert self._process is not None
        assert self._process.stdin is not None
        self._process.stdin.close()
        await self._process.wait()


async def _hold() -> None:
    told = json.loads(sys.stdin.readline())
    async with aiohttp.ClientSession(connector=aiohttp.TCPConnector(limit=0)) as session:
        lines = await connect_all(session, told["url"], [Visitor(**visitor) for visitor in told["visitors"]])
        sys.stdout.write("there\n")
        sys.stdout.flush()
        await asyncio.to_thread(sys.stdin.read)
        for line in lines:
            await line.close()


if __name__ == "__main__":
    uvloop.run(_hold())
