"""Our end of one line check, in a process of its own: ``python -m bridge.media.line_check.call``.

It is given a job as a line of JSON on its standard input, and says what comes of it as lines of JSON on its standard
output. It ends by itself: when the measuring is over, when the page hangs up, when whoever started it is gone (end of
input), and by an alarm of the kernel's if all else fails. A process for every call costs 0.3 s of a core and 60 MB for
as long as the call lasts; an idle line check costs nothing, and whatever a stranger's media do to aiortc and libav,
they do it to one call.

```
in   {"path", "sdp", "kinds", "candidates", "stun", "connect_s", "measure_s"}
     then, of a relay, {"relays": [[address, port]]}
out  {"ours": [ufrag, pwd]}  (of a relay)  {"sdp"} | {"refused"}  {"ended": …, "cpu_s": …}
```
"""

import asyncio
import json
import logging
import os
import resource
import signal
import sys
from dataclasses import dataclass
from typing import Any, TypedDict

from aiortc import (
    RTCConfiguration,
    RTCDataChannel,
    RTCIceCandidate,
    RTCIceServer,
    RTCPeerConnection,
    RTCRtpSender,
    RTCSessionDescription,
)
from aiortc.mediastreams import MediaStreamError, MediaStreamTrack
from aiortc.rtcconfiguration import RTCBundlePolicy

from bridge.media.line_check import signals
from bridge.media.line_check.limits import ENDS_AFTER_S, GOODBYE_WITHIN_S

_CODECS = {"audio": "audio/opus", "video": "video/VP8"}


#: Address space, most of it libraries and stacks that are never touched: a call has about 100 MB of its own.
_MEMORY_BYTES = 2_000_000_000
#: A call of 10 s takes 1 to 2 s of processor time.
_PROCESSOR_S = 30


class Job(TypedDict):
    """What is asked of this process."""

    path: str
    sdp: str
    kinds: list[str]
    candidates: list[tuple[str, int, str]]
    stun: str
    """Address of a STUN server of one's own, such as stun:192.0.2.7:3478; empty for none."""
    connect_s: float
    """From our answer to the connection, at most."""
    measure_s: float


@dataclass
class Counts:
    """What has come in since the connection stood. Packets that came twice count as one that was not lost."""

    bytes: int = 0
    frames: int = 0
    sound_packets: int = 0
    sound_lost: int = 0
    picture_packets: int = 0
    picture_lost: int = 0
    jitter_ms: float = 0.0
    round_trip_ms: float | None = None


