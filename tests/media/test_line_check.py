"""A line check end to end: a page (aiortc, here in the test) calls our own end, which runs as it does in service."""

import asyncio
import dataclasses
import json
import os
import socket
import sys
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path
from typing import Any

import pytest
from aioice import stun
from aiortc import RTCConfiguration, RTCPeerConnection, RTCSessionDescription
from aiortc.mediastreams import MediaStreamError, MediaStreamTrack

from bridge.clock import SystemClock
from bridge.desk.desk import new_id
from bridge.desk.keys import Keys
from bridge.media.line_check import serving, signals
from bridge.media.line_check.asking import Busy, LineChecks, NoRelay, NotThere
from bridge.media.line_check.call import Job, OurEnd, take_part
from bridge.media.line_check.offers import BadOffer, read_offer
from bridge.media.line_check.paths import CheckPaths, Side
from bridge.media.line_check.paths import Path as LinePath
from bridge.media.line_check.results import LineFigures
from bridge.settings import Settings
from tests.actors.desk import eventually

PATIENCE_S = 20.0


class Page:
    """A page that calls, as web/static/linecheck/measure.js does."""

    def __init__(self) -> None:
        # Not "max-bundle": with it aiortc reads the candidates of an answer's last section only, browsers its first's.
        self.connection = RTCPeerConnection(RTCConfiguration(iceServers=[]))
        self.connection.addTrack(signals.Loop("audio", signals.tone()))
        self.connection.addTrack(signals.Loop("video", signals.pattern()))
        self.pictures = 0
        self.connected = asyncio.Event()
        self._report: asyncio.Future[dict[str, Any]] = asyncio.get_running_loop().create_future()
        self._tasks: set[asyncio.Task[None]] = set()
        channel = self.connection.createDataChannel("report")
        channel.on("message", lambda text: self._report.set_result(json.loads(text)))
        self.connection.on("connectionstatechange", self._on_state)
        self.connection.on("track", lambda track: self._tasks.add(asyncio.create_task(self._watch(track))))

    async def offers(self) -> str:
        """Its complete offer."""
        await self.connection.setLocalDescription(await self.connection.createOffer())
        return str(self.connection.localDescription.sdp)

    async def hears(self, answer: str) -> None:
        """Take the answer and begin to connect."""
        await self.connection.setRemoteDescription(RTCSessionDescription(answer, "answer"))

    async def is_told(self) -> LineFigures:
        """The other end's figures."""
        async with asyncio.timeout(PATIENCE_S):
            await self.connected.wait()
            return LineFigures.model_validate(await self._report)

    async def hangs_up(self) -> None:
        await self.connection.close()
        # The tracks of a call that never connected do not end.
        for task in self._tasks:
            task.cancel()
        await asyncio.gather(*self._tasks, return_exceptions=True)

    def _on_state(self) -> None:
        if self.connection.connectionState == "connected":
            self.connected.set()

    async def _watch(self, track: MediaStreamTrack) -> None:
        try:
            while True:
                await track.recv()
                self.pictures += track.kind == "video"
        except MediaStreamError:
            return


@asynccontextmanager
async def page() -> AsyncIterator[Page]:
    calling = Page()
    try:
        yield calling
    finally:
        await calling.hangs_up()


@dataclasses.dataclass
class Line:
    """A line check that runs, and the bridge's way to it."""

    checks: LineChecks

    async def answers(self, offer: str, path: LinePath = "direct") -> str:
        return await self.checks.ask(new_id(), path, offer)

    async def answers_when_free(self, offer: str) -> str:
        """As a page does, which asks again while all are busy: a place is free a moment after its call has ended."""

        async def ask() -> str:
            try:
                return await self.answers(offer)
            except Busy:
                return ""

        answer: str = await eventually(ask, bool, "a place that is free", PATIENCE_S)
        return answer


@asynccontextmanager
async def line_check(
    settings: Settings, redis_url: str, paths: CheckPaths | None = None, **media: Any
) -> AsyncIterator[Line]:
    """`gloria line-check` without its process of its own; its calls have theirs."""
    media = {"line_check_s": 3, **media}
    settings = settings.model_copy(update={"media": settings.media.model_copy(update=media)})
    stop = asyncio.Event()
    running = asyncio.create_task(serving.run(settings, redis_url, SystemClock(), stop, paths))
    checks = LineChecks(redis_url, Keys(settings.desk.name))
    try:
        if settings.media.line_checks:
            await eventually(checks.are_there, bool, "a line check that listens")
        yield Line(checks)
    finally:
        stop.set()
        await running
        await checks.close()


