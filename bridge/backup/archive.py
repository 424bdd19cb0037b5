"""The backup file: its manifest, how it is written, and what is checked before a byte of it is believed."""

import hashlib
import json
import os
import re
import tarfile
import zlib
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import datetime
from io import BytesIO
from pathlib import Path
from typing import IO

from pydantic import AwareDatetime, BaseModel, ConfigDict, Field, ValidationError

from bridge import __version__

FORMAT = 1
MANIFEST = "manifest.json"
DATABASE = "gloria.sqlite"
APPEND_ONLY = "desk/appendonlydir"

# A name that matches lies in the folder: no root, no "..", nothing hidden.
_OURS = re.compile(rf"{re.escape(DATABASE)}|{APPEND_ONLY}/[A-Za-z0-9_-][A-Za-z0-9._-]*")
_MANIFEST_LIMIT = 1 << 20
_CHUNK = 1 << 20
# Measured with 34 MB of facts and 40 MB of contacts: level 0 74 MB, level 1 17.5 MB for 0.5 s more, level 6 16.1 MB for
# 1.3 s more, level 9 15.7 MB for 2 s more.
_COMPRESSION = 1


class BackupError(Exception):
    """A backup or a restore was refused or failed; the text says why and what was expected, and is shown as it is."""


class _Strict(BaseModel):
    model_config = ConfigDict(extra="forbid", frozen=True)


class FileEntry(_Strict):
    """A file of the backup: its path in the data folder, its size in bytes, its SHA-256 in hexadecimal."""

    path: str
    size: int = Field(ge=0)
    sha256: str


class DeskEntry(_Strict):
    """A desk that was in the append-only files: the schema number of its keys, the epoch of its stream."""

    keys_schema: int
    epoch: str


class DatabaseEntry(_Strict):
    """The database: its Alembic revision, None where it has no tables yet."""

    revision: str | None


class Manifest(_Strict):
    """What is in a backup, and what is not. ``desks`` and ``database`` are None where they are not in it."""

    gloria_backup: int = FORMAT
    gloria_version: str = __version__
    made_at: AwareDatetime
    desks: dict[str, DeskEntry] | None
    database: DatabaseEntry | None
    not_in_it: tuple[str, ...]
    files: tuple[FileEntry, ...]


def entry_of(folder: Path, path: str) -> FileEntry:
    """The entry of a file of the folder as it is now."""
    with (folder / path).open("rb") as file:
        digest = hashlib.file_digest(file, "sha256").hexdigest()
        return FileEntry(path=path, size=file.tell(), sha256=digest)


def write_archive(folder: Path, manifest: Manifest, to: Path) -> None:
    """Write the manifest and its files, which lie in ``folder``, to a new file of mode 0600, and sync it."""
    text = manifest.model_dump_json(indent=1).encode()
    descriptor = os.open(to, os.O_CREAT | os.O_EXCL | os.O_WRONLY, 0o600)
    with os.fdopen(descriptor, "wb") as file:
        with tarfile.open(fileobj=file, mode="w:gz", compresslevel=_COMPRESSION, format=tarfile.PAX_FORMAT) as tar:
            tar.addfile(_member(MANIFEST, len(text), manifest.made_at), BytesIO(text))
            for entry in manifest.files:
                with (folder / entry.path).open("rb") as content:
                    tar.addfile(_member(entry.path, entry.size, manifest.made_at), content)
        file.flush()
        os.fsync(file.fileno())


def _member(name: str, size: int, made_at: datetime) -> tarfile.TarInfo:
    member = tarfile.TarInfo(name)
    member.size, member.mode, member.mtime = size, 0o600, int(made_at.timestamp())
    return member


def unpack(source: Path, folder: Path) -> Manifest:
    """Unpack a backup into an empty folder, every file with mode 0600; what its manifest says.

    Raises BackupError, with part of the files in the folder, when it is no backup of ours, of a newer format, is
    damaged or cut off, or has a member that does not belong there.
    """
    with _speaking_of(source), tarfile.open(source, "r:gz") as tar:
        first = tar.next()
        if first is None or first.name != MANIFEST or not first.isreg() or first.size > _MANIFEST_LIMIT:
            raise BackupError(f"{source} is no backup of Gloria: it does not begin with {MANIFEST}")
        manifest = _read_manifest(source, _content(tar, first).read())
        expected = {entry.path: entry for entry in manifest.files}
        for member in _members(tar):
            _check_member(source, member, folder)
            entry = expected.pop(member.name, None)
            if entry is None:
                raise BackupError(f"{source}: {member.name} is not in its manifest, or is there twice")
            if (size_and_sum := _put(_content(tar, member), folder / entry.path)) != (entry.size, entry.sha256):
                raise BackupError(
                    f"{source} is damaged: {entry.path} has {size_and_sum[0]} bytes and SHA-256 {size_and_sum[1]}, "
                    f"expected {entry.size} and {entry.sha256}"
                )
        # To the very end, where gzip's own checksum stands.
        while tar.fileobj is not None and tar.fileobj.read(_CHUNK):
            pass
        if expected:
            raise BackupError(f"{source} is not whole: {', '.join(sorted(expected))} is missing")
        return manifest


