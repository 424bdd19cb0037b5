"""Pictures of every page at the real sizes, in English, Finnish and Arabic (`make screenshots`), in build/screenshots.

They are for looking at: nothing here passes or fails. docs/pictures/call.png, the README's, is made here too.
"""

import asyncio
import base64
import shutil
import sys
import tempfile
from pathlib import Path

from playwright.async_api import Playwright, ViewportSize, async_playwright

from tests.actors.service import RunningService
from tests.browser.launch import CHROMIUM_ARGUMENTS
from tests.browser.people import Person, Stage, signs_in_by_a_click
from tests.browser.portraits import ADVISOR, VISITOR, draw

OUT = Path("build/screenshots")
PICTURES = Path("docs/pictures")
PORTRAIT: ViewportSize = {"width": 1080, "height": 1920}
LANDSCAPE: ViewportSize = {"width": 1920, "height": 1080}
CONSOLE: ViewportSize = {"width": 1366, "height": 768}


async def take(person: Person, name: str) -> None:
    """One picture, when the page's fonts are there."""
    await person.page.evaluate("document.fonts.ready.then(() => true)")
    await person.page.wait_for_timeout(250)
    await person.page.screenshot(path=OUT / f"{name}.png")


async def one_visit(stage: Stage, language: str, size: ViewportSize, suffix: str) -> None:
    """A visit from the start to the farewell, with the console beside it."""
    speaker = {"en": "mika", "fi": "mika", "ar": "amina"}[language]
    visitor = await stage.visitor(viewport=size)
    await take(visitor, f"kiosk-start-{suffix}")
    await visitor.touches(language)
    await take(visitor, f"kiosk-notice-{language}-{suffix}")
    await visitor.action("continue").click()
    await visitor.stage("waiting")
    await take(visitor, f"kiosk-waiting-{language}-{suffix}")
    advisor = await stage.advisor(
        speaker, available=False, viewport=CONSOLE, locale={"en": "en-GB"}.get(language, language)
    )
    await take(advisor, f"console-offline-{language}")
    await advisor.goes_available()
    await advisor.is_("ringing")
    await take(advisor, f"console-ringing-{language}")
    await advisor.accepts()
    await visitor.sees_the_other()
    await advisor.sees_the_other()
    said = {
        "en": ("Good morning! How can I help?", "I have a letter from Kela."),
        "fi": ("Hyvää huomenta! Miten voin auttaa?", "Minulla on kirje Kelasta."),
        "ar": ("صباح الخير! كيف يمكنني مساعدتكم؟", "لدي رسالة من كيلا."),
    }[language]
    await advisor.writes(said[0])
    await visitor.reads(said[0], "advisor")
    await visitor.writes(said[1])
    await advisor.reads(said[1], "visitor")
    await take(visitor, f"kiosk-writing-{language}-{suffix}")
    close = visitor.action("close-chat")
    if await close.count():
        await close.first.click()
    await take(visitor, f"kiosk-call-{language}-{suffix}")
    await take(advisor, f"console-call-{language}")
    await visitor.ends()
    await visitor.stage("thanks")
    await take(visitor, f"kiosk-thanks-{language}-{suffix}")
    await advisor.is_("wrap_up")
    await advisor.page.locator("[data-topic=form]").click()
    await take(advisor, f"console-wrap-up-{language}")
    await advisor.action("wrap-up").click()
    await advisor.is_("available")
    await take(advisor, f"console-available-{language}")
    await advisor.action("devices").click()
    await advisor.action("try-devices").click()
    await advisor.shows("document.querySelector('[data-picture=trial]')?.videoWidth > 0")
    await take(advisor, f"console-devices-{language}")
    await advisor.page.keyboard.press("Escape")
    await advisor.action("finish").click()
    await stage.close()


async def board(stage: Stage, locale: str) -> None:
    supervisor = await stage.supervisor(locale=locale)
    visitor = await stage.visitor()
    await visitor.asks_for("ar")
    advisor = await stage.advisor("amina")
    await advisor.accepts()
    other = await stage.visitor("viitasaari")
    await other.asks_for("th")
    await supervisor.page.locator("[data-call][data-state=waiting]").wait_for()
    await take(supervisor, f"supervisor-{locale}")
    await stage.everybody_leaves()
    await stage.close()