class OurEnd:
    """A call that is answered, measured and ended."""

    def __init__(self, job: Job) -> None:
        self._job = job
        # Explicitly: given none at all, aiortc asks a public server.
        servers = [RTCIceServer(job["stun"])] if job["stun"] else []
        self.connection = RTCPeerConnection(
            RTCConfiguration(iceServers=servers, bundlePolicy=RTCBundlePolicy.MAX_BUNDLE)
        )
        self.connected = asyncio.Event()
        self.over = asyncio.Event()
        self._channel: RTCDataChannel | None = None
        self._frames = 0
        self._watching: set[asyncio.Task[None]] = set()
        self.connection.on("connectionstatechange", self._on_state)
        self.connection.on("datachannel", self._on_channel)
        self.connection.on("track", self._on_track)

    async def hear(self) -> tuple[str, str]:
        """Take the offer; our own ICE credentials. Raises whatever aiortc raises for one that it cannot take."""
        for kind, name in _CODECS.items():
            if kind in self._job["kinds"]:
                packets = signals.tone() if kind == "audio" else signals.pattern()
                transceiver = self.connection.addTransceiver(signals.Loop(kind, packets), "sendrecv")
                # Without retransmission streams, whose packets aiortc counts in the place of the picture's own.
                capabilities = RTCRtpSender.getCapabilities(kind)
                assert capabilities is not None
                transceiver.setCodecPreferences([one for one in capabilities.codecs if one.mimeType == name])
        await self.connection.setRemoteDescription(RTCSessionDescription(self._job["sdp"], "offer"))
        for number, (address, port, kind) in enumerate(self._job["candidates"]):
            await self._try(number, address, port, kind)
        answer = await self.connection.createAnswer()
        lines = answer.sdp.splitlines()
        ufrag = next(line for line in lines if line.startswith("a=ice-ufrag:")).partition(":")[2]
        pwd = next(line for line in lines if line.startswith("a=ice-pwd:")).partition(":")[2]
        return ufrag, pwd

    async def answer(self, relays: list[tuple[str, int]]) -> str:
        """Begin to connect, over the relays where there are any; our description, complete."""
        for number, (address, port) in enumerate(relays):
            await self._try(100 + number, address, port, "relay")
        await self.connection.setLocalDescription(await self.connection.createAnswer())
        return str(self.connection.localDescription.sdp)

    async def measure(self) -> None:
        """Wait for the connection, measure for as long as is asked, tell the page. Raises TimeoutError."""
        async with asyncio.timeout(self._job["connect_s"]):
            await _first(self.connected, self.over)
        if self.over.is_set():
            return
        before, began_at = await self._counts(), asyncio.get_running_loop().time()
        try:
            async with asyncio.timeout(self._job["measure_s"]):
                await self.over.wait()
                return
        except TimeoutError:
            pass
        after, seconds = await self._counts(), asyncio.get_running_loop().time() - began_at
        if self._channel is not None and self._channel.readyState == "open":
            self._channel.send(json.dumps(figures(before, after, seconds)))
            # The page hangs up when it has read it.
            try:
                async with asyncio.timeout(GOODBYE_WITHIN_S):
                    await self.over.wait()
            except TimeoutError:
                pass

    async def close(self) -> None:
        """Hang up."""
        await self.connection.close()
        for task in self._watching:
            task.cancel()
        await asyncio.gather(*self._watching, return_exceptions=True)

    async def _try(self, number: int, address: str, port: int, kind: str) -> None:
        await self.connection.addIceCandidate(
            RTCIceCandidate(
                component=1,
                foundation=f"given{number}",
                ip=address,
                port=port,
                priority=(100 << 24) + ((65535 - number) << 8) + 255,
                protocol="udp",
                type=kind,
                sdpMLineIndex=0,
            )
        )

    def _on_state(self) -> None:
        state = self.connection.connectionState
        if state == "connected":
            self.connected.set()
        elif state in {"failed", "closed"}:
            self.over.set()

    def _on_channel(self, channel: RTCDataChannel) -> None:
        self._channel = self._channel or channel

    def _on_track(self, track: MediaStreamTrack) -> None:
        self._watching.add(asyncio.create_task(self._watch(track), name=f"{track.kind} of the page"))

    async def _watch(self, track: MediaStreamTrack) -> None:
        """Count the pictures that could be decoded; take the sound, so that it does not pile up."""
        try:
            while True:
                await track.recv()
                if track.kind == "video":
                    self._frames += 1
        except MediaStreamError:
            return

    async def _counts(self) -> Counts:
        counts = Counts(frames=self._frames)
        for report in (await self.connection.getStats()).values():
            if report.type == "transport":
                counts.bytes = report.bytesReceived
            elif report.type == "inbound-rtp" and report.kind == "audio":
                counts.sound_packets, counts.sound_lost = report.packetsReceived, report.packetsLost
                counts.jitter_ms = report.jitter / 48
            elif report.type == "inbound-rtp":
                counts.picture_packets, counts.picture_lost = report.packetsReceived, report.packetsLost
                if "audio" not in self._job["kinds"]:
                    counts.jitter_ms = report.jitter / 90
            elif report.type == "remote-inbound-rtp" and report.roundTripTime is not None:
                counts.round_trip_ms = report.roundTripTime * 1000
        return counts


