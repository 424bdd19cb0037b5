"""The line check in real Chromium: it calls Gloria's own end on this machine, looks and listens to itself."""

import asyncio
import json
import random
import shutil
import struct
import subprocess
import wave
from collections.abc import AsyncIterator, Iterator
from contextlib import asynccontextmanager
from pathlib import Path
from typing import Any

import pytest
from playwright.async_api import Browser, Page, async_playwright

from bridge import assets
from tests.actors.service import RunningService
from tests.browser.launch import CHROMIUM_ARGUMENTS
from tests.browser.people import Person, Stage
from tests.browser.test_accessibility import has_no_violation

pytestmark = pytest.mark.asyncio(loop_scope="session")

RATE = 48_000
DONE_WITHIN_MS = 60_000


@pytest.fixture(scope="module")
def service(tmp_path_factory: pytest.TempPathFactory) -> Iterator[RunningService]:
    """The demo desk with short measuring, whose phones may go straight."""
    running = RunningService(tmp_path_factory.mktemp("line") / "data", "--port", "0")
    with pytest.MonkeyPatch.context() as patched:
        patched.setenv("GLORIA_MEDIA_LINE_CHECK_S", "3")
        patched.setenv("GLORIA_MEDIA_PHONE_PATH", "direct")
        running.start()
    yield running
    running.stop()


# ---------------------------------------------------------------- what the devices give


@pytest.fixture(scope="module")
def chirp() -> list[float]:
    """The page's own test sound."""
    module = (assets.STATIC / "linecheck" / "chirp.js").as_uri()
    script = f"const {{ makeChirp }} = await import('{module}'); console.log(JSON.stringify([...makeChirp({RATE})]))"
    printed = subprocess.run(["node", "--input-type=module", "-e", script], capture_output=True, check=True).stdout
    samples: list[float] = json.loads(printed)
    return samples


def recording(file: Path, chirp: list[float], at_s: list[float], seconds: float) -> Path:
    """A WAV file of soft noise with chirps at these times."""
    noise = random.Random(3)
    samples = [noise.uniform(-0.005, 0.005) for _ in range(int(seconds * RATE))]
    for begin_s in at_s:
        for number, value in enumerate(chirp):
            samples[int(begin_s * RATE) + number] += 0.4 * value
    with wave.open(str(file), "wb") as written:
        written.setnchannels(1)
        written.setsampwidth(2)
        written.setframerate(RATE)
        written.writeframes(struct.pack(f"<{len(samples)}h", *(int(32767 * value) for value in samples)))
    return file


