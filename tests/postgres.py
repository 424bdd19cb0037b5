"""A PostgreSQL of the tests' own: made in a temporary folder, gone afterwards.

``private_cluster`` and ``private_database`` are for whoever needs one. The fixtures below run a test on both
kinds of database; a test module takes them with ``pytest_plugins = ["tests.postgres"]``, so that one cluster
serves all. PYTEST_DONT_REWRITE: nothing is asserted here, and others may import this before pytest does.
"""

import os
import pwd
import shutil
import subprocess
import tempfile
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from functools import partial
from itertools import count
from pathlib import Path

import psycopg
import pytest
from sqlalchemy import make_url

SUPERUSER = "gloria"
ROOM_BYTES = 1 << 30

# What a crash would leave behind does not matter here; starting and committing fast does.
SERVER_OPTIONS = (
    "-c listen_addresses='' -c fsync=off -c synchronous_commit=off -c full_page_writes=off "
    "-c shared_buffers=16MB -c autovacuum=off"
)

Command = list[Path | str]

_numbers = count(1)


class PostgresMissing(RuntimeError):
    """There is no PostgreSQL server on this machine, or it does not start."""


@contextmanager
def private_cluster() -> Iterator[str]:
    """A new PostgreSQL, reached by a unix socket only; yields the SQLAlchemy address of an empty database.

    PostgreSQL refuses to run as root: then it runs as ``postgres``, or ``nobody``. Takes about 2 s. Raises
    PostgresMissing.
    """
    binaries = _binaries()
    user = _server_user()
    folder = Path(tempfile.mkdtemp(prefix="gloria-pg-", dir=_roomy_folder()))
    try:
        if user is not None:
            shutil.chown(folder, user)
        cluster, log = folder / "cluster", folder / "log"
        pg_ctl: Command = [binaries / "pg_ctl", "-D", cluster, "-l", log]
        initdb: Command = [binaries / "initdb", "-D", cluster, "-U", SUPERUSER, "--auth=trust", "--no-sync"]
        _run([*initdb, "--encoding=UTF8", "--locale=C"], user, log)
        _run([*pg_ctl, "-w", "-o", f"-k {folder} {SERVER_OPTIONS}", "start"], user, log)
        try:
            yield f"postgresql://{SUPERUSER}@/postgres?host={folder}"
        finally:
            _run([*pg_ctl, "-w", "-m", "immediate", "stop"], user, log)
    finally:
        shutil.rmtree(folder)


@contextmanager
def private_database(cluster_url: str) -> Iterator[str]:
    """A new, empty database of the cluster; yields its address. Connections left at the end are cut off."""
    with private_absence(cluster_url) as absent:
        absent.appear()
        yield absent.url


@dataclass(frozen=True)
class AbsentDatabase:
    """A database that is away until ``appear`` makes it, empty."""

    url: str
    appear: Callable[[], object]


@contextmanager
def private_absence(cluster_url: str) -> Iterator[AbsentDatabase]:
    """A database that the cluster does not have yet; when it came, it is gone at the end."""
    name = f"test_{next(_numbers)}"
    url = make_url(cluster_url).set(database=name).render_as_string(hide_password=False)
    try:
        yield AbsentDatabase(url, partial(_administer, cluster_url, f"CREATE DATABASE {name}"))
    finally:
        _administer(cluster_url, f"DROP DATABASE IF EXISTS {name} WITH (FORCE)")


def _administer(cluster_url: str, statement: str) -> None:
    conninfo = make_url(cluster_url).set(drivername="postgresql").render_as_string(hide_password=False)
    with psycopg.connect(conninfo, autocommit=True) as connection:
        connection.execute(statement.encode())


def _binaries() -> Path:
    """The folder of initdb and pg_ctl: Debian's newest, or where PATH leads."""
    versions = [path for path in Path("/usr/lib/postgresql").glob("*/bin") if (path / "initdb").exists()]
    if versions:
        return max(versions, key=lambda path: float(path.parent.name))
    found = shutil.which("initdb")
    if found is None:
        raise PostgresMissing("these tests need a PostgreSQL server (Debian: apt-get install postgresql)")
    return Path(found).resolve().parent


def _roomy_folder() -> Path:
    """Where the cluster lies: in memory when there is room: a database takes 15 ms there, 130 ms on disk.

    The path is short either way, a socket's has less than 108 bytes.
    """
    memory = Path("/dev/shm")
    if memory.is_dir() and os.access(memory, os.W_OK) and shutil.disk_usage(memory).free > ROOM_BYTES:
        return memory
    return Path("/tmp")


def _server_user() -> str | None:
    """Whom the server runs as; None for whoever runs the tests."""
    if os.geteuid() != 0:
        return None
    known = {entry.pw_name for entry in pwd.getpwall()}
    return next(name for name in ("postgres", "nobody") if name in known)


def _run(command: Command, user: str | None, log: Path) -> None:
    # Not into a pipe: the server inherits it, and it would never end.
    with tempfile.TemporaryFile() as output:
        ended = subprocess.run(
            command,
            user=user,
            group=pwd.getpwnam(user).pw_gid if user else None,
            extra_groups=[] if user else None,
            cwd="/",
            stdin=subprocess.DEVNULL,
            stdout=output,
            stderr=subprocess.STDOUT,
            check=False,
            timeout=60,
        )
        if ended.returncode == 0:
            return
        output.seek(0)
        said = output.read().decode(errors="replace")
    server = log.read_text(errors="replace") if log.exists() else ""
    raise PostgresMissing(f"{command[0]} ended with {ended.returncode}:\n{said}{server}")


@pytest.fixture(scope="session")
def postgresql_cluster() -> Iterator[str]:
    """Address of a cluster for the whole run, started when the first test asks for it."""
    with private_cluster() as url:
        yield url


@pytest.fixture(params=["sqlite", "postgresql"])
def empty_database(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[str]:
    """Address of a database without tables: an SQLite file, then a database in PostgreSQL."""
    if request.param == "sqlite":
        yield f"sqlite+aiosqlite:///{tmp_path / 'contacts.sqlite'}"
        return
    with private_database(request.getfixturevalue("postgresql_cluster")) as url:
        yield url


@pytest.fixture(params=["sqlite", "postgresql"])
def absent_database(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[AbsentDatabase]:
    """A database that cannot be reached yet: SQLite in a missing folder, then one PostgreSQL lacks."""
    if request.param == "sqlite":
        folder = tmp_path / "missing"
        yield AbsentDatabase(f"sqlite+aiosqlite:///{folder / 'contacts.sqlite'}", folder.mkdir)
        return
    with private_absence(request.getfixturevalue("postgresql_cluster")) as absent:
        yield absent