def figures(before: Counts, after: Counts, seconds: float) -> dict[str, Any]:
    """What arrived here while it was measured, as the page reads it (web/static/linecheck/figures.js)."""
    sound = _loss(after.sound_packets - before.sound_packets, after.sound_lost - before.sound_lost)
    picture = _loss(after.picture_packets - before.picture_packets, after.picture_lost - before.picture_lost)
    return {
        "round_trip_ms": None if after.round_trip_ms is None else round(after.round_trip_ms, 1),
        "loss": round(max(sound, picture), 4),
        "jitter_ms": round(after.jitter_ms, 1),
        "kbps": round((after.bytes - before.bytes) * 8 / 1000 / seconds),
        "frames_per_s": round((after.frames - before.frames) / seconds, 1),
    }


def _loss(received: int, lost: int) -> float:
    return min(1.0, max(0, lost) / (received + max(0, lost))) if received + lost > 0 else 0.0


async def _first(*events: asyncio.Event) -> None:
    """Return when one of them is set."""
    tasks = [asyncio.create_task(event.wait()) for event in events]
    try:
        await asyncio.wait(tasks, return_when=asyncio.FIRST_COMPLETED)
    finally:
        for task in tasks:
            task.cancel()


def _say(**what: Any) -> None:
    sys.stdout.write(json.dumps(what) + "\n")
    sys.stdout.flush()


async def _input() -> asyncio.StreamReader:
    reader = asyncio.StreamReader(limit=1_000_000)
    await asyncio.get_running_loop().connect_read_pipe(lambda: asyncio.StreamReaderProtocol(reader), sys.stdin)
    return reader


async def take_part(our_end: OurEnd, job: Job, given: asyncio.StreamReader) -> str:
    """The whole call; how it ended."""
    relays: list[tuple[str, int]] = []
    try:
        ufrag, pwd = await our_end.hear()
        if job["path"] == "relay":
            _say(ours=[ufrag, pwd])
            relays = [(str(address), int(port)) for address, port in json.loads(await given.readline())["relays"]]
        sdp = await our_end.answer(relays)
    except Exception as error:
        # Whatever a stranger's description does to aiortc: it is an offer that we cannot take.
        _say(refused=f"cannot take this offer ({type(error).__name__})")
        return "refused"
    _say(sdp=sdp)
    measuring = asyncio.create_task(our_end.measure(), name="measuring")
    # Nothing more is said to us: the input ends when whoever started us is gone.
    alone = asyncio.create_task(given.read(), name="alone")
    await asyncio.wait({measuring, alone}, return_when=asyncio.FIRST_COMPLETED)
    for task in (measuring, alone):
        task.cancel()
    await asyncio.gather(measuring, alone, return_exceptions=True)
    return "connected" if our_end.connected.is_set() else "not connected"


def _confine() -> None:
    """What a stranger sends is decoded here: it may take neither the machine's memory nor the time of calls."""
    os.nice(10)
    resource.setrlimit(resource.RLIMIT_AS, (_MEMORY_BYTES, _MEMORY_BYTES))
    resource.setrlimit(resource.RLIMIT_CPU, (_PROCESSOR_S, _PROCESSOR_S))


async def main() -> None:
    """One call, from the job to the end."""
    given = await _input()
    job: Job = json.loads(await given.readline())
    signal.alarm(round(job["connect_s"] + job["measure_s"] + GOODBYE_WITHIN_S + ENDS_AFTER_S))
    _confine()
    our_end = OurEnd(job)
    try:
        ended = await take_part(our_end, job, given)
    finally:
        await our_end.close()
    used = resource.getrusage(resource.RUSAGE_SELF)
    _say(ended=ended, cpu_s=round(used.ru_utime + used.ru_stime, 2))


if __name__ == "__main__":
    logging.basicConfig(level=logging.ERROR)
    # Descriptions and addresses are in what these write.
    for name in ("aiortc", "aioice", "libav"):
        logging.getLogger(name).setLevel(logging.CRITICAL)
    asyncio.run(main())
