"""From nothing to a call, in real browsers: an administrator, a colleague, a kiosk enrolled on its own screen."""

import asyncio
import os
import re
import signal
import subprocess
import sys
import time
from collections.abc import Iterator
from pathlib import Path

import pyotp
import pytest
from playwright.async_api import Browser, Page

from tests.actors.desk import eventually
from tests.actors.office import GOOD_PASSWORD, OTHER_PASSWORD
from tests.actors.service import RunningService
from tests.browser.launch import CHROMIUM_ARGUMENTS
from tests.browser.people import PATIENCE_MS, Advisor, Person, Stage, Visitor, signs_in_by_a_click
from tests.browser.test_accessibility import has_no_violation
from tests.scenarios.test_edge_of_the_service import gloria

pytestmark = pytest.mark.asyncio(loop_scope="session")

LOCALES = ["en-GB", "fi", "ar"]


@pytest.fixture
def own_service(tmp_path_factory: pytest.TempPathFactory) -> Iterator[RunningService]:
    """Not the demo desk: it has nobody yet but its administrator."""
    running = RunningService(tmp_path_factory.mktemp("own") / "data", "--port", "0", demo=False)
    made = gloria(running.data, "admin", "create", "root", given=f"{GOOD_PASSWORD}\n")
    assert made.returncode == 0, made.stderr
    running.start()
    yield running
    running.stop()


async def fills(page: Page, **fields: str) -> None:
    for name, value in fields.items():
        await page.locator(f"[data-field={name}]").first.fill(value)


async def signs_in(page: Page, url: str, name: str, password: str) -> None:
    await page.goto(f"{url}/sign-in")
    await fills(page, name=name, password=password)
    await page.locator("[data-action=sign-in]").click()


async def test_a_municipality_gets_going_by_itself(browser: Browser, own_service: RunningService) -> None:
    stage = Stage(browser, own_service.url, own_service.data)
    url = own_service.url
    office = await stage.page(viewport={"width": 1366, "height": 768})
    await signs_in(office, url, "root", GOOD_PASSWORD)
    await office.wait_for_url(f"{url}/sign-in/authenticator")
    secret = (await office.locator("[data-secret=authenticator]").inner_text()).replace(" ", "")
    await fills(office, digits=pyotp.TOTP(secret).at(int(time.time())))
    await office.locator("[data-action=continue]").click()
    await office.wait_for_url(f"{url}/admin/staff")

    await office.goto(f"{url}/admin/new/staff")
    await fills(office, id="amina", name="Amina")
    await office.locator("[data-field=role]").select_option("advisor")
    await office.locator("[data-field=language-ar]").select_option("native")
    # Nothing is said unless somebody chooses it.
    assert await office.locator("[data-field=gender]").input_value() == ""
    await office.locator("[data-field=gender]").select_option("woman")
    await office.locator("[data-action=save]").click()
    assert await office.locator("[data-field=gender]").input_value() == "woman"
    password = await office.locator("[data-secret=password]").inner_text()

    await office.goto(f"{url}/admin/new/kiosk")
    await fills(office, id="saarijarvi", name="Saarijärvi library", hours="mon-fri 10-18")
    await office.locator("[data-field=municipality]").select_option("729")
    await office.locator("[data-action=save]").click()
    code = await office.locator("[data-secret=code]").inner_text()
    assert re.fullmatch(r"[A-Z0-9]{4}-[A-Z0-9]{4}", code)

    screen = await stage.page(viewport={"width": 1080, "height": 1920})
    await screen.goto(f"{url}/kiosk")
    for wrong in "ABCD":
        await screen.locator(f"[data-key='{wrong}']").click()
        await screen.locator("[data-action=delete]").click()
    for sign in code.replace("-", ""):
        await screen.locator(f"[data-key='{sign}']").click()
    await screen.locator("[data-action=enrol]").click()
    await screen.wait_for_url(f"{url}/kiosk/saarijarvi")
    visitor = Visitor(screen, url, "saarijarvi")
    await visitor.stage("start")

    desk = await stage.page(viewport={"width": 1366, "height": 768})
    await signs_in(desk, url, "amina", password)
    await desk.wait_for_url(f"{url}/sign-in/password")
    await fills(desk, password=OTHER_PASSWORD, again=OTHER_PASSWORD)
    await desk.locator("[data-action=continue]").click()
    await desk.wait_for_url(f"{url}/console/amina")
    amina = Advisor(desk, url, "amina")
    await amina.goes_available()
    await visitor.asks_for("ar")
    await amina.accepts()
    await visitor.sees_the_other()
    await amina.sees_the_other()
    await amina.action("end").click()
    await amina.wraps_up("work")

    # The screen is let in no longer, at once; the page says so.
    await office.goto(f"{url}/admin/kiosks/saarijarvi")
    await office.locator("[data-action=revoke]").click()
    await office.locator("[data-done=revoke]").wait_for()
    await screen.reload()
    await screen.wait_for_url(f"{url}/kiosk")
    await office.goto(f"{url}/admin/audit")
    assert await office.locator("[data-entry]").count() > 8
    await stage.close()
    assert not stage.page_errors, stage.page_errors


