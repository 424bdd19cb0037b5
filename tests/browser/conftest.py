"""Real browsers against the real service: `gloria serve --demo` in processes of its own, Debian's Chromium."""

import contextlib
import shutil
from collections.abc import AsyncIterator, Iterator

import pytest
import pytest_asyncio
from playwright.async_api import Browser, async_playwright

from tests.actors.service import RunningService
from tests.browser.launch import CHROMIUM_ARGUMENTS
from tests.browser.people import Stage


@pytest.fixture(scope="session")
def service(tmp_path_factory: pytest.TempPathFactory) -> Iterator[RunningService]:
    running = RunningService(tmp_path_factory.mktemp("service") / "data", "--port", "0")
    running.start()
    yield running
    running.stop()


@pytest_asyncio.fixture(scope="session", loop_scope="session")
async def browser() -> AsyncIterator[Browser]:
    chromium = shutil.which("chromium")
    assert chromium, "Chromium is missing: tests/install-browsers installs it"
    async with async_playwright() as playwright:
        launched = await playwright.chromium.launch(executable_path=chromium, args=CHROMIUM_ARGUMENTS)
        yield launched
        await launched.close()


@pytest_asyncio.fixture(loop_scope="session")
async def stage(browser: Browser, service: RunningService) -> AsyncIterator[Stage]:
    """Gives out kiosks and consoles; afterwards everybody goes offline and every page is closed."""
    given = Stage(browser, service.url, service.data)
    yield given
    with contextlib.suppress(AssertionError):
        await given.everybody_leaves()
    errors = given.page_errors
    await given.close()
    assert not errors, f"errors in the pages: {errors}"
