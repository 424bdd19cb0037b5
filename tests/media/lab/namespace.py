"""One network namespace: entering it, running programs in it, clearing away what a killed run left behind."""

import ctypes
import itertools
import os
import shutil
import signal
import subprocess
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path

#: Followed by the process id of the run: names of two runs never meet, and those of a dead one are known.
PREFIX = "gloria-lab-"
_CLONE_NEWNET = 0x40000000
_MOUNTED = Path("/run/netns")
#: What ``ip netns exec`` lays over /etc for programs in a namespace.
_ETC = Path("/etc/netns")
_TOOLS = ("ip", "nft", "turnserver", "chromium")

_numbers = itertools.count(1)
_libc = ctypes.CDLL(None, use_errno=True)


def why_not() -> str:
    """Why there can be no lab here; empty when there can."""
    if os.geteuid() != 0:
        return "needs root: network namespaces"
    if not Path("/dev/net/tun").exists():
        return "needs /dev/net/tun"
    missing = [tool for tool in _TOOLS if shutil.which(tool) is None]
    return f"needs {', '.join(missing)}: tests/install-browsers installs what is missing" if missing else ""


class Namespace:
    """A network namespace of this run."""

    def __init__(self, place: str, hosts: str = "") -> None:
        """Make it; programs in it know the names of ``hosts`` (as in /etc/hosts), and no name server."""
        self.place = place
        # Two labs may stand at once: the tests of the lab itself beside the one that calls are made in.
        self.name = f"{PREFIX}{os.getpid()}-{place}-{next(_numbers)}"
        _run("ip", "netns", "add", self.name)
        etc = _ETC / self.name
        etc.mkdir(parents=True, exist_ok=True)
        (etc / "hosts").write_text(f"127.0.0.1 localhost\n::1 localhost\n{hosts}")
        (etc / "resolv.conf").write_text("")
        # Addresses are used the moment they are set; a cable that was out keeps them.
        self.sets("net/ipv6/conf/all/accept_dad", 0)
        self.sets("net/ipv6/conf/default/accept_dad", 0)
        self.sets("net/ipv6/conf/default/accept_ra", 0)
        self.sets("net/ipv6/conf/all/keep_addr_on_down", 1)
        self.ip("link set lo up")

    @contextmanager
    def entered(self) -> Iterator[None]:
        """This thread is inside: sockets it opens and processes it starts belong there and stay there.

        Only for code that does not await: another task would find itself inside as well.
        """
        with Path("/proc/thread-self/ns/net").open("rb") as own, (_MOUNTED / self.name).open("rb") as there:
            _enter(there.fileno())
            try:
                yield
            finally:
                _enter(own.fileno())

    def sets(self, name: str, value: int) -> None:
        """Set a kernel parameter of this namespace, by its path below /proc/sys."""
        with self.entered():
            Path("/proc/sys", name).write_text(str(value))

    def ip(self, *lines: str) -> None:
        """Carry out these lines of ``ip``, in order."""
        _run("ip", "-n", self.name, "-batch", "-", given="\n".join(lines) + "\n")

    def ip6(self, *lines: str) -> None:
        """The same for IPv6, where an address in the line does not say so."""
        _run("ip", "-6", "-n", self.name, "-batch", "-", given="\n".join(lines) + "\n")

    def nft(self, rules: str) -> None:
        """Load these rules, all or none."""
        with self.entered():
            _run("nft", "-f", "-", given=rules)

    def wrapper(self, program: str, path: Path) -> Path:
        """A script at ``path`` that runs this program inside."""
        path.write_text(f'#!/bin/sh\nexec ip netns exec {self.name} {program} "$@"\n')
        path.chmod(0o700)
        return path

    def spawn(
        self, command: list[str], log: Path, environment: Mapping[str, str] | None = None
    ) -> subprocess.Popen[bytes]:
        """Start a program inside, in a session of its own; what it says goes to ``log``."""
        with log.open("ab") as said:
            return subprocess.Popen(
                ["ip", "netns", "exec", self.name, *command],
                stdin=subprocess.DEVNULL,
                stdout=said,
                stderr=said,
                env={**os.environ, **(environment or {})},
                start_new_session=True,
            )

    def remove(self) -> None:
        """End what still runs inside, and take the namespace away."""
        _remove(self.name)


def remove_leftovers() -> list[str]:
    """Take away the namespaces of runs that were killed; their names."""
    removed = []
    for name in _names():
        owner = name.removeprefix(PREFIX).partition("-")[0]
        if owner.isdecimal() and not Path("/proc", owner).exists():
            _remove(name)
            removed.append(name)
    return removed


def _names() -> list[str]:
    folders = [folder for folder in (_MOUNTED, _ETC) if folder.is_dir()]
    return sorted({entry.name for folder in folders for entry in folder.iterdir() if entry.name.startswith(PREFIX)})


def _remove(name: str) -> None:
    if (_MOUNTED / name).exists():
        inside = subprocess.run(["ip", "netns", "pids", name], capture_output=True, text=True, check=False).stdout
        for pid in map(int, inside.split()):
            try:
                os.kill(pid, signal.SIGKILL)
            except ProcessLookupError:
                pass
        subprocess.run(["ip", "netns", "del", name], capture_output=True, check=False)
    shutil.rmtree(_ETC / name, ignore_errors=True)


def _enter(descriptor: int) -> None:
    if _libc.setns(descriptor, _CLONE_NEWNET) != 0:
        number = ctypes.get_errno()
        raise OSError(number, f"cannot enter the namespace: {os.strerror(number)}")


def _run(*command: str, given: str = "") -> str:
    done = subprocess.run(command, input=given, capture_output=True, text=True, check=False)
    assert done.returncode == 0, f"{' '.join(command)}: {done.stderr.strip()}\n{given}"
    return done.stdout
