"""Devices in Chromium, which plays two cameras and two microphones: remembered, unplugged, heard while muted."""

import asyncio
import io
import json
import math
import shutil
import struct
import time
import wave
from collections.abc import AsyncIterator
from pathlib import Path
from typing import Any

import pytest
import pytest_asyncio
from aiohttp import web
from playwright.async_api import Browser, BrowserContext, Page, async_playwright

from bridge import assets
from bridge.pages.headers import HSTS, NONCE, add_headers, secure_headers
from bridge.pages.routes import IMPORT_MAP
from tests.browser.launch import CHROMIUM_ARGUMENTS
from tests.browser.test_accessibility import AXE, RUN

pytestmark = pytest.mark.asyncio(loop_scope="module")

PAGES = Path(__file__).parent / "pages"
PATIENCE_S = 8.0

# Plugs devices in and out, by label: Chromium's own cannot be. What is out is neither listed nor opened.
PLUGS = """
  window.unplugged = new Set();
  const { mediaDevices } = navigator;
  const list = mediaDevices.enumerateDevices.bind(mediaDevices);
  const open = mediaDevices.getUserMedia.bind(mediaDevices);
  const plugged = async () => (await list()).filter(({ label }) => !window.unplugged.has(label));
  mediaDevices.enumerateDevices = plugged;
  mediaDevices.getUserMedia = async (constraints) => {
    const devices = await plugged();
    for (const [name, kind] of [["video", "videoinput"], ["audio", "audioinput"]]) {
      const wanted = constraints[name];
      if (!wanted || window.unplugged.size === 0) continue;
      const id = wanted.deviceId?.exact ?? devices.find((device) => device.kind === kind)?.deviceId;
      if (!devices.some(({ deviceId }) => deviceId === id)) throw new DOMException("not there", "NotFoundError");
      constraints = { ...constraints, [name]: { ...wanted, deviceId: { exact: id } } };
    }
    return open(constraints);
  };
  window.plugs = (...out) => {
    window.unplugged = new Set(out);
    mediaDevices.dispatchEvent(new Event("devicechange"));
  };
"""


def speech() -> bytes:
    """Something like speech, as a wave file: a voice's overtones in syllables."""
    rate, seconds = 48_000, 3
    samples = []
    for at in range(rate * seconds):
        t = at / rate
        voice = sum(math.sin(2 * math.pi * 140 * k * t) / k for k in range(1, 6))
        samples.append(int(9_000 * voice * math.sin(2 * math.pi * 2 * t) ** 2))
    file = io.BytesIO()
    with wave.open(file, "wb") as out:
        out.setparams((1, 2, rate, len(samples), "NONE", ""))
        out.writeframes(struct.pack(f"<{len(samples)}h", *samples))
    return file.getvalue()


async def the_page(request: web.Request) -> web.Response:
    text = (PAGES / "devices.html").read_text(encoding="utf-8")
    icons = (assets.STATIC / "vendor" / "icons.svg").read_text(encoding="utf-8")
    for name, value in (("nonce", request[NONCE]), ("import_map", json.dumps(IMPORT_MAP)), ("icons", icons)):
        text = text.replace(f"{{{name}}}", value)
    return web.Response(text=text, content_type="text/html", charset="utf-8")


@pytest_asyncio.fixture(scope="module", loop_scope="module")
async def url() -> AsyncIterator[str]:
    """The panel's page, served with the headers of the real ones."""
    app = web.Application(middlewares=[secure_headers])
    app[HSTS] = False
    app.on_response_prepare.append(add_headers)
    app.router.add_get("/", the_page)
    app.router.add_static("/pages", PAGES)
    app.router.add_static("/static", assets.STATIC)
    runner = web.AppRunner(app)
    await runner.setup()
    site = web.TCPSite(runner, "127.0.0.1", 0)
    await site.start()
    [(host, port)] = runner.addresses
    yield f"http://{host}:{port}/"
    await runner.cleanup()


@pytest_asyncio.fixture(scope="module", loop_scope="module")
async def two_of_each(tmp_path_factory: pytest.TempPathFactory) -> AsyncIterator[Browser]:
    chromium = shutil.which("chromium")
    assert chromium, "Chromium is missing: tests/install-browsers installs it"
    file = tmp_path_factory.mktemp("sound") / "speech.wav"
    file.write_bytes(speech())
    fake = "--use-fake-device-for-media-stream"
    arguments = [argument for argument in CHROMIUM_ARGUMENTS if argument != fake]
    arguments += [f"{fake}=device-count=2", f"--use-file-for-fake-audio-capture={file}"]
    async with async_playwright() as playwright:
        launched = await playwright.chromium.launch(executable_path=chromium, args=arguments)
        yield launched
        await launched.close()