async def the_queue(stage: Stage, locale: str) -> None:
    """Wishes, waiting for a pair, three in a call, the advisor's tools, a chat, the supervisor's hand."""
    language = locale[:2]
    visitor = await stage.visitor(locale=locale)
    await visitor.page.set_viewport_size(PORTRAIT)
    supervisor = await stage.supervisor(locale=locale)
    await visitor.touches("ti" if language == "en" else language)
    await visitor.action("open-also").click()
    await take(visitor, f"queue-kiosk-also-{language}")
    await visitor.page.locator("[data-also=sv]").click()
    await visitor.action("open-wish").click()
    await visitor.action("wish-woman").click()
    await take(visitor, f"queue-kiosk-wish-{language}")
    await visitor.page.set_viewport_size(LANDSCAPE)
    await take(visitor, f"queue-kiosk-wish-{language}-landscape")
    await visitor.page.set_viewport_size(PORTRAIT)
    await visitor.action("back").click()
    await visitor.asks_for("ti")
    await take(visitor, f"queue-kiosk-nobody-{language}")
    await supervisor.page.locator("[data-call][data-state=waiting]").wait_for()
    await take(supervisor, f"queue-board-waiting-{language}")
    await supervisor.action("call-menu").first.click()
    await take(supervisor, f"queue-board-menu-{language}")
    await supervisor.page.keyboard.press("Escape")
    mika = await stage.advisor("mika", locale=locale)
    selam = await stage.advisor("selam", locale=locale)
    await mika.is_("ringing")
    await take(mika, f"queue-console-pair-{language}")
    await mika.action("accept").click()
    await take(mika, f"queue-console-pair-accepted-{language}")
    await take(selam, f"queue-console-interpreter-rung-{language}")
    await selam.accepts()
    await mika.is_("in_call")
    await visitor.until("no picture of the advisor", frames=120, connected=2)
    await take(visitor, f"queue-kiosk-three-{language}")
    await visitor.page.set_viewport_size(LANDSCAPE)
    await take(visitor, f"queue-kiosk-three-{language}-landscape")
    await visitor.page.set_viewport_size(PORTRAIT)
    await take(selam, f"queue-console-interpreter-{language}")
    await take(mika, f"queue-console-three-{language}")
    await mika.opens_tools()
    await take(mika, f"queue-console-tools-{language}")
    await mika.page.locator("[data-action=transfer-language]").scroll_into_view_if_needed()
    await take(mika, f"queue-console-tools-below-{language}")
    await supervisor.page.locator("[data-call][data-state=connected]").wait_for()
    await supervisor.page.screenshot(path=OUT / f"queue-board-{language}.png", full_page=True)
    await mika.action("end").click()
    await mika.is_("wrap_up")
    await take(mika, f"queue-console-wrap-up-{language}")
    await mika.wraps_up("form")
    await mika.action("presence").click()
    await take(mika, f"queue-console-presence-{language}")
    await mika.page.keyboard.press("Escape")
    other = await stage.visitor("viitasaari", locale=locale)
    await other.touches("en" if language == "en" else "fi")
    await other.action("write-instead").click()
    await mika.is_("ringing")
    await take(mika, f"queue-console-chat-rings-{language}")
    await mika.accepts()
    await other.stage("call")
    await mika.writes("Hei! Hello!")
    await other.reads("Hello!", "advisor")
    await take(other, f"queue-kiosk-chat-{language}")
    await take(mika, f"queue-console-chat-{language}")
    await stage.everybody_leaves()
    await stage.close()


async def picture_of_a_call(playwright: Playwright, chromium: str, service: RunningService, folder: Path) -> None:
    """The README's picture: a real call between two browsers, kiosk and console side by side."""
    plain = await playwright.chromium.launch(executable_path=chromium, args=CHROMIUM_ARGUMENTS)
    await draw(plain, ADVISOR, folder / "advisor.mjpeg")
    await draw(plain, VISITOR, folder / "visitor.mjpeg")
    stages = []
    for name in ("visitor", "advisor"):
        file = f"--use-file-for-fake-video-capture={folder / f'{name}.mjpeg'}"
        browser = await playwright.chromium.launch(executable_path=chromium, args=[*CHROMIUM_ARGUMENTS, file])
        stages.append(Stage(browser, service.url, service.data))
    visitor = await stages[0].visitor(viewport=PORTRAIT)
    amina = await stages[1].advisor("amina", viewport=CONSOLE)
    await visitor.asks_for("ar")
    await amina.accepts()
    await visitor.sees_the_other()
    await amina.sees_the_other()
    for text in ("صباح الخير! كيف يمكنني مساعدتكم؟",):
        await amina.writes(text)
        await visitor.reads(text, "advisor")
    await visitor.writes("لدي رسالة من كيلا.")
    await amina.reads("لدي رسالة من كيلا.", "visitor")
    close = visitor.action("close-chat")
    if await close.count():
        await close.first.click()
    # The first frames are coarse; Chromium needs a moment to find its bitrate.
    await visitor.until("the picture", frames=240)
    await take(visitor, "readme-kiosk")
    await take(amina, "readme-console")
    page = await plain.new_page(viewport={"width": 1600, "height": 760})
    kiosk, console = (
        base64.b64encode((OUT / f"readme-{name}.png").read_bytes()).decode() for name in ("kiosk", "console")
    )
    await page.set_content(
        f"""<style>body {{ margin: 0; height: 760px; background: #e4ded3; display: flex; gap: 40px;
        align-items: center; justify-content: center }}</style>
        <img style="height:700px;border-radius:14px;border:10px solid #23303d" src="data:image/png;base64,{kiosk}">
        <img style="width:1080px;border-radius:14px;border:10px solid #23303d" src="data:image/png;base64,{console}">"""
    )
    PICTURES.mkdir(parents=True, exist_ok=True)
    await page.screenshot(path=PICTURES / "call.png")
    await amina.action("end").click()
    await amina.wraps_up("form")
    for stage in stages:
        await stage.close()


