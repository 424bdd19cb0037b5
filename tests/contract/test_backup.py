"""Backup and restore on a real server and a real database: nothing acknowledged is lost, nothing half is believed."""

import gzip
import io
import json
import os
import secrets
import shutil
import signal
import sqlite3
import stat
import subprocess
import sys
import tarfile
import tempfile
import threading
import zlib
from collections.abc import Callable, Iterator
from contextlib import closing, contextmanager, suppress
from pathlib import Path
from typing import Any, cast

import pytest
from redis.exceptions import ResponseError

from bridge.backup import BackupError, BackupReport, append_only, archive, back_up, restore
from bridge.backup.append_only import client, loaded
from bridge.desk.embedded import EmbeddedServer, find_program
from bridge.desk.keys import CONTACTS_GROUP, SCHEMA, Keys

KEYS = Keys("gloria")
ENOUGH = 40


@contextmanager
def served(data: Path) -> Iterator[EmbeddedServer]:
    """The embedded server on this folder."""
    server = EmbeddedServer(data, find_program())
    server.start()
    try:
        yield server
    finally:
        server.stop()


def one_visitor_waits(server: EmbeddedServer) -> None:
    call = {"id": "a-call", "state": "waiting", "language": "ar", "kiosk": "saarijarvi"}
    with client(server.socket) as redis:
        redis.hset(KEYS["meta"], mapping={"schema": SCHEMA, "epoch": "before"})
        redis.hset(KEYS["calls"], call["id"], json.dumps(call))
        for _ in range(50):
            redis.xadd(KEYS["facts"], {"fact": json.dumps({"name": "call.joined", "calls": [call]})})


def make_database(data: Path) -> sqlite3.Connection:
    """A database like ours: write-ahead log, a row a contact."""
    database = sqlite3.connect(data / "gloria.sqlite", check_same_thread=False)
    database.execute("PRAGMA journal_mode = WAL")
    database.execute("CREATE TABLE contact (call INTEGER PRIMARY KEY, version INTEGER, topic TEXT)")
    database.execute("CREATE TABLE alembic_version (version_num TEXT)")
    database.execute("INSERT INTO alembic_version VALUES ('r0001')")
    database.commit()
    return database


def make_data(data: Path, contacts: int = 100) -> None:
    """A data folder whose service is stopped: a visitor waits, and there are contacts."""
    data.mkdir(parents=True)
    with served(data) as server:
        one_visitor_waits(server)
    with closing(make_database(data)) as database:
        rows = [(n, 1, secrets.token_hex(20)) for n in range(contacts)]
        database.executemany("INSERT INTO contact VALUES (?, ?, ?)", rows)
        database.commit()


def contacts_in(data: Path) -> set[int]:
    with closing(sqlite3.connect(data / "gloria.sqlite")) as database:
        assert database.execute("PRAGMA integrity_check").fetchall() == [("ok",)]
        return {row[0] for row in database.execute("SELECT call FROM contact")}


def state_of(data: Path) -> dict[str, Any]:
    """What a start on this folder would find: epoch, schema, calls by id, contacts."""
    with loaded(data, find_program()) as server:
        meta, calls = server.hgetall(KEYS["meta"]), server.hgetall(KEYS["calls"])
        return {
            "epoch": meta["epoch"],
            "schema": int(meta["schema"]),
            "calls": {call: json.loads(text)["state"] for call, text in calls.items()},
            "contacts": contacts_in(data),
        }


def everything(data: Path, target: Path) -> BackupReport:
    return back_up(data, target, desk_is_embedded=True, database_is_in_folder=True)


def files_of(folder: Path) -> dict[str, bytes]:
    files = {str(path.relative_to(folder)): path.read_bytes() for path in folder.rglob("*") if path.is_file()}
    return {name: content for name, content in files.items() if name != "desk/lock"}


