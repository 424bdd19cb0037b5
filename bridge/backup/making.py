"""Making a backup."""

import errno
import os
import shutil
import tempfile
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path

from bridge.backup.append_only import copy_append_only, desks_in, loaded
from bridge.backup.archive import (
    APPEND_ONLY,
    DATABASE,
    BackupError,
    DatabaseEntry,
    Manifest,
    default_key_file,
    entry_of,
    not_in_backup,
    sync,
    write_archive,
)
from bridge.backup.database import check_database, copy_database
from bridge.desk.embedded import EmbeddedServerError, find_program

_NO_LINKS = {errno.EPERM, errno.ENOTSUP, errno.EOPNOTSUPP, errno.ENOSYS, errno.EMLINK}


@dataclass(frozen=True)
class BackupReport:
    """A backup that was made: the file and its size, what is in it, and in words what is not."""

    file: Path
    size_bytes: int
    manifest: Manifest
    live_calls: int
    not_in_it: tuple[str, ...]


def back_up(
    data: Path,
    target: Path,
    *,
    desk_is_embedded: bool,
    database_is_in_folder: bool,
    redis_binary: str = "",
    key_file: Path | None = None,
) -> BackupReport:
    """Write what the data folder keeps to one new file, ``target``, while the service runs or while it is stopped.

    The file bears its name only when it is whole and on the disk. Before that it has been tried: a server has loaded
    the desk's files, and the database has passed its integrity check.

    The desk is copied first, the database after it. The contact writer acknowledges a fact in the desk after its record
    is committed to the database (``bridge/contacts/writer.py``). So a fact that the copy of the desk shows as
    acknowledged was committed before the database was copied; any other fact is still in the copy of the desk, and is
    written after a restore, without harm where it is in the database already (one contact a call, the newest version
    wins). The other way round, a record that is committed and acknowledged between the copies would be in neither.

    ``redis_binary`` is the setting desk.redis_binary; ``key_file`` is named in the report (default: ``<data>.key``).
    To be called from the main thread, as the embedded server. Raises BackupError; then nothing is left behind.
    """
    if not desk_is_embedded and not database_is_in_folder:
        raise BackupError(
            "nothing here to back up: neither the desk (desk.redis_url) nor the database (contacts.database_url) lies "
            "in the data folder; back up the Redis server by its own persistence first, then the database with its own "
            "tool (PostgreSQL: pg_dump)"
        )
    data = data.resolve()
    if os.path.lexists(target):
        raise BackupError(f"{target} exists already, and is not overwritten; name another file")
    if not target.parent.is_dir():
        raise BackupError(f"{target.parent} is not a folder; expected the one to put the backup into")
    try:
        # Beside the target, so that renaming is possible.
        work = Path(tempfile.mkdtemp(prefix=f".{target.name}.", suffix=".unfinished", dir=target.parent))
        try:
            key = key_file or default_key_file(data)
            return _back_up(data, target, work, desk_is_embedded, database_is_in_folder, redis_binary, key)
        finally:
            shutil.rmtree(work)
    except EmbeddedServerError as error:
        raise BackupError(str(error)) from None
    except OSError as error:
        raise BackupError(f"{error.filename or target}: {error.strerror}") from error


def _back_up(
    data: Path, target: Path, work: Path, desk: bool, database: bool, redis_binary: str, key: Path
) -> BackupReport:
    made_at = datetime.now(UTC).replace(microsecond=0)
    copy = work / "data"
    copy.mkdir(mode=0o700)
    if desk:
        copy_append_only(data, copy)
    if database:
        copy_database(data / DATABASE, copy / DATABASE)
    desks, revision = None, None
    if desk:
        with loaded(copy, find_program(redis_binary)) as server:
            desks = desks_in(server)
    if database:
        revision = check_database(copy / DATABASE)
    paths = sorted(f"{APPEND_ONLY}/{file.name}" for file in (copy / APPEND_ONLY).iterdir()) if desk else []
    paths += [DATABASE] if database else []
    manifest = Manifest(
        made_at=made_at,
        desks=None if desks is None else {name: found.entry for name, found in desks.items()},
        database=DatabaseEntry(revision=revision) if database else None,
        not_in_it=(
            *not_in_backup(desk, database),
            f"The key file {key} is never in it. It is needed too: keep a copy, in another place than the backups.",
        ),
        files=tuple(entry_of(copy, path) for path in paths),
    )
    archive = work / "backup"
    write_archive(copy, manifest, archive)
    size = archive.stat().st_size
    _give_name(archive, target)
    sync(target.parent)
    live = sum(found.live_calls for found in desks.values()) if desks else 0
    return BackupReport(target, size, manifest, live, manifest.not_in_it)


def _give_name(archive: Path, target: Path) -> None:
    """Rename the file, and never over another one."""
    try:
        target.hardlink_to(archive)
    except FileExistsError:
        raise BackupError(f"{target} exists by now, and is not overwritten; name another file") from None
    except OSError as error:
        # FAT, on many a memory stick, has no links.
        if error.errno not in _NO_LINKS or os.path.lexists(target):
            raise
        archive.rename(target)