def calls_of_ours() -> list[int]:
    """Process ids of the calls that this test process has started and that still run."""
    found = []
    for stat in Path("/proc").glob("[0-9]*/stat"):
        try:
            parent = int(stat.read_text().rpartition(")")[2].split()[1])
            command = (stat.parent / "cmdline").read_bytes()
        except (OSError, IndexError):
            continue
        if parent == os.getpid() and b"line_check.call" in command:
            found.append(int(stat.parent.name))
    return found


async def nobody_calls() -> None:
    """Wait until every call has ended."""

    async def look() -> list[int]:
        return calls_of_ours()

    await eventually(look, lambda calls: not calls, "the end of every call", PATIENCE_S)


async def test_both_ends_measure_and_the_call_ends_by_itself(settings: Settings, redis_url: str) -> None:
    async with line_check(settings, redis_url, line_checks=1) as line, page() as caller:
        await caller.hears(await line.answers(await caller.offers()))
        assert len(calls_of_ours()) == 1
        ours = await caller.is_told()
        assert ours.loss == 0
        assert ours.round_trip_ms is None or ours.round_trip_ms < 1000
        # Three seconds of 15 pictures and about 600 kbit/s each way, on a machine that does other things too.
        assert 8 < ours.frames_per_s < 20
        assert 200 < ours.kbps < 2000
        assert caller.pictures > 20
        await nobody_calls()
        # Its place is free again.
        async with page() as another:
            assert "a=candidate" in await line.answers_when_free(await another.offers())
    await nobody_calls()


async def test_when_all_are_at_work_the_next_is_told_and_nobody_where_none_runs(
    settings: Settings, redis_url: str
) -> None:
    async with line_check(settings, redis_url, line_checks=1) as line, page() as first, page() as second:
        await line.answers(await first.offers())
        with pytest.raises(Busy):
            await line.answers(await second.offers())
    await nobody_calls()
    async with line_check(settings, redis_url, line_checks=0) as line, page() as caller:
        with pytest.raises(NotThere):
            await line.answers(await caller.offers())


