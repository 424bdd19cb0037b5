"""Records call_720p.json: `python -m tests.bench.recordings.record_call` (needs Debian's Chromium, two cores, 40 s).

Two pages of Chromium with its fake camera (1280 x 720, kept at that size, VP8) and microphone call each other with our
relay as their only candidate. After 20 s, when the estimate of the bandwidth has settled, what passes the relay besides
STUN is written down for 5 s: microseconds since the datagram before, size in bytes, and who sent it. No payload.
"""

import asyncio
import json
import shutil
import time
from collections.abc import Callable
from pathlib import Path as File
from typing import Any

import uvloop
from playwright.async_api import Page, async_playwright

from bridge.media.relay.addresses import own_addresses
from bridge.media.relay.endpoint import Endpoint
from bridge.media.relay.switchboard import Address, Credentials, Destination, Limits, Path, Switchboard
from tests.browser.launch import CHROMIUM_ARGUMENTS

RECORDING = File(__file__).with_name("call_720p.json")
SETTLES_S = 20
RECORDED_S = 5

PREPARE = """async () => {
  window.pc = new RTCPeerConnection({ iceServers: [], bundlePolicy: "max-bundle" });
  pc.ontrack = ({ streams: [stream] }) => {
    const video = document.querySelector("video") ?? document.body.appendChild(document.createElement("video"));
    video.srcObject = stream; video.muted = true; video.play();
  };
  const stream = await navigator.mediaDevices.getUserMedia({
    audio: true, video: { width: { exact: 1280 }, height: { exact: 720 }, frameRate: 30 } });
  for (const track of stream.getTracks()) {
    const sender = pc.addTrack(track, stream);
    const parameters = sender.getParameters();
    parameters.degradationPreference = "maintain-resolution";
    if (track.kind === "video") await sender.setParameters(parameters);
  }
}"""
OFFER = "async () => { await pc.setLocalDescription(); return pc.localDescription.sdp; }"
ANSWER = """async (sdp) => { await pc.setRemoteDescription({ type: "offer", sdp });
  await pc.setLocalDescription(); return pc.localDescription.sdp; }"""
ACCEPT = "async (sdp) => { await pc.setRemoteDescription({ type: 'answer', sdp }); }"
CANDIDATE = """async ([host, port]) => pc.addIceCandidate({ sdpMLineIndex: 0, sdpMid: pc.getTransceivers()[0].mid,
  candidate: `candidate:9 1 udp 1 ${host} ${port} typ host` })"""
FIGURES = """async () => { for (const one of (await pc.getStats()).values())
  if (one.type === "inbound-rtp" && one.kind === "video")
    return [one.frameWidth, one.frameHeight, one.framesPerSecond, one.framesDecoded]; }"""


class _Recorder(Switchboard):
    """A switchboard that writes down what it passes on, while told to."""

    def __init__(self, limits: Limits, now_ms: int) -> None:
        super().__init__(limits, now_ms)
        self.written: list[tuple[int, int, int]] | None = None
        self._sources: list[Address] = []
        self._last_ns = 0

    def media(self, first_byte: int, size: int, source: Address, now_ms: int) -> Destination | None:
        destination = super().media(first_byte, size, source, now_ms)
        if destination is not None and self.written is not None:
            now_ns = time.monotonic_ns()
            if source not in self._sources:
                self._sources.append(source)
            since_us = (now_ns - self._last_ns) // 1000 if self.written else 0
            self.written.append((since_us, size, self._sources.index(source)))
            self._last_ns = now_ns
        return destination


def _credentials(sdp: str) -> Credentials:
    def value(name: str) -> str:
        return next(line.removeprefix(name) for line in sdp.splitlines() if line.startswith(name))

    return Credentials(value("a=ice-ufrag:"), value("a=ice-pwd:"))


def _without_candidates(sdp: str) -> str:
    return "".join(f"{line}\r\n" for line in sdp.splitlines() if not line.startswith("a=candidate:"))


async def _call(first: Page, second: Page, host: str, port: int, register: Callable[[Path], None]) -> None:
    for page in (first, second):
        await page.evaluate(PREPARE)
    offer = await first.evaluate(OFFER)
    answer = await second.evaluate(ANSWER, _without_candidates(offer))
    await first.evaluate(ACCEPT, _without_candidates(answer))
    register(Path("call", ((_credentials(offer),), (_credentials(answer),))))
    for page in (first, second):
        await page.evaluate(CANDIDATE, [host, port])


async def record() -> dict[str, Any]:
    """The recording, as it is written to the file."""
    loop = asyncio.get_running_loop()

    def now_ms() -> int:
        return int(loop.time() * 1000)

    switchboard = _Recorder(Limits(1, 100_000, 100_000), now_ms())
    host = own_addresses()[0]
    endpoint = Endpoint(switchboard, [host], 0, now_ms)
    endpoint.open()
    async with async_playwright() as playwright:
        browser = await playwright.chromium.launch(executable_path=shutil.which("chromium"), args=CHROMIUM_ARGUMENTS)
        pages = [await browser.new_page(), await browser.new_page()]
        for page in pages:
            await page.route("http://localhost/", lambda route: route.fulfill(body="<title>call</title>"))
            await page.goto("http://localhost/")
        await _call(pages[0], pages[1], host, endpoint.port, lambda path: assert_put(switchboard, path, now_ms()))
        await asyncio.sleep(SETTLES_S)
        pictures = [await page.evaluate(FIGURES) for page in pages]
        written = switchboard.written = []
        await asyncio.sleep(RECORDED_S)
        switchboard.written = None
        version = browser.version
        await browser.close()
    endpoint.close()
    return {"chromium": version, "pictures": pictures, "datagrams": [list(one) for one in written]}


def assert_put(switchboard: Switchboard, path: Path, now_ms: int) -> None:
    """Register the call's path."""
    assert switchboard.put(path, now_ms)


def main() -> None:
    recording = uvloop.run(record())
    datagrams = recording.pop("datagrams")
    head = json.dumps(recording)[:-1]
    RECORDING.write_text(f'{head}, "datagrams": {json.dumps(datagrams, separators=(",", ":"))}}}\n')
    size = sum(one[1] for one in datagrams)
    print(recording, len(datagrams), "datagrams", size * 8 // RECORDED_S // 1000, "kbit/s both ways")


if __name__ == "__main__":
    main()
