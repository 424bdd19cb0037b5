"""call.accept_to_picture: from the advisor's "accept" to the first picture on both sides, beside the smallest page that
makes the same connection by itself.
"""

import asyncio
import shutil
import tempfile
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path
from statistics import median
from typing import Any

from aiohttp import web
from playwright.async_api import Browser, Page, async_playwright

from tests.actors.service import RunningService
from tests.bench.measurement import Measurement
from tests.browser.launch import CHROMIUM_ARGUMENTS
from tests.browser.people import Stage

ROUNDS = 9
HOW = (
    f"Median of {ROUNDS} calls in Chromium with its fake camera, in turn with the baseline: from the press on accept "
    "to the first frame shown on the later of the two sides. Baseline: two pages of thirty lines, camera open, that "
    "make one RTCPeerConnection each over a WebSocket when accept is pressed."
)

# Notes when accept is pressed and when the first frame of the other side is shown, in milliseconds of the machine.
NOTE_TIMES = """
  window.times = {};
  addEventListener("click", (event) => {
    const accept = event.target.closest?.("[data-action=accept]");
    if (accept) window.times.accepted = performance.timeOrigin + event.timeStamp;
  }, true);
  const look = () => {
    const video = document.querySelector("[data-picture=remote]");
    if (video && !video.watched) {
      video.watched = true;
      video.requestVideoFrameCallback((now) => { window.times.pictured = performance.timeOrigin + now; });
    }
    requestAnimationFrame(look);
  };
  requestAnimationFrame(look);
"""

SMALLEST_PAGE = """<!doctype html><title>smallest</title>
<video data-picture="remote" autoplay playsinline muted></video><button data-action="accept">accept</button>
<script>
  const advisor = location.hash === "#advisor";
  const line = new WebSocket(`ws://${location.host}/line`);
  const tell = (message) => line.send(JSON.stringify(message));
  let pc, camera;
  const ready = navigator.mediaDevices
    .getUserMedia({ video: { width: { ideal: 1280 }, height: { ideal: 720 } }, audio: true })
    .then((stream) => { camera = stream; document.title = "ready"; });
  function open() {
    pc = new RTCPeerConnection({ iceServers: [], bundlePolicy: "max-bundle" });
    pc.onicecandidate = ({ candidate }) => tell({ candidate });
    pc.ontrack = ({ streams }) => { document.querySelector("video").srcObject = streams[0]; };
    for (const track of camera.getTracks()) pc.addTrack(track, camera);
  }
  line.onmessage = async ({ data }) => {
    const { description, candidate } = JSON.parse(data);
    if (!pc) open();
    if (candidate) return pc.addIceCandidate(candidate);
    if (!description) return;
    await pc.setRemoteDescription(description);
    if (description.type === "offer") {
      await pc.setLocalDescription();
      tell({ description: pc.localDescription });
    }
  };
  document.querySelector("button").onclick = async () => {
    open();
    await pc.setLocalDescription();
    tell({ description: pc.localDescription });
  };
</script>"""


async def measure() -> Measurement:
    """Milliseconds."""
    chromium = shutil.which("chromium")
    assert chromium, "Chromium is missing: tests/install-browsers installs it"
    ours: list[float] = []
    baseline: list[float] = []
    with tempfile.TemporaryDirectory(prefix="gloria-") as folder:
        service = RunningService(Path(folder) / "data", "--port", "0")
        service.start()
        try:
            async with async_playwright() as playwright, _smallest() as address:
                browser = await playwright.chromium.launch(executable_path=chromium, args=CHROMIUM_ARGUMENTS)
                for _ in range(ROUNDS):
                    ours.append(await _one_of_ours(browser, service))
                    baseline.append(await _one_of_the_smallest(browser, address))
                await browser.close()
        finally:
            service.stop()
    return Measurement(median(ours), median(baseline), "ms", 1.5, HOW)


async def _one_of_ours(browser: Browser, service: RunningService) -> float:
    stage = Stage(browser, service.url, service.data)
    stage.init_scripts.append(NOTE_TIMES)
    visitor = await stage.visitor()
    amina = await stage.advisor("amina")
    await visitor.asks_for("ar")
    await amina.is_("ringing")
    # The offer has rung for as long as somebody needs to reach for the button.
    await amina.until("the connection is not prepared while it rings", connected=1)
    await amina.accepts()
    await visitor.stage("call")
    taken = await _time_taken(amina.page, visitor.page)
    await visitor.ends()
    await amina.wraps_up("other")
    await amina.action("finish").click()
    await amina.is_("offline")
    await stage.close()
    return taken


async def _one_of_the_smallest(browser: Browser, address: str) -> float:
    context = await browser.new_context()
    await context.add_init_script(NOTE_TIMES)
    advisor, visitor = await context.new_page(), await context.new_page()
    await visitor.goto(f"{address}/#visitor")
    await advisor.goto(f"{address}/#advisor")
    for page in (visitor, advisor):
        await page.wait_for_function("document.title === 'ready'")
    await advisor.click("[data-action=accept]")
    taken = await _time_taken(advisor, visitor)
    await context.close()
    return taken


async def _time_taken(advisor: Page, visitor: Page) -> float:
    pictured = []
    for page in (advisor, visitor):
        for _ in range(1000):
            times: dict[str, Any] = await page.evaluate("window.times")
            if "pictured" in times:
                break
            await asyncio.sleep(0.02)
        pictured.append(float(times["pictured"]))
    accepted = await advisor.evaluate("window.times.accepted")
    return max(pictured) - float(accepted)


@asynccontextmanager
async def _smallest() -> AsyncIterator[str]:
    """The smallest page and the line between its two copies."""
    lines: set[web.WebSocketResponse] = set()

    async def page(request: web.Request) -> web.Response:
        return web.Response(text=SMALLEST_PAGE, content_type="text/html")

    async def line(request: web.Request) -> web.WebSocketResponse:
        socket = web.WebSocketResponse()
        await socket.prepare(request)
        lines.add(socket)
        async for message in socket:
            for other in lines - {socket}:
                await other.send_str(message.data)
        lines.discard(socket)
        return socket

    app = web.Application()
    app.router.add_get("/", page)
    app.router.add_get("/line", line)
    runner = web.AppRunner(app, access_log=None, shutdown_timeout=1)
    await runner.setup()
    await web.TCPSite(runner, "127.0.0.1", 0).start()
    yield f"http://127.0.0.1:{runner.addresses[0][1]}"
    await runner.cleanup()
