"""Bringing a database to the tables that this version of Gloria knows, and back.

The revisions lie in ``migrations/versions``, one file each, named by number. There is no alembic.ini: what it
would say is said here. Each change is one transaction: it happens, or nothing does.
"""

from pathlib import Path

from alembic import command
from alembic.config import Config
from alembic.util import CommandError
from sqlalchemy import Connection, text

from bridge.database.engine import database_work, engine_for

MIGRATIONS = Path(__file__).resolve().parent / "migrations"

# Any number will do, as long as every bridge takes the same: "gloria" in ASCII.
ADVISORY_LOCK = 0x676C6F726961


class SchemaError(Exception):
    """The database's revision is unknown here: it was made by a newer Gloria, or is not Gloria's."""


async def upgrade(database_url: str) -> None:
    """Bring the database to the newest revision. Repeating it does nothing.

    Processes that start at once do it one after the other. An SQLite file is made when it is missing, its
    folder is not. Raises StoreUnavailable and SchemaError.
    """
    await _migrate(database_url, "head", up=True)


async def downgrade(database_url: str, revision: str) -> None:
    """Take the database back to ``revision``, ``"base"`` being no tables at all. What they held is lost.

    Raises StoreUnavailable and SchemaError.
    """
    await _migrate(database_url, revision, up=False)


@database_work
async def _migrate(database_url: str, revision: str, *, up: bool) -> None:
    engine = engine_for(database_url).execution_options(sqlite_begin="BEGIN IMMEDIATE")
    try:
        async with engine.begin() as connection:
            # Locked before Alembic looks at the revision, and until the commit.
            if connection.dialect.name == "postgresql":
                await connection.execute(text("SELECT pg_advisory_xact_lock(:lock)"), {"lock": ADVISORY_LOCK})
            await connection.run_sync(_run_alembic, revision, up)
    except CommandError as error:
        raise SchemaError(str(error)) from error
    finally:
        await engine.dispose()


def _run_alembic(connection: Connection, revision: str, up: bool) -> None:
    config = Config(attributes={"connection": connection})
    config.set_main_option("script_location", str(MIGRATIONS).replace("%", "%%"))
    (command.upgrade if up else command.downgrade)(config, revision)
