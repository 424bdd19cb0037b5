"""The desk's server, embedded (unix socket) and given by URL (TCP): the same tests for both."""

import socket
import subprocess
import time
from collections.abc import AsyncIterator, Iterator
from dataclasses import dataclass
from pathlib import Path

import pytest
from redis.asyncio import Redis

from bridge.clock import SteppedClock
from bridge.desk.connections import DeskServer, close
from bridge.desk.desk import Desk, new_id
from bridge.desk.embedded import find_program
from bridge.desk.keys import Keys
from bridge.settings import TimingSettings


@pytest.fixture(scope="session")
def server_by_url(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    """A server of one's own on a TCP port, as an operator would name it."""
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    folder = tmp_path_factory.mktemp("server")
    server = subprocess.Popen(
        [str(find_program()), "--port", str(port), "--bind", "127.0.0.1", "--dir", str(folder), "--save", ""],
        stdout=subprocess.DEVNULL,
    )
    deadline = time.monotonic() + 10
    while True:
        try:
            socket.create_connection(("127.0.0.1", port), timeout=1).close()
            break
        except OSError:
            assert time.monotonic() < deadline, "the server did not start"
    yield f"redis://127.0.0.1:{port}/0"
    server.terminate()
    server.wait(10)


@pytest.fixture(params=["embedded", "by_url"])
def any_server(request: pytest.FixtureRequest) -> str:
    """Address of the server, of both kinds in turn."""
    name = "redis_url" if request.param == "embedded" else "server_by_url"
    address: str = request.getfixturevalue(name)
    return address


@dataclass
class Bare:
    """A desk without a bridge: transitions, keys, clock."""

    desk: Desk
    redis: "Redis"
    blocking: "Redis"
    keys: Keys
    clock: SteppedClock
    timing: TimingSettings


@pytest.fixture
async def bare(any_server: str, tmp_path: Path) -> AsyncIterator[Bare]:
    """A fresh desk on either kind of server."""
    server = DeskServer(any_server)
    redis, blocking = server.for_scripts(), server.for_blocking_reads()
    keys, clock, timing = Keys(f"bare-{new_id().lower()}"), SteppedClock(), TimingSettings()
    desk = Desk(redis, keys, clock, timing)
    await desk.prepare()
    yield Bare(desk, redis, blocking, keys, clock, timing)
    await close(redis)
    await close(blocking)