@pytest.fixture(scope="module")
def stopped(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A data folder, not to be changed."""
    data = tmp_path_factory.mktemp("stopped") / "data"
    make_data(data)
    return data


@pytest.fixture
def data(stopped: Path, tmp_path: Path) -> Path:
    """A data folder of its own, the same."""
    return Path(shutil.copytree(stopped, tmp_path / "data"))


@pytest.fixture(scope="module")
def backup(stopped: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A backup of it."""
    return everything(stopped, tmp_path_factory.mktemp("backup") / "gloria.backup").file


# ---------------------------------------------------------------- while everybody writes


class Writers:
    """The desk, the contact writer and the server itself, all at work at once on one data folder."""

    def __init__(self, server: EmbeddedServer, database: sqlite3.Connection) -> None:
        self.joined = self.written = self.rewrites = 0
        self._server, self._database = server, database
        self._stop = threading.Event()
        self._failures: list[BaseException] = []
        self._threads = [
            threading.Thread(target=self._do, args=(w,)) for w in (self._desk, self._writer, self._rewriter)
        ]
        with client(server.socket) as redis:
            redis.hset(KEYS["meta"], mapping={"schema": SCHEMA, "epoch": "before"})
            redis.xgroup_create(KEYS["facts"], CONTACTS_GROUP, "0", mkstream=True)

    def __enter__(self) -> "Writers":
        for thread in self._threads:
            thread.start()
        return self

    def __exit__(self, *error: object) -> None:
        self._stop.set()
        for thread in self._threads:
            thread.join(10)
        assert not self._failures, self._failures

    def wait_until(self, true: Callable[[], bool]) -> None:
        for _ in range(2000):
            if self._failures or true():
                return
            self._stop.wait(0.005)
        raise AssertionError(f"the writers are slow: {vars(self)}")

    def _do(self, work: Callable[[Any], None]) -> None:
        try:
            with client(self._server.socket) as redis:
                while not self._stop.is_set():
                    work(redis)
        except BaseException as error:
            self._failures.append(error)

    def _desk(self, redis: Any) -> None:
        """A fact and a count in one transaction, as a script."""
        with redis.pipeline(transaction=True) as both:
            both.incr("count")
            both.xadd(KEYS["facts"], {"fact": self.joined + 1})
            both.execute()
        self.joined += 1

    def _writer(self, redis: Any) -> None:
        """As bridge/contacts/writer.py: committed first, acknowledged after it."""
        for _, facts in read_group(redis, ">"):
            write_contacts(self._database, facts)
            redis.xack(KEYS["facts"], CONTACTS_GROUP, *(fact_id for fact_id, _ in facts))
            self.written = max(self.written, *(int(fact["fact"]) for _, fact in facts))

    def _rewriter(self, redis: Any) -> None:
        with suppress(ResponseError):  # one is under way
            redis.bgrewriteaof()
            self.rewrites += 1
        self._stop.wait(0.003)


def read_group(redis: Any, after: str) -> list[tuple[str, list[tuple[str, dict[str, str]]]]]:
    answer = redis.xreadgroup(CONTACTS_GROUP, "writer", {KEYS["facts"]: after}, count=20)
    if isinstance(answer, dict):
        return [
            (key, entries[0] if entries and isinstance(entries[0], list) else entries)
            for key, entries in answer.items()
        ]
    return cast(list[Any], answer or [])


def write_contacts(database: sqlite3.Connection, facts: list[tuple[str, dict[str, str]]]) -> None:
    rows = [(int(fact["fact"]),) for _, fact in facts]
    database.executemany("INSERT INTO contact (call, version) VALUES (?, 1) ON CONFLICT DO NOTHING", rows)
    database.commit()


def acknowledged(redis: Any) -> tuple[set[int], set[int]]:
    """All facts of the stream, and those of them that the contact writer has acknowledged."""
    [group] = redis.xinfo_groups(KEYS["facts"])
    pending = {entry["message_id"] for entry in redis.xpending_range(KEYS["facts"], CONTACTS_GROUP, "-", "+", 100_000)}
    facts = {fact_id: int(fact["fact"]) for fact_id, fact in redis.xrange(KEYS["facts"])}
    delivered = {fact_id for fact_id, _ in redis.xrange(KEYS["facts"], "-", group["last-delivered-id"])}
    return set(facts.values()), {facts[fact_id] for fact_id in delivered - pending}


def test_nothing_that_was_acknowledged_before_is_missing_while_everybody_writes(tmp_path: Path) -> None:
    data = tmp_path / "data"
    with served(data) as server, closing(make_database(data)) as database, Writers(server, database) as writers:
        befores: list[tuple[int, int]] = []
        for number in range(3):
            writers.wait_until(lambda: writers.written >= ENOUGH * (len(befores) + 1))
            joined, written = writers.joined, writers.written
            everything(data, tmp_path / f"{number}.backup")
            befores.append((joined, written))
            # Nobody was stopped meanwhile.
            assert writers.joined > joined
        assert writers.rewrites > 5
    for number, (joined, written) in enumerate(befores):
        new = tmp_path / f"restored-{number}"
        restore(tmp_path / f"{number}.backup", new)
        with (
            served(new) as server,
            client(server.socket) as redis,
            closing(sqlite3.connect(new / "gloria.sqlite")) as database,
        ):
            facts, done = acknowledged(redis)
            assert facts == set(range(1, len(facts) + 1)), "a fact is missing in the middle"
            assert len(facts) == int(str(redis.get("count"))), "half a transaction"
            assert len(facts) >= joined
            contacts = contacts_in(new)
            assert contacts >= set(range(1, written + 1))
            assert contacts >= done, f"acknowledged, and not in the database: {sorted(done - contacts)}"
            # The contact writer carries on with what it had not acknowledged, then with what is new.
            for after in ("0", ">"):
                while entries := [facts for _, facts in read_group(redis, after) if facts]:
                    for facts_read in entries:
                        write_contacts(database, facts_read)
                        redis.xack(KEYS["facts"], CONTACTS_GROUP, *(fact_id for fact_id, _ in facts_read))
            assert contacts_in(new) >= facts


def test_files_that_are_replaced_while_they_are_opened_are_looked_for_anew(tmp_path: Path) -> None:
    """A rewrite as the server does it, only far more often: new files, the manifest renamed over the old one."""
    folder, stop = tmp_path / "data/desk/appendonlydir", threading.Event()
    folder.mkdir(parents=True)

    def rewrite(number: int) -> None:
        for kind in ("b", "i"):
            (folder / f"{kind}.{number}").write_text(f"{kind} {number}")
        lines = [f"file {kind}.{number} seq {number} type {kind}\n" for kind in ("b", "i")]
        # What is history may be gone already.
        (folder / "new").write_text(f"file b.{number - 1} seq {number - 1} type h\n" + "".join(lines))
        (folder / "new").replace(folder / "appendonly.aof.manifest")
        for kind in ("b", "i"):
            (folder / f"{kind}.{number - 1}").unlink(missing_ok=True)

    def rewrite_all_the_time() -> None:
        number = 1
        while not stop.is_set():
            rewrite(number := number + 1)

    rewrite(1)
    rewriter = threading.Thread(target=rewrite_all_the_time)
    rewriter.start()
    seen = set()
    try:
        for number in range(200):
            copy = tmp_path / str(number)
            append_only.copy_append_only(tmp_path / "data", copy)
            files = files_of(copy / "desk/appendonlydir")
            manifest = files.pop("appendonly.aof.manifest").decode()
            [of] = {name.partition(".")[2] for name in files}
            assert manifest == f"file b.{of} seq {of} type b\nfile i.{of} seq {of} type i\n"
            assert files == {f"{kind}.{of}": f"{kind} {of}".encode() for kind in ("b", "i")}
            seen.add(of)
    finally:
        stop.set()
        rewriter.join(10)
    assert len(seen) > 20


def test_every_desk_begins_a_new_epoch_and_has_its_calls(stopped: Path, backup: Path, tmp_path: Path) -> None:
    before = state_of(stopped)
    report = restore(backup, tmp_path / "new")
    after = state_of(tmp_path / "new")
    assert list(before["calls"].values()) == ["waiting"]
    assert after["epoch"] != before["epoch"]
    assert {**after, "epoch": ""} == {**before, "epoch": ""}
    assert report.live_calls == 1
    assert report.manifest.desks is not None
    assert report.manifest.desks["gloria"].model_dump() == {"keys_schema": SCHEMA, "epoch": before["epoch"]}
    assert report.manifest.database is not None
    assert report.manifest.database.revision == "r0001"
    modes = {
        path.is_dir(): stat.S_IMODE(path.stat().st_mode) for path in (tmp_path / "new", *(tmp_path / "new").rglob("*"))
    }
    assert modes == {True: 0o700, False: 0o600}
    assert not {"lock", "server.log", "desk.sock"} & {path.name for path in (tmp_path / "new/desk").iterdir()}


def test_the_backup_is_for_its_owner_alone_and_holds_no_key(stopped: Path, tmp_path: Path) -> None:
    umask = os.umask(0)
    try:
        report = everything(stopped, tmp_path / "gloria.backup")
    finally:
        os.umask(umask)
    assert stat.S_IMODE(report.file.stat().st_mode) == 0o600
    assert report.size_bytes == report.file.stat().st_size
    with tarfile.open(report.file) as tar:
        names = tar.getnames()
    assert names == ["manifest.json", *(entry.path for entry in report.manifest.files)]
    assert {name.partition("/")[0] for name in names} == {"manifest.json", "desk", "gloria.sqlite"}
    assert f"{stopped}.key" in " ".join(report.not_in_it)
    assert [path.name for path in tmp_path.iterdir()] == ["gloria.backup"]


@pytest.mark.parametrize(
    ("desk", "database", "lacks", "holds"),
    [(True, False, "pg_dump", {"desk"}), (False, True, "desk.redis_url", {"gloria.sqlite"})],
)
def test_what_lies_elsewhere_is_named(
    stopped: Path, tmp_path: Path, desk: bool, database: bool, lacks: str, holds: set[str]
) -> None:
    made = back_up(stopped, tmp_path / "backup", desk_is_embedded=desk, database_is_in_folder=database)
    restored = restore(tmp_path / "backup", tmp_path / "new")
    for report in (made, restored):
        assert lacks in " ".join(report.not_in_it)
        assert ".key is never in" in " ".join(report.not_in_it)
    assert {path.name for path in (tmp_path / "new").iterdir()} == holds


# ---------------------------------------------------------------- refusals


def test_a_backup_refuses_with_words(
    stopped: Path, backup: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    before = backup.read_bytes()
    with pytest.raises(BackupError, match="exists already"):
        everything(stopped, backup)
    assert backup.read_bytes() == before
    with pytest.raises(BackupError, match=r"nothing here to back up.*pg_dump"):
        back_up(stopped, tmp_path / "b", desk_is_embedded=False, database_is_in_folder=False)
    with pytest.raises(BackupError, match=r"no desk/appendonlydir/.* expected a folder that `gloria serve` uses"):
        everything(tmp_path / "nowhere", tmp_path / "b")
    with pytest.raises(BackupError, match="is not a folder"):
        everything(stopped, tmp_path / "nowhere" / "b")
    # Somebody has the folder and does not answer.
    monkeypatch.setattr(append_only, "_WITHIN_S", 0.1)
    with append_only.folder_lock(stopped / "desk"), pytest.raises(BackupError, match="its server does not answer"):
        everything(stopped, tmp_path / "b")
    assert list(tmp_path.iterdir()) == []


def damage(file: Path, at: int) -> None:
    content = bytearray(file.read_bytes())
    content[at : at + 64] = bytes(64)
    file.write_bytes(content)


@pytest.mark.parametrize(
    ("spoil", "words"),
    [
        (lambda data: damage(data / "gloria.sqlite", at=4096), "gloria.sqlite"),
        (lambda data: damage(data / "desk/appendonlydir/appendonly.aof.1.incr.aof", at=999), "cannot be loaded"),
        (lambda data: (data / "desk/appendonlydir/appendonly.aof.1.base.rdb").unlink(), "is missing"),
    ],
)
def test_what_could_not_be_restored_is_not_backed_up(
    data: Path, tmp_path: Path, spoil: Callable[[Path], None], words: str
) -> None:
    spoil(data)
    with pytest.raises(BackupError, match=words):
        everything(data, tmp_path / "backup")
    assert [path.name for path in tmp_path.iterdir()] == ["data"]


def test_a_command_cut_off_at_the_end_is_no_damage(data: Path, tmp_path: Path) -> None:
    with (data / "desk/appendonlydir/appendonly.aof.1.incr.aof").open("ab") as file:
        file.write(b"*3\r\n$4\r\nHSET\r\n$20\r\ngloria:{glo")
    everything(data, tmp_path / "backup")
    restore(tmp_path / "backup", tmp_path / "new")
    assert state_of(tmp_path / "new")["calls"] == {"a-call": "waiting"}


def test_a_restore_refuses_a_folder_in_use_or_with_data(backup: Path, data: Path, tmp_path: Path) -> None:
    with served(data), pytest.raises(BackupError, match="in use by a running Gloria"):
        restore(backup, data, replace=True)
    # With a Redis of one's own there is no lock, but somebody has the database open.
    with closing(sqlite3.connect(data / "gloria.sqlite")) as reader:
        reader.execute("SELECT count(*) FROM contact").fetchall()
        with pytest.raises(BackupError, match="in use by a running Gloria"):
            restore(backup, data, replace=True)
    before = files_of(data)
    with pytest.raises(BackupError, match=r"holds data already.*--replace"):
        restore(backup, data)
    assert files_of(data) == before
    assert [path.name for path in tmp_path.iterdir()] == ["data"]

    report = restore(backup, data, replace=True)
    assert report.moved_aside is not None
    assert report.moved_aside.name.startswith("data.before-restore-2")
    assert files_of(report.moved_aside) == before
    assert state_of(data)["epoch"] != state_of(report.moved_aside)["epoch"]
    assert {path.name for path in tmp_path.iterdir()} == {"data", report.moved_aside.name}


def test_a_restore_goes_into_an_empty_folder_with_a_long_path(backup: Path, tmp_path: Path) -> None:
    """Where a socket could not lie: that is for the start to say, and the data are there then."""
    data = tmp_path / ("long" * 20) / ("path" * 20)
    data.mkdir(parents=True)
    restore(backup, data)
    assert len(contacts_in(data)) == 100


def test_any_damaged_byte_is_found(backup: Path, tmp_path: Path) -> None:
    content = backup.read_bytes()
    packed, found = gzip.decompress(content), 0
    for place in range(0, len(content), len(content) // 150):
        changed = content[:place] + bytes([content[place] ^ 0x10]) + content[place + 1 :]
        with suppress(OSError, EOFError, zlib.error):
            # The time of packing, or zeros copied from other zeros: the same is in it, and there is nothing to find.
            if gzip.decompress(changed) == packed:
                continue
        (tmp_path / "changed").write_bytes(changed)
        with pytest.raises(BackupError, match="damaged"):
            restore(tmp_path / "changed", tmp_path / "new")
        found += 1
    assert found > 100
    assert [path.name for path in tmp_path.iterdir()] == ["changed"]


def test_a_file_cut_off_anywhere_is_refused(backup: Path, tmp_path: Path) -> None:
    content = backup.read_bytes()
    for length in (0, 5, 200, len(content) // 2, len(content) - 9, len(content) - 1):
        (tmp_path / "cut").write_bytes(content[:length])
        with pytest.raises(BackupError, match="cut"):
            restore(tmp_path / "cut", tmp_path / "new")
    assert [path.name for path in tmp_path.iterdir()] == ["cut"]


def rewritten(backup: Path, to: Path, change: Callable[[list[tuple[tarfile.TarInfo, bytes]]], None]) -> Path:
    """A backup with other members: what somebody might build who knows the format."""
    with tarfile.open(backup) as tar:
        members = [(member, cast(Any, tar.extractfile(member)).read()) for member in tar]
    change(members)
    with tarfile.open(to, "w:gz") as tar:
        for member, content in members:
            member.size = len(content)
            tar.addfile(member, io.BytesIO(content))
    return to


def extra(name: str, **fields: Any) -> Callable[[list[tuple[tarfile.TarInfo, bytes]]], None]:
    def add(members: list[tuple[tarfile.TarInfo, bytes]]) -> None:
        member = tarfile.TarInfo(name)
        for field, value in fields.items():
            setattr(member, field, value)
        members.append((member, b"" if fields else b"evil"))

    return add


def manifest_says(change: Callable[[dict[str, Any]], None]) -> Callable[[list[tuple[tarfile.TarInfo, bytes]]], None]:
    def rewrite(members: list[tuple[tarfile.TarInfo, bytes]]) -> None:
        said = json.loads(members[0][1])
        change(said)
        members[0] = (members[0][0], json.dumps(said).encode())

    return rewrite


def with_file_outside(members: list[tuple[tarfile.TarInfo, bytes]]) -> None:
    """In the manifest too."""
    extra("desk/appendonlydir/../../../evil")(members)
    entry = {"path": "desk/appendonlydir/../../../evil", "size": 4, "sha256": "0" * 64}
    manifest_says(lambda said: said["files"].append(entry))(members)


@pytest.mark.parametrize(
    ("change", "words"),
    [
        (extra("../evil"), "outside"),
        (extra("/evil"), "does not belong"),
        (extra("desk/lock"), "does not belong"),
        (extra("desk/appendonlydir/stranger"), "not in its manifest"),
        (extra("gloria.sqlite"), "is there twice"),
        (extra("desk/appendonlydir/link", type=tarfile.SYMTYPE, linkname="/etc/passwd"), "is a link"),
        (extra("desk/appendonlydir/link", type=tarfile.LNKTYPE, linkname="gloria.sqlite"), "is a link"),
        (extra("desk/appendonlydir/device", type=tarfile.CHRTYPE), "a device"),
        (with_file_outside, "does not belong"),
        (lambda members: members.pop(), "not whole: gloria.sqlite is missing"),
        (lambda members: members.pop(0), "does not begin with manifest.json"),
        (manifest_says(lambda said: said.update(gloria_backup=2, gloria_version="9.9")), "format 2.*Gloria 9.9"),
        (manifest_says(lambda said: said.pop("gloria_backup")), "no backup of Gloria"),
        (manifest_says(lambda said: said.update(files="all")), "manifest.json: files"),
        (manifest_says(lambda said: said.update(database=None)), "contradicts itself"),
    ],
)
def test_a_file_that_is_not_as_we_write_it_is_refused(
    backup: Path, tmp_path: Path, change: Callable[[list[tuple[tarfile.TarInfo, bytes]]], None], words: str
) -> None:
    room = tmp_path / "room"
    room.mkdir()
    rewritten(backup, tmp_path / "other.backup", change)
    with pytest.raises(BackupError, match=words):
        restore(tmp_path / "other.backup", room / "data")
    assert {path.name for path in tmp_path.rglob("*")} == {"room", "other.backup"}


def test_a_restore_refuses_what_is_no_backup(tmp_path: Path) -> None:
    (tmp_path / "text").write_text("not a backup")
    (tmp_path / "text.gz").write_bytes(gzip.compress(b"not a backup"))
    with tarfile.open(tmp_path / "other.tar.gz", "w:gz") as tar:
        tar.add(tmp_path / "text", "text")
    for name in ("text", "text.gz", "other.tar.gz"):
        with pytest.raises(BackupError, match="no backup of Gloria"):
            restore(tmp_path / name, tmp_path / "new")
    with pytest.raises(BackupError, match="no such file"):
        restore(tmp_path / "nowhere", tmp_path / "new")
    assert not (tmp_path / "new").exists()


def test_a_damaged_database_is_refused_though_the_checksum_is_right(
    stopped: Path, backup: Path, tmp_path: Path
) -> None:
    """Made from a database that was damaged already."""

    def spoil(members: list[tuple[tarfile.TarInfo, bytes]]) -> None:
        (tmp_path / "gloria.sqlite").write_bytes(members[-1][1])
        damage(tmp_path / "gloria.sqlite", at=4096)
        members[-1] = (members[-1][0], (tmp_path / "gloria.sqlite").read_bytes())
        entry = archive.entry_of(tmp_path, "gloria.sqlite").model_dump()
        manifest_says(lambda said: said["files"].__setitem__(-1, entry))(members)

    rewritten(backup, tmp_path / "spoilt.backup", spoil)
    with pytest.raises(BackupError, match=r"gloria\.sqlite is damaged"):
        restore(tmp_path / "spoilt.backup", tmp_path / "new")
    assert {path.name for path in tmp_path.iterdir()} == {"gloria.sqlite", "spoilt.backup"}


def test_a_desk_of_another_version_or_that_cannot_be_read_is_refused(data: Path, tmp_path: Path) -> None:
    with served(data) as server, client(server.socket) as redis:
        redis.hset(KEYS["meta"], "schema", SCHEMA + 1)
        everything(data, tmp_path / "newer.backup")
        redis.hset(KEYS["calls"], "broken", "{")
        with pytest.raises(BackupError, match="desk 'gloria' cannot be read"):
            everything(data, tmp_path / "broken.backup")
    with pytest.raises(BackupError, match=f"schema {SCHEMA + 1}, expected {SCHEMA}"):
        restore(tmp_path / "newer.backup", tmp_path / "new")
    assert {path.name for path in tmp_path.iterdir()} == {"data", "newer.backup"}


# ---------------------------------------------------------------- killed half-way

KILLED_AT = """
import os, signal, sys
from pathlib import Path
from bridge.backup import back_up, restore
work, step, source, to = sys.argv[1:]
process = os.getpid()
def kill(event, arguments):
    if os.getpid() == process and step in (event, f"{event} {arguments[-1] if arguments else ''}"):
        os.kill(process, signal.SIGKILL)
sys.addaudithook(kill)
if work == "restore":
    restore(Path(source), Path(to), replace=True)
else:
    back_up(Path(source), Path(to), desk_is_embedded=True, database_is_in_folder=True)
"""


def killed_at(work: str, step: str, source: Path, to: Path) -> None:
    with tempfile.TemporaryDirectory(prefix="gloria-") as short:
        ended = subprocess.run(
            [sys.executable, "-c", KILLED_AT, work, step, str(source), str(to)],
            env={**os.environ, "TMPDIR": short},
            timeout=30,
            check=False,
            capture_output=True,
        )
    assert ended.returncode == -signal.SIGKILL, ended


def test_a_restore_that_is_killed_leaves_the_old_or_the_new(backup: Path, tmp_path: Path) -> None:
    data = tmp_path / "data"
    make_data(data, contacts=7)
    old = files_of(data)
    # While it unpacks and checks, while it tries, and the instant before the folders change places.
    for step in ("sqlite3.connect", "subprocess.Popen", "ctypes.dlsym renameat2"):
        killed_at("restore", step, backup, data)
        assert files_of(data) == old, step
    before = set(tmp_path.iterdir())
    # The instant after it: the old folder has not got its name yet, but it is there.
    killed_at("restore", "os.rename", backup, data)
    assert state_of(data)["contacts"] == set(range(100))
    [aside] = set(tmp_path.iterdir()) - before
    assert files_of(aside) == old


def test_a_backup_that_is_killed_never_bears_the_name(stopped: Path, tmp_path: Path) -> None:
    for killed, step in enumerate(("subprocess.Popen", "os.link"), 1):
        killed_at("back_up", step, stopped, tmp_path / "gloria.backup")
        left = [path.name for path in tmp_path.iterdir()]
        assert len(left) == killed
        assert all(name.startswith(".gloria.backup.") and name.endswith(".unfinished") for name in left)
    everything(stopped, tmp_path / "gloria.backup")
    restore(tmp_path / "gloria.backup", tmp_path / "new")
