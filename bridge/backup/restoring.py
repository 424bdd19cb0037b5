"""Restoring a backup: everything is unpacked and tried beside the data folder, then the two change places at once."""

import ctypes
import errno
import os
import shutil
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager, nullcontext
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path

from redis import Redis

from bridge.backup.append_only import desks_in, folder_lock, loaded
from bridge.backup.archive import DATABASE, BackupError, Manifest, default_key_file, not_in_backup, sync, unpack
from bridge.backup.database import check_database, is_open_elsewhere
from bridge.desk.desk import new_id
from bridge.desk.embedded import EmbeddedServerError, find_program
from bridge.desk.keys import SCHEMA, Keys
from bridge.domain.staff import Role

_AT_FDCWD = -100
_RENAME_EXCHANGE = 2
_NO_EXCHANGE = {errno.ENOSYS, errno.EINVAL}


@dataclass(frozen=True)
class RestoreReport:
    """A backup that was restored: what it held, where the folder's old content is now, and in words what is lacking."""

    data: Path
    manifest: Manifest
    live_calls: int
    moved_aside: Path | None
    not_in_it: tuple[str, ...]


def restore(
    source: Path, data: Path, *, replace: bool = False, redis_binary: str = "", key_file: Path | None = None
) -> RestoreReport:
    """Make the data folder what it was when the backup was made.

    Everything is unpacked beside the folder and tried there: checksums, the database's integrity check, a server that
    loads the desk's files. Only then it takes the folder's place, in one step: whenever this is killed, the folder
    is the old one or the new one. With ``replace`` the old content is moved to ``<data>.before-restore-<UTC time>``,
    never deleted; without, a folder that holds anything is refused. Files are 0600 and folders 0700; as root, they get
    the owner of the old folder.

    Every desk gets a new epoch: its stream has gone back in time, so a reader that is further begins anew from a
    snapshot. ``redis_binary`` is the setting desk.redis_binary; ``key_file`` is looked for (default: ``<data>.key``).
    To be called from the main thread, as the embedded server. Raises BackupError; then the folder is as it was, and
    nothing is left behind.
    """
    data = data.resolve()
    try:
        if data.exists() and not data.is_dir():
            raise BackupError(f"{data} is not a folder")
        with _not_in_use(data):
            occupied = data.exists() and any(data.iterdir())
            if occupied and not replace:
                raise BackupError(
                    f"{data} holds data already; expected a folder that is empty or does not exist, or --replace, "
                    "which moves what is there aside"
                )
            data.parent.mkdir(parents=True, exist_ok=True)
            new = Path(tempfile.mkdtemp(prefix=f".{data.name}.restore-", dir=data.parent))
            try:
                manifest, live_calls = _unpack_and_try(source, new, redis_binary)
                _settle(new, data.stat() if data.exists() else None)
            except BaseException:
                shutil.rmtree(new)
                raise
            aside = None
            if occupied:
                aside = _take_place(new, data)
            else:
                _move_in(new, data)
            sync(data.parent)
    except EmbeddedServerError as error:
        raise BackupError(str(error)) from None
    except OSError as error:
        raise BackupError(f"{error.filename or data}: {error.strerror}") from error
    return RestoreReport(data, manifest, live_calls, aside, _lacking(manifest, key_file or default_key_file(data)))


@contextmanager
def _not_in_use(data: Path) -> Iterator[None]:
    desk = data / "desk"
    with folder_lock(desk) if desk.is_dir() else nullcontext(True) as ours:
        # With a Redis of one's own nobody holds the lock, but whoever uses the database has it open.
        if not ours or is_open_elsewhere(data / DATABASE):
            raise BackupError(f"the data folder {data} is in use by a running Gloria; stop it first")
        yield