async def office(stage: Stage, locale: str) -> None:
    """The pages that stand still: coming in, the administrator's, a municipality's, a kiosk's enrolment."""
    page = await stage.page(viewport=CONSOLE, locale=locale)
    for seat, paths in (
        ("", {"first": "/", "sign-in": "/sign-in", "one-click": "/console/amina", "error": "/nowhere"}),
        (
            "aino",
            {
                "staff": "/admin/staff",
                "member": "/admin/staff/amina",
                "kiosks": "/admin/kiosks",
                "kiosk": "/admin/kiosks/saarijarvi",
                "audit": "/admin/audit",
                "account": "/account?seat=aino",
            },
        ),
        ("kirsi", {"municipality": "/municipality"}),
    ):
        if seat:
            await signs_in_by_a_click(page, stage.url, seat)
        for name, path in paths.items():
            await page.goto(stage.url + path)
            await page.evaluate("document.fonts.ready.then(() => true)")
            await page.screenshot(path=OUT / f"office-{name}-{locale}.png", full_page=name == "first")
    for name, size in (("portrait", PORTRAIT), ("landscape", LANDSCAPE)):
        screen = await stage.page(viewport=size, locale=locale)
        await screen.goto(f"{stage.url}/kiosk")
        await screen.keyboard.type("K7QM")
        await screen.evaluate("document.fonts.ready.then(() => true)")
        await screen.screenshot(path=OUT / f"enrol-{locale}-{name}.png")
    await stage.close()


async def line_check(stage: Stage, locale: str) -> None:
    """The line check on a kiosk, a laptop and a phone, from its start to its verdict."""
    for name, size in (("kiosk", PORTRAIT), ("laptop", CONSOLE), ("phone", {"width": 390, "height": 844})):
        page = await stage.page(viewport=size, locale=locale)
        await page.goto(f"{stage.url}/linecheck")
        await page.evaluate("document.fonts.ready.then(() => true)")
        await page.screenshot(path=OUT / f"line-check-start-{locale}-{name}.png")
        await page.locator("[data-action=check]").click()
        await page.locator(".line-progress").first.wait_for()
        await page.screenshot(path=OUT / f"line-check-running-{locale}-{name}.png")
        await page.locator("main[data-stage=done]").wait_for(timeout=90_000)
        await page.screenshot(path=OUT / f"line-check-done-{locale}-{name}.png", full_page=True)
    await stage.close()


async def main() -> int:
    """Take them all; with --readme only the README's picture, with --queue only those of the queue."""
    shutil.rmtree(OUT, ignore_errors=True)
    OUT.mkdir(parents=True)
    chromium = shutil.which("chromium")
    assert chromium, "Chromium is missing: tests/install-browsers installs it"
    with tempfile.TemporaryDirectory(prefix="gloria-") as folder:
        service = RunningService(Path(folder) / "data", "--port", "0")
        service.start()
        try:
            async with async_playwright() as playwright:
                if "--queue" not in sys.argv:
                    await picture_of_a_call(playwright, chromium, service, Path(folder))
                if "--readme" in sys.argv:
                    return 0
                browser = await playwright.chromium.launch(executable_path=chromium, args=CHROMIUM_ARGUMENTS)
                for locale in ("en-GB", "fi", "ar"):
                    await the_queue(Stage(browser, service.url, service.data), locale)
                if "--queue" in sys.argv:
                    return 0
                for language, size, suffix in (
                    ("ar", PORTRAIT, "portrait"),
                    ("fi", PORTRAIT, "portrait"),
                    ("en", PORTRAIT, "portrait"),
                    ("ar", LANDSCAPE, "landscape"),
                    ("en", LANDSCAPE, "landscape"),
                ):
                    await one_visit(Stage(browser, service.url, service.data), language, size, suffix)
                for locale in ("en-GB", "fi", "ar"):
                    await board(Stage(browser, service.url, service.data), locale)
                    await office(Stage(browser, service.url, service.data), locale)
                    await line_check(Stage(browser, service.url, service.data), locale)
                await browser.close()
        finally:
            service.stop()
    sys.stdout.write(f"{len(list(OUT.glob('*.png')))} pictures in {OUT}\n")
    return 0


if __name__ == "__main__":
    sys.exit(asyncio.run(main()))
