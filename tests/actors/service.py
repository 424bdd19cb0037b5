"""The service as an operator runs it: `gloria serve` in processes of its own."""

import os
import re
import signal
import subprocess
import sys
import time
import urllib.request
from pathlib import Path


class RunningService:
    """`gloria serve`, as the demo desk unless told otherwise, on a data folder of its own."""

    def __init__(self, data: Path, *flags: str, demo: bool = True) -> None:
        self.data = data
        self.log = data.parent / f"{data.name}.log"
        self._flags = ("--demo", *flags) if demo else flags
        self._process: subprocess.Popen[bytes] | None = None
        self.url = ""

    def start(self) -> None:
        with self.log.open("ab") as log:
            said_before = log.tell()
            self._process = subprocess.Popen(
                [sys.executable, "-m", "bridge.cli", "serve", "--data", str(self.data), *self._flags],
                stdout=log,
                stderr=log,
            )
        deadline = time.monotonic() + 30
        while not (found := re.findall(r"Gloria is running: (https?://\S+)/", self.log.read_text()[said_before:])):
            assert self._process.poll() is None, f"the service ended:\n{self.log.read_text()}"
            assert time.monotonic() < deadline, f"the service did not start:\n{self.log.read_text()}"
            time.sleep(0.05)
        self.url = found[-1]

    def stop(self) -> float:
        """Ctrl-C; how many seconds it took to end."""
        began = time.monotonic()
        if self._process is None or self._process.poll() is not None:
            return 0.0
        self._process.send_signal(signal.SIGINT)
        self._process.wait(20)
        return time.monotonic() - began

    def children(self, program: str) -> list[int]:
        """Process ids of the parent's children whose command line holds ``program`` ("worker", "valkey")."""
        assert self._process is not None
        found = []
        for stat in Path("/proc").glob("[0-9]*/stat"):
            try:
                parent = int(stat.read_text().rpartition(")")[2].split()[1])
                command = (stat.parent / "cmdline").read_bytes().decode().replace("\0", " ")
            except (OSError, IndexError):
                continue
            if parent == self._process.pid and program in command:
                found.append(int(stat.parent.name))
        return found

    def kill(self, program: str) -> None:
        """SIGKILL to these children; the parent starts others."""
        for pid in self.children(program):
            os.kill(pid, signal.SIGKILL)

    def kill_parent(self) -> None:
        """SIGKILL to the parent itself."""
        assert self._process is not None
        self._process.kill()
        self._process.wait(20)

    def healthy(self) -> bool:
        """Whether /healthz answers 200."""
        try:
            with urllib.request.urlopen(f"{self.url}/healthz", timeout=2) as answer:
                return bool(answer.status == 200)
        except OSError:
            return False