class Panel:
    """The page of the panel, and what a person does there."""

    def __init__(self, page: Page) -> None:
        self.page = page
        self.errors: list[str] = []
        page.on("pageerror", lambda error: self.errors.append(str(error)))

    async def shows(self, expression: str) -> Any:
        """Wait until this is true in the page."""
        deadline = time.monotonic() + PATIENCE_S
        while not (value := await self.page.evaluate(expression)):
            assert time.monotonic() < deadline, f"never true: {expression}; errors: {self.errors}"
            await asyncio.sleep(0.05)
        return value

    async def tries(self) -> None:
        await self.page.locator("[data-action=try-devices]").click()
        await self.shows("devices.local.value !== null")

    async def chooses(self, kind: str, label: str) -> None:
        await self.page.locator(f"[data-device={kind}]").select_option(label=label)
        if kind != "speaker":
            await self.shows(f"labels()?.includes({json.dumps(label)})")

    async def offered(self, kind: str) -> list[str]:
        names: list[str] = await self.page.locator(f"[data-device={kind}] option").all_inner_texts()
        return names

    async def chosen(self, kind: str) -> str:
        name: str = await self.page.locator(f"[data-device={kind}]").evaluate(
            "(list) => list.selectedOptions[0]?.innerText ?? ''"
        )
        return name


@pytest_asyncio.fixture(loop_scope="module")
async def opens(two_of_each: Browser, url: str) -> AsyncIterator[Any]:
    contexts: list[BrowserContext] = []
    panels: list[Panel] = []

    async def open_panel(allowed: bool = True, **options: Any) -> Panel:
        context = await two_of_each.new_context(viewport={"width": 1366, "height": 768}, **options)
        contexts.append(context)
        if allowed:
            await context.grant_permissions(["camera", "microphone"])
        await context.add_init_script(PLUGS)
        panel = Panel(await context.new_page())
        panels.append(panel)
        await panel.page.goto(url)
        await panel.page.locator("[data-devices]").wait_for()
        return panel

    yield open_panel
    for context in contexts:
        await context.close()
    errors = [error for panel in panels for error in panel.errors]
    assert not errors, f"errors in the page: {errors}"


async def test_a_choice_is_remembered_by_its_label_where_ids_are_others(opens: Any) -> None:
    first = await opens()
    await first.tries()
    await first.shows("devices.offered.value.camera.choices.length === 2")
    cameras, microphones, speakers = [await first.offered(kind) for kind in ("camera", "microphone", "speaker")]
    assert len(cameras) == 3, cameras
    assert len(microphones) == 3, microphones
    ids = await first.page.evaluate("devices.offered.value.camera.choices.map(({ id }) => id)")
    await first.chooses("camera", cameras[2])
    await first.chooses("microphone", microphones[2])
    await first.chooses("speaker", speakers[-1])
    state = await first.page.context.storage_state()
    # Another context has another salt for ids, as another profile has.
    second = await opens(storage_state=state)
    await second.tries()
    await second.shows(f"labels().join() === {json.dumps(f'{microphones[2]},{cameras[2]}')}")
    assert [await second.chosen(kind) for kind in ("camera", "microphone", "speaker")] == [
        cameras[2],
        microphones[2],
        speakers[-1],
    ]
    others = await second.page.evaluate("devices.offered.value.camera.choices.map(({ id }) => id)")
    assert not set(ids) & set(others), "the ids are the same: the test shows nothing"
    assert await second.page.evaluate("devices.speaker.value") not in ("", *ids)
    # Without the browser's leave no label is known beforehand; that is no error either.
    third = await opens(allowed=False, storage_state=state)
    await third.tries()
    assert await third.page.evaluate("[devices.problem.value, labels().length]") == [None, 2]


async def test_what_is_unplugged_is_replaced_and_comes_back(opens: Any) -> None:
    panel = await opens()
    await panel.tries()
    await panel.shows("devices.offered.value.camera.choices.length === 2")
    _, built_in, desk = await panel.offered("camera")
    await panel.chooses("camera", desk)
    await panel.page.evaluate("devices.open('panel', { cameraOff: true })")
    await panel.page.evaluate("(label) => window.plugs(label)", desk)
    await panel.page.locator("[data-told=vanished]").wait_for()
    assert built_in in await panel.page.evaluate("labels()")
    assert "video false" in await panel.page.evaluate("enabled()"), "a hidden camera stays hidden"
    assert built_in in await panel.page.locator("[data-told]").inner_text()
    await panel.page.evaluate("window.plugs()")
    await panel.page.locator("[data-told=came_back]").wait_for()
    assert desk in await panel.page.evaluate("labels()")
    # Both cameras gone: the call goes on with sound alone, in words; then a camera comes.
    await panel.page.evaluate("(labels) => window.plugs(...labels)", [desk, built_in])
    await panel.page.locator("[data-told=gone]").wait_for()
    assert await panel.page.evaluate("[devices.problem.value, labels().length]") == ["no_camera", 1]
    await panel.page.evaluate("(label) => window.plugs(label)", desk)
    await panel.page.locator("[data-told=appeared]").wait_for()
    assert await panel.page.evaluate("[devices.problem.value, labels().length]") == [None, 2]
    # A remembered device that is not there at the beginning is no error.
    await panel.page.evaluate("devices.release('panel')")
    await panel.page.evaluate("devices.open('call')")
    assert built_in in await panel.page.evaluate("labels()")
    assert await panel.page.evaluate("devices.problem.value") is None


