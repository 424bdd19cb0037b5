"""How the database is reached, and whose fault it is when it says no.

One address names it: ``sqlite+aiosqlite:///<path>`` or ``postgresql://…`` (psycopg 3). An error is one of two
kinds. StoreUnavailable: the same write may succeed later, so wait. RowRefused: this row can never be
written, so get it out of the way. Neither text holds what the record says, nor a password.
"""

import asyncio
import logging
import sqlite3
from collections.abc import Callable, Coroutine
from contextlib import suppress
from functools import wraps
from typing import Any, ParamSpec, TypeVar

from sqlalchemy import Connection, event
from sqlalchemy.engine import make_url
from sqlalchemy.exc import (
    DataError,
    DBAPIError,
    IntegrityError,
    OperationalError,
    StatementError,
)
from sqlalchemy.exc import TimeoutError as PoolTimeoutError
from sqlalchemy.ext.asyncio import AsyncEngine, create_async_engine
from sqlalchemy.pool import ConnectionPoolEntry

log = logging.getLogger(__name__)

P = ParamSpec("P")
T = TypeVar("T")

LOCK_WAIT_S = 5.0
FINISH_S = 10.0

# A connection whose other end vanished must fail within seconds: the operating system alone would wait for
# hours, and the writer with it. The address may say otherwise in its query.
POSTGRESQL_DEFAULTS = {
    "connect_timeout": 5,
    "keepalives_idle": 10,
    "keepalives_interval": 5,
    "keepalives_count": 3,
    "tcp_user_timeout": 20_000,
    "application_name": "gloria",
}


class StoreUnavailable(Exception):
    """The database is away, locked or not ready. Nothing was written; the same write may succeed later."""


class RowRefused(Exception):
    """The database refuses what the row says, and always will. Nothing of the write was kept."""


def engine_for(database_url: str) -> AsyncEngine:
    """An engine for the address; nothing is connected yet. Its owner disposes of it.

    SQLite comes with write-ahead logging (readers and the writer do not wait for each other), foreign keys
    checked, and a wait of ``LOCK_WAIT_S`` for another writer. A commit reaches the disk before it returns:
    it is what lets the fact in the stream go. Raises sqlalchemy's ArgumentError for an unreadable address.
    """
    url = make_url(database_url)
    if url.get_backend_name() != "sqlite":
        defaults = {name: value for name, value in POSTGRESQL_DEFAULTS.items() if name not in url.query}
        return create_async_engine(url, connect_args=defaults, pool_pre_ping=True, hide_parameters=True)
    engine = create_async_engine(url, connect_args={"timeout": LOCK_WAIT_S}, hide_parameters=True)
    event.listen(engine.sync_engine, "connect", _prepare_sqlite)
    event.listen(engine.sync_engine, "begin", _begin_sqlite)
    return engine


def _prepare_sqlite(connection: Any, _entry: ConnectionPoolEntry) -> None:
    try:
        cursor = connection.cursor()
        try:
            cursor.execute("PRAGMA journal_mode = WAL")
        except sqlite3.OperationalError as error:
            # The mode stays in the file. While another process sets it SQLite does not wait, and need not.
            if error.sqlite_errorcode & 0xFF != sqlite3.SQLITE_BUSY:
                raise
        cursor.execute("PRAGMA foreign_keys = ON")
        cursor.close()
    except BaseException:
        connection.close()  # the pool does not know of it yet, nobody else would
        raise


def _begin_sqlite(connection: Connection) -> None:
    """The driver begins by itself only before rows change: too late for reads and for a migration."""
    connection.exec_driver_sql(connection.get_execution_options().get("sqlite_begin", "BEGIN"))


def database_work(work: Callable[P, Coroutine[Any, Any, T]]) -> Callable[P, Coroutine[Any, Any, T]]:
    """Decorates what talks to the database: it raises StoreUnavailable or RowRefused, and is never cut short.

    When its caller is cancelled the work is done to its end, for ``FINISH_S`` at most, and the cancellation goes
    on. Without this a cancelled call leaves its SQLite connection open, and the file locked for everybody, until
    the garbage collector comes by (seen with aiosqlite 0.22 and SQLAlchemy 2.1).
    """

    @wraps(work)
    async def whole(*args: P.args, **kwargs: P.kwargs) -> T:
        task = asyncio.create_task(_telling_errors_apart(work(*args, **kwargs)), name=work.__qualname__)
        try:
            return await asyncio.shield(task)
        except asyncio.CancelledError:
            task.add_done_callback(_answer_unheard)
            loop = asyncio.get_running_loop()
            until = loop.time() + FINISH_S
            while not task.done() and loop.time() < until:
                # Who is impatient may cancel again.
                with suppress(asyncio.CancelledError):
                    await asyncio.wait([task], timeout=until - loop.time())
            task.cancel()
            raise

    return whole


def _answer_unheard(task: asyncio.Task[Any]) -> None:
    """How the work came out no longer matters to its cancelled caller, who will do it again."""
    if not task.cancelled() and task.exception() is not None:
        log.info("%s was cancelled, and failed: %s", task.get_name(), type(task.exception()).__name__)


async def _telling_errors_apart(work: Coroutine[Any, Any, T]) -> T:
    """Only what is certainly the row's fault is refused. A missing table or right is not: somebody will
    repair it, and the row is still there to be written."""
    try:
        return await work
    except (DataError, IntegrityError) as error:
        raise RowRefused(_code(error)) from None
    except OperationalError as error:
        # The first line says what is wrong with the server; what follows could quote a row.
        lines = str(error.orig).splitlines()
        raise StoreUnavailable(f"{_code(error)}: {lines[0] if lines else 'no reason given'}") from None
    except DBAPIError as error:
        raise StoreUnavailable(_code(error)) from None
    except PoolTimeoutError as error:
        raise StoreUnavailable(type(error).__name__) from None
    except (StatementError, UnicodeEncodeError, OverflowError) as error:
        # A value that does not even reach the database: half a surrogate pair, an integer over 64 bits.
        raise RowRefused(type(error).__name__) from None


def _code(error: DBAPIError) -> str:
    """The error's type and the database's own code (SQLSTATE, or the name of SQLite's)."""
    code = getattr(error.orig, "sqlstate", None) or getattr(error.orig, "sqlite_errorname", None)
    return f"{type(error.orig).__name__} {code}" if code else type(error.orig).__name__
