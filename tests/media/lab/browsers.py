"""The two browsers of the lab, and who sits at them: signed in once, for as many calls as wanted."""

import asyncio
import shutil
import time
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path

from playwright.async_api import Browser, Error, Page, Playwright

from tests.actors.office import GOOD_PASSWORD
from tests.browser.launch import CHROMIUM_ARGUMENTS
from tests.browser.people import PATIENCE_MS, WATCH_CONNECTIONS, Advisor, Visitor
from tests.media.lab.namespace import Namespace
from tests.media.lab.servers import ADVISOR, KIOSK, URL

_ARGUMENTS = [
    *(flag for flag in CHROMIUM_ARGUMENTS if flag != "--use-fake-device-for-media-stream"),
    # Half the pictures cost half the processor, and two browsers share a small one here.
    "--use-fake-device-for-media-stream=fps=15",
    f"--unsafely-treat-insecure-origin-as-secure={URL}",
]

# Notes when accept is pressed and when each frame of the other side is shown, in milliseconds of the machine.
NOTE_TIMES = """
  window.accepted = 0;
  window.shown = [];
  addEventListener("click", (event) => {
    if (event.target.closest?.("[data-action=accept]")) window.accepted = performance.timeOrigin + event.timeStamp;
  }, true);
  let watched, handle, askedAt = 0;
  setInterval(() => {
    const video = document.querySelector("[data-picture=remote]");
    // Chromium forgets a callback now and then, when a stream has stood still: it is asked again.
    if (!video || (video === watched && performance.now() - askedAt < 500)) return;
    watched?.cancelVideoFrameCallback(handle);
    watched = video;
    const ask = () => {
      askedAt = performance.now();
      handle = video.requestVideoFrameCallback((now) => {
        window.shown.push(performance.timeOrigin + now);
        if (window.shown.length > 4000) window.shown.splice(0, 2000);
        ask();
      });
    };
    ask();
  }, 50);
"""


@asynccontextmanager
async def browser_in(playwright: Playwright, place: Namespace, folder: Path) -> AsyncIterator[Browser]:
    """Chromium with its fake camera, in this namespace."""
    chromium = shutil.which("chromium")
    assert chromium, "Chromium is missing: tests/install-browsers installs it"
    wrapper = place.wrapper(chromium, folder / f"chromium-{place.place}")
    launched = await playwright.chromium.launch(executable_path=wrapper, args=_ARGUMENTS)
    try:
        yield launched
    finally:
        await launched.close()


class Pages:
    """The kiosk's page and the advisor's."""

    def __init__(self, visitor: Visitor, advisor: Advisor) -> None:
        self.visitor = visitor
        self.advisor = advisor
        self.faults: list[str] = []
        for person in (visitor, advisor):
            person.page.on("pageerror", self._note)

    @classmethod
    async def signed_in(cls, kiosk: Browser, desk: Browser, code: str, password: str) -> "Pages":
        """Enrol the kiosk's screen with this code; the advisor comes in with this first password."""
        screen, console = await asyncio.gather(_page(kiosk, 1080, 1920), _page(desk, 1366, 768))
        pages = cls(Visitor(screen, URL, KIOSK), Advisor(console, URL, ADVISOR))
        await asyncio.gather(_enrols(screen, code), _comes_in(console, password))
        return pages

    def _note(self, error: Error) -> None:
        self.faults.append(str(error))

    async def leave(self) -> None:
        """Both pages are closed for the moment, the browsers stay signed in."""
        for person in (self.visitor, self.advisor):
            await person.page.goto("about:blank")

    async def come_back(self) -> None:
        """Both at their pages: the visitor at the start, the advisor with nothing to do and on a break."""
        await asyncio.gather(
            _goes(self.visitor.page, f"/kiosk/{KIOSK}"),
            _goes(self.advisor.page, f"/console/{ADVISOR}"),
        )
        await self.visitor.stage("start")
        await self.advisor.page.locator("main[data-presence]").wait_for(timeout=PATIENCE_MS)

    async def empty_the_desk(self) -> None:
        """Whatever is going on is ended, whoever has to."""
        for person, ways in (
            (self.visitor, ("end", "leave", "leave-now", "again")),
            (self.advisor, ("end", "decline", "wrap-up-break", "finish")),
        ):
            for name in ways:
                button = person.action(name).first
                try:
                    if await button.count():
                        await button.click(timeout=3000)
                except Error:
                    pass  # it went away by itself
        await asyncio.sleep(0)


async def _page(browser: Browser, width: int, height: int) -> Page:
    context = await browser.new_context(locale="en-GB", viewport={"width": width, "height": height})
    for script in (WATCH_CONNECTIONS, NOTE_TIMES):
        await context.add_init_script(script)
    return await context.new_page()


async def _enrols(page: Page, code: str) -> None:
    await page.goto(f"{URL}/kiosk#{code}")
    await page.wait_for_url(f"{URL}/kiosk/{KIOSK}")
    await page.locator("main[data-stage=start]").wait_for(timeout=PATIENCE_MS)


async def _comes_in(page: Page, password: str) -> None:
    await page.goto(f"{URL}/sign-in")
    for fields in ({"name": ADVISOR, "password": password}, {"password": GOOD_PASSWORD, "again": GOOD_PASSWORD}):
        for name, value in fields.items():
            await page.locator(f"[data-field={name}]").first.fill(value)
        await page.locator("[data-action=sign-in], [data-action=continue]").first.click()
        await page.locator("[data-field=again], main[data-presence]").first.wait_for(timeout=PATIENCE_MS)


async def _goes(page: Page, path: str) -> None:
    """Open a page; a browser whose network has just changed gives up what it was loading, and is asked again."""
    deadline = time.monotonic() + PATIENCE_MS / 1000
    while True:
        try:
            await page.goto(f"{URL}{path}")
            return
        except Error as error:
            if "net::ERR" not in str(error) or time.monotonic() > deadline:
                raise
            await asyncio.sleep(0.1)