async def test_a_track_that_ends_by_itself_is_opened_again(opens: Any) -> None:
    panel = await opens()
    await panel.tries()
    await panel.page.evaluate(
        """() => {
          const [track] = devices.local.value.getVideoTracks();
          window.old = track;
          track.stop();
          track.dispatchEvent(new Event("ended"));
        }"""
    )
    await panel.shows("devices.local.value.getVideoTracks()[0]?.readyState === 'live'")
    assert await panel.page.evaluate("window.old !== devices.local.value.getVideoTracks()[0]")


async def test_the_meter_moves_and_talking_while_muted_is_told(opens: Any) -> None:
    panel = await opens()
    await panel.tries()
    value = "Number(document.querySelector('[role=meter]').getAttribute('aria-valuenow'))"
    await panel.shows(f"{value} > 30")
    loud = await panel.page.evaluate(value)
    await panel.shows(f"Math.abs({value} - {loud}) > 5")
    assert await panel.page.locator("#talking").inner_text() == ""
    await panel.page.evaluate("mutes(true)")
    assert "audio false" in await panel.page.evaluate("enabled()"), "what is sent is silent"
    await panel.shows("document.getElementById('talking').innerText !== ''")
    await panel.page.evaluate("mutes(false)")
    await panel.shows("document.getElementById('talking').innerText === ''")


async def test_processing_is_switched_and_remembered_and_everything_is_let_go(opens: Any) -> None:
    panel = await opens()
    await panel.page.evaluate(
        """() => {
          window.tracks = [];
          const { clone } = MediaStreamTrack.prototype;
          MediaStreamTrack.prototype.clone = function () {
            const made = clone.call(this);
            window.tracks.push(made);
            return made;
          };
        }"""
    )
    await panel.tries()
    settings = "devices.local.value?.getAudioTracks()[0]?.getSettings().noiseSuppression"
    assert await panel.page.evaluate(settings) is True
    await panel.page.locator("[data-processing=noiseSuppression]").click()
    await panel.shows(f"{settings} === false")
    state = await panel.page.context.storage_state()
    later = await opens(storage_state=state)
    await later.tries()
    assert await later.page.evaluate(settings) is False
    await panel.page.evaluate("window.last = devices.local.value.getTracks(); closesPanel()")
    await panel.shows("devices.local.value === null")
    assert await panel.page.evaluate("[...window.last, ...window.tracks].every((one) => one.readyState === 'ended')")
    assert await panel.page.evaluate("window.tracks.length") >= 1


@pytest.mark.parametrize("direction", ["ltr", "rtl"])
async def test_the_panel_has_no_violation_and_fits_when_enlarged(opens: Any, direction: str) -> None:
    panel = await opens()
    await panel.page.evaluate("(dir) => (document.documentElement.dir = dir)", direction)
    await panel.tries()
    await panel.page.locator("[data-action=try-speaker]").click()
    await panel.page.locator("[data-action=try-speaker]:not([disabled])").wait_for()
    await panel.page.evaluate(AXE)
    found = await panel.page.evaluate(RUN)
    assert not found["violations"], found["violations"]
    small = await panel.page.evaluate(
        """[...document.querySelectorAll("button, select, label.choice")]
          .map((one) => [one.innerText, one.getBoundingClientRect()])
          .filter(([, { width, height }]) => width < 32 || height < 32).map(([text]) => text)"""
    )
    assert small == []
    await panel.page.set_viewport_size({"width": 320, "height": 400})
    assert await panel.page.evaluate("document.documentElement.scrollWidth <= innerWidth")


async def test_a_camera_is_opened_beside_the_microphone_and_closed_alone(opens: Any) -> None:
    panel = await opens()
    await panel.page.evaluate("devices.open('call', { picture: false })")
    assert await panel.page.evaluate("[devices.problem.value, labels().length]") == [None, 1]
    sound = await panel.page.evaluate("devices.local.value.getAudioTracks()[0].id")
    await panel.page.evaluate("devices.open('call')")
    await panel.shows("labels().length === 2")
    # One that is not needed is no problem when it is gone.
    _, built_in, desk = await panel.offered("camera")
    await panel.page.evaluate("devices.open('call', { picture: false })")
    await panel.shows("labels().length === 1")
    await panel.page.evaluate("(labels) => window.plugs(...labels)", [desk, built_in])
    await asyncio.sleep(0.5)
    assert await panel.page.evaluate("[devices.problem.value, devices.told.value]") == [None, None]
    await panel.page.evaluate("devices.open('call')")
    await panel.shows("devices.problem.value === 'no_camera'")
    assert await panel.page.evaluate("devices.local.value.getAudioTracks()[0].id") == sound
