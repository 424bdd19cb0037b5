"""An installation whose processes are killed: `gloria serve` on a port and a data folder that stay the same."""

import asyncio
import json
import random
import socket
import time
from collections.abc import Mapping
from enum import StrEnum
from pathlib import Path

from bridge.desk.embedded import find_program
from tests.actors.service import RunningService
from tests.chaos.databases import Database, is_alive, kill_all
from tests.chaos.directory import write_directory

#: The setting that names the file of kiosks and staff.
DIRECTORY_SETTING = "accounts.demo_file"
_WORKERS = 2
_WORKER_SERVES_AFTER_S = 3.0
_LOOK_S = 0.1
_DATABASE_IS_DOWN_FOR_S = 1.0
_STARTS_WITHIN_S = 60.0
_STARTED_AGAIN_EVERY_S = 0.2


class Victim(StrEnum):
    """What is killed."""

    ONE_WORKER = "one worker"
    ALL_WORKERS = "all workers"
    VALKEY = "Valkey"
    PARENT = "parent"
    DATABASE = "database"
    EVERYTHING = "everything"


class _Service(RunningService):
    @property
    def parent(self) -> int:
        assert self._process is not None
        return self._process.pid

    def reap(self) -> None:
        """Wait for the parent that was killed."""
        assert self._process is not None
        self._process.wait(20)


class Installation:
    """A running installation: its processes can be killed, and are all there again after ``mends``."""

    def __init__(self, folder: Path, database: Database, directory_setting: str = DIRECTORY_SETTING) -> None:
        self.database = database
        self.data = folder / "data"
        self._config = folder / "gloria.toml"
        self._directory = folder / "directory.toml"
        self._directory_setting = directory_setting
        self._port = _free_port()
        self._service = _Service(
            self.data, "--config", str(self._config), "--port", str(self._port), "--workers", str(_WORKERS)
        )
        self._program = find_program().name
        write_directory(self._directory)

    @property
    def url(self) -> str:
        """Where the pages find it, before and after its death."""
        return f"http://127.0.0.1:{self._port}"

    @property
    def desk_url(self) -> str:
        """Address of the embedded server."""
        return f"unix://{self.data.resolve()}/desk/desk.sock"

    @property
    def log(self) -> str:
        """What the service wrote."""
        return self._service.log.read_text()

    async def starts(self, timing: Mapping[str, int]) -> None:
        """Start the service with these settings of ``[timing]``."""
        sections: dict[str, dict[str, object]] = {"timing": dict(timing)}
        section, _, name = self._directory_setting.partition(".")
        sections[section] = {name: str(self._directory)}
        if self.database.url:
            sections["contacts"] = {"database_url": self.database.url}
        lines = [
            f"[{section}]\n" + "".join(f"{name} = {json.dumps(value)}\n" for name, value in values.items())
            for section, values in sections.items()
        ]
        self._config.write_text("\n".join(lines), encoding="utf-8")
        await asyncio.to_thread(self._start)

    async def stops(self) -> None:
        """Ctrl-C."""
        await asyncio.to_thread(self._service.stop)

    async def is_whole(self) -> None:
        """Wait until every worker has run for so long that it serves."""
        until = time.monotonic() + _STARTS_WITHIN_S
        while not self._every_worker_serves():
            assert time.monotonic() < until, f"the workers do not come back\n{self.log}"
            await asyncio.sleep(_LOOK_S)

    def kills(self, victim: Victim, chance: random.Random) -> bool:
        """SIGKILL; whether there was anything to kill."""
        workers, valkey = self._service.children("worker"), self._service.children(self._program)
        pids = {
            Victim.ONE_WORKER: [chance.choice(workers)] if workers else [],
            Victim.ALL_WORKERS: workers,
            Victim.VALKEY: valkey,
            Victim.PARENT: [self._service.parent],
            Victim.DATABASE: self.database.pids(),
            Victim.EVERYTHING: [self._service.parent, *workers, *valkey, *self.database.pids()],
        }[victim]
        kill_all(pids)
        return bool(pids)

    async def mends(self, *victims: Victim) -> None:
        """Start again what no parent starts again, as an init system would."""
        if {Victim.DATABASE, Victim.EVERYTHING} & set(victims) and self.database.pids():
            await asyncio.sleep(_DATABASE_IS_DOWN_FOR_S)
            await asyncio.to_thread(self.database.start)
        if {Victim.PARENT, Victim.EVERYTHING} & set(victims):
            await asyncio.to_thread(self._service.reap)
            await asyncio.to_thread(self._start)

    def has_ended(self) -> bool:
        """Whether the parent itself has ended, which it never should unless it is killed."""
        return not is_alive(self._service.parent)

    def _every_worker_serves(self) -> bool:
        workers = self._service.children("worker")
        return len(workers) == _WORKERS and all(_age_s(pid) > _WORKER_SERVES_AFTER_S for pid in workers)

    def _start(self) -> None:
        # What is left of a service that was killed holds its port and folder for a moment: an init system tries again.
        until = time.monotonic() + _STARTS_WITHIN_S
        while True:
            try:
                self._service.start()
            except AssertionError:
                if time.monotonic() > until:
                    raise
                time.sleep(_STARTED_AGAIN_EVERY_S)
            else:
                return


def _free_port() -> int:
    with socket.socket() as line:
        line.bind(("127.0.0.1", 0))
        port: int = line.getsockname()[1]
        return port


def _age_s(pid: int) -> float:
    try:
        return time.time() - Path(f"/proc/{pid}").stat().st_ctime
    except OSError:
        return 0.0
