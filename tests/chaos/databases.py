"""The databases of a chaos run: SQLite, whose process is the bridge's own, and a PostgreSQL that can be killed."""

import os
import sqlite3
from collections.abc import Iterator, Sequence
from contextlib import closing, contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Protocol

import psycopg
from sqlalchemy import make_url

from tests.postgres import _binaries, _run, _server_user, private_cluster, private_database

_RECORDS = "SELECT call, version, kiosk, end_reason, advisor, outcome FROM contact"
_TOPICS = "SELECT call, topic FROM contact_topic ORDER BY call, topic"


@dataclass(frozen=True)
class Record:
    """What a chaos run looks at in a contact record."""

    call: str
    version: int
    kiosk: str
    end_reason: str
    advisor: str | None
    outcome: str | None
    topics: tuple[str, ...]


class Database(Protocol):
    """A database under chaos."""

    name: str
    url: str

    def pids(self) -> list[int]:
        """Its processes; none where it has no process of its own."""
        ...

    def start(self) -> None:
        """Start it again after it was killed."""
        ...

    def records(self) -> list[Record]:
        """Every contact record, read past the bridge."""
        ...


class SqliteDatabase:
    """The file in the data folder."""

    name = "sqlite"
    url = ""

    def __init__(self, data: Path) -> None:
        self._file = data / "gloria.sqlite"

    def pids(self) -> list[int]:
        return []

    def start(self) -> None:
        """Nothing to start."""

    def records(self) -> list[Record]:
        with closing(sqlite3.connect(f"file:{self._file}?mode=ro", uri=True, timeout=10)) as connection:
            return _records(connection.execute(_RECORDS).fetchall(), connection.execute(_TOPICS).fetchall())


class PostgresDatabase:
    """A private cluster whose postmaster and backends can be killed.

    ``tests.postgres`` starts its clusters with ``synchronous_commit=off``, which may forget what was committed when
    the server is killed. Here it is on; what is not synced to the disk outlives the process in the kernel's memory.
    """

    name = "postgresql"

    def __init__(self, url: str) -> None:
        address = make_url(url)
        self.url = url
        self._conninfo = address.set(drivername="postgresql").render_as_string(hide_password=False)
        self._folder = Path(str(address.query["host"]))
        with psycopg.connect(self._conninfo, autocommit=True) as connection:
            connection.execute(f"ALTER DATABASE {address.database} SET synchronous_commit = on".encode())

    def pids(self) -> list[int]:
        try:
            postmaster = int((self._folder / "cluster" / "postmaster.pid").read_text().split()[0])
        except OSError:
            return []
        return [postmaster, *_children(postmaster)]

    def start(self) -> None:
        # Where nobody reaps orphans, the killed postmaster is still listed, and its lock files keep the next one out.
        cluster, log = self._folder / "cluster", self._folder / "log"
        for lock in (cluster / "postmaster.pid", *self._folder.glob(".s.PGSQL.*.lock")):
            lock.unlink(missing_ok=True)
        # "restart" takes the options of the last start, and starts where nothing runs.
        _run([_binaries() / "pg_ctl", "-D", cluster, "-l", log, "-w", "restart"], _server_user(), log)

    def records(self) -> list[Record]:
        with psycopg.connect(self._conninfo, connect_timeout=5) as connection:
            records = connection.execute(_RECORDS.encode()).fetchall()
            return _records(records, connection.execute(_TOPICS.encode()).fetchall())


@contextmanager
def database_of(name: str, data: Path) -> Iterator[Database]:
    """The database ``name`` ("sqlite" or "postgresql"), empty, for the data folder ``data``."""
    if name == "sqlite":
        yield SqliteDatabase(data)
        return
    with private_cluster() as cluster, private_database(cluster) as url:
        database = PostgresDatabase(url)
        try:
            yield database
        finally:
            if not any(is_alive(pid) for pid in database.pids()):
                database.start()


def _children(parent: int) -> list[int]:
    found = []
    for stat in Path("/proc").glob("[0-9]*/stat"):
        try:
            if int(stat.read_text().rpartition(")")[2].split()[1]) == parent:
                found.append(int(stat.parent.name))
        except (OSError, IndexError):
            continue
    return found


def _records(rows: Sequence[Sequence[Any]], topics: Sequence[Sequence[Any]]) -> list[Record]:
    by_call: dict[str, list[str]] = {}
    for call, topic in topics:
        by_call.setdefault(call, []).append(topic)
    return [
        Record(call, version, kiosk, end_reason, advisor, outcome, tuple(by_call.get(call, ())))
        for call, version, kiosk, end_reason, advisor, outcome in rows
    ]


def is_alive(pid: int) -> bool:
    """Whether a process runs (a zombie does not)."""
    try:
        return Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()[0] != "Z"
    except OSError:
        return False


def kill_all(pids: Sequence[int]) -> None:
    """SIGKILL to these processes, as close together as can be."""
    for pid in pids:
        try:
            os.kill(pid, 9)
        except ProcessLookupError:
            pass