def black(file: Path) -> Path:
    """A film of nothing: YUV4MPEG2, black."""
    width, height = 320, 240
    frame = b"FRAME\n" + bytes([16]) * (width * height) + bytes([128]) * (width * height // 2)
    file.write_bytes(f"YUV4MPEG2 W{width} H{height} F30:1 Ip A1:1 C420jpeg\n".encode() + frame * 3)
    return file


@asynccontextmanager
async def chromium(*arguments: str) -> AsyncIterator[Browser]:
    program = shutil.which("chromium")
    assert program, "Chromium is missing: tests/install-browsers installs it"
    async with async_playwright() as playwright:
        launched = await playwright.chromium.launch(
            executable_path=program, args=[*CHROMIUM_ARGUMENTS, *(f"--{one}" for one in arguments)]
        )
        yield launched
        await launched.close()


# ---------------------------------------------------------------- helpers


async def is_done(page: Page) -> str:
    """Wait for the verdict."""
    done = page.locator("main[data-stage=done]")
    await done.wait_for(timeout=DONE_WITHIN_MS)
    return await done.get_attribute("data-verdict") or ""


async def parts(page: Page) -> dict[str, str]:
    """The verdict of each part."""
    found: dict[str, str] = await page.evaluate(
        """Object.fromEntries([...document.querySelectorAll('[data-part]')]
          .map(({ dataset }) => [dataset.part, dataset.verdict]))"""
    )
    return found


async def advice(page: Page) -> list[str]:
    """What it says is to be done."""
    found: list[str] = await page.evaluate(
        "[...document.querySelectorAll('[data-advice]')].map((one) => one.dataset.advice)"
    )
    return found


async def without_lines(page: Page) -> None:
    """The plan names no path: only the devices are looked at."""

    async def plan(route: Any) -> None:
        answer = await route.fetch()
        await route.fulfill(json={**await answer.json(), "paths": []})

    await page.route("**/api/line-check", plan)


# ---------------------------------------------------------------- tests


async def test_a_kiosk_that_works_is_told_so_and_its_result_is_kept(
    service: RunningService, chirp: list[float], tmp_path: Path
) -> None:
    # Chirps at the beginning only: the microphone that is opened for the sound check hears them, the one that has been
    # open since the start (with echo cancellation) has only noise left by then.
    heard = recording(tmp_path / "heard.wav", chirp, [0.35 + 0.45 * n for n in range(5)], 30)
    async with chromium(f"use-file-for-fake-audio-capture={heard}%noloop") as browser:
        stage = Stage(browser, service.url, service.data)
        kiosk = await stage.visitor("saarijarvi")
        page = kiosk.page
        await page.goto(f"{service.url}/linecheck?seat=saarijarvi")
        await has_no_violation(stage, kiosk, "line check: start")
        await kiosk.action("check").click()
        await page.locator("[data-step=direct] ~ .line-progress").wait_for()
        await kiosk.shows("document.querySelector('[data-picture=remote]')?.videoWidth === 640")
        assert 0 < await page.evaluate("document.querySelector('progress').value") < 100
        assert await page.locator("[role=status]").first.inner_text() != ""
        await has_no_violation(stage, kiosk, "line check: running")
        verdict = await is_done(page)
        found = await page.locator(".line-parts").inner_text()
        assert (verdict, await advice(page)) == ("good", []), found
        expected = {"picture": "good", "sound": "good", "direct": "good", "relay": "good", "turn": "absent"}
        assert await parts(page) == expected
        await page.locator("[data-kept=true]").wait_for()
        assert await page.evaluate("document.activeElement.tagName") == "H1"
        await page.locator("summary").click()
        for path in ("direct", "relay"):
            for way in ("down", "up"):
                row = page.locator(f"[data-figures={path}-{way}]")
                assert float(await row.get_attribute("data-kbps") or 0) > 100
                assert float(await row.get_attribute("data-frames") or 0) > 5
        await has_no_violation(stage, kiosk, "line check: done")
        assert await page.evaluate("document.documentElement.scrollWidth <= innerWidth")
        errors = stage.page_errors
        supervisor = await stage.supervisor()
        kept = await supervisor.page.evaluate("fetch('/api/line-checks').then((answer) => answer.json())")
        assert [(one["seat"], one["verdict"]) for one in kept] == [("saarijarvi", "good")]
        await stage.close()
        assert not errors


async def test_what_is_wrong_with_the_devices_is_told(
    service: RunningService, chirp: list[float], tmp_path: Path
) -> None:
    echo = recording(tmp_path / "echo.wav", chirp, [0.05], 0.5)
    noise = recording(tmp_path / "noise.wav", chirp, [], 1)
    dark = black(tmp_path / "black.y4m")

    async def checks(*arguments: str) -> tuple[dict[str, str], list[str]]:
        async with chromium(*arguments) as browser:
            stage = Stage(browser, service.url, service.data)
            page = await stage.page()
            await without_lines(page)
            await page.goto(f"{service.url}/linecheck")
            await page.locator("[data-action=check]").click()
            await is_done(page)
            await page.locator("[data-kept=false]").wait_for()
            found = await parts(page), await advice(page)
            await stage.close()
            assert not stage.page_errors
            return found

    with_echo, with_noise = await asyncio.gather(
        checks(f"use-file-for-fake-audio-capture={echo}"),
        checks(f"use-file-for-fake-audio-capture={noise}", f"use-file-for-fake-video-capture={dark}"),
    )
    assert with_echo == ({"picture": "good", "sound": "limits"}, ["nothing_to_check", "echo"])
    assert with_noise == ({"picture": "limits", "sound": "limits"}, ["nothing_to_check", "black", "not_heard"])


@pytest.mark.parametrize(("language", "direction"), [("fi", "ltr"), ("ar", "rtl"), ("en", "ltr")])
async def test_it_speaks_the_language_of_whoever_runs_it(
    browser: Browser, service: RunningService, language: str, direction: str
) -> None:
    stage = Stage(browser, service.url, service.data)
    page = await stage.page(locale={"en": "en-GB"}.get(language, language), viewport={"width": 390, "height": 844})
    person = Person(page, service.url, "somebody")
    await page.goto(f"{service.url}/linecheck")
    await page.locator("h1").wait_for()
    speaks = "[document.documentElement.lang, document.documentElement.dir]"
    assert await page.evaluate(speaks) == [language, direction]
    texts = await page.evaluate(f"fetch('/i18n/{language}.json').then((answer) => answer.json())")
    assert await page.locator("h1").inner_text() == texts["messages"].get("Check this device", "Check this device")
    assert await page.evaluate("document.documentElement.scrollWidth <= innerWidth")
    await has_no_violation(stage, person, f"line check in {language}")
    await page.keyboard.press("Tab")
    await page.keyboard.press("Enter")
    # The first thing that the keyboard reaches is the choice of language.
    assert await page.evaluate("document.activeElement.dataset.language") == "fi"
    await person.shows("document.documentElement.lang === 'fi'")
    await stage.close()
    assert not stage.page_errors


async def test_a_browser_that_may_not_use_its_camera_is_told_what_to_do(service: RunningService) -> None:
    async with chromium("deny-permission-prompts") as browser:
        stage = Stage(browser, service.url, service.data)
        page = await stage.page()
        await page.add_init_script(
            "navigator.mediaDevices.getUserMedia = async () => { throw new DOMException('no', 'NotAllowedError'); };"
        )
        await without_lines(page)
        await page.goto(f"{service.url}/linecheck")
        await page.locator("[data-action=check]").click()
        assert await is_done(page) == "bad"
        assert "denied" in await advice(page)
        await stage.close()
        assert not stage.page_errors
