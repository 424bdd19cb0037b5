"""The SQLite file: copied while others write to it, and checked."""

import os
import sqlite3
from contextlib import closing
from pathlib import Path

from bridge.backup.archive import BackupError

_LOCK_WAIT_S = 5.0


def copy_database(source: Path, to: Path) -> None:
    """Copy a database that may be written to meanwhile: one file of one moment, what is in its log included.

    Raises BackupError when there is none or it cannot be read.
    """
    if not source.exists():
        raise BackupError(f"{source.parent}: no {source.name} in it; expected a folder that `gloria serve` uses")
    os.close(os.open(to, os.O_CREAT | os.O_EXCL | os.O_WRONLY, 0o600))
    try:
        with (
            closing(sqlite3.connect(f"{source.absolute().as_uri()}?mode=rw", uri=True, timeout=_LOCK_WAIT_S)) as live,
            closing(sqlite3.connect(to)) as copy,
        ):
            live.backup(copy)
    except sqlite3.Error as error:
        raise BackupError(f"{source} cannot be copied: {error}") from None


def check_database(file: Path) -> str | None:
    """Check a database that nobody has open; its Alembic revision. Raises BackupError when it is damaged."""
    try:
        with closing(sqlite3.connect(f"{file.absolute().as_uri()}?mode=ro&immutable=1", uri=True)) as database:
            problems = [str(row[0]) for row in database.execute("PRAGMA integrity_check(3)")]
            if problems != ["ok"]:
                raise BackupError(f"{file.name} is damaged: {'; '.join(problems)}")
            if not database.execute("SELECT 1 FROM sqlite_schema WHERE name = 'alembic_version'").fetchone():
                return None
            row = database.execute("SELECT version_num FROM alembic_version").fetchone()
            return str(row[0]) if row else None
    except sqlite3.Error as error:
        raise BackupError(f"{file.name} is damaged: {error}") from None


def is_open_elsewhere(file: Path) -> bool:
    """Whether a process has this database open. A database that cannot be read is not."""
    if not file.exists():
        return False
    try:
        with closing(sqlite3.connect(f"{file.absolute().as_uri()}?mode=rw", uri=True, timeout=0)) as database:
            # In WAL mode every connection keeps a shared lock for as long as it lives.
            database.execute("PRAGMA locking_mode = EXCLUSIVE")
            database.execute("BEGIN EXCLUSIVE")
    except sqlite3.OperationalError as error:
        return error.sqlite_errorcode & 0xFF == sqlite3.SQLITE_BUSY
    except sqlite3.Error:
        pass
    return False
