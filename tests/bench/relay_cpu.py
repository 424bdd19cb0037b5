"""media.relay_cpu: what one datagram of a call costs our relay, beside coturn with an allocation on each side.

`python -m tests.bench.relay_cpu relay` is the relay under measurement, a process as in production; the paths come on
its standard input, since there is no desk here.
"""

import asyncio
import json
import os
import random
import selectors
import shutil
import socket
import statistics
import struct
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path as File

import uvloop
from aioice import stun

from bridge.clock import SystemClock
from bridge.media.relay.process import run_relay
from bridge.media.relay.registrations import PathTable, RelayStatus
from bridge.media.relay.switchboard import Credentials, Path
from bridge.settings import MediaSettings
from tests.bench.measurement import Measurement

RECORDING = File(__file__).parent / "recordings" / "call_720p.json"
CALLS = 20
ROUNDS = 5
ROUND_S = 8.0
IDLE_S = 2.0
HOST = "127.0.0.1"
HOW = (
    "Processor time (user and system, all threads) divided by datagrams delivered, less what the process uses when "
    f"idle. {CALLS} calls at once play a recorded 720p call of two Chromiums at its own pace, offset against each "
    "other; baseline: coturn 4.6, each end with an allocation and a channel, so that media crosses both. "
    f"{ROUNDS} rounds of {ROUND_S:.0f} s each in turn, medians. Loopback."
)


@dataclass(frozen=True)
class _Datagram:
    """One datagram of the recording: seconds since its start, bytes, which end sent it."""

    at_s: float
    size: int
    sender: int


def _recording() -> list[_Datagram]:
    at_us, found = 0, []
    for since_us, size, sender in json.loads(RECORDING.read_text())["datagrams"]:
        at_us += since_us
        found.append(_Datagram(at_us / 1_000_000, size, sender))
    return found


class _End:
    """One browser's socket: what it wraps its media in, and where it sends that."""

    def __init__(self) -> None:
        self.socket = socket.socket(socket.AF_INET, socket.SOCK_DGRAM)
        self.socket.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, 1 << 20)
        self.socket.bind((HOST, 0))
        self.socket.settimeout(3)
        self.channel: int | None = None

    def asks(self, method: stun.Method, server: tuple[str, int], **attributes: object) -> stun.Message:
        """A TURN request and its answer."""
        request = stun.Message(method, stun.Class.REQUEST)
        request.attributes.update({name.replace("_", "-"): value for name, value in attributes.items()})
        self.socket.sendto(bytes(request), server)
        answer = stun.parse_message(self.socket.recv(2048))
        assert answer.message_class == stun.Class.RESPONSE, answer
        return answer

    def wraps(self, media: bytes) -> bytes:
        return media if self.channel is None else struct.pack("!HH", self.channel, len(media)) + media


Call = tuple[_End, _End]


async def measure() -> Measurement:
    """Microseconds of processor time for each datagram delivered."""
    ours, baseline = [], []
    for _ in range(ROUNDS):
        ours.append(_ours())
        baseline.append(_coturn())
    return Measurement(statistics.median(ours), statistics.median(baseline), "µs/datagram", 1.5, HOW)


def _ours() -> float:
    credentials = [[[f"u{call:03}{end}", "p" * 22] for end in range(2)] for call in range(CALLS)]
    command = [sys.executable, "-m", "tests.bench.relay_cpu", "relay"]
    relay = subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True)
    try:
        assert relay.stdin is not None
        assert relay.stdout is not None
        relay.stdin.write(json.dumps(credentials) + "\n")
        relay.stdin.flush()
        server = (HOST, int(relay.stdout.readline()))
        with _calls() as calls:
            for call, names in zip(calls, credentials, strict=True):
                _check_through(call, names, server)
            return _cost_us(relay.pid, calls, server)
    finally:
        _end(relay)


def _check_through(call: Call, names: list[list[str]], server: tuple[str, int]) -> None:
    """Each end checks and answers the other, as ICE does."""
    for sender in (0, 1, 0):
        request = stun.Message(stun.Method.BINDING, stun.Class.REQUEST)
        request.attributes["USERNAME"] = f"{names[1 - sender][0]}:{names[sender][0]}"
        request.add_message_integrity(names[1 - sender][1].encode())
        call[sender].socket.sendto(bytes(request), server)
    time.sleep(0.02)
    answered = 0
    for end, (_, pwd) in zip(call, names, strict=True):
        end.socket.setblocking(False)
        while True:
            try:
                message = stun.parse_message(end.socket.recv(2048))
            except BlockingIOError:
                break
            if message.message_class == stun.Class.REQUEST:
                answer = stun.Message(stun.Method.BINDING, stun.Class.RESPONSE, message.transaction_id)
                answer.attributes["XOR-MAPPED-ADDRESS"] = server
                answer.add_message_integrity(pwd.encode())
                end.socket.sendto(bytes(answer), server)
                answered += 1
    assert answered >= 2, "the checks did not pass the relay"