async def test_a_page_that_never_connects_is_given_up(
    settings: Settings, redis_url: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(serving, "CONNECT_WITHIN_S", 0.5)
    async with line_check(settings, redis_url, line_checks=1) as line, page() as caller:
        await line.answers(await caller.offers())
        assert calls_of_ours()
        await nobody_calls()


async def test_a_call_ends_when_whoever_started_it_is_gone() -> None:
    async with page() as caller:
        offer = read_offer(await caller.offers(), "direct")
        call = await asyncio.create_subprocess_exec(
            *(sys.executable, "-m", "bridge.media.line_check.call"),
            stdin=asyncio.subprocess.PIPE,
            stdout=asyncio.subprocess.PIPE,
        )
        assert call.stdin is not None
        assert call.stdout is not None
        call.stdin.write(json.dumps(job_of(offer.sdp)).encode() + b"\n")
        assert "sdp" in json.loads(await call.stdout.readline())
        call.stdin.close()
        async with asyncio.timeout(PATIENCE_S):
            await call.communicate()


def job_of(sdp: str, **more: Any) -> Job:
    job: dict[str, Any] = {"path": "direct", "sdp": sdp, "kinds": ["audio", "video"], "candidates": [], "stun": ""}
    return Job(**{**job, "connect_s": 60.0, "measure_s": 3.0, **more})  # type: ignore[typeddict-item]


#: Each passes our own reading and is more than aiortc bears.
UNBEARABLE = (
    ("a=rtcp-mux", "a=rtcp-mux\r\na=extmap:one urn:x"),
    ("a=rtcp-mux", "a=rtcp-mux\r\na=fmtp:127 nothing=here"),
    ("a=rtcp-mux", "a=rtcp-mux\r\na=ssrc:many of them"),
    ("a=sendrecv", "a=rtcp-mux"),
    ("a=sctp-port:5000", "a=sctp-port:99999999999999999999x"),
)


async def test_an_offer_that_aiortc_cannot_take_is_refused_whatever_it_makes_of_it(
    capsys: pytest.CaptureFixture[str],
) -> None:
    async with page() as caller:
        offer = await caller.offers()
        for line, instead in UNBEARABLE:
            assert line in offer
            changed = read_offer(offer.replace(line, instead), "direct")
            job = job_of(changed.sdp, kinds=sorted(changed.kinds))
            our_end = OurEnd(job)
            assert await take_part(our_end, job, asyncio.StreamReader()) == "refused"
            await our_end.close()
    said = [json.loads(one) for one in capsys.readouterr().out.splitlines()]
    assert [list(one) for one in said] == [["refused"]] * len(UNBEARABLE)


async def test_after_a_refusal_the_next_is_taken(settings: Settings, redis_url: str) -> None:
    async with line_check(settings, redis_url, line_checks=1) as checks, page() as caller:
        offer = await caller.offers()
        with pytest.raises(BadOffer):
            await checks.answers(offer.replace(*UNBEARABLE[0]))
        assert "a=candidate" in await checks.answers_when_free(offer)


async def test_our_end_asks_no_server_but_those_it_is_given(monkeypatch: pytest.MonkeyPatch) -> None:
    asked: list[str] = []

    def nobody(name: str) -> str:
        asked.append(name)
        raise OSError("the test has no network")

    monkeypatch.setattr(socket, "gethostbyname", nobody)
    async with page() as caller:
        offer = read_offer(await caller.offers(), "direct")
        for given, expected in (("", []), ("stun:stun.example.org:3478", ["stun.example.org"])):
            our_end = OurEnd(job_of(offer.sdp, kinds=sorted(offer.kinds), stun=given))
            await our_end.hear()
            await our_end.answer([])
            await our_end.close()
            # Once for each of this machine's IPv4 addresses.
            assert sorted(set(asked)) == expected


class OneRelay(asyncio.DatagramProtocol):
    """The transparent relay in small: learns two addresses from the ends' own checks and forwards between them."""

    def __init__(self) -> None:
        self.registered: dict[Side, str] = {}
        self.released: list[str] = []
        self.forwarded = 0
        self._places: dict[str, tuple[str, int]] = {}
        self._transport: asyncio.DatagramTransport | None = None

    async def opens(self) -> None:
        loop = asyncio.get_running_loop()
        self._transport, _ = await loop.create_datagram_endpoint(lambda: self, local_addr=(own_address(), 0))

    @property
    def place(self) -> tuple[str, int]:
        assert self._transport is not None
        place: tuple[str, int] = self._transport.get_extra_info("sockname")
        return place

    async def register(self, check: str, side: Side, ufrag: str, pwd: str) -> list[tuple[str, int]]:
        self.registered[side] = ufrag
        return [self.place]

    async def release(self, check: str) -> None:
        self.released.append(check)

    def datagram_received(self, data: bytes, addr: tuple[str, int]) -> None:
        assert self._transport is not None
        if data[0] < 4:
            message = stun.parse_message(data)
            if "USERNAME" in message.attributes:
                to, _, sender = str(message.attributes["USERNAME"]).partition(":")
                # Our end has several addresses: the one it was heard from first is kept.
                if {to, sender} == set(self.registered.values()):
                    self._places.setdefault(sender, addr)
        other = [place for place in self._places.values() if place != addr]
        if addr in self._places.values() and other:
            self.forwarded += 1
            self._transport.sendto(data, other[0])

    def closes(self) -> None:
        assert self._transport is not None
        self._transport.close()


def own_address() -> str:
    """An address of this machine other than loopback, which aioice does not use. Nothing is sent."""
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as asked:
        asked.connect(("198.51.100.1", 9))
        return str(asked.getsockname()[0])


async def test_over_the_relay_both_ends_know_its_address_only(settings: Settings, redis_url: str) -> None:
    relay = OneRelay()
    await relay.opens()
    try:
        async with line_check(settings, redis_url, relay) as line, page() as caller:
            offer = await caller.offers()
            answer = await line.answers(offer, "relay")
            candidates = [found.split() for found in answer.splitlines() if found.startswith("a=candidate:")]
            assert [(words[4], int(words[5])) for words in candidates] == [relay.place]
            assert own_address() not in answer.replace(f" {relay.place[0]} {relay.place[1]} ", "")
            assert relay.registered["page"] == read_offer(offer, "relay").ufrag
            await caller.hears(answer)
            ours = await caller.is_told()
            assert ours.frames_per_s > 8
            assert relay.forwarded > 300

            async def released() -> list[str]:
                return relay.released

            await eventually(released, lambda checks: len(checks) == 1, "the way's end", PATIENCE_S)
    finally:
        relay.closes()


async def test_without_a_relay_that_is_said(settings: Settings, redis_url: str) -> None:
    async with line_check(settings, redis_url) as line, page() as caller:
        with pytest.raises(NoRelay):
            await line.answers(await caller.offers(), "relay")
    await nobody_calls()
