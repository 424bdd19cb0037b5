"""The people of a browser test: what a visitor and an advisor do, on the pages as they are."""

import asyncio
import json
import re
import subprocess
import sys
import time
from pathlib import Path
from typing import Any

from playwright.async_api import Browser, BrowserContext, ConsoleMessage, Locator, Page
from playwright.async_api import TimeoutError as PlaywrightTimeout

PATIENCE_MS = 15_000

# Keeps every connection a page makes where a test can measure it; the page itself has no such door.
WATCH_CONNECTIONS = """
  window.connections = [];
  const Real = window.RTCPeerConnection;
  window.RTCPeerConnection = class extends Real {
    constructor(...args) { super(...args); window.connections.push(this); }
  };
"""

# Sums over the page's living connections. heard: over how many of them more than silence was heard.
FIGURES = """async () => {
  const figures = { packets: 0, frames: 0, energy: 0, heard: 0, checks: 0, connected: 0 };
  figures.connections = window.connections.length;
  for (const pc of window.connections) {
    if (pc.connectionState === "closed") continue;
    if (pc.connectionState === "connected") figures.connected += 1;
    for (const report of (await pc.getStats()).values()) {
      if (report.type === "inbound-rtp") {
        figures.packets += report.packetsReceived;
        if (report.kind === "video") figures.frames += report.framesDecoded;
        if (report.kind === "audio") figures.energy += report.totalAudioEnergy;
        // What arrives and is not played counts as silence here.
        if (report.kind === "audio" && report.totalAudioEnergy > 0.0001) figures.heard += 1;
      }
      if (report.type === "candidate-pair") figures.checks += report.requestsReceived;
    }
  }
  return figures;
}"""


class Person:
    """Somebody at a page."""

    def __init__(self, page: Page, url: str, seat: str) -> None:
        self.page = page
        self.url = url
        self.seat = seat

    async def opens(self, path: str) -> None:
        """Open the page of this seat and sign in with the demo's one click."""
        await self.page.goto(f"{self.url}{path}")
        await self.page.locator("[data-action=sign-in]").click()
        await self.page.wait_for_url(f"{self.url}{path}")

    def action(self, name: str) -> Locator:
        return self.page.locator(f"[data-action='{name}']")

    async def figures(self) -> dict[str, Any]:
        """What this page's connections have received."""
        measured: dict[str, Any] = await self.page.evaluate(FIGURES)
        return measured

    async def until(self, what: str, **atleast: float) -> dict[str, Any]:
        """Wait until the figures are at least these."""
        deadline = time.monotonic() + PATIENCE_MS / 1000
        while True:
            figures = await self.figures()
            if all(figures[name] >= value for name, value in atleast.items()):
                return figures
            assert time.monotonic() < deadline, f"{self.seat}: {what}; figures: {figures}"
            await asyncio.sleep(0.05)

    async def shows(self, expression: str) -> None:
        """Wait until this expression is true in the page. (Playwright's wait needs eval, which pages forbid.)"""
        deadline = time.monotonic() + PATIENCE_MS / 1000
        while not await self.page.evaluate(expression):
            assert time.monotonic() < deadline, f"{self.seat}: never true: {expression}"
            await asyncio.sleep(0.05)

    async def sees_the_other(self, frames: int = 30) -> None:
        """Picture is decoded and sound is more than silence."""
        await self.until("no picture or sound of the other side", frames=frames, energy=0.0001)
        await self.shows("document.querySelector('[data-picture=remote]')?.videoWidth > 0")

    async def writes(self, text: str) -> None:
        field = self.page.locator("[data-field=chat]")
        await field.fill(text)
        await self.action("send").click()

    async def reads(self, text: str, sender: str) -> None:
        await self.page.locator(f"[data-line-from={sender}]", has_text=text).wait_for(timeout=PATIENCE_MS)


class Visitor(Person):
    """A visitor at a kiosk."""

    async def stage(self, name: str) -> None:
        await self.page.locator(f"main[data-stage={name}]").wait_for(timeout=PATIENCE_MS)

    async def touches(self, language: str) -> None:
        await self.page.locator(f"[data-language={language}]").first.click()
        await self.stage("notice")

    async def asks_for(self, language: str) -> None:
        await self.touches(language)
        await self.action("continue").click()
        await self.page.locator("main[data-stage=waiting], main[data-stage=call]").wait_for(timeout=PATIENCE_MS)

    async def ends(self) -> None:
        await self.action("end").click()