def _coturn() -> float:
    program = shutil.which("turnserver") or "/usr/bin/turnserver"
    port = _free_port()
    command = [
        program, "-n", "--no-auth", "--allow-loopback-peers", "--no-cli", "--no-tls", "--no-dtls", "--no-tcp",
        "-L", HOST, "-E", HOST, "-p", str(port), "--no-stdout-log", "--log-file", "/dev/null", "--simple-log",
        "--pidfile", "",
    ]  # fmt: skip
    turn = subprocess.Popen(command, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
    server = (HOST, port)
    try:
        _until_it_answers(server)
        with _calls() as calls:
            for call in calls:
                _allocate(call, server)
            return _cost_us(turn.pid, calls, server)
    finally:
        _end(turn)


def _allocate(call: Call, server: tuple[str, int]) -> None:
    relayed = []
    for end in call:
        answer = end.asks(stun.Method.ALLOCATE, server, REQUESTED_TRANSPORT=17 << 24)
        relayed.append(answer.attributes["XOR-RELAYED-ADDRESS"])
    for end, peer in zip(call, reversed(relayed), strict=True):
        end.asks(stun.Method.CHANNEL_BIND, server, CHANNEL_NUMBER=0x4000, XOR_PEER_ADDRESS=peer)
        end.channel = 0x4000


def _until_it_answers(server: tuple[str, int]) -> None:
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as probe:
        probe.settimeout(0.2)
        for _ in range(50):
            probe.sendto(bytes(stun.Message(stun.Method.BINDING, stun.Class.REQUEST)), server)
            try:
                probe.recv(2048)
            except OSError:
                time.sleep(0.1)
                continue
            return
    raise AssertionError("coturn does not answer")


def _free_port() -> int:
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as probe:
        probe.bind((HOST, 0))
        return int(probe.getsockname()[1])


@contextmanager
def _calls() -> Iterator[list[Call]]:
    calls = [(_End(), _End()) for _ in range(CALLS)]
    try:
        yield calls
    finally:
        for call in calls:
            for end in call:
                end.socket.close()


def _cost_us(pid: int, calls: list[Call], server: tuple[str, int]) -> float:
    before = _processor_s(pid)
    time.sleep(IDLE_S)
    idle = (_processor_s(pid) - before) / IDLE_S
    before, started = _processor_s(pid), time.monotonic()
    sent, delivered = _play(calls, server)
    used = _processor_s(pid) - before - idle * (time.monotonic() - started)
    # What is lost costs less: a relay that drops would look cheap.
    assert delivered > 0.98 * sent, f"only {delivered} of {sent} datagrams arrived"
    return used / delivered * 1_000_000


def _play(calls: list[Call], server: tuple[str, int]) -> tuple[int, int]:
    """Play the recording in every call for a round. Datagrams sent and datagrams delivered."""
    readers = selectors.DefaultSelector()
    for call in calls:
        for end in call:
            end.socket.setblocking(False)
            readers.register(end.socket, selectors.EVENT_READ)
    schedule = _schedule(calls)
    buffer = bytearray(2048)
    started = time.monotonic()

    def receive(patience_s: float) -> int:
        count = 0
        for key, _ in readers.select(patience_s):
            try:
                while True:
                    key.fileobj.recv_into(buffer)  # type: ignore[union-attr]
                    count += 1
            except BlockingIOError:
                continue
        return count

    receive(0)  # left over from the checks
    delivered = 0
    for at_s, end, datagram in schedule:
        while (wait_s := started + at_s - time.monotonic()) > 0:
            delivered += receive(wait_s)
        end.socket.sendto(datagram, server)
    until = time.monotonic() + 0.3
    while time.monotonic() < until:
        delivered += receive(0.05)
    readers.close()
    return len(schedule), delivered


def _schedule(calls: list[Call]) -> list[tuple[float, _End, bytes]]:
    recording = _recording()
    length_s = recording[-1].at_s + 0.01
    # The same numbers in each round, for both.
    offsets = random.Random(720)
    found: list[tuple[float, _End, bytes]] = []
    for call in calls:
        offset_s = offsets.uniform(0, length_s)
        for one in recording:
            at_s = (one.at_s + offset_s) % length_s
            media = b"\x80" + bytes(one.size - 1)
            while at_s < ROUND_S:
                found.append((at_s, call[one.sender], call[one.sender].wraps(media)))
                at_s += length_s
    return sorted(found, key=lambda one: one[0])


def _processor_s(pid: int) -> float:
    """User and system time of every thread, in nanoseconds from the scheduler: ticks of 10 ms are too coarse here."""
    threads = File(f"/proc/{pid}/task").iterdir()
    return sum(int((thread / "schedstat").read_text().split()[0]) for thread in threads) / 1_000_000_000


def _end(process: "subprocess.Popen[str] | subprocess.Popen[bytes]") -> None:
    process.terminate()
    process.wait(10)
    for pipe in (process.stdin, process.stdout):
        if pipe is not None:
            pipe.close()


class _FromStandardInput:
    """Registrations for this measurement: one line, then nothing changes. Says the port once it has them."""

    def __init__(self, port: int) -> None:
        self._port = port

    async def follow(self, table: PathTable) -> None:
        line = await asyncio.to_thread(sys.stdin.readline)
        for number, sides in enumerate(json.loads(line)):
            first, second = ((Credentials(*one),) for one in sides)
            assert table.put(Path(f"call-{number}", (first, second)))
        os.write(1, f"{self._port}\n".encode())
        await asyncio.Event().wait()

    async def seen(self, status: RelayStatus) -> None:
        return None

    async def leave(self, name: str) -> None:
        return None


def _relay() -> int:
    port = _free_port()
    settings = MediaSettings(relay_listen=(HOST,), relay_port=port, relay_stun_port=0)
    return uvloop.run(run_relay(settings, _FromStandardInput(port), SystemClock()))


if __name__ == "__main__":
    if sys.argv[1:] == ["relay"]:
        sys.exit(_relay())
    print(uvloop.run(measure()))