def _unpack_and_try(source: Path, new: Path, redis_binary: str) -> tuple[Manifest, int]:
    manifest = unpack(source, new)
    if manifest.database is not None:
        check_database(new / DATABASE)
    if manifest.desks is None:
        return manifest, 0
    with loaded(new, find_program(redis_binary)) as server:
        desks = desks_in(server)
        for name, found in desks.items():
            if found.entry.keys_schema != SCHEMA:
                raise BackupError(
                    f"{source}: the desk {name!r} has schema {found.entry.keys_schema}, expected {SCHEMA}; it was made "
                    f"by Gloria {manifest.gloria_version}: restore and start it with that version"
                )
            server.hset(Keys(name)["meta"], "epoch", new_id())
            _end_sign_ins(server, Keys(name))
    return manifest, sum(found.live_calls for found in desks.values())


def _end_sign_ins(server: "Redis", keys: Keys) -> None:
    """Staff sign in again: somebody may have been signed out since the backup. Kiosks stay, nobody is there to enrol
    them; whoever has revoked one since does it again."""
    for key in list(server.scan_iter(f"{keys.prefix}sign_in:*")):
        if server.hget(key, "role") != str(Role.KIOSK):
            server.delete(key)
    for key in list(server.scan_iter(f"{keys.prefix}pending:*")):
        server.delete(key)


def _settle(new: Path, old: os.stat_result | None) -> None:
    """Modes, the owner, and everything on the disk."""
    for path in (*new.rglob("*"), new):
        path.chmod(0o700 if path.is_dir() else 0o600)
        if old is not None and os.geteuid() == 0:
            os.chown(path, old.st_uid, old.st_gid)
        sync(path)


def _move_in(new: Path, data: Path) -> None:
    """To where nothing is: the name is free, or an empty folder has it."""
    try:
        new.rename(data)
    except OSError as error:
        shutil.rmtree(new)
        raise _cannot_move(data, error) from error


def _take_place(new: Path, data: Path) -> Path:
    """Put the new folder in the place of the old one; where the old one is now."""
    aside = data.with_name(f"{data.name}.before-restore-{datetime.now(UTC):%Y%m%dT%H%M%SZ}")
    try:
        exchanged = _exchange(new, data)
        if not exchanged:
            # Two steps, and for an instant nobody bears the name: the best there is on such a system.
            data.rename(aside)
            try:
                new.rename(data)
            except OSError:
                aside.rename(data)
                raise
    except OSError as error:
        shutil.rmtree(new)
        raise _cannot_move(data, error) from error
    if exchanged:
        # From here on the path in ``new`` is the old folder.
        try:
            new.rename(aside)
        except OSError:
            return new
    return aside


def _exchange(one: Path, other: Path) -> bool:
    """Let two paths change places in one step (Linux); False where that does not exist. Raises OSError."""
    call = getattr(ctypes.CDLL(None, use_errno=True), "renameat2", None)
    if call is None:
        return False
    if call(_AT_FDCWD, os.fsencode(one), _AT_FDCWD, os.fsencode(other), _RENAME_EXCHANGE) == 0:
        return True
    number = ctypes.get_errno()
    if number in _NO_EXCHANGE:
        return False
    raise OSError(number, os.strerror(number), str(other))


def _cannot_move(data: Path, error: OSError) -> BackupError:
    if error.errno in {errno.EBUSY, errno.EXDEV}:
        return BackupError(
            f"{data} is a mount point, which cannot change places with another folder; name a folder inside it "
            "(data.folder)"
        )
    if error.errno in {errno.ENOTEMPTY, errno.EEXIST}:
        return BackupError(f"{data}: somebody has begun to use it during the restore; nothing was changed")
    return BackupError(f"{data} cannot be replaced: {error.strerror}; nothing was changed")


def _lacking(manifest: Manifest, key: Path) -> tuple[str, ...]:
    lacking = not_in_backup(manifest.desks is not None, manifest.database is not None)
    there = "it is there, and must be the one of that time" if key.exists() else "it is not there: put it back first"
    return (*lacking, f"The key file {key} is never in a backup. It is needed too; {there}.")