class Advisor(Person):
    """An advisor at a console."""

    async def is_(self, presence: str) -> None:
        await self.page.locator(f"main[data-presence={presence}]").wait_for(timeout=PATIENCE_MS)

    async def goes_available(self) -> None:
        await self.action("go-available").click()
        await self.page.locator("main[data-presence=available], main[data-presence=ringing]").wait_for()

    async def accepts(self) -> None:
        await self.action("accept").click()
        await self.is_("in_call")

    async def opens_tools(self) -> None:
        """Show the tools instead of the chat beside the pictures."""
        await self.action("panel-tools").click()

    async def asks_for_an_interpreter(self, language: str) -> None:
        await self.opens_tools()
        await self.page.locator("[data-field=interpreter-language]").select_option(language)
        await self.action("ask-interpreter").click()

    async def wraps_up(self, *topics: str) -> None:
        await self.is_("wrap_up")
        for topic in topics:
            await self.page.locator(f"[data-topic={topic}]").click()
        await self.action("wrap-up").click()
        await self.is_("available")


class Stage:
    """Opens pages, each with a browser context (cookies) of its own."""

    def __init__(self, browser: Browser, url: str, data: Path) -> None:
        self.url = url
        self.data = data
        self.page_errors: list[str] = []
        self.init_scripts = [WATCH_CONNECTIONS]
        self.advisors: list[Advisor] = []
        self.visitors: list[Visitor] = []
        self._browser = browser
        self._contexts: list[BrowserContext] = []

    async def visitor(self, kiosk: str = "saarijarvi", **context: Any) -> Visitor:
        context.setdefault("viewport", {"width": 1080, "height": 1920})
        visitor = Visitor(await self.page(**context), self.url, kiosk)
        await visitor.opens(f"/kiosk/{kiosk}")
        await visitor.stage("start")
        self.visitors.append(visitor)
        return visitor

    async def advisor(self, staff: str = "amina", available: bool = True, **context: Any) -> Advisor:
        context.setdefault("viewport", {"width": 1366, "height": 768})
        advisor = Advisor(await self.page(**context), self.url, staff)
        await advisor.opens(f"/console/{staff}")
        await advisor.page.locator("main[data-presence]").wait_for()
        self.advisors.append(advisor)
        if available:
            await advisor.goes_available()
        return advisor

    async def supervisor(self, **context: Any) -> Person:
        context.setdefault("viewport", {"width": 1366, "height": 768})
        supervisor = Person(await self.page(**context), self.url, "helena")
        await supervisor.opens("/supervisor/helena")
        await supervisor.page.locator("[data-figure=waiting]").wait_for()
        return supervisor

    async def page(self, **context: Any) -> Page:
        """A page in a browser context of its own. What goes wrong in it fails the test."""
        opened = await self._browser.new_context(locale=context.pop("locale", "en-GB"), **context)
        self._contexts.append(opened)
        for script in self.init_scripts:
            await opened.add_init_script(script)
        page = await opened.new_page()
        page.on("pageerror", lambda error: self.page_errors.append(str(error)))
        page.on("console", self._note)
        return page

    def _note(self, message: ConsoleMessage) -> None:
        # A socket that breaks is part of some tests; everything else that a browser calls an error is one.
        if message.type == "error" and "WebSocket connection" not in message.text:
            self.page_errors.append(message.text)

    def contacts(self) -> list[dict[str, Any]]:
        """What `gloria contacts --json` prints."""
        command = [sys.executable, "-m", "bridge.cli", "contacts", "--json", "--data", str(self.data)]
        printed = subprocess.run(command, capture_output=True, text=True, check=True).stdout
        contacts: list[dict[str, Any]] = json.loads(printed)
        return contacts

    async def everybody_leaves(self) -> None:
        """Visitors hang up and advisors finish, so that the next test finds an empty desk."""
        for visitor in self.visitors:
            for name in ("end", "leave", "leave-now"):
                button = visitor.action(name)
                if not visitor.page.is_closed() and await button.count():
                    await _clicked(button.first)
        for advisor in self.advisors:
            for name in ("end", "wrap-up-break", "decline", "finish"):
                button = advisor.action(name)
                if not advisor.page.is_closed() and await button.count():
                    await _clicked(button.first)

    async def close(self) -> None:
        for context in self._contexts:
            await context.close()


async def signs_in_by_a_click(page: Page, url: str, seat: str) -> None:
    """On the demo desk's entrance; the tab of their own that it opens is closed again when it is there."""
    await page.goto(f"{url}/")
    async with page.context.expect_page() as opened:
        await page.locator(f"form:has(input[value={seat}]) button").first.click()
    tab = await opened.value
    await tab.wait_for_url(re.compile(f"{re.escape(url)}/(console|supervisor|municipality|admin)"))
    await tab.close()


async def _clicked(button: Locator) -> None:
    """Click a button, which what somebody else did may just take away: then there is nothing left to click."""
    try:
        await button.click(timeout=2000)
    except PlaywrightTimeout:
        assert await button.count() == 0, "the button is there and cannot be clicked"
