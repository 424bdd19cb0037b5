"""The desk's server under measurement: the embedded one, and what its one thread used."""

import re
import tempfile
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path

from redis.asyncio import Redis

from bridge.desk.connections import DeskServer, close
from bridge.desk.embedded import EmbeddedServer, find_program


class MeasuredServer:
    """A running server with a client for scripts."""

    def __init__(self, server: EmbeddedServer, redis: "Redis") -> None:
        self.redis = redis
        self.socket = str(server.socket)
        self._pid = server.pid

    def used_us(self) -> float:
        """Processor time of the thread that carries out commands, in microseconds since its start."""
        # Nanoseconds on a processor come first.
        return int(Path(f"/proc/{self._pid}/task/{self._pid}/schedstat").read_text().split()[0]) / 1000


@asynccontextmanager
async def measured_server() -> AsyncIterator[MeasuredServer]:
    """The embedded server as in production, but that its file is not rewritten in the middle of a measurement."""
    with tempfile.TemporaryDirectory(prefix="gloria-") as folder:
        server = EmbeddedServer(Path(folder), find_program())
        server.start()
        redis = DeskServer(server.url).for_scripts()
        try:
            await redis.config_set("auto-aof-rewrite-percentage", 0)
            yield MeasuredServer(server, redis)
        finally:
            await close(redis)
            server.stop()


_WORD = re.compile(rb'"((?:[^"\\]|\\.)*)"')


def words_of(line: bytes) -> list[bytes]:
    """The words of a command as MONITOR prints it."""
    # Its escapes are those of Python.
    return [word.decode("unicode_escape").encode("latin-1") for word in _WORD.findall(line)]