async def test_a_link_with_the_code_enrols_by_itself_and_leaves_no_trace_of_it(
    browser: Browser, own_service: RunningService
) -> None:
    added = gloria(own_service.data, "kiosk", "add", "k", "--name", "K", "--municipality", "729")
    found = re.search(r"^    (\S+)$", added.stdout, re.MULTILINE)
    assert found, added.stderr
    stage = Stage(browser, own_service.url, own_service.data)
    screen = await stage.page()
    await screen.goto(f"{own_service.url}/kiosk#{found[1]}")
    await screen.wait_for_url(f"{own_service.url}/kiosk/k")
    assert found[1] not in await screen.evaluate("JSON.stringify([location.href, localStorage, sessionStorage])")
    await stage.close()


async def test_a_command_on_the_kiosks_machine_enrols_it_and_shows_the_code_to_nobody(
    own_service: RunningService, tmp_path: Path
) -> None:
    added = gloria(own_service.data, "kiosk", "add", "k", "--name", "K", "--municipality", "729")
    found = re.search(r"^    (\S+)$", added.stdout, re.MULTILINE)
    assert found, added.stderr
    browser = tmp_path / "browser"
    flags = " ".join(CHROMIUM_ARGUMENTS)
    browser.write_text(f'#!/bin/sh\necho "$@" >{tmp_path}/arguments\nexec chromium --headless=new {flags} "$@"\n')
    browser.chmod(0o700)
    command = [sys.executable, "-m", "bridge.cli", "kiosk", "open", own_service.url, "--browser", str(browser)]
    screen = subprocess.Popen(
        [*command, "--profile", str(tmp_path / "profile")],
        stdin=subprocess.PIPE,
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
        text=True,
        start_new_session=True,
    )
    try:
        assert screen.stdin is not None
        with screen.stdin as given:
            given.write(f"{found[1]}\n")

        async def state() -> str:
            return (await asyncio.to_thread(gloria, own_service.data, "kiosk", "list")).stdout

        await eventually(
            state, lambda listed: "enrolled" in listed.replace("not enrolled", ""), "enrolled", patience_s=40
        )
        assert found[1] not in (tmp_path / "arguments").read_text()
    finally:
        os.killpg(screen.pid, signal.SIGKILL)
        screen.wait()


async def test_a_wrong_code_is_said_and_kept(stage: Stage) -> None:
    screen = await stage.page(viewport={"width": 1080, "height": 1920})
    await screen.goto(f"{stage.url}/kiosk")
    for sign in "ABCDEFGH":
        await screen.keyboard.press(sign)
    await screen.keyboard.press("Enter")
    await screen.locator("#trouble[data-error=wrong]").wait_for(timeout=PATIENCE_MS)
    stage.page_errors.clear()  # the browser calls the answer 403 an error
    shown = await screen.evaluate("document.body.innerText.replace(/[^A-Z]/g, '')")
    assert "ABCDEFGH" in shown


@pytest.mark.parametrize("locale", LOCALES)
async def test_the_offices_pages_have_no_violation(stage: Stage, locale: str) -> None:
    page = await stage.page(locale=locale, viewport={"width": 1366, "height": 768})
    person = Person(page, stage.url, "aino")
    await page.goto(f"{stage.url}/")
    for seat, paths in (
        ("", ("/", "/sign-in", "/kiosk", "/nowhere")),
        (
            "aino",
            (
                "/admin/staff",
                "/admin/new/staff",
                "/admin/staff/amina",
                "/admin/kiosks",
                "/admin/new/kiosk",
                "/admin/kiosks/saarijarvi",
                "/admin/audit",
                "/account?seat=aino",
            ),
        ),
        ("kirsi", ("/municipality",)),
    ):
        if seat:
            await signs_in_by_a_click(page, stage.url, seat)
        for path in paths:
            await page.goto(stage.url + path)
            await has_no_violation(stage, person, f"{path} in {locale}")
            assert await page.evaluate("document.documentElement.scrollWidth <= innerWidth"), path
            assert await page.evaluate("document.documentElement.dir") == ("rtl" if locale == "ar" else "ltr")
    stage.page_errors[:] = [error for error in stage.page_errors if "404" not in error]
