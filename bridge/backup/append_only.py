"""The desk's append-only files: copied while their server writes on, and tried by loading them.

A server that runs is not asked to stop rewriting its files, as the manuals of Redis and Valkey say one should before
copying the folder: a backup that is killed would leave it so, and the file, with all that has expired, growing until
the next restart. It need not be asked. The files that the manifest names at one moment are what the server itself would
load after a crash at that moment; each is only ever appended to, or replaced under another name and deleted. So all of
them are opened first (a file that is open does not go away; one that went away in between means that there is a newer
manifest) and copied afterwards, each as long as it was when it was opened.
"""

import fcntl
import json
import os
import tempfile
import time
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import IO, cast

from redis import Redis
from redis.backoff import NoBackoff
from redis.exceptions import RedisError
from redis.retry import Retry

from bridge.backup.archive import APPEND_ONLY, BackupError, DeskEntry
from bridge.desk.embedded import EmbeddedServer, EmbeddedServerError
from bridge.desk.keys import Keys
from bridge.domain.call import CallState

_MANIFEST = "appendonly.aof.manifest"
_ANSWER_WITHIN_S = 10.0
_WITHIN_S = 10.0
_LOOK_EVERY_S = 0.02
_CHUNK = 1 << 20
_NOT_OURS = ("lock", "server.log", "desk.sock")


@dataclass(frozen=True)
class DeskFound:
    """A desk in the files: its schema and epoch, and how many calls are live there."""

    entry: DeskEntry
    live_calls: int


@contextmanager
def folder_lock(desk: Path) -> Iterator[bool]:
    """The lock that a server has on its folder: whether we have it now, for the length of the block."""
    with (desk / "lock").open("ab") as lock:
        try:
            fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            yield False
        else:
            yield True


def copy_append_only(data: Path, to: Path) -> None:
    """Copy the append-only files of the data folder to another, whether a server writes to them or not.

    Everything that the server has acknowledged before the call is in the copy, and nothing after some later moment:
    a copy of a moment in between, to the transaction. While no server runs, none can start.
    Raises BackupError when there are none, or when who has the folder does not answer.
    """
    desk, target = data / "desk", to / APPEND_ONLY
    if not (data / APPEND_ONLY / _MANIFEST).exists():
        raise BackupError(f"{data}: no {APPEND_ONLY}/{_MANIFEST} in it; expected a folder that `gloria serve` uses")
    target.mkdir(parents=True, mode=0o700)
    with _server_or_lock(desk) as server, ExitStack() as held:
        if server is not None:
            _wait_until_written(server)
        lines, files = _open_all(data / APPEND_ONLY, held)
        for file, size in files:
            _copy(file, size, target / Path(file.name).name)
    (target / _MANIFEST).write_text("".join(f"{line}\n" for line in lines), encoding="utf-8")


@contextmanager
def _server_or_lock(desk: Path) -> Iterator["Redis | None"]:
    """The server of the folder, or None and the folder's lock held. Raises BackupError after ``_WITHIN_S``."""
    deadline = time.monotonic() + _WITHIN_S
    while True:
        with folder_lock(desk) as ours:
            if ours:
                yield None
                return
        with client(desk / "desk.sock") as server:
            try:
                server.ping()
            except (RedisError, OSError) as error:
                # It starts, loads, or has just died and is being started again.
                if time.monotonic() > deadline:
                    raise BackupError(
                        f"{desk.parent}: a Gloria uses this folder, but its server does not answer at desk/desk.sock "
                        f"({type(error).__name__})"
                    ) from None
            else:
                try:
                    yield server
                except RedisError as error:
                    raise BackupError(f"the desk's server went away during the backup: {error}") from None
                return
        time.sleep(_LOOK_EVERY_S)


@contextmanager
def client(path: Path) -> Iterator["Redis"]:
    """A client of the server at a unix socket: no retry, 10 s for an answer."""
    server = Redis(
        unix_socket_path=str(path),
        decode_responses=True,
        socket_timeout=_ANSWER_WITHIN_S,
        socket_connect_timeout=_ANSWER_WITHIN_S,
        retry=Retry(NoBackoff(), 0),
    )
    try:
        yield server
    finally:
        server.close()