@contextmanager
def _speaking_of(source: Path) -> Iterator[None]:
    """Whatever the libraries say about a file that is not as it should be, in our words."""
    try:
        yield
    except FileNotFoundError as error:
        if error.filename is not None and Path(error.filename) == source:
            raise BackupError(f"{source}: no such file; expected one that `gloria backup` has made") from None
        raise
    except tarfile.ReadError as error:
        raise BackupError(f"{source} is no backup of Gloria, or is damaged: {error}") from None
    except (tarfile.TarError, zlib.error, EOFError, UnicodeError) as error:
        raise BackupError(f"{source} is damaged or cut off: {error}") from None
    except OSError as error:
        # gzip's own complaint about a checksum is an OSError without a number.
        if error.errno is None:
            raise BackupError(f"{source} is damaged: {error}") from None
        raise


def _members(tar: tarfile.TarFile) -> Iterator[tarfile.TarInfo]:
    while (member := tar.next()) is not None:
        yield member


def _content(tar: tarfile.TarFile, member: tarfile.TarInfo) -> IO[bytes]:
    content = tar.extractfile(member)
    assert content is not None, "a regular member has content"
    return content


def _read_manifest(source: Path, text: bytes) -> Manifest:
    try:
        said = json.loads(text)
    except ValueError:
        raise BackupError(f"{source} is no backup of Gloria: its {MANIFEST} is not JSON") from None
    number = said.get("gloria_backup") if isinstance(said, dict) else None
    if not isinstance(number, int):
        raise BackupError(f"{source} is no backup of Gloria: its {MANIFEST} has no gloria_backup")
    if number > FORMAT:
        raise BackupError(
            f"{source} has format {number}, made by Gloria {said.get('gloria_version')}; this is Gloria {__version__} "
            f"and reads formats up to {FORMAT}: restore with a newer Gloria"
        )
    try:
        manifest = Manifest.model_validate(said)
    except ValidationError as error:
        problem = error.errors()[0]
        where = ".".join(str(part) for part in problem["loc"])
        raise BackupError(f"{source} is damaged: {MANIFEST}: {where}: {problem['msg']}") from None
    strangers = [entry.path for entry in manifest.files if not _OURS.fullmatch(entry.path)]
    if strangers:
        raise BackupError(f"{source}: {strangers[0]!r} does not belong into a data folder")
    paths = {entry.path for entry in manifest.files}
    if (manifest.database is not None) != (DATABASE in paths) or (manifest.desks is not None) != bool(
        paths - {DATABASE}
    ):
        raise BackupError(f"{source} is damaged: its {MANIFEST} contradicts itself about the desk or the database")
    return manifest


def _check_member(source: Path, member: tarfile.TarInfo, folder: Path) -> None:
    if not member.isreg():
        raise BackupError(f"{source}: {member.name!r} is a link, a folder or a device; expected files only")
    try:
        tarfile.data_filter(member, str(folder))
    except tarfile.FilterError as error:
        raise BackupError(f"{source}: {error}; expected files inside the data folder only") from None
    if not _OURS.fullmatch(member.name):
        raise BackupError(f"{source}: {member.name!r} does not belong into a data folder")


def _put(content: IO[bytes], to: Path) -> tuple[int, str]:
    """Write a new file; its size and SHA-256."""
    to.parent.mkdir(parents=True, exist_ok=True)
    digest, size = hashlib.sha256(), 0
    descriptor = os.open(to, os.O_CREAT | os.O_EXCL | os.O_WRONLY, 0o600)
    with os.fdopen(descriptor, "wb") as file:
        while chunk := content.read(_CHUNK):
            file.write(chunk)
            digest.update(chunk)
            size += len(chunk)
    return size, digest.hexdigest()


def sync(*paths: Path) -> None:
    """See that these files and folders have reached the disk."""
    for path in paths:
        descriptor = os.open(path, os.O_RDONLY)
        try:
            os.fsync(descriptor)
        finally:
            os.close(descriptor)


def not_in_backup(desk: bool, database: bool) -> list[str]:
    """In words what a backup lacks; ``desk`` and ``database`` say whether these are in it."""
    lacks = []
    if not desk:
        lacks.append(
            "The live queue is not in it: it lies on a server of your own (desk.redis_url). Back that up by its own "
            "persistence, just before this one."
        )
    if not database:
        lacks.append(
            "The database is not in it: it lies on a server of your own (contacts.database_url). Back that up with "
            "its own tool (PostgreSQL: pg_dump), just after this one."
        )
    return [*lacks, "Settings (config/, GLORIA_* in the environment) and certificates are not in it."]


def default_key_file(data: Path) -> Path:
    """Where the key lies by which secrets in the database are encrypted: outside the folder, and never in a backup."""
    return data.with_name(f"{data.name}.key")
