"""No axe violation (WCAG 2.2 AA) on any page, in English, Finnish and Arabic; and what axe cannot see."""

from typing import Any

import pytest

from bridge import assets
from tests.browser.people import Person, Stage

pytestmark = pytest.mark.asyncio(loop_scope="session")

AXE = (assets.WEB / "node_modules" / "axe-core" / "axe.min.js").read_text(encoding="utf-8")
RUN = """async () => {
  await document.fonts.ready;
  // Colours are measured when they have arrived, not on the way.
  await Promise.all(document.getAnimations().map((animation) => animation.finished.catch(() => undefined)));
  const tags = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"];
  const { violations, passes } = await axe.run(document, { runOnly: tags });
  return {
    rules: passes.length,
    violations: violations.map(({ id, nodes }) => `${id}: ${nodes.map((node) => node.html.slice(0, 160)).join(" | ")}`),
  };
}"""


async def has_no_violation(stage: Stage, person: Person, where: str) -> None:
    errors_of_the_page = len(stage.page_errors)
    await person.page.evaluate(AXE)
    found: dict[str, Any] = await person.page.evaluate(RUN)
    # axe itself tries inline styles, which the page's policy stops and the browser reports.
    axes = [error for error in stage.page_errors[errors_of_the_page:] if "inline style" in error]
    for error in axes:
        stage.page_errors.remove(error)
    assert found["rules"] > 10, "axe looked at nothing"
    assert not found["violations"], f"{where}: {found['violations']}"


@pytest.mark.parametrize(("language", "staff"), [("en", "mika"), ("fi", "mika"), ("ar", "amina")])
async def test_a_whole_visit_has_no_violation(stage: Stage, language: str, staff: str) -> None:
    visitor = await stage.visitor()
    await has_no_violation(stage, visitor, "kiosk: start")
    await visitor.action("help").click()
    await has_no_violation(stage, visitor, "kiosk: help")
    await visitor.action("close-help").click()
    await visitor.touches(language)
    await has_no_violation(stage, visitor, f"kiosk: notice in {language}")
    await visitor.action("continue").click()
    await visitor.stage("waiting")
    await has_no_violation(stage, visitor, f"kiosk: waiting in {language}")
    locale = {"en": "en-GB"}.get(language, language)
    advisor = await stage.advisor(staff, available=False, locale=locale)
    await has_no_violation(stage, advisor, f"console: offline in {language}")
    await advisor.goes_available()
    await advisor.is_("ringing")
    await has_no_violation(stage, advisor, f"console: ringing in {language}")
    await advisor.accepts()
    await visitor.stage("call")
    await advisor.writes("1 2 3")
    await visitor.reads("1 2 3", "advisor")
    await has_no_violation(stage, advisor, f"console: in a call in {language}")
    await has_no_violation(stage, visitor, f"kiosk: in a call in {language}")
    await visitor.page.locator("[data-field=chat]").click()
    await has_no_violation(stage, visitor, f"kiosk: writing in {language}")
    await advisor.action("end").click()
    await visitor.stage("thanks")
    await has_no_violation(stage, visitor, f"kiosk: thanks in {language}")
    await advisor.is_("wrap_up")
    await has_no_violation(stage, advisor, f"console: wrap-up in {language}")
    await advisor.action("wrap-up").click()
    await advisor.is_("available")
    await has_no_violation(stage, advisor, f"console: available in {language}")
    supervisor = await stage.supervisor(locale=locale)
    await has_no_violation(stage, supervisor, f"supervisor in {language}")


@pytest.mark.parametrize("locale", ["en-GB", "fi", "ar"])
async def test_pages_that_stand_still_have_no_violation(stage: Stage, locale: str) -> None:
    page = await stage.page(locale=locale)
    person = Person(page, stage.url, "somebody")
    for path in ("/", "/kiosk/saarijarvi"):
        await page.goto(stage.url + path)
        await has_no_violation(stage, person, path)


@pytest.mark.parametrize("size", [(1080, 1920), (1920, 1080)])
async def test_the_kiosk_needs_no_scrolling_and_its_buttons_are_large(stage: Stage, size: tuple[int, int]) -> None:
    visitor = await stage.visitor(viewport={"width": size[0], "height": size[1]})
    assert await visitor.page.evaluate("document.documentElement.scrollHeight <= innerHeight")
    # Nothing is cut off behind the bar, and no word on a tile is cut short.
    bottoms = "[...document.querySelectorAll('.tiles li')].map((tile) => tile.getBoundingClientRect().bottom)"
    bar = "document.querySelector('.bar').getBoundingClientRect().top"
    assert await visitor.page.evaluate(f"Math.max(...{bottoms}) <= {bar}")
    cut = "filter((words) => words.scrollWidth > words.clientWidth + 1).map((words) => words.innerText)"
    assert await visitor.page.evaluate(f"[...document.querySelectorAll('.tile-finnish, .duty')].{cut}") == []
    small = await visitor.page.evaluate(
        """[...document.querySelectorAll("button")]
          .map((button) => [button.innerText, button.getBoundingClientRect()])
          .filter(([, { width, height }]) => width > 0 && (width < 88 || height < 88))
          .map(([text, { width, height }]) => `${text} ${width} ${height}`)"""
    )
    assert small == []


async def test_at_200_percent_zoom_nothing_of_the_console_is_cut_off(stage: Stage) -> None:
    """A 1366 px window at 200 % is 683 px wide for the page."""
    advisor = await stage.advisor("mika", viewport={"width": 683, "height": 384})
    visitor = await stage.visitor()
    await visitor.asks_for("en")
    await advisor.accepts()
    assert await advisor.page.evaluate("document.documentElement.scrollWidth <= innerWidth")
    await advisor.action("end").scroll_into_view_if_needed()
    await advisor.action("end").click()
    await advisor.is_("wrap_up")
    assert await advisor.page.evaluate("document.documentElement.scrollWidth <= innerWidth")


async def test_an_offer_can_be_taken_by_keyboard_alone_and_a_mirrored_page_mirrors(stage: Stage) -> None:
    advisor = await stage.advisor("amina", locale="ar")
    assert await advisor.page.evaluate("[document.documentElement.lang, document.documentElement.dir]") == ["ar", "rtl"]
    visitor = await stage.visitor()
    await visitor.asks_for("ar")
    await advisor.is_("ringing")
    assert await advisor.page.evaluate("document.activeElement.dataset.action") == "accept"
    ring = await advisor.page.evaluate("getComputedStyle(document.activeElement).outlineWidth")
    assert ring == "3px"
    await advisor.page.keyboard.press("Enter")
    await advisor.is_("in_call")
    left = await advisor.page.evaluate("document.querySelector('[data-field=chat]').getBoundingClientRect().left")
    assert left < 683, "the chat stands at the end side, which is left in Arabic"