def _wait_until_written(server: "Redis") -> None:
    """Wait until all that the server has acknowledged by now is in its files.

    With ``appendfsync everysec`` a server whose disk is slow acknowledges up to two seconds ahead of its files: while
    a sync is under way it keeps what is to be appended in memory. Raises BackupError when it cannot write.
    """
    deadline = time.monotonic() + _WITHIN_S
    count, goal = None, 0
    while True:
        said = server.info("persistence")
        written, kept = int(said["aof_current_size"]), int(said["aof_buffer_length"])
        # After a rewrite the server counts from another number.
        now = (said.get("aof_rewrites"), said["aof_rewrite_in_progress"], said["aof_base_size"])
        if now != count:
            count, goal = now, written + kept
        if written >= goal:
            return
        if time.monotonic() > deadline:
            raise BackupError(
                f"the desk's server has kept {kept} bytes from its append-only file for {_WITHIN_S:.0f} s (last write: "
                f"{said['aof_last_write_status']}); is the disk full?"
            )
        time.sleep(_LOOK_EVERY_S)


def _open_all(folder: Path, held: ExitStack) -> tuple[list[str], list[tuple[IO[bytes], int]]]:
    """The manifest's lines, and the files they name, open, with the size in bytes that each has now."""
    before = None
    while True:
        text = (folder / _MANIFEST).read_text(encoding="utf-8")
        lines = [
            line for line in text.splitlines() if line and not line.startswith("#") and _fields(line)["type"] != "h"
        ]
        with ExitStack() as opened:
            try:
                files = [opened.enter_context((folder / _fields(line)["file"]).open("rb")) for line in lines]
            except FileNotFoundError as error:
                if text == before:
                    raise BackupError(f"{error.filename} is missing, and the append-only manifest names it") from None
                before = text
                continue
            held.enter_context(opened.pop_all())
            return lines, [(file, os.fstat(file.fileno()).st_size) for file in files]


def _fields(line: str) -> dict[str, str]:
    words = line.split()
    fields = dict(zip(words[::2], words[1::2], strict=False))
    if not {"file", "type"} <= fields.keys() or "/" in fields["file"]:
        raise BackupError(f"{_MANIFEST}: cannot read the line {line!r}; expected `file <name> seq <n> type <b|i|h>`")
    return fields


def _copy(file: IO[bytes], size: int, to: Path) -> None:
    left = size
    with to.open("xb") as copy:
        while left and (chunk := file.read(min(left, _CHUNK))):
            copy.write(chunk)
            left -= len(chunk)
    if left:
        raise BackupError(f"{file.name} became shorter while it was copied (a full disk?); back up again")


@contextmanager
def loaded(data: Path, program: Path) -> Iterator["Redis"]:
    """A server that has loaded the append-only files of a folder of ours; what is changed there is kept.

    Its socket lies elsewhere: the folder's path may be too long for one. Raises BackupError when they cannot be loaded.
    """
    with tempfile.TemporaryDirectory(prefix="gloria-") as short:
        server = EmbeddedServer(data, program)
        server.socket = Path(short) / "desk.sock"
        try:
            try:
                server.start()
            except EmbeddedServerError as error:
                raise BackupError(
                    f"the desk's append-only files cannot be loaded: {error}\n{_last_words(server.folder)}"
                ) from None
            with client(server.socket) as redis:
                redis.config_set("appendfsync", "always")
                yield redis
        except RedisError as error:
            raise BackupError(f"the desk's append-only files were loaded, but cannot be read: {error}") from None
        finally:
            server.stop()
            for name in _NOT_OURS:
                (server.folder / name).unlink(missing_ok=True)


def _last_words(desk: Path) -> str:
    log = desk / "server.log"
    return "\n".join(log.read_text(errors="replace").splitlines()[-3:]) if log.exists() else ""


def desks_in(server: "Redis") -> dict[str, DeskFound]:
    """The desks by name. Raises BackupError when one cannot be read."""
    head, tail = Keys("*")["meta"].split("*")
    found = {}
    for key in server.scan_iter(match=Keys("*")["meta"], count=1000):
        name = str(key).removeprefix(head).removesuffix(tail)
        keys = Keys(name)
        meta = cast(dict[str, str], server.hgetall(keys["meta"]))
        calls = cast(dict[str, str], server.hgetall(keys["calls"]))
        try:
            entry = DeskEntry(keys_schema=int(meta["schema"]), epoch=meta["epoch"])
            for call, text in calls.items():
                said = json.loads(text)
                if said["id"] != call or CallState(said["state"]) is CallState.ENDED:
                    raise ValueError(call)
        except (KeyError, ValueError, TypeError) as error:
            raise BackupError(
                f"the desk {name!r} cannot be read: expected schema and epoch and calls in JSON ({error!r})"
            ) from None
        found[name] = DeskFound(entry, len(calls))
    return found
