"""queue.match_rate: offers that the desk makes in a second when it has nothing else to do, beside a script that makes
the same writes without having to find out which.

The baseline is recorded, not written: MONITOR notes every command that match carries out at a desk where 1,000 visitors
wait and 240 of the staff have become free. Of each run of the script the commands that write (HSET, ZADD, ZREM, XADD …,
with their JSON as it was) become the arguments of one run of ``_WRITES``, which carries them out and looks at nothing.
"""

import time
from dataclasses import dataclass, replace
from statistics import median
from typing import Any

from redis import UnixDomainSocketConnection

from bridge.desk.keys import Keys
from tests.bench.busy_desk import BusyDesk
from tests.bench.desk_server import MeasuredServer, measured_server, words_of
from tests.bench.measurement import Measurement, middle, ratios

WAITING = 1000
STAFF = 240
SERVERS, ROUNDS = 7, 40
HOW = (
    f"Offers made in a second of processor time of the server's thread. {WAITING} visitors wait in some sixty queues, "
    f"{STAFF} of the staff are free. The commands are packed beforehand and sent ahead on one connection, so that the "
    "server never waits; every script makes as many offers as it may. Baseline: a script that is given the writes of "
    f"those very runs ready-made and carries them out, as many offers in each. {ROUNDS} rounds in turn from the same "
    f"state of the desk, medians; of {SERVERS} fresh servers the one with the median ratio."
)

#: What ours asks of the server's collector of garbage stays asked for.
_WRITES = """
collectgarbage('setstepmul', 200)
local n = 1
while n <= #ARGV do
  local words = tonumber(ARGV[n])
  redis.call(unpack(ARGV, n + 1, n + words))
  n = n + 1 + words
end
return n
"""


@dataclass
class _Run:
    """One run of match: the command that asked for it, and what it wrote."""

    command: list[bytes]
    writes: list[list[bytes]]

    @property
    def offers(self) -> int:
        return sum(write[0].upper() == b"XADD" for write in self.writes)


async def measure() -> Measurement:
    """Offers per second."""
    servers = [await _on_a_fresh_server() for _ in range(SERVERS)]
    chosen = middle(servers)
    return replace(chosen, seen=f"{chosen.seen}; ratios of the servers {ratios(servers)}")


async def _on_a_fresh_server() -> Measurement:
    async with measured_server() as server:
        desk = BusyDesk(server.redis, WAITING, STAFF)
        await desk.opens()
        for name in desk.staff:
            await desk.is_free(name)
        stage = _Stage(server, desk.keys)
        runs = await stage.record(desk)
        most = max(run.offers for run in runs)
        full = [run for run in runs if run.offers == most]
        assert len(full) > 2, "there is too little to offer"
        script = stage.ask(b"SCRIPT", b"LOAD", _WRITES.encode())
        ours = [run.command for run in full]
        baseline = [[b"EVALSHA", script, b"0", *_counted(run.writes)] for run in full]
        offers = most * len(full)
        figures = [(stage.rate(ours, offers), stage.rate(baseline, offers)) for _ in range(ROUNDS)]
        stage.close()
    rate, baseline_rate = (median(one[which].rate for one in figures) for which in (0, 1))
    shares = [median(one[which].share for one in figures) for which in (0, 1)]
    seen = f"offers a script {most}; share of the wall clock {shares[0]:.2f} and {shares[1]:.2f}"
    return Measurement(rate, baseline_rate, "offers/s", 0.6, HOW, more_is_better=True, seen=seen)


@dataclass(frozen=True)
class _Figure:
    rate: float
    """Offers in a second of processor time."""
    share: float
    """Of the wall clock, the server's thread had so much of a processor."""


class _Stage:
    """A desk that is put back into the same state before every round."""

    def __init__(self, server: MeasuredServer, keys: Keys) -> None:
        self._server = server
        self._prefix = keys.prefix.encode()
        self._line = _connect(server.socket)
        self._kept: list[bytes] = []
        self._flags: dict[bytes, list[bytes]] = {}

    def ask(self, *words: bytes) -> Any:
        """A command and its answer."""
        self._line.send_command(*words)
        return self._line.read_response()

    async def record(self, desk: BusyDesk) -> list[_Run]:
        """Keep the desk as it is, let it match, and tell what that took."""
        self._kept = [key for key in self._keys() if b":done:" not in key]
        for key in self._kept:
            self.ask(b"COPY", key, b"kept:" + key)
        monitor = _connect(self._server.socket)
        monitor.send_command("MONITOR")
        monitor.read_response()
        await desk.desk.match()
        self.ask(b"ECHO", b"over")
        runs: list[_Run] = []
        while True:
            line: bytes = monitor.read_response()
            command = words_of(line)
            name = command[0].upper()
            if name == b"ECHO":
                break
            if name == b"EVALSHA":
                runs.append(_Run(command, []))
            elif b" lua]" in line.split(b'"', 1)[0] and self._writes(name):
                runs[-1].writes.append(command)
        monitor.disconnect()
        return runs

    def rate(self, commands: list[list[bytes]], offers: int) -> _Figure:
        """The desk as it was kept; then all commands at once."""
        for key in set(self._keys()) - set(self._kept):
            self.ask(b"UNLINK", key)
        for key in self._kept:
            self.ask(b"COPY", b"kept:" + key, key, b"REPLACE")
        packed = [part for command in commands for part in self._line.pack_command(*command)]
        used_us, began = self._server.used_us(), time.perf_counter()
        self._line.send_packed_command(packed)
        for _ in commands:
            self._line.read_response()
        used_us, took_s = self._server.used_us() - used_us, time.perf_counter() - began
        return _Figure(offers / used_us * 1e6, used_us / 1e6 / took_s)

    def _writes(self, name: bytes) -> bool:
        if name not in self._flags:
            [info] = self.ask(b"COMMAND", b"INFO", name)
            self._flags[name] = info[2]
        return b"write" in self._flags[name]

    def close(self) -> None:
        self._line.disconnect()

    def _keys(self) -> list[bytes]:
        return list(self.ask(b"KEYS", self._prefix + b"*"))


def _connect(path: str) -> Any:
    return UnixDomainSocketConnection(path=path)  # type: ignore[no-untyped-call,abstract]


def _counted(writes: list[list[bytes]]) -> list[bytes]:
    """Commands one after the other, each behind the number of its words."""
    return [word for write in writes for word in (str(len(write)).encode(), *write)]
