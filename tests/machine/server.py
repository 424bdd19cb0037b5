"""The desk's server for the machine: the embedded one, which loses nothing it has acknowledged when it is killed."""

import asyncio
import os
import signal
import tempfile
from collections.abc import Coroutine
from pathlib import Path
from typing import Any, TypeVar

from redis import Redis as SyncRedis
from redis.asyncio import Redis

from bridge.desk.connections import DeskServer, close
from bridge.desk.embedded import EmbeddedServer, find_program

WORKERS = 2
T = TypeVar("T")


def _folder() -> tempfile.TemporaryDirectory[str]:
    """In memory where there is such a place: the append-only file is synced at every write."""
    shared_memory = Path("/dev/shm")
    where = shared_memory if os.access(shared_memory, os.W_OK) else None
    return tempfile.TemporaryDirectory(prefix="gloria-machine-", dir=where)


class Laboratory:
    """One server, one event loop and the clients of two workers, for one desk after the other."""

    def __init__(self) -> None:
        self.loop = asyncio.new_event_loop()
        self._folder = _folder()
        self._server = EmbeddedServer(Path(self._folder.name), find_program())
        self._server.start()
        # Without time-outs: a machine that has much else to do is no failure of the desk.
        self.workers: list[Redis] = [DeskServer(self._server.url).for_blocking_reads() for _ in range(WORKERS)]
        self.reader: SyncRedis = SyncRedis(unix_socket_path=str(self._server.socket), decode_responses=True)
        self.reader.config_set("appendfsync", "always")

    def run(self, work: Coroutine[Any, Any, T]) -> T:
        """The result of some work in the machine's event loop."""
        return self.loop.run_until_complete(work)

    def kill(self) -> None:
        """Kill the server, as the kernel would; what was under way is broken off."""
        assert self._server.pid is not None
        os.kill(self._server.pid, signal.SIGKILL)

    def start_again(self) -> None:
        """Start the server on the same folder. Connections of before are dead: every worker makes new ones."""
        while self._server.poll() is None:
            os.waitid(os.P_PID, self._server.pid or 0, os.WEXITED | os.WNOWAIT)
        self._server.restart()
        for client in self.workers:
            self.run(client.connection_pool.disconnect())
        self.reader.connection_pool.disconnect()
        self.reader.config_set("appendfsync", "always")

    def forget(self) -> None:
        """Empty the server; the next desk finds nothing."""
        self.reader.flushall()

    def close(self) -> None:
        for client in self.workers:
            self.run(close(client))
        self.reader.close()
        self.loop.close()
        self._server.stop()
        self._folder.cleanup()
